// moments: the CSV reader, sound and broken.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "analysis/moments.h"
#include "tests/unit/near.h"

#define HEADER "id,metric,group,period,statistic,value,tolerance,note,use\n"

static int parse(struct moments *moments, struct error *err, const char *text)
{
    return moments_parse(moments, text, strlen(text), "m.csv", err);
}

static void test_rows(void **state)
{
    (void)state;
    struct moments moments;
    struct error err = {0};
    assert_int_equal(parse(&moments, &err,
                           HEADER "a,exits_n,,2019,sum,12.5e3,100,\"a, b\"\"c\nd\",history\r\n"
                                  "\n"
                                  "b,exits_n,size=x+y,2019,share,0.1,0,,structure"),
                     ERROR_NONE);
    assert_int_equal(moments.n, 2);
    assert_string_equal(moments.moment[0].id, "a");
    assert_near(moments.moment[0].value, 12500, 0);
    assert_string_equal(moments.moment[0].use, "history");
    assert_string_equal(moments.moment[1].expression.labels, "x+y");
    assert_string_equal(moments.moment[1].use, "structure");
    moments_free(&moments);
}

static void test_quoted_field(void **state)
{
    (void)state;
    struct moments moments;
    struct error err = {0};
    assert_int_equal(parse(&moments, &err, HEADER "\"a\",\"exits_n\",,2019,sum,1,1,,\"history\"\n"),
                     ERROR_NONE);
    assert_string_equal(moments.moment[0].id, "a");
    assert_string_equal(moments.moment[0].use, "history");
    moments_free(&moments);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "m.csv:1: column 'id' is missing"},
        {"id,metric,group,period,statistic,value\n", "m.csv:1: column 'tolerance' is missing"},
        {"id,id\n", "m.csv:1: column 'id' stands twice"},
        {HEADER "a,x,,2019,sum,1,1\n", "m.csv:2: has not 9 fields as the first line"},
        {HEADER "a,x,,2019,sum,1,1,,history,more\n", "m.csv:2: has not 9 fields as the first line"},
        {HEADER "a,x,,2019,sum,one,1,,\n", "m.csv:2: value: 'one' is not a number"},
        {HEADER "a,x,,2019,sum,1,-1,,\n", "m.csv:2: a: tolerance is below 0"},
        {HEADER "a,x,,2019,som,1,1,,\n", "m.csv:2: a: unknown statistic 'som'; did you mean 'sum'?"},
        {HEADER "a,x,,2019,sum,1,1,,\na,x,,2019,sum,1,1,,\n", "m.csv:3: id 'a' stands twice"},
        {HEADER "a,x,,2019,sum,1,1,\"open,\n", ": a quoted field does not end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct moments moments;
        struct error err = {0};
        assert_int_equal(parse(&moments, &err, cases[i].text), ERROR_INPUT);
        assert_non_null(strstr(err.text[0], cases[i].message));
        moments_free(&moments);
    }
}

static void test_all_faults_at_once(void **state)
{
    (void)state;
    struct moments moments;
    struct error err = {0};
    assert_int_equal(
        parse(&moments, &err, HEADER "a,x,,2019,sum,one,1,,\nb,x,,2019,sum,1,1,,\nc,x,,19,sum,1,1,,\n"),
        ERROR_INPUT);
    assert_int_equal(err.faults_n, 2);
    moments_free(&moments);
}

static void test_files(void **state)
{
    (void)state;
    struct moments moments;
    struct error err = {0};
    assert_int_equal(moments_read(&moments, "none.csv", &err), ERROR_INPUT);
    assert_string_equal(err.text[0], "none.csv: cannot be opened: No such file or directory");
    moments_free(&moments);
    FILE *file = fopen("moments.csv", "w");
    assert_non_null(file);
    fputs(HEADER "a,x,,2019,sum,1,1,,\n", file);
    fclose(file);
    err = (struct error){0};
    assert_int_equal(moments_read(&moments, "moments.csv", &err), ERROR_NONE);
    assert_int_equal(moments.n, 1);
    moments_free(&moments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_quoted_field),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_all_faults_at_once),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
