#include "models/record_part.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIPLES_N = CATEGORIES_N * ACCOUNTS_N * ACCOUNTS_N, POSITIONS_N = ACCOUNTS_N * CLAIMS_N };

// The flows of one replicate by category, payer and payee; a column of months begins when one first occurs.
struct record_ledger {
    int64_t *flow[TRIPLES_N];
    int64_t *position; // months x accounts x claims
};

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the results of the ledger");
}

int64_t record_ledger_bytes(const struct model *model)
{
    // of the triples that could be, each category uses two or three
    return model_months(model) * (int64_t)sizeof(int64_t) * (3 * CATEGORIES_N + POSITIONS_N);
}

static int triple(int category, int payer, int payee)
{
    return (category * ACCOUNTS_N + payer) * ACCOUNTS_N + payee;
}

int record_ledger_month(struct record *record, int replicate, const struct world *world, struct error *err)
{
    struct record_replicate *own = &record->replicate[replicate];
    const size_t months = (size_t)record->months_n;
    if (!own->ledger)
        own->ledger = calloc(1, sizeof *own->ledger);
    if (own->ledger && !own->ledger->position)
        own->ledger->position = calloc(months * POSITIONS_N, sizeof *own->ledger->position);
    if (!own->ledger || !own->ledger->position)
        return no_memory(err);
    for (int category = 0; category < CATEGORIES_N; category++)
        for (int payer = 0; payer < ACCOUNTS_N; payer++)
            for (int payee = 0; payee < ACCOUNTS_N; payee++) {
                const int64_t amount = world->ledger.flow[category][payer][payee];
                int64_t **flow = &own->ledger->flow[triple(category, payer, payee)];
                if (amount != 0 && !*flow)
                    *flow = calloc(months, sizeof **flow);
                if (amount != 0 && !*flow)
                    return no_memory(err);
                if (*flow)
                    (*flow)[world->month] = amount;
            }
    for (int account = 0; account < ACCOUNTS_N; account++)
        for (int claim = 0; claim < CLAIMS_N; claim++)
            own->ledger->position[world->month * POSITIONS_N + account * CLAIMS_N + claim] =
                world->ledger.position[account][claim];
    return ERROR_NONE;
}

void record_ledger_free(struct record_ledger *ledger)
{
    if (!ledger)
        return;
    for (int k = 0; k < TRIPLES_N; k++)
        free(ledger->flow[k]);
    free(ledger->position);
    free(ledger);
}

// ---- the end ------------------------------------------------------------------------------------

// A category's, payer's and payee's name by triple.
static void names_of(int k, const char *name[3])
{
    name[0] = world_ledger_names.categories[k / (ACCOUNTS_N * ACCOUNTS_N)].name;
    name[1] = world_ledger_names.sectors[k / ACCOUNTS_N % ACCOUNTS_N];
    name[2] = world_ledger_names.sectors[k % ACCOUNTS_N];
}

// Adds the dimension of the n flows in `used`, and their parts as texts. Returns its index.
static int add_flow_dim(struct record *record, const int *used, int n)
{
    static const char *const columns[3][2] = {
        {"category", "why it was paid"}, {"payer", "who paid"}, {"payee", "who was paid"}};
    enum { LABEL_MAX = 128 };
    char(*label)[LABEL_MAX] = malloc((size_t)n * sizeof *label);
    const char **list = malloc((size_t)n * sizeof *list);
    int dim = -1;
    for (int k = 0; label && list && k < n; k++) {
        const char *name[3];
        names_of(used[k], name);
        snprintf(label[k], LABEL_MAX, "%s %s>%s", name[0], name[1], name[2]);
        list[k] = label[k];
    }
    if (label && list)
        dim =
            data_dim_add(record->data, "flow", "", "flows that occur: category, payer>payee", n, list, NULL);
    free(label);
    free(list);
    for (int part = 0; part < 3 && dim >= 0; part++) {
        struct data_var var = record_var("ledger", columns[part][0], "", DATA_TEXT, 1, &dim);
        var.long_name = columns[part][1];
        const int index = data_var_add(record->data, &var);
        for (int k = 0; k < n && !data_failed(record->data); k++) {
            const char *name[3];
            names_of(used[k], name);
            data_text_put(record->data, index, k, name[part]);
        }
    }
    return dim;
}

static void add_flows(struct record *record, int replicate_dim, const int *used, int n)
{
    const int64_t months = record->months_n;
    const int dim = add_flow_dim(record, used, n);
    if (dim < 0)
        return;
    struct data_var var = record_var("ledger", "flow_vnd", "VND", DATA_I64, 3,
                                     (const int[]){replicate_dim, record->time_dim, dim});
    var.long_name = var.definition = "paid in the month, or for a write-off the claim ended";
    var.cell_methods = "time: sum";
    const int index = data_var_add(record->data, &var);
    if (index < 0)
        return;
    int64_t *out = record->data->var[index].value;
    for (int r = 0; r < record->ledger_n; r++)
        for (int k = 0; record->replicate[r].ledger && k < n; k++) {
            const int64_t *flow = record->replicate[r].ledger->flow[used[k]];
            for (int64_t m = 0; flow && m < months; m++)
                out[(r * months + m) * n + k] = flow[m];
        }
}

static void add_positions(struct record *record, int replicate_dim)
{
    const int64_t values = (int64_t)record->months_n * POSITIONS_N;
    const int account = data_dim_add(record->data, "account", "", "sectors of the economy", ACCOUNTS_N,
                                     world_ledger_names.sectors, NULL);
    const int claim = data_dim_add(record->data, "instrument", "", "kinds of claims", CLAIMS_N,
                                   world_ledger_names.instruments, NULL);
    const int dims[] = {replicate_dim, record->time_dim, account, claim};
    if (claim < 0)
        return;
    struct data_var var = record_var("ledger", "position_vnd", "VND", DATA_I64, 4, dims);
    var.long_name = "net position";
    var.definition = "claims less liabilities; sums to zero over accounts";
    var.cell_methods = "time: point";
    const int index = data_var_add(record->data, &var);
    for (int r = 0; index >= 0 && r < record->ledger_n; r++)
        if (record->replicate[r].ledger)
            memcpy((int64_t *)record->data->var[index].value + r * values,
                   record->replicate[r].ledger->position, (size_t)values * sizeof(int64_t));
}

int record_ledger_finish(struct record *record, struct error *err)
{
    int used[TRIPLES_N], n = 0;
    for (int k = 0; k < TRIPLES_N; k++) {
        bool occurs = false;
        for (int r = 0; r < record->ledger_n && !occurs; r++)
            occurs = record->replicate[r].ledger && record->replicate[r].ledger->flow[k];
        used[n] = k;
        n += occurs;
    }
    const int replicate_dim = record_replicate_dim(record->data, record->ledger_n);
    if (replicate_dim >= 0 && n > 0)
        add_flows(record, replicate_dim, used, n);
    if (replicate_dim >= 0)
        add_positions(record, replicate_dim);
    return data_failed(record->data) ? no_memory(err) : ERROR_NONE;
}
