#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

static const char *const stage_labels[] = {"none", "basic", "integrated", "transformed"};
static const char *const lesson_labels[LESSONS_N] = {"peers", "advice", "buyers", "practice"};

const struct field capability_fields[] = {
    {"skills_mean", FIELD_REAL, "1", "0.25", 0.0, 1.0, offsetof(struct capability, skills_mean), NULL, 0, "",
     "Mean share of skilled workers", "untrained_labour_share: more than 75 % without training"},
    {"skills_sd", FIELD_REAL, "1", "0.15", 0.0, 0.5, offsetof(struct capability, skills_sd), NULL, 0, "",
     "Standard deviation of it over firms", "assumption: skewed between 0 and 0.6; range 0.1-0.2"},
    {"skills_half_life_years", FIELD_REAL, "year", "5", 0.1, 100.0,
     offsetof(struct capability, skills_half_life_years), NULL, 0, "",
     "Half-life of a deviation from the firm's own level",
     "assumption: turnover of workers; classroom training lasts 3 years (instruments.md section 3); range "
     "2-8"},
    {"management_mean", FIELD_REAL, "1", "0.45", 0.0, 1.0, offsetof(struct capability, management_mean), NULL,
     0, "", "Mean management practice",
     "wbes23_mgmt1_all: 48.6 of 100 among formal firms of 5 and more workers"},
    {"management_sd", FIELD_REAL, "1", "0.15", 0.0, 0.5, offsetof(struct capability, management_sd), NULL, 0,
     "", "Standard deviation of it over firms", "assumption: spread of practice scores; range 0.1-0.2"},
    {"management_half_life_years", FIELD_REAL, "year", "8", 0.1, 100.0,
     offsetof(struct capability, management_half_life_years), NULL, 0, "",
     "Half-life of a deviation from the firm's own level",
     "management_consulting_02: half of adopted practices dropped after 8-9 years"},
    {"training_per_year", FIELD_REAL, "1/year", "0.12", 0.0, 5.0,
     offsetof(struct capability, training_per_year), NULL, 0, "", "Hazard of formal training at 10 workers",
     "training_wbes_2015: 22 % of firms with 5 and more workers; wbes23_bready_wk1_all: 9 %"},
    {"training_size_exponent", FIELD_REAL, "1", "0.3", 0.0, 2.0,
     offsetof(struct capability, training_size_exponent), NULL, 0, "", "Rise of that hazard with workers",
     "assumption: large firms train more; range 0.2-0.5"},
    {"training_gain", FIELD_REAL, "1", "0.05", 0.0, 1.0, offsetof(struct capability, training_gain), NULL, 0,
     "", "Skills gained by a training, times what is missing to 1",
     "assumption: practice score +5 points after a class (instruments.md: training); range 0.02-0.1"},
    {"training_cost_vnd", FIELD_REAL, "VND", "1.5e6", 0.0, 1e9,
     offsetof(struct capability, training_cost_vnd), NULL, 0, "",
     "Cost of a training a worker, opening prices",
     "assumption: a quarter of a month's wage; range 0.5e6-4e6"},
    {"skills_learning", FIELD_VECTOR, "1/year", "peers: 0.01, advice: 0.03, buyers: 0.015, practice: 0.015",
     0.0, 5.0, offsetof(struct capability, skills_learning), lesson_labels, LESSONS_N, "",
     "Share of what is missing to full skills that is learned in a year from innovating peers (at exposure "
     "1), "
     "a knowledge provider's advice, a large or foreign buyer, and practice (a project or an export market)",
     "assumption: below a training a year; range half to double"},
    {"management_learning", FIELD_VECTOR, "1/year", "peers: 0.01, advice: 0.05, buyers: 0.02, practice: 0.01",
     0.0, 5.0, offsetof(struct capability, management_learning), lesson_labels, LESSONS_N, "",
     "The same of management practice",
     "assumption: far below intensive consulting, +35 points in a year (instruments.md: training); range "
     "half "
     "to double"},
    {"digital_stage_share", FIELD_VECTOR, "1",
     "none: 0.55, basic: 0.4, integrated: 0.045, transformed: 0.005", 0.0, 1.0,
     offsetof(struct capability, digital_stage_share), stage_labels, 4, "", "Digital stages at the opening",
     "digital_stage2: 2.2 % at stage 2 in 2022; the opening shares are an assumption, range half to double"},
    {"digital_per_year", FIELD_REAL, "1/year", "0.06", 0.0, 5.0,
     offsetof(struct capability, digital_per_year), NULL, 0, "",
     "Hazard of rising by a stage at 10 workers without innovators among the peers, up to double with them",
     "covid_digital_jun20, digital_used_then_stopped: slow net rise; range 0.02-0.15"},
    {"digital_half_life_years", FIELD_REAL, "year", "10", 0.1, 1e9,
     offsetof(struct capability, digital_half_life_years), NULL, 0, "", "Half-life of a digital stage",
     "digital_used_then_stopped: about half of the users have stopped; the time is an assumption, range "
     "4-20"},
    {"certified_frac", FIELD_REAL, "1", "0.05", 0.0, 1.0, offsetof(struct capability, certified_frac), NULL,
     0, "", "Firms with an international quality certificate at the opening, at 10 workers",
     "assumption: below wbes23_t4_all (10.7 % of firms with 5 and more workers); range 0.02-0.1"},
    {"certified_per_year", FIELD_REAL, "1/year", "0.01", 0.0, 1.0,
     offsetof(struct capability, certified_per_year), NULL, 0, "",
     "Hazard of certification at 10 workers, double for suppliers",
     "assumption: keeps the share near wbes23_t4_all; range 0.005-0.03"},
    {"certified_half_life_years", FIELD_REAL, "year", "6", 0.1, 1e9,
     offsetof(struct capability, certified_half_life_years), NULL, 0, "", "Half-life of a certificate",
     "assumption: renewed every three years; range 3-10"},
    {"certified_cost_vnd", FIELD_REAL, "VND", "60e6", 0.0, 1e10,
     offsetof(struct capability, certified_cost_vnd), NULL, 0, "", "Cost of a certification, opening prices",
     "assumption: about 3,000 USD; range 30e6-150e6"},
    {"exporter_frac", FIELD_REAL, "1", "0.03", 0.0, 1.0, offsetof(struct capability, exporter_frac), NULL, 0,
     "", "Direct exporters at the opening, at 10 workers", "exporting_share: below 7 % of MSMEs"},
    {"exporter_per_year", FIELD_REAL, "1/year", "0.006", 0.0, 1.0,
     offsetof(struct capability, exporter_per_year), NULL, 0, "",
     "Hazard of starting to export at 10 workers, double with a certificate",
     "assumption: keeps the share near wbes23_tr16_all (5.4 %); range 0.002-0.02"},
    {"exporter_half_life_years", FIELD_REAL, "year", "5", 0.1, 1e9,
     offsetof(struct capability, exporter_half_life_years), NULL, 0, "", "Half-life of an export market",
     "export_promotion_02: gains fade within three years; longer for those who found it themselves; range "
     "2-8"},
    {"supplier_frac", FIELD_REAL, "1", "0.03", 0.0, 1.0, offsetof(struct capability, supplier_frac), NULL, 0,
     "", "Suppliers of a large or foreign buyer at the opening, at 10 workers",
     "assumption: few local suppliers; range 0.01-0.06"},
    {"supplier_per_year", FIELD_REAL, "1/year", "0.006", 0.0, 1.0,
     offsetof(struct capability, supplier_per_year), NULL, 0, "",
     "Hazard of a supplier link at 10 workers in a region with the usual share of buyers "
     "(peers.buyers_usual_frac), "
     "double with a certificate",
     "assumption: as exporting; range 0.002-0.02"},
    {"supplier_half_life_years", FIELD_REAL, "year", "6", 0.1, 1e9,
     offsetof(struct capability, supplier_half_life_years), NULL, 0, "", "Half-life of a supplier link",
     "assumption: contracts of a few years, renewed; range 3-10"},
    {"link_size_exponent", FIELD_REAL, "1", "0.5", 0.0, 2.0, offsetof(struct capability, link_size_exponent),
     NULL, 0, "", "Rise with workers of certification, exporting and supplier links",
     "assumption: large firms export far more often; range 0.3-0.8"},
};
const int capability_fields_n = sizeof capability_fields / sizeof capability_fields[0];

enum capability_draw { DRAW_STAGE = 16, DRAW_LINK }; // above the traits of population.c

// The firm's own level, to which skills and management return: fixed by its founder's ability.
static double own_level(double mean, double sd, double ability)
{
    return vmath_clamp(mean + sd * ability, 0.0, 1.0);
}

void capability_open(const struct model *model, struct world *world, int64_t row, int stream)
{
    const struct capability *p = &model->capability;
    const struct firm *f = &world->firm;
    double u, v;
    f->skills[row] = own_level(p->skills_mean, p->skills_sd, f->ability[row]);
    f->management[row] = own_level(p->management_mean, p->management_sd, f->ability[row]);
    rng_uniforms(world->rng, &f->ancestor[row], 1, (struct rng_purpose){0, (uint16_t)stream, DRAW_STAGE}, &u,
                 &v);
    double below = 0.0;
    for (int stage = 0; stage < 3; stage++) {
        below += p->digital_stage_share[stage];
        f->digital[row] = (uint8_t)(u < below ? f->digital[row] : stage + 1);
    }
    // assumption: foreign firms hold certificates and export some six times as often as small private ones
    // (range 3-10), state firms three times (range 1-5); at most 0.6 do
    const double large = f->ownership[row] == OWNERSHIP_FOREIGN ? 6.0
                         : f->ownership[row] == OWNERSHIP_STATE ? 3.0
                                                                : 1.0;
    f->certified[row] = v < vmath_min(large * p->certified_frac, 0.6);
    rng_uniforms(world->rng, &f->ancestor[row], 1, (struct rng_purpose){0, (uint16_t)stream, DRAW_LINK}, &u,
                 &v);
    f->exporter[row] = u < vmath_min(large * p->exporter_frac, 0.6);
    f->supplier[row] = v < vmath_min(large * p->supplier_frac, 0.6);
}

// What can happen to a firm in a month, in the order of the intervals that its draw falls into.
enum capability_event {
    EVENT_TRAINING,
    EVENT_DIGITAL,
    EVENT_CERTIFIED,
    EVENT_EXPORTER,
    EVENT_SUPPLIER,
    EVENT_CERTIFIED_LOST,
    EVENT_EXPORTER_LOST,
    EVENT_SUPPLIER_LOST,
    EVENT_DIGITAL_LOST,
    EVENTS_N
};

struct capability_context {
    const struct model *model;
    struct world *world;
    struct ledger_sum *spent;          // per block
    double month[EVENTS_N];            // hazards a month at 10 workers
    double buyers[REGIONS_MAX];        // factor of a supplier link
    double most_size, most_link, most; // the sum of a firm's hazards is at most size * most_size + ...
};

static double lost_a_month(double half_life_years)
{
    return vmath_log(2.0) / (12.0 * half_life_years);
}

static struct capability_context context_of(const struct model *model, struct world *world)
{
    const struct capability *p = &model->capability;
    struct capability_context c = {
        .model = model,
        .world = world,
        .spent = world->scratch.bytes,
        .month = {p->training_per_year / 12.0, p->digital_per_year / 12.0, p->certified_per_year / 12.0,
                  p->exporter_per_year / 12.0, p->supplier_per_year / 12.0,
                  lost_a_month(p->certified_half_life_years), lost_a_month(p->exporter_half_life_years),
                  lost_a_month(p->supplier_half_life_years), lost_a_month(p->digital_half_life_years)}};
    double buyers = 0.0;
    for (int r = 0; r < model->regions_n; r++) {
        c.buyers[r] = peers_buyers_factor(model, world, r);
        buyers = vmath_max(buyers, c.buyers[r]);
    }
    c.most_size = c.month[EVENT_TRAINING] + 2.0 * c.month[EVENT_DIGITAL];
    c.most_link =
        2.0 * (c.month[EVENT_CERTIFIED] + c.month[EVENT_EXPORTER] + c.month[EVENT_SUPPLIER] * buyers);
    for (int e = EVENT_CERTIFIED_LOST; e < EVENTS_N; e++)
        c.most += c.month[e];
    return c;
}

// C2: the event of this month, EVENTS_N for none: u falls into the first of consecutive intervals as wide as
// the hazards. Peers show digital tools, buyers ask for certificates, certificates open markets.
static enum capability_event event_of(const struct capability_context *c, int64_t r, double u, double size,
                                      double link)
{
    const struct firm *f = &c->world->firm;
    const double certified = 1.0 + f->certified[r];
    const double factor[EVENTS_N] = {size,
                                     size * (1.0 + peers_exposure(c->world, r)),
                                     link * (1.0 + f->supplier[r]),
                                     link * certified,
                                     link * certified * c->buyers[f->region[r]],
                                     1.0,
                                     1.0,
                                     1.0,
                                     1.0};
    for (int e = 0; e < EVENTS_N; e++) {
        u -= c->month[e] * factor[e];
        if (u < 0.0)
            return (enum capability_event)e;
    }
    return EVENTS_N;
}

static double training_cost(const struct capability_context *c, int64_t r)
{
    // assumption: a quarter of the workers attends a training; range 0.1-0.5
    const double attending = 0.25 * c->world->firm.workers[r];
    return vmath_round(c->model->capability.training_cost_vnd * c->world->climate.price_level * attending);
}

// Returns what the event costs, whole VND that the firm has: who lacks the money does without.
static double capability_happens(const struct capability_context *c, int64_t r, enum capability_event event)
{
    const struct capability *p = &c->model->capability;
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const double cost = event == EVENT_TRAINING ? training_cost(c, r)
                        : event == EVENT_CERTIFIED && !f->certified[r]
                            ? vmath_round(p->certified_cost_vnd * w->climate.price_level)
                            : 0.0;
    if (f->cash_vnd[r] < cost)
        return 0.0;
    if (event == EVENT_TRAINING) {
        f->skills[r] += p->training_gain * (1.0 - f->skills[r]);
        f->trained_month[r] = (int16_t)w->month;
    }
    const int stage = f->digital[r] + (event == EVENT_DIGITAL) - (event == EVENT_DIGITAL_LOST);
    f->digital[r] = (uint8_t)(stage < 0 ? 0 : stage > 3 ? 3 : stage);
    f->certified[r] = event == EVENT_CERTIFIED || (f->certified[r] && event != EVENT_CERTIFIED_LOST);
    f->exporter[r] = event == EVENT_EXPORTER || (f->exporter[r] && event != EVENT_EXPORTER_LOST);
    f->supplier[r] = event == EVENT_SUPPLIER || (f->supplier[r] && event != EVENT_SUPPLIER_LOST);
    return cost;
}

// C1: skills and management return to the firm's own level at their half-lives, and rise by what it learns
// from peers, advice, buyers and practice.
ISA_CLONES static void capability_learning(const struct capability_context *c, int64_t begin, int n)
{
    const struct capability *p = &c->model->capability;
    const struct firm *f = &c->world->firm;
    const double skills_back = 1.0 - vmath_exp(-lost_a_month(p->skills_half_life_years));
    const double management_back = 1.0 - vmath_exp(-lost_a_month(p->management_half_life_years));
    const double half = c->model->peers.exposure_half, month = 1.0 / 12.0;
    const double *s = p->skills_learning, *m = p->management_learning;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double ability = f->ability[r], on = f->status[r] == STATUS_OPERATING ? month : 0.0;
        const double peers = f->innovating_peers[r] / (f->innovating_peers[r] + half);
        const double advice = f->provider_months[r] ? 1.0 : 0.0, buyers = f->supplier[r];
        const double practice = f->project[r] | f->exporter[r] ? 1.0 : 0.0;
        const double skills = on * (s[LESSON_PEERS] * peers + s[LESSON_ADVICE] * advice +
                                    s[LESSON_BUYERS] * buyers + s[LESSON_PRACTICE] * practice);
        const double management = on * (m[LESSON_PEERS] * peers + m[LESSON_ADVICE] * advice +
                                        m[LESSON_BUYERS] * buyers + m[LESSON_PRACTICE] * practice);
        f->skills[r] += skills_back * (own_level(p->skills_mean, p->skills_sd, ability) - f->skills[r]) +
                        vmath_min(skills, 1.0) * (1.0 - f->skills[r]);
        f->management[r] +=
            management_back * (own_level(p->management_mean, p->management_sd, ability) - f->management[r]) +
            vmath_min(management, 1.0) * (1.0 - f->management[r]);
    }
}

// One block's draws and factors of the hazards, and which firms an event of this month may happen to.
struct capability_lane {
    double u[PAR_BLOCK], size[PAR_BLOCK], link[PAR_BLOCK];
    uint8_t may[PAR_BLOCK];
};

// Those that operate and whose u is below the sum of the hazards' bounds.
ISA_CLONES static void capability_chances(const struct capability_context *c, struct capability_lane *l,
                                          int64_t begin, int n)
{
    const uint8_t *status = c->world->firm.status + begin;
    const double by_size = c->most_size, by_link = c->most_link, rest = c->most;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int below = l->u[i] < by_size * l->size[i] + by_link * l->link[i] + rest;
        l->may[i] = (uint8_t)(below & (status[i] == STATUS_OPERATING));
    }
}

static void capability_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct capability_context *c = context;
    const struct capability *p = &c->model->capability;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    struct capability_lane l;
    const double log_ten = vmath_log(10.0);

    capability_learning(c, begin, n);
    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_CAPABILITY, 0), l.u, NULL);
    for (int i = 0; i < n; i++) {
        const double relative = f->log_workers[begin + i] - log_ten;
        l.size[i] = p->training_size_exponent * relative;
        l.link[i] = p->link_size_exponent * relative;
    }
    vmath_exp_n(l.size, n, l.size);
    vmath_exp_n(l.link, n, l.link);
    capability_chances(c, &l, begin, n);
    c->spent[block] = (struct ledger_sum){0};
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        if (!l.may[i])
            continue; // most firms: no event
        const enum capability_event event = event_of(c, r, l.u[i], l.size[i], l.link[i]);
        const double paid = event < EVENTS_N ? capability_happens(c, r, event) : 0.0;
        f->cash_vnd[r] -= paid;
        f->profit_vnd[r] -= paid;
        f->taxable_year_vnd[r] -= paid;
        ledger_sum_add(&c->spent[block], f->weight[r] * (int64_t)paid);
    }
}

void capability_step(const struct model *model, struct world *world)
{
    struct capability_context c = context_of(model, world);
    struct ledger_sum all = {0};
    par_blocks(world->threads, world->firms.n, capability_block, &c);
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++)
        ledger_sum_merge(&all, c.spent[b]);
    ledger_post_sum(&world->ledger, CATEGORY_TRAINING, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, all);
}
