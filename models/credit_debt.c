#include <string.h>
#include "models/credit_parts.h"
#include "sim/isa.h"
#include "sim/par.h"

enum { DUTY_NONE, DUTY_FUND, DUTY_DEFAULT }; // what a row leaves to the serial part

static int64_t total(const struct world *world, int64_t row, double vnd)
{
    return world->firm.weight[row] * (int64_t)vnd;
}

void credit_follow_cover(struct world *world, int64_t row, double before)
{
    const struct firm *f = &world->firm;
    const int guarantor = f->guarantor[row];
    if (guarantor != NOBODY)
        world->fund.outstanding_vnd[guarantor] += total(world, row, credit_covered_vnd(world, row) - before);
}

// Ends the loan's terms once nothing is owed.
static void clear_terms(const struct firm *f, int64_t row)
{
    if (f->debt_vnd[row] > 0.0)
        return;
    f->guarantor[row] = f->lender_fund[row] = NOBODY;
    f->covered_frac[row] = 0.0;
    f->lending_rate[row] = 0.0F;
    f->loan_until[row] = NEVER;
}

// ---- bills of the month -------------------------------------------------------------------------

struct service_context {
    const struct model *model;
    struct world *world;
    int64_t repaid[CREDIT_BANKS_MAX], interest[CREDIT_BANKS_MAX], arrears[CREDIT_BANKS_MAX],
        provision[CREDIT_BANKS_MAX];
    int64_t owner_money;
};

// A bill: the instalment of a linear loan and a month's interest.
struct bill {
    double instalment, interest;
};

static struct bill bill_of(const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const int left = f->loan_until[row] - (int)world->month + 1;
    const double debt = f->debt_vnd[row];
    return (struct bill){vmath_round(debt / (left > 1 ? left : 1)),
                         vmath_round(debt * (double)f->lending_rate[row] / 12.0)};
}

// A month without payment; returns 1 if the loan is given up.
static int fall_behind(const struct model *model, const struct world *world, int64_t row, double v)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const int months = f->arrears_months[row] > 0 ? f->arrears_months[row] + 1 : 1;
    f->arrears_months[row] = (int16_t)months;
    if (months < p->arrears_bad_months)
        return 0;
    if (v < p->default_per_month)
        return 1;
    if (v < p->default_per_month + p->restructure_per_month) {
        const int last = f->loan_until[row] > world->month ? f->loan_until[row] : (int)world->month;
        f->loan_until[row] = (int16_t)(last + (int)p->restructure_months);
        f->arrears_months[row] = 0;
    }
    return 0;
}

// One borrower pays, or its owner does, or it falls behind. Returns the duty left.
static int service_firm(struct service_context *c, struct service_context *sum, int64_t row)
{
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const struct bill bill = bill_of(w, row);
    const double missing = bill.instalment + bill.interest - f->cash_vnd[row];
    const int with_fund = f->lender_fund[row] != NOBODY;
    if (missing > 0.0) {
        double u, v;
        rng_uniforms(w->rng, &f->ancestor[row], 1, world_purpose(w, STREAM_CREDIT_DEFAULT, 0), &u, &v);
        const struct credit *p = &c->model->credit;
        const double stops =
            f->arrears_months[row] > 0 ? 1.0 - p->owner_resumes_per_month : p->owner_stops_per_month;
        if (u < stops ||
            (double)f->wealth_vnd[row] < missing) // pledged or not: the loan it is pledged for falls
            return fall_behind(c->model, w, row, v) ? DUTY_DEFAULT : DUTY_NONE;
        f->cash_vnd[row] += missing;
        credit_owner_receives(w, row, -missing);
        sum->owner_money += total(w, row, missing);
    }
    f->arrears_months[row] = f->arrears_months[row] < 0 ? f->arrears_months[row] : 0;
    if (with_fund)
        return DUTY_FUND;
    const double before = credit_covered_vnd(w, row);
    const int bank = f->bank[row], guarantor = f->guarantor[row];
    f->cash_vnd[row] -= bill.instalment + bill.interest;
    f->debt_vnd[row] -= bill.instalment;
    sum->repaid[bank] += total(w, row, bill.instalment);
    sum->interest[bank] += total(w, row, bill.interest);
    if (guarantor != NOBODY)
        __atomic_fetch_add(&w->fund.outstanding_vnd[guarantor],
                           total(w, row, credit_covered_vnd(w, row) - before), __ATOMIC_RELAXED);
    clear_terms(f, row);
    return DUTY_NONE;
}

// Starts the month's record of a block: events and flows of last month go, memories of defaults fade.
ISA_CLONES static void credit_debt_clear(const struct world *world, int64_t begin, int n)
{
    const struct firm *f = &world->firm;
    uint8_t *event = f->loan_event + begin;
    double *loan = f->loan_new_vnd + begin;
    float *collateral = f->collateral_new_vnd + begin;
    int16_t *arrears = f->arrears_months + begin;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int early = (event[i] & CREDIT_EVENT_EARLY) != 0;
        loan[i] = early ? loan[i] : 0.0;
        collateral[i] = early ? collateral[i] : 0.0F;
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        event[i] = (uint8_t)(event[i] & CREDIT_EVENT_EARLY ? event[i] : 0);
        arrears[i] = (int16_t)(arrears[i] + (arrears[i] < 0));
    }
}

// B1: specific provision on a loan past due: a share, by the months, of what neither guarantor nor collateral
// would bring.
static int64_t provision_of(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const int months = f->arrears_months[row];
    const enum credit_group group = months <= 3    ? GROUP_WATCH
                                    : months <= 6  ? GROUP_SUBSTANDARD
                                    : months <= 12 ? GROUP_DOUBTFUL
                                                   : GROUP_LOSS;
    const double secured = credit_recovery_frac(model, world, credit_bank_ratio(model, world, row));
    const double open = (f->debt_vnd[row] - credit_covered_vnd(world, row)) * (1.0 - secured);
    return total(world, row, vmath_round(model->credit.provision_frac[group] * open));
}

static void service_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    (void)block;
    struct service_context *c = context, sum = {.owner_money = 0};
    const struct firm *f = &c->world->firm;
    const int bad = (int)c->model->credit.arrears_bad_months, banks = (int)c->world->banks.n;
    const int lent_early =
        CREDIT_EVENT_EARLY | CREDIT_EVENT_GRANTED; // the first bill of such a loan is next month's
    int64_t borrower[PAR_BLOCK];
    int n = 0;

    credit_debt_clear(c->world, begin, (int)(end - begin));
    memset(c->world->scratch.flag + begin, DUTY_NONE, (size_t)(end - begin));
    for (int64_t r = begin; r < end; r++) {
        borrower[n] = r;
        n += (f->debt_vnd[r] > 0.0) & ((f->loan_event[r] & lent_early) != lent_early);
    }
    for (int i = 0; i < n; i++) {
        const int64_t r = borrower[i];
        const int duty = service_firm(c, &sum, r);
        c->world->scratch.flag[r] = (uint8_t)duty;
        if (f->arrears_months[r] > 0 && f->lender_fund[r] == NOBODY && duty != DUTY_DEFAULT)
            sum.provision[f->bank[r]] += provision_of(c->model, c->world, r);
        if (f->arrears_months[r] >= bad && f->lender_fund[r] == NOBODY && duty != DUTY_DEFAULT)
            sum.arrears[f->bank[r]] += total(c->world, r, f->debt_vnd[r]);
    }
    __atomic_fetch_add(&c->owner_money, sum.owner_money, __ATOMIC_RELAXED);
    for (int b = 0; b < banks; b++) {
        __atomic_fetch_add(&c->repaid[b], sum.repaid[b], __ATOMIC_RELAXED);
        __atomic_fetch_add(&c->interest[b], sum.interest[b], __ATOMIC_RELAXED);
        __atomic_fetch_add(&c->arrears[b], sum.arrears[b], __ATOMIC_RELAXED);
        __atomic_fetch_add(&c->provision[b], sum.provision[b], __ATOMIC_RELAXED);
    }
}

static void post_service(struct world *world, const struct service_context *c)
{
    struct bank *k = &world->bank;
    int64_t repaid = 0, interest = 0;
    for (int64_t b = 0; b < world->banks.n; b++) {
        k->loans_vnd[b] -= c->repaid[b];
        k->repaid_year_vnd[b] += c->repaid[b];
        k->cash_vnd[b] += c->repaid[b] + c->interest[b];
        k->arrears_vnd[b] = c->arrears[b];
        k->provision_vnd[b] = c->provision[b] + credit_bank_general_vnd(c->model, world, b);
        repaid += c->repaid[b];
        interest += c->interest[b];
    }
    ledger_post(&world->ledger, CATEGORY_OWNER_MONEY, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, c->owner_money);
    ledger_post(&world->ledger, CATEGORY_LOAN_REPAYMENT, ACCOUNT_FIRMS, ACCOUNT_BANKS, repaid);
    ledger_post(&world->ledger, CATEGORY_INTEREST, ACCOUNT_FIRMS, ACCOUNT_BANKS, interest);
}

// ---- default ------------------------------------------------------------------------------------

// Collateral of a defaulted loan: what the bank and the guarantor asked for, as far as firm and owner still
// have it.
struct seizure {
    double brings_vnd;  // when sold, at most the debt
    double capital_vnd; // fixed assets of the firm in it
    double wealth_vnd;  // of the owner
};

static struct seizure seize(const struct model *model, const struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const double ratio = credit_bank_ratio(model, world, row);
    const double debt = f->debt_vnd[row], covered = credit_covered_vnd(world, row);
    const int16_t fund = f->lender_fund[row] != NOBODY ? f->lender_fund[row] : f->guarantor[row];
    const double caution = fund == NOBODY ? 0.0 : world->fund.collateral_ratio[fund];
    const double asked =
        f->lender_fund[row] != NOBODY ? caution * debt : ratio * (debt - covered) + caution * covered;
    const double assets = p->pledgeable_frac * f->capital_vnd[row];
    const double have = assets + (double)f->wealth_vnd[row];
    const double pledged = vmath_min(asked, have);
    const double from_firm = have > 0.0 ? pledged * assets / have : 0.0;
    return (struct seizure){vmath_round(vmath_min(p->liquidation_frac * pledged, debt)),
                            vmath_round(from_firm), pledged - from_firm};
}

// The bank writes off; the guarantor pays its share, as far as it has cash, and takes over the same share of
// the collateral.
static void default_at_bank(struct world *world, int64_t row, int64_t owed, int64_t brings)
{
    struct fund *g = &world->fund;
    const struct firm *f = &world->firm;
    const struct party firm = world_firm_party(row), bank = world_bank_party(f->bank[row]);
    const int16_t guarantor = f->guarantor[row];
    int64_t part = 0;
    if (guarantor != NOBODY) {
        const int64_t covered = total(world, row, credit_covered_vnd(world, row));
        const int64_t claim = covered < g->cash_vnd[guarantor] ? covered : g->cash_vnd[guarantor];
        world_pay(world, CATEGORY_GUARANTEE_CLAIM, world_fund_party(world, guarantor), bank, claim);
        g->outstanding_vnd[guarantor] -= covered;
        g->claims_vnd[guarantor] += claim;
        g->month_claims_vnd[guarantor] += claim;
        part = ledger_prorata(brings, claim, owed);
        ledger_post(&world->ledger, CATEGORY_COLLATERAL_TAKEN, ACCOUNT_FIRMS, ACCOUNT_GUARANTEE_FUNDS, part);
        g->recovering_vnd[guarantor] += part;
        credit_public_cash(world, guarantor, claim);
    }
    world->bank.recovering_vnd[f->bank[row]] += brings - part;
    ledger_post(&world->ledger, CATEGORY_COLLATERAL_TAKEN, ACCOUNT_FIRMS, ACCOUNT_BANKS, brings - part);
    world_pay(world, CATEGORY_LOAN_WRITE_OFF, firm, bank, owed);
}

// The fund writes off; the partner bank makes good its share of the loss.
static void default_at_fund(struct world *world, int64_t row, int64_t owed, int64_t brings)
{
    struct fund *g = &world->fund;
    const struct firm *f = &world->firm;
    const int16_t lender = f->lender_fund[row];
    const struct party fund = world_fund_party(world, lender);
    const int64_t share = (int64_t)vmath_round((double)(owed - brings) * (1.0 - g->coverage_frac[lender]));
    world_pay(world, CATEGORY_LOAN_WRITE_OFF, world_firm_party(row), fund, owed);
    world_pay(world, CATEGORY_GUARANTEE_CLAIM, world_bank_party(f->bank[row]), fund, share);
    g->recovering_vnd[lender] += brings;
    ledger_post(&world->ledger, CATEGORY_COLLATERAL_TAKEN, ACCOUNT_FIRMS, ACCOUNT_LOAN_FUNDS, brings);
    credit_public_cash(world, lender, -share);
}

static void give_up(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const struct seizure s = seize(model, world, row);
    const int64_t owed = total(world, row, f->debt_vnd[row]), brings = total(world, row, s.brings_vnd);
    if (f->lender_fund[row] != NOBODY)
        default_at_fund(world, row, owed, brings);
    else
        default_at_bank(world, row, owed, brings);
    const double seized = vmath_min(s.capital_vnd, f->capital_vnd[row]);
    f->capital_vnd[row] -= seized;
    ledger_post(&world->ledger, CATEGORY_ASSETS_SEIZED, ACCOUNT_FIRMS,
                f->lender_fund[row] != NOBODY ? ACCOUNT_LOAN_FUNDS : ACCOUNT_BANKS,
                total(world, row, seized));
    credit_owner_receives(world, row, -s.wealth_vnd);
    f->arrears_months[row] = (int16_t)-model->credit.default_memory_months;
    f->loan_event[row] |= CREDIT_EVENT_DEFAULTED;
    clear_terms(f, row);
}

// Defaults compete for the cash of guarantee funds: in the order of a key of firm and month.
static void give_up_all(const struct model *model, struct world *world, int64_t rows_n)
{
    struct world_scratch *s = &world->scratch;
    int64_t n = 0;
    for (int64_t i = 0; i < rows_n; i++) {
        const int64_t row = s->rows[i];
        if (s->flag[row] == DUTY_DEFAULT)
            s->item[n++] =
                (struct order_item){table_mix((uint64_t)world->month, (uint64_t)world->firm.ancestor[row]),
                                    world->firm.id[row], row};
    }
    order_by_key(s->item, n, s->spare);
    for (int64_t i = 0; i < n; i++)
        give_up(model, world, s->item[i].row);
}

// ---- repayment ----------------------------------------------------------------------------------

void credit_repay(struct world *world, int64_t row, double vnd)
{
    const struct firm *f = &world->firm;
    const double paid =
        vmath_max(vmath_min(vmath_min(vmath_round(vnd), f->debt_vnd[row]), f->cash_vnd[row]), 0.0);
    const double before = credit_covered_vnd(world, row);
    const int16_t fund = f->lender_fund[row];
    const struct party lender =
        fund == NOBODY ? world_bank_party(f->bank[row]) : world_fund_party(world, fund);
    world_pay(world, CATEGORY_LOAN_REPAYMENT, world_firm_party(row), lender, total(world, row, paid));
    if (fund == NOBODY)
        world->bank.repaid_year_vnd[f->bank[row]] += total(world, row, paid);
    else
        credit_public_cash(world, fund, -total(world, row, paid));
    credit_follow_cover(world, row, before);
    clear_terms(f, row);
}

static void pay_fund(struct world *world, int64_t row)
{
    const struct bill bill = bill_of(world, row);
    const int16_t fund = world->firm.lender_fund[row];
    const int64_t interest = total(world, row, bill.interest);
    world_pay(world, CATEGORY_INTEREST, world_firm_party(row), world_fund_party(world, fund), interest);
    credit_public_cash(world, fund, -interest);
    credit_repay(world, row, bill.instalment);
}

// A firm in good standing sells fixed assets where its cash does not do.
static void loan_ends(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    if (f->arrears_months[row] >= model->credit.arrears_bad_months && f->lender_fund[row] == NOBODY)
        world->bank.arrears_vnd[f->bank[row]] -= total(world, row, f->debt_vnd[row]);
    const double missing = f->debt_vnd[row] - f->cash_vnd[row], price = model->credit.liquidation_frac;
    if (missing > 0.0 && f->arrears_months[row] <= 0) {
        const double sold = vmath_min(missing, vmath_round(price * f->capital_vnd[row]));
        world_pay(world, CATEGORY_COLLATERAL, world_party(ACCOUNT_HOUSEHOLDS), world_firm_party(row),
                  total(world, row, sold));
        const double book = price > 0.0 ? vmath_min(vmath_round(sold / price), f->capital_vnd[row]) : 0.0;
        f->capital_vnd[row] -= book;
        ledger_post(&world->ledger, CATEGORY_ASSETS_SOLD, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS,
                    total(world, row, book));
    }
    credit_repay(world, row, f->debt_vnd[row]);
    if (f->debt_vnd[row] > 0.0)
        give_up(model, world, row);
}

void credit_firm_leaves(const struct model *model, struct world *world, int64_t row)
{
    credit_owner_collects(model, world, row);
    if (world->firm.debt_vnd[row] > 0.0)
        loan_ends(model, world, row);
    credit_owner_settles(world, row);
}

void credit_service(const struct model *model, struct world *world)
{
    struct service_context c = {.model = model, .world = world};
    for (int64_t r = 0; r < world->funds.n; r++)
        if (world->fund.kind[r] == FUND_GUARANTEE || world->fund.kind[r] == FUND_LOAN)
            world->fund.month_claims_vnd[r] = world->fund.month_recoveries_vnd[r] = 0;
    par_blocks(world->threads, world->firms.n, service_block, &c);
    post_service(world, &c);
    const int64_t n = par_select(world->threads, world->firms.n, world->scratch.flag, world->scratch.rows);
    for (int64_t i = 0; i < n; i++)
        if (world->scratch.flag[world->scratch.rows[i]] == DUTY_FUND)
            pay_fund(world, world->scratch.rows[i]);
    give_up_all(model, world, n);
}
