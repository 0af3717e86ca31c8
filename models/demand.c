#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

const struct field demand_fields[] = {
    {"replicator_per_year", FIELD_REAL, "1/year", "1", 0.0, 5.0, offsetof(struct demand, replicator_per_year),
     NULL, 0, "\\lambda", "Speed at which market share follows log competitiveness",
     "assumption: model-notes 3, at three times this the largest firm runs away; range 0.5-1.5"},
    {"efficiency_weight", FIELD_REAL, "1", "0.5", 0.0, 5.0, offsetof(struct demand, efficiency_weight), NULL,
     0, "", "Pass-through of the persistent margin into price, hence competitiveness",
     "assumption: about half of a cost advantage is passed on; range 0.2-0.8"},
    {"digital_reach", FIELD_REAL, "1", "0.01", 0.0, 0.5, offsetof(struct demand, digital_reach), NULL, 0, "",
     "Log competitiveness a digital stage",
     "assumption: small reach of digital sales in Vietnam (digital_stage2); range 0-0.03"},
    {"export_reach", FIELD_REAL, "1", "0.02", 0.0, 0.5, offsetof(struct demand, export_reach), NULL, 0, "",
     "Log competitiveness of exporting",
     "assumption: foreign demand grew faster than domestic; range 0-0.05"},
    {"supplier_reach", FIELD_REAL, "1", "0.02", 0.0, 0.5, offsetof(struct demand, supplier_reach), NULL, 0,
     "", "Log competitiveness of supplying a large buyer", "assumption: as exporting; range 0-0.05"},
    {"startup_growth_per_year", FIELD_REAL, "1/year", "0.1", 0.0, 2.0,
     offsetof(struct demand, startup_growth_per_year), NULL, 0, "",
     "Growth of a startup's share above its competitiveness, while it has cash to spend",
     "assumption: growth-seeking firms sell below cost; range 0-0.4"},
    {"growth_sd", FIELD_REAL, "1", "0.4", 0.0, 2.0, offsetof(struct demand, growth_sd), NULL, 0, "\\sigma_1",
     "Standard deviation of yearly log growth of a firm with one worker",
     "assumption: model-notes 3; firm_dynamics_04; range 0.3-0.5"},
    {"growth_sd_exponent", FIELD_REAL, "1", "0.17", 0.0, 0.5, offsetof(struct demand, growth_sd_exponent),
     NULL, 0, "\\beta", "Fall of that standard deviation with workers", "firm_dynamics_04: 0.14-0.20"},
    {"volatility_redraw_frac", FIELD_REAL, "1", "0.25", 0.0, 1.0,
     offsetof(struct demand, volatility_redraw_frac), NULL, 0, "\\omega",
     "Firms whose volatility is drawn anew in January",
     "assumption: turbulent and calm times of a firm last some years; at 1 growth of yearly sums, which "
     "mixes "
     "two draws, is rounder than firm_dynamics_06; range 0.1-0.5"},
    {"scale_workers", FIELD_REAL, "workers", "10", 1.0, 1e4, offsetof(struct demand, scale_workers), NULL, 0,
     "L_m", "Minimum efficient scale, which young firms below it grow toward",
     "assumption: entrants begin far below it, above it growth does not depend on size (firm_dynamics_07); "
     "range 5-30"},
    {"scale_per_year", FIELD_REAL, "1/year", "0.12", 0.0, 2.0, offsetof(struct demand, scale_per_year), NULL,
     0, "\\chi", "Part of the log distance to that scale that a firm makes good in its first year of trade",
     "assumption: firm_dynamics_17, of survivors the young and small grow faster; range 0-0.3"},
    {"scale_years", FIELD_REAL, "year", "6", 0.1, 100.0, offsetof(struct demand, scale_years), NULL, 0, "T_m",
     "Time in trade in which that falls by half",
     "assumption: who learns by averaging learns at a rate that falls as one over time (firm_dynamics_17); "
     "range 2-12"},
    {"large_drag_per_year", FIELD_REAL, "1/year", "0.02", 0.0, 0.5,
     offsetof(struct demand, large_drag_per_year), NULL, 0, "",
     "Loss of share a year and log unit of workers above 1,000",
     "assumption: model-notes 3, slow fattening of the tail; range 0-0.05"},
    {"disturbance_sd", FIELD_REAL, "1", "0.02", 0.0, 0.5, offsetof(struct demand, disturbance_sd), NULL, 0,
     "", "Stationary standard deviation of a sector's log demand around its path",
     "assumption: iip_vn_2012 to 2024 vary by 2-3 points; range 0.01-0.04"},
    {"disturbance_persistence", FIELD_REAL, "1", "0.9", 0.0, 0.999,
     offsetof(struct demand, disturbance_persistence), NULL, 0, "", "Monthly persistence of that disturbance",
     "assumption: half-life of half a year; range 0.8-0.97"},
    {"season_amplitude", FIELD_REAL, "1", "0.06", 0.0, 0.9, offsetof(struct demand, season_amplitude), NULL,
     0, "", "Fall of demand in the month of the lunar new year, made good in the other months",
     "assumption: production falls in February; range 0-0.15"},
    {"formal_growth", FIELD_SERIES, "1/year",
     "2014: 0.046, 2015: 0.046, 2016: 0.046, 2017: 0.005, 2018: 0.005, 2019: 0.005, 2020: 0", -0.2, 0.5,
     offsetof(struct demand, formal_growth), NULL, 0, "",
     "Growth of formal enterprises' demand above that of the economy; 0 after the last year",
     "assumption: model-notes 2.8, avg_emp_2014 and census20_emp; range 0.02-0.06 to 2016"},
    {"starter_new_frac", FIELD_REAL, "1", "0.55", 0.0, 1.0, offsetof(struct demand, starter_new_frac), NULL,
     0, "", "Share of a starter's sales that is demand new to formal enterprises",
     "assumption: model-notes 2.8; range 0-1"},
    {"capacity_slack", FIELD_REAL, "1", "0.5", 0.0, 5.0, offsetof(struct demand, capacity_slack), NULL, 0, "",
     "Sales a firm can make above what its workers make at normal pace",
     "assumption: overtime and stocks; range 0.2-1"},
    {"expectation_speed", FIELD_REAL, "1/month", "0.25", 0.01, 1.0,
     offsetof(struct demand, expectation_speed), NULL, 0, "", "Weight of the latest month in expected sales",
     "assumption: expectations form over about half a year; range 0.1-0.5"},
    {"government_frac", FIELD_REAL, "1", "0.05", 0.0, 0.5, offsetof(struct demand, government_frac), NULL, 0,
     "", "Share of enterprises' sales bought by government",
     "assumption: public procurement of goods over enterprise sales; range 0.03-0.1"},
    {"substitution_elasticity", FIELD_REAL, "1", "2.5", 0.0, 20.0,
     offsetof(struct demand, substitution_elasticity), NULL, 0, "\\sigma_m",
     "Elasticity of substitution between domestic and imported goods",
     "assumption: Armington elasticities of trade models are 2-4, of time series 1-2; range 1-4"},
    {"export_elasticity", FIELD_REAL, "1", "3", 0.0, 20.0, offsetof(struct demand, export_elasticity), NULL,
     0, "\\sigma_x", "Elasticity of exports to competitiveness against foreign rivals",
     "assumption: above that of the home market in trade models, among exporters of one good; range 1.5-6"},
    {"income_elasticity", FIELD_REAL, "1", "0.25", 0.0, 0.9, offsetof(struct demand, income_elasticity), NULL,
     0, "\\eta", "Elasticity of home demand to enterprises' wage income",
     "assumption: enterprises employ about a quarter of the workers (emp_ent_2014) at above mean pay, most "
     "of it "
     "spent; range 0.1-0.5"},
    {"frontier_gain", FIELD_REAL, "1", "0.03", -0.5, 0.5, offsetof(struct demand, frontier_gain), NULL, 0,
     "G_f",
     "Gain of foreign rivals' competitiveness after the opening, which selection at home keeps up with",
     "assumption: the sectors' own mean gain in the baseline; range 0-0.06"},
    {"frontier_years", FIELD_REAL, "year", "6", 0.1, 50.0, offsetof(struct demand, frontier_years), NULL, 0,
     "T_f", "Time in which most of that gain comes",
     "assumption: memory of the persistent margin; range 2-8"},
    {"frontier_catch_up_per_year", FIELD_REAL, "1/year", "0.1", 0.0, 5.0,
     offsetof(struct demand, frontier_catch_up_per_year), NULL, 0, "\\kappa",
     "Share of a sector's lead over foreign rivals that they make good in a year",
     "assumption: leads over importers last about a decade; range 0.03-0.3"},
    {"open_growth_per_year", FIELD_REAL, "1/year", "0.039", -0.1, 0.2,
     offsetof(struct demand, open_growth_per_year), NULL, 0, "g_o",
     "Growth of a firm's demand above its sector's under the open closure, where nobody inherits what firms "
     "that "
     "close have sold",
     "assumption: sales of firms that close less what starters bring, a year, in the baseline; range "
     "0.01-0.06"},
};
const int demand_fields_n = sizeof demand_fields / sizeof demand_fields[0];

struct demand_context {
    const struct model *model;
    struct world *world;
    double rivals[SECTORS_MAX]; // their competitiveness: last month's sector mean, abroad under open closure
    double *attraction, *competitiveness; // per block and sector: sums of w a, and of w a c
    int new_year;
};

// ---- firms: equations D2-D4 ---------------------------------------------------------------------

// January: some firms enter another time of volatility, sqrt(Exp(1)), so that growth is Laplace (model-notes
// 3). It lasts some years: growth of yearly sums, which spans two calendar years, would else mix two draws.
static void volatility_draw(struct world *world, int64_t begin, int n)
{
    const double redrawn = world->model->demand.volatility_redraw_frac;
    double u[PAR_BLOCK], v[PAR_BLOCK];
    rng_uniforms(world->rng, world->firm.ancestor + begin, n, world_purpose(world, STREAM_VOLATILITY, 0), u,
                 v);
    vmath_log_n(u, n, u);
    double *volatility = world->firm.volatility + begin;
    for (int i = 0; i < n; i++)
        volatility[i] = v[i] < redrawn ? vmath_sqrt(-u[i]) : volatility[i];
}

// One block's draws and what they make of a firm's month.
struct demand_lane {
    double z[PAR_BLOCK], y[PAR_BLOCK], t[PAR_BLOCK]; // growth, persistent and transitory margin
    double rank[PAR_BLOCK], step[PAR_BLOCK];         // competitiveness; growth of attraction
};

ISA_CLONES static void demand_margins(const struct demand_context *c, struct demand_lane *l, int64_t begin,
                                      int n)
{
    const struct production *q = &c->model->production;
    const double e_new =
        q->efficiency_sd * vmath_sqrt(1.0 - q->efficiency_persistence * q->efficiency_persistence);
    const double t_new =
        q->transitory_sd * vmath_sqrt(1.0 - q->transitory_persistence * q->transitory_persistence);
    double *efficiency = c->world->firm.efficiency + begin, *transitory = c->world->firm.transitory + begin;
    for (int i = 0; i < n; i++) {
        efficiency[i] = q->efficiency_persistence * efficiency[i] + e_new * l->y[i];
        transitory[i] = q->transitory_persistence * transitory[i] + t_new * l->t[i];
    }
}

// D4: price moves by phi times unit cost, quality and reach add; then D3: the standard deviation of the month
// is sigma_1 L^-beta v / sqrt(12).
ISA_CLONES static void demand_ranks(const struct demand_context *c, struct demand_lane *l, int64_t begin,
                                    int n)
{
    const struct demand *p = &c->model->demand;
    const struct firm *f = &c->world->firm;
    const struct labour_state *labour = &c->world->labour;
    const double root = vmath_sqrt(1.0 / 12.0), mean = c->model->capability.management_mean;
    const double practice = p->efficiency_weight * c->model->production.management_cost;
    double dear[PAR_BLOCK];
    for (int i = 0; i < n; i++) // apart, so that the loop below runs in vectors
        dear[i] = p->efficiency_weight * labour->dearer[f->sector[begin + i]][f->region[begin + i]];
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        l->rank[i] = p->efficiency_weight * f->efficiency[r] + practice * (f->management[r] - mean) +
                     f->quality[r] + p->digital_reach * f->digital[r] + p->export_reach * f->exporter[r] +
                     p->supplier_reach * f->supplier[r] - dear[i];
        l->step[i] =
            p->growth_sd * root * f->volatility[r] * vmath_exp(-p->growth_sd_exponent * f->log_workers[r]);
    }
}

// D2: d log a = lambda (c - c of rivals) + sigma z - sigma^2 / 2 - drag + D7: the way to efficient scale.
ISA_CLONES static void demand_growth(const struct demand_context *c, struct demand_lane *l, int64_t begin,
                                     int n)
{
    const struct demand *p = &c->model->demand;
    const struct firm *f = &c->world->firm;
    const double speed = p->replicator_per_year / 12.0, drag = p->large_drag_per_year / 12.0;
    const double log_large = vmath_log(1000.0), push = p->startup_growth_per_year / 12.0;
    const double log_scale = vmath_log(p->scale_workers), learns = p->scale_per_year / 12.0;
    const double months = 12.0 * p->scale_years;
    double rivals[PAR_BLOCK], traded[PAR_BLOCK];
    for (int i = 0; i < n; i++) { // apart, so that the loop below runs in vectors
        traded[i] = (double)(c->world->month - f->first_sale_month[begin + i]);
        rivals[i] = c->rivals[f->sector[begin + i]];
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double above = vmath_max(f->log_workers[r] - log_large, 0.0);
        const double below = vmath_max(log_scale - f->log_workers[r], 0.0);
        const int rich = f->cash_vnd[r] > f->expected_sales_vnd[r];
        const double seeking = (rich & (f->startup[r] != 0)) ? push : 0.0;
        const double d = speed * (l->rank[i] - rivals[i]) + l->step[i] * l->z[i] -
                         0.5 * l->step[i] * l->step[i] - drag * above + seeking +
                         learns * below * months / (months + traded[i]);
        l->step[i] = vmath_clamp(d, -1.0, 1.0);
    }
    vmath_exp_n(l->step, n, l->step);
}

static void demand_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    struct demand_context *c = context;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    struct demand_lane l;

    if (c->new_year)
        volatility_draw(w, begin, n);
    rng_normals(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_FIRM_SHOCKS, 0), l.z, l.y);
    rng_normals(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_TRANSITORY, 0), l.t, NULL);
    demand_margins(c, &l, begin, n);
    demand_ranks(c, &l, begin, n);
    demand_growth(c, &l, begin, n);

    double *attraction_sum = c->attraction + block * SECTORS_MAX,
           *rank_sum = c->competitiveness + block * SECTORS_MAX;
    for (int s = 0; s < SECTORS_MAX; s++)
        attraction_sum[s] = rank_sum[s] = 0.0;
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double on = f->status[r] == STATUS_OPERATING ? 1.0 : 0.0;
        f->attraction[r] *= on > 0.0 ? l.step[i] : 1.0;
        const double share = on * (double)f->weight[r] * f->attraction[r];
        attraction_sum[f->sector[r]] += share;
        rank_sum[f->sector[r]] += share * l.rank[i];
    }
}

// ---- sectors: equation D1 -----------------------------------------------------------------------

static void sum_sectors(struct world *world, const struct demand_context *c)
{
    const int64_t blocks = par_blocks_n(world->firms.n);
    for (int s = 0; s < world->model->sectors_n; s++) {
        double a = 0.0, ac = 0.0;
        for (int64_t b = 0; b < blocks; b++) {
            a += c->attraction[b * SECTORS_MAX + s];
            ac += c->competitiveness[b * SECTORS_MAX + s];
        }
        world->sector[s].attraction = a;
        world->sector[s].competitiveness = a > 0.0 ? ac / a : 0.0;
    }
}

static double formal_growth(const struct demand *p, int64_t year)
{
    const int64_t i = year - p->formal_growth.first_year;
    return i >= 0 && i < p->formal_growth.n ? p->formal_growth.value[i] : 0.0;
}

// Monthly growth of the reference volume, and the sector's disturbance.
static void sector_path(const struct model *model, struct world *world, int s)
{
    const struct demand *p = &model->demand;
    const struct climate *c = &world->climate;
    struct sector_state *state = &world->sector[s];
    if (world->month > 0) {
        const double growth = c->real_growth + model->sector[s].growth_relative + formal_growth(p, c->year) +
                              (model->closure == CLOSURE_OPEN ? p->open_growth_per_year : 0.0);
        state->volume *= vmath_pow(1.0 + growth, 1.0 / 12.0);
    }
    const struct rng_purpose why = world_purpose(world, STREAM_SECTOR_DEMAND, 0);
    const double shock =
        p->disturbance_sd * vmath_sqrt(1.0 - p->disturbance_persistence * p->disturbance_persistence);
    state->disturbance =
        p->disturbance_persistence * state->disturbance + shock * rng_normal(world->rng, (uint64_t)s, why);
}

// D5: foreign rivals gain what selection at home gains without any policy, and make good part of the lead;
// under the open closure only the former, so that no domestic firm's gain is another's loss.
static void move_frontier(const struct model *model, struct world *world, int s)
{
    const struct demand *p = &model->demand;
    struct sector_state *state = &world->sector[s];
    const double month = (double)world->month, years = 12.0 * p->frontier_years;
    if (world->month == 0)
        return;
    state->frontier += p->frontier_gain * (vmath_exp(-(month - 1.0) / years) - vmath_exp(-month / years));
    if (model->closure == CLOSURE_ELASTIC)
        state->frontier += p->frontier_catch_up_per_year / 12.0 * (state->competitiveness - state->frontier);
}

// D6: how far demand is from its reference path, as a factor: exports and the home market's imports respond
// to the lead over foreign rivals, home demand to wage income.
static double demand_response(const struct model *model, const struct world *world, int s)
{
    const struct demand *p = &model->demand;
    const struct sector *sector = &model->sector[s];
    const struct sector_state *state = &world->sector[s];
    if (model->closure != CLOSURE_ELASTIC || world->month == 0)
        return 1.0;
    const double home = 1.0 - sector->export_frac;
    const double trade =
        sector->export_frac * p->export_elasticity + home * sector->import_frac * p->substitution_elasticity;
    const double lead = state->competitiveness - state->frontier;
    return vmath_exp(
        vmath_clamp(trade * lead + home * p->income_elasticity * world->labour.income, -1.0, 1.0));
}

// D1: nominal demand = (opening + brought by starters) x volume x price x season x disturbance, times shocks
// and the response of the closure. Under the open closure it is what the firms attract, known after them.
static void sector_demand(const struct model *model, struct world *world, int s)
{
    const struct demand *p = &model->demand;
    const struct climate *c = &world->climate;
    struct sector_state *state = &world->sector[s];
    sector_path(model, world, s);
    move_frontier(model, world, s);
    const double season =
        c->month_of_year == 1 ? 1.0 - p->season_amplitude : 1.0 + p->season_amplitude / 11.0;
    state->demand_index = state->volume * c->price_level * season * vmath_exp(state->disturbance) *
                          c->sales_factor[s] * demand_response(model, world, s);
    state->demand_vnd = (state->opening_demand_vnd + state->starters_vnd) * state->demand_index;
}

void demand_step(const struct model *model, struct world *world)
{
    struct demand_context c = {.model = model, .world = world, .new_year = world->climate.month_of_year == 0};
    const int64_t blocks = par_blocks_n(world->firms.n);
    const int open = model->closure == CLOSURE_OPEN;
    c.attraction = world->scratch.value;
    c.competitiveness = world->scratch.value + blocks * SECTORS_MAX;
    for (int s = 0; s < model->sectors_n; s++) {
        sector_demand(model, world, s);
        c.rivals[s] = open ? world->sector[s].frontier : world->sector[s].competitiveness;
    }
    par_blocks(world->threads, world->firms.n, demand_block, &c);
    sum_sectors(world, &c);
    for (int s = 0; s < model->sectors_n; s++) {
        struct sector_state *state = &world->sector[s];
        if (world->month == 0)
            state->frontier = state->competitiveness;
        if (open)
            state->demand_vnd = state->attraction * state->demand_index;
    }
}

void demand_open(const struct model *model, struct world *world)
{
    const struct firm *f = &world->firm;
    for (int s = 0; s < model->sectors_n; s++)
        world->sector[s] = (struct sector_state){.volume = 1.0, .demand_index = 1.0};
    for (int64_t r = 0; r < world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING) {
            struct sector_state *s = &world->sector[f->sector[r]];
            s->attraction += (double)f->weight[r] * f->attraction[r];
            s->opening_demand_vnd += (double)f->weight[r] * f->expected_sales_vnd[r];
        }
    for (int s = 0; s < model->sectors_n; s++)
        world->sector[s].demand_vnd = world->sector[s].opening_demand_vnd;
}

void demand_join(struct world *world, int64_t row, double new_frac)
{
    const struct firm *f = &world->firm;
    struct sector_state *s = &world->sector[f->sector[row]];
    const double sales = (double)f->weight[row] * f->expected_sales_vnd[row];
    const double part = world->model->closure == CLOSURE_OPEN ? 1.0 : new_frac;
    s->attraction += (double)f->weight[row] * f->attraction[row];
    s->starters_vnd += part * sales / s->demand_index;
    s->demand_vnd += part * sales;
}
