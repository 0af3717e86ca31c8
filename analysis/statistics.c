#include "analysis/statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double statistics_t_quantile(double p, double degrees)
{
    return degrees < 1.0 ? (double)NAN : gsl_cdf_tdist_Pinv(p, degrees);
}

double statistics_t_deviate(double t, double degrees, double tests_n)
{
    const double p = degrees < 1.0 ? (double)NAN : tests_n * gsl_cdf_tdist_Q(fabs(t), degrees);
    return p < 0.5 ? gsl_cdf_ugaussian_Qinv(p) : p >= 0.5 ? 0.0 : (double)NAN;
}

double statistics_chi2_above(double x, double degrees)
{
    return degrees < 1.0 ? (double)NAN : gsl_cdf_chisq_Q(x, degrees);
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
