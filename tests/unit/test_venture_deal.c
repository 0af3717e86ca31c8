#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

static void test_threshold_falls_with_relief(void **state)
{
    (void)state;
    struct equity terms;
    field_defaults(equity_fields, equity_fields_n, &terms);
    assert_true(venture_deal_threshold(&terms, 0.0, 0.4, 1.3, 0.0, 0.0) == 1.3);
    double last = 1.3;
    for (double frac = 0.1; frac < 0.6; frac += 0.1) {
        const double x = venture_deal_threshold(&terms, 0.0, 0.4, 1.3, frac, 0.0);
        assert_true(x < last);
        // Net of the relief the marginal deal is as good as the marginal deal without one.
        const double ratio = venture_exit_expected(&terms, 0.0, 0.4, x, 0.0) /
                             venture_exit_expected(&terms, 0.0, 0.4, 1.3, 0.0);
        assert_true(ratio > 1.0 - frac - 0.002 && ratio < 1.0 - frac + 0.002);
        last = x;
    }
    assert_true(venture_deal_threshold(&terms, 0.0, 0.4, 1.3, 0.0, 0.3) < 1.3);
    // A manager who sees more needs a smaller concession.
    assert_true(venture_deal_threshold(&terms, 0.0, 0.7, 1.3, 0.2, 0.0) >
                venture_deal_threshold(&terms, 0.0, 0.3, 1.3, 0.2, 0.0));
}

static int64_t deals_in(struct equity_fixture *x, int months)
{
    int64_t deals = 0;
    for (int m = 0; m < months; m++) {
        equity_fixture_month(x);
        deals += equity_deals(x->world);
    }
    return deals;
}

static void test_no_money_no_rounds(void **state)
{
    (void)state;
    static const char *const poor[] = {"economy.equity.commitments_usd", "2014: 0",
                                       "economy.equity.angel_usd", "2014: 0", NULL};
    static const char *const tight[] = {"economy.equity.commitments_usd", "2014: 2e6",
                                        "economy.equity.angel_usd", "2014: 0", NULL};
    struct equity_fixture none = equity_fixture_open(poor, 1), little = equity_fixture_open(tight, 1),
                          usual = equity_fixture_open(NULL, 1);
    const int64_t n = deals_in(&none, 36), few = deals_in(&little, 36), many = deals_in(&usual, 36);
    assert_int_equal(n, 0);
    assert_int_equal(none.world->holdings.n, 0);
    assert_true(few > 0 && 2 * few < many);
    equity_fixture_close(&none);
    equity_fixture_close(&little);
    equity_fixture_close(&usual);
}

static void test_rounds_climb_the_stages(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(NULL, 1);
    const struct firm *f = &x.world->firm;
    const int64_t gap = x.model->equity.gap_months;
    int64_t *last = calloc((size_t)x.world->firms.n, sizeof *last);
    uint8_t *stage = calloc((size_t)x.world->firms.n, 1);
    double *outside = calloc((size_t)x.world->firms.n, sizeof *outside);
    int64_t climbs[4] = {0};
    for (int m = 0; m < 60; m++) {
        for (int64_t row = 0; row < x.world->firms.n; row++)
            last[row] = f->round_month[row], stage[row] = f->stage[row], outside[row] = f->outside_share[row];
        equity_fixture_month(&x);
        for (int64_t row = 0; row < x.world->firms.n; row++) {
            if (f->round_month[row] != m)
                continue;
            climbs[f->stage[row]]++;
            assert_int_equal(f->stage[row], stage[row] < 3 ? stage[row] + 1 : 3);
            assert_true(last[row] == NEVER || m - last[row] >= gap);
            assert_true(f->startup[row] && f->status[row] == STATUS_OPERATING);
            assert_true(f->outside_share[row] > outside[row] && f->outside_share[row] < 1.0);
            assert_true(f->last_valuation_vnd[row] > 0.0 && f->cash_vnd[row] > 0.0);
        }
    }
    assert_true(climbs[1] > climbs[2] && climbs[2] > climbs[3] && climbs[3] > 0);
    free(last);
    free(stage);
    free(outside);
    equity_fixture_close(&x);
}

// What the market selects from: mean quality of startups that are financed in four years, by the skill of all
// managers.
static double financed_quality(const char *skill)
{
    const char *keys[] = {"economy.equity.skill_mean",
                          skill,
                          "economy.equity.skill_sd",
                          "0",
                          "economy.equity.pressure",
                          "0",
                          "economy.equity.angel_usd",
                          "2014: 0",
                          NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    double sum = 0.0;
    int n = 0;
    for (int m = 0; m < 48; m++) {
        equity_fixture_month(&x);
        for (int64_t row = 0; row < x.world->firms.n; row++) {
            if (x.world->firm.round_month[row] != m)
                continue;
            sum += venture_exit_quality(x.model, x.world, row);
            n++;
        }
    }
    assert_true(n > 50);
    equity_fixture_close(&x);
    return sum / n;
}

static void test_skill_finds_quality(void **state)
{
    (void)state;
    assert_true(financed_quality("1") > financed_quality("0.1") + 0.5);
}

// Earlier investors are diluted; their holding is written up by a part of the gain, and down in full.
static void test_later_round_revalues_holdings(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(NULL, 1);
    struct world *w = x.world;
    int seen_up = 0, seen_down = 0;
    for (int m = 0; m < 60; m++) {
        const int64_t held = w->holdings.n;
        double *value = calloc((size_t)held + 1, sizeof *value),
               *share = calloc((size_t)held + 1, sizeof *share);
        double *valuation = calloc((size_t)w->firms.n, sizeof *valuation);
        for (int64_t i = 0; i < held; i++)
            value[i] = (double)w->holding.value_vnd[i], share[i] = w->holding.share[i];
        for (int64_t row = 0; row < w->firms.n; row++)
            valuation[row] = w->firm.last_valuation_vnd[row];
        equity_fixture_begin(&x);
        equity_step(x.model, w);
        for (int64_t i = 0; i < held; i++) {
            const int64_t firm = w->holding.firm[i];
            if (!w->holding.alive[i] || w->firm.round_month[firm] != m || w->holding.since[i] == m)
                continue;
            const double sold = x.model->equity.share_sold[w->firm.stage[firm] - 1];
            const double ratio = w->firm.last_valuation_vnd[firm] * (1.0 - sold) / valuation[firm];
            const double wanted = value[i] * (ratio > 1.0 ? 1.0 + 0.5 * (ratio - 1.0) : ratio);
            assert_true(vmath_abs((double)w->holding.value_vnd[i] - wanted) < 2.0);
            assert_true(vmath_abs(w->holding.share[i] - share[i] * (1.0 - sold)) < 1e-12);
            seen_up += ratio > 1.0, seen_down += ratio < 1.0;
        }
        equity_fixture_end(&x);
        free(value);
        free(share);
        free(valuation);
    }
    assert_true(seen_up > 0 && seen_down > 0);
    equity_fixture_close(&x);
}

// Agents of several enterprises: an agent that can only be financed in part is split, once a month, and
// nothing is lost.
static void test_agents_of_several_enterprises(void **state)
{
    (void)state;
    static const char *const keys[] = {"run.agents", "200", "economy.equity.commitments_usd", "2014: 25e6",
                                       NULL};
    struct equity_fixture x = equity_fixture_open(keys, 1);
    struct world *w = x.world;
    int64_t enterprises = 0, splits = 0;
    for (int64_t row = 0; row < w->firms.n; row++)
        enterprises += w->firm.weight[row];
    assert_true(w->firm.weight[equity_startup(w)] > 3);
    for (int m = 0; m < 120; m++) {
        const int64_t rows = w->firms.n;
        equity_fixture_begin(&x);
        equity_step(x.model, w);
        assert_in_range(w->firms.n - rows, 0, equity_splits_max());
        splits += w->firms.n - rows;
        equity_fixture_end(&x);
        assert_int_equal(equity_faults(w), 0);
    }
    int64_t after = 0;
    for (int64_t row = 0; row < w->firms.n; row++)
        after += w->firm.weight[row];
    assert_true(splits > 0);
    assert_true(after == enterprises);
    equity_fixture_close(&x);
}

static void test_opening_stages(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(NULL, 1);
    const struct firm *f = &x.world->firm;
    int64_t startups = 0, n[4] = {0};
    for (int64_t row = 0; row < x.world->firms.n; row++) {
        assert_true(f->startup[row] || f->stage[row] == 0);
        assert_true((f->stage[row] > 0) == (f->round_month[row] != NEVER) && f->round_month[row] < 0);
        startups += f->startup[row];
        n[f->stage[row]]++;
    }
    // Binomial with 1500 startups: 90, 22.5 and 7.5 expected, four standard deviations allowed.
    assert_in_range(startups, 1500, 1500);
    assert_in_range(n[1], 53, 127);
    assert_in_range(n[2], 4, 41);
    assert_in_range(n[3], 1, 18);
    equity_fixture_close(&x);
}

static void test_backers_are_counted(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(NULL, 1);
    equity_fixture_run(&x, 40);
    int64_t backers = 0, holdings = 0;
    for (int64_t row = 0; row < x.world->firms.n; row++)
        backers += x.world->firm.backers[row];
    for (int64_t i = 0; i < x.world->holdings.n; i++)
        holdings += x.world->holding.alive[i];
    assert_true(backers == holdings && holdings > 0);
    equity_fixture_close(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threshold_falls_with_relief),
        cmocka_unit_test(test_no_money_no_rounds),
        cmocka_unit_test(test_rounds_climb_the_stages),
        cmocka_unit_test(test_skill_finds_quality),
        cmocka_unit_test(test_later_round_revalues_holdings),
        cmocka_unit_test(test_agents_of_several_enterprises),
        cmocka_unit_test(test_opening_stages),
        cmocka_unit_test(test_backers_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
