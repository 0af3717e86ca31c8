// number: decimal text to numbers and back, strict and independent of the locale (nothing calls setlocale).
//
// The form is [+-] digits [. digits] [e [+-] digits] with a digit before or after the point: `12`, `-1`,
// `0.05`, `1462e9`. Hexadecimal, infinity, NaN, underscores, blanks and anything after the number are
// refused.
#ifndef SIM_NUMBER_H
#define SIM_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum number_fault {
    NUMBER_OK = 0,
    NUMBER_FORM,     // not of the form above
    NUMBER_LONG,     // NUMBER_TEXT_MAX bytes or more
    NUMBER_RANGE,    // overflow, or so near to zero that a normal double cannot hold it; beyond 64 bits for
                     // integers
    NUMBER_FRACTION, // an integer is wanted and this is none
};

#define NUMBER_TEXT_MAX 128

// The double nearest to the text; -0 becomes 0. Leaves `out` unchanged on a fault.
enum number_fault number_real(const char *text, double *out);

// The exact integer that the text means, also with a point or an exponent (`1.5e3`), never through a double.
// Leaves `out` unchanged on a fault.
enum number_fault number_whole(const char *text, int64_t *out);

// What is wrong, to follow the quoted text: "is not a number".
const char *number_fault_text(enum number_fault fault);

// The shortest decimal that number_real reads back to the same bits. Whole numbers below 1e15 are written in
// full; an exponent comes with a point (`1.0e-05`), so that every YAML reader sees a number. 32 bytes hold
// any.
void number_format(double value, char *out, size_t size);

// As people write a bound: `0.05`, `1000`, `1e15`. Reads back to the same bits.
void number_format_short(double value, char *out, size_t size);

#endif
