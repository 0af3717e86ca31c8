// vmath_inline: the scalar functions of sim/vmath.h, inline so that loops over them become vector code.
//
// Each is branch-free: both sides of a select are computed. Only + - x / sqrt, comparisons and integer
// operations are used, each rounded as IEEE 754 says, so compilers have no choice in the result (build with
// -ffp-contract=off). NaN is outside every domain; no function returns NaN, infinity, a subnormal or -0 for
// arguments that are none of these.
#ifndef SIM_VMATH_INLINE_H
#define SIM_VMATH_INLINE_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "results must not depend on the compiler: build without -ffast-math"
#endif
#if FLT_EVAL_METHOD != 0
#error "double arithmetic must be evaluated in double: build with -std=c11, and not for x87"
#endif

// Inlined whatever the size: a call left in a loop would stop its vectorisation.
#define VMATH_INLINE static inline __attribute__((always_inline))

#define VMATH_EXP_MAX   709.78   // the largest argument of exp before it saturates
#define VMATH_EXP_MIN   (-707.7) // below this exp is 0; about ln 2^-1021, so that no result is subnormal
#define VMATH_SHIFT     0x1.8p52 // adding it leaves a double's nearest integer in its low bits
#define VMATH_SQRT_HALF 0x3fe6a09e667f3bcdu // bits of sqrt(1/2)
#define VMATH_MANTISSA  0x000fffffffffffffu
#define VMATH_ONE       0x3ff0000000000000u // bits of 1.0
#define VMATH_HEAD      0xffffffffe0000000u // keeps 24 significant bits

VMATH_INLINE uint64_t vmath_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

VMATH_INLINE double vmath_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// The smaller and the larger of two; the second if they are equal.
VMATH_INLINE double vmath_min(double a, double b)
{
    return a < b ? a : b;
}

VMATH_INLINE double vmath_max(double a, double b)
{
    return a > b ? a : b;
}

// x limited to [low, high], low <= high.
VMATH_INLINE double vmath_clamp(double x, double low, double high)
{
    return vmath_min(vmath_max(x, low), high);
}

VMATH_INLINE double vmath_abs(double x)
{
    return vmath_from_bits(vmath_bits(x) & ~(1ull << 63));
}

// The square root, correctly rounded; 0 for x < 0.
VMATH_INLINE double vmath_sqrt(double x)
{
    return __builtin_sqrt(vmath_max(x, 0.0));
}

// The nearest integer, ties to even, |x| < 2^51; +0 for results of either sign of zero.
VMATH_INLINE double vmath_round(double x)
{
    return (x + VMATH_SHIFT) - VMATH_SHIFT;
}

// The largest integer not above x, |x| < 2^51.
VMATH_INLINE double vmath_floor(double x)
{
    double nearest = vmath_round(x);
    return nearest > x ? nearest - 1.0 : nearest;
}

// vmath_round as an integer; arguments beyond +-(2^51 - 1) are limited to them.
VMATH_INLINE int64_t vmath_int(double x)
{
    double shifted = vmath_clamp(x, -0x1.ffffffffffffcp50, 0x1.ffffffffffffcp50) + VMATH_SHIFT;
    return (int64_t)(vmath_bits(shifted) - vmath_bits(VMATH_SHIFT));
}

// e^z - 1 - z = z^2 Q(z) for |z| < 0.35; Q minimax on [-ln2/2, ln2/2], error 2^-57.8 of e^z.
VMATH_INLINE double vmath_exp_rest(double z)
{
    double zz = z * z;
    double even =
        0.5000000000000009 +
        zz * (0.0416666666665391 +
              zz * (0.0013888888941654015 + zz * (2.4801494888731847e-05 + zz * 2.7629676223637064e-07)));
    double odd =
        0.16666666666666416 +
        zz * (0.008333333333494557 +
              zz * (0.00019841269503031623 + zz * (2.7557591656902534e-06 + zz * 2.499789210947255e-08)));
    return zz * (even + z * odd);
}

// x 2^n where `shifted` is n + VMATH_SHIFT: n goes straight into the exponent's bits. Without meaning outside
// the normal range.
VMATH_INLINE double vmath_scale(double x, double shifted)
{
    return vmath_from_bits(vmath_bits(x) + (vmath_bits(shifted) << 52));
}

// e^x. Above VMATH_EXP_MAX the result is DBL_MAX, below VMATH_EXP_MIN it is 0.
VMATH_INLINE double vmath_exp(double x)
{
    // x = n ln 2 + z; ln 2 in two parts, the first of 41 bits, so that n times it is exact.
    double shifted = x * 1.4426950408889634 + VMATH_SHIFT;
    double n = shifted - VMATH_SHIFT;
    double z = (x - n * 0x1.62e42fefa3p-1) - n * 0x1.3de6af278ece6p-42;
    double e = vmath_scale(1.0 + (z + vmath_exp_rest(z)), shifted);
    e = x >= VMATH_EXP_MIN ? e : 0.0;
    return x <= VMATH_EXP_MAX ? e : DBL_MAX;
}

// x = 2^exponent m with sqrt(1/2) <= m < sqrt(2).
struct vmath_split {
    double exponent, m;
};

// Arguments below DBL_MIN count as DBL_MIN, above DBL_MAX as DBL_MAX.
VMATH_INLINE struct vmath_split vmath_split(double x)
{
    uint64_t shifted = vmath_bits(vmath_clamp(x, DBL_MIN, DBL_MAX)) + (VMATH_ONE - VMATH_SQRT_HALF);
    uint64_t biased = shifted >> 52;
    struct vmath_split split;
    // Under the exponent of 2^52 the integer is the low bits of the double.
    split.exponent = vmath_from_bits(0x4330000000000000u | biased) - (0x1p52 + 1023.0);
    split.m = vmath_from_bits((shifted & VMATH_MANTISSA) + VMATH_SQRT_HALF);
    return split;
}

// ln x. Arguments below DBL_MIN (zero and negative ones too) give ln DBL_MIN = -708.396..., infinity ln
// DBL_MAX. ln m = 2 atanh(s), s = (m-1)/(m+1); 2 atanh(s) = 2s + s^3 G(s^2), G minimax on [0, 0.0295], error
// 2^-59 of the result.
VMATH_INLINE double vmath_log(double x)
{
    struct vmath_split split = vmath_split(x);
    double f = split.m - 1.0;
    double s = f / (split.m + 1.0);
    double z = s * s;
    double zz = z * z;
    double even = 0.6666666666666683 +
                  zz * (0.2857142869031225 + zz * (0.18183341121460062 + zz * 0.14746793639539327));
    double odd = 0.3999999999968904 + zz * (0.2222220330744637 + zz * 0.1531931605484517);
    double rest = z * (even + z * odd);
    double half_square = 0.5 * f * f;
    // 2s = f - f^2/2 + s f^2/2: f is exact, so the rounding of s weighs little.
    double tail = s * (half_square + rest) + split.exponent * 0x1.3de6af278ece6p-42;
    return split.exponent * 0x1.62e42fefa3p-1 + (f - (half_square - tail));
}

// A number as an unevaluated sum; `head` has at most 24 significant bits, so products of heads are exact.
struct vmath_pair {
    double head, tail;
};

VMATH_INLINE double vmath_head(double x)
{
    return vmath_from_bits(vmath_bits(x) & VMATH_HEAD);
}

// log2 x to a relative 2^-63, after Dekker (1971) without FMA: log2 x = exponent + (2/(3 ln 2)) s (3 + s^2 +
// s^4 R(s^2)) with s = (m-1)/(m+1), R minimax on [0, 0.0295], error 2^-72 of the result.
VMATH_INLINE struct vmath_pair vmath_log2_pair(double x)
{
    struct vmath_split split = vmath_split(x);
    double f = split.m - 1.0;
    double d = split.m + 1.0;
    double inverse = 1.0 / d;
    // s = s_head + s_tail: the tail is what the head leaves of f.
    double s = f * inverse;
    double s_head = vmath_head(s);
    double d_head = vmath_head(d);
    double d_tail = split.m - (d_head - 1.0);
    double s_tail = inverse * ((f - s_head * d_head) - s_head * d_tail);

    double square = s_head * s_head;
    double square_tail = s_tail * (s_head + s);
    double z = square + square_tail;
    double zz = z * z;
    double even = 0.6 + zz * (0.33333333331096093 + zz * (0.23076870500765198 + zz * 0.17536326201466657));
    double odd = 0.4285714285714694 +
                 zz * (0.27272727753786935 + zz * (0.20003209545238565 + zz * 0.17794910371839154));
    double rest = zz * (even + z * odd) + square_tail;

    double series_head = vmath_head(3.0 + square + rest);
    double series_tail = rest - ((series_head - 3.0) - square);
    double product = s_head * series_head;
    double product_tail = s_tail * series_head + series_tail * s;
    double p_head = vmath_head(product + product_tail);
    double p_tail = product_tail - (p_head - product);

    // 2/(3 ln 2) = 0x1.ec709cp-1 + 0x1.c3a03fd749fc1p-25
    double log_m = 0x1.ec709cp-1 * p_head;
    double log_m_tail = 0x1.c3a03fd749fc1p-25 * p_head + p_tail * 0x1.ec709dc3a03fdp-1;
    struct vmath_pair log2_x;
    log2_x.head = vmath_head((log_m + log_m_tail) + split.exponent);
    log2_x.tail = log_m_tail - ((log2_x.head - split.exponent) - log_m);
    return log2_x;
}

// x^y for x > 0, arguments below DBL_MIN counting as DBL_MIN. Results of 2^1023.99 and more become DBL_MAX,
// below 2^-1021 zero.
VMATH_INLINE double vmath_pow(double x, double y)
{
    struct vmath_pair log2_x = vmath_log2_pair(x);
    double y_head = vmath_head(y);
    double p = y_head * log2_x.head;
    double p_tail = (y - y_head) * log2_x.head + y * log2_x.tail;
    double sum = p + p_tail;

    // 2^(p + p_tail) = 2^n e^(z + tail), z + tail = ln 2 (p - n + p_tail). The tail of p is finite for every
    // finite y, so an infinite p only meets the selects at the end.
    double shifted = sum + VMATH_SHIFT;
    double fraction = p - (shifted - VMATH_SHIFT);
    double r = vmath_head(fraction + p_tail);
    double r_tail = p_tail - (r - fraction);
    double main_part = r * 0x1.62e42ep-1;
    double small_part = r_tail * 0x1.62e42fefa39efp-1 + r * 0x1.efa39ef35793cp-25;
    double z = main_part + small_part;
    double tail = small_part - (z - main_part);
    double result = vmath_scale(1.0 + (z + (vmath_exp_rest(z) + tail * (1.0 + z))), shifted);
    result = sum >= -1021.0 ? result : 0.0;
    return sum < 1023.99 ? result : DBL_MAX;
}

// k[0] + k[1] x + ... + k[7] x^7, even and odd powers apart: half the rounding errors of one chain, and half
// its latency.
VMATH_INLINE double vmath_polynomial7(double x, const double k[8])
{
    double xx = x * x;
    double even = k[0] + xx * (k[2] + xx * (k[4] + xx * k[6]));
    double odd = k[1] + xx * (k[3] + xx * (k[5] + xx * k[7]));
    return even + x * odd;
}

// The standard normal quantile, algorithm AS 241 (PPND16) of Wichura (1988), Applied Statistics 37, 477-484.
// Its three rational functions are all computed and one quotient is taken. p <= 0 gives -37.5..., p >= 1
// gives +37.5...
VMATH_INLINE double vmath_quantile(double p)
{
    static const double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {1.0,
                                4.2313330701600911252e+1,
                                6.8718700749205790830e+2,
                                5.3941960214247511077e+3,
                                2.1213794301586595867e+4,
                                3.9307895800092710610e+4,
                                2.8729085735721942674e+4,
                                5.2264952788528545610e+3};
    static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                5.76949722146069140550e0,  3.64784832476320460504e0,
                                1.27045825245236838258e0,  2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                1.78482653991729133580e0,  2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
    double q = p - 0.5;
    double central = 0.180625 - q * q;
    double r = vmath_sqrt(-vmath_log(vmath_min(p, 1.0 - p)));
    double near = r - 1.6;
    double far = r - 5.0;

    double top = r <= 5.0 ? vmath_polynomial7(near, c) : vmath_polynomial7(far, e);
    double bottom = r <= 5.0 ? vmath_polynomial7(near, d) : vmath_polynomial7(far, f);
    top = q < 0.0 ? -top : top;
    top = vmath_abs(q) <= 0.425 ? q * vmath_polynomial7(central, a) : top;
    bottom = vmath_abs(q) <= 0.425 ? vmath_polynomial7(central, b) : bottom;
    return top / bottom;
}

#endif
