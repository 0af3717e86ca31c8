// schedule: THE list of phases, in the order of a month, and the loop over months.
#ifndef MODELS_SCHEDULE_H
#define MODELS_SCHEDULE_H

#include "models/world.h"

struct phase {
    const char *name, *doc;
    void (*step)(const struct model *model, struct world *world);
};
extern const struct phase schedule[];
extern const int schedule_n;

// Who watches a run: called after the audit of every month, before the dead leave the tables. Returns 0, or
// an error code that ends the run.
struct observer {
    void *ctx;
    int (*month)(void *ctx, const struct world *world, struct error *err);
};

// Runs the months of the model from world->month on: phases in order, audit, observer. Returns ERROR_WORK if
// the books do not balance (account and month are named) or memory runs out; whatever the observer returns
// otherwise.
int schedule_run(const struct model *model, struct world *world, const struct observer *observer,
                 struct error *err);

#endif
