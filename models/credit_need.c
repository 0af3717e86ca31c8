#include <string.h>
#include "models/credit_parts.h"
#include "sim/isa.h"
#include "sim/par.h"

enum { NEED_MONTHLY };                     // index of the draws of STREAM_CREDIT_NEED
enum { NEED_MEMORY_MONTHS = 12 };          // what surveys ask for
static const double need_satisfied = 0.95; // of what was asked for: a loan this near is no constraint

// ---- requests -----------------------------------------------------------------------------------

static double size_of(const struct world *world, int64_t row)
{
    return world->firm.log_workers[row] - credit_log_ten;
}

double credit_need_probability(const struct model *model, const struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const double micro = f->workers[row] < p->need_micro_workers ? p->need_micro_factor : 1.0;
    return p->need_per_month * (double)f->need_propensity[row] * micro *
           vmath_exp(p->need_size_exponent * size_of(world, row));
}

static double capital_wanted(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    return model->sector[f->sector[row]].capital_months * f->expected_sales_vnd[row];
}

// Fixed assets that the firm lacks.
static double capital_gap(const struct model *model, const struct world *world, int64_t row)
{
    return vmath_max(capital_wanted(model, world, row) - world->firm.capital_vnd[row], 0.0);
}

// The part of the gap beyond the band that the firm asks a bank for.
static double capital_sought(const struct model *model, const struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const double gap = capital_gap(model, world, row);
    const double asked = vmath_min(gap, p->invest_loan_sales_months * f->expected_sales_vnd[row]);
    return gap > p->invest_band * (gap + f->capital_vnd[row]) ? vmath_round(asked) : 0.0;
}

static double working_capital(const struct model *model, const struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    return vmath_round(p->loan_sales_months * world->firm.expected_sales_vnd[row] *
                       vmath_exp(p->loan_size_exponent * size_of(world, row)));
}

double credit_loan_sought_vnd(const struct model *model, const struct world *world, int64_t row)
{
    return working_capital(model, world, row) + capital_sought(model, world, row) +
           innovation_gap_vnd(model, world, row);
}

struct credit_request credit_request_of(const struct model *model, const struct world *world, int64_t row,
                                        double sought_vnd)
{
    const struct credit *p = &model->credit;
    const double invest = vmath_min(capital_sought(model, world, row), sought_vnd);
    const double project = vmath_min(innovation_gap_vnd(model, world, row), sought_vnd - invest);
    const double lasting = sought_vnd > 0.0 ? (invest + project) / sought_vnd : 0.0;
    const double months =
        vmath_round(p->loan_months + lasting * (p->investment_loan_months - p->loan_months));
    return (struct credit_request){sought_vnd, invest, vmath_max(months, 1.0)};
}

// ---- a new loan ---------------------------------------------------------------------------------

// Rate, last month and cover of the loan are weighted means of old and new.
static void blend_terms(struct world *world, int64_t row, const struct credit_terms *terms,
                        double covered_vnd)
{
    const struct firm *f = &world->firm;
    const double debt = f->debt_vnd[row], old = debt - terms->loan_vnd;
    const double left = old > 0.0 ? vmath_max(f->loan_until[row] - (double)world->month, 1.0) : 0.0;
    const double months = vmath_round((old * left + terms->loan_vnd * terms->months) / debt);
    f->lending_rate[row] =
        (float)((old * (double)f->lending_rate[row] + terms->loan_vnd * terms->rate) / debt);
    f->loan_until[row] = (int16_t)(world->month + (int64_t)vmath_max(months, 1.0));
    f->covered_frac[row] = vmath_min(covered_vnd / debt, 1.0);
    f->loan_new_vnd[row] += terms->loan_vnd;
    f->loan_event[row] |= CREDIT_EVENT_GRANTED;
    f->loans_n[row]++;
}

// Fixed assets bought with a loan.
static void buy_capital(const struct model *model, struct world *world, int64_t row, double vnd)
{
    const struct firm *f = &world->firm;
    const double bought = vmath_floor(vmath_min(vnd, capital_gap(model, world, row)));
    if (bought <= 0.0)
        return;
    world_pay(world, CATEGORY_INVESTMENT, world_firm_party(row), world_party(ACCOUNT_REST),
              world_amount(world, row, bought));
    f->capital_vnd[row] += bought;
    f->invested_month[row] = (int16_t)world->month;
}

static void grant(const struct model *model, struct world *world, int64_t row,
                  const struct credit_request *request, const struct credit_backing *backing,
                  const struct credit_offer *offer)
{
    const struct firm *f = &world->firm;
    const int bank = f->bank[row];
    const double covered = credit_covered_vnd(world, row);
    const double more = vmath_round(backing->covered_frac * offer->loan_vnd);
    const int64_t amount = world_amount(world, row, offer->loan_vnd);
    const struct credit_terms terms = {NOBODY, offer->loan_vnd, offer->rate, request->months};

    world_pay(world, CATEGORY_LOAN, world_bank_party(bank), world_firm_party(row), amount);
    world->bank.lent_year_vnd[bank] += amount;
    if (backing->guarantor != NOBODY)
        f->guarantor[row] = backing->guarantor;
    blend_terms(world, row, &terms, covered + more);
    credit_follow_cover(world, row, covered);
    f->collateral_new_vnd[row] = (float)(f->collateral_new_vnd[row] + offer->collateral_vnd);
    f->loan_event[row] |= offer->collateral_vnd > 0.0 ? CREDIT_EVENT_COLLATERAL : 0;
    buy_capital(model, world, row, offer->loan_vnd * (request->invest_vnd / request->sought_vnd));
}

// What the firm remembers of the answer to its need.
static void remember(const struct world *world, int64_t row, double sought, double granted)
{
    const struct firm *f = &world->firm;
    const int enough = granted >= need_satisfied * sought;
    f->unmet_credit_vnd[row] = enough ? 0.0 : sought - granted;
    f->credit_state[row] = enough                                    ? CREDIT_SATISFIED
                           : granted > 0.0 || f->debt_vnd[row] > 0.0 ? CREDIT_PARTIAL
                                                                     : CREDIT_REFUSED;
}

// Can the firm come to its bank with this backing?
static bool may_ask(const struct world *world, int64_t row, const struct credit_backing *backing)
{
    const struct firm *f = &world->firm;
    if (f->unmet_credit_vnd[row] <= 0.0 || f->lender_fund[row] != NOBODY ||
        f->loan_event[row] & CREDIT_EVENT_EARLY)
        return false;
    return f->debt_vnd[row] <= 0.0 || f->guarantor[row] == NOBODY || f->guarantor[row] == backing->guarantor;
}

bool credit_would_lend(const struct model *model, const struct world *world, int64_t row,
                       const struct credit_backing *backing)
{
    if (!may_ask(world, row, backing))
        return false;
    const struct credit_request request =
        credit_request_of(model, world, row, world->firm.unmet_credit_vnd[row]);
    struct credit_offer offer;
    credit_decide(model, world, row, &request, backing, &offer);
    return offer.loan_vnd > 0.0;
}

double credit_lend(const struct model *model, struct world *world, int64_t row,
                   const struct credit_backing *backing)
{
    const struct firm *f = &world->firm;
    const double sought = f->unmet_credit_vnd[row];
    if (!may_ask(world, row, backing))
        return 0.0;
    const struct credit_request request = credit_request_of(model, world, row, sought);
    struct credit_offer offer;
    credit_decide(model, world, row, &request, backing, &offer);
    f->loan_event[row] = CREDIT_EVENT_EARLY | CREDIT_EVENT_APPLIED;
    f->loan_new_vnd[row] = 0.0;
    f->collateral_new_vnd[row] = 0.0F;
    if (offer.loan_vnd <= 0.0 ||
        credit_bank_room_vnd(model, world, f->bank[row]) < world_amount(world, row, offer.loan_vnd)) {
        f->loan_event[row] |= CREDIT_EVENT_REFUSED;
        return 0.0;
    }
    grant(model, world, row, &request, backing, &offer);
    remember(world, row, sought, offer.loan_vnd);
    return offer.loan_vnd;
}

void credit_fund_lends(const struct model *model, struct world *world, int64_t row,
                       const struct credit_terms *terms)
{
    const struct firm *f = &world->firm;
    const double sought = f->unmet_credit_vnd[row], owed = f->debt_vnd[row];
    const int64_t amount = world_amount(world, row, terms->loan_vnd), repaid = world_amount(world, row, owed);
    const double project = innovation_gap_vnd(model, world, row), invest = capital_sought(model, world, row);
    const struct party firm = world_firm_party(row);
    if (f->guarantor[row] != NOBODY)
        world->fund.outstanding_vnd[f->guarantor[row]] -=
            world_amount(world, row, credit_covered_vnd(world, row));
    world_pay(world, CATEGORY_LOAN, world_fund_party(world, terms->fund), firm, amount);
    world_pay(world, CATEGORY_LOAN_REPAYMENT, firm, world_bank_party(f->bank[row]), repaid);
    world->bank.repaid_year_vnd[f->bank[row]] += repaid;
    credit_public_cash(world, terms->fund, amount);
    f->guarantor[row] = NOBODY;
    f->lender_fund[row] = terms->fund;
    f->loan_event[row] = CREDIT_EVENT_EARLY | CREDIT_EVENT_APPLIED;
    f->loan_new_vnd[row] = 0.0;
    f->collateral_new_vnd[row] = 0.0F;
    blend_terms(world, row, terms, 0.0);
    remember(world, row, sought, terms->loan_vnd - owed);
    buy_capital(model, world, row, vmath_min(invest, terms->loan_vnd - owed - project));
}

// ---- the month: investment and need, decided in parallel ----------------------------------------

struct need_context {
    const struct model *model;
    struct world *world;
    int64_t invested, owner_money, trade, informal; // totals of the blocks
};

static int64_t total(const struct world *world, int64_t row, double vnd)
{
    return world->firm.weight[row] * (int64_t)vnd;
}

// Cash that a firm may invest: above the buffer, and not set aside for research.
static double own_money(const struct credit *p, const struct firm *f, int64_t row)
{
    return f->cash_vnd[row] - p->invest_buffer_months * f->expected_sales_vnd[row] -
           f->research_fund_vnd[row];
}

static void put_into_assets(const struct need_context *c, struct need_context *sum, int64_t row, double vnd)
{
    const struct firm *f = &c->world->firm;
    f->cash_vnd[row] -= vnd;
    f->capital_vnd[row] += vnd;
    f->invested_month[row] = (int16_t)c->world->month;
    sum->invested += total(c->world, row, vnd);
}

// K1: once a quarter, in a month of its own, a firm replaces what has worn of the assets that it uses, like
// other bills, and closes a part of its gap piece by piece from cash above the buffer.
static void keep_up(const struct need_context *c, struct need_context *sum, int64_t row)
{
    const struct credit *p = &c->model->credit;
    const struct firm *f = &c->world->firm;
    const double wanted = capital_wanted(c->model, c->world, row), have = f->capital_vnd[row];
    const double worn = 0.25 * c->model->production.depreciation_per_year * vmath_min(have, wanted);
    const double free = vmath_max(f->cash_vnd[row] - f->research_fund_vnd[row], 0.0);
    const double piece =
        vmath_min(0.25 * p->invest_smooth_per_year, 1.0) * vmath_max(wanted - have - worn, 0.0);
    const double bought =
        vmath_round(vmath_min(worn, free) + vmath_clamp(own_money(p, f, row) - worn, 0.0, piece));
    if (bought > 0.0)
        put_into_assets(c, sum, row, vmath_min(bought, f->cash_vnd[row]));
}

// K2: lumpy investment: beyond the band a firm buys, with the chance of a month, what its cash above the
// buffer pays for, and its owner puts in a part of the free wealth behind it for the rest.
static void invest(const struct need_context *c, struct need_context *sum, int64_t row)
{
    const struct credit *p = &c->model->credit;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const double gap = vmath_round(capital_gap(c->model, w, row));
    const double cash = vmath_clamp(vmath_round(own_money(p, f, row)), 0.0, gap);
    const double owner =
        vmath_min(vmath_floor(p->invest_owner_frac * credit_owner_free_vnd(p, w, row)), gap - cash);
    const double bought = cash + owner;
    if (bought < p->partial_min_frac * gap || bought <= 0.0 ||
        rng_uniform(w->rng, (uint64_t)f->ancestor[row], world_purpose(w, STREAM_INVESTMENT, 0)) >=
            p->invest_per_month)
        return;
    f->cash_vnd[row] += owner;
    credit_owner_receives(w, row, -owner);
    sum->owner_money += total(w, row, owner);
    put_into_assets(c, sum, row, bought);
}

// The urgent part of refused credit, as far as owner, suppliers and informal lenders replace it.
static struct credit_substitute fall_back(const struct model *model, const struct world *world, int64_t row)
{
    const double urgent = model->credit.urgent_frac * world->firm.unmet_credit_vnd[row];
    const struct credit_substitute s = credit_owner_replaces(model, world, row, urgent);
    world->firm.unmet_credit_vnd[row] -= s.own_vnd + s.trade_vnd + s.informal_vnd;
    return s;
}

// A need: new, or unmet and asked for again. Returns 1 if the bank offers a loan, left in the row's columns
// and scratch.value.
static int ask(const struct need_context *c, struct need_context *sum, int64_t row, double v)
{
    const struct credit *p = &c->model->credit;
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int fresh = f->unmet_credit_vnd[row] <= 0.0;
    if (fresh) {
        f->unmet_credit_vnd[row] = credit_loan_sought_vnd(c->model, w, row);
        f->credit_month[row] = (int16_t)w->month;
    }
    const double sought = f->unmet_credit_vnd[row];
    const double odds = p->discouraged_base + p->discouraged_size * size_of(w, row) +
                        (f->debt_vnd[row] > 0.0 ? p->discouraged_borrower : 0.0);
    if (f->lender_fund[row] == NOBODY && v * (1.0 + vmath_exp(-odds)) >= 1.0) {
        const struct credit_request request = credit_request_of(c->model, w, row, sought);
        struct credit_offer offer;
        f->loan_event[row] |= CREDIT_EVENT_APPLIED;
        credit_decide(c->model, w, row, &request, &credit_unbacked, &offer);
        if (offer.loan_vnd > 0.0) {
            f->loan_new_vnd[row] = offer.loan_vnd;
            f->collateral_new_vnd[row] = (float)offer.collateral_vnd;
            w->scratch.value[row] = offer.rate;
            return 1;
        }
        f->loan_event[row] |= CREDIT_EVENT_REFUSED;
    }
    remember(w, row, sought, 0.0);
    if (fresh) {
        const struct credit_substitute s = fall_back(c->model, w, row);
        f->cash_vnd[row] += s.own_vnd + s.trade_vnd + s.informal_vnd;
        f->trade_vnd[row] -= s.trade_vnd;
        f->informal_vnd[row] += s.informal_vnd;
        credit_owner_receives(w, row, -s.own_vnd);
        sum->owner_money += total(w, row, s.own_vnd);
        sum->trade += total(w, row, s.trade_vnd);
        sum->informal += total(w, row, s.informal_vnd);
    }
    return 0;
}

// Which rows of a block ask for credit and which consider to invest.
struct need_flags {
    uint8_t early[PAR_BLOCK], asks[PAR_BLOCK], invests[PAR_BLOCK]; // early: served by a programme
};

// What a month does to memories of credit: needs that are given up, answers older than a year.
ISA_CLONES static void credit_need_forget(const struct need_context *c, struct need_flags *flags,
                                          int64_t begin, int n)
{
    const struct firm *f = &c->world->firm;
    const int16_t *since = f->credit_month + begin;
    uint8_t *event = f->loan_event + begin, *state = f->credit_state + begin, *early = flags->early;
    double *unmet = f->unmet_credit_vnd + begin;
    const double patience = c->model->credit.patience_months;
    const int now = (int)c->world->month;
    ISA_ROWS
    for (int i = 0; i < n; i++)
        unmet[i] = now - since[i] < patience ? unmet[i] : 0.0;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        state[i] = (uint8_t)(now - since[i] < NEED_MEMORY_MONTHS ? state[i] : CREDIT_NO_NEED);
        early[i] = event[i] & CREDIT_EVENT_EARLY;
        event[i] &= (uint8_t)~CREDIT_EVENT_EARLY;
    }
}

// Whose need comes, is asked for again or is a project's; who lacks fixed assets beyond the band.
ISA_CLONES static void credit_need_arises(const struct need_context *c, struct need_flags *flags,
                                          int64_t begin, const double *u, const double *size, int n)
{
    const struct credit *p = &c->model->credit;
    const struct firm *f = &c->world->firm;
    const uint8_t *status = f->status + begin, *event = f->project_event + begin, *plan = f->plan + begin;
    const uint8_t *early = flags->early;
    const double *unmet = f->unmet_credit_vnd + begin, *workers = f->workers + begin;
    const double *expected = f->expected_sales_vnd + begin, *capital = f->capital_vnd + begin;
    const double band = p->invest_band, retry = p->retry_per_month, rate = p->need_per_month;
    const double micro_workers = p->need_micro_workers, micro_factor = p->need_micro_factor;
    const float *propensity = f->need_propensity + begin;
    uint8_t *asks = flags->asks, *invests = flags->invests;
    double months[PAR_BLOCK];
    for (int i = 0; i < n; i++) // apart, so that the loop below runs in vectors
        months[i] = c->model->sector[f->sector[begin + i]].capital_months;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const double micro = workers[i] < micro_workers ? micro_factor : 1.0;
        const double comes = rate * (double)propensity[i] * micro * size[i];
        const double chance = unmet[i] > 0.0 ? retry : comes;
        const int project = ((event[i] & PROJECT_POSTPONED) != 0) & (plan[i] != 0);
        const double wanted = months[i] * expected[i];
        const int on = status[i] == STATUS_OPERATING;
        asks[i] = (uint8_t)(on & (early[i] == 0) & ((u[i] < chance) | project));
        invests[i] = (uint8_t)(on & (wanted - capital[i] > band * wanted));
    }
}

static void need_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    (void)block;
    struct need_context *c = context, sum = {.invested = 0};
    struct world *w = c->world;
    const struct credit *p = &c->model->credit;
    const struct firm *f = &w->firm;
    const int n = (int)(end - begin);
    double u[PAR_BLOCK], v[PAR_BLOCK], size[PAR_BLOCK];
    struct need_flags flags;
    int asks[PAR_BLOCK], invests[PAR_BLOCK], pieces[PAR_BLOCK];
    int asks_n = 0, invests_n = 0, pieces_n = 0;

    rng_uniforms(w->rng, f->ancestor + begin, n, world_purpose(w, STREAM_CREDIT_NEED, NEED_MONTHLY), u, v);
    for (int i = 0; i < n; i++)
        size[i] = p->need_size_exponent * (f->log_workers[begin + i] - credit_log_ten);
    vmath_exp_n(size, n, size);
    credit_need_forget(c, &flags, begin, n);
    credit_need_arises(c, &flags, begin, u, size, n);
    memset(w->scratch.flag + begin, 0, (size_t)(end - begin));
    for (int i = 0; i < n; i++) {
        asks[asks_n] = invests[invests_n] = pieces[pieces_n] = i;
        asks_n += flags.asks[i];
        invests_n += flags.invests[i];
        pieces_n += (f->status[begin + i] == STATUS_OPERATING) &
                    (rng_hash((uint64_t)f->ancestor[begin + i]) % 3 == (uint64_t)w->month % 3);
    }
    for (int k = 0; k < pieces_n; k++)
        keep_up(c, &sum, begin + pieces[k]);
    for (int k = 0; k < invests_n; k++)
        invest(c, &sum, begin + invests[k]);
    for (int k = 0; k < asks_n; k++)
        w->scratch.flag[begin + asks[k]] = (uint8_t)ask(c, &sum, begin + asks[k], v[asks[k]]);
    __atomic_fetch_add(&c->invested, sum.invested, __ATOMIC_RELAXED);
    __atomic_fetch_add(&c->owner_money, sum.owner_money, __ATOMIC_RELAXED);
    __atomic_fetch_add(&c->trade, sum.trade, __ATOMIC_RELAXED);
    __atomic_fetch_add(&c->informal, sum.informal, __ATOMIC_RELAXED);
}

// ---- the month: new loans, settled in order -----------------------------------------------------

// One offer, as far as the bank has room; what it has not is refused.
static void settle(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double sought = f->unmet_credit_vnd[row], offered = f->loan_new_vnd[row];
    const double room = (double)(credit_bank_room_vnd(model, world, f->bank[row]) / f->weight[row]);
    const double loan = vmath_min(offered, room);
    struct credit_offer offer = {loan, world->scratch.value[row],
                                 vmath_round((double)f->collateral_new_vnd[row] * (loan / offered))};
    f->loan_new_vnd[row] = 0.0;
    f->collateral_new_vnd[row] = 0.0F;
    if (loan > 0.0 && loan >= model->credit.partial_min_frac * sought) {
        const struct credit_request request = credit_request_of(model, world, row, sought);
        grant(model, world, row, &request, &credit_unbacked, &offer);
        remember(world, row, sought, loan);
        return;
    }
    const int fresh = f->credit_month[row] == world->month;
    f->loan_event[row] |= CREDIT_EVENT_REFUSED;
    remember(world, row, sought, 0.0);
    if (!fresh)
        return;
    const struct credit_substitute s = fall_back(model, world, row);
    const struct party firm = world_firm_party(row), households = world_party(ACCOUNT_HOUSEHOLDS);
    world_pay(world, CATEGORY_OWNER_MONEY, households, firm, total(world, row, s.own_vnd));
    world_pay(world, CATEGORY_TRADE_CREDIT, world_party(ACCOUNT_REST), firm, total(world, row, s.trade_vnd));
    world_pay(world, CATEGORY_INFORMAL_LOAN, households, firm, total(world, row, s.informal_vnd));
    credit_owner_receives(world, row, -s.own_vnd);
}

void credit_need(const struct model *model, struct world *world)
{
    struct need_context c = {.model = model, .world = world};
    struct world_scratch *s = &world->scratch;
    par_blocks(world->threads, world->firms.n, need_block, &c);
    ledger_post(&world->ledger, CATEGORY_INVESTMENT, ACCOUNT_FIRMS, ACCOUNT_REST, c.invested);
    ledger_post(&world->ledger, CATEGORY_OWNER_MONEY, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, c.owner_money);
    ledger_post(&world->ledger, CATEGORY_TRADE_CREDIT, ACCOUNT_REST, ACCOUNT_FIRMS, c.trade);
    ledger_post(&world->ledger, CATEGORY_INFORMAL_LOAN, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, c.informal);

    const int64_t n = par_select(world->threads, world->firms.n, s->flag, s->rows);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = s->rows[i];
        const uint64_t key = table_mix((uint64_t)world->month, (uint64_t)world->firm.ancestor[row]);
        s->item[i] = (struct order_item){key, world->firm.id[row], row};
    }
    order_by_key(s->item, n, s->spare);
    for (int64_t i = 0; i < n; i++)
        settle(model, world, s->item[i].row);
}
