#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/calibrate_part.h"

#define LOGIT_MAX 6.9 // within a thousandth of the box from a bound

// ---- scales -------------------------------------------------------------------------------------

double calibrate_scale(const struct calibrate_parameter *p, double value)
{
    return p->prior == CALIBRATE_LOG_NORMAL ? log(value) : value;
}

double calibrate_unscale(const struct calibrate_parameter *p, double scaled)
{
    return p->prior == CALIBRATE_LOG_NORMAL ? exp(scaled) : scaled;
}

double calibrate_slope(const struct calibrate_parameter *p, double value)
{
    return p->prior == CALIBRATE_LOG_NORMAL ? value : 1.0;
}

double calibrate_prior_mean(const struct calibrate_parameter *p)
{
    return p->prior == CALIBRATE_UNIFORM
               ? 0.5 * (p->low + p->high)
               : calibrate_scale(p, isnan(p->prior_mean) ? p->start : p->prior_mean);
}

double calibrate_prior_sd(const struct calibrate_parameter *p)
{
    return p->prior == CALIBRATE_UNIFORM ? (p->high - p->low) / sqrt(12.0) : p->prior_sd;
}

// C3: u = ln(z / (1 - z)), z the place between the bounds on the prior's scale.
double calibrate_logit(const struct calibrate_parameter *p, double value)
{
    const double low = calibrate_scale(p, p->low), high = calibrate_scale(p, p->high);
    const double z = (calibrate_scale(p, value) - low) / (high - low);
    const double u = z <= 0.0 ? -LOGIT_MAX : z >= 1.0 ? LOGIT_MAX : log(z / (1.0 - z));
    return u < -LOGIT_MAX ? -LOGIT_MAX : u > LOGIT_MAX ? LOGIT_MAX : u;
}

double calibrate_unlogit(const struct calibrate_parameter *p, double logit)
{
    const double low = calibrate_scale(p, p->low), high = calibrate_scale(p, p->high);
    const double u = logit < -LOGIT_MAX ? -LOGIT_MAX : logit > LOGIT_MAX ? LOGIT_MAX : logit;
    return calibrate_round(p, calibrate_unscale(p, low + (high - low) / (1.0 + exp(-u))));
}

double calibrate_round(const struct calibrate_parameter *p, double value)
{
    char text[40];
    double rounded = value;
    snprintf(text, sizeof text, p->whole ? "%.0f" : "%.7e", value);
    number_real(text, &rounded);
    return rounded < p->low ? p->low : rounded > p->high ? p->high : rounded;
}

// ---- residuals ----------------------------------------------------------------------------------

int calibrate_residuals_n(const struct calibrate_work *work)
{
    int n = work->c->moments_n;
    for (int k = 0; k < work->terms->parameters_n; k++)
        n += work->terms->parameter[k].prior != CALIBRATE_UNIFORM;
    return n;
}

void calibrate_residuals(const struct calibrate_work *work, const struct calibrate_trial *trial, double *out)
{
    const struct calibration *c = work->c;
    int n = 0;
    for (int j = 0; j < c->moments_n; j++) {
        const double model = trial->mean[work->fitted[j]];
        out[n++] = isnan(model) ? work->terms->missing_tolerances
                                : (model - c->fit[j].moment->value) / c->fit[j].tolerance;
    }
    for (int k = 0; k < work->terms->parameters_n; k++) {
        const struct calibrate_parameter *p = &work->terms->parameter[k];
        if (p->prior != CALIBRATE_UNIFORM)
            out[n++] =
                (calibrate_scale(p, trial->point[k]) - calibrate_prior_mean(p)) / calibrate_prior_sd(p);
    }
}

// By the first trial: which of the chosen moments have a value, and are fitted.
static int choose_fitted(struct calibrate_work *work, const struct calibrate_trial *first)
{
    struct calibration *c = work->c;
    for (int j = 0; j < work->chosen_n; j++) {
        const struct moment *moment = work->chosen[j];
        const size_t used = strlen(c->left_out);
        if (isnan(first->mean[j])) {
            snprintf(c->left_out + used, sizeof c->left_out - used, "%s%s", used > 0 ? ", " : "", moment->id);
            continue;
        }
        work->fitted[c->moments_n] = j;
        c->fit[c->moments_n++] =
            (struct calibrate_fit){.moment = moment, .tolerance = calibrate_tolerance(work->terms, moment)};
    }
    return c->moments_n > 0 ? ERROR_NONE
                            : error_add(work->err, ERROR_INPUT, "%s: no moment has a value at the start",
                                        work->terms->name);
}

static int judge(struct calibrate_work *work, struct calibrate_trial *trial)
{
    if (work->c->moments_n == 0 && choose_fitted(work, trial))
        return ERROR_INPUT;
    const int n = calibrate_residuals_n(work);
    double *residual = malloc((size_t)n * sizeof *residual);
    if (!residual)
        return calibrate_no_memory(work);
    calibrate_residuals(work, trial, residual);
    trial->objective = trial->misfit = 0.0;
    for (int i = 0; i < n; i++) { // C2
        trial->objective += residual[i] * residual[i];
        if (i < work->c->moments_n)
            trial->misfit = trial->objective;
    }
    free(residual);
    return ERROR_NONE;
}

// ---- the journal --------------------------------------------------------------------------------

static void put_numbers(FILE *to, const double *x, int n)
{
    for (int i = 0; i < n; i++) {
        if (isnan(x[i]))
            fputs("nan ", to);
        else
            fprintf(to, "%.17g ", x[i]);
    }
    fputs("| ", to);
}

// "point | means | variances | objective".
static int write_down(struct calibrate_work *work, const struct calibrate_trial *trial)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return calibrate_no_memory(work);
    put_numbers(to, trial->point, work->terms->parameters_n);
    put_numbers(to, trial->mean, work->chosen_n);
    put_numbers(to, trial->variance, work->chosen_n);
    fprintf(to, "%.17g", trial->objective);
    const int code =
        fclose(to) != 0 ? calibrate_no_memory(work) : journal_append(work->journal, text, work->err);
    free(text);
    return code;
}

// n numbers and the bar behind them; NULL if the text is something else.
static const char *get_numbers(const char *text, double *x, int n)
{
    for (int i = 0; i < n; i++) {
        char *end;
        x[i] = strtod(text, &end);
        if (end == text || *end != ' ')
            return NULL;
        text = end + 1;
    }
    return strncmp(text, "| ", 2) == 0 ? text + 2 : NULL;
}

// The trial of these parameters as the journal has it, if it does; else its means stay as they are.
static bool recall(const struct calibrate_work *work, struct calibrate_trial *trial)
{
    const int p = work->terms->parameters_n;
    for (int i = 0; i < work->recalled_n; i++) {
        double point[CALIBRATE_PARAMETERS_MAX];
        const char *rest = get_numbers(journal_record(work->journal, i), point, p);
        if (!rest || memcmp(point, trial->point, (size_t)p * sizeof *point) != 0)
            continue;
        rest = get_numbers(rest, trial->mean, work->chosen_n);
        return rest && get_numbers(rest, trial->variance, work->chosen_n);
    }
    return false;
}

// ---- trials -------------------------------------------------------------------------------------

// The moments of a run: mean over replicates and variance between them.
static int measure(struct calibrate_work *work, const struct run_data *data, struct calibrate_trial *trial)
{
    const int replicates_n = expression_replicates(data);
    double *value = malloc((size_t)(replicates_n + 1) * sizeof *value);
    char why[ERROR_TEXT_MAX];
    if (!value)
        return calibrate_no_memory(work);
    for (int j = 0; j < work->chosen_n; j++) {
        const int code = expression_evaluate(&work->chosen[j]->expression, data, value, why);
        double sum = 0.0, squares = 0.0;
        int n = 0;
        for (int r = 0; r < replicates_n && !code; r++) {
            sum += isnan(value[r]) ? 0.0 : value[r];
            n += !isnan(value[r]);
        }
        trial->mean[j] = n > 0 ? sum / n : (double)NAN;
        for (int r = 0; r < replicates_n && !code; r++)
            squares += isnan(value[r]) ? 0.0 : (value[r] - trial->mean[j]) * (value[r] - trial->mean[j]);
        trial->variance[j] = n > 1 ? squares / (n - 1) : (double)NAN;
    }
    free(value);
    return ERROR_NONE;
}

// Adds a trial without results yet, or finds the one at this point; -1 for want of memory.
static int place(struct calibrate_work *work, const double *point, bool *fresh)
{
    struct calibration *c = work->c;
    const size_t p = (size_t)work->terms->parameters_n, m = (size_t)work->chosen_n;
    *fresh = false;
    for (int i = 0; i < c->trials_n; i++)
        if (memcmp(c->trial[i].point, point, p * sizeof *point) == 0)
            return i;
    struct calibrate_trial *more = realloc(c->trial, ((size_t)c->trials_n + 1) * sizeof *more);
    double *block = more ? malloc((p + 2 * m) * sizeof *block) : NULL;
    c->trial = more ? more : c->trial;
    if (!block)
        return -1;
    memcpy(block, point, p * sizeof *point);
    c->trial[c->trials_n] =
        (struct calibrate_trial){.point = block, .mean = block + p, .variance = block + p + m};
    *fresh = true;
    return c->trials_n++;
}

// Simulates trials without results, written down one by one as they come back.
static int simulate(struct calibrate_work *work, const int *trial, int n)
{
    const size_t p = (size_t)work->terms->parameters_n;
    double *point = malloc((size_t)n * p * sizeof *point);
    struct run_data **data = calloc((size_t)n, sizeof *data);
    int code = point && data ? ERROR_NONE : calibrate_no_memory(work);
    for (int i = 0; i < n && !code; i++)
        memcpy(point + (size_t)i * p, work->c->trial[trial[i]].point, p * sizeof *point);
    if (!code)
        code = work->model->member(work->model->ctx, n, point, data, work->err);
    for (int i = 0; i < n && !code; i++) {
        struct calibrate_trial *t = &work->c->trial[trial[i]];
        code = measure(work, data[i], t);
        if (!code)
            code = judge(work, t);
        if (!code)
            code = write_down(work, t);
        work->c->simulated_n++;
    }
    for (int i = 0; i < n && data; i++)
        data_free(data[i]);
    free(point);
    free(data);
    return code;
}

int calibrate_try(struct calibrate_work *work, int n, const double *point, int *trial)
{
    const int p = work->terms->parameters_n, at_once = work->model->parallel_n;
    int *open = malloc((size_t)n * sizeof *open);
    int open_n = 0, code = open ? ERROR_NONE : calibrate_no_memory(work);
    for (int i = 0; i < n && !code; i++) {
        bool fresh;
        trial[i] = place(work, point + (size_t)i * (size_t)p, &fresh);
        if (trial[i] < 0)
            code = calibrate_no_memory(work);
        else if (fresh && recall(work, &work->c->trial[trial[i]]))
            code = judge(work, &work->c->trial[trial[i]]);
        else if (fresh)
            open[open_n++] = trial[i];
    }
    for (int i = 0; i < open_n && !code; i += at_once)
        code = simulate(work, open + i, open_n - i < at_once ? open_n - i : at_once);
    free(open);
    return code;
}
