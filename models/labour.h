// labour: what workers cost and how many there are, by region and skill, under the run's closure.
#ifndef MODELS_LABOUR_H
#define MODELS_LABOUR_H

#include "sim/field.h"

struct model;
struct world;

// How markets close outside the model's enterprises; docs/model.md section 7.1.
enum closure {
    CLOSURE_FIXED,   // sector demand and wages follow the macro path
    CLOSURE_ELASTIC, // demand responds to competitiveness and wage income, wages to slack; labour is finite
    CLOSURE_OPEN,    // wages given, each firm's demand its own: nobody takes sales from another
    CLOSURES_N
};
extern const char *const labour_closures[CLOSURES_N];

enum skill { SKILL_BASIC, SKILL_TRAINED, SKILLS_N };

struct labour {
    double reservoir_ratio[SKILLS_N];
    double reservoir_growth[SKILLS_N];
    double slack_min, wage_curve, norm_years;
};
extern const struct field labour_fields[];
extern const int labour_fields_n;

// Counts the opening workers; the reservoir is what they and the ratio say.
void labour_open(const struct model *model, struct world *world);

// Reservoir, wages by region and skill, their share in prices, and wage income against its norm: equations
// L1-L4 of docs/model.md, from the employment of last month's production.
void labour_step(const struct model *model, struct world *world);

#endif
