// statistics: distributions that need GSL (the only file of the analysis that includes it).
#ifndef ANALYSIS_STATISTICS_H
#define ANALYSIS_STATISTICS_H

// The p-quantile of Student's t distribution, 0 < p < 1; NaN for degrees < 1.
double statistics_t_quantile(double p, double degrees);

// Student's |t| among tests_n tests as a normal deviate: of the same two-sided probability after Bonferroni's
// correction, 0 where that is 1. NaN for degrees < 1.
double statistics_t_deviate(double t, double degrees, double tests_n);

#endif
