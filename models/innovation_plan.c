#include "models/innovation_plan.h"
#include "models/user_cost.h"
#include "models/world.h"

enum design_draw { DESIGN_NOVELTY, DESIGN_COST };

double innovation_plan_hazard(const struct innovation *p)
{
    double sum = 0.0;
    for (int k = 0; k < TYPES_N; k++)
        sum += p->hazard[k];
    return sum;
}

static int choose_type(const struct innovation *p, double v)
{
    double below = 0.0, all = innovation_plan_hazard(p);
    for (int k = 0; k < TYPES_N - 1; k++) {
        below += p->hazard[k] / all;
        if (v < below)
            return k;
    }
    return TYPES_N - 1;
}

// I2: type, novelty and cost of a new plan.
void innovation_plan_make(const struct model *model, struct world *world, int64_t row, double v)
{
    const struct innovation *p = &model->innovation;
    const struct firm *f = &world->firm;
    const uint64_t who = (uint64_t)f->ancestor[row];
    const int type = choose_type(p, v);
    const double z = rng_normal(world->rng, who, world_purpose(world, STREAM_INNOVATION_DESIGN, DESIGN_COST));
    const double scale = -p->cost_exponent * (f->log_workers[row] - vmath_log(10.0)) + p->cost_log_sd * z;
    const double cost = p->cost_sales_months[type] * f->expected_sales_vnd[row] * vmath_exp(scale);
    const double least = p->cost_min_vnd * world->climate.price_level;

    f->plan[row] = (uint8_t)(1 + type);
    f->plan_price[row] = 0;
    f->plan_until[row] = (int16_t)(world->month + (int64_t)p->plan_months);
    f->project_cost_vnd[row] = vmath_round(vmath_max(cost, least));
    f->project_support_vnd[row] = 0.0;
    f->project_novelty[row] =
        rng_uniform(world->rng, who, world_purpose(world, STREAM_INNOVATION_DESIGN, DESIGN_NOVELTY));
}

static struct programme_project project_of(const struct firm *f, int64_t row, bool begun)
{
    return (struct programme_project){f->plan[row] - 1, f->project_cost_vnd[row], begun};
}

// I7: a plan that would pay only with support. Its draw stands at `over` times the hazard at full price, so
// it pays up to the price over^(-1/epsilon), which it keeps.
void innovation_plan_supported(const struct model *model, struct world *world, int64_t row, double v,
                               double over)
{
    const struct firm *f = &world->firm;
    innovation_plan_make(model, world, row, v);
    const struct programme_project project = project_of(f, row, false);
    const double net = user_cost_net(model, world, row, &project);
    const double price = vmath_pow(over, -1.0 / (user_cost_elasticity(model, world, row) + 1e-12));
    if (net < price) {
        f->plan_price[row] = (uint8_t)(1 + vmath_int(vmath_floor(254.0 * price)));
        return;
    }
    f->plan[row] = 0;
    f->project_cost_vnd[row] = 0.0;
}

// Whether a plan that needs support is too dear with what it has been promised and may count on.
static bool too_dear(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    if (!f->plan_price[row])
        return false;
    const struct programme_project project = project_of(f, row, true);
    return 255.0 * user_cost_net(model, world, row, &project) > f->plan_price[row];
}

// I3: a plan starts when own money and promised support pay for it; it waits for finance and lapses at its
// term. Plans are made in one month and financed from the next on, so that programmes and banks can see them.
void innovation_plan_follow(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const bool dear = too_dear(model, world, row);
    if (!dear && innovation_gap_vnd(model, world, row) <= 0.0) {
        innovation_begin(model, world, row);
        return;
    }
    if (!dear && f->plan_until[row] == (int16_t)(world->month + (int64_t)model->innovation.plan_months - 1)) {
        f->project_event[row] |= PROJECT_POSTPONED; // counted once, in its first month
        f->project_event_type[row] = (uint8_t)(f->plan[row] - 1);
    }
    if (world->month >= f->plan_until[row]) {
        f->plan[row] = 0;
        f->project_cost_vnd[row] = f->project_support_vnd[row] = 0.0;
    }
}

bool innovation_plan_waits(const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    return f->plan_price[row] && f->project_support_vnd[row] <= 0.0;
}
