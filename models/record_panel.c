#include "models/record_part.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/par.h"

#define PANEL_BYTES_MAX (INT64_C(4) << 30)

// The month, then the attributes of one lane, in the order of the firm table; sets and histories of 64 bits
// are left out, since no reader is sure to keep them exactly.
struct panel_column {
    int column; // of the firm table; -1: the month
    enum data_type type;
    void *value;
};

struct record_panel {
    struct panel_column *column;
    int columns_n;
    int64_t n, capacity, row_bytes;
    int64_t *rows, rows_capacity; // of the firm table that are in the sample this month
};

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the panel of firms");
}

static int above_limit(struct error *err, double bytes)
{
    return error_add(
        err, ERROR_INPUT,
        "run.panel_share: the panel would be %.1f GB; allowed: a share for which it is below %.1f GB",
        bytes / 1e9, (double)PANEL_BYTES_MAX / 1e9);
}

// Sums over the run of other columns.
static bool derived(const struct column *c)
{
    static const char *const names[] = {"worker_months", "sales_total_vnd", "value_added_total_vnd"};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
        if (strcmp(c->name, names[k]) == 0)
            return true;
    return false;
}

// The type that holds a column of the table; DATA_TEXT for none. Money and workers are exact; pure numbers
// have the 24 bits of a float. This and leaving out what is derived took the file of the default run from 61
// to 47 MB, and deflate to about a tenth of the run's time.
static enum data_type type_of(const struct column *c)
{
    if (c->lanes == 1 && c->type == COLUMN_F64 &&
        (strcmp(c->unit, "1") == 0 || strcmp(c->unit, "share") == 0))
        return DATA_F32;
    static const enum data_type type[] = {
        [COLUMN_F64] = DATA_F64, [COLUMN_F32] = DATA_F32, [COLUMN_I64] = DATA_I64, [COLUMN_U64] = DATA_TEXT,
        [COLUMN_I32] = DATA_I32, [COLUMN_I16] = DATA_I32, [COLUMN_U8] = DATA_U8};
    return c->lanes == 1 && !derived(c) ? type[c->type] : DATA_TEXT;
}

#define COLUMN_ONE(...) +1
enum { FIRM_COLUMNS_N = 0 FIRM_COLUMNS(COLUMN_ONE) };

int record_panel_create(struct record *record, struct error *err)
{
    const double share = record->model->run.panel_share;
    if (share <= 0.0)
        return ERROR_NONE;
    struct record_panel *p = record->panel = calloc(1, sizeof *p);
    if (p)
        p->column = calloc(FIRM_COLUMNS_N + 1, sizeof *p->column);
    if (!p || !p->column)
        return no_memory(err);
    p->column[p->columns_n++] = (struct panel_column){-1, DATA_I32, NULL};
    for (int k = 0; k < FIRM_COLUMNS_N; k++)
        if (type_of(&world_firm_columns[k]) != DATA_TEXT)
            p->column[p->columns_n++] = (struct panel_column){k, type_of(&world_firm_columns[k]), NULL};
    for (int k = 0; k < p->columns_n; k++)
        p->row_bytes += (int64_t)data_type_bytes(p->column[k].type);
    const double bytes =
        share * (double)population_agents(record->model) * record->months_n * (double)p->row_bytes;
    return bytes > (double)PANEL_BYTES_MAX ? above_limit(err, bytes) : ERROR_NONE;
}

static int grow(struct record_panel *p, int64_t more, struct error *err)
{
    if (p->n + more <= p->capacity)
        return ERROR_NONE;
    if ((p->n + more) * p->row_bytes > PANEL_BYTES_MAX)
        return above_limit(err, (double)((p->n + more) * p->row_bytes));
    const int64_t capacity = 2 * (p->n + more);
    for (int k = 0; k < p->columns_n; k++) {
        void *value = realloc(p->column[k].value, (size_t)capacity * data_type_bytes(p->column[k].type));
        if (!value)
            return no_memory(err);
        p->column[k].value = value;
    }
    p->capacity = capacity;
    return ERROR_NONE;
}

// Lists the rows in the sample: firms of the register, and those that left it this month. Returns their
// number, -1 for want of memory.
static int64_t sample(struct record_panel *p, const struct world *world)
{
    const struct firm *f = &world->firm;
    const double share = world->model->run.panel_share;
    double u[PAR_BLOCK];
    int64_t found = 0;
    if (p->rows_capacity < world->firms.n) {
        free(p->rows);
        p->rows_capacity = world->firms.capacity;
        p->rows = malloc((size_t)p->rows_capacity * sizeof *p->rows);
    }
    for (int64_t r = 0; p->rows && r < world->firms.n; r++) {
        const int64_t left = world->firms.n - r;
        if (r % PAR_BLOCK == 0)
            rng_uniforms(world->rng, f->ancestor + r, left < PAR_BLOCK ? (int)left : PAR_BLOCK,
                         (struct rng_purpose){0, STREAM_PANEL, 0}, u, NULL);
        p->rows[found] = r;
        found +=
            u[r % PAR_BLOCK] < share && (f->status[r] != STATUS_GONE || f->status_month[r] == world->month);
    }
    return p->rows ? found : -1;
}

#define TAKE(to, from)                                                                                       \
    for (int64_t i = 0; i < n; i++)                                                                          \
    ((to *)column->value)[p->n + i] = (to)((const from *)values)[p->rows[i]]

// Appends n rows to a column from the firm table.
static void take(const struct record_panel *p, const struct panel_column *column, const struct world *world,
                 int64_t n)
{
    const struct column *c = &world_firm_columns[column->column];
    const void *values;
    memcpy(&values, (const char *)&world->firm + c->offset, sizeof values);
    switch (c->type) {
    case COLUMN_F64:
        if (column->type == DATA_F32)
            TAKE(float, double);
        else
            TAKE(double, double);
        break;
    case COLUMN_F32:
        TAKE(float, float);
        break;
    case COLUMN_I64:
        TAKE(int64_t, int64_t);
        break;
    case COLUMN_I32:
        TAKE(int32_t, int32_t);
        break;
    case COLUMN_I16:
        TAKE(int32_t, int16_t);
        break;
    case COLUMN_U8:
        TAKE(uint8_t, uint8_t);
        break;
    case COLUMN_U64: // no column of the panel
        break;
    }
}

int record_panel_month(struct record *record, const struct world *world, struct error *err)
{
    struct record_panel *p = record->panel;
    if (!p)
        return ERROR_NONE;
    const int64_t n = sample(p, world);
    const int rc = n < 0 ? no_memory(err) : grow(p, n, err);
    if (rc)
        return rc;
    for (int64_t i = 0; i < n; i++)
        ((int32_t *)p->column[0].value)[p->n + i] = (int32_t)world->month;
    for (int k = 1; k < p->columns_n; k++)
        take(p, &p->column[k], world, n);
    p->n += n;
    return ERROR_NONE;
}

// The codes of a column that has labels.
static const char *definition(const struct model *model, const struct column *c, char *out)
{
    static const enum metrics_group groups[] = {METRICS_SECTOR, METRICS_REGION, METRICS_OWNERSHIP};
    for (size_t k = 0; k < sizeof groups / sizeof groups[0]; k++)
        if (strcmp(c->name, metrics_group_name(groups[k])) == 0)
            return record_codes(model, groups[k], c->doc, out, RECORD_CODES_MAX);
    return c->doc;
}

int record_panel_finish(struct record *record, struct error *err)
{
    struct record_panel *p = record->panel;
    if (!p || p->n == 0)
        return ERROR_NONE;
    const int dim =
        data_dim_add(record->data, "row", "",
                     "a firm agent in a month of replicate 0, in the order of months", p->n, NULL, NULL);
    for (int k = 0; k < p->columns_n && dim >= 0; k++) {
        struct panel_column *own = &p->column[k];
        const struct column *c = own->column < 0 ? NULL : &world_firm_columns[own->column];
        char text[RECORD_CODES_MAX];
        struct data_var var =
            record_var("panel", c ? c->name : "month", c ? c->unit : "month", own->type, 1, &dim);
        var.long_name = c ? c->doc : "months since the start of the run";
        var.definition = c ? definition(record->model, c, text)
                           : "months since the start of the run, as all months of the panel; -32768: never";
        const int index = data_var_add(record->data, &var);
        if (index < 0)
            break;
        memcpy(record->data->var[index].value, own->value, (size_t)p->n * data_type_bytes(own->type));
        free(own->value);
        own->value = NULL;
    }
    return data_failed(record->data) ? no_memory(err) : ERROR_NONE;
}

void record_panel_free(struct record_panel *panel)
{
    if (!panel)
        return;
    for (int k = 0; panel->column && k < panel->columns_n; k++)
        free(panel->column[k].value);
    free(panel->column);
    free(panel->rows);
    free(panel);
}
