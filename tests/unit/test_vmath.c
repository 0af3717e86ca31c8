#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

#include "sim/rng.h"
#include "sim/vmath.h"

#define ANSWERS_N 100000

static void assert_same(double got, double expected)
{
    assert_int_equal(vmath_bits(got), vmath_bits(expected));
}

// In [0, 1), 53 bits; the i-th of a fixed list, by integers only.
static double unit(uint64_t i)
{
    return (double)(rng_hash(i) >> 11) * 0x1p-53;
}

static double exp_argument(uint64_t i)
{
    return (i % 2 ? 1500.0 : 8.0) * (unit(i) - 0.5);
}

// A positive normal number; every second one in [1/2, 2).
static double positive_argument(uint64_t i)
{
    uint64_t exponent = i % 2 ? 1 + rng_hash(~i) % 2046 : 1022 + rng_hash(~i) % 2;
    return vmath_from_bits(exponent << 52 | rng_hash(i) >> 12);
}

// In [0, 1), and in the range of each of the quantile's two tail functions.
static double probability(uint64_t i)
{
    static const double scale[3] = {1.0, 0x1p-30, 0x1p-60};
    return unit(i) * scale[i % 3];
}

static double rounding_argument(uint64_t i)
{
    double x = (unit(i) - 0.5) * vmath_from_bits((1023 + i % 50) << 52);
    return i % 3 ? x : 0.5 * (double)(int64_t)x; // every third one a half integer
}

// One output's last bit changes it.
static uint64_t hash_add(uint64_t hash, double x)
{
    return rng_hash(hash ^ vmath_bits(x));
}

static uint64_t hash_of(double (*f)(double), double (*argument)(uint64_t))
{
    uint64_t hash = 0;
    for (uint64_t i = 0; i < ANSWERS_N; i++) {
        hash = hash_add(hash, f(argument(i)));
    }
    return hash;
}

// Functions with an address.
static double exp_of(double x)
{
    return vmath_exp(x);
}

static double log_of(double x)
{
    return vmath_log(x);
}

static double quantile_of(double p)
{
    return vmath_quantile(p);
}

static double round_of(double x)
{
    return vmath_round(x);
}

static double floor_of(double x)
{
    return vmath_floor(x);
}

static double int_of(double x)
{
    return (double)vmath_int(x);
}

static double sqrt_of(double x)
{
    return vmath_sqrt(x);
}

// Recorded from gcc -O0; the same for every compiler, level and instruction set, or a run's digest is not.
#define HASH_EXP      0x6348402ec94d1032u
#define HASH_LOG      0x37e42f033a030cc7u
#define HASH_POW      0x77245db7ea93a052u
#define HASH_QUANTILE 0x8649ae5313151b64u
#define HASH_ROUND    0xaa5a95d93e861fa1u
#define HASH_FLOOR    0x7352e25e12cc0600u
#define HASH_INT      0xaa5a95d93e861fa1u
#define HASH_SQRT     0x1261d8902774113bu

static void test_known_answers(void **state)
{
    (void)state;
    assert_int_equal(hash_of(exp_of, exp_argument), HASH_EXP);
    assert_int_equal(hash_of(log_of, positive_argument), HASH_LOG);
    assert_int_equal(hash_of(quantile_of, probability), HASH_QUANTILE);
    assert_int_equal(hash_of(round_of, rounding_argument), HASH_ROUND);
    assert_int_equal(hash_of(floor_of, rounding_argument), HASH_FLOOR);
    assert_int_equal(hash_of(int_of, rounding_argument), HASH_INT);
    assert_int_equal(hash_of(sqrt_of, positive_argument), HASH_SQRT);

    uint64_t hash = 0;
    for (uint64_t i = 0; i < ANSWERS_N; i++) {
        hash = hash_add(hash, vmath_pow(positive_argument(i), 10.0 * (unit(i + 7) - 0.5)));
    }
    assert_int_equal(hash, HASH_POW);
}

// exp without the second part of ln 2: right to about 1e-10.
static double exp_with_short_ln2(double x)
{
    double shifted = x * 1.4426950408889634 + VMATH_SHIFT;
    double z = x - (shifted - VMATH_SHIFT) * 0x1.62e42fefa3p-1;
    double e = vmath_scale(1.0 + (z + vmath_exp_rest(z)), shifted);
    e = x >= VMATH_EXP_MIN ? e : 0.0;
    return x <= VMATH_EXP_MAX ? e : DBL_MAX;
}

// The shift without the half that keeps negative sums in the same binade.
static double round_by_short_shift(double x)
{
    volatile double shifted = x + 0x1p52;
    return shifted - 0x1p52;
}

static double log_off_once(double x)
{
    double y = vmath_log(x);
    return x == positive_argument(4321) ? vmath_from_bits(vmath_bits(y) ^ 1) : y;
}

static void test_known_answers_bite(void **state)
{
    (void)state;
    assert_true(hash_of(exp_with_short_ln2, exp_argument) != HASH_EXP);
    assert_true(hash_of(round_by_short_shift, rounding_argument) != HASH_ROUND);
    assert_true(hash_of(log_off_once, positive_argument) != HASH_LOG);
}

static void test_arrays_equal_scalars(void **state)
{
    (void)state;
    enum { MOST = 70, LONG = 1003 };
    static double x[LONG], p[LONG], out[LONG + 1], in_place[LONG + 1];
    for (int i = 0; i < LONG; i++) {
        x[i] = positive_argument((uint64_t)i);
        p[i] = probability((uint64_t)i);
    }
    for (int n = 0; n <= MOST + 1; n++) {
        int m = n <= MOST ? n : LONG;
        struct {
            void (*array)(const double *, int, double *);
            double (*scalar)(double);
            const double *x;
        } pairs[] = {{vmath_exp_n, exp_of, p}, {vmath_log_n, log_of, x}, {vmath_quantile_n, quantile_of, p}};
        for (int k = 0; k < 3; k++) {
            out[m] = in_place[m] = -7.0;
            memcpy(in_place, pairs[k].x, (size_t)m * sizeof *x);
            pairs[k].array(pairs[k].x, m, out);
            pairs[k].array(in_place, m, in_place);
            for (int i = 0; i < m; i++) {
                assert_same(out[i], pairs[k].scalar(pairs[k].x[i]));
                assert_same(in_place[i], out[i]);
            }
            assert_true(out[m] == -7.0 && in_place[m] == -7.0); // nothing beyond n
        }
        double y = 10.0 * (unit((uint64_t)n) - 0.5);
        memcpy(in_place, x, (size_t)m * sizeof *x);
        vmath_pow_n(x, y, m, out);
        vmath_pow_n(in_place, y, m, in_place);
        for (int i = 0; i < m; i++) {
            assert_same(out[i], vmath_pow(x[i], y));
            assert_same(in_place[i], out[i]);
        }
        assert_true(out[m] == -7.0 && in_place[m] == -7.0);
    }
}

static void test_exact_values(void **state)
{
    (void)state;
    assert_same(vmath_exp(0.0), 1.0);
    assert_same(vmath_log(1.0), 0.0);
    assert_same(vmath_quantile(0.5), 0.0);
    for (uint64_t i = 0; i < 1000; i++) {
        double x = positive_argument(i);
        assert_same(vmath_pow(x, 0.0), 1.0);
        assert_same(vmath_pow(1.0, exp_argument(i)), 1.0);
        double k = 1.0 / 1024.0 * (double)(1 + i % 511);
        assert_same(vmath_quantile(1.0 - k), -vmath_quantile(k));
    }
    for (int k = -1021; k <= 1023; k++) {
        assert_same(vmath_pow(2.0, k), ldexp(1.0, k));
    }
    assert_true(fabs(vmath_quantile(0.975) - 1.959963984540054) < 1e-14); // Wichura (1988) and every table
    assert_true(fabs(vmath_quantile(1e-20) + 9.262340089798408) < 1e-13);
}

static void test_saturation(void **state)
{
    (void)state;
    const double least = vmath_log(DBL_MIN);
    assert_true(fabs(least + 708.3964185322641) < 1e-12);
    assert_same(vmath_exp(VMATH_EXP_MIN - 1e-9), 0.0);
    assert_same(vmath_exp(-1e308), 0.0);
    assert_same(vmath_exp(VMATH_EXP_MAX + 1e-9), DBL_MAX);
    assert_same(vmath_exp(1e308), DBL_MAX);
    assert_same(vmath_log(0.0), least);
    assert_same(vmath_log(-5.0), least);
    assert_same(vmath_log(0x1p-1060), least);
    assert_same(vmath_log(HUGE_VAL), vmath_log(DBL_MAX));
    assert_same(vmath_pow(10.0, 400.0), DBL_MAX);
    assert_same(vmath_pow(10.0, -400.0), 0.0);
    assert_same(vmath_pow(0.5, DBL_MAX), 0.0);
    assert_same(vmath_pow(0.5, -DBL_MAX), DBL_MAX);
    assert_same(vmath_pow(1.0 - 0x1p-53, DBL_MAX), 0.0);
    assert_same(vmath_pow(1.0 + 0x1p-52, DBL_MAX), DBL_MAX);
    assert_same(vmath_pow(DBL_MAX, DBL_MAX), DBL_MAX);
    assert_same(vmath_pow(0.0, 2.0), vmath_pow(DBL_MIN, 2.0));
    assert_true(fabs(vmath_quantile(1.0) - 37.5193793471445) < 1e-12);
    assert_same(vmath_quantile(2.0), vmath_quantile(1.0));
    assert_same(vmath_quantile(0.0), -vmath_quantile(1.0));
    assert_same(vmath_quantile(-1.0), -vmath_quantile(1.0));
    assert_same(vmath_sqrt(-4.0), 0.0);
    assert_int_equal(vmath_int(1e300), (INT64_C(1) << 51) - 1);
    assert_int_equal(vmath_int(-1e300), -(INT64_C(1) << 51) + 1);
}

// Results near the lower limit are normal or zero, never between; no result is -0.
static void test_no_subnormals(void **state)
{
    (void)state;
    for (int i = -2000; i <= 2000; i++) {
        double e = vmath_exp(VMATH_EXP_MIN + 0.001 * i);
        double p = vmath_pow(2.0, -1021.0 + 0.001 * i);
        assert_true(e >= DBL_MIN || vmath_bits(e) == 0);
        assert_true(p >= DBL_MIN || vmath_bits(p) == 0);
    }
    assert_true(vmath_exp(VMATH_EXP_MIN) >= DBL_MIN);
    assert_same(vmath_round(-0.3), 0.0);
    assert_same(vmath_floor(0.3), 0.0);
    assert_same(vmath_abs(-0.0), 0.0);
}

static void test_rounding(void **state)
{
    (void)state;
    static const struct {
        double x, nearest, below;
    } rows[] = {
        {0.5, 0.0, 0.0},
        {1.5, 2.0, 1.0},
        {2.5, 2.0, 2.0},
        {-0.5, 0.0, -1.0},
        {-1.5, -2.0, -2.0},
        {-2.5, -2.0, -3.0},
        {0.49999999999999994, 0.0, 0.0},
        {-7.0, -7.0, -7.0},
        {0x1.ffffffffffffcp50, 0x1.ffffffffffffcp50, 0x1.ffffffffffffcp50},
        {-0x1.ffffffffffffcp50, -0x1.ffffffffffffcp50, -0x1.ffffffffffffcp50},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_same(vmath_round(rows[i].x), rows[i].nearest);
        assert_same(vmath_floor(rows[i].x), rows[i].below);
        assert_int_equal(vmath_int(rows[i].x), (int64_t)rows[i].nearest);
    }
    for (uint64_t i = 0; i < 10000; i++) {
        double x = rounding_argument(i);
        assert_true(vmath_round(x) == nearbyint(x));
        assert_true(vmath_floor(x) == floor(x));
        assert_int_equal(vmath_int(x), llrint(x));
    }
}

static void test_selects(void **state)
{
    (void)state;
    assert_same(vmath_min(1.0, 2.0), 1.0);
    assert_same(vmath_min(2.0, -1.0), -1.0);
    assert_same(vmath_max(1.0, 2.0), 2.0);
    assert_same(vmath_max(2.0, -1.0), 2.0);
    assert_same(vmath_clamp(5.0, -1.0, 1.0), 1.0);
    assert_same(vmath_clamp(-5.0, -1.0, 1.0), -1.0);
    assert_same(vmath_clamp(0.25, -1.0, 1.0), 0.25);
    assert_same(vmath_abs(-3.0), 3.0);
    assert_same(vmath_sqrt(2.0), 0x1.6a09e667f3bcdp0);
}

// Seen from two quotients, one of which each other mode changes. valgrind always rounds to nearest.
static int rounds_to_nearest(void)
{
    volatile double one = 1.0, three = 3.0, ten = 10.0;
    volatile double third = one / three; // stored, so divided here and not after the next change of mode
    volatile double tenth = one / ten;
    return third == 0x1.5555555555555p-2 && tenth == 0x1.999999999999ap-4;
}

static void test_selftest(void **state)
{
    (void)state;
    static const int wrong[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    assert_int_equal(vmath_selftest(), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fesetround(wrong[i]), 0);
        int expected = rounds_to_nearest() ? 0 : VMATH_MODE_WRONG;
        int seen = vmath_selftest();
        fesetround(FE_TONEAREST);
        assert_int_equal(seen, expected);
    }
#ifdef __SSE2__
    static const unsigned flush[] = {0x8000, 0x0040}; // results to zero, operands to zero
    for (int i = 0; i < 2; i++) {
        unsigned mode = _mm_getcsr();
        _mm_setcsr(mode | flush[i]);
        int set = (_mm_getcsr() & flush[i]) != 0; // valgrind has no such modes and leaves them out
        int seen = vmath_selftest();
        _mm_setcsr(mode);
        assert_int_equal(seen, set ? VMATH_MODE_WRONG : 0);
    }
#endif
    assert_int_equal(vmath_selftest(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_known_answers_bite),
        cmocka_unit_test(test_arrays_equal_scalars),
        cmocka_unit_test(test_exact_values),
        cmocka_unit_test(test_saturation),
        cmocka_unit_test(test_no_subnormals),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_selects),
        cmocka_unit_test(test_selftest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
