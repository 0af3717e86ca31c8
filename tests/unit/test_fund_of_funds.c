#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

#define FUND_OF_FUNDS "programmes.f.kind", "fund_of_funds", "programmes.f.fund_vnd", "300e9"

// Committed to the VND: the year's ceiling and the ceiling in all bind, and an odd rest is used up.
static void test_budget_binds(void **state)
{
    (void)state;
    static const char *const keys[] = {
        FUND_OF_FUNDS, "programmes.f.budget_year_vnd",  "250000000001", "programmes.f.minimum_frac",
        "0",           "programmes.f.budget_total_vnd", "600000000007", NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    const int64_t expected[4] = {250000000001, 500000000002, 600000000007, 600000000007};
    for (int year = 0; year < 4; year++) {
        for (int m = 0; m < 12; m++) {
            equity_fixture_month(&x);
            assert_true(w->programme[0].committed_year_vnd <= 250000000001);
        }
        assert_true(w->programme[0].committed_total_vnd == expected[year]);
        assert_true(equity_sum(w, 0, w->fund.committed_vnd, PARTNER_PUBLIC) == expected[year]);
    }
    equity_fixture_close(&x);
}

static void test_partners_match(void **state)
{
    (void)state;
    static const char *const keys[] = {FUND_OF_FUNDS, "programmes.f.budget_year_vnd", "500e9", NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    equity_fixture_run(&x, 60);
    int n = 0;
    for (int64_t row = 0; row < w->funds.n; row++) {
        if (w->fund.programme[row] != 0)
            continue;
        const int64_t all = venture_fund_committed_vnd(w, row),
                      paid = equity_lane(w, w->fund.committed_vnd, PARTNER_PUBLIC, row);
        assert_true(5 * paid <= 2 * all); // never above 0.40
        assert_true(5 * paid > 2 * all - 10);
        assert_true(all <= 300000000003);
        n++;
    }
    assert_int_equal(n, 15);
    assert_true(w->programme[0].committed_total_vnd ==
                equity_sum(w, 0, w->fund.committed_vnd, PARTNER_PUBLIC));
    equity_fixture_close(&x);
}

static void test_no_partners_no_fund(void **state)
{
    (void)state;
    static const char *const keys[] = {FUND_OF_FUNDS, "economy.equity.commitments_usd", "2014: 0", NULL};
    static const char *const alone[] = {
        FUND_OF_FUNDS, "economy.equity.commitments_usd", "2014: 0", "programmes.f.public_share", "1", NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1), y = equity_fixture_open(alone, 1);
    equity_fixture_run(&x, 24);
    equity_fixture_run(&y, 24);
    assert_true(x.world->programme[0].committed_total_vnd == 0);
    assert_true(y.world->programme[0].committed_total_vnd == 6 * INT64_C(300000000000));
    equity_fixture_close(&x);
    equity_fixture_close(&y);
}

// Nothing is called before the first close; capital is called when it is invested or owed in fees, not when
// it is committed. India's fund had drawn 15.5 % of its commitments after three years (fund_of_funds_05).
static void test_money_is_drawn_late(void **state)
{
    (void)state;
    static const char *const keys[] = {
        FUND_OF_FUNDS, "programmes.f.budget_year_vnd",     "500e9", "programmes.f.first_close_months",
        "9",           "programmes.f.administration_frac", "0",     NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    int64_t cash = 0, disbursed = 0;
    for (int m = 0; m < 36; m++) {
        equity_fixture_month(&x);
        cash += w->programme[0].month.cash_vnd;
        disbursed += w->programme[0].month.disbursed_vnd;
        const int64_t called = equity_sum(w, 0, w->fund.called_vnd, PARTNER_PUBLIC);
        assert_true((called > 0) == (m >= 9));
        assert_true(disbursed == called);
        assert_true(cash == called - equity_sum(w, 0, w->fund.distributed_vnd, PARTNER_PUBLIC));
    }
    const double drawn = (double)disbursed / (double)w->programme[0].committed_total_vnd;
    assert_true(drawn > 0.08 && drawn < 0.25);
    equity_fixture_close(&x);
}

static double mean_skill(const char *candidates, const char *noise)
{
    const char *keys[] = {
        FUND_OF_FUNDS, "programmes.f.candidates_n",   candidates, "programmes.f.record_noise",
        noise,         "programmes.f.funds_per_year", "12",       NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    double sum = 0.0;
    int n = 0;
    for (; x.world->month < 60; x.world->month++) {
        equity_fixture_room(&x);
        environment_step(x.model, x.world);
        programme_step(x.model, x.world);
    }
    for (int64_t row = 0; row < x.world->funds.n; row++)
        if (x.world->fund.programme[row] == 0)
            sum += x.world->fund.skill[row], n++;
    assert_int_equal(n, 60);
    equity_fixture_close(&x);
    return sum / n;
}

// The best of ten by a record without noise has, of normals, 1.54 standard deviations of 0.15 above the mean
// of 0.75, cut at 1.
static void test_managers_are_chosen_on_their_record(void **state)
{
    (void)state;
    const double one = mean_skill("1", "0"), ten = mean_skill("10", "0"), noisy = mean_skill("10", "0.6");
    assert_true(one > 0.68 && one < 0.81); // four standard errors of 0.015, and the cut
    assert_true(ten > 0.9 && ten > noisy + 0.08 && noisy > one);
}

static void test_punished_managers_are_cautious(void **state)
{
    (void)state;
    for (int accepted = 0; accepted < 2; accepted++) {
        const char *keys[] = {FUND_OF_FUNDS, "programmes.f.failure_accepted", accepted ? "true" : "false",
                              NULL};
        struct equity_fixture x = equity_fixture_open(keys, 1);
        equity_fixture_run(&x, 2);
        int64_t row = x.world->funds.n - 1;
        while (x.world->fund.programme[row] != 0)
            row--;
        assert_true(x.world->fund.caution[row] == x.model->equity.caution + (accepted ? 0.0 : 0.5));
        equity_fixture_close(&x);
    }
}

// Whatever the funds earn, the public partner has at most its calls with the option's interest; without the
// option it has more.
static void test_upside_option(void **state)
{
    (void)state;
    int64_t distributed[2], called[2];
    for (int option = 0; option < 2; option++) {
        const char *keys[] = {FUND_OF_FUNDS,
                              "programmes.f.upside_option",
                              option ? "true" : "false",
                              "programmes.f.option_rate",
                              "0.0001",
                              "programmes.f.end",
                              "2016-12",
                              "economy.equity.score_mean",
                              "-3",
                              NULL};
        struct equity_fixture x = equity_fixture_open(keys, 1);
        equity_fixture_run(&x, 190);
        called[option] = equity_sum(x.world, 0, x.world->fund.called_vnd, PARTNER_PUBLIC);
        distributed[option] = equity_sum(x.world, 0, x.world->fund.distributed_vnd, PARTNER_PUBLIC);
        equity_fixture_close(&x);
    }
    assert_true(called[0] > 0 && called[0] == called[1]);
    assert_true(distributed[0] > called[0] + called[0] / 5);
    assert_true(distributed[1] <= called[1] + called[1] / 500 && distributed[1] < distributed[0]);
}

// The fund of funds adds deals, and fewer than its funds make: some would have been made anyway.
static void test_gross_is_not_net(void **state)
{
    (void)state;
    static const char *const keys[] = {
        FUND_OF_FUNDS, "programmes.f.budget_year_vnd", "1000e9", "programmes.f.fund_vnd", "800e9", NULL};
    int64_t all[2] = {0, 0}, gross = 0;
    for (int with = 0; with < 2; with++) {
        struct equity_fixture x = equity_fixture_open(with ? keys : NULL, 1);
        for (int m = 0; m < 96; m++) {
            equity_fixture_month(&x);
            all[with] += equity_deals(x.world);
            for (int stage = 0; with && stage < EQUITY_STAGES; stage++)
                gross += x.world->equity.deals_n[stage][2];
        }
        equity_fixture_close(&x);
    }
    assert_true(all[1] > all[0]);
    assert_true(gross > all[1] - all[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_budget_binds),
        cmocka_unit_test(test_partners_match),
        cmocka_unit_test(test_no_partners_no_fund),
        cmocka_unit_test(test_money_is_drawn_late),
        cmocka_unit_test(test_managers_are_chosen_on_their_record),
        cmocka_unit_test(test_punished_managers_are_cautious),
        cmocka_unit_test(test_upside_option),
        cmocka_unit_test(test_gross_is_not_net),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
