#include "analysis/moments.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "sim/number.h"

enum { COLUMNS_MAX = 64 };

// A column that is read.
static const struct moment_column {
    const char *name;
    size_t offset, size;
    bool number, required;
} moment_columns[] = {
    {"id", offsetof(struct moment, id), MOMENT_ID_MAX, false, true},
    {"metric", offsetof(struct moment, metric), MOMENT_TEXT_MAX, false, true},
    {"group", offsetof(struct moment, group), MOMENT_TEXT_MAX, false, true},
    {"period", offsetof(struct moment, period), MOMENT_ID_MAX, false, true},
    {"statistic", offsetof(struct moment, statistic), MOMENT_ID_MAX, false, true},
    {"value", offsetof(struct moment, value), 0, true, true},
    {"tolerance", offsetof(struct moment, tolerance), 0, true, true},
    {"use", offsetof(struct moment, use), MOMENT_ID_MAX, false, false},
};
enum { MOMENT_COLUMNS_N = sizeof moment_columns / sizeof *moment_columns };

// A CSV text being read.
struct csv {
    const char *name;
    const char *text;
    size_t n, at;
    int line;
    struct error *err;
    const struct moment_column *column[COLUMNS_MAX]; // of the file, NULL if passed over
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
    bool seen[MOMENT_COLUMNS_N] = {false};
    for (bool more = true; more; csv->at += more) {
        char name[MOMENT_TEXT_MAX];
        if (csv->columns_n == COLUMNS_MAX)
            return fault(csv, "has more than %d columns", COLUMNS_MAX);
        if (read_field(csv, name, sizeof name))
            return ERROR_INPUT;
        csv->column[csv->columns_n] = NULL;
        for (int i = 0; i < MOMENT_COLUMNS_N; i++) {
            if (strcmp(name, moment_columns[i].name) != 0)
                continue;
            if (seen[i])
                return fault(csv, "column '%s' stands twice", name);
            seen[i] = true;
            csv->column[csv->columns_n] = &moment_columns[i];
        }
        csv->columns_n++;
        more = !at_line_end(csv);
    }
    for (int i = 0; i < MOMENT_COLUMNS_N; i++)
        if (moment_columns[i].required && !seen[i])
            return fault(csv, "column '%s' is missing", moment_columns[i].name);
    skip_line_end(csv);
    return ERROR_NONE;
}

// ---- rows ---------------------------------------------------------------------------------------

static int put_value(struct csv *csv, struct moment *moment, const struct moment_column *column,
                     const char *text)
{
    char *at = (char *)moment + column->offset;
    if (!column->number) {
        snprintf(at, column->size, "%s", text);
        return strlen(text) < column->size ? ERROR_NONE : fault(csv, "%s is too long", column->name);
    }
    double number;
    const enum number_fault wrong = number_real(text, &number);
    if (wrong)
        return fault(csv, "%s: '%.40s' %s", column->name, text, number_fault_text(wrong));
    memcpy(at, &number, sizeof number);
    return ERROR_NONE;
}

static int read_row(struct csv *csv, struct moment *moment)
{
    char text[2 * MOMENT_TEXT_MAX], why[ERROR_TEXT_MAX];
    int code = ERROR_NONE;
    *moment = (struct moment){.value = (double)NAN};
    for (int i = 0; i < csv->columns_n; i++) {
        if (read_field(csv, text, sizeof text))
            return ERROR_INPUT;
        if (csv->column[i] && put_value(csv, moment, csv->column[i], text))
            code = ERROR_INPUT;
        if (at_line_end(csv) != (i + 1 == csv->columns_n))
            return fault(csv, "has not %d fields as the first line", csv->columns_n);
        csv->at += !at_line_end(csv);
    }
    const struct expression_text expression = {moment->metric, moment->group, moment->period,
                                               moment->statistic};
    if (!code && moment->tolerance < 0.0)
        code = fault(csv, "%s: tolerance is below 0", moment->id);
    if (!code && expression_parse(&moment->expression, &expression, why))
        code = fault(csv, "%s: %s", moment->id, why);
    return code;
}

static int append(struct moments *moments, const struct moment *moment, struct csv *csv)
{
    if (moments->n == MOMENTS_MAX)
        return fault(csv, "has more than %d moments", MOMENTS_MAX);
    for (int i = 0; i < moments->n; i++)
        if (strcmp(moments->moment[i].id, moment->id) == 0)
            return fault(csv, "id '%s' stands twice", moment->id);
    moments->moment[moments->n++] = *moment;
    return ERROR_NONE;
}

int moments_parse(struct moments *moments, const char *text, size_t n, const char *name, struct error *err)
{
    struct csv csv = {.name = name, .text = text, .n = n, .line = 1, .err = err};
    *moments = (struct moments){.moment = calloc(MOMENTS_MAX, sizeof *moments->moment)};
    if (!moments->moment)
        return error_add(err, ERROR_WORK, "%s: no memory", name);
    int code = read_header(&csv);
    while (!code && csv.at < csv.n) {
        struct moment moment;
        if (at_line_end(&csv)) { // an empty line
            skip_line_end(&csv);
            continue;
        }
        if (read_row(&csv, &moment) == ERROR_NONE)
            code = append(moments, &moment, &csv);
        while (!at_line_end(&csv))
            csv.at++;
        skip_line_end(&csv);
    }
    return err->code ? err->code : code;
}

int moments_read(struct moments *moments, const char *path, struct error *err)
{
    *moments = (struct moments){0};
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(MOMENTS_BYTES_MAX) : NULL;
    int code;
    if (!file) {
        code = error_add(err, ERROR_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    } else if (!text) {
        code = error_add(err, ERROR_WORK, "%s: no memory", path);
    } else {
        const size_t n = fread(text, 1, MOMENTS_BYTES_MAX, file);
        if (ferror(file))
            code = error_add(err, ERROR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        else if (n == MOMENTS_BYTES_MAX)
            code = error_add(err, ERROR_INPUT, "%s: is too large; allowed: less than %d bytes", path,
                             MOMENTS_BYTES_MAX);
        else
            code = moments_parse(moments, text, n, path, err);
    }
    if (file)
        fclose(file);
    free(text);
    return code;
}

void moments_free(struct moments *moments)
{
    free(moments->moment);
    *moments = (struct moments){0};
}
