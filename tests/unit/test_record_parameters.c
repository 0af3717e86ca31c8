// The group of parameters: every resolved parameter, once, with what its row says.
#include "tests/unit/record_fixture.h"

static int64_t row_of(const struct taping *t, const char *key)
{
    for (int64_t i = 0; i < taping_var(t, "parameters", "key")->n; i++)
        if (strcmp(taping_text(t, "parameters", "key", i), key) == 0)
            return i;
    fail_msg("no parameter '%s'", key);
    return 0;
}

static void count_row(void *ctx, const char *key, const struct field *field, const void *base)
{
    (void)key, (void)field, (void)base;
    ++*(int64_t *)ctx;
}

static void rows_say_value_unit_bounds_and_source(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "economy.credit.banks_n=17",
                                           "programmes.extra.kind=subsidy", "programmes.extra.share=0.25",
                                           NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    struct model_schema schema;
    int64_t n = 0;
    taping_create(&t);
    model_schema(&schema);
    assert_int_equal(config_walk(t.config, &schema.config, t.model, count_row, &n), 0);
    assert_int_equal(taping_var(&t, "parameters", "key")->n, n);

    const int64_t banks = row_of(&t, "economy.credit.banks_n");
    assert_string_equal(taping_text(&t, "parameters", "value", banks), "17");
    assert_true(taping_cell(&t, "parameters", "number", banks) == 17.0);
    const struct field *field = config_field(&schema.config, "economy.credit.banks_n");
    assert_string_equal(taping_text(&t, "parameters", "default", banks), field->fallback);
    assert_string_equal(taping_text(&t, "parameters", "unit", banks), field->unit);
    assert_string_equal(taping_text(&t, "parameters", "source", banks), field->source);
    assert_string_equal(taping_text(&t, "parameters", "doc", banks), field->doc);
    assert_true(taping_cell(&t, "parameters", "low", banks) == field->low);
    assert_true(taping_cell(&t, "parameters", "high", banks) == field->high);

    const int64_t share = row_of(&t, "programmes.extra.share"); // a term of the kind
    assert_true(taping_cell(&t, "parameters", "number", share) == 0.25);
    const int64_t start = row_of(&t, "run.start"); // a month, written as scenario files do
    assert_string_equal(taping_text(&t, "parameters", "value", start), "2014-01");
    assert_true(taping_cell(&t, "parameters", "number", start) == 44.0 * 12.0);
    const int64_t hazard = row_of(&t, "economy.innovation.hazard"); // no single number
    assert_true(isnan(taping_cell(&t, "parameters", "number", hazard)));
    assert_true(strstr(taping_text(&t, "parameters", "value", hazard), "process:") != NULL);
    const int64_t needed = row_of(&t, "economy.sectors.trade.firm_share"); // must be given
    assert_string_equal(taping_text(&t, "parameters", "default", needed), "");
    const int64_t title = row_of(&t, "title");
    assert_true(isnan(taping_cell(&t, "parameters", "low", title)));
    const struct data_var *key = taping_var(&t, "parameters", "key");
    assert_string_equal(t.data->dim[key->dim[0]].label[banks], "economy.credit.banks_n");
    taping_close(&t);
}

static void without_a_configuration_there_is_no_table(void **state)
{
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", NULL);
    struct error err = {0};
    taping_sound(record_create(&t.record, t.data, t.model, NULL, &err), &err);
    assert_null(data_var_find(t.data, "parameters", "key"));
    assert_non_null(data_var_find(t.data, "", "enterprises_n"));
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_say_value_unit_bounds_and_source),
        cmocka_unit_test(without_a_configuration_there_is_no_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
