// Start of trade, suspension, return, bankruptcy and exit (equations X1-X5), with their money.
#include <math.h>
#include "tests/unit/world_fixture.h"

enum { DRAW_MONTH }; // indices of STREAM_STATUS

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
        "economy.demography.insolvency_sales_months=120", "economy.demography.start_sunk_exponent=0",        \
        "economy.demography.exit_sunk_exponent=0", "economy.demography.exit_newness_factor=1",               \
        "economy.demography.return_days_exponent=0", "economy.population.loss_months=0"

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
    const bool own = strncmp(c->set, "exit", 4) == 0 || strncmp(c->set, "dormancy", 8) == 0;
    const double sector = own ? s.model->sector[f->sector[row]].exit_factor : 1.0;
    return may ? c->hazard * sector * size * (january ? c->january : 1.0) * (c->sized ? 1.25 : 1.0)
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
        assert_int_equal(f->status[r] == STATUS_GONE,
                         status_draw(s, f->ancestor[r]) <
                             (r % 2 ? 0.1 : 0.05) * s.model->sector[f->sector[r]].exit_factor);
    small_close(s);
}

// Losses not made good, youth as a startup, the sector and the year's shock each raise the hazard of ceasing.
static void exits_have_their_factors(void **state)
{
    static const char *const set[] = {QUIET,
                                      "economy.demography.exit_per_month=0.02",
                                      "economy.demography.exit_size_exponent=0",
                                      "economy.demography.exit_loss_factor=3",
                                      "economy.demography.startup_exit_factor=2",
                                      "economy.sectors.manufacturing.exit_factor=4",
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

// The hazard of ceasing falls with time in trade, from the factor of newness to 1, and with sunk costs.
static void the_young_and_the_unburdened_cease_more_often(void **state)
{
    static const char *const set[] = {QUIET,
                                      "economy.demography.exit_per_month=0.02",
                                      "economy.demography.exit_size_exponent=0",
                                      "economy.demography.exit_newness_factor=4",
                                      "economy.demography.exit_newness_years=2",
                                      "economy.demography.exit_sunk_exponent=0.5",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    small_begin(s);
    s.world->climate.month_of_year = 6;
    int changed[2] = {0, 0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->status[r] = STATUS_OPERATING;
        f->startup[r] = 0;
        f->first_sale_month[r] = (int16_t)(r % 3 == 0 ? 0 : r % 3 == 1 ? -24 : -600);
        f->sector[r] = (uint8_t)small_sector(s, "trade");
        f->expected_sales_vnd[r] = 1e6;
    }
    demography_exit_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double newness = r % 3 == 0   ? 4.0
                               : r % 3 == 1 ? 1.0 + 3.0 * exp(-1.0)
                                            : 1.0 + 3.0 * exp(-239.0 / 24.0);
        const double sunk = sqrt(3.0 / s.model->sector[f->sector[r]].capital_months);
        assert_int_equal(f->status[r] == STATUS_CEASED,
                         status_draw(s, f->ancestor[r]) < 0.02 * newness * sunk);
        changed[r % 3 == 0] += f->status[r] == STATUS_CEASED;
    }
    assert_true(changed[0] > 10 && changed[1] > changed[0]);
    small_close(s);
}

// A return is a filing: it comes twice as often when a registration takes half the days.
static void returns_follow_the_days_of_a_registration(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.return_per_month=0.2",
                                      "economy.demography.return_days_exponent=1", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    small_begin(s);
    s.world->institutions.entry_days = 0.5 * entry_days_opening(s.model);
    int returned = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->status[r] = STATUS_SUSPENDED;
    demography_exit_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        assert_int_equal(f->status[r] == STATUS_OPERATING, status_draw(s, f->ancestor[r]) < 0.4);
        returned += f->status[r] == STATUS_OPERATING;
    }
    assert_true(returned > 100);
    small_close(s);
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

// Losses beyond the limit end the firm's trade at once and its creditors are served; cash and fixed assets
// are locked until the proceedings end, then owners get the cash. The exit is counted when the trade ends.
static void bankruptcy_locks_what_the_firm_owns(void **state)
{
    static const char *const set[] = {QUIET, "economy.demography.insolvency_sales_months=6",
                                      "economy.environment.insolvency_months=3", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int64_t r = small_row(s, 0);
    const int64_t q = small_row(s, 1);
    for (int k = 0; f->debt_vnd[r] > 0.0 || r == q; k++)
        r = small_row(s, k);
    small_begin(s);
    f->cumulated_loss_vnd[r] = 6.0 * f->expected_sales_vnd[r] + 1.0;
    f->cumulated_loss_vnd[q] = 6.0 * f->expected_sales_vnd[q];
    f->plan[r] = 1;
    const double cash = f->cash_vnd[r], capital = f->capital_vnd[r];
    demography_exit_step(s.model, s.world);
    assert_true(f->status[r] == STATUS_BANKRUPT && f->exit_reason[r] == EXIT_INSOLVENT &&
                f->status[q] == STATUS_OPERATING);
    assert_true(f->cash_vnd[r] == cash && f->capital_vnd[r] == capital && capital > 0.0 && f->plan[r] == 0);
    assert_int_equal(small_flow(s, CATEGORY_WINDING_UP), 0);
    small_end(s);
    for (int m = 1; m <= 3; m++) {
        small_begin(s);
        demography_exit_step(s.model, s.world);
        assert_int_equal(f->status[r], m < 3 ? STATUS_BANKRUPT : STATUS_GONE);
        assert_int_equal(f->exit_reason[r], EXIT_NONE);
        assert_int_equal(small_flow(s, CATEGORY_WINDING_UP), m < 3 ? 0 : f->weight[r] * (int64_t)cash);
        if (m < 3)
            small_end(s);
    }
    assert_true(f->cash_vnd[r] == 0.0 && f->capital_vnd[r] == 0.0);
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
        cmocka_unit_test(each_change_of_status_has_its_hazard),
        cmocka_unit_test(losses_double_dormancy),
        cmocka_unit_test(exits_have_their_factors),
        cmocka_unit_test(returns_from_ceasing_fade),
        cmocka_unit_test(a_suspended_firm_returns_with_what_it_kept),
        cmocka_unit_test(a_start_is_paid_for_by_the_owners),
        cmocka_unit_test(bankruptcy_locks_what_the_firm_owns),
        cmocka_unit_test(the_young_and_the_unburdened_cease_more_often),
        cmocka_unit_test(returns_follow_the_days_of_a_registration),
        cmocka_unit_test(startups_grow_up),
        cmocka_unit_test(the_register_adds_up_and_january_stands_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
