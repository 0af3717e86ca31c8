// Every scenario file loads; every programme runs half a year on Vietnam's economy, and its source is a row
// of the evidence.
#include <dirent.h>
#include <unistd.h>
#include "tests/contract/evidence.h"
#include "tests/fixture.h"

enum { FILES_MAX = 256, STEM_MAX = 64 };

struct files {
    char stem[FILES_MAX][STEM_MAX];
    int n;
};

// The YAML files of a folder of scenarios/, without ".yaml".
static struct files files_of(const char *folder)
{
    struct files files = {.n = 0};
    char path[1024];
    snprintf(path, sizeof path, "%s/scenarios/%s", MANGROVE_SOURCE_DIR, folder);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        const size_t n = strlen(d->d_name);
        if (n < 6 || strcmp(d->d_name + n - 5, ".yaml") != 0)
            continue;
        assert_true(files.n < FILES_MAX && n - 5 < STEM_MAX);
        snprintf(files.stem[files.n++], STEM_MAX, "%.*s", (int)n - 5, d->d_name);
    }
    closedir(dir);
    return files;
}

// `root`, an absolute path, from the working folder: up to the root, then down.
static void relative(const char *root, char *out, size_t size)
{
    char here[1024];
    size_t n = 0;
    assert_non_null(getcwd(here, sizeof here));
    for (const char *c = here; *c; c++)
        if (*c == '/' && c[1])
            n += (size_t)snprintf(out + n, size - n, "../");
    snprintf(out + n, size - n, "%s", root + 1);
}

// The model of Vietnam's economy with one programme file, small and short.
static struct model *with_programme(const char *stem)
{
    struct model *model = calloc(1, sizeof *model);
    struct config *config = config_create();
    struct error *err = calloc(1, sizeof *err);
    struct model_schema schema;
    char root[1024], name[] = "programme.yaml";
    assert_true(model && config && err);
    relative(MANGROVE_SOURCE_DIR, root, sizeof root);
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fprintf(file,
            "extends:\n  - %s/scenarios/economies/vietnam.yaml\n  - %s/scenarios/programmes/%s.yaml\nrun: "
            "{agents: 1000, until: 2014-06}\n",
            root, root, stem);
    assert_int_equal(fclose(file), 0);
    model_schema(&schema);
    int rc = yaml_load(config, name, &schema.config, err);
    if (!rc)
        rc = model_load(model, config, err);
    error_print(err, stderr);
    assert_int_equal(rc, 0);
    assert_int_equal(remove(name), 0);
    config_free(config);
    free(err);
    return model;
}

// One file, one programme of its name; it opens within the default period.
static void every_programme_runs(void **state)
{
    const struct files files = files_of("programmes");
    (void)state;
    assert_true(files.n >= 6);
    for (int k = 0; k < files.n; k++) {
        print_message("%s\n", files.stem[k]);
        struct model *model = with_programme(files.stem[k]);
        assert_int_equal(model->programmes_n, 1);
        assert_string_equal(model->programme[0].name, files.stem[k]);
        assert_true(model->programme[0].start <= field_month(2030, 12));
        model->programme[0].start = model->run.start; // as if it opened at once
        struct world *world = fixture_world(model, 0, 1);
        fixture_run(model, world);
        world_free(world);
        free(model);
    }
}

static void every_programme_stands_for_a_row_of_the_evidence(void **state)
{
    const struct files files = files_of("programmes");
    struct evidence systems = evidence_load("systems.csv");
    (void)state;
    for (int k = 0; k < files.n; k++) {
        struct model *model = with_programme(files.stem[k]);
        const char *source = model->programme[0].source;
        if (source[0] == '\0' || (systems.n && !evidence_has(&systems, source, strlen(source))))
            fail_msg("%s.yaml: source '%s' is no row of systems.csv", files.stem[k], source);
        free(model);
    }
    evidence_free(&systems);
}

// The source of a shock is a list of rows of the evidence.
static void every_shock_rests_on_rows_of_the_evidence(void **state)
{
    struct evidence facts = evidence_load("facts.csv"), seeds = evidence_load("seed-facts.csv");
    struct model *model = fixture_model("economies/vietnam.yaml", NULL);
    (void)state;
    assert_true(model->shocks_n > 0);
    for (int k = 0; k < model->shocks_n; k++) {
        const char *at = model->shock[k].source;
        assert_true(at[0] != '\0');
        while (facts.n && *at) {
            const size_t n = strcspn(at, ", ");
            if (n && !evidence_has(&facts, at, n) && !evidence_has(&seeds, at, n))
                fail_msg("shock %s: source '%.*s' is no row of the evidence", model->shock[k].name, (int)n,
                         at);
            at += n + strspn(at + n, ", ");
        }
    }
    free(model);
    evidence_free(&facts);
    evidence_free(&seeds);
}

static void every_policy_loads(void **state)
{
    const struct files files = files_of("policies");
    (void)state;
    assert_true(files.n >= 4);
    for (int k = 0; k < files.n; k++) {
        char path[128];
        print_message("%s\n", files.stem[k]);
        snprintf(path, sizeof path, "policies/%s.yaml", files.stem[k]);
        struct model *model = fixture_model(path, NULL);
        assert_string_equal(model->name, files.stem[k]);
        assert_true(strlen(model->title) > 5);
        assert_true(model->programmes_n > 0 && model->sectors_n > 1 && model->regions_n > 1 &&
                    model->lenses_n > 0);
        free(model);
    }
}

// A policy from 2026 is the status quo until then: the same programmes serve in 2025.
static void policies_of_2026_leave_the_past_alone(void **state)
{
    const struct files files = files_of("policies");
    struct model *base = fixture_model("policies/baseline.yaml", NULL);
    int prospective = 0;
    (void)state;
    for (int k = 0; k < files.n; k++) {
        const size_t n = strlen(files.stem[k]);
        char path[128];
        if (n < 5 || strcmp(files.stem[k] + n - 5, "_2026") != 0)
            continue;
        prospective++;
        snprintf(path, sizeof path, "policies/%s.yaml", files.stem[k]);
        struct model *model = fixture_model(path, NULL);
        struct world world = {.month = field_month(2025, 12) - model->run.start};
        for (int p = 0; p < model->programmes_n; p++) {
            int in_base = -1;
            for (int i = 0; i < base->programmes_n; i++)
                in_base = strcmp(base->programme[i].name, model->programme[p].name) == 0 ? i : in_base;
            const bool was_open = in_base >= 0 && programme_open(base, &world, in_base);
            if (programme_open(model, &world, p) != was_open)
                fail_msg("%s: programme %s is not as in the baseline in 2025", files.stem[k],
                         model->programme[p].name);
        }
        free(model);
    }
    assert_true(prospective >= 1);
    free(base);
}

static void every_economy_loads(void **state)
{
    const struct files files = files_of("economies");
    (void)state;
    assert_true(files.n >= 1);
    for (int k = 0; k < files.n; k++) {
        char path[128];
        snprintf(path, sizeof path, "economies/%s.yaml", files.stem[k]);
        struct model *model = fixture_model(path, NULL);
        assert_int_equal(model->programmes_n, 0); // an economy has none of its own
        free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_programme_runs),
        cmocka_unit_test(every_programme_stands_for_a_row_of_the_evidence),
        cmocka_unit_test(every_shock_rests_on_rows_of_the_evidence),
        cmocka_unit_test(every_policy_loads),
        cmocka_unit_test(policies_of_2026_leave_the_past_alone),
        cmocka_unit_test(every_economy_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
