// Banks, loans, arrears and defaults: opening, instalments to the last VND, the bank's rules, what a default moves and where.
#include <math.h>
#include "models/credit_parts.h"
#include "tests/unit/credit_fixture.h"

static const char *const still[] = {CREDIT_STILL, NULL};

static int64_t bank_capital(struct small s, int64_t b)
{
    return s.world->bank.cash_vnd[b] + s.world->bank.loans_vnd[b] + s.world->bank.recovering_vnd[b];
}

// ---- opening -------------------------------------------------------------------------------------------------------

static void banks_open_with_their_capital(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct credit *p = &s.model->credit;
    double shares = 0.0, last = 1.0;
    assert_int_equal(s.world->banks.n, p->banks_n);
    for (int64_t b = 0; b < s.world->banks.n; b++) {
        const double loans = (double)s.world->bank.loans_vnd[b];
        assert_true(loans >= 0.0 && bank_capital(s, b) >= (int64_t)(p->capital_ratio * loans - 1.0));
        assert_true(bank_capital(s, b) <= (int64_t)(p->capital_ratio * loans + 1.0));
        assert_true(s.world->bank.market_share[b] < last);
        last = s.world->bank.market_share[b];
        shares += last;
    }
    assert_close(shares, 1.0, 1e-12);
    assert_int_equal(credit_faults(s), 0);
    int64_t borrowers = 0, firms = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const int large = s.world->firm.status[r] == STATUS_OPERATING && s.world->firm.workers[r] >= 5.0;
        firms += large ? s.world->firm.weight[r] : 0;
        borrowers += large && s.world->firm.debt_vnd[r] > 0.0 ? s.world->firm.weight[r] : 0;
    }
    const double share = (double)borrowers / (double)firms; // the process keeps about 0.43 in a large population
    assert_true(share > 0.35 && share < 0.7);
    small_begin(s);
    small_end(s); // the audit: banks' columns against the ledger
    small_close(s);
}

static void firms_choose_banks_by_share(void **state)
{
    (void)state;
    static const char *const exponents[] = {"economy.credit.bank_share_exponent=0", "economy.credit.bank_share_exponent=1",
                                            "economy.credit.bank_share_exponent=0.8", "economy.credit.bank_share_exponent=2.5"};
    for (size_t k = 0; k < sizeof exponents / sizeof exponents[0]; k++) {
        const char *const set[] = {exponents[k], NULL};
        struct small s = small_open(set);
        enum { DRAWS = 100000 };
        int64_t clients[CREDIT_BANKS_MAX] = {0};
        for (int i = 0; i < DRAWS; i++)
            clients[credit_choose_bank(s.model, (i + 0.5) / DRAWS)]++;
        for (int64_t b = 0; b < s.world->banks.n; b++) {
            const double off = (double)clients[b] / DRAWS - s.world->bank.market_share[b];
            assert_true(off < 2e-5 && off > -2e-5);
        }
        small_close(s);
    }
}

// ---- servicing -----------------------------------------------------------------------------------------------------

// 100,000,003 VND over 7 months at 12 %: equal instalments to the VND, interest on what is owed, nothing left at the end.
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
    assert_int_equal(f->loan_event[r], 0);
    small_end(s);
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
        {{"economy.credit.owner_resumes_per_month=1", "economy.credit.default_per_month=1"}, 2, 100e6 - 11111111.0, 0.0},
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

// ---- guarantee claims -------------------------------------------------------------------------------------------------

#define FUND "programmes.g.kind=guarantee", "programmes.g.aware_frac=0", "programmes.g.own_collateral_frac=0.5"

// A covered loan that defaults: the fund pays its share as far as it has cash, and takes over that share of the collateral.
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
            world_pay(s.world, CATEGORY_ADMINISTRATION, world_fund_party(s.world, fund), world_party(ACCOUNT_HOUSEHOLDS),
                      g->cash_vnd[fund] - w * 30000000);
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
        assert_int_equal(g->invested_vnd[fund], part);
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
        assert_int_equal(g->invested_vnd[fund] + g->recoveries_vnd[fund], part);
        assert_close((double)g->recoveries_vnd[fund], (double)part * (1.0 - pow(59.0 / 60.0, 60.0)), 1e-6);
        small_close(s);
    }
}

// Several covered loans default in a month in which the fund can pay for about one: what it has goes out, no more, and who is
// served first is decided by a key of firm and month, not by the order of the rows.
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
        world_pay(s.world, CATEGORY_ADMINISTRATION, world_fund_party(s.world, fund), world_party(ACCOUNT_HOUSEHOLDS),
                  g->cash_vnd[fund] - claim[first]);
        credit_service(s.model, s.world);
        assert_int_equal(g->cash_vnd[fund], 0);
        assert_int_equal(g->claims_vnd[fund], claim[first]);
        assert_int_equal(s.world->ledger.flow[CATEGORY_GUARANTEE_CLAIM][ACCOUNT_GUARANTEE_FUNDS][ACCOUNT_BANKS], claim[first]);
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

// ---- leaving -----------------------------------------------------------------------------------------------------------

static void leavers_repay_what_they_can(void **state)
{
    (void)state;
    static const struct {
        double cash, capital;
        int arrears;
        double cash_left, capital_left;
        int defaulted;
    } cases[] = {
        {250e6, 300e6, 0, 150e6, 300e6, 0},  // from cash
        {30e6, 300e6, 0, 0.0, 100e6, 0},     // sells 200e6 of fixed assets at 35 %
        {30e6, 100e6, 0, 0.0, 0.0, 1},       // that is not enough
        {30e6, 300e6, 5, 0.0, -1.0, 1},      // in arrears it does not try
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
        f->loan_event[r] = 0;
        credit_firm_leaves(s.model, s.world, r);
        assert_true(f->debt_vnd[r] == 0.0);
        assert_true(f->cash_vnd[r] == cases[k].cash_left);
        if (cases[k].capital_left >= 0.0)
            assert_true(f->capital_vnd[r] == cases[k].capital_left);
        assert_int_equal(f->loan_event[r] & CREDIT_EVENT_DEFAULTED, cases[k].defaulted ? CREDIT_EVENT_DEFAULTED : 0);
        assert_int_equal(small_flow(s, CATEGORY_LOAN_WRITE_OFF) > 0, cases[k].defaulted);
        assert_int_equal(credit_faults(s), 0);
        credit_firm_leaves(s.model, s.world, r); // nothing is owed any more
        assert_true(f->cash_vnd[r] == cases[k].cash_left);
        small_end(s);
        small_close(s);
    }
}

// ---- the bank's decision ---------------------------------------------------------------------------------------------

static struct credit_offer decide(struct small s, int64_t r, double sought, const struct credit_backing *backing)
{
    const struct credit_request request = {sought, 0.0, 12.0};
    struct credit_offer offer;
    s.world->firm.unmet_credit_vnd[r] = sought;
    credit_decide(s.model, s.world, r, &request, backing, &offer);
    return offer;
}

static void a_sound_firm_gets_its_loan(void **state)
{
    (void)state;
    struct small s = small_open(still);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    struct firm *f = &s.world->firm;
    const struct credit_offer full = decide(s, r, 100e6, &credit_unbacked);
    assert_true(full.loan_vnd == 100e6 && full.collateral_vnd == 216e6);
    assert_true(full.rate > s.world->climate.bank_rate - 0.5 * s.model->credit.spread_max);
    assert_true(full.rate < s.world->climate.bank_rate + s.model->credit.spread_max);

    // collateral of 970e6 secures 449e6; leverage allows (0.8 x 400e6) / 0.2 = 1600e6
    assert_close(decide(s, r, 600e6, &credit_unbacked).loan_vnd, 970e6 / 2.16, 1e-8);
    const struct credit_backing half = {0, 0.5, 9e15, 0.0}, pledge = {NOBODY, 0.0, 9e15, 216e6}, cap = {NOBODY, 0.0, 50e6, 0.0};
    assert_true(decide(s, r, 600e6, &half).loan_vnd == 600e6);
    assert_close(decide(s, r, 600e6, &pledge).loan_vnd, 970e6 / 2.16 + 100e6, 1e-8);
    assert_close(decide(s, r, 600e6, &cap).loan_vnd, 50e6, 1e-7);
    // less than a fifth is a refusal; leverage binds where there is no collateral to ask for
    assert_true(decide(s, r, 3000e6, &credit_unbacked).loan_vnd == 0.0);
    const struct credit_backing all = {0, 1.0, 9e15, 0.0};
    assert_close(decide(s, r, 3000e6, &all).loan_vnd, 0.8 * 400e6 / 0.2, 1e-7);

    f->arrears_months[r] = 1;
    assert_true(decide(s, r, 100e6, &all).loan_vnd == 0.0);
    f->arrears_months[r] = 0;
    assert_true(decide(s, r, 2e6, &credit_unbacked).loan_vnd == 0.0); // not worth the handling
    small_end(s);
    small_close(s);
}

// Losses raise the default probability; a guarantee makes the same firm worth lending to; full certainty of default does not.
static void risk_is_refused_unless_covered(void **state)
{
    (void)state;
    struct small s = small_open(still);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0)), cap = s.world->firms.capacity;
    struct firm *f = &s.world->firm;
    const struct credit_backing covered = {0, 0.8, 9e15, 0.0};
    int refused = 0, changes = 0;
    double last = 0.0;
    for (int loss = 0; loss <= 30; loss++) {
        for (int k = 0; k < 12; k++)
            f->reported_ring[k * cap + r] = (float)(-1e6 * loss);
        f->unmet_credit_vnd[r] = 100e6;
        const double pd = credit_pd(s.model, s.world, r);
        assert_true(pd > last && pd < 1.0);
        last = pd;
        const int now = decide(s, r, 100e6, &credit_unbacked).loan_vnd == 0.0;
        changes += now != refused;
        refused = now;
        if (refused && pd < 0.2)
            assert_true(decide(s, r, 100e6, &covered).loan_vnd == 100e6);
    }
    assert_true(refused && changes == 1);
    f->arrears_months[r] = (int16_t)-s.model->credit.default_memory_months; // and it has just defaulted elsewhere
    assert_true(decide(s, r, 100e6, &covered).loan_vnd == 0.0);
    small_end(s);
    small_close(s);
}

// Each cause moves the probability in its own direction, by the coefficient of its row.
static void default_probability_follows_its_causes(void **state)
{
    (void)state;
    struct small s = small_open(still);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    struct firm *f = &s.world->firm;
    const struct credit *p = &s.model->credit;
    const double margin = (double)5e6F / (double)100e6F, years = 5.0;
    const double odds = p->pd_base + p->pd_margin * margin + p->pd_young / (1.0 + years);
    const double pd = credit_pd(s.model, s.world, r);
    assert_close(pd, 1.0 / (1.0 + vmath_exp(-odds)), 1e-12);
    f->unmet_credit_vnd[r] = 100e6;
    const double interest = 100e6 * s.world->climate.bank_rate;
    const double with_loan = odds + p->pd_leverage * 100e6 / 500e6 + p->pd_burden * interest / (interest + 60e6);
    assert_close(credit_pd(s.model, s.world, r), 1.0 / (1.0 + vmath_exp(-with_loan)), 1e-7);
    f->unmet_credit_vnd[r] = 0.0;
    f->arrears_months[r] = 4;
    assert_close(credit_pd(s.model, s.world, r), 1.0 / (1.0 + vmath_exp(-odds - p->pd_arrears)), 1e-12);
    f->arrears_months[r] = -30;
    assert_close(credit_pd(s.model, s.world, r), 1.0 / (1.0 + vmath_exp(-odds - 0.5 * p->pd_arrears)), 1e-12);
    f->arrears_months[r] = 0;
    // noise: the margin is believed the less, and read wrongly by z
    const double blind = p->pd_base + p->pd_young / (1.0 + years);
    assert_close(credit_pd_seen(s.model, s.world, r, 1e6, 0.0), 1.0 / (1.0 + vmath_exp(-blind)), 1e-9);
    const double seen = odds + p->pd_margin * ((margin + p->margin_sd * 2.0) / 2.0 - margin);
    assert_close(credit_pd_seen(s.model, s.world, r, 1.0, 2.0), 1.0 / (1.0 + vmath_exp(-seen)), 1e-12);
    small_end(s);
    small_close(s);
}

// ---- need and new loans --------------------------------------------------------------------------------------------

// Everyone needs credit: loans, partial loans and refusals add up, terms are weighted means, and banks keep within their room.
static void needs_are_met_within_the_banks_room(void **state)
{
    (void)state;
    static const char *const tight[] = {"economy.credit.need_per_month=1", "economy.credit.credit_growth_per_year=0.02", NULL};
    struct small s = small_open(tight);
    small_begin(s);
    small_phases(s, "credit");
    const int64_t owed = small_sum(s, s.world->firm.debt_vnd);
    credit_step(s.model, s.world);
    const struct firm *f = &s.world->firm;
    int seen[4] = {0, 0, 0, 0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING || f->credit_month[r] != 0)
            continue;
        const int granted = (f->loan_event[r] & CREDIT_EVENT_GRANTED) != 0;
        assert_int_equal(granted, f->loan_new_vnd[r] > 0.0);
        assert_true(!granted || f->loan_event[r] & CREDIT_EVENT_APPLIED);
        assert_int_equal(f->unmet_credit_vnd[r] > 0.0, f->credit_state[r] != CREDIT_SATISFIED);
        assert_true(f->credit_state[r] != CREDIT_REFUSED || (f->debt_vnd[r] == 0.0 && !granted));
        assert_true(!(f->loan_event[r] & CREDIT_EVENT_EARLY));
        seen[f->credit_state[r]]++;
    }
    assert_true(seen[CREDIT_NO_NEED] == 0 && seen[CREDIT_SATISFIED] > 0 && seen[CREDIT_PARTIAL] > 0 && seen[CREDIT_REFUSED] > 0);
    for (int64_t b = 0; b < s.world->banks.n; b++)
        assert_true(s.world->bank.lent_year_vnd[b] - s.world->bank.repaid_year_vnd[b] <= s.world->bank.quota_vnd[b] + 1);
    assert_int_equal(small_sum(s, f->debt_vnd) - owed, small_flow(s, CATEGORY_LOAN) - small_flow(s, CATEGORY_LOAN_REPAYMENT) -
                                                           small_flow(s, CATEGORY_LOAN_WRITE_OFF));
    assert_int_equal(small_flow(s, CATEGORY_LOAN), small_sum(s, f->loan_new_vnd));
    assert_int_equal(credit_faults(s), 0);
    small_end(s);
    small_close(s);
}

static void a_second_loan_is_blended(void **state)
{
    (void)state;
    static const char *const roomy[] = {CREDIT_STILL, "economy.credit.capital_ratio_min=0", NULL};
    struct small s = small_open(roomy);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const struct firm *f = &s.world->firm;
    s.world->firm.capital_vnd[r] = s.model->sector[f->sector[r]].capital_months * 100e6; // no gap to fill
    credit_give_loan(s, r, 100e6, 4, 0.0, NOBODY);
    credit_set_cash(s, r, 1000e6);
    s.world->firm.loan_event[r] = 0;
    const struct credit_offer offer = decide(s, r, 200e6, &credit_unbacked);
    assert_true(credit_lend(s.model, s.world, r, &credit_unbacked) == 0.0); // its bank may not lend more this year
    assert_true(f->loan_event[r] & CREDIT_EVENT_REFUSED && f->unmet_credit_vnd[r] == 200e6);
    s.world->bank.quota_vnd[f->bank[r]] = INT64_C(1000000000000000);
    s.world->firm.loan_event[r] = 0;
    assert_true(credit_lend(s.model, s.world, r, &credit_unbacked) == 200e6);
    assert_true(f->debt_vnd[r] == 300e6);
    assert_close(f->lending_rate[r], (100.0 * 0.12 + 200.0 * offer.rate) / 300.0, 1e-12);
    assert_int_equal(f->loan_until[r], (int)vmath_round((100.0 * 4 + 200.0 * vmath_round(s.model->credit.loan_months)) / 300.0));
    assert_true(f->unmet_credit_vnd[r] == 0.0 && f->credit_state[r] == CREDIT_SATISFIED);
    assert_true(f->loan_event[r] & CREDIT_EVENT_EARLY && f->loan_new_vnd[r] == 200e6);
    assert_true(credit_lend(s.model, s.world, r, &credit_unbacked) == 0.0); // once a month
    credit_step(s.model, s.world);
    assert_true(f->debt_vnd[r] == 300e6);                                      // no bill in the month of the loan
    assert_true(f->loan_new_vnd[r] == 200e6 && f->loan_event[r] & CREDIT_EVENT_GRANTED); // metrics still see it
    assert_false(f->loan_event[r] & CREDIT_EVENT_EARLY);
    small_end(s);
    small_close(s);
}

static void firms_invest_lumpily_from_cash_above_the_buffer(void **state)
{
    (void)state;
    static const char *const investing[] = {CREDIT_STILL, "economy.credit.invest_per_month=1", NULL};
    struct small s = small_open(investing);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0)), q = credit_arrange(s, small_row(s, 1));
    struct firm *f = &s.world->firm;
    const double wanted = s.model->sector[f->sector[r]].capital_months * 100e6;
    const double buffer = s.model->credit.invest_buffer_months * 100e6;
    f->capital_vnd[r] = 0.5 * wanted;
    credit_set_cash(s, r, buffer + 0.4 * wanted);
    f->capital_vnd[q] = 0.9 * s.model->sector[f->sector[q]].capital_months * 100e6; // within the band
    credit_set_cash(s, q, 1000e6);
    credit_step(s.model, s.world);
    assert_true(f->capital_vnd[r] == vmath_round(0.9 * wanted) && f->cash_vnd[r] == buffer);
    assert_int_equal(f->invested_month[r], 0);
    assert_true(f->cash_vnd[q] == 1000e6 && f->invested_month[q] != 0);
    small_end(s);
    small_close(s);
}

// ---- whole months -----------------------------------------------------------------------------------------------------

// The parts of a split agent do what the whole would have done: all flows are the same.
static void splitting_an_agent_changes_no_flow(void **state)
{
    (void)state;
    static const char *const free_banks[] = {"economy.credit.credit_growth_per_year=5", "economy.credit.capital_ratio_min=0", NULL};
    uint64_t digest[2];
    for (int split = 0; split <= 1; split++) {
        struct small s = small_open(free_banks);
        for (int month = 0; month < 6; month++) {
            small_begin(s);
            if (split)
                for (int k = 0; k < 40; k++) {
                    const int64_t r = small_row(s, 7 * k + month);
                    if (s.world->firm.weight[r] > 1 && s.world->firms.n < s.world->firms.capacity)
                        world_split(s.world, r, 1);
                }
            environment_step(s.model, s.world);
            credit_step(s.model, s.world);
            assert_int_equal(credit_faults(s), 0);
            small_end(s);
        }
        digest[split] = ledger_digest(&s.world->ledger);
        small_close(s);
    }
    assert_true(digest[0] == digest[1]);
}

static void whole_months_keep_the_books(void **state)
{
    (void)state;
    static const char *const covered[] = {FUND, "programmes.g.aware_frac=1", "programmes.g.aware_per_year=50",
                                          "programmes.g.delay_months=0", "programmes.g.agreement_frac=1",
                                          "programmes.g.pd_max=1", "economy.credit.owner_stops_per_month=0.5",
                                          "economy.credit.default_per_month=0.5", NULL};
    struct small s = small_open(covered);
    for (int month = 0; month < 24; month++) {
        small_begin(s);
        small_phases(s, "");
        assert_int_equal(credit_faults(s), 0);
        small_end(s);
    }
    const struct fund *g = &s.world->fund;
    const int64_t fund = credit_funds_first(s.world, 0);
    assert_true(g->outstanding_vnd[fund] > 0 && g->claims_vnd[fund] > 0 && g->recoveries_vnd[fund] > 0);
    small_close(s);
}

// Planted defects: each is found by the check named.
static void planted_defects_are_found(void **state)
{
    (void)state;
    const char *const set[] = {CREDIT_STILL, FUND, NULL};
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    for (int defect = 0; defect < 6; defect++) {
        struct small s = small_open(set);
        small_begin(s);
        small_phases(s, "innovation");
        const int64_t r = credit_arrange(s, small_row(s, 0));
        credit_give_loan(s, r, 100e6, 10, 0.7, credit_funds_first(s.world, 0));
        assert_int_equal(credit_faults(s), 0);
        assert_int_equal(world_audit(s.world, err), 0);
        switch (defect) {
        case 0: // a VND of debt forgotten
            s.world->firm.debt_vnd[r] -= 1.0;
            break;
        case 1: // a bank's cash
            s.world->bank.cash_vnd[0] += 1;
            break;
        case 2: // a bank's loans
            s.world->bank.loans_vnd[3] -= 1;
            break;
        case 3: // cover that no fund stands for
            s.world->firm.covered_frac[r] = 0.8;
            break;
        case 4: // a guarantor without a loan
            s.world->firm.guarantor[small_row(s, 1)] = 0;
            credit_repay(s.world, small_row(s, 1), 1e15);
            s.world->firm.guarantor[small_row(s, 1)] = 0;
            break;
        default: // the fund's book
            s.world->fund.outstanding_vnd[credit_funds_first(s.world, 0)] += 1;
            break;
        }
        assert_true(defect < 3 ? world_audit(s.world, err) != 0 : credit_faults(s) > 0);
        small_close(s);
    }
    free(err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(banks_open_with_their_capital),
        cmocka_unit_test(firms_choose_banks_by_share),
        cmocka_unit_test(a_loan_is_repaid_to_the_last_vnd),
        cmocka_unit_test(arrears_lead_to_default),
        cmocka_unit_test(owners_pay_or_banks_give_time),
        cmocka_unit_test(a_guarantor_pays_its_share),
        cmocka_unit_test(claims_compete_for_the_funds_cash),
        cmocka_unit_test(leavers_repay_what_they_can),
        cmocka_unit_test(a_sound_firm_gets_its_loan),
        cmocka_unit_test(risk_is_refused_unless_covered),
        cmocka_unit_test(default_probability_follows_its_causes),
        cmocka_unit_test(needs_are_met_within_the_banks_room),
        cmocka_unit_test(a_second_loan_is_blended),
        cmocka_unit_test(firms_invest_lumpily_from_cash_above_the_buffer),
        cmocka_unit_test(splitting_an_agent_changes_no_flow),
        cmocka_unit_test(whole_months_keep_the_books),
        cmocka_unit_test(planted_defects_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
