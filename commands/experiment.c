#include "commands/experiment.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/experiment.h"
#include "analysis/statistics.h"
#include "commands/progress.h"
#include "commands/study.h"
#include "models/schedule.h"
#include "sim/par.h"

enum { THREADS_MAX = 1024 };

// One study on its way: replicate k with the programme is member 2 k, its twin 2 k + 1.
struct trial {
    const struct study_file *file;
    struct progress progress;
    struct survey **survey; // per member
    struct error *fault;    // per member
    int threads_inner;
    atomic_bool failed;
};

struct watch {
    struct trial *trial;
    int member;
};

// ---- one member ---------------------------------------------------------------------------------

static int watch_month(void *ctx, const struct world *world, struct error *err)
{
    const struct watch *watch = ctx;
    struct trial *trial = watch->trial;
    const int code = survey_month(trial->survey[watch->member], world, err);
    if (code)
        return code;
    progress_step(&trial->progress, world->firms.n);
    return atomic_load(&trial->failed) ? ERROR_WORK : ERROR_NONE;
}

static int run_member(struct trial *trial, int member, struct error *err)
{
    const struct model *model = member % 2 ? trial->file->closed : trial->file->model;
    struct watch watch = {trial, member};
    const struct observer observer = {&watch, watch_month};
    struct world *world = NULL;
    trial->survey[member] = survey_create(&trial->file->survey);
    if (!trial->survey[member])
        return error_add(err, ERROR_WORK, "no memory for the survey");
    int code = world_create(&world, model, member / 2, trial->threads_inner, err);
    if (!code)
        code = schedule_run(model, world, &observer, err);
    if (world)
        world_free(world);
    return code;
}

static void member_item(void *ctx, int member)
{
    struct trial *trial = ctx;
    if (!atomic_load(&trial->failed) && run_member(trial, member, &trial->fault[member]))
        atomic_store(&trial->failed, true);
}

// The first fault by number, whichever thread met it first.
static int first_fault(const struct trial *trial, int n, struct error *err)
{
    for (int i = 0; i < n; i++) {
        const struct error *fault = &trial->fault[i];
        for (int k = 0; k < fault->faults_n; k++)
            error_add(err, fault->code, "%s: replicate %d: %s", trial->file->path, i / 2, fault->text[k]);
        if (fault->faults_n > 0)
            return err->code;
    }
    return ERROR_NONE;
}

// ---- one study ----------------------------------------------------------------------------------

static int collect(const struct trial *trial, int replicates, struct experiment *out, struct error *err)
{
    struct survey **list = calloc(2 * (size_t)replicates, sizeof *list);
    struct run_data *data = data_create();
    const struct study_file *file = trial->file;
    const struct programme *p = &file->model->programme[file->survey.programme];
    int code = list && data ? ERROR_NONE : error_add(err, ERROR_WORK, "%s: no memory", file->path);
    for (int k = 0; k < replicates && list; k++) {
        list[k] = trial->survey[2 * k];
        list[replicates + k] = trial->survey[2 * k + 1];
    }
    if (!code)
        code = survey_data(data, list, list + replicates, replicates, err);
    const struct experiment_request request = {
        .plan = &file->plan,
        .data = data,
        .instrument = instrument_at(p->kind)->name,
        .threshold = file->plan.study.design == STUDY_THRESHOLD ? p->workers_max : 0.0,
        .t = statistics_t_quantile(0.975, replicates - 1)};
    if (!code)
        code = experiment_evaluate(out, &request, err);
    data_free(data);
    free(list);
    return code;
}

static int run_study(const struct study_file *file, int threads, bool quiet, struct experiment *out,
                     struct error *err)
{
    const int replicates = (int)file->model->run.replicates, members = 2 * replicates;
    const int outer = threads < members ? threads : members;
    struct trial trial = {.file = file, .threads_inner = threads / outer > 1 ? threads / outer : 1};
    trial.survey = calloc((size_t)members, sizeof *trial.survey);
    trial.fault = calloc((size_t)members, sizeof *trial.fault);
    int code =
        trial.survey && trial.fault ? ERROR_NONE : error_add(err, ERROR_WORK, "%s: no memory", file->path);
    if (!code) {
        progress_start(&trial.progress, file->plan.study.title, (int64_t)members * model_months(file->model),
                       quiet);
        par_items(outer, members, member_item, &trial);
        progress_end(&trial.progress);
        code = first_fault(&trial, members, err);
    }
    if (!code)
        code = collect(&trial, replicates, out, err);
    for (int i = 0; i < members && trial.survey; i++)
        survey_free(trial.survey[i]);
    free(trial.survey);
    free(trial.fault);
    return code;
}

// ---- the command --------------------------------------------------------------------------------

// The table goes to `path` under another name until it is whole; `to` is standard output without a path.
struct target {
    const char *path;
    char part[4096];
    FILE *to;
};

// Before the work: a file that cannot be written is found now.
static int open_target(struct target *target, const char *path, struct error *err)
{
    *target = (struct target){.path = path, .to = stdout};
    if (!path)
        return ERROR_NONE;
    if (snprintf(target->part, sizeof target->part, "%s.part", path) >= (int)sizeof target->part)
        return error_add(err, ERROR_INPUT, "-o: the path is too long");
    target->to = fopen(target->part, "w");
    return target->to
               ? ERROR_NONE
               : error_add(err, ERROR_INPUT,
                           "-o: %s cannot be written; allowed: a file in a folder that is there", path);
}

static int close_target(struct target *target, int code, struct error *err)
{
    if (!target->path || !target->to)
        return code;
    const int bad = fclose(target->to) || code || rename(target->part, target->path);
    if (bad)
        remove(target->part);
    return bad && !code ? error_add(err, ERROR_WORK, "%s: could not be written", target->path) : code;
}

static int run_studies(const struct command_call *call, const struct study_file *file, int threads,
                       enum report_format format, struct error *err)
{
    const int n = call->arguments_n;
    struct experiment *experiment = calloc((size_t)n, sizeof *experiment);
    struct target target;
    int code = open_target(&target, command_text(call, "out"), err);
    if (!code && !experiment)
        code = error_add(err, ERROR_WORK, "no memory");
    for (int i = 0; i < n && !code; i++)
        code = run_study(&file[i], threads, command_given(call, "quiet"), &experiment[i], err);
    if (!code && experiment_print(experiment, n, format, target.to))
        code = error_add(err, ERROR_WORK, "no memory");
    code = close_target(&target, code, err);
    free(experiment);
    return code;
}

int experiment_command(const struct command_call *call, struct error *err)
{
    const int n = call->arguments_n;
    int64_t threads = par_threads_available();
    enum report_format format;
    struct study_file *file = calloc((size_t)n, sizeof *file);
    int code = file ? ERROR_NONE : error_add(err, ERROR_WORK, "no memory");
    if (!code)
        code = command_format(call, &format, err);
    if (!code)
        code = command_whole(call, "threads", 1, THREADS_MAX, &threads, err);
    for (int i = 0; i < n && code != ERROR_WORK && file; i++) {
        const int wrong = study_file_load(&file[i], call->argument[i], call, err);
        code = wrong ? wrong : code;
    }
    if (!code)
        code = run_studies(call, file, (int)threads, format, err);
    for (int i = 0; i < n && file; i++)
        study_file_free(&file[i]);
    free(file);
    return code;
}
