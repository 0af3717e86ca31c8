#include "sim/vmath.h"

#include <stdbool.h>

#include "sim/isa.h"

// Results go to a local block first: so `out` may be `x` and the loops vectorise without a test for overlap.
#define VMATH_BLOCK 128

ISA_CLONES static void vmath_exp_block(const double *x, int n, double *out)
{
    double block[VMATH_BLOCK];
    for (int i = 0; i < n; i++) {
        block[i] = vmath_exp(x[i]);
    }
    memcpy(out, block, (size_t)n * sizeof *out);
}

ISA_CLONES static void vmath_log_block(const double *x, int n, double *out)
{
    double block[VMATH_BLOCK];
    for (int i = 0; i < n; i++) {
        block[i] = vmath_log(x[i]);
    }
    memcpy(out, block, (size_t)n * sizeof *out);
}

ISA_CLONES static void vmath_pow_block(const double *x, double y, int n, double *out)
{
    double block[VMATH_BLOCK];
    for (int i = 0; i < n; i++) {
        block[i] = vmath_pow(x[i], y);
    }
    memcpy(out, block, (size_t)n * sizeof *out);
}

ISA_CLONES static void vmath_quantile_block(const double *p, int n, double *out)
{
    double block[VMATH_BLOCK];
    for (int i = 0; i < n; i++) {
        block[i] = vmath_quantile(p[i]);
    }
    memcpy(out, block, (size_t)n * sizeof *out);
}

static int vmath_block_n(int n, int begin)
{
    return n - begin < VMATH_BLOCK ? n - begin : VMATH_BLOCK;
}

void vmath_exp_n(const double *x, int n, double *out)
{
    for (int i = 0; i < n; i += VMATH_BLOCK) {
        vmath_exp_block(x + i, vmath_block_n(n, i), out + i);
    }
}

void vmath_log_n(const double *x, int n, double *out)
{
    for (int i = 0; i < n; i += VMATH_BLOCK) {
        vmath_log_block(x + i, vmath_block_n(n, i), out + i);
    }
}

void vmath_pow_n(const double *x, double y, int n, double *out)
{
    for (int i = 0; i < n; i += VMATH_BLOCK) {
        vmath_pow_block(x + i, y, vmath_block_n(n, i), out + i);
    }
}

void vmath_quantile_n(const double *p, int n, double *out)
{
    for (int i = 0; i < n; i += VMATH_BLOCK) {
        vmath_quantile_block(p + i, vmath_block_n(n, i), out + i);
    }
}

// Round to nearest, subnormals neither flushed nor read as zero. `volatile` keeps the arithmetic at run time.
static bool vmath_mode_is_right(void)
{
    volatile double one = 1.0;
    volatile double tiny = 0x1p-60;
    volatile double smallest = DBL_MIN;
    volatile double above = one + tiny;
    volatile double below = one - tiny;
    volatile double subnormal = smallest * 0.5;
    volatile double back = subnormal * 2.0;
    return above == 1.0 && below == 1.0 && subnormal > 0.0 && back == DBL_MIN;
}

static uint64_t vmath_mix(uint64_t hash, const double *x, int n)
{
    for (int i = 0; i < n; i++) {
        hash = (hash ^ vmath_bits(x[i])) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

int vmath_selftest(void)
{
    enum { N = 67 }; // more than a vector, and not a multiple of one
    double x[N], p[N], y[N];
    uint64_t hash = 0;
    if (!vmath_mode_is_right()) {
        return VMATH_MODE_WRONG;
    }
    for (int i = 0; i < N; i++) {
        p[i] = (i + 0.5) / N;
        x[i] = (i - 33.3) * 0.7;
    }
    vmath_exp_n(x, N, y);
    hash = vmath_mix(hash, y, N);
    vmath_log_n(y, N, x);
    hash = vmath_mix(hash, x, N);
    vmath_pow_n(y, 1.7, N, y);
    hash = vmath_mix(hash, y, N);
    vmath_quantile_n(p, N, y);
    hash = vmath_mix(hash, y, N);
    return hash == 0x812dbb854523ec04u ? 0 : VMATH_ANSWERS_WRONG;
}
