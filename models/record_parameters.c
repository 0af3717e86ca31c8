#include "models/record_part.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// A parameter as config_walk shows it; the rows and the model outlive the list.
struct parameter {
    char key[CONFIG_KEY_MAX];
    const struct field *field;
    const void *base;
};

struct list {
    struct parameter *item;
    size_t n, capacity;
    bool failed;
};

static void list_add(void *ctx, const char *key, const struct field *field, const void *base)
{
    struct list *list = ctx;
    if (list->n == list->capacity) {
        const size_t more = list->capacity ? 2 * list->capacity : 512;
        struct parameter *item = realloc(list->item, more * sizeof *item);
        if (!item) {
            list->failed = true;
            return;
        }
        list->item = item;
        list->capacity = more;
    }
    struct parameter *p = &list->item[list->n++];
    const size_t length = strlen(key);
    CHECK(length < sizeof p->key);
    memcpy(p->key, key, length + 1);
    p->field = field;
    p->base = base;
}

// The value of a field that is one number, else NaN.
static double number(const struct parameter *p)
{
    const char *at = (const char *)p->base + p->field->offset;
    double real;
    int64_t whole;
    switch (p->field->type) {
    case FIELD_REAL:
        memcpy(&real, at, sizeof real);
        return real;
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_BOOL:
    case FIELD_CHOICE:
    case FIELD_MONTH:
        memcpy(&whole, at, sizeof whole);
        return (double)whole;
    default:
        return NAN;
    }
}

static bool bounded(enum field_type type)
{
    return type != FIELD_TEXT && type != FIELD_SET && type != FIELD_CHOICE && type != FIELD_BOOL;
}

static int add_column(struct record *record, int dim, const char *name, enum data_type type, const char *doc)
{
    struct data_var var = record_var("parameters", name, "", type, 1, &dim);
    var.long_name = doc;
    var.source = "";
    return data_var_add(record->data, &var);
}

static void add_numbers(struct record *record, int dim, const struct list *list)
{
    const int columns[] = {
        add_column(record, dim, "number", DATA_F64,
                   "value of a parameter that is one number; months count from 1970-01"),
        add_column(record, dim, "low", DATA_F64, "lower bound"),
        add_column(record, dim, "high", DATA_F64, "upper bound"),
    };
    if (data_failed(record->data))
        return;
    double *value = record->data->var[columns[0]].value, *low = record->data->var[columns[1]].value;
    double *high = record->data->var[columns[2]].value;
    for (size_t i = 0; i < list->n; i++) {
        const struct parameter *p = &list->item[i];
        value[i] = number(p);
        low[i] = bounded(p->field->type) ? p->field->low : NAN;
        high[i] = bounded(p->field->type) ? p->field->high : NAN;
    }
}

static void add_texts(struct record *record, int dim, const struct list *list)
{
    enum { KEY, VALUE, UNIT, DEFAULT, SOURCE, DOC, TEXTS_N };
    const int columns[TEXTS_N] = {
        [KEY] = add_column(record, dim, "key", DATA_TEXT, "key path"),
        [VALUE] =
            add_column(record, dim, "value", DATA_TEXT, "value in this run, as scenario files write it"),
        [UNIT] = add_column(record, dim, "unit", DATA_TEXT, "unit"),
        [DEFAULT] = add_column(record, dim, "default", DATA_TEXT,
                               "value where no file gives one; empty: must be given"),
        [SOURCE] = add_column(record, dim, "source", DATA_TEXT,
                              "ids of the evidence tables, or the assumption and its range"),
        [DOC] = add_column(record, dim, "doc", DATA_TEXT, "what it is"),
    };
    static char const none[] = "";
    for (size_t i = 0; i < list->n && !data_failed(record->data); i++) {
        const struct parameter *p = &list->item[i];
        char value[FIELD_FORMAT_MAX];
        field_format(p->field, p->base, value, sizeof value);
        const char *const text[TEXTS_N] = {p->key,           value,
                                           p->field->unit,   p->field->fallback ? p->field->fallback : none,
                                           p->field->source, p->field->doc};
        for (int k = 0; k < TEXTS_N; k++)
            data_text_put(record->data, columns[k], (int64_t)i, text[k]);
    }
}

static void add_all(struct record *record, const struct list *list, const char **labels)
{
    for (size_t i = 0; i < list->n; i++)
        labels[i] = list->item[i].key;
    const int dim = data_dim_add(record->data, "parameter", "", "key paths of the scenario's parameters",
                                 (int64_t)list->n, labels, NULL);
    if (dim < 0)
        return;
    add_texts(record, dim, list);
    add_numbers(record, dim, list);
}

int record_parameters(struct record *record, const struct config *config, struct error *err)
{
    struct model_schema schema;
    struct list list = {0};
    model_schema(&schema);
    int rc = config_walk(config, &schema.config, (struct model *)record->model, list_add,
                         &list); // finds entries, makes none
    const char **labels = malloc((list.n + 1) * sizeof *labels);
    if (!rc && labels && !list.failed)
        add_all(record, &list, labels);
    if (!rc && (!labels || list.failed || data_failed(record->data)))
        rc = ERROR_WORK;
    free(labels);
    free(list.item);
    return rc ? error_add(err, rc, "out of memory for the table of parameters") : ERROR_NONE;
}
