// Capabilities: half-lives exactly, events with their hazards, prices, and what the opening draws.
#include <math.h>
#include "tests/unit/world_fixture.h"

#define NO_LOSS                                                                                              \
    "economy.capability.certified_half_life_years=1e9", "economy.capability.exporter_half_life_years=1e9",   \
        "economy.capability.supplier_half_life_years=1e9", "economy.capability.digital_half_life_years=1e9"
#define NO_LESSONS                                                                                           \
    "economy.capability.skills_learning=peers: 0, advice: 0, buyers: 0, practice: 0",                        \
        "economy.capability.management_learning=peers: 0, advice: 0, buyers: 0, practice: 0"
#define NO_EVENTS                                                                                            \
    "economy.capability.training_per_year=0", "economy.capability.digital_per_year=0",                       \
        "economy.capability.certified_per_year=0", "economy.capability.exporter_per_year=0",                 \
        "economy.capability.supplier_per_year=0", NO_LOSS, NO_LESSONS

// A deviation from the firm's own level halves in a half-life, for firms that do not operate too.
static void deviations_halve_in_a_half_life(void **state)
{
    static const char *const set[] = {NO_EVENTS, "economy.capability.skills_half_life_years=5",
                                      "economy.capability.management_half_life_years=8", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t operating = small_row(s, 0);
    int64_t resting = 0;
    while (f->status[resting] != STATUS_SUSPENDED)
        resting++;
    const int64_t row[2] = {operating, resting};
    double skills[2], management[2];
    for (int k = 0; k < 2; k++) {
        f->ability[row[k]] = 0.5;
        skills[k] = s.model->capability.skills_mean + 0.5 * s.model->capability.skills_sd;
        management[k] = s.model->capability.management_mean + 0.5 * s.model->capability.management_sd;
        f->skills[row[k]] = skills[k] + 0.2;
        f->management[row[k]] = management[k] - 0.3;
    }
    for (int m = 1; m <= 96; m++) {
        capability_step(s.model, s.world);
        for (int k = 0; k < 2; k++) {
            if (m == 60)
                assert_close(f->skills[row[k]] - skills[k], 0.1, 1e-12);
            if (m == 1)
                assert_close(f->management[row[k]] - management[k], -0.3 * exp2(-1.0 / 96.0), 1e-12);
            if (m == 96)
                assert_close(f->management[row[k]] - management[k], -0.15, 1e-12);
        }
    }
    small_close(s);
}

static void own_levels_stay_between_zero_and_one(void **state)
{
    static const char *const set[] = {NO_EVENTS, "economy.capability.skills_sd=0.5",
                                      "economy.capability.management_sd=0.5", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int at_bound = 0;
    for (int m = 0; m < 3; m++)
        capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        assert_true(f->skills[r] >= 0.0 && f->skills[r] <= 1.0 && f->management[r] >= 0.0 &&
                    f->management[r] <= 1.0);
        at_bound += f->skills[r] == 0.0;
    }
    assert_true(at_bound > 10);
    small_close(s);
}

// Buyers as usual in every region, and no innovators among the peers.
static void plain_ties(struct small s)
{
    for (int k = 0; k < REGIONS_MAX; k++)
        s.world->peers.buyers_share[k] = s.model->peers.buyers_usual_frac;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        s.world->firm.innovating_peers[r] = 0;
}

static double draw(struct small s, int64_t r)
{
    return rng_uniform(s.world->rng, (uint64_t)s.world->firm.ancestor[r],
                       world_purpose(s.world, STREAM_CAPABILITY, 0));
}

// What a column says before and after an event.
static double level(const struct firm *f, int64_t r, int event)
{
    const double value[] = {f->trained_month[r], f->digital[r], f->certified[r], f->exporter[r],
                            f->supplier[r]};
    return value[event];
}

// With one hazard alone, exactly the operating firms with a draw below it have the event.
static void each_event_has_its_hazard(void **state)
{
    static const char *const hazard[] = {
        "economy.capability.training_per_year=0.9", "economy.capability.digital_per_year=0.9",
        "economy.capability.certified_per_year=0.9", "economy.capability.exporter_per_year=0.9",
        "economy.capability.supplier_per_year=0.9"};
    (void)state;
    for (int event = 0; event < 5; event++) {
        const char *const set[] = {NO_EVENTS, hazard[event], NULL};
        struct small s = small_open(set);
        const struct firm *f = &s.world->firm;
        int events = 0;
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            f->digital[r] = (uint8_t)(r % 4);
            f->certified[r] = event > 2 && r % 2;
            f->exporter[r] = f->supplier[r] = 0;
            f->trained_month[r] = NEVER;
            f->cash_vnd[r] = 1e12;
        }
        plain_ties(s);
        s.world->month = 9;
        capability_step(s.model, s.world);
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            const double exponent = event < 2 ? s.model->capability.training_size_exponent
                                              : s.model->capability.link_size_exponent;
            const double certificate =
                event > 2 && r % 2 ? 2.0 : 1.0; // doubles the chance of export and supplier links
            const double h = 0.9 / 12.0 * exp(exponent * (f->log_workers[r] - log(10.0))) * certificate;
            const bool happens = f->status[r] == STATUS_OPERATING && draw(s, r) < h;
            const double before[] = {NEVER, (double)(r % 4), 0.0, 0.0, 0.0};
            const double after[] = {9.0, fmin((double)(r % 4) + 1.0, 3.0), 1.0, 1.0, 1.0};
            assert_true(level(f, r, event) == (happens ? after : before)[event]);
            events += happens;
        }
        assert_true(events > 30);
        small_close(s);
    }
}

// All hazards at once: one draw falls into the first of intervals as wide as they are, in the order of the
// list, or beyond.
static void a_firm_has_one_event_a_month(void **state)
{
    static const char *const set[] = {"economy.capability.training_per_year=0.6",
                                      "economy.capability.digital_per_year=0.7",
                                      "economy.capability.certified_per_year=0.8",
                                      "economy.capability.exporter_per_year=0.9",
                                      "economy.capability.supplier_per_year=1",
                                      "economy.capability.certified_half_life_years=1.3862943611198906",
                                      "economy.capability.exporter_half_life_years=1.3862943611198906",
                                      "economy.capability.supplier_half_life_years=1.3862943611198906",
                                      "economy.capability.digital_half_life_years=1.3862943611198906",
                                      NULL}; // ln 2 / 0.5 a year
    static const double per_year[9] = {0.6, 0.7, 0.8, 0.9, 1.0, 0.5, 0.5, 0.5, 0.5};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int events_n[10] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->digital[r] = 1;
        f->certified[r] = f->exporter[r] = f->supplier[r] = (uint8_t)(r % 2);
        f->trained_month[r] = NEVER;
        f->cash_vnd[r] = 1e12;
        f->log_workers[r] = log(7.0);
    }
    plain_ties(s);
    capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double size = pow(0.7, s.model->capability.training_size_exponent),
                     link = pow(0.7, s.model->capability.link_size_exponent);
        const double twice = link * (double)(1 + r % 2);
        const double scale[9] = {size, size, twice, twice, twice, 1.0, 1.0, 1.0, 1.0};
        double below = 0.0;
        int event = 0;
        while (event < 9 && draw(s, r) >= (below += per_year[event] / 12.0 * scale[event]))
            event++;
        event = f->status[r] == STATUS_OPERATING ? event : 9;
        const int had = (int)(r % 2);
        assert_int_equal(f->trained_month[r] != NEVER, event == 0);
        assert_int_equal(f->digital[r], 1 + (event == 1) - (event == 8));
        assert_int_equal(f->certified[r], event == 2 ? 1 : event == 5 ? 0 : had);
        assert_int_equal(f->exporter[r], event == 3 ? 1 : event == 6 ? 0 : had);
        assert_int_equal(f->supplier[r], event == 4 ? 1 : event == 7 ? 0 : had);
        events_n[event]++;
    }
    for (int k = 0; k < 10; k++)
        assert_true(events_n[k] > 5);
    small_close(s);
}

// Links, certificates and digital stages are lost at a hazard each, one a month.
static void links_are_lost(void **state)
{
    // ln 2 / 0.72202831... = 0.96 a year: 0.08 a month
    static const char *const set[] = {NO_EVENTS, "economy.capability.certified_half_life_years=0.72202831",
                                      "economy.capability.exporter_half_life_years=0.72202831",
                                      "economy.capability.supplier_half_life_years=0.72202831", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int lost[3] = {0}, operating = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->certified[r] = f->exporter[r] = f->supplier[r] = 1;
    capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double u = draw(s, r);
        const bool on = f->status[r] == STATUS_OPERATING;
        assert_int_equal(f->certified[r], !(on && u < 0.08));
        assert_int_equal(f->exporter[r], !(on && u >= 0.08 && u < 0.16));
        assert_int_equal(f->supplier[r], !(on && u >= 0.16 && u < 0.24));
        lost[0] += !f->certified[r];
        lost[1] += !f->exporter[r];
        lost[2] += !f->supplier[r];
        operating += on;
    }
    for (int k = 0; k < 3; k++)
        assert_in_range(lost[k], operating * 4 / 100, operating * 12 / 100);
    small_close(s);
}

// A quarter of the workers attends at today's prices; who lacks the money does without.
static void training_is_paid_for_and_teaches(void **state)
{
    static const char *const set[] = {NO_EVENTS,
                                      "economy.capability.training_per_year=5",
                                      "economy.capability.training_size_exponent=0",
                                      "economy.capability.training_cost_vnd=1e6",
                                      "economy.capability.training_gain=0.1",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    s.world->climate.price_level = 1.25;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->workers[r] = 16.0;
        f->ability[r] = 0.0;
        f->skills[r] = s.model->capability.skills_mean;
        f->cash_vnd[r] = r % 2 ? 5e6 : 4999999.0;
        f->taxable_year_vnd[r] = f->profit_vnd[r] = 0.0;
    }
    ledger_month(&s.world->ledger);
    capability_step(s.model, s.world);
    int64_t paid = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool trained = f->status[r] == STATUS_OPERATING && draw(s, r) < 5.0 / 12.0 && r % 2;
        const double mean = s.model->capability.skills_mean;
        assert_close(f->skills[r], trained ? mean + 0.1 * (1.0 - mean) : mean, 1e-14);
        assert_int_equal(f->trained_month[r], trained ? s.world->month : NEVER);
        assert_true(f->cash_vnd[r] == (trained ? 0.0 : r % 2 ? 5e6 : 4999999.0));
        assert_true(f->taxable_year_vnd[r] == (trained ? -5e6 : 0.0) &&
                    f->profit_vnd[r] == f->taxable_year_vnd[r]);
        paid += trained ? f->weight[r] * 5000000 : 0;
    }
    assert_true(paid > 0);
    assert_int_equal(small_flow(s, CATEGORY_TRAINING), paid);
    assert_int_equal(s.world->ledger.flow[CATEGORY_TRAINING][ACCOUNT_FIRMS][ACCOUNT_HOUSEHOLDS], paid);
    small_close(s);
}

static void a_certificate_costs_once(void **state)
{
    static const char *const set[] = {NO_EVENTS, "economy.capability.certified_per_year=1",
                                      "economy.capability.link_size_exponent=0",
                                      "economy.capability.certified_cost_vnd=48e6", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->certified[r] = r % 3 == 0;
        f->supplier[r] = 0;
        f->cash_vnd[r] = r % 3 == 1 ? 59e6 : 100e6;
    }
    ledger_month(&s.world->ledger);
    s.world->climate.price_level = 1.25;
    capability_step(s.model, s.world);
    int new = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool event = f->status[r] == STATUS_OPERATING && draw(s, r) < 1.0 / 12.0;
        const bool buys = event && r % 3 == 2;
        assert_int_equal(f->certified[r], r % 3 == 0 || buys);
        assert_true(f->cash_vnd[r] == (buys ? 40e6 : r % 3 == 1 ? 59e6 : 100e6));
        new += buys;
    }
    assert_true(new > 10);
    small_close(s);
}

// Opening shares: digital stages, and certificates, exports and links more often in foreign firms.
static void the_opening_has_its_shares(void **state)
{
    static const char *const many[] = {"run.agents=20000", NULL};
    (void)state;
    struct small s = small_open(many);
    const struct capability *p = &s.model->capability;
    const struct firm *f = &s.world->firm;
    double n[OWNERSHIPS_N] = {0}, certified[OWNERSHIPS_N] = {0}, exporter[OWNERSHIPS_N] = {0},
           supplier[OWNERSHIPS_N] = {0}, stage[4] = {0}, all = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const int o = f->ownership[r];
        n[o] += 1.0;
        certified[o] += f->certified[r];
        exporter[o] += f->exporter[r];
        supplier[o] += f->supplier[r];
        stage[f->digital[r]] += 1.0;
        all += 1.0;
        assert_close(f->skills[r], fmin(fmax(p->skills_mean + p->skills_sd * f->ability[r], 0.0), 1.0),
                     1e-14);
    }
    for (int k = 0; k < 4; k++)
        assert_true(fabs(stage[k] / all - p->digital_stage_share[k]) <
                    4.0 * sqrt(p->digital_stage_share[k] / all));
    static const double factor[OWNERSHIPS_N] = {1.0, 6.0, 3.0};
    for (int o = 0; o < OWNERSHIPS_N; o++) {
        const double c = fmin(factor[o] * p->certified_frac, 0.6),
                     e = fmin(factor[o] * p->exporter_frac, 0.6);
        assert_true(fabs(certified[o] / n[o] - c) < 4.0 * sqrt(c / n[o]));
        assert_true(fabs(exporter[o] / n[o] - e) < 4.0 * sqrt(e / n[o]));
        const double l = fmin(factor[o] * p->supplier_frac, 0.6);
        assert_true(fabs(supplier[o] / n[o] - l) < 4.0 * sqrt(l / n[o]));
    }
    small_close(s);
}

// Each source of learning closes its share of what is missing, for operating firms; shown month by month.
static void each_source_teaches(void **state)
{
    static const char *const set[] = {NO_EVENTS,
                                      "economy.capability.skills_half_life_years=100",
                                      "economy.capability.management_half_life_years=100",
                                      "economy.capability.skills_learning=peers: 0.12, advice: 0.24, buyers: "
                                      "0.36, practice: 0.48",
                                      "economy.capability.management_learning=peers: 0.06, advice: 0.12, "
                                      "buyers: 0.18, practice: 0.24",
                                      "economy.peers.exposure_half=2",
                                      NULL};
    static const double rate[6] = {0.0, 0.006, 0.02, 0.03, 0.04, 0.04};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const struct capability *p = &s.model->capability;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->ability[r] = 0.0;
        f->skills[r] = p->skills_mean;
        f->management[r] = p->management_mean;
        f->innovating_peers[r] = r % 6 == 1 ? 3 : 0; // exposure 0.6
        f->provider_months[r] = r % 6 == 2;
        f->supplier[r] = r % 6 == 3;
        f->project[r] = r % 6 == 4;
        f->exporter[r] = r % 6 == 5;
    }
    capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double on = f->status[r] == STATUS_OPERATING ? rate[r % 6] : 0.0;
        assert_close(f->skills[r], p->skills_mean + on * (1.0 - p->skills_mean), 1e-12);
        assert_close(f->management[r], p->management_mean + 0.5 * on * (1.0 - p->management_mean), 1e-12);
    }
    small_close(s);
}

// No supplier without a buyer in the region; more buyers, more links. Peers show digital tools, and buyers
// ask for certificates.
static void ties_open_doors(void **state)
{
    static const char *const set[] = {NO_EVENTS,
                                      "economy.capability.supplier_per_year=0.6",
                                      "economy.capability.link_size_exponent=0",
                                      "economy.capability.training_size_exponent=0",
                                      "economy.peers.buyers_usual_frac=0.04",
                                      "economy.peers.buyers_factor_max=3",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    static const double share[REGIONS_MAX] = {0.0, 0.04, 0.08, 0.5},
                        factor[REGIONS_MAX] = {0.0, 1.0, 2.0, 3.0};
    int links = 0;
    for (int k = 0; k < REGIONS_MAX; k++)
        s.world->peers.buyers_share[k] = share[k];
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->region[r] = (uint8_t)(r % 4);
        f->supplier[r] = f->certified[r] = 0;
    }
    capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool linked = f->status[r] == STATUS_OPERATING && draw(s, r) < 0.05 * factor[r % 4];
        assert_int_equal(f->supplier[r], linked);
        links += linked;
    }
    assert_true(links > 30);
    small_close(s);

    static const char *const other[] = {NO_EVENTS,
                                        "economy.capability.digital_per_year=0.6",
                                        "economy.capability.certified_per_year=0.6",
                                        "economy.capability.training_size_exponent=0",
                                        "economy.capability.link_size_exponent=0",
                                        NULL};
    s = small_open(other);
    const struct firm *g = &s.world->firm;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        g->digital[r] = g->certified[r] = 0;
        g->supplier[r] = (uint8_t)(r % 2);
        g->innovating_peers[r] = (uint8_t)(r % 3 * 2); // exposure 0, 1/2, 2/3
        g->cash_vnd[r] = 1e12;
    }
    capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double digital =
            0.05 * (1.0 + (double)(r % 3 * 2) / ((double)(r % 3 * 2) + s.model->peers.exposure_half));
        const double certified = digital + 0.05 * (1.0 + (double)(r % 2));
        const bool on = g->status[r] == STATUS_OPERATING;
        assert_int_equal(g->digital[r], on && draw(s, r) < digital);
        assert_int_equal(g->certified[r], on && draw(s, r) >= digital && draw(s, r) < certified);
    }
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_halve_in_a_half_life),
        cmocka_unit_test(own_levels_stay_between_zero_and_one),
        cmocka_unit_test(each_event_has_its_hazard),
        cmocka_unit_test(a_firm_has_one_event_a_month),
        cmocka_unit_test(links_are_lost),
        cmocka_unit_test(training_is_paid_for_and_teaches),
        cmocka_unit_test(a_certificate_costs_once),
        cmocka_unit_test(each_source_teaches),
        cmocka_unit_test(ties_open_doors),
        cmocka_unit_test(the_opening_has_its_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
