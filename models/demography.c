#include <string.h>
#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

const struct field demography_fields[] = {
    {"start_at_once_frac", FIELD_REAL, "1", "0.34", 0.0, 1.0, offsetof(struct demography, start_at_once_frac),
     NULL, 0, "", "Share of founders' registrations that trade at once, at mean sunk costs",
     "assumption: model-notes 2.1 has 0.54, with which 72 % start within a year against new_with_revenue_1y; "
     "range 0.2-0.7"},
    {"start_sunk_exponent", FIELD_REAL, "1", "0.35", 0.0, 2.0,
     offsetof(struct demography, start_sunk_exponent), NULL, 0, "",
     "Elasticity of starting, at once or later, to the sector's fixed assets in months of sales",
     "assumption: who must build first registers in earnest (firms_with_results_industry_2019 against "
     "entry_2019_industry); range 0-0.8"},
    {"start_per_month", FIELD_REAL, "1/month", "0.037", 0.0, 1.0,
     offsetof(struct demography, start_per_month), NULL, 0, "", "Hazard of starting to trade later",
     "assumption: model-notes 2.1; range 0.005-0.08"},
    {"start_late_factor", FIELD_REAL, "1", "0.45", 0.0, 1.0, offsetof(struct demography, start_late_factor),
     NULL, 0, "", "Factor of it after start_late_months", "assumption: model-notes 2.1; range 0.1-0.6"},
    {"start_late_months", FIELD_REAL, "month", "24", 1.0, 120.0,
     offsetof(struct demography, start_late_months), NULL, 0, "",
     "Months after which a start becomes unlikely", "assumption: model-notes 2.1; range 12-36"},
    {"untrading_exit_per_month", FIELD_REAL, "1/month", "0.014", 0.0, 1.0,
     offsetof(struct demography, untrading_exit_per_month), NULL, 0, "",
     "Hazard of a visible exit before any trade", "assumption: model-notes 2.1; range 0.003-0.02"},
    {"untrading_strike_off_per_month", FIELD_REAL, "1/month", "0.01", 0.0, 1.0,
     offsetof(struct demography, untrading_strike_off_per_month), NULL, 0, "",
     "Hazard of a silent strike-off before any trade", "assumption: model-notes section 5; range 0.005-0.08"},
    {"start_workers_median", FIELD_REAL, "workers", "2.4", 1.0, 100.0,
     offsetof(struct demography, start_workers_median), NULL, 0, "", "Median workers of a starter",
     "assumption: model-notes 2.3; range 1.5-8"},
    {"start_workers_log_sd", FIELD_REAL, "1", "0.8", 0.1, 3.0,
     offsetof(struct demography, start_workers_log_sd), NULL, 0, "",
     "Log standard deviation of workers of a starter", "assumption: model-notes 2.3; range 0.5-1.4"},
    {"start_workers_special", FIELD_REAL, "1", "5", 0.1, 100.0,
     offsetof(struct demography, start_workers_special), NULL, 0, "",
     "Factor of starting size for foreign firms; its root for firms that could become S&T enterprises",
     "assumption: foreign firms open with tens of workers; range 3-10"},
    {"exit_per_month", FIELD_REAL, "1/month", "0.0012", 0.0, 0.5, offsetof(struct demography, exit_per_month),
     NULL, 0, "", "Hazard of ceasing at 4 workers, long in trade, without loss, at mean sunk costs",
     "assumption: model-notes section 5 on exit_perm_rate_2019; range 0.001-0.02"},
    {"exit_size_exponent", FIELD_REAL, "1", "0.26", 0.0, 1.0, offsetof(struct demography, exit_size_exponent),
     NULL, 0, "", "Fall of that hazard with workers", "assumption: model-notes section 5; range 0-1"},
    {"exit_sunk_exponent", FIELD_REAL, "1", "0.1", 0.0, 2.0, offsetof(struct demography, exit_sunk_exponent),
     NULL, 0, "",
     "Fall of the hazards of ceasing and going dormant with the sector's fixed assets in months of sales",
     "assumption: sunk costs delay exit; growth_results_2019 by sector against entry_2019_services; range "
     "0-1.5"},
    {"exit_newness_factor", FIELD_REAL, "1", "5", 1.0, 20.0, offsetof(struct demography, exit_newness_factor),
     NULL, 0, "", "Factor of the hazards of ceasing and going dormant at the start of trade",
     "assumption: owners learn in their first years of trade what they are able to; range 1.5-20"},
    {"exit_newness_years", FIELD_REAL, "year", "2.5", 0.1, 20.0,
     offsetof(struct demography, exit_newness_years), NULL, 0, "",
     "Scale of the exponential fall of the part above 1 with years in trade",
     "assumption: most of it within five years; range 1-5"},
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
    {"dormancy_per_month", FIELD_REAL, "1/month", "0.0003", 0.0, 0.5,
     offsetof(struct demography, dormancy_per_month), NULL, 0, "",
     "Hazard below 10 workers of going dormant and being struck off silently; twice that in loss; factors as "
     "of ceasing",
     "assumption: model-notes 2.1, the register's leak of 2-3 % a year; range 0.0003-0.002"},
    {"suspension_per_month", FIELD_REAL, "1/month", "0.0017", 0.0, 0.5,
     offsetof(struct demography, suspension_per_month), NULL, 0, "", "Hazard of suspending outside January",
     "assumption: model-notes section 5 on suspend_rate_2019; range 0.0005-0.01"},
    {"suspension_january_factor", FIELD_REAL, "1", "15", 1.0, 50.0,
     offsetof(struct demography, suspension_january_factor), NULL, 0, "", "Factor of it in January",
     "assumption: suspend_jan_2016 of the year's suspensions; model-notes 2.6; range 5-15"},
    {"return_per_month", FIELD_REAL, "1/month", "0.066", 0.0, 1.0,
     offsetof(struct demography, return_per_month), NULL, 0, "", "Hazard of resuming after a suspension",
     "assumption: model-notes 2.5 on return_rate_2019; range 0.02-0.3"},
    {"return_ceased_per_month", FIELD_REAL, "1/month", "0.033", 0.0, 1.0,
     offsetof(struct demography, return_ceased_per_month), NULL, 0, "",
     "Hazard of resuming just after ceasing", "assumption: model-notes section 5; range 0.0005-0.03"},
    {"return_ceased_months", FIELD_REAL, "month", "24", 1.0, 240.0,
     offsetof(struct demography, return_ceased_months), NULL, 0, "", "Scale of its exponential fall",
     "assumption: model-notes 2.5; range 12-36"},
    {"return_days_exponent", FIELD_REAL, "1", "1", 0.0, 5.0,
     offsetof(struct demography, return_days_exponent), NULL, 0, "",
     "Elasticity of both to the days that a registration took at the opening over those of today",
     "assumption: a return is a filing too, return_2014, return_2016 and return_2019 over the register rise; "
     "range "
     "0-1.5"},
    {"suspended_dissolution_per_month", FIELD_REAL, "1/month", "0.015", 0.0, 1.0,
     offsetof(struct demography, suspended_dissolution_per_month), NULL, 0, "",
     "Hazard of dissolution while suspended", "assumption: dissolved_2019 includes some; range 0.005-0.03"},
    {"ceased_dissolution_per_month", FIELD_REAL, "1/month", "0.025", 0.0, 1.0,
     offsetof(struct demography, ceased_dissolution_per_month), NULL, 0, "",
     "Hazard of leaving the register after ceasing",
     "assumption: dissolved_2019 over a stock of a few years of await_dissolution_2019; range 0.01-0.05"},
    {"startup_exit_factor", FIELD_REAL, "1", "3", 0.1, 10.0, offsetof(struct demography, startup_exit_factor),
     NULL, 0, "", "Factor of the exit hazard for innovative startups",
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
    ACTION_BANKRUPT,
    ACTION_DISSOLVE,
    ACTION_STRIKE_OFF
};
enum status_draw { STATUS_DRAW_MONTH, STATUS_DRAW_SIZE, STATUS_DRAW_AT_ONCE };
enum { NEWNESS_MONTHS = 240 };

// ---- what happens to a firm: equations X1-X4 ----------------------------------------------------

struct status_context {
    const struct model *model;
    struct world *world;
    double january_suspend, january_exit, shock;
    double start[SECTORS_MAX], exit[SECTORS_MAX]; // factors of sunk costs
    double newness[NEWNESS_MONTHS];               // factor by months in trade
    double returning;                             // factor of returns
    double young_most;                            // bound of newness times factor of the sector
};

// Fixed assets of the sector in months of sales over three months (a unit: about the mean of sectors), to a
// power.
static double sunk(const struct model *model, int sector, double exponent)
{
    return vmath_pow(vmath_max(model->sector[sector].capital_months, 0.1) / 3.0, exponent);
}

static void context_fill(struct status_context *c)
{
    const struct demography *p = &c->model->demography;
    for (int s = 0; s < c->model->sectors_n; s++) {
        c->start[s] = sunk(c->model, s, p->start_sunk_exponent);
        c->exit[s] = c->model->sector[s].exit_factor * sunk(c->model, s, -p->exit_sunk_exponent);
    }
    c->returning = vmath_pow(entry_days_opening(c->model) / vmath_max(c->world->institutions.entry_days, 1.0),
                             p->return_days_exponent);
    for (int k = 0; k < NEWNESS_MONTHS; k++)
        c->newness[k] =
            1.0 + (p->exit_newness_factor - 1.0) * vmath_exp(-(double)k / (12.0 * p->exit_newness_years));
    double newness = 0.0, sector = 0.0;
    for (int k = 0; k < NEWNESS_MONTHS; k++)
        newness = vmath_max(newness, c->newness[k]);
    for (int s = 0; s < c->model->sectors_n; s++)
        sector = vmath_max(sector, c->exit[s]);
    c->young_most = newness * sector;
}

// X1: trade starts late, or the registration ends.
static enum action untrading_action(const struct status_context *c, int64_t row, double u)
{
    const struct demography *p = &c->model->demography;
    const double age = (double)(c->world->month - c->world->firm.birth_month[row]);
    const double start = p->start_per_month * (age > p->start_late_months ? p->start_late_factor : 1.0) *
                         c->start[c->world->firm.sector[row]];
    if (u < start)
        return ACTION_START;
    if (u < start + p->untrading_exit_per_month)
        return ACTION_DISSOLVE;
    return u < start + p->untrading_exit_per_month + p->untrading_strike_off_per_month ? ACTION_STRIKE_OFF
                                                                                       : ACTION_NONE;
}

// X2: hazards of an operating firm; `size` is their fall with workers.
static enum action operating_action(const struct status_context *c, int64_t row, double u, double size)
{
    const struct demography *p = &c->model->demography;
    const struct firm *f = &c->world->firm;
    const int loss = f->cumulated_loss_vnd[row] > 0.0;
    const int64_t traded = c->world->month - f->first_sale_month[row];
    const double newness = c->newness[traded < 0 ? 0 : traded < NEWNESS_MONTHS ? traded : NEWNESS_MONTHS - 1];
    const double young = newness * c->exit[f->sector[row]];
    const double factor =
        young * (f->startup[row] ? p->startup_exit_factor : 1.0) * (loss ? p->exit_loss_factor : 1.0);
    const double exit = p->exit_per_month * size * factor * c->january_exit * c->shock;
    const double suspend =
        p->suspension_per_month * size * c->january_suspend * c->world->climate.suspension_factor;
    const double dormant = f->workers[row] < 10.0 ? p->dormancy_per_month * young * (loss ? 2.0 : 1.0) : 0.0;
    if (f->cumulated_loss_vnd[row] > p->insolvency_sales_months * f->expected_sales_vnd[row] ||
        credit_owner_insolvent(c->model, c->world, row))
        return ACTION_BANKRUPT;
    if (f->backers[row]) // a startup that has investors is ended by them (venture_exit), not closed by its
                         // owner
        return ACTION_NONE;
    if (u < exit)
        return ACTION_CEASE;
    if (u < exit + suspend)
        return ACTION_SUSPEND;
    return u < exit + suspend + dormant ? ACTION_STRIKE_OFF : ACTION_NONE;
}

// X3, X4, X5: return or end of suspended and of ceased firms; end of bankrupt ones.
static enum action dormant_action(const struct status_context *c, int64_t row, double u)
{
    const struct demography *p = &c->model->demography;
    const struct firm *f = &c->world->firm;
    if (f->status[row] == STATUS_SUSPENDED) {
        const double back = p->return_per_month * c->returning;
        if (u < back)
            return ACTION_RETURN;
        return u < back + p->suspended_dissolution_per_month ? ACTION_DISSOLVE : ACTION_NONE;
    }
    const double since = (double)(c->world->month - f->status_month[row]);
    if (f->status[row] == STATUS_BANKRUPT)
        return since >= c->world->institutions.insolvency_months ? ACTION_STRIKE_OFF : ACTION_NONE;
    const double back =
        p->return_ceased_per_month * c->returning * vmath_exp(-since / p->return_ceased_months);
    if (u < back)
        return ACTION_RETURN;
    return u < back + p->ceased_dissolution_per_month ? ACTION_STRIKE_OFF : ACTION_NONE;
}

// Operating firms to which nothing happens, for sure: u is above a bound of the hazards of X2, and neither
// losses nor late bills are near insolvency. Most are; the rest is decided exactly, one by one.
ISA_CLONES static void demography_calm(const struct status_context *c, int64_t begin, int n, const double *u,
                                       const double *size, uint8_t *calm)
{
    const struct demography *p = &c->model->demography;
    const struct firm *f = &c->world->firm;
    const double above = 1.0 + 1e-6; // the bound is rounded otherwise than the hazards
    const double exit = above * p->exit_per_month * c->january_exit * c->shock * c->young_most;
    const double suspend =
        above * p->suspension_per_month * c->january_suspend * c->world->climate.suspension_factor;
    const double dormant = above * p->dormancy_per_month * c->young_most;
    const double by_loss = vmath_max(p->exit_loss_factor, 1.0), late_most = c->model->credit.late_max_months;
    const double by_startup = vmath_max(p->startup_exit_factor, 1.0);
    const double losses = p->insolvency_sales_months, waits = credit_owner_waits_months(c->model);
    const uint8_t *status = f->status + begin, *startup = f->startup + begin;
    const double *loss = f->cumulated_loss_vnd + begin, *expected = f->expected_sales_vnd + begin;
    const double *sales = f->sales_vnd + begin, *trade = f->trade_vnd + begin;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const double bad = loss[i] > 0.0 ? by_loss : 1.0, twice = loss[i] > 0.0 ? 2.0 : 1.0;
        const double hazards =
            size[i] * (exit * bad * (startup[i] ? by_startup : 1.0) + suspend) + dormant * twice;
        // late bills are whole: beyond 1 VND they are 2
        const double late = waits * sales[i] - trade[i];
        const int solvent =
            (loss[i] <= losses * expected[i]) & ((late < 1.0) | (late + 1.0 < late_most * expected[i]));
        calm[i] = (uint8_t)((status[i] == STATUS_OPERATING) & solvent & (u[i] > hazards));
    }
}

static void status_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct status_context *c = context;
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    double u[PAR_BLOCK], size[PAR_BLOCK];
    uint8_t calm[PAR_BLOCK];
    const double log_four = vmath_log(4.0);
    (void)block;

    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_STATUS, STATUS_DRAW_MONTH), u, NULL);
    for (int i = 0; i < n; i++)
        size[i] = -c->model->demography.exit_size_exponent * (f->log_workers[begin + i] - log_four);
    vmath_exp_n(size, n, size);
    demography_calm(c, begin, n, u, size, calm);
    memset(f->exit_reason + begin, EXIT_NONE, (size_t)(end - begin));
    memset(w->scratch.flag + begin, ACTION_NONE, (size_t)(end - begin));
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        enum action action = ACTION_NONE;
        if (calm[i])
            continue;
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
void demography_open_shop(const struct model *model, struct world *world, int64_t row, double workers)
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

double demography_means(const struct world *world, int64_t key)
{
    return rng_normal(world->rng, (uint64_t)key, (struct rng_purpose){0, STREAM_STATUS, STATUS_DRAW_SIZE});
}

static double start_workers(const struct model *model, const struct world *world, int64_t row)
{
    const struct demography *p = &model->demography;
    const struct firm *f = &world->firm;
    const double z = demography_means(world, f->ancestor[row]);
    const double special = f->ownership[row] == OWNERSHIP_FOREIGN ? p->start_workers_special
                           : f->st_capable[row]                   ? vmath_sqrt(p->start_workers_special)
                                                                  : 1.0;
    return vmath_clamp(p->start_workers_median * special * vmath_exp(p->start_workers_log_sd * z), 1.0,
                       2000.0);
}

void demography_register(const struct model *model, struct world *world, int64_t row)
{
    const struct rng_purpose why = {0, STREAM_STATUS, STATUS_DRAW_AT_ONCE};
    const struct demography *p = &model->demography;
    const double at_once =
        p->start_at_once_frac * sunk(model, world->firm.sector[row], p->start_sunk_exponent);
    if (rng_uniform(world->rng, (uint64_t)world->firm.ancestor[row], why) < at_once)
        demography_open_shop(model, world, row, start_workers(model, world, row));
}

// The firm stops: what it owes, outside shares, its projects.
static void stop(const struct model *model, struct world *world, int64_t row, enum exit_reason reason)
{
    struct firm *f = &world->firm;
    tax_firm_leaves(model, world, row);
    credit_firm_leaves(model, world, row);
    equity_firm_leaves(model, world, row);
    f->research_fund_vnd[row] = f->unmet_credit_vnd[row] = 0.0;
    f->project[row] = f->plan[row] = 0;
    f->project_cost_vnd[row] = f->project_support_vnd[row] = 0.0;
    f->st_month[row] = NEVER;
    f->exit_reason[row] = (uint8_t)reason;
}

// It stops for good: cash and what is left go to the owners.
static void close_shop(const struct model *model, struct world *world, int64_t row, enum exit_reason reason)
{
    struct firm *f = &world->firm;
    stop(model, world, row, reason);
    credit_owner_receives(world, row, f->cash_vnd[row]);
    world_pay(world, CATEGORY_WINDING_UP, world_firm_party(row), world_party(ACCOUNT_HOUSEHOLDS),
              world_amount(world, row, f->cash_vnd[row]));
    ledger_post(&world->ledger, CATEGORY_ASSETS_LOST, ACCOUNT_FIRMS, ACCOUNT_FIRMS,
                world_amount(world, row, f->capital_vnd[row]));
    f->capital_vnd[row] = 0.0;
}

static void apply(const struct model *model, struct world *world, int64_t row, enum action action)
{
    struct firm *f = &world->firm;
    switch (action) {
    case ACTION_START:
        demography_open_shop(model, world, row, start_workers(model, world, row));
        break;
    case ACTION_SUSPEND:
        set_status(world, row, STATUS_SUSPENDED);
        break;
    case ACTION_RETURN:
        demography_open_shop(model, world, row, f->workers[row]);
        break;
    case ACTION_CEASE:
        close_shop(model, world, row, EXIT_VOLUNTARY);
        set_status(world, row, STATUS_CEASED);
        break;
    case ACTION_BANKRUPT: // cash and fixed assets are locked until the proceedings end
        stop(model, world, row, EXIT_INSOLVENT);
        set_status(world, row, STATUS_BANKRUPT);
        break;
    case ACTION_DISSOLVE:
        close_shop(model, world, row, EXIT_DISSOLVED);
        set_status(world, row, STATUS_GONE);
        break;
    case ACTION_STRIKE_OFF:
        // a ceased or bankrupt firm that leaves the register has been counted as an exit when it stopped
        close_shop(model, world, row, f->status[row] >= STATUS_CEASED ? EXIT_NONE : EXIT_UNRECORDED);
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
    context_fill(&c);
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
