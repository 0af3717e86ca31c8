// Every kind of programme keeps the contract of struct instrument, has a file of its own, and runs a year
// with its defaults.
#include <ctype.h>
#include <dirent.h>
#include "tests/contract/evidence.h"
#include "tests/fixture.h"

static int kinds_n(void)
{
    int n = 0;
    while (instrument_at(n))
        n++;
    return n;
}

static bool snake_case(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '_')
            return false;
    return islower((unsigned char)name[0]) && strlen(name) < CONFIG_NAME_MAX;
}

static void names_are_unique_and_documented(void **state)
{
    (void)state;
    for (int a = 0; a < kinds_n(); a++) {
        const struct instrument *kind = instrument_at(a);
        assert_true(snake_case(kind->name));
        assert_true(kind->doc && strlen(kind->doc) > 10 && kind->doc[strlen(kind->doc) - 1] != '.');
        assert_true(kind->fields && kind->fields_n > 0);
        for (int b = 0; b < a; b++)
            assert_string_not_equal(kind->name, instrument_at(b)->name);
    }
}

// Firms that may apply need an offer to weigh and an award to get; a kind that they do not apply to has
// neither, nor room.
static void hooks_fit_the_occasion(void **state)
{
    (void)state;
    for (int k = 0; k < kinds_n(); k++) {
        const struct instrument *kind = instrument_at(k);
        const bool applies = kind->occasion != OCCASION_NONE;
        const int hooks =
            !!kind->operate + !!kind->offer + !!kind->room + !!kind->award + !!kind->relief + !!kind->bears;
        if (applies != (kind->offer != NULL) || applies != (kind->award != NULL) ||
            (!applies && kind->room) || hooks == 0 || hooks > 5)
            fail_msg("kind %s: occasion and hooks do not fit", kind->name);
    }
}

static void terms_fit_and_do_not_hide_common_keys(void **state)
{
    (void)state;
    for (int k = 0; k < kinds_n(); k++) {
        const struct instrument *kind = instrument_at(k);
        for (int i = 0; i < kind->fields_n; i++) {
            const struct field *f = &kind->fields[i];
            const size_t bytes = f->type == FIELD_TEXT     ? FIELD_TEXT_MAX
                                 : f->type == FIELD_SERIES ? sizeof(struct series)
                                 : f->type == FIELD_VECTOR ? 8 * (size_t)f->labels_n
                                                           : 8;
            assert_true(f->offset + bytes <= PROGRAMME_TERMS_BYTES);
            assert_true(f->source && f->source[0]);
            if (strcmp(f->key, "kind") == 0)
                fail_msg("kind %s has a term named 'kind'", kind->name);
            for (int c = 0; c < programme_fields_n; c++)
                if (strcmp(f->key, programme_fields[c].key) == 0)
                    fail_msg("kind %s: term '%s' is common to all programmes", kind->name, f->key);
        }
    }
}

// models/instruments/NAME.c registers instrument_NAME under the name NAME, and nothing else is there.
static void each_kind_has_its_file(void **state)
{
    int files = 0;
    (void)state;
    DIR *folder = opendir(MANGROVE_SOURCE_DIR "/models/instruments");
    assert_non_null(folder);
    for (struct dirent *d = readdir(folder); d; d = readdir(folder)) {
        char name[64], path[1024], wanted[160];
        const size_t n = strlen(d->d_name);
        if (n < 3 || strcmp(d->d_name + n - 2, ".c") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)n - 2, d->d_name);
        snprintf(path, sizeof path, MANGROVE_SOURCE_DIR "/models/instruments/%s", d->d_name);
        if (instrument_find(name) < 0)
            fail_msg("%s is not in the registry (models/instruments.c)", d->d_name);
        char *text = evidence_text(path);
        assert_non_null(text);
        snprintf(wanted, sizeof wanted, "const struct instrument instrument_%s = {", name);
        if (!strstr(text, wanted))
            fail_msg("%s does not define instrument_%s", d->d_name, name);
        free(text);
        files++;
    }
    closedir(folder);
    assert_int_equal(files, kinds_n());
}

// A year of each kind with its default terms, known to all: the books balance and no phase meets what it
// cannot bear.
static void each_kind_runs_with_its_defaults(void **state)
{
    (void)state;
    for (int k = 0; k < kinds_n(); k++) {
        char kind[96];
        snprintf(kind, sizeof kind, "programmes.probe.kind=%s", instrument_at(k)->name);
        const char *const settings[] = {"run.agents=1000",
                                        "run.until=2015-02",
                                        kind,
                                        "programmes.probe.aware_frac=1",
                                        "programmes.probe.aware_per_year=50",
                                        NULL};
        struct model *model = fixture_model("economies/vietnam.yaml", settings);
        struct world *world = fixture_world(model, 0, 1);
        fixture_run(model, world);
        world_free(world);
        free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_documented),       cmocka_unit_test(hooks_fit_the_occasion),
        cmocka_unit_test(terms_fit_and_do_not_hide_common_keys), cmocka_unit_test(each_kind_has_its_file),
        cmocka_unit_test(each_kind_runs_with_its_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
