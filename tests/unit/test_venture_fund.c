#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

// Nobody meets anybody: funds do only what a test makes them do.
static const char *const no_market[] = {"economy.equity.meet_frac", "0", "economy.equity.angel_caution", "5",
                                        NULL};

// A fund's month, alone.
static void fund_month(struct equity_fixture *x, int64_t fund)
{
    equity_fixture_begin(x);
    venture_fund_extend(x->model, x->world, fund);
    venture_fund_month(x->model, x->world, fund);
    equity_fixture_end(x);
}

static void test_calls_are_pro_rata_and_end_with_the_commitments(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    struct world *w = x.world;
    const int64_t fund = equity_open_fund(&x, 250, 9999);
    assert_true(venture_fund_raise(x.model, w, fund, 1000000003) == 1000000003);
    assert_true(equity_lane(w, w->fund.called_vnd, PARTNER_PUBLIC, fund) == 250000001);
    assert_true(equity_lane(w, w->fund.called_vnd, PARTNER_PRIVATE, fund) == 750000002);
    assert_true(venture_fund_raise(x.model, w, fund, 500000000) == 500000000); // in cash already
    assert_true(venture_fund_called_vnd(w, fund) == 1000000003);
    assert_true(venture_fund_raise(x.model, w, fund, 2000000000000) ==
                1000000000000); // no more than committed
    assert_true(equity_lane(w, w->fund.called_vnd, PARTNER_PUBLIC, fund) == 250000000000);
    assert_true(w->ledger.position[ACCOUNT_VENTURE_FUNDS][CLAIM_FUND_UNITS] == -1000000000000);
    equity_fixture_close(&x);
}

// VC_fund_terms_01 and 06: on commitments for five years, on holdings at cost after them.
static void test_fee_changes_its_base(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    struct world *w = x.world;
    equity_fixture_room(&x);
    const int64_t fund = equity_open_fund(&x, 0, 9999);
    w->fund.fee_per_year[fund] = 0.024;
    fund_month(&x, fund);
    assert_true(w->fund.fees_vnd[fund] == 2000000000);
    equity_hold(&x, fund, equity_startup(w), 100000000000);
    for (int m = 1; m < 60; m++)
        fund_month(&x, fund);
    assert_true(w->fund.fees_vnd[fund] == 60 * INT64_C(2000000000));
    fund_month(&x, fund);
    assert_true(w->fund.fees_vnd[fund] == 60 * INT64_C(2000000000) + 200000000);
    assert_true(w->ledger.flow[CATEGORY_MANAGEMENT_FEE][ACCOUNT_VENTURE_FUNDS][ACCOUNT_HOUSEHOLDS] ==
                200000000);
    equity_fixture_close(&x);
}

// Calls VND 100e9, waits a year, receives `proceeds` and distributes. No fee.
static int64_t one_deal(struct equity_fixture *x, int64_t thousandths, int64_t proceeds)
{
    struct world *w = x->world;
    equity_fixture_room(x);
    const int64_t fund = equity_open_fund(x, thousandths, 9999);
    const int64_t held = equity_hold(x, fund, equity_startup(w), 100000000000);
    for (int m = 0; m < 12; m++)
        fund_month(x, fund);
    equity_fixture_begin(x);
    venture_exit_close(x->model, w, held, world_party(ACCOUNT_REST), proceeds);
    venture_fund_month(x->model, w, fund);
    venture_fund_revalue(w);
    assert_int_equal(equity_fund_faults(w, fund), 0);
    equity_fixture_end(x);
    return fund;
}

static void test_carried_interest(void **state)
{
    (void)state;
    // The preferred return of 13 months at 8 % a year, compounded monthly, in VND 1e9.
    double preferred = 100.0;
    for (int m = 0; m < 13; m++)
        preferred *= 1.0 + 0.08 / 12.0;
    const struct {
        int64_t proceeds;
        double carry; // VND 1e9
    } cases[] = {{80, 0.0}, {105, 0.0}, {109, 0.0}, {110, 110.0 - preferred}, {200, 20.0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct equity_fixture x = equity_fixture_open(no_market, 1);
        const int64_t fund = one_deal(&x, 0, cases[i].proceeds * 1000000000);
        const double carry = (double)x.world->fund.carry_vnd[fund] / 1e9;
        assert_true(carry > cases[i].carry - 1e-6 && carry < cases[i].carry + 1e-6);
        assert_true(venture_fund_distributed_vnd(x.world, fund) + x.world->fund.carry_vnd[fund] ==
                    cases[i].proceeds * 1000000000);
        equity_fixture_close(&x);
    }
}

static void test_capital_returns_before_profit(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    const int64_t fund = one_deal(&x, 400, 300000000000);
    const struct world *w = x.world;
    assert_true(equity_lane(w, w->fund.returned_vnd, PARTNER_PUBLIC, fund) == 40000000000);
    assert_true(w->ledger.flow[CATEGORY_FUND_RETURN][ACCOUNT_VENTURE_FUNDS][ACCOUNT_GOVERNMENT] ==
                40000000000);
    // Carry of 40e9 on a profit of 200e9; the public partner has 40 % of what is left.
    assert_true(w->ledger.flow[CATEGORY_DISTRIBUTION][ACCOUNT_VENTURE_FUNDS][ACCOUNT_GOVERNMENT] ==
                64000000000);
    assert_true(w->ledger.position[ACCOUNT_GOVERNMENT][CLAIM_FUND_UNITS] == 0);
    equity_fixture_close(&x);
}

// With the option the public partner ends at its cost and interest; when the deal is bad it shares the loss.
static void test_option_caps_the_public_part(void **state)
{
    (void)state;
    for (int good = 0; good < 2; good++) {
        struct equity_fixture x = equity_fixture_open(no_market, 1);
        struct world *w = x.world;
        equity_fixture_room(&x);
        const int64_t fund = equity_open_fund(&x, 400, 9999);
        w->fund.option_rate[fund] = 0.06;
        const int64_t held = equity_hold(&x, fund, equity_startup(w), 100000000000);
        equity_fixture_begin(&x);
        venture_exit_close(x.model, w, held, world_party(ACCOUNT_REST), good ? 300000000000 : 50000000000);
        venture_fund_month(x.model, w, fund);
        equity_fixture_end(&x);
        const int64_t public_part = equity_lane(w, w->fund.distributed_vnd, PARTNER_PUBLIC, fund);
        assert_true(public_part == (good ? 40200000000 : 20000000000)); // a month at 6 %: 0.5 %
        equity_fixture_close(&x);
    }
}

static void test_fund_ends(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    struct world *w = x.world;
    equity_fixture_room(&x);
    const int64_t fund = equity_open_fund(&x, 300, 9999), firm = equity_startup(w);
    equity_hold(&x, fund, firm, 100000000000);
    w->holding.rank[w->holdings.n - 1] = 0.9; // ripe after the end
    w->holding.exit_month[w->holdings.n - 1] = 400;
    const int64_t closes = w->fund.closes[fund];
    assert_int_equal(closes, 120);
    equity_fixture_run(&x, 121);
    assert_int_equal(w->fund.closes[fund], 132); // a year more, for the holding
    equity_fixture_run(&x, 24);
    assert_true(venture_fund_closed(w, fund));
    assert_int_equal(w->fund.closes[fund], 144);
    assert_true(w->fund.outstanding_vnd[fund] == 0 && w->fund.cash_vnd[fund] == 0 &&
                w->fund.nav_vnd[fund] == 0);
    assert_true(venture_fund_distributed_vnd(w, fund) > 0);
    assert_true(venture_fund_room_vnd(x.model, w, fund) == 0);
    assert_int_equal(equity_faults(w), 0);
    equity_fixture_close(&x);
}

// Half of the capital is lost: the units that were not returned are written off at the end.
static void test_lost_units_are_written_off(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    const int64_t fund = one_deal(&x, 500, 50000000000);
    struct world *w = x.world;
    assert_true(w->ledger.position[ACCOUNT_GOVERNMENT][CLAIM_FUND_UNITS] == 25000000000);
    w->month = w->fund.closes[fund];
    fund_month(&x, fund);
    assert_true(w->ledger.flow[CATEGORY_FUND_LOSS][ACCOUNT_VENTURE_FUNDS][ACCOUNT_GOVERNMENT] == 25000000000);
    assert_true(w->ledger.position[ACCOUNT_GOVERNMENT][CLAIM_FUND_UNITS] == 0);
    equity_fixture_close(&x);
}

static void test_pace_and_fees_limit_the_room(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    struct world *w = x.world;
    equity_fixture_room(&x);
    const int64_t fund = equity_open_fund(&x, 0, 9999);
    assert_true(venture_fund_room_vnd(x.model, w, fund) == vmath_int(1e12 * 6.0 / 42.0 - 0.5));
    equity_hold(&x, fund, equity_startup(w), 100000000000);
    assert_true(venture_fund_room_vnd(x.model, w, fund) == vmath_int(1e12 * 6.0 / 42.0 - 0.5) - 100000000000);
    w->month = 59;
    w->fund.fee_per_year[fund] = 0.02;
    const double fees =
        0.02 / 12.0 * (1e12 + 61.0 * 0.1e12 - 0.1e12); // a month on commitments, sixty on cost
    const double left = 9e11 - fees;
    const double room = (double)venture_fund_room_vnd(x.model, w, fund);
    assert_true(room > left - 2.0 && room < left + 2.0);
    w->month = 60;
    assert_false(venture_fund_investing(x.model, w, fund));
    assert_true(venture_fund_lag(x.model, w, fund) == 0.9);
    equity_fixture_close(&x);
}

static void test_supply_is_not_there_twice(void **state)
{
    (void)state;
    static const char *const keys[] = {"programmes.f.kind",
                                       "fund_of_funds",
                                       "programmes.f.budget_total_vnd",
                                       "7000e9",
                                       "economy.equity.meet_frac",
                                       "0",
                                       NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    equity_fixture_room(&x);
    const int64_t before = venture_fund_supply_vnd(x.model, w, PARTNER_FOREIGN);
    const double planned = x.model->equity.commitments_usd.value[0] * x.model->equity.cycle.value[0] *
                           w->climate.exchange_rate * 0.8 * 1.5;
    assert_true(vmath_abs((double)before - planned) < 2.0); // the funds of earlier years do not count
    const int64_t domestic = venture_fund_supply_vnd(x.model, w, PARTNER_PRIVATE);
    const struct venture_fund_offer offer = {
        .programme = 0, .public_vnd = 7000000000000, .public_share = 0.5};
    struct venture_fund_terms terms = {.skill = 0.5, .help = 0.5};
    const int64_t fund = venture_fund_commit(x.model, w, &offer, &terms);
    const int64_t paid = equity_lane(w, w->fund.committed_vnd, PARTNER_PUBLIC, fund);
    assert_true(paid < 7000000000000 && 2 * paid <= venture_fund_committed_vnd(w, fund));
    assert_true(2 * paid >= venture_fund_committed_vnd(w, fund) - 2);
    assert_true(venture_fund_supply_vnd(x.model, w, PARTNER_FOREIGN) == 0 &&
                venture_fund_supply_vnd(x.model, w, PARTNER_PRIVATE) == 0);
    assert_true(venture_fund_committed_vnd(w, fund) - paid == before + domestic);
    assert_true(w->programme[0].committed_total_vnd == paid && w->programme[0].committed_year_vnd == paid);
    assert_int_equal(venture_fund_commit(x.model, w, &offer, &terms), NOBODY);
    const int64_t funds = w->funds.n;
    venture_fund_vintages(x.model, w);
    assert_true(w->funds.n == funds + 1 &&
                w->fund.kind[funds] == FUND_ANGEL); // no private vintage without money
    w->month = 12;
    environment_step(x.model, w);
    assert_true(venture_fund_supply_vnd(x.model, w, PARTNER_FOREIGN) > before); // another year
    equity_fixture_close(&x);
}

// A hot market: twice the money, invested twice as fast; then an ordinary one again.
static void test_the_world_cycle_moves_supply_and_pace(void **state)
{
    (void)state;
    int64_t supply[2], room[2];
    for (int hot = 0; hot < 2; hot++) {
        const char *const keys[] = {"economy.equity.meet_frac",
                                    "0",
                                    "economy.equity.angel_caution",
                                    "5",
                                    "economy.equity.cycle",
                                    hot ? "2014: 2, 2015: 2" : "2014: 1",
                                    NULL};
        struct equity_fixture x = equity_fixture_open(keys, 1);
        struct world *w = x.world;
        equity_fixture_room(&x);
        supply[hot] = venture_fund_supply_vnd(x.model, w, PARTNER_FOREIGN);
        const int64_t fund = equity_open_fund(&x, 0, 9999);
        w->month = 6;
        room[hot] = venture_fund_room_vnd(x.model, w, fund);
        assert_true(venture_fund_cycle(x.model, 23) == (hot ? 2.0 : 1.0));
        assert_true(venture_fund_cycle(x.model, 24) == 1.0);
        equity_fixture_close(&x);
    }
    assert_true(vmath_abs((double)(supply[1] - 2 * supply[0])) <= 2.0);
    assert_true(2 * room[1] > 3 * room[0] - 4 && room[0] > 0); // 12 + 6 months of pace against 6 + 6
}

static void test_vintages_commit_the_plan(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    equity_fixture_run(&x, 24);
    const struct world *w = x.world;
    double committed[2] = {0.0, 0.0};
    int opening = 0, pools = 0;
    for (int64_t row = 0; row < w->funds.n; row++) {
        const int64_t vintage = w->fund.vintage[row];
        opening += vintage < 0;
        pools += w->fund.kind[row] == FUND_ANGEL;
        if (vintage >= 0 && w->fund.kind[row] == FUND_VENTURE)
            committed[vintage / 12] += (double)venture_fund_committed_vnd(w, row);
        assert_true(w->fund.skill[row] >= 0.05 && w->fund.skill[row] <= 1.0);
    }
    for (int year = 0; year < 2; year++) {
        const double planned = x.model->equity.commitments_usd.value[year] *
                               x.model->equity.cycle.value[year] *
                               x.model->environment.exchange_rate.value[year];
        assert_true(committed[year] > planned - 100.0 && committed[year] < planned + 100.0);
    }
    assert_int_equal(pools, 2);
    assert_in_range(opening, 12, 18);
    equity_fixture_close(&x);
}

// Accrual: what the public partner has paid less what it has had back and less what it still has, over a
// fund's whole life its loss.
static void test_cost_is_what_is_lost(void **state)
{
    (void)state;
    static const char *const keys[] = {"programmes.f.kind",
                                       "fund_of_funds",
                                       "programmes.f.budget_year_vnd",
                                       "400e9",
                                       "programmes.f.end",
                                       "2017-12",
                                       "programmes.f.administration_frac",
                                       "0",
                                       NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    int64_t cash = 0, cost = 0;
    for (int m = 0; m < 204; m++) {
        equity_fixture_month(&x);
        cash += w->programme[0].month.cash_vnd;
        cost += w->programme[0].month.cost_vnd;
        if (m == 30)
            assert_true(cash > cost && cost > 0); // capital is an asset, its fees are not
    }
    const int64_t called = equity_sum(w, 0, w->fund.called_vnd, PARTNER_PUBLIC);
    assert_true(called > 100000000000);
    assert_true(cash == called - equity_sum(w, 0, w->fund.distributed_vnd, PARTNER_PUBLIC));
    assert_true(cost == cash);
    equity_fixture_close(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_are_pro_rata_and_end_with_the_commitments),
        cmocka_unit_test(test_fee_changes_its_base),
        cmocka_unit_test(test_carried_interest),
        cmocka_unit_test(test_capital_returns_before_profit),
        cmocka_unit_test(test_option_caps_the_public_part),
        cmocka_unit_test(test_fund_ends),
        cmocka_unit_test(test_lost_units_are_written_off),
        cmocka_unit_test(test_pace_and_fees_limit_the_room),
        cmocka_unit_test(test_supply_is_not_there_twice),
        cmocka_unit_test(test_the_world_cycle_moves_supply_and_pace),
        cmocka_unit_test(test_vintages_commit_the_plan),
        cmocka_unit_test(test_cost_is_what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
