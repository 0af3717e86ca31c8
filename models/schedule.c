#include "models/schedule.h"

const struct phase schedule[] = {
    {"environment", "macro path, institutions, shocks", environment_step},
    {"labour", "reservoir, wages by region and skill", labour_step},
    {"demand", "sector demand, and how firms share it", demand_step},
    {"production", "sales, workers, costs, profit, cash", production_step},
    {"programmes", "awareness, applications, selection, support", programme_step},
    {"peers", "innovators among peers, buyers, places in clusters", peers_step},
    {"innovation", "plans, finance, projects, outcomes", innovation_step},
    {"capability", "skills, management, digital stage, links", capability_step},
    {"credit", "investment, need, screening, servicing, default", credit_step},
    {"equity", "rounds, funds, exits", equity_step},
    {"tax", "annual settlement, reliefs", tax_step},
    {"exit", "start of trade, suspension, return, exit", demography_exit_step},
    {"location", "moves between regions and into zones", location_step},
    {"entry", "registrations of founders, household businesses, spin-offs", entry_step},
};
const int schedule_n = sizeof schedule / sizeof schedule[0];

static int run_month(const struct model *model, struct world *world, struct error *err)
{
    const int rc = world_reserve(world, err);
    if (rc)
        return rc;
    ledger_month(&world->ledger);
    world->ledger_before = world->ledger;
    for (int k = 0; k < schedule_n; k++) {
        schedule[k].step(model, world);
#ifndef NDEBUG // a debug build finds the phase that loses a VND or makes a NaN
        if (world_audit(world, err) || table_audit(&world->firms, err))
            return error_add(err, ERROR_WORK, "after phase %s", schedule[k].name);
#endif
    }
    return world_audit(world, err);
}

int schedule_run(const struct model *model, struct world *world, const struct observer *observer,
                 struct error *err)
{
    const int months = model_months(model);
    for (; world->month < months; world->month++) {
        int rc = run_month(model, world, err);
        if (!rc && observer)
            rc = observer->month(observer->ctx, world, err);
        if (rc)
            return rc;
        world_close_month(world);
    }
    return ERROR_NONE;
}
