// The same bits for any number of threads; other bits for another seed, replicate or policy.
#include "tests/fixture.h"

static const char *const policies[] = {"policies/baseline.yaml", "policies/credit_guarantee.yaml",
                                       "policies/fund_of_funds.yaml", "policies/tax_incentive.yaml"};
static const char *const small[] = {"run.agents=2000", "run.until=2015-06", NULL};

static void threads_do_not_matter(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof policies / sizeof policies[0]; k++) {
        const uint64_t one = fixture_digest(policies[k], small, 0, 1);
        assert_true(fixture_digest(policies[k], small, 0, 2) == one);
        assert_true(fixture_digest(policies[k], small, 0, 7) == one);
    }
}

static void everything_else_matters(void **state)
{
    static const char *const other_seed[] = {"run.agents=2000", "run.until=2015-06", "run.seed=2", NULL};
    static const char *const other_rate[] = {"run.agents=2000", "run.until=2015-06",
                                             "economy.production.hire_speed=0.2500001", NULL};
    (void)state;
    const uint64_t first = fixture_digest(policies[0], small, 0, 2);
    assert_true(fixture_digest(policies[0], other_seed, 0, 2) != first);
    assert_true(fixture_digest(policies[0], other_rate, 0, 2) != first);
    assert_true(fixture_digest(policies[0], small, 1, 2) != first);
    for (size_t k = 1; k < sizeof policies / sizeof policies[0]; k++)
        assert_true(fixture_digest(policies[k], small, 0, 2) != first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(everything_else_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
