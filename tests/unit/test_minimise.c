// minimise: Sobol's first points, damped steps, factors and the simplex against numbers worked out by hand.
#include "analysis/minimise.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "tests/unit/near.h"

static void sobol_points_fill_the_square(void **state)
{
    double x[8 * 2];
    int quarter[4] = {0};
    (void)state;
    assert_int_equal(minimise_sobol(2, 8, x), 0);
    assert_near(x[0], 0.5, 0);
    assert_near(x[1], 0.5, 0);
    assert_near(x[2], 0.75, 0);
    assert_near(x[3], 0.25, 0);
    assert_near(x[4], 0.25, 0);
    assert_near(x[5], 0.75, 0);
    assert_int_equal(minimise_sobol(2, 8, x), 0); // begins anew each time
    for (int i = 3; i < 7; i++)
        quarter[(x[2 * i] > 0.5) + 2 * (x[2 * i + 1] > 0.5)]++;
    for (int q = 0; q < 4; q++)
        assert_int_equal(quarter[q], 1);
    assert_int_equal(minimise_sobol(MINIMISE_SOBOL_DIMS_MAX + 1, 1, x), -1);
}

static void damping_shortens_the_step(void **state)
{
    const double a[] = {2, 0, 0, 1, 0, 1}, b[] = {2, 3, 1}, scale[] = {2, 1};
    double x[2];
    (void)state;
    assert_int_equal(minimise_damped(3, 2, a, b, 0.0, scale, x), 0);
    assert_near(x[0], 1.0, 1e-12);
    assert_near(x[1], 2.0, 1e-12);
    assert_int_equal(minimise_damped(3, 2, a, b, 1.0, scale, x), 0); // (4 + 4) x = 4, (2 + 1) y = 4
    assert_near(x[0], 0.5, 1e-12);
    assert_near(x[1], 4.0 / 3.0, 1e-12);
    const double flat[] = {1, 0, 1, 0, 1, 0};
    assert_int_equal(minimise_damped(3, 2, flat, b, 0.1, scale, x), 0); // the flat direction stays put
    assert_near(x[1], 0.0, 1e-12);
    const double bad[] = {1, 0, (double)NAN, 0, 1, 0};
    assert_int_equal(minimise_damped(3, 2, bad, b, 0.1, scale, x), -1);
}

static void factors_multiply_to_the_matrix(void **state)
{
    const double a[] = {3, 1, 1, 2, 0, 1, 1, 1};
    double u[8], s[2], v[4];
    (void)state;
    assert_int_equal(minimise_svd(4, 2, a, u, s, v), 0);
    assert_true(s[0] > s[1] && s[1] > 0.0);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 2; j++)
            assert_near(u[2 * i] * s[0] * v[2 * j] + u[2 * i + 1] * s[1] * v[2 * j + 1], a[2 * i + j], 1e-12);
    assert_int_equal(minimise_svd(1, 2, a, u, s, v), -1);
}

static void eigenvectors_stretch(void **state)
{
    const double a[] = {2, 1, 1, 2};
    double value[2], vector[4];
    (void)state;
    assert_int_equal(minimise_eigen(2, a, value, vector), 0);
    assert_near(value[0], 3.0, 1e-12);
    assert_near(value[1], 1.0, 1e-12);
    assert_near(vector[0] - vector[2], 0.0, 1e-12); // (1, 1)
    assert_near(vector[1] + vector[3], 0.0, 1e-12); // (1, -1)
}

static double valley(void *ctx, const double *x)
{
    int *calls = ctx;
    (*calls)++;
    return (x[0] - 1.0) * (x[0] - 1.0) + 10.0 * (x[1] - x[0]) * (x[1] - x[0]);
}

static double stops_at_five(void *ctx, const double *x)
{
    int *calls = ctx;
    return *calls == 5 ? MINIMISE_STOP : valley(ctx, x);
}

static void the_simplex_finds_the_valley_and_stops_when_told(void **state)
{
    double x[2] = {-2, 3};
    const double edge[2] = {0.5, 0.5};
    int calls = 0;
    (void)state;
    assert_int_equal(minimise_simplex(2, valley, &calls, edge, 300, 1e-6, x), 0);
    assert_true(calls < 310);
    assert_near(x[0], 1.0, 1e-4);
    assert_near(x[1], 1.0, 1e-4);
    calls = 0;
    x[0] = -2.0;
    assert_int_equal(minimise_simplex(2, stops_at_five, &calls, edge, 300, 1e-6, x), 0);
    assert_int_equal(calls, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sobol_points_fill_the_square),
        cmocka_unit_test(damping_shortens_the_step),
        cmocka_unit_test(factors_multiply_to_the_matrix),
        cmocka_unit_test(eigenvectors_stretch),
        cmocka_unit_test(the_simplex_finds_the_valley_and_stops_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
