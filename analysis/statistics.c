#include "analysis/statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double statistics_t_quantile(double p, double degrees)
{
    return degrees < 1.0 ? (double)NAN : gsl_cdf_tdist_Pinv(p, degrees);
}
