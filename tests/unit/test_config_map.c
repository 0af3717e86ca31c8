// Named entries: kinds, names, their number, unknown keys.
#include "tests/unit/config_fixture.h"
#include <stdlib.h>

static void test_kinds(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "programmes.a.months", "12"); // the kind may come later
    fixture_set(&f, "programmes.b.kind", "grant");
    fixture_set(&f, "programmes.a.kind", "loan");
    fixture_set(&f, "programmes.a.budget_vnd", "1e9");
    fixture_set(&f, "programmes.b.budget_vnd", "-1");
    fixture_set(&f, "programmes.b.sizes", "[micro, medium]");
    fixture_expect_sound(&f);
    assert_int_equal(f.target.programmes_n, 2);
    assert_string_equal(f.target.programme[0].name, "a");
    assert_int_equal(f.target.programme[0].loan.months, 12);
    assert_true(f.target.programme[0].loan.rate_frac == 0.06);
    assert_true(f.target.programme[0].budget_vnd == 1000000000);
    assert_int_equal(f.target.programme[0].enabled, 1);
    assert_int_equal(f.target.programme[1].grant.sizes, 5);
    assert_true(f.target.programme[1].grant.rate_frac == 0.5);
    fixture_done(&f);
}

static void test_kind_is_given_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "programmes.a.kind", "loan");
    fixture_set(&f, "programmes.a.budget_vnd", "1");
    fixture_set(&f, "programmes.a.kind", "loan"); // the same again does no harm
    fixture_expect_sound(&f);
    config_set_argument(f.config, "programmes.a.kind=grant", NULL);
    fixture_expect_faults(
        &f, (const char *const[]){
                "--set: programmes.a.kind: 'grant' replaces 'loan' of f:4; allowed: one kind for an entry",
                NULL});
    fixture_done(&f);
}

static void test_misspelt_entry(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "programmes.vn_cgf.kind", "loan");
    fixture_set(&f, "programmes.vn_cgf.budget_vnd", "1");
    config_set_argument(f.config, "programmes.vn_cfg.budget_vnd=0", NULL);
    config_set_argument(f.config, "programmes.other.budget_vnd=0", NULL);
    fixture_expect_faults(
        &f, (const char *const[]){
                "--set: programmes.vn_cfg: its kind must be given; allowed: one of: grant, loan; did "
                "you mean 'vn_cgf'?",
                "--set: programmes.other: its kind must be given; allowed: one of: grant, loan", NULL});
    fixture_done(&f);
}

static void test_unknown_key_of_kind(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "programmes.a.kind", "grant");
    fixture_set(&f, "programmes.a.budget_vnd", "1");
    fixture_set(&f, "programmes.a.months", "1");
    fixture_set(&f, "programmes.a.budget_vn", "1");
    fixture_expect_faults(
        &f,
        (const char *const[]){
            "f:6: programmes.a.months: unknown key for kind 'grant'; allowed: one of: kind, "
            "enabled, budget_vnd, "
            "rate_frac, sizes",
            "f:7: programmes.a.budget_vn: unknown key for kind 'grant'; did you mean 'budget_vnd'?", NULL});
    fixture_done(&f);
}

static void test_names_and_number_of_entries(void **state)
{
    (void)state;
    struct fixture f;
    char key[128] = "economy.regions.r";
    fixture_make(&f, true);
    memset(key + strlen(key), '1', 62); // 63 in all: the longest name
    memcpy(key + strlen("economy.regions.") + 63, ".share", 7);
    fixture_set(&f, key, "0.5");
    fixture_expect_sound(&f);
    assert_int_equal(strlen(f.target.region[0].name), 63);
    fixture_set(&f, "economy.regions.Hanoi.share", "0.5");
    fixture_set(&f, "economy.regions.b.share", "0.5");
    fixture_set(&f, "economy.regions.c.share", "0.5");
    fixture_set(&f, "economy.regions.d.share", "0.5");
    fixture_expect_faults(
        &f, (const char *const[]){"f:5: economy.regions.Hanoi: 'Hanoi' is not a name; allowed: "
                                  "a-z, 0-9 and _, a letter first, at most 63 bytes",
                                  "f:8: economy.regions: too many entries; allowed: at most 4", NULL});
    fixture_done(&f);
}

static void test_target_that_holds_fewer_entries(void **state)
{
    (void)state;
    struct config_map map = small_maps[1];
    map.entries_max = 10;
    const struct config_schema schema = {NULL, 0, &map, 1};
    struct fixture f;
    fixture_make(&f, false);
    fixture_set(&f, "economy.regions.a.share", "0.1");
    fixture_set(&f, "economy.regions.b.share", "0.1");
    fixture_set(&f, "economy.regions.c.share", "0.1");
    fixture_set(&f, "economy.regions.d.share", "0.1");
    fixture_set(&f, "economy.regions.e.share", "0.1");
    assert_int_equal(config_apply(f.config, &schema, &f.target, &f.err), ERROR_INPUT);
    assert_string_equal(f.err.text[0], "f:5: economy.regions: too many entries; allowed: at most 10");
    assert_int_equal(f.err.faults_n, 1);
    fixture_done(&f);
}

// A map whose entries move whenever one is added.
struct moving {
    int n;
    struct small_region *region;
};

static int moving_entry(void *target, const char *name, int kind, void **common_base, void **kind_base)
{
    struct moving *moving = target;
    int i = 0;
    (void)kind;
    while (i < moving->n && strcmp(moving->region[i].name, name) != 0)
        i++;
    if (i == moving->n) {
        struct small_region *moved = calloc((size_t)++moving->n, sizeof *moved);
        if (i > 0)
            memcpy(moved, moving->region, (size_t)i * sizeof *moved);
        free(moving->region);
        moving->region = moved;
        snprintf(moved[i].name, CONFIG_NAME_MAX, "%s", name);
    }
    *common_base = &moving->region[i];
    *kind_base = NULL;
    return 0;
}

static void test_entries_may_move(void **state)
{
    (void)state;
    const struct config_map map = {"regions", "", small_region_fields, 1, NULL, 10, moving_entry};
    const struct config_schema schema = {NULL, 0, &map, 1};
    struct moving moving = {0, NULL};
    struct fixture f;
    fixture_make(&f, false);
    fixture_set(&f, "regions.a.share", "0.1");
    fixture_set(&f, "regions.b.share", "0.2");
    fixture_set(&f, "regions.c.share", "0.3");
    assert_int_equal(config_apply(f.config, &schema, &moving, &f.err), 0);
    assert_int_equal(moving.n, 3);
    for (int i = 0; i < 3; i++)
        assert_true(moving.region[i].share == (double)(i + 1) / 10);
    free(moving.region);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_kind_is_given_once),
        cmocka_unit_test(test_misspelt_entry),
        cmocka_unit_test(test_unknown_key_of_kind),
        cmocka_unit_test(test_names_and_number_of_entries),
        cmocka_unit_test(test_target_that_holds_fewer_entries),
        cmocka_unit_test(test_entries_may_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
