// rng_block against the Random123 library (D. E. Shaw Research) at random counters and keys.
#include <Random123/philox.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/rng.h"

// The i-th counter and key of a fixed list; every eighth has words of zeros or ones.
static void inputs(uint64_t i, philox4x32_ctr_t *counter, philox4x32_key_t *key)
{
    uint32_t word[6];
    for (uint64_t k = 0; k < 6; k++) {
        uint64_t bits = rng_hash(6 * i + k);
        word[k] = i % 8 ? (uint32_t)bits : (bits & 1 ? UINT32_MAX : 0);
    }
    for (int k = 0; k < 4; k++) {
        counter->v[k] = word[k];
    }
    key->v[0] = word[4];
    key->v[1] = word[5];
}

// Blocks that differ when the library does `rounds` rounds.
static int differing_n(unsigned rounds)
{
    int differing = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        philox4x32_ctr_t counter;
        philox4x32_key_t key;
        inputs(i, &counter, &key);
        philox4x32_ctr_t expected = philox4x32_R(rounds, counter, key);
        uint32_t got[4];
        const struct rng_purpose why = {(uint16_t)counter.v[2], (uint16_t)(counter.v[2] >> 16), counter.v[3]};
        rng_block((struct rng){key.v[0], key.v[1]}, (uint64_t)counter.v[1] << 32 | counter.v[0], why, got);
        differing += got[0] != expected.v[0] || got[1] != expected.v[1] || got[2] != expected.v[2] ||
                     got[3] != expected.v[3];
    }
    return differing;
}

static void test_equal(void **state)
{
    (void)state;
    assert_int_equal(differing_n(10), 0);
}

static void test_other_rounds_differ(void **state)
{
    (void)state;
    assert_int_equal(differing_n(9), 100000);
    assert_int_equal(differing_n(11), 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal),
                                       cmocka_unit_test(test_other_rounds_differ)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
