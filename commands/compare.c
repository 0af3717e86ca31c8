#include "commands/compare.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "analysis/compare.h"
#include "analysis/read.h"
#include "analysis/statistics.h"
#include "commands/place.h"

#include "sim/yaml.h"

_Static_assert((int)COMPARE_FILES_MAX == (int)COMPARE_RUNS_MAX, "as many files as runs");

static int load_targets(const struct command_call *call, struct targets *targets, struct error *err)
{
    char path[PATH_MAX];
    const int code = place_targets(command_text(call, "targets"), path, err);
    return code ? code : yaml_rows(path, "targets", targets_row, targets, err);
}

static int parse_dates(const struct command_call *call, struct compare_request *request, struct error *err)
{
    const char *at = command_text(call, "at"), *dates = command_text(call, "dates");
    char why[ERROR_TEXT_MAX];
    int64_t first;
    request->at = -1;
    request->first = 0;
    request->last = INT64_MAX;
    if (at && (expression_parse_period(at, &first, &request->at, why) || first != request->at))
        return error_add(err, ERROR_INPUT, "--at: '%.40s' is no month; allowed: YYYY-MM", at);
    if (dates && expression_parse_period(dates, &request->first, &request->last, why))
        return error_add(err, ERROR_INPUT, "--dates: %s", why);
    return ERROR_NONE;
}

static int compare_files(const struct command_call *call, struct compare_request *request, struct error *err)
{
    struct comparison *comparison = NULL;
    enum report_format format;
    int code = command_format(call, &format, err);
    if (!code)
        code = parse_dates(call, request, err);
    if (!code)
        code = compare_check(request->run, request->runs_n, err);
    if (!code) {
        request->t = statistics_t_quantile(0.975, expression_replicates(request->run[0].data) - 1);
        code = compare_create(&comparison, request, err);
    }
    if (!code && compare_print(comparison, format, stdout))
        code = error_add(err, ERROR_WORK, "no memory");
    compare_free(comparison);
    return code;
}

int compare_command(const struct command_call *call, struct error *err)
{
    const int n = call->arguments_n;
    struct compare_run run[COMPARE_RUNS_MAX];
    struct run_data *data[COMPARE_RUNS_MAX] = {NULL};
    struct targets *targets = calloc(1, sizeof *targets);
    int code = targets ? ERROR_NONE : error_add(err, ERROR_WORK, "no memory");
    if (!code)
        code = load_targets(call, targets, err);
    for (int i = 0; i < n && !code; i++) {
        code = read_run(call->argument[i], "parameters", &data[i], err);
        run[i] = (struct compare_run){call->argument[i], data[i]};
    }
    struct compare_request request = {.run = run, .runs_n = n, .targets = targets};
    if (!code)
        code = compare_files(call, &request, err);
    for (int i = 0; i < n; i++)
        data_free(data[i]);
    free(targets);
    return code;
}
