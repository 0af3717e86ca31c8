// compare: how far a baseline and policies land from targets, what the policies change and what that costs.
//
// Scenarios of one seed are twins: replicate r of a policy has the firms, the luck and the shocks of
// replicate r of the baseline. So differences are taken replicate by replicate. An outcome is the mean over
// replicates with their 2.5th to 97.5th percentile; a paired difference is its mean with the 95 % t-interval
// of that mean.
#ifndef ANALYSIS_COMPARE_H
#define ANALYSIS_COMPARE_H

#include <stdio.h>
#include "analysis/report_text.h"
#include "analysis/sample.h"
#include "analysis/targets.h"

enum { COMPARE_RUNS_MAX = 32 };

// A run to compare; the first of several is the baseline.
struct compare_run {
    const char *path;
    const struct run_data *data;
};

struct compare_request {
    const struct compare_run *run;
    int runs_n;
    const struct targets *targets;
    // Months since 1970-01: targets of statistic `end` at that month instead of their own; -1: as they are.
    int64_t at;
    int64_t first, last; // only targets whose date lies in these months
    double t;            // 0.975 quantile of Student's t with replicates - 1 degrees of freedom
};

enum compare_verdict {
    COMPARE_MISSING,  // no value
    COMPARE_NOT_MET,  // below the target
    COMPARE_MET,      // within the range, or at least the target
    COMPARE_ABOVE,    // above the upper end of the range
    COMPARE_DISAGREE, // readings of the target disagree
    COMPARE_VERDICTS_N
};
extern const char *const compare_verdict_names[COMPARE_VERDICTS_N];

// Flows of public money that are counted, all from the run's start to the date, VND.
enum compare_money {
    COMPARE_CASH,    // programme_cash_vnd: cash out minus cash in
    COMPARE_COST,    // programme_cost_vnd: accrual
    COMPARE_FORGONE, // tax_forgone_vnd: memo, part of no sum
    COMPARE_BALANCE, // fiscal_balance_vnd: taxes received minus cash out
    COMPARE_MONEY_N
};

// One reading of one target in one scenario.
struct compare_cell {
    struct sample_interval value;      // over replicates; percentiles
    double agents;                     // that the value rests on (expression_agents)
    double gap;                        // value less the nearest end of the range, 0 inside
    enum compare_verdict verdict;      // of the target, all readings together
    double met_share;                  // share of replicates that meet it
    struct sample_interval difference; // from the baseline; t-interval of the mean
    int distinguishable;               // the interval of the difference leaves out zero
    struct sample_interval units;      // additional units; NaN where the target counts none
    int units_distinguishable;         //
    double per_unit[COMPARE_MONEY_N]; // VND an additional unit; NaN unless units_distinguishable and positive
};

struct compare_row {
    const struct target *target;
    char reading[TARGET_ID_MAX];                // "" if the target has one reading
    struct expression expression;               // as evaluated
    struct compare_cell cell[COMPARE_RUNS_MAX]; // [0] the baseline
};

// Public money up to a date.
struct compare_costs {
    int64_t month; // months since 1970-01
    struct {
        double total[COMPARE_MONEY_N];                      // mean over replicates, VND
        struct sample_interval difference[COMPARE_MONEY_N]; // from the baseline
    } run[COMPARE_RUNS_MAX];
};

struct comparison {
    struct compare_request request;
    int replicates_n;
    struct compare_row *row;
    int rows_n;
    struct compare_costs *costs; // per date of a row, rising
    int costs_n;
};

// Whether policies may be compared with the baseline: same months, replicates, seed, agents and parameters of
// the economy. Programmes may differ. Returns ERROR_INPUT and what differs.
int compare_check(const struct compare_run *run, int runs_n, struct error *err);

// Compares. Targets outside the runs' months are left out. Returns ERROR_INPUT if a run lacks a metric,
// ERROR_WORK for want of memory. The request's runs and targets must outlive the comparison.
int compare_create(struct comparison **comparison, const struct compare_request *request, struct error *err);
void compare_free(struct comparison *comparison); // NULL is allowed

// Prints it: tables for people with a legend (text, at most 110 columns; Markdown), or one complete table
// with a row per target, reading and scenario (CSV, JSON). Returns 0 or -1 for want of memory.
int compare_print(const struct comparison *comparison, enum report_format format, FILE *to);

// The `scenario` attribute of a run, or its path.
const char *compare_name(const struct compare_run *run);

#endif
