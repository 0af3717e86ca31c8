// demography: start of trade, suspension and return, bankruptcy, exit. Who registers is entry's.
#ifndef MODELS_DEMOGRAPHY_H
#define MODELS_DEMOGRAPHY_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct demography {
    double start_at_once_frac, start_per_month, start_late_factor, start_late_months, start_sunk_exponent;
    double untrading_exit_per_month, untrading_strike_off_per_month;
    double start_workers_median, start_workers_log_sd, start_workers_special;
    double exit_per_month, exit_size_exponent, exit_loss_factor, exit_sunk_exponent, exit_newness_factor,
        exit_newness_years, exit_january_factor;
    double insolvency_sales_months, dormancy_per_month;
    double suspension_per_month, suspension_january_factor;
    double return_per_month, return_ceased_per_month, return_ceased_months, return_days_exponent;
    double suspended_dissolution_per_month, ceased_dissolution_per_month;
    double startup_exit_factor, startup_years;
};
extern const struct field demography_fields[];
extern const int demography_fields_n;

// Status changes of existing firms: equations X1-X5 of docs/model.md.
void demography_exit_step(const struct model *model, struct world *world);

// A new registration trades at once, or waits.
void demography_register(const struct model *model, struct world *world, int64_t row);

// A firm begins to trade with so many workers: a starter, or one that returns.
void demography_open_shop(const struct model *model, struct world *world, int64_t row, double workers);

// The standard normal of starting means, which decides on starting size, of the firm with this draw key.
double demography_means(const struct world *world, int64_t key);

#endif
