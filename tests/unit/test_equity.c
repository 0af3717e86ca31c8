#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

#define ALL_PROGRAMMES                                                                                       \
    "programmes.f.kind", "fund_of_funds", "programmes.f.upside_option", "true",                              \
        "programmes.f.budget_year_vnd", "600e9", "programmes.e.kind", "equity",                              \
        "programmes.e.budget_year_vnd", "90e9", "programmes.e.fund_vnd", "200e9", "programmes.r.kind",       \
        "investor_tax_relief", "programmes.r.investors", "angels, funds", "programmes.r.gain_frac", "0.1"
static const char *const all_programmes[] = {ALL_PROGRAMMES, NULL};

// Fifteen years with every programme: the books hold after every month and the funds are used.
static void test_books_hold_every_month(void **state)
{
    (void)state;
    static const char *const good_times[] = {ALL_PROGRAMMES, "economy.equity.score_mean", "-2", NULL};
    struct equity_fixture x = equity_fixture_open(good_times, 1);
    int64_t carry = 0, deals = 0;
    for (int m = 0; m < 180; m++) {
        equity_fixture_month(&x);
        assert_int_equal(equity_faults(x.world), 0);
        deals += equity_deals(x.world);
    }
    for (int64_t row = 0; row < x.world->funds.n; row++)
        carry += x.world->fund.carry_vnd[row];
    assert_in_range(deals, 300, 6000);
    assert_true(carry > 0);
    for (int p = 0; p < PARTNERS_N; p++)
        assert_true(equity_sum(x.world, 0, x.world->fund.distributed_vnd, p) > 0);
    equity_fixture_close(&x);
}

static void test_faults_in_the_books_are_seen(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(all_programmes, 1);
    equity_fixture_run(&x, 40);
    struct world *w = x.world;
    int64_t alive = 0;
    while (!w->holding.alive[alive])
        alive++;
    int64_t *const defects[] = {&w->holding.cost_vnd[alive], &w->holding.value_vnd[alive],
                                &w->fund.cash_vnd[0],        &w->fund.called_vnd[0],
                                &w->fund.returned_vnd[0],    &w->fund.outstanding_vnd[0]};
    assert_int_equal(equity_faults(w), 0);
    for (size_t i = 0; i < sizeof defects / sizeof *defects; i++) {
        *defects[i] += 1;
        assert_true(equity_faults(w) > 0);
        *defects[i] -= 1;
    }
    assert_int_equal(equity_faults(w), 0);
    equity_fixture_close(&x);
}

static uint64_t digest_after(const char *const *keys, int threads, int months)
{
    struct equity_fixture x = equity_fixture_open(keys, threads);
    equity_fixture_run(&x, months);
    const uint64_t digest = world_digest(x.world);
    equity_fixture_close(&x);
    return digest;
}

static void test_threads_change_nothing(void **state)
{
    (void)state;
    assert_true(digest_after(all_programmes, 1, 50) == digest_after(all_programmes, 3, 50));
}

static void test_closed_programmes_leave_no_trace(void **state)
{
    (void)state;
    static const char *const closed[][9] = {
        {"programmes.f.kind", "fund_of_funds", "programmes.f.budget_year_vnd", "0", NULL},
        {"programmes.f.kind", "fund_of_funds", "programmes.f.enabled", "false", NULL},
        {"programmes.f.kind", "fund_of_funds", "programmes.f.awards_per_year", "0", NULL},
        {"programmes.e.kind", "equity", "programmes.e.budget_total_vnd", "0", NULL},
        {"programmes.e.kind", "equity", "programmes.e.budget_year_vnd", "0", NULL},
        {"programmes.r.kind", "investor_tax_relief", "programmes.r.budget_year_vnd", "0", NULL},
        {"programmes.r.kind", "investor_tax_relief", "programmes.r.enabled", "false", NULL},
        {"programmes.r.kind", "investor_tax_relief", "programmes.r.start", "2030-01", NULL},
    };
    static const char *const open[][5] = {
        {"programmes.f.kind", "fund_of_funds", "programmes.f.budget_year_vnd", "600e9", NULL},
        {"programmes.e.kind", "equity", "programmes.e.budget_year_vnd", "90e9", NULL},
        {"programmes.r.kind", "investor_tax_relief", NULL},
    };
    const uint64_t baseline = digest_after(NULL, 1, 40);
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        assert_true(digest_after(closed[i], 1, 40) == baseline);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_true(digest_after(open[i], 1, 40) != baseline);
}

// What the recorder counts is what the ledger has moved, month by month.
static void test_deals_agree_with_the_ledger(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(all_programmes, 1);
    int64_t by_source[3] = {0};
    for (int m = 0; m < 72; m++) {
        equity_fixture_month(&x);
        int64_t invested = 0;
        for (int stage = 0; stage < EQUITY_STAGES; stage++) {
            for (int source = 0; source < 3; source++) {
                invested += x.world->equity.invested_vnd[stage][source];
                by_source[source] += x.world->equity.deals_n[stage][source];
            }
            assert_true(stage == 0 || x.world->equity.invested_vnd[stage][0] == 0); // angels seed, no more
        }
        assert_true(invested ==
                    x.world->ledger.flow[CATEGORY_EQUITY_ROUND][ACCOUNT_VENTURE_FUNDS][ACCOUNT_FIRMS]);
    }
    for (int source = 0; source < 3; source++)
        assert_true(by_source[source] > 0);
    equity_fixture_close(&x);
}

static void test_startup_spends_its_round_over_the_runway(void **state)
{
    (void)state;
    static const char *const nobody_invests[] = {"economy.equity.meet_frac", "0",
                                                 "economy.equity.angel_caution", "5", NULL};
    struct equity_fixture x = equity_fixture_open(nobody_invests, 1);
    struct firm *f = &x.world->firm;
    const int64_t firm = equity_startup(x.world), raised = 36000000000;
    equity_fixture_begin(&x);
    const int64_t fund = equity_open_fund(&x, 0, 9999);
    equity_hold(&x, fund, firm, raised);
    f->last_valuation_vnd[firm] = (double)raised / x.model->equity.share_sold[0];
    const double before = f->cash_vnd[firm];
    equity_step(x.model, x.world);
    assert_true(before - f->cash_vnd[firm] == 2e9); // a month of eighteen
    assert_true(f->project_spent_vnd[firm] >= 2e9);
    assert_int_equal(f->backers[firm], 1);
    equity_fixture_end(&x);
    equity_fixture_run(&x, 40);
    assert_true(f->cash_vnd[firm] >= 0.5 * f->expected_sales_vnd[firm]);
    equity_fixture_close(&x);
}

// A startup that leaves: its cash goes to its investors first, in proportion to their cost and up to it.
static void test_firm_leaves(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(NULL, 1);
    struct world *w = x.world;
    const int64_t firm = equity_startup(w);
    equity_fixture_begin(&x);
    const int64_t a = equity_open_fund(&x, 0, 9998), b = equity_open_fund(&x, 0, 9999);
    equity_hold(&x, a, firm, 3000000000);
    equity_hold(&x, b, firm, 1000000000);
    world_pay(w, CATEGORY_RESEARCH, world_firm_party(firm), world_party(ACCOUNT_HOUSEHOLDS),
              (int64_t)w->firm.cash_vnd[firm] - 2000000000);
    equity_firm_leaves(x.model, w, firm);
    assert_true(w->fund.cash_vnd[a] == 1500000000 && w->fund.cash_vnd[b] == 500000000);
    assert_true(w->firm.cash_vnd[firm] == 0.0);
    assert_true(w->fund.outstanding_vnd[a] == 0 && w->fund.outstanding_vnd[b] == 0);
    assert_int_equal(w->firm.backers[firm], 0);

    const int64_t rich = equity_hold(&x, a, firm, 1000000000);
    world_pay(w, CATEGORY_OWNER_MONEY, world_party(ACCOUNT_HOUSEHOLDS), world_firm_party(firm), 5000000000);
    equity_firm_leaves(x.model, w, firm);
    assert_false(w->holding.alive[rich]);
    assert_true(w->firm.cash_vnd[firm] ==
                5000000000.0);            // what is above the investors' cost stays with the owners
    equity_firm_leaves(x.model, w, firm); // nothing is left to end
    assert_true(w->firm.cash_vnd[firm] == 5000000000.0);
    venture_fund_revalue(w);
    assert_int_equal(equity_faults(w), 0);
    equity_fixture_end(&x);
    equity_fixture_close(&x);
}

static void test_ratios_of_a_fund(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(NULL, 1);
    const int64_t fund = equity_open_fund(&x, 400, 9999);
    assert_true(equity_fund_tvpi(x.world, fund) == 0.0 && equity_fund_dpi(x.world, fund) == 0.0);
    x.world->fund.called_vnd[fund] = 30;
    x.world->fund.called_vnd[x.world->funds.capacity + fund] = 10;
    x.world->fund.distributed_vnd[2 * x.world->funds.capacity + fund] = 50;
    x.world->fund.nav_vnd[fund] = 20;
    assert_true(equity_fund_dpi(x.world, fund) == 1.25);
    assert_true(equity_fund_tvpi(x.world, fund) == 1.75);
    equity_fixture_close(&x);
}

static void test_budget_is_the_tighter_ceiling(void **state)
{
    (void)state;
    static const char *const keys[] = {"programmes.f.kind",
                                       "fund_of_funds",
                                       "programmes.f.budget_year_vnd",
                                       "100",
                                       "programmes.f.budget_total_vnd",
                                       "150",
                                       "programmes.g.kind",
                                       "fund_of_funds",
                                       NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct programme_state *s = &x.world->programme[0];
    assert_true(equity_budget_vnd(x.model, x.world, 0) == 100);
    s->committed_year_vnd = 30, s->committed_total_vnd = 130;
    assert_true(equity_budget_vnd(x.model, x.world, 0) == 20);
    s->committed_total_vnd = 151;
    assert_true(equity_budget_vnd(x.model, x.world, 0) == 0);
    assert_true(equity_budget_vnd(x.model, x.world, 1) == INT64_MAX);
    equity_fixture_close(&x);
}

// No month asks for more rows than equity.h promises.
static void test_bounds_of_births(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(all_programmes, 1);
    assert_true(x.world->funds.n <= equity_funds_max(x.model));
    for (int m = 0; m < 36; m++) {
        const int64_t funds = x.world->funds.n, holdings = x.world->holdings.n;
        equity_fixture_begin(&x);
        programme_step(x.model, x.world);
        equity_step(x.model, x.world);
        assert_in_range(x.world->funds.n - funds, 0, equity_funds_max(x.model));
        assert_in_range(x.world->holdings.n - holdings, 0, equity_holdings_max());
        assert_int_equal(x.world->equity_board.reliefs_n, 0); // the board is cleared
        equity_fixture_end(&x);
    }
    equity_fixture_close(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_books_hold_every_month),
        cmocka_unit_test(test_faults_in_the_books_are_seen),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_closed_programmes_leave_no_trace),
        cmocka_unit_test(test_deals_agree_with_the_ledger),
        cmocka_unit_test(test_startup_spends_its_round_over_the_runway),
        cmocka_unit_test(test_firm_leaves),
        cmocka_unit_test(test_ratios_of_a_fund),
        cmocka_unit_test(test_budget_is_the_tighter_ceiling),
        cmocka_unit_test(test_bounds_of_births),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
