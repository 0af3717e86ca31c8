// order: one total order for everything that competes for something scarce.
//
// Items are ordered by key, then by record id, never by slot or thread, so that a queue comes out the same
// for any number of threads and any order of rows. Lottery numbers are keys as they are; scores become keys
// with order_key_double.
#ifndef SIM_ORDER_H
#define SIM_ORDER_H

#include <stdint.h>
#include <string.h>

struct order_item {
    uint64_t key; // ascending
    int64_t id;   // record id, ascending among equal keys
    int64_t row;  // carried along
};

// Sorts n items by (key, id). `scratch` has room for n items and does not overlap; its contents are lost.
// Items equal in both keep their order. Few items are merged, many are dealt by the bits in which they
// differ: about n steps per 8 bits that it takes to tell them apart. No allocation.
void order_by_key(struct order_item *item, int64_t n, struct order_item *scratch);

// A key that orders as the numbers do: x < y gives a smaller key, equal numbers (0 and -0 too) equal keys. x
// must not be NaN. For the highest score first take ~order_key_double(x).
static inline uint64_t order_key_double(double x)
{
    double no_minus_zero = x + 0.0;
    uint64_t bits;
    memcpy(&bits, &no_minus_zero, sizeof bits);
    uint64_t negative = 0 - (bits >> 63); // all ones or all zeros
    return bits ^ (negative | UINT64_C(0x8000000000000000));
}

#endif
