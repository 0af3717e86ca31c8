// experiment: what each design finds in arranged answers with a known effect: takers are better firms, so
// that matching says too much, a lottery does not, and the twins know.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/experiment.h"
#include "analysis/statistics.h"
#include "sim/rng.h"
#include "tests/unit/near.h"

enum { FIRMS = 3000, REPLICATES = 4, ROWS = FIRMS * REPLICATES, WAVES = 2 };
static const double effect = 0.1; // on log sales, of taking part

static double normal(int64_t row, int k)
{
    return rng_normal((struct rng){3, 4}, (uint64_t)row, (struct rng_purpose){0, 1, (uint32_t)k});
}

// ---- arranged answers ---------------------------------------------------------------------------

struct arranged {
    struct run_data *data;
    int row, dims[3];
};

static void *add(struct arranged *a, const char *name, enum data_type type, int dims_n)
{
    struct data_var var = {.long_name = "", .unit = "1", .definition = "", .cell_methods = "", .source = ""};
    snprintf(var.group, sizeof var.group, "survey");
    snprintf(var.name, sizeof var.name, "%s", name);
    var.type = type;
    var.dims_n = dims_n;
    memcpy(var.dim, a->dims, sizeof a->dims);
    const int index = data_var_add(a->data, &var);
    assert_true(index >= 0);
    return a->data->var[index].value;
}

// Half are offered or drawn; those of high ability apply and, if the design lets them, take part. Ability
// adds to growth; `open` does so with the programme's effect, `closed` without.
static struct run_data *arrange(enum study_design design)
{
    static const char *const worlds[] = {"open", "closed"};
    static const double wave[] = {0.0, 12.0};
    static const char *const others[] = {"profit_vnd", "capital_vnd", "loans_n",  "product",
                                         "process",    "active",      "research", "invested",
                                         "skills",     "management",  "exporter"};
    struct arranged a = {.data = data_create()};
    a.dims[0] = data_dim_add(a.data, "row", "", "", ROWS, NULL, NULL);
    a.dims[1] = data_dim_add(a.data, "world", "", "", 2, worlds, NULL);
    a.dims[2] = data_dim_add(a.data, "wave", "month", "", WAVES, NULL, wave);
    int32_t *replicate = add(&a, "replicate", DATA_I32, 1);
    int64_t *weight = add(&a, "weight", DATA_I64, 1);
    add(&a, "sector", DATA_U8, 1);
    double *age = add(&a, "age_months", DATA_F64, 1), *growth = add(&a, "growth", DATA_F64, 1);
    add(&a, "innovating", DATA_U8, 1);
    add(&a, "borrower", DATA_U8, 1);
    uint8_t *offered = add(&a, "offered", DATA_U8, 1), *drawn = add(&a, "drawn", DATA_U8, 1),
            *applied = add(&a, "applied", DATA_U8, 1), *served = add(&a, "served", DATA_U8, 1);
    double *operating = add(&a, "operating", DATA_F64, 3), *sales = add(&a, "sales_vnd", DATA_F64, 3),
           *workers = add(&a, "workers", DATA_F64, 3), *support = add(&a, "support_vnd", DATA_F64, 3),
           *spent = add(&a, "spent_vnd", DATA_F64, 3);
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        add(&a, others[k], DATA_F64, 3);
    for (int64_t r = 0; r < ROWS; r++) {
        const double ability = normal(r, 0), size = exp(normal(r, 1)), base = 20.0 + normal(r, 2) + log(size);
        const double seen = normal(r, 6);
        const int wants = ability > 0.0, wins = normal(r, 3) > 0.0;
        replicate[r] = (int32_t)(r / FIRMS);
        weight[r] = 1 + r % 3;
        age[r] = 60.0 + seen;
        growth[r] = normal(r, 4);
        offered[r] = (uint8_t)(design == STUDY_OFFER ? wins : 1);
        drawn[r] = (uint8_t)(design == STUDY_AWARD ? wins : 1);
        const int open_to = design != STUDY_THRESHOLD || size < 1.0;
        applied[r] = (uint8_t)(wants && offered[r] && open_to);
        served[r] = (uint8_t)(applied[r] && drawn[r]);
        for (int w = 0; w < 2 * WAVES; w++) {
            const int64_t at = r * 2 * WAVES + w;
            const int later = w % WAVES, here = w < WAVES && served[r] && later;
            operating[at] = 1.0;
            workers[at] = size;
            sales[at] = exp(base + later * (0.3 * ability + 0.2 * normal(r, 5)) + here * effect);
            support[at] = here * 100.0;
            spent[at] = later * (300.0 + 50.0 * ability) + here * 140.0;
        }
    }
    assert_false(data_failed(a.data));
    return a.data;
}

static struct study_plan plan_of(enum study_design design, enum study_unit unit, enum study_estimand estimand)
{
    struct study_plan plan = {
        .study = {.title = "arranged", .citation = "nobody", .design = design, .bandwidth = 1.0},
        .outcomes_n = 1};
    struct study_outcome *o = &plan.outcome[0];
    snprintf(o->name, sizeof o->name, "sales");
    o->measure = unit == STUDY_PER_SUPPORT ? MEASURE_innovation_spending : MEASURE_log_sales;
    o->unit = unit;
    o->estimand = estimand;
    o->months = 12;
    o->scale = 1.0;
    o->published = 10.0;
    return plan;
}

static struct experiment_result result_of(const struct study_plan *plan)
{
    struct run_data *data = arrange((enum study_design)plan->study.design);
    const struct experiment_request request = {.plan = plan,
                                               .data = data,
                                               .instrument = "subsidy",
                                               .threshold = 1.0,
                                               .t = statistics_t_quantile(0.975, REPLICATES - 1)};
    struct experiment out;
    struct error err = {0};
    assert_int_equal(experiment_evaluate(&out, &request, &err), 0);
    data_free(data);
    assert_int_equal(out.replicates_n, REPLICATES);
    return out.result[0];
}

// ---- designs ------------------------------------------------------------------------------------

static const double percent = 100.0 * 0.10517091807564771; // exp(0.1) - 1

static void an_offer_by_lot(void **state)
{
    const struct study_plan itt = plan_of(STUDY_OFFER, STUDY_PERCENT, STUDY_ITT),
                            tot = plan_of(STUDY_OFFER, STUDY_PERCENT, STUDY_TOT);
    (void)state;
    const struct experiment_result i = result_of(&itt), t = result_of(&tot);
    assert_near(i.take_up, 0.5, 0.03);
    assert_near(i.treated_n + i.control_n, FIRMS, 1e-9);
    assert_near(i.effect.mean, 100.0 * expm1(0.05), 3.0);
    assert_near(t.effect.mean, percent, 6.0);
    assert_true(t.effect.mean == i.randomised.mean && t.effect.mean == t.randomised.mean);
    assert_near(t.twins.mean, percent, 1e-9);
    // takers among the offered grow by 0.3 (E[a | a > 0] - E[a | a < 0]) = 0.48 more
    assert_near(t.matched.mean, 100.0 * expm1(0.1 + 0.3 * 2.0 * 0.7979), 12.0);
    assert_int_equal(t.verdict, EXPERIMENT_REPRODUCED);
}

static void an_award_by_lot(void **state)
{
    const struct study_plan plan = plan_of(STUDY_AWARD, STUDY_PERCENT, STUDY_TOT);
    (void)state;
    const struct experiment_result r = result_of(&plan);
    assert_near(r.take_up, 1.0, 1e-12);               // of the winners
    assert_near(r.treated_n + r.control_n, 1500, 60); // applicants
    assert_near(r.effect.mean, percent, 3.0);
    assert_near(r.twins.mean, percent, 1e-9);
    assert_true(r.matched.mean > r.randomised.mean + 30.0);
    struct experiment e = {.plan = &plan};
    int of;
    e.result[0] = r;
    assert_int_equal(experiment_matching_exceeds(&e, 1, &of), 1);
    assert_int_equal(of, 1);
}

// A threshold of size moves participation from none to half.
static void a_threshold(void **state)
{
    const struct study_plan plan = plan_of(STUDY_THRESHOLD, STUDY_PERCENT, STUDY_ITT);
    (void)state;
    const struct experiment_result r = result_of(&plan);
    assert_near(r.take_up, 0.5, 0.05);
    assert_near(r.effect.mean, 100.0 * expm1(0.05), 8.0);
    assert_near(r.randomised.mean, percent, 16.0);
}

static void takers_and_firms_like_them(void **state)
{
    const struct study_plan plan = plan_of(STUDY_MATCHED, STUDY_PERCENT, STUDY_TOT);
    (void)state;
    const struct experiment_result r = result_of(&plan);
    assert_true(r.effect.mean == r.matched.mean);
    assert_true(isnan(r.randomised.mean));
    assert_true(r.effect.mean > r.twins.mean + 30.0);
    assert_near(r.take_up, 0.5, 0.03);
}

// 140 more are spent for 100 of support: 0.4 of own money a unit.
static void own_money_a_unit_of_support(void **state)
{
    const struct study_plan plan = plan_of(STUDY_AWARD, STUDY_PER_SUPPORT, STUDY_ITT);
    (void)state;
    const struct experiment_result r = result_of(&plan);
    assert_near(r.effect.mean, 0.4, 0.05);
    assert_near(r.twins.mean, 0.4, 1e-9);
}

// ---- verdicts -----------------------------------------------------------------------------------

static void verdicts(void **state)
{
    static const struct {
        double published, low, high, scale;
        int sign_only, sample_n;
        enum experiment_verdict verdict;
    } row[] = {
        {10.0, 0, 0, 1, 0, 400, EXPERIMENT_REPRODUCED},    {30.0, 0, 0, 1, 0, 0, EXPERIMENT_TOO_SMALL},
        {1.0, 0, 0, 1, 0, 0, EXPERIMENT_TOO_LARGE},        {30.0, 5, 40, 1, 0, 0, EXPERIMENT_REPRODUCED},
        {30.0, 20, 40, 1, 0, 10, EXPERIMENT_TOO_SMALL}, // the published interval is the study's error
        {1.0, 0, 0, 10, 0, 400, EXPERIMENT_REPRODUCED},    {1.0, 0, 0, 1, 1, 0, EXPERIMENT_REPRODUCED},
        {1.0, 0, 0, 1, 1, 10, EXPERIMENT_TOO_SMALL}, // ten firms would not have seen it
        {-1.0, 0, 0, 1, 1, 0, EXPERIMENT_OPPOSITE},        {0.0, 0, 0, 1, 1, 0, EXPERIMENT_NOT_NULL},
        {0.0, 0, 0, 1, 1, 10, EXPERIMENT_NULL_REPRODUCED}, // nor here
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        struct study_plan plan = plan_of(STUDY_AWARD, STUDY_PERCENT, STUDY_TOT);
        plan.outcome[0].published = row[k].published;
        plan.outcome[0].interval[0] = row[k].low;
        plan.outcome[0].interval[1] = row[k].high;
        plan.outcome[0].scale = row[k].scale;
        plan.outcome[0].sign_only = row[k].sign_only;
        plan.study.sample_n = row[k].sample_n;
        const struct experiment_result r = result_of(&plan);
        if (r.verdict != row[k].verdict)
            fail_msg("published %g: %s, expected %s (model %g, %g to %g, one study %g)", row[k].published,
                     experiment_verdict_names[r.verdict], experiment_verdict_names[row[k].verdict],
                     r.effect.mean, r.effect.low, r.effect.high, r.study_half);
    }
}

static void data_without_a_survey(void **state)
{
    const struct study_plan plan = plan_of(STUDY_OFFER, STUDY_PERCENT, STUDY_ITT);
    struct run_data *data = data_create();
    const struct experiment_request request = {.plan = &plan, .data = data, .instrument = "x", .t = 2.0};
    struct experiment out;
    struct error err = {0};
    (void)state;
    assert_int_equal(experiment_evaluate(&out, &request, &err), ERROR_INPUT);
    assert_non_null(strstr(err.text[0], "survey/replicate"));
    data_free(data);
}

static void a_month_that_was_not_asked(void **state)
{
    struct study_plan plan = plan_of(STUDY_OFFER, STUDY_PERCENT, STUDY_ITT);
    struct run_data *data = arrange(STUDY_OFFER);
    const struct experiment_request request = {.plan = &plan, .data = data, .instrument = "x", .t = 2.0};
    struct experiment out;
    struct error err = {0};
    (void)state;
    plan.outcome[0].months = 13;
    assert_int_equal(experiment_evaluate(&out, &request, &err), ERROR_INPUT);
    assert_non_null(strstr(err.text[0], "outcomes.sales.months"));
    data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_by_lot),
        cmocka_unit_test(an_award_by_lot),
        cmocka_unit_test(a_threshold),
        cmocka_unit_test(takers_and_firms_like_them),
        cmocka_unit_test(own_money_a_unit_of_support),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(data_without_a_survey),
        cmocka_unit_test(a_month_that_was_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
