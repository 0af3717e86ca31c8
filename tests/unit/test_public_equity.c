#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

#define PUBLIC_EQUITY                                                                                        \
    "programmes.e.kind", "equity", "programmes.e.budget_year_vnd", "300e9", "programmes.e.fund_vnd",         \
        "600e9", "programmes.e.losses_punished", "false"

// Oldest holding ever seen, in months, of the programme's funds and of private ones.
static void test_every_holding_is_sold_in_time(void **state)
{
    (void)state;
    static const char *const keys[] = {PUBLIC_EQUITY, NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    int64_t oldest = 0, oldest_private = 0;
    for (int m = 0; m < 120; m++) {
        equity_fixture_month(&x);
        for (int64_t i = 0; i < w->holdings.n; i++) {
            const int64_t age = w->month - 1 - w->holding.since[i];
            if (!w->holding.alive[i])
                continue;
            int64_t *most = w->fund.programme[w->holding.fund[i]] == 0 ? &oldest : &oldest_private;
            *most = age > *most ? age : *most;
        }
    }
    assert_int_equal(oldest, 59);
    assert_true(oldest_private > 72);
    equity_fixture_close(&x);
}

static void test_managers_and_money(void **state)
{
    (void)state;
    static const char *const keys[] = {PUBLIC_EQUITY, "programmes.e.public_share", "0.3", NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    equity_fixture_run(&x, 60);
    double skill = 0.0;
    int n = 0;
    for (int64_t row = 0; row < w->funds.n; row++) {
        if (w->fund.programme[row] != 0)
            continue;
        skill += w->fund.skill[row];
        assert_true(10 * equity_lane(w, w->fund.committed_vnd, PARTNER_PUBLIC, row) <=
                    3 * venture_fund_committed_vnd(w, row));
        assert_int_equal(w->fund.exit_within[row], 60);
        n++;
    }
    assert_int_equal(n, 5);
    assert_true(skill / n > 0.3 && skill / n < 0.6); // 0.6 of 0.75, standard error 0.04
    assert_true(w->programme[0].committed_total_vnd <= 5 * INT64_C(300000000000));
    equity_fixture_close(&x);
}

// Startups outside the programme's eligibility are never financed by its funds.
static void test_eligibility_binds_the_funds(void **state)
{
    (void)state;
    static const char *const keys[] = {PUBLIC_EQUITY, "programmes.e.workers_max", "6", NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    int64_t own = 0, larger = 0, awards = 0;
    for (int m = 0; m < 96; m++) {
        equity_fixture_month(&x);
        awards += w->programme[0].month.awards_n;
    }
    for (int64_t i = 0; i < w->holdings.n; i++) {
        const bool small = w->firm.workers[w->holding.firm[i]] < 6.0;
        if (w->fund.programme[w->holding.fund[i]] == 0) {
            assert_true(small);
            assert_true(programme_served(w, 0, w->holding.firm[i]));
            own++;
        } else {
            larger += !small;
        }
    }
    assert_true(own > 0 && larger > 0);
    assert_true(awards >= own);
    equity_fixture_close(&x);
}

// Managers who answer for losses invest less of the same money.
static void test_punishment_leaves_money_idle(void **state)
{
    (void)state;
    int64_t invested[2];
    for (int punished = 0; punished < 2; punished++) {
        const char *keys[] = {"programmes.e.kind",
                              "equity",
                              "programmes.e.budget_year_vnd",
                              "300e9",
                              "programmes.e.fund_vnd",
                              "600e9",
                              "programmes.e.losses_punished",
                              punished ? "true" : "false",
                              "economy.equity.cycle",
                              "2014: 1",
                              NULL};
        struct equity_fixture x = equity_fixture_open(keys, 1);
        equity_fixture_run(&x, 96);
        invested[punished] = equity_sum(x.world, 0, x.world->fund.invested_vnd, 0);
        equity_fixture_close(&x);
    }
    assert_true(invested[1] > 0);
    assert_true(4 * invested[1] < 3 * invested[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_holding_is_sold_in_time),
        cmocka_unit_test(test_managers_and_money),
        cmocka_unit_test(test_eligibility_binds_the_funds),
        cmocka_unit_test(test_punishment_leaves_money_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
