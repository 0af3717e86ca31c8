#include "analysis/stylised_figure.h"

#include <math.h>
#include "analysis/statistics.h"

enum { SECTORS_MAX = 64, BINS_MAX = 24, BIN_LEAST = 100, STEPS = 41 };

// ---- size ---------------------------------------------------------------------------------------

// Share of operating enterprises with at least so many workers at the end of the last year, and the Pareto
// law with the exponent estimated above 10 workers through the share above 10.
static void size_tail(const struct firm_panel *p, const struct stylised_ask *ask, FILE *to)
{
    const double step = pow(10.0, 0.125);
    const struct stylised_ask tail = {10.0, (double)NAN, (double)NAN, ask->last_year, ask->last_year, -1, -1};
    const double exponent = stylised_estimator_find("tail_exponent")->estimate(p, &tail);
    double share_10 = 0.0;
    fprintf(to, "workers,share_above,pareto\n");
    for (double least = 1.0; least < 1e5; least *= step) {
        double above = 0.0, above_10 = 0.0, total = 0.0;
        for (int64_t i = 0; i < p->n; i++) {
            const struct firm_year *y = &p->year[i];
            if (y->year != ask->last_year || y->is != FIRM_OPERATING)
                continue;
            total += y->weight;
            above += y->workers >= least ? y->weight : 0.0;
            above_10 += y->workers >= 10.0 ? y->weight : 0.0;
        }
        share_10 = above_10 / total;
        if (!(above > 0.0))
            break;
        fprintf(to, "%.4g,%.5g,", least, above / total);
        if (least >= 9.99)
            fprintf(to, "%.5g", share_10 * pow(least / 10.0, -exponent));
        fputc('\n', to);
    }
}

// ---- growth -------------------------------------------------------------------------------------

struct density {
    double bin[STEPS], total, spread; // spread: mean absolute deviation
};

static void fill_density(const struct firm_panel *p, struct stylised_ask ask, double low, double high,
                         struct density *d)
{
    ask.min_workers = low;
    ask.max_workers = high;
    const int64_t n = stylised_growth(p, &ask);
    *d = (struct density){.total = 0.0};
    for (int64_t i = 0; i < n; i++) {
        const double at = (p->work[0][i] + 2.05) / 0.1;
        d->total += p->work[1][i];
        d->spread += p->work[1][i] * fabs(p->work[0][i]);
        if (at >= 0.0 && at < STEPS)
            d->bin[(int)at] += p->work[1][i];
    }
    d->spread /= d->total;
}

static void put_density(const struct density *d, int k, FILE *to)
{
    fputc(',', to);
    if (d->bin[k] > 0.0)
        fprintf(to, "%.5g", d->bin[k] / d->total / 0.1);
}

// Density of yearly sales growth (logs, less that of the sector) for two classes of size, and Laplace's law
// with the smaller one's mean absolute deviation.
static void growth_rates(const struct firm_panel *p, const struct stylised_ask *ask, FILE *to)
{
    struct density small, large;
    fill_density(p, *ask, 2.0, 10.0, &small);
    fill_density(p, *ask, 50.0, (double)NAN, &large);
    fprintf(to, "growth,density_2_to_10_workers,density_from_50_workers,laplace\n");
    for (int k = 0; k < STEPS; k++) {
        const double growth = -2.0 + 0.1 * k;
        fprintf(to, "%.1f", growth + 1e-9);
        put_density(&small, k, to);
        put_density(&large, k, to);
        fprintf(to, ",%.5g\n", exp(-fabs(growth) / small.spread) / (2.0 * small.spread));
    }
}

static void growth_scaling(const struct firm_panel *p, const struct stylised_ask *ask, FILE *to)
{
    double square[BINS_MAX] = {0.0}, sum[BINS_MAX] = {0.0}, size[BINS_MAX] = {0.0}, weight[BINS_MAX] = {0.0};
    int64_t count[BINS_MAX] = {0};
    const int64_t n = stylised_growth(p, ask);
    for (int64_t i = 0; i < n; i++) {
        const double at = p->work[2][i] / log(2.0), w = p->work[1][i];
        const int b = at < 0.0 ? 0 : at < BINS_MAX - 1 ? (int)at : BINS_MAX - 1;
        square[b] += w * p->work[0][i] * p->work[0][i];
        sum[b] += w * p->work[0][i];
        size[b] += w * p->work[2][i];
        weight[b] += w;
        count[b]++;
    }
    fprintf(to, "workers,sd_of_growth,firm_years\n");
    for (int b = 0; b < BINS_MAX; b++)
        if (count[b] >= BIN_LEAST)
            fprintf(to, "%.4g,%.4g,%lld\n", exp(size[b] / weight[b]),
                    sqrt(square[b] / weight[b] - sum[b] / weight[b] * (sum[b] / weight[b])),
                    (long long)count[b]);
}

// ---- survival, productivity, investment ---------------------------------------------------------

static void survival(const struct firm_panel *p, const struct stylised_ask *ask, FILE *to)
{
    struct stylised_ask at = *ask;
    fprintf(to, "years,survival\n");
    for (int half = 0; half <= 20; half++) {
        at.parameter = 0.5 * half;
        const double share = stylised_estimator_find("survival_from_start")->estimate(p, &at);
        if (!isnan(share))
            fprintf(to, "%.1f,%.4f\n", at.parameter, share);
    }
}

static bool produces(const struct stylised_ask *ask, const struct firm_year *y)
{
    return y->year == ask->last_year && stylised_sized(ask, y) && y->whole && y->value_added_vnd > 0.0;
}

// Density of value added a worker over the median of the sector, in logs, last year.
static void productivity(const struct firm_panel *p, const struct stylised_ask *ask, FILE *to)
{
    double median[SECTORS_MAX], bin[STEPS] = {0.0}, total = 0.0;
    for (int s = 0; s < SECTORS_MAX; s++) {
        int64_t n = 0;
        for (int64_t i = 0; i < p->n; i++) {
            if (p->year[i].sector != s || !produces(ask, &p->year[i]))
                continue;
            p->work[0][n] = p->year[i].value_added_vnd / p->year[i].worker_years;
            p->work[1][n++] = p->year[i].weight;
        }
        median[s] = statistics_weighted_quantile(p->work[0], p->work[1], n, 0.5);
    }
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        if (!produces(ask, y) || y->sector >= SECTORS_MAX)
            continue;
        const double at = (log(y->value_added_vnd / y->worker_years / median[y->sector]) + 2.05) / 0.1;
        total += y->weight;
        if (at >= 0.0 && at < STEPS)
            bin[(int)at] += y->weight;
    }
    fprintf(to, "relative_productivity,density\n");
    for (int k = 0; k < STEPS; k++)
        fprintf(to, "%.4f,%.5g\n", exp(-2.0 + 0.1 * k), bin[k] / total / 0.1);
}

// Firm-years of at least 20 workers by investment over capital.
static void investment(const struct firm_panel *p, const struct stylised_ask *ask, FILE *to)
{
    static const double edges[] = {0.01, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0};
    enum { EDGES_N = sizeof edges / sizeof *edges };
    double bin[EDGES_N + 1] = {0.0}, total = 0.0;
    struct stylised_ask large = *ask;
    large.min_workers = 20.0;
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        int k = 0;
        if (!stylised_sized(&large, y) || !y->whole || !(y->capital_before_vnd > 0.0))
            continue;
        while (k < EDGES_N && y->investment_vnd > edges[k] * y->capital_before_vnd)
            k++;
        bin[k] += y->weight;
        total += y->weight;
    }
    fprintf(to, "investment_over_capital_percent,share_of_firm_years\n");
    for (int k = 0; k <= EDGES_N; k++) {
        if (k == 0)
            fprintf(to, "<%g", 100.0 * edges[0]);
        else if (k == EDGES_N)
            fprintf(to, ">%g", 100.0 * edges[EDGES_N - 1]);
        else
            fprintf(to, "%g-%g", 100.0 * edges[k - 1], 100.0 * edges[k]);
        fprintf(to, ",%.5g\n", bin[k] / total);
    }
}

const struct stylised_figure stylised_figures[] = {
    {"size_tail", "size distribution of enterprises", size_tail},
    {"growth_rates", "distribution of yearly growth", growth_rates},
    {"growth_scaling", "spread of growth by size", growth_scaling},
    {"survival", "survival since the first sale", survival},
    {"productivity", "dispersion of productivity within sectors", productivity},
    {"investment", "investment over capital", investment},
};
const int stylised_figures_n = sizeof stylised_figures / sizeof *stylised_figures;
