// The group of programmes: what each month of each programme's account says.
#include "tests/unit/record_fixture.h"

static void compare_month(void *ctx, int replicate, const struct world *world)
{
    const struct taping *t = ctx;
    for (int p = 0; p < t->model->programmes_n; p++) {
        const struct programme_state *s = &world->programme[p];
        const int64_t m = world->month;
        assert_true(taping_value(t, "programmes", "aware_n", replicate, m, p) == (double)s->aware_n);
        assert_true(taping_value(t, "programmes", "applications_n", replicate, m, p) ==
                    (double)s->month.applications_n);
        assert_true(taping_value(t, "programmes", "awards_n", replicate, m, p) == (double)s->month.awards_n);
        assert_true(taping_value(t, "programmes", "committed_vnd", replicate, m, p) ==
                    (double)s->committed_total_vnd);
        assert_true(taping_value(t, "programmes", "disbursed_vnd", replicate, m, p) ==
                    (double)s->month.disbursed_vnd);
        assert_true(taping_value(t, "programmes", "cash_vnd", replicate, m, p) == (double)s->month.cash_vnd);
        assert_true(taping_value(t, "programmes", "cost_vnd", replicate, m, p) == (double)s->month.cost_vnd);
        assert_true(taping_value(t, "programmes", "compliance_vnd", replicate, m, p) ==
                    (double)s->month.compliance_vnd);
        assert_true(taping_value(t, "programmes", "forgone_vnd", replicate, m, p) ==
                    (double)s->month.forgone_vnd);
    }
}

static void programmes_as_they_were(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2015-12", "run.replicates=2", NULL};
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", settings);
    double applications = 0.0, cash = 0.0;
    t.witness = compare_month;
    t.ctx = &t;
    taping_run(&t, 1);
    for (int p = 0; p < t.model->programmes_n; p++) {
        assert_string_equal(taping_text(&t, "programmes", "kind", p),
                            instrument_at(t.model->programme[p].kind)->name);
        assert_string_equal(taping_text(&t, "programmes", "source", p), t.model->programme[p].source);
        for (int m = 0; m < 24; m++) {
            applications += taping_value(&t, "programmes", "applications_n", 1, m, p);
            cash += taping_value(&t, "programmes", "cash_vnd", 1, m, p);
        }
    }
    assert_true(applications > 0.0 && cash != 0.0);
    const struct data_var *var = taping_var(&t, "programmes", "cash_vnd");
    assert_string_equal(t.data->dim[var->dim[2]].label[0], t.model->programme[0].name);
    assert_string_equal(var->cell_methods, "time: sum");
    assert_string_equal(taping_var(&t, "programmes", "aware_n")->cell_methods, "time: point");
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(programmes_as_they_were)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
