// Walking a target, and its text as YAML.
#include "tests/unit/config_fixture.h"
#include <stdlib.h>

struct visits {
    char keys[2048];
    int n;
};

static void visit(void *ctx, const char *key, const struct field *field, const void *base)
{
    struct visits *visits = ctx;
    char text[FIELD_FORMAT_MAX];
    field_format(field, base, text, sizeof text);
    snprintf(visits->keys + strlen(visits->keys), sizeof visits->keys - strlen(visits->keys), "%s=%s;", key,
             text);
    visits->n++;
}

static void test_walk(void **state)
{
    (void)state;
    struct fixture f;
    struct visits visits = {"", 0};
    fixture_make(&f, true);
    fixture_set(&f, "programmes.b.kind", "grant");
    fixture_set(&f, "programmes.b.budget_vnd", "5");
    fixture_set(&f, "economy.regions.hanoi.share", "0.1");
    fixture_expect_sound(&f);
    assert_int_equal(config_walk(f.config, &small_schema, &f.target, visit, &visits), 0);
    assert_int_equal(visits.n, 1 + 4 + 10 + 2 + 2 + 1);
    assert_memory_equal(visits.keys, "name=untitled;run.agents=40000;", 31);
    assert_non_null(strstr(visits.keys, ";economy.demand.size_share=micro: 0.7, small: 0.2, medium: 0.1;"));
    assert_non_null(strstr(visits.keys,
                           ";programmes.b.enabled=true;programmes.b.budget_vnd=5;programmes.b.rate_frac=0.5;"
                           "programmes.b.sizes=[];economy.regions.hanoi.share=0.1;"));
    assert_int_equal(f.target.programmes_n, 1); // found, not made again
    fixture_done(&f);
}

static void test_yaml_text(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, true);
    fixture_set(&f, "name", "a \"b\" \\");
    fixture_set(&f, "economy.demand.growth",
                "2014: -0.1234567, 2015: -0.1234567, 2016: -0.1234567, 2017: -0.1234567, "
                "2018: -0.1234567");
    fixture_set(&f, "economy.regions.hanoi.share", "1e-7");
    fixture_set(&f, "programmes.b.kind", "loan");
    fixture_set(&f, "programmes.b.budget_vnd", "1462e9");
    fixture_expect_sound(&f);
    char *text = config_yaml(f.config, &small_schema, &f.target);
    assert_string_equal(
        text, "name: \"a \\\"b\\\" \\\\\"\n"
              "# How it is run.\n"
              "run:\n"
              "  agents: 40000  # 1; assumption: speed\n"
              "  verbose: false\n"
              "  closure: elastic  # model\n"
              "  start: 2014-01  # month\n"
              "economy:\n"
              "  # Shares of demand.\n"
              "  demand:\n"
              "    replicator_per_year: 1  # 1/year; model-notes 3\n"
              "    speed: 0.05  # 1/month\n"
              "    size_share: {micro: 0.7, small: 0.2, medium: 0.1}  # 1\n"
              "    weight: {left: 0.25, right: 0.75}  # 1\n"
              "    growth: {2014: -0.1234567, 2015: -0.1234567, 2016: -0.1234567, 2017: -0.1234567,\n"
              "             2018: -0.1234567}  # 1/year\n"
              "    shock: {2020: 0.9, 2021: 0.8, 2022: 0.95}  # 1; f12\n"
              "    classes: [micro, small]\n"
              "    budget_vnd: 0  # VND\n"
              "    inner:\n"
              "      low: 0  # 1\n"
              "      high: 1  # 1\n"
              "  # Regions.\n"
              "  regions:\n"
              "    hanoi:\n"
              "      share: 1.0e-07  # 1\n"
              "# What the state does.\n"
              "programmes:\n"
              "  b:\n"
              "    kind: loan\n"
              "    enabled: true\n"
              "    budget_vnd: 1462000000000  # VND\n"
              "    rate_frac: 0.06  # 1\n"
              "    months: 36  # month\n"
              "    sizes: small\n");
    free(text);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_yaml_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
