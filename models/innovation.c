#include <string.h>
#include "models/innovation_plan.h"
#include "models/user_cost.h"
#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

const struct field innovation_fields[] = {
    {"hazard", FIELD_VECTOR, "1/month",
     "improved_product: 0.0080, process: 0.0050, new_product: 0.0013, organisation: 0.0036", 0.0, 0.5,
     offsetof(struct innovation, hazard), model_type_labels, TYPES_N, "h_k",
     "Hazard of a project at 10 workers, all factors 1",
     "assumption: model-notes 2.10 and section 5, raised for projects that fail or stay below survey "
     "thresholds; order by innovation_type_order; range 0.0005-0.02"},
    {"size_exponent", FIELD_REAL, "1", "0.34", 0.0, 2.0, offsetof(struct innovation, size_exponent), NULL, 0,
     "\\eta", "Exponent of the hazard on workers over 10", "wbes15_size_logit"},
    {"size_factor_max", FIELD_REAL, "1", "5", 1.0, 100.0, offsetof(struct innovation, size_factor_max), NULL,
     0, "", "Ceiling of the size factor",
     "assumption: model-notes 2.10, without it size and innovation run away; range 3-8"},
    {"history_share", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct innovation, history_share), NULL, 0,
     "\\theta", "Share of persistence that is state dependence; the rest is fixed propensity",
     "assumption: unknown and decisive for one-off support (innovation_persistence_03); range 0-1"},
    {"history_factor", FIELD_REAL, "1", "3", 1.0, 20.0, offsetof(struct innovation, history_factor), NULL, 0,
     "",
     "Factor of the hazard after an innovation within the window, if all persistence were state dependence",
     "assumption: between 1.8 and 5 in model-notes 2.10; innovation_persistence_05; range 1.8-5"},
    {"skills_effect", FIELD_REAL, "1", "0.8", -5.0, 5.0, offsetof(struct innovation, skills_effect), NULL, 0,
     "", "Effect of skills (0 to 1) on the log hazard",
     "assumption: skilled firms innovate about twice as often; range 0.3-1.5"},
    {"management_effect", FIELD_REAL, "1", "0.8", -5.0, 5.0, offsetof(struct innovation, management_effect),
     NULL, 0, "", "Effect of management practice (0 to 1) on the log hazard",
     "assumption: as skills; range 0.3-1.5"},
    {"exporter_factor", FIELD_REAL, "1", "1.3", 0.1, 10.0, offsetof(struct innovation, exporter_factor), NULL,
     0, "", "Factor of the hazard for exporters", "assumption: learning by exporting; range 1-1.8"},
    {"supplier_factor", FIELD_REAL, "1", "1.3", 0.1, 10.0, offsetof(struct innovation, supplier_factor), NULL,
     0, "", "Factor of the hazard for suppliers of large buyers",
     "supplier_development_04: sign; assumption on size, range 1-1.8"},
    {"foreign_factor", FIELD_REAL, "1", "0.8", 0.1, 10.0, offsetof(struct innovation, foreign_factor), NULL,
     0, "", "Factor of the hazard for foreign firms, whose projects are made abroad",
     "assumption: wbes23_t9_foreign below domestic; range 0.5-1.2"},
    {"startup_factor", FIELD_REAL, "1", "6", 0.1, 50.0, offsetof(struct innovation, startup_factor), NULL, 0,
     "", "Factor of the hazard for innovative startups",
     "assumption: startups are founded to innovate; range 3-12"},
    {"st_factor", FIELD_REAL, "1", "4", 0.1, 50.0, offsetof(struct innovation, st_factor), NULL, 0, "",
     "Factor of the hazard for firms that could become S&T enterprises",
     "assumption: they live from research results; range 2-8"},
    {"peers_effect", FIELD_REAL, "1", "0.3", -5.0, 10.0, offsetof(struct innovation, peers_effect), NULL, 0,
     "", "Effect of the exposure to innovators among peers (0 to 1) on the log hazard",
     "assumption: peers show what is possible; range 0-0.8"},
    {"gap_effect", FIELD_REAL, "1", "0.5", -10.0, 10.0, offsetof(struct innovation, gap_effect), NULL, 0, "",
     "Effect of being nearer to the frontier than the sector's mean, in log points, on the log hazard",
     "assumption: leaders run from their followers, laggards lack the means, or catch up: the sign is open; "
     "range -1-2"},
    {"ip_effect", FIELD_REAL, "1", "0.2", -5.0, 5.0, offsetof(struct innovation, ip_effect), NULL, 0, "",
     "Effect of the enforcement of intellectual property (0 to 1) on the log hazard",
     "assumption: patents matter in few sectors; range 0-0.6"},
    {"frontier_per_year", FIELD_REAL, "1/year", "0.045", 0.0, 1.0,
     offsetof(struct innovation, frontier_per_year), NULL, 0, "\\phi",
     "Growth of a sector's frontier, times its innovation factor",
     "assumption: keeps the opening gap; below environment.productivity_growth; range 0.02-0.08"},
    {"diffusion_per_year", FIELD_REAL, "1/year", "0.09", 0.0, 5.0,
     offsetof(struct innovation, diffusion_per_year), NULL, 0, "\\delta",
     "Share of the gap closed in a year by open knowledge: machines bought, staff hired",
     "assumption: with imitation a decay of a lead of 1.5 % a month (model-notes 3); range 0.04-0.2"},
    {"imitation_per_year", FIELD_REAL, "1/year", "0.12", 0.0, 5.0,
     offsetof(struct innovation, imitation_per_year), NULL, 0, "\\mu",
     "The same by imitation of what is not protected, without any enforcement",
     "assumption: see diffusion_per_year; vn_ip_law; range 0.05-0.3"},
    {"absorption_skills", FIELD_REAL, "1", "0.5", -5.0, 20.0, offsetof(struct innovation, absorption_skills),
     NULL, 0, "", "Rise of both with skills above their mean",
     "assumption: absorptive capacity (supplier_development_04); small, a lasting difference fattens the "
     "size "
     "tail (model-notes 3); range 0-2"},
    {"absorption_peers", FIELD_REAL, "1", "0.2", -5.0, 20.0, offsetof(struct innovation, absorption_peers),
     NULL, 0, "", "Rise of both with the exposure to innovators among peers",
     "assumption: what one sees is copied; range 0-1"},
    {"absorption_buyers", FIELD_REAL, "1", "0.1", -5.0, 20.0, offsetof(struct innovation, absorption_buyers),
     NULL, 0, "", "Rise of both for suppliers of large or foreign buyers",
     "supplier_development_04: sign; assumption on size, range 0-0.5"},
    {"gap_opening", FIELD_REAL, "1", "0.25", 0.0, 5.0, offsetof(struct innovation, gap_opening), NULL, 0,
     "g_0", "Mean log gap to the frontier at the opening, times the sector's innovation factor",
     "assumption: two to three generations of technology behind (technology_generations_behind_low, _high) "
     "at about a tenth each; range 0.15-0.6"},
    {"gap_log_sd", FIELD_REAL, "1", "0.2", 0.0, 3.0, offsetof(struct innovation, gap_log_sd), NULL, 0, "",
     "Log standard deviation of the gap of new firms around their sector's mean",
     "assumption: within the bound of quality for most firms; range 0-0.5"},
    {"gap_half", FIELD_REAL, "1", "0.25", 0.001, 10.0, offsetof(struct innovation, gap_half), NULL, 0,
     "\\gamma", "Gap at which a project gains half of what it gains far behind the frontier",
     "assumption: the mean gap; gains diminish near the frontier; range 0.1-0.5"},
    {"cost_sales_months", FIELD_VECTOR, "month",
     "improved_product: 0.25, process: 0.4, new_product: 0.7, organisation: 0.12", 0.0, 24.0,
     offsetof(struct innovation, cost_sales_months), model_type_labels, TYPES_N, "",
     "Cost of a project in months of sales at 10 workers",
     "assumption: technology-upgrade spending is 0.2-0.5 % of revenue (tech_upgrade_spend_low, _high) over "
     "all firms; range half to double"},
    {"cost_exponent", FIELD_REAL, "1", "0.35", 0.0, 1.0, offsetof(struct innovation, cost_exponent), NULL, 0,
     "", "Fall of project cost over sales with workers",
     "assumption: projects are indivisible; range 0.2-0.6"},
    {"cost_min_vnd", FIELD_REAL, "VND", "30e6", 0.0, 1e12, offsetof(struct innovation, cost_min_vnd), NULL, 0,
     "", "Least cost of a project, in opening prices",
     "assumption: a few months of one engineer; range 10e6-100e6"},
    {"cost_log_sd", FIELD_REAL, "1", "0.7", 0.0, 3.0, offsetof(struct innovation, cost_log_sd), NULL, 0, "",
     "Log standard deviation of project cost", "assumption: skewed costs; range 0.4-1"},
    {"duration_months", FIELD_VECTOR, "month",
     "improved_product: 6, process: 8, new_product: 14, organisation: 4", 1.0, 120.0,
     offsetof(struct innovation, duration_months), model_type_labels, TYPES_N, "", "Duration of a project",
     "assumption: within the two to four years to revenue of instruments.md section 3; range half to double"},
    {"research_frac", FIELD_VECTOR, "1",
     "improved_product: 0.12, process: 0.1, new_product: 0.4, organisation: 0", 0.0, 1.0,
     offsetof(struct innovation, research_frac), model_type_labels, TYPES_N, "",
     "Share of projects that include research",
     "assumption: rd performers are 5 % of formal firms (wbes23_t10_all) against 15 % innovating; range half "
     "to double"},
    {"buffer_months", FIELD_REAL, "month", "0.5", 0.0, 12.0, offsetof(struct innovation, buffer_months), NULL,
     0, "", "Cash kept before a project is paid from own money, months of expected sales",
     "assumption: below the usual buffer of 1.5; range 0.2-1"},
    {"plan_months", FIELD_REAL, "month", "12", 1.0, 60.0, offsetof(struct innovation, plan_months), NULL, 0,
     "", "Months for which a plan without finance is kept", "assumption: a planning year; range 6-24"},
    {"success", FIELD_REAL, "1", "0.75", 0.0, 1.0, offsetof(struct innovation, success), NULL, 0, "",
     "Chance that a finished project is implemented, at mean skills and management",
     "assumption: about a quarter of projects is abandoned in innovation surveys; range 0.6-0.9"},
    {"success_skills", FIELD_REAL, "1", "0.4", 0.0, 2.0, offsetof(struct innovation, success_skills), NULL, 0,
     "", "Rise of that chance with skills and management above their means",
     "assumption: half a standard deviation moves it by 5 points; range 0.1-0.8"},
    {"user_cost_small", FIELD_REAL, "1", "1.5", 0.0, 5.0, offsetof(struct innovation, user_cost_small), NULL,
     0, "\\epsilon_{10}", "Elasticity of projects to their price net of support, up to 10 workers",
     "RD_tax_credit_09: small firms, -1.5; RD_tax_credit_06: 1.14 of larger ones; range 0.8-2.5"},
    {"user_cost_large", FIELD_REAL, "1", "0.5", 0.0, 5.0, offsetof(struct innovation, user_cost_large), NULL,
     0, "\\epsilon_{1000}", "The same from 1,000 workers on, between them linear in log workers",
     "assumption: large firms respond about a third as much; at 75 workers RD_tax_credit_06 then holds; "
     "range 0.2-1"},
    {"user_cost_floor", FIELD_REAL, "1", "0.3", 0.05, 1.0, offsetof(struct innovation, user_cost_floor), NULL,
     0, "", "Least price of a project to the firm, over its cost",
     "assumption: own time and risk are not paid for, and elasticities are measured at prices above 0.5; "
     "range 0.15-0.5"},
    {"user_cost_half_years", FIELD_REAL, "year", "1", 0.01, 20.0,
     offsetof(struct innovation, user_cost_half_years), NULL, 0, "h",
     "Years after hearing of support in which half of the response of plans comes",
     "assumption: half of the response in the first year (RD_tax_credit_09: adjustment costs); range 0.25-2"},
    {"gain", FIELD_VECTOR, "1", "improved_product: 0.02, process: 0.008, new_product: 0.05, organisation: 0",
     0.0, 1.0, offsetof(struct innovation, gain), model_type_labels, TYPES_N, "g_k",
     "Part of the log gap to the frontier that a project of novelty 1 closes far behind it",
     "assumption: the lead of most innovators stays below 0.12 (model-notes 2 and 3); RD_tax_credit_04: "
     "doubling research +9 %; range half to double"},
    {"margin_gain", FIELD_VECTOR, "1",
     "improved_product: 0, process: 0.016, new_product: 0, organisation: 0.008", 0.0, 1.0,
     offsetof(struct innovation, margin_gain), model_type_labels, TYPES_N, "m_k",
     "Margin that a project of novelty 1 gains far behind the frontier, before it reverts",
     "assumption: a process that pays back within a few years; range half to double"},
    {"quality_max", FIELD_REAL, "1", "0.12", 0.0, 2.0, offsetof(struct innovation, quality_max), NULL, 0,
     "\\bar q", "Bound of log quality over the sector's, above and below",
     "assumption: model-notes 3, against runaway; range 0.08-0.2"},
    {"window_months", FIELD_INT, "month", "36", 12.0, 36.0, offsetof(struct innovation, window_months), NULL,
     0, "", "Window of innovation-active and innovating",
     "Oslo Manual 2018: one to three years; model.md section 4.5"},
};
const int innovation_fields_n = sizeof innovation_fields / sizeof innovation_fields[0];

#define GAP_UNITS 1073741824.0 // of a log point: sums of gaps are whole numbers, the same in any order

struct innovation_context {
    const struct model *model;
    struct world *world;
    double sector_factor[SECTORS_MAX]; // of the hazard: sector, appropriability, motivation
    double price_factor_max; // of the hazard by support that lowers the price of projects; 1: there is none
    double sector_frontier[SECTORS_MAX], closing; // month's growth of the frontier, share of the gap closed
    struct block_totals {
        struct ledger_sum research;
        int64_t operating_n[SECTORS_MAX], gap[SECTORS_MAX]; // weights; weights times gap in GAP_UNITS
    } * block;
};

int innovation_recent(const struct world *world, int64_t row, int64_t window)
{
    const int64_t cap = world->firms.capacity, since = world->month - window;
    int recent = 0;
    for (int k = 0; k < TYPES_N; k++)
        recent |= world->firm.implemented_month[k * cap + row] > since;
    return recent;
}

// I1: factor of the hazard for n rows: size, capabilities, links, propensity, history.
ISA_CLONES static void innovation_hazards(const struct innovation_context *c, int64_t begin, int n,
                                          double *out)
{
    const struct innovation *p = &c->model->innovation;
    const struct capability *q = &c->model->capability;
    const struct firm *f = &c->world->firm;
    const double log_ten = vmath_log(10.0), log_cap = vmath_log(p->size_factor_max);
    const double exporter = vmath_log(p->exporter_factor), supplier = vmath_log(p->supplier_factor);
    const double foreign = vmath_log(p->foreign_factor), startup = vmath_log(p->startup_factor),
                 st = vmath_log(p->st_factor);
    const double half = c->model->peers.exposure_half;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double size = vmath_min(p->size_exponent * (f->log_workers[r] - log_ten), log_cap);
        const double exposure = f->innovating_peers[r] / (f->innovating_peers[r] + half);
        out[i] = size + p->skills_effect * (f->skills[r] - q->skills_mean) +
                 p->management_effect * (f->management[r] - q->management_mean) + exporter * f->exporter[r] +
                 p->peers_effect * exposure + p->gap_effect * f->quality[r] + supplier * f->supplier[r] +
                 startup * f->startup[r] + st * f->st_capable[r] +
                 (f->ownership[r] == OWNERSHIP_FOREIGN ? foreign : 0.0);
    }
    vmath_exp_n(out, n, out);
    const double state = 1.0 + p->history_share * (p->history_factor - 1.0);
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double history = f->innovating_bits[r] & 1U ? state : 1.0;
        out[i] *= f->propensity[r] * history * c->sector_factor[f->sector[r]];
    }
}

static struct innovation_context context_of(const struct model *model, struct world *world)
{
    _Static_assert(sizeof(struct block_totals) <= WORLD_BLOCK_BYTES, "fits");
    struct innovation_context c = {.model = model, .world = world, .block = world->scratch.bytes};
    const struct innovation *p = &model->innovation;
    const struct environment *e = &model->environment;
    for (int s = 0; s < model->sectors_n; s++) {
        c.sector_factor[s] =
            model->sector[s].innovation_factor * e->motivation * vmath_exp(p->ip_effect * e->ip_enforcement);
        c.sector_frontier[s] = model->sector[s].innovation_factor * p->frontier_per_year / 12.0;
    }
    c.closing = (p->diffusion_per_year + p->imitation_per_year * (1.0 - e->ip_enforcement)) / 12.0;
    return c;
}

// ---- the gap to the frontier: equations G1-G3 ---------------------------------------------------

// G3: quality is what the firm is ahead of its sector, within bounds.
static double quality_of(const struct innovation *p, double sector_gap, double gap)
{
    return vmath_clamp(sector_gap - gap, -p->quality_max, p->quality_max);
}

// G1: the frontier moves on; a part of what is known to others is taken over, faster by those who can absorb
// more.
ISA_CLONES static void innovation_gaps(const struct innovation_context *c, int64_t begin, int n)
{
    const struct innovation *p = &c->model->innovation;
    const struct firm *f = &c->world->firm;
    const double half = c->model->peers.exposure_half, mean = c->model->capability.skills_mean;
    double frontier[PAR_BLOCK], sector[PAR_BLOCK];
    for (int i = 0; i < n; i++) { // apart, so that the loop below runs in vectors
        frontier[i] = c->sector_frontier[f->sector[begin + i]];
        sector[i] = c->world->sector_gap[f->sector[begin + i]];
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double exposure = f->innovating_peers[r] / (f->innovating_peers[r] + half);
        const double absorbs = 1.0 + p->absorption_skills * (f->skills[r] - mean) +
                               p->absorption_peers * exposure + p->absorption_buyers * f->supplier[r];
        const double gap = f->technology_gap[r];
        const double closed = vmath_clamp(c->closing * absorbs, 0.0, 1.0) * gap;
        const double next = gap - closed + frontier[i];
        const float kept = (float)(next > 1e-6 ? next : 0.0);
        f->technology_gap[r] = kept;
        f->quality[r] = quality_of(p, sector[i], kept);
    }
}

// G2: share of a gain that is left at a distance from the frontier: all far behind, none at it.
static double reach(const struct innovation *p, double gap)
{
    return gap / (gap + p->gap_half);
}

void innovation_prepare(const struct model *model, struct world *world)
{
    for (int s = 0; s < model->sectors_n; s++)
        world->sector_gap[s] = model->innovation.gap_opening * model->sector[s].innovation_factor;
}

void innovation_birth(const struct model *model, struct world *world, int64_t row)
{
    const struct innovation *p = &model->innovation;
    const struct firm *f = &world->firm;
    const double mean = world->sector_gap[f->sector[row]], sd = p->gap_log_sd;
    const double z =
        rng_normal(world->rng, (uint64_t)f->ancestor[row], (struct rng_purpose){0, STREAM_TECHNOLOGY, 0});
    f->technology_gap[row] = (float)(mean * vmath_exp(sd * z - 0.5 * sd * sd));
    f->quality[row] = quality_of(p, mean, f->technology_gap[row]);
}

// Surveys that ask about the type and whose respondents recognise the novelty see the innovation of `month`.
static void show_surveys(const struct model *model, struct world *world, int64_t row, int type,
                         double novelty, int16_t month)
{
    for (int l = 0; l < model->lenses_n; l++) {
        const struct lens *lens = &model->lens[l];
        int16_t *seen = &world->firm.lens_month[l * world->firms.capacity + row];
        if ((lens->types >> type & 1) && novelty >= lens->novelty_min && month > *seen)
            *seen = month;
    }
}

// The last innovations of a type before the opening: a Poisson process back in time, as far as a survey may
// ask.
static void open_type(const struct model *model, struct world *world, int64_t row, int type, double rate)
{
    enum { HISTORY_MAX = 16, HISTORY_MONTHS = 120 };
    const struct firm *f = &world->firm;
    double ago = 0.0;
    for (uint32_t k = 0; k < HISTORY_MAX && ago < HISTORY_MONTHS; k++) {
        const struct rng_purpose why = {0, STREAM_POPULATION_STATE, 1 + (uint32_t)type + TYPES_N * k};
        double u, novelty;
        rng_uniforms(world->rng, &f->ancestor[row], 1, why, &u, &novelty);
        ago += -vmath_log(u) / (rate + 1e-12);
        const int16_t month = ago < 1000.0 ? (int16_t)(-1.0 - vmath_floor(ago)) : NEVER;
        if (k == 0)
            f->implemented_month[type * world->firms.capacity + row] = month;
        f->active_month[row] = month > f->active_month[row] ? month : f->active_month[row];
        show_surveys(model, world, row, type, novelty, month);
    }
}

void innovation_open(const struct model *model, struct world *world, int64_t row)
{
    const struct innovation *p = &model->innovation;
    const struct innovation_context c = context_of(model, world);
    double factor;
    innovation_hazards(&c, row, 1, &factor);
    for (int type = 0; type < TYPES_N; type++)
        open_type(model, world, row, type, p->hazard[type] * p->success * factor);
    world->firm.innovating_bits[row] = innovation_recent(world, row, p->window_months) ? 1U : 0U;
}

// ---- money of projects --------------------------------------------------------------------------

double innovation_own_money_vnd(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double above = f->cash_vnd[row] - model->innovation.buffer_months * f->expected_sales_vnd[row];
    return vmath_max(vmath_max(above, vmath_min(f->research_fund_vnd[row], f->cash_vnd[row])), 0.0);
}

double innovation_gap_vnd(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double lacking = f->project_cost_vnd[row] - innovation_own_money_vnd(model, world, row);
    return f->plan[row] && lacking > 0.0 ? vmath_round(lacking) : 0.0;
}

void innovation_begin(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const int type = f->plan[row] - 1;
    f->project[row] = f->plan[row];
    f->plan[row] = 0;
    f->project_until[row] =
        (int16_t)(world->month + (int64_t)vmath_round(model->innovation.duration_months[type]));
    f->project_event[row] |= PROJECT_STARTED;
    f->project_event_type[row] = (uint8_t)type;
}

// ---- projects: equations I4, I5 -----------------------------------------------------------------

static void implement(const struct innovation_context *c, int64_t row, int type)
{
    const struct innovation *p = &c->model->innovation;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const double novelty = f->project_novelty[row];
    // G2: gains are larger far behind the frontier and diminish near it; a project touches part of a large
    // firm's lines, the part that its cost is of a small firm's
    const double larger = vmath_max(f->log_workers[row] - vmath_log(10.0), 0.0);
    const double part = vmath_exp(-p->cost_exponent * larger);
    const double gained = novelty * part * reach(p, f->technology_gap[row]);
    f->efficiency[row] += p->margin_gain[type] * gained;
    f->technology_gap[row] = (float)vmath_max(f->technology_gap[row] - p->gain[type] * gained, 0.0);
    f->quality[row] = quality_of(p, w->sector_gap[f->sector[row]], f->technology_gap[row]);
    f->implemented_month[type * w->firms.capacity + row] = (int16_t)w->month;
    f->innovations_n[row]++;
    f->project_event[row] |= PROJECT_IMPLEMENTED;
    show_surveys(c->model, w, row, type, novelty, (int16_t)w->month);
}

static void end_project(const struct innovation_context *c, int64_t row)
{
    const struct innovation *p = &c->model->innovation;
    const struct capability *q = &c->model->capability;
    const struct firm *f = &c->world->firm;
    const int type = f->project[row] - 1;
    const double helped = f->provider_months[row] ? c->model->provider.success_gain : 0.0;
    const double chance =
        p->success + helped +
        p->success_skills * 0.5 * (f->skills[row] - q->skills_mean + f->management[row] - q->management_mean);
    const double u = rng_uniform(c->world->rng, (uint64_t)f->ancestor[row],
                                 world_purpose(c->world, STREAM_INNOVATION_OUTCOME, 0));
    f->project_event_type[row] = (uint8_t)type;
    if (u < vmath_clamp(chance, 0.05, 0.98))
        implement(c, row, type);
    else
        f->project_event[row] |= PROJECT_ABANDONED;
    f->project[row] = 0;
    f->project_cost_vnd[row] = f->project_support_vnd[row] = 0.0;
}

// I4: equal instalments over the duration, from the S&T fund first; a firm that cannot pay abandons the
// project.
static void run_project(const struct innovation_context *c, int64_t row, struct ledger_sum *research)
{
    const struct innovation *p = &c->model->innovation;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int type = f->project[row] - 1;
    const double instalment =
        vmath_round(f->project_cost_vnd[row] / vmath_max(vmath_round(p->duration_months[type]), 1.0));
    f->active_month[row] = (int16_t)w->month;
    if (f->cash_vnd[row] < instalment) {
        f->project_event[row] |= PROJECT_ABANDONED;
        f->project_event_type[row] = (uint8_t)type;
        f->project[row] = 0;
        f->project_cost_vnd[row] = f->project_support_vnd[row] = 0.0;
        return;
    }
    f->cash_vnd[row] -= instalment;
    const double from_fund = vmath_min(f->research_fund_vnd[row], instalment);
    f->research_fund_vnd[row] -= from_fund;
    f->project_spent_vnd[row] = instalment;
    f->profit_vnd[row] -= instalment;
    f->taxable_year_vnd[row] -= instalment - from_fund;          // the fund was deducted when it was filled
    if (f->project_novelty[row] >= 1.0 - p->research_frac[type]) // the more novel projects need research
        f->research_month[row] = (int16_t)w->month;
    ledger_sum_add(research, f->weight[row] * (int64_t)instalment);
    if (w->month >= f->project_until[row])
        end_project(c, row);
}

// Starts the month's record of a block; a link to a provider lasts while there is something to work on.
ISA_CLONES static void innovation_clear(const struct innovation_context *c, int64_t begin, int n)
{
    const struct firm *f = &c->world->firm;
    const uint8_t *status = f->status + begin, *project = f->project + begin, *plan = f->plan + begin;
    uint8_t *link = f->provider_months + begin;
    memset(f->project_spent_vnd + begin, 0, (size_t)n * sizeof *f->project_spent_vnd);
    memset(f->project_event + begin, 0, (size_t)n);
    memset(c->world->scratch.flag + begin, 0, (size_t)n);
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int idle = (status[i] != STATUS_OPERATING) | ((project[i] | plan[i]) == 0);
        const int left = link[i] - (idle & (link[i] > 0));
        link[i] = (uint8_t)(status[i] > STATUS_SUSPENDED ? 0 : left);
    }
}

// Whether the firm innovated within the window, as the lowest bit of its history.
ISA_CLONES static void innovation_bits(const struct innovation_context *c, int64_t begin, int n)
{
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int since = (int)(w->month - c->model->innovation.window_months);
    const int16_t *last = f->implemented_month + begin;
    const int64_t cap = w->firms.capacity;
    uint64_t *bits = f->innovating_bits + begin;
    _Static_assert(TYPES_N == 4, "a term for each type");
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int recent = (last[i] > since) | (last[cap + i] > since) | (last[2 * cap + i] > since) |
                           (last[3 * cap + i] > since);
        bits[i] = bits[i] << 1 | (uint64_t)recent;
    }
}

static void innovation_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct innovation_context *c = context;
    const struct innovation *p = &c->model->innovation;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    double factor[PAR_BLOCK], u[PAR_BLOCK], v[PAR_BLOCK];
    const double all = innovation_plan_hazard(p);
    struct block_totals *t = &c->block[block];

    *t = (struct block_totals){0};
    innovation_clear(c, begin, n);
    innovation_gaps(c, begin, n);
    innovation_hazards(c, begin, n, factor);
    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_INNOVATION_START, 0), u, v);
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        if (f->status[r] != STATUS_OPERATING)
            continue;
        if (f->project[r])
            run_project(c, r, &t->research);
        else if (f->plan[r] && !(innovation_plan_waits(w, r) && u[i] < all * factor[i]))
            innovation_plan_follow(c->model, w, r);
        else if (u[i] < all * factor[i] * c->price_factor_max) {
            if (u[i] < all * factor[i])
                innovation_plan_make(c->model, w, r, v[i]);
            else
                innovation_plan_supported(c->model, w, r, v[i], u[i] / (all * factor[i]));
            w->scratch.flag[r] = (uint8_t)(f->plan[r] && provider_sought(c->model, w, r));
        }
    }
    innovation_bits(c, begin, n);
    for (int64_t r = begin; r < end; r++) {
        const int on = f->status[r] == STATUS_OPERATING;
        t->operating_n[f->sector[r]] += on ? f->weight[r] : 0;
        t->gap[f->sector[r]] += on ? f->weight[r] * vmath_int(f->technology_gap[r] * GAP_UNITS) : 0;
    }
}

void innovation_step(const struct model *model, struct world *world)
{
    struct innovation_context c = context_of(model, world);
    struct block_totals all = {0};
    c.price_factor_max = user_cost_matters(model, world) ? user_cost_factor_max(model) : 1.0;
    par_blocks(world->threads, world->firms.n, innovation_block, &c);
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++) {
        ledger_sum_merge(&all.research, c.block[b].research);
        for (int s = 0; s < model->sectors_n; s++) {
            all.operating_n[s] += c.block[b].operating_n[s];
            all.gap[s] += c.block[b].gap[s];
        }
    }
    for (int s = 0; s < model->sectors_n; s++)
        if (all.operating_n[s] > 0)
            world->sector_gap[s] = (double)all.gap[s] / ((double)all.operating_n[s] * GAP_UNITS);
    ledger_post_sum(&world->ledger, CATEGORY_RESEARCH, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, all.research);
    provider_settle(model, world);
}
