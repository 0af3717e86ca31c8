// innovation_fixture: firms made equal, plans and projects put into rows, for the tests of innovation.
#ifndef TESTS_UNIT_INNOVATION_FIXTURE_H
#define TESTS_UNIT_INNOVATION_FIXTURE_H

#include <math.h>
#include "tests/unit/world_fixture.h"

enum { STARTED = 1, POSTPONED = 2, IMPLEMENTED = 4, ABANDONED = 8 }; // bits of firm.project_event

// Equal sectors, and no peers, gap, appropriability or history: the hazard depends on what a test sets.
#define PLAIN                                                                                                \
    "economy.innovation.peers_effect=0", "economy.innovation.gap_effect=0",                                  \
        "economy.innovation.ip_effect=0", "economy.innovation.history_share=0",                              \
        "economy.sectors.agriculture.innovation_factor=1",                                                   \
        "economy.sectors.manufacturing.innovation_factor=1",                                                 \
        "economy.sectors.supporting_industry.innovation_factor=1",                                           \
        "economy.sectors.construction.innovation_factor=1", "economy.sectors.trade.innovation_factor=1",     \
        "economy.sectors.ict.innovation_factor=1", "economy.sectors.other_services.innovation_factor=1"
#define HAZARD                                                                                               \
    "economy.innovation.hazard=improved_product: 0.03, process: 0.02, new_product: 0.01, organisation: 0.04"
#define HAZARD_SUM 0.1
// Makes every operating firm the same: `log_workers`, average skills, no links, no plan or project.
static inline void equalise(struct small s, double log_workers)
{
    struct firm *f = &s.world->firm;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->log_workers[r] = log_workers;
        f->skills[r] = s.model->capability.skills_mean;
        f->management[r] = s.model->capability.management_mean;
        f->propensity[r] = 1.0;
        f->exporter[r] = f->supplier[r] = f->startup[r] = f->st_capable[r] = f->ownership[r] = 0;
        f->plan[r] = f->project[r] = 0;
        f->innovating_bits[r] = 0;
    }
}

// The draw that starts a plan this month.
static inline double start_draw(struct small s, int64_t r)
{
    return rng_uniform(s.world->rng, (uint64_t)s.world->firm.ancestor[r],
                       world_purpose(s.world, STREAM_INNOVATION_START, 0));
}

// A month of innovation after which exactly the operating firms with a draw below `hazard` have a plan.
static inline void expect_hazard(struct small s, double hazard)
{
    const struct firm *f = &s.world->firm;
    int64_t planned = 0;
    innovation_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool expected = f->status[r] == STATUS_OPERATING && start_draw(s, r) < hazard;
        if ((f->plan[r] != 0) != expected)
            fail_msg("draw %g, hazard %g, plan %d", start_draw(s, r), hazard, f->plan[r]);
        planned += expected;
    }
    assert_true(planned > 20);
}

// A plan in the row: type, cost, novelty.
static inline void put_plan(struct small s, int64_t r, enum innovation_type type, double cost_vnd,
                            double novelty)
{
    struct firm *f = &s.world->firm;
    f->plan[r] = (uint8_t)(1 + type);
    f->project[r] = 0;
    f->plan_until[r] = (int16_t)(s.world->month + (int64_t)s.model->innovation.plan_months);
    f->project_cost_vnd[r] = cost_vnd;
    f->project_support_vnd[r] = 0.0;
    f->project_novelty[r] = novelty;
}

#define NONE_NEW "economy.innovation.hazard=improved_product: 0, process: 0, new_product: 0, organisation: 0"
// Neither frontier nor imitation: gaps change by projects alone.
#define STILL                                                                                                \
    "economy.innovation.frontier_per_year=0", "economy.innovation.diffusion_per_year=0",                     \
        "economy.innovation.imitation_per_year=0"
// The first row whose draw of the outcome lets a project that ends in `month` succeed at mean skills.
static inline int64_t lucky_row(struct small s, int64_t month)
{
    const struct firm *f = &s.world->firm;
    for (int nth = 0;; nth++) {
        const int64_t r = small_row(s, nth);
        const struct rng_purpose why = {(uint16_t)month, STREAM_INNOVATION_OUTCOME, 0};
        if (rng_uniform(s.world->rng, (uint64_t)f->ancestor[r], why) < 0.7) {
            f->skills[r] = s.model->capability.skills_mean;
            f->management[r] = s.model->capability.management_mean;
            return r;
        }
    }
}

// Finishes a project of the row in this month.
static inline void finish(struct small s, int64_t r, enum innovation_type type, double novelty)
{
    struct firm *f = &s.world->firm;
    put_plan(s, r, type, 1000.0, novelty);
    innovation_begin(s.model, s.world, r);
    f->project_until[r] = (int16_t)s.world->month;
    f->cash_vnd[r] = 1e9;
    innovation_step(s.model, s.world);
}

#endif
