#include "analysis/csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "sim/number.h"

// A text being read.
struct csv {
    const struct csv_table *table;
    const char *name;
    const char *text;
    size_t n, at;
    int line;
    struct error *err;
    const struct csv_column *column[CSV_COLUMNS_MAX]; // of the file, NULL if passed over
    int columns_n;
};

__attribute__((format(printf, 2, 3))) static int fault(struct csv *csv, const char *format, ...)
{
    char what[ERROR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_add(csv->err, ERROR_INPUT, "%s:%d: %s", csv->name, csv->line, what);
}

// ---- fields -------------------------------------------------------------------------------------

static bool at_line_end(const struct csv *csv)
{
    return csv->at == csv->n || csv->text[csv->at] == '\n' ||
           (csv->text[csv->at] == '\r' && csv->at + 1 < csv->n && csv->text[csv->at + 1] == '\n');
}

static void put_byte(char *out, size_t size, size_t *length, char byte)
{
    if (*length + 1 < size)
        out[*length] = byte;
    (*length)++;
}

// One field into `out`, cut to `size`; stands at the comma or line end behind it. Returns ERROR_INPUT for a
// quote that does not end.
static int read_field(struct csv *csv, char *out, size_t size)
{
    size_t length = 0;
    const bool quoted = csv->at < csv->n && csv->text[csv->at] == '"';
    csv->at += quoted;
    for (bool inside = quoted; inside || (!at_line_end(csv) && csv->text[csv->at] != ',');) {
        if (csv->at == csv->n)
            return fault(csv, "a quoted field does not end");
        const char byte = csv->text[csv->at++];
        if (inside && byte == '"') {
            const bool doubled = csv->at < csv->n && csv->text[csv->at] == '"';
            inside = doubled;
            csv->at += doubled;
            if (!doubled)
                continue;
        }
        csv->line += byte == '\n';
        put_byte(out, size, &length, byte);
    }
    out[length < size ? length : size - 1] = '\0';
    return ERROR_NONE;
}

static void skip_line_end(struct csv *csv)
{
    csv->at += csv->at < csv->n && csv->text[csv->at] == '\r';
    csv->at += csv->at < csv->n && csv->text[csv->at] == '\n';
    csv->line++;
}

static int read_header(struct csv *csv)
{
    const struct csv_table *table = csv->table;
    bool seen[CSV_COLUMNS_MAX] = {false};
    for (bool more = true; more; csv->at += more) {
        char name[CSV_FIELD_MAX];
        if (csv->columns_n == CSV_COLUMNS_MAX)
            return fault(csv, "has more than %d columns", CSV_COLUMNS_MAX);
        if (read_field(csv, name, sizeof name))
            return ERROR_INPUT;
        csv->column[csv->columns_n] = NULL;
        for (int i = 0; i < table->columns_n; i++) {
            if (strcmp(name, table->columns[i].name) != 0)
                continue;
            if (seen[i])
                return fault(csv, "column '%s' stands twice", name);
            seen[i] = true;
            csv->column[csv->columns_n] = &table->columns[i];
        }
        csv->columns_n++;
        more = !at_line_end(csv);
    }
    for (int i = 0; i < table->columns_n; i++)
        if (table->columns[i].required && !seen[i])
            return fault(csv, "column '%s' is missing", table->columns[i].name);
    skip_line_end(csv);
    return ERROR_NONE;
}

// ---- rows ---------------------------------------------------------------------------------------

static int put_value(struct csv *csv, char *row, const struct csv_column *column, const char *text)
{
    char *at = row + column->offset;
    if (!column->number) {
        snprintf(at, column->size, "%s", text);
        return strlen(text) < column->size ? ERROR_NONE : fault(csv, "%s is too long", column->name);
    }
    double number = (double)NAN;
    const enum number_fault wrong =
        *text || column->required ? number_real(text, &number) : NUMBER_OK; // empty: missing
    if (wrong)
        return fault(csv, "%s: '%.40s' %s", column->name, text, number_fault_text(wrong));
    memcpy(at, &number, sizeof number);
    return ERROR_NONE;
}

// Numbers are missing until they are read.
static void clear(const struct csv_table *table, char *row)
{
    const double missing = (double)NAN;
    memset(row, 0, table->row_bytes);
    for (int i = 0; i < table->columns_n; i++)
        if (table->columns[i].number)
            memcpy(row + table->columns[i].offset, &missing, sizeof missing);
}

// Row n of `rows`.
static int read_row(struct csv *csv, char *rows, int n)
{
    char text[CSV_FIELD_MAX], why[ERROR_TEXT_MAX];
    char *row = rows + (size_t)n * csv->table->row_bytes;
    int code = ERROR_NONE;
    if (n == csv->table->rows_max)
        return fault(csv, "has more than %d %s", csv->table->rows_max, csv->table->things);
    clear(csv->table, row);
    for (int i = 0; i < csv->columns_n; i++) {
        if (read_field(csv, text, sizeof text))
            return ERROR_INPUT;
        if (csv->column[i] && put_value(csv, row, csv->column[i], text))
            code = ERROR_INPUT;
        if (at_line_end(csv) != (i + 1 == csv->columns_n))
            return fault(csv, "has not %d fields as the first line", csv->columns_n);
        csv->at += !at_line_end(csv);
    }
    if (!code && csv->table->check && csv->table->check(rows, n, why))
        code = fault(csv, "%s", why);
    return code;
}

int csv_parse(const struct csv_table *table, const struct csv_text *text, void **rows, int *rows_n,
              struct error *err)
{
    struct csv csv = {
        .table = table, .name = text->name, .text = text->text, .n = text->n, .line = 1, .err = err};
    *rows_n = 0;
    *rows = calloc((size_t)table->rows_max + 1, table->row_bytes);
    if (!*rows)
        return error_add(err, ERROR_WORK, "%s: no memory", text->name);
    int code = read_header(&csv);
    while (!code && csv.at < csv.n) {
        if (at_line_end(&csv)) { // an empty line
            skip_line_end(&csv);
            continue;
        }
        *rows_n += read_row(&csv, *rows, *rows_n) == ERROR_NONE;
        while (!at_line_end(&csv))
            csv.at++;
        skip_line_end(&csv);
    }
    return err->code ? err->code : code;
}

int csv_read(const struct csv_table *table, const char *path, void **rows, int *rows_n, struct error *err)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(CSV_BYTES_MAX) : NULL;
    int code;
    *rows = NULL;
    *rows_n = 0;
    if (!file) {
        code = error_add(err, ERROR_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    } else if (!text) {
        code = error_add(err, ERROR_WORK, "%s: no memory", path);
    } else {
        const size_t n = fread(text, 1, CSV_BYTES_MAX, file);
        if (ferror(file))
            code = error_add(err, ERROR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        else if (n == CSV_BYTES_MAX)
            code = error_add(err, ERROR_INPUT, "%s: is too large; allowed: less than %d bytes", path,
                             CSV_BYTES_MAX);
        else
            code = csv_parse(table, &(struct csv_text){path, text, n}, rows, rows_n, err);
    }
    free(text);
    if (file)
        fclose(file);
    return code;
}
