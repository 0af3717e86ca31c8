// location: firms that move to another region or into an industrial zone (equation M1 of docs/model.md).
#ifndef MODELS_LOCATION_H
#define MODELS_LOCATION_H

#include "sim/field.h"

struct model;
struct world;

struct location {
    double look_per_year, zone_look_per_year, zone_workers_min;
    double rent_frac, zone_saving_frac, move_cost_frac, tie_log;
};
extern const struct field location_fields[];
extern const int location_fields_n;

// Log gain of moving to region `to`, into a zone there or not: sales a worker and rent saved, in shares of
// sales.
double location_gain(const struct model *model, const struct world *world, int64_t row, int to, int zone);

// Moves of the month.
void location_step(const struct model *model, struct world *world);

#endif
