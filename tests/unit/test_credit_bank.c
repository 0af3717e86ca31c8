// Banks' opening and the bank's decision: collateral, leverage, risk, cover.
#include "models/credit_parts.h"
#include "tests/unit/credit_fixture.h"

static const char *const still[] = {CREDIT_STILL, NULL};

static int64_t bank_capital(struct small s, int64_t b)
{
    return s.world->bank.cash_vnd[b] + s.world->bank.loans_vnd[b] - s.world->bank.provision_vnd[b] +
           s.world->bank.recovering_vnd[b];
}

static struct credit_offer decide(struct small s, int64_t r, double sought,
                                  const struct credit_backing *backing)
{
    const struct credit_request request = {sought, 0.0, 12.0};
    struct credit_offer offer;
    s.world->firm.unmet_credit_vnd[r] = sought;
    credit_decide(s.model, s.world, r, &request, backing, &offer);
    return offer;
}

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
    const double share =
        (double)borrowers / (double)firms; // the process keeps about 0.43 in a large population
    assert_true(share > 0.35 && share < 0.7);
    small_begin(s);
    small_end(s); // the audit: banks' columns against the ledger
    small_close(s);
}

// A month of a bank: interest to depositors, costs, then capital: above 12 % of loans it goes to the owners,
// below they put in part.
static void banks_hold_their_capital(void **state)
{
    (void)state;
    static const char *const set[] = {"economy.credit.capital_ratio=0.12",
                                      "economy.credit.recapitalisation_per_month=0.25", NULL};
    for (int poor = 0; poor <= 1; poor++) {
        struct small s = small_open(set);
        small_begin(s);
        environment_step(s.model, s.world);
        struct bank *k = &s.world->bank;
        const int64_t loans = k->loans_vnd[0];
        const struct party bank = world_bank_party(0), households = world_party(ACCOUNT_HOUSEHOLDS);
        world_pay(s.world, CATEGORY_OWNER_PAY, poor ? bank : households, poor ? households : bank,
                  loans / 20);
        const double deposits = -(double)k->cash_vnd[0], before = (double)bank_capital(s, 0);
        credit_bank_month(s.model, s.world);
        const double interest = deposits * credit_deposit_rate(s.model, s.world) / 12.0;
        const double left =
            before - interest - s.model->credit.operating_cost_per_year / 12.0 * (double)loans;
        const double wanted = 0.12 * (double)loans;
        assert_true(interest > 0.0);
        assert_close((double)bank_capital(s, 0), poor ? left + 0.25 * (wanted - left) : wanted, 1e-9);
        small_end(s);
        small_close(s);
    }
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
    const struct credit_backing half = {0, 0.5, 9e15, 0.0}, pledge = {NOBODY, 0.0, 9e15, 216e6},
                                cap = {NOBODY, 0.0, 50e6, 0.0};
    assert_true(decide(s, r, 600e6, &half).loan_vnd == 600e6);
    assert_close(decide(s, r, 600e6, &pledge).loan_vnd, 970e6 / 2.16 + 100e6, 1e-8);
    assert_close(decide(s, r, 600e6, &cap).loan_vnd, 50e6, 1e-7);
    // less than a fifth is a refusal; leverage binds where there is no collateral to ask for
    assert_true(decide(s, r, 3000e6, &credit_unbacked).loan_vnd == 0.0);
    const struct credit_backing all = {0, 1.0, 9e15, 0.0};
    assert_close(decide(s, r, 3000e6, &all).loan_vnd, 0.8 * 400e6 / 0.2, 1e-7);

    // an earlier loan has its collateral, as far as it is not covered
    assert_close(credit_collateral_free_vnd(s.model, s.world, r), 970e6, 1e-8);
    credit_give_loan(s, r, 100e6, 10, 0.0, NOBODY);
    assert_close(credit_collateral_free_vnd(s.model, s.world, r), 970e6 - 216e6, 1e-8);
    credit_repay(s.world, r, 100e6);

    f->arrears_months[r] = 1;
    assert_true(decide(s, r, 100e6, &all).loan_vnd == 0.0);
    f->arrears_months[r] = 0;
    assert_true(decide(s, r, 2e6, &credit_unbacked).loan_vnd == 0.0); // not worth the handling
    small_end(s);
    small_close(s);
}

// Losses raise the default probability; a guarantee makes the same firm worth lending to; full certainty of
// default does not.
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
    f->arrears_months[r] =
        (int16_t)-s.model->credit.default_memory_months; // and it has just defaulted elsewhere
    assert_true(decide(s, r, 100e6, &covered).loan_vnd == 0.0);
    small_end(s);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(banks_open_with_their_capital),
        cmocka_unit_test(banks_hold_their_capital),
        cmocka_unit_test(a_sound_firm_gets_its_loan),
        cmocka_unit_test(risk_is_refused_unless_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
