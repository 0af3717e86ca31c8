// entry: who registers an enterprise. Potential founders, and household businesses that think of it, stand in
// fixed keyed lists by month, region, sector and kind; each decides from its own traits and the month's
// institutions (equations E1-E4 of docs/model.md). Spin-offs come from firms that innovate or close.
#ifndef MODELS_ENTRY_H
#define MODELS_ENTRY_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct entry {
    double entries_per_year, foreign_entries_per_year, startup_entries_per_year, startup_entry_growth,
        st_entries_per_year;
    double activity_elasticity, potential_ratio;
    double ability_gain, burden_frac, means_exponent, failure_frac, visa_frac;
    struct series days, fee_vnd;
    double day_vnd, failure_fear, visa_barrier;
    double household_n, household_growth, household_plan_frac;
    double household_workers_median, household_workers_log_sd, household_ability;
    double household_revenue_vnd, household_margin_frac, household_tax_vnd;
    double formal_growth_frac, formal_buyer_share, formal_buyer_frac, formal_need_share, formal_loan_months,
        formal_informal_rate;
    double formal_compliance_vnd, formal_reported_frac, formal_years, formal_hassle_vnd;
    double spin_off_per_year, spin_off_closing_frac, spin_off_workers_min, spin_off_inherited_frac;
};
extern const struct field entry_fields[];
extern const int entry_fields_n;

// Institutions of the month that decide on entry and on the end of a bankrupt firm. environment_step sets
// them to the economy's own path; what a programme moves afterwards holds until the end of the month.
struct institutions {
    double entry_days;        // days to register
    double entry_fee_vnd;     // fees and licences, prices of the opening
    double failure_fear;      // stigma and personal liability of a failure, 1 at the opening
    double visa_barrier;      // obstacle to foreign founders, 1 at the opening
    double insolvency_months; // to resolve an insolvency
};
double entry_days_opening(const struct model *model);
void entry_institutions(const struct model *model, struct world *world);

// Kinds of potential entrants, each with lists of its own.
enum entrant_kind {
    ENTRANT_COMMON,
    ENTRANT_FOREIGN,
    ENTRANT_STARTUP,
    ENTRANT_ST,
    ENTRANT_HOUSEHOLD,
    ENTRANT_KINDS
};

// What registering is worth to a potential founder, over what it is worth to one of median ability if it cost
// nothing (E2); never below 0. `means` is the founder's standard normal of starting means.
double entry_gain(const struct model *model, const struct institutions *institutions, enum entrant_kind kind,
                  double ability, double means);

// A household business that thinks of registering, and what it gains by it a year, VND at opening prices
// (E3).
struct household {
    double workers, ability;
    int needs_credit, has_buyer;
};
double entry_household_net_vnd(const struct model *model, const struct world *world,
                               const struct household *household);

// Registrations of the month: founders, households, spin-offs.
void entry_step(const struct model *model, struct world *world);

// An upper bound of a month's registrations, in agents: everybody in the lists, and a spin-off of every
// parent.
int64_t entry_max(const struct model *model, const struct world *world);

#endif
