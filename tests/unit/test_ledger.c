// The ledger: what a posting moves, exact shares and sums, and every leak that the audit must find.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/ledger.h"
#include "sim/par.h"

__extension__ typedef __int128 int128;

enum { FIRMS, BANKS, GUARANTEE_FUNDS, HOUSEHOLDS, SECTORS_N };
enum { CASH, LOANS, SHARES, INSTRUMENTS_N };
enum { SALES, LOAN, REPAYMENT, WRITE_OFF, SHARE_ISSUE, TAX_FORGONE, CATEGORIES_N };

static const char *const sectors[] = {"firms", "banks", "guarantee_funds", "households"};
static const char *const instruments[] = {"cash", "loans", "shares"};
static const struct ledger_category categories[] = {
    {"sales", "", 1, 0, 0},          {"loan", "", 1, LOANS, 1},         {"repayment", "", 1, LOANS, -1},
    {"write_off", "", 0, LOANS, -1}, {"share_issue", "", 1, SHARES, 1}, {"tax_forgone", "", 0, 0, 0},
};
static const struct ledger_names names = {sectors,       SECTORS_N,  instruments,
                                          INSTRUMENTS_N, categories, CATEGORIES_N};

static uint64_t next_random(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

// Does the call end the program as a failed CHECK does?
static bool aborts(void (*call)(struct ledger *), struct ledger *ledger)
{
    fflush(NULL);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); // cmocka catches it
        fclose(stderr);
        call(ledger);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void check_position(const struct ledger *ledger, int sector, int64_t cash, int64_t loans,
                           int64_t shares)
{
    assert_int_equal(ledger->position[sector][CASH], cash);
    assert_int_equal(ledger->position[sector][LOANS], loans);
    assert_int_equal(ledger->position[sector][SHARES], shares);
}

// --- postings ---

static void test_open(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, &names);
    ledger_open(&ledger, CASH, FIRMS, HOUSEHOLDS, 1000);
    ledger_open(&ledger, LOANS, BANKS, FIRMS, 300);
    check_position(&ledger, FIRMS, 1000, -300, 0);
    check_position(&ledger, BANKS, 0, 300, 0);
    check_position(&ledger, HOUSEHOLDS, -1000, 0, 0);
}

static void test_what_each_category_moves(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, &names);
    ledger_post(&ledger, LOAN, BANKS, FIRMS, 100); // the bank gets a claim
    check_position(&ledger, BANKS, -100, 100, 0);
    check_position(&ledger, FIRMS, 100, -100, 0);
    ledger_post(&ledger, REPAYMENT, FIRMS, BANKS, 30); // a claim of the bank ends
    check_position(&ledger, BANKS, -70, 70, 0);
    check_position(&ledger, FIRMS, 70, -70, 0);
    ledger_post(&ledger, WRITE_OFF, FIRMS, BANKS, 20); // the same without money
    check_position(&ledger, BANKS, -70, 50, 0);
    check_position(&ledger, FIRMS, 70, -50, 0);
    ledger_post(&ledger, SHARE_ISSUE, HOUSEHOLDS, FIRMS, 7);
    check_position(&ledger, HOUSEHOLDS, -7, 0, 7);
    check_position(&ledger, FIRMS, 77, -50, -7);
    ledger_post(&ledger, SALES, HOUSEHOLDS, FIRMS, 5);
    check_position(&ledger, HOUSEHOLDS, -12, 0, 7);
    check_position(&ledger, FIRMS, 82, -50, -7);
    ledger_post(&ledger, TAX_FORGONE, GUARANTEE_FUNDS, FIRMS, 4);
    check_position(&ledger, FIRMS, 82, -50, -7);
    check_position(&ledger, GUARANTEE_FUNDS, 0, 0, 0);
    ledger_post(&ledger, LOAN, BANKS, BANKS, 9); // between banks
    check_position(&ledger, BANKS, -70, 50, 0);
}

static void test_flows_are_of_the_month(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, &names);
    ledger_post(&ledger, SALES, HOUSEHOLDS, FIRMS, 5);
    ledger_post(&ledger, SALES, HOUSEHOLDS, FIRMS, 6);
    ledger_post(&ledger, TAX_FORGONE, GUARANTEE_FUNDS, FIRMS, 4);
    assert_int_equal(ledger.flow[SALES][HOUSEHOLDS][FIRMS], 11);
    assert_int_equal(ledger.flow[SALES][FIRMS][HOUSEHOLDS], 0);
    assert_int_equal(ledger.flow[TAX_FORGONE][GUARANTEE_FUNDS][FIRMS], 4);
    ledger_month(&ledger);
    assert_int_equal(ledger.flow[SALES][HOUSEHOLDS][FIRMS], 0);
    assert_int_equal(ledger.flow[TAX_FORGONE][GUARANTEE_FUNDS][FIRMS], 0);
    assert_int_equal(ledger.position[FIRMS][CASH], 11);
}

static void post_negative(struct ledger *ledger)
{
    ledger_post(ledger, SALES, FIRMS, BANKS, -1);
}

static void post_unknown_category(struct ledger *ledger)
{
    ledger_post(ledger, CATEGORIES_N, FIRMS, BANKS, 1);
}

static void post_unknown_payer(struct ledger *ledger)
{
    ledger_post(ledger, SALES, SECTORS_N, BANKS, 1);
}

static void post_unknown_payee(struct ledger *ledger)
{
    ledger_post(ledger, SALES, FIRMS, -1, 1);
}

static void open_negative(struct ledger *ledger)
{
    ledger_open(ledger, CASH, FIRMS, BANKS, -1);
}

static void open_unknown_instrument(struct ledger *ledger)
{
    ledger_open(ledger, INSTRUMENTS_N, FIRMS, BANKS, 1);
}

static void init_without_sign(struct ledger *ledger)
{
    static const struct ledger_category loan = {"loan", "", 1, LOANS, 0};
    const struct ledger_names wrong = {sectors, SECTORS_N, instruments, INSTRUMENTS_N, &loan, 1};
    ledger_init(ledger, &wrong);
}

static void init_with_too_many(struct ledger *ledger)
{
    struct ledger_names wrong = names;
    wrong.sectors_n = LEDGER_SECTORS_MAX + 1;
    ledger_init(ledger, &wrong);
}

static void share_of_nothing(struct ledger *ledger)
{
    ledger->overflow = (int)ledger_prorata(1, 1, 0);
}

static void share_beyond_64_bits(struct ledger *ledger)
{
    ledger->overflow = (int)ledger_prorata(INT64_MAX, 3, 2);
}

static void split_over_nobody(struct ledger *ledger)
{
    ledger_split_prorata(1, (const int64_t[]){0, 0}, 2, ledger->position[0]);
}

static void split_with_negative_part(struct ledger *ledger)
{
    ledger_split_prorata(1, (const int64_t[]){3, -1}, 2, ledger->position[0]);
}

static void split_negative_total(struct ledger *ledger)
{
    ledger_split_prorata(-1, (const int64_t[]){3, 1}, 2, ledger->position[0]);
}

static void dot_beyond_a_block(struct ledger *ledger)
{
    static const int64_t weight[PAR_BLOCK + 1];
    static const double vnd[PAR_BLOCK + 1];
    ledger->overflow = (int)ledger_dot_block(weight, vnd, PAR_BLOCK + 1);
}

static void test_bugs_abort(void **state)
{
    (void)state;
    static void (*const bug[])(struct ledger *) = {
        post_negative,        post_unknown_category,   post_unknown_payer, post_unknown_payee,
        open_negative,        open_unknown_instrument, init_without_sign,  init_with_too_many,
        share_of_nothing,     share_beyond_64_bits,    split_over_nobody,  split_with_negative_part,
        split_negative_total, dot_beyond_a_block,
    };
    struct ledger ledger;
    ledger_init(&ledger, &names);
    for (size_t i = 0; i < sizeof bug / sizeof *bug; i++) {
        assert_true(aborts(bug[i], &ledger));
    }
}

// --- audit ---

// Books with a past, then a month of postings; `before` is from the start of that month.
static void busy_month(struct ledger *ledger, struct ledger *before)
{
    uint64_t seed = 9;
    ledger_init(ledger, &names);
    ledger_open(ledger, CASH, FIRMS, HOUSEHOLDS, INT64_C(1) << 60);
    ledger_post(ledger, LOAN, BANKS, FIRMS, 123);
    ledger_month(ledger);
    *before = *ledger;
    for (int i = 0; i < 1000; i++) {
        uint64_t r = next_random(&seed);
        ledger_post(ledger, (int)(r % CATEGORIES_N), (int)(r >> 8) & 3, (int)(r >> 16) & 3,
                    (int64_t)(r >> 24));
    }
}

static void test_audit_takes_sound_books(void **state)
{
    (void)state;
    struct ledger ledger, before;
    struct error err = {0};
    busy_month(&ledger, &before);
    assert_int_equal(ledger_audit(&ledger, &before, "2016-03", &err), ERROR_NONE);
    assert_int_equal(err.faults_n, 0);
}

static void check_audit(const struct ledger *ledger, const struct ledger *before, int faults_n,
                        const char *const *text)
{
    struct error err = {0};
    assert_int_equal(ledger_audit(ledger, before, "2016-03", &err), ERROR_WORK);
    assert_int_equal(err.faults_n, faults_n);
    for (int i = 0; i < faults_n; i++) {
        assert_string_equal(err.text[i], text[i]);
    }
}

static void test_audit_finds_a_leaked_vnd(void **state)
{
    (void)state;
    struct ledger ledger, before;
    ledger_init(&ledger, &names);
    before = ledger;
    ledger_post(&ledger, SALES, HOUSEHOLDS, GUARANTEE_FUNDS, 10);
    ledger.position[GUARANTEE_FUNDS][CASH]++;
    check_audit(
        &ledger, &before, 2,
        (const char *[]){"ledger: 2016-03: cash of guarantee_funds: flows explain 10 VND, position changed "
                         "by 11 VND",
                         "ledger: 2016-03: cash: the positions of all sectors sum to 1 VND, not 0"});
}

static void test_audit_finds_a_move_past_the_door(void **state)
{
    (void)state;
    struct ledger ledger, before;
    busy_month(&ledger, &before);
    before = ledger;
    ledger_month(&ledger);
    ledger.position[BANKS][LOANS] += 4; // balanced, but no flow tells of it
    ledger.position[FIRMS][LOANS] -= 4;
    check_audit(
        &ledger, &before, 2,
        (const char *[]){"ledger: 2016-03: loans of firms: flows explain 0 VND, position changed by -4 VND",
                         "ledger: 2016-03: loans of banks: flows explain 0 VND, position changed by 4 VND"});
}

static void test_audit_finds_a_forged_flow(void **state)
{
    (void)state;
    struct ledger ledger, before;
    ledger_init(&ledger, &names);
    before = ledger;
    ledger_post(&ledger, REPAYMENT, FIRMS, BANKS, 10);
    ledger.flow[REPAYMENT][FIRMS][BANKS]--;
    check_audit(
        &ledger, &before, 4,
        (const char *[]){"ledger: 2016-03: cash of firms: flows explain -9 VND, position changed by -10 VND",
                         "ledger: 2016-03: cash of banks: flows explain 9 VND, position changed by 10 VND",
                         "ledger: 2016-03: loans of firms: flows explain 9 VND, position changed by 10 VND",
                         "ledger: 2016-03: loans of banks: flows explain -9 VND, position changed by -10 "
                         "VND"});
}

static void test_audit_finds_an_overflow(void **state)
{
    (void)state;
    struct ledger ledger, before;
    ledger_init(&ledger, &names);
    before = ledger;
    ledger_post(&ledger, SALES, HOUSEHOLDS, FIRMS, INT64_MAX);
    assert_int_equal(ledger.overflow, 0);
    ledger_post(&ledger, SALES, BANKS, FIRMS, INT64_MAX);
    assert_int_equal(ledger.overflow, 1);
    check_audit(&ledger, &before, 3,
                (const char *[]){
                    "ledger: 2016-03: an amount is beyond 64 bits (9.2e18 VND) or not a whole number of VND",
                    "ledger: 2016-03: cash of firms: flows explain 18446744073709551614 VND, position "
                    "changed by -2 VND",
                    "ledger: 2016-03: cash: the positions of all sectors sum to -18446744073709551616 "
                    "VND, not 0"});
    before = ledger;
    ledger_month(&ledger); // the mark stays
    struct error err = {0};
    assert_int_equal(ledger_audit(&ledger, &before, "2016-04", &err), ERROR_WORK);
    assert_string_equal(
        err.text[0],
        "ledger: 2016-04: an amount is beyond 64 bits (9.2e18 VND) or not a whole number of VND");
}

static void test_flow_overflow_is_marked(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, &names);
    ledger_post(&ledger, TAX_FORGONE, FIRMS, BANKS, INT64_MAX);
    ledger_post(&ledger, TAX_FORGONE, FIRMS, BANKS, 1);
    assert_int_equal(ledger.overflow, 1);
}

static void test_agents_agree(void **state)
{
    (void)state;
    struct ledger ledger;
    struct error err = {0};
    ledger_init(&ledger, &names);
    ledger_post(&ledger, LOAN, BANKS, FIRMS, 100);
    assert_int_equal(ledger_agree(&ledger, BANKS, LOANS, 100, "2016-03", &err), ERROR_NONE);
    assert_int_equal(ledger_agree(&ledger, FIRMS, LOANS, -100, "2016-03", &err), ERROR_NONE);
    assert_int_equal(err.faults_n, 0);
    assert_int_equal(ledger_agree(&ledger, BANKS, LOANS, 99, "2016-03", &err), ERROR_WORK);
    assert_string_equal(err.text[0],
                        "ledger: 2016-03: loans of banks: books say 100 VND, the agents hold 99 VND "
                        "(difference 1 VND)");
    assert_int_equal(ledger_agree(&ledger, BANKS, LOANS, INT64_MIN, "2016-03", &err), ERROR_WORK);
    assert_string_equal(err.text[1], "ledger: 2016-03: loans of banks: books say 100 VND, the agents hold "
                                     "-9223372036854775808 VND (difference 9223372036854775908 VND)");
}

static void test_digest_sees_every_account(void **state)
{
    (void)state;
    struct ledger ledger, before;
    busy_month(&ledger, &before);
    uint64_t digest = ledger_digest(&ledger);
    for (int s = 0; s < SECTORS_N; s++) {
        for (int i = 0; i < INSTRUMENTS_N; i++) {
            ledger.position[s][i] ^= 1;
            assert_true(ledger_digest(&ledger) != digest);
            ledger.position[s][i] ^= 1;
        }
        for (int c = 0; c < CATEGORIES_N; c++) {
            ledger.flow[c][s][BANKS] ^= 1;
            assert_true(ledger_digest(&ledger) != digest);
            ledger.flow[c][s][BANKS] ^= 1;
        }
    }
    ledger.overflow = 1;
    assert_true(ledger_digest(&ledger) != digest);
    ledger.overflow = 0;
    assert_true(ledger_digest(&ledger) == digest);
}

// --- shares ---

static void test_prorata(void **state)
{
    (void)state;
    static const struct {
        int64_t total, part, whole, share;
    } known[] = {
        {10, 1, 3, 3},
        {10, 3, 3, 10},
        {0, 5, 7, 0},
        {10, 0, 7, 0},
        {-10, 1, 3, -4}, // the floor, not the nearest to zero
        {-9, 1, 3, -3},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {INT64_MAX, INT64_MAX - 1, INT64_MAX, INT64_MAX - 1},
        {INT64_MIN, INT64_MAX, INT64_MAX, INT64_MIN},
        {-INT64_MAX, INT64_C(6148914691236517205), INT64_MAX, INT64_C(-6148914691236517205)},
        {-INT64_MAX, INT64_C(1) << 62, INT64_MAX - 1, INT64_C(-4611686018427387905)},
        {1462000000000, 123456789012, 999999999999, 180493825535},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(ledger_prorata(known[i].total, known[i].part, known[i].whole), known[i].share);
    }
}

static void check_split(int64_t total, const int64_t *part, int n)
{
    int64_t out[64];
    int128 whole = 0, sum = 0;
    int64_t rest = total;
    for (int i = 0; i < n; i++) {
        whole += part[i];
    }
    for (int i = 0; i < n; i++) {
        rest -= (int64_t)((int128)total * part[i] / whole);
    }
    ledger_split_prorata(total, part, n, out);
    for (int i = 0; i < n; i++) {
        int extra = part[i] > 0 && rest > 0;
        assert_int_equal(out[i], (int64_t)((int128)total * part[i] / whole) + extra);
        rest -= extra;
        sum += out[i];
    }
    assert_true(sum == total);
}

static void test_split_is_exact(void **state)
{
    (void)state;
    int64_t out[4];
    ledger_split_prorata(11, (const int64_t[]){0, 1, 1, 1}, 4,
                         out); // nobody gets a VND for a part of nothing
    assert_memory_equal(out, ((const int64_t[]){0, 4, 4, 3}), sizeof out);
    ledger_split_prorata(0, (const int64_t[]){0, 0, 0, 0}, 4, out);
    assert_memory_equal(out, ((const int64_t[]){0, 0, 0, 0}), sizeof out);
    ledger_split_prorata(0, NULL, 0, out);

    uint64_t seed = 21;
    for (int round = 0; round < 2000; round++) {
        int64_t part[64];
        int n = 1 + (int)(next_random(&seed) % 64), shift = (int)(next_random(&seed) % 60);
        for (int i = 0; i < n; i++) {
            part[i] = (int64_t)(next_random(&seed) >> (2 + shift)) * (int64_t)(next_random(&seed) % 4 != 0);
        }
        part[n / 2] = 1 + (int64_t)(next_random(&seed) >> 2);
        check_split((int64_t)(next_random(&seed) >> (1 + shift)), part, n);
    }
}

// --- sums over agents ---

static void test_sum_marks_overflow(void **state)
{
    (void)state;
    struct ledger_sum sum = {0, 0};
    ledger_sum_add(&sum, INT64_MAX);
    ledger_sum_add(&sum, -5);
    assert_int_equal(sum.value, INT64_MAX - 5);
    assert_int_equal(sum.overflow, 0);
    ledger_sum_add(&sum, 6);
    assert_int_equal(sum.overflow, 1);
    ledger_sum_add(&sum, -6); // it stays marked
    assert_int_equal(sum.overflow, 1);
    sum = (struct ledger_sum){0, 0};
    ledger_sum_add(&sum, LEDGER_NO_SUM);
    assert_int_equal(sum.overflow, 1);
}

static void test_sums_merge_with_their_marks(void **state)
{
    (void)state;
    struct ledger_sum sum = {5, 0};
    ledger_sum_merge(&sum, (struct ledger_sum){7, 0});
    assert_int_equal(sum.value, 12);
    assert_int_equal(sum.overflow, 0);
    ledger_sum_merge(&sum, (struct ledger_sum){7, 1}); // its value alone would not tell
    assert_int_equal(sum.overflow, 1);
}

static void test_a_sum_that_overflowed_is_not_posted(void **state)
{
    (void)state;
    struct ledger ledger, before;
    ledger_init(&ledger, &names);
    before = ledger;
    ledger_post_sum(&ledger, SALES, HOUSEHOLDS, FIRMS, (struct ledger_sum){7, 0});
    assert_int_equal(ledger.position[FIRMS][CASH], 7);
    ledger_post_sum(&ledger, SALES, HOUSEHOLDS, FIRMS, (struct ledger_sum){LEDGER_NO_SUM, 1});
    assert_int_equal(ledger.position[FIRMS][CASH], 7);
    check_audit(
        &ledger, &before, 1,
        (const char *[]){
            "ledger: 2016-03: an amount is beyond 64 bits (9.2e18 VND) or not a whole number of VND"});
}

static void test_dot_is_exact(void **state)
{
    (void)state;
    int64_t weight[PAR_BLOCK];
    double vnd[PAR_BLOCK];
    uint64_t seed = 31;
    for (int n = 0; n <= PAR_BLOCK; n += n < 20 ? 1 : 251) {
        int128 expected = 0;
        for (int i = 0; i < n; i++) {
            int64_t amount = (int64_t)(next_random(&seed) >> 14) - (INT64_C(1) << 49);
            weight[i] = (int64_t)(next_random(&seed) % 100) - 2;
            vnd[i] = (double)amount;
            expected += (int128)weight[i] * amount;
        }
        assert_true((int128)ledger_dot_block(weight, vnd, n) == expected);
    }
    weight[0] = 3; // beyond the whole numbers of a double
    vnd[0] = 0x1p53 - 1;
    weight[1] = -1;
    vnd[1] = -0x1p53;
    assert_int_equal(ledger_dot_block(weight, vnd, 2), INT64_C(36028797018963965));
}

static void test_dot_of_groups_is_that_of_each(void **state)
{
    enum { GROUPS = 5 };
    int64_t weight[PAR_BLOCK], sums[GROUPS];
    double vnd[PAR_BLOCK], own[PAR_BLOCK];
    uint8_t group[PAR_BLOCK];
    (void)state;
    for (int i = 0; i < PAR_BLOCK; i++) {
        weight[i] = 1 + i % 17;
        vnd[i] = (double)((i % 3 - 1) * INT64_C(1234567890123) * (i % 29));
        group[i] = (uint8_t)(i * i % 4); // none is in groups 2 to 4
    }
    ledger_dot_groups(weight, vnd, group, PAR_BLOCK, GROUPS, sums);
    for (int g = 0; g < GROUPS; g++) {
        for (int i = 0; i < PAR_BLOCK; i++) {
            own[i] = group[i] == g ? vnd[i] : 0.0;
        }
        assert_true(sums[g] == ledger_dot_block(weight, own, PAR_BLOCK));
    }
    assert_true(sums[0] != 0 && sums[1] != 0 && sums[0] != sums[1]);

    vnd[700] = 0.5;
    ledger_dot_groups(weight, vnd, group, PAR_BLOCK, GROUPS, sums);
    assert_true(sums[0] == LEDGER_NO_SUM && sums[4] == LEDGER_NO_SUM);
    vnd[700] = 0.0;
    weight[3] = 2048;
    vnd[3] = 0x1p53; // beyond 64 bits, in one group alone
    ledger_dot_groups(weight, vnd, group, PAR_BLOCK, GROUPS, sums);
    assert_true(sums[1] == LEDGER_NO_SUM && sums[0] != LEDGER_NO_SUM);
}

static void test_dot_keeps_to_64_bits(void **state)
{
    (void)state;
    int64_t weight[PAR_BLOCK];
    double vnd[PAR_BLOCK];
    for (int i = 0; i < PAR_BLOCK; i++) {
        weight[i] = i % 2 == 0 ? INT64_MAX : INT64_MIN + 1;
        vnd[i] = 0x1p53;
    }
    assert_int_equal(ledger_dot_block(weight, vnd, PAR_BLOCK),
                     0); // each product is far beyond, the sum is not
    for (int i = 0; i < PAR_BLOCK; i++) {
        weight[i] = INT64_MAX;
    }
    assert_true(ledger_dot_block(weight, vnd, PAR_BLOCK) == LEDGER_NO_SUM);
    assert_true(ledger_dot_block((const int64_t[]){1024}, (const double[]){0x1p53}, 1) == LEDGER_NO_SUM);
    assert_true(ledger_dot_block((const int64_t[]){1024}, (const double[]){-0x1p53}, 1) == LEDGER_NO_SUM);
    assert_int_equal(ledger_dot_block((const int64_t[]){1024, -1}, (const double[]){0x1p53, 1}, 2),
                     INT64_MAX);
    assert_int_equal(ledger_dot_block((const int64_t[]){1024, 1}, (const double[]){-0x1p53, 1}, 2),
                     INT64_MIN + 1);
}

static void test_whole_numbers_only(void **state)
{
    (void)state;
    static const double whole[] = {0.0,          -0.0,   1.0,          -1.0,         0x1p51 - 1, -0x1p52 + 1.,
                                   0x1p52 - 1.0, 0x1p52, 0x1p52 + 1.0, 0x1p53 - 1.0, -0x1p53};
    static const double wrong[] = {0.5,          -0.5,         0x1p-1074,  1.0 - 0x1p-53, 1.0 + 0x1p-52,
                                   0x1p51 + 0.5, 0x1p52 - 0.5, -1234567.8, 0x1p53 + 2.0,  -0x1p53 - 2.0,
                                   0x1p63,       -0x1p1023,    1.0 / 0.0,  -1.0 / 0.0,    0.0 / 0.0};
    int64_t weight[37];
    double vnd[37];
    for (int at = 0; at < 37; at++) {
        weight[at] = 1;
        vnd[at] = 2.0;
    }
    for (int at = 0; at < 37; at++) {
        for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
            vnd[at] = whole[i];
            assert_int_equal(ledger_whole_block(vnd, 37, 0x1p53), 1);
            assert_int_equal(ledger_dot_block(weight, vnd, 37), 72 + (int64_t)whole[i]);
        }
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            vnd[at] = wrong[i];
            assert_int_equal(ledger_whole_block(vnd, 37, 0x1p53), 0);
            assert_true(ledger_dot_block(weight, vnd, 37) == LEDGER_NO_SUM);
        }
        vnd[at] = 2.0;
    }
    assert_int_equal(ledger_whole_block((const double[]){-0x1p51}, 1, 0x1p51), 1);
    assert_int_equal(ledger_whole_block((const double[]){0x1p51 + 1}, 1, 0x1p51), 0);
    assert_int_equal(ledger_whole_block(NULL, 0, 0x1p51), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_what_each_category_moves),
        cmocka_unit_test(test_flows_are_of_the_month),
        cmocka_unit_test(test_bugs_abort),
        cmocka_unit_test(test_audit_takes_sound_books),
        cmocka_unit_test(test_audit_finds_a_leaked_vnd),
        cmocka_unit_test(test_audit_finds_a_move_past_the_door),
        cmocka_unit_test(test_audit_finds_a_forged_flow),
        cmocka_unit_test(test_audit_finds_an_overflow),
        cmocka_unit_test(test_flow_overflow_is_marked),
        cmocka_unit_test(test_agents_agree),
        cmocka_unit_test(test_digest_sees_every_account),
        cmocka_unit_test(test_prorata),
        cmocka_unit_test(test_split_is_exact),
        cmocka_unit_test(test_sum_marks_overflow),
        cmocka_unit_test(test_sums_merge_with_their_marks),
        cmocka_unit_test(test_a_sum_that_overflowed_is_not_posted),
        cmocka_unit_test(test_dot_is_exact),
        cmocka_unit_test(test_dot_of_groups_is_that_of_each),
        cmocka_unit_test(test_dot_keeps_to_64_bits),
        cmocka_unit_test(test_whole_numbers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
