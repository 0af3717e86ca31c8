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
