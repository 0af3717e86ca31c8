// member: the replicates of one model, run and recorded in memory: what `run` writes to a file, and what
// calibrations, experiments and designs evaluate at once.
//
//     struct member member;
//     int code = member_create_set(&member, &scenario, setting, settings_n, MEMBER_METRICS, err);
//     if (!code)
//         code = member_run(&pointer_to_member, 1, &call, err);
//     ... expression_evaluate(&expression, member.data, value, why) ...
//     member_free(&member);
#ifndef COMMANDS_MEMBER_H
#define COMMANDS_MEMBER_H

#include "commands/progress.h"
#include "commands/scenario.h"
#include "commands/stop.h"
#include "sim/data.h"

// How much of a run is recorded.
enum member_scope {
    MEMBER_ALL,     // all that models/record.h lists (the panel and the twin ledger as run.* say)
    MEMBER_METRICS, // the metrics with their breakdowns, and the digest
};

struct record;
struct member {
    const struct model *model;
    struct run_data *data; // the results; complete after member_run. Taken over by whoever sets it to NULL
    uint64_t *digest;      // per replicate, of its final state
    int64_t weight[2];     // enterprises that common and rare agents stand for
    // of member.c
    struct model *own; // the model, if member_create_set made it
    struct record *record;
    struct error *fault; // per replicate
};

// A parameter and what it is set to.
struct member_setting {
    const char *key, *text;
    const char *place; // for faults: "file:line:col" or the command's name
};

// Describes the results of `model`, run.replicates replicates of it; `model` and `config` (whose resolved
// parameters are recorded too; NULL: none) must outlive the member. Returns ERROR_WORK for want of memory,
// ERROR_INPUT if the panel would be too large. Free it with member_free either way.
int member_create(struct member *member, const struct model *model, const struct config *config,
                  enum member_scope scope, struct error *err);

// As member_create for a scenario with some parameters set over it; the member owns its model, and
// scenario->model stays as it was. The settings stay in scenario->config until they are set again. Returns
// ERROR_INPUT too if the parameters are not allowed. Not for use on one scenario from several threads.
int member_create_set(struct member *member, struct scenario *scenario, const struct member_setting *setting,
                      int settings_n, enum member_scope scope, struct error *err);
void member_free(struct member *member);

// How members are run.
struct member_call {
    int threads;
    const struct stop *stop;   // asked once a month; NULL: never
    struct progress *progress; // steps once a month of a replicate; NULL: nothing is shown
};

// Months of all replicates of a member: its share in progress.steps_n.
int64_t member_steps(const struct member *member);

// Runs all replicates of n members, in parallel over members and replicates; each member once. The results
// do not depend on the number of threads. Returns ERROR_STOPPED if the stop was asked for (without a fault
// added), else the first fault by member and replicate.
int member_run(struct member *const *member, int n, const struct member_call *call, struct error *err);

#endif
