// Shocks: windows, factors, what GDP data contain already, and what a scenario says of them.
#include <math.h>
#include "tests/unit/world_fixture.h"

static void until(struct small s, int64_t month)
{
    for (; s.model->run.start + s.world->month < month; s.world->month++)
        ;
    environment_step(s.model, s.world);
}

#define WINDOW(name, from, until) "shocks." name ".from=" from, "shocks." name ".until=" until

static void a_shock_holds_in_its_window_alone(void **state)
{
    static const char *const set[] = {
        WINDOW("a", "2015-03", "2015-04"), "shocks.a.entry=0.5", "shocks.a.exit=2",
        "shocks.a.suspension=3",           "shocks.a.sales=0.8", "shocks.a.sectors=trade",
        WINDOW("b", "2015-04", "2015-05"), "shocks.b.entry=0.6", NULL};
    static const struct {
        int month;
        double entry, exit, suspension, trade;
    } row[] = {{2, 1, 1, 1, 1}, {3, 0.5, 2, 3, 0.8}, {4, 0.3, 2, 3, 0.8}, {5, 0.6, 1, 1, 1}, {6, 1, 1, 1, 1}};
    (void)state;
    struct small s = small_open(set);
    const int trade = small_sector(s, "trade"), ict = small_sector(s, "ict");
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        until(s, field_month(2015, row[k].month));
        const struct climate *c = &s.world->climate;
        assert_close(c->entry_factor, row[k].entry, 1e-14);
        assert_close(c->exit_factor, row[k].exit, 1e-14);
        assert_close(c->suspension_factor, row[k].suspension, 1e-14);
        assert_close(c->sales_factor[trade], row[k].trade, 1e-14);
        assert_true(c->sales_factor[ict] == 1.0);
    }
    small_close(s);
}

static double year_of_demand(struct small s, double *month)
{
    double sum = 0.0;
    for (int m = 0; m < 12; m++, s.world->month++) {
        environment_step(s.model, s.world);
        demand_step(s.model, s.world);
        month[m] = 0.0;
        for (int k = 0; k < s.model->sectors_n; k++)
            month[m] += s.world->sector[k].demand_vnd / s.world->climate.price_level;
        sum += month[m];
    }
    return sum;
}

// S1: what GDP data contain moves demand within the year; the year's sum is that without it. One that they do
// not contain lowers it.
static void shocks_in_gdp_leave_the_year_alone(void **state)
{
#define STILL                                                                                                \
    "closure=fixed", "economy.environment.gdp_growth=2013: 0, 2014: 0, 2015: 0",                             \
        "economy.demand.disturbance_sd=0", "economy.demand.formal_growth=2013: 0, 2014: 0",                  \
        "run.until=2014-12"
#define HIT WINDOW("a", "2014-04", "2014-06"), "shocks.a.sales=0.7", "shocks.a.sectors=trade, other_services"
    static const char *const calm[] = {STILL, NULL}, *const in[] = {STILL, HIT, "shocks.a.in_gdp=true", NULL},
                             *const out[] = {STILL, HIT, NULL};
    (void)state;
    struct small c = small_open(calm), i = small_open(in), o = small_open(out);
    double month[3][12];
    const double year = year_of_demand(c, month[0]), with = year_of_demand(i, month[1]),
                 less = year_of_demand(o, month[2]);
    assert_close(with, year, 5e-3); // sectors drift apart within the year
    assert_true(less < 0.97 * year);
    assert_true(month[1][4] < 0.9 * month[0][4] && month[1][9] > 1.02 * month[0][9]);
    assert_close(month[1][4] / month[1][9], month[2][4] / month[2][9], 1e-9); // the same shape
    small_close(c);
    small_close(i);
    small_close(o);
}

// Growth: data stand while a shock that they contain is on, and lose its part when it is off; the other way
// round for one that they do not contain.
static void growth_knows_what_the_data_contain(void **state)
{
    static const struct {
        const char *enabled, *in_gdp;
        double change;
    } row[] = {
        {"true", "true", 0.0}, {"false", "true", 0.04}, {"true", "false", -0.04}, {"false", "false", 0.0}};
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        char enabled[64], in_gdp[64];
        snprintf(enabled, sizeof enabled, "shocks.a.enabled=%s", row[k].enabled);
        snprintf(in_gdp, sizeof in_gdp, "shocks.a.in_gdp=%s", row[k].in_gdp);
        const char *const set[] = {WINDOW("a", "2015-01", "2015-12"), "shocks.a.growth=-0.04", enabled,
                                   in_gdp, NULL};
        struct small s = small_open(set);
        until(s, field_month(2015, 6));
        assert_close(s.world->climate.real_growth, environment_growth(s.model, s.world, 2015) + row[k].change,
                     1e-14);
        until(s, field_month(2016, 1));
        assert_true(s.world->climate.real_growth == environment_growth(s.model, s.world, 2016));
        small_close(s);
    }
    // data that end before the shock cannot contain it: a hindcast from earlier data meets it as news
    static const char *const early[] = {WINDOW("a", "2015-01", "2015-12"), "shocks.a.growth=-0.04",
                                        "shocks.a.in_gdp=true", "economy.environment.gdp_growth=2014: 0.06",
                                        NULL};
    struct small s = small_open(early);
    until(s, field_month(2015, 6));
    assert_close(s.world->climate.real_growth, environment_growth(s.model, s.world, 2015) - 0.04, 1e-14);
    small_close(s);
}

// The pandemic in Vietnam's files: on in the baseline, where 2020 grows as published; off in no_pandemic,
// where it grows as before it, registrations are as usual and the luck is the same.
static void the_pandemic_can_be_switched_off(void **state)
{
    static const char *const small[] = {"run.agents=600", NULL};
    (void)state;
    struct small base = {.model = fixture_model("policies/baseline.yaml", small)},
                 without = {.model = fixture_model("policies/no_pandemic.yaml", small)};
    base.world = fixture_world(base.model, 0, 1);
    without.world = fixture_world(without.model, 0, 1);
    assert_true(base.model->shocks_n > 4 && base.model->shocks_n == without.model->shocks_n);
    for (int k = 0; k < base.model->shocks_n; k++)
        assert_true(base.model->shock[k].enabled && !without.model->shock[k].enabled);
    const struct climate *with = &base.world->climate, *off = &without.world->climate;
    until(base, field_month(2019, 6));
    until(without, field_month(2019, 6));
    assert_true(memcmp(with, off, sizeof *with) == 0);
    until(base, field_month(2020, 5));
    until(without, field_month(2020, 5));
    const int trade = small_sector(base, "trade");
    assert_true(with->real_growth == 0.02865);
    assert_true(off->real_growth > 0.06 && off->real_growth < 0.08);
    assert_true(with->entry_factor < 1.0 && with->suspension_factor > 1.0 &&
                with->sales_factor[trade] < 0.97);
    assert_true(off->entry_factor == 1.0 && off->exit_factor == 1.0 && off->suspension_factor == 1.0 &&
                off->sales_factor[trade] == 1.0);
    until(base, field_month(2026, 1));
    until(without, field_month(2026, 1));
    assert_true(with->real_growth == off->real_growth); // the drawn years are the same
    small_close(base);
    small_close(without);
}

static void refused(const char *const *settings, const char *what)
{
    struct model *model = calloc(1, sizeof *model);
    struct config *config = config_create();
    struct error *err = calloc(1, sizeof *err);
    struct model_schema schema;
    char path[1024];
    assert_true(model && config && err);
    model_schema(&schema);
    snprintf(path, sizeof path, "%s/scenarios/economies/vietnam.yaml", MANGROVE_SOURCE_DIR);
    assert_int_equal(yaml_load(config, path, &schema.config, err), 0);
    for (; *settings; settings++)
        assert_int_equal(config_set_argument(config, *settings, err), 0);
    assert_int_equal(model_load(model, config, err), ERROR_INPUT);
    if (!strstr(err->text[0], what))
        fail_msg("'%s' does not say '%s'", err->text[0], what);
    config_free(config);
    free(err);
    free(model);
}

static void bad_shocks_are_refused(void **state)
{
    static const char *const backward[] = {WINDOW("a", "2015-03", "2015-02"), NULL},
                             *const sector[] = {WINDOW("a", "2015-03", "2015-04"), "shocks.a.sectors=trad",
                                                NULL},
                             *const windowless[] = {"shocks.a.entry=0.5", NULL},
                             *const factor[] = {WINDOW("a", "2015-03", "2015-04"), "shocks.a.entry=-1", NULL},
                             *const key[] = {WINDOW("a", "2015-03", "2015-04"), "shocks.a.exits=1", NULL};
    (void)state;
    refused(backward, "shocks.a.until: is before the shock's first month");
    refused(sector, "did you mean 'trade'?");
    refused(windowless, "shocks.a.from");
    refused(factor, "allowed: a number from 0 to 10");
    refused(key, "did you mean 'exit'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shock_holds_in_its_window_alone),
        cmocka_unit_test(shocks_in_gdp_leave_the_year_alone),
        cmocka_unit_test(growth_knows_what_the_data_contain),
        cmocka_unit_test(the_pandemic_can_be_switched_off),
        cmocka_unit_test(bad_shocks_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
