#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/calibrate_part.h"
#include "analysis/minimise.h"
#include "analysis/statistics.h"

enum { DAMPINGS = 4, REFUSALS_MAX = 2 };
#define DAMPING_START 0.1
#define STEP_GROWTH   4.0 // as far as the step of differences grows where it finds no way down
static const double damping_factor[DAMPINGS] = {0.1, 1.0, 10.0, 100.0};

void calibrate_say(const struct calibrate_work *work, const char *format, ...)
{
    char line[ERROR_TEXT_MAX];
    va_list args;
    if (!work->model->say)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    work->model->say(work->model->ctx, line);
}

int calibrate_no_memory(struct calibrate_work *work)
{
    return error_add(work->err, ERROR_WORK, "%s: no memory", work->terms->name);
}

// Whether so many more trials may be made and the report's Jacobian still can.
static bool room(const struct calibrate_work *work, int more)
{
    return work->c->trials_n + more + 2 * work->terms->parameters_n <= work->terms->trials_max;
}

static double objective(const struct calibrate_work *work, int trial)
{
    return work->c->trial[trial].objective;
}

static void end(struct calibrate_work *work, bool finished, const char *how)
{
    work->c->finished = finished;
    snprintf(work->c->ended, sizeof work->c->ended, "%s", how);
}

// ---- one iteration ------------------------------------------------------------------------------

// A local search: where it stands, and the differences there by the logits.
struct descent {
    int at;           // trial
    int rows;         //
    double damping;   //
    double step;      // of the differences
    double *residual; // rows
    double *slope;    // rows x parameters
    double *length;   // of the columns
    double *other;    // rows
};

static int descent_open(struct calibrate_work *work, struct descent *d, int at)
{
    const size_t p = (size_t)work->terms->parameters_n, n = (size_t)calibrate_residuals_n(work);
    *d = (struct descent){.at = at, .rows = (int)n, .damping = DAMPING_START, .step = work->terms->step};
    d->residual = malloc((2 * n + n * p + p) * sizeof *d->residual);
    if (!d->residual)
        return calibrate_no_memory(work);
    d->other = d->residual + n;
    d->slope = d->other + n;
    d->length = d->slope + n * p;
    return ERROR_NONE;
}

// C4: forward differences on the logit scale, towards the middle of the box.
static int descent_differences(struct calibrate_work *work, struct descent *d)
{
    const int p = work->terms->parameters_n;
    double *point = malloc((size_t)p * (size_t)p * sizeof *point);
    int *trial = malloc((size_t)p * sizeof *trial);
    const struct calibrate_parameter *parameter = work->terms->parameter;
    int code = point && trial ? ERROR_NONE : calibrate_no_memory(work);
    for (int k = 0; k < p && !code; k++) {
        memcpy(point + (size_t)k * (size_t)p, work->c->trial[d->at].point, (size_t)p * sizeof *point);
        double *x = &point[k * p + k];
        const double u = calibrate_logit(&parameter[k], *x);
        *x = calibrate_unlogit(&parameter[k], u + (u > 0.0 ? -1.0 : 1.0) * d->step);
    }
    if (!code)
        code = calibrate_try(work, p, point, trial);
    if (!code)
        calibrate_residuals(work, &work->c->trial[d->at], d->residual);
    for (int k = 0; k < p && !code; k++) {
        const double u = calibrate_logit(&parameter[k], work->c->trial[d->at].point[k]);
        const double run = calibrate_logit(&parameter[k], point[k * p + k]) - u;
        calibrate_residuals(work, &work->c->trial[trial[k]], d->other);
        double squares = 0.0;
        for (int i = 0; i < d->rows; i++) {
            const double slope = run != 0.0 ? (d->other[i] - d->residual[i]) / run : 0.0;
            d->slope[i * p + k] = slope;
            squares += slope * slope;
        }
        d->length[k] = sqrt(squares);
    }
    free(point);
    free(trial);
    return code;
}

// C5: the damped step, shortened to move_max.
static int descent_point(struct calibrate_work *work, const struct descent *d, double damping, double *point)
{
    const int p = work->terms->parameters_n;
    double scale[CALIBRATE_PARAMETERS_MAX], step[CALIBRATE_PARAMETERS_MAX], longest = 0.0, length = 0.0;
    for (int k = 0; k < p; k++)
        length = d->length[k] > length ? d->length[k] : length;
    for (int k = 0; k < p; k++)
        scale[k] = d->length[k] > 1e-3 * length ? d->length[k] : 1e-3 * length + 1e-12;
    for (int i = 0; i < d->rows; i++)
        d->other[i] = -d->residual[i];
    if (minimise_damped(d->rows, p, d->slope, d->other, damping, scale, step))
        return error_add(work->err, ERROR_WORK, "%s: a step cannot be computed", work->terms->name);
    for (int k = 0; k < p; k++)
        longest = fabs(step[k]) > longest ? fabs(step[k]) : longest;
    const double share = longest > work->terms->move_max ? work->terms->move_max / longest : 1.0;
    for (int k = 0; k < p; k++) {
        const struct calibrate_parameter *parameter = &work->terms->parameter[k];
        const double u = calibrate_logit(parameter, work->c->trial[d->at].point[k]);
        point[k] = calibrate_unlogit(parameter, u + share * step[k]);
    }
    return ERROR_NONE;
}

// Tries several dampings at once; moves if one of them is better. `gain` is what the objective falls by.
static int descent_step(struct calibrate_work *work, struct descent *d, double *gain)
{
    const int p = work->terms->parameters_n;
    double point[DAMPINGS * CALIBRATE_PARAMETERS_MAX];
    int trial[DAMPINGS], best = -1, code = ERROR_NONE;
    *gain = 0.0;
    for (int refused = 0; refused < REFUSALS_MAX && best < 0 && room(work, DAMPINGS) && !code; refused++) {
        for (int i = 0; i < DAMPINGS && !code; i++)
            code = descent_point(work, d, d->damping * damping_factor[i], point + i * p);
        if (!code)
            code = calibrate_try(work, DAMPINGS, point, trial);
        for (int i = 0; i < DAMPINGS && !code; i++)
            if (objective(work, trial[i]) < objective(work, best < 0 ? d->at : trial[best]))
                best = i;
        d->damping *= best >= 0 ? damping_factor[best] : 1000.0;
    }
    if (code || best < 0)
        return code;
    d->damping = d->damping < 1e-6 ? 1e-6 : d->damping;
    *gain = objective(work, d->at) - objective(work, trial[best]);
    d->at = trial[best];
    return ERROR_NONE;
}

// ---- stages -------------------------------------------------------------------------------------

// Where differences find no way down, simulation noise may hide it: they are then made with twice the step.
static bool look_farther(const struct calibrate_work *work, struct descent *d)
{
    d->damping = DAMPING_START;
    d->step *= 2.0;
    return d->step <= STEP_GROWTH * work->terms->step;
}

static int search_locally(struct calibrate_work *work, int *trial)
{
    struct descent d;
    int code = descent_open(work, &d, *trial);
    end(work, false, "the iterations are used up");
    for (int i = 0; i < work->terms->iterations_n && !code; i++) {
        double gain = 0.0;
        if (!room(work, work->terms->parameters_n + DAMPINGS)) {
            end(work, false, "the trials are used up");
            break;
        }
        const double before = objective(work, d.at);
        code = descent_differences(work, &d);
        if (!code)
            code = descent_step(work, &d, &gain);
        if (code)
            break;
        calibrate_say(work, "iteration %d: objective %.6g, step %.2g, damping %.2g, %d trials", i + 1,
                      objective(work, d.at), d.step, d.damping, work->c->trials_n);
        if (gain <= work->terms->gain_min * before && !look_farther(work, &d)) {
            end(work, true, "no step gains enough");
            break;
        }
    }
    *trial = d.at;
    free(d.residual);
    return code;
}

// Sobol points through the priors within the bounds, C6.
static int search_globally(struct calibrate_work *work, int *trial)
{
    const int p = work->terms->parameters_n, n = (int)work->terms->sobol_n;
    double *point = malloc((size_t)n * (size_t)p * sizeof *point + 1);
    int code = point ? ERROR_NONE : calibrate_no_memory(work);
    if (!code && n > 0 && minimise_sobol(p, n, point))
        code = calibrate_no_memory(work);
    for (int i = 0; i < n * p && !code; i++) {
        const struct calibrate_parameter *parameter = &work->terms->parameter[i % p];
        const double low = calibrate_scale(parameter, parameter->low),
                     high = calibrate_scale(parameter, parameter->high);
        const double mean = calibrate_prior_mean(parameter), sd = calibrate_prior_sd(parameter);
        const double z = parameter->prior == CALIBRATE_UNIFORM
                             ? (low + point[i] * (high - low) - mean) / sd
                             : statistics_normal_between(point[i], (low - mean) / sd, (high - mean) / sd);
        point[i] = calibrate_round(parameter, calibrate_unscale(parameter, mean + sd * z));
    }
    if (!code && n > 0)
        code = calibrate_try(work, n, point, trial);
    free(point);
    return code;
}

// The simplex, on the logit scale.
struct simplex {
    struct calibrate_work *work;
    int code;
};

static double simplex_objective(void *ctx, const double *logit)
{
    struct simplex *simplex = ctx;
    double point[CALIBRATE_PARAMETERS_MAX];
    int trial = -1;
    if (!room(simplex->work, 1))
        return MINIMISE_STOP;
    for (int k = 0; k < simplex->work->terms->parameters_n; k++)
        point[k] = calibrate_unlogit(&simplex->work->terms->parameter[k], logit[k]);
    simplex->code = calibrate_try(simplex->work, 1, point, &trial);
    return simplex->code ? MINIMISE_STOP : objective(simplex->work, trial);
}

static int search_simplex(struct calibrate_work *work, int from)
{
    const int p = work->terms->parameters_n;
    double logit[CALIBRATE_PARAMETERS_MAX], edge[CALIBRATE_PARAMETERS_MAX];
    struct simplex simplex = {work, ERROR_NONE};
    for (int k = 0; k < p; k++) {
        logit[k] = calibrate_logit(&work->terms->parameter[k], work->c->trial[from].point[k]);
        edge[k] = logit[k] > 0.0 ? -0.5 : 0.5;
    }
    const int calls = (int)work->terms->simplex_n;
    if (minimise_simplex(p, simplex_objective, &simplex, edge, calls, 1e-3, logit) && !simplex.code)
        return calibrate_no_memory(work);
    calibrate_say(work, "simplex: %d trials", work->c->trials_n);
    return simplex.code;
}

static int best_trial(const struct calibrate_work *work)
{
    int best = 0;
    for (int i = 1; i < work->c->trials_n; i++)
        best = objective(work, i) < objective(work, best) ? i : best;
    return best;
}

static int compare_objectives(const void *a, const void *b, void *ctx)
{
    const struct calibration *c = ctx;
    const double x = c->trial[*(const int *)a].objective, y = c->trial[*(const int *)b].objective;
    return x != y ? (x > y) - (x < y) : *(const int *)a - *(const int *)b;
}

static int search(struct calibrate_work *work)
{
    const struct calibrate_terms *terms = work->terms;
    const int n = (int)terms->sobol_n + 1;
    int *trial = malloc((size_t)n * sizeof *trial);
    if (!trial)
        return calibrate_no_memory(work);
    trial[0] = 0;
    int code = search_globally(work, trial + 1);
    if (!code)
        qsort_r(trial, (size_t)n, sizeof *trial, compare_objectives, work->c);
    if (!code && n > 1)
        calibrate_say(work, "start and %d Sobol points: objective %.6g, at the start %.6g", n - 1,
                      objective(work, trial[0]), objective(work, 0));
    for (int i = 0; i < terms->starts_n && i < n && !code; i++)
        code = search_locally(work, &trial[i]);
    if (!code && terms->simplex_n > 0)
        code = search_simplex(work, best_trial(work));
    free(trial);
    work->c->best = code ? 0 : best_trial(work);
    return code;
}

// ---- the whole ----------------------------------------------------------------------------------

static int try_start(struct calibrate_work *work)
{
    double point[CALIBRATE_PARAMETERS_MAX];
    const int p = work->terms->parameters_n;
    int trial;
    for (int k = 0; k < p; k++)
        point[k] = calibrate_round(&work->terms->parameter[k], work->terms->parameter[k].start);
    const int code = calibrate_try(work, 1, point, &trial);
    if (!code)
        calibrate_say(work, "start: objective %.6g, %d moments, %d parameters", objective(work, trial),
                      work->c->moments_n, p);
    return code;
}

static int work_open(struct calibrate_work *work, const struct moments *moments)
{
    int *chosen = malloc(((size_t)moments->n + 1) * sizeof *chosen);
    const size_t n = (size_t)moments->n + 1;
    int code = chosen ? ERROR_NONE : calibrate_no_memory(work);
    if (!code)
        code = calibrate_choose(work->terms, moments, chosen, &work->chosen_n, work->err);
    work->chosen = malloc(n * sizeof *work->chosen);
    work->fitted = malloc(n * sizeof *work->fitted);
    work->c->fit = calloc(n, sizeof *work->c->fit);
    if (!code && (!work->chosen || !work->fitted || !work->c->fit))
        code = calibrate_no_memory(work);
    for (int j = 0; j < work->chosen_n && !code; j++)
        work->chosen[j] = &moments->moment[chosen[j]];
    work->recalled_n = journal_records_n(work->journal);
    free(chosen);
    return code;
}

int calibrate_run(struct calibration **calibration, const struct calibrate_terms *terms,
                  const struct moments *moments, struct journal *journal, const struct calibrate_model *model,
                  struct error *err)
{
    struct calibrate_work work = {.terms = terms, .model = model, .journal = journal, .err = err};
    *calibration = NULL;
    if (terms->trials_max < terms->sobol_n + 1 + 2 * terms->parameters_n)
        return error_add(
            err, ERROR_INPUT,
            "search.trials_max: %lld trials are too few for %lld Sobol points, the start and the "
            "report's Jacobian; allowed: from %lld",
            (long long)terms->trials_max, (long long)terms->sobol_n,
            (long long)(terms->sobol_n + 1 + 2 * terms->parameters_n));
    work.c = calloc(1, sizeof *work.c);
    if (!work.c)
        return calibrate_no_memory(&work);
    work.c->terms = terms;
    int code = work_open(&work, moments);
    if (!code)
        code = try_start(&work);
    if (!code)
        code = search(&work);
    if (!code)
        code = calibrate_infer(&work);
    free(work.chosen);
    free(work.fitted);
    if (code)
        calibrate_free(work.c);
    else
        *calibration = work.c;
    return code;
}

void calibrate_free(struct calibration *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->trials_n; i++)
        free(c->trial[i].point);
    free(c->trial);
    free(c->fit);
    free(c->singular);
    free(c->direction);
    free(c->sensitivity);
    free(c->draw);
    free(c->log_weight);
    free(c);
}
