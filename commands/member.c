#include "commands/member.h"

#include <stdlib.h>
#include <string.h>
#include "models/record.h"
#include "models/schedule.h"
#include "sim/par.h"

// Members on their way through their replicates.
struct batch {
    struct member *const *member;
    int n;
    const struct member_call *call;
    int threads_inner;
    atomic_bool failed; // one replicate has: the others may stop
};

// What the observer of one replicate knows.
struct watch {
    struct batch *batch;
    struct member *member;
    int replicate;
};

// ---- life ---------------------------------------------------------------------------------------

static int open_record(struct member *member, const struct config *config, enum member_scope scope,
                       struct error *err)
{
    const struct model *model = member->model;
    const size_t n = (size_t)model->run.replicates;
    member->data = data_create();
    member->digest = calloc(n, sizeof *member->digest);
    member->fault = calloc(n, sizeof *member->fault);
    if (!member->data || !member->digest || !member->fault)
        return error_add(err, ERROR_WORK, "%s: no memory", model->name);
    return scope == MEMBER_METRICS ? record_create_metrics(&member->record, member->data, model, err)
                                   : record_create(&member->record, member->data, model, config, err);
}

int member_create(struct member *member, const struct model *model, const struct config *config,
                  enum member_scope scope, struct error *err)
{
    *member = (struct member){.model = model};
    return open_record(member, config, scope, err);
}

int member_create_set(struct member *member, struct scenario *scenario, const struct member_setting *setting,
                      int settings_n, enum member_scope scope, struct error *err)
{
    int code = ERROR_NONE;
    *member = (struct member){0};
    member->model = member->own = calloc(1, sizeof *member->own);
    if (!member->own)
        return error_add(err, ERROR_WORK, "%s: no memory", scenario->path);
    for (int i = 0; i < settings_n && !code; i++)
        code = config_set(scenario->config, setting[i].key, setting[i].text, setting[i].place, err);
    if (!code)
        code = model_load(member->own, scenario->config, err);
    return code ? code : open_record(member, scenario->config, scope, err);
}

void member_free(struct member *member)
{
    record_free(member->record);
    data_free(member->data);
    free(member->digest);
    free(member->fault);
    free(member->own);
    *member = (struct member){0};
}

int64_t member_steps(const struct member *member)
{
    return member->model->run.replicates * model_months(member->model);
}

// ---- one replicate ------------------------------------------------------------------------------

static int watch_month(void *ctx, const struct world *world, struct error *err)
{
    struct watch *watch = ctx;
    const struct member_call *call = watch->batch->call;
    const int code = record_month(watch->member->record, watch->replicate, world, err);
    if (code)
        return code;
    if (call->progress)
        progress_step(call->progress, world->firms.n);
    if (stop_asked(call->stop))
        return ERROR_STOPPED; // said once, for all replicates
    return atomic_load(&watch->batch->failed) ? ERROR_WORK : ERROR_NONE;
}

static int run_replicate(struct batch *batch, struct member *member, int replicate, struct error *err)
{
    struct watch watch = {batch, member, replicate};
    const struct observer observer = {&watch, watch_month};
    struct world *world = NULL;
    int code = world_create(&world, member->model, replicate, batch->threads_inner, err);
    if (!code && replicate == 0)
        memcpy(member->weight, world->agent_weight, sizeof member->weight);
    if (!code)
        code = schedule_run(member->model, world, &observer, err);
    if (!code) {
        member->digest[replicate] = world_digest(world);
        code = record_replicate(member->record, replicate, world, err);
    }
    if (world)
        world_free(world);
    return code;
}

static void batch_item(void *ctx, int item)
{
    struct batch *batch = ctx;
    int k = 0;
    for (; item >= batch->member[k]->model->run.replicates; k++)
        item -= (int)batch->member[k]->model->run.replicates;
    if (stop_asked(batch->call->stop) || atomic_load(&batch->failed))
        return;
    const int code = run_replicate(batch, batch->member[k], item, &batch->member[k]->fault[item]);
    if (code && code != ERROR_STOPPED)
        atomic_store(&batch->failed, true);
}

// ---- all of them --------------------------------------------------------------------------------

// The first fault by replicate, whichever thread met it first.
static int member_fault(const struct member *member, struct error *err)
{
    for (int i = 0; i < (int)member->model->run.replicates; i++) {
        const struct error *fault = &member->fault[i];
        for (int k = 0; k < fault->faults_n; k++)
            error_add(err, fault->code, "%s: replicate %d: %s", member->model->name, i, fault->text[k]);
        if (fault->faults_n > 0)
            return err->code;
    }
    return ERROR_NONE;
}

int member_run(struct member *const *member, int n, const struct member_call *call, struct error *err)
{
    struct batch batch = {.member = member, .n = n, .call = call};
    int items = 0;
    int code = ERROR_NONE;
    for (int k = 0; k < n; k++)
        items += (int)member[k]->model->run.replicates;
    const int outer = call->threads < items ? call->threads : items;
    batch.threads_inner = outer > 0 && call->threads / outer > 1 ? call->threads / outer : 1;
    par_items(outer, items, batch_item, &batch);
    if (stop_asked(call->stop))
        return ERROR_STOPPED;
    for (int k = 0; k < n && !code; k++)
        code = member_fault(member[k], err);
    for (int k = 0; k < n && !code; k++)
        code = record_finish(member[k]->record, err);
    return code;
}
