// rd_allowance: what a firm sets aside, the ceiling, the deduction, and that the fund is part of cash and
// spent on projects.
#include <math.h>
#include "tests/unit/programme_fixture.h"

#define FUND                                                                                                 \
    "programmes.p.kind=rd_allowance", PROBE_OPEN, "programmes.p.ceiling=0.1",                                \
        "programmes.p.horizon_years=3", "programmes.p.factor=1", "programmes.p.relabel_frac=0"

// A December with a profit of 1e9 VND, taxed at 20 %.
static void december(struct small s, int64_t r, double cash_vnd, double fund_vnd, double project_vnd)
{
    struct firm *f = &s.world->firm;
    s.world->month = 11;
    environment_step(s.model, s.world);
    ledger_month(&s.world->ledger);
    f->taxable_year_vnd[r] = 1e9;
    f->cash_vnd[r] = cash_vnd;
    f->research_fund_vnd[r] = fund_vnd;
    f->project_cost_vnd[r] = project_vnd;
    f->innovating_bits[r] = 0;
    f->workers[r] = 20.0;
    for (int k = 0; k < 12; k++)
        f->sales_ring[k * s.world->firms.capacity + r] = 1e8F;
}

// The least of what the next projects cost, a share of the taxable income, and the cash that is not yet in
// the fund.
static void the_least_of_need_ceiling_and_cash_is_set_aside(void **state)
{
    static const struct {
        double cash, fund, project, aside;
    } row[] = {
        {5e9, 0.0, 500e6, 100e6}, {5e9, 0.0, 30e6, 30e6},    {5e9, 20e6, 30e6, 10e6}, {5e9, 40e6, 30e6, 0.0},
        {90e6, 0.0, 500e6, 90e6}, {90e6, 50e6, 500e6, 40e6}, {5e9, 0.0, 0.0, 0.0},
    };
    static const char *const set[] = {FUND, NULL};
    (void)state;
    struct small s = small_open(set);
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++)
        december(s, small_row(s, (int)k), row[k].cash, row[k].fund, row[k].project);
    tax_step(s.model, s.world);
    int64_t forgone = 0;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        const int64_t r = small_row(s, (int)k);
        const struct firm *f = &s.world->firm;
        const double tax = 0.2 * (1e9 - row[k].aside);
        assert_true(f->tax_paid_vnd[r] == tax);
        assert_true(f->cash_vnd[r] == fmax(row[k].cash - tax, 0.0));
        assert_true(f->research_fund_vnd[r] ==
                    fmin(row[k].fund + row[k].aside, f->cash_vnd[r])); // never more than the cash
        forgone += f->weight[r] * (int64_t)(0.2 * row[k].aside);
    }
    assert_int_equal(s.world->programme[0].month.forgone_vnd, forgone);
    small_close(s);
}

static void a_super_deduction_multiplies(void **state)
{
    static const char *const set[] = {FUND, "programmes.p.factor=1.5", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = small_row(s, 0);
    december(s, r, 5e9, 0.0, 80e6);
    tax_step(s.model, s.world);
    assert_true(s.world->firm.research_fund_vnd[r] == 80e6);
    assert_true(s.world->firm.tax_paid_vnd[r] == 0.2 * (1e9 - 120e6));
    small_close(s);
}

// Who has innovated saves for the projects of the horizon, by its record.
static void innovators_save_for_projects_ahead(void **state)
{
    static const char *const set[] = {FUND, "programmes.p.ceiling=1", "programmes.p.horizon_years=6", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct innovation *p = &s.model->innovation;
    const int64_t r = small_row(s, 0);
    december(s, r, 5e9, 0.0, 0.0);
    s.world->firm.innovating_bits[r] = 1;
    s.world->firm.expected_sales_vnd[r] = 200e6;
    s.world->firm.log_workers[r] = log(40.0);
    tax_step(s.model, s.world);
    const double usual = p->cost_sales_months[TYPE_IMPROVED_PRODUCT] * 200e6 * pow(4.0, -p->cost_exponent);
    assert_close(s.world->firm.research_fund_vnd[r], 72.0 / (double)p->window_months * usual, 1e-7);
    small_close(s);
}

static void only_those_who_know_set_aside(void **state)
{
    static const char *const set[] = {"programmes.p.kind=rd_allowance", "programmes.p.aware_frac=0.5",
                                      "programmes.p.aware_per_year=50", "programmes.p.paperwork_vnd=0", NULL};
    (void)state;
    struct small s = small_open(set);
    int funds = 0;
    for (int k = 0; k < 20; k++)
        december(s, small_row(s, k), 5e9, 0.0, 50e6);
    tax_step(s.model, s.world);
    for (int k = 0; k < 20; k++) {
        const int64_t r = small_row(s, k);
        assert_int_equal(s.world->firm.research_fund_vnd[r] > 0.0, programme_known(s.model, s.world, 0, r));
        funds += s.world->firm.research_fund_vnd[r] > 0.0;
    }
    assert_in_range(funds, 3, 17);
    small_close(s);
}

// The accounts of a fund cost more than putting off the tax of a small project saves.
static void a_fund_must_be_worth_its_accounts(void **state)
{
    static const char *const set[] = {FUND, "programmes.p.paperwork_vnd=1e6", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t small = small_row(s, 0), large = small_row(s, 1);
    december(s, small, 5e9, 0.0, 30e6);
    december(s, large, 5e9, 0.0, 90e6);
    const double rate = s.world->climate.bank_rate; // saved: 0.2 x aside x rate x 1.5 years
    assert_true(0.2 * 30e6 * rate * 1.5 < 1e6 && 0.2 * 90e6 * rate * 1.5 > 1.2e6);
    tax_step(s.model, s.world);
    assert_true(s.world->firm.research_fund_vnd[small] == 0.0);
    assert_true(s.world->firm.research_fund_vnd[large] == 90e6);
    small_close(s);
}

// A quarter of what is claimed is ordinary spending, unless audits make that dear; who is audited pays a fine
// on it.
static void ordinary_spending_is_claimed_while_that_pays(void **state)
{
    static const struct {
        const char *audits, *fine;
        double deducted; // of 60e6 set aside
    } cases[] = {
        {"economy.tax.audit_frac=0", "economy.tax.penalty_frac=0.2", 80e6},
        {"economy.tax.audit_frac=1", "economy.tax.penalty_frac=0.2", 60e6},   // not claimed at all
        {"economy.tax.audit_frac=0.999", "economy.tax.penalty_frac=0", 60e6}, // claimed and refused
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const char *const set[] = {"programmes.p.kind=rd_allowance",
                                   PROBE_OPEN,
                                   "programmes.p.ceiling=0.1",
                                   "programmes.p.relabel_frac=0.25",
                                   cases[k].audits,
                                   cases[k].fine,
                                   NULL};
        struct small s = small_open(set);
        const int64_t r = small_row(s, 0);
        december(s, r, 5e9, 0.0, 60e6);
        tax_step(s.model, s.world);
        assert_true(s.world->firm.research_fund_vnd[r] == 60e6);
        assert_true(s.world->firm.tax_paid_vnd[r] == 0.2 * (1e9 - cases[k].deducted));
        small_close(s);
    }
}

// After five years what is left is income of the year, with interest on the tax put off; a younger fund
// stays.
static void what_is_not_spent_in_time_is_taxed_with_interest(void **state)
{
    static const char *const set[] = {FUND, "programmes.p.ceiling=0", NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t old = small_row(s, 0), young = small_row(s, 1);
    december(s, old, 5e9, 200e6, 0.0);
    december(s, young, 5e9, 200e6, 0.0);
    f->research_fund_age[old] = 59; // 60 by the settlement
    f->research_fund_age[young] = 58;
    s.world->research_funds_vnd = 200000000 * (f->weight[old] + f->weight[young]);
    tax_step(s.model, s.world);
    assert_close(f->tax_paid_vnd[old], 0.2 * 1.2e9 + 0.2 * 200e6 * 5.0 * s.world->climate.bank_rate, 1e-8);
    assert_true(f->tax_paid_vnd[young] == 0.2 * 1e9);
    assert_true(f->research_fund_vnd[old] == 0.0 && f->research_fund_vnd[young] == 200e6);
    assert_int_equal(f->research_fund_age[young], 59);
    // a year on, the lapsed money is no longer counted as forgone
    s.world->month = 23;
    environment_step(s.model, s.world);
    s.world->programme[0].month.forgone_vnd = 0;
    tax_step(s.model, s.world);
    assert_true(f->research_fund_age[young] == 0 || f->research_fund_vnd[young] <= 200e6);
    small_close(s);
}

// Tax that was put off comes in when the money is spent: what counts as forgone is the change of the funds.
static void forgone_tax_is_counted_until_the_money_is_spent(void **state)
{
    static const char *const set[] = {FUND, NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    december(s, r, 5e9, 0.0, 100e6);
    tax_step(s.model, s.world);
    const int64_t first = s.world->programme[0].month.forgone_vnd;
    assert_int_equal(first, f->weight[r] * 20000000);
    f->research_fund_vnd[r] = 0.0; // spent
    f->project_cost_vnd[r] = 0.0;
    s.world->month = 23;
    environment_step(s.model, s.world);
    s.world->programme[0].month.forgone_vnd = 0;
    tax_step(s.model, s.world);
    assert_close((double)s.world->programme[0].month.forgone_vnd,
                 -s.world->climate.tax_rate * 100e6 * (double)f->weight[r], 1e-9);
    small_close(s);
}

// Over years, whatever happens to a firm: the fund is part of its cash.
static void the_fund_is_part_of_cash(void **state)
{
    static const char *const set[] = {FUND, "programmes.p.ceiling=1", "programmes.p.horizon_years=10",
                                      "run.agents=4000", NULL};
    (void)state;
    struct small s = small_open(set);
    int64_t with_fund = 0;
    for (int month = 0; month < 36; month++) {
        small_months(s, 1);
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            const double fund = s.world->firm.research_fund_vnd[r];
            if (fund < 0.0 || fund > s.world->firm.cash_vnd[r])
                fail_msg("month %d: fund %g, cash %g", month, fund, s.world->firm.cash_vnd[r]);
            with_fund += fund > 0.0;
        }
    }
    assert_true(with_fund > 1000);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_of_need_ceiling_and_cash_is_set_aside),
        cmocka_unit_test(a_super_deduction_multiplies),
        cmocka_unit_test(innovators_save_for_projects_ahead),
        cmocka_unit_test(only_those_who_know_set_aside),
        cmocka_unit_test(a_fund_must_be_worth_its_accounts),
        cmocka_unit_test(ordinary_spending_is_claimed_while_that_pays),
        cmocka_unit_test(what_is_not_spent_in_time_is_taxed_with_interest),
        cmocka_unit_test(forgone_tax_is_counted_until_the_money_is_spent),
        cmocka_unit_test(the_fund_is_part_of_cash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
