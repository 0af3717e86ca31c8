#include "sim/order.h"

#include <stdbool.h>

enum {
    RUN = 16,         // items an insertion sort takes
    RADIX_FROM = 128, // items from which dealing by digits is faster than merging
    DIGIT_BITS = 8,
    DIGIT_VALUES = 1 << DIGIT_BITS,
};

static bool item_before(const struct order_item *a, const struct order_item *b)
{
    return a->key < b->key || (a->key == b->key && a->id < b->id);
}

static void insertion_sort(struct order_item *item, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        struct order_item moving = item[i];
        int64_t to = i;
        for (; to > 0 && item_before(&moving, &item[to - 1]); to--) {
            item[to] = item[to - 1];
        }
        item[to] = moving;
    }
}

// Merges from[0, middle) and from[middle, n), each in order, into `to`; the left one first among equals.
static void merge_runs(const struct order_item *from, int64_t middle, int64_t n, struct order_item *to)
{
    int64_t left = 0, right = middle;
    for (int64_t i = 0; i < n; i++) {
        bool take_right = left == middle || (right < n && item_before(&from[right], &from[left]));
        to[i] = take_right ? from[right++] : from[left++];
    }
}

static void merge_sort(struct order_item *item, int64_t n, struct order_item *scratch)
{
    for (int64_t begin = 0; begin < n; begin += RUN) {
        insertion_sort(item + begin, n - begin < RUN ? n - begin : RUN);
    }
    struct order_item *from = item, *to = scratch;
    for (int64_t width = RUN; width < n; width *= 2) {
        for (int64_t begin = 0; begin < n; begin += 2 * width) {
            int64_t rest = n - begin;
            merge_runs(from + begin, rest < width ? rest : width, rest < 2 * width ? rest : 2 * width,
                       to + begin);
        }
        struct order_item *swap = from;
        from = to;
        to = swap;
    }
    if (from != item) {
        memcpy(item, from, (size_t)n * sizeof *item);
    }
}

// What tells the items of a range apart.
struct spread {
    bool in_order;
    uint64_t key, id; // the bits in which they differ
};

static struct spread spread_of(const struct order_item *item, int64_t n)
{
    struct spread s = {.in_order = true};
    for (int64_t i = 1; i < n; i++) {
        s.in_order &= !item_before(&item[i], &item[i - 1]);
        s.key |= item[i].key ^ item[0].key;
        s.id |= (uint64_t)(item[i].id ^ item[0].id);
    }
    return s;
}

// A digit: DIGIT_BITS bits of the key, or of the id with its sign turned so that it orders as unsigned.
struct digit {
    bool of_key;
    int shift;
};

static unsigned digit_value(struct digit digit, const struct order_item *item)
{
    uint64_t word = digit.of_key ? item->key : (uint64_t)item->id ^ (UINT64_C(1) << 63);
    return (unsigned)(word >> digit.shift) & (DIGIT_VALUES - 1);
}

// The digit that begins with the highest bit in which the items differ.
static struct digit digit_first(struct spread spread)
{
    struct digit digit = {.of_key = spread.key != 0};
    int bits = 64 - __builtin_clzll(digit.of_key ? spread.key : spread.id);
    digit.shift = bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;
    return digit;
}

// Deals the items by the digit, keeping their order within a value; end[v] is where value v ends.
static void deal(struct order_item *item, int64_t n, struct digit digit, struct order_item *scratch,
                 int64_t *end)
{
    memset(end, 0, DIGIT_VALUES * sizeof *end);
    for (int64_t i = 0; i < n; i++) {
        end[digit_value(digit, &item[i])]++;
    }
    int64_t before = 0;
    for (int value = 0; value < DIGIT_VALUES; value++) {
        int64_t count = end[value];
        end[value] = before;
        before += count;
    }
    for (int64_t i = 0; i < n; i++) {
        scratch[end[digit_value(digit, &item[i])]++] = item[i];
    }
    memcpy(item, scratch, (size_t)n * sizeof *item);
}

// Each level of recursion settles the DIGIT_BITS bits from the highest in which the items differ: at most 16
// levels.
void order_by_key(struct order_item *item, int64_t n, struct order_item *scratch)
{
    if (n < RADIX_FROM) {
        merge_sort(item, n, scratch);
        return;
    }
    struct spread spread = spread_of(item, n);
    if (spread.in_order) {
        return;
    }
    int64_t end[DIGIT_VALUES];
    deal(item, n, digit_first(spread), scratch, end);
    int64_t begin = 0;
    for (int value = 0; value < DIGIT_VALUES; value++) {
        order_by_key(item + begin, end[value] - begin, scratch);
        begin = end[value];
    }
}
