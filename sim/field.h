// field: one row per number. The row serves parsing, defaults, bounds, `describe`, the documentation and the
// attributes of the HDF5 file, so no second list of parameters exists anywhere.
#ifndef SIM_FIELD_H
#define SIM_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/error.h"

// A number is written in decimal: `12`, `-1`, `0.05`, `1462e9`; no hexadecimal, infinity, NaN, underscores or
// subnormal. Integers and money may carry a point or an exponent but must be whole, and are exact to 64 bits.
enum field_type {
    FIELD_INT,    // int64_t
    FIELD_REAL,   // double
    FIELD_MONEY,  // int64_t, whole VND; text may be written 1462e9
    FIELD_BOOL,   // int64_t 0 or 1; text `true` or `false`
    FIELD_CHOICE, // int64_t, the index in `labels`
    FIELD_MONTH,  // int64_t, months since 1970-01 (field_month); text `2014-01`
    FIELD_TEXT,   // char[FIELD_TEXT_MAX], one line of printable UTF-8, at most FIELD_TEXT_MAX - 1 bytes
    FIELD_VECTOR, // double[labels_n], text `micro: 0.7, small: 0.2, ...`; every label once
    FIELD_SERIES, // struct series, text `2014: 0.064, 2015: 0.070`; consecutive years
    FIELD_SET,    // int64_t, a bit per label; text `[micro, small]` or `micro, small`; the empty set is `[]`
};

#define FIELD_TEXT_MAX   128
#define FIELD_LABELS_MAX 128 // of a vector; a set has at most FIELD_SET_MAX
#define FIELD_SET_MAX    63
#define FIELD_FORMAT_MAX 12288 // holds the text form of any value, with labels below 64 bytes
#define SERIES_MAX       64

struct series {
    int64_t first_year;
    int64_t n;
    double value[SERIES_MAX];
};

struct field {
    const char *key;      // as written in YAML, snake case with the unit as suffix; dots make inner groups
    enum field_type type; //
    const char *unit;     // UDUNITS-like: "1", "VND", "1/month", "month"; "" for text and choices
    const char *fallback; // the default, as text in the form that the type reads; NULL: must be given
    double low, high;     // inclusive bounds of a number, of each element, of a month's count
    size_t offset;        // into the owning struct
    const char *const *labels; // choices, elements, members, else NULL; letters, digits, _ and -
    int labels_n;              //
    const char *symbol;        // in the model document's equations; "" if it has none
    const char *doc;           // one sentence
    const char *source;        // evidence ids, or "assumption: reason; range a-b"
};

// Sets the value at `base + field->offset` from text; blanks around it are ignored except in FIELD_TEXT. On
// failure leaves it unchanged and writes into `why` (size ERROR_TEXT_MAX) `what is wrong; allowed: ...; did
// you mean 'x'?`; returns ERROR_INPUT.
int field_parse(const struct field *field, void *base, const char *text, char *why);

// One number of a vector or series within the row's bounds, as field_parse.
int field_parse_element(const struct field *field, const char *text, double *out, char *why);

// A year of a series: four digits. As field_parse.
int field_parse_year(const struct field *field, const char *text, int64_t *out, char *why);

// The index of a label, or -1 with `why` as field_parse writes it.
int field_label(const struct field *field, const char *label, char *why);

// 0 if every label is seen, else ERROR_INPUT and `why`, which names the first that is missing.
int field_complete(const struct field *field, const bool *seen, char *why);

// The text form of the value at `base + field->offset`, that field_parse reads back exactly; cut to `size`.
void field_format(const struct field *field, const void *base, char *out, size_t size);

// Sets every field of a struct to its fallback, to zero where it has none. The fallbacks are checked by the
// contract test; one that does not parse is a bug.
void field_defaults(const struct field *fields, int n, void *base);

// The nearest of `names` to `word` by edit distance (insert, delete, replace, swap), or NULL if none is near
// (distance above 1 + length/3, or nothing in common).
const char *field_nearest(const char *word, const char *const *names, int n);

// What is allowed, in words: "a number from 0 to 1", "one of: fixed, elastic, open". Long lists end in "...".
void field_allowed(const struct field *field, char *out, size_t size);

// `what; allowed: ...; did you mean 'hint'?` into `why` (size ERROR_TEXT_MAX); `hint` may be NULL. Returns
// ERROR_INPUT.
int field_refuse(const struct field *field, char *why, const char *what, const char *hint);

// Months since 1970-01 of a year and a month 1-12, and back.
int64_t field_month(int64_t year, int64_t month);
void field_month_split(int64_t months, int64_t *year, int64_t *month);

#endif
