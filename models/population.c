#include "models/world.h"

const struct field population_fields[] = {
    {"register_n", FIELD_INT, "enterprises", "448000", 1.0, 2e7, offsetof(struct population, register_n),
     NULL, 0, "N_0", "Operating enterprises in the register at the opening (end of 2013)",
     "assumption: model-notes section 5, from operating_2014, entry_2014, exit_total_2014; range "
     "400000-520000"},
    {"trading_frac", FIELD_REAL, "1", "0.845", 0.0, 1.0, offsetof(struct population, trading_frac), NULL, 0,
     "", "Share of the register that trades at the opening",
     "assumption: model-notes section 5; results_share_operating_2020 is 0.80; range 0.8-0.9"},
    {"suspended_n", FIELD_INT, "enterprises", "8000", 0.0, 1e7, offsetof(struct population, suspended_n),
     NULL, 0, "", "Temporarily suspended enterprises at the opening",
     "assumption: stock that keeps return_2014 of 15419 a year at the return rate; range 5000-15000"},
    {"ceased_n", FIELD_INT, "enterprises", "28000", 0.0, 1e7, offsetof(struct population, ceased_n), NULL, 0,
     "", "Ceased enterprises awaiting dissolution at the opening",
     "assumption: about two years of exits (exit_9m_2014: 33000 other); range 30000-100000"},
    {"foreign_n", FIELD_INT, "enterprises", "10800", 0.0, 1e6, offsetof(struct population, foreign_n), NULL,
     0, "", "Foreign enterprises at the opening", "operating_fdi_2014 less a year's growth"},
    {"state_n", FIELD_INT, "enterprises", "3150", 0.0, 1e6, offsetof(struct population, state_n), NULL, 0, "",
     "State enterprises at the opening", "operating_soe_2014"},
    {"startups_n", FIELD_INT, "enterprises", "1400", 0.0, 1e6, offsetof(struct population, startups_n), NULL,
     0, "", "Innovative startups at the opening", "assumption: below startups_2016 (1800); range 800-1800"},
    {"st_capable_n", FIELD_INT, "enterprises", "2800", 0.0, 1e6, offsetof(struct population, st_capable_n),
     NULL, 0, "", "Enterprises that could be certified as S&T enterprises at the opening",
     "st_firms_2019: 3000 qualify in practice"},
    {"st_certified_n", FIELD_INT, "enterprises", "85", 0.0, 1e6, offsetof(struct population, st_certified_n),
     NULL, 0, "", "Certified S&T enterprises at the opening",
     "assumption: model-notes 2.11, near 100; range 50-150"},
    {"workers_max", FIELD_REAL, "workers", "60000", 100.0, 1e6, offsetof(struct population, workers_max),
     NULL, 0, "", "Truncation of the size tail", "assumption: model-notes 2.2; range 20000-100000"},
    {"micro_median", FIELD_REAL, "workers", "3.7", 1.0, 10.0, offsetof(struct population, micro_median), NULL,
     0, "", "Median workers of private enterprises up to 10", "assumption: model-notes 2.3; range 1.5-8"},
    {"micro_log_sd", FIELD_REAL, "1", "0.8", 0.1, 3.0, offsetof(struct population, micro_log_sd), NULL, 0, "",
     "Log standard deviation of workers of private enterprises up to 10",
     "assumption: model-notes 2.3; range 0.5-1.4"},
    {"foreign_median", FIELD_REAL, "workers", "42", 1.0, 1e4, offsetof(struct population, foreign_median),
     NULL, 0, "", "Median workers of foreign enterprises",
     "assumption: with the spread below the mean is emp_fdi_2014 / operating_fdi_2014 = 301; range 30-110"},
    {"foreign_log_sd", FIELD_REAL, "1", "2", 0.1, 4.0, offsetof(struct population, foreign_log_sd), NULL, 0,
     "", "Log standard deviation of workers of foreign enterprises",
     "assumption: see foreign_median; a narrower spread puts too many above 50 workers; range 1.4-2.2"},
    {"state_median", FIELD_REAL, "workers", "62", 1.0, 1e4, offsetof(struct population, state_median), NULL,
     0, "", "Median workers of state enterprises",
     "assumption: with the spread below the mean is emp_soe_2014 / operating_soe_2014 = 452; range 40-150"},
    {"state_log_sd", FIELD_REAL, "1", "2", 0.1, 4.0, offsetof(struct population, state_log_sd), NULL, 0, "",
     "Log standard deviation of workers of state enterprises", "assumption: see state_median; range 1.4-2.2"},
    {"startup_median", FIELD_REAL, "workers", "6", 1.0, 1e3, offsetof(struct population, startup_median),
     NULL, 0, "", "Median workers of innovative startups",
     "assumption: small teams of a few years; range 4-12"},
    {"startup_log_sd", FIELD_REAL, "1", "0.8", 0.1, 3.0, offsetof(struct population, startup_log_sd), NULL, 0,
     "", "Log standard deviation of workers of innovative startups",
     "assumption: as micro enterprises; range 0.5-1.4"},
    {"st_median", FIELD_REAL, "workers", "20", 1.0, 1e3, offsetof(struct population, st_median), NULL, 0, "",
     "Median workers of enterprises that could become S&T enterprises",
     "assumption: small enterprises with research; range 10-40"},
    {"st_log_sd", FIELD_REAL, "1", "1", 0.1, 3.0, offsetof(struct population, st_log_sd), NULL, 0, "",
     "Log standard deviation of workers of those enterprises",
     "assumption: between micro and foreign ones; range 0.7-1.4"},
    {"age_mean_years", FIELD_REAL, "year", "6", 0.5, 50.0, offsetof(struct population, age_mean_years), NULL,
     0, "", "Mean age at the opening, exponential",
     "assumption: stationary age of a register growing by census_growth_2011_16 with exits of 8 % a year; "
     "range 5-9; with the two rows below wbes23_car1_all (12.8 years in 2023 at 5 workers and more) is near"},
    {"age_size_exponent", FIELD_REAL, "1", "0.2", 0.0, 1.0, offsetof(struct population, age_size_exponent),
     NULL, 0, "", "Elasticity of mean age to workers, from 4 workers on",
     "assumption: larger enterprises are older (wbes23_car1_all); range 0.1-0.35"},
    {"age_state_factor", FIELD_REAL, "1", "2.5", 0.1, 10.0, offsetof(struct population, age_state_factor),
     NULL, 0, "", "Factor of mean age of state enterprises",
     "assumption: founded before the enterprise laws; range 1.5-4"},
    {"loss_months", FIELD_REAL, "month", "12", 0.0, 120.0, offsetof(struct population, loss_months), NULL, 0,
     "", "Months over which firms with a negative margin have made losses at the opening",
     "assumption: about a year; range 6-24"},
    {"women_frac", FIELD_REAL, "1", "0.25", 0.0, 1.0, offsetof(struct population, women_frac), NULL, 0, "",
     "Share of private enterprises owned by a woman", "female_owned_share"},
    {"propensity_log_sd", FIELD_REAL, "1", "1.2", 0.0, 3.0, offsetof(struct population, propensity_log_sd),
     NULL, 0, "\\sigma_p",
     "Log standard deviation of the fixed propensity to innovate, if no persistence were state dependence",
     "assumption: model-notes 2.10; range 0.6-1.6"},
    {"need_log_sd", FIELD_REAL, "1", "1.3", 0.0, 3.0, offsetof(struct population, need_log_sd), NULL, 0, "",
     "Log standard deviation of the propensity to need credit", "assumption: model-notes 2.9; range 0.3-2.5"},
    {"productivity_log_sd", FIELD_REAL, "1", "0.55", 0.0, 2.0,
     offsetof(struct population, productivity_log_sd), NULL, 0, "",
     "Log standard deviation of fixed sales per worker within a sector",
     "firm_dynamics_12: 90/10 ratio 4-6 with the margins' spread; range 0.45-0.7"},
    {"cash_months", FIELD_REAL, "month", "1", 0.0, 24.0, offsetof(struct population, cash_months), NULL, 0,
     "", "Cash with which a firm opens or starts, months of sales",
     "assumption: about a month of sales; range 0.5-2"},
    {"rare_share_max", FIELD_REAL, "1", "0.75", 0.1, 0.95, offsetof(struct population, rare_share_max), NULL,
     0, "", "Share of agents that rare strata may take before they are thinned",
     "definition: a sampling choice that results must not depend on"},
    {"registered_median", FIELD_REAL, "workers", "5.5", 1.0, 100.0,
     offsetof(struct population, registered_median), NULL, 0, "", "Median workers declared at registration",
     "new_firm_emp_2019: mean 9.1 with the spread below; range 4-8"},
    {"registered_log_sd", FIELD_REAL, "1", "1", 0.1, 3.0, offsetof(struct population, registered_log_sd),
     NULL, 0, "", "Log standard deviation of workers declared at registration",
     "assumption: declared labour is a registration habit; range 0.7-1.3"},
};
const int population_fields_n = sizeof population_fields / sizeof population_fields[0];

enum trait_draw {
    TRAIT_ABILITY,
    TRAIT_PROPENSITY,
    TRAIT_OWNER,
    TRAIT_PRODUCTIVITY,
    TRAIT_DECLARED,
    TRAIT_AGE,
    TRAIT_REGION,
    TRAIT_SIZE,
    TRAIT_CERTIFIED
};

int64_t population_key(int64_t month, int stratum, int region, int sector, int64_t ordinal)
{
    return ((((month * STRATA_N + stratum) * REGIONS_MAX + region) * SECTORS_MAX + sector) << 24) + ordinal;
}

// A group of opening enterprises that share how their size is drawn.
struct group {
    int64_t enterprises;
    int stratum, sector, ownership, startup, st_capable, status;
    double from, to;       // range of the size distribution's probability that the group covers
    double median, log_sd; // of workers; 0: the private distribution of the sector
};

// ---- sizes --------------------------------------------------------------------------------------

// Workers of a private enterprise at probability u: log-normal up to 10, truncated Pareto above
// (model-notes 2.2), with the exponent of the sector.
static double private_workers(const struct model *model, int sector, double u)
{
    const struct population *p = &model->population;
    const double tail = model->sector[sector].tail_above_10_frac,
                 exponent = model->sector[sector].tail_exponent;
    if (u < 1.0 - tail) {
        const double z = vmath_quantile(vmath_clamp(u / (1.0 - tail), 1e-9, 1.0 - 1e-9));
        return vmath_clamp(p->micro_median * vmath_exp(p->micro_log_sd * z), 1.0, 10.0);
    }
    const double v = (u - (1.0 - tail)) / tail;
    const double cut = vmath_pow(10.0 / p->workers_max, exponent);
    return 10.0 * vmath_pow(1.0 - v * (1.0 - cut), -1.0 / exponent);
}

// Probability below `workers` (above 10) in the private distribution.
static double private_probability(const struct model *model, int sector, double workers)
{
    const double exponent = model->sector[sector].tail_exponent;
    const double cut = vmath_pow(10.0 / model->population.workers_max, exponent);
    const double above = (vmath_pow(10.0 / workers, exponent) - cut) / (1.0 - cut);
    return 1.0 - model->sector[sector].tail_above_10_frac * above;
}

static double group_workers(const struct model *model, const struct group *g, double u)
{
    if (g->median <= 0.0)
        return private_workers(model, g->sector, g->from + u * (g->to - g->from));
    const double z = vmath_quantile(vmath_clamp(u, 1e-9, 1.0 - 1e-9));
    return vmath_clamp(g->median * vmath_exp(g->log_sd * z), 1.0, model->population.workers_max);
}

void population_size(const struct model *model, struct world *world, int64_t row, double workers)
{
    struct firm *f = &world->firm;
    const struct sector_state *s = &world->sector[f->sector[row]];
    const double sales = workers * production_sales_per_worker_vnd(model, world, row);
    const double demand_per_attraction = s->attraction > 0.0 ? s->demand_vnd / s->attraction : 1.0;

    f->workers[row] = workers;
    f->log_workers[row] = vmath_log(workers);
    f->attraction[row] = sales / demand_per_attraction;
    f->expected_sales_vnd[row] = vmath_round(sales);
}

// ---- groups -------------------------------------------------------------------------------------

// Workers above which a private enterprise is medium or large by Decree 56.
static double rare_workers(const struct sector *sector)
{
    return sector->industry ? 200.0 : 50.0;
}

static int64_t share_of(int64_t total, double share)
{
    return (int64_t)vmath_round((double)total * share);
}

enum { GROUPS_MAX = 9 * SECTORS_MAX };

// The opening population as groups: per sector the special strata, then private enterprises that trade
// (medium and large at the rare weight), and those that do not. Returns their number; the counts sum to the
// register and the pools outside it.
static int population_groups(const struct model *model, struct group group[GROUPS_MAX])
{
    const struct population *p = &model->population;
    const int64_t trading = share_of(p->register_n, p->trading_frac);
    const int64_t special = p->foreign_n + p->state_n + p->startups_n + p->st_capable_n;
    const struct {
        int64_t n;
        int stratum, ownership, startup, st_capable, status;
        double median, log_sd;
    } kind[] = {
        {p->foreign_n, STRATUM_RARE, OWNERSHIP_FOREIGN, 0, 0, STATUS_OPERATING, p->foreign_median,
         p->foreign_log_sd},
        {p->state_n, STRATUM_RARE, OWNERSHIP_STATE, 0, 0, STATUS_OPERATING, p->state_median, p->state_log_sd},
        {p->startups_n, STRATUM_RARE, OWNERSHIP_PRIVATE, 1, 0, STATUS_OPERATING, p->startup_median,
         p->startup_log_sd},
        {p->st_capable_n, STRATUM_RARE, OWNERSHIP_PRIVATE, 0, 1, STATUS_OPERATING, p->st_median,
         p->st_log_sd},
        {trading - special, STRATUM_COMMON, OWNERSHIP_PRIVATE, 0, 0, STATUS_OPERATING, 0.0, 0.0},
        {p->register_n - trading, STRATUM_COMMON, OWNERSHIP_PRIVATE, 0, 0, STATUS_UNTRADING, 0.0, 0.0},
        {p->suspended_n, STRATUM_COMMON, OWNERSHIP_PRIVATE, 0, 0, STATUS_SUSPENDED, 0.0, 0.0},
        {p->ceased_n, STRATUM_COMMON, OWNERSHIP_PRIVATE, 0, 0, STATUS_CEASED, 0.0, 0.0},
    };
    int n = 0;
    for (size_t k = 0; k < sizeof kind / sizeof kind[0]; k++) {
        int64_t left = kind[k].n;
        double share_left = 1.0;
        for (int s = 0; s < model->sectors_n; s++) {
            const struct sector *sector = &model->sector[s];
            const double share = kind[k].ownership == OWNERSHIP_FOREIGN ? sector->foreign_share
                                 : kind[k].ownership == OWNERSHIP_STATE ? sector->state_share
                                 : kind[k].startup                      ? sector->startup_share
                                 : kind[k].st_capable                   ? sector->st_share
                                                                        : sector->firm_share;
            const int64_t here =
                s == model->sectors_n - 1 || share_left <= share ? left : share_of(left, share / share_left);
            left -= here;
            share_left -= share;
            const double limit = private_probability(model, s, rare_workers(sector));
            const int split = kind[k].median <= 0.0 && kind[k].status == STATUS_OPERATING;
            const int64_t common = split ? share_of(here, limit) : here;
            struct group g = {.enterprises = common,
                              .stratum = kind[k].stratum,
                              .sector = s,
                              .ownership = kind[k].ownership,
                              .startup = kind[k].startup,
                              .st_capable = kind[k].st_capable,
                              .status = kind[k].status,
                              .from = 0.0,
                              .to = kind[k].median <= 0.0 ? limit : 1.0,
                              .median = kind[k].median,
                              .log_sd = kind[k].log_sd};
            group[n++] = g;
            if (split) {
                g.enterprises = here - common;
                g.stratum = STRATUM_RARE;
                g.from = limit;
                g.to = 1.0;
                group[n++] = g;
            }
        }
    }
    return n;
}

static int64_t group_agents(const struct group *g, const int64_t weight[STRATA_N])
{
    return (g->enterprises + weight[g->stratum] - 1) / weight[g->stratum];
}

// Agents of a group stand for neighbouring sizes, smallest first. Totals of money hang on the largest firms
// (the tail is Zipf's), so where medium and large, foreign and state firms are thinned, half of the agents
// stand for one of the largest each and the others for the rest in equal parts.
static int64_t group_singles(const struct group *g, int64_t agents_n)
{
    const int thinned = g->stratum == STRATUM_RARE && agents_n < g->enterprises;
    return thinned && !g->startup && !g->st_capable ? agents_n / 2 : 0;
}

// Enterprises for which the k-th of a group's agents stands.
static int64_t agent_weight(const struct group *g, int64_t agents_n, int64_t k)
{
    const int64_t singles = group_singles(g, agents_n), others = agents_n - singles;
    const int64_t rest = g->enterprises - singles;
    return k < others ? rest / others + (k < rest % others) : 1;
}

void population_weights(const struct model *model, int64_t weight[STRATA_N])
{
    struct group group[GROUPS_MAX];
    const int groups_n = population_groups(model, group);
    int64_t enterprises[STRATA_N] = {0, 0};
    for (int g = 0; g < groups_n; g++)
        enterprises[group[g].stratum] += group[g].enterprises;

    weight[STRATUM_COMMON] = weight[STRATUM_RARE] = 1;
    const int64_t agents = model->run.agents;
    if (agents == 0 || agents >= enterprises[STRATUM_COMMON] + enterprises[STRATUM_RARE])
        return;
    const double rare_room = vmath_max(1.0, (double)agents * model->population.rare_share_max);
    const int64_t rare = (int64_t)rare_room;
    weight[STRATUM_RARE] = (enterprises[STRATUM_RARE] + rare - 1) / rare;
    const int64_t rare_agents = (enterprises[STRATUM_RARE] + weight[STRATUM_RARE] - 1) / weight[STRATUM_RARE];
    const int64_t room = agents > rare_agents ? agents - rare_agents : 1;
    weight[STRATUM_COMMON] = (enterprises[STRATUM_COMMON] + room - 1) / room;
}

int64_t population_agents(const struct model *model)
{
    struct group group[GROUPS_MAX];
    int64_t weight[STRATA_N], n = 0;
    const int groups_n = population_groups(model, group);
    population_weights(model, weight);
    for (int g = 0; g < groups_n; g++)
        n += group_agents(&group[g], weight);
    return n;
}

void population_abilities(const struct world *world, const int64_t *key, int n, int stream, double *ability)
{
    rng_normals(world->rng, key, n, (struct rng_purpose){0, (uint16_t)stream, TRAIT_ABILITY}, ability, NULL);
}

// ---- births -------------------------------------------------------------------------------------

int64_t population_birth(const struct model *model, struct world *world, const struct birth *birth)
{
    const struct population *p = &model->population;
    struct firm *f = &world->firm;
    const int64_t row = table_birth(&world->firms, birth->record ? birth->record : birth->key, birth->key);
    const uint64_t who = (uint64_t)birth->key;
    const struct rng rng = world->rng;
    const uint16_t stream = (uint16_t)birth->stream;
    double u, v, z[2];

    f->weight[row] = birth->weight;
    f->birth_month[row] = (int16_t)birth->birth_month;
    f->sector[row] = (uint8_t)birth->sector;
    f->region[row] = (uint8_t)birth->region;
    f->ownership[row] = (uint8_t)birth->ownership;
    f->startup[row] = (uint8_t)birth->startup;
    f->st_capable[row] = (uint8_t)birth->st_capable;
    f->origin[row] = (uint8_t)birth->origin;
    f->status[row] = (uint8_t)birth->status;
    f->status_month[row] = (int16_t)birth->birth_month;
    f->first_sale_month[row] = f->last_sale_month[row] = NEVER;
    f->trained_month[row] = f->invested_month[row] = f->active_month[row] = f->research_month[row] = NEVER;
    f->credit_month[row] = f->first_profit_month[row] = f->st_month[row] = f->round_month[row] = NEVER;
    f->project_until[row] = f->plan_until[row] = f->loan_until[row] = NEVER;
    f->guarantor[row] = f->lender_fund[row] = NOBODY;
    for (int t = 0; t < TYPES_N; t++)
        f->implemented_month[t * world->firms.capacity + row] = NEVER;
    for (int l = 0; l < LENSES_MAX; l++)
        f->lens_month[l * world->firms.capacity + row] = NEVER;

    rng_normals(rng, &birth->key, 1, (struct rng_purpose){0, stream, TRAIT_ABILITY}, &z[0], &z[1]);
    f->ability[row] =
        birth->ability_mean + vmath_sqrt(1.0 - birth->ability_known * birth->ability_known) * z[0];
    f->productivity[row] = vmath_exp(p->productivity_log_sd * z[1]);
    rng_normals(rng, &birth->key, 1, (struct rng_purpose){0, stream, TRAIT_PROPENSITY}, &z[0], &z[1]);
    const double spread = p->propensity_log_sd * (1.0 - model->innovation.history_share); // I1
    f->propensity[row] = vmath_exp(spread * z[0] - 0.5 * spread * spread);
    f->need_propensity[row] = (float)vmath_exp(p->need_log_sd * z[1] - 0.5 * p->need_log_sd * p->need_log_sd);
    rng_uniforms(rng, &birth->key, 1, (struct rng_purpose){0, stream, TRAIT_OWNER}, &u, &v);
    f->owner_female[row] = birth->ownership == OWNERSHIP_PRIVATE &&
                           u < p->women_frac * model->region[birth->region].women_factor;
    f->bank[row] = credit_choose_bank(model, v);
    const double declared = p->registered_median *
                            vmath_exp(p->registered_log_sd *
                                      rng_normal(rng, who, (struct rng_purpose){0, stream, TRAIT_DECLARED}));
    f->registered_workers[row] = (int16_t)vmath_clamp(vmath_round(declared), 1.0, 5000.0);
    rng_uniforms(rng, &birth->key, 1, (struct rng_purpose){0, stream, TRAIT_PRODUCTIVITY}, &u, &v);
    f->volatility[row] = vmath_sqrt(-vmath_log(u));
    capability_open(model, world, row, birth->stream);
    peers_birth(model, world, row);
    innovation_birth(model, world, row);
    return row;
}

static int choose_region(const struct model *model, int startup, double u)
{
    double below = 0.0;
    for (int r = 0; r < model->regions_n - 1; r++) {
        below += startup ? model->region[r].startup_share : model->region[r].firm_share;
        if (u < below)
            return r;
    }
    return model->regions_n - 1;
}

// Opening state of a firm that trades or has traded: age, size, cash, capital, margins, rings.
static void open_state(const struct model *model, struct world *world, int64_t row, double workers)
{
    const struct population *p = &model->population;
    const struct production *q = &model->production;
    struct firm *f = &world->firm;
    const int64_t cap = world->firms.capacity;
    double z[2];

    population_size(model, world, row, workers);
    f->first_sale_month[row] = f->birth_month[row];
    rng_normals(world->rng, &f->ancestor[row], 1, (struct rng_purpose){0, STREAM_POPULATION_STATE, 0}, &z[0],
                &z[1]);
    f->efficiency[row] = q->efficiency_sd * z[0];
    f->transitory[row] = q->transitory_sd * z[1];
    if (f->status[row] != STATUS_OPERATING)
        return;
    const double sales = f->expected_sales_vnd[row];
    f->last_sale_month[row] = -1;
    f->operating_bits[row] = ~0ULL;
    f->cash_vnd[row] = vmath_round(p->cash_months * sales);
    f->capital_vnd[row] = vmath_round(model->sector[f->sector[row]].capital_months * sales);
    for (int k = 0; k < 12; k++) {
        f->sales_ring[k * cap + row] = (float)sales;
        f->workers_ring[k * cap + row] = (float)workers;
    }
    // those whose margin is negative have made losses for some time
    const double margin = q->margin_mean + f->efficiency[row] + f->transitory[row];
    f->cumulated_loss_vnd[row] = vmath_round(vmath_max(-margin, 0.0) * sales * p->loss_months);
    innovation_open(model, world, row);
}

// Mean age of a group's firms of a size over the mean: larger firms are older, startups and those that have
// not yet traded are young.
static double age_factor(const struct population *p, const struct group *g, double workers)
{
    // assumption: startups are half as old as other firms (range 0.3-0.7), what waits to trade a quarter
    // (range 0.1-0.4: most begin within two years or never)
    if (g->startup || g->status == STATUS_UNTRADING)
        return g->startup ? 0.5 : 0.25;
    const double larger = vmath_pow(vmath_max(workers / 4.0, 1.0), p->age_size_exponent);
    return larger * (g->ownership == OWNERSHIP_STATE ? p->age_state_factor : 1.0);
}

// One agent of a group: k of n, its size at a stratified quantile.
static void open_agent(const struct model *model, struct world *world, const struct group *g, int64_t ordinal,
                       double quantile, int64_t weight)
{
    const struct population *p = &model->population;
    const int64_t key = population_key(0, g->stratum, 0, g->sector, ordinal);
    const uint64_t who = (uint64_t)key;
    const double age = -vmath_log(
        rng_uniform(world->rng, who, (struct rng_purpose){0, STREAM_POPULATION_TRAITS, TRAIT_AGE}));
    const double workers = g->status == STATUS_UNTRADING ? 0.0 : group_workers(model, g, quantile);
    const double years = p->age_mean_years * age_factor(p, g, workers);
    const struct birth birth = {
        .key = key,
        .weight = weight,
        .sector = g->sector,
        .ownership = g->ownership,
        .origin = ORIGIN_NEW,
        .status = g->status,
        .startup = g->startup,
        .st_capable = g->st_capable,
        .stream = STREAM_POPULATION_TRAITS,
        .region = choose_region(
            model, g->startup,
            rng_uniform(world->rng, who, (struct rng_purpose){0, STREAM_POPULATION_TRAITS, TRAIT_REGION})),
        .birth_month = -1 - (int64_t)vmath_clamp(vmath_round(12.0 * years * age), 0.0, 600.0),
    };
    const int64_t row = population_birth(model, world, &birth);
    if (g->status != STATUS_UNTRADING)
        open_state(model, world, row, workers);
    // those outside the register left it within the last two years, evenly
    if (g->status == STATUS_SUSPENDED || g->status == STATUS_CEASED)
        world->firm.status_month[row] =
            (int16_t)(-1 - (int64_t)(quantile * (g->status == STATUS_CEASED ? 24.0 : 12.0)));
}

// Certifies the opening S&T enterprises: of the capable ones by lot, up to the published number.
static void open_certified(const struct model *model, struct world *world)
{
    const struct rng_purpose why = {0, STREAM_POPULATION_TRAITS, TRAIT_CERTIFIED};
    struct order_item *item = world->scratch.item;
    int64_t left = model->population.st_certified_n, n = 0;
    for (int64_t row = 0; row < world->firms.n; row++)
        if (world->firm.st_capable[row] && world->firm.status[row] == STATUS_OPERATING) {
            const int64_t key = world->firm.ancestor[row];
            const double lot = rng_uniform(world->rng, (uint64_t)key, why);
            item[n++] = (struct order_item){order_key_double(lot), key, row};
        }
    order_by_key(item, n, world->scratch.spare);
    for (int64_t k = 0; k < n && left > 0; k++) {
        const int64_t weight = world->firm.weight[item[k].row];
        const int64_t row = weight > left ? world_split(world, item[k].row, left) : item[k].row;
        world->firm.st_month[row] = -12;
        left -= world->firm.weight[row];
    }
}

void population_open(const struct model *model, struct world *world)
{
    struct group group[GROUPS_MAX];
    const int groups_n = population_groups(model, group);
    // counted by stratum: rare firms of weight 1 are the same ones whatever the number of common agents
    int64_t ordinal[STRATA_N] = {0}, cash = 0;

    population_weights(model, world->agent_weight);
    for (int i = 0; i < groups_n; i++) {
        const struct group *g = &group[i];
        const int64_t n = group_agents(g, world->agent_weight);
        double below = 0.0;
        for (int64_t k = 0; k < n; k++, ordinal[g->stratum]++) {
            const int64_t weight = agent_weight(g, n, k), id = ordinal[g->stratum];
            const uint64_t who = (uint64_t)population_key(0, g->stratum, 0, g->sector, id);
            const double u =
                rng_uniform(world->rng, who, (struct rng_purpose){0, STREAM_POPULATION_TRAITS, TRAIT_SIZE});
            open_agent(model, world, g, id, (below + u * (double)weight) / (double)g->enterprises, weight);
            below += (double)weight;
        }
    }
    open_certified(model, world);
    for (int64_t row = 0; row < world->firms.n; row++)
        cash += world_amount(world, row, world->firm.cash_vnd[row]);
    ledger_open(&world->ledger, CLAIM_CASH, ACCOUNT_FIRMS, ACCOUNT_BANKS, cash);
}
