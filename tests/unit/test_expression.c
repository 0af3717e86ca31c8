// expression: what can be written, what it means, and what is refused.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "analysis/expression.h"
#include "sim/field.h"
#include "tests/unit/run_fixture.h"
#include "tests/unit/near.h"

static int make_run(void **state)
{
    *state = run_fixture("base");
    return *state ? 0 : -1;
}

static int free_run(void **state)
{
    data_free(*state);
    return 0;
}

// The value of an expression in one replicate.
static double value(const struct run_data *data, struct expression_text text, int replicate)
{
    struct expression expression;
    double number[FIXTURE_REPLICATES];
    char why[ERROR_TEXT_MAX] = "";
    assert_int_equal(expression_parse(&expression, &text, why), ERROR_NONE);
    assert_int_equal(expression_evaluate(&expression, data, number, why), ERROR_NONE);
    return number[replicate];
}

#define VALUE(...) value(*state, (struct expression_text){__VA_ARGS__}, 1)

static void test_statistics(void **state)
{
    assert_near(VALUE("enterprises_n", "", "2014-12", "end"), 1210, 1e-9);
    assert_near(VALUE("enterprises_n", "", "2015", "end"), 1330, 1e-9);
    assert_near(VALUE("enterprises_n", "", "2014", "mean"), 1155, 1e-9);
    assert_near(VALUE("entries_n", "", "2014", "sum"), 78, 1e-9);
    assert_near(VALUE("entries_n", "", "2014..2015", "sum"), 300, 1e-9);
    assert_near(VALUE("entries_n", "", "2015-02..2015-03", "sum"), 14 + 15, 1e-9);
    assert_near(VALUE("entries_n", "", "2015-06", "cumulative"), 171, 1e-9);
    assert_near(VALUE("enterprises_n", "", "2015", "growth"), 1330.0 / 1210 - 1,
                1e-12); // stock: end over end
    assert_near(VALUE("entries_n", "", "2015", "growth"), (300.0 - 78) / 78 - 1,
                1e-12); // flow: sum over sum
    assert_near(VALUE("entries_n", "", "2015", "rate_on_opening_stock"), 222.0 / 1210, 1e-12);
    assert_near(VALUE("entries_n", "", "2015-08", "share_of_half_year"), 20.0 / (19 + 20 + 21 + 22 + 23 + 24),
                1e-12);
    assert_near(VALUE("entries_n", "", "2015-01..2015-03", "share_of_half_year"), 42.0 / 93, 1e-12);
}

static void test_ratios_and_sums(void **state)
{
    assert_near(VALUE("startups_n/enterprises_n", "", "2014-01", "end"), 11.0 / 1100, 1e-15);
    assert_near(VALUE("startups_n+entries_n", "", "2014-02", "end"), 11 + 2, 1e-12);
    assert_near(VALUE("startups_n+entries_n/enterprises_n+entries_n", "", "2014-01", "end"), 12.0 / 1101,
                1e-15);
    // A ratio of sums is not the mean of ratios.
    assert_near(VALUE("entries_n/enterprises_n", "", "2014-01..2014-02", "ratio_of_sums"), 3.0 / 2210, 1e-15);
    assert_near(VALUE("entries_n/enterprises_n", "", "2014-01..2014-02", "mean"),
                (1.0 / 1100 + 2.0 / 1110) / 2, 1e-15);
}

static void test_groups(void **state)
{
    assert_near(VALUE("enterprises_n", "size_class=small", "2014-01", "end"), 330, 1e-9);
    assert_near(VALUE("enterprises_n", "size_class=micro+small", "2014-01", "end"), 1100, 1e-9);
    assert_near(VALUE("enterprises_n", "size_class=micro", "2014-01", "share"), 0.7, 1e-12);
    assert_near(VALUE("innovating_frac", "size_class=small", "2014-01", "end"), 0.5, 1e-12);
    // Shares of several labels are averaged by enterprises, not added.
    assert_near(VALUE("innovating_frac", "size_class=micro+small", "2014-01", "end"), 0.7 * 0.1 + 0.3 * 0.5,
                1e-12);
}

// What a share is of weighs its labels: firms that trade, not all that are registered.
static void test_weights(void **state)
{
    struct run_data *data = run_fixture("base");
    const struct expression_text text = {"innovating_frac", "size_class=micro+small", "2014-01", "end"};
    (void)state;
    assert_non_null(data);
    assert_near(value(data, text, 0), 0.7 * 0.1 + 0.3 * 0.5, 1e-12);
    run_fixture_add(data, "operating_n_by_size_class", "enterprises", 0, data_dim_find(data, "size_class"));
    *run_fixture_at(data, "operating_n_by_size_class", 0, 0, 0) = 200;
    *run_fixture_at(data, "operating_n_by_size_class", 0, 0, 1) = 300;
    assert_near(value(data, text, 0), 0.4 * 0.1 + 0.6 * 0.5, 1e-12);
    data_free(data);
    assert_string_equal(expression_weight("innovating_frac", "share"), "operating_n");
    assert_string_equal(expression_weight("loss_making_frac", "share"), "enterprises_with_results_n");
    assert_string_equal(expression_weight("lending_rate_frac", "1/year"), "credit_total_vnd");
    assert_string_equal(expression_weight("productivity_vnd", "VND/worker/year"), "employment_n");
    assert_string_equal(expression_weight("no_such_frac", "share"), "operating_n");
}

// A share rests on the agents of its labels, a count on no more than it counts.
static void test_agents(void **state)
{
    struct run_data *data = run_fixture("base");
    struct expression x;
    char why[ERROR_TEXT_MAX];
    (void)state;
    assert_non_null(data);
#define AGENTS(metric, group, mean)                                                                          \
    (expression_parse(&x, &(struct expression_text){metric, group, "2014-01", "end"}, why)                   \
         ? -1.0                                                                                              \
         : expression_agents(&x, data, mean))
    assert_true(isnan(AGENTS("innovating_frac", "", 0.1)));
    run_fixture_add(data, "agents_n", "agents", 0, -1);
    run_fixture_add(data, "agents_n_by_size_class", "agents", 0, data_dim_find(data, "size_class"));
    run_fixture_set(data, "agents_n", 0, 500.0, 10.0);
    for (int r = 0; r < FIXTURE_REPLICATES; r++)
        for (int l = 0; l < 2; l++)
            *run_fixture_at(data, "agents_n_by_size_class", r, 0, l) = l ? 20.0 : 100.0;
    data_attribute_int(data, "agent_weight_rare", 2);
    assert_near(AGENTS("innovating_frac", "", 0.1), 510.0, 1e-9);
    assert_near(AGENTS("innovating_frac", "size_class=small", 0.5), 20.0, 1e-9);
    assert_near(AGENTS("innovating_frac", "size_class=micro+small", 0.5), 120.0, 1e-9);
    assert_near(AGENTS("startups_n", "", 11.0), 5.5, 1e-9);
    assert_near(AGENTS("enterprises_n", "", 1100.0), 510.0, 1e-9);
    assert_true(isnan(AGENTS("innovating_lens_frac", "lens=first", 0.2)));
    data_free(data);
#undef AGENTS
}

static void test_label_with_plus(void **state)
{
    (void)state;
    static const char *const labels[] = {"5-19", "20+"};
    struct run_data *data = run_fixture("base");
    assert_non_null(data);
    run_fixture_add(data, "workers_n_by_survey", "workers", 0,
                    data_dim_add(data, "survey", "", "", 2, labels, NULL));
    *run_fixture_at(data, "workers_n_by_survey", 1, 0, 1) = 7;
    assert_near(value(data, (struct expression_text){"workers_n", "survey=20+", "2014-01", "end"}, 1), 7, 0);
    data_free(data);
}

static void test_alias(void **state)
{
    (void)state;
    static const char *const labels[] = {"trade", "ict", "other_services", "construction"};
    struct run_data *data = run_fixture("base");
    assert_non_null(data);
    run_fixture_add(data, "firms_n_by_sector", "enterprises", 0,
                    data_dim_add(data, "sector", "", "", 4, labels, NULL));
    for (int k = 0; k < 4; k++)
        *run_fixture_at(data, "firms_n_by_sector", 1, 0, k) = 1 << k;
    assert_near(value(data, (struct expression_text){"firms_n", "sector=services", "2014-01", "end"}, 1), 7,
                0);
    assert_near(
        value(data, (struct expression_text){"firms_n", "sector=construction+services", "2014-01", "end"}, 1),
        15, 0);
    data_free(data);
}

static void test_missing_months(void **state)
{
    assert_true(isnan(VALUE("rare_frac", "", "2014-12", "end")));
    assert_near(VALUE("rare_frac", "", "2014..2015", "mean"), 0.25, 1e-12);
    assert_true(isnan(VALUE("rare_frac", "", "2014", "mean")));
}

static void test_division_by_zero_is_missing(void **state)
{
    run_fixture_set(*state, "startups_n", 0, 0, 0);
    assert_true(isnan(VALUE("entries_n/startups_n", "", "2014-01", "end")));
}

static void test_covered(void **state)
{
    static const struct {
        struct expression_text text;
        bool covered;
    } cases[] = {
        {{"entries_n", "", "2014", "sum"}, true},
        {{"entries_n", "", "2016-12", "end"}, true},
        {{"entries_n", "", "2017-01", "end"}, false},
        {{"entries_n", "", "2013", "sum"}, false},
        {{"enterprises_n", "", "2014", "growth"}, false},
        {{"enterprises_n", "", "2015", "growth"}, true},
        {{"entries_n", "", "2014", "rate_on_opening_stock"}, false},
        {{"entries_n", "", "2016", "cumulative"}, true},
        {{"enterprises_n", "", "2010..2015", "end"}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct expression expression;
        char why[ERROR_TEXT_MAX];
        assert_int_equal(expression_parse(&expression, &cases[i].text, why), ERROR_NONE);
        assert_int_equal(expression_covered(&expression, *state), cases[i].covered);
    }
}

static void test_refused_texts(void **state)
{
    (void)state;
    static const struct {
        struct expression_text text;
        const char *why;
    } cases[] = {
        {{"", "", "2014", "sum"}, "metric '' is not one"},
        {{"a+", "", "2014", "sum"}, "metric 'a+' is not one"},
        {{"a/", "", "2014", "sum"}, "metric '' is not one"},
        {{"a+b+c+d+e", "", "2014", "sum"}, "more than 4 parts"},
        {{"a", "size", "2014", "sum"}, "group 'size' is none"},
        {{"a", "size=", "2014", "sum"}, "group 'size=' is none"},
        {{"a", "", "14", "sum"}, "period '14' is none"},
        {{"a", "", "2014-13", "sum"}, "period '2014-13' is none"},
        {{"a", "", "2015..2014", "sum"}, "period '2015..2014' is none"},
        {{"a", "", "2014-01x", "sum"}, "period '2014-01x' is none"},
        {{"a", "", "2014", "summ"}, "unknown statistic 'summ'; did you mean 'sum'?"},
        {{"a", "", "2014", "ratio_of_sums"}, "metric 'a' is no ratio"},
        {{"a", "", "2014", "share"}, "a share needs a group"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct expression expression;
        char why[ERROR_TEXT_MAX] = "";
        assert_int_equal(expression_parse(&expression, &cases[i].text, why), ERROR_INPUT);
        assert_non_null(strstr(why, cases[i].why));
    }
}

static void test_refused_runs(void **state)
{
    static const struct {
        struct expression_text text;
        const char *why;
    } cases[] = {
        {{"firms_n", "", "2014", "sum"}, "the run has no metric 'firms_n'"},
        {{"startups_n", "size_class=micro", "2014", "sum"},
         "the run has no metric 'startups_n_by_size_class'"},
        {{"enterprises_n", "size_class=medium", "2014", "sum"},
         "the run has no size_class 'medium'; it has: micro, small"},
        {{"enterprises_n_by_size_class", "", "2014", "sum"}, "is not a metric by replicate and time"},
        {{"enterprises_n", "", "2020", "sum"}, "does not have all months"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct expression expression;
        double number[FIXTURE_REPLICATES];
        char why[ERROR_TEXT_MAX] = "";
        assert_int_equal(expression_parse(&expression, &cases[i].text, why), ERROR_NONE);
        assert_int_equal(expression_evaluate(&expression, *state, number, why), ERROR_INPUT);
        assert_non_null(strstr(why, cases[i].why));
    }
}

static void test_months(void **state)
{
    struct run_data *data = *state;
    struct data_dim *time = &data->dim[data_dim_find(data, "time")];
    int64_t first, n;
    char why[ERROR_TEXT_MAX];
    assert_int_equal(expression_months(data, &first, &n, why), ERROR_NONE);
    assert_int_equal(first, field_month(2014, 1));
    assert_int_equal(n, FIXTURE_MONTHS);
    time->value[5] += 31; // two values in July
    assert_int_equal(expression_months(data, &first, &n, why), ERROR_INPUT);
    snprintf(time->unit, sizeof time->unit, "months since 2014-01");
    assert_int_equal(expression_months(data, &first, &n, why), ERROR_INPUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_run, free_run)
    const struct CMUnitTest tests[] = {
        TEST(test_statistics), TEST(test_ratios_and_sums), TEST(test_groups),
        TEST(test_weights),    TEST(test_agents),          TEST(test_label_with_plus),
        TEST(test_alias),      TEST(test_missing_months),  TEST(test_division_by_zero_is_missing),
        TEST(test_covered),    TEST(test_refused_texts),   TEST(test_refused_runs),
        TEST(test_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
