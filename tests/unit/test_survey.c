// survey: who is in the sample, what is asked when, what is remembered of applying; twins begin alike.
#include <math.h>
#include "models/survey.h"
#include "tests/unit/world_fixture.h"

enum { OPENS = 13, LAST = 18, MONTHS = OPENS + LAST };

// A pilot of a free service, offered to half of the women's enterprises in manufacturing.
#define PILOT                                                                                                \
    "run.agents=3000", "run.until=2016-07", "programmes.p.kind=service", "programmes.p.start=2015-02",       \
        "programmes.p.aware_frac=1", "programmes.p.aware_per_year=50", "programmes.p.paperwork_vnd=0",       \
        "programmes.p.women_only=true", "programmes.p.offered_frac=0.5", "programmes.p.delay_months=1"

struct asked {
    struct survey *survey;
    int64_t eligible_n; // agents that fit at the baseline
    int64_t id;         // of the last of them
    double sales_vnd;   // its sales of a year at the end; NaN if it is gone
};

static int watch(void *ctx, const struct world *world, struct error *err)
{
    struct asked *a = ctx;
    const struct firm *f = &world->firm;
    for (int64_t r = 0; world->month == OPENS - 1 && r < world->firms.n; r++)
        if (programme_fits(world->model, world, 0, r)) {
            a->eligible_n++;
            a->id = f->id[r];
        }
    for (int64_t r = 0; world->month == MONTHS - 1 && r < world->firms.n; r++)
        if (f->id[r] == a->id) {
            a->sales_vnd = 0.0;
            for (int k = 0; k < 12; k++)
                a->sales_vnd += (double)f->sales_ring[k * world->firms.capacity + r];
        }
    return survey_month(a->survey, world, err);
}

static void run(struct asked *a, const struct model *model, const struct survey_plan *plan)
{
    const struct observer observer = {a, watch};
    struct world *world = fixture_world(model, 0, 1);
    struct error *err = calloc(1, sizeof *err);
    *a = (struct asked){.survey = survey_create(plan), .id = -1, .sales_vnd = (double)NAN};
    assert_true(err && a->survey);
    assert_int_equal(schedule_run(model, world, &observer, err), 0);
    world_free(world);
    free(err);
}

static const struct data_var *var_of(const struct run_data *data, const char *name)
{
    const struct data_var *var = data_var_find(data, "survey", name);
    if (!var)
        fail_msg("no variable survey/%s", name);
    return var;
}

static double answer(const struct run_data *data, const char *name, int64_t row, int world, int wave)
{
    return ((const double *)var_of(data, name)->value)[(row * 2 + world) * 3 + wave];
}

static void check_rows(const struct run_data *data, int64_t n)
{
    const uint8_t *offered = var_of(data, "offered")->value, *served = var_of(data, "served")->value,
                  *applied = var_of(data, "applied")->value;
    int64_t served_n = 0, offered_n = 0, gone_n = 0;
    for (int64_t r = 0; r < n; r++) {
        assert_true(!served[r] || offered[r]);
        assert_true(!applied[r] || offered[r]);
        assert_true(answer(data, "operating", r, 0, 0) == 1.0);
        assert_true(answer(data, "spent_vnd", r, 0, 0) == 0.0);
        // the months before are the same with and without the programme
        assert_true(answer(data, "sales_vnd", r, 0, 0) == answer(data, "sales_vnd", r, 1, 0));
        served_n += served[r];
        offered_n += offered[r];
        gone_n += isnan(answer(data, "operating", r, 0, 2));
        if (served[r] && !isnan(answer(data, "management", r, 1, 1)) &&
            !isnan(answer(data, "management", r, 0, 1)))
            assert_true(answer(data, "management", r, 0, 1) >= answer(data, "management", r, 1, 1));
    }
    assert_true(served_n > 5 && gone_n > 0 && gone_n < n / 2);
    assert_in_range(offered_n, (int)(0.3 * (double)n), (int)(0.7 * (double)n));
}

static void a_sample_is_asked_in_waves(void **state)
{
    static const char *const open_set[] = {PILOT, NULL}, *const closed_set[] = {
                                                             PILOT, "programmes.p.enabled=false", NULL};
    const struct survey_plan plan = {.opens = OPENS, .intake = 12, .waves_n = 2, .months = {12, LAST}};
    struct model *open = fixture_model("economies/vietnam.yaml", open_set),
                 *closed = fixture_model("economies/vietnam.yaml", closed_set);
    struct asked with, without;
    struct error err = {0};
    struct run_data *data = data_create();
    (void)state;
    assert_int_equal(model_months(open), MONTHS);
    run(&with, open, &plan);
    run(&without, closed, &plan);
    assert_true(with.eligible_n > 20);
    assert_int_equal(survey_data(data, &with.survey, &without.survey, 1, &err), 0);
    assert_int_equal(data_check(data, &err), 0);
    assert_int_equal(var_of(data, "operating")->n, with.eligible_n * 2 * 3);
    check_rows(data, with.eligible_n);
    const double sales = answer(data, "sales_vnd", with.eligible_n - 1, 0, 2);
    assert_true(sales == with.sales_vnd || (isnan(sales) && isnan(with.sales_vnd)));
    survey_free(with.survey);
    survey_free(without.survey);
    data_free(data);
    free(open);
    free(closed);
}

// Another seed is another country: not a twin.
static void strangers_are_no_twins(void **state)
{
    static const char *const one[] = {PILOT, "run.until=2015-03", NULL}, *const two[] = {PILOT,
                                                                                         "run.until=2015-03",
                                                                                         "run.seed=2", NULL};
    const struct survey_plan plan = {.opens = OPENS, .intake = 1, .waves_n = 1, .months = {1}};
    struct model *a = fixture_model("economies/vietnam.yaml", one),
                 *b = fixture_model("economies/vietnam.yaml", two);
    struct asked first, second;
    struct error err = {0};
    struct run_data *data = data_create();
    (void)state;
    run(&first, a, &plan);
    run(&second, b, &plan);
    assert_int_equal(survey_data(data, &first.survey, &second.survey, 1, &err), ERROR_WORK);
    survey_free(first.survey);
    survey_free(second.survey);
    data_free(data);
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_is_asked_in_waves),
        cmocka_unit_test(strangers_are_no_twins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
