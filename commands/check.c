#include "commands/check.h"

#include "commands/scenario.h"

// The names of the kinds in use, each once, in the order of the registry.
static void print_kinds(const struct model *model)
{
    bool first = true;
    for (int kind = 0; instrument_at(kind); kind++) {
        bool used = false;
        for (int i = 0; i < model->programmes_n; i++)
            used = used || (model->programme[i].enabled && model->programme[i].kind == kind);
        if (used)
            printf("%s%s", first ? " (" : ", ", instrument_at(kind)->name);
        first = first && !used;
    }
    fputs(first ? "" : ")", stdout);
}

static void print_summary(const struct scenario *scenario)
{
    const struct model *model = scenario->model;
    const struct run_terms *run = &model->run;
    int64_t year, month, last_year, last_month;
    field_month_split(run->start, &year, &month);
    field_month_split(run->until, &last_year, &last_month);
    const int n = scenario_programmes_n(scenario);
    printf("%s: ok\n  %s: %d programme%s", scenario->path, model->name, n, n == 1 ? "" : "s");
    print_kinds(model);
    if (run->agents > 0)
        printf(", %lld agents", (long long)run->agents);
    else
        printf(", an agent per enterprise");
    printf(", %lld replicates, %04lld-%02lld to %04lld-%02lld\n", (long long)run->replicates, (long long)year,
           (long long)month, (long long)last_year, (long long)last_month);
}

// One scenario's faults are its own: the next is judged for itself.
static int check_one(const struct command_call *call, const char *path, struct error *err)
{
    struct error own = {0};
    struct scenario scenario;
    const int code = scenario_load(&scenario, path, call, &own);
    if (!code)
        print_summary(&scenario);
    scenario_free(&scenario);
    for (int i = 0; i < own.faults_n; i++)
        error_add(err, own.code, "%s", own.text[i]);
    err->dropped_n += own.dropped_n;
    return code;
}

int check_command(const struct command_call *call, struct error *err)
{
    int code = ERROR_NONE;
    for (int i = 0; i < call->arguments_n && code != ERROR_WORK; i++) {
        const int wrong = check_one(call, call->argument[i], err);
        code = wrong ? wrong : code;
    }
    return code;
}
