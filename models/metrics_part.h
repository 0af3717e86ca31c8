// metrics_part: what the files of metrics share and nobody else needs.
#ifndef MODELS_METRICS_PART_H
#define MODELS_METRICS_PART_H

#include "models/metrics.h"
#include "models/world.h"
#include "sim/par.h"

// Workers are counted in steps of 2^-20.
#define METRICS_FIXED 1048576.0

enum {
    // Classes of workers from 0, 5, 10, 20, 50, 100, 200: size and survey classes are unions of them.
    METRICS_BINS_N = 7,
    METRICS_OWNERS_N = 2 * OWNERSHIPS_N, // ownership and gender
    METRICS_SURVEYS_N = 5,
    METRICS_AGES_N = 5,
    METRICS_COHORTS_N = 24, // months of registration that started_12m_frac needs
    METRICS_MEMORY_MONTHS = 24,
    // Of sales a worker and year: 32 an octave, from 2^17 VND on.
    METRICS_PRODUCTIVITY_BINS = 1024,
    METRICS_PRODUCTIVITY_FIRST = (1023 + 17) * 32,
    METRICS_PARTS_MAX = 64,
};

// Guarantee funds of one programme.
struct metrics_guarantee {
    int64_t capital_vnd, outstanding_vnd, claims_vnd, recoveries_vnd;
};

struct metrics {
    const struct model *model;
    const struct world *world; // of the month taken in
    int64_t month;
    int parts_n; // of the firm table, each summed by itself

    // Per part: cells x counts. Below 2^32 enterprises no count can wrap.
    uint32_t *counts;

    // Per part: cells x other measures, then firms operating at the month's production and those of 11 months
    // before that are still there, by size, age and sector; first sales by cohort; enterprises by sector and
    // productivity. The first part holds the sum of all once the month is taken in.
    int64_t *sums;
    int64_t cells_n, survival_n, part_n;
    int64_t at_opened, at_kept, at_first_sales, at_productivity;

    int64_t *vectors; // work space of measures of a few cells
    int64_t *slot;    // measures by slot, a label of a group: metrics_slot
    int slots_n, slot_first[METRICS_GROUPS_N];

    // History: rings by month.
    int64_t *opened;                        // 12 x survival_n
    int64_t registered[METRICS_COHORTS_N];  // enterprises by month of registration
    int64_t first_sales[METRICS_COHORTS_N]; // of them those that have sold
    int64_t *value_added, *workers;         // 24 x slots_n; workers in METRICS_FIXED steps
    double *real_value_added;               // 24 x slots_n, in opening prices

    // Venture funds and angels together.
    double *fund_flow; // per month of the run
    int64_t fund_called_vnd, fund_distributed_vnd, fund_value_vnd;

    struct metrics_guarantee guarantee[PROGRAMMES_MAX];
    int64_t *programme; // rows x programmes: the month's values of PROGRAMME rows
};

// A block of firms, made ready for the measures.
struct metrics_block {
    const struct metrics *metrics;
    struct firm firm; // pointers to the block's first row
    int64_t capacity; // between lanes of a column
    int n;
    int16_t month, since_year, since_window; // later months are within the last 12, within the window
    uint8_t operating[PAR_BLOCK], registered[PAR_BLOCK], results[PAR_BLOCK], class56[PAR_BLOCK];
    uint8_t surveyed[LENSES_MAX][PAR_BLOCK]; // belongs to the population of the lens if it operates
    uint8_t year_ago[PAR_BLOCK];             // operated 12 months ago
    uint8_t innovates[PAR_BLOCK];            // now
    uint8_t operated_before[PAR_BLOCK], innovated_before[PAR_BLOCK]; // 36 months ago
    uint32_t cell[PAR_BLOCK];
    double sales_year[PAR_BLOCK], reported_year[PAR_BLOCK]; // of the last 12 months within the run
    const float *workers_before;                            // 11 months ago
};

// ---- metrics.c

extern const int metrics_stride;         // measures a cell, places left free among them
extern const int metrics_counts_n;       // the first of them are counts
extern const int metrics_programme_rows; // rows of kind PROGRAMME

// Places of some rows' measures.
extern const int metrics_measure_entries, metrics_measure_value_added, metrics_measure_workers;

// Adds the measures of a block to the cells: metrics_counts_n counts a cell, and metrics_stride -
// metrics_counts_n others.
void metrics_block_add(const struct metrics_block *block, uint32_t *counts, int64_t *sums);

// Evaluates the rows by programme.
void metrics_programmes(struct metrics *metrics);

// ---- metrics_scan.c

// Sums the month's firms, by cell and by slot.
void metrics_scan(struct metrics *metrics);

// The slot of a label of a group that is made of cells.
static inline int metrics_slot(const struct metrics *metrics, enum metrics_group group, int label)
{
    return metrics->slot_first[group] + label;
}

// ---- metrics_other.c: rows that are not sums of measures, and their memory

void metrics_remember(struct metrics *metrics);

typedef double metrics_function(const struct metrics *metrics, const struct metric *row,
                                enum metrics_group group, int label);
metrics_function metrics_survival, metrics_households, metrics_value_added_growth, metrics_productivity,
    metrics_productivity_spread, metrics_bad_loans, metrics_equity_deals, metrics_equity_invested,
    metrics_fund_tvpi, metrics_fund_dpi, metrics_fund_irr, metrics_programme_awards, metrics_fiscal_balance,
    metrics_started;

#endif
