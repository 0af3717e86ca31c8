// Demand of sectors and how firms share it (equations D1-D6), under each closure;
// tests/reference/test_demand_twin.c compares every firm with a slow twin.
#include <math.h>
#include "tests/unit/world_fixture.h"

// No luck and no season: what is left is what a test sets.
#define CALM                                                                                                 \
    "closure=fixed", "economy.demand.scale_per_year=0", "economy.demand.growth_sd=0",                        \
        "economy.demand.disturbance_sd=0", "economy.demand.season_amplitude=0"
static const char *const calm[] = {CALM, NULL};

static void month_of_demand(struct small s)
{
    environment_step(s.model, s.world);
    demand_step(s.model, s.world);
}

static void the_opening_demand_is_what_firms_sell(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct firm *f = &s.world->firm;
    double sales[SECTORS_MAX] = {0}, attraction[SECTORS_MAX] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING) {
            sales[f->sector[r]] += (double)f->weight[r] * f->expected_sales_vnd[r];
            attraction[f->sector[r]] += (double)f->weight[r] * f->attraction[r];
        }
    for (int k = 0; k < s.model->sectors_n; k++) {
        const struct sector_state *sector = &s.world->sector[k];
        assert_close(sector->opening_demand_vnd, sales[k], 1e-12);
        assert_true(sector->demand_vnd == sector->opening_demand_vnd);
        assert_close(sector->attraction, attraction[k], 1e-12);
        assert_true(sector->starters_vnd == 0.0 && sector->volume == 1.0);
    }
    small_close(s);
}

// D1: real volume grows monthly with GDP, the sector's difference and formal enterprises; prices are on top.
static void demand_grows_with_the_macro_path(void **state)
{
    static const char *const path[] = {CALM, "economy.demand.formal_growth=2014: 0.05, 2015: 0", NULL};
    (void)state;
    struct small s = small_open(path);
    const int k = small_sector(s, "manufacturing");
    const double relative = s.model->sector[k].growth_relative;
    const double gdp_2014 = s.model->environment.gdp_growth.value[0],
                 gdp_2015 = s.model->environment.gdp_growth.value[1];
    double volume = 1.0;
    for (int month = 0; month < 24; month++, s.world->month++) {
        month_of_demand(s);
        volume *=
            month == 0 ? 1.0 : pow(1.0 + relative + (month < 12 ? gdp_2014 + 0.05 : gdp_2015), 1.0 / 12.0);
        const struct sector_state *sector = &s.world->sector[k];
        assert_close(sector->volume, volume, 1e-12);
        assert_close(sector->demand_vnd, sector->opening_demand_vnd * volume * s.world->climate.price_level,
                     1e-12);
    }
    small_close(s);
}

static void february_is_made_good_by_the_other_months(void **state)
{
    static const char *const season[] = {"closure=fixed", "economy.demand.disturbance_sd=0",
                                         "economy.demand.season_amplitude=0.12", NULL};
    (void)state;
    struct small s = small_open(season);
    double sum = 0.0;
    for (int month = 0; month < 12; month++, s.world->month++) {
        month_of_demand(s);
        const struct sector_state *sector = &s.world->sector[0];
        const double factor = sector->demand_index / sector->volume / s.world->climate.price_level;
        assert_close(factor, month == 1 ? 0.88 : 1.0 + 0.12 / 11.0, 1e-12);
        sum += factor;
    }
    assert_close(sum, 12.0, 1e-12);
    small_close(s);
}

static void the_disturbance_is_stationary_and_each_sector_has_its_own(void **state)
{
    static const char *const rough[] = {"run.agents=200", "run.until=2060-12",
                                        "economy.demand.disturbance_sd=0.03",
                                        "economy.demand.disturbance_persistence=0.5", NULL};
    (void)state;
    struct small s = small_open(rough);
    double square = 0.0, cross = 0.0, lag = 0.0, before = 0.0, n = 0.0;
    for (; s.world->month < 500; s.world->month++) {
        month_of_demand(s);
        const double x = s.world->sector[0].disturbance, y = s.world->sector[1].disturbance;
        if (s.world->month >= 20) {
            square += x * x;
            cross += x * y;
            lag += x * before;
            n += 1.0;
        }
        before = x;
    }
    assert_close(sqrt(square / n), 0.03, 0.12); // four standard errors of an AR(1)
    assert_close(lag / square, 0.5, 0.32);
    assert_true(fabs(cross / square) < 0.25);
    small_close(s);
}

// D2 without luck: log shares of two firms move apart by the speed times the difference of their log quality.
static void quality_wins_share_at_the_replicator_speed(void **state)
{
    static const char *const only_quality[] = {CALM, "economy.demand.efficiency_weight=0",
                                               "economy.demand.large_drag_per_year=0", NULL};
    (void)state;
    struct small s = small_open(only_quality);
    const struct firm *f = &s.world->firm;
    const int64_t a = small_row(s, 0);
    int64_t b = a + 1;
    while (f->sector[b] != f->sector[a] || f->status[b] != STATUS_OPERATING)
        b++;
    f->digital[a] = f->digital[b] = f->exporter[a] = f->exporter[b] = f->supplier[a] = f->supplier[b] = 0;
    f->startup[b] = 0;
    f->quality[a] = 0.10;
    f->quality[b] = 0.0;
    const double ratio = f->attraction[a] / f->attraction[b],
                 speed = s.model->demand.replicator_per_year / 12.0;
    month_of_demand(s);
    assert_close(log(f->attraction[a] / f->attraction[b] / ratio), speed * 0.10, 1e-9);

    f->quality[a] = 0.0; // reach counts like quality
    f->digital[a] = 2;
    f->exporter[a] = f->supplier[b] = 1;
    const struct demand *p = &s.model->demand;
    const double lead = 2.0 * p->digital_reach + p->export_reach - p->supplier_reach,
                 next = f->attraction[a] / f->attraction[b];
    s.world->month++;
    month_of_demand(s);
    assert_close(log(f->attraction[a] / f->attraction[b] / next), speed * lead, 1e-9);
    small_close(s);
}

static double growth_of(struct small s, int64_t row)
{
    const double before = s.world->firm.attraction[row];
    month_of_demand(s);
    return log(s.world->firm.attraction[row] / before);
}

// The same month twice, from a copy of the same row: what one change of the row does.
static void large_firms_lose_and_spending_startups_gain(void **state)
{
    (void)state;
    double growth[4];
    for (int k = 0; k < 4; k++) {
        struct small s = small_open(calm);
        const struct firm *f = &s.world->firm;
        const int64_t r = small_row(s, 0);
        f->log_workers[r] = k == 1 ? log(1000.0) + 2.0 : log(1000.0);
        f->startup[r] = k >= 2;
        f->cash_vnd[r] = f->expected_sales_vnd[r] * (k == 2 ? 2.0 : 0.5);
        growth[k] = growth_of(s, r);
        small_close(s);
    }
    struct small s = small_open(calm);
    const struct demand *p = &s.model->demand;
    assert_close(growth[0] - growth[1], 2.0 * p->large_drag_per_year / 12.0, 1e-9);
    assert_close(growth[2] - growth[0], p->startup_growth_per_year / 12.0, 1e-9);
    assert_close(growth[3] + 1.0, growth[0] + 1.0, 1e-12); // no cash, no push
    small_close(s);
}

// D3: the spread of a month's growth is sigma_1 L^-beta v / sqrt(12), and half the variance is taken off.
static void luck_has_the_spread_of_the_size(void **state)
{
    static const char *const luck[] = {"run.agents=12000",
                                       "economy.demand.scale_per_year=0",
                                       "economy.demand.replicator_per_year=0",
                                       "economy.demand.large_drag_per_year=0",
                                       "economy.demand.disturbance_sd=0",
                                       NULL};
    (void)state;
    struct small s = small_open(luck);
    const struct firm *f = &s.world->firm;
    double *before = malloc((size_t)s.world->firms.n * sizeof *before);
    assert_non_null(before);
    memcpy(before, f->attraction, (size_t)s.world->firms.n * sizeof *before);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->startup[r] = 0;
    month_of_demand(s);
    double sum = 0.0, square = 0.0, n = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING) {
            assert_true(f->attraction[r] == before[r]);
            continue;
        }
        const double sd = s.model->demand.growth_sd *
                          exp(-s.model->demand.growth_sd_exponent * f->log_workers[r]) * f->volatility[r] /
                          sqrt(12.0);
        const double z = log(f->attraction[r] / before[r]) / sd + 0.5 * sd;
        sum += z;
        square += z * z;
        n += 1.0;
    }
    assert_true(n > 5000.0);
    assert_true(fabs(sum / n) < 4.0 / sqrt(n));
    assert_close(square / n, 1.0, 4.0 * sqrt(2.0 / n));
    free(before);
    small_close(s);
}

// D3: a time of volatility ends in Januaries only, for the share of firms that the parameter says.
static void volatility_lasts_years(void **state)
{
    static const char *const part[] = {"run.agents=12000", "economy.demand.volatility_redraw_frac=0.25",
                                       NULL};
    (void)state;
    struct small s = small_open(part);
    const int64_t n = s.world->firms.n;
    double *before = malloc((size_t)n * sizeof *before), drawn = 0.0;
    assert_non_null(before);
    memcpy(before, s.world->firm.volatility, (size_t)n * sizeof *before);
    month_of_demand(s);
    for (int64_t r = 0; r < n; r++)
        drawn += s.world->firm.volatility[r] != before[r];
    assert_close(drawn / (double)n, 0.25, 4.0 * sqrt(0.75 / 0.25 / (double)n));
    free(before);
    small_close(s);
}

// D7: young firms below the scale grow toward it, half as fast after T_m years of trade, not above it.
static void young_firms_grow_to_their_scale(void **state)
{
    static const char *const learning[] = {CALM, "economy.demand.scale_per_year=0.12", NULL};
    static const struct {
        double workers, years;
    } firm[] = {{2.0, 0.0}, {2.0, 1.0}, {10.0, 0.0}, {50.0, 0.0}};
    (void)state;
    double growth[4];
    for (int k = 0; k < 4; k++) {
        struct small s = small_open(learning);
        const int64_t r = small_row(s, 0);
        const struct demand *p = &s.model->demand;
        s.world->firm.startup[r] = 0;
        s.world->firm.log_workers[r] = log(firm[k].workers);
        s.world->firm.first_sale_month[r] = (int16_t)(-12.0 * p->scale_years * firm[k].years);
        growth[k] = growth_of(s, r);
        small_close(s);
    }
    assert_close(growth[0] - growth[2], 0.01 * log(10.0 / 2.0), 1e-9);
    assert_close(growth[1] - growth[2], 0.005 * log(10.0 / 2.0), 1e-9);
    assert_close(growth[3] + 1.0, growth[2] + 1.0, 1e-12);
}

static void volatility_is_drawn_once_a_year(void **state)
{
    static const char *const all[] = {"economy.demand.volatility_redraw_frac=1", NULL};
    (void)state;
    struct small s = small_open(all);
    const int64_t r = small_row(s, 3);
    double seen[14];
    for (; s.world->month < 14; s.world->month++) {
        month_of_demand(s);
        seen[s.world->month] = s.world->firm.volatility[r];
        assert_true(seen[s.world->month] > 0.0);
    }
    for (int m = 1; m < 12; m++)
        assert_true(seen[m] == seen[0]);
    assert_true(seen[12] != seen[0] && seen[13] == seen[12]);
    small_close(s);
}

// Margins are AR(1) of the spread that their rows say; competitiveness of a sector is the mean of its firms',
// by attraction.
static void margins_persist_and_sectors_have_their_mean(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct production *q = &s.model->production;
    const struct demand *p = &s.model->demand;
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    f->efficiency[r] = 0.03;
    f->transitory[r] = -0.02;
    month_of_demand(s);
    double z, y, t;
    rng_normals(s.world->rng, &f->ancestor[r], 1, world_purpose(s.world, STREAM_FIRM_SHOCKS, 0), &z, &y);
    rng_normals(s.world->rng, &f->ancestor[r], 1, world_purpose(s.world, STREAM_TRANSITORY, 0), &t, NULL);
    const double rho = q->efficiency_persistence, phi = q->transitory_persistence;
    assert_close(f->efficiency[r], 0.03 * rho + q->efficiency_sd * sqrt(1.0 - rho * rho) * y, 1e-12);
    assert_close(f->transitory[r], -0.02 * phi + q->transitory_sd * sqrt(1.0 - phi * phi) * t, 1e-12);
    double sum[SECTORS_MAX] = {0}, weight[SECTORS_MAX] = {0};
    for (int64_t k = 0; k < s.world->firms.n; k++) {
        if (f->status[k] != STATUS_OPERATING)
            continue;
        const double share = (double)f->weight[k] * f->attraction[k];
        weight[f->sector[k]] += share;
        const double practice =
            s.model->production.management_cost * (f->management[k] - s.model->capability.management_mean);
        sum[f->sector[k]] += share * (p->efficiency_weight * (f->efficiency[k] + practice) + f->quality[k] +
                                      p->digital_reach * f->digital[k] + p->export_reach * f->exporter[k] +
                                      p->supplier_reach * f->supplier[k]);
    }
    for (int k = 0; k < s.model->sectors_n; k++)
        assert_true(fabs(s.world->sector[k].competitiveness - sum[k] / weight[k]) < 1e-12);
    small_close(s);
}

static double offered(const struct world *world, int sector)
{
    const struct firm *f = &world->firm;
    const struct sector_state *s = &world->sector[sector];
    double sum = 0.0;
    for (int64_t r = 0; r < world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING && f->sector[r] == sector)
            sum += (double)f->weight[r] * f->attraction[r] * s->demand_vnd / s->attraction;
    return sum;
}

// A firm that stops leaves its demand to the others: demand is the same and all of it is offered.
static void who_stops_leaves_demand_to_the_others(void **state)
{
    (void)state;
    struct small s = small_open(calm), t = small_open(calm);
    const int64_t r = small_row(s, 0);
    const int k = s.world->firm.sector[r];
    t.world->firm.status[r] = STATUS_CEASED;
    month_of_demand(s);
    month_of_demand(t);
    assert_true(s.world->sector[k].demand_vnd == t.world->sector[k].demand_vnd);
    assert_true(t.world->sector[k].attraction < s.world->sector[k].attraction);
    assert_close(offered(s.world, k), s.world->sector[k].demand_vnd, 1e-12);
    assert_close(offered(t.world, k), t.world->sector[k].demand_vnd, 1e-12);
    small_close(s);
    small_close(t);
}

// Who joins brings part of its sales as new demand, which later grows with the sector's index.
static void who_joins_brings_part_of_its_sales(void **state)
{
    (void)state;
    struct small s = small_open(calm);
    month_of_demand(s);
    s.world->month++;
    month_of_demand(s);
    const int64_t r = small_row(s, 0);
    const int k = s.world->firm.sector[r];
    const struct sector_state before = s.world->sector[k];
    const double sales = (double)s.world->firm.weight[r] * s.world->firm.expected_sales_vnd[r];
    demand_join(s.world, r, 0.4);
    const struct sector_state *after = &s.world->sector[k];
    assert_close(after->demand_vnd - before.demand_vnd, 0.4 * sales, 1e-9);
    assert_close(after->starters_vnd, 0.4 * sales / before.demand_index, 1e-12);
    assert_close(after->attraction - before.attraction,
                 (double)s.world->firm.weight[r] * s.world->firm.attraction[r], 1e-9);
    s.world->month++;
    month_of_demand(s);
    assert_close(after->demand_vnd,
                 (before.opening_demand_vnd + 0.4 * sales / before.demand_index) * after->demand_index,
                 1e-12);
    small_close(s);
}

// ---- closures -----------------------------------------------------------------------------------

// A sector of a calm economy in which a few firms get a lead in quality after a month, as a policy would give
// them; and its twin without the lead. What the leaders gain and the others lose of demand in `months`.
struct stolen {
    double gained, lost;
    bool untouched; // every rival's attraction and demand has the same bits as in the twin
};

static double offer(const struct world *w, int64_t r)
{
    const struct sector_state *s = &w->sector[w->firm.sector[r]];
    return (double)w->firm.weight[r] * w->firm.attraction[r] * (s->demand_vnd / s->attraction);
}

static void month_of_markets(struct small s)
{
    environment_step(s.model, s.world);
    labour_step(s.model, s.world);
    demand_step(s.model, s.world);
    s.world->month++;
}

static struct stolen steal(const char *closure, int months)
{
    const char *const set[] = {CALM,
                               closure,
                               "economy.demand.frontier_gain=0",
                               "economy.demand.frontier_catch_up_per_year=0",
                               "economy.production.efficiency_sd=0",
                               NULL};
    struct small s = small_open(set), twin = small_open(set);
    const int k = small_sector(s, "manufacturing");
    const struct firm *f = &s.world->firm;
    struct stolen stolen = {.untouched = true};
    month_of_markets(s);
    month_of_markets(twin);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->sector[r] == k && r % 10 == 0)
            f->quality[r] += 0.1;
    for (int m = 0; m < months; m++) {
        month_of_markets(s);
        month_of_markets(twin);
    }
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING || f->sector[r] != k)
            continue;
        const double more = offer(s.world, r) - offer(twin.world, r);
        stolen.gained += r % 10 == 0 ? more : 0.0;
        stolen.lost -= r % 10 == 0 ? 0.0 : more;
        if (r % 10 != 0 &&
            (f->attraction[r] != twin.world->firm.attraction[r] || fabs(more) > 1e-12 * offer(twin.world, r)))
            stolen.untouched = false;
    }
    small_close(s);
    small_close(twin);
    return stolen;
}

// Fixed: what some gain others lose, one for one. Elastic: part of it comes from imports and exports. Open:
// from nobody at home.
static void closures_differ_in_whom_a_gain_is_taken_from(void **state)
{
    (void)state;
    const struct stolen fixed = steal("closure=fixed", 12), elastic = steal("closure=elastic", 12),
                        open = steal("closure=open", 12);
    assert_true(fixed.gained > 0.0 && elastic.gained > 0.0 && open.gained > 0.0);
    assert_close(fixed.lost, fixed.gained, 1e-6);
    assert_true(elastic.lost < 0.8 * elastic.gained);
    assert_true(open.untouched && fabs(open.lost) < 1e-9 * open.gained);
    assert_true(!fixed.untouched && !elastic.untouched);
}

// D6: a lead of a tenth raises demand by the elasticities of exports and of the home market's imports.
static void elastic_demand_follows_the_lead_over_foreign_rivals(void **state)
{
    static const char *const set[] = {CALM,
                                      "closure=elastic",
                                      "economy.demand.income_elasticity=0.5",
                                      "economy.demand.substitution_elasticity=2",
                                      "economy.demand.export_elasticity=4",
                                      "economy.sectors.manufacturing.export_frac=0.5",
                                      "economy.sectors.manufacturing.import_frac=0.3",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const int k = small_sector(s, "manufacturing");
    struct sector_state *sector = &s.world->sector[k];
    month_of_demand(s);
    s.world->month++;
    month_of_demand(s);
    s.world->month++;
    const double lead = 0.1, income = 0.04, kappa = s.model->demand.frontier_catch_up_per_year / 12.0;
    struct sector_state before = *sector;
    const double years = 12.0 * s.model->demand.frontier_years,
                 gain = s.model->demand.frontier_gain * (exp(-1.0 / years) - exp(-2.0 / years));
    sector->competitiveness = (before.frontier + gain) + lead / (1.0 - kappa); // after a month's catching up
    s.world->labour.income = income;
    month_of_demand(s);
    const double path =
        (before.opening_demand_vnd + before.starters_vnd) * sector->volume * s.world->climate.price_level;
    assert_close(log(sector->demand_vnd / path), (0.5 * 4.0 + 0.5 * 0.3 * 2.0) * lead + 0.5 * 0.5 * income,
                 1e-9);
    small_close(s);
}

// D5: a lead that lasts is made good at the speed of catching up; without it, the frontier has its own gain.
static void foreign_rivals_catch_up(void **state)
{
    static const char *const set[] = {CALM, "closure=elastic", "economy.demand.frontier_gain=0",
                                      "economy.demand.frontier_catch_up_per_year=1.2", NULL};
    (void)state;
    struct small s = small_open(set);
    struct sector_state *sector = &s.world->sector[0];
    month_of_demand(s);
    assert_true(sector->frontier == sector->competitiveness);
    const double start = sector->frontier;
    for (int m = 1; m <= 6; m++) {
        s.world->month++;
        sector->competitiveness = start + 0.2;
        month_of_demand(s);
        assert_close(start + 0.2 - sector->frontier, 0.2 * pow(0.9, m), 1e-9);
    }
    small_close(s);
}

// Wages off their path make a region's firms dearer by phi times their share of unit cost, and slower to
// grow.
static void dear_labour_costs_market_share(void **state)
{
    static const char *const set[] = {CALM, "economy.demand.efficiency_weight=0.5", NULL};
    (void)state;
    double growth[2];
    for (int k = 0; k < 2; k++) {
        struct small s = small_open(set);
        const int64_t r = small_row(s, 0);
        s.world->labour.dearer[s.world->firm.sector[r]][s.world->firm.region[r]] = k ? 0.02 : 0.0;
        growth[k] = growth_of(s, r);
        small_close(s);
    }
    assert_close(growth[0] - growth[1], 0.5 * 0.02 * 1.0 / 12.0, 1e-9);
}

// Under the open closure who starts brings all it sells, and who stops takes it along.
static void open_markets_inherit_nothing(void **state)
{
    static const char *const set[] = {CALM, "closure=open", NULL};
    (void)state;
    struct small s = small_open(set), t = small_open(set);
    const int64_t r = small_row(s, 0);
    const int k = s.world->firm.sector[r];
    month_of_demand(s);
    month_of_demand(t);
    const double lost = offer(t.world, r);
    t.world->firm.status[r] = STATUS_CEASED;
    s.world->month++, t.world->month++;
    month_of_demand(s);
    month_of_demand(t);
    const double demand[] = {s.world->sector[k].demand_vnd, t.world->sector[k].demand_vnd};
    assert_close(demand[0] - demand[1], offer(s.world, r), 1e-6);
    assert_true(lost > 0.0);
    demand_join(s.world, r, 0.4);
    assert_close(s.world->sector[k].demand_vnd - demand[0],
                 (double)s.world->firm.weight[r] * s.world->firm.expected_sales_vnd[r], 1e-6);
    small_close(s);
    small_close(t);
}

// The reference path is the same under the fixed and the elastic closure, draws and all.
static void closures_share_the_macro_path(void **state)
{
    static const char *const fixed[] = {"closure=fixed", "run.agents=600", NULL}, *const elastic[] = {
                                                                                      "closure=elastic",
                                                                                      "run.agents=600", NULL};
    (void)state;
    struct small s = small_open(fixed), t = small_open(elastic);
    small_months(s, 20);
    small_months(t, 20);
    for (int k = 0; k < s.model->sectors_n; k++) {
        assert_true(s.world->sector[k].volume == t.world->sector[k].volume);
        assert_true(s.world->sector[k].disturbance == t.world->sector[k].disturbance);
        assert_close(t.world->sector[k].demand_vnd, s.world->sector[k].demand_vnd, 0.15);
    }
    assert_true(s.world->climate.wage_vnd == t.world->climate.wage_vnd);
    small_close(s);
    small_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_opening_demand_is_what_firms_sell),
        cmocka_unit_test(demand_grows_with_the_macro_path),
        cmocka_unit_test(february_is_made_good_by_the_other_months),
        cmocka_unit_test(the_disturbance_is_stationary_and_each_sector_has_its_own),
        cmocka_unit_test(quality_wins_share_at_the_replicator_speed),
        cmocka_unit_test(large_firms_lose_and_spending_startups_gain),
        cmocka_unit_test(luck_has_the_spread_of_the_size),
        cmocka_unit_test(volatility_is_drawn_once_a_year),
        cmocka_unit_test(volatility_lasts_years),
        cmocka_unit_test(young_firms_grow_to_their_scale),
        cmocka_unit_test(margins_persist_and_sectors_have_their_mean),
        cmocka_unit_test(who_stops_leaves_demand_to_the_others),
        cmocka_unit_test(who_joins_brings_part_of_its_sales),
        cmocka_unit_test(closures_differ_in_whom_a_gain_is_taken_from),
        cmocka_unit_test(elastic_demand_follows_the_lead_over_foreign_rivals),
        cmocka_unit_test(foreign_rivals_catch_up),
        cmocka_unit_test(dear_labour_costs_market_share),
        cmocka_unit_test(open_markets_inherit_nothing),
        cmocka_unit_test(closures_share_the_macro_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
