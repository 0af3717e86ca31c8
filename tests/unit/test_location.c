// Moves between regions and into industrial zones (equation M1).
#include <math.h>
#include "tests/unit/world_fixture.h"

// Sales a worker and rents differ; whoever looks and gains moves.
static const char *const eager[] = {"run.agents=6000",
                                    "economy.location.look_per_year=1",
                                    "economy.location.tie_log=1e-4",
                                    "economy.location.move_cost_frac=0.1",
                                    "economy.location.rent_frac=0.2",
                                    "economy.location.zone_look_per_year=1",
                                    "economy.location.zone_saving_frac=0.5",
                                    NULL};

static void what_a_move_gains(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct location *p = &s.model->location;
    const int64_t r = small_row(s, 0);
    struct firm *f = &s.world->firm;
    f->region[r] = 0;
    const struct region *here = &s.model->region[0], *there = &s.model->region[4];
    const double cost = p->move_cost_frac * s.model->sector[f->sector[r]].capital_months / 60.0;
    const double saved = p->rent_frac * (log(there->sales_factor / here->sales_factor) + here->cost_factor -
                                         there->cost_factor);
    assert_close(location_gain(s.model, s.world, r, 4, 0), saved - cost, 1e-12);
    assert_close(location_gain(s.model, s.world, r, 4, 1), saved - cost + p->zone_saving_frac, 1e-12);
    assert_true(location_gain(s.model, s.world, r, 0, 0) <= 0.0); // nobody gains by staying
    small_close(s);
}

struct before {
    uint8_t *region, *zone;
    double *capital, *efficiency;
    double *gain; // by region and zone
};

static struct before note(struct small s)
{
    const size_t n = (size_t)s.world->firms.n, places = 2 * (size_t)s.model->regions_n;
    const struct firm *f = &s.world->firm;
    struct before b = {malloc(n), malloc(n), malloc(n * sizeof(double)), malloc(n * sizeof(double)),
                       malloc(n * places * sizeof(double))};
    assert_true(b.region && b.zone && b.capital && b.efficiency && b.gain);
    memcpy(b.region, f->region, n);
    memcpy(b.zone, f->zone, n);
    memcpy(b.capital, f->capital_vnd, n * sizeof(double));
    memcpy(b.efficiency, f->efficiency, n * sizeof(double));
    for (size_t r = 0; r < n; r++)
        for (size_t k = 0; k < places; k++)
            b.gain[r * places + k] = location_gain(s.model, s.world, (int64_t)r, (int)k / 2, (int)k % 2);
    return b;
}

static void forget(struct before *b)
{
    free(b->region);
    free(b->zone);
    free(b->capital);
    free(b->efficiency);
    free(b->gain);
}

// A firm looks around once a year in its own month; it moves where it gains, loses part of its fixed assets
// and saves the rest of the gain; state enterprises stay; zones let land to manufacturers of some size.
static void firms_move_where_they_gain(void **state)
{
    (void)state;
    struct small s = small_open(eager);
    const struct location *p = &s.model->location;
    const struct firm *f = &s.world->firm;
    struct before b = note(s);
    int moved = 0, zones = 0;
    s.world->climate.month_of_year = 7;
    location_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->region[r] == b.region[r] && f->zone[r] == b.zone[r]) {
            assert_true(f->capital_vnd[r] == b.capital[r] && f->efficiency[r] == b.efficiency[r]);
            continue;
        }
        const struct sector *sector = &s.model->sector[f->sector[r]];
        const double gain = b.gain[(r * s.model->regions_n + f->region[r]) * 2 + f->zone[r]];
        assert_true(gain > 0.0);
        assert_int_equal(rng_hash((uint64_t)f->ancestor[r]) % 12, 7);
        assert_true(f->status[r] == STATUS_OPERATING && f->ownership[r] != OWNERSHIP_STATE);
        assert_true(!f->zone[r] || (sector->manufacturing && f->workers[r] >= p->zone_workers_min));
        assert_true(f->capital_vnd[r] == b.capital[r] - nearbyint(p->move_cost_frac * b.capital[r]));
        assert_close(f->efficiency[r] - b.efficiency[r],
                     gain + p->move_cost_frac * sector->capital_months / 60.0, 1e-9);
        zones += f->zone[r];
        moved++;
    }
    assert_true(moved - zones > 40 && zones > 10);
    forget(&b);
    small_close(s);
}

// Who is offered nothing better stays: without differences nobody moves; ties hold those whose gain is small.
static void ties_hold_firms_back(void **state)
{
    static const char *const tied[] = {"run.agents=6000",
                                       "economy.location.look_per_year=1",
                                       "economy.location.tie_log=5",
                                       "economy.location.move_cost_frac=0.1",
                                       "economy.location.rent_frac=0.2",
                                       NULL};
    static const char *const level[] = {"run.agents=6000",
                                        "economy.location.look_per_year=1",
                                        "economy.location.rent_frac=0",
                                        "economy.location.zone_saving_frac=0",
                                        "economy.location.zone_look_per_year=1",
                                        NULL};
    const char *const *const settings[] = {eager, tied, level};
    int moved[3] = {0};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct small s = small_open(settings[k]);
        struct before b = note(s);
        s.world->climate.month_of_year = 3;
        location_step(s.model, s.world);
        for (int64_t r = 0; r < s.world->firms.n; r++)
            moved[k] += s.world->firm.region[r] != b.region[r] || s.world->firm.zone[r] != b.zone[r];
        forget(&b);
        small_close(s);
    }
    assert_true(moved[0] > 4 * moved[1]);
    assert_int_equal(moved[2], 0);
}

// In a run of years few firms move, and the books balance.
static void few_move_in_a_year(void **state)
{
    static const char *const years[] = {"run.agents=6000", "run.until=2016-12", NULL};
    (void)state;
    struct small s = small_open(years);
    struct before b = note(s);
    const int64_t n = s.world->firms.n;
    int64_t *id = malloc((size_t)n * sizeof *id);
    assert_non_null(id);
    memcpy(id, s.world->firm.id, (size_t)n * sizeof *id);
    fixture_run(s.model, s.world);
    int64_t left = 0, moved = 0;
    for (int64_t r = 0, k = 0; r < s.world->firms.n && k < n; r++) {
        while (k < n && id[k] != s.world->firm.id[r])
            k++;
        left += k < n;
        moved += k < n && s.world->firm.region[r] != b.region[k];
    }
    assert_true(moved > 0 && (double)moved < 0.03 * (double)left);
    free(id);
    forget(&b);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_move_gains),
        cmocka_unit_test(firms_move_where_they_gain),
        cmocka_unit_test(ties_hold_firms_back),
        cmocka_unit_test(few_move_in_a_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
