// capability: skills, management, digital stage, certification, exporting and supplier links; they grow by
// learning and fade.
#ifndef MODELS_CAPABILITY_H
#define MODELS_CAPABILITY_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct capability {
    double skills_mean, skills_sd, skills_half_life_years;
    double management_mean, management_sd, management_half_life_years;
    double training_per_year, training_size_exponent, training_gain, training_cost_vnd;
    double digital_stage_share[4], digital_per_year;
    double certified_frac, certified_per_year, certified_cost_vnd;
    double exporter_frac, exporter_per_year;
    double supplier_frac, supplier_per_year;
    double link_size_exponent, link_loss_per_year;
};
extern const struct field capability_fields[];
extern const int capability_fields_n;

void capability_step(const struct model *model, struct world *world);

// Capabilities of a new row, drawn by `stream` from its draw key.
void capability_open(const struct model *model, struct world *world, int64_t row, int stream);

#endif
