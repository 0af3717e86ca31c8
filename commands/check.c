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

int check_command(const struct command_call *call, struct error *err)
{
    int code = ERROR_NONE;
    for (int i = 0; i < call->arguments_n; i++) {
        struct scenario scenario;
        const int wrong = scenario_load(&scenario, call->argument[i], call, err);
        if (!wrong)
            print_summary(&scenario);
        scenario_free(&scenario);
        code = code ? code : wrong;
        if (wrong == ERROR_WORK)
            break;
    }
    return code;
}
