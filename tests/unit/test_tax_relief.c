// tax_relief: the rate due by years since the first profit, with certification that costs effort or for all
// who know it.
#include <math.h>
#include "tests/unit/programme_fixture.h"

#define RELIEF "programmes.p.kind=tax_relief", PROBE_OPEN
#define TERMS                                                                                                \
    "programmes.p.rate=0.1", "programmes.p.holiday_years=2", "programmes.p.half_years=3",                    \
        "programmes.p.reduced_years=4"

// Settles a December in which the row has a profit of 100e6 VND; returns the tax paid.
static double settle(struct small s, int64_t r, int64_t year, bool large)
{
    struct firm *f = &s.world->firm;
    s.world->month = 12 * (year - 2014) + 11;
    environment_step(s.model, s.world);
    f->taxable_year_vnd[r] = 100e6;
    f->cash_vnd[r] = 1e9;
    f->workers[r] = 20.0;
    f->status[r] = STATUS_OPERATING;
    for (int k = 0; k < 12; k++)
        f->sales_ring[k * s.world->firms.capacity + r] = large ? 1e10F : 1e8F;
    ledger_month(&s.world->ledger);
    s.world->programme[0].month = (struct programme_account){0};
    tax_step(s.model, s.world);
    assert_int_equal(s.world->programme[0].month.forgone_vnd,
                     f->weight[r] *
                         (int64_t)nearbyint(tax_rate(s.model, s.world, r) * 100e6 - f->tax_paid_vnd[r]));
    return f->tax_paid_vnd[r];
}

// Two years without tax, three at half the reduced rate, four at the reduced rate, then the usual one;
// whatever the usual rate is (22 % in 2014-15, 20 % later; 20 % for small enterprises, 17 % from 2026), the
// reduced one is 10 %.
static void holidays_and_reduced_years_follow_each_other(void **state)
{
    static const double due[] = {0, 0, 5e6, 5e6, 5e6, 10e6, 10e6, 10e6, 10e6, 20e6, 20e6, 20e6};
    static const char *const set[] = {RELIEF, TERMS, "programmes.p.certification=false", "run.until=2030-12",
                                      NULL};
    (void)state;
    for (int large = 0; large < 2; large++) {
        struct small s = small_open(set);
        const int64_t r = small_row(s, 0);
        for (int64_t year = 2014; year < 2026; year++)
            assert_true(settle(s, r, year, large) == due[year - 2014]);
        assert_true(settle(s, r, 2026, large) == (large ? 20e6 : 17e6));
        small_close(s);
    }
}

static void a_late_first_profit_starts_the_years_late(void **state)
{
    static const char *const set[] = {RELIEF, TERMS, "programmes.p.certification=false",
                                      "programmes.p.start=2016-01", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = small_row(s, 0), q = small_row(s, 1);
    assert_true(settle(s, r, 2014, false) == 20e6); // not yet open
    assert_true(settle(s, r, 2016, false) == 0.0);  // the years run from the programme's start
    assert_true(settle(s, r, 2017, false) == 0.0);
    assert_true(settle(s, r, 2018, false) == 5e6);
    assert_true(settle(s, q, 2019, false) == 0.0); // its first profit
    assert_true(settle(s, q, 2021, false) == 5e6);
    small_close(s);
}

static void a_rate_above_the_usual_one_changes_nothing(void **state)
{
    static const char *const set[] = {RELIEF,
                                      "programmes.p.rate=0.3",
                                      "programmes.p.holiday_years=0",
                                      "programmes.p.half_years=0",
                                      "programmes.p.certification=false",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    assert_true(settle(s, small_row(s, 0), 2014, false) == 20e6);
    small_close(s);
}

static void without_certification_those_who_know_have_it(void **state)
{
    static const char *const set[] = {"programmes.p.kind=tax_relief",     TERMS,
                                      "programmes.p.certification=false", "programmes.p.aware_frac=0.5",
                                      "programmes.p.aware_per_year=50",   NULL};
    (void)state;
    struct small s = small_open(set);
    int knows = 0;
    for (int k = 0; k < 20; k++) {
        const int64_t r = small_row(s, k);
        const double tax = settle(s, r, 2014, false);
        assert_true(tax == (programme_known(s.model, s.world, 0, r) ? 0.0 : 20e6));
        knows += tax == 0.0;
    }
    assert_in_range(knows, 3, 17);
    small_close(s);
}

// Certification: who is capable and expects taxes to save applies in its planning month; the years run from
// the certificate.
static void certification_comes_first(void **state)
{
    static const char *const set[] = {RELIEF, TERMS, "programmes.p.certification=true",
                                      "programmes.p.delay_months=6", NULL};
    (void)state;
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t capable = small_row(s, 0), profitless = small_row(s, 1), other = small_row(s, 2);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->st_capable[r] = 0;
    f->st_capable[capable] = f->st_capable[profitless] = 1;
    for (int k = 0; k < 12; k++)
        f->reported_ring[k * s.world->firms.capacity + capable] =
            f->reported_ring[k * s.world->firms.capacity + other] = 5e6F;
    assert_true(settle(s, capable, 2014, false) == 20e6); // a profit before the certificate
    s.world->month = 12;
    for (int m = 0; m < 18; m++, s.world->month++) {
        small_reserve(s);
        environment_step(s.model, s.world);
        programme_step(s.model, s.world);
    }
    assert_int_equal(f->st_month[capable], 12 + (int64_t)(rng_hash((uint64_t)f->ancestor[capable]) % 12) + 6);
    assert_int_equal(f->st_month[profitless], NEVER);
    assert_int_equal(f->st_month[other], NEVER);
    assert_true(programme_served(s.world, 0, capable) && !programme_served(s.world, 0, other));
    assert_int_equal(s.world->programme[0].awards_total_n, f->weight[capable]);
    assert_true(settle(s, capable, 2016, false) == 0.0);
    assert_true(settle(s, other, 2016, false) == 20e6);
    small_close(s);
}

// The benefit is five years of the tax saved on last year's profit: paperwork that costs more keeps the firm
// away.
static void the_benefit_is_five_years_of_tax(void **state)
{
    static const double factor[] = {0.99, 1.01};
    (void)state;
    for (int k = 0; k < 2; k++) {
        const double r = 0.08, annuity = (1.0 - pow(1.0 + r, -5.0)) / r,
                     benefit = 120e6 * (0.2 - 0.1) * annuity;
        char paperwork[64];
        snprintf(paperwork, sizeof paperwork, "programmes.p.paperwork_vnd=%.0f", benefit * factor[k]);
        const char *const set[] = {RELIEF,
                                   "programmes.p.rate=0.1",
                                   "programmes.p.holiday_years=0",
                                   "programmes.p.half_years=0",
                                   paperwork,
                                   "programmes.p.paperwork_size_exponent=0",
                                   "economy.environment.lending_rate=2014: 0.08",
                                   NULL};
        struct small s = small_open(set);
        struct firm *f = &s.world->firm;
        int applied = 0, expected = 0;
        for (int64_t q = 0; q < s.world->firms.n; q++) {
            f->st_capable[q] = 1;
            f->st_month[q] = NEVER;
            f->cash_vnd[q] = 1e12;
            for (int m = 0; m < 12; m++) { // all of the year's profit in one month
                f->reported_ring[m * s.world->firms.capacity + q] = m == q % 12 ? 120e6F : 0.0F;
                f->sales_ring[m * s.world->firms.capacity + q] = 1e8F;
            }
        }
        small_reserve(s);
        environment_step(s.model, s.world);
        programme_step(s.model, s.world);
        for (int64_t q = 0; q < s.world->firms.n; q++) {
            const struct rng_purpose why = {2014, STREAM_APPLICATION, s.model->programme[0].draw_index};
            const double weighs = exp(0.5 * rng_normal(s.world->rng, (uint64_t)f->ancestor[q], why));
            expected += f->status[q] == STATUS_OPERATING && rng_hash((uint64_t)f->ancestor[q]) % 12 == 0 &&
                        factor[k] * weighs < 1.0;
            applied += programme_served(s.world, 0, q);
        }
        assert_true(expected > 10);
        assert_int_equal(applied, expected);
        small_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holidays_and_reduced_years_follow_each_other),
        cmocka_unit_test(a_late_first_profit_starts_the_years_late),
        cmocka_unit_test(a_rate_above_the_usual_one_changes_nothing),
        cmocka_unit_test(without_certification_those_who_know_have_it),
        cmocka_unit_test(certification_comes_first),
        cmocka_unit_test(the_benefit_is_five_years_of_tax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
