// user_cost: plans answer to what support leaves of their price, by the firm's elasticity; who does not know
// or may not use a programme does not answer; a plan that pays only with support waits for it.
#include "models/user_cost.h"
#include "tests/unit/innovation_fixture.h"
#include "tests/unit/programme_fixture.h"

#define AT_ONCE "economy.innovation.user_cost_half_years=0.01"
// Equal sectors, as a world takes few settings: the plain hazard of a firm in a sector of factor 1.
#define RESPONSE PLAIN, HAZARD, AT_ONCE

static void expect_response(const char *const *set, double workers, double factor)
{
    struct small s = small_open(set);
    equalise(s, log(workers));
    const double size =
        fmin(pow(workers / 10.0, s.model->innovation.size_exponent), s.model->innovation.size_factor_max);
    expect_hazard(s, HAZARD_SUM * size * factor);
    small_close(s);
}

static void plans_have_the_elasticity(void **state)
{
    static const char *const half[] = {PROBE, RESPONSE, NULL};
    static const char *const tenth[] = {PROBE, RESPONSE, "programmes.p.share=0.1", NULL};
    static const char *const all[] = {PROBE, RESPONSE, "programmes.p.share=1", NULL};
    static const char *const none[] = {PROBE, RESPONSE, "programmes.p.share=0", NULL};
    (void)state;
    expect_response(half, 10.0, pow(0.5, -1.5));
    expect_response(half, 3.0, pow(0.5, -1.5)); // below 10 workers as at 10
    expect_response(half, 100.0, pow(0.5, -1.0));
    expect_response(half, 1000.0, pow(0.5, -0.5));
    expect_response(tenth, 10.0, pow(0.9, -1.5));
    expect_response(all, 10.0, pow(0.3, -1.5)); // own time is not paid for
    expect_response(none, 10.0, 1.0);
}

static void who_cannot_use_it_does_not_respond(void **state)
{
    static const char *const unknown[] = {PROBE, RESPONSE, "programmes.p.aware_frac=0", NULL};
    static const char *const closed[] = {PROBE, RESPONSE, "programmes.p.budget_total_vnd=0", NULL};
    static const char *const large[] = {PROBE, RESPONSE, "programmes.p.workers_min=1e6",
                                        "programmes.p.workers_max=1e7", NULL};
    static const char *const capped[] = {PROBE, RESPONSE, "programmes.p.cap_vnd=0", NULL};
    static const char *const fixed[] = {PROBE, RESPONSE, "economy.innovation.user_cost_small=0",
                                        "economy.innovation.user_cost_large=0", NULL};
    (void)state;
    expect_response(unknown, 10.0, 1.0);
    expect_response(closed, 10.0, 1.0);
    expect_response(large, 10.0, 1.0);
    expect_response(capped, 10.0, 1.0);
    expect_response(fixed, 10.0, 1.0);
}

// Half of the response a half-life after hearing; a ceiling and the chance of a file count.
static void shares_count_as_they_are_known(void **state)
{
    static const char *const set[] = {PROBE,
                                      NO_PLANS,
                                      "programmes.p.start=2013-01",
                                      "programmes.p.aware_per_year=50",
                                      "programmes.p.advance=false",
                                      "programmes.p.cap_vnd=40e6",
                                      "programmes.p.awarded_frac=0.8",
                                      "economy.innovation.user_cost_half_years=2",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    struct programme_project project = {TYPE_PROCESS, 100e6, false};
    const int64_t r = small_row(s, 0);
    s.world->month = 11; // two years after the start
    const double years = programme_known_years(s.model, s.world, 0, r);
    assert_true(years > 1.8 && years <= 2.0);
    const double lag = 1.0 - pow(2.0, -years / 2.0);
    assert_close(user_cost_net(s.model, s.world, r, &project), 1.0 - 0.4 * 0.8 * lag, 1e-9);
    project.begun = true;
    assert_close(user_cost_net(s.model, s.world, r, &project), 1.0 - 0.4 * 0.8, 1e-9);
    s.world->programme[0].decided_n = 100; // files are closed, few of them served
    s.world->programme[0].awards_total_n = 20;
    assert_close(user_cost_net(s.model, s.world, r, &project), 1.0 - 0.4 * 0.2, 1e-9);
    project.cost_vnd = 40e6;
    assert_close(user_cost_net(s.model, s.world, r, &project), 1.0 - 0.5 * 0.2, 1e-9);
    small_close(s);
}

// A row whose plan pays only with support, and rich enough for it.
static int64_t marginal_row(struct small s)
{
    innovation_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (s.world->firm.plan[r] && s.world->firm.plan_price[r]) {
            s.world->firm.cash_vnd[r] = 1e13;
            return r;
        }
    fail_msg("%s", "no plan needs support");
    return 0;
}

static void a_plan_that_needs_support_waits_for_it(void **state)
{
    static const char *const set[] = {PROBE, RESPONSE, NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    equalise(s, log(10.0));
    const int64_t r = marginal_row(s);
    const double draw = start_draw(s, r);
    assert_true(draw >= HAZARD_SUM && draw < HAZARD_SUM * pow(0.5, -1.5));
    assert_true(fabs(f->plan_price[r] / 255.0 - pow(draw / HAZARD_SUM, -1.0 / 1.5)) < 1.01 / 255.0);
    for (int64_t k = 0; k < s.world->firms.n; k++)
        f->propensity[k] = 0.0; // nobody plans anew
    innovation_step(s.model, s.world);
    assert_true(f->plan[r] && !f->project[r]); // it could pay for it, but it does not pay
    assert_false(f->project_event[r] & POSTPONED);
    f->project_support_vnd[r] = (1.0 - f->plan_price[r] / 255.0) * f->project_cost_vnd[r] * 0.9;
    innovation_step(s.model, s.world);
    assert_true(f->plan[r]); // too little
    f->project_support_vnd[r] = 0.5 * f->project_cost_vnd[r];
    innovation_step(s.model, s.world);
    assert_true(!f->plan[r] && f->project[r]);
    small_close(s);
}

// One that pays without gives way to nothing and replaces one that waits; a plan without support lapses.
static void a_plan_that_pays_replaces_one_that_waits(void **state)
{
    static const char *const set[] = {PROBE, RESPONSE, NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    equalise(s, log(10.0));
    const int64_t r = marginal_row(s);
    f->propensity[r] = 1e6;
    innovation_step(s.model, s.world);
    assert_true(f->plan[r] && !f->plan_price[r]);
    innovation_step(s.model, s.world);
    assert_true(f->project[r]);

    f->project[r] = 0;
    f->plan[r] = 1;
    f->plan_price[r] = 200;
    f->propensity[r] = 0.0;
    f->plan_until[r] = (int16_t)s.world->month;
    innovation_step(s.model, s.world);
    assert_true(!f->plan[r] && !f->project[r]);
    small_close(s);
}

// An allowance lowers the price for firms with tax to pay alone, by what it saves of it.
static void an_allowance_is_worth_its_tax(void **state)
{
    static const char *const set[] = {PROBE_OPEN,
                                      NO_PLANS,
                                      "programmes.p.kind=rd_allowance",
                                      "programmes.p.ceiling=0.5",
                                      "programmes.p.factor=1.5",
                                      "programmes.p.horizon_years=2",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    struct programme_project project = {TYPE_PROCESS, 100e6, true};
    const int64_t r = small_row(s, 0), cap = s.world->firms.capacity;
    environment_step(s.model, s.world);
    const double rate = tax_rate(s.model, s.world, r),
                 a_vnd = rate * (s.world->climate.bank_rate + 0.5); // saved of a VND set aside
    for (int k = 0; k < 12; k++)
        f->reported_ring[k * cap + r] = 1e8F;
    f->loss_forward_vnd[r] = 0.0;
    assert_close(user_cost_net(s.model, s.world, r, &project), 1.0 - a_vnd, 1e-9);
    f->loss_forward_vnd[r] = 1150e6; // two years' ceiling on 50e6 pay for half of it
    assert_close(user_cost_net(s.model, s.world, r, &project), 1.0 - 0.5 * a_vnd, 1e-6);
    f->loss_forward_vnd[r] = 2e9;
    assert_true(user_cost_net(s.model, s.world, r, &project) == 1.0);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_have_the_elasticity),
        cmocka_unit_test(who_cannot_use_it_does_not_respond),
        cmocka_unit_test(shares_count_as_they_are_known),
        cmocka_unit_test(a_plan_that_needs_support_waits_for_it),
        cmocka_unit_test(a_plan_that_pays_replaces_one_that_waits),
        cmocka_unit_test(an_allowance_is_worth_its_tax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
