#include "models/world.h"
#include "sim/par.h"

#define AT(member) offsetof(struct location, member)
const struct field location_fields[] = {
    {"look_per_year", FIELD_REAL, "1/year", "0.02", 0.0, 1.0, AT(look_per_year), NULL, 0, "",
     "Hazard that a firm considers another region",
     "assumption: below a percent of firms move in a year; range 0.005-0.05"},
    {"zone_look_per_year", FIELD_REAL, "1/year", "0.03", 0.0, 1.0, AT(zone_look_per_year), NULL, 0, "",
     "Hazard that a manufacturer outside considers an industrial zone",
     "assumption: industrial_zones 250 stand, vn_zones says small firms can rarely use them; range "
     "0.01-0.08"},
    {"zone_workers_min", FIELD_REAL, "workers", "20", 1.0, 1e5, AT(zone_workers_min), NULL, 0, "",
     "Smallest firm that a zone lets land to",
     "assumption: vn_zones, small firms lack the means; range 10-50"},
    {"rent_frac", FIELD_REAL, "1", "0.05", 0.0, 1.0, AT(rent_frac), NULL, 0, "",
     "Land and rent over sales where costs are the national mean",
     "assumption: a few per cent of sales; range 0.02-0.08"},
    {"zone_saving_frac", FIELD_REAL, "1", "0.005", 0.0, 0.5, AT(zone_saving_frac), NULL, 0, "",
     "Rent, power and roads saved in a zone over sales",
     "assumption: vn_land_rental, little otherwise (cluster_zone_01); range 0-0.02"},
    {"move_cost_frac", FIELD_REAL, "1", "0.1", 0.0, 1.0, AT(move_cost_frac), NULL, 0, "",
     "Fixed assets lost in a move", "assumption: part of what cannot be taken along; range 0.05-0.3"},
    {"tie_log", FIELD_REAL, "1", "0.02", 1e-4, 10.0, AT(tie_log), NULL, 0, "",
     "Mean worth of staying among known customers and kin, exponential over firms and years, shares of sales",
     "assumption: few firms follow small gains; range 0.005-0.1"},
};
#undef AT
const int location_fields_n = sizeof location_fields / sizeof location_fields[0];

// Indices of STREAM_RELOCATION.
enum move_draw { MOVE_LOOK, MOVE_PLACE };

// Saved a year by moving, in shares of sales: the wage share falls where a worker sells more; rent; a zone.
static double saving(const struct model *model, const struct world *world, int64_t row, int to, int zone)
{
    const struct location *p = &model->location;
    const struct firm *f = &world->firm;
    const struct region *here = &model->region[f->region[row]], *there = &model->region[to];
    return p->rent_frac * vmath_log(there->sales_factor / here->sales_factor) +
           p->rent_frac * (here->cost_factor - there->cost_factor) +
           p->zone_saving_frac * (double)(zone - f->zone[row]);
}

double location_gain(const struct model *model, const struct world *world, int64_t row, int to, int zone)
{
    // fixed assets left behind, in shares of a year's sales, spread over five years (assumption: the horizon
    // of a lease; range 3-10)
    const double months = model->sector[world->firm.sector[row]].capital_months;
    const double cost = model->location.move_cost_frac * months / 12.0 / 5.0;
    return saving(model, world, row, to, zone) - cost;
}

// The region where a place is offered: where land in zones is, or where firms are.
static int offered(const struct model *model, int zone, double u)
{
    double below = 0.0;
    for (int r = 0; r < model->regions_n - 1; r++) {
        below += zone ? model->region[r].zone_share : model->region[r].entry_share;
        if (u < below)
            return r;
    }
    return model->regions_n - 1;
}

struct location_context {
    const struct model *model;
    const struct world *world;
};

// A firm looks around once a year, in a month of its own. The flag is 1 + 2 * region + zone of where it
// moves.
static void location_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct location_context *c = context;
    const struct model *model = c->model;
    const struct world *w = c->world;
    const struct location *p = &model->location;
    const struct firm *f = &w->firm;
    (void)block;
    for (int64_t r = begin; r < end; r++) {
        w->scratch.flag[r] = 0;
        if (f->status[r] != STATUS_OPERATING || f->ownership[r] == OWNERSHIP_STATE ||
            rng_hash((uint64_t)f->ancestor[r]) % 12 != (uint64_t)w->climate.month_of_year)
            continue;
        double u, v, place, stay;
        rng_uniforms(w->rng, &f->ancestor[r], 1, world_purpose(w, STREAM_RELOCATION, MOVE_LOOK), &u, &v);
        const int land = model->sector[f->sector[r]].manufacturing && !f->zone[r] &&
                         f->workers[r] >= p->zone_workers_min && v < p->zone_look_per_year;
        if (!land && u >= p->look_per_year)
            continue;
        rng_uniforms(w->rng, &f->ancestor[r], 1, world_purpose(w, STREAM_RELOCATION, MOVE_PLACE), &place,
                     &stay);
        const int to = offered(model, land, place), zone = land;
        if (to == f->region[r] && !land)
            continue;
        const double gain = location_gain(model, w, r, to, zone);
        if (gain > 0.0 && stay < 1.0 - vmath_exp(-gain / p->tie_log))
            w->scratch.flag[r] = (uint8_t)(1 + 2 * to + zone);
    }
}

// M1: a firm moves: part of its fixed assets stays behind, its margin gains what it saves.
static void move(const struct model *model, struct world *world, int64_t row, int to, int zone)
{
    const struct firm *f = &world->firm;
    const double left = vmath_round(model->location.move_cost_frac * f->capital_vnd[row]);
    f->efficiency[row] += saving(model, world, row, to, zone);
    f->capital_vnd[row] -= left;
    ledger_post(&world->ledger, CATEGORY_ASSETS_LOST, ACCOUNT_FIRMS, ACCOUNT_FIRMS,
                world_amount(world, row, left));
    f->region[row] = (uint8_t)to;
    f->zone[row] = (uint8_t)zone;
}

void location_step(const struct model *model, struct world *world)
{
    struct location_context c = {model, world};
    par_blocks(world->threads, world->firms.n, location_block, &c);
    const int64_t n = par_select(world->threads, world->firms.n, world->scratch.flag, world->scratch.rows);
    for (int64_t k = 0; k < n; k++) {
        const int64_t row = world->scratch.rows[k];
        const int where = world->scratch.flag[row] - 1;
        move(model, world, row, where / 2, where % 2);
    }
}
