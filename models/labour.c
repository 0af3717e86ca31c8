#include "models/world.h"

const char *const labour_closures[CLOSURES_N] = {"fixed", "elastic", "open"};
static const char *const skill_labels[SKILLS_N] = {"basic", "trained"};

const struct field labour_fields[] = {
    {"reservoir_ratio", FIELD_VECTOR, "1", "basic: 0.85, trained: 0.3", 0.0, 100.0,
     offsetof(struct labour, reservoir_ratio), skill_labels, SKILLS_N, "",
     "Workers outside enterprises who would take a job there, for each worker inside at the opening, by "
     "skill",
     "assumption: households_jobs over emp_ent_2014 is 0.72 in all, and those trained (seed_untrained) are "
     "scarcer outside; range 0.2-2"},
    {"reservoir_growth", FIELD_VECTOR, "1/year", "basic: 0.022, trained: 0.045", -0.1, 0.2,
     offsetof(struct labour, reservoir_growth), skill_labels, SKILLS_N, "",
     "Growth of the reservoir, enterprises' workers with it, by skill",
     "assumption: 0.026 in all, from emp_ent_2014 to avg_emp_2020 over firms with results, with "
     "households_jobs "
     "growing at household_labour_growth_2016_20; training grows faster; range 0.01-0.06"},
    {"slack_min", FIELD_REAL, "1", "0.03", 0.001, 0.5, offsetof(struct labour, slack_min), NULL, 0, "",
     "Share of the reservoir that is between jobs and cannot be hired",
     "assumption: frictional unemployment in Vietnam is about 2 % of the labour force; range 0.01-0.06"},
    {"wage_curve", FIELD_REAL, "1", "0.1", 0.0, 1.0, offsetof(struct labour, wage_curve), NULL, 0, "\\beta_w",
     "Fall of wages, in logs, with the log of slack in the region",
     "assumption: the wage curve of Blanchflower and Oswald (1994; NBER w4200), -0.1 in some sixteen "
     "countries; "
     "range 0.05-0.15"},
    {"norm_years", FIELD_REAL, "year", "3", 0.1, 100.0, offsetof(struct labour, norm_years), NULL, 0, "T_n",
     "Time in which slack and wage income become the norm, from which the macro path counts",
     "assumption: wages' path in the data contains the trend, not the deviation; range 1-10"},
};
const int labour_fields_n = sizeof labour_fields / sizeof labour_fields[0];

// Slack as a share of the reservoir; never below what cannot be hired.
static double slack_of(const struct model *model, const struct labour_state *l, int r, int k)
{
    const double free = l->reservoir[r][k] > 0.0 ? 1.0 - l->staff[r][k] / l->reservoir[r][k] : 1.0;
    return vmath_max(free, model->labour.slack_min);
}

void labour_open(const struct model *model, struct world *world)
{
    const struct firm *f = &world->firm;
    struct labour_state *l = &world->labour;
    *l = (struct labour_state){0};
    for (int64_t row = 0; row < world->firms.n; row++)
        if (f->status[row] == STATUS_OPERATING) {
            const double workers = (double)f->weight[row] * f->workers[row];
            l->staff[f->region[row]][SKILL_BASIC] += workers * (1.0 - f->skills[row]);
            l->staff[f->region[row]][SKILL_TRAINED] += workers * f->skills[row];
        }
    for (int r = 0; r < model->regions_n; r++)
        for (int k = 0; k < SKILLS_N; k++) {
            l->reservoir[r][k] = l->staff[r][k] * (1.0 + model->labour.reservoir_ratio[k]);
            l->norm[r][k] = slack_of(model, l, r, k);
            l->wage[r][k] = 1.0;
        }
}

// L1, L2: the wage curve. Wages leave the macro path by beta_w times the log of slack over its norm.
static void wages(const struct model *model, struct labour_state *l, int r, int k)
{
    const struct labour *p = &model->labour;
    const double slack = slack_of(model, l, r, k);
    const double off = vmath_log(slack / l->norm[r][k]);
    l->wage[r][k] = vmath_clamp(vmath_exp(-p->wage_curve * off), 0.5, 2.0);
    l->norm[r][k] *= vmath_exp(off / (12.0 * p->norm_years));
}

// L3: what wages off their path add to unit cost, at a firm of mean productivity, as a share of sales.
static void unit_cost(const struct model *model, struct world *world, int r)
{
    struct labour_state *l = &world->labour;
    const struct climate *c = &world->climate;
    double paid = 0.0, staff = 0.0;
    for (int k = 0; k < SKILLS_N; k++) {
        paid += l->staff[r][k] * l->wage[r][k];
        staff += l->staff[r][k];
    }
    const double rise = staff > 0.0 ? paid / staff - 1.0 : 0.0;
    for (int s = 0; s < model->sectors_n; s++) {
        const double made = model->sector[s].sales_per_worker_vnd * c->price_level * c->productivity_index *
                            model->region[r].sales_factor;
        const double share = c->wage_vnd * model->environment.labour_cost_factor / made;
        l->dearer[s][r] = vmath_min(share, 0.5) * rise;
    }
}

// L4: log of the wage bill, in wages of the macro path, over the workers whom demand on its path would
// employ; its deviation from a norm that follows.
static void wage_income(const struct model *model, struct world *world)
{
    struct labour_state *l = &world->labour;
    double bill = 0.0, path = 0.0;
    for (int r = 0; r < model->regions_n; r++)
        for (int k = 0; k < SKILLS_N; k++)
            bill += l->staff[r][k] * l->wage[r][k];
    for (int s = 0; s < model->sectors_n; s++) {
        const struct sector_state *state = &world->sector[s];
        path += (state->opening_demand_vnd + state->starters_vnd) * state->volume /
                model->sector[s].sales_per_worker_vnd;
    }
    path /= world->climate.productivity_index;
    if (bill <= 0.0 || path <= 0.0)
        return;
    const double ratio = vmath_log(bill / path);
    l->bill_norm = world->month < 12 ? ratio : l->bill_norm; // the opening settles in the first year
    l->income = vmath_clamp(ratio - l->bill_norm, -0.5, 0.5);
    l->bill_norm += (ratio - l->bill_norm) / (12.0 * model->labour.norm_years);
}

void labour_step(const struct model *model, struct world *world)
{
    struct labour_state *l = &world->labour;
    if (model->closure != CLOSURE_ELASTIC)
        return; // wages stay on their path
    double growth[SKILLS_N];
    for (int k = 0; k < SKILLS_N; k++)
        growth[k] = world->month > 0 ? vmath_pow(1.0 + model->labour.reservoir_growth[k], 1.0 / 12.0) : 1.0;
    for (int r = 0; r < model->regions_n; r++) {
        for (int k = 0; k < SKILLS_N; k++) {
            l->reservoir[r][k] *= growth[k];
            wages(model, l, r, k);
        }
        unit_cost(model, world, r);
    }
    wage_income(model, world);
}
