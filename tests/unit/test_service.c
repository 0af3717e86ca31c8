// service: what firms pay and what is paid for them; what is built, never above the best; who asks for it.
#include "tests/unit/programme_fixture.h"

#define SERVICE "programmes.p.kind=service", PROBE_OPEN
#define PRICE   "programmes.p.cost_vnd=40e6"

static const struct instrument *service(void)
{
    return instrument_at(instrument_find("service"));
}

// A month's environment, and the row of a firm that a test arranges.
static int64_t begin(struct small s)
{
    small_begin(s);
    environment_step(s.model, s.world);
    return small_row(s, 0);
}

static struct programme_offer offer_to(struct small s, int64_t r)
{
    struct programme_offer offer = {0.0, 0.0};
    service()->offer(s.model, s.world, 0, r, &offer);
    return offer;
}

static void an_award_builds_and_is_paid(void **state)
{
    static const char *const set[] = {SERVICE,
                                      PRICE,
                                      NO_PLANS,
                                      "programmes.p.public_share=0.75",
                                      "programmes.p.management_points=0.2",
                                      "programmes.p.skills_points=0.1",
                                      "programmes.p.digital_stages=2",
                                      "programmes.p.exporting=true",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = begin(s), w = s.world->firm.weight[r];
    const struct firm *f = &s.world->firm;
    f->cash_vnd[r] = 100e6; // the books are not audited here
    f->management[r] = 0.4;
    f->skills[r] = 0.3;
    f->digital[r] = 0;
    f->exporter[r] = 0;
    const double whole = vmath_round(40e6 * s.world->climate.price_level), paid = vmath_round(0.75 * whole);
    const double profit = f->profit_vnd[r];
    assert_true(offer_to(s, r).amount_vnd == paid);
    assert_true(service()->award(s.model, s.world, 0, r, paid) == paid);
    assert_close(f->management[r], 0.6, 1e-12);
    assert_close(f->skills[r], 0.4, 1e-12);
    assert_int_equal(f->digital[r], 2);
    assert_int_equal(f->exporter[r], 1);
    assert_true(f->cash_vnd[r] == 100e6 - (whole - paid));
    assert_true(f->profit_vnd[r] == profit - (whole - paid));
    assert_int_equal(s.world->ledger.flow[CATEGORY_TRAINING][ACCOUNT_GOVERNMENT][ACCOUNT_HOUSEHOLDS],
                     w * (int64_t)paid);
    assert_int_equal(s.world->ledger.flow[CATEGORY_TRAINING][ACCOUNT_FIRMS][ACCOUNT_HOUSEHOLDS],
                     w * (int64_t)(whole - paid));
    assert_int_equal(s.world->programme[0].month.cash_vnd, w * (int64_t)paid);
    small_close(s);
}

static void nothing_is_taught_to_the_best(void **state)
{
    static const char *const set[] = {SERVICE, PRICE, NO_PLANS, NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = begin(s);
    const struct firm *f = &s.world->firm;
    f->management[r] = 0.98;
    assert_true(service()->award(s.model, s.world, 0, r, 40e6) == 40e6);
    assert_true(f->management[r] == 1.0);
    assert_true(offer_to(s, r).benefit_vnd == 0.0);
    assert_true(service()->award(s.model, s.world, 0, r, 40e6) < 0.0); // it has changed while the file waited
    small_close(s);
}

// Who cannot pay the own share does not ask; the benefit is what the manager believes of a year's gain in
// margin, less the own share.
static void firms_weigh_the_gain(void **state)
{
    static const char *const set[] = {SERVICE,
                                      PRICE,
                                      NO_PLANS,
                                      "programmes.p.public_share=0.5",
                                      "programmes.p.management_points=0.3",
                                      "programmes.p.believed_frac=0.4",
                                      "programmes.p.counted_months=6",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = begin(s);
    const struct firm *f = &s.world->firm;
    const double own = vmath_round(40e6 * s.world->climate.price_level) * 0.5;
    f->management[r] = 0.4;
    f->expected_sales_vnd[r] = 20e9;
    f->cash_vnd[r] = 1e9;
    assert_close(offer_to(s, r).benefit_vnd,
                 0.4 * 0.5 * s.model->production.management_cost * 0.3 * 20e9 * 6.0 - own, 1e-6);
    f->cash_vnd[r] = own - 1e6;
    assert_true(offer_to(s, r).benefit_vnd == 0.0);
    assert_true(service()->award(s.model, s.world, 0, r, own) < 0.0);
    f->cash_vnd[r] = 1e9;
    f->expected_sales_vnd[r] = 1e6; // a gain too small for its price
    assert_true(offer_to(s, r).benefit_vnd == 0.0);
    small_close(s);
}

// A year of a free service: the served are better managed than the others, and the books balance.
static void a_year_of_it(void **state)
{
    static const char *const set[] = {SERVICE, PRICE, "programmes.p.management_points=0.3",
                                      "programmes.p.offered_frac=0.5", NULL};
    double sum[2] = {0.0, 0.0}, n[2] = {0.0, 0.0};
    (void)state;
    struct small s = small_open(set);
    small_months(s, 12);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const int served = programme_served(s.world, 0, r);
        if (served)
            assert_true(programme_offered(s.model, s.world, 0, r));
        sum[served] += s.world->firm.management[r];
        n[served] += 1.0;
    }
    assert_true(n[1] > 100.0 && n[0] > 100.0);
    assert_true(sum[1] / n[1] > sum[0] / n[0] + 0.2);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_award_builds_and_is_paid),
        cmocka_unit_test(nothing_is_taught_to_the_best),
        cmocka_unit_test(firms_weigh_the_gain),
        cmocka_unit_test(a_year_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
