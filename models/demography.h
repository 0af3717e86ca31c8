// demography: registration from keyed lists of potential entrants, start of trade, suspension and return,
// exit.
#ifndef MODELS_DEMOGRAPHY_H
#define MODELS_DEMOGRAPHY_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct demography {
    double entries_per_year, entry_reform_factor, entry_reform_start_years, entry_reform_years,
        entry_activity_elasticity;
    double foreign_entries_per_year, startup_entries_per_year, startup_entry_growth, st_entries_per_year;
    double household_entry_frac, household_n, household_growth;
    double start_at_once_frac, start_per_month, start_late_factor, start_late_months;
    double untrading_exit_per_month, untrading_strike_off_per_month;
    double start_workers_median, start_workers_log_sd, start_workers_special;
    double exit_per_month, exit_size_exponent, exit_manufacturing_factor, exit_loss_factor,
        exit_january_factor;
    double insolvency_sales_months, dormancy_per_month;
    double suspension_per_month, suspension_january_factor;
    double return_per_month, return_ceased_per_month, return_ceased_months;
    double suspended_dissolution_per_month, ceased_dissolution_per_month;
    double startup_exit_factor, startup_years;
};
extern const struct field demography_fields[];
extern const int demography_fields_n;

// Status changes of existing firms: equations X1-X4 of docs/model.md.
void demography_exit_step(const struct model *model, struct world *world);

// Registrations: equation E1. Potential entrants of a cell (month, region, sector, kind) stand in a fixed
// keyed order; those whose place is below the cell's demand for registrations enter.
void demography_entry_step(const struct model *model, struct world *world);

// An upper bound of a month's registrations, in agents.
int64_t demography_entrants_max(const struct model *model, const struct world *world);

#endif
