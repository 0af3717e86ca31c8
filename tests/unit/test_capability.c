// Capabilities: half-lives exactly, events with their hazards, prices, and what the opening draws.
#include <math.h>
#include "tests/unit/world_fixture.h"

#define NO_EVENTS                                                                                            \
    "economy.capability.training_per_year=0", "economy.capability.digital_per_year=0",                       \
        "economy.capability.certified_per_year=0", "economy.capability.exporter_per_year=0",                 \
        "economy.capability.supplier_per_year=0", "economy.capability.link_loss_per_year=0"

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
                                      "economy.capability.link_loss_per_year=0.5",
                                      NULL};
    static const double per_year[8] = {0.6, 0.7, 0.8, 0.9, 1.0, 0.5, 0.5, 0.5};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int events_n[9] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->digital[r] = 1;
        f->certified[r] = f->exporter[r] = f->supplier[r] = (uint8_t)(r % 2);
        f->trained_month[r] = NEVER;
        f->cash_vnd[r] = 1e12;
        f->log_workers[r] = log(7.0);
    }
    capability_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double size = pow(0.7, s.model->capability.training_size_exponent),
                     link = pow(0.7, s.model->capability.link_size_exponent);
        const double scale[8] = {size, size, link, link * (double)(1 + r % 2), link * (double)(1 + r % 2),
                                 1.0,  1.0,  1.0};
        double below = 0.0;
        int event = 0;
        while (event < 8 && draw(s, r) >= (below += per_year[event] / 12.0 * scale[event]))
            event++;
        event = f->status[r] == STATUS_OPERATING ? event : 8;
        const int had = (int)(r % 2);
        assert_int_equal(f->trained_month[r] != NEVER, event == 0);
        assert_int_equal(f->digital[r], 1 + (event == 1));
        assert_int_equal(f->certified[r], event == 2 ? 1 : event == 5 ? 0 : had);
        assert_int_equal(f->exporter[r], event == 3 ? 1 : event == 6 ? 0 : had);
        assert_int_equal(f->supplier[r], event == 4 ? 1 : event == 7 ? 0 : had);
        events_n[event]++;
    }
    for (int k = 0; k < 9; k++)
        assert_true(events_n[k] > 5);
    small_close(s);
}

// Links, certificates included, are lost at one hazard each, one a month.
static void links_are_lost(void **state)
{
    static const char *const set[] = {NO_EVENTS, "economy.capability.link_loss_per_year=0.96", NULL};
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
        cmocka_unit_test(the_opening_has_its_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
