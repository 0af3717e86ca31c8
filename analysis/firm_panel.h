// firm_panel: the panel of a run (the firms of its first replicate, month by month) as firm-years and as a
// life table, which the estimators of stylised facts work on.
//
// A year is a calendar year; a firm is an agent of the panel, with its weight. An agent that was split goes
// on under its id, the other part begins in the month of the split.
#ifndef ANALYSIS_FIRM_PANEL_H
#define ANALYSIS_FIRM_PANEL_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/data.h"

enum firm_state {
    FIRM_ABSENT,    // not in the panel: not yet registered, or the other part of a later split
    FIRM_UNTRADING, // registered, has not yet traded
    FIRM_OPERATING,
    FIRM_SUSPENDED,
    FIRM_CEASED,
    FIRM_GONE,
};

// Firms fall into so many groups by their ancestor's id; leaving out one at a time gives the interval of an
// estimate.
enum { FIRM_GROUPS = 20, FIRM_LIFE_MONTHS = 144 };

struct firm_year {
    int64_t firm;
    int32_t year;
    int32_t age_months;        // since registration, at the year's start; below 0: registered in the year
    uint8_t was, is;           // enum firm_state at the end of the year before, and of this year
    uint8_t sector, ownership; // indices of the economy's lists
    uint8_t startup, group;
    uint8_t whole;                     // operating in all 12 months
    uint8_t active;                    // spent on innovation or had a project event in the year
    double weight;                     // real enterprises, at the year's first month in the panel
    double workers_before, workers;    // at the end of the year before and of this year; NaN unless operating
    double sales_vnd, value_added_vnd; // of the year
    double worker_years;
    double capital_before_vnd; // at the end of the year before, NaN unless it was in the panel
    double investment_vnd;     // purchases of fixed assets in the year
};

struct firm_panel {
    struct firm_year *year; // by firm, then year: the years of a firm stand together
    int64_t n;
    double *work[4]; // scratch of n values each for the estimators
    // Trading firms registered in the run, by months since their first sale, and of those the firms that
    // ceased or were dissolved in the month after; weighted.
    double at_risk[FIRM_GROUPS][FIRM_LIFE_MONTHS], ended[FIRM_GROUPS][FIRM_LIFE_MONTHS];
};

// Builds it from the group "panel" of a run. Returns ERROR_INPUT if the run has no panel or lacks a column of
// it, ERROR_WORK for want of memory. Free it with firm_panel_free either way.
int firm_panel_create(struct firm_panel **panel, const struct run_data *data, struct error *err);

// A panel of given firm-years without a life table (copied), sorted by firm and year; NULL for want of
// memory.
struct firm_panel *firm_panel_of(const struct firm_year *year, int64_t n);
void firm_panel_free(struct firm_panel *panel); // NULL is allowed

// The year before of the same firm, NULL if the panel has none.
const struct firm_year *firm_panel_before(const struct firm_panel *panel, int64_t i, int years);

#endif
