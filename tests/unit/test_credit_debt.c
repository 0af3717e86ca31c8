// Instalments to the last VND, arrears, defaults and what they move where, firms that leave.
#include <math.h>
#include "models/credit_parts.h"
#include "tests/unit/credit_fixture.h"

static const char *const still[] = {CREDIT_STILL, NULL};

#define FUND                                                                                                 \
    "programmes.g.kind=guarantee", "programmes.g.aware_frac=0", "programmes.g.own_collateral_frac=0.5"

// 100,000,003 VND over 7 months at 12 %: equal instalments to the VND, interest on what is owed, nothing left
// at the end.
static void a_loan_is_repaid_to_the_last_vnd(void **state)
{
    (void)state;
    struct small s = small_open(still);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const struct firm *f = &s.world->firm;
    credit_set_cash(s, r, 500e6);
    credit_give_loan(s, r, 100000003.0, 7, 0.0, NOBODY);
    double owed = 100000003.0, cash = f->cash_vnd[r];
    small_end(s);
    for (int left = 7; left > 0; left--) {
        small_begin(s);
        const double instalment = vmath_round(owed / left), interest = vmath_round(owed * 0.01);
        credit_step(s.model, s.world);
        owed -= instalment;
        cash -= instalment + interest;
        assert_true(f->debt_vnd[r] == owed && f->cash_vnd[r] == cash);
        assert_true(instalment == 14285715.0 || instalment == 14285714.0);
        assert_int_equal(credit_faults(s), 0);
        small_end(s);
    }
    assert_true(owed == 0.0 && f->loan_until[r] == NEVER && f->lending_rate[r] == 0.0);
    small_close(s);
}

// Without cash: the owner pays if willing; else arrears, bad after three months, then write-off.
static void arrears_lead_to_default(void **state)
{
    (void)state;
    struct small s = small_open(still);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const struct firm *f = &s.world->firm;
    const int64_t bank = f->bank[r];
    credit_give_loan(s, r, 100e6, 10, 0.0, NOBODY);
    credit_set_cash(s, r, 0.0);
    small_end(s);
    for (int month = 1; month <= 3; month++) {
        small_begin(s);
        const int64_t loans = s.world->bank.loans_vnd[bank];
        credit_step(s.model, s.world);
        assert_int_equal(f->arrears_months[r], month < 3 ? month : -60);
        assert_true(f->debt_vnd[r] == (month < 3 ? 100e6 : 0.0));
        assert_int_equal(f->loan_event[r] & CREDIT_EVENT_DEFAULTED, month < 3 ? 0 : CREDIT_EVENT_DEFAULTED);
        if (month == 3)
            assert_true(s.world->bank.loans_vnd[bank] <= loans - world_amount(s.world, r, 100e6));
        small_end(s);
    }
    // collateral of 216e6, sold at 35 %: part of it fixed assets of the firm (270e6 of 970e6 that were there)
    const double pledged = 216e6, have = 0.9 * 300e6 + 7.0 * 100e6;
    assert_true(f->capital_vnd[r] == 300e6 - vmath_round(pledged * 270e6 / have));
    small_begin(s);
    credit_step(s.model, s.world);
    assert_int_equal(f->arrears_months[r], -59); // the memory fades
    // what the collateral is to bring comes in at 1/60 a month, two months by now
    const double brings = (double)world_amount(s.world, r, 0.35 * pledged);
    assert_close((double)s.world->bank.recovering_vnd[bank], brings * pow(59.0 / 60.0, 2.0), 1e-6);
    assert_int_equal(f->loan_event[r], 0);
    small_end(s);
    small_close(s);
}

// Provisions by time past due, on what collateral would not bring; they reduce what the bank can lend.
static void provisions_follow_days_past_due(void **state)
{
    static const char *const set[] = {CREDIT_STILL, "economy.credit.default_per_month=0",
                                      "economy.credit.liquidation_frac=0.25",
                                      "economy.credit.intermediation_margin=0.5", NULL};
    (void)state;
    struct small s = small_open(set); // without a cost of funds nothing is lost by waiting: 0.54 is secured
    const struct bank *k = &s.world->bank;
    small_begin(s);
    environment_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) // nobody else owes anything
        if (s.world->firm.debt_vnd[r] > 0.0) {
            credit_set_cash(s, r, s.world->firm.debt_vnd[r]);
            credit_repay(s.world, r, s.world->firm.debt_vnd[r]);
        }
    const int64_t r = credit_arrange(s, small_row(s, 0)), bank = s.world->firm.bank[r];
    credit_give_loan(s, r, 100e6, 10, 0.0, NOBODY);
    credit_set_cash(s, r, 0.0);
    const double open = (double)world_amount(s.world, r, 100e6) * (1.0 - 0.25 * 2.16);
    const double general = 0.0075 * (double)k->loans_vnd[bank];
    small_end(s);
    for (int month = 1; month <= 14; month++) {
        small_begin(s);
        credit_step(s.model, s.world);
        const double share = month <= 3 ? 0.05 : month <= 6 ? 0.2 : month <= 12 ? 0.5 : 1.0;
        assert_close((double)k->provision_vnd[bank], general + share * open, 1e-6);
        small_end(s);
    }
    const int64_t capital = credit_bank_capital_vnd(s.model, s.world, bank);
    s.world->bank.provision_vnd[bank] += 1000000;
    assert_int_equal(credit_bank_capital_vnd(s.model, s.world, bank), capital - 1000000);
    s.world->bank.recovering_vnd[bank] += 5000000;
    assert_int_equal(credit_bank_capital_vnd(s.model, s.world, bank), capital + 4000000);
    small_close(s);
}

static void owners_pay_or_banks_give_time(void **state)
{
    (void)state;
    static const struct {
        const char *set[2];
        int month; // of which the outcome is looked at
        double debt, arrears;
    } cases[] = {
        {{"economy.credit.owner_stops_per_month=0", "economy.credit.default_per_month=1"}, 1, 90e6, 0.0},
        {{"economy.credit.owner_stops_per_month=1", "economy.credit.default_per_month=0"}, 5, 100e6, 5.0},
        {{"economy.credit.owner_resumes_per_month=1", "economy.credit.default_per_month=1"},
         2,
         100e6 - 11111111.0,
         0.0},
        {{"economy.credit.default_per_month=0", "economy.credit.restructure_per_month=1"}, 3, 100e6, 0.0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const char *const set[] = {CREDIT_STILL, cases[k].set[0], cases[k].set[1], NULL};
        struct small s = small_open(set);
        small_begin(s);
        environment_step(s.model, s.world);
        const int64_t r = credit_arrange(s, small_row(s, 0));
        credit_give_loan(s, r, 100e6, 10, 0.0, NOBODY);
        credit_set_cash(s, r, 0.0);
        const int64_t paid = small_flow(s, CATEGORY_OWNER_MONEY);
        assert_true(paid > 0);
        small_end(s);
        for (int month = 1; month <= cases[k].month; month++) {
            small_begin(s);
            credit_step(s.model, s.world);
            small_end(s);
        }
        assert_true(s.world->firm.debt_vnd[r] == cases[k].debt);
        assert_true(s.world->firm.arrears_months[r] == cases[k].arrears);
        assert_true(s.world->firm.cash_vnd[r] == 0.0);
        if (k == 3)
            assert_int_equal(s.world->firm.loan_until[r], 10 + 12);
        small_close(s);
    }
}

// A covered loan that defaults: the fund pays its share as far as it has cash, and takes over that share of
// the collateral.
static void a_guarantor_pays_its_share(void **state)
{
    (void)state;
    for (int poor = 0; poor <= 1; poor++) {
        const char *const set[] = {CREDIT_STILL, FUND, NULL};
        struct small s = small_open(set);
        small_begin(s);
        small_phases(s, "innovation"); // the fund opens
        const int64_t r = credit_arrange(s, small_row(s, 0)), w = s.world->firm.weight[r];
        struct fund *g = &s.world->fund;
        const int64_t fund = credit_funds_first(s.world, 0), bank = s.world->firm.bank[r];
        assert_true(fund != NOBODY);
        credit_give_loan(s, r, 100e6, 10, 0.7, fund);
        credit_set_cash(s, r, 0.0);
        s.world->firm.arrears_months[r] = 2;
        if (poor)
            world_pay(s.world, CATEGORY_ADMINISTRATION, world_fund_party(s.world, fund),
                      world_party(ACCOUNT_HOUSEHOLDS), g->cash_vnd[fund] - w * 30000000);
        const int64_t cash = g->cash_vnd[fund], recovering = s.world->bank.recovering_vnd[bank];
        const int64_t public_cash = s.world->programme[0].month.cash_vnd;
        assert_int_equal(credit_faults(s), 0);
        credit_service(s.model, s.world);

        const int64_t claim = poor ? w * 30000000 : w * 70000000;
        // asked: 2.16 x 30e6 by the bank and 0.5 x 70e6 by the fund; brings 35 %
        const int64_t brings = w * (int64_t)vmath_round(0.35 * (2.16 * 30e6 + 0.5 * 70e6));
        const int64_t part = ledger_prorata(brings, claim, w * 100000000);
        assert_int_equal(g->cash_vnd[fund], cash - claim);
        assert_int_equal(g->claims_vnd[fund], claim);
        assert_int_equal(g->month_claims_vnd[fund], claim);
        assert_int_equal(g->outstanding_vnd[fund], 0);
        assert_int_equal(g->recovering_vnd[fund], part);
        assert_int_equal(s.world->bank.recovering_vnd[bank] - recovering, brings - part);
        assert_int_equal(small_flow(s, CATEGORY_GUARANTEE_CLAIM), claim);
        assert_int_equal(small_flow(s, CATEGORY_LOAN_WRITE_OFF), w * 100000000);
        assert_int_equal(s.world->programme[0].month.cash_vnd, public_cash + claim);
        assert_int_equal(credit_faults(s), 0);
        small_end(s);
        for (int month = 0; month < 60; month++) { // it comes back at the rate of the insolvency time
            small_begin(s);
            credit_bank_month(s.model, s.world);
            small_end(s);
        }
        assert_int_equal(g->recovering_vnd[fund] + g->recoveries_vnd[fund], part);
        assert_close((double)g->recoveries_vnd[fund], (double)part * (1.0 - pow(59.0 / 60.0, 60.0)), 1e-6);
        small_close(s);
    }
}

// Several covered loans default in a month in which the fund can pay for about one: what it has goes out, no
// more, and who is served first is decided by a key of firm and month, not by the order of the rows.
static void claims_compete_for_the_funds_cash(void **state)
{
    (void)state;
    enum { CLAIMS = 6, MONTHS = 4 };
    const char *const set[] = {CREDIT_STILL, FUND, NULL};
    int not_first_row = 0;
    for (int month = 0; month < MONTHS; month++) {
        struct small s = small_open(set);
        struct fund *g = &s.world->fund;
        s.world->month = month;
        small_begin(s);
        small_phases(s, "innovation");
        const int64_t fund = credit_funds_first(s.world, 0);
        int64_t row[CLAIMS], claim[CLAIMS], first = 0;
        uint64_t least = UINT64_MAX;
        for (int k = 0; k < CLAIMS; k++) {
            row[k] = credit_arrange(s, small_row(s, k));
            s.world->firm.bank[row[k]] = (int16_t)k;
            credit_give_loan(s, row[k], 100e6, 10, 0.7, fund);
            credit_set_cash(s, row[k], 0.0);
            s.world->firm.arrears_months[row[k]] = 2;
            claim[k] = s.world->firm.weight[row[k]] * 70000000;
            const uint64_t key = table_mix((uint64_t)month, (uint64_t)s.world->firm.ancestor[row[k]]);
            first = key < least ? k : first;
            least = key < least ? key : least;
        }
        world_pay(s.world, CATEGORY_ADMINISTRATION, world_fund_party(s.world, fund),
                  world_party(ACCOUNT_HOUSEHOLDS), g->cash_vnd[fund] - claim[first]);
        credit_service(s.model, s.world);
        assert_int_equal(g->cash_vnd[fund], 0);
        assert_int_equal(g->claims_vnd[fund], claim[first]);
        assert_int_equal(
            s.world->ledger.flow[CATEGORY_GUARANTEE_CLAIM][ACCOUNT_GUARANTEE_FUNDS][ACCOUNT_BANKS],
            claim[first]);
        for (int k = 0; k < CLAIMS; k++) { // the bank that was paid keeps less of the collateral
            const int64_t owed = s.world->firm.weight[row[k]] * 100000000;
            const int64_t brings = owed / 100000000 * (int64_t)vmath_round(0.35 * (2.16 * 30e6 + 0.5 * 70e6));
            const int64_t part = k == first ? ledger_prorata(brings, claim[k], owed) : 0;
            assert_int_equal(s.world->bank.recovering_vnd[k], brings - part);
        }
        not_first_row += first != 0;
        assert_int_equal(credit_faults(s), 0);
        small_end(s);
        small_close(s);
    }
    assert_true(not_first_row > 0);
}

static void leavers_repay_what_they_can(void **state)
{
    (void)state;
    static const struct {
        double cash, capital;
        int arrears;
        double cash_left, capital_left;
        int defaulted;
    } cases[] = {
        {250e6, 300e6, 0, 150e6, 300e6, 0}, // from cash
        {30e6, 300e6, 0, 0.0, 100e6, 0},    // sells 200e6 of fixed assets at 35 %
        {30e6, 100e6, 0, 0.0, 0.0, 1},      // that is not enough
        {30e6, 300e6, 5, 0.0, -1.0, 1},     // in arrears it does not try
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct small s = small_open(still);
        small_begin(s);
        environment_step(s.model, s.world);
        const int64_t r = credit_arrange(s, small_row(s, 0));
        struct firm *f = &s.world->firm;
        credit_give_loan(s, r, 100e6, 10, 0.0, NOBODY);
        credit_set_cash(s, r, cases[k].cash);
        f->capital_vnd[r] = cases[k].capital;
        f->arrears_months[r] = (int16_t)cases[k].arrears;
        s.world->bank.arrears_vnd[f->bank[r]] = cases[k].arrears ? f->weight[r] * 100000000 : 0;
        f->loan_event[r] = 0;
        credit_firm_leaves(s.model, s.world, r);
        assert_true(f->debt_vnd[r] == 0.0 && s.world->bank.arrears_vnd[f->bank[r]] == 0);
        assert_true(f->cash_vnd[r] == cases[k].cash_left);
        if (cases[k].capital_left >= 0.0)
            assert_true(f->capital_vnd[r] == cases[k].capital_left);
        assert_int_equal(f->loan_event[r] & CREDIT_EVENT_DEFAULTED,
                         cases[k].defaulted ? CREDIT_EVENT_DEFAULTED : 0);
        assert_int_equal(small_flow(s, CATEGORY_LOAN_WRITE_OFF) > 0, cases[k].defaulted);
        assert_int_equal(credit_faults(s), 0);
        credit_firm_leaves(s.model, s.world, r); // nothing is owed any more
        assert_true(f->cash_vnd[r] == cases[k].cash_left);
        small_end(s);
        small_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loan_is_repaid_to_the_last_vnd),
        cmocka_unit_test(arrears_lead_to_default),
        cmocka_unit_test(provisions_follow_days_past_due),
        cmocka_unit_test(owners_pay_or_banks_give_time),
        cmocka_unit_test(a_guarantor_pays_its_share),
        cmocka_unit_test(claims_compete_for_the_funds_cash),
        cmocka_unit_test(leavers_repay_what_they_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
