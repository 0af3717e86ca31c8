// metrics: every number that a run reports of its economy, one row each (models/metrics.c). A row says what
// the number is and how it is made; the recorder, `describe` and the contract test walk the rows.
//
// Most metrics are sums over firms. Each is a measure, an exact integer per real enterprise (0 or 1, whole
// VND, workers in steps of 2^-20), that is added with the firm's weight into cells of size, sector, region,
// ownership and owner's gender, and from these into the groups of its row. Integer sums have no order:
// neither threads nor the order of rows can change a bit.
#ifndef MODELS_METRICS_H
#define MODELS_METRICS_H

#include <stdint.h>
#include "sim/error.h"

struct model;
struct world;
struct metrics; // of one replicate: the month's sums and what is remembered of earlier months

enum metrics_kind { METRICS_STOCK, METRICS_FLOW };

// What a metric is broken down by. The labels of sectors, regions, lenses and programmes are names of the
// scenario; those of funds are known at the end of a run only.
enum metrics_group {
    METRICS_TOTAL, // no breakdown
    METRICS_SIZE_CLASS,
    METRICS_SECTOR,
    METRICS_REGION,
    METRICS_OWNERSHIP,
    METRICS_OWNER_GENDER,
    METRICS_SURVEY_CLASS,
    METRICS_SIZE_CLASS_DECREE56,
    METRICS_AGE_CLASS,
    METRICS_DIGITAL_STAGE,
    METRICS_LENS,
    METRICS_ORIGIN,
    METRICS_REASON,
    METRICS_TYPE,
    METRICS_STAGE,
    METRICS_SOURCE,
    METRICS_PROGRAMME,
    METRICS_FUND,
    METRICS_GROUPS_N
};

// A metric. The value functions and what follows them are the row's own business.
struct metric {
    const char *name;
    enum metrics_kind kind;
    const char *unit;
    const char *groups;     // names separated by semicolons, each a breakdown of its own; "" if none
    const char *definition; // population, period, what is counted
    double (*value)(const struct metrics *metrics, const struct metric *row, enum metrics_group group,
                    int label);
    enum metrics_group by; // the group whose labels are lanes of the measure, or METRICS_TOTAL
    int measure, lanes, base, base_lanes;
    double scale;
    const char *of; // population or sum that a share or mean is of: with "_n" or as it stands the name of a
                    // row, if one counts it; NULL if the value is not a quotient of sums
};
extern const struct metric metrics_rows[];
extern const int metrics_rows_n;

// "time: point" for a stock, "time: sum" for a flow, "time: mean" for a flow's ratio.
const char *metrics_cell_methods(const struct metric *row);

// The groups of a row in its order, METRICS_TOTAL not among them. Returns their number.
int metrics_groups_of(const struct metric *row, enum metrics_group out[METRICS_GROUPS_N]);

const char *metrics_group_name(enum metrics_group group); // "" for METRICS_TOTAL
const char *metrics_group_doc(enum metrics_group group);  // one sentence
int metrics_labels_n(const struct model *model,
                     enum metrics_group group); // 1 for METRICS_TOTAL, 0 for METRICS_FUND
const char *metrics_label(const struct model *model, enum metrics_group group, int label);

// Work space and memory of one replicate of a model, for worlds that run on `threads` threads; `model` must
// outlive it. Returns ERROR_WORK for want of memory; metrics_free allows NULL.
int metrics_create(struct metrics **metrics, const struct model *model, int threads, struct error *err);
void metrics_free(struct metrics *metrics);

// Takes in one month of a world: after its audit, before world_close_month, each month once from the first
// on.
void metrics_month(struct metrics *metrics, const struct world *world);

// The value of a row for one label of one of its groups (label 0 of METRICS_TOTAL: the whole economy) in the
// month last taken in, as long as the world has not gone on. NaN where it is not defined: nothing to divide
// by, or history before the run.
double metrics_value(const struct metrics *metrics, int row, enum metrics_group group, int label);

// Internal rate of return, 1/year, of n monthly flows (to investors positive, calls negative) and a value
// held at the end of the last month: the monthly rate that discounts them to nothing, by bisection,
// compounded over 12 months. NaN before the first call and while nothing has come later than it; -1 if it is
// at or below -99.99 %, 10 if at or above 1000 %.
double metrics_irr(const double *flow, int n, double value);

#endif
