// expression: one number per replicate out of a run: a metric or a ratio or sum of metrics, of all
// enterprises or of some labels of a breakdown, over a period, by a statistic. Targets and moments are
// written in it.
//
//   metric     `enterprises_n`, `startups_n/enterprises_n`, `exits_n+suspensions_n`, `a+b/c+d` (sums above
//   and below) group      "" or `sector=ict` or `sector=ict+trade`: labels of the breakdown
//   `METRIC_by_sector` of every metric in the
//              expression. Counts and money of several labels are added; shares and
//              means are averaged with what they are of as weights (operating_n_by_sector,
//              employment_n_by_sector of values per worker; see expression_weight). A label that the run does
//              not have may be a usual name of several that it has: expression_aliases.
//   period     a month `2020-12`, a year `2020`, or a range of either `2014..2019`
//   statistic  see enum expression_statistic
//
// Whether a metric is a stock (a value at the month's end) or a flow (summed over the month) is what the file
// says in cell_methods. Months without a value (NaN: the share of no firms) make a value missing, but `mean`
// leaves them out.
#ifndef ANALYSIS_EXPRESSION_H
#define ANALYSIS_EXPRESSION_H

#include <stdbool.h>
#include "sim/data.h"

enum expression_statistic {
    EXPRESSION_END,    // at the end of the period
    EXPRESSION_MEAN,   // of the months
    EXPRESSION_SUM,    // of the months
    EXPRESSION_GROWTH, // over the year before: stocks at the end of the period, sums of flows; less 1
    EXPRESSION_SHARE,  // of the group in all: at the end for stocks, of the sums for flows
    EXPRESSION_RATE_ON_OPENING_STOCK, // sum over the operating enterprises (enterprises_n) before the period
    EXPRESSION_SHARE_OF_HALF_YEAR, // sum over that of the half of the calendar year in which the period ends
    EXPRESSION_CUMULATIVE,         // sum from the run's first month to the end of the period
    EXPRESSION_RATIO_OF_SUMS,      // sum of what is above the line over the sum of what is below
    EXPRESSION_STATISTICS_N
};
extern const char *const expression_statistic_names[EXPRESSION_STATISTICS_N];

enum { EXPRESSION_TERMS_MAX = 4, EXPRESSION_TEXT_MAX = 256 };

struct expression_terms {
    char name[EXPRESSION_TERMS_MAX][DATA_NAME_MAX];
    int n;
};

struct expression {
    struct expression_terms above, below; // below.n is 0 without a ratio
    char dimension[DATA_NAME_MAX];        // "" for all enterprises
    char labels[EXPRESSION_TEXT_MAX];     // one label, or several joined by +
    int64_t first, last;                  // months since 1970-01
    enum expression_statistic statistic;
};

// A name that evidence uses for several labels of a dimension.
struct expression_alias {
    const char *dimension, *label, *labels;
};
extern const struct expression_alias expression_aliases[];
extern const int expression_aliases_n;

// What an expression is written as.
struct expression_text {
    const char *metric, *group, *period, *statistic;
};

// The name of a metric whose labels weigh those of a share or mean of `unit` in an average: what the metric's
// row is of. Operating enterprises for metrics without a row.
const char *expression_weight(const char *metric, const char *unit);

// Reads the texts. Returns ERROR_INPUT and what is wrong in `why` (ERROR_TEXT_MAX bytes).
int expression_parse(struct expression *expression, const struct expression_text *text, char *why);

// Months of a period alone, as expression_parse.
int expression_parse_period(const char *text, int64_t *first, int64_t *last, char *why);

// The run's months: `time` as months since 1970-01 of its first element, and how many. Returns ERROR_INPUT
// and `why` if the run has no time coordinate in days that counts month by month.
int expression_months(const struct run_data *data, int64_t *first, int64_t *n, char *why);

// Replicates of a run; 0 if it has no such dimension.
int expression_replicates(const struct run_data *data);

// The last month that the expression needs.
int64_t expression_last_month(const struct expression *expression);

// Whether the run has all months that the expression needs.
bool expression_covered(const struct expression *expression, const struct run_data *data);

// The number of each replicate into `value`, NaN where it is missing. Returns ERROR_INPUT and `why` if the
// run lacks a metric, breakdown, label or month, ERROR_WORK for want of memory.
int expression_evaluate(const struct expression *expression, const struct run_data *data, double *value,
                        char *why);

// Results that rest on fewer agents than this are marked (model.md section 1).
enum { EXPRESSION_AGENTS_MIN = 30 };

// Agents that a number rests on at the end of its period, mean of the replicates: those of its labels
// (agents_n), and of a count of enterprises or of what happens to them (mean `value` of the expression) at
// most as many as the smallest weight leaves. NaN where the run does not tell.
double expression_agents(const struct expression *expression, const struct run_data *data, double value);

#endif
