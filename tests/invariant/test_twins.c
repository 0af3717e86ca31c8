// Two scenarios with one seed are twins: the same firms, entrants, luck and macro path; only the policy
// differs.
#include "tests/fixture.h"

static const char *const small[] = {"run.agents=3000", "run.until=2016-12", NULL};

// The row of the record that is its own ancestor, or -1: records that splits made have ids of their own in
// each scenario.
static int64_t find(const struct world *world, int64_t ancestor)
{
    for (int64_t r = 0; r < world->firms.n; r++)
        if (world->firm.id[r] == ancestor && world->firm.ancestor[r] == ancestor)
            return r;
    return -1;
}

static void twins_share_firms_and_luck(void **state)
{
    (void)state;
    struct model *base = fixture_model("policies/baseline.yaml", small),
                 *policy = fixture_model("policies/credit_guarantee.yaml", small);
    struct world *a = fixture_world(base, 0, 2), *b = fixture_world(policy, 0, 2);
    fixture_run(base, a);
    fixture_run(policy, b);
    int64_t both = 0, entrants = 0, untouched = 0;
    for (int64_t r = 0; r < a->firms.n; r++) {
        const int64_t t = find(b, a->firm.id[r]);
        if (t < 0 || a->firm.ancestor[r] != a->firm.id[r])
            continue;
        both++;
        entrants += a->firm.birth_month[r] >= 0;
        assert_int_equal(a->firm.sector[r], b->firm.sector[t]);
        assert_int_equal(a->firm.birth_month[r], b->firm.birth_month[t]);
        assert_true(a->firm.ability[r] == b->firm.ability[t]);
        assert_true(a->firm.propensity[r] == b->firm.propensity[t]);
        assert_true(a->firm.volatility[r] == b->firm.volatility[t]);
        assert_true(a->firm.transitory[r] == b->firm.transitory[t]);
        untouched += a->firm.exporter[r] == b->firm.exporter[t];
    }
    assert_true(both > a->firms.n * 8 / 10);
    assert_true(entrants > 100);
    assert_true(untouched > both * 8 / 10);
    assert_true(a->climate.bank_rate == b->climate.bank_rate && a->climate.gdp_index == b->climate.gdp_index);
    world_free(a);
    world_free(b);
    free(base);
    free(policy);
}

static void the_macro_path_is_drawn_after_the_data(void **state)
{
    static const char *const late[] = {"run.agents=1000", NULL};
    (void)state;
    struct model *base = fixture_model("policies/baseline.yaml", late),
                 *policy = fixture_model("policies/fund_of_funds.yaml", late);
    struct world *a = fixture_world(base, 3, 1), *b = fixture_world(policy, 3, 1),
                 *c = fixture_world(base, 4, 1);
    for (int64_t year = 2014; year <= 2030; year++) {
        assert_true(environment_growth(base, a, year) == environment_growth(policy, b, year));
        if (year <= 2024)
            assert_true(environment_growth(base, a, year) == environment_growth(base, c, year));
        else
            assert_true(environment_growth(base, a, year) != environment_growth(base, c, year));
    }
    world_free(a);
    world_free(b);
    world_free(c);
    free(base);
    free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twins_share_firms_and_luck),
        cmocka_unit_test(the_macro_path_is_drawn_after_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
