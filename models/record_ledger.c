#include "models/record_part.h"
#include "sim/par.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Real assets, at book or expected value. They are nobody's liability.
enum real_asset { REAL_FIXED_CAPITAL, REAL_IN_RECOVERY, REAL_ASSETS_N };
static const char *const real_labels[REAL_ASSETS_N] = {"fixed_capital", "collateral_in_recovery"};

enum {
    TRIPLES_N = CATEGORIES_N * ACCOUNTS_N * ACCOUNTS_N,
    POSITIONS_N = ACCOUNTS_N * CLAIMS_N,
    REALS_N = ACCOUNTS_N * REAL_ASSETS_N
};

// The flows of one replicate by category, payer and payee; a column of months begins when one first occurs.
struct record_ledger {
    int64_t *flow[TRIPLES_N];
    int64_t *position;            // months x accounts x claims
    int64_t *real;                // months x accounts x real assets
    int64_t opening[POSITIONS_N]; // before the first month
};

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the results of the ledger");
}

int64_t record_ledger_bytes(const struct model *model)
{
    // of the triples that could be, each category uses two or three
    return model_months(model) * (int64_t)sizeof(int64_t) * (3 * CATEGORIES_N + POSITIONS_N + REALS_N);
}

static int triple(int category, int payer, int payee)
{
    return (category * ACCOUNTS_N + payer) * ACCOUNTS_N + payee;
}

static void take_reals(const struct world *world, int64_t *real)
{
    const struct firm *f = &world->firm;
    struct ledger_sum capital = {0};
    for (int64_t r = 0; r < world->firms.n; r += PAR_BLOCK) {
        const int n = (int)(world->firms.n - r < PAR_BLOCK ? world->firms.n - r : PAR_BLOCK);
        ledger_sum_add(&capital, ledger_dot_block(f->weight + r, f->capital_vnd + r, n));
    }
    CHECK(!capital.overflow);
    real[ACCOUNT_FIRMS * REAL_ASSETS_N + REAL_FIXED_CAPITAL] = capital.value;
    for (int64_t b = 0; b < world->banks.n; b++)
        real[ACCOUNT_BANKS * REAL_ASSETS_N + REAL_IN_RECOVERY] += world->bank.recovering_vnd[b];
    for (int64_t k = 0; k < world->funds.n; k++)
        real[world_fund_party(world, k).account * REAL_ASSETS_N + REAL_IN_RECOVERY] +=
            world->fund.recovering_vnd[k];
}

static void take_positions(const struct ledger *ledger, int64_t *out)
{
    for (int account = 0; account < ACCOUNTS_N; account++)
        for (int claim = 0; claim < CLAIMS_N; claim++)
            out[account * CLAIMS_N + claim] = ledger->position[account][claim];
}

int record_ledger_month(struct record *record, int replicate, const struct world *world, struct error *err)
{
    struct record_replicate *own = &record->replicate[replicate];
    const size_t months = (size_t)record->months_n;
    if (!own->ledger)
        own->ledger = calloc(1, sizeof *own->ledger);
    if (own->ledger && !own->ledger->position)
        own->ledger->position = calloc(months * POSITIONS_N, sizeof *own->ledger->position);
    if (own->ledger && !own->ledger->real)
        own->ledger->real = calloc(months * REALS_N, sizeof *own->ledger->real);
    if (!own->ledger || !own->ledger->position || !own->ledger->real)
        return no_memory(err);
    if (world->month == 0)
        take_positions(&world->ledger_before, own->ledger->opening);
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
    take_positions(&world->ledger, own->ledger->position + world->month * POSITIONS_N);
    take_reals(world, own->ledger->real + world->month * REALS_N);
    return ERROR_NONE;
}

void record_ledger_free(struct record_ledger *ledger)
{
    if (!ledger)
        return;
    for (int k = 0; k < TRIPLES_N; k++)
        free(ledger->flow[k]);
    free(ledger->position);
    free(ledger->real);
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

// What a flow does to the balance sheets, so that a reader can prove them: whether cash moves, and which
// claim of the payer on the payee begins (+1) or of the payee on the payer ends (-1).
static void add_rules(struct record *record, int dim, const int *used, int n)
{
    struct data_var cash = record_var("ledger", "moves_cash", "1", DATA_I32, 1, &dim);
    struct data_var sign = record_var("ledger", "claim_sign", "1", DATA_I32, 1, &dim);
    struct data_var claim = record_var("ledger", "claim", "", DATA_TEXT, 1, &dim);
    cash.long_name = "1 if cash moves from payer to payee, 0 for a write-off or a memo";
    sign.long_name =
        "1: the payer gets a claim on the payee; -1: a claim of the payee on the payer ends; 0: neither";
    claim.long_name = "instrument of that claim";
    const int at[3] = {data_var_add(record->data, &cash), data_var_add(record->data, &sign),
                       data_var_add(record->data, &claim)};
    for (int k = 0; k < n && !data_failed(record->data); k++) {
        const struct ledger_category *c = &world_ledger_names.categories[used[k] / (ACCOUNTS_N * ACCOUNTS_N)];
        ((int32_t *)record->data->var[at[0]].value)[k] = c->cash;
        ((int32_t *)record->data->var[at[1]].value)[k] = c->instrument ? c->sign : 0;
        data_text_put(record->data, at[2], k,
                      c->instrument ? world_ledger_names.instruments[c->instrument] : "none");
    }
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
    if (dim >= 0)
        add_rules(record, dim, used, n);
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

static void add_positions(struct record *record, int replicate_dim, int account, int claim)
{
    const int64_t values = (int64_t)record->months_n * POSITIONS_N;
    const int dims[] = {replicate_dim, record->time_dim, account, claim};
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

// Balance sheets: opening claims, real assets, and net worth as the sum of both.
static void add_balances(struct record *record, int replicate_dim, int account, int claim)
{
    struct run_data *data = record->data;
    const int asset =
        data_dim_add(data, "asset", "", "kinds of real assets", REAL_ASSETS_N, real_labels, NULL);
    if (asset < 0)
        return;
    struct data_var opening = record_var("ledger", "opening_position_vnd", "VND", DATA_I64, 3,
                                         (const int[]){replicate_dim, account, claim});
    struct data_var real = record_var("ledger", "real_asset_vnd", "VND", DATA_I64, 4,
                                      (const int[]){replicate_dim, record->time_dim, account, asset});
    struct data_var worth = record_var("ledger", "net_worth_vnd", "VND", DATA_I64, 3,
                                       (const int[]){replicate_dim, record->time_dim, account});
    opening.long_name = opening.definition = "net position before the first month";
    real.long_name = "real assets";
    real.definition =
        "fixed assets at book value; collateral that creditors have taken over, at expected value";
    worth.long_name = "net worth";
    worth.definition = "claims less liabilities, and real assets";
    real.cell_methods = worth.cell_methods = "time: point";
    const int at[3] = {data_var_add(data, &opening), data_var_add(data, &real), data_var_add(data, &worth)};
    for (int r = 0; r < record->ledger_n && !data_failed(data); r++) {
        const struct record_ledger *l = record->replicate[r].ledger;
        if (!l)
            continue;
        memcpy((int64_t *)data->var[at[0]].value + r * POSITIONS_N, l->opening, sizeof l->opening);
        memcpy((int64_t *)data->var[at[1]].value + (int64_t)r * record->months_n * REALS_N, l->real,
               (size_t)record->months_n * REALS_N * sizeof *l->real);
        int64_t *out = (int64_t *)data->var[at[2]].value + (int64_t)r * record->months_n * ACCOUNTS_N;
        for (int64_t k = 0; k < (int64_t)record->months_n * ACCOUNTS_N; k++) {
            out[k] = 0;
            for (int c = 0; c < CLAIMS_N; c++)
                out[k] += l->position[k * CLAIMS_N + c];
            for (int a = 0; a < REAL_ASSETS_N; a++)
                out[k] += l->real[k * REAL_ASSETS_N + a];
        }
    }
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
    const int account = data_dim_add(record->data, "account", "", "sectors of the economy", ACCOUNTS_N,
                                     world_ledger_names.sectors, NULL);
    const int claim = data_dim_add(record->data, "instrument", "", "kinds of claims", CLAIMS_N,
                                   world_ledger_names.instruments, NULL);
    if (claim >= 0 && replicate_dim >= 0) {
        add_positions(record, replicate_dim, account, claim);
        add_balances(record, replicate_dim, account, claim);
    }
    return data_failed(record->data) ? no_memory(err) : ERROR_NONE;
}
