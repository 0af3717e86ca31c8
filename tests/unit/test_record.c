// The record's root: dimensions, a variable per metric and breakdown, digests; replicates side by side.
#include "tests/unit/record_fixture.h"

static const char *const brief[] = {"run.agents=1500", "run.until=2014-08", "run.replicates=2", NULL};

static void time_is_the_end_of_each_month(void **state)
{
    static const char *const settings[] = {"run.start=2015-12", "run.until=2016-03", "run.replicates=3",
                                           NULL};
    static const double days[] = {30, 61, 90, 121}; // 2016 is a leap year
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    taping_create(&t);
    const struct data_dim *time = &t.data->dim[data_dim_find(t.data, "time")];
    const struct data_dim *replicate = &t.data->dim[data_dim_find(t.data, "replicate")];
    assert_string_equal(time->unit, "days since 2015-12-01");
    assert_int_equal(time->n, 4);
    for (int m = 0; m < 4; m++)
        assert_true(time->value[m] == days[m]);
    assert_int_equal(replicate->n, 3);
    assert_true(replicate->value[2] == 2.0);
    taping_close(&t);
}

static void long_periods_keep_to_the_calendar(void **state)
{
    static const char *const settings[] = {"run.start=2099-12", "run.until=2101-01", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    taping_create(&t);
    const struct data_dim *time = &t.data->dim[data_dim_find(t.data, "time")];
    assert_true(time->value[2] == 31 + 31 + 28 - 1); // 2100 is not one
    assert_true(time->value[13] == 31 + 365 + 31 - 1);
    taping_close(&t);
}

// ---- every value as the metrics give it ---------------------------------------------------------

struct second {
    const struct taping *taping;
    struct metrics *metrics[2];
};

static void compare_month(void *ctx, int replicate, const struct world *world)
{
    struct second *second = ctx;
    struct metrics *m = second->metrics[replicate];
    metrics_month(m, world);
    for (int row = 0; row < metrics_rows_n; row++) {
        enum metrics_group groups[METRICS_GROUPS_N + 1] = {METRICS_TOTAL};
        const int n = metrics_groups_of(&metrics_rows[row], groups + 1) + 1;
        for (int g = 0; g < n; g++)
            for (int l = 0; l < metrics_labels_n(m->model, groups[g]); l++) {
                char name[2 * DATA_NAME_MAX];
                snprintf(name, sizeof name, "%s%s%s", metrics_rows[row].name, g > 0 ? "_by_" : "",
                         metrics_group_name(groups[g]));
                const double here = taping_value(second->taping, "", name, replicate, world->month, l);
                const double there = metrics_value(m, row, groups[g], l);
                assert_true(here == there || (isnan(here) && isnan(there)));
            }
    }
}

static void every_metric_of_every_replicate(void **state)
{
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", brief);
    struct second second = {.taping = &t};
    struct error err = {0};
    for (int r = 0; r < 2; r++)
        assert_int_equal(metrics_create(&second.metrics[r], t.model, 1, &err), 0);
    t.witness = compare_month;
    t.ctx = &second;
    taping_run(&t, 1);
    const struct data_var *var = taping_var(&t, "", "entries_n_by_sector");
    assert_string_equal(var->unit, "enterprises");
    assert_string_equal(var->cell_methods, "time: sum");
    assert_string_equal(var->long_name, "entries (enterprises), by sector");
    assert_string_equal(var->source, "simulated");
    assert_string_equal(t.data->dim[var->dim[2]].label[0], t.model->sector[0].name);
    assert_true(taping_value(&t, "", "entries_n", 0, 3, 0) != taping_value(&t, "", "entries_n", 1, 3, 0));
    for (int r = 0; r < 2; r++)
        metrics_free(second.metrics[r]);
    taping_close(&t);
}

// ---- digests, what is missing -------------------------------------------------------------------

static void digests_are_those_of_the_worlds(void **state)
{
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", brief);
    taping_run(&t, 1);
    for (int r = 0; r < 2; r++) {
        char text[32];
        snprintf(text, sizeof text, "%016llx",
                 (unsigned long long)fixture_digest("policies/baseline.yaml", brief, r, 1));
        assert_string_equal(taping_text(&t, "", "digest", r), text);
    }
    assert_string_not_equal(taping_text(&t, "", "digest", 0), taping_text(&t, "", "digest", 1));
    taping_close(&t);
}

static int stop_after_march(void *ctx, const struct world *world, struct error *err)
{
    const int rc = taping_month(ctx, world, err);
    return rc ? rc : world->month == 2 ? ERROR_STOPPED : ERROR_NONE;
}

static void months_not_reached_are_missing(void **state)
{
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", brief);
    struct taping_replicate own = {&t, 1};
    const struct observer observer = {&own, stop_after_march};
    struct error err = {0};
    taping_create(&t);
    struct world *world = fixture_world(t.model, 1, 1);
    assert_int_equal(schedule_run(t.model, world, &observer, &err), ERROR_STOPPED);
    taping_sound(record_finish(t.record, &err), &err);
    taping_sound(data_check(t.data, &err), &err);
    assert_true(taping_value(&t, "", "enterprises_n", 1, 2, 0) > 0.0);
    assert_true(isnan(taping_value(&t, "", "enterprises_n", 1, 3, 0)));
    assert_true(isnan(taping_value(&t, "", "enterprises_n", 0, 0, 0)));
    assert_true(isnan(taping_value(&t, "", "enterprises_n_by_region", 0, 0, 1)));
    assert_true(isnan(taping_value(&t, "programmes", "cash_vnd", 0, 0, 0)));
    assert_string_equal(taping_text(&t, "", "digest", 1), "");
    world_free(world);
    taping_close(&t);
}

static void a_scenario_without_programmes_has_none(void **state)
{
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", brief);
    taping_run(&t, 1);
    assert_int_equal(data_dim_find(t.data, "programme"), -1);
    assert_null(data_var_find(t.data, "programmes", "cash_vnd"));
    assert_null(data_var_find(t.data, "", "programme_cash_vnd_by_programme"));
    assert_true(taping_value(&t, "", "programme_cash_vnd", 0, 0, 0) == 0.0);
    assert_non_null(data_var_find(t.data, "", "programme_awards_n_by_size_class"));
    taping_close(&t);
}

static void replicates_may_record_at_the_same_time(void **state)
{
    static const char *const settings[] = {"run.agents=1500",     "run.until=2014-06",     "run.replicates=4",
                                           "run.panel_share=0.1", "run.twin_replicates=3", NULL};
    (void)state;
    struct taping one = taping_open("policies/fund_of_funds.yaml", settings);
    struct taping many = taping_open("policies/fund_of_funds.yaml", settings);
    taping_run(&one, 1);
    taping_run(&many, 4);
    assert_true(data_digest(one.data) == data_digest(many.data));
    // a planted defect: one enterprise too many in one month
    ((double *)taping_var(&many, "", "enterprises_n")->value)[0] += 1.0;
    assert_true(data_digest(one.data) != data_digest(many.data));
    taping_close(&one);
    taping_close(&many);
}

static void detail_is_kept_as_far_as_memory_is_meant_to_go(void **state)
{
    (void)state;
    struct record record = {.replicates_n = 50};
    assert_int_equal(record_detail_replicates(&record, RECORD_DETAIL_BYTES / 10), 10);
    assert_int_equal(record_detail_replicates(&record, RECORD_DETAIL_BYTES * 3), 1);
    assert_int_equal(record_detail_replicates(&record, 1), 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_the_end_of_each_month),
        cmocka_unit_test(long_periods_keep_to_the_calendar),
        cmocka_unit_test(every_metric_of_every_replicate),
        cmocka_unit_test(digests_are_those_of_the_worlds),
        cmocka_unit_test(months_not_reached_are_missing),
        cmocka_unit_test(a_scenario_without_programmes_has_none),
        cmocka_unit_test(replicates_may_record_at_the_same_time),
        cmocka_unit_test(detail_is_kept_as_far_as_memory_is_meant_to_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
