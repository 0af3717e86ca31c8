// report_text: one table in four formats, and numbers as people read them.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include "analysis/report_text.h"

static const struct report_column columns[] = {
    {"name", "name", false, true, 0},      {"value", "value", true, true, 0},
    {"hidden", "hidden", false, false, 0}, {"empty", "empty", false, true, 0},
    {"last", "last", false, true, 0},
};

static char *printed(enum report_format format)
{
    char *text = NULL;
    size_t n;
    struct report_table *table = report_text_create(columns, 5);
    FILE *to = open_memstream(&text, &n);
    assert_non_null(table);
    assert_non_null(to);
    report_text_cell(table, "a|\"b\", c");
    report_text_number(table, 1234.5, "1,234.5");
    report_text_cell(table, "h");
    report_text_cell(table, "");
    report_text_cell(table, "x");
    report_text_cell(table, "quỹ"); // four characters wide, not six bytes
    report_text_number(table, (double)NAN, "-");
    report_text_row_end(table);
    assert_int_equal(report_text_rows(table), 2);
    assert_int_equal(report_text_print(table, format, to), 0);
    fclose(to);
    report_text_free(table);
    return text;
}

static void expect(enum report_format format, const char *expected)
{
    char *text = printed(format);
    assert_string_equal(text, expected);
    free(text);
}

static void test_text(void **state)
{
    (void)state;
    expect(REPORT_TEXT, "name        value  last\n"
                        "a|\"b\", c  1,234.5  x\n"
                        "quỹ             -\n");
}

static void test_markdown(void **state)
{
    (void)state;
    expect(REPORT_MARKDOWN, "| name | value | hidden | empty | last |\n"
                            "|---|---:|---|---|---|\n"
                            "| a\\|\"b\", c | 1,234.5 | h |  | x |\n"
                            "| quỹ | - |  |  |  |\n");
}

static void test_csv(void **state)
{
    (void)state;
    expect(REPORT_CSV, "name,value,hidden,empty,last\n"
                       "\"a|\"\"b\"\", c\",1234.5,h,,x\n"
                       "quỹ,,,,\n");
}

static void test_json(void **state)
{
    (void)state;
    expect(REPORT_JSON,
           "[\n  {\"name\": \"a|\\\"b\\\", c\", \"value\": 1234.5, \"hidden\": \"h\", \"empty\": \"\", "
           "\"last\": \"x\"},"
           "\n  {\"name\": \"quỹ\", \"value\": null, \"hidden\": \"\", \"empty\": \"\", \"last\": \"\"}\n]");
}

static void test_thousands(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        bool plus;
        const char *text;
    } cases[] = {
        {0, 0, true, "0"},
        {-0.001, 2, false, "0.00"},
        {999, 0, false, "999"},
        {1000, 0, false, "1,000"},
        {-1234567.89, 1, false, "-1,234,567.9"},
        {12, 2, true, "+12.00"},
        {999999.6, 0, false, "1,000,000"},
        {1e18, 0, false, "1,000,000,000,000,000,000"},
        {2e18, 0, false, "> 1e18"},
        {-2e18, 0, false, "< -1e18"},
    };
    char out[REPORT_NUMBER_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(report_text_thousands(cases[i].value, cases[i].decimals, cases[i].plus, out),
                            cases[i].text);
    assert_string_equal(report_text_thousands((double)NAN, 2, true, out), "-");
}

static void test_mark(void **state)
{
    char text[16] = "12 %", full[6] = "12345";
    (void)state;
    assert_string_equal(report_text_mark(text, sizeof text, false), "12 %");
    assert_string_equal(report_text_mark(text, sizeof text, true), "12 %" REPORT_MARK);
    assert_string_equal(report_text_mark(full, sizeof full, true), "12345"); // no room: never cut in half
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text), cmocka_unit_test(test_markdown),  cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json), cmocka_unit_test(test_thousands), cmocka_unit_test(test_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
