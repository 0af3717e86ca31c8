// Rows: every type from text and back, bounds, defaults, exact messages, hints.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <string.h>
#include "sim/field.h"

struct sample {
    int64_t whole, money, truth, choice, month, set;
    double real, vector[3];
    struct series series;
    char text[FIELD_TEXT_MAX];
};

static const char *const sizes[] = {"micro", "small", "medium"};

#define AT(member) offsetof(struct sample, member)
static const struct field rows[] = {
    {"whole", FIELD_INT, "1", "3", -5, 10, AT(whole), NULL, 0, "", "", ""},
    {"money", FIELD_MONEY, "VND", "1462e9", 0, 1e15, AT(money), NULL, 0, "", "", ""},
    {"truth", FIELD_BOOL, "", "true", 0, 1, AT(truth), NULL, 0, "", "", ""},
    {"choice", FIELD_CHOICE, "", "small", 0, 0, AT(choice), sizes, 3, "", "", ""},
    {"month", FIELD_MONTH, "month", "2014-01", 480, 731, AT(month), NULL, 0, "", "", ""},
    {"set", FIELD_SET, "", "micro, medium", 0, 0, AT(set), sizes, 3, "", "", ""},
    {"real", FIELD_REAL, "1", "0.25", 0, 1, AT(real), NULL, 0, "", "", ""},
    {"vector", FIELD_VECTOR, "1", "micro: 0.7, small: 0.2, medium: 0.1", 0, 1, AT(vector), sizes, 3, "", "",
     ""},
    {"series", FIELD_SERIES, "1", "2014: 0.064, 2015: 0.07", -1, 1, AT(series), NULL, 0, "", "", ""},
    {"text", FIELD_TEXT, "", "Việt Nam", 0, 0, AT(text), NULL, 0, "", "", ""},
};
#define ROWS_N ((int)(sizeof rows / sizeof rows[0]))

static const struct field *row(const char *key)
{
    for (int i = 0; i < ROWS_N; i++) {
        if (strcmp(rows[i].key, key) == 0)
            return &rows[i];
    }
    fail_msg("no row %s", key);
    return NULL;
}

static void expect(const char *key, const char *text, struct sample *sample)
{
    char why[ERROR_TEXT_MAX] = "";
    if (field_parse(row(key), sample, text, why) != 0)
        fail_msg("%s from '%s': %s", key, text, why);
}

// The text is refused with this message, and nothing is changed.
static void refuse(const char *key, const char *text, const char *message)
{
    struct sample sample, before;
    char why[ERROR_TEXT_MAX] = "";
    memset(&sample, 0x5a, sizeof sample);
    memcpy(&before, &sample, sizeof sample);
    assert_int_equal(field_parse(row(key), &sample, text, why), ERROR_INPUT);
    assert_string_equal(why, message);
    assert_memory_equal(&sample, &before, sizeof sample);
    assert_int_equal(field_parse(row(key), &sample, text, NULL), ERROR_INPUT);
}

static void test_defaults(void **state)
{
    (void)state;
    struct sample sample;
    memset(&sample, 0x5a, sizeof sample);
    field_defaults(rows, ROWS_N, &sample);
    assert_int_equal(sample.whole, 3);
    assert_true(sample.money == INT64_C(1462000000000));
    assert_int_equal(sample.truth, 1);
    assert_int_equal(sample.choice, 1);
    assert_int_equal(sample.month, 528);
    assert_int_equal(sample.set, 5);
    assert_true(sample.real == 0.25);
    assert_true(sample.vector[0] == 0.7 && sample.vector[1] == 0.2 && sample.vector[2] == 0.1);
    assert_int_equal(sample.series.first_year, 2014);
    assert_int_equal(sample.series.n, 2);
    assert_true(sample.series.value[1] == 0.07 && sample.series.value[2] == 0);
    assert_string_equal(sample.text, "Việt Nam");
}

static void test_default_without_fallback_is_zero(void **state)
{
    (void)state;
    struct sample sample, zero;
    struct field bare[ROWS_N];
    memset(&sample, 0x5a, sizeof sample);
    memset(&zero, 0, sizeof zero);
    memcpy(bare, rows, sizeof rows);
    for (int i = 0; i < ROWS_N; i++)
        bare[i].fallback = NULL;
    field_defaults(bare, ROWS_N, &sample);
    assert_memory_equal(&sample, &zero, sizeof sample);
}

static void test_values(void **state)
{
    (void)state;
    struct sample sample;
    field_defaults(rows, ROWS_N, &sample);
    expect("whole", " -5 ", &sample);
    assert_int_equal(sample.whole, -5);
    expect("whole", "1e1", &sample);
    assert_int_equal(sample.whole, 10);
    expect("truth", "false", &sample);
    assert_int_equal(sample.truth, 0);
    expect("choice", "medium", &sample);
    assert_int_equal(sample.choice, 2);
    expect("month", "2030-12", &sample);
    assert_int_equal(sample.month, 731);
    expect("real", "1e-5", &sample);
    assert_true(sample.real == 1e-5);
    expect("vector", "medium:1,micro : 0,  small: 0.5", &sample);
    assert_true(sample.vector[0] == 0 && sample.vector[1] == 0.5 && sample.vector[2] == 1);
    expect("series", "1999: -1", &sample);
    assert_int_equal(sample.series.first_year, 1999);
    assert_int_equal(sample.series.n, 1);
    assert_true(sample.series.value[0] == -1 && sample.series.value[1] == 0);
    expect("set", "[]", &sample);
    assert_int_equal(sample.set, 0);
    expect("set", " [ small , micro ] ", &sample);
    assert_int_equal(sample.set, 3);
    expect("set", "medium", &sample);
    assert_int_equal(sample.set, 4);
    expect("text", "", &sample);
    assert_string_equal(sample.text, "");
    expect("text", " kept blanks: [x] ", &sample);
    assert_string_equal(sample.text, " kept blanks: [x] ");
}

static void test_number_messages(void **state)
{
    (void)state;
    refuse("whole", "12O", "'12O' is not a number; allowed: a whole number from -5 to 10");
    refuse("whole", "", "no value is given; allowed: a whole number from -5 to 10");
    refuse("whole", "   ", "no value is given; allowed: a whole number from -5 to 10");
    refuse("whole", "1.5", "'1.5' is not a whole number; allowed: a whole number from -5 to 10");
    refuse("whole", "11", "'11' is too large; allowed: a whole number from -5 to 10");
    refuse("whole", "-6", "'-6' is too small; allowed: a whole number from -5 to 10");
    refuse("whole", "9e18", "'9e18' is too large; allowed: a whole number from -5 to 10");
    refuse("whole", "1e30", "'1e30' is beyond the range of numbers; allowed: a whole number from -5 to 10");
    refuse("money", "0.5", "'0.5' is not a whole number; allowed: whole VND from 0 to 1e15");
    refuse("money", "1_000", "'1_000' is not a number; allowed: whole VND from 0 to 1e15");
    refuse("real", "1.0000000000000002", "'1.0000000000000002' is too large; allowed: a number from 0 to 1");
    refuse("real", "nan", "'nan' is not a number; allowed: a number from 0 to 1");
    refuse("real", "-inf", "'-inf' is not a number; allowed: a number from 0 to 1");
    refuse("real", "1e999", "'1e999' is beyond the range of numbers; allowed: a number from 0 to 1");
}

static void test_long_number(void **state)
{
    (void)state;
    char text[400] = "0.";
    memset(text + 2, '1', sizeof text - 3);
    refuse("real", text,
           "'0.11111111111111111111111111111111111111111111111111111111...' is too long for a number; "
           "allowed: a number from 0 to 1");
}

static void test_word_messages(void **state)
{
    (void)state;
    refuse("truth", "True", "'True' is unknown; allowed: true, false; did you mean 'true'?");
    refuse("truth", "1", "'1' is unknown; allowed: true, false");
    refuse("choice", "smal",
           "'smal' is unknown; allowed: one of: micro, small, medium; did you mean 'small'?");
    refuse("choice", "", "no value is given; allowed: one of: micro, small, medium");
    refuse("month", "2014-1", "'2014-1' is not a month; allowed: a month from 2010-01 to 2030-12");
    refuse("month", "2014-00", "'2014-00' is not a month; allowed: a month from 2010-01 to 2030-12");
    refuse("month", "2014/01", "'2014/01' is not a month; allowed: a month from 2010-01 to 2030-12");
    refuse("month", "2014-01-01", "'2014-01-01' is not a month; allowed: a month from 2010-01 to 2030-12");
    refuse("month", "2009-12", "'2009-12' is too early; allowed: a month from 2010-01 to 2030-12");
    refuse("month", "2031-01", "'2031-01' is too late; allowed: a month from 2010-01 to 2030-12");
    refuse("text", "a\nb",
           "'a\nb' is not one line of printable UTF-8; allowed: one line of text of at most 127 bytes");
    refuse("text", "a\xff",
           "'a\xff' is not one line of printable UTF-8; allowed: one line of text of at most 127 bytes");
}

static void test_text_length(void **state)
{
    (void)state;
    struct sample sample;
    char text[FIELD_TEXT_MAX + 1];
    memset(text, 'x', sizeof text);
    text[FIELD_TEXT_MAX] = '\0';
    refuse("text", text,
           "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' is too long; "
           "allowed: one line of text of at most 127 bytes");
    text[FIELD_TEXT_MAX - 1] = '\0';
    expect("text", text, &sample);
    assert_string_equal(sample.text, text);
}

static void test_vector_messages(void **state)
{
    (void)state;
    const char *allowed = "allowed: a number from 0 to 1 for each of: micro, small, medium";
    static const struct {
        const char *text, *what, *hint;
    } table[] = {
        {"micro: 1, small: 0", "label 'medium' is missing", ""},
        {"small: 0", "label 'micro' and 1 more are missing", ""},
        {"micro: 1, micro: 0", "'micro' is given twice", ""},
        {"micro: 1, smal: 0", "'smal' is unknown", "; did you mean 'small'?"},
        {"0.5", "'0.5' is not written as 'label: number'", ""},
        {"micro: 1,", "no value is given", ""},
        {"", "no value is given", ""},
        {": 1", "no value is given", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char message[ERROR_TEXT_MAX];
        snprintf(message, sizeof message, "%s; %s%s", table[i].what, allowed, table[i].hint);
        refuse("vector", table[i].text, message);
    }
    refuse("vector", "micro: 12O, small: 0, medium: 0",
           "'12O' is not a number; allowed: a number from 0 to 1");
    refuse("vector", "micro: 2, small: 0, medium: 0", "'2' is too large; allowed: a number from 0 to 1");
}

static void test_series_messages(void **state)
{
    (void)state;
    const char *allowed = "allowed: up to 64 consecutive years, each with a number from -1 to 1";
    static const struct {
        const char *text, *what;
    } table[] = {
        {"2014: 0, 2016: 0", "year 2016 stands where 2015 is expected"},
        {"2014: 0, 2014: 0", "year 2014 stands where 2015 is expected"},
        {"2014: 0, 2013: 0", "year 2013 stands where 2015 is expected"},
        {"14: 0", "'14' is not a year"},
        {"20x4: 0", "'20x4' is not a year"},
        {"0", "'0' is not written as 'label: number'"},
        {"", "no value is given"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char message[ERROR_TEXT_MAX];
        snprintf(message, sizeof message, "%s; %s", table[i].what, allowed);
        refuse("series", table[i].text, message);
    }
    refuse("series", "2014: 2", "'2' is too large; allowed: a number from -1 to 1");
}

static void test_series_length(void **state)
{
    (void)state;
    struct sample sample;
    char text[SERIES_MAX * 16] = "1950: 0";
    for (int year = 1951; year < 1950 + SERIES_MAX; year++)
        sprintf(text + strlen(text), ", %d: 0", year);
    expect("series", text, &sample);
    assert_int_equal(sample.series.n, SERIES_MAX);
    strcat(text, ", 2014: 0");
    refuse("series", text,
           "too many years; allowed: up to 64 consecutive years, each with a number from -1 to 1");
}

static void test_set_messages(void **state)
{
    (void)state;
    const char *allowed = "allowed: [] or any of: micro, small, medium";
    static const struct {
        const char *text, *what, *hint;
    } table[] = {
        {"[micro", "'[micro' has one bracket without the other", ""},
        {"micro]", "'micro]' has one bracket without the other", ""},
        {"[", "'[' has one bracket without the other", ""},
        {"micro, micro", "'micro' is given twice", ""},
        {"[micro, ]", "no value is given", ""},
        {"", "no value is given", ""},
        {"[[]]", "'[]' is unknown", ""},
        {"[smaal]", "'smaal' is unknown", "; did you mean 'small'?"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char message[ERROR_TEXT_MAX];
        snprintf(message, sizeof message, "%s; %s%s", table[i].what, allowed, table[i].hint);
        refuse("set", table[i].text, message);
    }
}

static void test_largest_set(void **state)
{
    (void)state;
    const char *labels[FIELD_SET_MAX];
    char text[FIELD_FORMAT_MAX];
    struct sample sample, back;
    char buffer[FIELD_SET_MAX][16];
    for (int i = 0; i < FIELD_SET_MAX; i++) {
        snprintf(buffer[i], sizeof buffer[i], "l%d", i);
        labels[i] = buffer[i];
    }
    struct field set = {
        .key = "set", .type = FIELD_SET, .offset = AT(set), .labels = labels, .labels_n = FIELD_SET_MAX};
    sample.set = INT64_MAX;
    field_format(&set, &sample, text, sizeof text);
    assert_int_equal(field_parse(&set, &back, text, NULL), 0);
    assert_true(back.set == INT64_MAX);
}

static void test_format(void **state)
{
    (void)state;
    static const char *const texts[ROWS_N] = {
        "3",
        "1462000000000",
        "true",
        "small",
        "2014-01",
        "[micro, medium]",
        "0.25",
        "micro: 0.7, small: 0.2, medium: 0.1",
        "2014: 0.064, 2015: 0.07",
        "Việt Nam",
    };
    struct sample sample, back;
    char text[FIELD_FORMAT_MAX];
    memset(&back, 0, sizeof back);
    memset(&sample, 0, sizeof sample);
    field_defaults(rows, ROWS_N, &sample);
    for (int i = 0; i < ROWS_N; i++) {
        field_format(&rows[i], &sample, text, sizeof text);
        assert_string_equal(text, texts[i]);
        expect(rows[i].key, text, &back);
    }
    assert_memory_equal(&back, &sample, sizeof sample);
    sample.set = 0;
    field_format(row("set"), &sample, text, sizeof text);
    assert_string_equal(text, "[]");
}

static void test_format_is_cut_to_size(void **state)
{
    (void)state;
    struct sample sample;
    char text[9] = "12345678";
    field_defaults(rows, ROWS_N, &sample);
    for (int i = 0; i < ROWS_N; i++) {
        field_format(&rows[i], &sample, text, 5);
        assert_true(strlen(text) < 5);
        assert_string_equal(text + 5, "678");
    }
}

static void test_element(void **state)
{
    (void)state;
    char why[ERROR_TEXT_MAX];
    double value = 7;
    assert_int_equal(field_parse_element(row("vector"), "0.5", &value, why), 0);
    assert_true(value == 0.5);
    assert_int_equal(field_parse_element(row("vector"), "1.5", &value, why), ERROR_INPUT);
    assert_string_equal(why, "'1.5' is too large; allowed: a number from 0 to 1");
    assert_true(value == 0.5);
}

static void test_allowed(void **state)
{
    (void)state;
    static const struct {
        struct field field;
        const char *text;
    } table[] = {
        {{.type = FIELD_INT, .low = 1, .high = 10}, "a whole number from 1 to 10"},
        {{.type = FIELD_REAL, .low = 0, .high = 1}, "a number from 0 to 1"},
        {{.type = FIELD_REAL, .low = 1e-5, .high = INFINITY}, "a number of at least 1e-5"},
        {{.type = FIELD_REAL, .low = -INFINITY, .high = 0.5}, "a number of at most 0.5"},
        {{.type = FIELD_REAL, .low = -INFINITY, .high = INFINITY}, "a number"},
        {{.type = FIELD_MONEY, .low = -1, .high = 1e15}, "whole VND from -1 to 1e15"},
        {{.type = FIELD_MONTH, .low = -1, .high = 528}, "a month from 1969-12 to 2014-01"},
        {{.type = FIELD_MONTH, .low = -INFINITY, .high = INFINITY}, "a month as 2014-01"},
        {{.type = FIELD_CHOICE, .labels = sizes, .labels_n = 3}, "one of: micro, small, medium"},
        {{.type = FIELD_SET, .labels = sizes, .labels_n = 2}, "[] or any of: micro, small"},
    };
    char text[200];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        field_allowed(&table[i].field, text, sizeof text);
        assert_string_equal(text, table[i].text);
    }
}

static void test_long_list_is_shortened(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } table[] = {
        {29, "one of: micro, small, medium"}, // exactly fits
        {28, "one of: micro, small, ..."},    {26, "one of: micro, small, ..."},
        {25, "one of: micro, ..."},           {18, "one of: ..."},
    };
    struct field field = {.type = FIELD_CHOICE, .labels = sizes, .labels_n = 3};
    char text[64];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        field_allowed(&field, text, table[i].size);
        assert_string_equal(text, table[i].text);
    }
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"replicator_per_year", "growth_sd", "kind", "a"};
    static const struct {
        const char *word, *nearest;
    } table[] = {
        {"replicater_per_year", "replicator_per_year"}, // replace
        {"replicatorper_year", "replicator_per_year"},  // insert
        {"growth_ssd", "growth_sd"},                    // delete
        {"growth_ds", "growth_sd"},                     // swap
        {"gorwthsd", "growth_sd"},
        {"ikdn", "kind"}, // two swaps: 2 is within 1 + 4/3
        {"kinds", "kind"},
        {"ki", NULL}, // distance 2, allowed 1
        {"x", NULL},  // nothing in common with "a"
        {"", NULL},
        {"unrelated", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *nearest = field_nearest(table[i].word, names, 4);
        if (table[i].nearest)
            assert_string_equal(nearest, table[i].nearest);
        else
            assert_null(nearest);
    }
    char longest[300];
    memset(longest, 'x', sizeof longest);
    longest[299] = '\0';
    assert_null(field_nearest(longest, names, 4));
    const char *const far[] = {longest};
    assert_null(field_nearest("x", far, 1));
    assert_null(field_nearest("kind", names, 0));
}

static void test_months(void **state)
{
    (void)state;
    assert_int_equal(field_month(1970, 1), 0);
    assert_int_equal(field_month(2014, 1), 528);
    assert_int_equal(field_month(1969, 12), -1);
    for (int64_t months = -30; months < 800; months++) {
        int64_t year, month;
        field_month_split(months, &year, &month);
        assert_in_range(month, 1, 12);
        assert_int_equal(field_month(year, month), months);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_default_without_fallback_is_zero),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_number_messages),
        cmocka_unit_test(test_long_number),
        cmocka_unit_test(test_word_messages),
        cmocka_unit_test(test_text_length),
        cmocka_unit_test(test_vector_messages),
        cmocka_unit_test(test_series_messages),
        cmocka_unit_test(test_series_length),
        cmocka_unit_test(test_set_messages),
        cmocka_unit_test(test_largest_set),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_format_is_cut_to_size),
        cmocka_unit_test(test_element),
        cmocka_unit_test(test_allowed),
        cmocka_unit_test(test_long_list_is_shortened),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
