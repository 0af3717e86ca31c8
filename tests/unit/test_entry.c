// Who registers: founders and household businesses from keyed lists, spin-offs (equations E1-E4).
#include <math.h>
#include "tests/unit/world_fixture.h"

enum { DRAW_SIZE = 1, DRAW_AT_ONCE = 2 };                           // indices of STREAM_STATUS
enum { DECISION_HOUSEHOLD_SIZE = 1, DECISION_HOUSEHOLD_NEEDS = 2 }; // of STREAM_ENTRANT_DECISION

// Nobody registers but whom a test lets in.
#define NOBODY_ELSE                                                                                          \
    "economy.entry.spin_off_per_year=0", "economy.entry.spin_off_closing_frac=0",                            \
        "economy.entry.household_plan_frac=0", "economy.entry.entries_per_year=0",                           \
        "economy.entry.foreign_entries_per_year=0", "economy.entry.startup_entries_per_year=0",              \
        "economy.entry.st_entries_per_year=0"

static int64_t find(const struct world *world, int64_t id)
{
    for (int64_t r = 0; r < world->firms.n; r++)
        if (world->firm.id[r] == id)
            return r;
    return -1;
}

static void enter(struct small s)
{
    small_begin(s);
    environment_step(s.model, s.world);
    entry_step(s.model, s.world);
}

// Months of registrations alone.
static void enter_months(struct small s, int months)
{
    for (int m = 0; m < months; m++, s.world->month++)
        enter(s);
}

// ---- lists --------------------------------------------------------------------------------------

// Every entrant of one world is in the other too, with the same traits; returns how many more are there.
static int64_t expect_subset(struct small s, struct small t, int64_t opening)
{
    const struct firm *f = &s.world->firm, *g = &t.world->firm;
    for (int64_t r = opening; r < s.world->firms.n; r++) {
        const int64_t q = find(t.world, f->id[r]);
        assert_true(q >= 0);
        assert_int_equal(f->ancestor[r], g->ancestor[q]);
        assert_true(f->ability[r] == g->ability[q] && f->propensity[r] == g->propensity[q] &&
                    f->productivity[r] == g->productivity[q]);
        assert_true(f->region[r] == g->region[q] && f->sector[r] == g->sector[q] &&
                    f->birth_month[r] == g->birth_month[q]);
        assert_true(f->status[r] == g->status[q] && f->weight[r] == g->weight[q] &&
                    f->origin[r] == g->origin[q]);
    }
    return t.world->firms.n - s.world->firms.n;
}

// More potential founders add entrants and leave those that come anyway as they are; each stands in the list
// of its cell and month.
static void longer_lists_add_to_the_same_entrants(void **state)
{
    static const char *const usual[] = {"run.agents=6000", "economy.entry.entries_per_year=60000", NULL};
    static const char *const more[] = {"run.agents=6000", "economy.entry.entries_per_year=90000", NULL};
    (void)state;
    struct small s = small_open(usual), t = small_open(more);
    const int64_t opening = s.world->firms.n;
    enter_months(s, 2);
    enter_months(t, 2);
    assert_true(s.world->firms.n > opening + 50);
    assert_true(expect_subset(s, t, opening) > 10);
    const struct firm *f = &s.world->firm;
    for (int64_t r = opening; r < s.world->firms.n; r++) {
        if (f->origin[r] == ORIGIN_SPIN_OFF)
            continue;
        const int stratum =
            f->weight[r] == s.world->agent_weight[STRATUM_COMMON] ? STRATUM_COMMON : STRATUM_RARE;
        const int64_t first = population_key(f->birth_month[r] + 1, stratum, f->region[r], f->sector[r], 0);
        assert_in_range(f->id[r] - first, 0, (1 << 24) - 1);
    }
    small_close(s);
    small_close(t);
}

struct mean {
    double n, ability, means;
};

static struct mean mean_of(struct small s, int64_t from, const struct world *without)
{
    const struct firm *f = &s.world->firm;
    struct mean m = {0};
    for (int64_t r = from; r < s.world->firms.n; r++) {
        if (f->origin[r] != ORIGIN_NEW || (without && find(without, f->id[r]) >= 0))
            continue;
        m.n += 1.0;
        m.ability += f->ability[r];
        m.means += demography_means(s.world, f->ancestor[r]);
    }
    m.ability /= m.n;
    m.means /= m.n;
    return m;
}

// A month in which a reform has moved the days of registration: the same founders come, and others besides,
// who are less able and have smaller means.
static void a_reform_changes_who_enters(void **state)
{
    static const char *const set[] = {"run.agents=40000", NULL};
    (void)state;
    struct small s = small_open(set), t = small_open(set);
    const int64_t opening = s.world->firms.n;
    for (int m = 0; m < 4; m++, s.world->month++, t.world->month++) {
        small_begin(s);
        small_begin(t);
        environment_step(s.model, s.world);
        environment_step(t.model, t.world);
        t.world->institutions.entry_days = 3.0;
        t.world->institutions.entry_fee_vnd *= 0.2;
        entry_step(s.model, s.world);
        entry_step(t.model, t.world);
    }
    assert_true(expect_subset(s, t, opening) > 100);
    const struct mean before = mean_of(s, opening, NULL), added = mean_of(t, opening, s.world);
    assert_true(added.n > 100.0);
    assert_true(added.ability < before.ability - 0.1);
    assert_true(added.means < before.means - 0.1);
    assert_true(fabs(before.ability) < 0.12); // ability counts from those who register at the opening
    small_close(s);
    small_close(t);
}

static void what_registering_is_worth(void **state)
{
    static const char *const set[] = {"economy.entry.ability_gain=0.5",
                                      "economy.entry.burden_frac=0.4",
                                      "economy.entry.means_exponent=0.3",
                                      "economy.entry.failure_frac=0.1",
                                      "economy.entry.visa_frac=0.2",
                                      "economy.entry.day_vnd=1e6",
                                      "economy.entry.days=2014: 30",
                                      "economy.entry.fee_vnd=2014: 10e6",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    struct institutions now = s.world->institutions;
    const struct model *m = s.model;
    assert_close(entry_gain(m, &now, ENTRANT_COMMON, 0.0, 0.0), 1.0 - 0.4 - 0.1, 1e-12);
    assert_close(entry_gain(m, &now, ENTRANT_COMMON, 1.0, -2.0), exp(0.5) - 0.4 * exp(0.6) - 0.1, 1e-12);
    assert_close(entry_gain(m, &now, ENTRANT_FOREIGN, 0.0, 0.0), 1.0 - 0.4 - 0.1 - 0.2, 1e-12);
    assert_true(entry_gain(m, &now, ENTRANT_COMMON, -3.0, -3.0) == 0.0); // never below 0
    now.entry_days = 10.0;
    now.entry_fee_vnd = 0.0; // 10 of the opening's 40 million
    assert_close(entry_gain(m, &now, ENTRANT_COMMON, 0.0, 0.0), 1.0 - 0.1 - 0.1, 1e-12);
    now.insolvency_months *= 0.5;
    now.failure_fear = 0.6;
    assert_close(entry_gain(m, &now, ENTRANT_STARTUP, 0.0, 0.0), 1.0 - 0.1 - 0.03, 1e-12);
    now.visa_barrier = 0.0;
    assert_close(entry_gain(m, &now, ENTRANT_FOREIGN, 0.0, 0.0), 1.0 - 0.1 - 0.03, 1e-12);
    small_close(s);
}

// The year's value is January's; between two Januaries the path is a straight line; at its ends it is level.
static void institutions_follow_their_path(void **state)
{
    static const char *const set[] = {"economy.entry.days=2014: 34, 2015: 34, 2016: 22",
                                      "economy.environment.insolvency_months=50", NULL};
    static const double expected[][2] = {{0, 34}, {12, 34}, {18, 28}, {24, 22}, {35, 22}};
    (void)state;
    struct small s = small_open(set);
    for (size_t k = 0; k < sizeof expected / sizeof expected[0]; k++) {
        s.world->month = (int64_t)expected[k][0];
        environment_step(s.model, s.world);
        assert_close(s.world->institutions.entry_days, expected[k][1], 1e-12);
    }
    assert_true(s.world->institutions.insolvency_months == 50.0);
    assert_true(entry_days_opening(s.model) == 34.0);
    small_close(s);
}

// ---- numbers ------------------------------------------------------------------------------------

static int kind_of(const struct firm *f, int64_t r)
{
    return f->origin[r] == ORIGIN_HOUSEHOLD       ? 4
           : f->ownership[r] == OWNERSHIP_FOREIGN ? 1
           : f->startup[r]                        ? 2
           : f->st_capable[r]                     ? 3
                                                  : 0;
}

// Enterprises that enter, by kind; at the activity and institutions of the opening their yearly numbers.
static void registrations_come_at_their_rate(void **state)
{
    static const char *const set[] = {"run.agents=20000",
                                      "economy.entry.spin_off_per_year=0",
                                      "economy.entry.startup_entry_growth=0",
                                      "economy.entry.days=2014: 30",
                                      "economy.entry.fee_vnd=2014: 5e6",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct entry *p = &s.model->entry;
    double n[5] = {0};
    for (int m = 0; m < 36; m++, s.world->month++) {
        const int64_t first = s.world->firms.n, most = entry_max(s.model, s.world);
        enter(s);
        assert_true(s.world->firms.n - first <= most);
        for (int64_t r = first; r < s.world->firms.n; r++) {
            assert_int_equal(s.world->firm.birth_month[r], m);
            n[kind_of(&s.world->firm, r)] += (double)s.world->firm.weight[r] / 3.0;
        }
        s.world->climate.entry_factor = 1.0;
    }
    assert_close(n[0], p->entries_per_year, 0.03);
    assert_close(n[1], p->foreign_entries_per_year, 0.05);
    assert_close(n[2], p->startup_entries_per_year, 0.08);
    assert_close(n[3], p->st_entries_per_year, 0.1);
    assert_true(n[4] > 0.01 * n[0] && n[4] < 0.5 * n[0]);
    small_close(s);
}

// Founders follow the activity of their sector, founders of startups a list that grows, all the month's
// shock.
static void registrations_follow_activity_and_shocks(void **state)
{
    static const char *const set[] = {"run.agents=60000",
                                      "economy.entry.activity_elasticity=2",
                                      "economy.entry.startup_entry_growth=0.2",
                                      "economy.entry.days=2014: 30",
                                      "economy.entry.fee_vnd=2014: 5e6",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct entry *p = &s.model->entry;
    const int trade = small_sector(s, "trade");
    double common[2] = {0}, startups = 0.0, expected_startups = 0.0;
    s.world->sector[trade].volume = 1.2;
    s.world->climate.entry_factor = 0.5;
    for (s.world->month = 24; s.world->month < 36; s.world->month++) {
        small_begin(s);
        const int64_t first = s.world->firms.n;
        entry_step(s.model, s.world);
        for (int64_t r = first; r < s.world->firms.n; r++) {
            const double w = (double)s.world->firm.weight[r];
            startups += kind_of(&s.world->firm, r) == 2 ? w : 0.0;
            if (kind_of(&s.world->firm, r) == 0 && s.world->firm.origin[r] == ORIGIN_NEW)
                common[s.world->firm.sector[r] == trade] += w;
        }
        expected_startups +=
            0.5 * p->startup_entries_per_year / 12.0 * pow(1.2, (double)s.world->month / 12.0);
    }
    const double share = s.model->sector[trade].entry_share;
    assert_close(common[1], 0.5 * 1.44 * p->entries_per_year * share, 0.05);
    assert_close(common[0], 0.5 * p->entries_per_year * (1.0 - share), 0.05);
    assert_close(startups, expected_startups, 0.1);
    small_close(s);
}

// A shock may multiply registrations tenfold from nothing: room is made in time.
static void a_jump_of_registrations_finds_room(void **state)
{
    static const char *const jump[] = {"run.agents=6000", "economy.entry.entries_per_year=300000", NULL};
    (void)state;
    struct small s = small_open(jump);
    small_begin(s);
    environment_step(s.model, s.world);
    s.world->climate.entry_factor = 10.0;
    const int64_t first = s.world->firms.n, most = entry_max(s.model, s.world);
    entry_step(s.model, s.world);
    assert_true(s.world->firms.n > first + 500 && s.world->firms.n - first <= most);
    small_end(s);
    small_close(s);
}

static void entrants_trade_at_once_or_wait(void **state)
{
    static const char *const set[] = {"run.agents=12000", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct demography *p = &s.model->demography;
    const int64_t first = s.world->firms.n;
    enter(s);
    const struct firm *f = &s.world->firm;
    int traders = 0;
    for (int64_t r = first; r < s.world->firms.n; r++) {
        if (f->origin[r] == ORIGIN_HOUSEHOLD)
            continue;
        const double u = rng_uniform(s.world->rng, (uint64_t)f->ancestor[r],
                                     (struct rng_purpose){0, STREAM_STATUS, DRAW_AT_ONCE});
        const double sunk = pow(s.model->sector[f->sector[r]].capital_months / 3.0, p->start_sunk_exponent);
        const bool trades = u < p->start_at_once_frac * sunk;
        assert_int_equal(f->status[r], trades ? STATUS_OPERATING : STATUS_UNTRADING);
        assert_int_equal(f->first_sale_month[r], trades ? 1 : NEVER);
        assert_true((f->cash_vnd[r] > 0.0) == trades && (f->workers[r] >= 1.0) == trades);
        const double z = rng_normal(s.world->rng, (uint64_t)f->ancestor[r],
                                    (struct rng_purpose){0, STREAM_STATUS, DRAW_SIZE});
        const double special = f->ownership[r] == OWNERSHIP_FOREIGN ? p->start_workers_special
                               : f->st_capable[r]                   ? sqrt(p->start_workers_special)
                                                                    : 1.0;
        const double drawn = p->start_workers_median * special * exp(p->start_workers_log_sd * z);
        assert_true(!trades || fabs(f->workers[r] / fmax(drawn, 1.0) - 1.0) < 1e-12);
        traders += trades;
    }
    assert_true(traders > 20);
    small_end(s);
    small_close(s);
}

// ---- households ---------------------------------------------------------------------------------

static void what_a_household_gains(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct entry *p = &s.model->entry;
    const struct climate *c = &s.world->climate;
    const struct household plain = {4.0, 0.5, 0, 0}, all = {4.0, 0.5, 1, 1};
    const double revenue = 4.0 * p->household_revenue_vnd, profit = revenue * p->household_margin_frac;
    const double registering =
        s.world->institutions.entry_fee_vnd + s.world->institutions.entry_days * p->day_vnd;
    const double net = p->formal_growth_frac * profit * exp(0.5 * p->ability_gain) -
                       (c->tax_rate_small * p->formal_reported_frac * profit - p->household_tax_vnd) -
                       p->formal_compliance_vnd - registering / p->formal_years;
    assert_close(entry_household_net_vnd(s.model, s.world, &plain), net, 1e-12);
    assert_close(entry_household_net_vnd(s.model, s.world, &all),
                 net + p->formal_buyer_frac * profit +
                     revenue / 12.0 * p->formal_loan_months * (p->formal_informal_rate - c->bank_rate),
                 1e-12);
    s.world->climate.tax_rate_small = 0.0;
    assert_true(entry_household_net_vnd(s.model, s.world, &plain) > net);
    small_close(s);
}

// Household businesses that register leave the pool, go on trading with the workers they had, and are larger
// than most: books and taxes cost the small ones more than they gain.
static void larger_households_formalise_and_leave_the_pool(void **state)
{
    static const char *const set[] = {"run.agents=40000", "economy.entry.household_growth=0", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct entry *p = &s.model->entry;
    const struct firm *f = &s.world->firm;
    int64_t before = 0, after = 0, formalised = 0;
    double workers = 0.0, n = 0.0;
    for (int k = 0; k < s.model->regions_n; k++)
        before += s.world->household_n[k];
    assert_close((double)before, p->household_n, 1e-6);
    const int64_t first = s.world->firms.n;
    enter_months(s, 6);
    for (int64_t r = first; r < s.world->firms.n; r++) {
        if (f->origin[r] != ORIGIN_HOUSEHOLD)
            continue;
        const double z =
            rng_normal(s.world->rng, (uint64_t)f->ancestor[r],
                       (struct rng_purpose){0, STREAM_ENTRANT_DECISION, DECISION_HOUSEHOLD_SIZE});
        assert_close(f->workers[r],
                     fmax(p->household_workers_median * exp(p->household_workers_log_sd * z), 1.0), 1e-12);
        assert_true(f->status[r] == STATUS_OPERATING && !f->startup[r] && !f->st_capable[r] &&
                    f->ownership[r] == OWNERSHIP_PRIVATE);
        formalised += f->weight[r];
        workers += f->workers[r];
        n += 1.0;
    }
    for (int k = 0; k < s.model->regions_n; k++)
        after += s.world->household_n[k];
    assert_true(n > 30.0);
    assert_int_equal(before - after, formalised);
    assert_true(workers / n > 2.0 * p->household_workers_median);
    small_close(s);
}

// Cheaper books bring more households in, and all those that came before.
static void cheaper_books_formalise_more(void **state)
{
    static const char *const usual[] = {NOBODY_ELSE, "economy.entry.household_plan_frac=0.4", NULL};
    static const char *const cheap[] = {NOBODY_ELSE, "economy.entry.household_plan_frac=0.4",
                                        "economy.entry.formal_compliance_vnd=10e6", NULL};
    (void)state;
    struct small s = small_open(usual), t = small_open(cheap);
    const int64_t opening = s.world->firms.n;
    enter_months(s, 12);
    enter_months(t, 12);
    assert_true(s.world->firms.n > opening + 20);
    assert_true(expect_subset(s, t, opening) > 10);
    small_close(s);
    small_close(t);
}

// ---- spin-offs ----------------------------------------------------------------------------------

// Only firms of some size that innovate or close this month have spin-offs; these know part of what the
// parent knows and follow from its draw key, also if a programme has split the parent.
static void spin_offs_come_from_parents(void **state)
{
    static const char *const set[] = {NOBODY_ELSE,
                                      "economy.entry.spin_off_per_year=1",
                                      "economy.entry.spin_off_closing_frac=0.5",
                                      "economy.entry.spin_off_inherited_frac=1",
                                      "run.agents=12000",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t first = s.world->firms.n, split = small_row(s, 0);
    small_begin(s);
    int64_t parents = 0, key[64], parent[64];
    for (int64_t r = 0; r < first; r++) {
        f->innovating_bits[r] = r % 40 == 0 || r == split;
        f->status[r] = r % 200 == 1 ? STATUS_CEASED : f->status[r];
        f->status_month[r] = r % 200 == 1 ? 0 : f->status_month[r];
        f->workers[r] = r % 80 == 40 && r != split ? 9.9 : 12.0;
    }
    for (int64_t r = 0; r < first; r++) {
        const bool closes = r % 200 == 1,
                   may = closes || (f->status[r] == STATUS_OPERATING && f->innovating_bits[r]);
        const double u =
            rng_uniform(s.world->rng, (uint64_t)f->ancestor[r], world_purpose(s.world, STREAM_SPIN_OFF, 0));
        if (may && f->workers[r] >= 10.0 && u < (closes ? 0.5 : 1.0 / 12.0) && parents < 64)
            parent[parents++] = r;
    }
    assert_in_range(parents, 10, 63);
    entry_step(s.model, s.world);
    assert_int_equal(s.world->firms.n - first, parents);
    for (int64_t k = 0; k < parents; k++) {
        const int64_t r = first + k, q = parent[k];
        assert_true(f->origin[r] == ORIGIN_SPIN_OFF && f->weight[r] == f->weight[q] &&
                    f->sector[r] == f->sector[q] && f->region[r] == f->region[q]);
        assert_true(f->ability[r] == f->ability[q] && f->skills[r] == f->skills[q] &&
                    f->management[r] == f->management[q]);
        assert_true(f->id[r] >= (int64_t)1 << 51 && f->id[r] == f->ancestor[r]);
        key[k] = f->id[r];
        for (int64_t i = 0; i < k; i++)
            assert_true(key[i] != key[k]);
    }
    small_close(s);
}

static void a_split_parent_has_spin_offs_with_one_luck(void **state)
{
    static const char *const set[] = {NOBODY_ELSE, "economy.entry.spin_off_closing_frac=1",
                                      "economy.entry.spin_off_inherited_frac=0.5", NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    small_begin(s);
    const int64_t part = world_split(s.world, r, 1), first = s.world->firms.n;
    f->workers[r] = f->workers[part] = 20.0;
    f->status[r] = f->status[part] = STATUS_CEASED;
    f->status_month[r] = f->status_month[part] = 0;
    entry_step(s.model, s.world);
    assert_int_equal(s.world->firms.n - first, 2);
    assert_true(f->id[first] != f->id[first + 1] && f->ancestor[first] == f->ancestor[first + 1]);
    assert_true(f->ability[first] == f->ability[first + 1]);
    double own;
    population_abilities(s.world, &f->ancestor[first], 1, STREAM_ENTRANT_TRAITS, &own);
    assert_close(f->ability[first], 0.5 * f->ability[r] + sqrt(0.75) * own, 1e-12);
    assert_int_equal(f->weight[first] + f->weight[first + 1], f->weight[r] + f->weight[part]);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longer_lists_add_to_the_same_entrants),
        cmocka_unit_test(a_reform_changes_who_enters),
        cmocka_unit_test(what_registering_is_worth),
        cmocka_unit_test(institutions_follow_their_path),
        cmocka_unit_test(registrations_come_at_their_rate),
        cmocka_unit_test(registrations_follow_activity_and_shocks),
        cmocka_unit_test(a_jump_of_registrations_finds_room),
        cmocka_unit_test(entrants_trade_at_once_or_wait),
        cmocka_unit_test(what_a_household_gains),
        cmocka_unit_test(larger_households_formalise_and_leave_the_pool),
        cmocka_unit_test(cheaper_books_formalise_more),
        cmocka_unit_test(spin_offs_come_from_parents),
        cmocka_unit_test(a_split_parent_has_spin_offs_with_one_luck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
