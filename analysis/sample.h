// sample: what replicates say together: mean and intervals.
#ifndef ANALYSIS_SAMPLE_H
#define ANALYSIS_SAMPLE_H

struct sample_interval {
    double mean, low, high;
};

// Mean, and the 2.5th and 97.5th percentile of n >= 1 values (between order statistics linearly: Hyndman and
// Fan 1996, type 7): where single replicates lie. All NaN if one value is. `scratch` has room for n values.
struct sample_interval sample_spread(const double *value, int n, double *scratch);

// Mean, and its 95 % confidence interval mean +- t s / sqrt(n): `t` is the 0.975 quantile of Student's t with
// n - 1 degrees of freedom (statistics_t_quantile). The bounds are NaN for n = 1.
struct sample_interval sample_confidence(const double *value, int n, double t);

// Whether an interval leaves zero out: both bounds lie on one side of it. False for NaN.
int sample_excludes_zero(const struct sample_interval *interval);

#endif
