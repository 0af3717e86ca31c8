// programme_fixture: a queue of arranged applicants, for the tests of programmes and of kinds that pay for
// projects.
#ifndef TESTS_UNIT_PROGRAMME_FIXTURE_H
#define TESTS_UNIT_PROGRAMME_FIXTURE_H

#include "tests/unit/world_fixture.h"

// A subsidy `p` that everybody knows and may apply for, without paperwork, delay or administration, of half a
// project's cost.
#define PROBE_OPEN                                                                                           \
    "programmes.p.start=2012-01", "programmes.p.aware_frac=1", "programmes.p.aware_per_year=50",             \
        "programmes.p.workers_max=1e6", "programmes.p.ownerships=[private, foreign, state]",                 \
        "programmes.p.delay_months=0", "programmes.p.paperwork_vnd=0", "programmes.p.administration_frac=0"
#define PROBE                                                                                                \
    "programmes.p.kind=subsidy", "programmes.p.advance=true", "programmes.p.share=0.5",                      \
        "programmes.p.cap_vnd=1e15", PROBE_OPEN
// Nobody plans a project but by a test's hand.
#define NO_PLANS "economy.innovation.hazard=improved_product: 0, process: 0, new_product: 0, organisation: 0"

// Gives the row a plan of an improved product.
static inline void probe_plan(struct small s, int64_t r, double cost_vnd)
{
    struct firm *f = &s.world->firm;
    f->plan[r] = 1 + TYPE_IMPROVED_PRODUCT;
    f->project[r] = 0;
    f->plan_until[r] = 1000;
    f->project_cost_vnd[r] = cost_vnd;
    f->project_support_vnd[r] = 0.0;
    f->project_novelty[r] = 0.5;
}

// Gives every operating row a plan of `cost_vnd`.
static inline void probe_plans(struct small s, double cost_vnd)
{
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (s.world->firm.status[r] == STATUS_OPERATING)
            probe_plan(s, r, cost_vnd);
}

// A month of programmes alone; the books must balance.
static inline void probe_month(struct small s)
{
    small_begin(s);
    environment_step(s.model, s.world);
    programme_step(s.model, s.world);
    small_end(s);
}

// Enterprises that programme 0 has served.
static inline int64_t probe_served(struct small s)
{
    int64_t n = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        n += programme_served(s.world, 0, r) ? s.world->firm.weight[r] : 0;
    return n;
}

// Applications that wait.
static inline int64_t probe_waiting(struct small s)
{
    int64_t n = 0;
    for (int64_t k = 0; k < s.world->applications.n; k++)
        n += s.world->application.alive[k];
    return n;
}

#endif
