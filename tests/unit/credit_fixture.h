// credit_fixture: one arranged borrower in a small world, and what must hold of all loans, for the tests of
// credit and of the programmes that work through it.
#ifndef TESTS_UNIT_CREDIT_FIXTURE_H
#define TESTS_UNIT_CREDIT_FIXTURE_H

#include "tests/unit/world_fixture.h"

// A world in which nothing happens to credit but what a test arranges: nobody comes to need it or invests,
// owners of firms that cannot pay stop at once.
#define CREDIT_STILL                                                                                         \
    "economy.credit.need_per_month=0", "economy.credit.retry_per_month=0",                                   \
        "economy.credit.invest_per_month=0", "economy.credit.invest_smooth_per_year=0",                      \
        "economy.credit.invest_owner_frac=0", "economy.production.depreciation_per_year=0",                  \
        "economy.credit.owner_stops_per_month=1", "economy.credit.owner_resumes_per_month=0",                \
        "economy.credit.default_per_month=1", "economy.credit.restructure_per_month=0",                      \
        "economy.credit.signal_noise=0", "economy.credit.collateral_frac=1",                                 \
        "economy.credit.property_log_sd=0", "economy.credit.property_size_exponent=0"

// Money moves between owner and firm until the firm has `vnd`.
static inline void credit_set_cash(struct small s, int64_t row, double vnd)
{
    const double more = vnd - s.world->firm.cash_vnd[row];
    const struct party firm = world_firm_party(row), owner = world_party(ACCOUNT_HOUSEHOLDS);
    world_pay(s.world, CATEGORY_OWNER_MONEY, more > 0.0 ? owner : firm, more > 0.0 ? firm : owner,
              world_amount(s.world, row, more > 0.0 ? more : -more));
}

// The row becomes a firm of ten workers, five years old, with 100e6 VND of sales a month, a margin of 5 %,
// fixed assets of 300e6, cash of 100e6, no debt, and an owner with 700e6.
static inline int64_t credit_arrange(struct small s, int64_t row)
{
    struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity;
    credit_set_cash(s, row, f->debt_vnd[row] + 100e6);
    credit_repay(s.world, row, f->debt_vnd[row]);
    f->birth_month[row] = (int16_t)(s.world->month - 60);
    f->workers[row] = 10.0;
    f->log_workers[row] = 2.302585092994045684;
    f->expected_sales_vnd[row] = 100e6;
    f->capital_vnd[row] = 300e6;
    f->wealth_vnd[row] = 700e6F;
    f->arrears_months[row] = 0;
    f->unmet_credit_vnd[row] = f->research_fund_vnd[row] = 0.0;
    f->plan[row] = 0;
    for (int k = 0; k < 12; k++) {
        f->sales_ring[k * cap + row] = 100e6F;
        f->reported_ring[k * cap + row] = 5e6F;
    }
    return row;
}

// A loan of the firm's bank beside the rules: `covered` of it by a guarantee fund (NOBODY: none).
static inline void credit_give_loan(struct small s, int64_t row, double vnd, int months, double covered,
                                    int64_t fund)
{
    struct firm *f = &s.world->firm;
    world_pay(s.world, CATEGORY_LOAN, world_bank_party(f->bank[row]), world_firm_party(row),
              world_amount(s.world, row, vnd));
    f->lending_rate[row] = 0.12F;
    f->loan_until[row] = (int16_t)(s.world->month + months);
    f->guarantor[row] = (int16_t)fund;
    f->covered_frac[row] = covered;
    if (fund != NOBODY)
        s.world->fund.outstanding_vnd[fund] += world_amount(s.world, row, credit_covered_vnd(s.world, row));
}

// Faults in what must hold of loans at any time: a fund's outstanding_vnd is what its clients' covers or
// loans add up to, terms stand with debts and with nothing else, banks' arrears are within their loans.
static inline int credit_faults(struct small s)
{
    const struct firm *f = &s.world->firm;
    const struct fund *g = &s.world->fund;
    int faults = 0;
    for (int64_t k = 0; k < s.world->funds.n; k++) {
        int64_t covered = 0, lent = 0;
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            covered += f->guarantor[r] == k ? f->weight[r] * (int64_t)credit_covered_vnd(s.world, r) : 0;
            lent += f->lender_fund[r] == k ? f->weight[r] * (int64_t)f->debt_vnd[r] : 0;
        }
        faults += g->kind[k] == FUND_GUARANTEE && covered != g->outstanding_vnd[k];
        faults += g->kind[k] == FUND_LOAN && lent != g->outstanding_vnd[k];
        faults += (g->kind[k] == FUND_GUARANTEE || g->kind[k] == FUND_LOAN) &&
                  (g->cash_vnd[k] < 0 || g->recovering_vnd[k] < 0);
    }
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        faults += f->debt_vnd[r] < 0.0 || f->unmet_credit_vnd[r] < 0.0 || f->capital_vnd[r] < 0.0;
        faults += f->debt_vnd[r] == 0.0 &&
                  (f->guarantor[r] != NOBODY || f->lender_fund[r] != NOBODY || f->covered_frac[r] != 0.0);
        faults += f->debt_vnd[r] > 0.0 && f->loan_until[r] == NEVER;
        faults += f->covered_frac[r] < 0.0 || f->covered_frac[r] > 1.0;
    }
    for (int64_t b = 0; b < s.world->banks.n; b++)
        faults += s.world->bank.arrears_vnd[b] < 0 ||
                  s.world->bank.arrears_vnd[b] > s.world->bank.loans_vnd[b] ||
                  s.world->bank.recovering_vnd[b] < 0;
    return faults;
}

#endif
