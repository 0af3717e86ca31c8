// Equations P1-P6 by hand on arranged rows; cash columns against the ledger; no cash below zero.
#include <math.h>
#include "sim/par.h"
#include "tests/unit/world_fixture.h"

// One firm in round numbers: trade in Hanoi, 5 workers who make 10e6 VND a month each, margin 10 %, labour at
// 6e6 VND. The 10e6 are 1.25e6 in the sector, at twice the prices and productivity of the opening, in a place
// and in a firm of twice the mean.
#define ROUND                                                                                                \
    "economy.sectors.trade.sales_per_worker_vnd=1.25e6", "economy.regions.hanoi.sales_factor=2",             \
        "economy.environment.wage_vnd=5e6", "economy.environment.labour_cost_factor=1.2",                    \
        "economy.production.margin_mean=0.1", "economy.production.hire_speed=0.25",                          \
        "economy.production.fire_speed=0.5", "economy.production.depreciation_per_year=0.12",                \
        "economy.demand.capacity_slack=0.5", "economy.demand.expectation_speed=0.25",                        \
        "economy.production.owner_pay_frac=0.012", "economy.production.owner_pay_exponent=0.3",              \
        "economy.production.under_reporting_frac=0.3", "economy.production.under_reporting_exponent=0.3",    \
        "economy.production.cash_buffer_months=1.5", "economy.production.payout_frac=0.1",                   \
        "economy.production.capital_slack=1", "economy.sectors.trade.capital_months=1.5"
static const char *const by_hand[] = {ROUND, "economy.credit.government_delay_months=0", NULL};

// Arranges a row beyond the first block; the market offers it `offered_vnd` of sales.
static int64_t arrange(struct small s, double offered_vnd)
{
    struct firm *f = &s.world->firm;
    int64_t r = 0;
    for (int nth = 0; r < PAR_BLOCK; nth++)
        r = small_row(s, nth);
    const int trade = small_sector(s, "trade");
    environment_step(s.model, s.world);
    s.world->climate.price_level = 1.25;
    s.world->climate.productivity_index = 1.6;
    f->sector[r] = (uint8_t)trade;
    f->region[r] = 0;
    f->productivity[r] = 2.0;
    f->workers[r] = 5.0;
    f->expected_sales_vnd[r] = 80e6;
    f->attraction[r] = 100.0;
    f->management[r] = s.model->capability.management_mean;
    f->efficiency[r] = f->transitory[r] = f->quality[r] = 0.0;
    f->capital_vnd[r] = 100e6;
    f->debt_vnd[r] = 60e6;
    f->lending_rate[r] = 0.12F;
    f->cash_vnd[r] = 200e6;
    f->research_fund_vnd[r] = f->cumulated_loss_vnd[r] = f->taxable_year_vnd[r] = 0.0;
    s.world->sector[trade].attraction = 1e6;
    s.world->sector[trade].demand_vnd = offered_vnd * 1e4;
    return r;
}

// Offered 100e6, five workers make 75e6 with overtime; expected sales go to 85e6, so 8.5 workers are wanted
// and 5.875 are there.
static void a_firm_that_grows(void **state)
{
    (void)state;
    struct small s = small_open(by_hand);
    const int64_t r = arrange(s, 100e6);
    const struct firm *f = &s.world->firm;
    production_step(s.model, s.world);

    assert_true(f->sales_vnd[r] == 75e6); // P1
    assert_true(f->expected_sales_vnd[r] == 85e6);
    assert_close(f->workers[r], 5.875, 1e-12); // P2
    assert_close(f->log_workers[r], log(5.875), 1e-14);
    const double wages = 35.25e6, worn = 1e6, materials = 67.5e6 - wages - worn, interest = 0.6e6;
    const double profit = 75e6 - materials - wages - worn - interest;
    assert_true(profit == 6.9e6);
    assert_true(f->profit_vnd[r] == profit); // P3: 10 % of sales less interest
    assert_true(f->value_added_vnd[r] == 75e6 - materials);
    assert_true(f->capital_vnd[r] == 99e6);
    const double scale = pow(0.5875, -0.3);
    const double owner = nearbyint(75e6 * 0.012 * scale);                      // P4
    const double reported = nearbyint((profit - owner) * (1.0 - 0.3 * scale)); // P5
    assert_true(f->reported_vnd[r] == reported && f->taxable_year_vnd[r] == reported);
    const double before =
        200e6 + 75e6 - materials - wages - owner; // P6: interest is paid by the credit phase
    const double drawn = nearbyint(0.1 * (before - 1.5 * 85e6));
    assert_true(f->cash_vnd[r] == before - drawn);
    assert_true(f->cumulated_loss_vnd[r] == 0.0);
    small_close(s);
}

// Offered 100e6, fixed assets of 45e6 serve 60e6 at the most: so much is sold, and expected.
static void fixed_assets_limit_what_can_be_sold(void **state)
{
    (void)state;
    struct small s = small_open(by_hand);
    const int64_t r = arrange(s, 100e6);
    s.world->firm.workers[r] = 50.0;
    s.world->firm.capital_vnd[r] = 45e6;
    production_step(s.model, s.world);
    assert_true(s.world->firm.sales_vnd[r] == 60e6);
    assert_true(s.world->firm.expected_sales_vnd[r] == 75e6);
    small_close(s);
}

// Offered 20e6: half of the excess workers go; wages eat the cash and the owner pays the rest.
static void a_firm_that_shrinks_and_loses(void **state)
{
    (void)state;
    struct small s = small_open(by_hand);
    const int64_t r = arrange(s, 20e6);
    const struct firm *f = &s.world->firm;
    f->workers[r] = 9.0;
    f->expected_sales_vnd[r] = 20e6;
    f->cash_vnd[r] = 10e6;
    f->cumulated_loss_vnd[r] = 3e6;
    production_step(s.model, s.world);

    assert_close(f->workers[r], 5.5, 1e-12); // 9 - 0.5 (9 - 2)
    const double wages = 33e6, worn = 1e6, interest = 0.6e6;
    const double profit = 20e6 - wages - worn - interest; // materials cannot fall below zero
    assert_true(f->profit_vnd[r] == profit);
    const double owner = nearbyint(20e6 * 0.012 * pow(0.55, -0.3));
    assert_true(f->reported_vnd[r] == profit - owner); // a loss is reported whole
    assert_true(f->cumulated_loss_vnd[r] == 3e6 - profit);
    assert_true(f->cash_vnd[r] == 0.0);
    production_step(s.model, s.world); // and never below one worker
    for (int k = 0; k < 40; k++)
        production_step(s.model, s.world);
    assert_true(f->workers[r] >= 1.0);
    small_close(s);
}

static void losses_are_made_good_by_profits(void **state)
{
    (void)state;
    struct small s = small_open(by_hand);
    const int64_t r = arrange(s, 100e6);
    s.world->firm.cumulated_loss_vnd[r] = 10e6;
    production_step(s.model, s.world);
    assert_true(s.world->firm.cumulated_loss_vnd[r] == 10e6 - 6.9e6);
    small_close(s);
}

// What ownership, a startup's plans and the S&T fund change in P4-P6; cash of 200e6 + profit in each case.
static void who_pays_and_draws_what(void **state)
{
    static const struct {
        int ownership, startup;
        double fund_vnd;
        bool owner_paid, hides, draws;
    } row[] = {
        {OWNERSHIP_PRIVATE, 0, 0.0, true, true, true},    {OWNERSHIP_FOREIGN, 0, 0.0, false, false, true},
        {OWNERSHIP_STATE, 0, 0.0, false, false, true},    {OWNERSHIP_PRIVATE, 1, 0.0, true, true, false},
        {OWNERSHIP_PRIVATE, 0, 190e6, true, true, false},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        struct small s = small_open(by_hand);
        const int64_t r = arrange(s, 100e6);
        const struct firm *f = &s.world->firm;
        f->ownership[r] = (uint8_t)row[k].ownership;
        f->startup[r] = (uint8_t)row[k].startup;
        f->research_fund_vnd[r] = row[k].fund_vnd;
        production_step(s.model, s.world);
        const double scale = pow(0.5875, -0.3),
                     owner = row[k].owner_paid ? nearbyint(75e6 * 0.012 * scale) : 0.0;
        const double before = 200e6 + 75e6 - 31.25e6 - 35.25e6 - owner;
        assert_true(f->reported_vnd[r] ==
                    nearbyint((6.9e6 - owner) * (row[k].hides ? 1.0 - 0.3 * scale : 1.0)));
        assert_true(f->cash_vnd[r] == before - (row[k].draws ? nearbyint(0.1 * (before - 1.5 * 85e6)) : 0.0));
        small_close(s);
    }
}

// The margin has four parts; management counts against the economy's mean.
static void the_margin_is_the_sum_of_its_parts(void **state)
{
    (void)state;
    struct small s = small_open(by_hand);
    const int64_t r = arrange(s, 100e6);
    const struct firm *f = &s.world->firm;
    f->efficiency[r] = 0.02;
    f->transitory[r] = -0.05;
    f->management[r] += 0.25;
    production_step(s.model, s.world);
    const double margin =
        0.1 + 0.02 - 0.05 + 0.25 * 0.5 * s.model->production.management_cost; // half is in the price
    assert_close(f->profit_vnd[r], 75e6 * margin - 0.6e6, 1e-7);
    small_close(s);
}

static void sales_a_worker_follow_prices_place_and_productivity(void **state)
{
    static const char *const set[] = {"closure=fixed", NULL};
    (void)state;
    struct small s = small_open(set);
    small_months(s, 14);
    const int64_t r = small_row(s, 2);
    const struct firm *f = &s.world->firm;
    const struct climate *c = &s.world->climate;
    assert_true(c->price_level > 1.0 && c->productivity_index > 1.0);
    assert_close(production_sales_per_worker_vnd(s.model, s.world, r),
                 s.model->sector[f->sector[r]].sales_per_worker_vnd *
                     s.model->region[f->region[r]].sales_factor * c->price_level * c->productivity_index *
                     f->productivity[r],
                 1e-14);
    small_close(s);
}

static void who_does_not_operate_is_left_alone(void **state)
{
    (void)state;
    static const char *const set[] = {"economy.credit.government_delay_months=0", NULL};
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 1);
    small_months(s, 1);
    f->status[r] = STATUS_SUSPENDED;
    f->profit_vnd[r] = 5.0;
    const double cash = f->cash_vnd[r], capital = f->capital_vnd[r], workers = f->workers[r],
                 expected = f->expected_sales_vnd[r];
    const uint64_t bits = f->operating_bits[r];
    const int32_t months = f->months_operating[r];
    const int16_t last = f->last_sale_month[r];
    small_begin(s);
    small_phases(s, "programmes");
    assert_true(f->cash_vnd[r] == cash && f->capital_vnd[r] == capital && f->workers[r] == workers &&
                f->expected_sales_vnd[r] == expected);
    assert_true(f->sales_vnd[r] == 0.0 && f->profit_vnd[r] == 0.0 && f->value_added_vnd[r] == 0.0 &&
                f->reported_vnd[r] == 0.0);
    assert_true(f->operating_bits[r] == bits << 1);
    assert_int_equal(f->months_operating[r], months);
    assert_int_equal(f->last_sale_month[r], last);
    small_close(s);
}

static void the_month_is_remembered(void **state)
{
    (void)state;
    struct small s = small_open(by_hand);
    const int64_t r = arrange(s, 100e6), cap = s.world->firms.capacity;
    const struct firm *f = &s.world->firm;
    s.world->climate.month_of_year = 7;
    production_step(s.model, s.world);
    const double workers = f->workers[r];
    production_step(s.model, s.world);
    assert_true(f->worker_months[r] == workers + f->workers[r]);
    assert_true(f->sales_ring[7 * cap + r] == (float)f->sales_vnd[r]);
    assert_true(f->workers_ring[7 * cap + r] == (float)f->workers[r]);
    assert_true(f->reported_ring[7 * cap + r] == (float)f->reported_vnd[r]);
    assert_true(f->sales_total_vnd[r] == 75e6 + f->sales_vnd[r]);
    assert_int_equal(f->months_operating[r], 2);
    assert_int_equal(f->last_sale_month[r], 0);
    small_close(s);
}

// The cash that the columns gained is what the ledger says firms received; who bought the sales adds up.
static void columns_and_ledger_agree(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    for (int month = 0; month < 14; month++) {
        small_begin(s);
        small_phases(s, "production");
        const int64_t before = small_sum(s, s.world->firm.cash_vnd);
        small_phase(s, "production");
        assert_int_equal(small_sum(s, s.world->firm.cash_vnd) - before, small_firms_received(s));
        const int64_t sales = small_sum(s, s.world->firm.sales_vnd);
        assert_int_equal(small_flow(s, CATEGORY_SALES), sales);
        int64_t abroad = 0;
        for (int k = 0; k < s.model->sectors_n; k++) {
            int64_t sold = 0;
            for (int64_t r = 0; r < s.world->firms.n; r++)
                sold += s.world->firm.sector[r] == k
                            ? s.world->firm.weight[r] * (int64_t)s.world->firm.sales_vnd[r]
                            : 0;
            abroad += (int64_t)((double)sold * s.model->sector[k].export_frac);
        }
        assert_close((double)s.world->ledger.flow[CATEGORY_SALES][ACCOUNT_REST][ACCOUNT_FIRMS],
                     (double)abroad, 1e-5);
        assert_close((double)s.world->ledger.flow[CATEGORY_SALES][ACCOUNT_GOVERNMENT][ACCOUNT_FIRMS],
                     (double)sales * s.model->demand.government_frac, 1e-5);
        for (int k = 3; k < schedule_n; k++)
            schedule[k].step(s.model, s.world);
        small_end(s);
    }
    small_close(s);
}

// Whatever the phase, no firm's cash or debt falls below zero and every amount is whole.
static void cash_never_falls_below_zero(void **state)
{
    static const char *const harsh[] = {"economy.production.margin_mean=-0.05",
                                        "economy.innovation.hazard=improved_product: 0.1, process: 0.05, "
                                        "new_product: 0.02, organisation: 0.02",
                                        NULL};
    (void)state;
    struct small s = small_open(harsh);
    for (int month = 0; month < 24; month++) {
        small_begin(s);
        for (int k = 0; k < schedule_n; k++) {
            schedule[k].step(s.model, s.world);
            const struct firm *f = &s.world->firm;
            for (int64_t r = 0; r < s.world->firms.n; r++)
                if (f->cash_vnd[r] < 0.0 || f->debt_vnd[r] < 0.0 ||
                    f->cash_vnd[r] != nearbyint(f->cash_vnd[r]))
                    fail_msg("phase %s leaves cash %g and debt %g", schedule[k].name, f->cash_vnd[r],
                             f->debt_vnd[r]);
        }
        small_end(s);
    }
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firm_that_grows),
        cmocka_unit_test(fixed_assets_limit_what_can_be_sold),
        cmocka_unit_test(a_firm_that_shrinks_and_loses),
        cmocka_unit_test(losses_are_made_good_by_profits),
        cmocka_unit_test(who_pays_and_draws_what),
        cmocka_unit_test(the_margin_is_the_sum_of_its_parts),
        cmocka_unit_test(sales_a_worker_follow_prices_place_and_productivity),
        cmocka_unit_test(who_does_not_operate_is_left_alone),
        cmocka_unit_test(the_month_is_remembered),
        cmocka_unit_test(columns_and_ledger_agree),
        cmocka_unit_test(cash_never_falls_below_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
