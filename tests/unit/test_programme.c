// What every programme has in common: who may, who knows, who applies and at what cost. The queue is in
// test_programme_queue.c.
#include <math.h>
#include "tests/unit/programme_fixture.h"

// ---- who may ------------------------------------------------------------------------------------

// A woman's private enterprise of 20 workers and 5 years in manufacturing, Hanoi, neither startup nor
// S&T-capable, and a change of it.
struct applicant {
    double workers;
    int months, ownership, sector, region, woman, startup, st;
};

static bool eligible(const char *term, const struct applicant *a)
{
    const char *const set[] = {"programmes.p.kind=subsidy", term, NULL};
    struct small s = small_open(set);
    struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    f->workers[r] = a->workers;
    f->birth_month[r] = (int16_t)-a->months;
    f->ownership[r] = (uint8_t)a->ownership;
    f->sector[r] = (uint8_t)a->sector;
    f->region[r] = (uint8_t)a->region;
    f->owner_female[r] = (uint8_t)a->woman;
    f->startup[r] = (uint8_t)a->startup;
    f->st_capable[r] = (uint8_t)a->st;
    const bool may = programme_eligible(s.model, s.world, 0, r);
    f->status[r] = STATUS_SUSPENDED; // whoever does not operate may not
    assert_false(programme_eligible(s.model, s.world, 0, r));
    small_close(s);
    return may;
}

static void eligibility_is_a_conjunction(void **state)
{
    enum { AGRICULTURE, MANUFACTURING, SUPPORTING, CONSTRUCTION, TRADE };
    static const struct {
        const char *term;
        struct applicant who;
        bool may;
    } row[] = {
        {"programmes.p.enabled=true", {20, 60, 0, 1, 0, 1, 0, 0}, true},
        {"programmes.p.enabled=true",
         {199.99, 60, 0, 1, 0, 1, 0, 0},
         true}, // the default: below 200 workers, private
        {"programmes.p.enabled=true", {200, 60, 0, 1, 0, 1, 0, 0}, false},
        {"programmes.p.enabled=true", {20, 60, OWNERSHIP_FOREIGN, 1, 0, 0, 0, 0}, false},
        {"programmes.p.enabled=true", {20, 60, OWNERSHIP_STATE, 1, 0, 0, 0, 0}, false},
        {"programmes.p.ownerships=[foreign, state]", {20, 60, OWNERSHIP_STATE, 1, 0, 0, 0, 0}, true},
        {"programmes.p.ownerships=[foreign, state]", {20, 60, OWNERSHIP_PRIVATE, 1, 0, 0, 0, 0}, false},
        {"programmes.p.workers_min=20", {20, 60, 0, 1, 0, 0, 0, 0}, true},
        {"programmes.p.workers_min=20", {19.9, 60, 0, 1, 0, 0, 0, 0}, false},
        {"programmes.p.age_min_years=5", {20, 60, 0, 1, 0, 0, 0, 0}, true},
        {"programmes.p.age_min_years=5", {20, 59, 0, 1, 0, 0, 0, 0}, false},
        {"programmes.p.age_max_years=5", {20, 60, 0, 1, 0, 0, 0, 0}, true},
        {"programmes.p.age_max_years=5", {20, 61, 0, 1, 0, 0, 0, 0}, false},
        {"programmes.p.women_only=true", {20, 60, 0, 1, 0, 1, 0, 0}, true},
        {"programmes.p.women_only=true", {20, 60, 0, 1, 0, 0, 0, 0}, false},
        {"programmes.p.startups_only=true", {20, 60, 0, 1, 0, 0, 1, 0}, true},
        {"programmes.p.startups_only=true", {20, 60, 0, 1, 0, 1, 0, 1}, false},
        {"programmes.p.st_only=true", {20, 60, 0, 1, 0, 0, 0, 1}, true},
        {"programmes.p.st_only=true", {20, 60, 0, 1, 0, 0, 1, 0}, false},
        {"programmes.p.sectors=manufacturing, trade", {20, 60, 0, MANUFACTURING, 0, 0, 0, 0}, true},
        {"programmes.p.sectors=manufacturing, trade", {20, 60, 0, TRADE, 0, 0, 0, 0}, true},
        {"programmes.p.sectors=manufacturing, trade", {20, 60, 0, CONSTRUCTION, 0, 0, 0, 0}, false},
        {"programmes.p.regions=hanoi", {20, 60, 0, 1, 0, 0, 0, 0}, true},
        {"programmes.p.regions=hanoi", {20, 60, 0, 1, 1, 0, 0, 0}, false},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++)
        if (eligible(row[k].term, &row[k].who) != row[k].may)
            fail_msg("row %zu: %s", k, row[k].term);
}

static void a_programme_is_open_in_its_window_with_a_budget(void **state)
{
    static const struct {
        const char *term;
        int open_from, open_to; // months of the run; from > to: never
    } row[] = {
        {"programmes.p.enabled=true", 0, 30},      {"programmes.p.enabled=false", 1, 0},
        {"programmes.p.start=2015-03", 14, 30},    {"programmes.p.end=2014-06", 0, 5},
        {"programmes.p.budget_total_vnd=0", 1, 0}, {"programmes.p.budget_year_vnd=0", 1, 0},
        {"programmes.p.awards_per_year=0", 1, 0},  {"programmes.p.budget_total_vnd=1", 0, 30},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        const char *const set[] = {"run.agents=200", "programmes.p.kind=subsidy", row[k].term, NULL};
        struct small s = small_open(set);
        for (s.world->month = 0; s.world->month <= 30; s.world->month++)
            assert_int_equal(programme_open(s.model, s.world, 0),
                             s.world->month >= row[k].open_from && s.world->month <= row[k].open_to);
        small_close(s);
    }
}

// ---- who knows ----------------------------------------------------------------------------------

// The share that knows follows the curve; a firm's draw is fixed, so those who know at 0.3 know at 0.6, and
// who knows keeps knowing.
static void word_spreads_along_the_curve_and_is_nested(void **state)
{
    static const char *const low[] = {"run.agents=6000",
                                      "programmes.p.kind=subsidy",
                                      "economy.peers.aware_effect=0",
                                      "programmes.p.aware_frac=0.3",
                                      "programmes.p.aware_per_year=0.5",
                                      NULL};
    static const char *const high[] = {"run.agents=6000",
                                       "programmes.p.kind=subsidy",
                                       "economy.peers.aware_effect=0",
                                       "programmes.p.aware_frac=0.6",
                                       "programmes.p.aware_per_year=0.5",
                                       NULL};
    (void)state;
    struct small s = small_open(low), t = small_open(high);
    uint8_t *knew = calloc((size_t)s.world->firms.n, 1);
    assert_non_null(knew);
    for (int month = 0; month < 72; month += 12) {
        s.world->month = t.world->month = month;
        double n = 0.0, at_low = 0.0, at_high = 0.0;
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            const bool a = programme_known(s.model, s.world, 0, r),
                       b = programme_known(t.model, t.world, 0, r);
            assert_true(b >= a);
            assert_true(a >= knew[r]);
            knew[r] = a;
            n += 1.0, at_low += a, at_high += b;
        }
        const double curve = 1.0 - exp(-0.5 * (month + 1) / 12.0);
        assert_true(fabs(at_low / n - 0.3 * curve) < 2.0 / sqrt(n));
        assert_true(fabs(at_high / n - 0.6 * curve) < 2.0 / sqrt(n));
    }
    free(knew);
    small_close(s);
    small_close(t);
}

// The draw belongs to firm and programme's name: another programme is heard of independently, its place in
// the file does not matter.
// A3: word reaches a firm among innovators faster, by the factor of the model; the long run is the same. The
// year in which a firm has heard is where the curve meets its draw.
static void innovators_carry_the_word(void **state)
{
    static const char *const set[] = {"run.agents=6000",
                                      "programmes.p.kind=subsidy",
                                      "economy.peers.aware_effect=3",
                                      "economy.peers.exposure_half=2",
                                      "programmes.p.aware_frac=0.6",
                                      "programmes.p.aware_per_year=0.5",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    s.world->month = 11;
    for (int peers = 0; peers <= 6; peers += 6) {
        double n = 0.0, knows = 0.0;
        const double speed = 0.5 * (1.0 + 3.0 * peers / (peers + 2.0));
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            s.world->firm.innovating_peers[r] = (uint8_t)peers;
            const double years = programme_known_years(s.model, s.world, 0, r);
            assert_true((years > 0.0) == programme_known(s.model, s.world, 0, r));
            assert_true(years >= 0.0 && years <= 1.0);
            n += 1.0, knows += years > 0.0;
        }
        assert_true(fabs(knows / n - 0.6 * (1.0 - exp(-speed))) < 2.0 / sqrt(n));
    }
    small_close(s);
}

static void each_programme_is_heard_of_on_its_own(void **state)
{
    static const char *const two[] = {"run.agents=6000",
                                      "programmes.p.kind=subsidy",
                                      "programmes.p.aware_frac=0.5",
                                      "programmes.p.aware_per_year=50",
                                      "programmes.q.kind=subsidy",
                                      "programmes.q.aware_frac=0.5",
                                      "programmes.q.aware_per_year=50",
                                      NULL};
    static const char *const other_place[] = {"run.agents=6000",
                                              "programmes.a.kind=subsidy",
                                              "programmes.q.kind=subsidy",
                                              "programmes.q.aware_frac=0.5",
                                              "programmes.q.aware_per_year=50",
                                              NULL};
    (void)state;
    struct small s = small_open(two), t = small_open(other_place);
    double n = 0.0, both = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool p = programme_known(s.model, s.world, 0, r), q = programme_known(s.model, s.world, 1, r);
        assert_int_equal(q, programme_known(t.model, t.world, 1, r));
        both += p && q;
        n += 1.0;
    }
    assert_true(fabs(both / n - 0.25) < 2.0 / sqrt(n));
    small_close(s);
    small_close(t);
}

static void those_who_know_are_counted_each_january(void **state)
{
    static const char *const set[] = {"programmes.p.kind=subsidy", "programmes.p.aware_frac=0.5",
                                      "programmes.p.start=2014-04", NULL};
    (void)state;
    struct small s = small_open(set);
    int64_t counted = 0;
    for (int month = 0; month < 26; month++) {
        int64_t n = 0;
        small_begin(s);
        environment_step(s.model, s.world);
        for (int64_t r = 0; r < s.world->firms.n; r++)
            if (programme_eligible(s.model, s.world, 0, r) && programme_known(s.model, s.world, 0, r))
                n += s.world->firm.weight[r];
        programme_step(s.model, s.world);
        if (month == 3 || month == 12 || month == 24) {
            assert_true(n > counted);
            counted = n;
        }
        assert_int_equal(s.world->programme[0].aware_n, counted);
        small_end(s);
    }
    small_close(s);
}

// ---- who applies --------------------------------------------------------------------------------

// Firms come when the kind says: in their own planning month, or while they plan or run a project, or while
// they lack credit.
static void firms_come_on_the_occasion_of_the_kind(void **state)
{
    static const char *const yearly[] = {"programmes.p.kind=tax_relief", PROBE_OPEN, NULL}, *const project[] =
                                                                                                {PROBE, NULL};
    (void)state;
    struct small s = small_open(yearly);
    int64_t applications = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        s.world->firm.st_capable[r] = 1;
        for (int k = 0; k < 12; k++)
            s.world->firm.reported_ring[k * s.world->firms.capacity + r] = 1e8F;
        s.world->firm.st_month[r] = NEVER;
    }
    for (int month = 0; month < 12; month++) {
        probe_month(s);
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            const bool mine = (int)(rng_hash((uint64_t)s.world->firm.ancestor[r]) % 12) <= month &&
                              s.world->firm.status[r] == STATUS_OPERATING;
            assert_int_equal(programme_served(s.world, 0, r), mine);
        }
        applications += s.world->programme[0].month.applications_n;
    }
    assert_int_equal(applications, probe_served(s));
    small_close(s);

    s = small_open(project);
    probe_plan(s, small_row(s, 0), 1e9);
    probe_plan(s, small_row(s, 1), 1e9);
    s.world->firm.plan[small_row(s, 1)] = 0;
    s.world->firm.project[small_row(s, 1)] = 1; // running
    probe_month(s);
    for (int k = 0; k < 3; k++)
        assert_int_equal(programme_served(s.world, 0, small_row(s, k)), k < 2);
    small_close(s);
}

// Applications per month of programme 0 for one setting, all operating firms having a plan of 20e6 VND.
static int64_t applications_with(const char *paperwork, const char *other, int64_t *compliance)
{
    const char *const set[] = {PROBE,     NO_PLANS, "run.agents=900",
                               paperwork, other,    NULL}; // so few that all files find a place
    struct small s = small_open(set);
    probe_plans(s, 20e6);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t before = small_sum(s, s.world->firm.cash_vnd);
    programme_step(s.model, s.world);
    const struct programme_account *a = &s.world->programme[0].month;
    // what applying cost is in the books and was paid by the applicants
    assert_int_equal(s.world->ledger.flow[CATEGORY_APPLICATION_COST][ACCOUNT_FIRMS][ACCOUNT_HOUSEHOLDS],
                     a->compliance_vnd);
    assert_int_equal(small_flow(s, CATEGORY_APPLICATION_COST), a->compliance_vnd);
    assert_int_equal(small_sum(s, s.world->firm.cash_vnd) - before, a->disbursed_vnd - a->compliance_vnd);
    const int64_t n = a->applications_n;
    *compliance = a->compliance_vnd;
    small_end(s);
    small_close(s);
    return n;
}

// Everybody applies for what costs nothing; each further burden keeps more away.
static void paperwork_keeps_firms_away(void **state)
{
    static const char *const burden[] = {"programmes.p.paperwork_vnd=0", "programmes.p.paperwork_vnd=1e6",
                                         "programmes.p.paperwork_vnd=5e6", "programmes.p.paperwork_vnd=10e6",
                                         "programmes.p.paperwork_vnd=50e6"};
    static const int64_t price[] = {0, 1000000, 5000000, 10000000, 50000000};
    (void)state;
    int64_t before = INT64_MAX, compliance, first = 0;
    for (int k = 0; k < 5; k++) {
        const int64_t n = applications_with(burden[k], "programmes.p.certification_vnd=0", &compliance);
        assert_int_equal(compliance, n * price[k]);
        assert_true(n <= before && (k < 2 || n < before));
        first = k == 0 ? n : first;
        before = n;
    }
    assert_int_equal(first, 448000 * 845 / 1000); // all that operate
    assert_true(before < first / 60);
}

// Red tape multiplies paperwork and delay; certification adds to it; both follow prices.
static void red_tape_certification_and_prices_add_up(void **state)
{
    int64_t n, compliance;
    (void)state;
    n = applications_with("programmes.p.paperwork_vnd=1e6", "economy.environment.red_tape=2", &compliance);
    assert_int_equal(compliance, n * 2000000);
    n = applications_with("programmes.p.paperwork_vnd=1e6", "programmes.p.certification_vnd=500000",
                          &compliance);
    assert_int_equal(compliance, n * 1500000);

    static const char *const later[] = {PROBE, NO_PLANS, "programmes.p.paperwork_vnd=1e6",
                                        "economy.environment.inflation=2014: 0.1, 2015: 0.1", NULL};
    struct small s = small_open(later);
    for (int m = 0; m < 13; m++)
        probe_month(s);
    const int64_t r = small_row(s, 0), w = s.world->firm.weight[r];
    probe_plan(s, r, 1e9);
    probe_month(s);
    assert_int_equal(s.world->programme[0].month.applications_n, w);
    assert_close((double)s.world->programme[0].month.compliance_vnd / (double)w, 1e6 * pow(1.1, 13.0 / 12.0),
                 1e-6);
    small_close(s);
}

// The same cost weighs more on the small, and a firm without the cash for it stays away.
static void small_and_poor_firms_stay_away(void **state)
{
    static const char *const set[] = {PROBE,
                                      NO_PLANS,
                                      "run.agents=1200",
                                      "programmes.p.paperwork_vnd=5e6",
                                      "programmes.p.paperwork_size_exponent=1",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    probe_plans(s, 20e6); // a benefit of 10e6: worth it at 5e6 if the weight is below 2
    const struct firm *f = &s.world->firm;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->cash_vnd[r] = r % 3 == 0 ? 4999999.0 : 1e9;
    small_begin(s);
    environment_step(s.model, s.world);
    programme_step(s.model, s.world);
    int applied = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const struct rng_purpose why = {2014, STREAM_APPLICATION, s.model->programme[0].draw_index};
        const double weighs = exp(-(f->log_workers[r] - log(10.0)) +
                                  0.5 * rng_normal(s.world->rng, (uint64_t)f->ancestor[r], why));
        const bool applies = r % 3 != 0 && 10e6 > 5e6 * weighs;
        assert_int_equal(programme_served(s.world, 0, r), applies);
        assert_true(f->cash_vnd[r] == (applies ? 1e9 - 5e6 + 10e6 : r % 3 == 0 ? 4999999.0 : 1e9));
        applied += applies;
    }
    assert_true(applied > 100);
    small_close(s);
}

// A pilot is offered to a share of those who fit, the same ones in every month and nested over shares;
// whoever it is not offered to stays away.
static void a_pilot_is_offered_by_lot(void **state)
{
    static const char *const part[] = {PROBE, NO_PLANS, "programmes.p.offered_frac=0.3", NULL},
                             *const half[] = {PROBE, NO_PLANS, "programmes.p.offered_frac=0.5", NULL};
    (void)state;
    struct small s = small_open(part), t = small_open(half);
    int64_t fits = 0, offered = 0;
    probe_plans(s, 20e6);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool fit = programme_fits(s.model, s.world, 0, r),
                   may = programme_eligible(s.model, s.world, 0, r);
        assert_int_equal(may, fit && programme_offered(s.model, s.world, 0, r));
        assert_true(!may || programme_eligible(t.model, t.world, 0, r));
        assert_true(programme_drawn(s.model, s.world, 0, r)); // another matter
        fits += fit;
        offered += may;
    }
    assert_in_range(offered, fits / 4, fits * 7 / 20);
    probe_month(s);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (s.world->firm.status[r] == STATUS_OPERATING)
            assert_int_equal(programme_served(s.world, 0, r), programme_eligible(s.model, s.world, 0, r));
    small_close(s);
    small_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eligibility_is_a_conjunction),
        cmocka_unit_test(a_programme_is_open_in_its_window_with_a_budget),
        cmocka_unit_test(word_spreads_along_the_curve_and_is_nested),
        cmocka_unit_test(innovators_carry_the_word),
        cmocka_unit_test(each_programme_is_heard_of_on_its_own),
        cmocka_unit_test(those_who_know_are_counted_each_january),
        cmocka_unit_test(firms_come_on_the_occasion_of_the_kind),
        cmocka_unit_test(paperwork_keeps_firms_away),
        cmocka_unit_test(red_tape_certification_and_prices_add_up),
        cmocka_unit_test(small_and_poor_firms_stay_away),
        cmocka_unit_test(a_pilot_is_offered_by_lot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
