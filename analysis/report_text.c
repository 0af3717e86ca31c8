#include "analysis/report_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/error.h"
#include "sim/number.h"

const char *const report_text_format_names[REPORT_FORMATS_N] = {"text", "markdown", "csv", "json"};

struct cell {
    char *text;
    double exact;
    bool number;
};

struct report_table {
    const struct report_column *columns;
    int columns_n;
    struct cell *cell;
    int cells_n, cells_max;
    bool failed;
};

// ---- building -----------------------------------------------------------------------------------

struct report_table *report_text_create(const struct report_column *columns, int columns_n)
{
    struct report_table *table = calloc(1, sizeof *table);
    if (table) {
        table->columns = columns;
        table->columns_n = columns_n;
    }
    return table;
}

void report_text_free(struct report_table *table)
{
    if (!table)
        return;
    for (int i = 0; i < table->cells_n; i++)
        free(table->cell[i].text);
    free(table->cell);
    free(table);
}

static void add(struct report_table *table, const char *text, double exact, bool number)
{
    if (table->cells_n == table->cells_max && !table->failed) {
        const int max = table->cells_max > 0 ? 2 * table->cells_max : 256;
        struct cell *cell = realloc(table->cell, (size_t)max * sizeof *cell);
        table->failed = !cell;
        table->cell = cell ? cell : table->cell;
        table->cells_max = cell ? max : table->cells_max;
    }
    char *copy = table->failed ? NULL : strdup(text);
    table->failed = !copy;
    if (copy)
        table->cell[table->cells_n++] = (struct cell){copy, exact, number};
}

void report_text_cell(struct report_table *table, const char *text)
{
    add(table, text, 0.0, false);
}

void report_text_number(struct report_table *table, double exact, const char *shown)
{
    add(table, shown, exact, true);
}

void report_text_row_end(struct report_table *table)
{
    while (!table->failed && table->cells_n % table->columns_n != 0)
        report_text_cell(table, "");
}

int report_text_rows(const struct report_table *table)
{
    return table->cells_n / table->columns_n;
}

// ---- numbers ------------------------------------------------------------------------------------

const char *report_text_thousands(double value, int decimals, bool plus, char out[REPORT_NUMBER_MAX])
{
    char plain[REPORT_NUMBER_MAX / 2];
    if (isnan(value) || fabs(value) > 1e18)
        return isnan(value) ? strcpy(out, "-") : strcpy(out, value > 0 ? "> 1e18" : "< -1e18");
    const int length = snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    CHECK(length > 0 && length < (int)sizeof plain);
    const bool zero = strspn(plain, "0.") == (size_t)length;
    const int whole = decimals > 0 ? length - decimals - 1 : length;
    size_t n = 0;
    if (!zero && (value < 0.0 || plus))
        out[n++] = value < 0.0 ? '-' : '+';
    for (int i = 0; i < length; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            out[n++] = ',';
        out[n++] = plain[i];
    }
    out[n] = '\0';
    return out;
}

// ---- printing -----------------------------------------------------------------------------------

static const struct cell *at(const struct report_table *table, int row, int column)
{
    return &table->cell[row * table->columns_n + column];
}

// Characters of UTF-8, not bytes.
static int width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static int column_width(const struct report_table *table, int column)
{
    int widest = 0;
    for (int row = 0; row < report_text_rows(table); row++) {
        const int n = width(at(table, row, column)->text);
        widest = n > widest ? n : widest;
    }
    if (widest == 0) // nothing to show
        return 0;
    const int title = width(table->columns[column].title);
    widest = title > widest ? title : widest;
    return table->columns[column].width > widest ? table->columns[column].width : widest;
}

static void put_spaces(int n, FILE *to)
{
    for (int i = 0; i < n; i++)
        fputc(' ', to);
}

static void put_text_line(const struct report_table *table, int row, const int *widths, FILE *to)
{
    int pending = 0; // blanks that are printed only before something
    bool first = true;
    for (int k = 0; k < table->columns_n; k++) {
        const struct report_column *column = &table->columns[k];
        const char *text = row < 0 ? column->title : at(table, row, k)->text;
        if (!column->brief || widths[k] == 0)
            continue;
        const int gap = widths[k] - width(text);
        pending += first ? 0 : 2;
        first = false;
        if (*text) {
            put_spaces(pending + (column->right ? gap : 0), to);
            fputs(text, to);
            pending = column->right ? 0 : gap;
        } else {
            pending += gap;
        }
    }
    fputc('\n', to);
}

static void put_markdown_line(const struct report_table *table, int row, FILE *to)
{
    for (int k = 0; k < table->columns_n; k++) {
        const struct report_column *column = &table->columns[k];
        fputs("| ", to);
        for (const char *c = row < 0 ? column->title : at(table, row, k)->text; *c; c++) {
            if (*c == '|')
                fputc('\\', to);
            fputc(*c, to);
        }
        fputc(' ', to);
    }
    fputs("|\n", to);
}

static void print_markdown(const struct report_table *table, FILE *to)
{
    put_markdown_line(table, -1, to);
    for (int k = 0; k < table->columns_n; k++)
        fputs(table->columns[k].right ? "|---:" : "|---", to);
    fputs("|\n", to);
    for (int row = 0; row < report_text_rows(table); row++)
        put_markdown_line(table, row, to);
}

static void put_number(double value, FILE *to)
{
    char text[REPORT_NUMBER_MAX];
    number_format(value, text, sizeof text);
    fputs(text, to);
}

static void put_csv(const char *text, FILE *to)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

static void print_csv(const struct report_table *table, FILE *to)
{
    for (int k = 0; k < table->columns_n; k++)
        fprintf(to, "%s%s", k > 0 ? "," : "", table->columns[k].key);
    fputc('\n', to);
    for (int row = 0; row < report_text_rows(table); row++) {
        for (int k = 0; k < table->columns_n; k++) {
            const struct cell *cell = at(table, row, k);
            if (k > 0)
                fputc(',', to);
            if (!cell->number)
                put_csv(cell->text, to);
            else if (isfinite(cell->exact))
                put_number(cell->exact, to);
        }
        fputc('\n', to);
    }
}

void report_text_json(const char *text, FILE *to)
{
    fputc('"', to);
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 0x20)
            fprintf(to, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            fprintf(to, "\\%c", c);
        else
            fputc(c, to);
    }
    fputc('"', to);
}

void report_text_json_number(double value, FILE *to)
{
    if (isfinite(value))
        put_number(value, to);
    else
        fputs("null", to);
}

static void print_json(const struct report_table *table, FILE *to)
{
    fputc('[', to);
    for (int row = 0; row < report_text_rows(table); row++) {
        fputs(row > 0 ? ",\n  {" : "\n  {", to);
        for (int k = 0; k < table->columns_n; k++) {
            const struct cell *cell = at(table, row, k);
            fprintf(to, "%s\"%s\": ", k > 0 ? ", " : "", table->columns[k].key);
            if (cell->number)
                report_text_json_number(cell->exact, to);
            else
                report_text_json(cell->text, to);
        }
        fputc('}', to);
    }
    fputs("\n]", to);
}

void report_text_record(const struct report_table *table, int row, FILE *to)
{
    int widest = 0;
    for (int k = 0; k < table->columns_n; k++) {
        const int n = width(table->columns[k].title);
        widest = n > widest ? n : widest;
    }
    for (int k = 0; k < table->columns_n && !table->failed; k++) {
        if (*at(table, row, k)->text)
            fprintf(to, "%-*s  %s\n", widest, table->columns[k].title, at(table, row, k)->text);
    }
}

int report_text_print(const struct report_table *table, enum report_format format, FILE *to)
{
    if (table->failed)
        return -1;
    if (format == REPORT_CSV) {
        print_csv(table, to);
    } else if (format == REPORT_JSON) {
        print_json(table, to);
    } else if (format == REPORT_MARKDOWN) {
        print_markdown(table, to);
    } else {
        int *widths = calloc((size_t)table->columns_n, sizeof *widths);
        if (!widths)
            return -1;
        for (int k = 0; k < table->columns_n; k++)
            widths[k] = column_width(table, k);
        for (int row = -1; row < report_text_rows(table); row++)
            put_text_line(table, row, widths, to);
        free(widths);
    }
    return 0;
}

const char *report_text_mark(char *text, size_t size, bool marked)
{
    const size_t length = strlen(text);
    if (marked && length + sizeof REPORT_MARK <= size)
        memcpy(text + length, REPORT_MARK, sizeof REPORT_MARK);
    return text;
}
