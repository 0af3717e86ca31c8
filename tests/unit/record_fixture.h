// record_fixture: runs of small worlds through the recorder, and values of what it leaves, for its tests.
#ifndef TESTS_UNIT_RECORD_FIXTURE_H
#define TESTS_UNIT_RECORD_FIXTURE_H

#include "models/record_part.h"
#include "sim/par.h"
#include "tests/unit/metrics_fixture.h"

// Sees each month of a replicate after it was recorded.
typedef void record_witness(void *ctx, int replicate, const struct world *world);

struct taping {
    struct model *model;
    struct config *config;
    struct run_data *data;
    struct record *record;
    record_witness *witness;
    void *ctx;
};

static inline void taping_sound(int rc, const struct error *err)
{
    error_print(err, stderr);
    assert_int_equal(rc, 0);
}

// A record of scenarios/`file` with settings ("KEY=VALUE", NULL at the end). Close it.
static inline struct taping taping_open(const char *file, const char *const *settings)
{
    struct taping t = {.model = calloc(1, sizeof *t.model), .config = config_create(), .data = data_create()};
    struct model_schema schema;
    struct error err = {0};
    char path[1024];
    assert_true(t.model && t.config && t.data);
    model_schema(&schema);
    snprintf(path, sizeof path, "%s/scenarios/%s", MANGROVE_SOURCE_DIR, file);
    taping_sound(yaml_load(t.config, path, &schema.config, &err), &err);
    for (; settings && *settings; settings++)
        taping_sound(config_set_argument(t.config, *settings, &err), &err);
    taping_sound(model_load(t.model, t.config, &err), &err);
    return t;
}

static inline void taping_create(struct taping *t)
{
    struct error err = {0};
    taping_sound(record_create(&t->record, t->data, t->model, t->config, &err), &err);
}

static inline void taping_close(struct taping *t)
{
    record_free(t->record);
    data_free(t->data);
    config_free(t->config);
    free(t->model);
}

struct taping_replicate {
    struct taping *taping;
    int replicate;
};

static inline int taping_month(void *ctx, const struct world *world, struct error *err)
{
    const struct taping_replicate *own = ctx;
    const int rc = record_month(own->taping->record, own->replicate, world, err);
    if (own->taping->witness)
        own->taping->witness(own->taping->ctx, own->replicate, world);
    return rc;
}

static inline void taping_replicate_run(void *ctx, int replicate)
{
    struct taping *t = ctx;
    struct taping_replicate own = {t, replicate};
    const struct observer observer = {&own, taping_month};
    struct world *world = fixture_world(t->model, replicate, 1);
    struct error err = {0};
    taping_sound(schedule_run(t->model, world, &observer, &err), &err);
    taping_sound(record_replicate(t->record, replicate, world, &err), &err);
    world_free(world);
}

// Runs all replicates on `threads` threads and finishes the record.
static inline void taping_run(struct taping *t, int threads)
{
    struct error err = {0};
    taping_create(t);
    par_items(threads, (int)t->model->run.replicates, taping_replicate_run, t);
    taping_sound(record_finish(t->record, &err), &err);
    taping_sound(data_check(t->data, &err), &err);
}

static inline const struct data_var *taping_var(const struct taping *t, const char *group, const char *name)
{
    const struct data_var *var = data_var_find(t->data, group, name);
    if (!var)
        fail_msg("no variable '%s' in '%s'", name, group);
    return var;
}

static inline int64_t taping_length(const struct taping *t, const struct data_var *var, int d)
{
    return t->data->dim[var->dim[d]].n;
}

// A number of any numeric type, by replicate, month and label (0 where there is none).
static inline double taping_value(const struct taping *t, const char *group, const char *name, int replicate,
                                  int64_t month, int64_t label)
{
    const struct data_var *var = taping_var(t, group, name);
    const int64_t labels = var->dims_n > 2 ? taping_length(t, var, 2) : 1;
    const int64_t at = (replicate * taping_length(t, var, 1) + month) * labels + label;
    assert_true(at < var->n);
    return var->type == DATA_I64 ? (double)((const int64_t *)var->value)[at]
                                 : ((const double *)var->value)[at];
}

static inline const char *taping_text(const struct taping *t, const char *group, const char *name, int64_t at)
{
    const struct data_var *var = taping_var(t, group, name);
    assert_true(var->type == DATA_TEXT && at < var->n);
    return ((char *const *)var->value)[at];
}

// A number of a table's column.
static inline double taping_cell(const struct taping *t, const char *group, const char *name, int64_t row)
{
    const struct data_var *var = taping_var(t, group, name);
    assert_true(row < var->n);
    switch (var->type) {
    case DATA_F64:
        return ((const double *)var->value)[row];
    case DATA_F32:
        return (double)((const float *)var->value)[row];
    case DATA_I64:
        return (double)((const int64_t *)var->value)[row];
    case DATA_I32:
        return ((const int32_t *)var->value)[row];
    default:
        return ((const uint8_t *)var->value)[row];
    }
}

static inline double taping_column_sum(const struct taping *t, const char *group, const char *name)
{
    double sum = 0.0;
    for (int64_t row = 0; row < taping_var(t, group, name)->n; row++)
        sum += taping_cell(t, group, name, row);
    return sum;
}

#endif
