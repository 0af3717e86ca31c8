// Metrics that remember earlier months or do not come from firms: against what is followed by hand.
#include "tests/unit/metrics_fixture.h"

// ---- internal rate of return --------------------------------------------------------------------

static void irr_of_known_flows(void **state)
{
    (void)state;
    const double two_years[25] = {-100.0, [24] = 121.0};
    assert_near(metrics_irr(two_years, 25, 0.0), 0.10, 1e-9);
    const double held[13] = {-100.0};
    assert_near(metrics_irr(held, 13, 80.0), -0.20, 1e-9); // value that is not yet paid out counts as paid
    const double late[15] = {[2] = -100.0, [14] = 110.0};  // the clock starts with the first call
    assert_near(metrics_irr(late, 15, 0.0), 0.10, 1e-9);
    const double calls[25] = {-50.0, [12] = -50.0, [24] = 0.0};
    const double rate = metrics_irr(calls, 25, 115.0);
    assert_near(50.0 * (1.0 + rate) * (1.0 + rate) + 50.0 * (1.0 + rate), 115.0, 1e-7);
}

static void irr_at_its_ends(void **state)
{
    (void)state;
    const double none[3] = {0.0}, call[2] = {-100.0}, gift[3] = {5.0, 5.0, 5.0};
    assert_true(isnan(metrics_irr(none, 3, 10.0)));
    assert_true(isnan(metrics_irr(gift, 3, 10.0)));
    assert_true(isnan(metrics_irr(call, 1, 100.0))); // no time has passed
    assert_true(metrics_irr(call, 2, 0.0) == -1.0);
    assert_true(metrics_irr(call, 2, 200.0) == 10.0);
}

// ---- firms followed by record id ----------------------------------------------------------------

enum { IDS_MAX = 20000, MONTHS_MAX = 48 };

// What is seen of firms at the end of each month; without programmes and startups no agent splits, so that
// ids last.
struct diary {
    struct metrics *metrics;
    int64_t n, id[IDS_MAX], weight[IDS_MAX];
    uint8_t operating[MONTHS_MAX][IDS_MAX], innovating[MONTHS_MAX][IDS_MAX], there[IDS_MAX];
    float workers[MONTHS_MAX][IDS_MAX]; // of the month's production
    double workers_now[IDS_MAX];        // at the end of the month
    int16_t birth[IDS_MAX];
    uint8_t sold[IDS_MAX];
    double real_value_added[MONTHS_MAX], value_added[MONTHS_MAX], employment[MONTHS_MAX];
};

static int64_t diary_find(struct diary *d, const struct world *w, int64_t row)
{
    for (int64_t k = row < d->n ? row : d->n - 1; k >= 0; k--) // rows keep their order: not far ahead
        if (d->id[k] == w->firm.id[row])
            return k;
    for (int64_t k = row; k < d->n; k++)
        if (d->id[k] == w->firm.id[row])
            return k;
    assert_true(d->n < IDS_MAX);
    d->id[d->n] = w->firm.id[row];
    return d->n++;
}

static void diary_write(struct diary *d, const struct world *w)
{
    const struct firm *f = &w->firm;
    const int64_t m = w->month, lane = w->climate.month_of_year * w->firms.capacity;
    memset(d->there, 0, sizeof d->there);
    for (int64_t row = 0; row < w->firms.n; row++) {
        const int64_t k = diary_find(d, w, row);
        const double weight = (double)f->weight[row];
        d->weight[k] = f->weight[row];
        d->birth[k] = f->birth_month[row];
        d->operating[m][k] = f->status[row] == STATUS_OPERATING;
        d->innovating[m][k] = innovation_recent(w, row, w->model->innovation.window_months) != 0;
        d->there[k] = d->operating[m][k] || f->status[row] == STATUS_SUSPENDED;
        d->workers_now[k] = f->workers[row];
        d->workers[m][k] = f->workers_ring[lane + row];
        d->sold[k] |= f->sales_vnd[row] > 0.0;
        d->real_value_added[m] += weight * f->value_added_vnd[row] / w->climate.price_level;
        d->value_added[m] += weight * f->value_added_vnd[row];
        d->employment[m] += d->operating[m][k] ? weight * f->workers[row] : 0.0;
    }
}

static double quotient(double above, double below)
{
    return below != 0.0 ? above / below : (double)NAN;
}

static void compare_survival(const struct diary *d, int64_t m)
{
    double kept[SIZES_N + 1] = {0.0}, opened[SIZES_N + 1] = {0.0};
    for (int64_t k = 0; k < d->n; k++) {
        if (!d->operating[m - 12][k])
            continue;
        const int size = (int)model_size_class((double)d->workers[m - 11][k]);
        opened[size] += (double)d->weight[k];
        kept[size] += d->there[k] ? (double)d->weight[k] : 0.0;
    }
    for (int size = 0; size < SIZES_N; size++) {
        opened[SIZES_N] += opened[size];
        kept[SIZES_N] += kept[size];
        const double value =
            metrics_fixture_value(d->metrics, "survival_12m_frac", "size_class", model_size_labels[size]);
        assert_near(value, quotient(kept[size], opened[size]), 1e-12);
    }
    assert_true(kept[SIZES_N] < opened[SIZES_N] && kept[SIZES_N] > 0.5 * opened[SIZES_N]);
    assert_near(metrics_fixture_value(d->metrics, "survival_12m_frac", "", ""),
                kept[SIZES_N] / opened[SIZES_N], 1e-12);
}

static void compare_persistence(const struct diary *d, int64_t m)
{
    double stay = 0.0, before = 0.0, enter = 0.0, not_before = 0.0;
    for (int64_t k = 0; k < d->n; k++) {
        if (!d->operating[m][k] || !d->operating[m - 36][k])
            continue;
        const double weight = (double)d->weight[k];
        before += d->innovating[m - 36][k] ? weight : 0.0;
        stay += d->innovating[m - 36][k] && d->innovating[m][k] ? weight : 0.0;
        not_before += d->innovating[m - 36][k] ? 0.0 : weight;
        enter += !d->innovating[m - 36][k] && d->innovating[m][k] ? weight : 0.0;
    }
    assert_true(stay > 0.0 && enter > 0.0);
    assert_near(metrics_fixture_value(d->metrics, "innovation_persistence_frac", "", ""), stay / before,
                1e-12);
    assert_near(metrics_fixture_value(d->metrics, "innovation_entry_frac", "", ""), enter / not_before,
                1e-12);
}

static void compare_started(const struct diary *d, int64_t m)
{
    double started = 0.0, registered = 0.0;
    for (int64_t k = 0; k < d->n; k++) {
        if (d->birth[k] < 0 || m - d->birth[k] < 12 || m - d->birth[k] >= 24)
            continue;
        registered += (double)d->weight[k];
        started += d->sold[k] ? (double)d->weight[k] : 0.0;
    }
    assert_true(started > 0.0 && started < registered);
    assert_near(metrics_fixture_value(d->metrics, "started_12m_frac", "", ""), started / registered, 1e-12);
}

static void compare_growth(const struct diary *d, int64_t m)
{
    double sum = 0.0, weights = 0.0;
    for (int64_t k = 0; k < d->n; k++) {
        if (!d->operating[m][k] || !d->operating[m - 12][k])
            continue;
        const double now = d->workers_now[k], before = (double)d->workers[m - 11][k];
        sum += (double)d->weight[k] * (now - before) / (0.5 * (now + before)) * 12.0 / 11.0;
        weights += (double)d->weight[k];
    }
    assert_near(metrics_fixture_value(d->metrics, "employment_growth_frac", "", ""), sum / weights, 1e-5);
}

static void compare_output(const struct diary *d, int64_t m)
{
    double real[2] = {0.0, 0.0}, value_added = 0.0, employment = 0.0;
    for (int64_t k = 0; k < 12; k++) {
        real[0] += d->real_value_added[m - k];
        real[1] += m >= 23 ? d->real_value_added[m - 12 - k] : 0.0;
        value_added += d->value_added[m - k];
        employment += d->employment[m - k] / 12.0;
    }
    const double growth = metrics_fixture_value(d->metrics, "value_added_growth_frac", "", "");
    assert_true(m >= 23 ? fabs(growth - (real[0] / real[1] - 1.0)) < 1e-9 : isnan(growth));
    assert_near(metrics_fixture_value(d->metrics, "productivity_vnd", "", ""), value_added / employment,
                1e-6 * value_added / employment);
}

static int diary_month(void *ctx, const struct world *world, struct error *err)
{
    struct diary *d = ctx;
    (void)err;
    metrics_month(d->metrics, world);
    diary_write(d, world);
    if (world->month < 11) {
        assert_metric_missing(d->metrics, "survival_12m_frac");
        assert_metric_missing(d->metrics, "started_12m_frac");
    }
    if (world->month < 36)
        assert_metric_missing(d->metrics, "innovation_persistence_frac");
    if (world->month >= 12) {
        compare_survival(d, world->month);
        compare_growth(d, world->month);
        compare_output(d, world->month);
    }
    if (world->month >= 24)
        compare_started(d, world->month);
    if (world->month >= 36)
        compare_persistence(d, world->month);
    return ERROR_NONE;
}

static void memory_against_a_diary(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2017-12",
                                           "economy.population.startups_n=0",
                                           "economy.entry.startup_entries_per_year=0", NULL};
    (void)state;
    struct diary *diary = calloc(1, sizeof *diary);
    struct small s = small_open(settings);
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {diary, diary_month};
    assert_non_null(diary);
    assert_non_null(err);
    diary->metrics = metrics_fixture_create(s, 1);
    assert_int_equal(schedule_run(s.model, s.world, &observer, err), 0);
    metrics_free(diary->metrics);
    free(diary);
    free(err);
    small_close(s);
}

// ---- productivity -------------------------------------------------------------------------------

// Two hundred firms whose sales a worker rise by 2 % from one to the next, a third of them in a sector where
// they are fifty times as high: sectors are not compared with each other.
static void spread_of_productivity(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, 30);
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    assert_int_equal(table_reserve(&s.world->firms, 256, err), 0);
    free(err);
    const int64_t cap = s.world->firms.capacity;
    double sales = 1e6;
    for (int k = 0; k < 200; k++, sales *= 1.02) {
        const int64_t row = metrics_fixture_firm(s, 3, 4.0);
        for (int month = 0; month < 12; month++)
            s.world->firm.sales_ring[month * cap + row] = (float)(k % 3 == 0 ? 50.0 * sales : sales);
        s.world->firm.sector[row] = k % 3 == 0;
    }
    const int64_t young = metrics_fixture_firm(s, 100000, 1.0); // not in operation for a year: left out
    s.world->firm.operating_bits[young] = 0x7ff;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    const double expected = pow(1.02, 160.0); // from the 20th to the 180th of 200
    assert_near(metrics_fixture_value(m, "productivity_p90_p10", "", ""), expected, 0.02 * expected);
    assert_near(metrics_fixture_value(m, "productivity_p90_p10", "sector", s.model->sector[1].name), expected,
                0.05 * expected);
    assert_true(isnan(metrics_fixture_value(m, "productivity_p90_p10", "sector", s.model->sector[2].name)));
    metrics_free(m);
    small_close(s);
}

// ---- finance and public money -------------------------------------------------------------------

static void banks_funds_and_rounds(void **state)
{
    static const char *const settings[] = {"programmes.a.kind=guarantee", "programmes.b.kind=subsidy", NULL};
    (void)state;
    struct small s = metrics_fixture_empty(settings, 0);
    struct world *w = s.world;
    for (int64_t b = 0; b < w->banks.n; b++) {
        w->bank.loans_vnd[b] = 100;
        w->bank.arrears_vnd[b] = b == 0 ? w->banks.n : 0;
    }
    const int64_t guarantee = world_fund_birth(w, FUND_GUARANTEE, 0, 1);
    const int64_t venture = world_fund_birth(w, FUND_VENTURE, NOBODY, 2);
    w->fund.capital_vnd[guarantee] = 1000;
    w->fund.outstanding_vnd[guarantee] = 700;
    w->fund.month_claims_vnd[guarantee] = 30;
    w->fund.month_recoveries_vnd[guarantee] = 4;
    w->fund.called_vnd[PARTNER_PUBLIC * w->funds.capacity + venture] = 60;
    w->fund.called_vnd[PARTNER_FOREIGN * w->funds.capacity + venture] = 40;
    w->fund.distributed_vnd[PARTNER_PRIVATE * w->funds.capacity + venture] = 25;
    w->fund.nav_vnd[venture] = 125;
    w->equity.deals_n[1][2] = 3;
    w->equity.deals_n[1][0] = 2;
    w->equity.invested_vnd[0][0] = 9;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, w);
    assert_metric(m, "npl_frac", 0.01);
    assert_metric(m, "guarantee_capital_vnd", 1000.0);
    assert_metric_by(m, "guarantee_outstanding_vnd", "programme", "a", 700.0);
    assert_metric_by(m, "guarantee_outstanding_vnd", "programme", "b", 0.0);
    assert_metric(m, "guarantee_claims_vnd", 30.0);
    assert_metric(m, "guarantee_recoveries_vnd", 4.0);
    assert_metric(m, "fund_tvpi", 1.5);
    assert_metric(m, "fund_dpi", 0.25);
    assert_metric_missing(m, "fund_irr_frac"); // no time has passed
    assert_metric(m, "equity_deals_n", 5.0);
    assert_metric_by(m, "equity_deals_n", "stage", "a", 5.0);
    assert_metric_by(m, "equity_deals_n", "source", "public_fund", 3.0);
    assert_metric_by(m, "equity_invested_vnd", "stage", "seed", 9.0);
    w->month++;
    w->fund.nav_vnd[venture] = 76; // 25 of the 100 called were paid back at once
    metrics_month(m, w);
    assert_near(metrics_fixture_value(m, "fund_irr_frac", "", ""), pow(76.0 / 75.0, 12.0) - 1.0, 1e-9);
    metrics_free(m);
    small_close(s);
}

static void programmes_taxes_and_households(void **state)
{
    static const char *const settings[] = {"programmes.a.kind=guarantee", "programmes.b.kind=subsidy", NULL};
    (void)state;
    struct small s = metrics_fixture_empty(settings, 0);
    struct world *w = s.world;
    double households = 7.0;
    for (int r = 0; r < s.model->regions_n; r++)
        households += (double)w->household_n[r];
    w->household_n[1] += 7;
    w->programme[0].month = (struct programme_account){
        .cash_vnd = 50, .awards_n = 2, .awards_by_size_n = {2, 0, 0, 0}, .forgone_vnd = 1};
    w->programme[1].month = (struct programme_account){
        .cash_vnd = -20, .awards_n = 5, .awards_by_size_n = {1, 4, 0, 0}, .forgone_vnd = 2};
    ledger_post(&w->ledger, CATEGORY_CORPORATE_TAX, ACCOUNT_FIRMS, ACCOUNT_GOVERNMENT, 500);
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, w);
    assert_metric(m, "programme_cash_vnd", 30.0);
    assert_metric(m, "tax_forgone_vnd", 3.0);
    assert_metric(m, "programme_awards_n", 7.0);
    assert_metric_by(m, "programme_awards_n", "programme", "b", 5.0);
    assert_metric_by(m, "programme_awards_n", "size_class", "micro", 3.0);
    assert_metric(m, "fiscal_balance_vnd", 500.0 - 30.0);
    assert_metric(m, "household_businesses_n", households);
    assert_metric_by(m, "household_businesses_n", "region", s.model->region[1].name,
                     (double)w->household_n[1]);
    metrics_free(m);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(irr_of_known_flows),     cmocka_unit_test(irr_at_its_ends),
        cmocka_unit_test(memory_against_a_diary), cmocka_unit_test(spread_of_productivity),
        cmocka_unit_test(banks_funds_and_rounds), cmocka_unit_test(programmes_taxes_and_households),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
