#include "analysis/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS_MAX = ESTIMATE_COVARIATES_MAX + 2 }; // constant, treatment, covariates

static const struct estimate nothing = {(double)NAN, (double)NAN, 0};

// ---- linear algebra of a few terms --------------------------------------------------------------

// The inverse of a by elimination with partial pivoting; 0 if it is singular.
static int invert(int k, double a[TERMS_MAX][TERMS_MAX], double out[TERMS_MAX][TERMS_MAX])
{
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++)
            out[i][j] = i == j;
    for (int c = 0; c < k; c++) {
        int best = c;
        for (int i = c + 1; i < k; i++)
            best = fabs(a[i][c]) > fabs(a[best][c]) ? i : best;
        if (!(fabs(a[best][c]) > 1e-10))
            return 0;
        for (int j = 0; j < k; j++) {
            double t = a[c][j];
            a[c][j] = a[best][j];
            a[best][j] = t;
            t = out[c][j];
            out[c][j] = out[best][j];
            out[best][j] = t;
        }
        const double pivot = a[c][c];
        for (int j = 0; j < k; j++) {
            a[c][j] /= pivot;
            out[c][j] /= pivot;
        }
        for (int i = 0; i < k; i++) {
            const double f = i == c ? 0.0 : a[i][c];
            for (int j = 0; j < k && f != 0.0; j++) {
                a[i][j] -= f * a[c][j];
                out[i][j] -= f * out[c][j];
            }
        }
    }
    return 1;
}

// Weighted mean and standard deviation.
static double moments_of(const struct estimate_sample *s, const double *v, double *sd)
{
    double sum = 0.0, all = 0.0, squares = 0.0;
    for (int64_t i = 0; i < s->n; i++) {
        sum += s->w[i] * v[i];
        all += s->w[i];
    }
    const double mean = sum / all;
    for (int64_t i = 0; i < s->n; i++)
        squares += s->w[i] * (v[i] - mean) * (v[i] - mean);
    *sd = sqrt(squares / all);
    return mean;
}

// The covariates that vary, with which they are brought to mean 0 and deviation 1.
struct design {
    const double *x[ESTIMATE_COVARIATES_MAX];
    double mean[ESTIMATE_COVARIATES_MAX], sd[ESTIMATE_COVARIATES_MAX];
    int n;
};

// Whether a covariate says the same as one of the design already does.
static int repeats(const struct estimate_sample *s, const struct design *design, const double *x, double mean,
                   double sd)
{
    for (int j = 0; j < design->n; j++) {
        double sum = 0.0, all = 0.0;
        for (int64_t i = 0; i < s->n; i++) {
            sum += s->w[i] * (x[i] - mean) * (design->x[j][i] - design->mean[j]);
            all += s->w[i];
        }
        if (fabs(sum / all) > (1.0 - 1e-9) * sd * design->sd[j])
            return 1;
    }
    return 0;
}

static struct design design_of(const struct estimate_sample *s)
{
    struct design design = {.n = 0};
    for (int j = 0; j < s->x_n; j++) {
        double sd;
        const double mean = moments_of(s, s->x[j], &sd);
        if (!(sd > 1e-9 * (1.0 + fabs(mean))) || repeats(s, &design, s->x[j], mean, sd))
            continue;
        design.x[design.n] = s->x[j];
        design.mean[design.n] = mean;
        design.sd[design.n++] = sd;
    }
    return design;
}

// The terms of observation i: 1, `first`, covariates.
static void terms_of(const struct design *design, double first, int64_t i, double *out)
{
    out[0] = 1.0;
    out[1] = first;
    for (int j = 0; j < design->n; j++)
        out[2 + j] = (design->x[j][i] - design->mean[j]) / design->sd[j];
}

// ---- linear -------------------------------------------------------------------------------------

// Row 1 of the inverse of Z'WX in `row`, and the coefficients; 0 if they are not identified. The treatment is
// taken in units of its own spread, `scale`, so that pivots tell.
static int solve(const struct estimate_sample *s, const struct design *design, double scale, double *row,
                 double *beta)
{
    const int k = design->n + 2;
    double a[TERMS_MAX][TERMS_MAX] = {{0.0}}, inverse[TERMS_MAX][TERMS_MAX], right[TERMS_MAX] = {0.0};
    double x[TERMS_MAX], z[TERMS_MAX], all = 0.0;
    for (int64_t i = 0; i < s->n; i++) {
        terms_of(design, s->d[i] / scale, i, x);
        terms_of(design, s->z == s->d ? s->d[i] / scale : s->z[i], i, z);
        for (int p = 0; p < k; p++) {
            right[p] += s->w[i] * z[p] * s->y[i];
            for (int q = 0; q < k; q++)
                a[p][q] += s->w[i] * z[p] * x[q];
        }
        all += s->w[i];
    }
    for (int p = 0; p < k; p++) {
        right[p] /= all;
        for (int q = 0; q < k; q++)
            a[p][q] /= all;
    }
    if (!invert(k, a, inverse))
        return 0;
    for (int p = 0; p < k; p++) {
        row[p] = inverse[1][p] / all;
        beta[p] = 0.0;
        for (int q = 0; q < k; q++)
            beta[p] += inverse[p][q] * right[q];
    }
    return 1;
}

struct estimate estimate_linear(const struct estimate_sample *s)
{
    double row[TERMS_MAX], beta[TERMS_MAX], x[TERMS_MAX], z[TERMS_MAX], scale, moved, squares = 0.0;
    if (s->n < 4)
        return nothing;
    const struct design design = design_of(s);
    const int k = design.n + 2;
    moments_of(s, s->d, &scale);
    moments_of(s, s->z, &moved);
    if (s->n <= k || !(scale > 0.0) || !(moved > 0.0) || !solve(s, &design, scale, row, beta))
        return nothing;
    for (int64_t i = 0; i < s->n; i++) {
        double fitted = 0.0, lever = 0.0;
        terms_of(&design, s->d[i] / scale, i, x);
        terms_of(&design, s->z == s->d ? s->d[i] / scale : s->z[i], i, z);
        for (int p = 0; p < k; p++) {
            fitted += beta[p] * x[p];
            lever += row[p] * z[p];
        }
        const double score = lever * s->w[i] * (s->y[i] - fitted);
        squares += score * score;
    }
    const double correction = (double)s->n / (double)(s->n - k);
    return (struct estimate){beta[1] / scale, sqrt(squares * correction) / scale, s->n};
}

struct estimate estimate_discontinuity(const struct estimate_sample *s, const double *running,
                                       double bandwidth, double *scratch)
{
    double *below = scratch, *slope = scratch + s->n, *weight = scratch + 2 * s->n;
    struct estimate_sample local = *s;
    int64_t used = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const double near = 1.0 - fabs(running[i]) / bandwidth;
        below[i] = running[i] < 0.0;
        slope[i] = below[i] * running[i];
        weight[i] = near > 0.0 ? s->w[i] * near : 0.0;
        used += near > 0.0;
    }
    if (used < 8 || s->x_n + 2 > ESTIMATE_COVARIATES_MAX)
        return nothing;
    local.d = s->d == s->z ? below : s->d;
    local.z = below;
    local.w = weight;
    local.x[local.x_n++] = running;
    local.x[local.x_n++] = slope;
    struct estimate e = estimate_linear(&local);
    e.used_n = used;
    return e;
}

// ---- matching -----------------------------------------------------------------------------------

// Log odds of treatment on the covariates by iteratively reweighted least squares, a small ridge keeping
// separated samples finite; written to `score`.
static int propensity(const struct estimate_sample *s, double *score)
{
    const struct design design = design_of(s);
    const int k = design.n + 1;
    double beta[TERMS_MAX] = {0.0}, x[TERMS_MAX + 1];
    for (int step = 0; step < 25; step++) {
        double a[TERMS_MAX][TERMS_MAX] = {{0.0}}, inverse[TERMS_MAX][TERMS_MAX], g[TERMS_MAX] = {0.0};
        double moved = 0.0;
        for (int64_t i = 0; i < s->n; i++) {
            terms_of(&design, 1.0, i, x); // x + 1: a constant and the covariates
            double odds = 0.0;
            for (int p = 0; p < k; p++)
                odds += beta[p] * x[p + 1];
            const double chance = 1.0 / (1.0 + exp(-odds));
            for (int p = 0; p < k; p++) {
                g[p] += x[p + 1] * (s->d[i] - chance) / (double)s->n;
                for (int q = 0; q < k; q++)
                    a[p][q] += x[p + 1] * x[q + 1] * chance * (1.0 - chance) / (double)s->n;
            }
            score[i] = odds;
        }
        for (int p = 0; p < k; p++) {
            g[p] -= 1e-6 * beta[p];
            a[p][p] += 1e-6;
        }
        if (!invert(k, a, inverse))
            return 0;
        for (int p = 0; p < k; p++) {
            double change = 0.0;
            for (int q = 0; q < k; q++)
                change += inverse[p][q] * g[q];
            beta[p] += change;
            moved += fabs(change);
        }
        if (moved < 1e-8)
            break;
    }
    return 1;
}

struct neighbour {
    double score, taken; // weight of the treated that it stands for
    int64_t at;
    int32_t group;
};

static int by_group_and_score(const void *left, const void *right)
{
    const struct neighbour *a = left, *b = right;
    if (a->group != b->group)
        return (a->group > b->group) - (a->group < b->group);
    if (a->score < b->score || a->score > b->score)
        return a->score < b->score ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

// The nearest of the sorted neighbours within the caliper, NULL if there is none.
static struct neighbour *nearest(struct neighbour *all, int64_t n, const struct neighbour *to, double caliper)
{
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (by_group_and_score(&all[middle], to) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct neighbour *best = NULL;
    for (int64_t k = low - 1; k <= low; k++)
        if (k >= 0 && k < n && all[k].group == to->group && fabs(all[k].score - to->score) <= caliper &&
            (!best || fabs(all[k].score - to->score) < fabs(best->score - to->score)))
            best = &all[k];
    return best;
}

static struct estimate compare_pairs(const struct estimate_sample *s, const int32_t *group,
                                     const double *score, struct neighbour *pool)
{
    int64_t n = 0, used = 0;
    double sd, sum = 0.0, squares = 0.0, all = 0.0, weights = 0.0;
    moments_of(s, score, &sd);
    for (int64_t i = 0; i < s->n; i++)
        if (s->d[i] < 0.5)
            pool[n++] = (struct neighbour){score[i], 0.0, i, group[i]};
    qsort(pool, (size_t)n, sizeof *pool, by_group_and_score);
    for (int64_t i = 0; i < s->n; i++) {
        const struct neighbour own = {score[i], 0.0, i, group[i]};
        struct neighbour *twin = s->d[i] < 0.5 ? NULL : nearest(pool, n, &own, 0.25 * sd + 1e-12);
        if (!twin)
            continue;
        const double difference = s->y[i] - s->y[twin->at];
        twin->taken += s->w[i];
        sum += s->w[i] * difference;
        squares += s->w[i] * difference * difference;
        all += s->w[i];
        weights += s->w[i] * s->w[i];
        used++;
    }
    if (used < 2)
        return nothing;
    const double effect = sum / all, variance = (squares / all - effect * effect) / 2.0;
    for (int64_t k = 0; k < n; k++)
        weights += pool[k].taken * pool[k].taken;
    return (struct estimate){effect, sqrt(variance * weights) / all, used};
}

struct estimate estimate_matched(const struct estimate_sample *s, const int32_t *group)
{
    double *score = calloc((size_t)s->n + 1, sizeof *score);
    struct neighbour *pool = calloc((size_t)s->n + 1, sizeof *pool);
    struct estimate e = nothing;
    int64_t treated = 0;
    for (int64_t i = 0; i < s->n; i++)
        treated += s->d[i] >= 0.5;
    if (score && pool && treated >= 2 && treated < s->n && propensity(s, score))
        e = compare_pairs(s, group, score, pool);
    free(score);
    free(pool);
    return e;
}
