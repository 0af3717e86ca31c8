#include "models/world.h"
#include "sim/par.h"

static const char *const selection_labels[] = {"first_come", "lottery", "score"};

#define AT(member) offsetof(struct programme, member)
const struct field programme_fields[] = {
    {"source", FIELD_TEXT, "", "", 0, 0, AT(source), NULL, 0, "",
     "Row of evidence/systems.csv or another evidence id that the programme stands for", "definition"},
    {"enabled", FIELD_BOOL, "", "true", 0, 1, AT(enabled), NULL, 0, "",
     "A programme that is not enabled is closed: nobody hears of it", "definition"},
    {"start", FIELD_MONTH, "", "2014-01", 0, 24000, AT(start), NULL, 0, "", "First month of service",
     "definition: of the programme's own source"},
    {"end", FIELD_MONTH, "", "2099-12", 0, 24000, AT(end), NULL, 0, "", "Last month of service",
     "definition: of the programme's own source"},
    {"workers_min", FIELD_REAL, "workers", "0", 0, 1e7, AT(workers_min), NULL, 0, "",
     "Eligible from this number of workers", "definition: of the programme's own source"},
    {"workers_max", FIELD_REAL, "workers", "200", 0, 1e7, AT(workers_max), NULL, 0, "",
     "Eligible below this number of workers", "msme_max_employees"},
    {"age_min_years", FIELD_REAL, "year", "0", 0, 200, AT(age_min_years), NULL, 0, "",
     "Eligible from this age", "definition: of the programme's own source"},
    {"age_max_years", FIELD_REAL, "year", "200", 0, 200, AT(age_max_years), NULL, 0, "",
     "Eligible up to this age", "definition: of the programme's own source"},
    {"ownerships", FIELD_SET, "", "private", 0, 0, AT(ownerships), model_ownership_labels, OWNERSHIPS_N, "",
     "Eligible owners", "definition: SME support law; of the programme's own source"},
    {"startups_only", FIELD_BOOL, "", "false", 0, 1, AT(startups_only), NULL, 0, "",
     "Only innovative startups are eligible", "definition: of the programme's own source"},
    {"women_only", FIELD_BOOL, "", "false", 0, 1, AT(women_only), NULL, 0, "",
     "Only enterprises owned by women are eligible", "definition: of the programme's own source"},
    {"st_only", FIELD_BOOL, "", "false", 0, 1, AT(st_only), NULL, 0, "",
     "Only enterprises that could become or are S&T enterprises are eligible",
     "definition: of the programme's own source"},
    {"sectors", FIELD_TEXT, "", "", 0, 0, AT(sectors), NULL, 0, "",
     "Eligible sectors, comma separated; empty: all", "definition: of the programme's own source"},
    {"regions", FIELD_TEXT, "", "", 0, 0, AT(regions), NULL, 0, "",
     "Eligible regions, comma separated; empty: all", "definition: of the programme's own source"},
    {"offered_frac", FIELD_REAL, "1", "1", 0, 1, AT(offered_frac), NULL, 0, "",
     "Share of eligible enterprises to which it is offered, by a draw that is fixed for each: a pilot with a "
     "randomised offer",
     "definition: of the programme's own source"},
    {"awarded_frac", FIELD_REAL, "1", "1", 0, 1, AT(awarded_frac), NULL, 0, "",
     "Share of applicants whom a lottery lets through, by a draw that is fixed for each; the others wait in "
     "vain",
     "definition: of the programme's own source"},
    {"aware_frac", FIELD_REAL, "1", "0.3", 0, 1, AT(aware_frac), NULL, 0, "A",
     "Share of eligible enterprises that hear of it in the long run",
     "assumption: information reaches a minority (rec_seminars); range 0.05-0.8"},
    {"aware_per_year", FIELD_REAL, "1/year", "0.5", 0, 50, AT(aware_per_year), NULL, 0, "a",
     "Speed at which word spreads", "assumption: half within a year and a half; range 0.2-2"},
    {"paperwork_vnd", FIELD_MONEY, "VND", "10e6", 0, 1e13, AT(paperwork_vnd), NULL, 0, "",
     "Cost of an application, opening prices, at red tape 1",
     "instruments.md, matching grants: 3-5 person-days in simple schemes, weeks in complex ones; range "
     "2e6-100e6"},
    {"paperwork_size_exponent", FIELD_REAL, "1", "0.3", 0, 2, AT(paperwork_size_exponent), NULL, 0, "",
     "How much heavier paperwork weighs on smaller enterprises", "assumption: no staff for it; range 0-0.6"},
    {"delay_months", FIELD_REAL, "month", "4", 0, 120, AT(delay_months), NULL, 0, "",
     "Months from application to decision, at red tape 1",
     "instruments.md: 2-9 months in matching grants, 3-12 in public loans; range 1-12"},
    {"certification_vnd", FIELD_MONEY, "VND", "0", 0, 1e13, AT(certification_vnd), NULL, 0, "",
     "Cost of a certification that the application needs, opening prices",
     "definition: of the programme's own source"},
    {"selection", FIELD_CHOICE, "", "first_come", 0, 2, AT(selection), selection_labels, 3, "",
     "How applications that are due are ordered", "definition: of the programme's own source"},
    {"score_noise_sd", FIELD_REAL, "1", "2", 0, 100, AT(score_noise_sd), NULL, 0, "",
     "Noise of the score, standard deviations of true quality",
     "instruments.md: correlation of score and quality 0.4 (0.1-0.6); range 1-10"},
    {"connections_weight", FIELD_REAL, "1", "0.3", 0, 100, AT(connections_weight), NULL, 0, "",
     "Weight of log workers in the score: connections favour large enterprises",
     "assumption: vn_decree56, rec_soe; range 0-1"},
    {"budget_year_vnd", FIELD_MONEY, "VND", "-1", -1, 4e18, AT(budget_year_vnd), NULL, 0, "",
     "Ceiling of awards a year; -1: none, 0: closed", "definition: of the programme's own source"},
    {"budget_total_vnd", FIELD_MONEY, "VND", "-1", -1, 4e18, AT(budget_total_vnd), NULL, 0, "",
     "Ceiling of awards in all; -1: none, 0: closed", "definition: of the programme's own source"},
    {"awards_per_year", FIELD_INT, "enterprises/year", "-1", -1, 1e9, AT(awards_per_year), NULL, 0, "",
     "Applications that the agency can award a year; -1: no ceiling, 0: closed",
     "definition: of the programme's own source"},
    {"administration_frac", FIELD_REAL, "1", "0.05", 0, 10, AT(administration_frac), NULL, 0, "",
     "Cost of administration over support", "assumption: usual overhead of grant agencies; range 0.03-0.15"},
};
#undef AT
const int programme_fields_n = sizeof programme_fields / sizeof programme_fields[0];

enum { QUEUE_MONTHS_MAX = 24 }; // an application that has not been served by then is returned

// ---- who may and who knows ----------------------------------------------------------------------

bool programme_open(const struct model *model, const struct world *world, int programme)
{
    const struct programme *p = &model->programme[programme];
    const int64_t month = model->run.start + world->month;
    return p->enabled && month >= p->start && month <= p->end && p->budget_total_vnd != 0 &&
           p->budget_year_vnd != 0 && p->awards_per_year != 0;
}

bool programme_fits(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const struct programme *p = &model->programme[programme];
    const struct firm *f = &world->firm;
    const double age = (double)(world->month - f->birth_month[row]) / 12.0;
    return f->status[row] == STATUS_OPERATING && f->workers[row] >= p->workers_min &&
           f->workers[row] < p->workers_max && age >= p->age_min_years && age <= p->age_max_years &&
           (p->ownerships >> f->ownership[row] & 1) && (!p->startups_only || f->startup[row]) &&
           (!p->women_only || f->owner_female[row]) && (!p->st_only || f->st_capable[row]) &&
           (p->sector_mask >> f->sector[row] & 1U) && (p->region_mask >> f->region[row] & 1U);
}

// A2. u: the offer, v: the lottery of awards.
static void assign(const struct world *world, const struct programme *p, int64_t row, double *u, double *v)
{
    const struct rng_purpose why = {0, STREAM_ASSIGNMENT, p->draw_index};
    rng_uniforms(world->rng, &world->firm.ancestor[row], 1, why, u, v);
}

bool programme_offered(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const struct programme *p = &model->programme[programme];
    double u = 0.0, v;
    if (p->offered_frac < 1.0)
        assign(world, p, row, &u, &v);
    return u < p->offered_frac;
}

bool programme_drawn(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const struct programme *p = &model->programme[programme];
    double u, v = 0.0;
    if (p->awarded_frac < 1.0)
        assign(world, p, row, &u, &v);
    return v < p->awarded_frac;
}

bool programme_eligible(const struct model *model, const struct world *world, int programme, int64_t row)
{
    return programme_fits(model, world, programme, row) && programme_offered(model, world, programme, row);
}

// Years that the programme has been open at the end of this month.
static double years_open(const struct model *model, const struct world *world, const struct programme *p)
{
    return (double)(model->run.start + world->month + 1 - p->start) / 12.0;
}

// A3: word spreads the faster the more innovators a firm has among its peers.
static double spread_per_year(const struct world *world, const struct programme *p, int64_t row)
{
    return p->aware_per_year * (1.0 + world->model->peers.aware_effect * peers_exposure(world, row));
}

static double hears_draw(const struct world *world, const struct programme *p, int64_t row)
{
    const struct rng_purpose why = {0, STREAM_AWARENESS, p->draw_index};
    return rng_uniform(world->rng, (uint64_t)world->firm.ancestor[row], why);
}

// Awareness curve: A (1 - exp(-a t)), t in years since the start.
static bool hears(const struct world *world, const struct programme *p, int64_t row, double years)
{
    return hears_draw(world, p, row) <
           p->aware_frac * (1.0 - vmath_exp(-spread_per_year(world, p, row) * years));
}

bool programme_known(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const struct programme *p = &model->programme[programme];
    return hears(world, p, row, years_open(model, world, p));
}

// The curve, solved for the year in which it reached the firm.
double programme_known_years(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const struct programme *p = &model->programme[programme];
    const double u = hears_draw(world, p, row), speed = spread_per_year(world, p, row);
    if (u >= p->aware_frac || speed <= 0.0)
        return 0.0;
    return vmath_max(years_open(model, world, p) + vmath_log(1.0 - u / p->aware_frac) / speed, 0.0);
}

double programme_chance(const struct model *model, const struct world *world, int programme)
{
    const struct programme_state *s = &world->programme[programme];
    const double drawn = model->programme[programme].awarded_frac;
    return s->decided_n > 0 ? vmath_min((double)s->awards_total_n / (double)s->decided_n, drawn) : drawn;
}

static bool in_set(const uint64_t *set, int64_t capacity, int programme, int64_t row)
{
    return set[programme / 64 * capacity + row] >> (programme % 64) & 1U;
}

static void put_in_set(uint64_t *set, int64_t capacity, int programme, int64_t row, bool in)
{
    uint64_t *word = &set[programme / 64 * capacity + row];
    const uint64_t bit = (uint64_t)1 << (programme % 64);
    *word = in ? *word | bit : *word & ~bit;
}

bool programme_served(const struct world *world, int programme, int64_t row)
{
    return in_set(world->firm.served, world->firms.capacity, programme, row);
}

// ---- applying -----------------------------------------------------------------------------------

// The occasions of each firm in this month, before any programme has served it.
static void occasion_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    struct world *w = context;
    const struct firm *f = &w->firm;
    (void)block;
    for (int64_t r = begin; r < end; r++) {
        const int planning = (int64_t)(rng_hash((uint64_t)f->ancestor[r]) % 12) == w->climate.month_of_year;
        const int need = f->unmet_credit_vnd[r] > 0.0, project = f->plan[r] || f->project[r];
        const int bits = planning << OCCASION_YEARLY | need << OCCASION_CREDIT | project << OCCASION_PROJECT;
        w->scratch.occasion[r] = (uint8_t)(f->status[r] == STATUS_OPERATING ? bits : 0);
    }
}

struct apply_context {
    const struct model *model;
    struct world *world;
    int programme, occasion; // the kind's occasion as a bit
    double years_open, paperwork_vnd;
};

// What an application costs, VND per enterprise: paperwork and certification.
static double paperwork(const struct model *model, const struct world *world, const struct programme *p)
{
    const double prices = world->climate.price_level;
    return vmath_round(
        prices * ((double)p->paperwork_vnd * model->environment.red_tape + (double)p->certification_vnd));
}

// Equation A1: a firm applies if the discounted benefit exceeds the cost as it weighs on a firm of its size
// and temper.
static double wanted_amount(const struct apply_context *c, int64_t row)
{
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const struct programme *p = &c->model->programme[c->programme];
    const struct instrument *kind = instrument_at(p->kind);
    const int64_t cap = w->firms.capacity;
    // draws are dear: they come last
    if (in_set(f->applied, cap, c->programme, row) || f->cash_vnd[row] < c->paperwork_vnd ||
        !programme_eligible(c->model, w, c->programme, row) || !hears(w, p, row, c->years_open))
        return -1.0;
    struct programme_offer offer = {0.0, 0.0};
    kind->offer(c->model, w, c->programme, row, &offer);
    if (offer.benefit_vnd <= 0.0)
        return -1.0;
    const double z =
        rng_normal(w->rng, (uint64_t)f->ancestor[row],
                   (struct rng_purpose){(uint16_t)w->climate.year, STREAM_APPLICATION, p->draw_index});
    const double weighs =
        vmath_exp(-p->paperwork_size_exponent * (f->log_workers[row] - vmath_log(10.0)) + 0.5 * z);
    const double wait = p->delay_months * c->model->environment.red_tape / 12.0;
    const double worth = offer.benefit_vnd / (1.0 + w->climate.bank_rate * wait);
    return worth > c->paperwork_vnd * weighs ? vmath_round(offer.amount_vnd) : -1.0;
}

static void apply_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct apply_context *c = context;
    const uint8_t *occasion = c->world->scratch.occasion;
    (void)block;
    for (int64_t r = begin; r < end; r++) {
        c->world->scratch.flag[r] = 0;
        if (!(occasion[r] & c->occasion))
            continue;
        const double amount = wanted_amount(c, r);
        c->world->scratch.flag[r] = amount >= 0.0;
        c->world->scratch.value[r] = amount;
    }
}

static void file_application(const struct model *model, struct world *world, int programme, int64_t row,
                             double cost)
{
    const struct programme *p = &model->programme[programme];
    struct application *a = &world->application;
    struct programme_account *account = &world->programme[programme].month;
    const int64_t weight = world->firm.weight[row];
    if (world->applications.n == world->applications.capacity)
        return; // the agency's counter is full this month; the firm comes again
    const int64_t k = table_birth(&world->applications, world->next_application++, world->firm.ancestor[row]);
    a->firm[k] = row;
    a->programme[k] = (int16_t)programme;
    a->since[k] = (int16_t)world->month;
    a->due[k] = (int16_t)(world->month + (int64_t)vmath_round(p->delay_months * model->environment.red_tape));
    a->files_n[k] = weight;
    a->amount_vnd[k] = world->scratch.value[row];
    put_in_set(world->firm.applied, world->firms.capacity, programme, row, true);
    world_pay(world, CATEGORY_APPLICATION_COST, world_firm_party(row), world_party(ACCOUNT_HOUSEHOLDS),
              world_amount(world, row, cost));
    account->applications_n += weight;
    account->compliance_vnd += weight * (int64_t)cost;
}

static void collect_applications(const struct model *model, struct world *world, int programme)
{
    const struct programme *p = &model->programme[programme];
    struct apply_context c = {.model = model,
                              .world = world,
                              .programme = programme,
                              .occasion = 1 << instrument_at(p->kind)->occasion,
                              .years_open = years_open(model, world, p),
                              .paperwork_vnd = paperwork(model, world, p)};
    par_blocks(world->threads, world->firms.n, apply_block, &c);
    const int64_t n = par_select(world->threads, world->firms.n, world->scratch.flag, world->scratch.rows);
    for (int64_t k = 0; k < n; k++)
        file_application(model, world, programme, world->scratch.rows[k], c.paperwork_vnd);
}

// ---- selection and award ------------------------------------------------------------------------

// Smaller is served first.
static double queue_place(const struct model *model, const struct world *world, int programme, int64_t k)
{
    const struct programme *p = &model->programme[programme];
    const struct application *a = &world->application;
    const struct firm *f = &world->firm;
    const int64_t row = a->firm[k];
    const struct rng_purpose why = world_purpose(world, STREAM_SELECTION, p->draw_index);
    if (p->selection == SELECTION_FIRST_COME) { // within a month luck decides, not the order of rows
        const struct rng_purpose day = {(uint16_t)a->since[k], STREAM_SELECTION, p->draw_index};
        return (double)a->since[k] + rng_uniform(world->rng, (uint64_t)f->ancestor[row], day);
    }
    if (p->selection == SELECTION_LOTTERY)
        return rng_uniform(world->rng, (uint64_t)f->ancestor[row], why);
    const double quality = f->ability[row] + f->project_novelty[row] - 0.5;
    const double noise = p->score_noise_sd * rng_normal(world->rng, (uint64_t)f->ancestor[row], why);
    return -(quality + noise + p->connections_weight * f->log_workers[row]);
}

// Enterprises of an agent that budgets, capacity and the institution's room allow for `amount` each.
static int64_t servable(const struct model *model, const struct world *world, int programme, int64_t row,
                        int64_t amount)
{
    const struct programme *p = &model->programme[programme];
    const struct programme_state *s = &world->programme[programme];
    const struct instrument *kind = instrument_at(p->kind);
    int64_t n = world->firm.weight[row];
    if (p->awards_per_year >= 0)
        n = n < p->awards_per_year - s->awards_year_n ? n : p->awards_per_year - s->awards_year_n;
    if (amount > 0) {
        int64_t money = INT64_MAX;
        if (p->budget_year_vnd >= 0)
            money = p->budget_year_vnd - s->committed_year_vnd;
        if (p->budget_total_vnd >= 0 && p->budget_total_vnd - s->committed_total_vnd < money)
            money = p->budget_total_vnd - s->committed_total_vnd;
        if (kind->room) {
            const int64_t room = kind->room(model, world, programme, row);
            money = room < money ? room : money;
        }
        n = n < money / amount ? n : money / amount;
    }
    return n > 0 ? n : 0;
}

// Neither awards nor money are left for anybody.
static bool exhausted(const struct model *model, const struct world *world, int programme)
{
    const struct programme *p = &model->programme[programme];
    const struct programme_state *s = &world->programme[programme];
    return (p->awards_per_year >= 0 && s->awards_year_n >= p->awards_per_year) ||
           (p->budget_year_vnd >= 0 && s->committed_year_vnd >= p->budget_year_vnd) ||
           (p->budget_total_vnd >= 0 && s->committed_total_vnd >= p->budget_total_vnd);
}

static void end_application(struct world *world, int64_t k)
{
    const int64_t row = world->application.firm[k];
    if (row != NOBODY) {
        put_in_set(world->firm.applied, world->firms.capacity, world->application.programme[k], row, false);
        world->programme[world->application.programme[k]].decided_n += world->firm.weight[row];
    }
    world->application.alive[k] = 0;
}

static void account_award(const struct model *model, struct world *world, int programme, int64_t row,
                          double committed)
{
    struct programme_state *s = &world->programme[programme];
    const int64_t weight = world->firm.weight[row], total = weight * (int64_t)committed;
    const int64_t administration =
        (int64_t)vmath_round(model->programme[programme].administration_frac * (double)total);
    s->committed_year_vnd += total;
    s->committed_total_vnd += total;
    s->awards_year_n += weight;
    s->awards_total_n += weight;
    s->month.awards_n += weight;
    s->month.awards_by_size_n[model_size_class(world->firm.workers[row])] += weight;
    s->month.cash_vnd += administration;
    s->month.cost_vnd += administration;
    world_pay(world, CATEGORY_ADMINISTRATION, world_party(ACCOUNT_GOVERNMENT),
              world_party(ACCOUNT_HOUSEHOLDS), administration);
    put_in_set(world->firm.served, world->firms.capacity, programme, row, true);
    world->firm.support_vnd[row] += committed;
}

// What a file leaves to the queue: it is done with; it is passed over and keeps its place, for a file behind
// it may be small enough; or nothing is left for anybody.
enum served { SERVED, PASSED_OVER, NOTHING_LEFT };

// A bound on growth of the table, not on awards: at the default size it is not reached. assumption: a fifth
// of a percent of the agents a month; range 0.001-0.01.
int64_t programme_splits_max(const struct world *world)
{
    return 16 + world->firms.n / 500;
}

// Draw key of the j-th enterprise that an agent stands for before an institution: luck there belongs to the
// enterprise, so that awards do not depend on how many of them an agent carries.
static int64_t enterprise_key(int64_t ancestor, int64_t j)
{
    return j == 0 ? ancestor : (int64_t)(table_mix((uint64_t)ancestor, (uint64_t)j) >> 12);
}

static bool accepted(const struct model *model, const struct world *world, int programme, int64_t k,
                     int64_t j)
{
    const struct instrument *kind = instrument_at(model->programme[programme].kind);
    const int64_t row = world->application.firm[k];
    return !kind->accepts || kind->accepts(model, world, programme, row, world->application.amount_vnd[k],
                                           enterprise_key(world->firm.ancestor[row], j));
}

// What becomes of the enterprises of one application; the others wait.
struct verdict {
    int64_t accepted_n, decided_n;
};

// Equation A5: enterprises of an agent are decided on one by one, until the room is used. Without a split an
// agent is decided on as one.
static struct verdict decide(const struct model *model, const struct world *world, int programme, int64_t k,
                             int64_t room, bool can_split)
{
    const int64_t weight = world->firm.weight[world->application.firm[k]];
    const int64_t files = world->application.files_n[k];
    struct verdict v = {0, 0};
    if (can_split)
        for (; v.decided_n < files && v.accepted_n < room; v.decided_n++)
            v.accepted_n += accepted(model, world, programme, k, v.decided_n);
    else if (files == weight && room == weight)
        v = (struct verdict){accepted(model, world, programme, k, 0) ? weight : 0, weight};
    return v;
}

// The part of an applicant that is served now; what is undecided stays in the queue with the rest.
static int64_t split_off(struct world *world, int programme, int64_t k, int64_t part)
{
    struct application *a = &world->application;
    const int64_t undecided = a->files_n[k];
    a->files_n[k] = 0; // of this queue the part has no file left
    const int64_t row = world_split(world, a->firm[k], part);
    a->files_n[k] = undecided;
    world->scratch.occasion[row] = 0;
    put_in_set(world->firm.applied, world->firms.capacity, programme, row, false);
    return row;
}

// Serves one application, or the part of its agent that the institution accepts and the budget allows. If the
// award refuses the part, it has refused the file.
static enum served serve(const struct model *model, struct world *world, int programme, int64_t k,
                         int64_t *splits_left)
{
    const struct instrument *kind = instrument_at(model->programme[programme].kind);
    const struct application *a = &world->application;
    int64_t row = a->firm[k];
    const double amount = a->amount_vnd[k];
    const int64_t room = servable(model, world, programme, row, (int64_t)amount);
    if (room == 0)
        return exhausted(model, world, programme) ? NOTHING_LEFT : PASSED_OVER;
    const bool can_split = *splits_left > 0 && world->firms.n < world->firms.capacity;
    const struct verdict v = decide(model, world, programme, k, room, can_split);
    a->files_n[k] -= v.decided_n;
    const bool done = a->files_n[k] == 0;
    double committed = 0.0;
    if (v.accepted_n > 0) {
        if (v.accepted_n < world->firm.weight[row]) {
            --*splits_left;
            row = split_off(world, programme, k, v.accepted_n);
        }
        committed = kind->award(model, world, programme, row, amount);
        if (committed >= 0.0)
            account_award(model, world, programme, row, committed);
    }
    if (done || committed < 0.0)
        end_application(world, k);
    return done || committed < 0.0 ? SERVED : PASSED_OVER;
}

static void decide_applications(const struct model *model, struct world *world, int programme)
{
    const struct application *a = &world->application;
    struct order_item *item = world->scratch.item;
    int64_t n = 0;
    for (int64_t k = 0; k < world->applications.n; k++) {
        if (!a->alive[k] || a->programme[k] != programme)
            continue;
        if (a->firm[k] == NOBODY || world->firm.status[a->firm[k]] != STATUS_OPERATING ||
            world->month - a->since[k] > QUEUE_MONTHS_MAX)
            end_application(world, k);
        else if (a->due[k] <= world->month && n < world->scratch.capacity &&
                 programme_drawn(model, world, programme, a->firm[k]))
            item[n++] =
                (struct order_item){order_key_double(queue_place(model, world, programme, k)), a->id[k], k};
    }
    order_by_key(item, n, world->scratch.spare);
    int64_t splits_left = programme_splits_max(world);
    for (int64_t i = 0; i < n; i++)
        if (serve(model, world, programme, item[i].row, &splits_left) == NOTHING_LEFT)
            break;
}

// ---- the phase ----------------------------------------------------------------------------------

struct aware_context {
    const struct model *model;
    struct world *world;
    int programme;
    double years_open;
    int64_t *block_n;
};

static void aware_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct aware_context *c = context;
    const struct programme *p = &c->model->programme[c->programme];
    int64_t n = 0;
    for (int64_t r = begin; r < end; r++)
        if (programme_eligible(c->model, c->world, c->programme, r) && hears(c->world, p, r, c->years_open))
            n += c->world->firm.weight[r];
    c->block_n[block] = n;
}

// Eligible enterprises that know the programme; counted in January and held through the year.
static void count_aware(const struct model *model, struct world *world, int programme)
{
    struct aware_context c = {.model = model,
                              .world = world,
                              .programme = programme,
                              .years_open = years_open(model, world, &model->programme[programme]),
                              .block_n = world->scratch.rows};
    par_blocks(world->threads, world->firms.n, aware_block, &c);
    int64_t n = 0;
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++)
        n += c.block_n[b];
    world->programme[programme].aware_n = n;
}

// A programme that is not open takes no applications: those that wait are returned.
static void return_applications(struct world *world, int programme)
{
    for (int64_t k = 0; k < world->applications.n; k++)
        if (world->application.alive[k] && world->application.programme[k] == programme)
            end_application(world, k);
}

void programme_step(const struct model *model, struct world *world)
{
    par_blocks(world->threads, world->firms.n, occasion_block, world);
    for (int p = 0; p < model->programmes_n; p++) {
        const struct instrument *kind = instrument_at(model->programme[p].kind);
        struct programme_state *s = &world->programme[p];
        s->month = (struct programme_account){0};
        if (world->climate.month_of_year == 0)
            s->committed_year_vnd = s->awards_year_n = 0;
        const bool open = programme_open(model, world, p);
        const bool begun =
            model->programme[p].enabled && model->run.start + world->month >= model->programme[p].start;
        if (kind->operate && begun && model->programme[p].budget_total_vnd != 0)
            kind->operate(model, world, p); // institutions run off after their last month of service
        if (!open)
            return_applications(world, p);
        if (!open || kind->occasion == OCCASION_NONE)
            continue;
        if (world->climate.month_of_year == 0 || model->run.start + world->month == model->programme[p].start)
            count_aware(model, world, p);
        collect_applications(model, world, p);
        decide_applications(model, world, p);
    }
}
