// Published regularities of firm dynamics (evidence: firm_dynamics_*; instruments.md section 2) in the
// baseline without a fit, by the estimators of analysis/stylised_estimate: an observer takes from the world
// what the panel of a run would hold. docs/validation.md has the whole list, from a larger run.
#include <math.h>
#include "analysis/stylised_estimate.h"
#include "tests/fixture.h"

static const char *const settings[] = {"run.agents=12000", "run.until=2017-12", NULL};

// Firm-years of 2016 and 2017.
struct study {
    struct firm_year *year;
    int64_t n, capacity;
    int64_t begin; // of this calendar year's rows
};

// The row of a firm in this year; both lists are in the order of ids, so a search goes on from `at`.
static struct firm_year *row_of(struct study *study, int64_t id, int64_t *at)
{
    while (*at < study->n && study->year[*at].firm < id)
        ++*at;
    return *at < study->n && study->year[*at].firm == id ? &study->year[*at] : NULL;
}

static void begin_year(struct study *study, const struct world *world, int32_t year)
{
    study->begin = study->n;
    for (int64_t r = 0; r < world->firms.n; r++) {
        if (study->n == study->capacity) {
            study->capacity = 2 * study->capacity + 1024;
            study->year = realloc(study->year, (size_t)study->capacity * sizeof *study->year);
            assert_non_null(study->year);
        }
        const bool on = world->firm.status[r] == STATUS_OPERATING;
        assert_true(r == 0 || world->firm.id[r] > world->firm.id[r - 1]);
        study->year[study->n++] =
            (struct firm_year){.firm = world->firm.id[r],
                               .year = year,
                               .sector = world->firm.sector[r],
                               .weight = (double)world->firm.weight[r],
                               .workers = (double)NAN,
                               .workers_before = on ? world->firm.workers[r] : (double)NAN};
    }
}

static void add_month(struct study *study, const struct world *world)
{
    int64_t at = study->begin;
    for (int64_t r = 0; r < world->firms.n; r++) {
        struct firm_year *y = row_of(study, world->firm.id[r], &at);
        if (!y || world->firm.startup[r])
            continue;
        const bool on = world->firm.status[r] == STATUS_OPERATING;
        y->whole = (uint8_t)(y->whole + on);
        y->sales_vnd += world->firm.sales_vnd[r];
        y->is = (uint8_t)(1 + world->firm.status[r]);
        y->workers = on ? world->firm.workers[r] : (double)NAN;
    }
}

static int watch(void *ctx, const struct world *world, struct error *err)
{
    struct study *study = ctx;
    (void)err;
    if (world->month >= 24 && world->month % 12 == 0)
        begin_year(study, world, 2014 + (int32_t)(world->month / 12));
    if (world->month >= 24)
        add_month(study, world);
    return 0;
}

static int set_up(void **state)
{
    struct study study = {0};
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {&study, watch};
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    struct world *world = fixture_world(model, 0, 2);
    assert_int_equal(schedule_run(model, world, &observer, err), 0);
    for (int64_t i = 0; i < study.n; i++)
        study.year[i].whole = study.year[i].whole == 12;
    *state = firm_panel_of(study.year, study.n);
    free(study.year);
    free(err);
    world_free(world);
    free(model);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    firm_panel_free(*state);
    return 0;
}

static double estimate(const struct firm_panel *panel, const char *name, double low, double high)
{
    const struct stylised_ask ask = {low, high, (double)NAN, 2017, 2017, -1, -1};
    const double value = stylised_estimator_find(name)->estimate(panel, &ask);
    print_message("%s from %g workers: %.3f\n", name, low, value);
    return value;
}

// firm_dynamics_04: sigma ~ L^-beta, beta 0.14-0.20; instruments.md accepts 0.10-0.25
static void the_spread_of_growth_falls_with_size(void **state)
{
    const double beta = estimate(*state, "growth_scaling", 2.0, (double)NAN);
    assert_true(beta > 0.10 && beta < 0.25);
}

// firm_dynamics_01; instruments.md accepts 0.9-1.2. Judged above 10 workers, where the tail begins; above 50
// it is fatter, as docs/model.md section 8 says.
static void the_size_tail_is_near_zipf(void **state)
{
    const double exponent = estimate(*state, "tail_exponent", 10.0, (double)NAN);
    assert_true(exponent > 0.9 && exponent < 1.2);
}

// firm_dynamics_03, _06: Laplace b = 1, normal b = 2. Within a narrow range of size, so that the scaling of
// the spread does not mix widths; between two ends of years, which one draw of volatility lies between.
static void yearly_growth_is_tent_shaped(void **state)
{
    const double shape = estimate(*state, "growth_shape_workers", 2.0, 6.0);
    assert_true(shape > 0.7 && shape < 1.3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yearly_growth_is_tent_shaped),
        cmocka_unit_test(the_size_tail_is_near_zipf),
        cmocka_unit_test(the_spread_of_growth_falls_with_size),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
