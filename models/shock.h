// shock: named events from outside, a window each, that move demand by sector, registrations and closures.
#ifndef MODELS_SHOCK_H
#define MODELS_SHOCK_H

#include <stdint.h>
#include "sim/config.h"
#include "sim/field.h"

struct model;
struct world;

enum { SHOCKS_MAX = 32 };

struct shock {
    char name[CONFIG_NAME_MAX];
    char source[FIELD_TEXT_MAX];
    int64_t enabled, from, until;   // bool; first and last month
    int64_t in_gdp;                 // bool: the GDP data contain it, as far as they reach
    char sectors[FIELD_TEXT_MAX];   // names, comma separated; empty: all
    double sales;                   // factor on demand in these sectors
    double entry, exit, suspension; // factors on registrations, closures, suspensions
    double growth;                  // what it does to real growth in its window, 1/year
    uint32_t sector_mask;           // resolved by model_load
    int contained;                  // bool, resolved: in_gdp, and the data reach its end
};
extern const struct field shock_fields[];
extern const int shock_fields_n;

// The shocks' part of the month's climate: factors on demand, registrations and closures, and real growth.
// Equation S1 of docs/model.md. Reads the sectors' volumes for the year's weights.
void shock_month(const struct model *model, struct world *world);

#endif
