// stylised_estimate: every estimator on firm-years made by a rule whose answer is known.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/statistics.h"
#include "analysis/stylised_estimate.h"
#include "tests/unit/near.h"

enum { N = 6000, YEARS = 4 };
static struct firm_year rows[N * YEARS];

static const struct stylised_ask all = {(double)NAN, (double)NAN, (double)NAN, 2000, 2030, -1, -1};

// A number in (0, 1) that runs evenly through firms, differently for each `what`.
static double even(int i, int what)
{
    static const double step[] = {0.6180339887498949, 0.7548776662466927, 0.5698402909980532};
    const double x = 0.5 / N + (i + 1) * step[what];
    return x - floor(x);
}

// Firms from 2015 on, all operating through, the same from year to year but for what a test changes.
static void set_firms(void)
{
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++)
            rows[i * YEARS + t] = (struct firm_year){.firm = i,
                                                     .year = 2015 + t,
                                                     .age_months = 120 + 12 * t,
                                                     .was = FIRM_OPERATING,
                                                     .is = FIRM_OPERATING,
                                                     .sector = (uint8_t)(i % 2),
                                                     .whole = 1,
                                                     .weight = 1 + i % 3,
                                                     .workers_before = 20,
                                                     .workers = 20,
                                                     .sales_vnd = 1e9,
                                                     .value_added_vnd = 1e8,
                                                     .worker_years = 1,
                                                     .capital_before_vnd = 100};
}

static struct firm_year *at(int i, int t)
{
    return &rows[i * YEARS + t];
}

static double estimate(const char *name, const struct stylised_ask *ask)
{
    struct firm_panel *panel = firm_panel_of(rows, N * YEARS);
    assert_non_null(panel);
    const struct stylised_estimator *estimator = stylised_estimator_find(name);
    assert_non_null(estimator);
    const double value = estimator->estimate(panel, ask);
    firm_panel_free(panel);
    return value;
}

static double estimate_with(const char *name, double parameter)
{
    struct stylised_ask ask = all;
    ask.parameter = parameter;
    return estimate(name, &ask);
}

static double laplace(double p)
{
    return p < 0.5 ? log(2 * p) : -log(2 - 2 * p);
}

static void test_tail(void **state)
{
    (void)state;
    set_firms();
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++)
            at(i, t)->workers = 5 * pow(even(i, 0), -1 / 1.1);
    struct stylised_ask ask = all;
    ask.min_workers = 10;
    assert_near(estimate("tail_exponent", &ask), 1.1, 0.02);
}

// Growth is b x log workers plus s workers^-0.2 times a Laplace draw.
static void set_growth(double slope, double spread)
{
    set_firms();
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++) {
            const double workers = exp(0.7 + 6 * even(i, 0));
            const double draw = laplace(even((i + 977 * t) % N, 1));
            at(i, t)->workers_before = workers;
            at(i, t)->sales_vnd = t == 0 ? 1e9
                                         : at(i, t - 1)->sales_vnd *
                                               exp(slope * log(workers) + spread * pow(workers, -0.2) * draw);
        }
}

static void test_growth(void **state)
{
    (void)state;
    set_growth(-0.02, 0.3);
    assert_near(estimate("growth_on_size", &all), -0.02, 0.002);
    assert_near(estimate("growth_scaling", &all), 0.2, 0.02);
    for (int i = 0; i < N; i++) // size is that before the two years compared, not what is between
        at(i, YEARS - 1)->workers_before = 1;
    assert_near(estimate("growth_on_size", &all), -0.02, 0.002);
    struct stylised_ask narrow = all;
    narrow.min_workers = 10;
    narrow.max_workers = 14;
    assert_near(estimate("growth_shape", &narrow), 1, 0.1);
    narrow.max_workers = narrow.min_workers;
    assert_true(isnan(estimate("growth_shape", &narrow))); // no firms
}

// Growth falls with age alone, and the old are large: nothing is left when age is held constant.
static void test_growth_given_age(void **state)
{
    (void)state;
    set_growth(0, 0.1);
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++) {
            const double years = 30 * even(i, 2) * even(i, 0);
            at(i, t)->age_months = (int)(12 * years);
            at(i, t)->sales_vnd *= exp(-0.05 * t * log(1 + at(i, t)->age_months / 12.0));
        }
    assert_true(estimate("growth_on_size", &all) < -0.008);
    assert_near(estimate("growth_on_size_given_age", &all), 0, 0.002);
}

static void test_workers(void **state)
{
    (void)state;
    set_firms();
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++) {
            at(i, t)->age_months = i % 4 == 0 ? 24 : 120;
            at(i, t)->workers_before = 20 * (i % 8 == 0 ? pow(1.25, t) : 1); // an eighth grows by 25 % a year
            at(i, t)->workers = 20 * (i % 8 == 0 ? pow(1.25, t + 1) : 1);
            at(i, t)->weight = 1;
        }
    assert_near(estimate("growth_of_young", &all), 0.5 * log(1.25), 1e-9);
    assert_near(estimate_with("high_growth", 0.2), 0.125, 1e-9);
    assert_near(estimate_with("high_growth", 0.3), 0, 1e-9);
    struct stylised_ask first = all;
    first.last_year = 2015;
    assert_near(estimate("jobs_of_young", &first), 0.5 * 5 / (0.5 * 22.5 + 0.5 * 20), 1e-9);
    for (int i = 0; i < N; i++)
        at(i, 0)->workers = 20 * exp(laplace(even(i, 1)));
    assert_near(estimate("growth_shape_workers", &first), 1, 0.05);
}

// Exits: a tenth of those below 10 workers, which are young; 2 % of the others.
static void test_exit(void **state)
{
    (void)state;
    set_firms();
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++) {
            const int small = i % 2;
            struct firm_year *y = at(i, t);
            y->weight = 1;
            y->workers_before = small ? 5 : 50;
            y->age_months = small ? 12 : 120;
            y->is = i % 100 < (small ? 10 : 2) ? FIRM_CEASED : i % 3 ? FIRM_OPERATING : FIRM_SUSPENDED;
        }
    // of each hundred: small 1 3 5 7 9 exit, large 0: rates 10 % and 2 %
    assert_near(estimate_with("exit_of_small", 10), 0.10 - 0.02, 1e-9);
    assert_near(estimate("exit_of_young", &all), 0.10 - 0.02, 1e-9);
    assert_near(estimate("survival_of_year", &all), 0.94, 1e-9);
    assert_near(estimate("turnover", &all), 0.06, 1e-9);
    for (int i = 0; i < N; i += 10)
        for (int t = 0; t < YEARS; t++) {
            at(i, t)->was = FIRM_UNTRADING; // a tenth begins
            at(i, t)->is = FIRM_OPERATING;
        }
    assert_near(estimate("turnover", &all), (0.1 + 0.05) / 0.9, 1e-9);
}

static void test_life(void **state)
{
    (void)state;
    struct firm_panel *panel = firm_panel_of(rows, 0);
    const struct stylised_estimator *estimator = stylised_estimator_find("survival_from_start");
    struct stylised_ask ask = all;
    for (int age = 0; age < 12; age++)
        for (int g = 0; g < FIRM_GROUPS; g++) {
            panel->at_risk[g][age] = 100;
            panel->ended[g][age] = g == 3 ? 20 : 1;
        }
    ask.parameter = 1;
    assert_near(estimator->estimate(panel, &ask), pow(1 - 39.0 / 2000, 12), 1e-12);
    ask.left_out = 3;
    assert_near(estimator->estimate(panel, &ask), pow(0.99, 12), 1e-12);
    ask.parameter = 2;
    assert_true(isnan(estimator->estimate(panel, &ask))); // nobody at risk
    firm_panel_free(panel);
}

static void test_innovation(void **state)
{
    (void)state;
    set_firms();
    for (int i = 0; i < N; i++) // active always, never, or in the second year only
        for (int t = 0; t < YEARS; t++)
            at(i, t)->active = i % 3 == 0 || (i % 3 == 1 && t == 1), at(i, t)->weight = 1;
    // after activity: 3 years of a third, 1 year of a third that stops; after none: 3 + 1 stays, 1 starts
    assert_near(estimate_with("innovation_after", 1), 3.0 / 4, 1e-9);
    assert_near(estimate_with("innovation_after", 0), 1.0 / 5, 1e-9);
}

static void test_productivity(void **state)
{
    (void)state;
    set_firms();
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++) // sectors differ by a factor of 50, which does not count
            at(i, t)->value_added_vnd = (i % 2 ? 50 : 1) * exp(2 * (double)(i / 2) / (N / 2)),
                  at(i, t)->weight = 1;
    assert_near(estimate("productivity_ratio", &all), exp(2 * 0.8), 0.01);
}

static void test_investment(void **state)
{
    (void)state;
    set_firms();
    for (int i = 0; i < N; i++)
        for (int t = 0; t < YEARS; t++)
            at(i, t)->investment_vnd = i % 10 < 3 ? 0 : i % 10 < 8 ? 10 : 50, at(i, t)->weight = 1;
    assert_near(estimate_with("investment_above", 0.2), 0.2, 1e-9);
    assert_near(estimate_with("investment_below", 0.01), 0.3, 1e-9);
    assert_near(estimate_with("investment_in_spikes", 0.2), 100.0 / 150, 1e-9);
}

static void test_who_counts(void **state)
{
    (void)state;
    const struct firm_year y = {.year = 2016, .sector = 1, .group = 4, .workers_before = 10};
    struct stylised_ask ask = all;
    assert_true(stylised_sized(&ask, &y));
    ask.min_workers = 10;
    assert_true(stylised_sized(&ask, &y));
    ask.max_workers = 10;
    assert_false(stylised_sized(&ask, &y));
    assert_true(stylised_counts(&ask, &y));
    ask.sector = 0;
    assert_false(stylised_counts(&ask, &y));
    ask.sector = 1;
    ask.left_out = 4;
    assert_false(stylised_counts(&ask, &y));
    ask.left_out = 3;
    ask.first_year = 2017;
    assert_false(stylised_counts(&ask, &y));
    assert_null(stylised_estimator_find("none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tail),       cmocka_unit_test(test_growth),
        cmocka_unit_test(test_workers),    cmocka_unit_test(test_growth_given_age),
        cmocka_unit_test(test_exit),       cmocka_unit_test(test_life),
        cmocka_unit_test(test_innovation), cmocka_unit_test(test_productivity),
        cmocka_unit_test(test_investment), cmocka_unit_test(test_who_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
