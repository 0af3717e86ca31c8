#include "analysis/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>
#include <stdlib.h>

double statistics_t_quantile(double p, double degrees)
{
    return degrees < 1.0 ? (double)NAN : gsl_cdf_tdist_Pinv(p, degrees);
}

double statistics_t_deviate(double t, double degrees, double tests_n)
{
    const double p = degrees < 1.0 ? (double)NAN : tests_n * gsl_cdf_tdist_Q(fabs(t), degrees);
    return p < 0.5 ? gsl_cdf_ugaussian_Qinv(p) : p >= 0.5 ? 0.0 : (double)NAN;
}

double statistics_normal_between(double u, double low, double high)
{
    if (low > 0.0) // the left tail has the digits
        return -statistics_normal_between(1.0 - u, -high, -low);
    const double below = gsl_cdf_ugaussian_P(low), above = gsl_cdf_ugaussian_P(high);
    const double p = below + u * (above - below);
    const double z = p > 0.0 ? gsl_cdf_ugaussian_Pinv(p) : high; // beyond 38 deviations: the nearer end
    return z < low ? low : z > high ? high : z;
}

double statistics_t_two_sided(double t, double degrees)
{
    return degrees < 1.0 || isnan(t) ? (double)NAN : 2.0 * gsl_cdf_tdist_Q(fabs(t), degrees);
}

double statistics_chi_squared_above(double x, double degrees)
{
    return degrees < 1.0 || isnan(x) ? (double)NAN : gsl_cdf_chisq_Q(x, degrees);
}

// ---- linear algebra -----------------------------------------------------------------------------

double statistics_quadratic_form(double *matrix, double *d, int n)
{
    gsl_error_handler_t *before = gsl_set_error_handler_off(); // a matrix that is not definite is an answer
    gsl_matrix_view m = gsl_matrix_view_array(matrix, (size_t)n, (size_t)n);
    gsl_vector_view v = gsl_vector_view_array(d, (size_t)n);
    double sum = 0.0;
    int bad = n < 1 || gsl_linalg_cholesky_decomp1(&m.matrix) ||
              gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &m.matrix, &v.vector);
    for (int i = 0; i < n && !bad; i++)
        sum += d[i] * d[i];
    gsl_set_error_handler(before);
    return bad ? (double)NAN : sum;
}

// The normal equations of centred regressors: few columns, many rows.
static int normal_equations(const struct statistics_rows *r, double *square, double *product)
{
    double mean[STATISTICS_SLOPES_MAX + 1] = {0.0}, total = 0.0;
    for (int64_t i = 0; i < r->n; i++) {
        total += r->weight[i];
        for (int j = 0; j < r->k; j++)
            mean[j] += r->weight[i] * r->x[i * r->k + j];
        mean[r->k] += r->weight[i] * r->y[i];
    }
    for (int j = 0; j <= r->k; j++)
        mean[j] /= total;
    for (int64_t i = 0; i < r->n; i++)
        for (int j = 0; j < r->k; j++) {
            const double x = r->x[i * r->k + j] - mean[j];
            product[j] += r->weight[i] * x * (r->y[i] - mean[r->k]);
            for (int l = 0; l < r->k; l++)
                square[j * r->k + l] += r->weight[i] * x * (r->x[i * r->k + l] - mean[l]);
        }
    return r->n > r->k && total > 0.0 ? 0 : -1;
}

void statistics_slopes(const struct statistics_rows *rows, double *slope)
{
    double square[STATISTICS_SLOPES_MAX * STATISTICS_SLOPES_MAX] = {0.0};
    double product[STATISTICS_SLOPES_MAX] = {0.0};
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    int bad = normal_equations(rows, square, product);
    gsl_matrix_view m = gsl_matrix_view_array(square, (size_t)rows->k, (size_t)rows->k);
    gsl_vector_view b = gsl_vector_view_array(product, (size_t)rows->k);
    gsl_vector_view s = gsl_vector_view_array(slope, (size_t)rows->k);
    bad = bad || gsl_linalg_cholesky_decomp1(&m.matrix) ||
          gsl_linalg_cholesky_solve(&m.matrix, &b.vector, &s.vector);
    for (int j = 0; j < rows->k && bad; j++)
        slope[j] = (double)NAN;
    gsl_set_error_handler(before);
}

// ---- distributions ------------------------------------------------------------------------------

double statistics_weighted_quantile(double *value, double *weight, int64_t n, double p)
{
    double total = 0.0, below = 0.0;
    if (n < 1)
        return (double)NAN;
    gsl_vector_view v = gsl_vector_view_array(value, (size_t)n), w = gsl_vector_view_array(weight, (size_t)n);
    gsl_sort_vector2(&v.vector, &w.vector);
    for (int64_t i = 0; i < n; i++)
        total += weight[i];
    for (int64_t i = 0; i < n; i++) {
        below += weight[i];
        if (below >= p * total)
            return value[i];
    }
    return value[n - 1];
}

struct subbotin {
    const double *value, *weight;
    double centre, total;
    int64_t n;
};

// Minus the mean log likelihood at b, with a^b = mean |x - m|^b.
static double subbotin_loss(double b, void *with)
{
    const struct subbotin *s = with;
    double sum = 0.0;
    for (int64_t i = 0; i < s->n; i++)
        sum += s->weight[i] * pow(fabs(s->value[i] - s->centre), b);
    const double log_a = log(sum / s->total) / b;
    return log(2.0) + log_a + log(b) / b + gsl_sf_lngamma(1.0 + 1.0 / b) + 1.0 / b;
}

double statistics_subbotin_shape(double *value, double *weight, int64_t n)
{
    struct subbotin s = {value, weight, statistics_weighted_quantile(value, weight, n, 0.5), 0.0, n};
    double low = 0.2, high = 6.0, best = 1.0;
    for (int64_t i = 0; i < n; i++)
        s.total += weight[i];
    if (n < 10 || value[0] == value[n - 1])
        return (double)NAN;
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    gsl_function loss = {subbotin_loss, &s};
    gsl_min_fminimizer *search = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    int bad = !search || gsl_min_fminimizer_set(search, &loss, best, low, high);
    for (int k = 0; k < 60 && !bad && high - low > 1e-4; k++) {
        bad = gsl_min_fminimizer_iterate(search);
        low = gsl_min_fminimizer_x_lower(search);
        high = gsl_min_fminimizer_x_upper(search);
        best = gsl_min_fminimizer_x_minimum(search);
    }
    if (search)
        gsl_min_fminimizer_free(search);
    gsl_set_error_handler(before);
    return bad ? (double)NAN : best;
}

// ---- accuracy of forecasts ----------------------------------------------------------------------

struct statistics_test statistics_diebold_mariano(const double *d, int n, int h)
{
    struct statistics_test test = {(double)NAN, (double)NAN};
    double mean = 0.0, variance = 0.0; // of the mean: autocovariances up to lag h - 1
    if (n < 3 || h < 1 || h > n)
        return test;
    for (int i = 0; i < n; i++)
        mean += d[i] / n;
    for (int lag = 0; lag < h; lag++) {
        double covariance = 0.0;
        for (int i = lag; i < n; i++)
            covariance += (d[i] - mean) * (d[i - lag] - mean) / n;
        variance += (lag == 0 ? 1.0 : 2.0) * covariance / n;
    }
    if (!(variance > 0.0))
        return test;
    const double small = sqrt((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n);
    test.statistic = small * mean / sqrt(variance);
    test.p = statistics_t_two_sided(test.statistic, n - 1);
    return test;
}
