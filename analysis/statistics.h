// statistics: distributions that need GSL (the only file of the analysis that includes it).
#ifndef ANALYSIS_STATISTICS_H
#define ANALYSIS_STATISTICS_H

// The p-quantile of Student's t distribution, 0 < p < 1; NaN for degrees < 1.
double statistics_t_quantile(double p, double degrees);

#endif
