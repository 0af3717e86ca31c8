#include "models/world.h"
#include "sim/par.h"

static const char *const stage_labels[] = {"none", "basic", "integrated", "transformed"};

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
    {"digital_stage_share", FIELD_VECTOR, "1",
     "none: 0.55, basic: 0.4, integrated: 0.045, transformed: 0.005", 0.0, 1.0,
     offsetof(struct capability, digital_stage_share), stage_labels, 4, "", "Digital stages at the opening",
     "digital_stage2: 2.2 % at stage 2 in 2022; the opening shares are an assumption, range half to double"},
    {"digital_per_year", FIELD_REAL, "1/year", "0.03", 0.0, 5.0,
     offsetof(struct capability, digital_per_year), NULL, 0, "", "Hazard of rising by a stage at 10 workers",
     "covid_digital_jun20, digital_used_then_stopped: slow net rise; range 0.01-0.08"},
    {"certified_frac", FIELD_REAL, "1", "0.05", 0.0, 1.0, offsetof(struct capability, certified_frac), NULL,
     0, "", "Firms with an international quality certificate at the opening, at 10 workers",
     "assumption: below wbes23_t4_all (10.7 % of firms with 5 and more workers); range 0.02-0.1"},
    {"certified_per_year", FIELD_REAL, "1/year", "0.01", 0.0, 1.0,
     offsetof(struct capability, certified_per_year), NULL, 0, "", "Hazard of certification at 10 workers",
     "assumption: keeps the share near wbes23_t4_all; range 0.005-0.03"},
    {"certified_cost_vnd", FIELD_REAL, "VND", "60e6", 0.0, 1e10,
     offsetof(struct capability, certified_cost_vnd), NULL, 0, "", "Cost of a certification, opening prices",
     "assumption: about 3,000 USD; range 30e6-150e6"},
    {"exporter_frac", FIELD_REAL, "1", "0.03", 0.0, 1.0, offsetof(struct capability, exporter_frac), NULL, 0,
     "", "Direct exporters at the opening, at 10 workers", "exporting_share: below 7 % of MSMEs"},
    {"exporter_per_year", FIELD_REAL, "1/year", "0.006", 0.0, 1.0,
     offsetof(struct capability, exporter_per_year), NULL, 0, "",
     "Hazard of starting to export at 10 workers",
     "assumption: keeps the share near wbes23_tr16_all (5.4 %); range 0.002-0.02"},
    {"supplier_frac", FIELD_REAL, "1", "0.03", 0.0, 1.0, offsetof(struct capability, supplier_frac), NULL, 0,
     "", "Suppliers of a large or foreign buyer at the opening, at 10 workers",
     "assumption: few local suppliers; range 0.01-0.06"},
    {"supplier_per_year", FIELD_REAL, "1/year", "0.006", 0.0, 1.0,
     offsetof(struct capability, supplier_per_year), NULL, 0, "", "Hazard of a supplier link at 10 workers",
     "assumption: as exporting; range 0.002-0.02"},
    {"link_size_exponent", FIELD_REAL, "1", "0.5", 0.0, 2.0, offsetof(struct capability, link_size_exponent),
     NULL, 0, "", "Rise with workers of certification, exporting and supplier links",
     "assumption: large firms export far more often; range 0.3-0.8"},
    {"link_loss_per_year", FIELD_REAL, "1/year", "0.12", 0.0, 1.0,
     offsetof(struct capability, link_loss_per_year), NULL, 0, "",
     "Hazard of losing a certificate, an export market or a buyer",
     "export_promotion_02: gains fade within three years; range 0.05-0.3"},
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
    const double large = f->ownership[row] == OWNERSHIP_FOREIGN ? 6.0
                         : f->ownership[row] == OWNERSHIP_STATE ? 3.0
                                                                : 1.0;
    f->certified[row] = v < vmath_min(large * p->certified_frac, 0.6);
    rng_uniforms(world->rng, &f->ancestor[row], 1, (struct rng_purpose){0, (uint16_t)stream, DRAW_LINK}, &u,
                 &v);
    f->exporter[row] = u < vmath_min(large * p->exporter_frac, 0.6);
    f->supplier[row] = v < vmath_min(large * p->supplier_frac, 0.6);
}

struct capability_context {
    const struct model *model;
    struct world *world;
    struct ledger_sum *spent; // per block
};

// One event a month at the most: u falls into the first of consecutive intervals as wide as the hazards.
// Returns what it costs, whole VND that the firm has: who lacks the money does without.
static double capability_event(const struct capability_context *c, int64_t r, double u, double size,
                               double link)
{
    const struct capability *p = &c->model->capability;
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const double twelfth = 1.0 / 12.0;

    u -= p->training_per_year * twelfth * size;
    if (u < 0.0) {
        const double cost = vmath_round(p->training_cost_vnd * w->climate.price_level * f->workers[r] *
                                        0.25); // a quarter attends
        if (f->cash_vnd[r] < cost)
            return 0.0;
        f->skills[r] += p->training_gain * (1.0 - f->skills[r]);
        f->trained_month[r] = (int16_t)w->month;
        return cost;
    }
    u -= p->digital_per_year * twelfth * size;
    if (u < 0.0) {
        f->digital[r] = (uint8_t)(f->digital[r] < 3 ? f->digital[r] + 1 : 3);
        return 0.0;
    }
    u -= p->certified_per_year * twelfth * link;
    if (u < 0.0) {
        const double cost =
            f->certified[r] ? 0.0 : vmath_round(p->certified_cost_vnd * w->climate.price_level);
        if (f->cash_vnd[r] < cost)
            return 0.0;
        f->certified[r] = 1;
        return cost;
    }
    u -= p->exporter_per_year * twelfth * link * (1.0 + f->certified[r]);
    if (u < 0.0) {
        f->exporter[r] = 1;
        return 0.0;
    }
    u -= p->supplier_per_year * twelfth * link * (1.0 + f->certified[r]);
    if (u < 0.0) {
        f->supplier[r] = 1;
        return 0.0;
    }
    u -= p->link_loss_per_year * twelfth;
    f->certified[r] = u < 0.0 ? 0 : f->certified[r];
    if (u < 0.0)
        return 0.0;
    u -= p->link_loss_per_year * twelfth;
    f->exporter[r] = u < 0.0 ? 0 : f->exporter[r];
    if (u < 0.0)
        return 0.0;
    u -= p->link_loss_per_year * twelfth;
    f->supplier[r] = u < 0.0 ? 0 : f->supplier[r];
    return 0.0;
}

static void capability_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct capability_context *c = context;
    const struct capability *p = &c->model->capability;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    double u[PAR_BLOCK], size[PAR_BLOCK], link[PAR_BLOCK];
    const double log_ten = vmath_log(10.0), log_two = vmath_log(2.0);
    const double skills_back = 1.0 - vmath_exp(-log_two / (12.0 * p->skills_half_life_years));
    const double management_back = 1.0 - vmath_exp(-log_two / (12.0 * p->management_half_life_years));

    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double ability = f->ability[r];
        f->skills[r] += skills_back * (own_level(p->skills_mean, p->skills_sd, ability) - f->skills[r]);
        f->management[r] +=
            management_back * (own_level(p->management_mean, p->management_sd, ability) - f->management[r]);
    }
    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_CAPABILITY, 0), u, NULL);
    for (int i = 0; i < n; i++) {
        const double relative = f->log_workers[begin + i] - log_ten;
        size[i] = vmath_exp(p->training_size_exponent * relative);
        link[i] = vmath_exp(p->link_size_exponent * relative);
    }
    // no event needs a closer look unless u is below the sum of all hazards
    const double most = (p->training_per_year + p->digital_per_year) / 12.0,
                 links = p->certified_per_year + 2.0 * p->exporter_per_year + 2.0 * p->supplier_per_year;
    c->spent[block] = (struct ledger_sum){0};
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        if (u[i] >= most * size[i] + (links * link[i] + 3.0 * p->link_loss_per_year) / 12.0 ||
            f->status[r] != STATUS_OPERATING)
            continue;
        const double paid = capability_event(c, r, u[i], size[i], link[i]);
        f->cash_vnd[r] -= paid;
        f->profit_vnd[r] -= paid;
        f->taxable_year_vnd[r] -= paid;
        ledger_sum_add(&c->spent[block], f->weight[r] * (int64_t)paid);
    }
}

void capability_step(const struct model *model, struct world *world)
{
    struct capability_context c = {.model = model, .world = world, .spent = world->scratch.bytes};
    struct ledger_sum all = {0};
    par_blocks(world->threads, world->firms.n, capability_block, &c);
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++)
        ledger_sum_merge(&all, c.spent[b]);
    ledger_post_sum(&world->ledger, CATEGORY_TRAINING, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, all);
}
