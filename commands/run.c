#include "commands/run.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "commands/member.h"
#include "commands/place.h"
#include "mangrove_version.h"
#include "sim/output.h"
#include "sim/par.h"
#include "sim/rng.h"

enum { THREADS_MAX = 1024 };

// A scenario and where its results go.
struct job {
    struct scenario scenario;
    char path[PATH_MAX];
};

// ---- one scenario -------------------------------------------------------------------------------

// The digest of the run: of the replicates' final states, in order.
static uint64_t digest_all(const uint64_t *digest, int n)
{
    uint64_t all = (uint64_t)n;
    for (int i = 0; i < n; i++)
        all = rng_hash(all ^ digest[i]);
    return all;
}

static int put_attributes(const struct member *member, struct job *job, bool stamp, struct error *err)
{
    const struct model *model = job->scenario.model;
    struct run_data *data = member->data;
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
    data_attribute_int(data, "agent_weight_common", member->weight[0]);
    data_attribute_int(data, "agent_weight_rare", member->weight[1]);
    snprintf(text, sizeof text, "%016llx",
             (unsigned long long)digest_all(member->digest, (int)run->replicates));
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

static void say_done(const struct job *job, double seconds)
{
    const struct model *model = job->scenario.model;
    struct stat status;
    if (stat(job->path, &status) != 0)
        return;
    fprintf(stderr, "%s: %lld replicate%s of %d months in %.1f s, %s (%.1f MB)\n", model->name,
            (long long)model->run.replicates, model->run.replicates == 1 ? "" : "s", model_months(model),
            seconds, job->path, (double)status.st_size / 1e6);
}

static int run_scenario(struct job *job, const struct stop *stop, int threads,
                        const struct command_call *call, struct error *err)
{
    const struct model *model = job->scenario.model;
    const bool quiet = command_given(call, "quiet");
    struct progress progress;
    const struct member_call how = {threads, stop, &progress};
    struct member member = {0}, *members = &member;
    int code = member_create(&member, model, job->scenario.config, MEMBER_ALL, err);
    progress_start(&progress, model->name, member_steps(&member), quiet);
    if (!code)
        code = member_run(&members, 1, &how, err);
    progress_end(&progress);
    if (!code)
        code = put_attributes(&member, job, command_given(call, "stamp"), err);
    if (!code)
        code = output_write(member.data, job->path, err);
    if (!code && !quiet)
        say_done(job, progress_now() - progress.started);
    member_free(&member);
    return code;
}

// ---- where the results go -----------------------------------------------------------------------

// The folder of a file's path is there and may be written to, and the path is no folder itself.
static int file_ready(const char *path, struct error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + (slash == path)) : 1,
             slash ? path : ".");
    if (place_is_folder(path))
        return error_add(err, ERROR_INPUT, "%s: is a folder", path);
    return place_folder(folder, err);
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
    const bool folder = length > 0 && (out[length - 1] == '/' || place_is_folder(out));
    if (out && length == 0)
        return error_add(err, ERROR_INPUT, "-o: '' is no file; allowed: a file, or a folder that ends in /");
    if (out && !folder && n > 1)
        return error_add(err, ERROR_INPUT, "-o: %s is one file for %d scenarios; allowed: a folder, %s/", out,
                         n, out);
    if (folder && place_folder(out, err))
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
    struct stop stop;
    int done = 0, code = ERROR_NONE;
    stop_hold(&stop);
    for (; done < n && !code; done++)
        code = run_scenario(&job[done], &stop, threads, call, err);
    stop_release(&stop);
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
