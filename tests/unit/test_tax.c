// Corporate tax by hand (equation T1): losses, rates, reliefs in order, who pays, and what was forgone to
// whom.
#include <math.h>
#include "tests/unit/world_fixture.h"

// December 2014: 22 %, 20 % for small enterprises.
static struct small december(const char *const *settings)
{
    struct small s = small_open(settings);
    s.world->month = 11;
    environment_step(s.model, s.world);
    ledger_month(&s.world->ledger);
    return s;
}

static void give(struct small s, int64_t r, double profit_vnd, double losses_vnd, double sales_vnd,
                 double cash_vnd)
{
    struct firm *f = &s.world->firm;
    f->taxable_year_vnd[r] = profit_vnd;
    f->loss_forward_vnd[r] = losses_vnd;
    f->cash_vnd[r] = cash_vnd;
    for (int k = 0; k < 12; k++)
        f->sales_ring[k * s.world->firms.capacity + r] = (float)(sales_vnd / 12.0);
}

// Losses are used first; a fifth of what is left lapses each year; a new loss is added whole.
static void losses_are_carried_forward(void **state)
{
    static const struct {
        double profit, losses, tax, left;
    } row[] = {
        {100e6, 0.0, 20e6, 0.0},  {100e6, 30e6, 14e6, 0.0},   {100e6, 150e6, 0.0, 40e6},
        {-40e6, 0.0, 0.0, 40e6},  {-40e6, 100e6, 0.0, 120e6}, {0.0, 100e6, 0.0, 80e6},
        {100e6, 100e6, 0.0, 0.0},
    };
    static const char *const five[] = {"economy.tax.loss_years=5", NULL};
    (void)state;
    struct small s = december(five);
    const struct firm *f = &s.world->firm;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++)
        give(s, small_row(s, (int)k), row[k].profit, row[k].losses, 1e9, 500e6);
    tax_step(s.model, s.world);
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        const int64_t r = small_row(s, (int)k);
        assert_true(f->tax_paid_vnd[r] == row[k].tax);
        assert_true(f->loss_forward_vnd[r] == row[k].left);
        assert_true(f->cash_vnd[r] == 500e6 - row[k].tax && f->taxable_year_vnd[r] == 0.0);
    }
    small_close(s);
}

static void small_enterprises_have_their_rate(void **state)
{
    static const struct {
        double sales, tax;
    } row[] = {{11.9e9, 20e6}, {12e9, 20e6}, {12.1e9, 22e6}, {0.0, 20e6}};
    static const char *const set[] = {"economy.tax.small_sales_vnd=12e9", NULL};
    (void)state;
    struct small s = december(set);
    for (int k = 0; k < 4; k++)
        give(s, small_row(s, k), 100e6, 0.0, row[k].sales, 1e9);
    tax_step(s.model, s.world);
    for (int k = 0; k < 4; k++) {
        assert_true(s.world->firm.tax_paid_vnd[small_row(s, k)] == row[k].tax);
        assert_true(tax_rate(s.model, s.world, small_row(s, k)) == row[k].tax / 100e6);
    }
    small_close(s);
}

static void tax_is_settled_in_its_month_alone(void **state)
{
    static const char *const march[] = {"economy.tax.settlement_month=3", NULL};
    (void)state;
    struct small s = december(march);
    const int64_t r = small_row(s, 0);
    const struct firm *f = &s.world->firm;
    give(s, r, 100e6, 0.0, 1e9, 1e9);
    tax_step(s.model, s.world);
    assert_true(f->tax_paid_vnd[r] == 0.0 && f->taxable_year_vnd[r] == 100e6 &&
                f->first_profit_month[r] == NEVER);
    for (s.world->month = 12; s.world->month < 16; s.world->month++) {
        environment_step(s.model, s.world);
        tax_step(s.model, s.world);
        assert_true(f->tax_paid_vnd[r] == (s.world->month == 14 ? 20e6 : 0.0));
    }
    assert_int_equal(f->first_profit_month[r], 14);
    small_close(s);
}

// A suspended firm has its year too.
static void who_is_suspended_settles_with_the_others(void **state)
{
    (void)state;
    struct small s = december(NULL);
    const int64_t r = small_row(s, 0), q = small_row(s, 1);
    give(s, r, 100e6, 0.0, 1e9, 1e9);
    give(s, q, 100e6, 0.0, 1e9, 1e9);
    s.world->firm.status[r] = STATUS_SUSPENDED;
    s.world->firm.status[q] = STATUS_CEASED;
    tax_step(s.model, s.world);
    assert_true(s.world->firm.tax_paid_vnd[r] == 20e6 && s.world->firm.taxable_year_vnd[r] == 0.0);
    assert_true(s.world->firm.tax_paid_vnd[q] == 0.0);
    small_close(s);
}

// A firm that leaves within the year settles it, its internal fund included, as far as its cash goes.
static void who_leaves_settles_the_year(void **state)
{
    static const struct {
        double profit, fund, cash, paid;
    } cases[] = {
        {100e6, 0.0, 500e6, 20e6},
        {100e6, 50e6, 500e6, 30e6},
        {100e6, 0.0, 5e6, 5e6},
        {-100e6, 0.0, 500e6, 0.0},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct small s = small_open(NULL);
        struct firm *f = &s.world->firm;
        const int64_t r = small_row(s, 0);
        s.world->month = 5;
        environment_step(s.model, s.world);
        ledger_month(&s.world->ledger);
        give(s, r, cases[k].profit, 0.0, 1e9, cases[k].cash);
        f->research_fund_vnd[r] = cases[k].fund;
        tax_firm_leaves(s.model, s.world, r);
        assert_true(f->tax_paid_vnd[r] == cases[k].paid);
        assert_true(f->cash_vnd[r] == cases[k].cash - cases[k].paid && f->research_fund_vnd[r] == 0.0);
        assert_int_equal(s.world->ledger.flow[CATEGORY_CORPORATE_TAX][ACCOUNT_FIRMS][ACCOUNT_GOVERNMENT],
                         f->weight[r] * (int64_t)cases[k].paid);
        small_close(s);
    }
}

// What cash does not pay the owner puts in; both flows are in the books, to the VND.
static void owners_pay_what_cash_does_not(void **state)
{
    (void)state;
    struct small s = december(NULL);
    const int64_t r = small_row(s, 0), q = small_row(s, 1);
    const int64_t w = s.world->firm.weight[r], v = s.world->firm.weight[q];
    give(s, r, 100e6, 0.0, 1e9, 5e6);
    give(s, q, 70e6, 0.0, 1e9, 50e6);
    s.world->firm.wealth_vnd[r] = 1e13F;
    const int64_t before = small_sum(s, s.world->firm.cash_vnd);
    tax_step(s.model, s.world);
    assert_true(s.world->firm.cash_vnd[r] == 0.0 && s.world->firm.cash_vnd[q] == 36e6);
    assert_int_equal(s.world->ledger.flow[CATEGORY_CORPORATE_TAX][ACCOUNT_FIRMS][ACCOUNT_GOVERNMENT],
                     w * 20000000 + v * 14000000);
    assert_int_equal(s.world->ledger.flow[CATEGORY_OWNER_MONEY][ACCOUNT_HOUSEHOLDS][ACCOUNT_FIRMS],
                     w * 15000000);
    assert_int_equal(small_sum(s, s.world->firm.cash_vnd) - before, small_firms_received(s));
    give(s, r, 100e6, 0.0, 1e9, 5e6);
    s.world->firm.wealth_vnd[r] = 0.0F; // who has no wealth borrows from the family
    ledger_month(&s.world->ledger);
    tax_step(s.model, s.world);
    assert_true(s.world->firm.informal_vnd[r] == 15e6 && s.world->firm.tax_paid_vnd[r] == 20e6);
    assert_int_equal(s.world->ledger.flow[CATEGORY_OWNER_MONEY][ACCOUNT_HOUSEHOLDS][ACCOUNT_FIRMS], 0);
    small_close(s);
}

#define EVERYONE(name)                                                                                       \
    "programmes." name ".aware_frac=1", "programmes." name ".aware_per_year=50",                             \
        "programmes." name ".workers_max=1e6"
#define FUND                                                                                                 \
    "programmes.fund.kind=rd_allowance", "programmes.fund.ceiling=0.5", "programmes.fund.factor=1",          \
        "programmes.fund.relabel_frac=0", "programmes.fund.paperwork_vnd=0", EVERYONE("fund")
#define CUT                                                                                                  \
    "programmes.cut.kind=tax_relief", "programmes.cut.certification=false", "programmes.cut.rate=0.1",       \
        "programmes.cut.holiday_years=0", "programmes.cut.half_years=0", EVERYONE("cut")

// A profit of 1e9 and a project of 300e6 to save for: the fund takes 300e6 of the base, the cut halves the
// rate on the rest.
static void reliefs_work_in_the_order_of_the_scenario(void **state)
{
    static const char *const fund_first[] = {FUND, CUT, NULL}, *const cut_first[] = {CUT, FUND, NULL};
    static const char *const *const settings[2] = {fund_first, cut_first};
    static const int64_t forgone[2][2] = {{60, 70}, {100, 30}}; // in 1e6 VND, by place in the scenario
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct small s = december(settings[k]);
        struct firm *f = &s.world->firm;
        const int64_t r = small_row(s, 0);
        give(s, r, 1e9, 0.0, 12e9, 2e9);
        f->innovating_bits[r] = 0;
        f->project_cost_vnd[r] = 300e6;
        tax_step(s.model, s.world);
        assert_true(f->tax_paid_vnd[r] == 70e6); // (1e9 - 300e6) x 10 %
        assert_true(f->research_fund_vnd[r] == 300e6);
        for (int p = 0; p < 2; p++)
            assert_int_equal(s.world->programme[p].month.forgone_vnd, f->weight[r] * forgone[k][p] * 1000000);
        small_close(s);
    }
}

// Whatever the firms, tax forgone is the tax without reliefs less the tax with them.
static void tax_forgone_is_the_difference_in_tax(void **state)
{
    // firms that suspend settle with the reliefs; had they come back, their money would differ
    static const char *const none[] = {"economy.demography.return_per_month=0", NULL};
    // and who counts on reliefs would plan more projects
    static const char *const with[] = {FUND,
                                       CUT,
                                       "economy.demography.return_per_month=0",
                                       "economy.innovation.user_cost_small=0",
                                       "economy.innovation.user_cost_large=0",
                                       NULL};
    (void)state;
    struct small s = small_open(none), t = small_open(with);
    for (int m = 0; m < 11; m++) {
        small_months(s, 1);
        small_months(t, 1);
    }
    small_begin(s), small_begin(t);
    small_phases(s, "tax"), small_phases(t, "tax");
    assert_true(small_sum(s, s.world->firm.taxable_year_vnd) == small_sum(t, t.world->firm.taxable_year_vnd));
    small_phase(s, "tax"), small_phase(t, "tax");
    const int64_t without = small_flow(s, CATEGORY_CORPORATE_TAX),
                  paid = small_flow(t, CATEGORY_CORPORATE_TAX);
    const int64_t by_fund = t.world->programme[0].month.forgone_vnd,
                  by_cut = t.world->programme[1].month.forgone_vnd;
    assert_true(by_fund > 0 && by_cut > 0);
    assert_int_equal(by_fund + by_cut, without - paid);
    small_close(s);
    small_close(t);
}

static void a_closed_relief_and_one_for_others_change_nothing(void **state)
{
    static const char *const closed[] = {CUT, "programmes.cut.enabled=false", NULL},
                             *const over[] = {CUT, "programmes.cut.end=2014-11", NULL},
                             *const others[] = {CUT, "programmes.cut.ownerships=[state]", NULL},
                             *const open[] = {CUT, NULL};
    static const char *const *const settings[] = {closed, over, others, open};
    (void)state;
    for (int k = 0; k < 4; k++) {
        struct small s = december(settings[k]);
        const int64_t r = small_row(s, 0);
        give(s, r, 100e6, 0.0, 1e9, 1e9);
        tax_step(s.model, s.world);
        assert_true(s.world->firm.tax_paid_vnd[r] == (k < 3 ? 20e6 : 10e6));
        assert_int_equal(s.world->programme[0].month.forgone_vnd,
                         k < 3 ? 0 : s.world->firm.weight[r] * 10000000);
        small_close(s);
    }
}

static void the_first_profit_is_noted_once(void **state)
{
    (void)state;
    struct small s = december(NULL);
    const int64_t r = small_row(s, 0);
    give(s, r, -5e6, 0.0, 1e9, 1e9);
    tax_step(s.model, s.world);
    assert_int_equal(s.world->firm.first_profit_month[r], NEVER);
    for (int year = 1; year < 4; year++) {
        s.world->month = 11 + 12 * year;
        give(s, r, 50e6, 0.0, 1e9, 1e9);
        tax_step(s.model, s.world);
        assert_int_equal(s.world->firm.first_profit_month[r], 23);
    }
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_carried_forward),
        cmocka_unit_test(small_enterprises_have_their_rate),
        cmocka_unit_test(tax_is_settled_in_its_month_alone),
        cmocka_unit_test(who_is_suspended_settles_with_the_others),
        cmocka_unit_test(who_leaves_settles_the_year),
        cmocka_unit_test(owners_pay_what_cash_does_not),
        cmocka_unit_test(reliefs_work_in_the_order_of_the_scenario),
        cmocka_unit_test(tax_forgone_is_the_difference_in_tax),
        cmocka_unit_test(a_closed_relief_and_one_for_others_change_nothing),
        cmocka_unit_test(the_first_profit_is_noted_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
