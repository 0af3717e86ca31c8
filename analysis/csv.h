// csv: tables of data as comma-separated text, read into arrays of structs by rows that describe the columns.
//
// Quoted fields may hold commas, line ends and doubled quotes. The first line names the columns; those that
// are not asked for are passed over, empty lines too.
#ifndef ANALYSIS_CSV_H
#define ANALYSIS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/error.h"

enum { CSV_COLUMNS_MAX = 64, CSV_BYTES_MAX = 1 << 20, CSV_FIELD_MAX = 1024 };

// A column that is read into a member of the row's struct: a text of `size` bytes with its end, or a double.
struct csv_column {
    const char *name;
    size_t offset, size;
    bool number, required; // a number of an optional column may be empty: NaN
};
#define CSV_TEXT(row, name, required)                                                                        \
    {                                                                                                        \
#name, offsetof(struct row, name), sizeof((struct row *)0)->name, false, required                    \
    }
#define CSV_NUMBER(row, name, required)                                                                      \
    {                                                                                                        \
#name, offsetof(struct row, name), sizeof(double), true, required                                    \
    }

struct csv_table {
    const char *things; // what a row is, in the plural: "moments"
    const struct csv_column *columns;
    int columns_n;
    size_t row_bytes;
    int rows_max;
    // Judges row n, with the rows before it at hand, and may complete it. Returns ERROR_INPUT and what is
    // wrong in `why` (ERROR_TEXT_MAX bytes); NULL: nothing to judge.
    int (*check)(void *rows, int n, char *why);
};

// Reads a file. *rows is an array of *rows_n structs that the caller frees, also after a fault. Returns
// ERROR_INPUT with file and line of each fault, ERROR_WORK for want of memory.
int csv_read(const struct csv_table *table, const char *path, void **rows, int *rows_n, struct error *err);

// As csv_read for `n` bytes of text, which is `name` in messages.
struct csv_text {
    const char *name, *text;
    size_t n;
};
int csv_parse(const struct csv_table *table, const struct csv_text *text, void **rows, int *rows_n,
              struct error *err);

#endif
