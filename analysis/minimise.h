// minimise: points to start a search from, steps and linear algebra for least squares, and a search without
// derivatives (GSL; the only file beside analysis/statistics.c that includes it). Matrices are row-major.
#ifndef ANALYSIS_MINIMISE_H
#define ANALYSIS_MINIMISE_H

enum { MINIMISE_SOBOL_DIMS_MAX = 40 };

// Every function returns 0, or -1 for want of memory or if the work cannot be done (values that are not
// finite).

// The first n points of the Sobol sequence in (0,1)^dims (Antonov and Saleev 1979), row by row into `out`.
int minimise_sobol(int dims, int n, double *out);

// x that minimises |a x - b|^2 + damping |D x|^2, D = diag(scale): the step of Levenberg and Marquardt
// (Marquardt 1963). `a` has rows x cols; damping * scale must be above 0 where a's columns do not determine
// x.
int minimise_damped(int rows, int cols, const double *a, const double *b, double damping, const double *scale,
                    double *x);

// a = u diag(s) v', rows >= cols: u rows x cols, v cols x cols, s falling.
int minimise_svd(int rows, int cols, const double *a, double *u, double *s, double *v);

// Eigenvalues of a symmetric matrix, falling, and its eigenvectors as columns of `vector`.
int minimise_eigen(int n, const double *a, double *value, double *vector);

// Nelder and Mead's simplex (GSL's nmsimplex2) from `x` with the given first edges, until `f` has been called
// about `calls_max` times or the simplex is smaller than `size_min`; `x` is then the best corner. `f` returns
// a finite number, or MINIMISE_STOP to end the search early.
#define MINIMISE_STOP 1e300
int minimise_simplex(int dims, double (*f)(void *ctx, const double *x), void *ctx, const double *edge,
                     int calls_max, double size_min, double *x);

#endif
