// What stands behind a firm beside banks: wealth that ends, bills left unpaid, informal loans, insolvency;
// claims in the books to the VND (models/credit_owner.c, equations O1-O3, P6).
#include "tests/unit/credit_fixture.h"

#define QUIET                                                                                                \
    CREDIT_STILL, "economy.environment.wage_vnd=5e6", "economy.credit.trade_limit_months=1",                 \
        "economy.credit.informal_limit_months=0.5", "economy.credit.side_buffer_months=0.5",                 \
        "economy.credit.government_delay_months=0"

// A month of production in which the firm sells nothing and lacks cash; returns what its bills exceed cash
// by.
static double short_month(struct small s, int64_t r)
{
    struct firm *f = &s.world->firm;
    small_begin(s);
    environment_step(s.model, s.world);
    credit_set_cash(s, r, 0.0);
    f->attraction[r] = 0.0;
    const double had = (double)f->wealth_vnd[r], late = credit_owner_late_vnd(s.model, s.world, r),
                 owed = f->informal_vnd[r];
    production_step(s.model, s.world);
    const double put = (double)(had * (1.0 + s.world->climate.inflation / 12.0) - (double)f->wealth_vnd[r]);
    const double lacked = put + credit_owner_late_vnd(s.model, s.world, r) - late + f->informal_vnd[r] - owed;
    small_end(s);
    return lacked;
}

static void an_owner_pays_until_the_wealth_is_gone_and_others_after(void **state)
{
    static const char *const set[] = {QUIET, NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    credit_repay(s.world, r, f->debt_vnd[r]);
    f->debt_vnd[r] = f->debt_vnd[r] > 0.0 ? f->debt_vnd[r] : 0.0;
    f->workers[r] = 20.0;
    f->wealth_vnd[r] = 150e6F;
    f->expected_sales_vnd[r] = 100e6;
    const double first = short_month(s, r);
    assert_true(first > 50e6 && first < 150e6); // wages of a month
    assert_true((double)f->wealth_vnd[r] < 150e6 && (double)f->wealth_vnd[r] > 0.0);
    assert_true(f->informal_vnd[r] == 0.0 && f->trade_vnd[r] == 0.0 && f->cash_vnd[r] == 0.0);
    for (int month = 0; month < 6; month++)
        short_month(s, r);
    assert_true(f->wealth_vnd[r] == 0.0F);
    assert_true(f->informal_vnd[r] > 0.0); // up to the limit at the time
    assert_true(f->trade_vnd[r] < 0.0);    // the rest is not paid
    assert_true(f->cash_vnd[r] == 0.0);    // and never below zero
    small_close(s);
}

static void money_above_the_buffer_repays_the_dearest_first(void **state)
{
    static const char *const set[] = {QUIET, NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const struct party firm = world_firm_party(r);
    small_begin(s);
    environment_step(s.model, s.world);
    world_pay(s.world, CATEGORY_INFORMAL_LOAN, world_party(ACCOUNT_HOUSEHOLDS), firm,
              world_amount(s.world, r, 30e6));
    world_pay(s.world, CATEGORY_TRADE_CREDIT, world_party(ACCOUNT_REST), firm,
              world_amount(s.world, r, 400e6));
    assert_true(f->informal_vnd[r] == 30e6 && f->trade_vnd[r] == -400e6);
    credit_set_cash(s, r, 300e6);
    production_step(s.model, s.world);
    assert_true(f->informal_vnd[r] == 0.0);
    assert_true(f->trade_vnd[r] > -400e6 && f->trade_vnd[r] < 0.0);
    assert_true(f->cash_vnd[r] <= 0.5 * f->expected_sales_vnd[r] + 1.0); // the rest went to suppliers
    small_end(s);
    small_close(s);
}

static void public_buyers_pay_later(void **state)
{
    static const char *const set[] = {"economy.credit.government_delay_months=2",
                                      "economy.demand.government_frac=0.1", NULL};
    (void)state;
    struct small s = small_open(set);
    small_months(s, 3);
    const struct firm *f = &s.world->firm;
    int64_t waits = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING || f->first_sale_month[r] > s.world->month - 1)
            continue;
        const double late = credit_owner_late_vnd(s.model, s.world, r);
        assert_true(f->trade_vnd[r] + late >= 0.0);
        waits += f->weight[r] * (int64_t)(f->trade_vnd[r] + late);
    }
    const int64_t owes = -s.world->ledger.position[ACCOUNT_GOVERNMENT][CLAIM_TRADE];
    assert_true(owes > 0);
    assert_close((double)waits, (double)owes, 0.02); // but for those that have just left
    small_close(s);
}

static void a_refused_firm_turns_to_owner_suppliers_and_lenders(void **state)
{
    static const char *const set[] = {QUIET, NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = credit_arrange(s, small_row(s, 0));
    f->sales_vnd[r] = 100e6;
    f->value_added_vnd[r] = 30e6;
    f->wealth_vnd[r] = 40e6F;
    struct credit_substitute m = credit_owner_replaces(s.model, s.world, r, 60e6);
    assert_true(m.own_vnd == 40e6 && m.trade_vnd == 20e6 && m.informal_vnd == 0.0);
    m = credit_owner_replaces(s.model, s.world, r, 300e6);
    assert_true(m.own_vnd == 40e6 && m.trade_vnd == 70e6 && m.informal_vnd == 50e6);
    // what is pledged for a loan cannot be spent: 216e6 less fixed assets of 0.9 x 200e6
    f->capital_vnd[r] = 200e6;
    credit_give_loan(s, r, 100e6, 10, 0.0, NOBODY);
    m = credit_owner_replaces(s.model, s.world, r, 300e6);
    assert_true(m.own_vnd == 4e6);
    small_close(s);
}

static void late_bills_end_in_insolvency_and_creditors_lose(void **state)
{
    static const char *const set[] = {QUIET, "economy.credit.late_max_months=1", NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const struct party firm = world_firm_party(r);
    small_begin(s);
    environment_step(s.model, s.world);
    world_pay(s.world, CATEGORY_TRADE_CREDIT, world_party(ACCOUNT_REST), firm,
              world_amount(s.world, r, 100e6));
    assert_false(credit_owner_insolvent(s.model, s.world, r));
    world_pay(s.world, CATEGORY_TRADE_CREDIT, world_party(ACCOUNT_REST), firm, world_amount(s.world, r, 5e6));
    assert_true(credit_owner_insolvent(s.model, s.world, r));
    world_pay(s.world, CATEGORY_INFORMAL_LOAN, world_party(ACCOUNT_HOUSEHOLDS), firm,
              world_amount(s.world, r, 20e6));
    credit_set_cash(s, r, 90e6);
    demography_exit_step(s.model, s.world);
    assert_int_equal(f->status[r], STATUS_BANKRUPT);
    assert_int_equal(f->exit_reason[r], EXIT_INSOLVENT);
    assert_true(f->trade_vnd[r] == 0.0 && f->informal_vnd[r] == 0.0 && f->cash_vnd[r] == 0.0);
    assert_true(s.world->ledger.flow[CATEGORY_TRADE_LOSS][ACCOUNT_FIRMS][ACCOUNT_REST] >=
                world_amount(s.world, r, 15e6));
    assert_true(s.world->ledger.flow[CATEGORY_INFORMAL_LOSS][ACCOUNT_FIRMS][ACCOUNT_HOUSEHOLDS] >=
                world_amount(s.world, r, 20e6));
    small_end(s);
    small_close(s);
}

static void wealth_is_saved_income_and_opens_with_size(void **state)
{
    static const char *const set[] = {QUIET, "economy.credit.owner_saving_frac=0.5",
                                      "economy.credit.owner_living_wages=0",
                                      "economy.credit.property_months=4", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t r = credit_arrange(s, small_row(s, 0));
    credit_owner_opens(s.model, s.world, r);
    assert_close((double)f->wealth_vnd[r], 400e6, 1e-6);
    s.model->credit.property_size_exponent = 0.5;
    f->workers[r] = 40.0;
    credit_owner_opens(s.model, s.world, r);
    assert_close((double)f->wealth_vnd[r], 800e6, 1e-6);
    f->workers[r] = 10.0;
    small_begin(s);
    environment_step(s.model, s.world);
    credit_set_cash(s, r, 900e6);
    const double real = 1.0 + s.world->climate.inflation / 12.0, had = (double)f->wealth_vnd[r];
    production_step(s.model, s.world);
    assert_true((double)f->wealth_vnd[r] >
                had * real + 0.5 * 0.1 * 500e6); // a tenth of what is above the buffer
    small_end(s);
    small_close(s);
}

// An owner without wealth does not pay an instalment, however willing.
static void without_wealth_an_instalment_is_not_paid(void **state)
{
    static const char *const set[] = {QUIET, "economy.credit.owner_stops_per_month=0", NULL};
    (void)state;
    for (int rich = 0; rich <= 1; rich++) {
        struct small s = small_open(set);
        struct firm *f = &s.world->firm;
        small_begin(s);
        environment_step(s.model, s.world);
        const int64_t r = credit_arrange(s, small_row(s, 0));
        credit_give_loan(s, r, 100e6, 9, 0.0, NOBODY);
        credit_set_cash(s, r, 0.0);
        f->wealth_vnd[r] = rich ? 50e6F : 5e6F;
        credit_step(s.model, s.world);
        assert_int_equal(f->arrears_months[r], rich ? 0 : 1);
        assert_true(f->debt_vnd[r] == (rich ? 90e6 : 100e6));
        assert_close((double)f->wealth_vnd[r], rich ? 50e6 - 11e6 : 5e6, 1e-6);
        small_end(s);
        small_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_owner_pays_until_the_wealth_is_gone_and_others_after),
        cmocka_unit_test(money_above_the_buffer_repays_the_dearest_first),
        cmocka_unit_test(public_buyers_pay_later),
        cmocka_unit_test(a_refused_firm_turns_to_owner_suppliers_and_lenders),
        cmocka_unit_test(late_bills_end_in_insolvency_and_creditors_lose),
        cmocka_unit_test(wealth_is_saved_income_and_opens_with_size),
        cmocka_unit_test(without_wealth_an_instalment_is_not_paid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
