#include "models/user_cost.h"
#include "models/world.h"

bool user_cost_matters(const struct model *model, const struct world *world)
{
    for (int p = 0; p < model->programmes_n; p++)
        if (instrument_at(model->programme[p].kind)->bears && programme_open(model, world, p))
            return true;
    return false;
}

// Adjustment takes time: 1 - 2^(-t/h), t years after the firm has heard of the programme.
static double adjusted(const struct innovation *p, double years)
{
    return 1.0 - vmath_exp(-vmath_log(2.0) * years / p->user_cost_half_years);
}

double user_cost_net(const struct model *model, const struct world *world, int64_t row,
                     const struct programme_project *project)
{
    const struct innovation *p = &model->innovation;
    double borne = 0.0;
    for (int k = 0; k < model->programmes_n; k++) {
        const struct instrument *kind = instrument_at(model->programme[k].kind);
        if (!kind->bears || !programme_open(model, world, k) || !programme_eligible(model, world, k, row))
            continue;
        const double years = programme_known_years(model, world, k, row);
        if (years <= 0.0)
            continue;
        const double share = kind->bears(model, world, k, row, project);
        borne += project->begun ? share : share * adjusted(p, years);
    }
    if (project->begun && project->cost_vnd > 0.0)
        borne += world->firm.project_support_vnd[row] / project->cost_vnd;
    return vmath_clamp(1.0 - borne, p->user_cost_floor, 1.0);
}

double user_cost_elasticity(const struct model *model, const struct world *world, int64_t row)
{
    const struct innovation *p = &model->innovation;
    const double log_ten = vmath_log(10.0), above = world->firm.log_workers[row] - log_ten;
    const double large = vmath_clamp(above / (2.0 * log_ten), 0.0, 1.0); // from 10 to 1,000 workers
    return p->user_cost_small + large * (p->user_cost_large - p->user_cost_small);
}

double user_cost_factor_max(const struct model *model)
{
    const struct innovation *p = &model->innovation;
    return vmath_pow(p->user_cost_floor, -vmath_max(p->user_cost_small, p->user_cost_large));
}
