#include <math.h>
#include <stdlib.h>
#include "analysis/statistics.h"
#include "analysis/validate.h"

// The rows that have a value and a variance: `out` is their indices; returns how many.
static int judged(const struct validation *v, int *out)
{
    int n = 0;
    for (int i = 0; i < v->rows_n; i++) {
        const struct validate_row *row = &v->row[i];
        const bool varies = row->moment->tolerance > 0.0 || row->model.high > row->model.low;
        out[n] = i;
        n += !isnan(row->model.mean) && varies;
    }
    return n;
}

// Sample covariance over replicates of two rows; 0 with one replicate.
static double covariance(const struct validation *v, int a, int b)
{
    const double *x = v->value + (size_t)a * (size_t)v->replicates_n;
    const double *y = v->value + (size_t)b * (size_t)v->replicates_n;
    double sum = 0.0;
    for (int r = 0; r < v->replicates_n; r++)
        sum += (x[r] - v->row[a].model.mean) * (y[r] - v->row[b].model.mean);
    return v->replicates_n > 1 ? sum / (v->replicates_n - 1) : 0.0;
}

int validate_fit(struct validation *v, int fitted_n, struct error *err)
{
    const size_t n_max = (size_t)v->rows_n;
    int *row = calloc(n_max + 1, sizeof *row);
    double *d = calloc(n_max + 1, sizeof *d), *matrix = calloc(n_max * n_max + 1, sizeof *matrix);
    int code = ERROR_NONE;
    if (!row || !d || !matrix) {
        code = error_add(err, ERROR_WORK, "no memory");
    } else {
        const int n = judged(v, row);
        const double draws = 1.0 + 1.0 / v->replicates_n; // the world is one draw more
        for (int i = 0; i < n; i++) {
            const double tolerance = v->row[row[i]].moment->tolerance;
            d[i] = v->row[row[i]].model.mean - v->row[row[i]].moment->value;
            for (int j = 0; j < n; j++)
                matrix[i * n + j] = draws * covariance(v, row[i], row[j]);
            matrix[i * n + i] += tolerance * tolerance;
        }
        const double statistic = statistics_quadratic_form(matrix, d, n);
        v->fit = (struct validate_fit){statistic, n - fitted_n,
                                       statistics_chi_squared_above(statistic, n - fitted_n), n, fitted_n};
    }
    free(row);
    free(d);
    free(matrix);
    return code;
}
