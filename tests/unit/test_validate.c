// validate: what lies inside its tolerance, what has no value, what is left out.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include "analysis/validate.h"
#include "tests/unit/run_fixture.h"
#include "tests/unit/near.h"

static const char text[] = "id,metric,group,period,statistic,value,tolerance,use\n"
                           "in,entries_n,,2014,sum,70,8,history\n"                // 78, at the edge
                           "out,entries_n,,2014,sum,70,7.9,history\n"             //
                           "spread,enterprises_n,,2014-01,end,1100,0,structure\n" // 1000, 1100, 1200
                           "none,profits_vnd,,2014,sum,1,1e9,structure\n"         // no such metric
                           "later,entries_n,,2020,sum,1,1,structure\n"            // not in the run
                           "missing,rare_frac,,2014-01,end,0.2,9,structure\n";    // NaN

struct fixture {
    struct run_data *data;
    struct moments moments;
    struct validation *validation;
    struct error missing;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error err = {0};
    *state = f;
    if (!f)
        return -1;
    f->data = run_fixture("base");
    if (!f->data || moments_parse(&f->moments, text, sizeof text - 1, "m.csv", &err))
        return -1;
    return validate_create(&f->validation, f->data, &f->moments, &f->missing, &err);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    validate_free(f->validation);
    moments_free(&f->moments);
    data_free(f->data);
    free(f);
    return 0;
}

static void test_rows(void **state)
{
    const struct fixture *f = *state;
    const struct validate_row *row = f->validation->row;
    assert_int_equal(f->validation->rows_n, 5);
    assert_int_equal(f->validation->outside_months_n, 1);
    assert_true(row[0].inside);
    assert_false(row[1].inside);
    assert_near(row[2].model.mean, 1100, 1e-9);
    assert_near(row[2].model.low, 1005, 1e-9);
    assert_near(row[2].model.high, 1195, 1e-9);
    assert_true(row[2].inside);
    assert_false(row[3].inside);
    assert_true(isnan(row[3].model.mean));
    assert_false(row[4].inside); // no tolerance is wide enough for a missing number
    assert_int_equal(f->missing.faults_n, 1);
    assert_string_equal(f->missing.text[0], "none: the run has no metric 'profits_vnd'");
}

static void test_counts(void **state)
{
    const struct fixture *f = *state;
    int inside;
    assert_int_equal(validate_count(f->validation, NULL, &inside), 5);
    assert_int_equal(inside, 2);
    assert_int_equal(validate_count(f->validation, "history", &inside), 2);
    assert_int_equal(inside, 1);
    assert_int_equal(validate_count(f->validation, "structure", &inside), 3);
    assert_int_equal(inside, 1);
}

static void test_csv(void **state)
{
    const struct fixture *f = *state;
    char *out = NULL;
    size_t n;
    FILE *to = open_memstream(&out, &n);
    assert_non_null(to);
    assert_int_equal(validate_print(f->validation, REPORT_CSV, to), 0);
    fclose(to);
    assert_string_equal(out, "id,metric,group,period,statistic,data,tolerance,model,low,high,inside\n"
                             "in,entries_n,,2014,sum,70,8,78,78,78,1\n"
                             "out,entries_n,,2014,sum,70,7.9,78,78,78,0\n"
                             "spread,enterprises_n,,2014-01,end,1100,0,1100,1005,1195,1\n"
                             "none,profits_vnd,,2014,sum,1,1000000000,,,,0\n"
                             "missing,rare_frac,,2014-01,end,0.2,9,,,,0\n");
    free(out);
}

static void test_distances(void **state)
{
    const struct fixture *f = *state;
    const struct validate_row *row = f->validation->row;
    assert_near(row[0].distance, 1, 1e-12);
    assert_near(row[1].distance, 8 / 7.9, 1e-12);
    assert_near(row[2].distance, 0, 0); // no tolerance, but exactly there
    assert_true(isnan(row[3].distance));
}

// Two entries moments: deviation 8 each, no spread. One of enterprises: 1100 against 1100, spread without a
// tolerance. J = (8/8)^2 + (8/7.9)^2 + 0.
static void test_fit(void **state)
{
    const struct fixture *f = *state;
    struct error err = {0};
    assert_int_equal(validate_fit(f->validation, 1, &err), ERROR_NONE);
    assert_int_equal(f->validation->fit.moments_n, 3);
    assert_int_equal(f->validation->fit.degrees, 2);
    assert_near(f->validation->fit.statistic, 1 + 64 / (7.9 * 7.9), 1e-9);
    assert_near(f->validation->fit.p, exp(-f->validation->fit.statistic / 2), 1e-9); // 2 degrees
}

// Replicates widen V: S of 1000, 1100, 1200 is 10,000, V = (1 + 1/3) S + 50^2.
static void test_fit_spread(void **state)
{
    const struct fixture *f = *state;
    static const char one[] = "id,metric,group,period,statistic,value,tolerance,use\n"
                              "a,enterprises_n,,2014-01,end,1000,50,history\n";
    struct moments moments;
    struct validation *validation;
    struct error err = {0};
    assert_int_equal(moments_parse(&moments, one, sizeof one - 1, "m.csv", &err), ERROR_NONE);
    assert_int_equal(validate_create(&validation, f->data, &moments, NULL, &err), ERROR_NONE);
    assert_int_equal(validate_fit(validation, 0, &err), ERROR_NONE);
    assert_near(validation->fit.statistic, 1e4 / (4.0 / 3.0 * 1e4 + 2500), 1e-9);
    validate_free(validation);
    moments_free(&moments);
}

static void test_notes(void **state)
{
    struct fixture *f = *state;
    struct moment_note note[] = {{"out", "", "measured otherwise"},
                                 {"in", "out", "one contradicts the other"}};
    struct moment_notes notes = {note, 2};
    struct error told = {0};
    char *out = NULL;
    size_t n;
    validate_explain(f->validation, &notes);
    assert_string_equal(f->validation->row[1].note, "measured otherwise");
    assert_int_equal(validate_idle_notes(f->validation, &told), 0);
    FILE *to = open_memstream(&out, &n);
    assert_int_equal(validate_print(f->validation, REPORT_TEXT, to), 0);
    fclose(to);
    assert_non_null(strstr(out, "out: measured otherwise\n"));
    assert_non_null(strstr(out, "40.0 % inside, where at least 85 % are asked for: not met\n"));
    assert_non_null(strstr(out, "- none profits_vnd: no explanation yet\n"));
    assert_non_null(strstr(out, "- in (+1.0 tolerances) and out (+1.0): one contradicts the other\n"));
    free(out);
    memcpy(note[0].id, "in", 3); // it lies inside
    validate_explain(f->validation, &notes);
    assert_int_equal(validate_idle_notes(f->validation, &told), 1);
    assert_string_equal(told.text[0], "in: is explained, though it lies inside its tolerance");
}

static void test_no_replicates(void **state)
{
    const struct fixture *f = *state;
    struct run_data *empty = data_create();
    struct validation *validation;
    struct error err = {0};
    assert_int_equal(validate_create(&validation, empty, &f->moments, NULL, &err), ERROR_INPUT);
    assert_null(validation);
    data_free(empty);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_rows),      TEST(test_counts),       TEST(test_csv),
                                       TEST(test_distances), TEST(test_fit),          TEST(test_fit_spread),
                                       TEST(test_notes),     TEST(test_no_replicates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
