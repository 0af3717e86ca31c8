// statistics: distributions that need GSL.
#ifndef ANALYSIS_STATISTICS_H
#define ANALYSIS_STATISTICS_H

// The p-quantile of Student's t distribution, 0 < p < 1; NaN for degrees < 1.
double statistics_t_quantile(double p, double degrees);

// Student's |t| among tests_n tests as a normal deviate: of the same two-sided probability after Bonferroni's
// correction, 0 where that is 1. NaN for degrees < 1.
double statistics_t_deviate(double t, double degrees, double tests_n);

// The probability that a chi-squared variable with so many degrees of freedom exceeds x; NaN for degrees < 1.
double statistics_chi2_above(double x, double degrees);

// The u-quantile (0 < u < 1) of a standard normal that is known to lie in [low, high], which may be infinite.
double statistics_normal_between(double u, double low, double high);

#endif
