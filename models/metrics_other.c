#include <math.h>
#include "models/metrics_part.h"

static double ratio(double top, double bottom)
{
    return bottom != 0.0 ? top / bottom : NAN;
}

// ---- memory of earlier months -------------------------------------------------------------------

static const int64_t *measure_of(const struct metrics *m, enum metrics_group group, int label)
{
    return m->slot + (int64_t)metrics_slot(m, group, label) * metrics_stride;
}

static void remember_slots(struct metrics *m)
{
    const int64_t at = m->month % METRICS_MEMORY_MONTHS * m->slots_n;
    for (int k = 0; k < m->slots_n; k++) {
        const int64_t *slot = m->slot + (int64_t)k * metrics_stride;
        m->value_added[at + k] = slot[metrics_measure_value_added];
        m->workers[at + k] = slot[metrics_measure_workers];
        m->real_value_added[at + k] = (double)m->value_added[at + k] / m->world->climate.price_level;
    }
}

static void remember_cohorts(struct metrics *m)
{
    const int64_t *entries = measure_of(m, METRICS_TOTAL, 0) + metrics_measure_entries;
    const int now = (int)(m->month % METRICS_COHORTS_N);
    m->registered[now] = 0;
    for (int k = 0; k <= ORIGINS_N; k++) // foreign founders besides
        m->registered[now] += entries[k];
    m->first_sales[now] = 0;
    for (int k = 0; k < METRICS_COHORTS_N; k++)
        m->first_sales[k] += m->sums[m->at_first_sales + k];
}

static void remember_funds(struct metrics *m)
{
    const struct fund *f = &m->world->fund;
    const int64_t capacity = m->world->funds.capacity;
    int64_t called = 0, distributed = 0, value = 0;
    for (int p = 0; p < m->model->programmes_n; p++)
        m->guarantee[p] = (struct metrics_guarantee){0};
    for (int64_t r = 0; r < m->world->funds.n; r++) {
        if (f->kind[r] == FUND_VENTURE || f->kind[r] == FUND_ANGEL) {
            for (int partner = 0; partner < PARTNERS_N; partner++) {
                called += f->called_vnd[partner * capacity + r];
                distributed += f->distributed_vnd[partner * capacity + r];
            }
            value += f->nav_vnd[r];
        } else if (f->kind[r] == FUND_GUARANTEE && f->programme[r] != NOBODY) {
            struct metrics_guarantee *g = &m->guarantee[f->programme[r]];
            g->capital_vnd += f->capital_vnd[r];
            g->outstanding_vnd += f->outstanding_vnd[r];
            g->claims_vnd += f->month_claims_vnd[r];
            g->recoveries_vnd += f->month_recoveries_vnd[r];
        }
    }
    m->fund_flow[m->month] = (double)(distributed - m->fund_distributed_vnd - (called - m->fund_called_vnd));
    m->fund_called_vnd = called;
    m->fund_distributed_vnd = distributed;
    m->fund_value_vnd = value;
}

void metrics_remember(struct metrics *m)
{
    const int64_t *opened = m->sums + m->at_opened;
    for (int64_t k = 0; k < m->survival_n; k++)
        m->opened[m->month % 12 * m->survival_n + k] = opened[k];
    remember_slots(m);
    remember_cohorts(m);
    remember_funds(m);
}

void metrics_month(struct metrics *metrics, const struct world *world)
{
    CHECK(world->model == metrics->model && world->month < model_months(world->model));
    metrics->world = world;
    metrics->month = world->month;
    metrics_scan(metrics);
    metrics_remember(metrics);
    metrics_programmes(metrics);
}

// ---- demography ---------------------------------------------------------------------------------

double metrics_survival(const struct metrics *m, const struct metric *row, enum metrics_group group,
                        int label)
{
    const int64_t *kept = m->sums + m->at_kept, *opened = m->opened + (m->month + 1) % 12 * m->survival_n;
    const int sectors = m->model->sectors_n;
    int64_t kept_n = 0, opened_n = 0;
    (void)row;
    if (m->month < 11)
        return NAN;
    for (int k = 0; k < m->survival_n; k++) {
        const int size = k / (METRICS_AGES_N * sectors), age = k / sectors % METRICS_AGES_N,
                  sector = k % sectors;
        const int here = group == METRICS_SIZE_CLASS ? size : group == METRICS_AGE_CLASS ? age : sector;
        const bool in = group == METRICS_TOTAL || here == label;
        kept_n += in ? kept[k] : 0;
        opened_n += in ? opened[k] : 0;
    }
    return ratio((double)kept_n, (double)opened_n);
}

double metrics_households(const struct metrics *m, const struct metric *row, enum metrics_group group,
                          int label)
{
    int64_t sum = 0;
    (void)row;
    for (int r = 0; r < m->model->regions_n; r++)
        sum += group == METRICS_TOTAL || r == label ? m->world->household_n[r] : 0;
    return (double)sum;
}

double metrics_started(const struct metrics *m, const struct metric *row, enum metrics_group group, int label)
{
    int64_t registered = 0, started = 0;
    (void)row, (void)group, (void)label;
    for (int64_t age = 12; age < METRICS_COHORTS_N && age <= m->month; age++) {
        registered += m->registered[(m->month - age) % METRICS_COHORTS_N];
        started += m->first_sales[(m->month - age) % METRICS_COHORTS_N];
    }
    return ratio((double)started, (double)registered);
}

// ---- production ---------------------------------------------------------------------------------

double metrics_value_added_growth(const struct metrics *m, const struct metric *row, enum metrics_group group,
                                  int label)
{
    const int slot = metrics_slot(m, group, label);
    double year[2] = {0.0, 0.0};
    (void)row;
    if (m->month < METRICS_MEMORY_MONTHS - 1)
        return NAN;
    for (int64_t k = 0; k < METRICS_MEMORY_MONTHS; k++)
        year[k / 12] += m->real_value_added[(m->month - k) % METRICS_MEMORY_MONTHS * m->slots_n + slot];
    return ratio(year[0], year[1]) - 1.0;
}

double metrics_productivity(const struct metrics *m, const struct metric *row, enum metrics_group group,
                            int label)
{
    const int slot = metrics_slot(m, group, label);
    double value_added = 0.0, workers = 0.0;
    (void)row;
    for (int64_t k = 0; k < 12 && k <= m->month; k++) {
        const int64_t at = (m->month - k) % METRICS_MEMORY_MONTHS * m->slots_n + slot;
        value_added += (double)m->value_added[at];
        workers += (double)m->workers[at] / METRICS_FIXED;
    }
    return 12.0 * ratio(value_added, workers); // both sums are over the same months
}

// The lower edge of a bin of productivity.
static double bin_edge(int64_t bin)
{
    return vmath_from_bits((uint64_t)(METRICS_PRODUCTIVITY_FIRST + bin) << 47);
}

// Quantile q of enterprises in bins, linear within a bin.
static double bins_quantile(const int64_t *count, int64_t total, double q)
{
    const double wanted = q * (double)total;
    int64_t below = 0, bin = 0;
    while (bin < METRICS_PRODUCTIVITY_BINS - 1 && (double)(below + count[bin]) < wanted)
        below += count[bin++];
    const double within = count[bin] > 0 ? (wanted - (double)below) / (double)count[bin] : 0.0;
    return bin_edge(bin) + within * (bin_edge(bin + 1) - bin_edge(bin));
}

// Firms are compared with others of their sector; the total is the mean over sectors, by enterprises.
double metrics_productivity_spread(const struct metrics *m, const struct metric *row,
                                   enum metrics_group group, int label)
{
    double sum = 0.0, all = 0.0;
    (void)row;
    for (int s = 0; s < m->model->sectors_n; s++) {
        const int64_t *count = m->sums + m->at_productivity + s * METRICS_PRODUCTIVITY_BINS;
        int64_t n = 0;
        for (int k = 0; k < METRICS_PRODUCTIVITY_BINS && (group == METRICS_TOTAL || s == label); k++)
            n += count[k];
        if (n > 0)
            sum += (double)n * bins_quantile(count, n, 0.9) / bins_quantile(count, n, 0.1);
        all += (double)n;
    }
    return ratio(sum, all);
}

// ---- finance ------------------------------------------------------------------------------------

double metrics_bad_loans(const struct metrics *m, const struct metric *row, enum metrics_group group,
                         int label)
{
    double bad = 0.0, all = 0.0;
    (void)row, (void)group, (void)label;
    for (int64_t b = 0; b < m->world->banks.n; b++) {
        bad += (double)m->world->bank.arrears_vnd[b];
        all += (double)m->world->bank.loans_vnd[b];
    }
    return ratio(bad, all);
}

// Sum of a stage-by-source table over what a label covers.
static double rounds(const int64_t table[3][3], enum metrics_group group, int label)
{
    int64_t sum = 0;
    for (int stage = 0; stage < 3; stage++)
        for (int source = 0; source < 3; source++)
            sum += group == METRICS_TOTAL || label == (group == METRICS_STAGE ? stage : source)
                       ? table[stage][source]
                       : 0;
    return (double)sum;
}

double metrics_equity_deals(const struct metrics *m, const struct metric *row, enum metrics_group group,
                            int label)
{
    (void)row;
    return rounds(m->world->equity.deals_n, group, label);
}

double metrics_equity_invested(const struct metrics *m, const struct metric *row, enum metrics_group group,
                               int label)
{
    (void)row;
    return rounds(m->world->equity.invested_vnd, group, label);
}

double metrics_fund_tvpi(const struct metrics *m, const struct metric *row, enum metrics_group group,
                         int label)
{
    (void)row, (void)group, (void)label;
    return ratio((double)(m->fund_distributed_vnd + m->fund_value_vnd), (double)m->fund_called_vnd);
}

double metrics_fund_dpi(const struct metrics *m, const struct metric *row, enum metrics_group group,
                        int label)
{
    (void)row, (void)group, (void)label;
    return ratio((double)m->fund_distributed_vnd, (double)m->fund_called_vnd);
}

double metrics_fund_irr(const struct metrics *m, const struct metric *row, enum metrics_group group,
                        int label)
{
    (void)row, (void)group, (void)label;
    return metrics_irr(m->fund_flow, (int)m->month + 1, (double)m->fund_value_vnd);
}

// Present value of the flows from `first` on and of the value, discounted by `factor` a month.
static double present_value(const double *flow, int first, int n, double value, double factor)
{
    double sum = value;
    for (int k = n - 1; k > first; k--)
        sum = (sum + flow[k]) * factor;
    return sum + flow[first];
}

static double compounded(double factor)
{
    const double third = factor * factor * factor * factor;
    return 1.0 / (third * third * third) - 1.0;
}

double metrics_irr(const double *flow, int n, double value)
{
    enum { BISECTIONS = 44 };
    double dear = 0.8188, cheap = 2.1545; // a month's factors at rates of 1000 % and -99.99 % a year
    int first = 0;
    while (first < n && flow[first] >= 0.0)
        first++;
    if (first >= n - 1)
        return NAN;
    if (present_value(flow, first, n, value, dear) >= 0.0)
        return 10.0;
    if (present_value(flow, first, n, value, cheap) <= 0.0)
        return -1.0;
    for (int k = 0; k < BISECTIONS; k++) {
        const double middle = 0.5 * (dear + cheap);
        const bool gains = present_value(flow, first, n, value, middle) < 0.0;
        dear = gains ? middle : dear;
        cheap = gains ? cheap : middle;
    }
    return compounded(0.5 * (dear + cheap));
}

// ---- public money -------------------------------------------------------------------------------

double metrics_programme_awards(const struct metrics *m, const struct metric *row, enum metrics_group group,
                                int label)
{
    int64_t sum = 0;
    (void)row;
    for (int p = 0; p < m->model->programmes_n; p++) {
        const struct programme_account *account = &m->world->programme[p].month;
        if (group == METRICS_SIZE_CLASS)
            sum += account->awards_by_size_n[label];
        else
            sum += group == METRICS_TOTAL || p == label ? account->awards_n : 0;
    }
    return (double)sum;
}

double metrics_fiscal_balance(const struct metrics *m, const struct metric *row, enum metrics_group group,
                              int label)
{
    int64_t balance = 0;
    (void)row, (void)group, (void)label;
    for (int payer = 0; payer < ACCOUNTS_N; payer++)
        balance += m->world->ledger.flow[CATEGORY_CORPORATE_TAX][payer][ACCOUNT_GOVERNMENT];
    for (int p = 0; p < m->model->programmes_n; p++)
        balance -= m->world->programme[p].month.cash_vnd;
    return (double)balance;
}
