// moments: observed numbers that a run is judged by, one row each of a CSV file (evidence/moments.csv): an
// expression, the value, a tolerance and the fact behind it.
#ifndef ANALYSIS_MOMENTS_H
#define ANALYSIS_MOMENTS_H

#include "analysis/expression.h"
#include "sim/error.h"

enum { MOMENT_ID_MAX = 64, MOMENT_TEXT_MAX = 256, MOMENTS_MAX = 1024 };

struct moment {
    char id[MOMENT_ID_MAX], metric[MOMENT_TEXT_MAX], group[MOMENT_TEXT_MAX], period[MOMENT_ID_MAX],
        statistic[MOMENT_ID_MAX];
    char use[MOMENT_ID_MAX]; // history or structure
    double value, tolerance; // tolerance >= 0, in the unit of the value
    struct expression expression;
};

struct moments {
    struct moment *moment;
    int n;
};

// Reads a file: comma separated, quoted fields may hold commas, line ends and doubled quotes; the first line
// names the columns, of which id, metric, group, period, statistic, value, tolerance must be there and use
// may; others are passed over. Returns ERROR_INPUT with file, line and id of each fault, ERROR_WORK for want
// of memory. Free it with moments_free either way.
int moments_read(struct moments *moments, const char *path, struct error *err);

// As moments_read for `n` bytes of text, which is `name` in messages.
int moments_parse(struct moments *moments, const char *text, size_t n, const char *name, struct error *err);
void moments_free(struct moments *moments);

#endif
