// Loops in blocks, ordered sums, selection: the same for any number of threads.
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/par.h"

enum { ROWS_MAX = 300000, BLOCKS_MAX = ROWS_MAX / PAR_BLOCK + 1, ITEMS = 100 };

// Fork before anything else has started OpenMP: its runtime may remember the affinity of the first call.
static void test_threads_follow_the_affinity(void **state)
{
    (void)state;
    unsetenv("OMP_NUM_THREADS");
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        cpu_set_t all, one;
        size_t first = 0;
        if (sched_getaffinity(0, sizeof all, &all) != 0) {
            _exit(101);
        }
        while (!CPU_ISSET(first, &all)) {
            first++;
        }
        CPU_ZERO(&one);
        CPU_SET(first, &one);
        _exit(sched_setaffinity(0, sizeof one, &one) == 0 ? par_threads_available() : 102);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
}

static void test_threads_available(void **state)
{
    (void)state;
    unsetenv("OMP_NUM_THREADS");
    int all = par_threads_available();
    assert_true(all >= 1);
    static const char *const one[] = {"1", "1,4", " 1"}, *const nothing[] = {"1000000", "",  "two",
                                                                             "1x",      "0", "-3"};
    for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
        setenv("OMP_NUM_THREADS", one[i], 1);
        assert_int_equal(par_threads_available(), 1);
    }
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        setenv("OMP_NUM_THREADS", nothing[i], 1);
        assert_int_equal(par_threads_available(), all);
    }
    unsetenv("OMP_NUM_THREADS");
}

struct visits {
    int64_t n;
    int wrong;                    // blocks with wrong bounds
    unsigned char row[ROWS_MAX];  // times visited
    pthread_t thread[BLOCKS_MAX]; // that ran the block
};

static void visit_block(void *ctx, int64_t block, int64_t begin, int64_t end)
{
    struct visits *visits = ctx;
    int64_t stop = begin + PAR_BLOCK < visits->n ? begin + PAR_BLOCK : visits->n;
    if (begin != block * PAR_BLOCK || end != stop) {
        __atomic_fetch_add(&visits->wrong, 1, __ATOMIC_RELAXED);
        return;
    }
    for (int64_t row = begin; row < end; row++) {
        visits->row[row]++;
    }
    visits->thread[block] = pthread_self();
}

static void test_blocks_visit_each_row_once(void **state)
{
    (void)state;
    static const int64_t sizes[] = {0, 1, 1023, 1024, 1025, 2048, 50001};
    struct visits *visits = calloc(1, sizeof *visits);
    assert_non_null(visits);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int threads = 0; threads <= 4; threads++) {
            memset(visits, 0, sizeof *visits);
            visits->n = sizes[i];
            par_blocks(threads, sizes[i], visit_block, visits);
            assert_int_equal(visits->wrong, 0);
            for (int64_t row = 0; row < sizes[i] + 1; row++) {
                assert_int_equal(visits->row[row], row < sizes[i]);
            }
        }
    }
    free(visits);
}

static void test_one_thread_is_the_caller(void **state)
{
    (void)state;
    struct visits *visits = calloc(1, sizeof *visits);
    assert_non_null(visits);
    visits->n = 5000;
    par_blocks(1, visits->n, visit_block, visits);
    for (int64_t block = 0; block < par_blocks_n(visits->n); block++) {
        assert_true(pthread_equal(visits->thread[block], pthread_self()));
    }
    free(visits);
}

static void test_blocks_meet_their_thread_again(void **state)
{
    (void)state;
    struct visits *first = calloc(1, sizeof *first), *again = calloc(1, sizeof *again);
    assert_non_null(first);
    assert_non_null(again);
    first->n = again->n = 20000;
    par_blocks(3, first->n, visit_block, first);
    assert_false(pthread_equal(first->thread[0], first->thread[par_blocks_n(first->n) - 1]));
    for (int repeat = 0; repeat < 20; repeat++) {
        par_blocks(3, again->n, visit_block, again);
        for (int64_t block = 0; block < par_blocks_n(first->n); block++) {
            assert_true(pthread_equal(first->thread[block], again->thread[block]));
        }
    }
    free(first);
    free(again);
}

static void test_blocks_n(void **state)
{
    (void)state;
    assert_int_equal(par_blocks_n(0), 0);
    assert_int_equal(par_blocks_n(1), 1);
    assert_int_equal(par_blocks_n(PAR_BLOCK), 1);
    assert_int_equal(par_blocks_n(PAR_BLOCK + 1), 2);
    assert_int_equal(par_blocks_n(10 * PAR_BLOCK), 10);
}

static void visit_item(void *ctx, int item)
{
    ((int *)ctx)[item]++;
}

static void test_items_visit_each_once(void **state)
{
    (void)state;
    for (int threads = 0; threads <= 4; threads++) {
        for (int n = 0; n <= ITEMS; n += n < 3 ? 1 : 97) {
            int visited[ITEMS + 1] = {0};
            par_items(threads, n, visit_item, visited);
            for (int item = 0; item <= ITEMS; item++) {
                assert_int_equal(visited[item], item < n);
            }
        }
    }
}

struct nested {
    int foreign[ITEMS]; // blocks that ran on another thread than their item
};

struct nested_block {
    pthread_t item_thread;
    int *foreign;
};

static void nested_visit(void *ctx, int64_t block, int64_t begin, int64_t end)
{
    (void)block, (void)begin, (void)end;
    struct nested_block *inner = ctx;
    __atomic_fetch_add(inner->foreign, !pthread_equal(inner->item_thread, pthread_self()), __ATOMIC_RELAXED);
}

static void nested_item(void *ctx, int item)
{
    struct nested_block inner = {pthread_self(), &((struct nested *)ctx)->foreign[item]};
    par_blocks(2, 20 * PAR_BLOCK, nested_visit, &inner);
}

static void test_a_loop_within_a_loop_stays_on_its_thread(void **state)
{
    (void)state;
    struct nested nested = {{0}};
    par_items(2, ITEMS, nested_item, &nested);
    for (int item = 0; item < ITEMS; item++) {
        assert_int_equal(nested.foreign[item], 0);
    }
}

static uint64_t next_random(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

// The answer has room for exactly what is selected; what lies behind it must stay.
static void check_selection(int threads, int64_t n, const uint8_t *flag)
{
    int64_t count = 0, at = 0;
    for (int64_t i = 0; i < n; i++) {
        count += flag[i] != 0;
    }
    int64_t *rows = malloc((size_t)(count + 2) * sizeof *rows);
    assert_non_null(rows);
    rows[count] = rows[count + 1] = -77;
    assert_int_equal(par_select(threads, n, flag, rows), count);
    for (int64_t i = 0; i < n; i++) {
        if (flag[i] != 0) {
            assert_int_equal(rows[at++], i);
        }
    }
    assert_int_equal(rows[count], -77);
    assert_int_equal(rows[count + 1], -77);
    free(rows);
}

static void test_select(void **state)
{
    (void)state;
    static const int64_t sizes[] = {0, 1, 7, 8, 9, 1024, 1025, 65536, 65537, 70001, 262144};
    static const uint64_t one_in[] = {1, 2, 9, 1000, 1000000000};
    uint8_t *flag = malloc(ROWS_MAX);
    assert_non_null(flag);
    uint64_t seed = 5;
    for (size_t density = 0; density < sizeof one_in / sizeof *one_in; density++) {
        for (int64_t i = 0; i < ROWS_MAX; i++) { // any value but 0 is a flag
            flag[i] = next_random(&seed) % one_in[density] == 0 ? (uint8_t)(next_random(&seed) | 128) : 0;
        }
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            for (int threads = 1; threads <= 4; threads *= 2) {
                check_selection(threads, sizes[size], flag);
            }
        }
    }
    free(flag);
}

static void fill(double *x, int n)
{
    for (int i = 0; i < n; i++) {
        double scale = 1.0; // 2^((5i mod 60) - 30)
        for (int k = 0; k < i * 5 % 60; k++) {
            scale *= 2.0;
        }
        x[i] = (double)((i * 7919 + 13) % 1000003) / 1024.0 * (scale / 0x1p30) * (i % 3 != 0 ? 1.0 : -1.0);
    }
}

// The constant comes from the definition written in Python; summing from left to right gives other bits.
static void test_block_sum_known_answer(void **state)
{
    (void)state;
    double x[1003], plain = 0.0;
    fill(x, 1003);
    for (int i = 0; i < 1003; i++) {
        plain += x[i];
    }
    assert_true(plain == 0x1.46efc242eb918p+40);
    assert_true(par_block_sum(x, 1003) == 0x1.46efc242eb91cp+40);
}

static void test_block_sum_of_few(void **state)
{
    (void)state;
    double x[40];
    fill(x, 40);
    assert_true(par_block_sum(x, 0) == 0.0);
    for (int n = 1; n <= 40; n++) {
        volatile double lane[PAR_LANES] = {0.0};
        for (int i = 0; i < n; i++) {
            lane[i % PAR_LANES] = lane[i % PAR_LANES] + x[i];
        }
        volatile double sum = lane[0];
        for (int j = 1; j < PAR_LANES; j++) {
            sum = sum + lane[j];
        }
        assert_true(par_block_sum(x, n) == sum);
    }
}

static void test_ordered_sum(void **state)
{
    (void)state;
    static const double x[] = {1.0, 0x1p53, 1.0,
                               -0x1p53}; // left to right: 1 + 2^53 and again + 1 round to 2^53
    assert_true(par_ordered_sum(x, 4) == 0.0);
    assert_true(par_ordered_sum(x, 1) == 1.0);
    assert_true(par_ordered_sum(x, 0) == 0.0);
}

// OpenMP reads its limits when the program starts. Loops within loops must stay serial even where it would
// allow them.
static void restart_with_nesting(char **argv)
{
    if (getenv("OMP_MAX_ACTIVE_LEVELS") == NULL) {
        setenv("OMP_MAX_ACTIVE_LEVELS", "4", 1);
        execv("/proc/self/exe", argv);
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    restart_with_nesting(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_follow_the_affinity), // first: see there
        cmocka_unit_test(test_threads_available),
        cmocka_unit_test(test_blocks_visit_each_row_once),
        cmocka_unit_test(test_one_thread_is_the_caller),
        cmocka_unit_test(test_blocks_meet_their_thread_again),
        cmocka_unit_test(test_blocks_n),
        cmocka_unit_test(test_items_visit_each_once),
        cmocka_unit_test(test_a_loop_within_a_loop_stays_on_its_thread),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_block_sum_known_answer),
        cmocka_unit_test(test_block_sum_of_few),
        cmocka_unit_test(test_ordered_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
