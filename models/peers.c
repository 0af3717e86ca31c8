#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

const struct field peers_fields[] = {
    {"degree_mean", FIELD_REAL, "peers", "4", 0.0, 15.0, offsetof(struct peers, degree_mean), NULL, 0,
     "\\bar d", "Mean number of enterprises whose innovations a firm hears of, geometric",
     "assumption: owners name a handful of business contacts; range 2-8"},
    {"exposure_half", FIELD_REAL, "peers", "2", 0.1, 100.0, offsetof(struct peers, exposure_half), NULL, 0,
     "", "Innovators among the peers at which exposure is a half",
     "assumption: the first examples teach most; range 1-4"},
    {"aware_effect", FIELD_REAL, "1", "0.5", 0.0, 10.0, offsetof(struct peers, aware_effect), NULL, 0, "b",
     "Rise of the speed at which word of programmes reaches a firm, at full exposure to innovators",
     "assumption: who has innovated knows of support and tells; range 0-2"},
    {"cluster_places_frac", FIELD_REAL, "1", "0.005", 0.0, 1.0, offsetof(struct peers, cluster_places_frac),
     NULL, 0, "", "Places in the cluster of a cell over its operating enterprises at the opening",
     "assumption: software parks and craft villages outside manufacturing; range 0.002-0.02"},
    {"cluster_places_manufacturing_frac", FIELD_REAL, "1", "0.06", 0.0, 1.0,
     offsetof(struct peers, cluster_places_manufacturing_frac), NULL, 0, "", "The same in manufacturing",
     "assumption: 250 industrial zones (vn_zones) with tens of tenants each, most of them foreign; range "
     "0.02-0.15"},
    {"cluster_degree", FIELD_REAL, "peers", "3", 0.0, 15.0, offsetof(struct peers, cluster_degree), NULL, 0,
     "", "Further peers of a member, within the cluster",
     "assumption: no external economies of parks beyond learning (cluster_zone_01); range 0-6"},
    {"cluster_seek_per_year", FIELD_REAL, "1/year", "0.02", 0.0, 1.0,
     offsetof(struct peers, cluster_seek_per_year), NULL, 0, "",
     "Share of firms of 10 workers that look for a place in a year",
     "assumption: moving is costly; range 0.005-0.05"},
    {"cluster_size_exponent", FIELD_REAL, "1", "0.5", 0.0, 2.0, offsetof(struct peers, cluster_size_exponent),
     NULL, 0, "", "Rise of that share with workers", "assumption: zones let large plots; range 0.3-0.8"},
    {"buyers_usual_frac", FIELD_REAL, "1", "0.04", 1e-4, 1.0, offsetof(struct peers, buyers_usual_frac), NULL,
     0, "", "Share of large or foreign buyers in a region at which supplier links have their usual hazard",
     "assumption: operating_fdi_2014 and census17_share_large over operating enterprises; range 0.02-0.06"},
    {"buyers_factor_max", FIELD_REAL, "1", "3", 1.0, 100.0, offsetof(struct peers, buyers_factor_max), NULL,
     0, "", "Ceiling of the factor for more buyers", "assumption: few firms can supply; range 2-5"},
};
const int peers_fields_n = sizeof peers_fields / sizeof peers_fields[0];

enum { DEGREE_MAX = 15 }; // also of cluster peers
enum peers_draw { PEERS_DEGREE, PEERS_QUANTILE, PEERS_CLUSTER_QUANTILE = 16 };
enum { LARGE_WORKERS = 200 };

struct peers_context {
    const struct model *model;
    struct world *world;
    struct peers_counts {
        int64_t operating[CELLS_N], innovating[CELLS_N], members[CELLS_N], innovating_members[CELLS_N];
        int64_t buyers[REGIONS_MAX];
    } * block;
    double limit; // looks for a place in a cluster below it
};

static int cell_of(const struct world *world, int64_t row)
{
    return world->firm.region[row] * SECTORS_MAX + world->firm.sector[row];
}

// ---- meetings: equation N2 ----------------------------------------------------------------------

// Innovators among `n` peers of the firm in a group of which `share` innovates; four quantiles a block of
// draws.
static int innovators_among(const struct world *world, int64_t row, int n, uint32_t index, double share)
{
    const double below = share * 4294967296.0;
    uint32_t word[4];
    int found = 0;
    for (int j = 0; j < n; j++) {
        if (j % 4 == 0)
            rng_block(world->rng, (uint64_t)world->firm.ancestor[row],
                      (struct rng_purpose){0, STREAM_PEERS, index + (uint32_t)j / 4}, word);
        found += (double)word[j % 4] + 0.5 < below;
    }
    return found;
}

static void meet(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const struct peers_state *s = &world->peers;
    const int cell = cell_of(world, row);
    const int within = f->cluster[row] ? (int)vmath_int(model->peers.cluster_degree) : 0;
    f->innovating_peers[row] =
        (uint8_t)(innovators_among(world, row, f->degree[row], PEERS_QUANTILE, s->innovating_share[cell]) +
                  innovators_among(world, row, within, PEERS_CLUSTER_QUANTILE, s->cluster_share[cell]));
}

void peers_birth(const struct model *model, struct world *world, int64_t row)
{
    const uint64_t who = (uint64_t)world->firm.ancestor[row];
    const double u = rng_uniform(world->rng, who, (struct rng_purpose){0, STREAM_PEERS, PEERS_DEGREE});
    // N1: geometric from 0 on, of this mean
    const double mean = model->peers.degree_mean;
    const double degree = mean > 0.0 ? vmath_floor(vmath_log(u) / vmath_log(mean / (1.0 + mean))) : 0.0;
    world->firm.degree[row] = (uint8_t)vmath_min(degree, DEGREE_MAX);
    meet(model, world, row);
}

double peers_exposure(const struct world *world, int64_t row)
{
    const double n = (double)world->firm.innovating_peers[row];
    return n / (n + world->model->peers.exposure_half);
}

double peers_buyers_factor(const struct model *model, const struct world *world, int region)
{
    const struct peers *p = &model->peers;
    return vmath_min(world->peers.buyers_share[region] / p->buyers_usual_frac, p->buyers_factor_max);
}

// Firms meet once a year, each in a month of its own; whoever left business has left the cluster.
static void meet_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct peers_context *c = context;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    (void)block;
    for (int64_t r = begin; r < end; r++) {
        f->cluster[r] = f->status[r] > STATUS_SUSPENDED ? 0 : f->cluster[r];
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const int month = (int)((rng_hash((uint64_t)f->ancestor[r]) >> 32) % 12);
        if (month == w->climate.month_of_year)
            meet(c->model, w, r);
    }
}

// ---- shares: equation N1 ------------------------------------------------------------------------

static void count_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct peers_context *c = context;
    const struct world *w = c->world;
    const struct firm *f = &w->firm;
    struct peers_counts *t = &c->block[block];
    *t = (struct peers_counts){0};
    for (int64_t r = begin; r < end; r++) {
        const int cell = cell_of(w, r);
        const int64_t on = f->status[r] == STATUS_OPERATING ? f->weight[r] : 0;
        const int64_t innovates = f->innovating_bits[r] & 1U ? on : 0;
        const int64_t member = f->cluster[r] && f->status[r] <= STATUS_SUSPENDED ? f->weight[r] : 0;
        const int buyer = f->workers[r] >= LARGE_WORKERS || f->ownership[r] == OWNERSHIP_FOREIGN;
        t->operating[cell] += on;
        t->innovating[cell] += innovates;
        t->members[cell] += member;
        t->innovating_members[cell] += f->cluster[r] ? innovates : 0;
        t->buyers[f->region[r]] += buyer ? on : 0;
    }
}

static double share_of(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

static void count(struct peers_context *c)
{
    _Static_assert(sizeof(struct peers_counts) <= WORLD_BLOCK_BYTES, "fits");
    struct world *w = c->world;
    struct peers_state *s = &w->peers;
    struct peers_counts all = {0};
    par_blocks(w->threads, w->firms.n, count_block, c);
    for (int64_t b = 0; b < par_blocks_n(w->firms.n); b++) {
        const struct peers_counts *t = &c->block[b];
        for (int k = 0; k < CELLS_N; k++) {
            all.operating[k] += t->operating[k];
            all.innovating[k] += t->innovating[k];
            all.members[k] += t->members[k];
            all.innovating_members[k] += t->innovating_members[k];
        }
        for (int k = 0; k < REGIONS_MAX; k++)
            all.buyers[k] += t->buyers[k];
    }
    for (int region = 0; region < REGIONS_MAX; region++) {
        int64_t operating = 0;
        for (int k = region * SECTORS_MAX; k < (region + 1) * SECTORS_MAX; k++) {
            s->operating_n[k] = all.operating[k];
            s->cluster_members_n[k] = all.members[k];
            s->innovating_share[k] = share_of(all.innovating[k], all.operating[k]);
            s->cluster_share[k] = share_of(all.innovating_members[k], all.members[k]);
            operating += all.operating[k];
        }
        s->buyers_share[region] = share_of(all.buyers[region], operating);
    }
}

// ---- places in clusters: equation N3 ------------------------------------------------------------

bool peers_place(struct peers_place *place, int64_t weight)
{
    place->full |=
        (double)(place->taken_n + weight) > (double)place->places_n + place->round * (double)weight;
    place->taken_n += place->full ? 0 : weight;
    return !place->full;
}

static void seek_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct peers_context *c = context;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const struct peers_state *s = &w->peers;
    const double exponent = c->model->peers.cluster_size_exponent, log_ten = vmath_log(10.0);
    const int n = (int)(end - begin);
    double u[PAR_BLOCK];
    (void)block;
    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_CLUSTER, 0), u, NULL);
    for (int64_t r = begin; r < end; r++) {
        const int cell = cell_of(w, r);
        const double place = u[r - begin] * vmath_exp(-exponent * (f->log_workers[r] - log_ten));
        w->scratch.value[r] = place;
        w->scratch.flag[r] = f->status[r] == STATUS_OPERATING && !f->cluster[r] && place < c->limit &&
                             s->cluster_members_n[cell] < s->cluster_places_n[cell];
    }
}

// Fills free places in the order of the lottery.
static void fill_places(struct peers_context *c, double limit)
{
    struct world *w = c->world;
    struct peers_state *s = &w->peers;
    struct order_item *item = w->scratch.item;
    struct peers_place place[CELLS_N];
    c->limit = limit;
    par_blocks(w->threads, w->firms.n, seek_block, c);
    const int64_t n = par_select(w->threads, w->firms.n, w->scratch.flag, w->scratch.rows);
    for (int64_t k = 0; k < n; k++) {
        const int64_t row = w->scratch.rows[k];
        item[k] = (struct order_item){order_key_double(w->scratch.value[row]), w->firm.id[row], row};
    }
    order_by_key(item, n, w->scratch.spare);
    for (int k = 0; k < CELLS_N; k++) {
        const double u = rng_uniform(w->rng, (uint64_t)k, (struct rng_purpose){0, STREAM_CLUSTER, 1});
        place[k] = (struct peers_place){s->cluster_places_n[k], s->cluster_members_n[k], u, false};
    }
    for (int64_t k = 0; k < n; k++)
        w->firm.cluster[item[k].row] =
            peers_place(&place[cell_of(w, item[k].row)], w->firm.weight[item[k].row]);
    for (int k = 0; k < CELLS_N; k++)
        s->cluster_members_n[k] = place[k].taken_n;
}

void peers_open(const struct model *model, struct world *world)
{
    struct peers_context c = {.model = model, .world = world, .block = world->scratch.bytes};
    struct peers_state *s = &world->peers;
    count(&c);
    for (int k = 0; k < CELLS_N; k++) {
        const int sector = k % SECTORS_MAX;
        const int manufacturing = sector < model->sectors_n && model->sector[sector].manufacturing;
        const double frac =
            manufacturing ? model->peers.cluster_places_manufacturing_frac : model->peers.cluster_places_frac;
        s->cluster_places_n[k] = vmath_int(frac * (double)s->operating_n[k]);
    }
    fill_places(&c, 1e300);
    count(&c);
    for (int64_t row = 0; row < world->firms.n; row++)
        meet(model, world, row);
}

void peers_step(const struct model *model, struct world *world)
{
    struct peers_context c = {.model = model, .world = world, .block = world->scratch.bytes};
    count(&c);
    if (world->climate.month_of_year == 0)
        fill_places(&c, model->peers.cluster_seek_per_year);
    par_blocks(world->threads, world->firms.n, meet_block, &c);
}
