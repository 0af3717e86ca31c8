// statistics: quantiles against a printed table (NIST/SEMATECH e-Handbook, 1.3.6.7.2), the rest against
// numbers worked out by hand.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include "analysis/statistics.h"
#include "tests/unit/near.h"

static void test_table(void **state)
{
    (void)state;
    static const struct {
        double degrees, p975;
    } table[] = {{1, 12.706}, {2, 4.303}, {5, 2.571}, {15, 2.131}, {19, 2.093}, {100, 1.984}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_near(statistics_t_quantile(0.975, table[i].degrees), table[i].p975, 6e-4);
        assert_near(statistics_t_quantile(0.025, table[i].degrees), -table[i].p975, 6e-4);
    }
    assert_near(statistics_t_quantile(0.5, 7), 0, 1e-12);
}

static void test_no_degrees(void **state)
{
    (void)state;
    assert_true(isnan(statistics_t_quantile(0.975, 0)));
}

// One test of many degrees is its own deviate; Bonferroni's correction lowers it, to 0 at the most.
static void test_deviate(void **state)
{
    (void)state;
    assert_near(statistics_t_deviate(2.0, 1e7, 1.0), 2.0, 1e-5);
    assert_near(statistics_t_deviate(-2.365, 7.0, 1.0), 1.96, 1e-3);   // the 97.5 % quantile of 7 degrees
    assert_near(statistics_t_deviate(12.706, 1.0, 10.0), 0.674, 1e-3); // p = 0.025 * 10
    assert_near(statistics_t_deviate(1.0, 7.0, 100.0), 0.0, 0.0);
    assert_true(isnan(statistics_t_deviate(1.0, 0.0, 1.0)));
}

// NIST/SEMATECH e-Handbook, 1.3.6.7.4: upper critical values of chi-squared.
static void test_chi2(void **state)
{
    (void)state;
    assert_near(statistics_chi_squared_above(3.841, 1), 0.05, 2e-5);
    assert_near(statistics_chi_squared_above(18.307, 10), 0.05, 2e-5);
    assert_near(statistics_chi_squared_above(63.691, 40), 0.01, 2e-5);
    assert_near(statistics_chi_squared_above(0, 3), 1, 1e-12);
    assert_true(isnan(statistics_chi_squared_above(1, 0)));
}

static void test_normal_between(void **state)
{
    (void)state;
    const double all = (double)INFINITY;
    assert_near(statistics_normal_between(0.975, -all, all), 1.959964, 1e-6);
    assert_near(statistics_normal_between(0.5, 0, all), 0.674490, 1e-6);
    assert_near(statistics_normal_between(0.5, -1, 1), 0, 1e-12);
    assert_near(statistics_normal_between(0.25, -all, 0), -1.150349, 1e-6);
    // far out the distribution is exponential: the median lies ln 2 / low behind the bound
    for (double far = 10.0; far <= 35.0; far += 5.0) {
        assert_near(statistics_normal_between(0.5, far, all), far + log(2.0) / far, 1.0 / (far * far * far));
        assert_near(statistics_normal_between(0.5, -all, -far), -far - log(2.0) / far,
                    1.0 / (far * far * far));
    }
    for (double u = 0.05; u < 1.0; u += 0.1) { // and stays inside, however far
        const double z = statistics_normal_between(u, 60, 61);
        assert_true(z >= 60.0 && z <= 61.0);
    }
}

static void test_tails(void **state)
{
    (void)state;
    assert_near(statistics_t_two_sided(-2.131, 15), 0.05, 1e-4);
    assert_near(statistics_t_two_sided(0, 3), 1, 1e-12);
    assert_near(statistics_chi_squared_above(18.307, 10), 0.05, 1e-5); // NIST 1.3.6.7.4
    assert_true(isnan(statistics_chi_squared_above(1, 0)));
    assert_true(isnan(statistics_t_two_sided((double)NAN, 3)));
}

// [4 2; 2 3] has the inverse [3 -2; -2 4] / 8.
static void test_quadratic_form(void **state)
{
    (void)state;
    double m[] = {4, 2, 2, 3}, d[] = {1, 2}, not_definite[] = {1, 2, 2, 1}, e[] = {1, 1};
    assert_near(statistics_quadratic_form(m, d, 2), (3.0 - 8.0 + 16.0) / 8.0, 1e-12);
    assert_true(isnan(statistics_quadratic_form(not_definite, e, 2)));
}

static void test_slopes(void **state)
{
    (void)state;
    const double x[] = {1, 5, 2, 3, 3, 9, 4, 1}, one[] = {1, 1, 1, 1}; // two regressors
    const double plane[] = {1 + 2 * 1 - 5, 1 + 2 * 2 - 3, 1 + 2 * 3 - 9, 1 + 2 * 4 - 1};
    const double line[] = {0, 0, 1, 1}, at[] = {0, 1, 2, 3}, weight[] = {1, 0, 0, 1};
    const double same[] = {7, 7, 7, 7};
    double slope[2];
    statistics_slopes(&(struct statistics_rows){x, plane, one, 4, 2}, slope);
    assert_near(slope[0], 2, 1e-12);
    assert_near(slope[1], -1, 1e-12);
    statistics_slopes(&(struct statistics_rows){at, line, one, 4, 1}, slope);
    assert_near(slope[0], 0.4, 1e-12);
    statistics_slopes(&(struct statistics_rows){at, line, weight, 4, 1}, slope);
    assert_near(slope[0], 1.0 / 3.0, 1e-12);
    statistics_slopes(&(struct statistics_rows){same, line, one, 4, 1}, slope);
    assert_true(isnan(slope[0]));
}

static void test_weighted_quantile(void **state)
{
    (void)state;
    double value[] = {3, 1, 2}, weight[] = {1, 1, 6};
    assert_near(statistics_weighted_quantile(value, weight, 3, 0.1), 1, 0);
    assert_near(statistics_weighted_quantile(value, weight, 3, 0.5), 2, 0);
    assert_near(statistics_weighted_quantile(value, weight, 3, 0.9), 3, 0);
    assert_true(isnan(statistics_weighted_quantile(value, weight, 0, 0.5)));
}

// Values at the quantiles of a law have its shape.
static void test_subbotin_shape(void **state)
{
    (void)state;
    enum { N = 4000 };
    static double laplace[N], normal[N], twice[N], weight[N];
    for (int i = 0; i < N; i++) {
        const double p = (i + 0.5) / N;
        laplace[i] = p < 0.5 ? log(2 * p) : -log(2 - 2 * p);
        normal[i] = statistics_t_quantile(p, 1e7);
        twice[i] = 3.0 + 2.0 * laplace[i]; // neither place nor width matters
        weight[i] = 1.0;
    }
    assert_near(statistics_subbotin_shape(laplace, weight, N), 1, 0.01);
    assert_near(statistics_subbotin_shape(normal, weight, N), 2, 0.03);
    assert_near(statistics_subbotin_shape(twice, weight, N), 1, 0.01);
    assert_true(isnan(statistics_subbotin_shape(laplace, weight, 9)));
}

// d = 1 3 2 4 2: mean 2.4, autocovariances 26/25 and (-1.4 0.6 - 0.6 0.4 - 0.4 1.6 - 1.6 0.4) / 5 = -0.472.
static void test_diebold_mariano(void **state)
{
    (void)state;
    const double d[] = {1, 3, 2, 4, 2}, same[] = {1, 1, 1};
    struct statistics_test test = statistics_diebold_mariano(d, 5, 1);
    assert_near(test.statistic, sqrt(4.0 / 5.0) * 2.4 / sqrt(1.04 / 5), 1e-12);
    assert_near(test.p, statistics_t_two_sided(test.statistic, 4), 1e-15);
    test = statistics_diebold_mariano(d, 5, 2);
    assert_near(test.statistic, sqrt((5 + 1 - 4 + 2.0 / 5) / 5) * 2.4 / sqrt((1.04 - 2 * 0.472) / 5), 1e-9);
    assert_true(isnan(statistics_diebold_mariano(same, 3, 1).statistic));
    assert_true(isnan(statistics_diebold_mariano(d, 2, 1).p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),          cmocka_unit_test(test_no_degrees),
        cmocka_unit_test(test_tails),          cmocka_unit_test(test_quadratic_form),
        cmocka_unit_test(test_slopes),         cmocka_unit_test(test_weighted_quantile),
        cmocka_unit_test(test_subbotin_shape), cmocka_unit_test(test_diebold_mariano),
        cmocka_unit_test(test_deviate),        cmocka_unit_test(test_chi2),
        cmocka_unit_test(test_normal_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
