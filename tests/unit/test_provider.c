// Knowledge providers: who looks for one, how places bind, what a link costs (equation N4).
#include <math.h>
#include "tests/unit/world_fixture.h"

static int64_t linked(struct small s, int region)
{
    int64_t n = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        n += s.world->firm.provider_months[r] && s.world->firm.region[r] == region ? s.world->firm.weight[r]
                                                                                   : 0;
    return n;
}

// Flags every operating firm with cash as one that looks for a provider.
static void seek(struct small s, double cash_vnd)
{
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        s.world->scratch.flag[r] = s.world->firm.status[r] == STATUS_OPERATING;
        s.world->firm.cash_vnd[r] = cash_vnd;
    }
}

// More firms look for a provider than there are places: they are taken to an agent, in every region apart.
static void places_bind_by_region(void **state)
{
    static const char *const set[] = {"run.agents=6000", "economy.provider.places_frac=0.05", NULL};
    (void)state;
    struct small s = small_open(set);
    double taken = 0.0, wanted = 0.0;
    int64_t weight = 0;
    seek(s, 1e12);
    provider_settle(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        weight = s.world->firm.weight[r] > weight ? s.world->firm.weight[r] : weight;
    for (int k = 0; k < s.model->regions_n; k++) {
        double operating = 0.0;
        const int64_t places = s.world->provider.places_n[k];
        for (int64_t r = 0; r < s.world->firms.n; r++)
            operating += s.world->firm.region[r] == k && s.world->firm.status[r] == STATUS_OPERATING
                             ? (double)s.world->firm.weight[r]
                             : 0.0;
        assert_int_equal(places, (int64_t)rint(0.05 * operating));
        assert_true(linked(s, k) < places + weight && linked(s, k) > places - weight);
        assert_int_equal(s.world->provider.linked_n[k], linked(s, k));
        taken += (double)linked(s, k);
        wanted += (double)places;
    }
    assert_close(taken, wanted, 0.02);
    seek(s, 1e12); // the places are taken: nobody else is served, but those that round up an agent
    provider_settle(s.model, s.world);
    for (int k = 0; k < s.model->regions_n; k++)
        assert_true(linked(s, k) < s.world->provider.places_n[k] + weight);
    small_close(s);
}

// With room for all, everybody who looks is served, and pays.
static void a_link_is_paid_for(void **state)
{
    static const char *const set[] = {"economy.provider.places_frac=1", "economy.provider.cost_vnd=20e6",
                                      "economy.provider.link_months=6", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int64_t weight = 0;
    s.world->climate.price_level = 1.25;
    seek(s, 100e6);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        s.world->scratch.flag[r] &= r % 3 == 0;
        weight += s.world->scratch.flag[r] ? f->weight[r] : 0;
        f->taxable_year_vnd[r] = f->profit_vnd[r] = 0.0;
    }
    ledger_month(&s.world->ledger);
    provider_settle(s.model, s.world);
    assert_int_equal(small_flow(s, CATEGORY_TRAINING), weight * 25000000);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool served = f->status[r] == STATUS_OPERATING && r % 3 == 0;
        assert_int_equal(f->provider_months[r], served ? 7 : 0);
        assert_true(f->cash_vnd[r] == (served ? 75e6 : 100e6));
        assert_true(f->taxable_year_vnd[r] == (served ? -25e6 : 0.0) &&
                    f->profit_vnd[r] == f->taxable_year_vnd[r]);
    }
    small_close(s);
}

// A new plan looks for a provider by its keyed draw against skills, if the money above the buffer pays for
// the first contract.
static void who_looks_for_a_provider(void **state)
{
    static const char *const set[] = {"economy.provider.seek_frac=0.3",
                                      "economy.innovation.buffer_months=0.5",
                                      "economy.provider.cost_vnd=20e6", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int looking = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->skills[r] = s.model->capability.skills_mean * (r % 2 ? 1.0 : 2.0);
        f->expected_sales_vnd[r] = 10e6;
        f->research_fund_vnd[r] = 0.0;
        f->cash_vnd[r] = r % 5 ? 25e6 : 25e6 - 1.0;
        f->provider_months[r] = r % 7 == 0;
        const double u =
            rng_uniform(s.world->rng, (uint64_t)f->ancestor[r], world_purpose(s.world, STREAM_PROVIDER, 0));
        const bool expected = u < (r % 2 ? 0.3 : 0.6) && r % 5 && r % 7;
        assert_int_equal(provider_sought(s.model, s.world, r), expected);
        looking += expected;
    }
    assert_true(looking > 100);
    small_close(s);
}

// In the month: firms that begin to plan look, and those served have a link when their project begins.
static void new_plans_find_providers(void **state)
{
    static const char *const set[] = {
        "economy.innovation.hazard=improved_product: 0.1, process: 0.1, new_product: 0.1, organisation: 0.1",
        "economy.provider.seek_frac=1", "economy.provider.places_frac=0.02", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int64_t weight = 0;
    int links = 0;
    small_months(s, 1);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        assert_true(!f->provider_months[r] || f->plan[r]);
        links += f->provider_months[r] != 0;
        weight = f->weight[r] > weight ? f->weight[r] : weight;
    }
    assert_true(links > 5);
    for (int month = 0; month < 24; month++) {
        small_months(s, 1);
        for (int k = 0; k < s.model->regions_n; k++)
            assert_true(s.world->provider.linked_n[k] < s.world->provider.places_n[k] + weight);
    }
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_bind_by_region),
        cmocka_unit_test(a_link_is_paid_for),
        cmocka_unit_test(who_looks_for_a_provider),
        cmocka_unit_test(new_plans_find_providers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
