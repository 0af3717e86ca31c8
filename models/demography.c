#include "models/world.h"
#include "sim/par.h"

const struct field demography_fields[] = {
    {"entries_per_year", FIELD_REAL, "enterprises/year", "72500", 0.0, 1e7,
     offsetof(struct demography, entries_per_year), NULL, 0, "",
     "Registrations a year at the opening level of activity, without foreign firms, startups and S&T-capable "
     "firms",
     "entry_2014 less the three below, at the activity of January 2014; model-notes 2.7"},
    {"entry_reform_factor", FIELD_REAL, "1", "1.3", 0.1, 10.0,
     offsetof(struct demography, entry_reform_factor), NULL, 0, "",
     "Factor of registrations once the Law on Enterprise 2014 works",
     "assumption: model-notes 2.7 on entry_2014 to entry_2019 (vn_enterprise_law); range 1.2-1.4"},
    {"entry_reform_years", FIELD_REAL, "year", "1", 0.1, 20.0,
     offsetof(struct demography, entry_reform_years), NULL, 0, "",
     "Years over which that factor is reached, linearly",
     "assumption: model-notes 2.7, full by 2016; range 0.5-2"},
    {"entry_reform_start_years", FIELD_REAL, "year", "1", 0.0, 20.0,
     offsetof(struct demography, entry_reform_start_years), NULL, 0, "",
     "Years from the opening until it begins to work",
     "assumption: the law is in force from mid-2015 (entry_11m_2015: +28 %); range 0.5-1.5"},
    {"entry_activity_elasticity", FIELD_REAL, "1", "1", 0.0, 5.0,
     offsetof(struct demography, entry_activity_elasticity), NULL, 0, "",
     "Elasticity of registrations to real GDP", "assumption: model-notes 2.7; range 0.7-1.3"},
    {"foreign_entries_per_year", FIELD_REAL, "enterprises/year", "1900", 0.0, 1e6,
     offsetof(struct demography, foreign_entries_per_year), NULL, 0, "",
     "Foreign enterprises founded a year, at the opening",
     "assumption: about 2 % of registrations (own_fdi_share_2014); range 1000-2500"},
    {"startup_entries_per_year", FIELD_REAL, "enterprises/year", "400", 0.0, 1e5,
     offsetof(struct demography, startup_entries_per_year), NULL, 0, "",
     "Innovative startups founded a year, at the opening",
     "assumption: leads from the opening stock to startups_2016; range 200-600"},
    {"startup_entry_growth", FIELD_REAL, "1/year", "0.09", -0.5, 1.0,
     offsetof(struct demography, startup_entry_growth), NULL, 0, "", "Growth of that number",
     "assumption: national_startups_derived 3802 in 2025 against startups_2016; range 0.02-0.12"},
    {"st_entries_per_year", FIELD_REAL, "enterprises/year", "250", 0.0, 1e5,
     offsetof(struct demography, st_entries_per_year), NULL, 0, "",
     "Enterprises founded a year that could become S&T enterprises",
     "assumption: keeps st_firms_2019's 3000 that qualify; range 150-400"},
    {"household_entry_frac", FIELD_REAL, "1", "0.2", 0.0, 1.0,
     offsetof(struct demography, household_entry_frac), NULL, 0, "",
     "Share of registrations that were household businesses",
     "assumption: few plan to (household_plan_formalise); range 0.05-0.35"},
    {"household_n", FIELD_REAL, "businesses", "4.65e6", 0.0, 1e9, offsetof(struct demography, household_n),
     NULL, 0, "", "Household businesses at the opening", "households_2015 less a year's growth"},
    {"household_growth", FIELD_REAL, "1/year", "0.017", -0.5, 0.5,
     offsetof(struct demography, household_growth), NULL, 0, "", "Growth of the pool before formalisation",
     "household_growth_2011_16, household_growth_2016_20"},
    {"start_at_once_frac", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct demography, start_at_once_frac),
     NULL, 0, "", "Share of registrations that trade at once",
     "assumption: model-notes 2.1 has 0.54, with which 72 % start within a year against new_with_revenue_1y; "
     "range 0.2-0.7"},
    {"start_per_month", FIELD_REAL, "1/month", "0.037", 0.0, 1.0,
     offsetof(struct demography, start_per_month), NULL, 0, "", "Hazard of starting to trade later",
     "assumption: model-notes 2.1; range 0.005-0.08"},
    {"start_late_factor", FIELD_REAL, "1", "0.3", 0.0, 1.0, offsetof(struct demography, start_late_factor),
     NULL, 0, "", "Factor of it after start_late_months", "assumption: model-notes 2.1; range 0.1-0.6"},
    {"start_late_months", FIELD_REAL, "month", "24", 1.0, 120.0,
     offsetof(struct demography, start_late_months), NULL, 0, "",
     "Months after which a start becomes unlikely", "assumption: model-notes 2.1; range 12-36"},
    {"untrading_exit_per_month", FIELD_REAL, "1/month", "0.007", 0.0, 1.0,
     offsetof(struct demography, untrading_exit_per_month), NULL, 0, "",
     "Hazard of a visible exit before any trade", "assumption: model-notes 2.1; range 0.003-0.02"},
    {"untrading_strike_off_per_month", FIELD_REAL, "1/month", "0.01", 0.0, 1.0,
     offsetof(struct demography, untrading_strike_off_per_month), NULL, 0, "",
     "Hazard of a silent strike-off before any trade", "assumption: model-notes section 5; range 0.005-0.08"},
    {"start_workers_median", FIELD_REAL, "workers", "3.1", 1.0, 100.0,
     offsetof(struct demography, start_workers_median), NULL, 0, "", "Median workers of a starter",
     "assumption: model-notes 2.3; range 1.5-8"},
    {"start_workers_log_sd", FIELD_REAL, "1", "0.8", 0.1, 3.0,
     offsetof(struct demography, start_workers_log_sd), NULL, 0, "",
     "Log standard deviation of workers of a starter", "assumption: model-notes 2.3; range 0.5-1.4"},
    {"start_workers_special", FIELD_REAL, "1", "5", 0.1, 100.0,
     offsetof(struct demography, start_workers_special), NULL, 0, "",
     "Factor of starting size for foreign firms; its root for firms that could become S&T enterprises",
     "assumption: foreign firms open with tens of workers; range 3-10"},
    {"exit_per_month", FIELD_REAL, "1/month", "0.0030", 0.0, 0.5, offsetof(struct demography, exit_per_month),
     NULL, 0, "", "Hazard of ceasing at 4 workers, without loss",
     "assumption: model-notes section 5 on exit_perm_rate_2019; range 0.001-0.02"},
    {"exit_size_exponent", FIELD_REAL, "1", "0.26", 0.0, 1.0, offsetof(struct demography, exit_size_exponent),
     NULL, 0, "", "Fall of that hazard with workers", "assumption: model-notes section 5; range 0-1"},
    {"exit_manufacturing_factor", FIELD_REAL, "1", "1.15", 0.1, 5.0,
     offsetof(struct demography, exit_manufacturing_factor), NULL, 0, "", "Factor of it in manufacturing",
     "assumption: model-notes section 5 on sme_survival_2009_11; range 0.5-2"},
    {"exit_loss_factor", FIELD_REAL, "1", "2", 1.0, 10.0, offsetof(struct demography, exit_loss_factor), NULL,
     0, "", "Factor of it for firms with losses not made good",
     "assumption: model-notes 2.4, at 5 exits are far too many; range 1-3"},
    {"exit_january_factor", FIELD_REAL, "1", "1.7", 0.1, 20.0,
     offsetof(struct demography, exit_january_factor), NULL, 0, "", "Factor of it in January",
     "assumption: model-notes 2.6; range 1-2"},
    {"insolvency_sales_months", FIELD_REAL, "month", "6", 0.5, 120.0,
     offsetof(struct demography, insolvency_sales_months), NULL, 0, "",
     "Cumulated losses in months of sales at which a firm is insolvent",
     "assumption: model-notes 2.4; range 3-12"},
    {"dormancy_per_month", FIELD_REAL, "1/month", "0.0008", 0.0, 0.5,
     offsetof(struct demography, dormancy_per_month), NULL, 0, "",
     "Hazard below 10 workers of going dormant and being struck off silently; twice that in loss",
     "assumption: model-notes 2.1, the register's leak of 2-3 % a year; range 0.0003-0.002"},
    {"suspension_per_month", FIELD_REAL, "1/month", "0.0021", 0.0, 0.5,
     offsetof(struct demography, suspension_per_month), NULL, 0, "", "Hazard of suspending outside January",
     "assumption: model-notes section 5 on suspend_rate_2019; range 0.0005-0.01"},
    {"suspension_january_factor", FIELD_REAL, "1", "12", 1.0, 50.0,
     offsetof(struct demography, suspension_january_factor), NULL, 0, "", "Factor of it in January",
     "assumption: suspend_jan_2016 of the year's suspensions; model-notes 2.6; range 5-15"},
    {"return_per_month", FIELD_REAL, "1/month", "0.08", 0.0, 1.0,
     offsetof(struct demography, return_per_month), NULL, 0, "", "Hazard of resuming after a suspension",
     "assumption: model-notes 2.5 on return_rate_2019; range 0.02-0.3"},
    {"return_ceased_per_month", FIELD_REAL, "1/month", "0.02", 0.0, 1.0,
     offsetof(struct demography, return_ceased_per_month), NULL, 0, "",
     "Hazard of resuming just after ceasing", "assumption: model-notes section 5; range 0.0005-0.03"},
    {"return_ceased_months", FIELD_REAL, "month", "24", 1.0, 240.0,
     offsetof(struct demography, return_ceased_months), NULL, 0, "", "Scale of its exponential fall",
     "assumption: model-notes 2.5; range 12-36"},
    {"suspended_dissolution_per_month", FIELD_REAL, "1/month", "0.015", 0.0, 1.0,
     offsetof(struct demography, suspended_dissolution_per_month), NULL, 0, "",
     "Hazard of dissolution while suspended", "assumption: dissolved_2019 includes some; range 0.005-0.03"},
    {"ceased_dissolution_per_month", FIELD_REAL, "1/month", "0.025", 0.0, 1.0,
     offsetof(struct demography, ceased_dissolution_per_month), NULL, 0, "",
     "Hazard of leaving the register after ceasing",
     "assumption: dissolved_2019 over a stock of a few years of await_dissolution_2019; range 0.01-0.05"},
    {"startup_exit_factor", FIELD_REAL, "1", "1.8", 0.1, 10.0,
     offsetof(struct demography, startup_exit_factor), NULL, 0, "",
     "Factor of the exit hazard for innovative startups",
     "assumption: firm_dynamics_16, firm_dynamics_22; range 1.5-3"},
    {"startup_years", FIELD_REAL, "year", "8", 1.0, 50.0, offsetof(struct demography, startup_years), NULL, 0,
     "", "Age at which a startup counts as an ordinary firm",
     "assumption: venture funds' holding periods (VC_returns_14); range 5-10"},
};
const int demography_fields_n = sizeof demography_fields / sizeof demography_fields[0];

enum action {
    ACTION_NONE,
    ACTION_START,
    ACTION_SUSPEND,
    ACTION_RETURN,
    ACTION_CEASE,
    ACTION_INSOLVENT,
    ACTION_DISSOLVE,
    ACTION_STRIKE_OFF
};
enum entrant_kind { ENTRANT_COMMON, ENTRANT_FOREIGN, ENTRANT_STARTUP, ENTRANT_ST, ENTRANT_KINDS };
enum status_draw { STATUS_DRAW_MONTH, STATUS_DRAW_SIZE, STATUS_DRAW_AT_ONCE, STATUS_DRAW_ORIGIN };

// ---- what happens to a firm: equations X1-X4 ----------------------------------------------------

struct status_context {
    const struct model *model;
    struct world *world;
    double january_suspend, january_exit, shock;
};

// X1: trade starts late, or the registration ends.
static enum action untrading_action(const struct status_context *c, int64_t row, double u)
{
    const struct demography *p = &c->model->demography;
    const double age = (double)(c->world->month - c->world->firm.birth_month[row]);
    const double start = p->start_per_month * (age > p->start_late_months ? p->start_late_factor : 1.0);
    if (u < start)
        return ACTION_START;
    if (u < start + p->untrading_exit_per_month)
        return ACTION_DISSOLVE;
    return u < start + p->untrading_exit_per_month + p->untrading_strike_off_per_month ? ACTION_STRIKE_OFF
                                                                                       : ACTION_NONE;
}

// X2: hazards of an operating firm, `relative` = log(workers / 4).
static enum action operating_action(const struct status_context *c, int64_t row, double u, double size)
{
    const struct demography *p = &c->model->demography;
    const struct firm *f = &c->world->firm;
    const int loss = f->cumulated_loss_vnd[row] > 0.0;
    const double factor =
        (c->model->sector[f->sector[row]].manufacturing ? p->exit_manufacturing_factor : 1.0) *
        (f->startup[row] ? p->startup_exit_factor : 1.0) * (loss ? p->exit_loss_factor : 1.0);
    const double exit = p->exit_per_month * size * factor * c->january_exit * c->shock;
    const double suspend = p->suspension_per_month * size * c->january_suspend * c->shock;
    const double dormant = f->workers[row] < 10.0 ? p->dormancy_per_month * (loss ? 2.0 : 1.0) : 0.0;
    if (f->cumulated_loss_vnd[row] > p->insolvency_sales_months * f->expected_sales_vnd[row] ||
        credit_owner_insolvent(c->model, c->world, row))
        return ACTION_INSOLVENT;
    if (f->backers[row]) // a startup that has investors is ended by them (venture_exit), not closed by its
                         // owner
        return ACTION_NONE;
    if (u < exit)
        return ACTION_CEASE;
    if (u < exit + suspend)
        return ACTION_SUSPEND;
    return u < exit + suspend + dormant ? ACTION_STRIKE_OFF : ACTION_NONE;
}

// X3, X4: return or end of suspended and of ceased firms.
static enum action dormant_action(const struct status_context *c, int64_t row, double u)
{
    const struct demography *p = &c->model->demography;
    const struct firm *f = &c->world->firm;
    if (f->status[row] == STATUS_SUSPENDED) {
        if (u < p->return_per_month)
            return ACTION_RETURN;
        return u < p->return_per_month + p->suspended_dissolution_per_month ? ACTION_DISSOLVE : ACTION_NONE;
    }
    const double since = (double)(c->world->month - f->status_month[row]);
    const double back = p->return_ceased_per_month * vmath_exp(-since / p->return_ceased_months);
    if (u < back)
        return ACTION_RETURN;
    return u < back + p->ceased_dissolution_per_month ? ACTION_STRIKE_OFF : ACTION_NONE;
}

static void status_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct status_context *c = context;
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    double u[PAR_BLOCK], size[PAR_BLOCK];
    const double log_four = vmath_log(4.0);
    (void)block;

    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_STATUS, STATUS_DRAW_MONTH), u, NULL);
    for (int i = 0; i < n; i++)
        size[i] = -c->model->demography.exit_size_exponent * (f->log_workers[begin + i] - log_four);
    vmath_exp_n(size, n, size);
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        enum action action = ACTION_NONE;
        f->exit_reason[r] = EXIT_NONE;
        if (f->status[r] == STATUS_OPERATING)
            action = operating_action(c, r, u[i], size[i]);
        else if (f->status[r] == STATUS_UNTRADING)
            action = untrading_action(c, r, u[i]);
        else if (f->status[r] != STATUS_GONE)
            action = dormant_action(c, r, u[i]);
        w->scratch.flag[r] = (uint8_t)action;
    }
}

// ---- what it means for the firm -----------------------------------------------------------------

static void set_status(struct world *world, int64_t row, enum firm_status status)
{
    world->firm.status[row] = (uint8_t)status;
    world->firm.status_month[row] = (int16_t)world->month;
}

// Owners put in what is missing of cash and fixed assets (a suspended firm has kept its own); the firm joins
// its market with the size it has.
static void open_shop(const struct model *model, struct world *world, int64_t row, double workers)
{
    struct firm *f = &world->firm;
    population_size(model, world, row, workers);
    const double sales = f->expected_sales_vnd[row];
    double assets = vmath_max(
        vmath_round(model->sector[f->sector[row]].capital_months * sales) - f->capital_vnd[row], 0.0);
    double cash = vmath_max(vmath_round(model->population.cash_months * sales) - f->cash_vnd[row], 0.0);
    const struct party firm = world_firm_party(row);
    credit_owner_starts(model, world, row, &cash, &assets);
    world_pay(world, CATEGORY_START_CAPITAL, world_party(ACCOUNT_HOUSEHOLDS), firm,
              world_amount(world, row, cash + assets));
    world_pay(world, CATEGORY_INVESTMENT, firm, world_party(ACCOUNT_REST), world_amount(world, row, assets));
    f->capital_vnd[row] += assets;
    f->cumulated_loss_vnd[row] = 0.0;
    if (f->first_sale_month[row] == NEVER)
        f->first_sale_month[row] = (int16_t)(world->month + 1);
    set_status(world, row, STATUS_OPERATING);
    demand_join(world, row, model->demand.starter_new_frac);
}

static double start_workers(const struct model *model, const struct world *world, int64_t row)
{
    const struct demography *p = &model->demography;
    const struct firm *f = &world->firm;
    const double z = rng_normal(world->rng, (uint64_t)f->ancestor[row],
                                (struct rng_purpose){0, STREAM_STATUS, STATUS_DRAW_SIZE});
    const double special = f->ownership[row] == OWNERSHIP_FOREIGN ? p->start_workers_special
                           : f->st_capable[row]                   ? vmath_sqrt(p->start_workers_special)
                                                                  : 1.0;
    return vmath_clamp(p->start_workers_median * special * vmath_exp(p->start_workers_log_sd * z), 1.0,
                       2000.0);
}

// The firm stops for good: debts, outside shares, then cash to the owners.
static void close_shop(const struct model *model, struct world *world, int64_t row, enum exit_reason reason)
{
    struct firm *f = &world->firm;
    tax_firm_leaves(model, world, row);
    credit_firm_leaves(model, world, row);
    equity_firm_leaves(model, world, row);
    credit_owner_receives(world, row, f->cash_vnd[row]);
    world_pay(world, CATEGORY_WINDING_UP, world_firm_party(row), world_party(ACCOUNT_HOUSEHOLDS),
              world_amount(world, row, f->cash_vnd[row]));
    ledger_post(&world->ledger, CATEGORY_ASSETS_LOST, ACCOUNT_FIRMS, ACCOUNT_FIRMS,
                world_amount(world, row, f->capital_vnd[row]));
    f->capital_vnd[row] = f->research_fund_vnd[row] = f->unmet_credit_vnd[row] = 0.0;
    f->project[row] = f->plan[row] = 0;
    f->project_cost_vnd[row] = f->project_support_vnd[row] = 0.0;
    f->st_month[row] = NEVER;
    f->exit_reason[row] = (uint8_t)reason;
}

static void apply(const struct model *model, struct world *world, int64_t row, enum action action)
{
    struct firm *f = &world->firm;
    switch (action) {
    case ACTION_START:
        open_shop(model, world, row, start_workers(model, world, row));
        break;
    case ACTION_SUSPEND:
        set_status(world, row, STATUS_SUSPENDED);
        break;
    case ACTION_RETURN:
        open_shop(model, world, row, f->workers[row]);
        break;
    case ACTION_CEASE:
        close_shop(model, world, row, EXIT_VOLUNTARY);
        set_status(world, row, STATUS_CEASED);
        break;
    case ACTION_INSOLVENT:
        close_shop(model, world, row, EXIT_INSOLVENT);
        set_status(world, row, STATUS_GONE);
        break;
    case ACTION_DISSOLVE:
        close_shop(model, world, row, EXIT_DISSOLVED);
        set_status(world, row, STATUS_GONE);
        break;
    case ACTION_STRIKE_OFF:
        // a ceased firm that leaves the register has been counted as an exit when it ceased
        close_shop(model, world, row, f->status[row] == STATUS_CEASED ? EXIT_NONE : EXIT_UNRECORDED);
        set_status(world, row, STATUS_GONE);
        break;
    case ACTION_NONE:
        break;
    }
}

void demography_exit_step(const struct model *model, struct world *world)
{
    const struct demography *p = &model->demography;
    const int january = world->climate.month_of_year == 0;
    struct status_context c = {.model = model,
                               .world = world,
                               .shock = world->climate.exit_factor,
                               .january_suspend = january ? p->suspension_january_factor : 1.0,
                               .january_exit = january ? p->exit_january_factor : 1.0};
    par_blocks(world->threads, world->firms.n, status_block, &c);
    const int64_t n = par_select(world->threads, world->firms.n, world->scratch.flag, world->scratch.rows);
    for (int64_t k = 0; k < n; k++) {
        const int64_t row = world->scratch.rows[k];
        apply(model, world, row, (enum action)world->scratch.flag[row]);
    }
    const int64_t oldest = (int64_t)(12.0 * p->startup_years);
    for (int64_t row = 0; row < world->firms.n; row++)
        if (world->firm.startup[row] && world->month - world->firm.birth_month[row] > oldest)
            world->firm.startup[row] = 0;
}

// ---- registrations: equation E1 -----------------------------------------------------------------

// Registrations a month in the whole economy, by kind, under a shock factor.
static double entry_demand(const struct model *model, const struct world *world, enum entrant_kind kind,
                           double shock)
{
    const struct demography *p = &model->demography;
    const struct climate *c = &world->climate;
    const double years = (double)world->month / 12.0;
    const double ramp = vmath_clamp((years - p->entry_reform_start_years) / p->entry_reform_years, 0.0, 1.0);
    const double activity = vmath_pow(c->gdp_index, p->entry_activity_elasticity);
    switch (kind) {
    case ENTRANT_FOREIGN:
        return p->foreign_entries_per_year / 12.0 * activity * shock;
    case ENTRANT_STARTUP:
        return p->startup_entries_per_year / 12.0 * vmath_pow(1.0 + p->startup_entry_growth, years) * shock;
    case ENTRANT_ST:
        return p->st_entries_per_year / 12.0 * activity * shock;
    default:
        return p->entries_per_year / 12.0 * activity * (1.0 + ramp * (p->entry_reform_factor - 1.0)) * shock;
    }
}

static double cell_share(const struct model *model, int r, int s, enum entrant_kind kind)
{
    const struct region *region = &model->region[r];
    const struct sector *sector = &model->sector[s];
    const double in_region = kind == ENTRANT_STARTUP ? region->startup_share : region->entry_share;
    const double in_sector = kind == ENTRANT_STARTUP ? sector->startup_share
                             : kind == ENTRANT_ST    ? sector->st_share
                                                     : sector->entry_share;
    return in_region * in_sector;
}

int64_t demography_entrants_max(const struct model *model, const struct world *world)
{
    const struct series *shocks = &model->environment.shock_entry;
    double shock = 1.0; // room is made before the month's own factor is known
    int64_t n = 0;
    for (int64_t k = 0; k < shocks->n; k++)
        shock = vmath_max(shock, shocks->value[k]);
    for (int kind = 0; kind < ENTRANT_KINDS; kind++) {
        const int64_t weight = world->agent_weight[kind == ENTRANT_COMMON ? STRATUM_COMMON : STRATUM_RARE];
        n += (int64_t)(entry_demand(model, world, (enum entrant_kind)kind, shock) / (double)weight) +
             (int64_t)model->regions_n * model->sectors_n + 1;
    }
    return n;
}

static void enter(const struct model *model, struct world *world, const struct birth *birth)
{
    struct firm *f = &world->firm;
    const int64_t row = population_birth(model, world, birth);
    const struct rng_purpose why = {0, STREAM_STATUS, STATUS_DRAW_AT_ONCE};
    f->log_workers[row] = 0.0;
    if (rng_uniform(world->rng, (uint64_t)birth->key, why) < model->demography.start_at_once_frac)
        open_shop(model, world, row, start_workers(model, world, row));
}

// One cell's entrants of one kind: the k-th stands at k + u, u drawn once for the cell.
static void enter_cell(const struct model *model, struct world *world, int r, int s, enum entrant_kind kind)
{
    const int stratum = kind == ENTRANT_COMMON ? STRATUM_COMMON : STRATUM_RARE;
    const int64_t weight = world->agent_weight[stratum];
    const double wanted = entry_demand(model, world, kind, world->climate.entry_factor) *
                          cell_share(model, r, s, kind) / (double)weight;
    const int64_t first = population_key(world->month + 1, stratum, r, s, (int64_t)kind << 22);
    const double u =
        rng_uniform(world->rng, (uint64_t)first, world_purpose(world, STREAM_ENTRANT_DECISION, 0));
    struct birth birth = {.weight = weight,
                          .region = r,
                          .sector = s,
                          .status = STATUS_UNTRADING,
                          .birth_month = world->month,
                          .ownership = kind == ENTRANT_FOREIGN ? OWNERSHIP_FOREIGN : OWNERSHIP_PRIVATE,
                          .startup = kind == ENTRANT_STARTUP,
                          .st_capable = kind == ENTRANT_ST,
                          .stream = STREAM_ENTRANT_TRAITS};
    for (int64_t k = 0; (double)k + u < wanted; k++) {
        birth.key = first + k;
        const double v = rng_uniform(world->rng, (uint64_t)birth.key,
                                     (struct rng_purpose){0, STREAM_STATUS, STATUS_DRAW_ORIGIN});
        const int household = kind == ENTRANT_COMMON && v < model->demography.household_entry_frac;
        birth.origin = household ? ORIGIN_HOUSEHOLD : ORIGIN_NEW;
        world->household_n[r] -= household ? weight : 0;
        enter(model, world, &birth);
    }
}

void demography_entry_step(const struct model *model, struct world *world)
{
    const double growth = vmath_pow(1.0 + model->demography.household_growth, 1.0 / 12.0) - 1.0;
    for (int r = 0; r < model->regions_n; r++) {
        world->household_n[r] += (int64_t)vmath_round((double)world->household_n[r] * growth);
        for (int s = 0; s < model->sectors_n; s++)
            for (int kind = 0; kind < ENTRANT_KINDS; kind++)
                enter_cell(model, world, r, s, (enum entrant_kind)kind);
    }
}
