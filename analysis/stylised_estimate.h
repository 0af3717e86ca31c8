// stylised_estimate: the estimators of stylised facts of firm dynamics: one number out of a panel of firms.
#ifndef ANALYSIS_STYLISED_ESTIMATE_H
#define ANALYSIS_STYLISED_ESTIMATE_H

#include "analysis/firm_panel.h"

// Of which firm-years. Size is that at the end of the year before, but for tail_exponent (this year's end)
// and growth of sales (stylised_growth).
struct stylised_ask {
    double min_workers, max_workers; // at least, below; NaN: no bound
    double parameter;                // what the estimator says; NaN if it has none
    int first_year, last_year;
    int sector;   // index of the economy's sectors, -1: all
    int left_out; // a group of firms, -1: none
};

struct stylised_estimator {
    const char *name;
    const char *parameter; // what it means, "" if it has none
    double (*estimate)(const struct firm_panel *panel, const struct stylised_ask *ask); // NaN: too few firms
    const char *doc;
};
extern const struct stylised_estimator stylised_estimators[];
extern const int stylised_estimators_n;

const struct stylised_estimator *stylised_estimator_find(const char *name); // or NULL

// Whether a firm-year is asked for, by group, year and sector; and by size too.
bool stylised_counts(const struct stylised_ask *ask, const struct firm_year *year);
bool stylised_sized(const struct stylised_ask *ask, const struct firm_year *year);

// Growth of yearly sales in logs of the firms that operated through both years, less the weighted mean of
// their sector and year, for the size bounds: values and weights into panel->work[0] and [1], logs of workers
// into [2], logs of age in years into [3]. Size is that before the earlier year: in between it would already
// hold a part of the growth. Returns how many.
int64_t stylised_growth(const struct firm_panel *panel, const struct stylised_ask *ask);

#endif
