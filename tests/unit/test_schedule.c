// The list of phases, and the loop over months with its observer.
#include "tests/unit/world_fixture.h"

// The order of docs/model.md: who reads what another has written stands below it.
static void each_phase_stands_once_in_its_place(void **state)
{
    static const char *const order[] = {"environment", "labour",     "demand",     "production", "programmes",
                                        "peers",       "innovation", "capability", "credit",     "equity",
                                        "tax",         "exit",       "location",   "entry"};
    (void)state;
    assert_int_equal(schedule_n, sizeof order / sizeof order[0]);
    for (int a = 0; a < schedule_n; a++) {
        assert_string_equal(schedule[a].name, order[a]);
        assert_true(strlen(schedule[a].doc) > 5);
        for (int b = 0; b < a; b++)
            assert_true(schedule[a].step != schedule[b].step);
    }
}

struct log {
    int n;
    int64_t month[64];
    int stop_at, code;
    bool balanced;
};

static int watch(void *ctx, const struct world *world, struct error *err)
{
    struct log *log = ctx;
    int64_t cash = 0;
    log->month[log->n++] = world->month;
    for (int a = 0; a < ACCOUNTS_N; a++)
        cash += world->ledger.position[a][CLAIM_CASH];
    log->balanced &= cash == 0;
    return log->n == log->stop_at ? error_add(err, log->code, "enough") : 0;
}

static const char *const year[] = {"run.until=2014-12", NULL};

static void the_observer_sees_every_month_once(void **state)
{
    (void)state;
    struct small s = small_open(year);
    struct log log = {.balanced = true};
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {&log, watch};
    assert_non_null(err);
    assert_int_equal(schedule_run(s.model, s.world, &observer, err), 0);
    assert_int_equal(log.n, 12);
    for (int k = 0; k < 12; k++)
        assert_int_equal(log.month[k], k);
    assert_true(log.balanced);
    assert_int_equal(s.world->month, 12);
    assert_int_equal(schedule_run(s.model, s.world, &observer, err), 0); // nothing is left to do
    assert_int_equal(log.n, 12);
    free(err);
    small_close(s);
}

static void the_observer_can_end_the_run(void **state)
{
    (void)state;
    struct small s = small_open(year);
    struct log log = {.stop_at = 5, .code = ERROR_STOPPED};
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {&log, watch};
    assert_non_null(err);
    assert_int_equal(schedule_run(s.model, s.world, &observer, err), ERROR_STOPPED);
    assert_int_equal(log.n, 5);
    assert_int_equal(s.world->month, 4);
    free(err);
    small_close(s);
}

// A run goes on from world->month: two halves are the same bits as the whole, and watching changes nothing.
static void a_run_can_be_made_in_two_parts(void **state)
{
    static const char *const half[] = {"run.until=2014-06", NULL};
    (void)state;
    struct small s = small_open(year), t = small_open(year), h = small_open(half);
    struct log log = {0};
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {&log, watch};
    assert_non_null(err);
    fixture_run(s.model, s.world);
    assert_int_equal(schedule_run(h.model, t.world, NULL, err), 0); // to June only
    assert_int_equal(t.world->month, 6);
    assert_int_equal(schedule_run(t.model, t.world, &observer, err), 0);
    assert_int_equal(log.n, 6);
    assert_true(world_digest(s.world) == world_digest(t.world));
    free(err);
    small_close(s);
    small_close(t);
    small_close(h);
}

static int leak(void *ctx, const struct world *world, struct error *err)
{
    (void)ctx, (void)err;
    ((struct world *)world)->bank.cash_vnd[0] += world->month == 2;
    return 0;
}

static void books_that_do_not_balance_end_the_run(void **state)
{
    (void)state;
    struct small s = small_open(year);
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {NULL, leak};
    assert_non_null(err);
    assert_int_equal(schedule_run(s.model, s.world, &observer, err), ERROR_WORK);
    assert_int_equal(s.world->month, 3);
    assert_non_null(strstr(err->text[0], "cash of banks"));
    assert_non_null(strstr(err->text[0], "2014-04"));
    free(err);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_phase_stands_once_in_its_place),
        cmocka_unit_test(the_observer_sees_every_month_once),
        cmocka_unit_test(the_observer_can_end_the_run),
        cmocka_unit_test(a_run_can_be_made_in_two_parts),
        cmocka_unit_test(books_that_do_not_balance_end_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
