#include "models/world.h"
#include "sim/par.h"

const struct field provider_fields[] = {
    {"places_frac", FIELD_REAL, "1", "0.004", 0.0, 1.0, offsetof(struct provider, places_frac), NULL, 0, "",
     "Enterprises that the providers of a region can serve at a time, over its operating enterprises at the "
     "opening",
     "assumption: a few hundred institutes and universities with a few clients each; vn_joint_research: the "
     "level of collaboration is low; range 0.001-0.01"},
    {"seek_frac", FIELD_REAL, "1", "0.1", 0.0, 1.0, offsetof(struct provider, seek_frac), NULL, 0, "",
     "Share of firms with a new plan that look for a provider, at mean skills; in proportion to skills",
     "assumption: a tenth of innovators works with science where innovation surveys ask; range 0.03-0.2"},
    {"cost_vnd", FIELD_REAL, "VND", "20e6", 0.0, 1e12, offsetof(struct provider, cost_vnd), NULL, 0, "",
     "Cost of the search and the first contract, opening prices",
     "assumption: below the voucher values of instruments.md (ireland_voucher) at local wages; range "
     "5e6-100e6"},
    {"link_months", FIELD_REAL, "month", "6", 0.0, 120.0, offsetof(struct provider, link_months), NULL, 0, "",
     "Months for which a link outlasts the project",
     "assumption: links fade within a year where nothing renews them (instruments.md section 3); range 3-12"},
    {"success_gain", FIELD_REAL, "1", "0.08", 0.0, 1.0, offsetof(struct provider, success_gain), NULL, 0, "",
     "Rise of the chance that a project succeeds with advice and collaboration",
     "assumption: a third of the failures is technical and half of these could be helped; range 0-0.15"},
};
const int provider_fields_n = sizeof provider_fields / sizeof provider_fields[0];

enum provider_draw { PROVIDER_SEEK, PROVIDER_LOTTERY, PROVIDER_ROUND };

void provider_open(const struct model *model, struct world *world)
{
    for (int r = 0; r < model->regions_n; r++) {
        int64_t operating = 0;
        for (int s = 0; s < model->sectors_n; s++)
            operating += world->peers.operating_n[r * SECTORS_MAX + s];
        world->provider.places_n[r] = vmath_int(model->provider.places_frac * (double)operating);
    }
}

static double contract_vnd(const struct model *model, const struct world *world)
{
    return vmath_round(model->provider.cost_vnd * world->climate.price_level);
}

int provider_sought(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double mean = vmath_max(model->capability.skills_mean, 1e-6);
    const double u = rng_uniform(world->rng, (uint64_t)f->ancestor[row],
                                 world_purpose(world, STREAM_PROVIDER, PROVIDER_SEEK));
    return f->provider_months[row] == 0 && u < model->provider.seek_frac * f->skills[row] / mean &&
           innovation_own_money_vnd(model, world, row) - f->research_fund_vnd[row] >=
               contract_vnd(model, world);
}

// Real enterprises with a link, by region.
static void count_links(struct world *world)
{
    struct provider_state *s = &world->provider;
    const struct firm *f = &world->firm;
    for (int r = 0; r < REGIONS_MAX; r++)
        s->linked_n[r] = 0;
    for (int64_t row = 0; row < world->firms.n; row++)
        s->linked_n[f->region[row]] += f->provider_months[row] ? f->weight[row] : 0;
}

static void link_firm(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double cost = contract_vnd(model, world);
    f->provider_months[row] = (uint8_t)vmath_int(model->provider.link_months) + 1;
    world->provider.linked_n[f->region[row]] += f->weight[row];
    world_pay(world, CATEGORY_TRAINING, world_firm_party(row), world_party(ACCOUNT_HOUSEHOLDS),
              world_amount(world, row, cost));
    f->profit_vnd[row] -= cost;
    f->taxable_year_vnd[row] -= cost;
}

void provider_settle(const struct model *model, struct world *world)
{
    struct order_item *item = world->scratch.item;
    struct peers_place place[REGIONS_MAX];
    const struct rng_purpose lottery = world_purpose(world, STREAM_PROVIDER, PROVIDER_LOTTERY);
    const int64_t n = par_select(world->threads, world->firms.n, world->scratch.flag, world->scratch.rows);
    count_links(world);
    for (int k = 0; k < REGIONS_MAX; k++) {
        const double u =
            rng_uniform(world->rng, (uint64_t)k, (struct rng_purpose){0, STREAM_PROVIDER, PROVIDER_ROUND});
        place[k] = (struct peers_place){world->provider.places_n[k], world->provider.linked_n[k], u, false};
    }
    for (int64_t k = 0; k < n; k++) {
        const int64_t row = world->scratch.rows[k];
        const double u = rng_uniform(world->rng, (uint64_t)world->firm.ancestor[row], lottery);
        item[k] = (struct order_item){order_key_double(u), world->firm.id[row], row};
    }
    order_by_key(item, n, world->scratch.spare);
    for (int64_t k = 0; k < n; k++)
        if (peers_place(&place[world->firm.region[item[k].row]], world->firm.weight[item[k].row]))
            link_firm(model, world, item[k].row);
}
