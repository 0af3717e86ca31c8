// innovation_plan: a project from the idea to its start: type, novelty and cost, the price up to which it
// pays, the wait for finance. Equations I2, I3 and I7 of docs/model.md.
#ifndef MODELS_INNOVATION_PLAN_H
#define MODELS_INNOVATION_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct innovation;
struct model;
struct world;

// Hazard of a project of any type at 10 workers, all factors 1, 1/month.
double innovation_plan_hazard(const struct innovation *p);

// I2: makes a plan; `v`, uniform in (0,1), draws its type.
void innovation_plan_make(const struct model *model, struct world *world, int64_t row, double v);

// I7: makes a plan that would pay only with support, if the price net of support is low enough; none else.
// The firm's draw stands at `over` > 1 times the hazard at full price.
void innovation_plan_supported(const struct model *model, struct world *world, int64_t row, double v,
                               double over);

// Whether the plan needs support that nobody has promised: it gives way to one that pays without.
bool innovation_plan_waits(const struct world *world, int64_t row);

// I3: a month of a plan: it starts, is postponed, waits or lapses.
void innovation_plan_follow(const struct model *model, struct world *world, int64_t row);

#endif
