#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

struct totals {
    int64_t deals, angel_deals, invested_by_angels, paid, booked, awards;
};

static struct totals run(const char *const *keys, int months)
{
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct totals t = {0};
    for (int m = 0; m < months; m++) {
        equity_fixture_month(&x);
        t.deals += equity_deals(x.world);
        t.angel_deals += x.world->equity.deals_n[0][0];
        t.invested_by_angels += x.world->equity.invested_vnd[0][0];
        t.paid += x.world->ledger.flow[CATEGORY_INVESTOR_RELIEF][ACCOUNT_GOVERNMENT][ACCOUNT_VENTURE_FUNDS];
        t.booked += x.world->programme[0].month.cost_vnd;
        t.awards += x.world->programme[0].month.awards_n;
        assert_true(x.world->programme[0].month.cash_vnd == x.world->programme[0].month.cost_vnd);
        assert_true(x.world->programme[0].month.forgone_vnd == 0);
        assert_int_equal(equity_faults(x.world), 0);
    }
    assert_true(x.model->programmes_n == 0 || x.world->programme[0].committed_total_vnd == t.paid);
    equity_fixture_close(&x);
    return t;
}

#define RELIEF                                                                                               \
    "programmes.r.kind", "investor_tax_relief", "programmes.r.administration_frac", "0",                     \
        "programmes.r.workers_max", "1e6"

// Angels alone are relieved: exactly their share comes back, and deals below their old threshold pass.
static void test_marginal_deals_pass(void **state)
{
    (void)state;
    static const char *const relief[] = {RELIEF, "programmes.r.invest_frac", "0.5", NULL};
    static const char *const less[] = {RELIEF, "programmes.r.invest_frac", "0.1", NULL};
    const struct totals none = run(NULL, 60), some = run(less, 60), much = run(relief, 60);
    assert_true(none.paid == 0 && none.awards == 0);
    assert_true(much.paid == much.booked && much.awards > 0);
    // Each deal's relief is rounded to the VND.
    assert_true(2 * much.paid >= much.invested_by_angels - 2 * much.awards &&
                2 * much.paid <= much.invested_by_angels + 2 * much.awards);
    assert_true(much.angel_deals > some.angel_deals && some.angel_deals > none.angel_deals);
    assert_true(much.deals > none.deals);
}

static void test_budget_binds(void **state)
{
    (void)state;
    static const char *const keys[] = {
        RELIEF, "programmes.r.invest_frac", "0.5", "programmes.r.budget_total_vnd", "7000000001", NULL};
    assert_true(run(keys, 60).paid == 7000000001);
}

static void test_ceiling_of_a_deal(void **state)
{
    (void)state;
    static const char *const keys[] = {
        RELIEF, "programmes.r.invest_frac", "0.9", "programmes.r.deal_max_vnd", "1000", NULL};
    const struct totals t = run(keys, 48);
    assert_true(t.awards > 0 && t.paid == 1000 * t.awards);
}

// Only the domestic private part of a venture fund is relieved, and its manager invests as before.
static void test_partners_of_funds(void **state)
{
    (void)state;
    static const char *const foreign[] = {
        RELIEF, "programmes.r.investors", "funds", "economy.equity.foreign_frac", "1", NULL};
    static const char *const domestic[] = {
        RELIEF, "programmes.r.investors", "funds", "economy.equity.foreign_frac", "0.5", NULL};
    static const char *const without[] = {"economy.equity.foreign_frac", "0.5", NULL};
    const struct totals paid = run(domestic, 48);
    assert_true(run(foreign, 48).paid == 0);
    assert_true(paid.paid > 0 && paid.awards > 0 && paid.deals == run(without, 48).deals);
}

// A relief of gains costs nothing until there are exits, and then its share of the gains.
static void test_gains(void **state)
{
    (void)state;
    static const char *const keys[] = {RELIEF,
                                       "programmes.r.invest_frac",
                                       "0",
                                       "programmes.r.gain_frac",
                                       "0.2",
                                       "programmes.r.investors",
                                       "angels, funds",
                                       "economy.equity.score_mean",
                                       "-2",
                                       NULL};
    assert_true(run(keys, 23).paid == 0);
    assert_true(run(keys, 110).paid > 1000000000);
}

// Startups outside the programme's eligibility bring their investors nothing.
static void test_eligibility(void **state)
{
    (void)state;
    static const char *const keys[] = {"programmes.r.kind",
                                       "investor_tax_relief",
                                       "programmes.r.ownerships",
                                       "[state]",
                                       "programmes.r.invest_frac",
                                       "0.9",
                                       NULL};
    const struct totals none = run(NULL, 36), barred = run(keys, 36);
    assert_true(barred.paid == 0);
    assert_true(barred.deals == none.deals && barred.invested_by_angels == none.invested_by_angels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marginal_deals_pass),
        cmocka_unit_test(test_budget_binds),
        cmocka_unit_test(test_ceiling_of_a_deal),
        cmocka_unit_test(test_partners_of_funds),
        cmocka_unit_test(test_gains),
        cmocka_unit_test(test_eligibility),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
