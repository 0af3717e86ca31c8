// table: agents as a structure of arrays with stable ids, birth and death.
//
// A table is described by column rows and owns one array per column lane; the arrays' addresses live in a
// struct of the models (`struct firm { double *cash_vnd; ... }`), at each column's offset. Every table begins
// with the columns `id` (I64: record id, unique for ever), `ancestor` (I64: draw key, kept by splits) and
// `alive` (U8: 1 or 0).
//
// Every lane begins on a cache line of its own, and the lanes begin at different offsets within a page, so
// that a loop over many columns does not crowd one set of the cache. Rows from n on are always zero: a birth
// only takes the next one.
#ifndef SIM_TABLE_H
#define SIM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/error.h"

enum column_type { COLUMN_F64, COLUMN_F32, COLUMN_I64, COLUMN_U64, COLUMN_I32, COLUMN_I16, COLUMN_U8 };

struct column {
    const char *name;
    enum column_type type;
    int lanes; // 1, or k arrays of rows one after the other: element (lane, row) at lane * capacity + row
    const char *unit; //
    const char *doc;  //
    bool economic;    // part of the economic digest (programme sets and counters of the recorder are not)
    size_t offset;    // of the pointer in the struct of arrays
};

struct table {
    const char *name;
    const struct column *columns;
    int columns_n;
    void *arrays;     // the models' struct of pointers
    int64_t n;        // rows in use, dead ones included until table_compact
    int64_t capacity; // rows reserved
    int threads;  // for compaction, audit and digest; par_threads_available() unless the owner sets another
    void *memory; // the one allocation that holds every array
};

// Reserves at least `capacity` rows, zeroed by the threads that will work on them. `columns` and `arrays`
// must outlive the table. Returns ERROR_WORK for want of memory; the table is then empty and may be freed.
int table_create(struct table *table, const char *name, const struct column *columns, int columns_n,
                 void *arrays, int64_t capacity, struct error *err);
void table_free(struct table *table);

// Makes room for `more` rows beyond n, growing by at least half if needed; may move the arrays. Not for use
// inside a phase's loop. Returns ERROR_WORK for want of memory and leaves the table as it was.
int table_reserve(struct table *table, int64_t more, struct error *err);

// Appends one zeroed living row and returns its index; room must have been reserved.
int64_t table_birth(struct table *table, int64_t id, int64_t ancestor);

// Appends a copy of `row` under a new record id, same ancestor; returns its index.
int64_t table_split(struct table *table, int64_t row, int64_t id);

// Removes dead rows, keeping the order of the living. `moved` (n elements, or NULL) receives each old row's
// new index or -1. Costs one look at `alive` if nobody died.
void table_compact(struct table *table, int64_t *moved);

// A 64-bit digest of the living rows by record id, over little-endian column contents (floating values by
// their bits): the number of rows and the sum modulo 2^64 of a mix of (id, column index, lane, value). The
// same for any order of rows and any number of threads. `economic_only` leaves out columns that are not
// marked so.
uint64_t table_digest(const struct table *table, bool economic_only);

// Mixes a value into a digest; the order of mixing counts.
uint64_t table_mix(uint64_t digest, uint64_t value);

// Bytes held per row.
size_t table_row_bytes(const struct table *table);

// The element of a numeric column as a double, for panels and messages.
double table_value(const struct table *table, int column, int lane, int64_t row);

// Checks what must always hold in every row in use: ids unique, `alive` 0 or 1, no NaN, infinity, -0 or
// subnormal in floating columns. Returns ERROR_WORK and one fault a column lane that names table, column,
// record id and value, and how many rows are faulty.
int table_audit(const struct table *table, struct error *err);

#endif
