#include "commands/calibrate.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "analysis/calibrate.h"
#include "commands/member.h"
#include "commands/place.h"
#include "mangrove_version.h"
#include "sim/number.h"
#include "sim/par.h"
#include "sim/rng.h"
#include "sim/yaml.h"

enum { CALIBRATE_THREADS_MAX = 1024, RECORD_MAX = 512 };

// What a call works with.
struct workshop {
    const char *path; // of the calibration
    struct config *config;
    struct calibrate_terms *terms;
    struct moments moments;
    char moments_path[PATH_MAX], scenario_path[PATH_MAX], folder[PATH_MAX];
    struct scenario scenario;
    struct stop stop;
    int threads;
    bool quiet;
    double started;
    uint64_t work; // digest of all that a trial's results depend on but its point
};

// ---- the file -----------------------------------------------------------------------------------

// Options that set a key of the calibration.
static const char *const option_keys[][2] = {
    {"agents", "run.agents"}, {"replicates", "run.replicates"}, {"seed", "run.seed"},
    {"until", "run.until"},   {"trials", "search.trials_max"},  {"moments", "moments"},
};

static int override(struct config *config, const struct command_call *call, struct error *err)
{
    int code = ERROR_NONE;
    for (size_t i = 0; i < sizeof option_keys / sizeof *option_keys && !code; i++) {
        const char *text = command_text(call, option_keys[i][0]);
        char place[40];
        snprintf(place, sizeof place, "--%s", option_keys[i][0]);
        if (text && i == 0 && strcmp(text, "full") == 0)
            text = "0";
        if (text)
            code = config_set(config, option_keys[i][1], text, place, err);
    }
    return code;
}

// A path that stands under `key`, relative to the file that says it (options: to the folder called from).
static int resolve(const struct config *config, const char *key, const char *said, char path[PATH_MAX],
                   struct error *err)
{
    const struct config_entry *entry = config_find(config, key);
    const char *place = entry ? entry->place : "";
    const char *slash = said[0] == '/' || strncmp(place, "--", 2) == 0 ? NULL : strrchr(place, '/');
    if (snprintf(path, PATH_MAX, "%.*s%s", slash ? (int)(slash - place) + 1 : 0, place, said) >= PATH_MAX)
        return config_fault(config, key, err, "the path is too long");
    return ERROR_NONE;
}

static int load_terms(struct workshop *shop, const struct command_call *call, struct error *err)
{
    struct calibrate_schema schema;
    calibrate_schema(&schema);
    int code = yaml_load(shop->config, shop->path, &schema.config, err);
    if (!code)
        code = override(shop->config, call, err);
    if (!code)
        code = calibrate_load(shop->terms, shop->config, err);
    if (!code)
        code = resolve(shop->config, "scenario", shop->terms->scenario, shop->scenario_path, err);
    if (!code)
        code = resolve(shop->config, "moments", shop->terms->moments, shop->moments_path, err);
    return code;
}

// ---- the scenario -------------------------------------------------------------------------------

static const char *place_of(const struct workshop *shop, int parameter, const char *part)
{
    char key[CONFIG_KEY_MAX];
    snprintf(key, sizeof key, "parameters.%s.%s", shop->terms->parameter[parameter].name, part);
    const struct config_entry *entry = config_find(shop->config, key);
    return entry ? entry->place : shop->path;
}

static int set_value(struct workshop *shop, int parameter, double value, const char *part, struct error *err)
{
    const struct calibrate_parameter *p = &shop->terms->parameter[parameter];
    char text[40];
    calibrate_value_text(p, value, text, sizeof text);
    return config_set(shop->scenario.config, p->key, text, place_of(shop, parameter, part), err);
}

// The scenario's number under a key.
struct wanted {
    const char *key;
    double value;
};

// Of a row, or of an element of a vector or series, whose text is "label: number, label: number".
static void find_value(void *ctx, const char *key, const struct field *field, const void *base)
{
    struct wanted *wanted = ctx;
    char text[FIELD_FORMAT_MAX];
    const size_t n = strlen(key);
    if (strncmp(key, wanted->key, n) != 0 || (wanted->key[n] != '\0' && wanted->key[n] != '.'))
        return;
    field_format(field, base, text, sizeof text);
    if (wanted->key[n] == '\0')
        number_real(text, &wanted->value);
    for (char *rest = text, *part = strsep(&rest, ","); part && wanted->key[n]; part = strsep(&rest, ",")) {
        char *colon = strchr(part, ':');
        part += strspn(part, " ");
        if (!colon || (size_t)(colon - part) != strlen(wanted->key + n + 1) ||
            strncmp(part, wanted->key + n + 1, (size_t)(colon - part)) != 0)
            continue;
        number_real(colon + 1 + strspn(colon + 1, " "), &wanted->value);
    }
}

// The row of each parameter must be a number; a start that is not given is what the scenario has.
static int check_row(struct workshop *shop, int parameter, struct error *err)
{
    struct calibrate_parameter *p = &shop->terms->parameter[parameter];
    struct scenario *scenario = &shop->scenario;
    const struct field *field = config_field(&scenario->schema.config, p->key);
    struct wanted wanted = {p->key, (double)NAN};
    if (field && field->type != FIELD_REAL && field->type != FIELD_INT && field->type != FIELD_MONEY)
        return error_add(err, ERROR_INPUT,
                         "%s: parameters.%s.key: '%s' is no number; allowed: numbers of `mangrove describe "
                         "parameters`, or elements of vectors and series",
                         place_of(shop, parameter, "key"), p->name, p->key);
    p->whole = field && field->type != FIELD_REAL;
    if (!isnan(p->start))
        return ERROR_NONE;
    if (config_walk(scenario->config, &scenario->schema.config, scenario->model, find_value, &wanted))
        return error_add(err, ERROR_WORK, "%s: no memory", shop->path);
    p->start = wanted.value;
    if (!isnan(p->start))
        return calibrate_check_start(p, shop->config, err);
    set_value(shop, parameter, p->low, "key", err); // the loader says what is wrong with the key
    if (!model_load(scenario->model, scenario->config, err))
        error_add(err, ERROR_INPUT, "%s: parameters.%s.start: is missing, and the scenario has no '%s'",
                  place_of(shop, parameter, "key"), p->name, p->key);
    return err->code;
}

// The model must take the start, and each bound with the others at their start.
static int check_bounds(struct workshop *shop, struct error *err)
{
    struct scenario *scenario = &shop->scenario;
    const int n = shop->terms->parameters_n;
    int code = ERROR_NONE;
    for (int k = 0; k < n && !code; k++)
        code = set_value(shop, k, shop->terms->parameter[k].start, "key", err);
    if (!code)
        code = model_load(scenario->model, scenario->config, err);
    for (int k = 0; k < n && code != ERROR_WORK; k++) {
        const struct calibrate_parameter *p = &shop->terms->parameter[k];
        for (int side = 0; side < 2 && !err->code; side++) {
            set_value(shop, k, side ? p->high : p->low, side ? "high" : "low", err);
            code = model_load(scenario->model, scenario->config, err);
        }
        set_value(shop, k, p->start, "key", err);
    }
    return err->code ? err->code : model_load(scenario->model, scenario->config, err);
}

static int set_run(struct workshop *shop, int64_t until, struct error *err)
{
    const struct calibrate_terms *terms = shop->terms;
    const int64_t numbers[] = {terms->agents, terms->replicates, terms->seed, 0, 0};
    static const char *const keys[] = {"run.agents", "run.replicates", "run.seed", "run.panel_share",
                                       "run.twin_replicates"};
    int64_t year, month;
    char text[40];
    int code = ERROR_NONE;
    for (int i = 0; i < 5 && !code; i++) {
        snprintf(text, sizeof text, "%" PRId64, numbers[i]);
        code = config_set(shop->scenario.config, keys[i], text, shop->path, err);
    }
    field_month_split(until, &year, &month);
    snprintf(text, sizeof text, "%04d-%02d", (int)year, (int)month);
    return code ? code : config_set(shop->scenario.config, "run.until", text, shop->path, err);
}

static int load_scenario(struct workshop *shop, const struct command_call *call, struct error *err)
{
    int *chosen = malloc(((size_t)shop->moments.n + 1) * sizeof *chosen);
    int n = 0;
    int code = chosen ? scenario_load(&shop->scenario, shop->scenario_path, call, err)
                      : error_add(err, ERROR_WORK, "%s: no memory", shop->path);
    if (!code)
        code = calibrate_choose(shop->terms, &shop->moments, chosen, &n, err);
    if (!code && shop->terms->until == 0)
        shop->terms->until = calibrate_until(&shop->moments, chosen, n);
    if (!code)
        code = set_run(shop, shop->terms->until, err);
    for (int k = 0; k < shop->terms->parameters_n && code != ERROR_WORK; k++)
        code = check_row(shop, k, err) == ERROR_WORK ? ERROR_WORK : err->code;
    if (!code)
        code = check_bounds(shop, err);
    free(chosen);
    return code;
}

// ---- what the trials depend on ------------------------------------------------------------------

static uint64_t mix_text(uint64_t digest, const char *text)
{
    for (; *text; text++)
        digest = rng_hash(digest ^ (uint64_t)(unsigned char)*text);
    return rng_hash(digest);
}

static void mix_parameter(void *ctx, const char *key, const struct field *field, const void *base)
{
    struct workshop *shop = ctx;
    char text[FIELD_FORMAT_MAX];
    for (int k = 0; k < shop->terms->parameters_n; k++)
        if (strcmp(key, shop->terms->parameter[k].key) == 0)
            return;
    field_format(field, base, text, sizeof text);
    shop->work = mix_text(mix_text(shop->work, key), text);
}

static int digest_work(struct workshop *shop, struct error *err)
{
    struct scenario *scenario = &shop->scenario;
    shop->work = mix_text(MANGROVE_DIRTY, MANGROVE_VERSION " " MANGROVE_REVISION);
    if (config_walk(scenario->config, &scenario->schema.config, scenario->model, mix_parameter, shop))
        return error_add(err, ERROR_WORK, "%s: no memory", shop->path);
    for (int k = 0; k < shop->terms->parameters_n; k++)
        shop->work = mix_text(shop->work, shop->terms->parameter[k].key);
    shop->work = mix_text(mix_text(shop->work, calibrate_use_names[shop->terms->use]), shop->terms->exclude);
    for (int i = 0; i < shop->moments.n; i++) {
        const struct moment *m = &shop->moments.moment[i];
        const char *const texts[] = {m->id, m->metric, m->group, m->period, m->statistic, m->use};
        for (int t = 0; t < 6; t++)
            shop->work = mix_text(shop->work, texts[t]);
    }
    return ERROR_NONE;
}

// ---- trials -------------------------------------------------------------------------------------

static int run_members(void *ctx, int n, const double *point, struct run_data **data, struct error *err)
{
    struct workshop *shop = ctx;
    const int p = shop->terms->parameters_n;
    const struct member_call call = {shop->threads, &shop->stop, NULL};
    struct member *member = calloc((size_t)n, sizeof *member), **members = calloc((size_t)n, sizeof *members);
    struct member_setting setting[CALIBRATE_PARAMETERS_MAX];
    char text[CALIBRATE_PARAMETERS_MAX][40];
    int code = member && members ? ERROR_NONE : error_add(err, ERROR_WORK, "%s: no memory", shop->path);
    for (int i = 0; i < n && !code; i++) {
        for (int k = 0; k < p; k++) {
            const struct calibrate_parameter *parameter = &shop->terms->parameter[k];
            calibrate_value_text(parameter, point[i * p + k], text[k], sizeof text[k]);
            setting[k] = (struct member_setting){parameter->key, text[k], place_of(shop, k, "key")};
        }
        members[i] = &member[i];
        code = member_create_set(&member[i], &shop->scenario, setting, p, MEMBER_METRICS, err);
    }
    if (!code)
        code = member_run(members, n, &call, err);
    for (int i = 0; i < n && member; i++) {
        if (!code) {
            data[i] = member[i].data;
            member[i].data = NULL;
        }
        member_free(&member[i]);
    }
    free(member);
    free(members);
    return code;
}

static void say(void *ctx, const char *line)
{
    const struct workshop *shop = ctx;
    if (!shop->quiet)
        fprintf(stderr, "%s: %s, %.0f s\n", shop->terms->name, line, progress_now() - shop->started);
}

// ---- results ------------------------------------------------------------------------------------

// A file of results: what is in it.
struct result {
    const char *name;
    int table; // enum calibrate_table, or -1
    enum report_format format;
};
static const struct result results[] = {
    {"report.md", -1, REPORT_MARKDOWN},
    {"report.json", -1, REPORT_JSON},
    {"parameters.csv", CALIBRATE_TABLE_PARAMETERS, REPORT_CSV},
    {"moments.csv", CALIBRATE_TABLE_MOMENTS, REPORT_CSV},
    {"directions.csv", CALIBRATE_TABLE_DIRECTIONS, REPORT_CSV},
    {"sensitivity.csv", CALIBRATE_TABLE_SENSITIVITY, REPORT_CSV},
    {"posterior.csv", CALIBRATE_TABLE_POSTERIOR, REPORT_CSV},
    {"calibration.yaml", -1, REPORT_TEXT}, // the overlay; last, so that it stands for all
};

static const char *record_of(const struct workshop *shop, const struct calibration *c, char *out)
{
    const struct calibrate_terms *terms = shop->terms;
    uint64_t digest = shop->work;
    int64_t year, month;
    for (int k = 0; k < terms->parameters_n; k++) {
        uint64_t bits;
        memcpy(&bits, &c->estimate[k].value, sizeof bits);
        digest = rng_hash(digest ^ bits);
    }
    field_month_split(terms->until, &year, &month);
    snprintf(out, RECORD_MAX,
             "Calibrated by: mangrove calibrate %s (revision %.12s%s; seed %" PRId64 ", %" PRId64
             " agents, %" PRId64 " replicates to %04d-%02d, %d trials); calibration %016" PRIx64,
             shop->path, MANGROVE_REVISION, MANGROVE_DIRTY ? ", changed" : "", terms->seed, terms->agents,
             terms->replicates, (int)year, (int)month, c->trials_n, digest);
    return out;
}

static int print_result(const struct workshop *shop, const struct calibration *c, const struct result *result,
                        FILE *to)
{
    char record[RECORD_MAX];
    if (result->table >= 0)
        return calibrate_print_table(c, (enum calibrate_table)result->table, result->format, to);
    if (result->format != REPORT_TEXT)
        return calibrate_print(c, result->format, to);
    calibrate_print_block(c, record_of(shop, c, record), to);
    return 0;
}

// Nothing half-written has a final name.
static int write_result(const struct workshop *shop, const struct calibration *c, const struct result *result,
                        struct error *err)
{
    char path[PATH_MAX + 64], trial[PATH_MAX + 80];
    snprintf(path, sizeof path, "%s/%s", shop->folder, result->name);
    snprintf(trial, sizeof trial, "%s.part", path);
    FILE *to = fopen(trial, "w");
    if (!to)
        return error_add(err, ERROR_WORK, "%s: cannot be written: %s", trial, strerror(errno));
    const int bad = print_result(shop, c, result, to) || ferror(to);
    if (fclose(to) != 0 || bad || rename(trial, path) != 0) {
        unlink(trial);
        return error_add(err, ERROR_WORK, "%s: cannot be written: %s", path, strerror(errno));
    }
    return ERROR_NONE;
}

static int show(const struct workshop *shop, const struct calibration *c, const struct command_call *call,
                struct error *err)
{
    static const char *const prints[] = {"report", "set", "block"};
    const char *print = command_text(call, "print");
    char record[RECORD_MAX];
    enum report_format format;
    int code = command_format(call, &format, err);
    if (code)
        return code;
    if (print && strcmp(print, prints[1]) == 0)
        calibrate_print_options(c, stdout);
    else if (print && strcmp(print, prints[2]) == 0)
        calibrate_print_block(c, record_of(shop, c, record), stdout);
    else if (calibrate_print(c, format, stdout))
        return error_add(err, ERROR_WORK, "no memory");
    return ERROR_NONE;
}

static int check_call(const struct command_call *call, int64_t *threads, struct error *err)
{
    static const char *const prints[] = {"report", "set", "block"};
    const char *print = command_text(call, "print");
    enum report_format format;
    *threads = par_threads_available();
    if (!command_given(call, "out"))
        return error_add(err, ERROR_INPUT, "-o DIR is missing");
    if (print && strcmp(print, prints[0]) != 0 && strcmp(print, prints[1]) != 0 &&
        strcmp(print, prints[2]) != 0)
        return command_unknown(err, "print", print, prints, 3);
    const int code = command_format(call, &format, err);
    return code ? code : command_whole(call, "threads", 1, CALIBRATE_THREADS_MAX, threads, err);
}

// ---- the command --------------------------------------------------------------------------------

static int calibrate(struct workshop *shop, struct journal *journal, const struct command_call *call,
                     struct error *err)
{
    const int replicates = (int)shop->terms->replicates;
    const struct calibrate_model model = {
        .ctx = shop,
        .member = run_members,
        .say = say,
        .parallel_n = (2 * shop->threads + replicates - 1) / replicates,
    };
    struct calibration *c = NULL;
    stop_hold(&shop->stop);
    int code = calibrate_run(&c, shop->terms, &shop->moments, journal, &model, err);
    stop_release(&shop->stop);
    if (code == ERROR_STOPPED)
        error_add(err, ERROR_STOPPED,
                  "stopped by a signal; %d trials are kept in %s/journal.txt for --resume",
                  journal_records_n(journal), shop->folder);
    for (size_t i = 0; i < sizeof results / sizeof *results && !code; i++)
        code = write_result(shop, c, &results[i], err);
    if (!code)
        code = show(shop, c, call, err);
    calibrate_free(c);
    return code;
}

static int open_and_calibrate(struct workshop *shop, const struct command_call *call, struct error *err)
{
    struct journal *journal = NULL;
    char path[PATH_MAX + 64], header[128];
    snprintf(shop->folder, sizeof shop->folder, "%s", command_text(call, "out"));
    int code = load_terms(shop, call, err);
    if (!code)
        code = moments_read(&shop->moments, shop->moments_path, err);
    if (!code)
        code = load_scenario(shop, call, err);
    if (!code)
        code = digest_work(shop, err);
    if (!code)
        code = place_folder(shop->folder, err);
    snprintf(path, sizeof path, "%s/journal.txt", shop->folder);
    snprintf(header, sizeof header, "mangrove calibration 1, work %016" PRIx64, shop->work);
    if (!code)
        code = journal_open(&journal, path, header, command_given(call, "resume"), err);
    if (!code && journal_torn(journal) && !shop->quiet)
        fprintf(stderr, "%s: a record that was not finished has been cut off\n", path);
    if (!code)
        code = calibrate(shop, journal, call, err);
    journal_close(journal);
    return code;
}

int calibrate_command(const struct command_call *call, struct error *err)
{
    struct workshop *shop = calloc(1, sizeof *shop);
    int64_t threads = 1;
    int code = check_call(call, &threads, err);
    if (!shop)
        return error_add(err, ERROR_WORK, "no memory");
    shop->path = call->argument[0];
    shop->quiet = command_given(call, "quiet");
    shop->threads = (int)threads;
    shop->started = progress_now();
    shop->config = config_create();
    shop->terms = calloc(1, sizeof *shop->terms);
    if (!code && (!shop->config || !shop->terms))
        code = error_add(err, ERROR_WORK, "no memory");
    if (!code)
        code = open_and_calibrate(shop, call, err);
    scenario_free(&shop->scenario);
    moments_free(&shop->moments);
    if (shop->config)
        config_free(shop->config);
    free(shop->terms);
    free(shop);
    return code;
}
