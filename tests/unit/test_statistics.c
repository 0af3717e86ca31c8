// statistics: quantiles and tails against printed tables (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
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
    assert_near(statistics_chi2_above(3.841, 1), 0.05, 2e-5);
    assert_near(statistics_chi2_above(18.307, 10), 0.05, 2e-5);
    assert_near(statistics_chi2_above(63.691, 40), 0.01, 2e-5);
    assert_near(statistics_chi2_above(0, 3), 1, 1e-12);
    assert_true(isnan(statistics_chi2_above(1, 0)));
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_no_degrees),
                                       cmocka_unit_test(test_deviate), cmocka_unit_test(test_chi2),
                                       cmocka_unit_test(test_normal_between)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
