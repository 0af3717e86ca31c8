// From configuration to model: relations between parameters with the exact text of their faults, what is
// resolved, size classes.
#include "tests/unit/world_fixture.h"

// Loads Vietnam's economy with settings; the faults as lines, "" if it is sound.
static char *faults_of(const char *const *settings)
{
    struct model *model = calloc(1, sizeof *model);
    struct config *config = config_create();
    struct error *err = calloc(1, sizeof *err);
    struct model_schema schema;
    char *text = calloc(1, sizeof err->text + ERROR_FAULTS_MAX);
    assert_true(model && config && err && text);
    model_schema(&schema);
    assert_int_equal(
        yaml_load(config, MANGROVE_SOURCE_DIR "/scenarios/economies/vietnam.yaml", &schema.config, err), 0);
    for (; *settings; settings++)
        assert_int_equal(config_set_argument(config, *settings, err), 0);
    const int rc = model_load(model, config, err);
    assert_int_equal(rc, err->faults_n ? ERROR_INPUT : 0);
    for (int k = 0; k < err->faults_n; k++) {
        strcat(text, k ? "\n" : "");
        strcat(text, err->text[k]);
    }
    config_free(config);
    free(model);
    free(err);
    return text;
}

static void relations_have_exact_faults(void **state)
{
    static const struct {
        const char *set[7], *faults;
    } row[] = {
        {{"run.seed=3"}, ""},
        {{"economy.capability.digital_stage_share.none=0.5"},
         "--set: economy.capability.digital_stage_share: the shares sum to 0.95; allowed: a sum of 1"},
        {{"run.start=2020-01", "run.until=2019-12"},
         "--set: run.until: is before run.start; allowed: a month from run.start on"},
        {{"run.until=2130-01"}, "--set: run.until: the run has 1393 months; allowed: at most 1200"},
        {{"economy.population.register_n=10000", "economy.population.foreign_n=9000",
          "economy.population.state_n=1000", "economy.population.startups_n=600",
          "economy.population.st_capable_n=400", "economy.population.st_certified_n=0"},
         "--set: economy.population.register_n: foreign, state, startup and S&T-capable enterprises are "
         "11000; allowed: at most 90 % of those that trade"},
        {{"economy.population.st_certified_n=5000", "economy.population.st_capable_n=4000"},
         "--set: economy.population.st_certified_n: is above st_capable_n; allowed: at most 4000"},
        {{"run.start=2013-12"},
         "economy.environment.gdp_growth: begins after the run; allowed: a series that begins by the year of "
         "run.start\n"
         "economy.environment.inflation: begins after the run; allowed: a series that begins by the year of "
         "run.start\n"
         "economy.environment.lending_rate: begins after the run; allowed: a series that begins by the year "
         "of run.start\n"
         "economy.environment.exchange_rate: begins after the run; allowed: a series that begins by the year "
         "of run.start\n"
         "economy.environment.tax_rate: begins after the run; allowed: a series that begins by the year of "
         "run.start\n"
         "economy.environment.tax_rate_small: begins after the run; allowed: a series that begins by the "
         "year of run.start"},
        {{"programmes.p.kind=subsidy", "programmes.p.sectors=manufacturing, trad"},
         "--set: programmes.p.sectors: unknown name 'trad'; allowed: names of the economy; did you mean "
         "'trade'?"},
        {{"programmes.p.kind=subsidy", "programmes.p.regions=atlantis"},
         "--set: programmes.p.regions: unknown name 'atlantis'; allowed: names of the economy"},
        {{"programmes.p.kind=subsidy", "programmes.p.start=2018-01", "programmes.p.end=2017-12"},
         "--set: programmes.p.end: is before the programme's start; allowed: a month from start on, or "
         "enabled: false"},
        {{"programmes.p.kind=subsidy", "programmes.p.workers_min=200"},
         "programmes.p.workers_max: no size is left; allowed: above workers_min"},
        {{"programmes.p.kind=grant"}, "--set: programmes.p.kind: 'grant' is unknown"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        char *text = faults_of(row[k].set);
        const bool whole = strncmp(row[k].faults, "--set: programmes.p.kind", 24) !=
                           0; // that text is the configuration's own
        if (whole ? strcmp(text, row[k].faults) != 0 : strncmp(text, row[k].faults, 24) != 0)
            fail_msg("row %zu:\n%s\ninstead of\n%s", k, text, row[k].faults);
        free(text);
    }
}

static void shares_of_the_economy_sum_to_one(void **state)
{
    static const struct {
        const char *set, *what, *map;
    } row[] = {
        {"economy.sectors.trade.firm_share=0.4", "firm_share of the sectors", "sectors"},
        {"economy.sectors.trade.entry_share=0.4", "entry_share of the sectors", "sectors"},
        {"economy.sectors.trade.startup_share=0.4", "startup_share of the sectors", "sectors"},
        {"economy.sectors.trade.st_share=0.4", "st_share of the sectors", "sectors"},
        {"economy.regions.hanoi.firm_share=0.4", "firm_share of the regions", "regions"},
        {"economy.regions.hanoi.entry_share=0.4", "entry_share of the regions", "regions"},
        {"economy.regions.hanoi.startup_share=0.4", "startup_share of the regions", "regions"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        const char *const set[] = {row[k].set, NULL};
        char *text = faults_of(set), expected[128];
        snprintf(expected, sizeof expected, "economy.%s: %s sum to ", row[k].map, row[k].what);
        if (!strstr(text, expected) || strchr(text, '\n'))
            fail_msg("'%s' instead of '%s...'", text, expected);
        free(text);
    }
}

static void nothing_is_no_economy(void **state)
{
    (void)state;
    struct model *model = calloc(1, sizeof *model);
    struct config *config = config_create();
    struct error *err = calloc(1, sizeof *err);
    assert_true(model && config && err);
    assert_int_equal(model_load(model, config, err), ERROR_INPUT);
    assert_string_equal(err->text[0], "economy.sectors: no sector is given; allowed: 1 to 16");
    config_free(config);
    free(model);
    free(err);
}

static void names_become_masks(void **state)
{
    static const char *const set[] = {"programmes.all.kind=subsidy", "programmes.some.kind=loan",
                                      "programmes.some.sectors= trade,agriculture ",
                                      "programmes.some.regions=hanoi", NULL};
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", set);
    struct small s = {.model = model};
    assert_int_equal(model->programmes_n, 2);
    assert_string_equal(model->programme[1].name, "some");
    assert_int_equal(model->programme[0].sector_mask, ~0U);
    assert_int_equal(model->programme[0].region_mask, ~0U);
    assert_int_equal(model->programme[1].sector_mask,
                     1U << small_sector(s, "trade") | 1U << small_sector(s, "agriculture"));
    assert_int_equal(model->programme[1].region_mask, 1U);
    assert_string_equal(instrument_at(model->programme[1].kind)->name, "loan");
    assert_true(model->programme[0].draw_index != 0 &&
                model->programme[0].draw_index != model->programme[1].draw_index);
    free(model);
}

// Names that the scenarios or a user may well give have draws of their own.
static void draw_indices_tell_names_apart(void **state)
{
    (void)state;
    struct config *config = config_create();
    struct error *err = calloc(1, sizeof *err);
    struct model_schema schema;
    struct model *model = calloc(1, sizeof *model);
    assert_true(config && err && model);
    model_schema(&schema);
    assert_int_equal(
        yaml_load(config, MANGROVE_SOURCE_DIR "/scenarios/economies/vietnam.yaml", &schema.config, err), 0);
    for (int k = 0; k < PROGRAMMES_MAX; k++) {
        char key[64];
        snprintf(key, sizeof key, "programmes.p%d.kind", k);
        assert_int_equal(config_set(config, key, "subsidy", "test", err), 0);
    }
    assert_int_equal(model_load(model, config, err), 0);
    assert_int_equal(model->programmes_n, PROGRAMMES_MAX);
    for (int a = 0; a < PROGRAMMES_MAX; a++)
        for (int b = 0; b < a; b++)
            assert_true(model->programme[a].draw_index != model->programme[b].draw_index);
    config_free(config);
    free(model);
    free(err);
}

static void the_run_has_its_months(void **state)
{
    static const char *const set[] = {"run.start=2016-02", "run.until=2017-01", NULL};
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", set);
    assert_int_equal(model_months(model), 12);
    free(model);
    model = fixture_model("economies/vietnam.yaml", NULL);
    assert_int_equal(model_months(model), 17 * 12);
    free(model);
}

static void size_classes_have_their_bounds(void **state)
{
    static const struct {
        double workers;
        enum size_class usual, industry, services;
    } row[] = {
        {1, SIZE_MICRO, SIZE_MICRO, SIZE_MICRO},     {9.9, SIZE_MICRO, SIZE_MICRO, SIZE_MICRO},
        {10, SIZE_SMALL, SIZE_MICRO, SIZE_MICRO},    {10.1, SIZE_SMALL, SIZE_SMALL, SIZE_SMALL},
        {50, SIZE_MEDIUM, SIZE_SMALL, SIZE_SMALL},   {50.1, SIZE_MEDIUM, SIZE_SMALL, SIZE_MEDIUM},
        {100, SIZE_MEDIUM, SIZE_SMALL, SIZE_MEDIUM}, {101, SIZE_MEDIUM, SIZE_SMALL, SIZE_LARGE},
        {200, SIZE_LARGE, SIZE_SMALL, SIZE_LARGE},   {201, SIZE_LARGE, SIZE_MEDIUM, SIZE_LARGE},
        {300, SIZE_LARGE, SIZE_MEDIUM, SIZE_LARGE},  {301, SIZE_LARGE, SIZE_LARGE, SIZE_LARGE},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        assert_int_equal(model_size_class(row[k].workers), row[k].usual);
        assert_int_equal(model_size_class_decree56(row[k].workers, 1), row[k].industry);
        assert_int_equal(model_size_class_decree56(row[k].workers, 0), row[k].services);
    }
}

static void every_stream_has_a_name_and_a_purpose(void **state)
{
    (void)state;
    for (int a = 0; a < STREAMS_N; a++) {
        assert_true(strlen(stream_rows[a].name) > 3 && strlen(stream_rows[a].doc) > 5);
        for (int b = 0; b < a; b++)
            assert_string_not_equal(stream_rows[a].name, stream_rows[b].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relations_have_exact_faults),
        cmocka_unit_test(shares_of_the_economy_sum_to_one),
        cmocka_unit_test(nothing_is_no_economy),
        cmocka_unit_test(names_become_masks),
        cmocka_unit_test(draw_indices_tell_names_apart),
        cmocka_unit_test(the_run_has_its_months),
        cmocka_unit_test(size_classes_have_their_bounds),
        cmocka_unit_test(every_stream_has_a_name_and_a_purpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
