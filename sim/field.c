#include "sim/field.h"

#include <float.h>
#include <stdarg.h>
#include <string.h>
#include "sim/number.h"

// One number, label or item with its NUL; a longer text is cut to a word that is neither number nor label.
#define WORD_MAX    (NUMBER_TEXT_MAX + 1)
#define HINT_MAX    64 // longest word or name that is compared for a hint
#define ALLOWED_MAX 288
#define WHAT_MAX    224

// ---- what is allowed, and how a refusal reads

static void range_text(const struct field *field, char *out, size_t size)
{
    bool has_low = field->low >= -DBL_MAX, has_high = field->high <= DBL_MAX;
    char low[32], high[32];

    number_format_short(field->low, low, sizeof low);
    number_format_short(field->high, high, sizeof high);
    if (has_low && has_high)
        snprintf(out, size, " from %s to %s", low, high);
    else if (has_low)
        snprintf(out, size, " of at least %s", low);
    else if (has_high)
        snprintf(out, size, " of at most %s", high);
    else
        out[0] = '\0';
}

static void month_text(int64_t months, char *out, size_t size)
{
    int64_t year, month;
    field_month_split(months, &year, &month);
    snprintf(out, size, "%04lld-%02lld", (long long)year, (long long)month);
}

static void month_range_text(const struct field *field, char *out, size_t size)
{
    const double widest = 1e6; // months; keeps the conversion below in range
    char low[32], high[32];
    if (!(field->low >= -widest && field->high <= widest)) {
        snprintf(out, size, "a month as 2014-01");
        return;
    }
    month_text((int64_t)field->low, low, sizeof low);
    month_text((int64_t)field->high, high, sizeof high);
    snprintf(out, size, "a month from %s to %s", low, high);
}

static void append_labels(const struct field *field, char *out, size_t size)
{
    size_t used = strlen(out);
    for (int i = 0; i < field->labels_n; i++) {
        size_t more = strlen(field->labels[i]) + (i > 0 ? 2 : 0);
        bool last = i == field->labels_n - 1;
        if (used + more + (last ? 1 : sizeof ", ...") > size) {
            snprintf(out + used, size - used, i > 0 ? ", ..." : "...");
            return;
        }
        snprintf(out + used, size - used, "%s%s", i > 0 ? ", " : "", field->labels[i]);
        used += more;
    }
}

void field_allowed(const struct field *field, char *out, size_t size)
{
    char range[80];
    range_text(field, range, sizeof range);
    switch (field->type) {
    case FIELD_INT:
        snprintf(out, size, "a whole number%s", range);
        return;
    case FIELD_REAL:
        snprintf(out, size, "a number%s", range);
        return;
    case FIELD_MONEY:
        snprintf(out, size, "whole VND%s", range);
        return;
    case FIELD_BOOL:
        snprintf(out, size, "true, false");
        return;
    case FIELD_MONTH:
        month_range_text(field, out, size);
        return;
    case FIELD_TEXT:
        snprintf(out, size, "one line of text of at most %d bytes", FIELD_TEXT_MAX - 1);
        return;
    case FIELD_SERIES:
        snprintf(out, size, "up to %d consecutive years, each with a number%s", SERIES_MAX, range);
        return;
    case FIELD_CHOICE:
        snprintf(out, size, "one of: ");
        break;
    case FIELD_VECTOR:
        snprintf(out, size, "a number%s for each of: ", range);
        break;
    case FIELD_SET:
        snprintf(out, size, "[] or any of: ");
        break;
    }
    append_labels(field, out, size);
}

int field_refuse(const struct field *field, char *why, const char *what, const char *hint)
{
    char allowed[ALLOWED_MAX];
    if (!why)
        return ERROR_INPUT;
    field_allowed(field, allowed, sizeof allowed);
    if (hint)
        snprintf(why, ERROR_TEXT_MAX, "%s; allowed: %s; did you mean '%s'?", what, allowed, hint);
    else
        snprintf(why, ERROR_TEXT_MAX, "%s; allowed: %s", what, allowed);
    return ERROR_INPUT;
}

// Refuses a piece of text: the quoted piece, then `what`.
static int refuse_text(const struct field *field, char *why, const char *text, const char *what,
                       const char *hint)
{
    char quoted[ERROR_QUOTE_MAX], line[WHAT_MAX];
    if (text[0] == '\0')
        return field_refuse(field, why, "no value is given", NULL);
    snprintf(line, sizeof line, "%s %s", error_quote(text, strlen(text), quoted), what);
    return field_refuse(field, why, line, hint);
}

// ---- pieces of text

struct slice {
    const char *at;
    size_t n;
};

static struct slice slice_trim(const char *at, size_t n)
{
    while (n > 0 && *at == ' ') {
        at++;
        n--;
    }
    while (n > 0 && at[n - 1] == ' ')
        n--;
    return (struct slice){at, n};
}

// Takes the part before the next comma off `rest`; false when nothing is left. A comma at the end leaves an
// empty part.
static bool slice_next(struct slice *rest, struct slice *item)
{
    if (!rest->at)
        return false;
    const char *comma = memchr(rest->at, ',', rest->n);
    size_t n = comma ? (size_t)(comma - rest->at) : rest->n;
    *item = slice_trim(rest->at, n);
    if (comma) {
        rest->at = comma + 1;
        rest->n -= n + 1;
    } else {
        rest->at = NULL;
    }
    return true;
}

// Copies a word with its NUL; `out` has WORD_MAX.
static void slice_copy(struct slice from, char *out)
{
    size_t n = from.n < WORD_MAX - 1 ? from.n : WORD_MAX - 1;
    memcpy(out, from.at, n);
    out[n] = '\0';
}

static void word_copy(const char *text, char *out)
{
    slice_copy(slice_trim(text, strlen(text)), out);
}

// ---- numbers

// Reads one number into `whole`, or into `real` if that is NULL.
static int parse_number(const struct field *field, const char *text, double *real, int64_t *whole, char *why)
{
    char number[WORD_MAX];
    double value = 0;
    int64_t exact = 0;

    word_copy(text, number);
    enum number_fault fault = whole ? number_whole(number, &exact) : number_real(number, &value);
    if (fault)
        return refuse_text(field, why, number, number_fault_text(fault), NULL);
    if (whole)
        value = (double)exact;
    if (value < field->low || value > field->high)
        return refuse_text(field, why, number, value < field->low ? "is too small" : "is too large", NULL);
    if (whole)
        *whole = exact;
    else
        *real = value;
    return 0;
}

int field_parse_element(const struct field *field, const char *text, double *out, char *why)
{
    struct field number = *field; // refuses as a number does
    number.type = FIELD_REAL;
    return parse_number(&number, text, out, NULL, why);
}

// ---- words

int field_label(const struct field *field, const char *label, char *why)
{
    for (int i = 0; i < field->labels_n; i++) {
        if (strcmp(label, field->labels[i]) == 0)
            return i;
    }
    refuse_text(field, why, label, "is unknown", field_nearest(label, field->labels, field->labels_n));
    return -1;
}

static int parse_choice(const struct field *field, const char *word, int64_t *out, char *why)
{
    int index = field_label(field, word, why);
    if (index < 0)
        return ERROR_INPUT;
    *out = index;
    return 0;
}

static int parse_bool(const struct field *field, const char *word, int64_t *out, char *why)
{
    static const char *const names[] = {"false", "true"};
    struct field choice = *field;
    choice.labels = names;
    choice.labels_n = 2;
    return parse_choice(&choice, word, out, why);
}

// The value of `n` decimal digits, or -1.
static int64_t digits_value(const char *text, int n)
{
    int64_t value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

static int parse_month(const struct field *field, const char *word, int64_t *out, char *why)
{
    bool form = strlen(word) == 7 && word[4] == '-';
    int64_t year = form ? digits_value(word, 4) : -1;
    int64_t month = form ? digits_value(word + 5, 2) : -1;
    if (year < 0 || month < 1 || month > 12)
        return refuse_text(field, why, word, "is not a month", NULL);
    double months = (double)field_month(year, month);
    if (months < field->low || months > field->high)
        return refuse_text(field, why, word, months < field->low ? "is too early" : "is too late", NULL);
    *out = field_month(year, month);
    return 0;
}

static int parse_text(const struct field *field, char *out, const char *text, char *why)
{
    size_t n = strlen(text);
    if (n >= FIELD_TEXT_MAX)
        return refuse_text(field, why, text, "is too long", NULL);
    for (size_t i = 0; i < n;) {
        int length = error_printable(text + i, n - i);
        if (length == 0)
            return refuse_text(field, why, text, "is not one line of printable UTF-8", NULL);
        i += (size_t)length;
    }
    memset(out, 0, FIELD_TEXT_MAX); // equal texts are equal bytes
    memcpy(out, text, n);
    return 0;
}

// ---- lists

// Splits `label: number` and reads the number; `label` has WORD_MAX.
static int parse_pair(const struct field *field, struct slice item, char *label, double *value, char *why)
{
    char text[WORD_MAX];
    const char *colon = memchr(item.at, ':', item.n);

    slice_copy(item, text);
    if (!colon)
        return refuse_text(field, why, text, "is not written as 'label: number'", NULL);
    size_t label_n = (size_t)(colon - item.at);
    slice_copy(slice_trim(item.at, label_n), label);
    slice_copy(slice_trim(colon + 1, item.n - label_n - 1), text);
    return field_parse_element(field, text, value, why);
}

int field_complete(const struct field *field, const bool *seen, char *why)
{
    int missing = 0;
    const char *first = NULL;
    for (int i = 0; i < field->labels_n; i++) {
        if (!seen[i] && missing++ == 0)
            first = field->labels[i];
    }
    if (missing == 0)
        return 0;
    char what[WHAT_MAX];
    if (missing == 1)
        snprintf(what, sizeof what, "label '%s' is missing", first);
    else
        snprintf(what, sizeof what, "label '%s' and %d more are missing", first, missing - 1);
    return field_refuse(field, why, what, NULL);
}

static int parse_vector(const struct field *field, double *out, const char *text, char *why)
{
    double value[FIELD_LABELS_MAX];
    bool seen[FIELD_LABELS_MAX] = {false};
    char label[WORD_MAX];
    struct slice rest = {text, strlen(text)}, item;

    CHECK(field->labels_n > 0 && field->labels_n <= FIELD_LABELS_MAX);
    while (slice_next(&rest, &item)) {
        double number;
        if (parse_pair(field, item, label, &number, why))
            return ERROR_INPUT;
        int index = field_label(field, label, why);
        if (index < 0)
            return ERROR_INPUT;
        if (seen[index])
            return refuse_text(field, why, label, "is given twice", NULL);
        seen[index] = true;
        value[index] = number;
    }
    if (field_complete(field, seen, why))
        return ERROR_INPUT;
    memcpy(out, value, (size_t)field->labels_n * sizeof *out);
    return 0;
}

int field_parse_year(const struct field *field, const char *text, int64_t *out, char *why)
{
    int64_t year = strlen(text) == 4 ? digits_value(text, 4) : -1;
    if (year < 0)
        return refuse_text(field, why, text, "is not a year", NULL);
    *out = year;
    return 0;
}

static int parse_series(const struct field *field, struct series *out, const char *text, char *why)
{
    struct series series = {0};
    char label[WORD_MAX], what[WHAT_MAX];
    struct slice rest = {text, strlen(text)}, item;

    while (slice_next(&rest, &item)) {
        double number;
        int64_t year;
        if (parse_pair(field, item, label, &number, why) || field_parse_year(field, label, &year, why))
            return ERROR_INPUT;
        if (series.n == 0)
            series.first_year = year;
        int64_t expected = series.first_year + series.n;
        if (year != expected) {
            snprintf(what, sizeof what, "year %d stands where %d is expected", (int)year, (int)expected);
            return field_refuse(field, why, what, NULL);
        }
        if (series.n == SERIES_MAX)
            return field_refuse(field, why, "too many years", NULL);
        series.value[series.n++] = number;
    }
    *out = series;
    return 0;
}

static int parse_set(const struct field *field, int64_t *out, const char *text, char *why)
{
    struct slice rest = slice_trim(text, strlen(text)), item;
    bool open = rest.n > 0 && rest.at[0] == '[', close = rest.n > 0 && rest.at[rest.n - 1] == ']';
    int64_t set = 0;

    CHECK(field->labels_n <= FIELD_SET_MAX);
    if (open != close)
        return refuse_text(field, why, text, "has one bracket without the other", NULL);
    if (open)
        rest = slice_trim(rest.at + 1, rest.n - 2);
    if (open && rest.n == 0)
        rest.at = NULL;
    while (slice_next(&rest, &item)) {
        char label[WORD_MAX];
        slice_copy(item, label);
        int index = field_label(field, label, why);
        if (index < 0)
            return ERROR_INPUT;
        if (set & INT64_C(1) << index)
            return refuse_text(field, why, label, "is given twice", NULL);
        set |= INT64_C(1) << index;
    }
    *out = set;
    return 0;
}

static int parse_word(const struct field *field, int64_t *out, const char *text, char *why)
{
    char word[WORD_MAX];
    word_copy(text, word);
    if (field->type == FIELD_BOOL)
        return parse_bool(field, word, out, why);
    if (field->type == FIELD_MONTH)
        return parse_month(field, word, out, why);
    return parse_choice(field, word, out, why);
}

int field_parse(const struct field *field, void *base, const char *text, char *why)
{
    void *place = (char *)base + field->offset;
    switch (field->type) {
    case FIELD_INT:
    case FIELD_MONEY:
        return parse_number(field, text, NULL, place, why);
    case FIELD_REAL:
        return parse_number(field, text, place, NULL, why);
    case FIELD_BOOL:
    case FIELD_CHOICE:
    case FIELD_MONTH:
        return parse_word(field, place, text, why);
    case FIELD_TEXT:
        return parse_text(field, place, text, why);
    case FIELD_VECTOR:
        return parse_vector(field, place, text, why);
    case FIELD_SERIES:
        return parse_series(field, place, text, why);
    case FIELD_SET:
        return parse_set(field, place, text, why);
    }
    error_bug(__FILE__, __LINE__, "a field has a type");
}

// ---- values as text

__attribute__((format(printf, 3, 4))) static void append(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, size - used, format, args);
    va_end(args);
}

static void format_vector(const struct field *field, const double *value, char *out, size_t size)
{
    char number[40];
    for (int i = 0; i < field->labels_n; i++) {
        number_format(value[i], number, sizeof number);
        append(out, size, "%s%s: %s", i > 0 ? ", " : "", field->labels[i], number);
    }
}

static void format_series(const struct series *series, char *out, size_t size)
{
    char number[40];
    for (int64_t i = 0; i < series->n; i++) {
        number_format(series->value[i], number, sizeof number);
        append(out, size, "%s%04lld: %s", i > 0 ? ", " : "", (long long)(series->first_year + i), number);
    }
}

static void format_set(const struct field *field, int64_t set, char *out, size_t size)
{
    const char *separator = "";
    append(out, size, "[");
    for (int i = 0; i < field->labels_n; i++) {
        if (set & INT64_C(1) << i) {
            append(out, size, "%s%s", separator, field->labels[i]);
            separator = ", ";
        }
    }
    append(out, size, "]");
}

static const char *choice_label(const struct field *field, int64_t index)
{
    CHECK(index >= 0 && index < field->labels_n);
    return field->labels[index];
}

void field_format(const struct field *field, const void *base, char *out, size_t size)
{
    const void *place = (const char *)base + field->offset;
    out[0] = '\0';
    switch (field->type) {
    case FIELD_INT:
    case FIELD_MONEY:
        snprintf(out, size, "%lld", (long long)*(const int64_t *)place);
        return;
    case FIELD_REAL:
        number_format(*(const double *)place, out, size);
        return;
    case FIELD_BOOL:
        snprintf(out, size, "%s", *(const int64_t *)place ? "true" : "false");
        return;
    case FIELD_CHOICE:
        snprintf(out, size, "%s", choice_label(field, *(const int64_t *)place));
        return;
    case FIELD_MONTH:
        month_text(*(const int64_t *)place, out, size);
        return;
    case FIELD_TEXT:
        snprintf(out, size, "%.*s", FIELD_TEXT_MAX - 1, (const char *)place);
        return;
    case FIELD_VECTOR:
        format_vector(field, place, out, size);
        return;
    case FIELD_SERIES:
        format_series(place, out, size);
        return;
    case FIELD_SET:
        format_set(field, *(const int64_t *)place, out, size);
        return;
    }
    error_bug(__FILE__, __LINE__, "a field has a type");
}

static size_t field_bytes(const struct field *field)
{
    if (field->type == FIELD_TEXT)
        return FIELD_TEXT_MAX;
    if (field->type == FIELD_VECTOR)
        return (size_t)field->labels_n * sizeof(double);
    return field->type == FIELD_SERIES ? sizeof(struct series) : sizeof(int64_t);
}

void field_defaults(const struct field *fields, int n, void *base)
{
    for (int i = 0; i < n; i++) {
        memset((char *)base + fields[i].offset, 0, field_bytes(&fields[i]));
        if (fields[i].fallback)
            CHECK(field_parse(&fields[i], base, fields[i].fallback, NULL) == 0);
    }
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

// Edit distance with swaps of neighbours (optimal string alignment); both words are shorter than HINT_MAX.
static int edit_distance(const char *a, int a_n, const char *b, int b_n)
{
    int row[3][HINT_MAX + 1];
    for (int j = 0; j <= b_n; j++)
        row[0][j] = j;
    for (int i = 1; i <= a_n; i++) {
        int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= b_n; j++) {
            int replace = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = smaller(replace, smaller(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
    }
    return row[a_n % 3][b_n];
}

const char *field_nearest(const char *word, const char *const *names, int n)
{
    size_t length = strlen(word);
    if (length >= HINT_MAX)
        return NULL;
    int best = smaller(2 + (int)length / 3, (int)length); // one above the farthest that is still near
    const char *nearest = NULL;
    for (int i = 0; i < n; i++) {
        size_t name_n = strlen(names[i]);
        if (name_n >= HINT_MAX)
            continue;
        int distance = edit_distance(word, (int)length, names[i], (int)name_n);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

int64_t field_month(int64_t year, int64_t month)
{
    return (year - 1970) * 12 + month - 1;
}

void field_month_split(int64_t months, int64_t *year, int64_t *month)
{
    int64_t of_year = (months % 12 + 12) % 12;
    *year = 1970 + (months - of_year) / 12;
    *month = of_year + 1;
}
