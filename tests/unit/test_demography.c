// Registrations from keyed lists, start of trade, suspension, return and exit (equations E1, X1-X4), with
// their money.
#include <math.h>
#include "tests/unit/world_fixture.h"

enum { DRAW_MONTH, DRAW_SIZE, DRAW_AT_ONCE }; // indices of STREAM_STATUS

static double status_draw(struct small s, int64_t ancestor)
{
    return rng_uniform(s.world->rng, (uint64_t)ancestor, world_purpose(s.world, STREAM_STATUS, DRAW_MONTH));
}

// Nothing happens to an existing firm but what a test sets.
#define QUIET                                                                                                \
    "economy.demography.start_per_month=0", "economy.demography.untrading_exit_per_month=0",                 \
        "economy.demography.untrading_strike_off_per_month=0", "economy.demography.exit_per_month=0",        \
        "economy.demography.dormancy_per_month=0", "economy.demography.suspension_per_month=0",              \
        "economy.demography.return_per_month=0", "economy.demography.return_ceased_per_month=0",             \
        "economy.demography.suspended_dissolution_per_month=0",                                              \
        "economy.demography.ceased_dissolution_per_month=0",                                                 \
        "economy.demography.insolvency_sales_months=120"

// ---- registrations ------------------------------------------------------------------------------

static int64_t find(const struct world *world, int64_t id)
{
    for (int64_t r = 0; r < world->firms.n; r++)
        if (world->firm.id[r] == id)
            return r;
    return -1;
}

// More registrations add entrants and leave those that come anyway as they are.
static void more_registrations_add_to_the_same_entrants(void **state)
{
    static const char *const usual[] = {"run.agents=6000", "economy.demography.entries_per_year=70000", NULL};
    static const char *const more[] = {"run.agents=6000", "economy.demography.entries_per_year=90000", NULL};
    (void)state;
    struct small s = small_open(usual), t = small_open(more);
    const int64_t opening = s.world->firms.n;
    for (int m = 0; m < 2; m++) {
        small_begin(s);
        small_begin(t);
        environment_step(s.model, s.world);
        environment_step(t.model, t.world);
        demography_entry_step(s.model, s.world);
        demography_entry_step(t.model, t.world);
        s.world->month++;
        t.world->month++;
    }
    assert_true(s.world->firms.n > opening + 50);
    assert_true(t.world->firms.n > s.world->firms.n + 10);
    const struct firm *f = &s.world->firm, *g = &t.world->firm;
    for (int64_t r = opening; r < s.world->firms.n; r++) {
        const int64_t q = find(t.world, f->id[r]);
        const int64_t first = population_key(
            f->birth_month[r] + 1,
            f->weight[r] == s.world->agent_weight[STRATUM_COMMON] ? STRATUM_COMMON : STRATUM_RARE,
            f->region[r], f->sector[r], 0);
        assert_in_range(f->id[r] - first, 0, (1 << 24) - 1); // it stands in the list of its cell and month
        assert_true(q >= 0);
        assert_true(f->ability[r] == g->ability[q] && f->propensity[r] == g->propensity[q] &&
                    f->productivity[r] == g->productivity[q]);
        assert_true(f->region[r] == g->region[q] && f->sector[r] == g->sector[q] &&
                    f->birth_month[r] == g->birth_month[q]);
        assert_true(f->status[r] == g->status[q] && f->weight[r] == g->weight[q] &&
                    f->origin[r] == g->origin[q]);
    }
    small_close(s);
    small_close(t);
}

// Enterprises that enter in a month, by kind; the expectation is the yearly number over twelve.
static void registrations_come_at_their_rate(void **state)
{
    static const char *const set[] = {"run.agents=20000",
                                      "run.until=2018-12",
                                      "economy.environment.gdp_growth=2014: 0, 2015: 0",
                                      "economy.environment.gdp_growth_later=0",
                                      "economy.environment.gdp_growth_sd=0",
                                      "economy.demography.entry_reform_factor=1.3",
                                      "economy.demography.entry_reform_start_years=0.5",
                                      "economy.demography.entry_reform_years=1.5",
                                      "economy.demography.startup_entry_growth=0",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct demography *p = &s.model->demography;
    double n[4] = {0}, late = 0.0;
    for (int m = 0; m < 36; m++, s.world->month++) {
        small_begin(s);
        environment_step(s.model, s.world);
        const int64_t first = s.world->firms.n, most = demography_entrants_max(s.model, s.world);
        demography_entry_step(s.model, s.world);
        assert_true(s.world->firms.n - first <= most);
        const struct firm *f = &s.world->firm;
        for (int64_t r = first; r < s.world->firms.n; r++) {
            const double w = (double)f->weight[r];
            assert_int_equal(f->birth_month[r], m);
            n[f->ownership[r] == OWNERSHIP_FOREIGN ? 1 : f->startup[r] ? 2 : f->st_capable[r] ? 3 : 0] += w;
            late += m >= 24 && f->ownership[r] == OWNERSHIP_PRIVATE && !f->startup[r] && !f->st_capable[r]
                        ? w
                        : 0.0;
        }
    }
    assert_close(n[1], 3.0 * p->foreign_entries_per_year, 0.02);
    assert_close(n[2], 3.0 * p->startup_entries_per_year, 0.03);
    assert_close(n[3], 3.0 * p->st_entries_per_year, 0.05);
    assert_close(late, 1.3 * p->entries_per_year, 0.02); // the reform works in full in the third year
    double early = 0.0;
    for (int m = 0; m < 24; m++)
        early += (1.0 + 0.3 * fmax(m - 6, 0.0) / 18.0) * p->entries_per_year / 12.0;
    assert_close(n[0] - late, early, 0.02);
    small_close(s);
}

// Registrations follow activity, founders of startups their own growth, all the shock of the year.
static void registrations_follow_activity_and_shocks(void **state)
{
    static const char *const set[] = {"run.agents=20000", "economy.demography.entry_reform_factor=1",
                                      "economy.demography.entry_activity_elasticity=2",
                                      "economy.demography.startup_entry_growth=0.2", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct demography *p = &s.model->demography;
    double common = 0.0, startups = 0.0, expected_startups = 0.0;
    s.world->climate.gdp_index = 1.2;
    s.world->climate.entry_factor = 0.5;
    for (s.world->month = 24; s.world->month < 36; s.world->month++) {
        small_begin(s);
        const int64_t first = s.world->firms.n;
        demography_entry_step(s.model, s.world);
        for (int64_t r = first; r < s.world->firms.n; r++) {
            const double w = (double)s.world->firm.weight[r];
            startups += s.world->firm.startup[r] ? w : 0.0;
            common += !s.world->firm.startup[r] && !s.world->firm.st_capable[r] && !s.world->firm.ownership[r]
                          ? w
                          : 0.0;
        }
        expected_startups +=
            0.5 * p->startup_entries_per_year / 12.0 * pow(1.2, (double)s.world->month / 12.0);
    }
    assert_close(common, 0.5 * 1.44 * p->entries_per_year, 0.03);
    assert_close(startups, expected_startups, 0.06);
    small_close(s);
}

static void entrants_trade_at_once_or_wait(void **state)
{
    static const char *const set[] = {"run.agents=12000", NULL};
    (void)state;
    struct small s = small_open(set);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t first = s.world->firms.n;
    demography_entry_step(s.model, s.world);
    const struct firm *f = &s.world->firm;
    int traders = 0;
    for (int64_t r = first; r < s.world->firms.n; r++) {
        const double u = rng_uniform(s.world->rng, (uint64_t)f->id[r],
                                     (struct rng_purpose){0, STREAM_STATUS, DRAW_AT_ONCE});
        const bool trades = u < s.model->demography.start_at_once_frac;
        assert_int_equal(f->status[r], trades ? STATUS_OPERATING : STATUS_UNTRADING);
        assert_int_equal(f->first_sale_month[r], trades ? 1 : NEVER);
        assert_true((f->cash_vnd[r] > 0.0) == trades && (f->workers[r] >= 1.0) == trades);
        const struct rng_purpose size = {0, STREAM_STATUS, DRAW_SIZE};
        const double z = rng_normal(s.world->rng, (uint64_t)f->id[r], size),
                     large = s.model->demography.start_workers_special;
        const double special = f->ownership[r] == OWNERSHIP_FOREIGN ? large
                               : f->st_capable[r]                   ? sqrt(large)
                                                                    : 1.0;
        const double drawn = s.model->demography.start_workers_median * special *
                             exp(s.model->demography.start_workers_log_sd * z);
        assert_true(!trades || fabs(f->workers[r] / fmax(drawn, 1.0) - 1.0) < 1e-12);
        traders += trades;
    }
    assert_true(traders > 20);
    small_end(s);
    small_close(s);
}

// Household businesses that register leave the pool, which grows on its own.
static void formalisation_empties_the_pool(void **state)
{
    static const char *const set[] = {"economy.demography.household_growth=0", NULL};
    (void)state;
    struct small s = small_open(set);
    int64_t before = 0, after = 0, formalised = 0;
    for (int k = 0; k < s.model->regions_n; k++)
        before += s.world->household_n[k];
    assert_close((double)before, s.model->demography.household_n, 1e-6);
    small_begin(s);
    const int64_t first = s.world->firms.n;
    demography_entry_step(s.model, s.world);
    for (int64_t r = first; r < s.world->firms.n; r++)
        formalised += s.world->firm.origin[r] == ORIGIN_HOUSEHOLD ? s.world->firm.weight[r] : 0;
    for (int k = 0; k < s.model->regions_n; k++)
        after += s.world->household_n[k];
    for (int64_t r = first; r < s.world->firms.n; r++)
        assert_true(s.world->firm.origin[r] == ORIGIN_NEW ||
                    (!s.world->firm.startup[r] && !s.world->firm.st_capable[r] &&
                     s.world->firm.ownership[r] == OWNERSHIP_PRIVATE));
    assert_true(formalised > 0);
    assert_int_equal(before - after, formalised);
    small_close(s);
}

// A shock's factor of registrations may jump tenfold from nothing: room is made in time.
static void a_jump_of_registrations_finds_room(void **state)
{
    static const char *const jump[] = {"run.agents=12000",
                                       "run.until=2015-03",
                                       "shocks.a.from=2014-01",
                                       "shocks.a.until=2014-12",
                                       "shocks.a.entry=0",
                                       "shocks.b.from=2015-01",
                                       "shocks.b.until=2015-12",
                                       "shocks.b.entry=10",
                                       "economy.demography.entries_per_year=300000",
                                       NULL};
    (void)state;
    struct small s = small_open(jump);
    fixture_run(s.model, s.world);
    assert_true(s.world->firms.n > 15000);
    small_close(s);
}

// ---- status -------------------------------------------------------------------------------------

// A change of status and the setting that alone brings it about.
struct change {
    const char *set;
    int from, to, reason;
    double hazard, january;
    bool sized, small_only; // falls with size; below 10 workers only
};
static const struct change changes[] = {
    {"start_per_month=0.2", STATUS_UNTRADING, STATUS_OPERATING, EXIT_NONE, 0.2, 1.0, false, false},
    {"untrading_exit_per_month=0.2", STATUS_UNTRADING, STATUS_GONE, EXIT_DISSOLVED, 0.2, 1.0, false, false},
    {"untrading_strike_off_per_month=0.2", STATUS_UNTRADING, STATUS_GONE, EXIT_UNRECORDED, 0.2, 1.0, false,
     false},
    {"suspension_per_month=0.04", STATUS_OPERATING, STATUS_SUSPENDED, EXIT_NONE, 0.04, 9.0, true, false},
    {"exit_per_month=0.1", STATUS_OPERATING, STATUS_CEASED, EXIT_VOLUNTARY, 0.1, 1.7, true, false},
    {"dormancy_per_month=0.1", STATUS_OPERATING, STATUS_GONE, EXIT_UNRECORDED, 0.1, 1.0, false, true},
    {"return_per_month=0.3", STATUS_SUSPENDED, STATUS_OPERATING, EXIT_NONE, 0.3, 1.0, false, false},
    {"suspended_dissolution_per_month=0.3", STATUS_SUSPENDED, STATUS_GONE, EXIT_DISSOLVED, 0.3, 1.0, false,
     false},
    {"ceased_dissolution_per_month=0.3", STATUS_CEASED, STATUS_GONE, EXIT_NONE, 0.3, 1.0, false, false},
};

// The hazard of the change for a row that has the status from which it starts.
static double hazard_of(struct small s, const struct change *c, int64_t row, bool january)
{
    const struct firm *f = &s.world->firm;
    const double size =
        c->sized ? pow(exp(f->log_workers[row]) / 4.0, -s.model->demography.exit_size_exponent) : 1.0;
    const bool may = !c->small_only || f->workers[row] < 10.0;
    return may ? c->hazard * size * (january ? c->january : 1.0) * (c->sized ? 1.25 : 1.0)
               : 0.0; // 1.25: the year's shock
}

// With one hazard alone, exactly the firms with a draw below it change.
static void expect_change(const struct change *c, bool january)
{
    char own[96];
    snprintf(own, sizeof own, "economy.demography.%s", c->set);
    const char *const set[] = {QUIET,
                               own,
                               "economy.demography.start_late_factor=1",
                               "economy.demography.exit_manufacturing_factor=1",
                               "economy.demography.suspension_january_factor=9",
                               "economy.demography.exit_january_factor=1.7",
                               NULL};
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    uint8_t *before = malloc((size_t)s.world->firms.n);
    int changed = 0;
    assert_non_null(before);
    small_begin(s);
    s.world->climate.month_of_year = january ? 0 : 6;
    s.world->climate.exit_factor = s.world->climate.suspension_factor = 1.25;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->startup[r] = 0;
        f->status[r] = f->status[r] == STATUS_OPERATING && r % 2 ? (uint8_t)c->from : f->status[r];
        before[r] = f->status[r];
    }
    demography_exit_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool change =
            before[r] == c->from && status_draw(s, f->ancestor[r]) < hazard_of(s, c, r, january);
        assert_int_equal(f->status[r], change ? c->to : before[r]);
        assert_int_equal(f->exit_reason[r], change ? c->reason : EXIT_NONE);
        assert_true(!change || f->status_month[r] == s.world->month);
        changed += change;
    }
    assert_true(changed > 5);
    free(before);
    small_end(s);
    small_close(s);
}

static void each_change_of_status_has_its_hazard(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof changes / sizeof changes[0]; k++) {
        expect_change(&changes[k], false);
        expect_change(&changes[k], true);
    }
}

// Losses double the hazard of going dormant below 10 workers.
static void losses_double_dormancy(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.dormancy_per_month=0.05", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    small_begin(s);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->cumulated_loss_vnd[r] = r % 2 ? 1.0 : 0.0;
        f->workers[r] = 5.0;
        f->expected_sales_vnd[r] = 1e6;
        f->status[r] = STATUS_OPERATING;
    }
    demography_exit_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        assert_int_equal(f->status[r] == STATUS_GONE, status_draw(s, f->ancestor[r]) < (r % 2 ? 0.1 : 0.05));
    small_close(s);
}

// Losses not made good, youth as a startup, manufacturing and the year's shock each raise the hazard of
// ceasing.
static void exits_have_their_factors(void **state)
{
    static const char *const set[] = {QUIET,
                                      "economy.demography.exit_per_month=0.02",
                                      "economy.demography.exit_size_exponent=0",
                                      "economy.demography.exit_loss_factor=3",
                                      "economy.demography.startup_exit_factor=2",
                                      "economy.demography.exit_manufacturing_factor=4",
                                      NULL};
    static const double factor[] = {1.0, 3.0, 2.0, 4.0, 5.0};
    (void)state;
    for (int k = 0; k < 5; k++) {
        struct small s = small_open(set);
        const struct firm *f = &s.world->firm;
        small_begin(s);
        s.world->climate.month_of_year = 6;
        s.world->climate.exit_factor = k == 4 ? 5.0 : 1.0;
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            f->cumulated_loss_vnd[r] = k == 1 ? 1.0 : 0.0;
            f->startup[r] = k == 2;
            f->sector[r] = (uint8_t)small_sector(s, k == 3 ? "manufacturing" : "trade");
            f->status[r] = STATUS_OPERATING;
            f->expected_sales_vnd[r] = 1e6;
        }
        demography_exit_step(s.model, s.world);
        for (int64_t r = 0; r < s.world->firms.n; r++)
            assert_int_equal(f->status[r] == STATUS_CEASED,
                             status_draw(s, f->ancestor[r]) < 0.02 * factor[k]);
        small_close(s);
    }
}

static void returns_from_ceasing_fade(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.return_ceased_per_month=0.5",
                                      "economy.demography.return_ceased_months=24", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    small_begin(s);
    int returned = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->status[r] = STATUS_CEASED;
        f->status_month[r] = (int16_t) - (r % 40);
    }
    demography_exit_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool back = status_draw(s, f->ancestor[r]) < 0.5 * exp(-(double)(r % 40) / 24.0);
        assert_int_equal(f->status[r], back ? STATUS_OPERATING : STATUS_CEASED);
        returned += back;
    }
    assert_in_range(returned, s.world->firms.n / 5, s.world->firms.n / 2);
    small_close(s);
}

// A suspended firm has kept what it owns: on its return owners put in only what is missing.
static void a_suspended_firm_returns_with_what_it_kept(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.return_per_month=1", NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0), q = small_row(s, 1), w = f->weight[q];
    small_begin(s);
    environment_step(s.model, s.world);
    for (int64_t k = 0; k < s.world->firms.n; k++)
        if (f->status[k] == STATUS_SUSPENDED)
            f->status[k] = STATUS_CEASED;
    f->status[r] = f->status[q] = STATUS_SUSPENDED;
    const double cash = f->cash_vnd[r], capital = f->capital_vnd[r], workers = f->workers[r];
    world_pay(s.world, CATEGORY_WINDING_UP, world_firm_party(q), world_party(ACCOUNT_HOUSEHOLDS),
              w * 1000000);
    f->capital_vnd[q] -= 2e6;
    const double cash_q = f->cash_vnd[q], capital_q = f->capital_vnd[q];
    demography_exit_step(s.model, s.world);
    assert_true(f->status[r] == STATUS_OPERATING && f->workers[r] == workers);
    assert_true(f->cash_vnd[r] == cash && f->capital_vnd[r] == capital);
    assert_close(f->cash_vnd[q] - cash_q, 1e6, 1e-5);
    assert_close(f->capital_vnd[q] - capital_q, 2e6, 1e-5);
    small_end(s);
    small_close(s);
}

// A starter's owners pay for cash and fixed assets; both are in the books and on the row.
static void a_start_is_paid_for_by_the_owners(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.start_per_month=1",
                                      "economy.demography.start_late_factor=1", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    small_begin(s);
    int64_t start = 0, assets = 0;
    demography_exit_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status_month[r] != 0 || f->status[r] != STATUS_OPERATING)
            continue;
        assert_true(f->capital_vnd[r] ==
                    nearbyint(s.model->sector[f->sector[r]].capital_months * f->expected_sales_vnd[r]));
        assert_true(f->cash_vnd[r] == nearbyint(s.model->population.cash_months * f->expected_sales_vnd[r]));
        assert_int_equal(f->first_sale_month[r], 1);
        start += f->weight[r] * (int64_t)(f->cash_vnd[r] + f->capital_vnd[r]);
        assets += f->weight[r] * (int64_t)f->capital_vnd[r];
    }
    assert_true(assets > 0);
    assert_int_equal(s.world->ledger.flow[CATEGORY_START_CAPITAL][ACCOUNT_HOUSEHOLDS][ACCOUNT_FIRMS], start);
    assert_int_equal(s.world->ledger.flow[CATEGORY_INVESTMENT][ACCOUNT_FIRMS][ACCOUNT_REST], assets);
    small_end(s);
    small_close(s);
}

// Losses beyond the limit end the firm at once; what is left goes to creditors and owners.
static void insolvency_closes_the_firm(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.insolvency_sales_months=6", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0), q = small_row(s, 1);
    small_begin(s);
    f->cumulated_loss_vnd[r] = 6.0 * f->expected_sales_vnd[r] + 1.0;
    f->cumulated_loss_vnd[q] = 6.0 * f->expected_sales_vnd[q];
    f->plan[r] = 1;
    demography_exit_step(s.model, s.world);
    assert_true(f->status[r] == STATUS_GONE && f->exit_reason[r] == EXIT_INSOLVENT &&
                f->status[q] == STATUS_OPERATING);
    assert_true(f->cash_vnd[r] == 0.0 && f->debt_vnd[r] == 0.0 && f->capital_vnd[r] == 0.0 &&
                f->plan[r] == 0);
    small_end(s);
    small_close(s);
}

static void startups_grow_up(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.startup_years=3", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    f->startup[r] = 1;
    f->birth_month[r] = -30;
    s.world->month = 6;
    demography_exit_step(s.model, s.world);
    assert_int_equal(f->startup[r], 1);
    s.world->month = 7;
    demography_exit_step(s.model, s.world);
    assert_int_equal(f->startup[r], 0);
    small_close(s);
}

// ---- stocks and flows over years ----------------------------------------------------------------

struct book {
    int64_t stock, n, suspended_n[12];
    int64_t *id;     // of last month's rows, which keep their order
    uint8_t *status; // then
};

static void note(struct book *book, const struct world *world)
{
    const size_t n = (size_t)world->firms.n;
    book->n = world->firms.n;
    book->id = realloc(book->id, n * sizeof *book->id);
    book->status = realloc(book->status, n);
    assert_true(book->id && book->status);
    memcpy(book->id, world->firm.id, n * sizeof *book->id);
    memcpy(book->status, world->firm.status, n);
}

// The register (trading, not yet trading, suspended) changes by entries, exits and returns of ceased firms,
// every month; an exit is counted in one month only.
static int follow(void *ctx, const struct world *world, struct error *err)
{
    struct book *book = ctx;
    const struct firm *f = &world->firm;
    int64_t stock = 0, entries = 0, exits = 0, returned = 0, k = 0;
    (void)err;
    for (int64_t r = 0; r < world->firms.n; r++) {
        const int64_t w = f->weight[r];
        while (k < book->n && book->id[k] != f->id[r])
            k++;
        const int was = k < book->n ? book->status[k] : -1;
        stock += f->status[r] <= STATUS_SUSPENDED ? w : 0;
        entries += f->birth_month[r] == world->month ? w : 0;
        exits += f->exit_reason[r] != EXIT_NONE ? w : 0;
        returned += was == STATUS_CEASED && f->status[r] == STATUS_OPERATING ? w : 0;
        book->suspended_n[world->climate.month_of_year] +=
            was == STATUS_OPERATING && f->status[r] == STATUS_SUSPENDED ? w : 0;
    }
    assert_int_equal(stock - book->stock, entries - exits + returned);
    book->stock = stock;
    note(book, world);
    return 0;
}

static void the_register_adds_up_and_january_stands_out(void **state)
{
    static const char *const years[] = {"run.agents=8000", "run.until=2017-12", NULL};
    (void)state;
    struct small s = small_open(years);
    struct book book = {.stock = s.model->population.register_n + s.model->population.suspended_n};
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    note(&book, s.world);
    const struct observer observer = {&book, follow};
    assert_int_equal(schedule_run(s.model, s.world, &observer, err), 0);
    int64_t year = 0;
    for (int m = 0; m < 12; m++)
        year += book.suspended_n[m];
    const double january = s.model->demography.suspension_january_factor;
    assert_close((double)book.suspended_n[0] / (double)year, january / (january + 11.0), 0.2);
    free(book.id);
    free(book.status);
    free(err);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_registrations_add_to_the_same_entrants),
        cmocka_unit_test(registrations_come_at_their_rate),
        cmocka_unit_test(registrations_follow_activity_and_shocks),
        cmocka_unit_test(entrants_trade_at_once_or_wait),
        cmocka_unit_test(formalisation_empties_the_pool),
        cmocka_unit_test(a_jump_of_registrations_finds_room),
        cmocka_unit_test(each_change_of_status_has_its_hazard),
        cmocka_unit_test(losses_double_dormancy),
        cmocka_unit_test(exits_have_their_factors),
        cmocka_unit_test(returns_from_ceasing_fade),
        cmocka_unit_test(a_suspended_firm_returns_with_what_it_kept),
        cmocka_unit_test(a_start_is_paid_for_by_the_owners),
        cmocka_unit_test(insolvency_closes_the_firm),
        cmocka_unit_test(startups_grow_up),
        cmocka_unit_test(the_register_adds_up_and_january_stands_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
