#include "models/record_part.h"
#include <stdlib.h>

// X(name, unit, cell methods, what it is, value; s: struct programme_state)
#define PROGRAMME_VARIABLES(X)                                                                               \
    X(aware_n, "enterprises", "time: point", "eligible enterprises that know it, counted each January",      \
      s->aware_n)                                                                                            \
    X(applications_n, "applications", "time: sum", "applications filed", s->month.applications_n)            \
    X(awards_n, "awards", "time: sum", "enterprises awarded", s->month.awards_n)                             \
    X(committed_vnd, "VND", "time: point", "committed against the budget so far", s->committed_total_vnd)    \
    X(disbursed_vnd, "VND", "time: sum", "support paid to firms or funds", s->month.disbursed_vnd)           \
    X(cash_vnd, "VND", "time: sum", "public cash out minus in", s->month.cash_vnd)                           \
    X(cost_vnd, "VND", "time: sum", "accrual public cost", s->month.cost_vnd)                                \
    X(compliance_vnd, "VND", "time: sum", "applicants' own cost of applying", s->month.compliance_vnd)       \
    X(forgone_vnd, "VND", "time: sum", "corporate tax forgone", s->month.forgone_vnd)

#define VARIABLE_ENUM(name, unit, methods, doc, value) PROGRAMME_##name,
enum { PROGRAMME_VARIABLES(VARIABLE_ENUM) PROGRAMME_VARIABLES_N };

#define VARIABLE_ROW(name, unit, methods, doc, value) {#name, unit, methods, doc},
static const struct {
    const char *name, *unit, *methods, *doc;
} variables[PROGRAMME_VARIABLES_N] = {PROGRAMME_VARIABLES(VARIABLE_ROW)};

static void add_texts(struct record *record)
{
    const int *dim = &record->dim[METRICS_PROGRAMME];
    struct data_var var = record_var("programmes", "kind", "", DATA_TEXT, 1, dim);
    var.long_name = "kind of programme";
    const int kind = data_var_add(record->data, &var);
    var = record_var("programmes", "source", "", DATA_TEXT, 1, dim);
    var.long_name = "what it stands for, an id of the evidence tables";
    const int source = data_var_add(record->data, &var);
    for (int p = 0; p < record->model->programmes_n && !data_failed(record->data); p++) {
        data_text_put(record->data, kind, p, instrument_at(record->model->programme[p].kind)->name);
        data_text_put(record->data, source, p, record->model->programme[p].source);
    }
}

int record_programmes_create(struct record *record, struct error *err)
{
    if (record->model->programmes_n == 0)
        return ERROR_NONE;
    const int dims[] = {record->replicate_dim, record->time_dim, record->dim[METRICS_PROGRAMME]};
    record->programme = calloc(PROGRAMME_VARIABLES_N, sizeof *record->programme);
    if (!record->programme)
        return error_add(err, ERROR_WORK, "out of memory for the results of programmes");
    add_texts(record);
    for (int k = 0; k < PROGRAMME_VARIABLES_N; k++) {
        struct data_var var =
            record_var("programmes", variables[k].name, variables[k].unit, DATA_F64, 3, dims);
        var.long_name = var.definition = variables[k].doc;
        var.cell_methods = variables[k].methods;
        const int index = data_var_add(record->data, &var);
        if (index < 0)
            return error_add(err, ERROR_WORK, "out of memory for the results of programmes");
        record->programme[k] = record->data->var[index].value;
        record_missing(record->programme[k], record->data->var[index].n);
    }
    return ERROR_NONE;
}

#define VARIABLE_VALUE(name, unit, methods, doc, value)                                                      \
    record->programme[PROGRAMME_##name][at + p] = (double)(value);
void record_programmes_month(struct record *record, int replicate, const struct world *world)
{
    const int64_t n = record->model->programmes_n,
                  at = ((int64_t)replicate * record->months_n + world->month) * n;
    for (int64_t p = 0; p < n; p++) {
        const struct programme_state *s = &world->programme[p];
        PROGRAMME_VARIABLES(VARIABLE_VALUE)
    }
}
