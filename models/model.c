#include "models/world.h"
#include <stdio.h>
#include <string.h>

const char *const model_size_labels[SIZES_N] = {"micro", "small", "medium", "large"};
const char *const model_ownership_labels[OWNERSHIPS_N] = {"private", "foreign", "state"};
const char *const model_type_labels[TYPES_N] = {"improved_product", "process", "new_product", "organisation"};

// ---- rows of the run and of what the economy file names -----------------------------------------

static const struct field top_fields[] = {
    {"name", FIELD_TEXT, "", "unnamed", 0, 0, offsetof(struct model, name), NULL, 0, "",
     "Short name of the scenario", "definition"},
    {"title", FIELD_TEXT, "", "", 0, 0, offsetof(struct model, title), NULL, 0, "",
     "What the scenario is, in a line", "definition"},
    {"closure", FIELD_CHOICE, "", "elastic", 0, CLOSURES_N - 1, offsetof(struct model, closure),
     labour_closures, CLOSURES_N, "",
     "How demand and labour markets close: fixed on the macro path, elastic around it, or open",
     "definition: model.md section 1"},
};

#define AT(member) offsetof(struct run_terms, member)
static const struct field run_fields[] = {
    {"start", FIELD_MONTH, "", "2014-01", 0, 24000, AT(start), NULL, 0, "", "First month",
     "definition: model.md section 1"},
    {"until", FIELD_MONTH, "", "2030-12", 0, 24000, AT(until), NULL, 0, "", "Last month",
     "definition: model.md section 1"},
    {"agents", FIELD_INT, "1", "40000", 0, 2e7, AT(agents), NULL, 0, "",
     "Opening number of firm agents aimed at; 0: one agent per enterprise", "definition: a sampling choice"},
    {"replicates", FIELD_INT, "1", "20", 1, 100000, AT(replicates), NULL, 0, "",
     "Replicates, each with draws of its own", "definition: cli.md"},
    {"seed", FIELD_INT, "1", "1", 0, 4294967295.0, AT(seed), NULL, 0, "",
     "Seed; scenarios with one seed are twins", "definition"},
    {"panel_share", FIELD_REAL, "1", "0.02", 0, 1, AT(panel_share), NULL, 0, "",
     "Share of firm agents in the panel of the first replicate", "definition: output.md"},
    {"twin_replicates", FIELD_INT, "1", "1", 0, 100000, AT(twin_replicates), NULL, 0, "",
     "Replicates whose twin ledger is written", "definition: a matter of file size"},
};
#undef AT
static const int run_fields_n = sizeof run_fields / sizeof run_fields[0];

#define AT(member) offsetof(struct sector, member)
static const struct field sector_fields[] = {
    {"firm_share", FIELD_REAL, "1", NULL, 0, 1, AT(firm_share), NULL, 0, "", "Share of opening enterprises",
     "economy file"},
    {"entry_share", FIELD_REAL, "1", NULL, 0, 1, AT(entry_share), NULL, 0, "", "Share of registrations",
     "economy file"},
    {"industry", FIELD_BOOL, "", "false", 0, 1, AT(industry), NULL, 0, "",
     "Size classes of industry and construction apply", "definition: Decree 56/2009"},
    {"manufacturing", FIELD_BOOL, "", "false", 0, 1, AT(manufacturing), NULL, 0, "",
     "Counts as manufacturing in surveys", "definition: ISIC section C"},
    {"tail_above_10_frac", FIELD_REAL, "1", "0.2", 0.001, 0.99, AT(tail_above_10_frac), NULL, 0, "",
     "Private enterprises with more than 10 workers at the opening",
     "assumption: model-notes 2.2, with foreign and state firms apart; range 0.1-0.45"},
    {"sales_per_worker_vnd", FIELD_REAL, "VND/month", "60e6", 1e5, 1e11, AT(sales_per_worker_vnd), NULL, 0,
     "", "Monthly sales a worker of a firm of mean productivity, at the opening",
     "assumption: enterprise revenue over workers, about 1e9 VND a year; range half to double"},
    {"export_frac", FIELD_REAL, "1", "0.1", 0, 1, AT(export_frac), NULL, 0, "",
     "Share of sales to the rest of the world",
     "assumption: exports over enterprise sales; range half to double"},
    {"import_frac", FIELD_REAL, "1", "0.1", 0, 0.95, AT(import_frac), NULL, 0, "m_s",
     "Share of the sector's home market that is served from abroad",
     "assumption: imports over home sales by kind of good; range half to double"},
    {"growth_relative", FIELD_REAL, "1/year", "0", -0.2, 0.2, AT(growth_relative), NULL, 0, "",
     "Real growth of demand above that of GDP", "assumption: sector accounts; range -0.03-0.05"},
    {"capital_months", FIELD_REAL, "month", "3", 0, 120, AT(capital_months), NULL, 0, "",
     "Fixed assets in months of sales",
     "assumption: model-notes 2.9, firms can pledge about four months' sales; range 1-8"},
    {"innovation_factor", FIELD_REAL, "1", "1", 0.01, 100, AT(innovation_factor), NULL, 0, "",
     "Factor of the hazard of a project",
     "assumption: after wbes23_t7_othmanuf, wbes23_t9_othmanuf and the other sectors of that survey; range "
     "0.5-2"},
    {"startup_share", FIELD_REAL, "1", "0", 0, 1, AT(startup_share), NULL, 0, "",
     "Share of innovative startups", "economy file"},
    {"st_share", FIELD_REAL, "1", "0", 0, 1, AT(st_share), NULL, 0, "",
     "Share of enterprises that could become S&T enterprises", "economy file"},
    {"foreign_share", FIELD_REAL, "1", "0", 0, 1, AT(foreign_share), NULL, 0, "",
     "Share of foreign enterprises; as firm_share if no sector gives it", "economy file"},
    {"state_share", FIELD_REAL, "1", "0", 0, 1, AT(state_share), NULL, 0, "", "Share of state enterprises",
     "economy file"},
    {"tail_exponent", FIELD_REAL, "1", "1.15", 0.5, 3.0, AT(tail_exponent), NULL, 0, "\\zeta",
     "Pareto exponent of workers above 10 in private enterprises at the opening",
     "firm_dynamics_01 allows 1.0-1.2; avg_size_private_2014 and census17_share_large pull it; range "
     "0.95-1.3"},
    {"exit_factor", FIELD_REAL, "1", "1", 0.05, 20, AT(exit_factor), NULL, 0, "",
     "Factor of the hazards of ceasing and going dormant, beside sunk costs",
     "assumption: sme_survival_2009_11 for manufacturing, the growth of firms_with_results_industry_2019 for "
     "construction; range 0.4-2"},
};
#undef AT
static const int sector_fields_n = sizeof sector_fields / sizeof sector_fields[0];

#define AT(member) offsetof(struct region, member)
static const struct field region_fields[] = {
    {"firm_share", FIELD_REAL, "1", NULL, 0, 1, AT(firm_share), NULL, 0, "", "Share of opening enterprises",
     "economy file"},
    {"entry_share", FIELD_REAL, "1", NULL, 0, 1, AT(entry_share), NULL, 0, "", "Share of registrations",
     "economy file"},
    {"sales_factor", FIELD_REAL, "1", "1", 0.1, 10, AT(sales_factor), NULL, 0, "",
     "Sales a worker over the national mean",
     "labour_prod_hanoi_2020: 1.65 for Hanoi's whole economy; for enterprises an assumption; range 0.7-1.4"},
    {"startup_share", FIELD_REAL, "1", "0", 0, 1, AT(startup_share), NULL, 0, "",
     "Share of innovative startups", "hanoi_startup_national_share, startups_hcmc_2022"},
    {"women_factor", FIELD_REAL, "1", "1", 0, 4, AT(women_factor), NULL, 0, "",
     "Private enterprises owned by a woman, over the national share",
     "wbes23_gend6_rrd, wbes23_gend6_se, wbes23_gend6_mekong over wbes23_gend6_all"},
    {"cost_factor", FIELD_REAL, "1", "1", 0.1, 10, AT(cost_factor), NULL, 0, "",
     "Land, rent and local costs over the national mean",
     "assumption: dearer in the two great cities; range 0.7-1.6"},
    {"zone_share", FIELD_REAL, "1", "0", 0, 1, AT(zone_share), NULL, 0, "",
     "Share of places in industrial zones; as firm_share if no region gives it",
     "assumption: industrial_zones 250 stand above all around the two great cities; range half to double"},
};
#undef AT
static const int region_fields_n = sizeof region_fields / sizeof region_fields[0];

#define AT(member) offsetof(struct lens, member)
static const struct field lens_fields[] = {
    {"source", FIELD_TEXT, "", "", 0, 0, AT(source), NULL, 0, "", "The survey", "definition"},
    {"workers_min", FIELD_REAL, "workers", "0", 0, 1e6, AT(workers_min), NULL, 0, "",
     "Smallest enterprise surveyed", "definition: of the survey"},
    {"manufacturing", FIELD_BOOL, "", "false", 0, 1, AT(manufacturing), NULL, 0, "",
     "Surveys manufacturers only", "definition: of the survey"},
    {"window_months", FIELD_INT, "month", "36", 1, 120, AT(window_months), NULL, 0, "", "Window asked about",
     "definition: of the survey"},
    {"types", FIELD_SET, "", "improved_product, process, new_product, organisation", 0, 0, AT(types),
     model_type_labels, TYPES_N, "", "Types asked about", "definition: of the survey"},
    {"activities", FIELD_BOOL, "", "false", 0, 1, AT(activities), NULL, 0, "",
     "Running and abandoned projects count too", "definition: Oslo Manual, innovation-active"},
    {"novelty_min", FIELD_REAL, "1", "0", 0, 1, AT(novelty_min), NULL, 0, "",
     "Novelty from which respondents recognise an innovation",
     "assumption: short questionnaires find fewer; range 0-0.7"},
};
#undef AT
static const int lens_fields_n = sizeof lens_fields / sizeof lens_fields[0];

// ---- schema -------------------------------------------------------------------------------------

// Finds or makes the entry `name` in an array of structs that begin with their name.
static int named_entry(void *array, size_t size, int *n, int max, const char *name, void **base)
{
    char *item = array;
    for (int i = 0; i < *n; i++, item += size)
        if (strcmp(item, name) == 0) {
            *base = item;
            return 0;
        }
    if (*n == max)
        return -1;
    snprintf(item, CONFIG_NAME_MAX, "%s", name);
    (*n)++;
    *base = item;
    return 0;
}

static int sector_entry(void *target, const char *name, int kind, void **common, void **terms)
{
    struct model *m = target;
    (void)kind, (void)terms;
    return named_entry(m->sector, sizeof m->sector[0], &m->sectors_n, SECTORS_MAX, name, common);
}

static int region_entry(void *target, const char *name, int kind, void **common, void **terms)
{
    struct model *m = target;
    (void)kind, (void)terms;
    return named_entry(m->region, sizeof m->region[0], &m->regions_n, REGIONS_MAX, name, common);
}

static int lens_entry(void *target, const char *name, int kind, void **common, void **terms)
{
    struct model *m = target;
    (void)kind, (void)terms;
    return named_entry(m->lens, sizeof m->lens[0], &m->lenses_n, LENSES_MAX, name, common);
}

static int shock_entry(void *target, const char *name, int kind, void **common, void **terms)
{
    struct model *m = target;
    (void)kind, (void)terms;
    return named_entry(m->shock, sizeof m->shock[0], &m->shocks_n, SHOCKS_MAX, name, common);
}

static int programme_entry(void *target, const char *name, int kind, void **common, void **terms)
{
    struct model *m = target;
    void *base;
    if (named_entry(m->programme, sizeof m->programme[0], &m->programmes_n, PROGRAMMES_MAX, name, &base) != 0)
        return -1;
    struct programme *p = base;
    p->kind = kind;
    *common = p;
    *terms = p->terms;
    return 0;
}

static const struct config_kind *kind_row(int index)
{
    const struct instrument *kind = instrument_at(index);
    return kind ? &kind->config : NULL;
}

void model_schema(struct model_schema *out)
{
#define SECTION(path, doc, prefix, member)                                                                   \
    {                                                                                                        \
        path, doc, prefix##_fields, prefix##_fields_n, offsetof(struct model, member)                        \
    }
    const struct config_section sections[MODEL_SECTIONS_N] = {
        {"", "the scenario", top_fields, sizeof top_fields / sizeof top_fields[0], 0},
        SECTION("run", "size, period and seed of the run", run, run),
        SECTION("economy.environment", "macro path and institutions", environment, environment),
        SECTION("economy.population", "the opening register", population, population),
        SECTION("economy.demand", "demand and market shares", demand, demand),
        SECTION("economy.production", "workers, costs, profit", production, production),
        SECTION("economy.labour", "labour reservoir and wages", labour, labour),
        SECTION("economy.peers", "peers, clusters, buyers", peers, peers),
        SECTION("economy.provider", "knowledge providers", provider, provider),
        SECTION("economy.innovation", "innovation projects", innovation, innovation),
        SECTION("economy.capability", "skills, management, digital stage, links", capability, capability),
        SECTION("economy.credit", "banks and credit", credit, credit),
        SECTION("economy.equity", "startups' equity and venture funds", equity, equity),
        SECTION("economy.tax", "corporate income tax", tax, tax),
        SECTION("economy.demography", "start of trade, suspension, return, exit", demography, demography),
        SECTION("economy.entry", "who registers: founders, household businesses, spin-offs", entry, entry),
        SECTION("economy.location", "moves between regions and into zones", location, location),
    };
#undef SECTION
    const struct config_map maps[MODEL_MAPS_N] = {
        {"economy.sectors", "sectors of the economy", sector_fields, sector_fields_n, NULL, SECTORS_MAX,
         sector_entry},
        {"economy.regions", "regions of the economy", region_fields, region_fields_n, NULL, REGIONS_MAX,
         region_entry},
        {"economy.lenses", "surveys as lenses on innovation", lens_fields, lens_fields_n, NULL, LENSES_MAX,
         lens_entry},
        {"shocks", "events from outside", shock_fields, shock_fields_n, NULL, SHOCKS_MAX, shock_entry},
        {"programmes", "public programmes", programme_fields, programme_fields_n, kind_row, PROGRAMMES_MAX,
         programme_entry},
    };
    memcpy(out->sections, sections, sizeof sections);
    memcpy(out->maps, maps, sizeof maps);
    out->config = (struct config_schema){out->sections, MODEL_SECTIONS_N, out->maps, MODEL_MAPS_N};
}

// ---- relations between parameters ---------------------------------------------------------------

static int near_one(double sum)
{
    return sum > 0.9995 && sum < 1.0005;
}

static void check_shares(const struct config *config, const char *key, const char *what, double sum,
                         struct error *err)
{
    if (!near_one(sum))
        config_fault(config, key, err, "%s sum to %.6g; allowed: a sum of 1", what, sum);
}

static void check_sectors(const struct model *m, const struct config *config, struct error *err)
{
    double firms = 0.0, entries = 0.0, startups = 0.0, st = 0.0, foreign = 0.0, state = 0.0;
    for (int s = 0; s < m->sectors_n; s++) {
        firms += m->sector[s].firm_share;
        entries += m->sector[s].entry_share;
        startups += m->sector[s].startup_share;
        st += m->sector[s].st_share;
        foreign += m->sector[s].foreign_share;
        state += m->sector[s].state_share;
    }
    if (m->sectors_n == 0)
        config_fault(config, "economy.sectors", err, "no sector is given; allowed: 1 to %d", SECTORS_MAX);
    check_shares(config, "economy.sectors", "firm_share of the sectors", firms, err);
    check_shares(config, "economy.sectors", "entry_share of the sectors", entries, err);
    check_shares(config, "economy.sectors", "startup_share of the sectors", startups, err);
    check_shares(config, "economy.sectors", "st_share of the sectors", st, err);
    if (foreign != 0.0)
        check_shares(config, "economy.sectors", "foreign_share of the sectors", foreign, err);
    if (state != 0.0)
        check_shares(config, "economy.sectors", "state_share of the sectors", state, err);
}

static void check_regions(const struct model *m, const struct config *config, struct error *err)
{
    double firms = 0.0, entries = 0.0, startups = 0.0, zones = 0.0;
    for (int r = 0; r < m->regions_n; r++) {
        firms += m->region[r].firm_share;
        entries += m->region[r].entry_share;
        startups += m->region[r].startup_share;
        zones += m->region[r].zone_share;
    }
    if (m->regions_n == 0)
        config_fault(config, "economy.regions", err, "no region is given; allowed: 1 to %d", REGIONS_MAX);
    check_shares(config, "economy.regions", "firm_share of the regions", firms, err);
    check_shares(config, "economy.regions", "entry_share of the regions", entries, err);
    check_shares(config, "economy.regions", "startup_share of the regions", startups, err);
    if (zones != 0.0)
        check_shares(config, "economy.regions", "zone_share of the regions", zones, err);
}

// Shares that no sector or region gives follow the enterprises.
static void follow_shares(struct model *m)
{
    double foreign = 0.0, state = 0.0, zones = 0.0;
    for (int s = 0; s < m->sectors_n; s++) {
        foreign += m->sector[s].foreign_share;
        state += m->sector[s].state_share;
    }
    for (int r = 0; r < m->regions_n; r++)
        zones += m->region[r].zone_share;
    for (int s = 0; s < m->sectors_n; s++) {
        struct sector *sector = &m->sector[s];
        sector->foreign_share = foreign == 0.0 ? sector->firm_share : sector->foreign_share;
        sector->state_share = state == 0.0 ? sector->firm_share : sector->state_share;
    }
    for (int r = 0; r < m->regions_n; r++)
        m->region[r].zone_share = zones == 0.0 ? m->region[r].firm_share : m->region[r].zone_share;
}

static void check_rest(const struct model *m, const struct config *config, struct error *err)
{
    const struct population *p = &m->population;
    double stages = 0.0;
    for (int k = 0; k < 4; k++)
        stages += m->capability.digital_stage_share[k];
    check_shares(config, "economy.capability.digital_stage_share", "the shares", stages, err);
    if (m->run.until < m->run.start)
        config_fault(config, "run.until", err, "is before run.start; allowed: a month from run.start on");
    else if (model_months(m) > MODEL_MONTHS_MAX)
        config_fault(config, "run.until", err, "the run has %d months; allowed: at most %d", model_months(m),
                     MODEL_MONTHS_MAX);
    const double special = (double)(p->foreign_n + p->state_n + p->startups_n + p->st_capable_n);
    if (special > 0.9 * p->trading_frac * (double)p->register_n)
        config_fault(config, "economy.population.register_n", err,
                     "foreign, state, startup and S&T-capable enterprises are %.0f; allowed: at most 90 %% "
                     "of those that trade",
                     special);
    if (p->st_certified_n > p->st_capable_n)
        config_fault(config, "economy.population.st_certified_n", err,
                     "is above st_capable_n; allowed: at most %lld", (long long)p->st_capable_n);
    const struct series *const paths[] = {&m->environment.gdp_growth,   &m->environment.inflation,
                                          &m->environment.lending_rate, &m->environment.exchange_rate,
                                          &m->environment.tax_rate,     &m->environment.tax_rate_small};
    static const char *const names[] = {"gdp_growth",    "inflation", "lending_rate",
                                        "exchange_rate", "tax_rate",  "tax_rate_small"};
    for (int k = 0; k < 6; k++)
        if (paths[k]->n == 0 || paths[k]->first_year > 1970 + m->run.start / 12) {
            char key[CONFIG_KEY_MAX];
            snprintf(key, sizeof key, "economy.environment.%s", names[k]);
            config_fault(config, key, err,
                         "begins after the run; allowed: a series that begins by the year of run.start");
        }
}

// ---- what is resolved once ----------------------------------------------------------------------

// A mask of the names in `list`, all if it is empty.
static uint32_t name_mask(const struct config *config, const char *key, const char *list,
                          const char *const *names, int n, struct error *err)
{
    uint32_t mask = 0;
    for (const char *at = list; *at;) {
        const size_t blank = strspn(at, " ,");
        const size_t length = strcspn(at + blank, " ,");
        char word[FIELD_TEXT_MAX];
        snprintf(word, sizeof word, "%.*s", (int)length, at + blank);
        at += blank + length;
        if (length == 0)
            continue;
        int found = -1;
        for (int i = 0; i < n; i++)
            found = strcmp(names[i], word) == 0 ? i : found;
        const char *near = field_nearest(word, names, n);
        if (found < 0)
            config_fault(config, key, err, "unknown name '%s'; allowed: names of the economy%s%s%s", word,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        else
            mask |= 1U << found;
    }
    return mask ? mask : ~0U;
}

static uint32_t draw_index(const char *name)
{
    uint64_t h = 0;
    for (const char *c = name; *c; c++)
        h = rng_hash(h ^ (uint64_t)(unsigned char)*c);
    return (uint32_t)(h >> 32) | 1U; // 0 stands for "no programme"
}

static void resolve_shocks(struct model *m, const struct config *config, struct error *err)
{
    const struct series *gdp = &m->environment.gdp_growth;
    const char *sectors[SECTORS_MAX];
    for (int s = 0; s < m->sectors_n; s++)
        sectors[s] = m->sector[s].name;
    for (int i = 0; i < m->shocks_n; i++) {
        struct shock *k = &m->shock[i];
        char key[CONFIG_KEY_MAX];
        snprintf(key, sizeof key, "shocks.%s.sectors", k->name);
        k->sector_mask = name_mask(config, key, k->sectors, sectors, m->sectors_n, err);
        snprintf(key, sizeof key, "shocks.%s.until", k->name);
        if (k->until < k->from)
            config_fault(config, key, err, "is before the shock's first month; allowed: a month from it on");
        k->contained = k->in_gdp && k->until <= field_month(gdp->first_year + gdp->n - 1, 12);
    }
}

static void resolve_programmes(struct model *m, const struct config *config, struct error *err)
{
    const char *sectors[SECTORS_MAX], *regions[REGIONS_MAX];
    for (int s = 0; s < m->sectors_n; s++)
        sectors[s] = m->sector[s].name;
    for (int r = 0; r < m->regions_n; r++)
        regions[r] = m->region[r].name;
    for (int i = 0; i < m->programmes_n; i++) {
        struct programme *p = &m->programme[i];
        char key[CONFIG_KEY_MAX];
        snprintf(key, sizeof key, "programmes.%s.sectors", p->name);
        p->sector_mask = name_mask(config, key, p->sectors, sectors, m->sectors_n, err);
        snprintf(key, sizeof key, "programmes.%s.regions", p->name);
        p->region_mask = name_mask(config, key, p->regions, regions, m->regions_n, err);
        p->draw_index = draw_index(p->name);
        for (int k = 0; k < i; k++)
            CHECK(m->programme[k].draw_index != p->draw_index);
        snprintf(key, sizeof key, "programmes.%s.end", p->name);
        if (p->enabled && p->end < p->start)
            config_fault(
                config, key, err,
                "is before the programme's start; allowed: a month from start on, or enabled: false");
        snprintf(key, sizeof key, "programmes.%s.workers_max", p->name);
        if (p->workers_max <= p->workers_min)
            config_fault(config, key, err, "no size is left; allowed: above workers_min");
    }
}

int model_load(struct model *model, const struct config *config, struct error *err)
{
    struct model_schema schema;
    model_schema(&schema);
    *model = (struct model){0};
    int rc = config_apply(config, &schema.config, model, err);
    if (rc)
        return rc;
    check_sectors(model, config, err);
    check_regions(model, config, err);
    check_rest(model, config, err);
    resolve_shocks(model, config, err);
    follow_shares(model);
    resolve_programmes(model, config, err);
    return err->code;
}

int model_months(const struct model *model)
{
    return (int)(model->run.until - model->run.start + 1);
}

enum size_class model_size_class(double workers)
{
    return workers < 10.0    ? SIZE_MICRO
           : workers < 50.0  ? SIZE_SMALL
           : workers < 200.0 ? SIZE_MEDIUM
                             : SIZE_LARGE;
}

enum size_class model_size_class_decree56(double workers, int64_t industry)
{
    if (workers <= 10.0)
        return SIZE_MICRO;
    if (workers <= (industry ? 200.0 : 50.0))
        return SIZE_SMALL;
    return workers <= (industry ? 300.0 : 100.0) ? SIZE_MEDIUM : SIZE_LARGE;
}
