// world_fixture: small worlds of Vietnam's economy without programmes (unless settings give some), months
// phase by phase, rows that a test may arrange, for the tests of models/.
#ifndef TESTS_UNIT_WORLD_FIXTURE_H
#define TESTS_UNIT_WORLD_FIXTURE_H

#include "tests/fixture.h"

struct small {
    struct model *model;
    struct world *world;
};

// Opens scenarios/economies/vietnam.yaml with `settings` (NULL at the end) on one thread; few agents and a
// short period unless they say otherwise. Close it.
static inline struct small small_open(const char *const *settings)
{
    const char *set[40] = {"run.agents=1500", "run.until=2016-12"};
    int n = 2;
    for (; settings && *settings; settings++) {
        assert_true(n < 39);
        set[n++] = *settings;
    }
    struct small s = {.model = fixture_model("economies/vietnam.yaml", set)};
    s.world = fixture_world(s.model, 0, 1);
    return s;
}

static inline void small_close(struct small s)
{
    world_free(s.world);
    free(s.model);
}

static inline void small_reserve(struct small s)
{
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    const int rc = world_reserve(s.world, err);
    error_print(err, stderr);
    assert_int_equal(rc, 0);
    free(err);
}

// Begins a month as the schedule does: room for births, no flows.
static inline void small_begin(struct small s)
{
    small_reserve(s);
    ledger_month(&s.world->ledger);
    s.world->ledger_before = s.world->ledger;
}

static inline void small_phase(struct small s, const char *name)
{
    for (int k = 0; k < schedule_n; k++)
        if (strcmp(schedule[k].name, name) == 0) {
            schedule[k].step(s.model, s.world);
            return;
        }
    fail_msg("no phase '%s'", name);
}

// Runs the month's phases from the first up to but not including `until`.
static inline void small_phases(struct small s, const char *until)
{
    for (int k = 0; k < schedule_n && strcmp(schedule[k].name, until) != 0; k++)
        schedule[k].step(s.model, s.world);
}

// Ends the month: the books must balance.
static inline void small_end(struct small s)
{
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    const int rc = world_audit(s.world, err);
    error_print(err, stderr);
    assert_int_equal(rc, 0);
    free(err);
    world_close_month(s.world);
    s.world->month++;
}

static inline void small_months(struct small s, int months)
{
    for (int m = 0; m < months; m++) {
        small_begin(s);
        small_phases(s, "");
        small_end(s);
    }
}

// The `nth` operating private row (from 0) that is neither a startup nor S&T-capable.
static inline int64_t small_row(struct small s, int nth)
{
    const struct firm *f = &s.world->firm;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING && f->ownership[r] == OWNERSHIP_PRIVATE && !f->startup[r] &&
            !f->st_capable[r] && nth-- == 0)
            return r;
    fail_msg("no such row");
    return 0;
}

static inline int small_sector(struct small s, const char *name)
{
    for (int k = 0; k < s.model->sectors_n; k++)
        if (strcmp(s.model->sector[k].name, name) == 0)
            return k;
    fail_msg("no sector '%s'", name);
    return 0;
}

// This month's flow of a category between all accounts.
static inline int64_t small_flow(struct small s, enum category category)
{
    int64_t sum = 0;
    for (int a = 0; a < ACCOUNTS_N; a++)
        for (int b = 0; b < ACCOUNTS_N; b++)
            sum += s.world->ledger.flow[category][a][b];
    return sum;
}

// weight * column, summed over all rows; the column holds whole numbers.
static inline int64_t small_sum(struct small s, const double *column)
{
    int64_t sum = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        sum += s.world->firm.weight[r] * (int64_t)column[r];
    return sum;
}

// Net cash that firms have received this month, by the ledger.
static inline int64_t small_firms_received(struct small s)
{
    int64_t sum = 0;
    for (int c = 0; c < CATEGORIES_N; c++)
        for (int a = 0; world_ledger_names.categories[c].cash && a < ACCOUNTS_N; a++)
            sum += s.world->ledger.flow[c][a][ACCOUNT_FIRMS] - s.world->ledger.flow[c][ACCOUNT_FIRMS][a];
    return sum;
}

// |a / b - 1| within `tolerance`.
static inline void assert_close(double a, double b, double tolerance)
{
    const double off = a - b, size = b < 0.0 ? -b : b;
    if (!((off < 0.0 ? -off : off) <= tolerance * size + 1e-300))
        fail_msg("%.17g is not within %g of %.17g", a, tolerance, b);
}

#endif
