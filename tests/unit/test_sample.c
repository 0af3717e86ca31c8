// sample: means, percentiles and intervals against numbers worked out by hand.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include "analysis/sample.h"
#include "tests/unit/near.h"

static void test_spread(void **state)
{
    (void)state;
    double value[41], scratch[41];
    for (int i = 0; i < 41; i++)
        value[i] = 40 - i; // not sorted
    struct sample_interval s = sample_spread(value, 41, scratch);
    assert_near(s.mean, 20, 1e-12);
    assert_near(s.low, 1, 1e-12); // 0.025 * 40 = 1
    assert_near(s.high, 39, 1e-12);
    assert_near(value[0], 40, 0); // left as it was
    value[0] = 10, value[1] = 20;
    s = sample_spread(value, 2, scratch);
    assert_near(s.low, 10.25, 1e-12);
    assert_near(s.high, 19.75, 1e-12);
    s = sample_spread(value, 1, scratch);
    assert_near(s.low, 10, 0);
    assert_near(s.high, 10, 0);
}

static void test_missing_makes_missing(void **state)
{
    (void)state;
    const double value[] = {1, (double)NAN, 3};
    double scratch[3];
    const struct sample_interval s = sample_spread(value, 3, scratch);
    assert_true(isnan(s.mean) && isnan(s.low) && isnan(s.high));
    const struct sample_interval c = sample_confidence(value, 3, 2);
    assert_true(isnan(c.mean) && isnan(c.low) && isnan(c.high));
    assert_false(sample_excludes_zero(&c));
}

static void test_confidence(void **state)
{
    (void)state;
    const double value[] = {2, 4, 6, 8}; // mean 5, s^2 = 20/3
    const struct sample_interval c = sample_confidence(value, 4, 3.0);
    const double half = 3.0 * sqrt(20.0 / 3.0 / 4.0);
    assert_near(c.mean, 5, 1e-12);
    assert_near(c.low, 5 - half, 1e-12);
    assert_near(c.high, 5 + half, 1e-12);
    const struct sample_interval one = sample_confidence(value, 1, 3.0);
    assert_true(one.mean == 2 && isnan(one.low) && isnan(one.high));
}

static void test_excludes_zero(void **state)
{
    (void)state;
    const struct sample_interval above = {2, 1, 3}, below = {-2, -3, -1}, across = {1, -1, 3},
                                 touching = {1, 0, 2};
    assert_true(sample_excludes_zero(&above));
    assert_true(sample_excludes_zero(&below));
    assert_false(sample_excludes_zero(&across));
    assert_false(sample_excludes_zero(&touching));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_missing_makes_missing),
        cmocka_unit_test(test_confidence),
        cmocka_unit_test(test_excludes_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
