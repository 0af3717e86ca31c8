// user_cost: what a project costs a firm after all that open programmes, which it knows and may use, would
// bear of it, and how its demand for projects follows. The elasticity is the firm's, not a programme's.
#ifndef MODELS_USER_COST_H
#define MODELS_USER_COST_H

#include <stdbool.h>
#include <stdint.h>

struct model;
struct world;
struct programme_project;

// Whether any open programme bears part of projects.
bool user_cost_matters(const struct model *model, const struct world *world);

// I6: share of the project's cost that is left to the firm, from user_cost_floor to 1. Before a project is
// decided on (`begun` false), shares count as far as firms have adjusted to what they know.
double user_cost_net(const struct model *model, const struct world *world, int64_t row,
                     const struct programme_project *project);

// I7: the firm's elasticity of projects to that share, a positive number; and the largest factor of a hazard
// that any firm may have.
double user_cost_elasticity(const struct model *model, const struct world *world, int64_t row);
double user_cost_factor_max(const struct model *model);

#endif
