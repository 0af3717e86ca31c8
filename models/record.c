#include "models/record_part.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the results");
}

// ---- shared by the groups -----------------------------------------------------------------------

void record_missing(double *value, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        value[i] = NAN;
}

int record_detail_replicates(const struct record *record, int64_t bytes_each)
{
    const int64_t n = RECORD_DETAIL_BYTES / (bytes_each > 0 ? bytes_each : 1);
    return n < 1 ? 1 : n < record->replicates_n ? (int)n : record->replicates_n;
}

int record_replicate_dim(struct run_data *data, int n)
{
    double *number = malloc((size_t)n * sizeof *number);
    struct data_dim dim = {.name = "replicate",
                           .unit = "1",
                           .doc = "replicates, each with draws of its own",
                           .n = n,
                           .value = number};
    int index = -1;
    for (int r = 0; number && r < n; r++)
        number[r] = r;
    if (number)
        index = data_dim_share(data, &dim);
    free(number);
    return index;
}

struct data_var record_var(const char *group, const char *name, const char *unit, enum data_type type,
                           int dims_n, const int *dims)
{
    struct data_var var = {.long_name = "",
                           .unit = unit,
                           .definition = "",
                           .cell_methods = "",
                           .source = "simulated",
                           .type = type,
                           .dims_n = dims_n};
    snprintf(var.group, sizeof var.group, "%s", group);
    snprintf(var.name, sizeof var.name, "%s", name);
    for (int d = 0; d < dims_n; d++)
        var.dim[d] = dims[d];
    return var;
}

const char *record_codes(const struct model *model, enum metrics_group group, const char *text, char *out,
                         size_t size)
{
    snprintf(out, size, "%s:", text);
    for (int l = 0; l < metrics_labels_n(model, group); l++) {
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s %d %s", l > 0 ? "," : "", l, metrics_label(model, group, l));
    }
    return out;
}

// ---- dimensions ---------------------------------------------------------------------------------

// Days from 1970-01-01 to the first of a month counted from 1970-01 (proleptic Gregorian calendar).
static int64_t first_day(int64_t months)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t year, month;
    field_month_split(months, &year, &month);
    const int64_t past = year - 1; // whole years of the calendar
    const int64_t leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return 365 * past + past / 4 - past / 100 + past / 400 - 719162 + before[month - 1] +
           (month > 2 ? leap : 0);
}

static int time_dim(struct run_data *data, const struct model *model, int months_n)
{
    double *day = malloc((size_t)months_n * sizeof *day);
    char unit[DATA_NAME_MAX];
    int64_t year, month;
    if (!day)
        return -1;
    field_month_split(model->run.start, &year, &month);
    snprintf(unit, sizeof unit, "days since %04d-%02d-01", (int)year, (int)month);
    for (int m = 0; m < months_n; m++)
        day[m] = (double)(first_day(model->run.start + m + 1) - first_day(model->run.start) - 1);
    const int index = data_dim_add(data, "time", unit, "last day of the month", months_n, NULL, day);
    free(day);
    return index;
}

static int add_group_dim(struct record *record, enum metrics_group group)
{
    enum { LABELS_MAX = PROGRAMMES_MAX };
    const int n = metrics_labels_n(record->model, group);
    const char *labels[LABELS_MAX];
    CHECK(n <= LABELS_MAX);
    for (int l = 0; l < n; l++)
        labels[l] = metrics_label(record->model, group, l);
    return n == 0 ? -1
                  : data_dim_add(record->data, metrics_group_name(group), "", metrics_group_doc(group), n,
                                 labels, NULL);
}

static void add_dims(struct record *record)
{
    record->replicate_dim = record_replicate_dim(record->data, record->replicates_n);
    record->time_dim = time_dim(record->data, record->model, record->months_n);
    for (int g = METRICS_TOTAL + 1; g < METRICS_GROUPS_N; g++)
        record->dim[g] = add_group_dim(record, (enum metrics_group)g);
}

// ---- metrics ------------------------------------------------------------------------------------

// "innovation active (share), by size class" of innovation_active_frac and its unit.
static void long_name(const struct metric *row, enum metrics_group group, char *out, size_t size)
{
    static const char *const endings[] = {"_frac", "_vnd", "_n"};
    size_t length = strlen(row->name);
    for (size_t k = 0; k < sizeof endings / sizeof endings[0]; k++) {
        const size_t ending = strlen(endings[k]);
        if (length > ending && strcmp(row->name + length - ending, endings[k]) == 0) {
            length -= ending;
            break;
        }
    }
    snprintf(out, size, "%.*s (%s)%s%s", (int)length, row->name, row->unit,
             group == METRICS_TOTAL ? "" : ", by ", metrics_group_name(group));
    for (char *c = out; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

static void add_series(struct record *record, int row_index, enum metrics_group group)
{
    const struct metric *row = &metrics_rows[row_index];
    const int dims[] = {record->replicate_dim, record->time_dim, record->dim[group]};
    char name[2 * DATA_NAME_MAX], words[4 * DATA_NAME_MAX];
    const bool total = group == METRICS_TOTAL;
    snprintf(name, sizeof name, "%s%s%s", row->name, total ? "" : "_by_", metrics_group_name(group));
    CHECK(strlen(name) < DATA_NAME_MAX);
    long_name(row, group, words, sizeof words);
    struct data_var var = record_var("", name, row->unit, DATA_F64, total ? 2 : 3, dims);
    var.long_name = words;
    var.definition = row->definition;
    var.cell_methods = metrics_cell_methods(row);
    const int index = data_var_add(record->data, &var);
    if (index < 0)
        return;
    double *value = record->data->var[index].value;
    record_missing(value, record->data->var[index].n);
    record->series[record->series_n++] =
        (struct record_series){row_index, group, metrics_labels_n(record->model, group), value};
}

// A variable per row and breakdown; breakdowns without labels are left out, those by fund come at the end.
static int add_metrics(struct record *record, struct error *err)
{
    enum metrics_group groups[METRICS_GROUPS_N];
    record->series = calloc((size_t)metrics_rows_n * METRICS_GROUPS_N, sizeof *record->series);
    if (!record->series)
        return no_memory(err);
    for (int row = 0; row < metrics_rows_n; row++) {
        const int n = metrics_groups_of(&metrics_rows[row], groups);
        add_series(record, row, METRICS_TOTAL);
        for (int g = 0; g < n; g++)
            if (metrics_labels_n(record->model, groups[g]) > 0)
                add_series(record, row, groups[g]);
    }
    struct data_var digest = record_var("", "digest", "", DATA_TEXT, 1, &record->replicate_dim);
    digest.long_name = "digest of the final state";
    digest.definition = "64 bits in hexadecimal over the state of the economy after the last month; "
                        "programme sets are not in it";
    record->digest = data_var_add(record->data, &digest);
    return data_failed(record->data) ? no_memory(err) : ERROR_NONE;
}

static void record_metrics(struct record *record, int replicate, const struct world *world)
{
    struct metrics *metrics = record->replicate[replicate].metrics;
    metrics_month(metrics, world);
    for (int k = 0; k < record->series_n; k++) {
        const struct record_series *s = &record->series[k];
        double *value = s->value + ((int64_t)replicate * record->months_n + world->month) * s->labels_n;
        for (int l = 0; l < s->labels_n; l++)
            value[l] = metrics_value(metrics, s->row, s->group, l);
    }
}

// ---- the record ---------------------------------------------------------------------------------

static int describe(struct record *record, const struct config *config, struct error *err)
{
    record->replicate = calloc((size_t)record->replicates_n, sizeof *record->replicate);
    if (!record->replicate)
        return no_memory(err);
    record->funds_detail_n = record_detail_replicates(record, record_funds_bytes(record->model));
    record->ledger_n = record_detail_replicates(record, record_ledger_bytes(record->model));
    add_dims(record);
    int rc = add_metrics(record, err);
    if (rc || record->metrics_only)
        return rc;
    rc = record_programmes_create(record, err);
    if (!rc && config)
        rc = record_parameters(record, config, err);
    if (!rc)
        rc = record_panel_create(record, err);
    return rc;
}

static int create(struct record **record, struct run_data *data, const struct model *model,
                  const struct config *config, bool metrics_only, struct error *err)
{
    struct record *r = *record = calloc(1, sizeof *r);
    if (!r)
        return no_memory(err);
    r->metrics_only = metrics_only;
    r->data = data;
    r->model = model;
    r->months_n = model_months(model);
    r->replicates_n = (int)model->run.replicates;
    const int rc = describe(r, config, err);
    if (rc) {
        record_free(r);
        *record = NULL;
    }
    return rc;
}

int record_create(struct record **record, struct run_data *data, const struct model *model,
                  const struct config *config, struct error *err)
{
    return create(record, data, model, config, false, err);
}

int record_create_metrics(struct record **record, struct run_data *data, const struct model *model,
                          struct error *err)
{
    return create(record, data, model, NULL, true, err);
}

static void replicate_free(struct record_replicate *replicate)
{
    metrics_free(replicate->metrics);
    record_funds_free(replicate->funds);
    record_ledger_free(replicate->ledger);
    record_twins_free(replicate->twins);
    *replicate = (struct record_replicate){0};
}

void record_free(struct record *record)
{
    if (!record)
        return;
    for (int r = 0; record->replicate && r < record->replicates_n; r++)
        replicate_free(&record->replicate[r]);
    record_panel_free(record->panel);
    free(record->replicate);
    free(record->series);
    free(record->programme);
    free(record);
}

int record_month(struct record *record, int replicate, const struct world *world, struct error *err)
{
    CHECK(replicate >= 0 && replicate < record->replicates_n && world->month < record->months_n);
    struct record_replicate *own = &record->replicate[replicate];
    int rc = own->metrics ? ERROR_NONE : metrics_create(&own->metrics, record->model, world->threads, err);
    if (rc)
        return rc;
    record_metrics(record, replicate, world);
    if (record->metrics_only)
        return ERROR_NONE;
    record_programmes_month(record, replicate, world);
    rc = record_funds_month(record, replicate, world, err);
    if (!rc && replicate < record->ledger_n)
        rc = record_ledger_month(record, replicate, world, err);
    if (!rc && replicate < record->model->run.twin_replicates)
        rc = record_twins_month(record, replicate, world, err);
    if (!rc && replicate == 0)
        rc = record_panel_month(record, world, err);
    return rc;
}

int record_replicate(struct record *record, int replicate, const struct world *world, struct error *err)
{
    struct record_replicate *own = &record->replicate[replicate];
    (void)err;
    own->digest = world_digest(world);
    own->done = true;
    if (own->twins)
        record_twins_end(record, replicate, world);
    metrics_free(own->metrics);
    own->metrics = NULL;
    return ERROR_NONE;
}

int record_finish(struct record *record, struct error *err)
{
    char text[32];
    for (int r = 0; r < record->replicates_n; r++) {
        snprintf(text, sizeof text, "%016llx", (unsigned long long)record->replicate[r].digest);
        if (record->replicate[r].done)
            data_text_put(record->data, record->digest, r, text);
    }
    if (record->metrics_only)
        return data_failed(record->data) ? no_memory(err) : ERROR_NONE;
    int rc = record_funds_finish(record, err);
    if (!rc)
        rc = record_ledger_finish(record, err);
    if (!rc)
        rc = record_panel_finish(record, err);
    if (!rc)
        rc = record_twins_finish(record, err);
    return rc || !data_failed(record->data) ? rc : no_memory(err);
}
