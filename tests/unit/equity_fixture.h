// equity_fixture: a small economy of one region in which startups, investors and programmes live month by
// month, with the phases that they need and no others; and the checks of a fund's books. Include after
// cmocka.h.
#ifndef TESTS_UNIT_EQUITY_FIXTURE_H
#define TESTS_UNIT_EQUITY_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "models/venture_deal.h"
#include "models/venture_exit.h"
#include "models/venture_fund.h"

struct equity_fixture {
    struct model *model;
    struct world *world;
};

static const char *const equity_fixture_keys[][2] = {
    {"economy.sectors.it.firm_share", "1"},     {"economy.sectors.it.entry_share", "1"},
    {"economy.sectors.it.startup_share", "1"},  {"economy.sectors.it.st_share", "1"},
    {"economy.regions.all.firm_share", "1"},    {"economy.regions.all.entry_share", "1"},
    {"economy.regions.all.startup_share", "1"}, {"run.agents", "0"},
    {"economy.population.register_n", "3000"},  {"economy.population.foreign_n", "20"},
    {"economy.population.state_n", "10"},       {"economy.population.startups_n", "1500"},
    {"economy.population.st_capable_n", "20"},  {"economy.population.st_certified_n", "5"},
    {"economy.population.suspended_n", "10"},   {"economy.population.ceased_n", "10"},
};

// A world at its first month; `keys` are pairs of key and text that end with NULL.
static inline struct equity_fixture equity_fixture_open(const char *const *keys, int threads)
{
    struct equity_fixture fixture = {calloc(1, sizeof *fixture.model), NULL};
    struct error err = {0};
    struct config *config = config_create();
    assert_non_null(fixture.model);
    assert_non_null(config);
    for (size_t i = 0; i < sizeof equity_fixture_keys / sizeof *equity_fixture_keys; i++)
        assert_int_equal(
            config_set(config, equity_fixture_keys[i][0], equity_fixture_keys[i][1], "test", &err), 0);
    for (; keys && *keys; keys += 2)
        assert_int_equal(config_set(config, keys[0], keys[1], "test", &err), 0);
    if (model_load(fixture.model, config, &err) != 0 ||
        world_create(&fixture.world, fixture.model, 0, threads, &err) != 0) {
        error_print(&err, stderr);
        fail();
    }
    config_free(config);
    return fixture;
}

static inline void equity_fixture_close(struct equity_fixture *fixture)
{
    world_free(fixture->world);
    free(fixture->model);
}

// Room for the month and its books; the month's environment.
static inline void equity_fixture_begin(struct equity_fixture *fixture)
{
    struct error err = {0};
    assert_int_equal(world_reserve(fixture->world, &err), 0);
    ledger_month(&fixture->world->ledger);
    fixture->world->ledger_before = fixture->world->ledger;
    environment_step(fixture->model, fixture->world);
}

static inline void equity_fixture_end(struct equity_fixture *fixture)
{
    struct error err = {0};
    if (world_audit(fixture->world, &err) != 0) {
        error_print(&err, stderr);
        fail();
    }
    world_close_month(fixture->world);
    fixture->world->month++;
}

static inline void equity_fixture_month(struct equity_fixture *fixture)
{
    equity_fixture_begin(fixture);
    programme_step(fixture->model, fixture->world);
    equity_step(fixture->model, fixture->world);
    equity_fixture_end(fixture);
}

static inline void equity_fixture_run(struct equity_fixture *fixture, int months)
{
    for (int m = 0; m < months; m++)
        equity_fixture_month(fixture);
}

static inline int64_t equity_lane(const struct world *world, const int64_t *column, int partner, int64_t row)
{
    return column[partner * world->funds.capacity + row];
}

static inline bool equity_is_fund(const struct world *world, int64_t row)
{
    return world->fund.kind[row] == FUND_VENTURE || world->fund.kind[row] == FUND_ANGEL;
}

// Faults in the books of one fund.
static inline int equity_fund_faults(const struct world *world, int64_t row)
{
    const struct fund *f = &world->fund;
    int64_t cost = 0, value = f->cash_vnd[row];
    int faults = f->cash_vnd[row] < 0;
    for (int64_t i = 0; i < world->holdings.n; i++) {
        if (!world->holding.alive[i] || world->holding.fund[i] != row)
            continue;
        cost += world->holding.cost_vnd[i];
        value += world->holding.value_vnd[i];
    }
    for (int p = 0; p < PARTNERS_N; p++) {
        const int64_t called = equity_lane(world, f->called_vnd, p, row);
        const int64_t returned = equity_lane(world, f->returned_vnd, p, row);
        faults += called > equity_lane(world, f->committed_vnd, p, row);
        faults += returned > called || (!venture_fund_closed(world, row) &&
                                        returned > equity_lane(world, f->distributed_vnd, p, row));
    }
    return faults + (cost != f->outstanding_vnd[row]) + (value != f->nav_vnd[row]);
}

// Faults in the books of all funds, and of the units that limited partners hold.
static inline int equity_faults(const struct world *world)
{
    static const int account[PARTNERS_N] = {ACCOUNT_GOVERNMENT, ACCOUNT_HOUSEHOLDS, ACCOUNT_REST};
    int64_t units[PARTNERS_N] = {0};
    int faults = 0;
    for (int64_t row = 0; row < world->funds.n; row++) {
        if (!equity_is_fund(world, row))
            continue;
        faults += equity_fund_faults(world, row);
        for (int p = 0; p < PARTNERS_N; p++)
            units[p] += equity_lane(world, world->fund.called_vnd, p, row) -
                        equity_lane(world, world->fund.returned_vnd, p, row);
    }
    for (int p = 0; p < PARTNERS_N; p++)
        faults += units[p] != world->ledger.position[account[p]][CLAIM_FUND_UNITS];
    return faults;
}

// Sums over the funds of a programme (NOBODY: private funds).
static inline int64_t equity_sum(const struct world *world, int programme, const int64_t *column, int partner)
{
    int64_t sum = 0;
    for (int64_t row = 0; row < world->funds.n; row++)
        if (equity_is_fund(world, row) && world->fund.programme[row] == programme)
            sum += equity_lane(world, column, partner, row);
    return sum;
}

static inline int64_t equity_deals(const struct world *world)
{
    int64_t n = 0;
    for (int i = 0; i < 9; i++)
        n += (&world->equity.deals_n[0][0])[i];
    return n;
}

// The first operating startup.
static inline int64_t equity_startup(const struct world *world)
{
    for (int64_t row = 0; row < world->firms.n; row++)
        if (world->firm.startup[row] && world->firm.status[row] == STATUS_OPERATING)
            return row;
    fail();
    return NOBODY;
}

// Room for births outside a month.
static inline void equity_fixture_room(struct equity_fixture *fixture)
{
    struct error err = {0};
    assert_int_equal(world_reserve(fixture->world, &err), 0);
}

// A fund without fee that is open now, with VND 1000e9 committed by `public` thousandths, the rest from
// households.
static inline int64_t equity_open_fund(struct equity_fixture *fixture, int64_t thousandths, uint32_t ordinal)
{
    const struct venture_fund_terms terms = {
        .kind = FUND_VENTURE,
        .programme = NOBODY,
        .ordinal = ordinal,
        .committed_vnd = {thousandths * 1000000000, (1000 - thousandths) * 1000000000, 0},
        .skill = 0.75,
        .help = 0.5,
        .caution = 1.0,
    };
    return venture_fund_open(fixture->model, fixture->world, &terms);
}

// A holding of a fund in a startup, paid for.
static inline int64_t equity_hold(struct equity_fixture *fixture, int64_t fund, int64_t firm, int64_t cost)
{
    struct world *w = fixture->world;
    assert_int_equal(venture_fund_raise(fixture->model, w, fund, cost), cost);
    world_pay(w, CATEGORY_EQUITY_ROUND, world_fund_party(w, fund), world_firm_party(firm), cost);
    const int64_t i = table_birth(&w->holdings, w->next_id++, w->firm.ancestor[firm]);
    w->holding.fund[i] = (int16_t)fund;
    w->holding.firm[i] = firm;
    w->holding.cost_vnd[i] = w->holding.value_vnd[i] = cost;
    w->holding.sales_vnd[i] = w->firm.expected_sales_vnd[firm];
    w->holding.since[i] = (int16_t)w->month;
    w->holding.stage[i] = 1;
    w->fund.outstanding_vnd[fund] += cost;
    w->fund.invested_vnd[fund] += cost;
    w->firm.stage[firm] = 1;
    w->firm.round_month[firm] = (int16_t)w->month;
    return i;
}

#endif
