// The elementary functions against MPFR at 200 bits: random arguments over the whole domain and the places
// where an argument reduction goes wrong. Errors in units of the last place of the exact result.
#include <math.h>
#include <mpfr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "sim/rng.h"
#include "sim/vmath.h"

#define BITS 200

struct worst {
    double ulp, x, y;
};

// |got - exact| in ulps of exact, which is a normal number.
static double error_ulp(double got, mpfr_srcptr exact)
{
    mpfr_t error;
    mpfr_init2(error, BITS);
    mpfr_sub_d(error, exact, got, MPFR_RNDN);
    mpfr_div_2si(error, error, mpfr_get_exp(exact) - 53, MPFR_RNDN);
    double ulp = fabs(mpfr_get_d(error, MPFR_RNDN));
    mpfr_clear(error);
    return ulp;
}

static void worst_add(struct worst *worst, double got, mpfr_srcptr exact, double x, double y)
{
    double ulp = mpfr_zero_p(exact) ? (got == 0.0 ? 0.0 : INFINITY) : error_ulp(got, exact);
    if (!(ulp <= worst->ulp)) {
        *worst = (struct worst){ulp, x, y};
    }
}

static void worst_check(const char *name, const struct worst *worst, double limit)
{
    print_message("%s: at most %.3f ulp, at %a, %a\n", name, worst->ulp, worst->x, worst->y);
    assert_true(worst->ulp <= limit);
    assert_true(worst->ulp > 0.4); // the comparison itself sees rounding
}

// Uniform in (low, high), the i-th of a fixed list.
static double sample(uint32_t list, uint64_t i, double low, double high)
{
    return low + (high - low) * rng_uniform((struct rng){20240501, list}, i, (struct rng_purpose){0, 0, 0});
}

// x moved by `steps` floating-point neighbours.
static double neighbour(double x, int steps)
{
    return vmath_from_bits(vmath_bits(x) + (uint64_t)(int64_t)steps);
}

static void check_exp(struct worst *worst, double x)
{
    mpfr_t exact;
    mpfr_init2(exact, BITS);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_exp(exact, exact, MPFR_RNDN);
    worst_add(worst, vmath_exp(x), exact, x, 0.0);
    mpfr_clear(exact);
}

static void test_exp(void **state)
{
    (void)state;
    struct worst worst = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        check_exp(&worst, sample(1, i, VMATH_EXP_MIN, VMATH_EXP_MAX));
        check_exp(&worst, sample(2, i, -2.0, 2.0));
    }
    for (int k = 1; k < 300; k++) { // tiny arguments
        check_exp(&worst, ldexp(1.0, -k));
        check_exp(&worst, -ldexp(1.0, -k));
    }
    for (int k = -2040; k <= 2046; k++) { // the ends of the reduced interval
        for (int step = -3; step <= 3; step++) {
            check_exp(&worst, neighbour(0.5 * (k + 0.5 * (k == 0)) * 0x1.62e42fefa39efp-1, step));
        }
    }
    for (int step = 0; step < 100; step++) {
        check_exp(&worst, neighbour(VMATH_EXP_MIN, -step));
        check_exp(&worst, neighbour(VMATH_EXP_MAX, -step));
    }
    worst_check("exp", &worst, 2.0);
}

static void check_log(struct worst *worst, double x)
{
    mpfr_t exact;
    mpfr_init2(exact, BITS);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_log(exact, exact, MPFR_RNDN);
    worst_add(worst, vmath_log(x), exact, x, 0.0);
    mpfr_clear(exact);
}

static void test_log(void **state)
{
    (void)state;
    struct worst worst = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        check_log(&worst, exp(sample(3, i, -708.0, 709.0)));
        check_log(&worst, sample(4, i, 0.5, 2.0));
    }
    for (int step = -2000; step <= 2000; step++) { // near 1 and where the exponent changes hands
        check_log(&worst, neighbour(1.0, step));
        check_log(&worst, neighbour(0x1.6a09e667f3bcdp-1, step));
        check_log(&worst, neighbour(0x1.6a09e667f3bcdp0, step));
    }
    for (int k = 1; k < 52; k++) {
        check_log(&worst, 1.0 + ldexp(1.0, -k));
        check_log(&worst, 1.0 - ldexp(1.0, -k));
    }
    for (int k = -1022; k < 1024; k++) {
        check_log(&worst, ldexp(1.0, k));
        check_log(&worst, ldexp(1.9999999999999998, k));
    }
    worst_check("log", &worst, 2.0);
}

// Skips results outside the range in which pow does not saturate.
static void check_pow(struct worst *worst, double x, double y)
{
    mpfr_t exact, power;
    mpfr_init2(exact, BITS);
    mpfr_init2(power, BITS);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_set_d(power, y, MPFR_RNDN);
    mpfr_pow(exact, exact, power, MPFR_RNDN);
    if (mpfr_cmp_d(exact, 0x1.0001p-1021) > 0 && mpfr_cmp_d(exact, 0x1.fcp1023) < 0) {
        worst_add(worst, vmath_pow(x, y), exact, x, y);
    }
    mpfr_clear(exact);
    mpfr_clear(power);
}

static void test_pow(void **state)
{
    (void)state;
    static const double powers[] = {-3.0, -1.0, -0.5, 1.0 / 3.0, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 10.0};
    struct worst worst = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        double log_x = sample(5, i, -708.0, 709.0);
        check_pow(&worst, exp(log_x), sample(6, i, -708.0, 709.0) / log_x); // results over the whole range
        double x = sample(7, i, 0.5, 2.0);
        check_pow(&worst, x, sample(8, i, -700.0, 700.0) / log(x));
        check_pow(&worst, x, sample(8, i, -4.0, 4.0));
        check_pow(&worst, sample(9, i, 0.70, 0.72) * (i % 2 ? 2.0 : 1.0), sample(10, i, -2000.0, 2000.0));
    }
    for (int step = -300; step <= 300; step++) { // near 1 with large powers
        double x = neighbour(1.0, step == 0 ? 1 : step);
        for (int k = -8; k <= 8; k++) {
            check_pow(&worst, x, 80.0 * k / (x - 1.0));
            check_pow(&worst, neighbour(0x1.6a09e667f3bcdp0, step), 200.0 * k);
        }
    }
    for (size_t k = 0; k < sizeof powers / sizeof powers[0]; k++) {
        for (uint64_t i = 0; i < 20000; i++) {
            check_pow(&worst, exp(sample(11, i, -60.0, 60.0)), powers[k]);
        }
    }
    worst_check("pow", &worst, 2.0);
}

// Newton's step from z0 for Phi(z) = p in the smaller tail: quadratic, so from 1e-15 to 1e-30. `p` must not
// exceed 1/2; the result is that of 1 - p with `sign` -1.
static void exact_quantile(mpfr_ptr z, mpfr_srcptr p, double z0)
{
    mpfr_t tail, density;
    mpfr_inits2(BITS, tail, density, (mpfr_ptr)0);
    mpfr_set_d(z, z0, MPFR_RNDN);
    mpfr_sqrt_ui(tail, 2, MPFR_RNDN);
    mpfr_div(tail, z, tail, MPFR_RNDN);
    mpfr_neg(tail, tail, MPFR_RNDN);
    mpfr_erfc(tail, tail, MPFR_RNDN);
    mpfr_div_ui(tail, tail, 2, MPFR_RNDN);
    mpfr_sub(tail, tail, p, MPFR_RNDN);
    mpfr_sqr(density, z, MPFR_RNDN);
    mpfr_div_si(density, density, -2, MPFR_RNDN);
    mpfr_exp(density, density, MPFR_RNDN);
    mpfr_div(tail, tail, density, MPFR_RNDN);
    mpfr_const_pi(density, MPFR_RNDN);
    mpfr_mul_ui(density, density, 2, MPFR_RNDN);
    mpfr_sqrt(density, density, MPFR_RNDN);
    mpfr_mul(tail, tail, density, MPFR_RNDN);
    mpfr_sub(z, z, tail, MPFR_RNDN);
    mpfr_clears(tail, density, (mpfr_ptr)0);
}

static void check_quantile(struct worst *worst, double p)
{
    mpfr_t exact, tail;
    mpfr_inits2(BITS, exact, tail, (mpfr_ptr)0);
    double got = vmath_quantile(p);
    mpfr_set_d(tail, p, MPFR_RNDN);
    if (p > 0.5) {
        mpfr_ui_sub(tail, 1, tail, MPFR_RNDN);
    }
    exact_quantile(exact, tail, -fabs(got));
    if (p > 0.5) {
        mpfr_neg(exact, exact, MPFR_RNDN);
    }
    worst_add(worst, got, exact, p, 0.0);
    mpfr_clears(exact, tail, (mpfr_ptr)0);
}

static void test_quantile(void **state)
{
    (void)state;
    struct worst worst = {0};
    for (uint64_t i = 0; i < 20000; i++) {
        check_quantile(&worst, sample(12, i, 0.0, 1.0));
        check_quantile(&worst, exp(sample(13, i, -708.0, -0.7)));
        check_quantile(&worst, 1.0 - exp(sample(14, i, -36.0, -0.7)));
    }
    for (int step = -300; step <= 300; step++) { // where one rational function hands over to the next
        check_quantile(&worst, neighbour(0.075, step));
        check_quantile(&worst, neighbour(0.925, step));
        check_quantile(&worst, neighbour(exp(-25.0), step));
        check_quantile(&worst, neighbour(0.5, step == 0 ? 1 : step));
    }
    for (int k = 1; k <= 53; k++) {
        check_quantile(&worst, ldexp(1.0, -k - 1));
        check_quantile(&worst, 1.0 - ldexp(1.0, -k - (k == 1)));
    }
    check_quantile(&worst, DBL_MIN);
    worst_check("quantile", &worst, 6.0);
}

// A comparison that cannot fail proves nothing: a result one or three ulps off must be seen as such.
static void test_error_is_seen(void **state)
{
    (void)state;
    mpfr_t exact;
    mpfr_init2(exact, BITS);
    mpfr_set_d(exact, 3.0, MPFR_RNDN);
    assert_true(error_ulp(3.0, exact) == 0.0);
    assert_true(error_ulp(neighbour(3.0, 1), exact) == 1.0);
    assert_true(error_ulp(neighbour(3.0, -3), exact) == 3.0);
    mpfr_log(exact, exact, MPFR_RNDN);
    assert_true(error_ulp(neighbour(log(3.0), 3), exact) > 2.0);
    mpfr_clear(exact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_is_seen), cmocka_unit_test(test_exp),      cmocka_unit_test(test_log),
        cmocka_unit_test(test_pow),           cmocka_unit_test(test_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
