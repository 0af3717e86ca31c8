#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/calibrate_part.h"
#include "analysis/minimise.h"
#include "analysis/statistics.h"

#define RANK_MIN  1e-7 // singular values below this share of the largest count as none
#define NULL_MIN  1e-6 // square of a parameter's part in directions that nothing determines
#define BOUND_MIN 0.01 // share of the box within which a parameter is on its bound
#define PLACE_MIN 0.05 // least z (1 - z) that a step is made for

// A matrix in factors, and its pseudo-inverse.
struct factors {
    int rows, cols, rank;
    double *u, *s, *v; // rows_all x cols, cols, cols x cols
    double *inverse;   // cols x rows
    double *memory;
};

// ---- factors ------------------------------------------------------------------------------------

static void factors_invert(struct factors *f)
{
    for (int i = 0; i < f->cols; i++)
        for (int j = 0; j < f->rows; j++) {
            double sum = 0.0;
            for (int k = 0; k < f->rank; k++)
                sum += f->v[i * f->cols + k] * f->u[j * f->cols + k] / f->s[k];
            f->inverse[i * f->rows + j] = sum;
        }
}

static int factors_open(struct calibrate_work *work, struct factors *f, int rows, int cols, const double *a)
{
    const size_t all = (size_t)(rows > cols ? rows : cols), p = (size_t)cols;
    *f = (struct factors){.rows = rows, .cols = cols};
    f->memory = calloc(all * p * 2 + p + p * p + p * (size_t)rows, sizeof *f->memory);
    if (!f->memory)
        return calibrate_no_memory(work);
    double *padded = f->memory; // with rows of zeros, if there are fewer rows than columns
    f->u = padded + all * p;
    f->s = f->u + all * p;
    f->v = f->s + p;
    f->inverse = f->v + p * p;
    memcpy(padded, a, (size_t)rows * p * sizeof *a);
    if (minimise_svd((int)all, cols, padded, f->u, f->s, f->v))
        return error_add(work->err, ERROR_WORK, "%s: the Jacobian is not finite", work->terms->name);
    while (f->rank < cols && f->s[f->rank] > RANK_MIN * f->s[0])
        f->rank++;
    factors_invert(f);
    return ERROR_NONE;
}

// Whether nothing determines column i.
static bool factors_open_end(const struct factors *f, int i)
{
    double part = 0.0;
    for (int k = f->rank; k < f->cols; k++)
        part += f->v[i * f->cols + k] * f->v[i * f->cols + k];
    return part > NULL_MIN;
}

// C7: standard deviation of x_i where the right sides have the variances omega.
static double factors_deviation(const struct factors *f, int i, const double *omega)
{
    double sum = 0.0;
    for (int j = 0; j < f->rows; j++)
        sum += f->inverse[i * f->rows + j] * f->inverse[i * f->rows + j] * omega[j];
    return factors_open_end(f, i) ? (double)INFINITY : sqrt(sum);
}

// Element (i, k) of (a' a)^-1.
static double factors_normal(const struct factors *f, int i, int k)
{
    double sum = 0.0;
    for (int d = 0; d < f->rank; d++)
        sum += f->v[i * f->cols + d] * f->v[k * f->cols + d] / (f->s[d] * f->s[d]);
    return sum;
}

// ---- the Jacobian -------------------------------------------------------------------------------

// What the report is computed from, in tolerances a prior deviation.
struct linear {
    int moments, rows, cols;
    double *jacobian; // rows x cols: moments, then informative priors
    double *residual; // rows
    double *omega;    // rows: variances of the residuals
    double *memory;
};

static void ends_of(const struct calibrate_work *work, int k, double *below, double *above)
{
    const struct calibrate_parameter *p = &work->terms->parameter[k];
    const double low = calibrate_scale(p, p->low), high = calibrate_scale(p, p->high);
    const double value = work->c->trial[work->c->best].point[k], at = calibrate_scale(p, value);
    const double z = (at - low) / (high - low), spread = z * (1.0 - z);
    const double h = work->terms->jacobian_step * (high - low) * (spread > PLACE_MIN ? spread : PLACE_MIN);
    *below = calibrate_round(p, calibrate_unscale(p, at - h > low ? at - h : low));
    *above = calibrate_round(p, calibrate_unscale(p, at + h < high ? at + h : high));
    if (p->whole && *below == *above) {
        *below = *below - 1.0 < p->low ? *below : *below - 1.0;
        *above = *above + 1.0 > p->high ? *above : *above + 1.0;
    }
}

// One column from the trials on both sides of the estimate.
static void put_column(struct calibrate_work *work, struct linear *l, int k, const int side[2])
{
    const struct calibrate_parameter *p = &work->terms->parameter[k];
    const struct calibrate_trial *below = &work->c->trial[side[0]], *above = &work->c->trial[side[1]];
    const double run = calibrate_scale(p, above->point[k]) - calibrate_scale(p, below->point[k]);
    const double sd = calibrate_prior_sd(p), replicates = (double)work->terms->replicates;
    double squares = 0.0, noise = 0.0;
    for (int j = 0; j < l->moments; j++) {
        const int at = work->fitted[j];
        const double rise = above->mean[at] - below->mean[at], tolerance = work->c->fit[j].tolerance;
        const double variance = above->variance[at] + below->variance[at];
        const double slope = isnan(rise) ? 0.0 : rise / run / tolerance * sd;
        l->jacobian[j * l->cols + k] = slope;
        squares += slope * slope;
        noise +=
            isnan(variance) ? 0.0 : variance / replicates * (sd / run / tolerance) * (sd / run / tolerance);
    }
    work->c->estimate[k].information = sqrt(squares);
    work->c->estimate[k].noise = sqrt(noise);
}

static int try_sides(struct calibrate_work *work, int *side)
{
    const int p = work->terms->parameters_n;
    double *point = malloc(2 * (size_t)p * (size_t)p * sizeof *point);
    if (!point)
        return calibrate_no_memory(work);
    for (int k = 0; k < p; k++) {
        double *pair = point + 2 * k * p;
        memcpy(pair, work->c->trial[work->c->best].point, (size_t)p * sizeof *point);
        memcpy(pair + p, pair, (size_t)p * sizeof *point);
        ends_of(work, k, &pair[k], &pair[p + k]);
    }
    const int code = calibrate_try(work, 2 * p, point, side);
    free(point);
    return code;
}

static void put_variances(struct calibrate_work *work, struct linear *l)
{
    const struct calibrate_terms *terms = work->terms;
    const struct calibrate_trial *best = &work->c->trial[work->c->best];
    for (int j = 0; j < l->moments; j++) {
        const double variance = best->variance[work->fitted[j]], tolerance = work->c->fit[j].tolerance;
        const double simulated = isnan(variance) ? 0.0 : variance / (tolerance * tolerance);
        l->omega[j] = 1.0 / (terms->tolerance_deviations * terms->tolerance_deviations) +
                      (terms->luck_frac + 1.0 / (double)terms->replicates) * simulated;
    }
    for (int j = l->moments; j < l->rows; j++)
        l->omega[j] = 1.0;
}

static int linear_open(struct calibrate_work *work, struct linear *l)
{
    const int p = work->terms->parameters_n, rows = calibrate_residuals_n(work);
    int side[2 * CALIBRATE_PARAMETERS_MAX], row = work->c->moments_n;
    *l = (struct linear){.moments = work->c->moments_n, .rows = rows, .cols = p};
    l->memory = calloc((size_t)rows * (size_t)(p + 2), sizeof *l->memory);
    if (!l->memory)
        return calibrate_no_memory(work);
    l->jacobian = l->memory;
    l->residual = l->jacobian + rows * p;
    l->omega = l->residual + rows;
    const int code = try_sides(work, side);
    for (int k = 0; k < p && !code; k++) {
        put_column(work, l, k, side + 2 * k);
        if (work->terms->parameter[k].prior != CALIBRATE_UNIFORM)
            l->jacobian[row++ * p + k] = 1.0;
    }
    calibrate_residuals(work, &work->c->trial[work->c->best], l->residual);
    put_variances(work, l);
    return code;
}

// ---- what follows from it -----------------------------------------------------------------------

// C8: the residuals against the variance that is left to them after the fit.
static int test_restrictions(struct calibrate_work *work, const struct linear *l, const struct factors *f)
{
    const int n = l->rows, degrees = n - f->rank;
    double *m = calloc((size_t)n * (size_t)n * 3 + 2 * (size_t)n, sizeof *m);
    if (!m)
        return calibrate_no_memory(work);
    double *variance = m + n * n, *vector = variance + n * n, *value = vector + n * n, *rest = value + n;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double fitted = 0.0;
            for (int k = 0; k < f->rank; k++)
                fitted += f->u[i * f->cols + k] * f->u[j * f->cols + k];
            m[i * n + j] = (i == j) - fitted;
            rest[i] += m[i * n + j] * l->residual[j];
        }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                variance[i * n + j] += m[i * n + k] * l->omega[k] * m[j * n + k];
    const int bad = minimise_eigen(n, variance, value, vector);
    work->c->j = 0.0;
    for (int k = 0; k < degrees && !bad; k++) {
        double part = 0.0;
        for (int i = 0; i < n; i++)
            part += vector[i * n + k] * rest[i];
        work->c->j += part * part / value[k];
    }
    free(m);
    work->c->j_degrees = degrees;
    work->c->j_p = statistics_chi_squared_above(work->c->j, degrees);
    return bad ? calibrate_no_memory(work) : ERROR_NONE;
}

// C9 and C10: what the moments alone say.
static void identify(struct calibrate_work *work, const struct factors *f, const double *omega)
{
    const int p = f->cols;
    memcpy(work->c->singular, f->s, (size_t)p * sizeof *f->s);
    for (int d = 0; d < p; d++)
        for (int k = 0; k < p; k++)
            work->c->direction[d * p + k] = f->v[k * p + d];
    for (int i = 0; i < p; i++) {
        struct calibrate_estimate *e = &work->c->estimate[i];
        const double own = factors_normal(f, i, i), length = e->information;
        double highest = 0.0;
        e->se_moments = factors_deviation(f, i, omega);
        e->collinear = factors_open_end(f, i) ? 1.0 : 1.0 - 1.0 / (own * length * length);
        e->collinear_with = -1;
        for (int k = 0; k < p; k++) {
            const double shared = fabs(factors_normal(f, i, k)) / sqrt(own * factors_normal(f, k, k));
            if (k != i && shared > highest) {
                highest = shared;
                e->collinear_with = k;
            }
        }
    }
}

static void put_estimates(struct calibrate_work *work, const struct factors *f, const double *omega)
{
    const int p = f->cols, m = work->c->moments_n;
    for (int i = 0; i < p; i++) {
        const struct calibrate_parameter *parameter = &work->terms->parameter[i];
        struct calibrate_estimate *e = &work->c->estimate[i];
        const double low = calibrate_scale(parameter, parameter->low),
                     high = calibrate_scale(parameter, parameter->high);
        e->value = work->c->trial[work->c->best].point[i];
        const double z = (calibrate_scale(parameter, e->value) - low) / (high - low);
        const double unit = calibrate_prior_sd(parameter) * calibrate_slope(parameter, e->value);
        e->prior_sd = unit;
        e->se = unit * factors_deviation(f, i, omega);
        e->se_moments *= unit;
        e->bound = z < BOUND_MIN ? -1 : z > 1.0 - BOUND_MIN;
        for (int j = 0; j < m; j++) // C11
            work->c->sensitivity[i * m + j] = unit * f->inverse[i * f->rows + j];
    }
}

static void put_fit(struct calibrate_work *work, const struct linear *l)
{
    const struct calibrate_trial *best = &work->c->trial[work->c->best];
    for (int j = 0; j < l->moments; j++) {
        struct calibrate_fit *fit = &work->c->fit[j];
        fit->model = best->mean[work->fitted[j]];
        fit->se = sqrt(best->variance[work->fitted[j]] / (double)work->terms->replicates);
        fit->z = l->residual[j];
        fit->share = best->objective > 0.0 ? fit->z * fit->z / best->objective : 0.0;
    }
}

static int room_for_results(struct calibrate_work *work)
{
    const size_t p = (size_t)work->terms->parameters_n;
    work->c->singular = calloc(p, sizeof(double));
    work->c->direction = calloc(p * p, sizeof(double));
    work->c->sensitivity = calloc(p * (size_t)work->c->moments_n, sizeof(double));
    return work->c->singular && work->c->direction && work->c->sensitivity ? ERROR_NONE
                                                                           : calibrate_no_memory(work);
}

int calibrate_infer(struct calibrate_work *work)
{
    struct linear l = {0};
    struct factors all = {0}, moments = {0};
    int code = room_for_results(work);
    calibrate_say(work, "objective %.6g; differences at the estimate",
                  work->c->trial[work->c->best].objective);
    if (!code)
        code = linear_open(work, &l);
    if (!code)
        code = factors_open(work, &all, l.rows, l.cols, l.jacobian);
    if (!code)
        code = factors_open(work, &moments, l.moments, l.cols, l.jacobian);
    if (!code)
        code = test_restrictions(work, &l, &all);
    if (!code) {
        identify(work, &moments, l.omega);
        put_estimates(work, &all, l.omega);
        put_fit(work, &l);
        code = calibrate_sample(work, l.jacobian, l.omega);
    }
    free(all.memory);
    free(moments.memory);
    free(l.memory);
    return code;
}
