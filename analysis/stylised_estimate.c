#include "analysis/stylised_estimate.h"

#include <math.h>
#include <string.h>
#include "analysis/statistics.h"

enum { ROWS_LEAST = 50, SECTORS_MAX = 64, YEARS_MAX = 32, BINS_MAX = 24, BIN_LEAST = 100, YOUNG_MONTHS = 60 };

bool stylised_counts(const struct stylised_ask *ask, const struct firm_year *y)
{
    return y->group != ask->left_out && y->year >= ask->first_year && y->year <= ask->last_year &&
           (ask->sector < 0 || y->sector == ask->sector);
}

static bool within(const struct stylised_ask *ask, double workers)
{
    return workers > 0.0 && !(workers < ask->min_workers) && !(workers >= ask->max_workers);
}

bool stylised_sized(const struct stylised_ask *ask, const struct firm_year *y)
{
    return stylised_counts(ask, y) && within(ask, y->workers_before);
}

static bool survives(const struct firm_year *y)
{
    return y->is == FIRM_OPERATING || y->is == FIRM_SUSPENDED;
}

// A weighted mean that grows.
struct mean {
    double sum, weight;
    int64_t n;
};

static void add(struct mean *m, double value, double weight)
{
    m->sum += weight * value;
    m->weight += weight;
    m->n++;
}

static double mean_of(const struct mean *m)
{
    return m->n >= ROWS_LEAST && m->weight > 0.0 ? m->sum / m->weight : (double)NAN;
}

// ---- size ---------------------------------------------------------------------------------------

// Exponent of P(workers > x) above min_workers: weighted Hill estimator over the firm-years.
static double tail_exponent(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean log_ratio = {0};
    for (int64_t i = 0; i < p->n; i++)
        if (stylised_counts(ask, &p->year[i]) && p->year[i].is == FIRM_OPERATING &&
            within(ask, p->year[i].workers))
            add(&log_ratio, log(p->year[i].workers / ask->min_workers), p->year[i].weight);
    return 1.0 / mean_of(&log_ratio);
}

// ---- growth -------------------------------------------------------------------------------------

int64_t stylised_growth(const struct firm_panel *p, const struct stylised_ask *ask)
{
    static const struct mean none;
    struct mean common[SECTORS_MAX][YEARS_MAX];
    int64_t n = 0;
    for (int s = 0; s < SECTORS_MAX; s++)
        for (int t = 0; t < YEARS_MAX; t++)
            common[s][t] = none;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < p->n; i++) {
            const struct firm_year *y = &p->year[i], *before = firm_panel_before(p, i, 1);
            const int s = y->sector, t = y->year - ask->first_year;
            if (!stylised_counts(ask, y) || !before || !before->whole || !y->whole || s >= SECTORS_MAX ||
                t >= YEARS_MAX || !(before->sales_vnd > 0.0) || !(y->sales_vnd > 0.0))
                continue;
            const double growth = log(y->sales_vnd / before->sales_vnd);
            if (pass == 0) {
                add(&common[s][t], growth, y->weight);
            } else if (within(ask, before->workers_before)) {
                p->work[0][n] = growth - common[s][t].sum / common[s][t].weight;
                p->work[1][n] = y->weight;
                p->work[2][n] = log(before->workers_before);
                p->work[3][n++] = log(1.0 + (y->age_months > 0 ? y->age_months / 12.0 : 0.0));
            }
        }
    return n;
}

static double growth_shape(const struct firm_panel *p, const struct stylised_ask *ask)
{
    const int64_t n = stylised_growth(p, ask);
    return n < ROWS_LEAST ? (double)NAN : statistics_subbotin_shape(p->work[0], p->work[1], n);
}

// Of workers between two ends of years.
static double growth_shape_workers(const struct firm_panel *p, const struct stylised_ask *ask)
{
    int64_t n = 0;
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        if (!stylised_sized(ask, y) || !(y->workers > 0.0))
            continue;
        p->work[0][n] = log(y->workers / y->workers_before);
        p->work[1][n++] = y->weight;
    }
    return n < ROWS_LEAST ? (double)NAN : statistics_subbotin_shape(p->work[0], p->work[1], n);
}

// beta in sd(growth) ~ workers^-beta, from bins of a factor of 2 in size with at least BIN_LEAST firm-years.
static double growth_scaling(const struct firm_panel *p, const struct stylised_ask *ask)
{
    const int64_t n = stylised_growth(p, ask);
    struct mean growth[BINS_MAX] = {{0}}, square[BINS_MAX] = {{0}}, size[BINS_MAX] = {{0}};
    double x[BINS_MAX], y[BINS_MAX], weight[BINS_MAX], slope;
    int64_t bins_n = 0;
    for (int64_t i = 0; i < n; i++) {
        const double at = p->work[2][i] / log(2.0);
        const int b = at < 0.0 ? 0 : at < BINS_MAX - 1 ? (int)at : BINS_MAX - 1;
        add(&growth[b], p->work[0][i], p->work[1][i]);
        add(&square[b], p->work[0][i] * p->work[0][i], p->work[1][i]);
        add(&size[b], p->work[2][i], p->work[1][i]);
    }
    for (int b = 0; b < BINS_MAX; b++) {
        const double m = mean_of(&growth[b]), variance = mean_of(&square[b]) - m * m;
        if (growth[b].n < BIN_LEAST || !(variance > 0.0))
            continue;
        x[bins_n] = mean_of(&size[b]);
        y[bins_n] = 0.5 * log(variance);
        weight[bins_n++] = (double)growth[b].n;
    }
    const struct statistics_rows rows = {x, y, weight, bins_n, 1};
    statistics_slopes(&rows, &slope);
    return bins_n < 3 ? (double)NAN : -slope;
}

static double growth_on_size(const struct firm_panel *p, const struct stylised_ask *ask)
{
    const int64_t n = stylised_growth(p, ask);
    const struct statistics_rows rows = {p->work[2], p->work[0], p->work[1], n, 1};
    double slope;
    statistics_slopes(&rows, &slope);
    return n < ROWS_LEAST ? (double)NAN : slope;
}

// The slope on the log of size, the log of age held constant: by Frisch and Waugh, age is taken out of both.
static double growth_on_size_given_age(const struct firm_panel *p, const struct stylised_ask *ask)
{
    const int64_t n = stylised_growth(p, ask);
    double growth_age, size_age, slope;
    if (n < ROWS_LEAST)
        return (double)NAN;
    statistics_slopes(&(struct statistics_rows){p->work[3], p->work[0], p->work[1], n, 1}, &growth_age);
    statistics_slopes(&(struct statistics_rows){p->work[3], p->work[2], p->work[1], n, 1}, &size_age);
    for (int64_t i = 0; i < n; i++) {
        p->work[0][i] -= growth_age * p->work[3][i];
        p->work[2][i] -= size_age * p->work[3][i];
    }
    statistics_slopes(&(struct statistics_rows){p->work[2], p->work[0], p->work[1], n, 1}, &slope);
    return slope;
}

// Growth of workers in logs, firms below 5 years less those above.
static double growth_of_young(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean of[2] = {{0}};
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        if (stylised_sized(ask, y) && y->workers > 0.0)
            add(&of[y->age_months < YOUNG_MONTHS], log(y->workers / y->workers_before), y->weight);
    }
    return mean_of(&of[1]) - mean_of(&of[0]);
}

// Share of the firms with at least min_workers at the start that then grew, in workers, by more than the
// parameter a year over 3 years: Eurostat-OECD manual on business demography statistics.
static double high_growth(const struct firm_panel *p, const struct stylised_ask *ask)
{
    const double factor = pow(1.0 + ask->parameter, 3.0);
    struct mean high = {0};
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i], *start = firm_panel_before(p, i, 2);
        if (stylised_counts(ask, y) && start && within(ask, start->workers_before) && y->workers > 0.0)
            add(&high, y->workers > factor * start->workers_before, y->weight);
    }
    return mean_of(&high);
}

// Net creation of jobs (entry and exit included) over jobs before, firms below 5 years less those above.
static double jobs_of_young(const struct firm_panel *p, const struct stylised_ask *ask)
{
    double created[2] = {0.0}, jobs[2] = {0.0};
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        const double before = y->workers_before > 0.0 ? y->workers_before : 0.0;
        const double after = y->workers > 0.0 ? y->workers : 0.0;
        const int young = y->age_months < YOUNG_MONTHS;
        if (!stylised_counts(ask, y) || (y->was == FIRM_ABSENT && y->age_months >= 0)) // a part of a split
            continue;
        created[young] += y->weight * (after - before);
        jobs[young] += y->weight * 0.5 * (after + before);
    }
    return created[1] / jobs[1] - created[0] / jobs[0];
}

// ---- survival -----------------------------------------------------------------------------------

static double survival_of_year(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean alive = {0};
    for (int64_t i = 0; i < p->n; i++)
        if (stylised_sized(ask, &p->year[i]))
            add(&alive, survives(&p->year[i]), p->year[i].weight);
    return mean_of(&alive);
}

// Product-limit estimate over the months since the first sale, of firms registered in the run.
static double survival_from_start(const struct firm_panel *p, const struct stylised_ask *ask)
{
    const int months = (int)(12.0 * ask->parameter);
    double survival = 1.0;
    for (int age = 0; age < months; age++) {
        double at_risk = 0.0, ended = 0.0;
        for (int g = 0; g < FIRM_GROUPS && age < FIRM_LIFE_MONTHS; g++) {
            at_risk += g == ask->left_out ? 0.0 : p->at_risk[g][age];
            ended += g == ask->left_out ? 0.0 : p->ended[g][age];
        }
        if (!(at_risk > 0.0))
            return (double)NAN;
        survival *= 1.0 - ended / at_risk;
    }
    return survival;
}

// Exit rate of the firms below `parameter` workers less that of the others.
static double exit_of_small(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean of[2] = {{0}};
    for (int64_t i = 0; i < p->n; i++)
        if (stylised_sized(ask, &p->year[i]))
            add(&of[p->year[i].workers_before < ask->parameter], !survives(&p->year[i]), p->year[i].weight);
    return mean_of(&of[1]) - mean_of(&of[0]);
}

static double exit_of_young(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean of[2] = {{0}};
    for (int64_t i = 0; i < p->n; i++)
        if (stylised_sized(ask, &p->year[i]))
            add(&of[p->year[i].age_months < YOUNG_MONTHS], !survives(&p->year[i]), p->year[i].weight);
    return mean_of(&of[1]) - mean_of(&of[0]);
}

// Firms that began to trade plus firms that ceased, over those that operated or were suspended before.
static double turnover(const struct firm_panel *p, const struct stylised_ask *ask)
{
    double stock = 0.0, moved = 0.0;
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        const bool before = y->was == FIRM_OPERATING || y->was == FIRM_SUSPENDED;
        const bool fresh = y->was == FIRM_UNTRADING || (y->was == FIRM_ABSENT && y->age_months < 0);
        if (!stylised_counts(ask, y))
            continue;
        stock += before ? y->weight : 0.0;
        moved += (before && !survives(y)) || (fresh && y->sales_vnd > 0.0) ? y->weight : 0.0;
    }
    return stock > 0.0 ? moved / stock : (double)NAN;
}

// ---- innovation, productivity, investment -------------------------------------------------------

// Share of active firm-years among those whose year before was active (parameter 1) or was not (0).
static double innovation_after(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean active = {0};
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i], *before = firm_panel_before(p, i, 1);
        if (stylised_sized(ask, y) && before && before->whole && y->whole &&
            before->active == (ask->parameter > 0.5))
            add(&active, y->active, y->weight);
    }
    return mean_of(&active);
}

// 90th over 10th percentile of value added a worker within each sector, averaged with the firms as weights.
static double productivity_ratio(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean ratio = {0};
    for (int s = 0; s < SECTORS_MAX; s++) {
        double total = 0.0;
        int64_t n = 0;
        for (int64_t i = 0; i < p->n; i++) {
            const struct firm_year *y = &p->year[i];
            if (y->sector != s || !stylised_sized(ask, y) || !y->whole || !(y->value_added_vnd > 0.0))
                continue;
            p->work[0][n] = y->value_added_vnd / y->worker_years;
            p->work[1][n++] = y->weight;
            total += y->weight;
        }
        if (n < ROWS_LEAST)
            continue;
        const double low = statistics_weighted_quantile(p->work[0], p->work[1], n, 0.1);
        const double high = statistics_weighted_quantile(p->work[0], p->work[1], n, 0.9);
        add(&ratio, high / low, total);
    }
    return ratio.n > 0 ? ratio.sum / ratio.weight : (double)NAN;
}

static bool invests(const struct stylised_ask *ask, const struct firm_year *y)
{
    return stylised_sized(ask, y) && y->whole && y->capital_before_vnd > 0.0;
}

static double investment_above(const struct firm_panel *p, const struct stylised_ask *ask)
{
    struct mean high = {0};
    for (int64_t i = 0; i < p->n; i++)
        if (invests(ask, &p->year[i]))
            add(&high, p->year[i].investment_vnd > ask->parameter * p->year[i].capital_before_vnd,
                p->year[i].weight);
    return mean_of(&high);
}

static double investment_below(const struct firm_panel *p, const struct stylised_ask *ask)
{
    return 1.0 - investment_above(p, ask);
}

// Share of all investment that is made in the years of spikes.
static double investment_in_spikes(const struct firm_panel *p, const struct stylised_ask *ask)
{
    double all = 0.0, spikes = 0.0;
    for (int64_t i = 0; i < p->n; i++) {
        const struct firm_year *y = &p->year[i];
        if (!invests(ask, y))
            continue;
        all += y->weight * y->investment_vnd;
        spikes +=
            y->investment_vnd > ask->parameter * y->capital_before_vnd ? y->weight * y->investment_vnd : 0.0;
    }
    return all > 0.0 ? spikes / all : (double)NAN;
}

// ---- the list -----------------------------------------------------------------------------------

const struct stylised_estimator stylised_estimators[] = {
    {"tail_exponent", "", tail_exponent, "exponent of P(workers > x) above min_workers (weighted Hill)"},
    {"growth_shape", "", growth_shape, "Subbotin's b of yearly sales growth (maximum likelihood)"},
    {"growth_shape_workers", "", growth_shape_workers, "the same of workers, end of year over end of year"},
    {"growth_scaling", "", growth_scaling, "beta in sd(growth) ~ workers^-beta (bins of a factor of 2)"},
    {"growth_on_size", "", growth_on_size, "slope of sales growth on log workers (least squares)"},
    {"growth_on_size_given_age", "", growth_on_size_given_age, "the same, log age held constant"},
    {"growth_of_young", "", growth_of_young, "log growth of workers, firms below 5 years less older ones"},
    {"high_growth", "growth a year", high_growth, "share growing faster in workers over 3 years"},
    {"jobs_of_young", "", jobs_of_young, "net job creation rate, firms below 5 years less older ones"},
    {"survival_of_year", "", survival_of_year, "share of operating firms alive a year later"},
    {"survival_from_start", "years", survival_from_start, "product limit since the first sale"},
    {"exit_of_small", "workers", exit_of_small, "exit rate below so many workers less that above"},
    {"exit_of_young", "", exit_of_young, "exit rate, firms below 5 years less older ones"},
    {"turnover", "", turnover, "starters plus leavers over the firms before"},
    {"innovation_after", "1: activity, 0: none", innovation_after,
     "share active in innovation after a year of that"},
    {"productivity_ratio", "", productivity_ratio, "90/10 of value added a worker within sectors"},
    {"investment_above", "share of capital", investment_above, "firm-years that invest more"},
    {"investment_below", "share of capital", investment_below, "firm-years that invest no more"},
    {"investment_in_spikes", "share of capital", investment_in_spikes,
     "share of investment in the firm-years that invest more"},
};
const int stylised_estimators_n = sizeof stylised_estimators / sizeof *stylised_estimators;

const struct stylised_estimator *stylised_estimator_find(const char *name)
{
    for (int i = 0; i < stylised_estimators_n; i++)
        if (strcmp(stylised_estimators[i].name, name) == 0)
            return &stylised_estimators[i];
    return NULL;
}
