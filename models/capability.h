// capability: skills, management, digital stage, certification, exporting and supplier links; they grow by
// training, advice, peers, buyers and practice, and fade at half-lives of their own.
#ifndef MODELS_CAPABILITY_H
#define MODELS_CAPABILITY_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

// What skills and management are learned from, beside training.
enum lesson { LESSON_PEERS, LESSON_ADVICE, LESSON_BUYERS, LESSON_PRACTICE, LESSONS_N };

struct capability {
    double skills_mean, skills_sd, skills_half_life_years;
    double management_mean, management_sd, management_half_life_years;
    double training_per_year, training_size_exponent, training_gain, training_cost_vnd;
    double skills_learning[4], management_learning[4]; // by enum lesson
    double digital_stage_share[4], digital_per_year, digital_half_life_years;
    double certified_frac, certified_per_year, certified_cost_vnd, certified_half_life_years;
    double exporter_frac, exporter_per_year, exporter_half_life_years;
    double supplier_frac, supplier_per_year, supplier_half_life_years;
    double link_size_exponent;
};
extern const struct field capability_fields[];
extern const int capability_fields_n;

// Equations C1, C2 of docs/model.md: learning and fading; training, digital stages, certificates, links.
void capability_step(const struct model *model, struct world *world);

// Capabilities of a new row, drawn by `stream` from its draw key.
void capability_open(const struct model *model, struct world *world, int64_t row, int stream);

#endif
