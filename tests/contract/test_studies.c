// Every study file loads, cites a row of effects.csv that may only be compared with and states its value, and
// runs on a small economy.
#include <math.h>
#include <dirent.h>
#include "analysis/experiment.h"
#include "commands/study.h"
#include "tests/contract/evidence.h"
#include "tests/fixture.h"

enum { FILES_MAX = 128, CELL_MAX = 512 };

struct files {
    char path[FILES_MAX][512], stem[FILES_MAX][64];
    int n;
};

static struct files study_files(void)
{
    struct files files = {.n = 0};
    DIR *dir = opendir(MANGROVE_SOURCE_DIR "/scenarios/studies");
    assert_non_null(dir);
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        const size_t n = strlen(d->d_name);
        if (n < 6 || strcmp(d->d_name + n - 5, ".yaml") != 0)
            continue;
        assert_true(files.n < FILES_MAX && n < 64);
        snprintf(files.stem[files.n], 64, "%.*s", (int)n - 5, d->d_name);
        snprintf(files.path[files.n++], 512, "%s/scenarios/studies/%s", MANGROVE_SOURCE_DIR, d->d_name);
    }
    closedir(dir);
    return files;
}

static struct study_file loaded(const char *path)
{
    struct study_file file;
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    const int code = study_file_load(&file, path, NULL, err);
    error_print(err, stderr);
    assert_int_equal(code, 0);
    free(err);
    return file;
}

// ---- the evidence -------------------------------------------------------------------------------

// The next cell of a CSV line; returns where the one after begins.
static const char *cell(const char *at, char *out)
{
    size_t n = 0;
    bool quoted = *at == '"';
    for (at += quoted; *at && *at != '\r' && *at != '\n' && (quoted || *at != ','); at++) {
        if (quoted && *at == '"') {
            if (at[1] != '"') {
                quoted = false;
                continue;
            }
            at++;
        }
        if (n + 1 < CELL_MAX)
            out[n++] = *at;
    }
    out[n] = '\0';
    return *at == ',' ? at + 1 : at;
}

struct effect {
    char effect[CELL_MAX], low[CELL_MAX], high[CELL_MAX], unit[CELL_MAX], role[CELL_MAX];
};

// The row `id` of effects.csv; false if there is none.
static bool find_effect(const char *table, const char *id, struct effect *e)
{
    const size_t n = strlen(id);
    for (const char *line = table; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, id, n) != 0 || line[n] != ',')
            continue;
        // id, instrument, outcome, effect, low, high, unit, design, sample, country, year, source, url,
        // confidence, note, role
        char skip[CELL_MAX];
        char *const to[16] = {skip, skip, skip, e->effect, e->low, e->high, e->unit, skip,
                              skip, skip, skip, skip,      skip,   skip,    skip,    e->role};
        for (int k = 0; k < 16; k++)
            line = cell(line, to[k]);
        return true;
    }
    return false;
}

static void check_outcome(const char *stem, const struct study_outcome *o, const char *table)
{
    struct effect e;
    if (!find_effect(table, o->row, &e))
        fail_msg("%s.%s: '%s' is no row of effects.csv", stem, o->name, o->row);
    if (strcmp(e.role, "test") != 0)
        fail_msg("%s.%s: %s has the role '%s'; only rows of role test may be compared with", stem, o->name,
                 o->row, e.role);
    if (strtod(e.effect, NULL) != o->published)
        fail_msg("%s.%s: published %g, effects.csv has %s", stem, o->name, o->published, e.effect);
    const bool given = o->interval[0] != 0.0 || o->interval[1] != 0.0;
    if (given && (strtod(e.low, NULL) != o->interval[0] || strtod(e.high, NULL) != o->interval[1]))
        fail_msg("%s.%s: interval %g to %g, effects.csv has %s to %s", stem, o->name, o->interval[0],
                 o->interval[1], e.low, e.high);
    if (!given && *e.low && *e.high && strcmp(e.low, e.high) != 0)
        fail_msg("%s.%s: effects.csv has the interval %s to %s, the study none", stem, o->name, e.low,
                 e.high);
    // a null may be told by a number 0 too
    if ((strncmp(e.unit, "[sign]", 6) == 0) != (o->sign_only != 0))
        fail_msg("%s.%s: sign_only is %d, the unit of effects.csv '%s'", stem, o->name, (int)o->sign_only,
                 e.unit);
}

static void studies_say_what_the_evidence_says(void **state)
{
    const struct files files = study_files();
    char *table = evidence_text(EVIDENCE_FOLDER "/effects.csv");
    int nulls = 0;
    (void)state;
    assert_true(files.n >= 10);
    for (int k = 0; k < files.n; k++) {
        struct study_file file = loaded(files.path[k]);
        assert_string_equal(file.model->name, files.stem[k]);
        assert_true(strlen(file.plan.study.citation) > 10 && strlen(file.plan.study.stands_for) > 10);
        for (int i = 0; i < file.plan.outcomes_n; i++) {
            nulls += file.plan.outcome[i].published == 0.0;
            if (table)
                check_outcome(files.stem[k], &file.plan.outcome[i], table);
        }
        const struct programme *p = &file.model->programme[file.survey.programme];
        if (table && !find_effect(table, p->source, &(struct effect){{0}, {0}, {0}, {0}, {0}}))
            fail_msg("%s: the programme's source '%s' is no row of effects.csv", files.stem[k], p->source);
        study_file_free(&file);
    }
    assert_true(nulls >= 4); // a model that finds an effect everywhere must show
    free(table);
}

// What the scenario must not do: a study stands for its programme alone, and its twin differs by nothing
// else.
static void twins_differ_by_the_programme(void **state)
{
    const struct files files = study_files();
    (void)state;
    for (int k = 0; k < files.n; k++) {
        struct study_file file = loaded(files.path[k]);
        const int p = file.survey.programme;
        for (int i = 0; i < file.model->programmes_n; i++)
            assert_int_equal(file.model->programme[i].enabled != 0, i == p);
        assert_int_equal(file.closed->programme[p].enabled, 0);
        file.closed->programme[p].enabled = 1;
        assert_memory_equal(file.closed, file.model, sizeof *file.model);
        study_file_free(&file);
    }
}

// ---- runs ---------------------------------------------------------------------------------------

static int observe(void *ctx, const struct world *world, struct error *err)
{
    return survey_month(ctx, world, err);
}

static struct survey *asked(const struct study_file *file, const struct model *model)
{
    struct survey *survey = survey_create(&file->survey);
    const struct observer observer = {survey, observe};
    struct error *err = calloc(1, sizeof *err);
    struct world *world = fixture_world(model, 0, 1);
    assert_true(survey && err);
    assert_int_equal(schedule_run(model, world, &observer, err), 0);
    world_free(world);
    free(err);
    return survey;
}

// Each file runs on a few thousand agents for a year: somebody is in the sample, on either side of the
// design, and somebody takes part unless it is a relief.
static void every_study_runs(void **state)
{
    const struct files files = study_files();
    (void)state;
    for (int k = 0; k < files.n; k++) {
        struct study_file file = loaded(files.path[k]);
        print_message("%s\n", files.stem[k]);
        file.plan.outcomes_n = 1;
        file.plan.outcome[0].months = file.survey.months[0] = 12;
        file.survey.waves_n = 1;
        file.model->run.agents = file.closed->run.agents = 4000;
        file.model->run.until = file.closed->run.until = file.model->run.start + file.survey.opens + 11;
        struct survey *open = asked(&file, file.model), *closed = asked(&file, file.closed);
        struct run_data *data = data_create();
        struct error *err = calloc(1, sizeof *err);
        const struct programme *p = &file.model->programme[file.survey.programme];
        const struct experiment_request request = {.plan = &file.plan,
                                                   .data = data,
                                                   .instrument = instrument_at(p->kind)->name,
                                                   .threshold = p->workers_max,
                                                   .t = 12.7};
        struct experiment e;
        assert_int_equal(survey_data(data, &open, &closed, 1, err), 0);
        assert_int_equal(experiment_evaluate(&e, &request, err), 0);
        assert_true(e.result[0].treated_n >= 1.0 && e.result[0].control_n >= 1.0);
        if (!instrument_at(p->kind)->relief)
            assert_true(e.result[0].take_up > 0.0);
        survey_free(open);
        survey_free(closed);
        data_free(data);
        free(err);
        study_file_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(studies_say_what_the_evidence_says),
        cmocka_unit_test(twins_differ_by_the_programme),
        cmocka_unit_test(every_study_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
