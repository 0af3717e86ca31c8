#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/rng.h"
#include "sim/vmath.h"

#define DRAWS_N 100000

static const struct rng rng = {20240501, 3};
static const struct rng_purpose why = {17, 4, 2};

// The published vectors of Random123 (kat_vectors, philox4x32), 10 rounds.
static const struct vector {
    uint32_t counter[4], key[2], expected[4];
} vectors[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static struct rng_purpose purpose_of(uint32_t counter2, uint32_t counter3)
{
    return (struct rng_purpose){(uint16_t)counter2, (uint16_t)(counter2 >> 16), counter3};
}

static uint64_t who_of(const uint32_t counter[4])
{
    return (uint64_t)counter[1] << 32 | counter[0];
}

static void test_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const struct vector *v = &vectors[i];
        uint32_t out[4];
        rng_block((struct rng){v->key[0], v->key[1]}, who_of(v->counter),
                  purpose_of(v->counter[2], v->counter[3]), out);
        assert_memory_equal(out, v->expected, sizeof out);
    }
}

// The generator written out once more, for any number of rounds and any first multiplier.
static void philox(const struct vector *v, int rounds, uint32_t multiplier, uint32_t out[4])
{
    uint32_t k0 = v->key[0], k1 = v->key[1];
    memcpy(out, v->counter, 4 * sizeof *out);
    for (int i = 0; i < rounds; i++) {
        uint64_t p0 = (uint64_t)multiplier * out[0];
        uint64_t p1 = (uint64_t)0xCD9E8D57 * out[2];
        uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ out[1] ^ k0, (uint32_t)p1,
                            (uint32_t)(p0 >> 32) ^ out[3] ^ k1, (uint32_t)p0};
        memcpy(out, next, sizeof next);
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
}

static void test_published_vectors_bite(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const struct vector *v = &vectors[i];
        uint32_t out[4];
        philox(v, 10, 0xD2511F53, out);
        assert_memory_equal(out, v->expected, sizeof out);
        for (int rounds = 0; rounds <= 12; rounds++) {
            philox(v, rounds, 0xD2511F53, out);
            assert_int_equal(memcmp(out, v->expected, sizeof out) == 0, rounds == 10);
        }
        philox(v, 10, 0xD2511F57, out);
        assert_memory_not_equal(out, v->expected, sizeof out);
    }
}

// Draw keys of every size and sign, the i-th of a fixed list.
static int64_t key_of(int i)
{
    uint64_t bits = rng_hash((uint64_t)i);
    return (int64_t)(i % 3 ? bits >> (bits % 60) : (uint64_t)i);
}

static double from_words(uint32_t low, uint32_t high)
{
    uint64_t k = ((uint64_t)high << 32 | low) >> 12;
    return ((double)k + 0.5) * 0x1p-52;
}

static void test_arrays_equal_scalars(void **state)
{
    (void)state;
    enum { MOST = 70, LONG = 1003 };
    int64_t who[LONG];
    double u[LONG + 1], v[LONG + 1], only_u[LONG + 1], z[LONG + 1], y[LONG + 1], only_z[LONG + 1];
    for (int i = 0; i < LONG; i++) {
        who[i] = key_of(i);
    }
    for (int n = 0; n <= MOST + 1; n++) {
        int m = n <= MOST ? n : LONG;
        u[m] = v[m] = only_u[m] = z[m] = y[m] = only_z[m] = -7.0;
        rng_uniforms(rng, who, m, why, u, v);
        rng_uniforms(rng, who, m, why, only_u, NULL);
        rng_normals(rng, who, m, why, z, y);
        rng_normals(rng, who, m, why, only_z, NULL);
        for (int i = 0; i < m; i++) {
            uint32_t x[4];
            rng_block(rng, (uint64_t)who[i], why, x);
            assert_true(u[i] == from_words(x[0], x[1]) && v[i] == from_words(x[2], x[3]));
            assert_true(u[i] == rng_uniform(rng, (uint64_t)who[i], why) && u[i] == only_u[i]);
            assert_true(z[i] == rng_normal(rng, (uint64_t)who[i], why) && z[i] == only_z[i]);
            assert_true(z[i] == vmath_quantile(u[i]) && y[i] == vmath_quantile(v[i]));
        }
        assert_true(u[m] == -7.0 && v[m] == -7.0 && only_u[m] == -7.0); // nothing beyond n
        assert_true(z[m] == -7.0 && y[m] == -7.0 && only_z[m] == -7.0);
    }
}

// DRAWS_N pairs for agents 0, 1, 2 ...
static void draw(struct rng with, struct rng_purpose purpose, double *u, double *v)
{
    int64_t *who = malloc(DRAWS_N * sizeof *who);
    assert_non_null(who);
    for (int i = 0; i < DRAWS_N; i++) {
        who[i] = i;
    }
    rng_uniforms(with, who, DRAWS_N, purpose, u, v);
    free(who);
}

static uint64_t hash_of(const double *x)
{
    uint64_t hash = 0;
    for (int i = 0; i < DRAWS_N; i++) {
        hash = rng_hash(hash ^ vmath_bits(x[i]));
    }
    return hash;
}

static void test_known_answers(void **state)
{
    (void)state;
    static double u[DRAWS_N], v[DRAWS_N];
    draw(rng, why, u, v);
    assert_int_equal(hash_of(u), 0x39dfabf5307f7ebfu);
    assert_int_equal(hash_of(v), 0x556bde3f7f5278e7u);
    vmath_quantile_n(u, DRAWS_N, u);
    const uint64_t normals = 0x2bb3276c4c9fc54bu;
    assert_int_equal(hash_of(u), normals);
    u[DRAWS_N / 2] = vmath_from_bits(vmath_bits(u[DRAWS_N / 2]) ^ 1);
    assert_true(hash_of(u) != normals); // one last bit is seen
}

static void test_bounds(void **state)
{
    (void)state;
    static double u[DRAWS_N], v[DRAWS_N];
    double least = 1.0, most = 0.0;
    for (uint16_t month = 0; month < 10; month++) {
        draw(rng, (struct rng_purpose){month, 1, 0}, u, v);
        for (int i = 0; i < DRAWS_N; i++) {
            least = vmath_min(least, vmath_min(u[i], v[i]));
            most = vmath_max(most, vmath_max(u[i], v[i]));
            assert_true(fmod(u[i] * 0x1p53, 2.0) == 1.0); // the middle of a cell of 2^-52
        }
    }
    // Two million draws: expected 5e-7, and outside these limits with a probability of e^-20.
    assert_true(least > 0.0 && least < 1e-5);
    assert_true(most < 1.0 && most > 1.0 - 1e-5);
    // The ends of what from_words can give.
    assert_true(from_words(0, 0) == 0x1p-53);
    assert_true(from_words(UINT32_MAX, UINT32_MAX) == 1.0 - 0x1p-53);
}

// Pearson's statistic of DRAWS_N counts against equal shares of `cells`.
static double chi_square(const int *count, int cells)
{
    double expected = (double)DRAWS_N / cells;
    double sum = 0.0;
    for (int i = 0; i < cells; i++) {
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    }
    return sum;
}

// With 255 degrees of freedom: mean 255, standard deviation 22.6; both limits are about 1 in 10^5.
static int looks_uniform(double statistic)
{
    return statistic > 170.0 && statistic < 363.0;
}

static double chi_square_of(const double *u, const double *v)
{
    int count[256] = {0};
    for (int i = 0; i < DRAWS_N; i++) {
        count[(int)(16.0 * u[i]) * 16 + (int)(16.0 * v[i])]++;
    }
    return chi_square(count, 256);
}

static void test_uniformity(void **state)
{
    (void)state;
    static double u[DRAWS_N], v[DRAWS_N], low[DRAWS_N], next[DRAWS_N];
    draw(rng, why, u, v);
    for (int i = 0; i < DRAWS_N; i++) {
        double cells = u[i] * 0x1p44; // the last eight bits
        low[i] = cells - floor(cells);
        next[i] = u[(i + 1) % DRAWS_N];
    }
    assert_true(looks_uniform(chi_square_of(u, v)));
    assert_true(looks_uniform(chi_square_of(u, low)));
    assert_true(looks_uniform(chi_square_of(u, next)));
    int fine[256] = {0};
    for (int i = 0; i < DRAWS_N; i++) {
        fine[(int)(256.0 * v[i])]++;
    }
    assert_true(looks_uniform(chi_square(fine, 256)));

    // Planted: a share of 3 % drawn twice, and a second coordinate that leans on the first.
    for (int i = 0; i < DRAWS_N; i++) {
        next[i] = i % 33 ? v[i] : u[i];
        low[i] = pow(u[i], 1.05);
    }
    assert_false(looks_uniform(chi_square_of(u, next)));
    assert_false(looks_uniform(chi_square_of(low, v)));
}

static double correlation_score(const double *a, const double *b)
{
    double sum = 0.0;
    for (int i = 0; i < DRAWS_N; i++) {
        sum += (a[i] - 0.5) * (b[i] - 0.5);
    }
    return 12.0 * sum / sqrt(DRAWS_N); // standard normal if independent
}

// Draws that differ in one field of the purpose or the key alone share nothing.
static void test_streams_are_independent(void **state)
{
    (void)state;
    static double u[DRAWS_N], v[DRAWS_N], other_u[DRAWS_N], other_v[DRAWS_N];
    static const struct {
        struct rng rng;
        struct rng_purpose why;
    } others[] = {
        {{20240501, 3}, {18, 4, 2}}, {{20240501, 3}, {17, 5, 2}},          {{20240501, 3}, {17, 4, 3}},
        {{20240502, 3}, {17, 4, 2}}, {{20240501, 4}, {17, 4, 2}},          {{3, 20240501}, {17, 4, 2}},
        {{20240501, 3}, {4, 17, 2}}, {{20240501, 3}, {17, 4, 0x80000002}},
    };
    draw(rng, why, u, v);
    assert_true(fabs(correlation_score(u, v)) < 4.5);
    for (size_t k = 0; k < sizeof others / sizeof others[0]; k++) {
        int shared = 0;
        draw(others[k].rng, others[k].why, other_u, other_v);
        for (int i = 0; i < DRAWS_N; i++) {
            shared += u[i] == other_u[i] || u[i] == other_v[i];
        }
        assert_int_equal(shared, 0);
        assert_true(fabs(correlation_score(u, other_u)) < 4.5);
        assert_true(fabs(correlation_score(v, other_v)) < 4.5);
        assert_true(fabs(correlation_score(u, other_v)) < 4.5);
        assert_true(looks_uniform(chi_square_of(u, other_u)));
    }
    for (int i = 0; i < DRAWS_N; i++) { // planted: a weak dependence is seen
        other_u[i] = i % 33 ? other_u[i] : u[i];
    }
    assert_true(fabs(correlation_score(u, other_u)) > 4.5);
}

// Words of agents whose keys differ in the upper half alone differ too.
static void test_all_of_who_counts(void **state)
{
    (void)state;
    for (int bit = 0; bit < 64; bit++) {
        uint32_t a[4], b[4];
        rng_block(rng, 12345, why, a);
        rng_block(rng, 12345 ^ UINT64_C(1) << bit, why, b);
        for (int i = 0; i < 4; i++) {
            assert_int_not_equal(a[i], b[i]);
        }
    }
}

static void test_index(void **state)
{
    (void)state;
    __extension__ typedef unsigned __int128 wide;
    static const int sizes[] = {1, 2, 7, 256, 1000003, INT_MAX};
    int count[256] = {0};
    for (uint64_t who = 0; who < DRAWS_N; who++) {
        uint32_t x[4];
        rng_block(rng, who, why, x);
        uint64_t word = (uint64_t)x[1] << 32 | x[0];
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            int got = rng_index(rng, who, why, sizes[k]);
            assert_true(got >= 0 && got < sizes[k]);
            assert_int_equal(got, (int)((wide)word * (unsigned)sizes[k] >> 64));
        }
        count[rng_index(rng, who, why, 256)]++;
    }
    assert_true(looks_uniform(chi_square(count, 256)));
}

static int bits_n(uint64_t x)
{
    int n = 0;
    for (; x; x &= x - 1) {
        n++;
    }
    return n;
}

static void test_hash(void **state)
{
    (void)state;
    // SplitMix64 from the state 1234567: the first three outputs of the published sequence.
    assert_int_equal(rng_hash(1234567u), UINT64_C(6457827717110365317));
    assert_int_equal(rng_hash(1234567u + 0x9e3779b97f4a7c15u), UINT64_C(3203168211198807973));
    assert_int_equal(rng_hash(1234567u + 2 * 0x9e3779b97f4a7c15u), UINT64_C(9817491932198370423));
    for (int bit = 0; bit < 64;
         bit++) { // half of the output changes with each bit: 64 trials of 64 fair bits
        int changed = 0;
        for (uint64_t i = 0; i < 64; i++) {
            changed += bits_n(rng_hash(i) ^ rng_hash(i ^ UINT64_C(1) << bit));
        }
        assert_in_range(changed, 2048 - 160, 2048 + 160);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors),
        cmocka_unit_test(test_published_vectors_bite),
        cmocka_unit_test(test_arrays_equal_scalars),
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_uniformity),
        cmocka_unit_test(test_streams_are_independent),
        cmocka_unit_test(test_all_of_who_counts),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
