#include "models/record_part.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/par.h"

#define PANEL_BYTES_MAX (INT64_C(4) << 30)

// Columns are the attributes of one lane and of a type that a double holds, in the order of the firm table.
struct panel_column {
    int column; // of the firm table; -1: the month
    enum data_type type;
    void *value;
};

struct record_panel {
    struct panel_column *column;
    int columns_n;
    int64_t n, capacity, row_bytes;
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

// The type that holds a column of the table; DATA_TEXT for none.
static enum data_type type_of(const struct column *c)
{
    static const enum data_type type[] = {
        [COLUMN_F64] = DATA_F64, [COLUMN_F32] = DATA_F32, [COLUMN_I64] = DATA_I64, [COLUMN_U64] = DATA_TEXT,
        [COLUMN_I32] = DATA_I32, [COLUMN_I16] = DATA_I32, [COLUMN_U8] = DATA_U8};
    return c->lanes == 1 ? type[c->type] : DATA_TEXT;
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

static void put(const struct panel_column *column, int64_t at, double value)
{
    switch (column->type) {
    case DATA_F64:
        ((double *)column->value)[at] = value;
        break;
    case DATA_F32:
        ((float *)column->value)[at] = (float)value;
        break;
    case DATA_I64:
        ((int64_t *)column->value)[at] = (int64_t)value;
        break;
    case DATA_I32:
        ((int32_t *)column->value)[at] = (int32_t)value;
        break;
    default:
        ((uint8_t *)column->value)[at] = (uint8_t)value;
        break;
    }
}

// Rows of a block that are in the sample: firms of the register, and those that left it this month.
static int sample(const struct world *world, int64_t begin, int n, int64_t rows[PAR_BLOCK])
{
    const struct firm *f = &world->firm;
    double u[PAR_BLOCK];
    int found = 0;
    rng_uniforms(world->rng, f->ancestor + begin, n, (struct rng_purpose){0, STREAM_PANEL, 0}, u, NULL);
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        rows[found] = r;
        found += u[i] < world->model->run.panel_share &&
                 (f->status[r] != STATUS_GONE || f->status_month[r] == world->month);
    }
    return found;
}

int record_panel_month(struct record *record, const struct world *world, struct error *err)
{
    struct record_panel *p = record->panel;
    if (!p)
        return ERROR_NONE;
    for (int64_t begin = 0; begin < world->firms.n; begin += PAR_BLOCK) {
        const int64_t left = world->firms.n - begin;
        int64_t rows[PAR_BLOCK];
        const int n = sample(world, begin, left < PAR_BLOCK ? (int)left : PAR_BLOCK, rows);
        const int rc = grow(p, n, err);
        if (rc)
            return rc;
        for (int k = 0; k < p->columns_n; k++)
            for (int i = 0; i < n; i++) {
                const int column = p->column[k].column;
                put(&p->column[k], p->n + i,
                    column < 0 ? (double)world->month : table_value(&world->firms, column, 0, rows[i]));
            }
        p->n += n;
    }
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
    free(panel);
}
