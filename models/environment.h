// environment: the macro path, institutions as indices, shocks; the same for every scenario with one seed and
// replicate.
#ifndef MODELS_ENVIRONMENT_H
#define MODELS_ENVIRONMENT_H

#include "sim/field.h"

struct model;
struct world;

struct environment {
    // Historical paths by year; after the last data year a draw per replicate.
    struct series gdp_growth, inflation, lending_rate, exchange_rate, tax_rate, tax_rate_small;
    double gdp_growth_later, gdp_growth_sd, gdp_growth_persistence;
    double inflation_later, inflation_sd, lending_rate_later, lending_rate_sd;
    double productivity_growth, wage_vnd, labour_cost_factor;
    double insolvency_months, red_tape, ip_enforcement, motivation;
};
extern const struct field environment_fields[];
extern const int environment_fields_n;

// Sets world->climate for world->month, the shocks' part with it; sector demand indices apart (demand_step).
void environment_step(const struct model *model, struct world *world);

// Real growth of a year of the run, 1/year: data, or the replicate's draw after them.
double environment_growth(const struct model *model, const struct world *world, int64_t year);

#endif
