#include "models/credit_parts.h"

static int64_t whole(double vnd)
{
    return (int64_t)vmath_round(vnd);
}

// ---- what a borrower can pledge -----------------------------------------------------------------

double credit_bank_ratio(const struct model *model, const struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    double u, v;
    rng_uniforms(world->rng, &world->firm.ancestor[row], 1,
                 (struct rng_purpose){0, STREAM_CREDIT_SCREENING, SCREENING_OWNER}, &u, &v);
    return v < p->collateral_frac ? p->collateral_ratio : 0.0;
}

static double free_collateral(const struct model *model, const struct world *world, int64_t row, double ratio)
{
    const struct firm *f = &world->firm;
    const double all = model->credit.pledgeable_frac * f->capital_vnd[row] + (double)f->wealth_vnd[row];
    return vmath_max(all - ratio * (f->debt_vnd[row] - credit_covered_vnd(world, row)), 0.0);
}

double credit_collateral_free_vnd(const struct model *model, const struct world *world, int64_t row)
{
    return free_collateral(model, world, row, credit_bank_ratio(model, world, row));
}

// ---- the decision -------------------------------------------------------------------------------

// Noise of the signal: halved by relationship_years with the bank, raised where effort falls with the covered
// share.
static double signal_noise(const struct model *model, const struct world *world, int64_t row,
                           double covered_frac)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const int client = f->debt_vnd[row] > 0.0 || f->loans_n[row] > 0;
    const double years = client ? (double)(world->month - f->birth_month[row]) / 12.0 : 0.0;
    return p->signal_noise / (1.0 + years / p->relationship_years) / (1.0 - p->effort_fall * covered_frac);
}

// The largest loan that leverage and collateral allow.
static double loan_limit(const struct model *model, const struct world *world, int64_t row,
                         const struct credit_backing *backing, double *ratio)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    *ratio = credit_bank_ratio(model, world, row);
    const double assets = f->capital_vnd[row] + f->cash_vnd[row];
    const double room = p->leverage_max * assets - f->debt_vnd[row];
    const double leverage = p->leverage_max < 1.0 ? room / (1.0 - p->leverage_max) : backing->limit_vnd;
    const double asked = *ratio * (1.0 - backing->covered_frac);
    const double have = free_collateral(model, world, row, *ratio) + backing->collateral_vnd;
    const double secured = asked > 0.0 ? have / asked : backing->limit_vnd;
    return vmath_min(vmath_min(leverage, secured), backing->limit_vnd);
}

// The bank lends if (1 - PD)(1 + r) + PD (c + (1 - c) R) >= 1 + f + s (instruments.md), at a rate that rises
// with PD and is capped; R is what collateral returns, f the cost of funds, s that of handling the loan.
void credit_decide(const struct model *model, const struct world *world, int64_t row,
                   const struct credit_request *request, const struct credit_backing *backing,
                   struct credit_offer *offer)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    *offer = (struct credit_offer){0.0, 0.0, 0.0};
    if (f->arrears_months[row] > 0 || request->sought_vnd <= 0.0)
        return;
    double ratio;
    const double limit = loan_limit(model, world, row, backing, &ratio);
    const double loan = request->sought_vnd <= limit ? request->sought_vnd : vmath_round(limit - 0.5);
    if (loan <= 0.0 || loan < p->partial_min_frac * vmath_min(request->sought_vnd, backing->limit_vnd))
        return;

    const double noise = signal_noise(model, world, row, backing->covered_frac);
    const double z = rng_normal(world->rng, (uint64_t)f->ancestor[row],
                                world_purpose(world, STREAM_CREDIT_SCREENING, SCREENING_SIGNAL));
    const double pd = credit_pd_seen(model, world, row, noise, z);
    const double spread =
        vmath_clamp(p->price_of_risk * (pd - p->price_pd), -0.5 * p->spread_max, p->spread_max);
    const double rate = vmath_max(world->climate.bank_rate + spread, 0.0);
    const double covered = backing->covered_frac;
    const double back = covered + (1.0 - covered) * credit_recovery_frac(model, world, ratio);
    const double handling =
        p->screening_cost_vnd * world->climate.price_level / loan * 12.0 / request->months;
    const double cost = 1.0 + credit_deposit_rate(model, world) + handling;
    if ((1.0 - pd) * (1.0 + rate) + pd * back < cost)
        return;
    *offer = (struct credit_offer){loan, rate, vmath_round(ratio * (1.0 - covered) * loan)};
}

// ---- balance sheets -----------------------------------------------------------------------------

int64_t credit_bank_general_vnd(const struct model *model, const struct world *world, int64_t bank)
{
    return whole(model->credit.provision_general_frac * (double)world->bank.loans_vnd[bank]);
}

// B2: capital: loans less provisions, collateral in recovery at present value, and net cash (minus deposits).
// Collateral comes in at the rate 1/T: its present value is 1/(1 + f T) of what it brings.
int64_t credit_bank_capital_vnd(const struct model *model, const struct world *world, int64_t b)
{
    const struct bank *k = &world->bank;
    const double wait = credit_deposit_rate(model, world) * model->environment.insolvency_months / 12.0;
    return k->cash_vnd[b] + k->loans_vnd[b] - k->provision_vnd[b] +
           whole((double)k->recovering_vnd[b] / (1.0 + wait));
}

int64_t credit_bank_room_vnd(const struct model *model, const struct world *world, int64_t b)
{
    const struct bank *k = &world->bank;
    const double least = model->credit.capital_ratio_min;
    const double capital = (double)credit_bank_capital_vnd(model, world, b);
    const double by_capital = least > 0.0 ? capital / least - (double)k->loans_vnd[b] : 9e15;
    const int64_t by_ceiling = k->quota_vnd[b] - k->lent_year_vnd[b] + k->repaid_year_vnd[b];
    int64_t room = by_capital < 9e15 ? by_capital > 0.0 ? (int64_t)by_capital : 0 : INT64_C(9000000000000000);
    if (by_ceiling < room)
        room = by_ceiling;
    return room > 0 ? room : 0;
}

void credit_bank_year(const struct model *model, struct world *world)
{
    struct bank *k = &world->bank;
    for (int64_t b = 0; b < world->banks.n; b++) {
        k->quota_vnd[b] = model->closure == CLOSURE_OPEN // credit at the given rate, as much as is asked for
                              ? INT64_C(9000000000000000)
                              : whole(model->credit.credit_growth_per_year * (double)k->loans_vnd[b]);
        k->lent_year_vnd[b] = k->repaid_year_vnd[b] = 0;
    }
}

// A month's share of collateral in recovery: 1/T, at least 1 VND.
static int64_t month_of_recovery(const struct model *model, int64_t recovering)
{
    const double share = (double)recovering / vmath_max(model->environment.insolvency_months, 1.0);
    const int64_t sold = whole(share);
    return sold > 0 ? sold : recovering > 0 ? 1 : 0;
}

static void bank_month(const struct model *model, struct world *world, int64_t b)
{
    const struct credit *p = &model->credit;
    struct bank *k = &world->bank;
    const struct party bank = world_bank_party(b), households = world_party(ACCOUNT_HOUSEHOLDS);
    const int64_t sold = month_of_recovery(model, k->recovering_vnd[b]);
    const double deposits = k->cash_vnd[b] < 0 ? -(double)k->cash_vnd[b] : 0.0;

    world_pay(world, CATEGORY_COLLATERAL, households, bank, sold);
    k->recovering_vnd[b] -= sold;
    world_pay(world, CATEGORY_DEPOSIT_INTEREST, bank, households,
              whole(deposits * credit_deposit_rate(model, world) / 12.0));
    world_pay(world, CATEGORY_WAGES, bank, households,
              whole(p->operating_cost_per_year / 12.0 * (double)k->loans_vnd[b]));
    const int64_t wanted = whole(p->capital_ratio * (double)k->loans_vnd[b]);
    const int64_t above = credit_bank_capital_vnd(model, world, b) - wanted;
    if (above > 0)
        world_pay(world, CATEGORY_OWNER_PAY, bank, households, above);
    else
        world_pay(world, CATEGORY_OWNER_MONEY, households, bank,
                  whole(p->recapitalisation_per_month * -(double)above));
}

// Rights that a fund took over with defaulted loans bring their month's share; a guarantee fund is paid by
// the bank that sells the collateral, which is the same bank for all of a fund's claims.
static void fund_recovery(const struct model *model, struct world *world, int64_t row)
{
    struct fund *f = &world->fund;
    const int64_t sold = month_of_recovery(model, f->recovering_vnd[row]);
    const struct party fund = world_fund_party(world, row), households = world_party(ACCOUNT_HOUSEHOLDS);
    if (sold == 0)
        return;
    if (f->kind[row] == FUND_GUARANTEE) {
        const struct party bank = world_bank_party(row % world->banks.n);
        world_pay(world, CATEGORY_COLLATERAL, households, bank, sold);
        world_pay(world, CATEGORY_GUARANTEE_RECOVERY, bank, fund, sold);
    } else {
        world_pay(world, CATEGORY_COLLATERAL, households, fund, sold);
    }
    f->recovering_vnd[row] -= sold;
    f->recoveries_vnd[row] += sold;
    f->month_recoveries_vnd[row] += sold;
    credit_public_cash(world, row, -sold);
}

void credit_bank_month(const struct model *model, struct world *world)
{
    for (int64_t b = 0; b < world->banks.n; b++)
        bank_month(model, world, b);
    for (int64_t r = 0; r < world->funds.n; r++)
        if (world->fund.kind[r] == FUND_GUARANTEE || world->fund.kind[r] == FUND_LOAN)
            fund_recovery(model, world, r);
}

// ---- opening ------------------------------------------------------------------------------------

enum { NEED_OPENING = 1 }; // index of the draw beside the monthly one

// The loan of an opening firm: it has one if it came to need it and asked within the life of a loan, which
// the mixture of working capital and investment puts between the two.
static void open_loan(const struct model *model, struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    struct firm *f = &world->firm;
    const double size = f->log_workers[row] - credit_log_ten;
    const double asks = 1.0 / (1.0 + vmath_exp(p->discouraged_base + p->discouraged_size * size));
    const double rate = credit_need_probability(model, world, row) * asks;
    const double life = vmath_round(vmath_sqrt(p->loan_months * p->investment_loan_months));
    double u, v, ratio;
    rng_uniforms(world->rng, &f->ancestor[row], 1, (struct rng_purpose){0, STREAM_CREDIT_NEED, NEED_OPENING},
                 &u, &v);
    if (u >= 1.0 - vmath_exp(-rate * life))
        return;
    const double limit = loan_limit(model, world, row, &credit_unbacked, &ratio);
    const double sales = f->expected_sales_vnd[row];
    const double sought = p->loan_sales_months * sales * vmath_exp(p->loan_size_exponent * size) +
                          p->invest_loan_sales_months * sales;
    const double left = vmath_max(vmath_round(life * v), 1.0); // months
    // those nearer to the ceiling of leverage have been refused since
    const double solid = 0.5 * p->leverage_max * (f->capital_vnd[row] + f->cash_vnd[row]);
    const double debt = vmath_round(vmath_min(vmath_min(sought, limit) * left / life, solid));
    if (debt <= 0.0)
        return;
    f->debt_vnd[row] = debt;
    f->lending_rate[row] = (float)world->climate.bank_rate;
    f->loan_until[row] = (int16_t)(left - 1.0);
    f->credit_state[row] = CREDIT_SATISFIED;
    f->credit_month[row] = (int16_t)(left - 1.0 - life);
    world->bank.loans_vnd[f->bank[row]] += world_amount(world, row, debt);
}

void credit_open(const struct model *model, struct world *world)
{
    struct bank *k = &world->bank;
    struct ledger *ledger = &world->ledger;
    const int n = (int)model->credit.banks_n;
    for (int b = 0; b < n; b++) {
        const int64_t row = table_birth(&world->banks, b + 1, b + 1);
        k->market_share[row] = credit_bank_share(model, b);
    }
    for (int64_t row = 0; row < world->firms.n; row++) {
        if (world->firm.status[row] != STATUS_UNTRADING)
            credit_owner_opens(model, world, row);
        if (world->firm.status[row] == STATUS_OPERATING)
            open_loan(model, world, row);
    }

    int64_t loans = 0, cash = 0;
    for (int b = 0; b < n; b++) {
        k->provision_vnd[b] = credit_bank_general_vnd(model, world, b);
        k->cash_vnd[b] = whole(model->credit.capital_ratio * (double)k->loans_vnd[b]) - k->loans_vnd[b] +
                         k->provision_vnd[b];
        loans += k->loans_vnd[b];
        cash += k->cash_vnd[b];
    }
    credit_bank_year(model, world);
    ledger_open(ledger, CLAIM_LOANS, ACCOUNT_BANKS, ACCOUNT_FIRMS, loans);
    const int64_t missing = cash - ledger->position[ACCOUNT_BANKS][CLAIM_CASH];
    if (missing >= 0) // banks put deposits that enterprises do not borrow into government paper
        ledger_open(ledger, CLAIM_CASH, ACCOUNT_BANKS, ACCOUNT_GOVERNMENT, missing);
    else
        ledger_open(ledger, CLAIM_CASH, ACCOUNT_HOUSEHOLDS, ACCOUNT_BANKS, -missing);
}
