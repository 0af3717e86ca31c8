// demand: sector demand and how firms share it (replicator dynamics with Laplace growth).
#ifndef MODELS_DEMAND_H
#define MODELS_DEMAND_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct demand {
    double replicator_per_year;
    double efficiency_weight, digital_reach, export_reach, supplier_reach, startup_growth_per_year;
    double growth_sd, growth_sd_exponent, volatility_redraw_frac;
    double scale_workers, scale_per_year, scale_years;
    double large_drag_per_year;
    double disturbance_sd, disturbance_persistence, season_amplitude;
    struct series formal_growth;
    double starter_new_frac;
    double capacity_slack, expectation_speed;
    double government_frac;
    double substitution_elasticity, export_elasticity, income_elasticity;
    double frontier_gain, frontier_years, frontier_catch_up_per_year;
    double open_growth_per_year;
};
extern const struct field demand_fields[];
extern const int demand_fields_n;

// Sums attraction by sector and sets the opening demand to what the opening firms sell.
void demand_open(const struct model *model, struct world *world);

// Sector demand of the month, then the firms' attraction: equations D1-D6 of docs/model.md.
void demand_step(const struct model *model, struct world *world);

// A firm that starts or returns joins its sector's market with its attraction; `new_frac` of its sales is
// demand new to the formal sector, all of them under the open closure. A firm that stops leaves its demand to
// the others, but under the open closure, where it goes with the firm.
void demand_join(struct world *world, int64_t row, double new_frac);

#endif
