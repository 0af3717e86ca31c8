#include "analysis/minimise.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool finite_all(const double *x, int n)
{
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

int minimise_sobol(int dims, int n, double *out)
{
    gsl_qrng *sequence =
        dims >= 1 && dims <= MINIMISE_SOBOL_DIMS_MAX ? gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dims) : NULL;
    for (int i = 0; i < n && sequence; i++)
        gsl_qrng_get(sequence, out + (long)i * dims);
    const int bad = sequence ? 0 : -1;
    gsl_qrng_free(sequence);
    return bad;
}

// ---- linear algebra -----------------------------------------------------------------------------

int minimise_damped(int rows, int cols, const double *a, const double *b, double damping, const double *scale,
                    double *x)
{
    const size_t m = (size_t)(rows + cols), n = (size_t)cols;
    if (!finite_all(a, rows * cols) || !finite_all(b, rows) || !finite_all(scale, cols))
        return -1;
    gsl_matrix *qr = gsl_matrix_calloc(m, n);
    gsl_vector *tau = gsl_vector_alloc(n), *right = gsl_vector_calloc(m), *rest = gsl_vector_alloc(m);
    gsl_vector *step = gsl_vector_alloc(n);
    int bad = qr && tau && right && rest && step ? 0 : -1;
    for (int i = 0; i < rows && !bad; i++) {
        memcpy(gsl_matrix_ptr(qr, (size_t)i, 0), a + (long)i * cols, n * sizeof *a);
        gsl_vector_set(right, (size_t)i, b[i]);
    }
    for (int k = 0; k < cols && !bad; k++)
        gsl_matrix_set(qr, (size_t)(rows + k), (size_t)k, sqrt(damping) * scale[k]);
    if (!bad) {
        gsl_error_handler_t *before = gsl_set_error_handler_off(); // a singular matrix is no reason to abort
        bad = gsl_linalg_QR_decomp(qr, tau) || gsl_linalg_QR_lssolve(qr, tau, right, step, rest) ? -1 : 0;
        gsl_set_error_handler(before);
    }
    for (int k = 0; k < cols && !bad; k++)
        x[k] = gsl_vector_get(step, (size_t)k);
    gsl_matrix_free(qr);
    gsl_vector_free(tau);
    gsl_vector_free(right);
    gsl_vector_free(rest);
    gsl_vector_free(step);
    return bad || !finite_all(x, cols) ? -1 : 0;
}

int minimise_svd(int rows, int cols, const double *a, double *u, double *s, double *v)
{
    if (rows < cols || !finite_all(a, rows * cols))
        return -1;
    memcpy(u, a, (size_t)rows * (size_t)cols * sizeof *a);
    gsl_matrix_view left = gsl_matrix_view_array(u, (size_t)rows, (size_t)cols);
    gsl_matrix_view right = gsl_matrix_view_array(v, (size_t)cols, (size_t)cols);
    gsl_vector_view values = gsl_vector_view_array(s, (size_t)cols);
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    const int code = gsl_linalg_SV_decomp_jacobi(&left.matrix, &right.matrix, &values.vector);
    gsl_set_error_handler(before);
    return code ? -1 : 0;
}

int minimise_eigen(int n, const double *a, double *value, double *vector)
{
    if (!finite_all(a, n * n))
        return -1;
    gsl_matrix *copy = gsl_matrix_alloc((size_t)n, (size_t)n);
    gsl_eigen_symmv_workspace *space = gsl_eigen_symmv_alloc((size_t)n);
    gsl_vector_view values = gsl_vector_view_array(value, (size_t)n);
    gsl_matrix_view vectors = gsl_matrix_view_array(vector, (size_t)n, (size_t)n);
    const int bad = copy && space ? 0 : -1;
    if (!bad) {
        for (int i = 0; i < n; i++)
            memcpy(gsl_matrix_ptr(copy, (size_t)i, 0), a + (long)i * n, (size_t)n * sizeof *a);
        gsl_eigen_symmv(copy, &values.vector, &vectors.matrix, space);
        gsl_eigen_symmv_sort(&values.vector, &vectors.matrix, GSL_EIGEN_SORT_VAL_DESC);
    }
    gsl_matrix_free(copy);
    gsl_eigen_symmv_free(space);
    return bad;
}

// ---- simplex ------------------------------------------------------------------------------------

struct simplex {
    double (*f)(void *ctx, const double *x);
    void *ctx;
    int dims, calls;
    bool stopped;
    double *x;
};

static double simplex_value(const gsl_vector *x, void *params)
{
    struct simplex *simplex = params;
    if (simplex->stopped)
        return MINIMISE_STOP;
    for (int i = 0; i < simplex->dims; i++)
        simplex->x[i] = gsl_vector_get(x, (size_t)i);
    const double value = simplex->f(simplex->ctx, simplex->x);
    simplex->calls++;
    simplex->stopped = !(value < MINIMISE_STOP);
    return simplex->stopped ? MINIMISE_STOP : value;
}

static void simplex_search(struct simplex *simplex, gsl_multimin_fminimizer *minimiser, int calls_max,
                           double size_min)
{
    while (simplex->calls < calls_max && !simplex->stopped) {
        if (gsl_multimin_fminimizer_iterate(minimiser) || gsl_multimin_fminimizer_size(minimiser) < size_min)
            break;
    }
}

int minimise_simplex(int dims, double (*f)(void *ctx, const double *x), void *ctx, const double *edge,
                     int calls_max, double size_min, double *x)
{
    const size_t n = (size_t)dims;
    struct simplex simplex = {.f = f, .ctx = ctx, .dims = dims, .x = malloc(n * sizeof *x)};
    gsl_multimin_fminimizer *minimiser = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n);
    gsl_vector *start = gsl_vector_alloc(n), *edges = gsl_vector_alloc(n);
    gsl_multimin_function function = {simplex_value, n, &simplex};
    int bad = simplex.x && minimiser && start && edges ? 0 : -1;
    for (int i = 0; i < dims && !bad; i++) {
        gsl_vector_set(start, (size_t)i, x[i]);
        gsl_vector_set(edges, (size_t)i, edge[i]);
    }
    if (!bad) {
        gsl_error_handler_t *before = gsl_set_error_handler_off();
        bad = gsl_multimin_fminimizer_set(minimiser, &function, start, edges) ? -1 : 0;
        if (!bad)
            simplex_search(&simplex, minimiser, calls_max, size_min);
        gsl_set_error_handler(before);
    }
    for (int i = 0; i < dims && !bad; i++)
        x[i] = gsl_vector_get(gsl_multimin_fminimizer_x(minimiser), (size_t)i);
    gsl_multimin_fminimizer_free(minimiser);
    gsl_vector_free(start);
    gsl_vector_free(edges);
    free(simplex.x);
    return bad;
}
