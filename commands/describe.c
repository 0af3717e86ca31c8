#include "commands/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/calibrate.h"
#include "analysis/study.h"
#include "analysis/targets.h"
#include "commands/place.h"
#include "commands/scenario.h"
#include "models/metrics.h"
#include "models/schedule.h"
#include "models/world.h"
#include "sim/number.h"
#include "sim/yaml.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

// A topic on its way: the rows whose name fits, and all names for hints.
struct listing {
    struct report_table *table;
    const char *wanted; // NULL: all
    char **name;
    int names_n, names_max;
    bool failed;
    struct error *err;
};

struct topic {
    const char *name, *one; // "parameters", "parameter"
    const struct report_column *columns;
    int columns_n;
    int (*fill)(struct listing *listing);
};

// Whether `name` is `wanted` or a path below it. The part NAME of a path stands for any name.
static bool lies_below(const char *name, const char *wanted)
{
    static const char any[] = "NAME";
    while (*wanted && *name) {
        const size_t n = strcspn(name, "."), m = strcspn(wanted, ".");
        const bool same = n == m && memcmp(name, wanted, n) == 0;
        if (!same && !(n == sizeof any - 1 && memcmp(name, any, n) == 0))
            return false;
        name += n + (name[n] == '.');
        wanted += m + (wanted[m] == '.');
    }
    return *wanted == '\0';
}

// Whether a row is wanted: its name is the wanted one or lies below it.
static bool want(struct listing *listing, const char *name)
{
    if (listing->names_n == listing->names_max && !listing->failed) {
        const int max = listing->names_max > 0 ? 2 * listing->names_max : 256;
        char **grown = realloc(listing->name, (size_t)max * sizeof *grown);
        listing->failed = !grown;
        listing->name = grown ? grown : listing->name;
        listing->names_max = grown ? max : listing->names_max;
    }
    char *copy = listing->failed ? NULL : strdup(name);
    listing->failed = !copy;
    if (!copy)
        return false;
    listing->name[listing->names_n++] = copy;
    return !listing->wanted || lies_below(name, listing->wanted);
}

// ---- parameters ---------------------------------------------------------------------------------

static const char *const type_names[] = {
    [FIELD_INT] = "integer",
    [FIELD_REAL] = "number",
    [FIELD_MONEY] = "money",
    [FIELD_BOOL] = "true or false",
    [FIELD_CHOICE] = "choice",
    [FIELD_MONTH] = "month",
    [FIELD_TEXT] = "text",
    [FIELD_VECTOR] = "number per label",
    [FIELD_SERIES] = "number per year",
    [FIELD_SET] = "set",
};

static const struct report_column parameter_columns[] = {
    {"key", "parameter", false, true, 0},  {"kind", "kind", false, false, 0},
    {"type", "type", false, false, 0},     {"default", "default", false, true, 0},
    {"unit", "unit", false, true, 0},      {"allowed", "allowed", false, false, 0},
    {"symbol", "symbol", false, false, 0}, {"meaning", "meaning", false, true, 0},
    {"source", "source", false, false, 0},
};

static void list_fields(struct listing *listing, const char *path, const char *kind,
                        const struct field *fields, int n)
{
    for (int i = 0; i < n; i++) {
        const struct field *field = &fields[i];
        char key[CONFIG_KEY_MAX], allowed[ERROR_TEXT_MAX];
        snprintf(key, sizeof key, "%s%s%s", path, *path ? "." : "", field->key);
        if (!want(listing, key))
            continue;
        field_allowed(field, allowed, sizeof allowed);
        report_text_cell(listing->table, key);
        report_text_cell(listing->table, kind);
        report_text_cell(listing->table, type_names[field->type]);
        report_text_cell(listing->table, field->fallback ? field->fallback : "must be given");
        report_text_cell(listing->table, field->unit);
        report_text_cell(listing->table, allowed);
        report_text_cell(listing->table, field->symbol);
        report_text_cell(listing->table, field->doc);
        report_text_cell(listing->table, field->source);
    }
}

static void list_schema(struct listing *listing, const struct config_schema *schema)
{
    for (int i = 0; i < schema->sections_n; i++) {
        const struct config_section *section = &schema->sections[i];
        list_fields(listing, section->path, "", section->fields, section->fields_n);
    }
    for (int i = 0; i < schema->maps_n; i++) {
        const struct config_map *map = &schema->maps[i];
        char path[CONFIG_KEY_MAX];
        snprintf(path, sizeof path, "%s.NAME", map->path);
        list_fields(listing, path, "", map->common, map->common_n);
        for (int k = 0; map->kind && map->kind(k); k++)
            list_fields(listing, path, map->kind(k)->name, map->kind(k)->fields, map->kind(k)->fields_n);
    }
}

static int fill_parameters(struct listing *listing)
{
    struct model_schema schema;
    model_schema(&schema);
    list_schema(listing, &schema.config);
    return ERROR_NONE;
}

static int fill_calibration(struct listing *listing)
{
    struct calibrate_schema schema;
    calibrate_schema(&schema);
    list_schema(listing, &schema.config);
    return ERROR_NONE;
}

// The keys that a study file has besides those of its scenario.
static int fill_studies(struct listing *listing)
{
    list_fields(listing, "study", "", study_fields, study_fields_n);
    list_fields(listing, "outcomes.NAME", "", study_outcome_fields, study_outcome_fields_n);
    return ERROR_NONE;
}

// ---- metrics ------------------------------------------------------------------------------------

static const struct report_column metric_columns[] = {
    {"metric", "metric", false, true, 0},
    {"kind", "kind", false, true, 0},
    {"unit", "unit", false, true, 0},
    {"groups", "broken down by", false, false, 0},
    {"cell_methods", "cell methods", false, false, 0},
    {"definition", "definition", false, true, 0},
};

static int fill_metrics(struct listing *listing)
{
    for (int i = 0; i < metrics_rows_n; i++) {
        const struct metric *row = &metrics_rows[i];
        if (!want(listing, row->name))
            continue;
        report_text_cell(listing->table, row->name);
        report_text_cell(listing->table, row->kind == METRICS_STOCK ? "stock" : "flow");
        report_text_cell(listing->table, row->unit);
        report_text_cell(listing->table, row->groups);
        report_text_cell(listing->table, metrics_cell_methods(row));
        report_text_cell(listing->table, row->definition);
    }
    return ERROR_NONE;
}

// ---- kinds of programmes, and a scenario's programmes -------------------------------------------

static const struct report_column kind_columns[] = {
    {"kind", "kind", false, true, 0},
    {"applied_for", "firms apply", false, true, 0},
    {"terms", "terms of its own", false, false, 0},
    {"meaning", "meaning", false, true, 0},
};
static const char *const occasion_texts[] = {
    [OCCASION_NONE] = "no",
    [OCCASION_YEARLY] = "once a year",
    [OCCASION_CREDIT] = "when credit is refused",
    [OCCASION_PROJECT] = "when planning a project",
};

static int fill_kinds(struct listing *listing)
{
    for (int kind = 0; instrument_at(kind); kind++) {
        const struct instrument *row = instrument_at(kind);
        char terms[ERROR_TEXT_MAX] = "";
        for (int i = 0; i < row->fields_n; i++) {
            const size_t used = strlen(terms);
            snprintf(terms + used, sizeof terms - used, "%s%s", i > 0 ? ", " : "", row->fields[i].key);
        }
        if (!want(listing, row->name))
            continue;
        report_text_cell(listing->table, row->name);
        report_text_cell(listing->table, occasion_texts[row->occasion]);
        report_text_cell(listing->table, terms);
        report_text_cell(listing->table, row->doc);
    }
    return ERROR_NONE;
}

static const struct report_column programme_columns[] = {
    {"programme", "programme", false, true, 0},
    {"kind", "kind", false, true, 0},
    {"enabled", "enabled", false, true, 0},
    {"start", "start", false, true, 0},
    {"end", "end", false, true, 0},
    {"budget_year_vnd", "budget a year, VND", true, true, 0},
    {"source", "source", false, true, 0},
};

static void month_cell(struct report_table *table, int64_t months)
{
    char text[REPORT_NUMBER_MAX];
    int64_t year, month;
    field_month_split(months, &year, &month);
    snprintf(text, sizeof text, "%04lld-%02lld", (long long)year, (long long)month);
    report_text_cell(table, text);
}

// The programmes of the scenario file that is wanted; without a file the terms that all programmes share.
static int fill_programmes(struct listing *listing)
{
    struct scenario scenario;
    const int code = scenario_load(&scenario, listing->wanted, NULL, listing->err);
    for (int i = 0; !code && i < scenario.model->programmes_n; i++) {
        const struct programme *programme = &scenario.model->programme[i];
        const double budget =
            programme->budget_year_vnd < 0 ? (double)NAN : (double)programme->budget_year_vnd;
        char text[REPORT_NUMBER_MAX];
        report_text_thousands(budget, 0, false, text);
        report_text_cell(listing->table, programme->name);
        report_text_cell(listing->table, instrument_at(programme->kind)->name);
        report_text_cell(listing->table, programme->enabled ? "yes" : "no");
        month_cell(listing->table, programme->start);
        month_cell(listing->table, programme->end);
        report_text_number(listing->table, budget, programme->budget_year_vnd < 0 ? "no ceiling" : text);
        report_text_cell(listing->table, programme->source);
    }
    scenario_free(&scenario);
    return code;
}

// ---- targets ------------------------------------------------------------------------------------

static const struct report_column target_columns[] = {
    {"target", "target", false, true, 0},  {"title", "title", false, true, 0},
    {"metric", "metric", false, false, 0}, {"group", "group", false, false, 0},
    {"period", "period", false, true, 0},  {"statistic", "statistic", false, false, 0},
    {"low", "at least", true, true, 0},    {"high", "at most", true, true, 0},
    {"unit", "unit", false, true, 0},      {"reading_of", "reading of", false, false, 0},
    {"source", "source", false, false, 0}, {"note", "note", false, false, 0},
};

static void number_cell(struct report_table *table, double value)
{
    char text[REPORT_NUMBER_MAX] = "";
    if (fabs(value) >= 1000.0)
        report_text_thousands(value, 0, false, text);
    else if (!isnan(value))
        number_format_short(value, text, sizeof text);
    report_text_number(table, value, text);
}

static int fill_targets(struct listing *listing)
{
    char path[PATH_MAX];
    struct targets *targets = calloc(1, sizeof *targets);
    int code =
        targets ? place_targets(NULL, path, listing->err) : error_add(listing->err, ERROR_WORK, "no memory");
    if (!code)
        code = yaml_rows(path, "targets", targets_row, targets, listing->err);
    for (int i = 0; !code && i < targets->n; i++) {
        const struct target *target = &targets->target[i];
        if (!want(listing, target->id))
            continue;
        report_text_cell(listing->table, target->id);
        report_text_cell(listing->table, target->title);
        report_text_cell(listing->table, target->metric);
        report_text_cell(listing->table, target->group);
        report_text_cell(listing->table, target->period);
        report_text_cell(listing->table, target->statistic);
        number_cell(listing->table, target->low);
        number_cell(listing->table, target->high);
        report_text_cell(listing->table, target->unit);
        report_text_cell(listing->table, target->reading_of);
        report_text_cell(listing->table, target->source);
        report_text_cell(listing->table, target->note);
    }
    free(targets);
    return code;
}

// ---- accounts, streams and phases ---------------------------------------------------------------

static const struct report_column account_columns[] = {
    {"name", "name", false, true, 0},
    {"part", "part", false, true, 0},
    {"moves", "moves", false, true, 0},
    {"meaning", "meaning", false, true, 0},
};

static void account_row(struct listing *listing, const char *name, const char *part, const char *moves,
                        const char *doc)
{
    if (!want(listing, name))
        return;
    report_text_cell(listing->table, name);
    report_text_cell(listing->table, part);
    report_text_cell(listing->table, moves);
    report_text_cell(listing->table, doc);
}

static int fill_accounts(struct listing *listing)
{
    const struct ledger_names *names = &world_ledger_names;
    for (int i = 0; i < names->sectors_n; i++)
        account_row(listing, names->sectors[i], "account", "", "");
    for (int i = 0; i < names->instruments_n; i++)
        account_row(listing, names->instruments[i], "claim", "", "");
    for (int i = 0; i < names->categories_n; i++) {
        const struct ledger_category *row = &names->categories[i];
        char moves[96];
        snprintf(moves, sizeof moves, "%s%s%s%s", row->cash ? "cash" : "",
                 row->cash && row->instrument ? ", " : "",
                 row->instrument ? names->instruments[row->instrument] : "",
                 !row->instrument ? ""
                 : row->sign > 0  ? " begin"
                                  : " end");
        account_row(listing, row->name, "flow", moves, row->doc);
    }
    return ERROR_NONE;
}

static const struct report_column stream_columns[] = {
    {"stream", "stream", false, true, 0},
    {"meaning", "meaning", false, true, 0},
};

static int fill_streams(struct listing *listing)
{
    for (int i = 0; i < STREAMS_N; i++) {
        if (!want(listing, stream_rows[i].name))
            continue;
        report_text_cell(listing->table, stream_rows[i].name);
        report_text_cell(listing->table, stream_rows[i].doc);
    }
    return ERROR_NONE;
}

static const struct report_column phase_columns[] = {
    {"phase", "phase", false, true, 0},
    {"meaning", "meaning", false, true, 0},
};

static int fill_phases(struct listing *listing)
{
    for (int i = 0; i < schedule_n; i++) {
        if (!want(listing, schedule[i].name))
            continue;
        report_text_cell(listing->table, schedule[i].name);
        report_text_cell(listing->table, schedule[i].doc);
    }
    return ERROR_NONE;
}

// ---- the command --------------------------------------------------------------------------------

#define TOPIC(name, one, columns, fill)                                                                      \
    {                                                                                                        \
        name, one, columns, COUNT(columns), fill                                                             \
    }
static const struct topic topics[] = {
    TOPIC("parameters", "parameter", parameter_columns, fill_parameters),
    TOPIC("metrics", "metric", metric_columns, fill_metrics),
    TOPIC("kinds", "kind", kind_columns, fill_kinds),
    TOPIC("programmes", "programme", programme_columns, fill_programmes),
    TOPIC("targets", "target", target_columns, fill_targets),
    TOPIC("accounts", "account", account_columns, fill_accounts),
    TOPIC("streams", "stream", stream_columns, fill_streams),
    TOPIC("phases", "phase", phase_columns, fill_phases),
    TOPIC("calibration", "key", parameter_columns, fill_calibration),
    TOPIC("studies", "key of studies", parameter_columns, fill_studies),
};
#undef TOPIC

static int describe_topic(const struct topic *topic, struct listing *listing, enum report_format format)
{
    listing->table = report_text_create(topic->columns, topic->columns_n);
    int code = listing->table ? topic->fill(listing) : error_add(listing->err, ERROR_WORK, "no memory");
    if (!code && listing->wanted && listing->names_n > 0 && report_text_rows(listing->table) == 0) {
        const char *near =
            field_nearest(listing->wanted, (const char *const *)listing->name, listing->names_n);
        code = error_add(listing->err, ERROR_INPUT,
                         "unknown %s '%.80s'; allowed: those of `mangrove describe %s`%s%s%s", topic->one,
                         listing->wanted, topic->name, near ? "; did you mean '" : "", near ? near : "",
                         near ? "'?" : "");
    }
    if (!code && format == REPORT_TEXT && report_text_rows(listing->table) == 1)
        report_text_record(listing->table, 0, stdout);
    else if (!code && report_text_print(listing->table, format, stdout))
        listing->failed = true;
    if (!code && format == REPORT_JSON)
        fputc('\n', stdout);
    if (!code && listing->failed)
        code = error_add(listing->err, ERROR_WORK, "no memory");
    for (int i = 0; i < listing->names_n; i++)
        free(listing->name[i]);
    free(listing->name);
    report_text_free(listing->table);
    return code;
}

int describe_command(const struct command_call *call, struct error *err)
{
    const char *names[COUNT(topics)];
    const char *wanted = call->arguments_n > 1 ? call->argument[1] : NULL;
    const struct topic *topic = NULL;
    enum report_format format;
    if (command_format(call, &format, err))
        return ERROR_INPUT;
    for (int i = 0; i < COUNT(topics); i++) {
        names[i] = topics[i].name;
        topic = strcmp(names[i], call->argument[0]) == 0 ? &topics[i] : topic;
    }
    if (!topic)
        return command_unknown(err, "topic", call->argument[0], names, COUNT(topics));
    if (topic->fill == fill_programmes && !wanted) { // the terms that all programmes share
        wanted = "programmes.NAME";
        topic = &topics[0];
    }
    struct listing listing = {.wanted = wanted, .err = err};
    return describe_topic(topic, &listing, format);
}
