// report_text: tables for people and for programs, printed as aligned text, Markdown, CSV or JSON.
//
// A cell has what is shown to people and, where it is a number, its exact value. Text and Markdown show the
// former; CSV and JSON carry the latter (missing: an empty field, null). Text leaves out columns that are not
// `brief`.
#ifndef ANALYSIS_REPORT_TEXT_H
#define ANALYSIS_REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum report_format { REPORT_TEXT, REPORT_MARKDOWN, REPORT_CSV, REPORT_JSON, REPORT_FORMATS_N };
extern const char *const report_text_format_names[REPORT_FORMATS_N];

struct report_column {
    const char *key;   // in CSV and JSON: stable
    const char *title; // for people
    bool right;        // aligned to the right
    bool brief;        // in text too
    int width;         // at least so wide in text
};

struct report_table;

// An empty table; the columns must outlive it. NULL for want of memory; later want of memory is remembered
// and told by report_text_print.
struct report_table *report_text_create(const struct report_column *columns, int columns_n);
void report_text_free(struct report_table *table); // NULL is allowed

// Adds the next cell, row by row: a text, a number with the text that people see, or a yes or no.
void report_text_cell(struct report_table *table, const char *text);
void report_text_number(struct report_table *table, double exact, const char *shown);

// Adds empty cells up to the end of the row (none at its start).
void report_text_row_end(struct report_table *table);

int report_text_rows(const struct report_table *table);

// Prints the table: text with a line of titles, Markdown, CSV with a header line of keys, or JSON as a list
// of objects with the keys (no line end behind the list). Columns that are empty in all rows are left out of
// the text. Returns 0, or -1 for want of memory in this or an earlier call.
int report_text_print(const struct report_table *table, enum report_format format, FILE *to);

// One row for people, a line `title: text` for each cell that is not empty; columns that are not brief too.
void report_text_record(const struct report_table *table, int row, FILE *to);

// A text as a JSON string, with its quotes.
void report_text_json(const char *text, FILE *to);

// A number as a JSON value: null if it is missing (NaN).
void report_text_json_number(double value, FILE *to);

// `1,234,567.8` with a minus sign and, if asked, a plus sign; `-` for a missing number (NaN).
enum { REPORT_NUMBER_MAX = 64 };
const char *report_text_thousands(double value, int decimals, bool plus, char out[REPORT_NUMBER_MAX]);

// Puts REPORT_MARK behind a text of a buffer of `size` bytes if `marked`; returns the text.
#define REPORT_MARK "†"
const char *report_text_mark(char *text, size_t size, bool marked);

#endif
