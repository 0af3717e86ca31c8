// study: waves of the outcomes, which keys are the study's, and what is refused with its place.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/study.h"

static void waves_are_sorted_and_single(void **state)
{
    struct study_plan plan = {.outcomes_n = 5};
    static const int64_t asked[] = {36, 12, 36, 6, 24};
    int months[STUDY_OUTCOMES_MAX];
    (void)state;
    for (int i = 0; i < 5; i++)
        plan.outcome[i].months = asked[i];
    assert_int_equal(study_waves(&plan, months), 4);
    assert_int_equal(months[0], 6);
    assert_int_equal(months[1], 12);
    assert_int_equal(months[2], 24);
    assert_int_equal(months[3], 36);
}

static void keys_of_the_study(void **state)
{
    (void)state;
    assert_true(study_key("study") && study_key("study.design") && study_key("outcomes.sales.unit"));
    assert_false(study_key("studies") || study_key("programmes.study") || study_key("run.agents"));
}

// Loads `text`, a list of KEY=VALUE with places f:1:1, f:2:1 ...; the first fault is returned.
static const char *fault(const char *const *text, struct study_plan *plan)
{
    static struct error err;
    struct config *config = config_create();
    const struct config_section section = {"study", "", study_fields, study_fields_n,
                                           offsetof(struct study_plan, study)};
    const struct config_map map = {
        "outcomes",         "", study_outcome_fields, study_outcome_fields_n, NULL, STUDY_OUTCOMES_MAX,
        study_outcome_entry};
    const struct config_schema schema = {&section, 1, &map, 1};
    memset(&err, 0, sizeof err);
    memset(plan, 0, sizeof *plan);
    assert_non_null(config);
    for (int i = 0; text[i]; i++) {
        char key[128], place[16];
        const char *equals = strchr(text[i], '=');
        snprintf(key, sizeof key, "%.*s", (int)(equals - text[i]), text[i]);
        snprintf(place, sizeof place, "f:%d:1", i + 1);
        assert_int_equal(config_set(config, key, equals + 1, place, &err), 0);
    }
    if (config_apply(config, &schema, plan, &err) == 0)
        study_check(plan, config, &err);
    config_free(config);
    return err.faults_n > 0 ? err.text[0] : "";
}

#define STUDY                                                                                                \
    "study.title=t", "study.citation=c", "study.country=x", "study.programme=p", "study.design=offer"
#define OUTCOME                                                                                              \
    "outcomes.a.row=r", "outcomes.a.measure=log_sales", "outcomes.a.unit=percent", "outcomes.a.months=12",   \
        "outcomes.a.published=5"

static void a_study_is_read(void **state)
{
    static const char *const good[] = {STUDY, OUTCOME, "outcomes.a.interval=low: 2, high: 8", NULL};
    struct study_plan plan;
    (void)state;
    assert_string_equal(fault(good, &plan), "");
    assert_int_equal(plan.outcomes_n, 1);
    assert_string_equal(plan.outcome[0].name, "a");
    assert_int_equal(plan.outcome[0].measure, MEASURE_log_sales);
    assert_int_equal(plan.outcome[0].estimand, STUDY_ITT);
    assert_true(plan.outcome[0].scale == 1.0 && plan.outcome[0].interval[1] == 8.0);
    assert_int_equal(plan.study.intake_months, 12);
}

static void faults_have_a_place(void **state)
{
    static const struct {
        const char *more, *begins, *has;
    } row[] = {
        {"outcomes.a.unit=points", "f:11:1: outcomes.a.unit: 'points' does not fit log_sales",
         "allowed: percent"},
        {"outcomes.a.interval=low: 6, high: 8", "f:11:1: outcomes.a.interval: does not contain", "5"},
        {"outcomes.a.scale=0", "f:11:1: outcomes.a.scale: is 0", "allowed"},
        {"outcomes.a.sign_only=true", "f:10:1: outcomes.a.published: is 5 where only the sign", "-1, 0, 1"},
        {"outcomes.a.measure=log_sale", "f:11:1: outcomes.a.measure", "did you mean 'log_sales'?"},
        {"study.desing=offer", "f:11:1: study.desing", "did you mean 'design'?"},
        {"study.design=lottery", "f:11:1: study.design", "one of: offer, award, threshold, matched"},
    };
    struct study_plan plan;
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        const char *const text[] = {STUDY, OUTCOME, row[k].more, NULL};
        const char *said = fault(text, &plan);
        if (strncmp(said, row[k].begins, strlen(row[k].begins)) != 0 || !strstr(said, row[k].has))
            fail_msg("%s: '%s'", row[k].more, said);
    }
    const char *const none[] = {STUDY, NULL};
    assert_non_null(strstr(fault(none, &plan), "no outcome is given"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves_are_sorted_and_single),
        cmocka_unit_test(keys_of_the_study),
        cmocka_unit_test(a_study_is_read),
        cmocka_unit_test(faults_have_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
