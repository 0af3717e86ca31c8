// production: sales, workers, costs, profit, the owner's pay, reported profit; cash follows.
#ifndef MODELS_PRODUCTION_H
#define MODELS_PRODUCTION_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct production {
    double hire_speed, fire_speed;
    double margin_mean, management_cost;
    double efficiency_sd, efficiency_persistence, transitory_sd, transitory_persistence;
    double owner_pay_frac, owner_pay_exponent;
    double under_reporting_frac, under_reporting_exponent, under_reporting_certified;
    double break_even_frac;
    double depreciation_per_year;
    double import_frac;
    double cash_buffer_months, payout_frac;
    double capital_slack;
};
extern const struct field production_fields[];
extern const int production_fields_n;

// Equations P1-P6 of docs/model.md.
void production_step(const struct model *model, struct world *world);

// Monthly sales that one worker of this firm makes at today's prices and productivity, VND.
double production_sales_per_worker_vnd(const struct model *model, const struct world *world, int64_t row);

#endif
