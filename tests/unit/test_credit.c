// Choice of a bank, default probability, whole months, splits, and what a planted defect is found by.
#include "models/credit_parts.h"
#include "tests/unit/credit_fixture.h"

static const char *const still[] = {CREDIT_STILL, NULL};

#define FUND                                                                                                 \
    "programmes.g.kind=guarantee", "programmes.g.aware_frac=0", "programmes.g.own_collateral_frac=0.5"

static void firms_choose_banks_by_share(void **state)
{
    (void)state;
    static const char *const exponents[] = {
        "economy.credit.bank_share_exponent=0", "economy.credit.bank_share_exponent=1",
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
    const double with_loan =
        odds + p->pd_leverage * 100e6 / 500e6 + p->pd_burden * interest / (interest + 60e6);
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

// The parts of a split agent do what the whole would have done: all flows are the same.
static void splitting_an_agent_changes_no_flow(void **state)
{
    (void)state;
    static const char *const free_banks[] = {"economy.credit.credit_growth_per_year=5",
                                             "economy.credit.capital_ratio_min=0", NULL};
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
    static const char *const covered[] = {FUND,
                                          "programmes.g.aware_frac=1",
                                          "programmes.g.aware_per_year=50",
                                          "programmes.g.delay_months=0",
                                          "programmes.g.agreement_frac=1",
                                          "programmes.g.pd_max=1",
                                          "economy.credit.owner_stops_per_month=0.5",
                                          "economy.credit.default_per_month=0.5",
                                          NULL};
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
        cmocka_unit_test(firms_choose_banks_by_share),
        cmocka_unit_test(default_probability_follows_its_causes),
        cmocka_unit_test(splitting_an_agent_changes_no_flow),
        cmocka_unit_test(whole_months_keep_the_books),
        cmocka_unit_test(planted_defects_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
