// judged_by: the tables in analysis/moments are sound, every row names its evidence, and no note is of an
// unknown moment.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>

#include "analysis/hindcast.h"
#include "analysis/notes.h"
#include "analysis/stylised.h"
#include "tests/contract/evidence.h"

#define FOLDER MANGROVE_SOURCE_DIR "/analysis/moments/"

static struct evidence known; // none where the evidence is not there: only the form is checked then

// Whether a list `id, id` names evidence, or a page where there is none.
static bool sourced(const char *list)
{
    if (strncmp(list, "https://", 8) == 0)
        return true;
    for (const char *at = list; *at;) {
        const size_t length = strcspn(at, ",");
        if (length == 0 || (known.n > 0 && !evidence_has(&known, at, length)))
            return false;
        at += length;
        while (*at == ',' || *at == ' ')
            at++;
    }
    return *list != '\0';
}

static void test_moments_and_notes(void **state)
{
    (void)state;
    struct moments moments;
    struct moment_notes notes;
    struct error err = {0};
    const int code = moments_read(&moments, FOLDER "vietnam.csv", &err);
    if (code || notes_read(&notes, FOLDER "vietnam_notes.csv", &moments, &err))
        fail_msg("%s", err.text[0]);
    assert_true(moments.n > 40);
    for (int i = 0; i < moments.n; i++)
        assert_true(strcmp(moments.moment[i].use, "history") == 0 ||
                    strcmp(moments.moment[i].use, "structure") == 0);
    notes_free(&notes);
    moments_free(&moments);
}

// A range that no source gives is an assumption with a range of its own.
static void test_firm_dynamics(void **state)
{
    (void)state;
    struct stylised_facts facts;
    struct error err = {0};
    if (stylised_facts_read(&facts, FOLDER "firm_dynamics.csv", &err))
        fail_msg("%s", err.text[0]);
    assert_true(facts.n >= 20);
    for (int i = 0; i < facts.n; i++) {
        const struct stylised_fact *fact = &facts.fact[i];
        if (!sourced(fact->source))
            fail_msg("%s: source '%s' is no evidence", fact->id, fact->source);
        if (strstr(fact->note, "assumption") && !strstr(fact->note, "range"))
            fail_msg("%s: an assumption without a range", fact->id);
    }
    stylised_facts_free(&facts);
}

static void test_series(void **state)
{
    (void)state;
    struct hindcast_series series;
    struct error err = {0};
    if (hindcast_series_read(&series, FOLDER "vietnam_series.csv", &err))
        fail_msg("%s", err.text[0]);
    for (int i = 0; i < series.n; i++)
        if (!sourced(series.observation[i].fact_id))
            fail_msg("%s: '%s' is no evidence", series.observation[i].series, series.observation[i].fact_id);
    hindcast_series_free(&series);
}

static void test_a_source_that_is_none(void **state)
{
    (void)state;
    assert_false(sourced(""));
    if (known.n > 0)
        assert_false(sourced("firm_dynamics_01, firm_dynamics_99"));
}

int main(void)
{
    known = evidence_load(NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_and_notes),
        cmocka_unit_test(test_firm_dynamics),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_a_source_that_is_none),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    evidence_free(&known);
    return failed;
}
