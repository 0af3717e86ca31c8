// A public loan fund: who gets a loan, what moves, repayment and default with the partner bank's share, the
// programme's books.
#include "models/credit_parts.h"
#include "tests/unit/credit_fixture.h"

#define FUND                                                                                                 \
    "programmes.l.kind=loan", "programmes.l.aware_frac=0", "programmes.l.capital_vnd=500e9",                 \
        "programmes.l.approval_frac=1", "programmes.l.signal_noise=0", "programmes.l.losses_punished=false"

static const struct instrument *loan(void)
{
    return instrument_at(instrument_find("loan"));
}

static int64_t begin(struct small s, double unmet)
{
    small_begin(s);
    small_phases(s, "innovation");
    const int64_t r = credit_arrange(s, small_row(s, 0));
    s.world->firm.unmet_credit_vnd[r] = unmet;
    s.world->firm.loan_event[r] = 0;
    s.world->programme[0].month = (struct programme_account){0};
    return r;
}

static struct programme_offer offer_to(struct small s, int64_t r)
{
    struct programme_offer offer = {0.0, 0.0};
    loan()->offer(s.model, s.world, 0, r, &offer);
    return offer;
}

// 150e6 lacking beside 100e6 of cash: 70 % of 250e6 would do, so all of the need is lent, at 7 % for five
// years.
static void an_award_lends(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 150e6), w = s.world->firm.weight[r], fund = credit_funds_first(s.world, 0);
    const struct firm *f = &s.world->firm;
    const struct fund *g = &s.world->fund;
    const struct programme_offer offer = offer_to(s, r);
    assert_true(offer.amount_vnd == 150e6);
    const double rate = 0.07 < s.world->climate.bank_rate ? 0.07 : s.world->climate.bank_rate;
    assert_close(offer.benefit_vnd, 150e6 * (s.model->credit.informal_rate_per_year - rate) * 60.0 / 24.0,
                 1e-9);

    const double cash = f->cash_vnd[r];
    assert_true(loan()->award(s.model, s.world, 0, r, 150e6) == 150e6);
    const int64_t margin = w * 3750000; // 1 % of 150e6 for half of five years
    assert_true(f->debt_vnd[r] == 150e6 && f->lender_fund[r] == fund && f->guarantor[r] == NOBODY);
    assert_true(f->lending_rate[r] == (float)rate && f->loan_until[r] == 60 && f->unmet_credit_vnd[r] == 0.0);
    assert_int_equal(f->credit_state[r], CREDIT_SATISFIED);
    assert_true(f->cash_vnd[r] * (double)w ==
                (cash + 150e6) * (double)w - (double)small_flow(s, CATEGORY_INVESTMENT));
    assert_int_equal(g->outstanding_vnd[fund], w * 150000000);
    assert_int_equal(g->cash_vnd[fund], INT64_C(500000000000) - w * 150000000 - margin);
    const struct programme_account *a = &s.world->programme[0].month;
    assert_int_equal(a->cash_vnd, w * 150000000 + margin);
    assert_int_equal(a->disbursed_vnd, w * 150000000);
    assert_int_equal(a->cost_vnd, g->capital_vnd[fund] - g->nav_vnd[fund]);
    // cost: the margin, the fund's part of expected losses, and the cost of funds above the rate over half of
    // five years
    const double losses =
        credit_pd(s.model, s.world, r) * 2.5 * (1.0 - credit_recovery_frac(s.model, s.world, 1.25)) * 0.8;
    const double subsidy = (credit_deposit_rate(s.model, s.world) - rate) * 2.5;
    assert_int_equal(a->cost_vnd,
                     margin + w * (150000000 - (int64_t)vmath_round(150e6 * (1.0 - losses - subsidy))));
    assert_true(loan()->award(s.model, s.world, 0, r, 150e6) < 0.0);
    assert_int_equal(credit_faults(s), 0);
    small_end(s);
    small_close(s);
}

static void loans_are_limited(void **state)
{
    (void)state;
    static const struct {
        const char *name, *set;
        double unmet, cash, offered;
    } cases[] = {
        {"cap", "programmes.l.loan_cap_vnd=90e6", 150e6, 100e6, 90e6},
        {"share of the project", "programmes.l.project_share_max=0.5", 150e6, 50e6, 100e6},
        {"collateral: 970e6 at 4 to 1", "programmes.l.collateral_ratio=4", 300e6, 200e6, 242.5e6},
        {"projects only, without one", "programmes.l.projects_only=true", 150e6, 100e6, 0.0},
        {"less than a fifth", "programmes.l.loan_cap_vnd=29e6", 150e6, 100e6, 0.0},
        {"no need", "programmes.l.projects_only=false", 0.0, 100e6, 0.0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const char *const set[] = {CREDIT_STILL, FUND, cases[k].set, NULL};
        struct small s = small_open(set);
        const int64_t r = begin(s, cases[k].unmet);
        credit_set_cash(s, r, cases[k].cash);
        const double offered = offer_to(s, r).amount_vnd;
        if (offered < cases[k].offered - 1.0 || offered > cases[k].offered + 1.0)
            fail_msg("%s: offered %g", cases[k].name, offered);
        small_end(s);
        small_close(s);
    }
}

static void files_are_refused_for_reasons(void **state)
{
    (void)state;
    static const char *const reasons[] = {"programmes.l.approval_frac=0", "programmes.l.pd_max=0.0001",
                                          "programmes.l.bank_margin_per_year=0",
                                          "programmes.l.capital_vnd=1e6"};
    for (size_t k = 0; k < sizeof reasons / sizeof reasons[0]; k++) {
        const char *const set[] = {CREDIT_STILL, FUND, reasons[k], NULL};
        struct small s = small_open(set);
        const int64_t r = begin(s, 150e6);
        assert_true(offer_to(s, r).amount_vnd == 150e6);
        if (loan()->accepts(s.model, s.world, 0, r, 150e6, s.world->firm.ancestor[r]) &&
            loan()->award(s.model, s.world, 0, r, 150e6) >= 0.0)
            fail_msg("%s: lent", reasons[k]);
        assert_true(s.world->firm.debt_vnd[r] == 0.0 && s.world->programme[0].month.cost_vnd == 0);
        small_end(s);
        small_close(s);
    }
}

// A bank loan below two fifths of the new one is repaid from it; above, the fund does not lend.
// The fund's managers decide on each enterprise of an agent: some get a loan, and the others are done with
// too.
static void an_agent_is_decided_on_by_enterprise(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, "programmes.l.approval_frac=0.5", NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 150e6), w = s.world->firm.weight[r], part = s.world->firms.n;
    const struct firm *f = &s.world->firm;
    struct application *a = &s.world->application;
    assert_true(w >= 20);
    const int64_t k = table_birth(&s.world->applications, s.world->next_application++, f->ancestor[r]);
    a->firm[k] = r;
    a->programme[k] = 0;
    a->since[k] = a->due[k] = (int16_t)s.world->month;
    a->files_n[k] = w;
    a->amount_vnd[k] = 150e6;
    programme_step(s.model, s.world);
    const int64_t n = s.world->programme[0].awards_total_n;
    assert_true(n > w / 5 && n < w - w / 5);
    assert_int_equal(s.world->firms.n, part + 1);
    assert_true(f->weight[part] == n && f->weight[r] == w - n && f->ancestor[part] == f->ancestor[r]);
    assert_true(f->debt_vnd[part] == 150e6 && f->debt_vnd[r] == 0.0);
    assert_int_equal(a->alive[k], 0);
    small_end(s);
    small_close(s);
}

static void old_debt_is_repaid_first(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, NULL};
    for (int big = 0; big <= 1; big++) {
        struct small s = small_open(set);
        const int64_t r = begin(s, 150e6), w = s.world->firm.weight[r], bank = s.world->firm.bank[r];
        const double old = big ? 70e6 : 50e6;
        credit_give_loan(s, r, old, 10, 0.0, NOBODY);
        credit_set_cash(s, r, 100e6);
        const int64_t loans = s.world->bank.loans_vnd[bank];
        const double lent = loan()->award(s.model, s.world, 0, r, 150e6);
        assert_true(big ? lent < 0.0 : lent == 150e6);
        assert_int_equal(s.world->bank.loans_vnd[bank], big ? loans : loans - w * 50000000);
        assert_true(s.world->firm.debt_vnd[r] == (big ? old : 150e6));
        if (!big) {
            assert_int_equal(s.world->firm.credit_state[r], CREDIT_PARTIAL); // 100e6 of 150e6 is new money
            assert_true(s.world->firm.unmet_credit_vnd[r] == 50e6);
        }
        assert_int_equal(credit_faults(s), 0);
        small_end(s);
        small_close(s);
    }
}

// Instalments and interest come back to the fund, and count as public cash in.
static void repayments_return_to_the_fund(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, "programmes.l.months=6",
                                      "programmes.l.administration_per_year=0", NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 150e6), w = s.world->firm.weight[r], fund = credit_funds_first(s.world, 0);
    const struct fund *g = &s.world->fund;
    credit_set_cash(s, r, 1000e6);
    assert_true(loan()->award(s.model, s.world, 0, r, 150e6) == 150e6);
    const double rate = (double)s.world->firm.lending_rate[r];
    credit_step(s.model, s.world); // no bill in the month of the loan
    assert_true(s.world->firm.debt_vnd[r] == 150e6);
    small_end(s);
    double owed = 150e6;
    for (int left = 6; left > 0; left--) {
        small_begin(s);
        s.world->programme[0].month = (struct programme_account){0};
        const int64_t cash = g->cash_vnd[fund];
        const int64_t due = w * (int64_t)(vmath_round(owed / left) + vmath_round(owed * rate / 12.0));
        credit_step(s.model, s.world);
        assert_int_equal(g->cash_vnd[fund], cash + due);
        assert_int_equal(s.world->programme[0].month.cash_vnd, -due);
        owed -= vmath_round(owed / left);
        assert_true(s.world->firm.debt_vnd[r] == owed);
        assert_int_equal(credit_faults(s), 0);
        small_end(s);
    }
    assert_true(owed == 0.0 && s.world->firm.lender_fund[r] == NOBODY && g->outstanding_vnd[fund] == 0);
    small_close(s);
}

// Default of 150e6 with collateral of 187.5e6 that brings 35 %: the partner bank makes good a fifth of the
// loss.
static void the_partner_bank_bears_its_share(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 150e6), w = s.world->firm.weight[r], fund = credit_funds_first(s.world, 0);
    const struct fund *g = &s.world->fund;
    assert_true(loan()->award(s.model, s.world, 0, r, 150e6) == 150e6);
    small_end(s);
    small_begin(s);
    s.world->programme[0].month = (struct programme_account){0};
    credit_set_cash(s, r, 0.0);
    s.world->firm.arrears_months[r] = 2;
    s.world->firm.loan_event[r] = 0;
    const int64_t cash = g->cash_vnd[fund], arrears = s.world->bank.arrears_vnd[s.world->firm.bank[r]];
    credit_service(s.model, s.world);
    const int64_t brings = w * (int64_t)vmath_round(0.35 * 1.25 * 150e6);
    const int64_t share = (int64_t)vmath_round((double)(w * 150000000 - brings) * 0.2);
    assert_int_equal(small_flow(s, CATEGORY_LOAN_WRITE_OFF), w * 150000000);
    assert_int_equal(s.world->ledger.flow[CATEGORY_GUARANTEE_CLAIM][ACCOUNT_BANKS][ACCOUNT_LOAN_FUNDS],
                     share);
    assert_int_equal(g->cash_vnd[fund], cash + share);
    assert_int_equal(g->outstanding_vnd[fund], 0);
    assert_int_equal(g->recovering_vnd[fund], brings);
    assert_int_equal(s.world->programme[0].month.cash_vnd, -share);
    assert_int_equal(s.world->bank.arrears_vnd[s.world->firm.bank[r]],
                     arrears); // a fund's loan is not the bank's
    assert_int_equal(credit_faults(s), 0);
    small_end(s);
    small_begin(s);
    credit_bank_month(s.model, s.world);
    assert_int_equal(g->recoveries_vnd[fund], (int64_t)vmath_round((double)brings / 60.0));
    assert_int_equal(g->recovering_vnd[fund], brings - g->recoveries_vnd[fund]);
    small_end(s);
    small_close(s);
}

// Whole months of lending, service, default and exit; then the fund closes, and what it has cost is what did
// not come back.
static void a_fund_revolves_and_ends(void **state)
{
    (void)state;
    static const char *const set[] = {FUND,
                                      "programmes.l.aware_frac=1",
                                      "programmes.l.aware_per_year=50",
                                      "programmes.l.delay_months=1",
                                      "programmes.l.capital_vnd=50000e9",
                                      "programmes.l.months=12",
                                      "programmes.l.end=2014-12",
                                      "programmes.l.pd_max=1",
                                      "programmes.l.bank_margin_per_year=0.2",
                                      "programmes.l.administration_frac=0",
                                      "run.until=2030-12",
                                      "run.agents=600",
                                      "economy.environment.insolvency_months=1",
                                      "economy.credit.owner_stops_per_month=1",
                                      "economy.credit.default_per_month=0.9",
                                      "economy.credit.owner_resumes_per_month=0",
                                      NULL};
    struct small s = small_open(set);
    const struct fund *g = &s.world->fund;
    int64_t cash = 0, cost = 0, administration = 0, lent = 0, lost = 0, returned = 0, fund = NOBODY,
            month = 0;
    for (; month < 160 && (fund == NOBODY || g->capital_vnd[fund] > 0); month++) {
        small_begin(s);
        small_phases(s, "");
        assert_int_equal(credit_faults(s), 0);
        fund = credit_funds_first(s.world, 0);
        const struct ledger *l = &s.world->ledger;
        cash += s.world->programme[0].month.cash_vnd;
        cost += s.world->programme[0].month.cost_vnd;
        administration += small_flow(s, CATEGORY_ADMINISTRATION);
        lent += l->flow[CATEGORY_LOAN][ACCOUNT_LOAN_FUNDS][ACCOUNT_FIRMS];
        lost += l->flow[CATEGORY_LOAN_WRITE_OFF][ACCOUNT_FIRMS][ACCOUNT_LOAN_FUNDS];
        returned += l->flow[CATEGORY_FUND_RETURN][ACCOUNT_LOAN_FUNDS][ACCOUNT_GOVERNMENT] +
                    l->flow[CATEGORY_DISTRIBUTION][ACCOUNT_LOAN_FUNDS][ACCOUNT_GOVERNMENT];
        const int64_t paid_in = INT64_C(50000000000000);
        if (g->capital_vnd[fund] > 0) {
            assert_int_equal(cost, administration + paid_in - g->nav_vnd[fund]);
            assert_int_equal(cash, administration + paid_in - g->cash_vnd[fund]);
        } else {
            assert_int_equal(cost, administration + paid_in - returned);
            assert_int_equal(cash, cost);
        }
        small_end(s);
    }
    assert_true(lent > 0 && lost > 0 && g->capital_vnd[fund] == 0);
    assert_int_equal(s.world->ledger.position[ACCOUNT_LOAN_FUNDS][CLAIM_CASH], 0);
    assert_int_equal(s.world->ledger.position[ACCOUNT_LOAN_FUNDS][CLAIM_LOANS], 0);
    assert_int_equal(s.world->ledger.position[ACCOUNT_LOAN_FUNDS][CLAIM_FUND_UNITS], 0);
    small_close(s);
}

static uint64_t digest_with(const char *setting)
{
    const char *const set[] = {
        FUND, "programmes.l.aware_frac=1", "programmes.l.delay_months=0", "run.until=2014-12", setting, NULL};
    struct small s = small_open(set);
    small_months(s, 12);
    const uint64_t digest = world_digest(s.world);
    small_close(s);
    return digest;
}

static void a_closed_fund_leaves_no_trace(void **state)
{
    (void)state;
    static const char *const closed[] = {"programmes.l.capital_vnd=0",      "programmes.l.enabled=false",
                                         "programmes.l.budget_total_vnd=0", "programmes.l.budget_year_vnd=0",
                                         "programmes.l.awards_per_year=0",  "programmes.l.start=2020-01"};
    const uint64_t none = digest_with(closed[0]);
    for (size_t k = 1; k < sizeof closed / sizeof closed[0]; k++)
        assert_true(digest_with(closed[k]) == none);
    assert_true(digest_with("programmes.l.capital_vnd=1000e9") != none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_award_lends),
        cmocka_unit_test(loans_are_limited),
        cmocka_unit_test(files_are_refused_for_reasons),
        cmocka_unit_test(an_agent_is_decided_on_by_enterprise),
        cmocka_unit_test(old_debt_is_repaid_first),
        cmocka_unit_test(repayments_return_to_the_fund),
        cmocka_unit_test(the_partner_bank_bears_its_share),
        cmocka_unit_test(a_fund_revolves_and_ends),
        cmocka_unit_test(a_closed_fund_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
