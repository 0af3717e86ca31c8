#include "models/record_part.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What is recorded of a fund each month; X(name, unit, what it is). The first three, which are metrics too,
// are recorded of every replicate, the rest in detail.
#define FUND_VARIABLES(X)                                                                                    \
    X(tvpi, "ratio", "total value (distributions and net asset value) over capital called")                  \
    X(dpi, "ratio", "distributions over capital called")                                                     \
    X(irr_frac, "1/year", "internal rate of return to date")                                                 \
    X(committed_vnd, "VND", "commitments of limited partners")                                               \
    X(called_public_vnd, "VND", "capital called from the public partner so far")                             \
    X(called_private_vnd, "VND", "capital called from private domestic partners so far")                     \
    X(called_foreign_vnd, "VND", "capital called from foreign partners so far")                              \
    X(distributed_public_vnd, "VND", "distributed to the public partner so far")                             \
    X(distributed_private_vnd, "VND", "distributed to private domestic partners so far")                     \
    X(distributed_foreign_vnd, "VND", "distributed to foreign partners so far")                              \
    X(nav_vnd, "VND", "net asset value")                                                                     \
    X(fees_vnd, "VND", "management fees so far")                                                             \
    X(carry_vnd, "VND", "carried interest so far")                                                           \
    X(capital_vnd, "VND", "paid-in capital of guarantee and loan funds")                                     \
    X(outstanding_vnd, "VND", "covered part of guaranteed loans, loans outstanding, or holdings at cost")    \
    X(claims_vnd, "VND", "guarantee claims paid so far")                                                     \
    X(recoveries_vnd, "VND", "recoveries on claims so far")

#define VARIABLE_ENUM(name, unit, doc) FUND_##name,
enum { FUND_VARIABLES(VARIABLE_ENUM) FUND_VARIABLES_N, FUND_METRICS_N = FUND_committed_vnd };

#define VARIABLE_ROW(name, unit, doc) {#name, unit, doc},
static const struct {
    const char *name, *unit, *doc;
} variables[FUND_VARIABLES_N] = {FUND_VARIABLES(VARIABLE_ROW)};

static const char *const metric_names[FUND_METRICS_N] = {"fund_tvpi", "fund_dpi", "fund_irr_frac"};

// What makes a fund of one replicate the same as that of another: `ordinal` counts funds of the same rest.
struct fund_key {
    int programme, kind, vintage, ordinal;
};

struct fund_track {
    struct fund_key key;
    double *value; // variables x months
    double *flow;  // to limited partners, by month
    int64_t called_vnd, distributed_vnd;
};

struct record_funds {
    struct fund_track *track; // by row of the world's table, which never loses a fund
    int64_t n, capacity;
};

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the results of funds");
}

static bool venture(int kind)
{
    return kind == FUND_VENTURE || kind == FUND_ANGEL;
}

int64_t record_funds_bytes(const struct model *model)
{
    const int64_t years = model_months(model) / 12 + 4;
    const int64_t funds = years * (model->equity.funds_per_year + 1) + 8 * (int64_t)model->programmes_n;
    return funds * model_months(model) * FUND_VARIABLES_N * (int64_t)sizeof(double);
}

// ---- the month ----------------------------------------------------------------------------------

static int kept_n(const struct record *record, int replicate)
{
    return replicate < record->funds_detail_n ? FUND_VARIABLES_N : FUND_METRICS_N;
}

static struct fund_key key_of(const struct record_funds *funds, const struct fund *f, int64_t row)
{
    struct fund_key key = {f->programme[row], f->kind[row], f->vintage[row], 0};
    for (int64_t k = 0; k < funds->n; k++) {
        const struct fund_key *other = &funds->track[k].key;
        key.ordinal +=
            other->programme == key.programme && other->kind == key.kind && other->vintage == key.vintage;
    }
    return key;
}

// Begins to follow the next row of the table.
static int follow(const struct record *record, int replicate, const struct fund *f, struct error *err)
{
    struct record_funds *funds = record->replicate[replicate].funds;
    const size_t months = (size_t)record->months_n, values = months * (size_t)kept_n(record, replicate);
    if (funds->n == funds->capacity) {
        const int64_t more = funds->capacity ? 2 * funds->capacity : 64;
        struct fund_track *track = realloc(funds->track, (size_t)more * sizeof *track);
        if (!track)
            return no_memory(err);
        funds->track = track;
        funds->capacity = more;
    }
    struct fund_track *t = &funds->track[funds->n];
    *t = (struct fund_track){.key = key_of(funds, f, funds->n),
                             .value = malloc(values * sizeof *t->value),
                             .flow = calloc(months, sizeof *t->flow)};
    funds->n++;
    if (!t->value || !t->flow)
        return no_memory(err);
    record_missing(t->value, (int64_t)values);
    return ERROR_NONE;
}

static int64_t partners_sum(const int64_t *column, int64_t capacity, int64_t row)
{
    int64_t sum = 0;
    for (int partner = 0; partner < PARTNERS_N; partner++)
        sum += column[partner * capacity + row];
    return sum;
}

// Returns of a venture fund; a fund that is closed and paid out keeps its rate.
static void record_returns(struct fund_track *t, const struct world *world, int64_t row, int64_t months)
{
    const struct fund *f = &world->fund;
    const int64_t called = partners_sum(f->called_vnd, world->funds.capacity, row);
    const int64_t distributed = partners_sum(f->distributed_vnd, world->funds.capacity, row),
                  m = world->month;
    const double value = (double)f->nav_vnd[row], paid_in = (double)called;
    double *irr = t->value + FUND_irr_frac * months;
    t->flow[m] = (double)(distributed - t->distributed_vnd - (called - t->called_vnd));
    t->called_vnd = called;
    t->distributed_vnd = distributed;
    if (called == 0)
        return;
    t->value[FUND_tvpi * months + m] = ((double)distributed + value) / paid_in;
    t->value[FUND_dpi * months + m] = (double)distributed / paid_in;
    const bool over = m > 0 && value == 0.0 && t->flow[m] == 0.0 && !isnan(irr[m - 1]);
    irr[m] = over ? irr[m - 1] : metrics_irr(t->flow, (int)m + 1, value);
}

static void record_detail(const struct fund_track *t, const struct world *world, int64_t row, int64_t months)
{
    const struct fund *f = &world->fund;
    const int64_t cap = world->funds.capacity;
    double *value = t->value + world->month;
    value[FUND_committed_vnd * months] = (double)partners_sum(f->committed_vnd, cap, row);
    for (int partner = 0; partner < PARTNERS_N; partner++) {
        value[(FUND_called_public_vnd + partner) * months] = (double)f->called_vnd[partner * cap + row];
        value[(FUND_distributed_public_vnd + partner) * months] =
            (double)f->distributed_vnd[partner * cap + row];
    }
    value[FUND_nav_vnd * months] = (double)f->nav_vnd[row];
    value[FUND_fees_vnd * months] = (double)f->fees_vnd[row];
    value[FUND_carry_vnd * months] = (double)f->carry_vnd[row];
    value[FUND_capital_vnd * months] = (double)f->capital_vnd[row];
    value[FUND_outstanding_vnd * months] = (double)f->outstanding_vnd[row];
    value[FUND_claims_vnd * months] = (double)f->claims_vnd[row];
    value[FUND_recoveries_vnd * months] = (double)f->recoveries_vnd[row];
}

int record_funds_month(struct record *record, int replicate, const struct world *world, struct error *err)
{
    struct record_replicate *own = &record->replicate[replicate];
    if (!own->funds)
        own->funds = calloc(1, sizeof *own->funds);
    if (!own->funds)
        return no_memory(err);
    while (own->funds->n < world->funds.n) {
        const int rc = follow(record, replicate, &world->fund, err);
        if (rc)
            return rc;
    }
    for (int64_t row = 0; row < own->funds->n; row++) {
        struct fund_track *t = &own->funds->track[row];
        if (venture(t->key.kind))
            record_returns(t, world, row, record->months_n);
        if (replicate < record->funds_detail_n)
            record_detail(t, world, row, record->months_n);
    }
    return ERROR_NONE;
}

void record_funds_free(struct record_funds *funds)
{
    if (!funds)
        return;
    for (int64_t k = 0; k < funds->n; k++) {
        free(funds->track[k].value);
        free(funds->track[k].flow);
    }
    free(funds->track);
    free(funds);
}

// ---- the end ------------------------------------------------------------------------------------

static int key_compare(const void *left, const void *right)
{
    const struct fund_key *a = left, *b = right;
    const int order[] = {(a->programme > b->programme) - (a->programme < b->programme),
                         (a->kind > b->kind) - (a->kind < b->kind),
                         (a->vintage > b->vintage) - (a->vintage < b->vintage),
                         (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal)};
    for (int k = 0; k < 4; k++)
        if (order[k])
            return order[k];
    return 0;
}

// The funds of all replicates, each once, in order. NULL for want of memory.
static struct fund_key *all_keys(const struct record *record, int64_t *n)
{
    int64_t most = 0;
    *n = 0;
    for (int r = 0; r < record->replicates_n; r++)
        most += record->replicate[r].funds ? record->replicate[r].funds->n : 0;
    struct fund_key *key = malloc(((size_t)most + 1) * sizeof *key);
    if (!key)
        return NULL;
    for (int r = 0; r < record->replicates_n; r++)
        for (int64_t k = 0; record->replicate[r].funds && k < record->replicate[r].funds->n; k++)
            key[(*n)++] = record->replicate[r].funds->track[k].key;
    qsort(key, (size_t)*n, sizeof *key, key_compare);
    int64_t kept = 0;
    for (int64_t k = 0; k < *n; k++)
        if (k == 0 || key_compare(&key[k], &key[k - 1]) != 0)
            key[kept++] = key[k];
    *n = kept;
    return key;
}

static int year_of(const struct model *model, int vintage)
{
    int64_t year, month;
    field_month_split(model->run.start + vintage, &year, &month);
    return (int)year;
}

static const char *owner_of(const struct model *model, const struct fund_key *key)
{
    if (key->programme != NOBODY)
        return model->programme[key->programme].name;
    return key->kind == FUND_ANGEL ? "angels" : "vc";
}

enum { FUND_LABEL_MAX = CONFIG_NAME_MAX + 32 };

// OWNER_YEAR_N, n-th fund of the owner's in a year.
static void make_labels(const struct model *model, const struct fund_key *key, int64_t n,
                        char (*label)[FUND_LABEL_MAX], const char **list)
{
    int within = 0;
    for (int64_t k = 0; k < n; k++) {
        const int year = year_of(model, key[k].vintage);
        const bool same = k > 0 && key[k].programme == key[k - 1].programme &&
                          key[k].kind == key[k - 1].kind && year == year_of(model, key[k - 1].vintage);
        within = same ? within + 1 : 1;
        snprintf(label[k], FUND_LABEL_MAX, "%s_%d_%d", owner_of(model, &key[k]), year, within);
        list[k] = label[k];
    }
}

static int add_dim(struct record *record, const struct fund_key *key, int64_t n)
{
    char(*label)[FUND_LABEL_MAX] = malloc((size_t)n * sizeof *label);
    const char **list = malloc((size_t)n * sizeof *list);
    int dim = -1;
    if (label && list) {
        make_labels(record->model, key, n, label, list);
        dim = data_dim_add(record->data, metrics_group_name(METRICS_FUND), "",
                           metrics_group_doc(METRICS_FUND), n, list, NULL);
    }
    free(label);
    free(list);
    return dim;
}

static void add_texts(struct record *record, int dim, const struct fund_key *key, int64_t n)
{
    static const char *const kinds[FUND_KINDS_N] = {"guarantee", "loan", "venture", "angel"};
    struct data_var var = record_var("funds", "kind", "", DATA_TEXT, 1, &dim);
    var.long_name = "guarantee fund, public loan fund, venture fund or angel pool";
    const int kind = data_var_add(record->data, &var);
    var = record_var("funds", "programme", "", DATA_TEXT, 1, &dim);
    var.long_name = "programme that owns it or has committed to it; empty: none";
    const int programme = data_var_add(record->data, &var);
    var = record_var("funds", "vintage", "", DATA_TEXT, 1, &dim);
    var.long_name = "first month";
    const int vintage = data_var_add(record->data, &var);
    for (int64_t k = 0; k < n && !data_failed(record->data); k++) {
        char text[32];
        int64_t year, month;
        field_month_split(record->model->run.start + key[k].vintage, &year, &month);
        snprintf(text, sizeof text, "%04d-%02d", (int)year, (int)month);
        data_text_put(record->data, vintage, k, text);
        data_text_put(record->data, kind, k, kinds[key[k].kind]);
        data_text_put(record->data, programme, k,
                      key[k].programme == NOBODY ? "" : record->model->programme[key[k].programme].name);
    }
}

// Adds a variable of the first `replicates` replicates and fills it from their tracks.
static void add_values(struct record *record, const struct data_var *description, int variable,
                       int replicates, const struct fund_key *key, int64_t n)
{
    const int index = data_var_add(record->data, description);
    if (index < 0)
        return;
    const int64_t months = record->months_n;
    double *out = record->data->var[index].value;
    record_missing(out, record->data->var[index].n);
    for (int r = 0; r < replicates; r++) {
        const struct record_funds *funds = record->replicate[r].funds;
        for (int64_t k = 0; funds && k < funds->n; k++) {
            const struct fund_key *found =
                bsearch(&funds->track[k].key, key, (size_t)n, sizeof *key, key_compare);
            const double *value = funds->track[k].value + variable * months;
            for (int64_t m = 0; m < months; m++)
                out[(r * months + m) * n + (found - key)] = value[m];
        }
    }
}

static void add_metrics(struct record *record, int dim, const struct fund_key *key, int64_t n)
{
    const int dims[] = {record->replicate_dim, record->time_dim, dim};
    for (int k = 0; k < FUND_METRICS_N; k++)
        for (int row = 0; row < metrics_rows_n; row++) {
            if (strcmp(metrics_rows[row].name, metric_names[k]) != 0)
                continue;
            char name[DATA_NAME_MAX];
            snprintf(name, sizeof name, "%s_by_%s", metric_names[k], metrics_group_name(METRICS_FUND));
            struct data_var var = record_var("", name, metrics_rows[row].unit, DATA_F64, 3, dims);
            var.long_name = variables[k].doc;
            var.definition = metrics_rows[row].definition;
            var.cell_methods = metrics_cell_methods(&metrics_rows[row]);
            add_values(record, &var, k, record->replicates_n, key, n);
        }
}

static void add_detail(struct record *record, int dim, const struct fund_key *key, int64_t n)
{
    const int dims[] = {record_replicate_dim(record->data, record->funds_detail_n), record->time_dim, dim};
    if (dims[0] < 0)
        return;
    for (int k = 0; k < FUND_VARIABLES_N; k++) {
        struct data_var var = record_var("funds", variables[k].name, variables[k].unit, DATA_F64, 3, dims);
        var.long_name = var.definition = variables[k].doc;
        var.cell_methods = "time: point";
        add_values(record, &var, k, record->funds_detail_n, key, n);
    }
}

int record_funds_finish(struct record *record, struct error *err)
{
    int64_t n;
    struct fund_key *key = all_keys(record, &n);
    if (!key)
        return no_memory(err);
    const int dim = n > 0 ? add_dim(record, key, n) : -1;
    if (dim >= 0) {
        add_metrics(record, dim, key, n);
        add_texts(record, dim, key, n);
        add_detail(record, dim, key, n);
    }
    free(key);
    return data_failed(record->data) || (n > 0 && dim < 0) ? no_memory(err) : ERROR_NONE;
}
