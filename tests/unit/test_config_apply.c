// Configurations into structs: order of settings, vectors and series by element, exact messages.
#include "tests/unit/config_fixture.h"

static void test_defaults_and_values(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "run.closure", "open");
    fixture_set(&f, "economy.demand.inner.low", "0.5");
    fixture_set(&f, "name", "a title");
    fixture_set(&f, "economy.regions.hanoi.share", "0.1");
    fixture_expect_sound(&f);
    assert_int_equal(f.target.run.agents, 40000);
    assert_int_equal(f.target.run.closure, 2);
    assert_true(f.target.demand.inner_low == 0.5);
    assert_true(f.target.demand.inner_high == 1);
    assert_true(f.target.demand.size_share[1] == 0.2);
    assert_int_equal(f.target.demand.shock.n, 3);
    assert_string_equal(f.target.top.name, "a title");
    assert_int_equal(f.target.regions_n, 1);
    assert_true(f.target.region[0].share == 0.1);
    fixture_done(&f);
}

static void test_required(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    fixture_set(&f, "programmes.fund.kind", "grant");
    fixture_expect_faults(
        &f, (const char *const[]){
                "economy.demand.speed: must be given; allowed: a number from 0 to 1",
                "economy.demand.size_share: must be given; allowed: a number from 0 to 1 for each of: micro, "
                "small, medium",
                "economy.demand.growth: must be given; allowed: up to 64 consecutive years, each with a "
                "number from -0.2 to 0.5",
                "f:1: programmes.fund.budget_vnd: must be given; allowed: whole VND from -1 to 1e15", NULL});
    fixture_done(&f);
}

static void test_faults_come_in_order(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "run.agents", "12O");
    fixture_set(&f, "programmes.x.kind", "lone");
    fixture_set(&f, "run.closur", "open");
    fixture_set(&f, "programmes.x.months", "not looked at");
    config_set_argument(f.config, "economy.demand.speed=2", NULL); // stays the first entry
    config_set_argument(f.config, "economy.demnd.speed=2", NULL);
    fixture_expect_faults(
        &f,
        (const char *const[]){
            "--set: economy.demand.speed: '2' is too large; allowed: a number from 0 to 1",
            "f:4: run.agents: '12O' is not a number; allowed: a whole number from 0 to 1e7",
            "f:5: programmes.x.kind: 'lone' is unknown; allowed: one of: grant, loan; did you mean 'loan'?",
            "f:6: run.closur: unknown key; did you mean 'closure'?",
            "--set: economy.demnd: unknown key; did you mean 'demand'?", NULL});
    fixture_done(&f);
}

static void test_no_place(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    config_set(f.config, "run.agents", "x", "", NULL);
    fixture_expect_faults(
        &f, (const char *const[]){"run.agents: 'x' is not a number; allowed: a whole number from 0 to 1e7",
                                  NULL});
    assert_int_equal(config_apply(f.config, &small_schema, &f.target, NULL), ERROR_INPUT);
    fixture_done(&f);
}

static void test_too_many_faults(void **state)
{
    (void)state;
    struct fixture f;
    char key[32];
    fixture_make(&f, true);
    for (int i = 0; i < 50; i++) {
        snprintf(key, sizeof key, "run.k%d", i);
        fixture_set(&f, key, "1");
    }
    assert_int_equal(fixture_apply(&f), ERROR_INPUT);
    assert_int_equal(f.err.faults_n, ERROR_FAULTS_MAX);
    assert_int_equal(f.err.dropped_n, 30);
    fixture_done(&f);
}

static void test_parts_of_values(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "run.agents.x", "1");
    fixture_set(&f, "economy.demand.weight.left.x", "1");
    fixture_set(&f, "economy.demand.classes.micro", "true");
    fixture_set(&f, "run", "5");
    fixture_expect_faults(
        &f, (const char *const[]){
                "f:4: run.agents.x: a part of one value is given; allowed: a whole number from 0 to 1e7",
                "f:5: economy.demand.weight: 'left.x' is unknown; allowed: a number from 0 to 1 for each of: "
                "left, right; did you mean 'left'?",
                "f:6: economy.demand.classes.micro: a part of one value is given; allowed: [] or any of: "
                "micro, small, medium",
                "f:7: run: a value is given; allowed: a mapping of keys", NULL});
    fixture_done(&f);
}

// ---- vectors

static void test_elements_over_fallback(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "economy.demand.weight.right", "0.5");
    fixture_expect_sound(&f);
    assert_true(f.target.demand.weight[0] == 0.25);
    assert_true(f.target.demand.weight[1] == 0.5);
    fixture_done(&f);
}

static void test_later_setting_wins(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "economy.demand.size_share.micro", "0.5"); // over the whole of make()
    fixture_expect_sound(&f);
    assert_true(f.target.demand.size_share[0] == 0.5);
    assert_true(f.target.demand.size_share[1] == 0.2);
    fixture_set(&f, "economy.demand.size_share", "micro: 0, small: 0, medium: 1"); // hides the element
    fixture_expect_sound(&f);
    assert_true(f.target.demand.size_share[0] == 0);
    fixture_set(&f, "economy.demand.size_share.micro", "0.75"); // and is hidden again
    fixture_expect_sound(&f);
    assert_true(f.target.demand.size_share[0] == 0.75);
    assert_true(f.target.demand.size_share[2] == 1);
    fixture_done(&f);
}

static void test_elements_without_fallback(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    fixture_set(&f, "economy.demand.speed", "0.05");
    fixture_set(&f, "economy.demand.growth", "2014: 0");
    fixture_set(&f, "economy.demand.size_share.medium", "0.1");
    fixture_set(&f, "economy.demand.size_share.micro", "0.1");
    fixture_expect_faults(&f,
                          (const char *const[]){"f:3: economy.demand.size_share: label 'small' is missing; "
                                                "allowed: a number from 0 to 1 for each of: micro, "
                                                "small, medium",
                                                NULL});
    fixture_set(&f, "economy.demand.size_share.small", "0.8");
    fixture_expect_sound(&f);
    assert_true(f.target.demand.size_share[1] == 0.8);
    fixture_set(&f, "economy.demand.size_share.smal", "0.8");
    fixture_expect_faults(
        &f, (const char *const[]){"f:6: economy.demand.size_share: 'smal' is unknown; allowed: a "
                                  "number from 0 to 1 for each of: micro, small, "
                                  "medium; did you mean 'small'?",
                                  NULL});
    fixture_set(&f, "economy.demand.size_share.small", "8");
    assert_int_equal(fixture_apply(&f), ERROR_INPUT);
    assert_string_equal(
        f.err.text[0],
        "f:7: economy.demand.size_share.small: '8' is too large; allowed: a number from 0 to 1");
    fixture_done(&f);
}

// ---- series

static void expect_shock(const struct fixture *f, int64_t first, int64_t n, const double *value)
{
    assert_int_equal(f->target.demand.shock.first_year, first);
    assert_int_equal(f->target.demand.shock.n, n);
    for (int64_t i = 0; i < n; i++)
        assert_true(f->target.demand.shock.value[i] == value[i]);
}

static void test_year_over_fallback(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "economy.demand.shock.2021", "0.5");
    fixture_set(&f, "economy.demand.shock.2019", "2");
    fixture_set(&f, "economy.demand.shock.2018", "3");
    fixture_expect_sound(&f);
    expect_shock(&f, 2018, 5, (const double[]){3, 2, 0.9, 0.5, 0.95});
    fixture_done(&f);
}

static void test_mapping_replaces_fallback(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    config_set_at(f.config, "economy.demand.shock", "f:4", NULL, "f:4", NULL);
    fixture_set(&f, "economy.demand.shock.2016", "2");
    fixture_set(&f, "economy.demand.shock.2015", "1");
    fixture_expect_sound(&f);
    expect_shock(&f, 2015, 2, (const double[]){1, 2});
    fixture_done(&f);
}

static void test_empty_mapping_keeps_fallback(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    config_set_at(f.config, "economy.demand.shock", "f:4", NULL, "f:4", NULL);
    fixture_expect_sound(&f);
    expect_shock(&f, 2020, 3, (const double[]){0.9, 0.8, 0.95});
    fixture_done(&f);
}

static void test_whole_series_hides_earlier_years(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "economy.demand.shock.1999", "7");
    fixture_set(&f, "economy.demand.shock", "2014: 1, 2015: 2");
    fixture_set(&f, "economy.demand.shock.2016", "3");
    fixture_expect_sound(&f);
    expect_shock(&f, 2014, 3, (const double[]){1, 2, 3});
    fixture_set(&f, "economy.demand.shock.1999", "8"); // now later than the whole
    fixture_expect_faults(
        &f, (const char *const[]){"f:7: economy.demand.shock: year 2000 is missing; allowed: up to "
                                  "64 consecutive years, each with a number "
                                  "from 0 to 10",
                                  NULL});
    fixture_done(&f);
}

static void test_gap(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "economy.demand.growth.2018", "0.1");
    fixture_expect_faults(
        &f, (const char *const[]){"f:3: economy.demand.growth: year 2016 is missing; allowed: up "
                                  "to 64 consecutive years, each with a number "
                                  "from -0.2 to 0.5",
                                  NULL});
    fixture_set(&f, "economy.demand.growth.2017", "0.1");
    fixture_set(&f, "economy.demand.growth.2016", "0.1");
    fixture_expect_sound(&f);
    assert_int_equal(f.target.demand.growth.n, 5);
    fixture_done(&f);
}

static void test_faults_of_years(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "economy.demand.growth.216", "0.1");
    fixture_set(&f, "economy.demand.growth.2016", "1.1");
    fixture_expect_faults(
        &f,
        (const char *const[]){
            "f:4: economy.demand.growth: '216' is not a year; allowed: up to 64 consecutive years, each with "
            "a number "
            "from -0.2 to 0.5",
            "f:5: economy.demand.growth.2016: '1.1' is too large; allowed: a number from -0.2 to 0.5", NULL});
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_and_values),
        cmocka_unit_test(test_required),
        cmocka_unit_test(test_faults_come_in_order),
        cmocka_unit_test(test_no_place),
        cmocka_unit_test(test_too_many_faults),
        cmocka_unit_test(test_parts_of_values),
        cmocka_unit_test(test_elements_over_fallback),
        cmocka_unit_test(test_later_setting_wins),
        cmocka_unit_test(test_elements_without_fallback),
        cmocka_unit_test(test_year_over_fallback),
        cmocka_unit_test(test_mapping_replaces_fallback),
        cmocka_unit_test(test_empty_mapping_keeps_fallback),
        cmocka_unit_test(test_whole_series_hides_earlier_years),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_faults_of_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
