// The panel: a keyed sample of firms, with their columns as they were.
#include "tests/unit/record_fixture.h"

enum { ROWS_MAX = 200000 };

struct seen {
    int64_t rows, id[ROWS_MAX];
    double cash_vnd[ROWS_MAX], sales_vnd[ROWS_MAX];
    uint8_t status[ROWS_MAX];
};

static void see(void *ctx, int replicate, const struct world *world)
{
    struct seen *seen = ctx;
    const struct firm *f = &world->firm;
    for (int64_t r = 0; r < world->firms.n && replicate == 0; r++) {
        if (f->status[r] == STATUS_GONE && f->status_month[r] != world->month)
            continue;
        assert_true(seen->rows < ROWS_MAX);
        seen->id[seen->rows] = f->id[r];
        seen->cash_vnd[seen->rows] = f->cash_vnd[r];
        seen->sales_vnd[seen->rows] = f->sales_vnd[r];
        seen->status[seen->rows++] = f->status[r];
    }
}

static void all_firms_of_the_first_replicate(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2016-06", "run.replicates=2",
                                           "run.panel_share=1", NULL};
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", settings);
    struct seen *seen = calloc(1, sizeof *seen);
    assert_non_null(seen);
    t.witness = see;
    t.ctx = seen;
    taping_run(&t, 1);
    const int64_t n = taping_var(&t, "panel", "id")->n;
    int64_t month = 0, left = 0;
    assert_true(n == seen->rows);
    for (int64_t k = 0; k < n; k++) {
        assert_true(taping_cell(&t, "panel", "id", k) == (double)seen->id[k]);
        assert_true(taping_cell(&t, "panel", "cash_vnd", k) == seen->cash_vnd[k]);
        assert_true(taping_cell(&t, "panel", "sales_vnd", k) == seen->sales_vnd[k]);
        assert_true(taping_cell(&t, "panel", "status", k) == seen->status[k]);
        assert_true(taping_cell(&t, "panel", "month", k) >= (double)month);
        month = (int64_t)taping_cell(&t, "panel", "month", k);
        left += seen->status[k] == STATUS_GONE;
    }
    assert_int_equal(month, 29);
    assert_true(left > 0);
    free(seen);
    taping_close(&t);
}

static void columns_carry_type_unit_and_codes(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2014-01", "run.panel_share=1", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    taping_run(&t, 1);
    assert_int_equal(taping_var(&t, "panel", "weight")->type, DATA_I64);
    assert_int_equal(taping_var(&t, "panel", "workers")->type, DATA_F64);
    assert_int_equal(taping_var(&t, "panel", "quality")->type, DATA_F32); // a pure number
    assert_int_equal(taping_var(&t, "panel", "birth_month")->type, DATA_I32);
    assert_int_equal(taping_var(&t, "panel", "exporter")->type, DATA_U8);
    assert_string_equal(taping_var(&t, "panel", "cash_vnd")->unit, "VND");
    assert_true(strstr(taping_var(&t, "panel", "sector")->definition, " 1 manufacturing,") != NULL);
    assert_null(data_var_find(t.data, "panel", "sales_ring"));     // of many lanes
    assert_null(data_var_find(t.data, "panel", "operating_bits")); // wider than a double's whole numbers
    for (int k = 0; k < METRICS_FIXTURE_COLUMNS; k++) {
        const struct column *c = &world_firm_columns[k];
        const bool sum = strcmp(c->name, "worker_months") == 0 || strcmp(c->name, "sales_total_vnd") == 0 ||
                         strcmp(c->name, "value_added_total_vnd") == 0; // of other columns over the run
        const bool kept = c->lanes == 1 && c->type != COLUMN_U64 && !sum;
        assert_true((data_var_find(t.data, "panel", c->name) != NULL) == kept);
    }
    taping_close(&t);
}

// A firm is in the sample for its whole life, and so are both parts of a split.
static void the_sample_is_keyed_by_ancestor(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2014-12", "run.panel_share=0.2",
                                           NULL};
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", settings);
    struct seen *seen = calloc(1, sizeof *seen);
    assert_non_null(seen);
    t.witness = see;
    t.ctx = seen;
    taping_run(&t, 1);
    const int64_t n = taping_var(&t, "panel", "ancestor")->n;
    const struct rng rng = {(uint32_t)t.model->run.seed, 0};
    for (int64_t k = 0; k < n; k++) {
        const uint64_t who = (uint64_t)taping_cell(&t, "panel", "ancestor", k);
        assert_true(rng_uniform(rng, who, (struct rng_purpose){0, STREAM_PANEL, 0}) < 0.2);
    }
    assert_true(n > seen->rows / 6 && n < seen->rows / 4); // a fifth of all rows
    free(seen);
    taping_close(&t);
}

static void no_panel_without_a_share(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2014-01", "run.panel_share=0", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    taping_run(&t, 1);
    assert_null(data_var_find(t.data, "panel", "id"));
    taping_close(&t);
}

static void a_panel_above_4_gib_is_refused(void **state)
{
    static const char *const settings[] = {"run.agents=0", "run.panel_share=1", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    struct error err = {0};
    assert_int_equal(record_create(&t.record, t.data, t.model, t.config, &err), ERROR_INPUT);
    assert_null(t.record);
    assert_true(strstr(err.text[0], "run.panel_share: the panel would be") == err.text[0]);
    assert_true(strstr(err.text[0], "allowed: a share for which it is below 4.3 GB") != NULL);
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_firms_of_the_first_replicate),
        cmocka_unit_test(columns_carry_type_unit_and_codes),
        cmocka_unit_test(the_sample_is_keyed_by_ancestor),
        cmocka_unit_test(no_panel_without_a_share),
        cmocka_unit_test(a_panel_above_4_gib_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
