// compare: verdicts, paired differences, costs, and runs that must not be compared.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include "analysis/compare.h"
#include "sim/field.h"
#include "tests/unit/run_fixture.h"
#include "tests/unit/near.h"

#define T_2 4.302653 // 0.975 quantile of Student's t with 2 degrees of freedom

struct fixture {
    struct run_data *data[2];
    struct compare_run run[2];
    struct targets targets;
    struct comparison *comparison;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    for (int i = 0; i < 2; i++) {
        f->data[i] = run_fixture(i == 0 ? "base" : "policy");
        f->run[i] = (struct compare_run){i == 0 ? "base.h5" : "policy.h5", f->data[i]};
    }
    *state = f;
    return f->data[0] && f->data[1] ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    compare_free(f->comparison);
    data_free(f->data[0]);
    data_free(f->data[1]);
    free(f);
    return 0;
}

// Adds a target of a metric, group and period with statistic end.
static struct target *target(struct fixture *f, const char *metric, const char *group, const char *period,
                             double low)
{
    struct target *t = &f->targets.target[f->targets.n++];
    const struct expression_text text = {metric, group, period, "end"};
    char why[ERROR_TEXT_MAX];
    *t = (struct target){.low = low, .high = (double)NAN, .unit = "enterprises", .title = "T"};
    snprintf(t->id, sizeof t->id, "t%d", f->targets.n);
    snprintf(t->metric, sizeof t->metric, "%s", metric);
    snprintf(t->statistic, sizeof t->statistic, "end");
    assert_int_equal(expression_parse(&t->expression, &text, why), ERROR_NONE);
    return t;
}

static void compare(struct fixture *f, int64_t at)
{
    const struct compare_request request = {f->run, 2, &f->targets, at, 0, INT64_MAX, T_2};
    struct error err = {0};
    if (compare_create(&f->comparison, &request, &err)) {
        error_print(&err, stderr);
        fail();
    }
}

static const struct compare_cell *cell(const struct fixture *f, int row, int run)
{
    assert_true(row < f->comparison->rows_n);
    return &f->comparison->row[row].cell[run];
}

static void test_value_and_gap(void **state)
{
    struct fixture *f = *state;
    target(f, "enterprises_n", "", "2014-01", 1100); // replicates: 1000, 1100, 1200
    target(f, "enterprises_n", "", "2014-01", 1101);
    target(f, "enterprises_n", "", "2014-01", 900)->high = 1050;
    target(f, "rare_frac", "", "2014-01", 0.1);
    compare(f, -1);
    assert_near(cell(f, 0, 0)->value.mean, 1100, 1e-9);
    assert_near(cell(f, 0, 0)->value.low, 1005, 1e-9);
    assert_near(cell(f, 0, 0)->value.high, 1195, 1e-9);
    assert_int_equal(cell(f, 0, 0)->verdict, COMPARE_MET);
    assert_near(cell(f, 0, 0)->gap, 0, 0);
    assert_near(cell(f, 0, 0)->met_share, 2.0 / 3.0, 1e-12);
    assert_int_equal(cell(f, 1, 0)->verdict, COMPARE_NOT_MET);
    assert_near(cell(f, 1, 0)->gap, -1, 1e-9);
    assert_near(cell(f, 1, 0)->met_share, 1.0 / 3.0, 1e-12);
    assert_int_equal(cell(f, 2, 0)->verdict, COMPARE_ABOVE);
    assert_near(cell(f, 2, 0)->gap, 50, 1e-9);
    assert_int_equal(cell(f, 3, 0)->verdict, COMPARE_MISSING);
    assert_true(isnan(cell(f, 3, 0)->met_share) && isnan(cell(f, 3, 0)->gap));
}

static void test_lenses_disagree(void **state)
{
    struct fixture *f = *state;
    target(f, "innovating_lens_frac", "lens=*", "2014-12",
           0.3); // 0.2 under the first lens, 0.4 under the second
    struct target *broad = target(f, "innovating_frac", "", "2014-12", 0.3);
    snprintf(broad->reading_of, sizeof broad->reading_of, "t1");
    snprintf(broad->reading, sizeof broad->reading, "broad");
    compare(f, -1);
    assert_int_equal(f->comparison->rows_n, 3);
    assert_string_equal(f->comparison->row[0].reading, "first");
    assert_string_equal(f->comparison->row[1].reading, "second");
    assert_string_equal(f->comparison->row[2].reading, "broad");
    for (int row = 0; row < 3; row++)
        assert_int_equal(cell(f, row, 0)->verdict, COMPARE_DISAGREE);
}

static void test_lenses_agree(void **state)
{
    struct fixture *f = *state;
    target(f, "innovating_lens_frac", "lens=*", "2014-12", 0.1);
    target(f, "innovating_lens_frac", "lens=*", "2014-12", 0.5);
    compare(f, -1);
    for (int row = 0; row < 4; row++)
        assert_int_equal(cell(f, row, 0)->verdict, row < 2 ? COMPARE_MET : COMPARE_NOT_MET);
}

static void test_paired_difference(void **state)
{
    struct fixture *f = *state;
    // The policy adds 5, 6, 7: paired, that is distinguishable though the replicates differ by 100.
    for (int r = 0; r < FIXTURE_REPLICATES; r++)
        *run_fixture_at(f->data[1], "enterprises_n", r, 11, 0) += 5 + r;
    target(f, "enterprises_n", "", "2014-12", 0);
    compare(f, -1);
    const double half = T_2 / 1.7320508075688772; // standard deviation 1, three replicates
    assert_near(cell(f, 0, 1)->difference.mean, 6, 1e-9);
    assert_near(cell(f, 0, 1)->difference.low, 6 - half, 1e-6);
    assert_near(cell(f, 0, 1)->difference.high, 6 + half, 1e-6);
    assert_true(cell(f, 0, 1)->distinguishable);
    assert_false(cell(f, 0, 0)->distinguishable);
}

static void test_cost_per_unit(void **state)
{
    struct fixture *f = *state;
    for (int r = 0; r < FIXTURE_REPLICATES; r++)
        *run_fixture_at(f->data[1], "enterprises_n", r, 11, 0) += 10;
    run_fixture_set(f->data[0], "programme_cost_vnd", 0, 100, 0);
    run_fixture_set(f->data[1], "programme_cost_vnd", 0, 400, 0); // from month 0 to 11: 12 x 300 more
    run_fixture_set(f->data[1], "tax_forgone_vnd", 0, 50, 0);
    snprintf(target(f, "enterprises_n", "", "2014-12", 0)->units, TARGET_ID_MAX, "enterprises");
    snprintf(target(f, "startups_n", "", "2014-12", 0)->units, TARGET_ID_MAX, "startups");
    target(f, "enterprises_n", "", "2014-12", 0); // counts no units
    compare(f, -1);
    assert_int_equal(f->comparison->costs_n, 1);
    assert_near(f->comparison->costs[0].run[0].total[COMPARE_COST], 1200, 1e-9);
    assert_near(f->comparison->costs[0].run[1].difference[COMPARE_COST].mean, 3600, 1e-9);
    assert_near(cell(f, 0, 1)->units.mean, 10, 1e-9);
    assert_near(cell(f, 0, 1)->per_unit[COMPARE_COST], 360, 1e-9);
    assert_near(cell(f, 0, 1)->per_unit[COMPARE_FORGONE], 60, 1e-9);
    // No startup more: no cost per unit, though there is a cost.
    assert_false(cell(f, 1, 1)->units_distinguishable);
    assert_true(isnan(cell(f, 1, 1)->per_unit[COMPARE_COST]));
    assert_true(isnan(cell(f, 2, 1)->units.mean));
}

static void test_no_cost_per_unit_of_a_loss(void **state)
{
    struct fixture *f = *state;
    for (int r = 0; r < FIXTURE_REPLICATES; r++)
        *run_fixture_at(f->data[1], "enterprises_n", r, 11, 0) -= 10;
    run_fixture_set(f->data[1], "programme_cost_vnd", 0, 400, 0);
    snprintf(target(f, "enterprises_n", "", "2014-12", 0)->units, TARGET_ID_MAX, "enterprises");
    compare(f, -1);
    assert_true(cell(f, 0, 1)->units_distinguishable);
    assert_true(isnan(cell(f, 0, 1)->per_unit[COMPARE_COST]));
}

static void test_units_of_a_share(void **state)
{
    struct fixture *f = *state;
    run_fixture_set(f->data[1], "innovating_frac", 0, 0.20, 0.01); // from 0.10: 0.10 of 1110, 1210, 1310 more
    struct target *t = target(f, "innovating_frac", "", "2014-12", 0.3);
    snprintf(t->units, sizeof t->units, "innovating enterprises");
    snprintf(t->units_metric, sizeof t->units_metric, "enterprises_n");
    compare(f, -1);
    assert_near(cell(f, 0, 1)->units.mean, 121, 1e-9);
}

static void test_at(void **state)
{
    struct fixture *f = *state;
    const struct expression_text text = {"entries_n", "", "2014", "sum"};
    char why[ERROR_TEXT_MAX];
    target(f, "enterprises_n", "", "2030-12", 0);
    assert_int_equal(expression_parse(&target(f, "entries_n", "", "2014", 0)->expression, &text, why),
                     ERROR_NONE);
    compare(f, -1);
    assert_int_equal(f->comparison->rows_n, 1); // 2030 is outside the run
    compare_free(f->comparison);
    compare(f, field_month(2014, 3));
    assert_int_equal(f->comparison->rows_n, 1); // sums have no other date
    assert_near(cell(f, 0, 0)->value.mean, 1120, 1e-9);
}

static void test_dates(void **state)
{
    struct fixture *f = *state;
    const struct compare_request request = {
        f->run, 2, &f->targets, -1, field_month(2014, 7), field_month(2014, 12), T_2};
    struct error err = {0};
    target(f, "enterprises_n", "", "2014-06", 0);
    target(f, "enterprises_n", "", "2014-07", 0);
    target(f, "enterprises_n", "", "2014-12", 0);
    target(f, "enterprises_n", "", "2015-01", 0);
    assert_int_equal(compare_create(&f->comparison, &request, &err), ERROR_NONE);
    assert_int_equal(f->comparison->rows_n, 2);
    assert_string_equal(f->comparison->row[0].target->id, "t2");
    assert_int_equal(f->comparison->costs_n, 2);
}

static void test_comparable(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    // Parameters of the run and the programmes may differ.
    data_text_put(f->data[1], (int)(data_var_find(f->data[1], "parameters", "value") - f->data[1]->var), 1,
                  "2");
    assert_int_equal(compare_check(f->run, 2, &err), ERROR_NONE);
}

static void refused(const struct fixture *f, const char *message)
{
    struct error err = {0};
    assert_int_equal(compare_check(f->run, 2, &err), ERROR_INPUT);
    assert_non_null(strstr(err.text[0], message));
}

static void test_other_seed(void **state)
{
    struct fixture *f = *state;
    data_attribute_int(f->data[1], "seed", 2);
    refused(f, "policy.h5: seed: 2, but 1 in base.h5");
}

static void test_other_agents(void **state)
{
    struct fixture *f = *state;
    data_attribute_int(f->data[1], "agents", 999);
    refused(f, "policy.h5: agents: 999, but 1000 in base.h5");
}

static void test_other_economy(void **state)
{
    struct fixture *f = *state;
    data_text_put(f->data[1], (int)(data_var_find(f->data[1], "parameters", "value") - f->data[1]->var), 0,
                  "0.08");
    refused(f, "policy.h5: economy.credit.rate: 0.08, but 0.07 in base.h5");
}

static void test_other_months(void **state)
{
    struct fixture *f = *state;
    struct data_dim *time = &f->data[1]->dim[data_dim_find(f->data[1], "time")];
    snprintf(time->unit, sizeof time->unit, "days since 2015-01-01");
    for (int m = 13; m < 25; m++) // its 14th month is the February of a leap year
        time->value[m] += 1;
    refused(f, "policy.h5: has other months than base.h5");
}

static void test_missing_metric(void **state)
{
    struct fixture *f = *state;
    const struct compare_request request = {f->run, 2, &f->targets, -1, 0, INT64_MAX, T_2};
    struct error err = {0};
    target(f, "profits_vnd", "", "2014-12", 0);
    assert_int_equal(compare_create(&f->comparison, &request, &err), ERROR_INPUT);
    assert_null(f->comparison);
    assert_string_equal(err.text[0], "base.h5: t1: the run has no metric 'profits_vnd'");
}

// What is printed, as a string that the caller frees.
static char *printed(const struct fixture *f, enum report_format format)
{
    char *text = NULL;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    assert_non_null(to);
    assert_int_equal(compare_print(f->comparison, format, to), 0);
    fclose(to);
    return text;
}

static void test_print(void **state)
{
    struct fixture *f = *state;
    target(f, "innovating_lens_frac", "lens=*", "2014-12", 0.3);
    snprintf(target(f, "enterprises_n", "", "2014-12", 1e6)->units, TARGET_ID_MAX, "enterprises");
    compare(f, -1);
    char *text = printed(f, REPORT_TEXT);
    assert_non_null(strstr(text, "verdict: base lenses disagree; policy lenses disagree"));
    assert_non_null(strstr(text, "share of replicates that meet it"));
    assert_non_null(strstr(text, "at least 1,000,000 enterprises"));
    assert_non_null(strstr(text, "no effect distinguishable"));
    assert_null(strstr(text, "robability of meeting"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 110);
    free(text);
    text = printed(f, REPORT_CSV);
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 1 + 2 * 3); // keys, then scenarios x (two lenses and a count)
    free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_value_and_gap),
        TEST(test_lenses_disagree),
        TEST(test_lenses_agree),
        TEST(test_paired_difference),
        TEST(test_cost_per_unit),
        TEST(test_no_cost_per_unit_of_a_loss),
        TEST(test_units_of_a_share),
        TEST(test_at),
        TEST(test_dates),
        TEST(test_comparable),
        TEST(test_other_seed),
        TEST(test_other_agents),
        TEST(test_other_economy),
        TEST(test_other_months),
        TEST(test_missing_metric),
        TEST(test_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
