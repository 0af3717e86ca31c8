// statistics: quantiles against a printed table (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_no_degrees),
                                       cmocka_unit_test(test_deviate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
