#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

#define AT(member) offsetof(struct entry, member)
const struct field entry_fields[] = {
    {"entries_per_year", FIELD_REAL, "enterprises/year", "62000", 0.0, 1e7, AT(entries_per_year), NULL, 0, "",
     "Registrations of new founders a year, at the activity and institutions of the opening",
     "entry_2014 less household businesses, spin-offs and the three below, at the activity of January 2014; "
     "model-notes 2.7"},
    {"foreign_entries_per_year", FIELD_REAL, "enterprises/year", "1900", 0.0, 1e6,
     AT(foreign_entries_per_year), NULL, 0, "", "Foreign enterprises founded a year, at the opening",
     "assumption: about 2 % of registrations (own_fdi_share_2014); range 1000-2500"},
    {"startup_entries_per_year", FIELD_REAL, "enterprises/year", "400", 0.0, 1e5,
     AT(startup_entries_per_year), NULL, 0, "", "Innovative startups founded a year, at the opening",
     "assumption: leads from the opening stock to startups_2016; range 200-600"},
    {"startup_entry_growth", FIELD_REAL, "1/year", "0.09", -0.5, 1.0, AT(startup_entry_growth), NULL, 0, "",
     "Growth of the list of potential founders of startups",
     "assumption: national_startups_derived 3802 in 2025 against startups_2016; range 0.02-0.12"},
    {"st_entries_per_year", FIELD_REAL, "enterprises/year", "250", 0.0, 1e5, AT(st_entries_per_year), NULL, 0,
     "", "Enterprises founded a year that could become S&T enterprises",
     "assumption: keeps st_firms_2019's 3000 that qualify; range 150-400"},
    {"activity_elasticity", FIELD_REAL, "1", "0.7", 0.0, 5.0, AT(activity_elasticity), NULL, 0, "\\eta",
     "Elasticity of registrations to the real activity of the sector",
     "assumption: model-notes 2.7 has 1 for gross domestic product, formal activity grows faster; range "
     "0.5-1.2"},
    {"potential_ratio", FIELD_REAL, "1", "10", 1.0, 100.0, AT(potential_ratio), NULL, 0, "m",
     "Potential founders for one who registers, at the opening",
     "assumption: few who could found a firm do so in a year; range 5-30"},
    {"ability_gain", FIELD_REAL, "1", "0.4", 0.0, 2.0, AT(ability_gain), NULL, 0, "\\lambda",
     "Log gain from founding a firm a standard deviation of ability",
     "assumption: dispersion of entrants' profits; range 0.2-0.8"},
    {"burden_frac", FIELD_REAL, "1", "0.4", 0.0, 2.0, AT(burden_frac), NULL, 0, "\\beta",
     "Cost of registering at the opening over the gain of a founder of median ability and means",
     "assumption: what days and fees were worth is seen in entry_2014 to entry_2019 (vn_enterprise_law); "
     "range "
     "0.1-0.7"},
    {"means_exponent", FIELD_REAL, "1", "0.3", 0.0, 2.0, AT(means_exponent), NULL, 0, "\\omega",
     "Fall of that cost with the founder's log starting means, a standard deviation",
     "assumption: a fee weighs less on those who start larger; range 0-0.8"},
    {"failure_frac", FIELD_REAL, "1", "0.15", 0.0, 1.0, AT(failure_frac), NULL, 0, "\\varphi",
     "Expected cost of a failure at the opening over that gain",
     "assumption: bankruptcy_reform_03 says that the protection of failed owners decides on founding; range "
     "0-0.3"},
    {"visa_frac", FIELD_REAL, "1", "0.2", 0.0, 1.0, AT(visa_frac), NULL, 0, "",
     "Cost of visa and residence to a foreign founder at the opening over that gain",
     "assumption: uk_ie_it_visas, rec_visa name it an obstacle; range 0-0.5"},
    {"days", FIELD_SERIES, "day", "2014: 34, 2015: 34, 2016: 22, 2017: 22, 2018: 21, 2019: 20", 0.0, 365.0,
     AT(days), NULL, 0, "d_t", "Days to register an enterprise in January of a year, linear between years",
     "assumption: published rankings of the time; vn_enterprise_law works from mid-2015 (entry_11m_2015), "
     "registration_days_sg_hk is 3; range 0.6-1.4 of it"},
    {"fee_vnd", FIELD_SERIES, "VND", "2014: 6e6, 2015: 6e6, 2016: 3.5e6", 0.0, 1e10, AT(fee_vnd), NULL, 0, "",
     "Fees and sub-licences in January of a year, opening prices, linear between years",
     "assumption: a few per cent of income per head; vn_enterprise_law and bankruptcy_reform_05 removed most "
     "sub-licences; range half to double"},
    {"day_vnd", FIELD_REAL, "VND/day", "3e5", 0.0, 1e9, AT(day_vnd), NULL, 0, "",
     "What a day of waiting costs a founder, opening prices",
     "assumption: a day's wage and rent, after wage_all_2017; range 1.5e5-6e5"},
    {"failure_fear", FIELD_REAL, "1", "1", 0.0, 10.0, AT(failure_fear), NULL, 0, "",
     "Index of stigma and personal liability of a failure",
     "definition: 1 is the opening state (vn_culture)"},
    {"visa_barrier", FIELD_REAL, "1", "1", 0.0, 10.0, AT(visa_barrier), NULL, 0, "",
     "Index of obstacles to foreign founders", "definition: 1 is the opening state"},
    {"household_n", FIELD_REAL, "businesses", "4.65e6", 0.0, 1e9, AT(household_n), NULL, 0, "",
     "Household businesses at the opening", "households_2015 less a year's growth"},
    {"household_growth", FIELD_REAL, "1/year", "0.017", -0.5, 0.5, AT(household_growth), NULL, 0, "",
     "Growth of the pool before formalisation", "household_growth_2011_16, household_growth_2016_20"},
    {"household_plan_frac", FIELD_REAL, "1/year", "0.08", 0.0, 1.0, AT(household_plan_frac), NULL, 0, "",
     "Household businesses that think of registering in a year", "household_plan_formalise"},
    {"household_workers_median", FIELD_REAL, "workers", "1.2", 1.0, 100.0, AT(household_workers_median), NULL,
     0, "", "Median workers of a household business",
     "households_avg_size_derived: mean 1.44 with the spread below; range 1-1.4"},
    {"household_workers_log_sd", FIELD_REAL, "1", "0.6", 0.0, 3.0, AT(household_workers_log_sd), NULL, 0, "",
     "Log standard deviation of it",
     "assumption: households_over_1bn_tax against household_revenue; range 0.5-0.8"},
    {"household_ability", FIELD_REAL, "1", "-0.3", -3.0, 3.0, AT(household_ability), NULL, 0, "",
     "Mean ability of owners of household businesses, standard deviations of founders",
     "assumption: many are in business for want of a job; range -0.8-0"},
    {"household_revenue_vnd", FIELD_REAL, "VND/year", "2.8e8", 0.0, 1e11, AT(household_revenue_vnd), NULL, 0,
     "", "Yearly revenue a worker of a household business, opening prices",
     "household_revenue (400e6) over households_avg_size_derived"},
    {"household_margin_frac", FIELD_REAL, "1", "0.15", 0.0, 1.0, AT(household_margin_frac), NULL, 0, "",
     "Profit of a household business over revenue",
     "assumption: after a wage for the owner; range 0.08-0.25"},
    {"household_tax_vnd", FIELD_REAL, "VND/year", "2.7e6", 0.0, 1e10, AT(household_tax_vnd), NULL, 0, "",
     "Lump tax that a household business pays", "household_tax"},
    {"formal_growth_frac", FIELD_REAL, "1", "0.1", 0.0, 5.0, AT(formal_growth_frac), NULL, 0, "",
     "Profit that room to grow adds for an owner of mean ability, share of today's",
     "assumption: profit gains from registering go to a few (household_plan_formalise); range 0-0.3"},
    {"formal_buyer_share", FIELD_REAL, "1", "0.1", 0.0, 1.0, AT(formal_buyer_share), NULL, 0, "",
     "Household businesses with a large buyer in sight, which needs invoices",
     "assumption: few supply large buyers; range 0.03-0.2"},
    {"formal_buyer_frac", FIELD_REAL, "1", "0.5", 0.0, 10.0, AT(formal_buyer_frac), NULL, 0, "",
     "Profit that such a buyer adds, share of today's", "assumption: half as much again; range 0.2-1"},
    {"formal_need_share", FIELD_REAL, "1", "0.3", 0.0, 1.0, AT(formal_need_share), NULL, 0, "",
     "Household businesses that need a loan", "assumption: below sme_no_capital_2017; range 0.15-0.5"},
    {"formal_loan_months", FIELD_REAL, "month", "1.1", 0.0, 60.0, AT(formal_loan_months), NULL, 0, "",
     "That loan in months of revenue", "assumption: model-notes 2.9; range 0.5-3"},
    {"formal_informal_rate", FIELD_REAL, "1/year", "0.3", 0.0, 5.0, AT(formal_informal_rate), NULL, 0, "",
     "Rate of lenders outside banks", "assumption: two to three per cent a month; range 0.18-0.5"},
    {"formal_compliance_vnd", FIELD_REAL, "VND/year", "24e6", 0.0, 1e10, AT(formal_compliance_vnd), NULL, 0,
     "", "Books, filings and inspections of an enterprise, opening prices",
     "assumption: a part-time bookkeeper at a quarter of wage_all_2017; range 12e6-60e6"},
    {"formal_reported_frac", FIELD_REAL, "1", "0.5", 0.0, 1.0, AT(formal_reported_frac), NULL, 0, "",
     "Profit that a formalised business reports",
     "assumption: as small enterprises under-report; range 0.3-0.8"},
    {"formal_years", FIELD_REAL, "year", "5", 0.5, 50.0, AT(formal_years), NULL, 0, "",
     "Years over which the cost of registering is spread", "assumption: an owner's horizon; range 3-10"},
    {"formal_hassle_vnd", FIELD_REAL, "VND/year", "35e6", 1e3, 1e12, AT(formal_hassle_vnd), NULL, 0, "",
     "Mean yearly worth of staying outside the books, exponential over households, opening prices",
     "assumption: most of those who plan to do not register (household_plan_formalise); range "
     "20e6-300e6"},
    {"spin_off_per_year", FIELD_REAL, "1/year", "0.01", 0.0, 1.0, AT(spin_off_per_year), NULL, 0, "",
     "Hazard that employees of an innovating firm found their own, a firm",
     "assumption: some hundred a year, a percent of registrations; range 0.002-0.03"},
    {"spin_off_closing_frac", FIELD_REAL, "1", "0.03", 0.0, 1.0, AT(spin_off_closing_frac), NULL, 0, "",
     "Closing firms whose employees found a firm",
     "assumption: as innovating firms in some years; range 0-0.1"},
    {"spin_off_workers_min", FIELD_REAL, "workers", "10", 1.0, 1e4, AT(spin_off_workers_min), NULL, 0, "",
     "Smallest parent of a spin-off", "assumption: employees with experience of their own; range 5-20"},
    {"spin_off_inherited_frac", FIELD_REAL, "1", "0.5", 0.0, 1.0, AT(spin_off_inherited_frac), NULL, 0, "",
     "Share of the parent's ability and knowledge that a spin-off starts with",
     "assumption: founders bring what they learned; range 0.2-0.7"},
};
#undef AT
const int entry_fields_n = sizeof entry_fields / sizeof entry_fields[0];

// Indices of STREAM_ENTRANT_DECISION.
enum decision_draw { DECISION_LIST, DECISION_HOUSEHOLD_SIZE, DECISION_HOUSEHOLD_NEEDS, DECISION_SPIN_OFF };
enum { KIND_SHIFT = 21, QUADRATURE = 16 };

// ---- institutions -------------------------------------------------------------------------------

// January's value of the year, on the way to the next year's.
static double series_between(const struct series *series, int64_t year, int64_t month_of_year)
{
    const int64_t last = series->n - 1;
    int64_t i = year - series->first_year, next = i + 1;
    i = i < 0 ? 0 : i < last ? i : last;
    next = next < 0 ? 0 : next < last ? next : last;
    return series->value[i] + (series->value[next] - series->value[i]) * (double)month_of_year / 12.0;
}

static struct institutions institutions_of(const struct model *model, int64_t year, int64_t month_of_year)
{
    const struct entry *p = &model->entry;
    return (struct institutions){.entry_days = series_between(&p->days, year, month_of_year),
                                 .entry_fee_vnd = series_between(&p->fee_vnd, year, month_of_year),
                                 .failure_fear = p->failure_fear,
                                 .visa_barrier = p->visa_barrier,
                                 .insolvency_months = model->environment.insolvency_months};
}

static struct institutions institutions_opening(const struct model *model)
{
    return institutions_of(model, 1970 + model->run.start / 12, model->run.start % 12);
}

double entry_days_opening(const struct model *model)
{
    return institutions_opening(model).entry_days;
}

void entry_institutions(const struct model *model, struct world *world)
{
    world->institutions = institutions_of(model, world->climate.year, world->climate.month_of_year);
}

// ---- founders: equations E1, E2 -----------------------------------------------------------------

static double register_cost_vnd(const struct model *model, const struct institutions *i)
{
    return i->entry_fee_vnd + i->entry_days * model->entry.day_vnd;
}

// E2: what does not depend on the founder.
struct hurdle {
    double cost;    // of registering, to a founder of median means
    double failure; // expected, and what foreigners face besides
};

static struct hurdle hurdle_of(const struct model *model, const struct institutions *now,
                               enum entrant_kind kind)
{
    const struct entry *p = &model->entry;
    const struct institutions opening = institutions_opening(model);
    const double before = vmath_max(register_cost_vnd(model, &opening), 1.0);
    const double delay = now->insolvency_months / vmath_max(opening.insolvency_months, 1.0);
    return (struct hurdle){p->burden_frac * register_cost_vnd(model, now) / before,
                           p->failure_frac * now->failure_fear * delay +
                               (kind == ENTRANT_FOREIGN ? p->visa_frac * now->visa_barrier : 0.0)};
}

static double gain_over(const struct entry *p, const struct hurdle *h, double ability, double means)
{
    return vmath_max(vmath_exp(p->ability_gain * ability) - h->cost * vmath_exp(-p->means_exponent * means) -
                         h->failure,
                     0.0);
}

double entry_gain(const struct model *model, const struct institutions *institutions, enum entrant_kind kind,
                  double ability, double means)
{
    const struct hurdle h = hurdle_of(model, institutions, kind);
    return gain_over(&model->entry, &h, ability, means);
}

// Of potential founders at the opening: the mean gain, and the mean ability of those who register. Midpoint
// rule on quantiles of both traits.
struct opening_founders {
    double gain, ability;
};

static struct opening_founders founders_at_opening(const struct model *model, enum entrant_kind kind)
{
    const struct institutions opening = institutions_opening(model);
    const struct hurdle h = hurdle_of(model, &opening, kind);
    double z[QUADRATURE], gain = 0.0, weighted = 0.0;
    for (int i = 0; i < QUADRATURE; i++)
        z[i] = vmath_quantile(((double)i + 0.5) / QUADRATURE);
    for (int i = 0; i < QUADRATURE; i++)
        for (int k = 0; k < QUADRATURE; k++) {
            const double g = gain_over(&model->entry, &h, z[i], z[k]);
            gain += g;
            weighted += g * z[i];
        }
    const double mean = vmath_max(gain / (QUADRATURE * QUADRATURE), 1e-6);
    return (struct opening_founders){mean, gain > 0.0 ? weighted / gain : 0.0};
}

// ---- the lists ----------------------------------------------------------------------------------

static int stratum_of(enum entrant_kind kind)
{
    return kind == ENTRANT_COMMON || kind == ENTRANT_HOUSEHOLD ? STRATUM_COMMON : STRATUM_RARE;
}

// Potential entrants of a cell in a month, in agents: a number that no scenario changes.
static double list_length(const struct model *model, const struct world *world, int r, int s,
                          enum entrant_kind kind)
{
    const struct entry *p = &model->entry;
    const struct region *region = &model->region[r];
    const struct sector *sector = &model->sector[s];
    const double twelfth = 1.0 / 12.0, weight = (double)world->agent_weight[stratum_of(kind)];
    switch (kind) {
    case ENTRANT_FOREIGN:
        return region->entry_share * sector->foreign_share * p->foreign_entries_per_year *
               p->potential_ratio * twelfth / weight;
    case ENTRANT_STARTUP:
        return region->startup_share * sector->startup_share * p->startup_entries_per_year *
               vmath_pow(1.0 + p->startup_entry_growth, (double)world->month * twelfth) * p->potential_ratio *
               twelfth / weight;
    case ENTRANT_ST:
        return region->entry_share * sector->st_share * p->st_entries_per_year * p->potential_ratio *
               twelfth / weight;
    case ENTRANT_HOUSEHOLD:
        return region->firm_share * sector->entry_share * p->household_n * p->household_plan_frac * twelfth /
               weight;
    default:
        return region->entry_share * sector->entry_share * p->entries_per_year * p->potential_ratio *
               twelfth / weight;
    }
}

// A ceiling of a month's spin-offs, far above what hazards within reason make.
static int64_t spin_offs_max(const struct world *world)
{
    return world->firms.n / 50 + 64;
}

int64_t entry_max(const struct model *model, const struct world *world)
{
    double n = 0.0;
    for (int r = 0; r < model->regions_n; r++)
        for (int s = 0; s < model->sectors_n; s++)
            for (int kind = 0; kind < ENTRANT_KINDS; kind++)
                n += list_length(model, world, r, s, (enum entrant_kind)kind) + 1.0;
    return (int64_t)n + spin_offs_max(world);
}

// One cell's list of one kind, and where it stands in the month.
struct cell {
    const struct model *model;
    struct world *world;
    int region, sector;
    enum entrant_kind kind;
    int64_t first, n, weight;
    double threshold; // of the first in the list; those after it spread evenly
};

static struct cell cell_of(const struct model *model, struct world *world, int r, int s,
                           enum entrant_kind kind)
{
    struct cell c = {.model = model, .world = world, .region = r, .sector = s, .kind = kind};
    double u, v;
    c.weight = world->agent_weight[stratum_of(kind)];
    c.first = population_key(world->month + 1, stratum_of(kind), r, s, (int64_t)kind << KIND_SHIFT);
    rng_uniforms(world->rng, &c.first, 1, world_purpose(world, STREAM_ENTRANT_DECISION, DECISION_LIST), &u,
                 &v);
    c.n = (int64_t)(list_length(model, world, r, s, kind) + v);
    c.threshold = u;
    return c;
}

// The k-th threshold, uniform in [0,1): steps of the golden section, so that a list of any length covers the
// interval evenly and the number of registrations has little noise of its own.
static double threshold(const struct cell *c, int64_t k)
{
    const double x = c->threshold + (double)k * 0.6180339887498949;
    return x - (double)(int64_t)x;
}

// Part of a list, so many that their draws are made in vectors: scalar normals were a third of the phase.
enum { PART_MAX = 64 };
struct part {
    int n;
    int64_t key[PART_MAX];
    double ability[PART_MAX];
};

static void part_take(const struct cell *c, int64_t first, struct part *part)
{
    part->n = c->n - first < PART_MAX ? (int)(c->n - first) : PART_MAX;
    for (int i = 0; i < part->n; i++)
        part->key[i] = c->first + first + i;
    population_abilities(c->world, part->key, part->n, STREAM_ENTRANT_TRAITS, part->ability);
}

static int64_t give_birth(const struct cell *c, int64_t key, double ability)
{
    const struct birth birth = {.key = key,
                                .weight = c->weight,
                                .region = c->region,
                                .sector = c->sector,
                                .status = STATUS_UNTRADING,
                                .birth_month = c->world->month,
                                .ownership =
                                    c->kind == ENTRANT_FOREIGN ? OWNERSHIP_FOREIGN : OWNERSHIP_PRIVATE,
                                .startup = c->kind == ENTRANT_STARTUP,
                                .st_capable = c->kind == ENTRANT_ST,
                                .origin = c->kind == ENTRANT_HOUSEHOLD ? ORIGIN_HOUSEHOLD : ORIGIN_NEW,
                                .stream = STREAM_ENTRANT_TRAITS,
                                .ability_mean = ability};
    const int64_t row = population_birth(c->model, c->world, &birth);
    c->world->firm.log_workers[row] = 0.0;
    return row;
}

// E1: a founder registers if its threshold is below its chance at the activity of the sector. Firms' ability
// counts from the mean of those who register at the opening.
static void enter_founders(const struct cell *c, const struct opening_founders *opening)
{
    const struct model *model = c->model;
    struct world *world = c->world;
    const struct hurdle h = hurdle_of(model, &world->institutions, c->kind);
    const double activity = c->kind == ENTRANT_STARTUP ? 1.0
                                                       : vmath_pow(world->sector[c->sector].volume,
                                                                   model->entry.activity_elasticity);
    const double chance =
        activity * world->climate.entry_factor / (model->entry.potential_ratio * opening->gain);
    struct part part;
    double gain[PART_MAX];
    for (int64_t first = 0; first < c->n; first += PART_MAX) {
        part_take(c, first, &part);
        for (int i = 0; i < part.n; i++)
            gain[i] = model->entry.ability_gain * part.ability[i];
        vmath_exp_n(gain, part.n, gain);
        for (int i = 0; i < part.n; i++) {
            const double u = threshold(c, first + i);
            if (u >= chance * gain[i])
                continue; // not even if it cost nothing
            const double means = demography_means(world, part.key[i]);
            if (u < chance * gain_over(&model->entry, &h, part.ability[i], means))
                demography_register(model, world, give_birth(c, part.key[i], -opening->ability));
        }
    }
}

// ---- households: equation E3 --------------------------------------------------------------------

double entry_household_net_vnd(const struct model *model, const struct world *world,
                               const struct household *h)
{
    const struct entry *p = &model->entry;
    const double revenue = p->household_revenue_vnd * h->workers, profit = p->household_margin_frac * revenue;
    const double growth = p->formal_growth_frac * profit * vmath_exp(p->ability_gain * h->ability);
    const double loan = h->needs_credit ? revenue / 12.0 * p->formal_loan_months : 0.0;
    const double credit = loan * vmath_max(p->formal_informal_rate - world->climate.bank_rate, 0.0);
    const double buyer = h->has_buyer ? p->formal_buyer_frac * profit : 0.0;
    const double tax =
        world->climate.tax_rate_small * p->formal_reported_frac * profit - p->household_tax_vnd;
    const double registering = register_cost_vnd(model, &world->institutions) / p->formal_years;
    return growth + credit + buyer - tax - p->formal_compliance_vnd - registering;
}

// The households of a part of the list.
static void households_of(const struct cell *c, const struct part *part, struct household *out)
{
    const struct entry *p = &c->model->entry;
    const struct rng rng = c->world->rng;
    const struct rng_purpose size = {0, STREAM_ENTRANT_DECISION, DECISION_HOUSEHOLD_SIZE};
    const struct rng_purpose needs = {0, STREAM_ENTRANT_DECISION, DECISION_HOUSEHOLD_NEEDS};
    double workers[PART_MAX], u[PART_MAX], v[PART_MAX];
    rng_uniforms(rng, part->key, part->n, needs, u, v);
    rng_normals(rng, part->key, part->n, size, workers, NULL);
    for (int i = 0; i < part->n; i++)
        workers[i] = p->household_workers_log_sd * workers[i];
    vmath_exp_n(workers, part->n, workers);
    for (int i = 0; i < part->n; i++)
        out[i] = (struct household){vmath_clamp(p->household_workers_median * workers[i], 1.0, 200.0),
                                    p->household_ability + part->ability[i], u[i] < p->formal_need_share,
                                    v[i] < p->formal_buyer_share};
}

// A household business registers if what it gains exceeds what staying outside the books is worth to it,
// which is exponential over households. It goes on trading, with the workers it has.
static void enter_household(const struct cell *c, int64_t k, const struct household *h)
{
    const struct entry *p = &c->model->entry;
    struct world *world = c->world;
    const double opening = p->household_n * c->model->region[c->region].firm_share;
    const int64_t pool = world->household_n[c->region];
    const double left = (double)pool / vmath_max(opening, 1.0); // of the pool that the list stands for
    const double net = entry_household_net_vnd(c->model, world, h);
    const double chance = net > 0.0 ? 1.0 - vmath_exp(-net / p->formal_hassle_vnd) : 0.0;
    if (pool < c->weight || threshold(c, k) >= chance * left * world->climate.entry_factor)
        return;
    const int64_t row = give_birth(c, c->first + k, p->household_ability);
    world->household_n[c->region] -= c->weight;
    demography_open_shop(c->model, world, row, h->workers);
}

static void enter_households(const struct cell *c)
{
    struct part part;
    struct household household[PART_MAX];
    for (int64_t first = 0; first < c->n; first += PART_MAX) {
        part_take(c, first, &part);
        households_of(c, &part, household);
        for (int i = 0; i < part.n; i++)
            enter_household(c, first + i, &household[i]);
    }
}

// ---- spin-offs: equation E4 ---------------------------------------------------------------------

struct parents {
    const struct model *model;
    const struct world *world;
};

// Firms that spin-offs may come from: large enough, and innovating or just closed; 2 for those that close.
ISA_CLONES static void entry_parents(const struct parents *c, int64_t begin, int n)
{
    const struct world *w = c->world;
    const uint8_t *status = w->firm.status + begin;
    const uint64_t *innovating = w->firm.innovating_bits + begin;
    const int16_t *since = w->firm.status_month + begin;
    const double *workers = w->firm.workers + begin, least = c->model->entry.spin_off_workers_min;
    const int now = (int)w->month;
    uint8_t *flag = w->scratch.flag + begin;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int innovates = (status[i] == STATUS_OPERATING) & (int)(innovating[i] & 1);
        const int closed = (status[i] == STATUS_CEASED) | (status[i] == STATUS_BANKRUPT);
        const int closes = closed & (since[i] == now), large = workers[i] >= least;
        flag[i] = (uint8_t)(large ? innovates + 2 * closes : 0);
    }
}

static void parents_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct parents *c = context;
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const struct entry *p = &c->model->entry;
    const struct rng_purpose why = world_purpose(w, STREAM_SPIN_OFF, 0);
    (void)block;
    entry_parents(c, begin, (int)(end - begin));
    for (int64_t r = begin; r < end; r++) {
        if (!w->scratch.flag[r])
            continue;
        const double hazard =
            w->scratch.flag[r] == 2 ? p->spin_off_closing_frac : p->spin_off_per_year / 12.0;
        w->scratch.flag[r] = rng_uniform(w->rng, (uint64_t)f->ancestor[r], why) < hazard;
    }
}

// Record ids and draw keys of spin-offs, from 2^51 on: above population_key and the ids that count inside a
// run. They follow from the parent's and the month, so that they are the same in every scenario.
static int64_t spin_off_key(int64_t parent, int64_t month)
{
    return ((int64_t)1 << 51) + (int64_t)(rng_hash(rng_hash((uint64_t)parent) ^ (uint64_t)month) >> 13);
}

static void spin_off(const struct model *model, struct world *world, int64_t parent)
{
    const struct firm *f = &world->firm;
    const double part = model->entry.spin_off_inherited_frac;
    const struct birth birth = {.key = spin_off_key(f->ancestor[parent], world->month),
                                .record = spin_off_key(f->id[parent], world->month),
                                .weight = f->weight[parent],
                                .region = f->region[parent],
                                .sector = f->sector[parent],
                                .status = STATUS_UNTRADING,
                                .birth_month = world->month,
                                .ownership = OWNERSHIP_PRIVATE,
                                .origin = ORIGIN_SPIN_OFF,
                                .stream = STREAM_ENTRANT_TRAITS,
                                .ability_mean = part * f->ability[parent],
                                .ability_known = part};
    const int64_t row = population_birth(model, world, &birth);
    f->skills[row] += part * (f->skills[parent] - f->skills[row]);
    f->management[row] += part * (f->management[parent] - f->management[row]);
    f->log_workers[row] = 0.0;
    demography_register(model, world, row);
}

static void enter_spin_offs(const struct model *model, struct world *world)
{
    struct parents c = {model, world};
    par_blocks(world->threads, world->firms.n, parents_block, &c);
    const int64_t n = par_select(world->threads, world->firms.n, world->scratch.flag, world->scratch.rows);
    const int64_t most = spin_offs_max(world);
    for (int64_t k = 0; k < n && k < most; k++)
        spin_off(model, world, world->scratch.rows[k]);
}

// ---- the month ----------------------------------------------------------------------------------

void entry_step(const struct model *model, struct world *world)
{
    const double growth = vmath_pow(1.0 + model->entry.household_growth, 1.0 / 12.0) - 1.0;
    struct opening_founders opening[ENTRANT_HOUSEHOLD];
    for (int kind = 0; kind < ENTRANT_HOUSEHOLD; kind++)
        opening[kind] = founders_at_opening(model, (enum entrant_kind)kind);
    enter_spin_offs(model, world);
    for (int r = 0; r < model->regions_n; r++) {
        world->household_n[r] += (int64_t)vmath_round((double)world->household_n[r] * growth);
        for (int s = 0; s < model->sectors_n; s++)
            for (int kind = 0; kind < ENTRANT_KINDS; kind++) {
                const struct cell c = cell_of(model, world, r, s, (enum entrant_kind)kind);
                if (kind == ENTRANT_HOUSEHOLD)
                    enter_households(&c);
                else
                    enter_founders(&c, &opening[kind]);
            }
    }
}
