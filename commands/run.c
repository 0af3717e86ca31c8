#include "commands/run.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "commands/progress.h"
#include "commands/scenario.h"
#include "mangrove_version.h"
#include "models/record.h"
#include "models/schedule.h"
#include "sim/output.h"
#include "sim/par.h"

enum { THREADS_MAX = 1024 };

// A scenario and where its results go.
struct job {
    struct scenario scenario;
    char path[PATH_MAX];
};

// One scenario on its way through its replicates.
struct simulation {
    const struct model *model;
    struct record *record;
    struct progress progress;
    const sigset_t *signals; // that stop the run
    int threads_inner;
    int64_t weight[2];   // of common and rare agents
    uint64_t *digest;    // per replicate
    struct error *fault; // per replicate
    atomic_bool failed;  // one replicate has: the others may stop
};

// What the observer of one replicate knows.
struct watch {
    struct simulation *simulation;
    int replicate;
};

// ---- signals ------------------------------------------------------------------------------------

// Interrupts are held back and asked for once a month, so that no state outside this call is needed for them.
static void hold_signals(sigset_t *signals, sigset_t *before)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigprocmask(SIG_BLOCK, signals, before);
}

static bool stop_asked(const sigset_t *signals)
{
    sigset_t pending;
    sigpending(&pending);
    return (sigismember(&pending, SIGINT) == 1 && sigismember(signals, SIGINT) == 1) ||
           (sigismember(&pending, SIGTERM) == 1 && sigismember(signals, SIGTERM) == 1);
}

// Takes what is pending away, since it has been obeyed, and gives the old mask back.
static void release_signals(const sigset_t *signals, const sigset_t *before)
{
    const struct timespec now = {0, 0};
    while (sigtimedwait(signals, NULL, &now) > 0)
        continue;
    sigprocmask(SIG_SETMASK, before, NULL);
}

// ---- one replicate ------------------------------------------------------------------------------

static int watch_month(void *ctx, const struct world *world, struct error *err)
{
    struct watch *watch = ctx;
    struct simulation *simulation = watch->simulation;
    const int code = record_month(simulation->record, watch->replicate, world, err);
    if (code)
        return code;
    progress_step(&simulation->progress, world->firms.n);
    if (stop_asked(simulation->signals))
        return ERROR_STOPPED; // said once, for all replicates
    return atomic_load(&simulation->failed) ? ERROR_WORK : ERROR_NONE;
}

static int run_replicate(struct simulation *simulation, int replicate, struct error *err)
{
    struct watch watch = {simulation, replicate};
    const struct observer observer = {&watch, watch_month};
    struct world *world = NULL;
    int code = world_create(&world, simulation->model, replicate, simulation->threads_inner, err);
    if (!code && replicate == 0)
        memcpy(simulation->weight, world->agent_weight, sizeof simulation->weight);
    if (!code)
        code = schedule_run(simulation->model, world, &observer, err);
    if (!code) {
        simulation->digest[replicate] = world_digest(world);
        code = record_replicate(simulation->record, replicate, world, err);
    }
    if (world)
        world_free(world);
    return code;
}

static void replicate_item(void *ctx, int item)
{
    struct simulation *simulation = ctx;
    struct error *fault = &simulation->fault[item];
    if (stop_asked(simulation->signals) || atomic_load(&simulation->failed))
        return;
    const int code = run_replicate(simulation, item, fault);
    if (code && code != ERROR_STOPPED)
        atomic_store(&simulation->failed, true);
}

// ---- one scenario -------------------------------------------------------------------------------

// The digest of the run: of the replicates' final states, in order.
static uint64_t digest_all(const uint64_t *digest, int n)
{
    uint64_t all = (uint64_t)n;
    for (int i = 0; i < n; i++)
        all = rng_hash(all ^ digest[i]);
    return all;
}

static int put_attributes(struct run_data *data, struct job *job, const struct simulation *simulation,
                          bool stamp, struct error *err)
{
    const struct model *model = job->scenario.model;
    const struct run_terms *run = &model->run;
    char *yaml = config_yaml(job->scenario.config, &job->scenario.schema.config, job->scenario.model);
    char text[64];
    if (!yaml)
        return error_add(err, ERROR_WORK, "%s: no memory", job->path);
    data_attribute_text(data, "Conventions", "CF-1.8");
    data_attribute_text(data, "title", *model->title ? model->title : model->name);
    data_attribute_text(data, "scenario", model->name);
    data_attribute_text(data, "program", "mangrove");
    data_attribute_text(data, "program_version", MANGROVE_VERSION);
    data_attribute_text(data, "git_revision", MANGROVE_REVISION);
    data_attribute_int(data, "git_dirty", MANGROVE_DIRTY);
    data_attribute_text(data, "compiler", MANGROVE_COMPILER);
    data_attribute_text(data, "compiler_flags", MANGROVE_FLAGS);
    data_attribute_int(data, "seed", run->seed);
    data_attribute_int(data, "replicates", run->replicates);
    data_attribute_int(data, "agents", run->agents);
    data_attribute_int(data, "agent_weight_common", simulation->weight[0]);
    data_attribute_int(data, "agent_weight_rare", simulation->weight[1]);
    snprintf(text, sizeof text, "%016llx",
             (unsigned long long)digest_all(simulation->digest, (int)run->replicates));
    data_attribute_text(data, "digest", text);
    if (stamp) {
        const time_t now = time(NULL);
        struct tm utc;
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
        data_attribute_text(data, "date", text);
    }
    data_attribute_text(data, "scenario_yaml", yaml);
    free(yaml);
    return data_failed(data) ? error_add(err, ERROR_WORK, "%s: no memory", job->path) : ERROR_NONE;
}

// Runs the replicates and gives the first fault by number, whichever thread met it first.
static int run_replicates(struct simulation *simulation, int threads, struct error *err)
{
    const int n = (int)simulation->model->run.replicates;
    const int outer = threads < n ? threads : n;
    simulation->threads_inner = threads / outer > 1 ? threads / outer : 1;
    par_items(outer, n, replicate_item, simulation);
    progress_end(&simulation->progress);
    if (stop_asked(simulation->signals))
        return ERROR_STOPPED;
    for (int i = 0; i < n; i++) {
        if (simulation->fault[i].faults_n > 0) {
            for (int k = 0; k < simulation->fault[i].faults_n; k++)
                error_add(err, simulation->fault[i].code, "%s: replicate %d: %s", simulation->model->name, i,
                          simulation->fault[i].text[k]);
            return err->code;
        }
    }
    return ERROR_NONE;
}

static void say_done(const struct job *job, const struct simulation *simulation, bool quiet)
{
    struct stat status;
    if (quiet || stat(job->path, &status) != 0)
        return;
    const double seconds = progress_now() - simulation->progress.started;
    fprintf(stderr, "%s: %lld replicate%s of %d months in %.1f s, %s (%.1f MB)\n", job->scenario.model->name,
            (long long)job->scenario.model->run.replicates,
            job->scenario.model->run.replicates == 1 ? "" : "s", model_months(job->scenario.model), seconds,
            job->path, (double)status.st_size / 1e6);
}

static int run_recorded(struct job *job, struct simulation *simulation, struct run_data *data, int threads,
                        const struct command_call *call, struct error *err)
{
    int code = record_create(&simulation->record, data, job->scenario.model, job->scenario.config, err);
    if (!code)
        code = run_replicates(simulation, threads, err);
    if (!code)
        code = record_finish(simulation->record, err);
    if (!code)
        code = put_attributes(data, job, simulation, command_given(call, "stamp"), err);
    if (!code)
        code = output_write(data, job->path, err);
    return code;
}

static int run_scenario(struct job *job, const sigset_t *signals, int threads,
                        const struct command_call *call, struct error *err)
{
    const struct model *model = job->scenario.model;
    const size_t n = (size_t)model->run.replicates;
    const bool quiet = command_given(call, "quiet");
    struct simulation simulation = {.model = model, .signals = signals};
    struct run_data *data = data_create();
    int code = ERROR_NONE;
    simulation.digest = calloc(n, sizeof *simulation.digest);
    simulation.fault = calloc(n, sizeof *simulation.fault);
    if (!data || !simulation.digest || !simulation.fault)
        code = error_add(err, ERROR_WORK, "%s: no memory", job->path);
    progress_start(&simulation.progress, model->name, model->run.replicates * model_months(model), quiet);
    if (!code)
        code = run_recorded(job, &simulation, data, threads, call, err);
    if (!code)
        say_done(job, &simulation, quiet);
    if (simulation.record)
        record_free(simulation.record);
    data_free(data);
    free(simulation.digest);
    free(simulation.fault);
    return code;
}

// ---- where the results go -----------------------------------------------------------------------

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// Makes the folder if need be, and tries whether a file can be made in it: permissions alone do not tell.
static int folder_ready(const char *folder, struct error *err)
{
    char trial[PATH_MAX];
    if (!is_folder(folder) && mkdir(folder, 0777) != 0)
        return error_add(err, ERROR_INPUT, "%s: cannot be made: %s", folder, strerror(errno));
    if (snprintf(trial, sizeof trial, "%s/.mangrove-XXXXXX", folder) >= (int)sizeof trial)
        return error_add(err, ERROR_INPUT, "-o: the path is too long");
    const int file = mkstemp(trial);
    if (file < 0)
        return error_add(err, ERROR_INPUT, "%s: cannot be written to: %s", folder, strerror(errno));
    close(file);
    unlink(trial);
    return ERROR_NONE;
}

// The folder of a file's path is there and may be written to, and the path is no folder itself.
static int file_ready(const char *path, struct error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + (slash == path)) : 1,
             slash ? path : ".");
    if (is_folder(path))
        return error_add(err, ERROR_INPUT, "%s: is a folder", path);
    return folder_ready(folder, err);
}

static int job_path(struct job *job, const char *out, bool folder, struct error *err)
{
    const char *name = job->scenario.model->name;
    int n;
    if (out && !folder) {
        n = snprintf(job->path, sizeof job->path, "%s", out);
    } else {
        if (!data_name_sound(name) || name[0] == '.')
            return error_add(err, ERROR_INPUT,
                             "%s: name: '%s' cannot be a file's name; allowed: letters, digits and _.-",
                             job->scenario.path, name);
        const size_t length = out ? strlen(out) : 0;
        n = snprintf(job->path, sizeof job->path, "%s%s%s.h5", out ? out : "",
                     length > 0 && out[length - 1] != '/' ? "/" : "", name);
    }
    if (n >= (int)sizeof job->path)
        return error_add(err, ERROR_INPUT, "-o: the path is too long");
    return file_ready(job->path, err);
}

static int place_results(struct job *job, int n, const char *out, struct error *err)
{
    const size_t length = out ? strlen(out) : 0;
    const bool folder = length > 0 && (out[length - 1] == '/' || is_folder(out));
    if (out && length == 0)
        return error_add(err, ERROR_INPUT, "-o: '' is no file; allowed: a file, or a folder that ends in /");
    if (out && !folder && n > 1)
        return error_add(err, ERROR_INPUT, "-o: %s is one file for %d scenarios; allowed: a folder, %s/", out,
                         n, out);
    if (folder && folder_ready(out, err))
        return ERROR_INPUT;
    for (int i = 0; i < n; i++) {
        if (job_path(&job[i], out, folder, err))
            return ERROR_INPUT;
        for (int k = 0; k < i; k++)
            if (strcmp(job[i].path, job[k].path) == 0)
                return error_add(err, ERROR_INPUT,
                                 "%s: name: '%s' is also that of %s; allowed: names of their own",
                                 job[i].scenario.path, job[i].scenario.model->name, job[k].scenario.path);
    }
    return ERROR_NONE;
}

// ---- the command --------------------------------------------------------------------------------

static int run_jobs(struct job *job, int n, int threads, const struct command_call *call, struct error *err)
{
    sigset_t signals, before;
    int done = 0, code = ERROR_NONE;
    hold_signals(&signals, &before);
    for (; done < n && !code; done++)
        code = run_scenario(&job[done], &signals, threads, call, err);
    release_signals(&signals, &before);
    if (code == ERROR_STOPPED)
        error_add(err, ERROR_STOPPED, "stopped by a signal; %d of %d scenarios are finished and kept",
                  done - 1, n);
    return code;
}

int run_command(const struct command_call *call, struct error *err)
{
    const int n = call->arguments_n;
    int64_t threads = par_threads_available();
    struct job *job = calloc((size_t)n, sizeof *job);
    int code = job ? ERROR_NONE : error_add(err, ERROR_WORK, "no memory");
    if (!code)
        code = command_whole(call, "threads", 1, THREADS_MAX, &threads, err);
    for (int i = 0; i < n && code != ERROR_WORK; i++) {
        const int wrong = scenario_load(&job[i].scenario, call->argument[i], call, err);
        code = wrong ? wrong : code;
    }
    if (!code)
        code = place_results(job, n, command_text(call, "out"), err);
    if (!code)
        code = run_jobs(job, n, (int)threads, call, err);
    for (int i = 0; job && i < n; i++)
        scenario_free(&job[i].scenario);
    free(job);
    return code;
}
