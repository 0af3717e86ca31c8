#include "models/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/par.h"

// ---- rows of the tables and of the ledger -------------------------------------------------------

#define COLUMN_ROW(table, ctype, type, name, lanes, unit, economic, doc)                                     \
    {#name, COLUMN_##type, lanes, unit, doc, economic, offsetof(struct table, name)},
#define FIRM_ROW(...)        COLUMN_ROW(firm, __VA_ARGS__)
#define BANK_ROW(...)        COLUMN_ROW(bank, __VA_ARGS__)
#define FUND_ROW(...)        COLUMN_ROW(fund, __VA_ARGS__)
#define HOLDING_ROW(...)     COLUMN_ROW(holding, __VA_ARGS__)
#define APPLICATION_ROW(...) COLUMN_ROW(application, __VA_ARGS__)

const struct column world_firm_columns[] = {FIRM_COLUMNS(FIRM_ROW)};
const struct column world_bank_columns[] = {BANK_COLUMNS(BANK_ROW)};
const struct column world_fund_columns[] = {FUND_COLUMNS(FUND_ROW)};
const struct column world_holding_columns[] = {HOLDING_COLUMNS(HOLDING_ROW)};
const struct column world_application_columns[] = {APPLICATION_COLUMNS(APPLICATION_ROW)};
#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const char *const account_labels[ACCOUNTS_N] = {"firms",         "households",      "government",
                                                       "banks",         "guarantee_funds", "loan_funds",
                                                       "venture_funds", "rest_of_world"};
static const char *const claim_labels[CLAIMS_N] = {"cash",       "loans",        "shares",
                                                   "fund_units", "trade_credit", "informal_loans"};
#define CATEGORY_ROW(name, cash, claim, sign, doc) {#name, doc, cash, claim, sign},
static const struct ledger_category category_rows[CATEGORIES_N] = {CATEGORIES(CATEGORY_ROW)};
const struct ledger_names world_ledger_names = {account_labels, ACCOUNTS_N,    claim_labels,
                                                CLAIMS_N,       category_rows, CATEGORIES_N};

// ---- memory -------------------------------------------------------------------------------------

enum { SCRATCH_MIN = 1 << 16 };

static void scratch_free(struct world_scratch *s)
{
    free(s->rows);
    free(s->flag);
    free(s->occasion);
    free(s->value);
    free(s->item);
    free(s->spare);
    free(s->bytes);
    *s = (struct world_scratch){0};
}

static int scratch_reserve(struct world_scratch *s, int64_t capacity, struct error *err)
{
    if (capacity <= s->capacity)
        return ERROR_NONE;
    scratch_free(s);
    const size_t n = (size_t)(capacity > SCRATCH_MIN ? capacity : SCRATCH_MIN);
    s->rows = malloc(n * sizeof *s->rows);
    s->flag = malloc(n);
    s->occasion = malloc(n);
    s->value = malloc(n * sizeof *s->value);
    s->item = malloc(n * sizeof *s->item);
    s->spare = malloc(n * sizeof *s->spare);
    s->bytes = malloc((size_t)par_blocks_n((int64_t)n) * WORLD_BLOCK_BYTES);
    if (!s->rows || !s->flag || !s->occasion || !s->value || !s->item || !s->spare || !s->bytes) {
        scratch_free(s);
        return error_add(err, ERROR_WORK, "out of memory for %lld agents", (long long)capacity);
    }
    s->capacity = (int64_t)n;
    return ERROR_NONE;
}

static int tables_create(struct world *w, struct error *err)
{
    const int64_t agents = population_agents(w->model) + 1024;
    int rc = table_create(&w->firms, "firms", world_firm_columns, COUNT(world_firm_columns), &w->firm, agents,
                          err);
    if (!rc)
        rc = table_create(&w->banks, "banks", world_bank_columns, COUNT(world_bank_columns), &w->bank,
                          CREDIT_BANKS_MAX, err);
    if (!rc)
        rc = table_create(&w->funds, "funds", world_fund_columns, COUNT(world_fund_columns), &w->fund, 256,
                          err);
    if (!rc)
        rc = table_create(&w->holdings, "holdings", world_holding_columns, COUNT(world_holding_columns),
                          &w->holding, 1024, err);
    if (!rc)
        rc = table_create(&w->applications, "applications", world_application_columns,
                          COUNT(world_application_columns), &w->application, 1024, err);
    w->firms.threads = w->banks.threads = w->funds.threads = w->holdings.threads = w->applications.threads =
        w->threads;
    return rc;
}

int world_reserve(struct world *world, struct error *err)
{
    const struct model *m = world->model;
    const int64_t firms =
        entry_max(m, world) + m->programmes_n * programme_splits_max(world) + equity_splits_max();
    int rc = table_reserve(&world->firms, firms, err);
    if (!rc)
        rc = table_reserve(&world->funds, equity_funds_max(m) + CREDIT_FUNDS_MAX, err);
    if (!rc)
        rc = table_reserve(&world->holdings, equity_holdings_max(), err);
    if (!rc)
        rc = table_reserve(&world->applications, 1024 + world->firms.n / 4, err);
    return rc ? rc : scratch_reserve(&world->scratch, world->firms.capacity, err);
}

void world_free(struct world *world)
{
    if (!world)
        return;
    table_free(&world->firms);
    table_free(&world->banks);
    table_free(&world->funds);
    table_free(&world->holdings);
    table_free(&world->applications);
    scratch_free(&world->scratch);
    free(world);
}

// Ids of records born inside the run stay clear of population_key: they count from 2^50.
enum { SPLIT_ID_SHIFT = 50 };

static int open_state(struct world *w, struct error *err)
{
    const struct model *m = w->model;
    environment_step(m, w);
    int rc = world_reserve(w, err);
    if (rc)
        return rc;
    for (int r = 0; r < m->regions_n; r++)
        w->household_n[r] = (int64_t)vmath_round(m->entry.household_n * m->region[r].firm_share);
    for (int s = 0; s < m->sectors_n; s++)
        w->sector[s].demand_index = 1.0;
    innovation_prepare(m, w);
    population_open(m, w);
    peers_open(m, w);
    provider_open(m, w);
    credit_open(m, w);
    equity_open(m, w);
    demand_open(m, w);
    labour_open(m, w);
    return world_audit(w, err);
}

int world_create(struct world **world, const struct model *model, int replicate, int threads,
                 struct error *err)
{
    struct world *w = calloc(1, sizeof *w);
    *world = w;
    if (!w)
        return error_add(err, ERROR_WORK, "out of memory for the state of a replicate");
    w->model = model;
    w->rng = (struct rng){(uint32_t)model->run.seed, (uint32_t)replicate};
    w->threads = threads;
    w->next_id = (int64_t)1 << SPLIT_ID_SHIFT;
    w->next_application = 1;
    ledger_init(&w->ledger, &world_ledger_names);
    population_weights(model, w->agent_weight);
    int rc = tables_create(w, err);
    if (!rc)
        rc = open_state(w, err);
    if (rc) {
        world_free(w);
        *world = NULL;
    }
    return rc;
}

// ---- rows ---------------------------------------------------------------------------------------

// The part takes its share of what the agent has applied for; without room in the table it may apply again.
static void divide_files(struct world *world, int64_t row, int64_t part, int64_t served)
{
    const struct application *a = &world->application;
    const int64_t n = world->applications.n, weight = world->firm.weight[row] + part;
    for (int64_t k = 0; k < n; k++) {
        if (!a->alive[k] || a->firm[k] != row)
            continue;
        const int programme = a->programme[k];
        const uint64_t bit = (uint64_t)1 << programme % 64;
        uint64_t *applied = &world->firm.applied[programme / 64 * world->firms.capacity + served];
        const int64_t files = a->files_n[k] * part / weight;
        const bool room = world->applications.n < world->applications.capacity;
        *applied = files > 0 && room ? *applied | bit : *applied & ~bit;
        a->files_n[k] -= files;
        if (files == 0 || !room)
            continue;
        const int64_t copy = table_split(&world->applications, k, world->next_application++);
        a->firm[copy] = served;
        a->files_n[copy] = files;
    }
}

int64_t world_split(struct world *world, int64_t row, int64_t part)
{
    CHECK(part > 0 && part < world->firm.weight[row]);
    const int64_t served = table_split(&world->firms, row, world->next_id++);
    world->firm.weight[served] = part;
    world->firm.weight[row] -= part;
    divide_files(world, row, part, served);
    return served;
}

int64_t world_fund_birth(struct world *world, enum fund_kind kind, int programme, uint32_t ordinal)
{
    const uint32_t owner = programme == NOBODY ? 0 : world->model->programme[programme].draw_index;
    const uint64_t key = rng_hash((uint64_t)owner << 32 | (uint64_t)world->month << 16 | ordinal) >> 12;
    const int64_t row = table_birth(&world->funds, world->next_id++, (int64_t)key);
    world->fund.kind[row] = (uint8_t)kind;
    world->fund.programme[row] = (int16_t)programme;
    world->fund.vintage[row] = (int16_t)world->month;
    return row;
}

static void follow_rows(int64_t *pointer, int64_t n, const int64_t *moved)
{
    for (int64_t k = 0; k < n; k++)
        pointer[k] = pointer[k] == NOBODY ? NOBODY : moved[pointer[k]];
}

void world_close_month(struct world *world)
{
    struct firm *f = &world->firm;
    int64_t dead = 0;
    for (int64_t r = 0; r < world->firms.n; r++) {
        f->alive[r] = f->status[r] != STATUS_GONE;
        dead += !f->alive[r];
    }
    if (dead * 8 < world->firms.n && world->climate.month_of_year != 11)
        return; // gone rows are passed over until they are worth a compaction
    int64_t *moved = world->scratch.rows;
    table_compact(&world->firms, moved);
    follow_rows(world->application.firm, world->applications.n, moved);
    follow_rows(world->holding.firm, world->holdings.n, moved);
    table_compact(&world->applications, NULL);
    table_compact(&world->holdings, NULL);
}

void world_month_text(const struct world *world, char *text)
{
    const int64_t month = world->model->run.start + world->month;
    snprintf(text, WORLD_MONTH_TEXT, "%04d-%02d", (int)((1970 + month / 12) % 10000), (int)(month % 12 + 1));
}

// ---- money --------------------------------------------------------------------------------------

struct party world_firm_party(int64_t row)
{
    return (struct party){ACCOUNT_FIRMS, row};
}
struct party world_bank_party(int64_t row)
{
    return (struct party){ACCOUNT_BANKS, row};
}
struct party world_party(enum account account)
{
    return (struct party){account, NOBODY};
}

struct party world_fund_party(const struct world *world, int64_t row)
{
    static const enum account account[FUND_KINDS_N] = {[FUND_GUARANTEE] = ACCOUNT_GUARANTEE_FUNDS,
                                                       [FUND_LOAN] = ACCOUNT_LOAN_FUNDS,
                                                       [FUND_VENTURE] = ACCOUNT_VENTURE_FUNDS,
                                                       [FUND_ANGEL] = ACCOUNT_VENTURE_FUNDS};
    return (struct party){account[world->fund.kind[row]], row};
}

int64_t world_amount(const struct world *world, int64_t row, double vnd)
{
    return world->firm.weight[row] * (int64_t)vmath_round(vnd);
}

// Net claims of a firm under an instrument (debts count negative) change by `claims` in all.
static void change_firm(struct world *world, int64_t r, int instrument, int64_t claims)
{
    const int64_t weight = world->firm.weight[r];
    CHECK(claims % weight == 0);
    const double each = (double)(claims / weight);
    world->firm.debt_vnd[r] -= instrument == CLAIM_LOANS ? each : 0.0;
    world->firm.informal_vnd[r] -= instrument == CLAIM_INFORMAL ? each : 0.0;
    world->firm.trade_vnd[r] += instrument == CLAIM_TRADE ? each : 0.0;
}

// Cash of a party's agent changes by `amount` in all; its net claim under the instrument by `claims`.
static void change(struct world *world, struct party party, int64_t amount, int instrument, int64_t claims)
{
    const int64_t loans = instrument == CLAIM_LOANS ? claims : 0;
    const int64_t r = party.row;
    switch (party.account) {
    case ACCOUNT_FIRMS: {
        const int64_t weight = world->firm.weight[r];
        CHECK(amount % weight == 0);
        world->firm.cash_vnd[r] += (double)(amount / weight);
        change_firm(world, r, instrument, claims);
        break;
    }
    case ACCOUNT_BANKS:
        world->bank.cash_vnd[r] += amount;
        world->bank.loans_vnd[r] += loans;
        break;
    case ACCOUNT_LOAN_FUNDS:
        world->fund.outstanding_vnd[r] += loans;
        world->fund.cash_vnd[r] += amount;
        break;
    case ACCOUNT_GUARANTEE_FUNDS:
    case ACCOUNT_VENTURE_FUNDS:
        world->fund.cash_vnd[r] += amount;
        break;
    default: // households, government and the rest of the world live in the ledger alone
        break;
    }
}

void world_pay(struct world *world, enum category category, struct party payer, struct party payee,
               int64_t amount)
{
    CHECK(amount >= 0);
    const struct ledger_category *c = &category_rows[category];
    const int64_t cash = c->cash ? amount : 0;
    // a claim is begun by the payer or ended for it: its net claim rises
    change(world, payer, -cash, c->instrument, amount);
    change(world, payee, cash, c->instrument, -amount);
    ledger_post(&world->ledger, (int)category, (int)payer.account, (int)payee.account, amount);
}

// ---- audit --------------------------------------------------------------------------------------

struct audit_context {
    const struct world *world;
    struct audit_sums {
        struct ledger_sum cash, debt, fund_debt, trade, informal;
    } * block;
};

static void audit_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct audit_context *c = context;
    const struct firm *f = &c->world->firm;
    const int n = (int)(end - begin);
    struct audit_sums *s = &c->block[block];
    double owed[PAR_BLOCK];

    *s = (struct audit_sums){0};
    ledger_sum_add(&s->cash, ledger_dot_block(f->weight + begin, f->cash_vnd + begin, n));
    ledger_sum_add(&s->debt, ledger_dot_block(f->weight + begin, f->debt_vnd + begin, n));
    for (int i = 0; i < n; i++)
        owed[i] = f->lender_fund[begin + i] == NOBODY ? 0.0 : f->debt_vnd[begin + i];
    ledger_sum_add(&s->fund_debt, ledger_dot_block(f->weight + begin, owed, n));
    ledger_sum_add(&s->trade, ledger_dot_block(f->weight + begin, f->trade_vnd + begin, n));
    ledger_sum_add(&s->informal, ledger_dot_block(f->weight + begin, f->informal_vnd + begin, n));
}

static int64_t fund_total(const struct world *world, enum account account, const int64_t *column)
{
    int64_t sum = 0;
    for (int64_t r = 0; r < world->funds.n; r++)
        sum += world_fund_party(world, r).account == account ? column[r] : 0;
    return sum;
}

static int64_t total(const int64_t *column, int64_t n)
{
    int64_t sum = 0;
    for (int64_t r = 0; r < n; r++)
        sum += column[r];
    return sum;
}

static int audit_firms(struct world *world, const char *month, struct error *err)
{
    _Static_assert(sizeof(struct audit_sums) <= WORLD_BLOCK_BYTES, "fits");
    struct audit_context c = {.world = world, .block = world->scratch.bytes};
    struct audit_sums all = {0};
    par_blocks(world->threads, world->firms.n, audit_block, &c);
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++) {
        ledger_sum_merge(&all.cash, c.block[b].cash);
        ledger_sum_merge(&all.debt, c.block[b].debt);
        ledger_sum_merge(&all.fund_debt, c.block[b].fund_debt);
        ledger_sum_merge(&all.trade, c.block[b].trade);
        ledger_sum_merge(&all.informal, c.block[b].informal);
    }
    if (all.cash.overflow | all.debt.overflow | all.trade.overflow | all.informal.overflow)
        return error_add(
            err, ERROR_WORK,
            "ledger: %s: firms: a balance is not a whole number of VND, or their sum is beyond 64 bits",
            month);
    const struct ledger *l = &world->ledger;
    int rc = ledger_agree(l, ACCOUNT_FIRMS, CLAIM_CASH, all.cash.value, month, err);
    rc |= ledger_agree(l, ACCOUNT_FIRMS, CLAIM_LOANS, -all.debt.value, month, err);
    rc |= ledger_agree(l, ACCOUNT_FIRMS, CLAIM_TRADE, all.trade.value, month, err);
    rc |= ledger_agree(l, ACCOUNT_FIRMS, CLAIM_INFORMAL, -all.informal.value, month, err);
    rc |= ledger_agree(l, ACCOUNT_LOAN_FUNDS, CLAIM_LOANS, all.fund_debt.value, month, err);
    rc |= ledger_agree(l, ACCOUNT_LOAN_FUNDS, CLAIM_LOANS,
                       fund_total(world, ACCOUNT_LOAN_FUNDS, world->fund.outstanding_vnd), month, err);
    return rc ? ERROR_WORK : ERROR_NONE;
}

// Ids and floating state of every table.
static int audit_rows(const struct world *world, struct error *err)
{
    const struct table *const tables[] = {&world->firms, &world->banks, &world->funds, &world->holdings,
                                          &world->applications};
    int rc = ERROR_NONE;
    for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++)
        rc |= table_audit(tables[k], err);
    return rc;
}

int world_audit(struct world *world, struct error *err)
{
    const struct ledger *l = &world->ledger;
    char month[WORLD_MONTH_TEXT];
    world_month_text(world, month);
    int rc = audit_firms(world, month, err);
    rc |= ledger_agree(l, ACCOUNT_BANKS, CLAIM_CASH, total(world->bank.cash_vnd, world->banks.n), month, err);
    rc |=
        ledger_agree(l, ACCOUNT_BANKS, CLAIM_LOANS, total(world->bank.loans_vnd, world->banks.n), month, err);
    for (enum account a = ACCOUNT_GUARANTEE_FUNDS; a <= ACCOUNT_VENTURE_FUNDS; a++)
        rc |= ledger_agree(l, (int)a, CLAIM_CASH, fund_total(world, a, world->fund.cash_vnd), month, err);
    int64_t holdings = 0;
    for (int64_t k = 0; k < world->holdings.n; k++)
        holdings += world->holding.alive[k] ? world->holding.cost_vnd[k] : 0;
    rc |= ledger_agree(l, ACCOUNT_VENTURE_FUNDS, CLAIM_SHARES, holdings, month, err);
    if (world->month > 0 || world->ledger_before.names)
        rc |= ledger_audit(l, &world->ledger_before, month, err);
    if (world->climate.month_of_year == 11)
        rc |= audit_rows(world, err);
    return rc ? ERROR_WORK : ERROR_NONE;
}

uint64_t world_digest(const struct world *world)
{
    uint64_t d = table_mix(0, (uint64_t)world->month);
    d = table_mix(d, table_digest(&world->firms, true));
    d = table_mix(d, table_digest(&world->banks, true));
    d = table_mix(d, table_digest(&world->funds, true));
    d = table_mix(d, table_digest(&world->holdings, true));
    d = table_mix(d, ledger_digest(&world->ledger));
    for (int s = 0; s < world->model->sectors_n; s++) {
        uint64_t bits;
        memcpy(&bits, &world->sector[s].attraction, sizeof bits);
        d = table_mix(d, bits);
    }
    for (int r = 0; r < world->model->regions_n; r++)
        d = table_mix(d, (uint64_t)world->household_n[r]);
    return d;
}
