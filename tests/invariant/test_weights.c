// Weights are whole, sum exactly to the register for any number of agents, and survive splits.
#include "tests/fixture.h"

static int64_t enterprises(const struct world *world, int status)
{
    int64_t n = 0;
    for (int64_t r = 0; r < world->firms.n; r++)
        n += world->firm.alive[r] && world->firm.status[r] == status ? world->firm.weight[r] : 0;
    return n;
}

static void weights_sum_to_the_register(void **state)
{
    static const char *const agents[] = {"run.agents=1000", "run.agents=10000", "run.agents=40000",
                                         "run.agents=150000"};
    (void)state;
    for (size_t k = 0; k < sizeof agents / sizeof agents[0]; k++) {
        const char *const settings[] = {agents[k], NULL};
        struct model *model = fixture_model("policies/baseline.yaml", settings);
        struct world *world = fixture_world(model, 0, 2);
        assert_int_equal(enterprises(world, STATUS_OPERATING) + enterprises(world, STATUS_UNTRADING),
                         model->population.register_n);
        assert_int_equal(enterprises(world, STATUS_SUSPENDED), model->population.suspended_n);
        assert_int_equal(enterprises(world, STATUS_CEASED), model->population.ceased_n);
        int64_t certified = 0;
        for (int64_t r = 0; r < world->firms.n; r++) {
            assert_true(world->firm.weight[r] > 0);
            certified += world->firm.st_month[r] != NEVER ? world->firm.weight[r] : 0;
        }
        assert_int_equal(certified, model->population.st_certified_n);
        world_free(world);
        free(model);
    }
}

static void rare_strata_have_weight_one_by_default(void **state)
{
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", NULL);
    int64_t weight[STRATA_N];
    population_weights(model, weight);
    assert_int_equal(weight[STRATUM_RARE], 1);
    assert_true(weight[STRATUM_COMMON] > 1);
    assert_in_range(population_agents(model), 36000, 42000);
    free(model);
}

static bool rare(const struct model *model, const struct world *world, int64_t r)
{
    const struct firm *f = &world->firm;
    const int64_t industry = model->sector[f->sector[r]].industry;
    return f->startup[r] || f->st_capable[r] || f->ownership[r] != OWNERSHIP_PRIVATE ||
           (f->status[r] == STATUS_OPERATING && f->birth_month[r] < 0 &&
            model_size_class_decree56(f->workers[r], industry) >= SIZE_MEDIUM);
}

// Sums over rare firms: of those of the opening ids and workers, of entrants their number.
struct rare_sums {
    int64_t n, ids, entrants;
    double workers;
};

static struct rare_sums rare_of(const char *agents)
{
    const char *const settings[] = {agents, "run.until=2014-04", NULL};
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    struct world *world = fixture_world(model, 0, 2);
    struct rare_sums s = {0, 0, 0, 0.0};
    for (int64_t r = 0; r < world->firms.n; r++) {
        if (!rare(model, world, r))
            continue;
        assert_int_equal(world->firm.weight[r], 1);
        s.n++;
        s.ids += world->firm.id[r] % 1000003;
        s.workers += world->firm.workers[r];
    }
    fixture_run(model, world);
    for (int64_t r = 0; r < world->firms.n; r++)
        if (world->firm.birth_month[r] >= 0 && rare(model, world, r)) {
            assert_int_equal(world->firm.weight[r], 1);
            s.entrants++;
        }
    world_free(world);
    free(model);
    return s;
}

// From the number of agents on that has room for them, rare firms stand for themselves, at the opening and as
// entrants; they are the same firms for every number of agents.
static void rare_firms_are_the_same_for_any_number_of_agents(void **state)
{
    static const char *const agents[] = {"run.agents=60000", "run.agents=150000", "run.agents=0"};
    (void)state;
    const struct rare_sums first = rare_of("run.agents=40000");
    assert_true(first.n > 20000 && first.entrants > 500);
    for (size_t k = 0; k < sizeof agents / sizeof agents[0]; k++) {
        const struct rare_sums s = rare_of(agents[k]);
        assert_int_equal(s.n, first.n);
        assert_int_equal(s.ids, first.ids);
        assert_true(s.workers == first.workers);
        assert_int_equal(s.entrants, first.entrants);
    }
}

static void a_full_run_has_one_agent_per_enterprise(void **state)
{
    static const char *const settings[] = {"run.agents=0", NULL};
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    const struct population *p = &model->population;
    assert_int_equal(population_agents(model), p->register_n + p->suspended_n + p->ceased_n);
    free(model);
}

static void a_split_keeps_enterprises_money_and_luck(void **state)
{
    static const char *const settings[] = {"run.agents=2000", NULL};
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    struct world *world = fixture_world(model, 0, 1);
    struct error *err = calloc(1, sizeof *err);
    int64_t row = 0;
    while (world->firm.weight[row] < 3 || world->firm.status[row] != STATUS_OPERATING)
        row++;
    const int64_t before = enterprises(world, STATUS_OPERATING), id = world->firm.id[row];
    assert_int_equal(world_reserve(world, err), 0);
    const int64_t part = world_split(world, row, 2);
    assert_int_equal(world->firm.weight[part], 2);
    assert_int_equal(enterprises(world, STATUS_OPERATING), before);
    assert_true(world->firm.ancestor[part] == world->firm.ancestor[row]);
    assert_true(world->firm.id[part] != id && world->firm.id[row] == id);
    assert_int_equal(world_audit(world, err), 0);
    free(err);
    world_free(world);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_sum_to_the_register),
        cmocka_unit_test(rare_strata_have_weight_one_by_default),
        cmocka_unit_test(rare_firms_are_the_same_for_any_number_of_agents),
        cmocka_unit_test(a_full_run_has_one_agent_per_enterprise),
        cmocka_unit_test(a_split_keeps_enterprises_money_and_luck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
