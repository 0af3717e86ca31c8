#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/calibrate_part.h"
#include "analysis/minimise.h"
#include "analysis/statistics.h"
#include "sim/rng.h"

enum { SWEEPS_BEFORE = 200, SWEEPS_EACH = 10 };
#define PRECISION_MIN 1e-6 // of a parameter that nothing determines, a prior deviation; its box then does

// A normal distribution with precision H around `centre`, cut to a box; in prior deviations from the
// estimate.
struct cut_normal {
    int n;
    double *precision, *centre;   // n x n, n
    double *value, *vector;       // eigenvalues and vectors (columns) of the precision
    double *low, *high, *x, *way; // the box, where the walk stands, a direction
    double *memory;
    struct rng rng;
    uint64_t draws;
};

// ---- the distribution ---------------------------------------------------------------------------

// C12: precision and centre from the linear approximation at the estimate.
static int cut_normal_open(struct calibrate_work *work, struct cut_normal *d, const double *jacobian,
                           const double *variance)
{
    const int p = work->terms->parameters_n, rows = calibrate_residuals_n(work);
    *d = (struct cut_normal){.n = p, .rng = {(uint32_t)work->terms->seed, UINT32_MAX}};
    d->memory = calloc((size_t)(2 * p * p + 6 * p + rows), sizeof *d->memory);
    if (!d->memory)
        return calibrate_no_memory(work);
    double *at[] = {d->memory, d->memory + 2 * p * p};
    d->precision = at[0], d->vector = at[0] + p * p;
    d->centre = at[1], d->value = at[1] + p, d->low = at[1] + 2 * p, d->high = at[1] + 3 * p;
    d->x = at[1] + 4 * p, d->way = at[1] + 5 * p;
    double *residual = at[1] + 6 * p, slope[CALIBRATE_PARAMETERS_MAX] = {0.0};
    calibrate_residuals(work, &work->c->trial[work->c->best], residual);
    for (int i = 0; i < p; i++)
        for (int j = 0; j < rows; j++) {
            slope[i] -= jacobian[j * p + i] * residual[j] / variance[j];
            for (int k = 0; k < p; k++)
                d->precision[i * p + k] += jacobian[j * p + i] * jacobian[j * p + k] / variance[j];
        }
    for (int i = 0; i < p; i++) {
        const struct calibrate_parameter *parameter = &work->terms->parameter[i];
        const double here = calibrate_scale(parameter, work->c->estimate[i].value);
        d->precision[i * p + i] += PRECISION_MIN;
        d->low[i] = (calibrate_scale(parameter, parameter->low) - here) / calibrate_prior_sd(parameter);
        d->high[i] = (calibrate_scale(parameter, parameter->high) - here) / calibrate_prior_sd(parameter);
    }
    if (minimise_eigen(p, d->precision, d->value, d->vector))
        return calibrate_no_memory(work);
    for (int k = 0; k < p; k++) { // centre = H^-1 slope
        double along = 0.0;
        for (int i = 0; i < p; i++)
            along += d->vector[i * p + k] * slope[i];
        for (int i = 0; i < p; i++)
            d->centre[i] += d->vector[i * p + k] * along / d->value[k];
    }
    return ERROR_NONE;
}

// ---- the walk -----------------------------------------------------------------------------------

// Moves along d->way by a draw from the distribution on that line.
static void walk(struct cut_normal *d)
{
    double first = -(double)INFINITY, last = (double)INFINITY, slope = 0.0, bend = 0.0;
    for (int i = 0; i < d->n; i++) {
        double pull = 0.0;
        for (int k = 0; k < d->n; k++) {
            pull += d->precision[i * d->n + k] * (d->x[k] - d->centre[k]);
            bend += d->way[i] * d->precision[i * d->n + k] * d->way[k];
        }
        slope += d->way[i] * pull;
        if (d->way[i] == 0.0)
            continue;
        const double a = (d->low[i] - d->x[i]) / d->way[i], b = (d->high[i] - d->x[i]) / d->way[i];
        first = (a < b ? a : b) > first ? (a < b ? a : b) : first;
        last = (a < b ? b : a) < last ? (a < b ? b : a) : last;
    }
    const double u = rng_uniform(d->rng, d->draws++, (struct rng_purpose){0, 0, 0});
    const double mean = -slope / bend, sd = 1.0 / sqrt(bend);
    if (!(first < last))
        return;
    const double t = mean + sd * statistics_normal_between(u, (first - mean) / sd, (last - mean) / sd);
    for (int i = 0; i < d->n; i++) {
        const double moved = d->x[i] + t * d->way[i];
        d->x[i] = moved < d->low[i] ? d->low[i] : moved > d->high[i] ? d->high[i] : moved;
    }
}

// Along every eigenvector, along which the uncut distribution is independent, and along every axis, along
// which the box is (Geweke 1991).
static void sweep(struct cut_normal *d)
{
    for (int k = 0; k < d->n; k++) {
        for (int i = 0; i < d->n; i++)
            d->way[i] = d->vector[i * d->n + k];
        walk(d);
    }
    for (int k = 0; k < d->n; k++) {
        for (int i = 0; i < d->n; i++)
            d->way[i] = i == k;
        walk(d);
    }
}

// ---- draws --------------------------------------------------------------------------------------

static void draw_all(struct calibrate_work *work, struct cut_normal *d)
{
    const int p = d->n;
    for (int s = 0; s < SWEEPS_BEFORE; s++)
        sweep(d);
    for (int64_t n = 0; n < work->terms->draws_n; n++) {
        for (int s = 0; s < SWEEPS_EACH; s++)
            sweep(d);
        for (int i = 0; i < p; i++) {
            const struct calibrate_parameter *parameter = &work->terms->parameter[i];
            const double here = calibrate_scale(parameter, work->c->estimate[i].value);
            work->c->draw[n * p + i] = calibrate_round(
                parameter, calibrate_unscale(parameter, here + calibrate_prior_sd(parameter) * d->x[i]));
        }
    }
}

// Half the weighted squares of the moments at a trial, and as the linear approximation has them there.
static double missed_by(const struct calibrate_work *work, const struct calibrate_trial *trial,
                        const double *jacobian, const double *variance, double *scratch)
{
    const int p = work->terms->parameters_n, m = work->c->moments_n, rows = calibrate_residuals_n(work);
    double *there = scratch, *here = scratch + rows, missed = 0.0;
    calibrate_residuals(work, trial, there);
    calibrate_residuals(work, &work->c->trial[work->c->best], here);
    for (int j = 0; j < m; j++) {
        double linear = here[j];
        for (int i = 0; i < p; i++) {
            const struct calibrate_parameter *parameter = &work->terms->parameter[i];
            linear += jacobian[j * p + i] *
                      (calibrate_scale(parameter, trial->point[i]) -
                       calibrate_scale(parameter, work->c->estimate[i].value)) /
                      calibrate_prior_sd(parameter);
        }
        missed += 0.5 * (linear * linear - there[j] * there[j]) / variance[j];
    }
    return missed;
}

static int weigh(struct calibrate_work *work, const double *jacobian, const double *variance)
{
    const int n = (int)work->terms->draws_n;
    int *trial = malloc((size_t)n * sizeof *trial);
    double *scratch = malloc(2 * (size_t)calibrate_residuals_n(work) * sizeof *scratch);
    int code = trial && scratch ? ERROR_NONE : calibrate_no_memory(work);
    calibrate_say(work, "%d draws are run through the model", n);
    if (!code)
        code = calibrate_try(work, n, work->c->draw, trial);
    for (int k = 0; k < n && !code; k++)
        work->c->log_weight[k] = missed_by(work, &work->c->trial[trial[k]], jacobian, variance, scratch);
    free(trial);
    free(scratch);
    return code;
}

static void summarise(struct calibrate_work *work)
{
    struct calibration *c = work->c;
    const int p = work->terms->parameters_n, n = (int)work->terms->draws_n;
    double highest = -(double)INFINITY, sum = 0.0, squares = 0.0;
    for (int k = 0; k < n; k++)
        highest = c->log_weight[k] > highest ? c->log_weight[k] : highest;
    for (int k = 0; k < n; k++) {
        const double weight = exp(c->log_weight[k] - highest);
        sum += weight;
        squares += weight * weight;
    }
    c->effective_n = n > 0 ? sum * sum / squares : 0.0;
    for (int i = 0; i < p; i++) {
        double mean = 0.0, spread = 0.0;
        for (int k = 0; k < n; k++)
            mean += exp(c->log_weight[k] - highest) / sum * c->draw[k * p + i];
        for (int k = 0; k < n; k++)
            spread += exp(c->log_weight[k] - highest) / sum * (c->draw[k * p + i] - mean) *
                      (c->draw[k * p + i] - mean);
        c->estimate[i].posterior_mean = n > 0 ? mean : (double)NAN;
        c->estimate[i].posterior_sd = n > 0 ? sqrt(spread) : (double)NAN;
    }
}

int calibrate_sample(struct calibrate_work *work, const double *jacobian, const double *variance)
{
    const size_t n = (size_t)work->terms->draws_n, p = (size_t)work->terms->parameters_n;
    struct cut_normal d = {0};
    work->c->draw = calloc(n * p + 1, sizeof *work->c->draw);
    work->c->log_weight = calloc(n + 1, sizeof *work->c->log_weight);
    int code = work->c->draw && work->c->log_weight ? ERROR_NONE : calibrate_no_memory(work);
    if (!code)
        code = cut_normal_open(work, &d, jacobian, variance);
    if (!code)
        draw_all(work, &d);
    if (!code && work->terms->weighted && n > 0)
        code = weigh(work, jacobian, variance);
    if (!code)
        summarise(work);
    free(d.memory);
    return code;
}
