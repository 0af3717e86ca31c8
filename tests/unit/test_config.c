// Configurations: setting keys, faults of relations, rows of keys.
#include "tests/unit/config_fixture.h"

static void test_set_and_find(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    assert_null(config_find(f.config, "a"));
    fixture_set(&f, "a.b", "1");
    fixture_set(&f, "a.c", "2");
    assert_string_equal(config_find(f.config, "a.b")->text, "1");
    assert_string_equal(config_find(f.config, "a.c")->place, "f:2");
    assert_null(config_find(f.config, "a"));
    assert_null(config_find(f.config, "a.b.c"));
    fixture_done(&f);
}

static void test_later_value_replaces_in_place(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    fixture_set(&f, "a", "1");
    fixture_set(&f, "b", "2");
    config_set(f.config, "a", "3", "later", NULL);
    config_set(f.config, "a", "4", "last", NULL);
    assert_int_equal(f.config->n, 2);
    const struct config_entry *entry = &f.config->entry[0];
    assert_string_equal(entry->key, "a");
    assert_string_equal(entry->text, "4");
    assert_string_equal(entry->place, "last");
    assert_string_equal(entry->first_text, "1");
    assert_string_equal(entry->first_place, "f:1");
    assert_true(entry->serial > f.config->entry[1].serial);
    assert_null(f.config->entry[1].first_text);
    fixture_done(&f);
}

static void test_many_keys(void **state)
{
    (void)state;
    struct fixture f;
    char key[32], text[32];
    fixture_make(&f, false);
    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "k.%d", i);
        snprintf(text, sizeof text, "%d", 7 * i);
        fixture_set(&f, key, text);
    }
    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "k.%d", i);
        snprintf(text, sizeof text, "%d", 7 * i);
        assert_string_equal(config_find(f.config, key)->text, text);
        assert_string_equal(f.config->entry[i].key, key);
    }
    assert_null(config_find(f.config, "k.5000"));
    fixture_done(&f);
}

static void test_malformed_keys(void **state)
{
    (void)state;
    static const char *const bad[] = {"", ".", "a.", ".a", "a..b", "a b", "a=b", "a/b", "ă", "a\n"};
    struct fixture f;
    fixture_make(&f, false);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(config_set(f.config, bad[i], "1", "p", NULL), ERROR_INPUT);
    assert_int_equal(config_set(f.config, "a b", "1", "x.yaml:1:2", &f.err), ERROR_INPUT);
    assert_string_equal(f.err.text[0],
                        "x.yaml:1:2: 'a b' is not a key; allowed: words of letters, digits, _ and -, "
                        "joined by dots, at most 191 bytes");
    assert_int_equal(config_set(f.config, "", "1", "", &f.err), ERROR_INPUT);
    assert_string_equal(f.err.text[1], "'' is not a key; allowed: words of letters, digits, _ and -, "
                                       "joined by dots, at most 191 bytes");
    assert_int_equal(f.config->n, 0);
    fixture_done(&f);
}

static void test_length_of_keys(void **state)
{
    (void)state;
    struct fixture f;
    char key[CONFIG_KEY_MAX + 1];
    fixture_make(&f, false);
    memset(key, 'k', sizeof key);
    key[CONFIG_KEY_MAX] = '\0';
    assert_int_equal(config_set(f.config, key, "1", "p", NULL), ERROR_INPUT);
    key[CONFIG_KEY_MAX - 1] = '\0';
    fixture_set(&f, key, "1");
    assert_string_equal(config_find(f.config, key)->text, "1");
    fixture_done(&f);
}

static void test_argument(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    assert_int_equal(config_set_argument(f.config, "a.b=c=d", &f.err), 0);
    assert_string_equal(config_find(f.config, "a.b")->text, "c=d");
    assert_string_equal(config_find(f.config, "a.b")->place, "--set");
    assert_int_equal(config_set_argument(f.config, "a.b=", &f.err), 0);
    assert_string_equal(config_find(f.config, "a.b")->text, "");
    assert_int_equal(config_set_argument(f.config, "a.b", &f.err), ERROR_INPUT);
    assert_string_equal(f.err.text[0], "--set: 'a.b' has no '='; allowed: KEY=VALUE");
    assert_int_equal(config_set_argument(f.config, "=1", &f.err), ERROR_INPUT);
    assert_string_equal(f.err.text[1], "--set: '' is not a key; allowed: words of letters, digits, _ and -, "
                                       "joined by dots, at most 191 bytes");
    char text[2 * CONFIG_KEY_MAX + 3];
    memset(text, 'k', sizeof text);
    memcpy(text + 2 * CONFIG_KEY_MAX, "=1", 3);
    assert_int_equal(config_set_argument(f.config, text, &f.err), ERROR_INPUT);
    assert_int_equal(f.config->n, 1);
    fixture_done(&f);
}

static void test_mapping_leaves_text(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    fixture_set(&f, "a", "1");
    assert_int_equal(config_set_at(f.config, "a", "x:1:1", NULL, "x:1:1", NULL), 0);
    assert_string_equal(config_find(f.config, "a")->text, "1");
    assert_false(config_find(f.config, "a")->mapping);
    assert_int_equal(config_set_at(f.config, "b", "x:1:1", NULL, "x:1:1", NULL), 0);
    assert_true(config_find(f.config, "b")->mapping);
    assert_int_equal(config_set_at(f.config, "b", "x:2:1", "2", "x:2:4", NULL), 0);
    assert_false(config_find(f.config, "b")->mapping);
    assert_string_equal(config_find(f.config, "b")->key_place, "x:2:1");
    assert_string_equal(config_find(f.config, "b")->place, "x:2:4");
    fixture_done(&f);
}

static void test_fault_of_relation(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    config_set_at(f.config, "a.v", "f:1:1", NULL, "f:1:1", NULL);
    assert_int_equal(config_fault(f.config, "a.v", &f.err, "sums to %g", 0.5), ERROR_INPUT);
    config_set(f.config, "a.v.x", "1", "f:2:2", NULL);
    config_set(f.config, "a.v.y", "1", "f:3:3", NULL);
    config_fault(f.config, "a.v", &f.err, "sums to 2");
    config_set(f.config, "a.v.x", "2", "--set", NULL);
    config_fault(f.config, "a.v", &f.err, "sums to 3");
    config_fault(f.config, "a.v.y", &f.err, "odd");
    config_fault(f.config, "a.w", &f.err, "unset");
    config_set(f.config, "a.v", "x: 1, y: 1", "f:9:9", NULL);
    config_fault(f.config, "a.v", &f.err, "sums to 2");
    assert_string_equal(f.err.text[0], "f:1:1: a.v: sums to 0.5");
    assert_string_equal(f.err.text[1], "f:3:3: a.v: sums to 2");
    assert_string_equal(f.err.text[2], "--set: a.v: sums to 3");
    assert_string_equal(f.err.text[3], "f:3:3: a.v.y: odd");
    assert_string_equal(f.err.text[4], "a.w: unset");
    assert_string_equal(f.err.text[5], "f:9:9: a.v: sums to 2");
    fixture_done(&f);
}

static void test_rows_of_keys(void **state)
{
    (void)state;
    assert_ptr_equal(config_field(&small_schema, "name"), &small_top_fields[0]);
    assert_ptr_equal(config_field(&small_schema, "run.agents"), &small_run_fields[0]);
    assert_ptr_equal(config_field(&small_schema, "economy.demand.inner.low"), &small_demand_fields[8]);
    assert_ptr_equal(config_field(&small_schema, "economy.regions.hanoi.share"), &small_region_fields[0]);
    assert_ptr_equal(config_field(&small_schema, "programmes.x.enabled"), &small_programme_fields[0]);
    assert_ptr_equal(config_field(&small_schema, "programmes.x.months"), &small_loan_fields[1]);
    assert_ptr_equal(config_field(&small_schema, "programmes.x.rate_frac"), &small_grant_fields[0]);
    assert_ptr_equal(config_field(&small_schema, "programmes.x.sizes"), &small_grant_fields[1]); // the set
    assert_null(config_field(&small_schema, "run"));
    assert_null(config_field(&small_schema, "run.agent"));
    assert_null(config_field(&small_schema, "programmes.x"));
    assert_null(config_field(&small_schema, "programmes.x.kind"));
    assert_null(config_field(&small_schema, "economy.demand.weight.left"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_and_find),        cmocka_unit_test(test_later_value_replaces_in_place),
        cmocka_unit_test(test_many_keys),           cmocka_unit_test(test_malformed_keys),
        cmocka_unit_test(test_length_of_keys),      cmocka_unit_test(test_argument),
        cmocka_unit_test(test_mapping_leaves_text), cmocka_unit_test(test_fault_of_relation),
        cmocka_unit_test(test_rows_of_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
