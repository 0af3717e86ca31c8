// csv: what test_moments does not ask: optional columns and numbers, the limit of rows, long texts.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/csv.h"
#include "tests/unit/near.h"

struct pair {
    char name[8];
    double low, high;
};

static int check(void *rows, int n, char *why)
{
    const struct pair *pair = (const struct pair *)rows + n;
    return pair->high < pair->low ? snprintf(why, ERROR_TEXT_MAX, "%s: exchanged", pair->name) : 0;
}

static const struct csv_column columns[] = {CSV_TEXT(pair, name, true), CSV_NUMBER(pair, low, true),
                                            CSV_NUMBER(pair, high, false)};
static const struct csv_table table = {"pairs", columns, 3, sizeof(struct pair), 2, check};

static int parse(const char *text, void **rows, int *n, struct error *err)
{
    return csv_parse(&table, &(struct csv_text){"p.csv", text, strlen(text)}, rows, n, err);
}

static void test_optional(void **state)
{
    (void)state;
    void *rows;
    int n;
    struct error err = {0};
    assert_int_equal(parse("name,low,high\na,1,\nb,1,2\n", &rows, &n, &err), ERROR_NONE);
    const struct pair *pair = rows;
    assert_int_equal(n, 2);
    assert_true(isnan(pair[0].high));
    assert_near(pair[1].high, 2, 0);
    free(rows);
    assert_int_equal(parse("other,low,name\nx,1,a", &rows, &n, &err), ERROR_NONE); // no line end, no high
    assert_true(n == 1 && isnan(((struct pair *)rows)->high));
    free(rows);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"name,low,high\na,,2\n", "p.csv:2: low: '' is not a number"},
        {"name,low,high\na,3,2\n", "p.csv:2: a: exchanged"},
        {"name,low\na,1\nb,1\nc,1\n", "p.csv:4: has more than 2 pairs"},
        {"name,low\nabcdefgh,1\n", "p.csv:2: name is too long"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *rows;
        int n;
        struct error err = {0};
        assert_int_equal(parse(cases[i].text, &rows, &n, &err), ERROR_INPUT);
        assert_string_equal(err.text[0], cases[i].message);
        free(rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_optional), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
