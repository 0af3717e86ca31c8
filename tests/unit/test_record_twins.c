// The twin ledger: nothing of the economy is lost or counted twice on its way to the ancestors.
#include "tests/unit/record_fixture.h"

enum { MONTHS = 30 };
static const char *const settings[] = {"run.agents=1500", "run.until=2016-06", "run.replicates=3",
                                       "run.twin_replicates=2", NULL};

// A metric summed over the months of a replicate.
static double over_the_run(const struct taping *t, const char *name, int replicate)
{
    double sum = 0.0;
    for (int m = 0; m < MONTHS; m++)
        sum += taping_value(t, "", name, replicate, m, 0);
    return sum;
}

static double column(const struct taping *t, const char *name, int replicate)
{
    double sum = 0.0;
    for (int64_t row = 0; row < taping_var(t, "twins", name)->n; row++)
        if (taping_cell(t, "twins", "replicate", row) == (double)replicate)
            sum += taping_cell(t, "twins", name, row);
    return sum;
}

struct register_seen {
    double opening[3], loans[3];
    int splits;
};

static void see(void *ctx, int replicate, const struct world *world)
{
    struct register_seen *seen = ctx;
    const struct firm *f = &world->firm;
    for (int64_t r = 0; r < world->firms.n; r++) {
        if (world->month == 0 && f->birth_month[r] < 0)
            seen->opening[replicate] += (double)f->weight[r];
        if (f->loan_event[r] & CREDIT_EVENT_GRANTED)
            seen->loans[replicate] += (double)f->weight[r];
        seen->splits += f->id[r] != f->ancestor[r] && world->month == MONTHS - 1;
    }
}

static void totals_are_those_of_the_economy(void **state)
{
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", settings);
    struct register_seen seen = {.splits = 0};
    t.witness = see;
    t.ctx = &seen;
    taping_run(&t, 1);
    assert_true(seen.splits > 0); // agents have split: several parts of one ancestor
    for (int r = 0; r < 2; r++) {
        const double sales = over_the_run(&t, "revenue_vnd", r),
                     value_added = over_the_run(&t, "value_added_vnd", r);
        assert_true(column(&t, "weight", r) == seen.opening[r] + over_the_run(&t, "entries_n", r));
        assert_near(column(&t, "sales_total_vnd", r), sales, 1e-12 * sales);
        assert_near(column(&t, "value_added_total_vnd", r), value_added, 1e-12 * value_added);
        assert_true(column(&t, "innovations_n", r) == over_the_run(&t, "projects_succeeded_n", r));
        assert_true(column(&t, "loans_n", r) == seen.loans[r]);
        const double there = taping_value(&t, "", "enterprises_n", r, MONTHS - 1, 0) +
                             taping_value(&t, "", "suspended_n", r, MONTHS - 1, 0);
        assert_true(column(&t, "survived", r) == there);
        assert_true(column(&t, "survived", r) < column(&t, "weight", r));
        assert_true(column(&t, "worker_months", r) > column(&t, "months_operating", r));
    }
    // a planted defect: an ancestor's sales are lost
    ((double *)taping_var(&t, "twins", "sales_total_vnd")->value)[0] = 0.0;
    assert_true(fabs(column(&t, "sales_total_vnd", 0) - over_the_run(&t, "revenue_vnd", 0)) >
                1e-12 * over_the_run(&t, "revenue_vnd", 0));
    taping_close(&t);
}

static void a_row_per_ancestor_and_replicate_in_order(void **state)
{
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", settings);
    taping_run(&t, 1);
    const int64_t n = taping_var(&t, "twins", "ancestor")->n;
    bool second = false;
    for (int64_t row = 1; row < n; row++) {
        const double before = taping_cell(&t, "twins", "replicate", row - 1),
                     here = taping_cell(&t, "twins", "replicate", row);
        const double key = taping_cell(&t, "twins", "ancestor", row);
        assert_true(here == before ? taping_cell(&t, "twins", "ancestor", row - 1) < key
                                   : here == before + 1.0);
        assert_true(key < 9007199254740992.0);
        second |= here == 1.0;
    }
    assert_true(second);
    assert_true(taping_cell(&t, "twins", "replicate", n - 1) == 1.0); // the third is not asked for
    taping_close(&t);
}

// Birth and opening sizes: policy cannot have changed them.
static void size_is_that_of_the_opening_or_of_birth(void **state)
{
    static const char *const idle[] = {"run.agents=1500", "run.until=2014-04", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", idle);
    struct world *world = fixture_world(t.model, 0, 1);
    double opening[SIZES_N] = {0.0}, twins[SIZES_N] = {0.0};
    for (int64_t r = 0; r < world->firms.n; r++) {
        const double workers =
            world->firm.workers[r] > 0.0 ? world->firm.workers[r] : (double)world->firm.registered_workers[r];
        opening[model_size_class(workers)] += (double)world->firm.weight[r];
    }
    taping_run(&t, 1);
    const int64_t entrants = population_key(1, 0, 0, 0, 0); // keys of the opening are below
    for (int64_t row = 0; row < taping_var(&t, "twins", "ancestor")->n; row++)
        if (taping_cell(&t, "twins", "ancestor", row) < (double)entrants)
            twins[(int)taping_cell(&t, "twins", "size_class", row)] +=
                taping_cell(&t, "twins", "weight", row);
    for (int size = 0; size < SIZES_N; size++)
        assert_true(opening[size] > 0.0 && twins[size] == opening[size]);
    assert_true(strstr(taping_var(&t, "twins", "size_class")->definition, "0 micro, 1 small") != NULL);
    world_free(world);
    taping_close(&t);
}

static void a_replicate_that_did_not_end_has_no_rows(void **state)
{
    static const char *const two[] = {"run.agents=1500", "run.until=2014-04", "run.replicates=2",
                                      "run.twin_replicates=2", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", two);
    struct error err = {0};
    taping_create(&t);
    taping_replicate_run(&t, 1);
    struct world *world = fixture_world(t.model, 0, 1);
    taping_sound(world_reserve(world, &err), &err);
    taping_sound(record_month(t.record, 0, world, &err), &err); // its first month only
    taping_sound(record_finish(t.record, &err), &err);
    assert_true(taping_var(&t, "twins", "replicate")->n > 0);
    for (int64_t row = 0; row < taping_var(&t, "twins", "replicate")->n; row++)
        assert_true(taping_cell(&t, "twins", "replicate", row) == 1.0);
    world_free(world);
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_those_of_the_economy),
        cmocka_unit_test(a_row_per_ancestor_and_replicate_in_order),
        cmocka_unit_test(size_is_that_of_the_opening_or_of_birth),
        cmocka_unit_test(a_replicate_that_did_not_end_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
