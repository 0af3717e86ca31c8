#include "analysis/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, int n, double p)
{
    const double position = p * (n - 1);
    const int below = (int)position;
    const int above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

static double mean(const double *value, int n)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        sum += value[i];
    return sum / n;
}

struct sample_interval sample_spread(const double *value, int n, double *scratch)
{
    struct sample_interval spread = {mean(value, n), (double)NAN, (double)NAN};
    if (isnan(spread.mean))
        return spread;
    memcpy(scratch, value, (size_t)n * sizeof *scratch);
    qsort(scratch, (size_t)n, sizeof *scratch, ascending);
    spread.low = percentile(scratch, n, 0.025);
    spread.high = percentile(scratch, n, 0.975);
    return spread;
}

struct sample_interval sample_confidence(const double *value, int n, double t)
{
    struct sample_interval interval = {mean(value, n), (double)NAN, (double)NAN};
    if (n < 2)
        return interval;
    double squares = 0.0;
    for (int i = 0; i < n; i++)
        squares += (value[i] - interval.mean) * (value[i] - interval.mean);
    const double half = t * sqrt(squares / (n - 1) / n);
    interval.low = interval.mean - half;
    interval.high = interval.mean + half;
    return interval;
}

int sample_excludes_zero(const struct sample_interval *interval)
{
    return interval->low > 0.0 || interval->high < 0.0;
}
