// statistics: distributions, fits and tests that need GSL (the only file of the analysis that includes it).
#ifndef ANALYSIS_STATISTICS_H
#define ANALYSIS_STATISTICS_H

#include <stdint.h>

// The p-quantile of Student's t distribution, 0 < p < 1; NaN for degrees < 1.
double statistics_t_quantile(double p, double degrees);

// Student's |t| among tests_n tests as a normal deviate: of the same two-sided probability after Bonferroni's
// correction, 0 where that is 1. NaN for degrees < 1.
double statistics_t_deviate(double t, double degrees, double tests_n);

// The u-quantile (0 < u < 1) of a standard normal that is known to lie in [low, high], which may be infinite.
double statistics_normal_between(double u, double low, double high);

// P(|T| > |t|) of Student's t distribution; NaN for degrees < 1 or t = NaN.
double statistics_t_two_sided(double t, double degrees);

// P(X > x) of the chi-squared distribution; NaN for degrees < 1 or x = NaN.
double statistics_chi_squared_above(double x, double degrees);

// d' M^-1 d of a symmetric n x n matrix (row-major, destroyed) by its Cholesky factor, d too; NaN if M is not
// positive definite.
double statistics_quadratic_form(double *matrix, double *d, int n);

// Slopes of the weighted least-squares fit of y on a constant and k <= STATISTICS_SLOPES_MAX regressors
// (x[i * k + j]). All NaN if the regressors are collinear or there are too few rows.
enum { STATISTICS_SLOPES_MAX = 4 };
struct statistics_rows {
    const double *x, *y, *weight;
    int64_t n;
    int k;
};
void statistics_slopes(const struct statistics_rows *rows, double *slope);

// The p-quantile of n weighted values, sorted in place with their weights: the smallest value whose share of
// the weight at or below it reaches p. NaN for n = 0.
double statistics_weighted_quantile(double *value, double *weight, int64_t n, double p);

// Shape b of Subbotin's density f(x) = exp(-|x - m|^b / (b a^b)) / (2 a b^(1/b) Gamma(1 + 1/b)) by maximum
// likelihood, m at the weighted median, a in closed form given b, b in 0.2 to 6: Bottazzi and Secchi 2003. 1
// is Laplace's law, 2 the normal one. Sorts the values and weights. NaN for fewer than 10 values.
double statistics_subbotin_shape(double *value, double *weight, int64_t n);

// Diebold and Mariano's test of equal accuracy (1995) on the n loss differentials d of h-step forecasts, with
// the small-sample correction of Harvey, Leybourne and Newbold (1997): statistic and two-sided p of Student's
// t with n - 1 degrees of freedom. NaN for n < 3 or a variance that is not positive.
struct statistics_test {
    double statistic, p;
};
struct statistics_test statistics_diebold_mariano(const double *d, int n, int h);

#endif
