#include "sim/rng.h"

#include <string.h>

#include "sim/error.h"
#include "sim/isa.h"
#include "sim/vmath.h"
#ifdef __SSE2__
#include <immintrin.h>
#endif

#define RNG_ROUNDS    10
#define RNG_M0        0xD2511F53u // multipliers and key increments of Philox4x32, Salmon et al. (2011), table 2
#define RNG_M1        0xCD9E8D57u
#define RNG_W0        0x9E3779B9u
#define RNG_W1        0xBB67AE85u
#define RNG_BATCH     16                  // agents a vector function draws for
#define RNG_FEW       4                   // below this number scalar calls cost less
#define RNG_ONE       0x3ff0000000000000u // bits of 1.0
#define RNG_BELOW_ONE (1.0 - 0x1p-53)

// What is common to all agents of one call: the upper half of the counter and the keys of the rounds.
struct rng_schedule {
    uint64_t counter2, counter3;
    uint64_t key0[RNG_ROUNDS], key1[RNG_ROUNDS];
};

static uint32_t rng_counter2(struct rng_purpose why)
{
    return why.month | (uint32_t)why.stream << 16;
}

void rng_block(struct rng rng, uint64_t who, struct rng_purpose why, uint32_t out[4])
{
    uint32_t x0 = (uint32_t)who;
    uint32_t x1 = (uint32_t)(who >> 32);
    uint32_t x2 = rng_counter2(why);
    uint32_t x3 = why.index;
    for (int round = 0; round < RNG_ROUNDS; round++) {
        uint64_t p0 = (uint64_t)x0 * RNG_M0;
        uint64_t p1 = (uint64_t)x2 * RNG_M1;
        x0 = (uint32_t)(p1 >> 32) ^ x1 ^ rng.seed;
        x1 = (uint32_t)p1;
        x2 = (uint32_t)(p0 >> 32) ^ x3 ^ rng.replicate;
        x3 = (uint32_t)p0;
        rng.seed += RNG_W0;
        rng.replicate += RNG_W1;
    }
    out[0] = x0;
    out[1] = x1;
    out[2] = x2;
    out[3] = x3;
}

static uint64_t rng_word(struct rng rng, uint64_t who, struct rng_purpose why)
{
    uint32_t x[4];
    rng_block(rng, who, why, x);
    return (uint64_t)x[1] << 32 | x[0];
}

// (k + 0.5) 2^-52 of the upper 52 bits of a word: 1 + k 2^-52 less 1 - 2^-53 is exact.
static double rng_open_unit(uint64_t word)
{
    return vmath_from_bits(word >> 12 | RNG_ONE) - RNG_BELOW_ONE;
}

double rng_uniform(struct rng rng, uint64_t who, struct rng_purpose why)
{
    return rng_open_unit(rng_word(rng, who, why));
}

double rng_normal(struct rng rng, uint64_t who, struct rng_purpose why)
{
    return vmath_quantile(rng_uniform(rng, who, why));
}

int rng_index(struct rng rng, uint64_t who, struct rng_purpose why, int n)
{
    CHECK(n > 0);
    // floor(word n / 2^64) in 64-bit arithmetic.
    uint64_t word = rng_word(rng, who, why);
    uint64_t low = (word & 0xffffffffu) * (uint32_t)n >> 32;
    return (int)(((word >> 32) * (uint32_t)n + low) >> 32);
}

#ifdef __SSE2__
#define RNG_PRODUCT(a, b) ((lanes)_mm_mul_epu32((__m128i)(a), (__m128i)(b)))
#else
#define RNG_PRODUCT(a, b) (((a)&0xffffffffu) * (b))
#endif
#define RNG_FILL rng_fill_2
#define RNG_TARGET
#define RNG_LANES 2
#include "sim/rng_lanes.inc"

#if ISA_DISPATCH
#define RNG_FILL          rng_fill_4
#define RNG_TARGET        __attribute__((target("avx2")))
#define RNG_LANES         4
#define RNG_PRODUCT(a, b) ((lanes)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
#include "sim/rng_lanes.inc"

#define RNG_FILL          rng_fill_8
#define RNG_TARGET        __attribute__((target("avx512f")))
#define RNG_LANES         8
#define RNG_PRODUCT(a, b) ((lanes)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#include "sim/rng_lanes.inc"
#endif

typedef void rng_fill(const struct rng_schedule *schedule, const int64_t *who, double *u, double *v);

static rng_fill *rng_fill_best(void)
{
#if ISA_DISPATCH
    if (__builtin_cpu_supports("avx512f")) {
        return rng_fill_8;
    }
    if (__builtin_cpu_supports("avx2")) {
        return rng_fill_4;
    }
#endif
    return rng_fill_2;
}

static struct rng_schedule rng_schedule(struct rng rng, struct rng_purpose why)
{
    struct rng_schedule schedule = {.counter2 = rng_counter2(why), .counter3 = why.index};
    for (int round = 0; round < RNG_ROUNDS; round++) {
        schedule.key0[round] = rng.seed;
        schedule.key1[round] = rng.replicate;
        rng.seed += RNG_W0;
        rng.replicate += RNG_W1;
    }
    return schedule;
}

// A few agents one by one.
static void rng_uniforms_few(struct rng rng, const int64_t *who, int n, struct rng_purpose why, double *u,
                             double *v)
{
    for (int i = 0; i < n; i++) {
        uint32_t x[4];
        rng_block(rng, (uint64_t)who[i], why, x);
        u[i] = rng_open_unit((uint64_t)x[1] << 32 | x[0]);
        if (v) {
            v[i] = rng_open_unit((uint64_t)x[3] << 32 | x[2]);
        }
    }
}

void rng_uniforms(struct rng rng, const int64_t *who, int n, struct rng_purpose why, double *u, double *v)
{
    if (n < RNG_FEW) { // most such calls are for one agent
        rng_uniforms_few(rng, who, n, why, u, v);
        return;
    }
    double rest_u[RNG_BATCH];
    double rest_v[RNG_BATCH];
    const struct rng_schedule schedule = rng_schedule(rng, why);
    rng_fill *const fill = rng_fill_best();
    int i = 0;
    for (; i + RNG_BATCH <= n; i += RNG_BATCH) {
        fill(&schedule, who + i, u + i, v ? v + i : rest_v);
    }
    if (n - i < RNG_FEW) {
        rng_uniforms_few(rng, who + i, n - i, why, u + i, v ? v + i : NULL);
        return;
    }
    size_t bytes = (size_t)(n - i) * sizeof *u;
    int64_t batch[RNG_BATCH] = {0};
    memcpy(batch, who + i, bytes);
    fill(&schedule, batch, rest_u, rest_v);
    memcpy(u + i, rest_u, bytes);
    if (v) {
        memcpy(v + i, rest_v, bytes);
    }
}

void rng_normals(struct rng rng, const int64_t *who, int n, struct rng_purpose why, double *z, double *y)
{
    enum { PART = 256 }; // the uniforms are still in the first cache when they are inverted
    for (int i = 0; i < n; i += PART) {
        int part_n = n - i < PART ? n - i : PART;
        rng_uniforms(rng, who + i, part_n, why, z + i, y ? y + i : NULL);
        vmath_quantile_n(z + i, part_n, z + i);
        if (y) {
            vmath_quantile_n(y + i, part_n, y + i);
        }
    }
}

uint64_t rng_hash(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}
