// experiment_print: the table for people, complete rows for programs, and the summary's count.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/experiment.h"

static struct study_plan plan = {
    .study = {.title = "Voucher", .citation = "A, \"B\" 2020", .country = "X", .design = STUDY_AWARD},
    .outcome = {{.name = "sales",
                 .row = "r_1",
                 .measure = MEASURE_log_sales,
                 .months = 24,
                 .published = 8.0,
                 .interval = {5.0, 12.0},
                 .scale = 1.0},
                {.name = "jobs",
                 .row = "r_2",
                 .measure = MEASURE_log_workers,
                 .months = 24,
                 .sign_only = 1,
                 .scale = 1.0}},
    .outcomes_n = 2,
};

static struct experiment arranged(void)
{
    const struct sample_interval none = {(double)NAN, (double)NAN, (double)NAN};
    struct experiment e = {.plan = &plan, .instrument = "subsidy", .replicates_n = 3};
    e.result[0] = (struct experiment_result){.outcome = &plan.outcome[0],
                                             .treated_n = 1234,
                                             .control_n = 1200,
                                             .take_up = 0.5,
                                             .effect = {7.25, 6.0, 8.5},
                                             .study_half = 4.0,
                                             .randomised = {14.0, 12.0, 16.0},
                                             .matched = {20.0, 18.0, 22.0},
                                             .twins = {13.5, 13.0, 14.0},
                                             .verdict = EXPERIMENT_REPRODUCED};
    e.result[1] = (struct experiment_result){.outcome = &plan.outcome[1],
                                             .effect = {0.1, -0.5, 0.7},
                                             .randomised = none,
                                             .matched = none,
                                             .twins = none,
                                             .verdict = EXPERIMENT_NULL_REPRODUCED};
    return e;
}

static char *printed(enum report_format format)
{
    const struct experiment e = arranged();
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    assert_int_equal(experiment_print(&e, 1, format, to), 0);
    fclose(to);
    return text;
}

static void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void for_people(void **state)
{
    static const enum report_format formats[] = {REPORT_TEXT, REPORT_MARKDOWN};
    (void)state;
    for (int k = 0; k < 2; k++) {
        char *text = printed(formats[k]);
        expect_in(text, "subsidy, award");
        expect_in(text, "7.2 (6.0 to 8.5) %");
        expect_in(text, "8.0 (5.0 to 12.0) %");
        expect_in(text, "no effect");
        expect_in(text, "1,234 / 1,200");
        expect_in(text, "2 outcomes of 1 studies: 1 reproduced, 1 null reproduced.");
        expect_in(text, "Matching is above the randomised estimate in 1 of 1");
        assert_null(strstr(text, "nan"));
        free(text);
    }
}

static void for_programs(void **state)
{
    char *csv = printed(REPORT_CSV), *json = printed(REPORT_JSON);
    (void)state;
    expect_in(
        csv,
        "\nVoucher,\"A, \"\"B\"\" 2020\",X,subsidy,award,sales,log_sales,percent,itt,24,r_1,3,1234,1200,0.5,"
        "7.25,6,8.5,0,4,8,5,12,0,14,12,16,20,18,22,13.5,13,14,reproduced,,\n");
    expect_in(json, "\"verdict\": \"null reproduced\"");
    expect_in(json, "\"matched\": null");
    free(csv);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(for_people), cmocka_unit_test(for_programs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
