// The total order of queues, compared with qsort.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/order.h"

enum { ITEMS_MAX = 70000 };

enum kind { RANDOM, FEW_KEYS, ONE_KEY, SCORES, RISING, FALLING, OUTLIER, LOW_BITS, REPEATED, KINDS };

static uint64_t next_random(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static struct order_item make(enum kind kind, int64_t i, int64_t n, uint64_t *seed)
{
    uint64_t a = next_random(seed), b = next_random(seed);
    struct order_item item = {.key = a, .id = (int64_t)b, .row = i}; // ids of both signs
    switch (kind) {
    case FEW_KEYS:
        item.key = a % 5;
        break;
    case ONE_KEY:
        item.key = UINT64_MAX;
        break;
    case SCORES:
        item.key = order_key_double((double)(a % 2001) / 1000.0 - 1.0);
        item.id = i;
        break;
    case RISING:
        item.key = (uint64_t)i;
        break;
    case FALLING:
        item.key = (uint64_t)(n - i);
        break;
    case OUTLIER:
        item.key = i == n / 2 ? UINT64_MAX : a % 1000000;
        break;
    case LOW_BITS:
        item.key = a % 3;
        item.id = (int64_t)(b % 7) - 3 + (i == 0 ? INT64_MIN / 2 : 0);
        break;
    case REPEATED: // equal in both: their order is kept
        item.key = a % 2;
        item.id = (int64_t)(b % 2);
        break;
    default:
        break;
    }
    return item;
}

static int compare(const void *left, const void *right)
{
    const struct order_item *a = left, *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    return (a->row > b->row) - (a->row < b->row); // of equal items the earlier first
}

static void test_order_is_that_of_qsort(void **state)
{
    (void)state;
    static const int64_t sizes[] = {0, 1, 2, 3, 15, 16, 17, 33, 127, 128, 129, 1000, 5000, ITEMS_MAX};
    struct order_item *item = malloc((ITEMS_MAX + 1) * sizeof *item);
    struct order_item *scratch = malloc((ITEMS_MAX + 1) * sizeof *scratch);
    struct order_item *expected = malloc(ITEMS_MAX * sizeof *expected);
    assert_true(item != NULL && scratch != NULL && expected != NULL);
    const struct order_item guard = {.key = 0, .id = 0, .row = -77};
    uint64_t seed = 11;
    for (enum kind kind = RANDOM; kind < KINDS; kind++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            int64_t n = sizes[s];
            for (int64_t i = 0; i < n; i++) {
                item[i] = expected[i] = make(kind, i, n, &seed);
            }
            item[n] = scratch[n] = guard;
            qsort(expected, (size_t)n, sizeof *expected, compare);
            order_by_key(item, n, scratch);
            assert_memory_equal(item, expected, (size_t)n * sizeof *item);
            assert_memory_equal(&item[n], &guard, sizeof guard);
            assert_memory_equal(&scratch[n], &guard, sizeof guard);
        }
    }
    free(item);
    free(scratch);
    free(expected);
}

// The same queue comes out of any order of rows.
static void test_order_forgets_the_slots(void **state)
{
    (void)state;
    enum { N = 3000 };
    struct order_item one[N], other[N], scratch[N];
    uint64_t seed = 3;
    for (int64_t i = 0; i < N; i++) {
        one[i] = (struct order_item){.key = next_random(&seed) % 50, .id = i, .row = 2 * i};
        other[(i * 1777 + 5) % N] = one[i]; // 1777 has no divisor in common with N
    }
    assert_memory_not_equal(one, other, sizeof one);
    order_by_key(one, N, scratch);
    order_by_key(other, N, scratch);
    assert_memory_equal(one, other, sizeof one);
}

static void test_key_of_a_double_is_monotone(void **state)
{
    (void)state;
    static const double rising[] = {-1.0 / 0.0, -0x1.fffffffffffffp1023,
                                    -2.0,       -1.0,
                                    -0x1p-1022, -0x1p-1074,
                                    0.0,        0x1p-1074,
                                    0x1p-1022,  0.5,
                                    1.0,        0x1.0000000000001p0,
                                    0x1p53,     1.0 / 0.0};
    for (size_t i = 1; i < sizeof rising / sizeof *rising; i++) {
        assert_true(order_key_double(rising[i - 1]) < order_key_double(rising[i]));
        assert_true(~order_key_double(rising[i - 1]) > ~order_key_double(rising[i]));
    }
    assert_true(order_key_double(-0.0) == order_key_double(0.0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_is_that_of_qsort),
        cmocka_unit_test(test_order_forgets_the_slots),
        cmocka_unit_test(test_key_of_a_double_is_monotone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
