#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/equity_fixture.h"

static struct equity defaults(void)
{
    struct equity terms;
    field_defaults(equity_fields, equity_fields_n, &terms);
    return terms;
}

static void test_normal_distribution(void **state)
{
    (void)state;
    for (double x = -6.9; x <= 6.9; x += 0.013) {
        const double exact = 0.5 * erfc(-x / sqrt(2.0));
        assert_true(fabs(venture_exit_normal(x) - exact) <= 1e-12 * exact + 1e-16);
    }
    assert_true(venture_exit_normal(40.0) <= 1.0 && venture_exit_normal(-40.0) >= 0.0);
}

enum { BINS = 6, GRID = 200000 };

// Shares of multiples in the published bins, below 1, to 5, 10, 20, 50 and above, and the mean.
static double bins(const struct equity *terms, double depth, double share[BINS])
{
    static const double edge[BINS - 1] = {1.0, 5.0, 10.0, 20.0, 50.0};
    double mean = 0.0;
    memset(share, 0, BINS * sizeof *share);
    for (int k = 0; k < GRID; k++) {
        const double m = venture_exit_multiple(terms, depth, (k + 0.5) / GRID);
        int bin = 0;
        while (bin < BINS - 1 && m >= edge[bin])
            bin++;
        share[bin] += 1.0 / GRID;
        mean += m / GRID;
    }
    return mean;
}

// Deep exits give the bins of VC_returns_01 to 07; the means are those of instruments.md.
static void test_multiples_fill_the_published_bins(void **state)
{
    (void)state;
    static const double published[BINS] = {0.65, 0.25, 0.06, 0.025, 0.01, 0.005};
    const struct equity terms = defaults();
    double share[BINS];
    assert_true(fabs(bins(&terms, 1.0, share) - 2.21) < 0.03);
    for (int b = 0; b < BINS; b++)
        assert_true(fabs(share[b] - published[b]) < 0.0015);
    assert_true(fabs(bins(&terms, 0.0, share) - 1.44) < 0.005); // thin exits
    assert_true(fabs(share[0] - 0.75) < 1e-4);
    struct equity other = terms;
    other.tail_high = 1.1;
    assert_true(fabs(bins(&other, 1.0, share) - 2.21) > 0.1);
}

static void test_multiple_rises_with_rank(void **state)
{
    (void)state;
    const struct equity terms = defaults();
    double last = 0.0;
    for (double p = 0.0; p < 1.0; p += 0.0005) {
        const double m = venture_exit_multiple(&terms, 0.0, p);
        assert_true(m >= last && m <= terms.multiple_max);
        last = m;
    }
    assert_true(venture_exit_multiple(&terms, 0.0, 0.4499) == 0.0);
    assert_true(fabs(venture_exit_multiple(&terms, 0.0, 0.6) - 0.5) < 1e-12);
    assert_true(fabs(venture_exit_multiple(&terms, 0.0, 0.75) - 1.0) < 1e-9);
    assert_true(venture_exit_multiple(&terms, 0.0, 1.0) == 50.0 &&
                venture_exit_multiple(&terms, 1.0, 1.0) == 200.0);
}

static void test_fair_value_between_cost_and_end(void **state)
{
    (void)state;
    assert_true(venture_exit_fair(4.0, 0.0, 60.0) == 1.0);
    assert_true(fabs(venture_exit_fair(4.0, 30.0, 60.0) - 2.0) < 1e-12);
    assert_true(fabs(venture_exit_fair(4.0, 60.0, 60.0) - 4.0) < 1e-12);
    assert_true(fabs(venture_exit_fair(0.0, 12.0, 48.0) - 0.75) < 1e-12);
    assert_true(venture_exit_fair(0.0, 90.0, 48.0) == 0.0);
}

static void test_expected_multiple(void **state)
{
    (void)state;
    struct equity terms = defaults();
    terms.early_loss_frac = 0.0;
    // The mean over signals, weighted by their density, is the mean of the distribution of the average deal.
    double mean = 0.0, share[BINS];
    terms.score_mean = 0.0;
    for (int k = 0; k < 400; k++)
        mean += venture_exit_expected(&terms, 0.0, 0.5, vmath_quantile((k + 0.5) / 400), 0.0) / 400;
    assert_true(fabs(mean - bins(&terms, 0.0, share)) < 0.04);
    double last = 0.0;
    for (double x = -3.0; x <= 3.0; x += 0.25) {
        const double m = venture_exit_expected(&terms, 0.0, 0.5, x, 0.0);
        assert_true(m > last);
        last = m;
    }
    const double plain = venture_exit_expected(&terms, 0.0, 0.5, 1.0, 0.0);
    assert_true(venture_exit_expected(&terms, 0.0, 0.5, 1.0, 0.2) > plain);
    assert_true(venture_exit_expected(&terms, 0.0, 0.0, -2.0, 0.0) ==
                venture_exit_expected(&terms, 0.0, 0.0, 2.0, 0.0));
}

// ---- the life of holdings -----------------------------------------------------------------------

static const char *const no_market[] = {"economy.equity.meet_frac", "0", "economy.equity.angel_caution", "5",
                                        NULL};

enum { HELD = 1200 };

// One holding in each startup that operates, made now by one fund.
static int hold_all(struct equity_fixture *x, int64_t fund, int64_t holding[HELD])
{
    int n = 0;
    for (int64_t row = 0; row < x->world->firms.n && n < HELD; row++) {
        if (x->world->firm.startup[row] && x->world->firm.status[row] == STATUS_OPERATING)
            holding[n++] = equity_hold(x, fund, row, 100000000);
    }
    assert_true(n == HELD);
    return n;
}

static void pass_months(struct equity_fixture *x, int months)
{
    for (int m = 0; m < months; m++) {
        equity_fixture_begin(x);
        venture_exit_step(x->model, x->world);
        venture_fund_revalue(x->world);
        equity_fixture_end(x);
    }
}

static double mean_rank(const struct world *w, const int64_t *holding, int from, int to)
{
    double sum = 0.0;
    for (int i = from; i < to; i++)
        sum += w->holding.rank[holding[i]];
    return sum / (to - from);
}

// Deals as good as the baseline's have uniform ranks; better startups and more help give better ranks;
// without the correlation neither does, though the same luck is drawn.
static void test_ranks_follow_quality(void **state)
{
    (void)state;
    for (int correlated = 0; correlated < 2; correlated++) {
        const char *keys[] = {"economy.equity.meet_frac",
                              "0",
                              "economy.equity.angel_caution",
                              "5",
                              "economy.equity.outcome_correlation",
                              correlated ? "0.6" : "0",
                              "economy.equity.early_loss_frac",
                              "0",
                              NULL};
        struct equity_fixture x = equity_fixture_open(keys, 1);
        int64_t holding[HELD];
        equity_fixture_begin(&x);
        const int64_t fund = equity_open_fund(&x, 0, 9999);
        const int n = hold_all(&x, fund, holding);
        const struct equity *e = &x.model->equity;
        for (int i = 0; i < n;
             i++) { // one half one standard deviation above the mean of deals, one half below
            const int64_t row = x.world->holding.firm[holding[i]];
            x.world->firm.quality[row] = 0.0;
            x.world->firm.ability[row] = e->score_mean + (i < n / 2 ? 1.0 : -1.0) * e->score_sd;
            x.world->firm.expected_sales_vnd[row] *=
                1.0 + 2.0 * e->growth_mean_per_year; // its growth is the mean one
            x.world->holding.sales_vnd[holding[i]] =
                x.world->firm.expected_sales_vnd[row] / vmath_exp(2.0 * e->growth_mean_per_year);
        }
        pass_months(&x, 25);
        const double good = mean_rank(x.world, holding, 0, n / 2),
                     bad = mean_rank(x.world, holding, n / 2, n);
        // Uniform over all: mean 1/2 with standard error 0.29 / sqrt(1200).
        assert_true(fabs(0.5 * (good + bad) - 0.5) < 0.03);
        assert_true(correlated ? good - bad > 0.25 : fabs(good - bad) < 0.05);
        equity_fixture_close(&x);
    }
}

// Losses end two to four years after the investment, wins five to eight; what is paid is the multiple of the
// final rank.
static void test_losses_come_before_wins(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    int64_t holding[HELD], open_at[97] = {0};
    equity_fixture_begin(&x);
    const int64_t fund = equity_open_fund(&x, 0, 9999);
    const int n = hold_all(&x, fund, holding);
    const struct holding *h = &x.world->holding;
    const int64_t first = h->id[holding[0]];
    int64_t wins = 0;
    for (int month = 0; month <= 96; month++) {
        for (int64_t i = 0; i < x.world->holdings.n; i++)
            open_at[month] += h->alive[i] && h->id[i] >= first;
        if (month == 30) {
            for (int64_t i = 0; i < x.world->holdings.n; i++)
                wins += h->alive[i] && h->rank[i] >= 0.75;
        }
        pass_months(&x, 1);
    }
    assert_true(open_at[24] == n && open_at[36] < n - n / 6);
    assert_true(open_at[49] == wins && open_at[60] == wins && wins > n / 8);
    assert_true(open_at[78] < wins && open_at[78] > 0);
    assert_true(x.world->fund.outstanding_vnd[fund] == 0);
    assert_true(x.world->fund.cash_vnd[fund] > 0);
    equity_fixture_close(&x);
}

// The same holding sold before its time: at cost less the discount before its course shows, on the way to its
// multiple after.
static void test_forced_sales(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    struct world *w = x.world;
    equity_fixture_begin(&x);
    const int64_t early = equity_open_fund(&x, 0, 9998), late = equity_open_fund(&x, 0, 9999),
                  firm = equity_startup(w);
    w->fund.exit_within[early] = 6;
    w->fund.exit_within[late] = 60;
    equity_hold(&x, early, firm, 1000000000);
    const int64_t held = equity_hold(&x, late, firm, 1000000000);
    pass_months(&x, 7);
    assert_true(w->fund.cash_vnd[early] == 700000000 && w->fund.cash_vnd[late] == 0);
    w->holding.rank[held] = 0.9;
    w->holding.exit_month[held] = 90;
    const double multiple = venture_exit_multiple(&x.model->equity, 0.0, 0.9);
    pass_months(&x, 54);
    assert_false(w->holding.alive[held]);
    const double paid = (double)w->fund.cash_vnd[late] / 1e9;
    assert_true(fabs(paid - 0.7 * pow(multiple, 60.0 / 90.0)) < 1e-6);
    assert_true(paid < multiple);
    equity_fixture_close(&x);
}

static void test_help_raises_management(void **state)
{
    (void)state;
    struct equity_fixture x = equity_fixture_open(no_market, 1);
    struct world *w = x.world;
    equity_fixture_begin(&x);
    const int64_t firm = equity_startup(w), fund = equity_open_fund(&x, 0, 9999);
    equity_hold(&x, fund, firm, 1000000000);
    w->fund.help[fund] = 1.0;
    w->firm.management[firm] = 0.4;
    pass_months(&x, 12);
    const double gap = x.model->equity.help_management_per_year / 12.0;
    assert_true(fabs(w->firm.management[firm] - (1.0 - 0.6 * pow(1.0 - gap, 12.0))) < 1e-12);
    equity_fixture_close(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_distribution),
        cmocka_unit_test(test_multiples_fill_the_published_bins),
        cmocka_unit_test(test_multiple_rises_with_rank),
        cmocka_unit_test(test_fair_value_between_cost_and_end),
        cmocka_unit_test(test_expected_multiple),
        cmocka_unit_test(test_ranks_follow_quality),
        cmocka_unit_test(test_losses_come_before_wins),
        cmocka_unit_test(test_forced_sales),
        cmocka_unit_test(test_help_raises_management),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
