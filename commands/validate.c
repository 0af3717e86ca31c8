#include "commands/validate.h"

#include <stdlib.h>
#include "analysis/read.h"
#include "analysis/validate.h"

static int validate_data(const struct command_call *call, const struct run_data *data,
                         const struct moments *moments, const struct moment_notes *notes, struct error *err)
{
    struct validation *validation = NULL;
    struct error *missing = calloc(1, sizeof *missing);
    enum report_format format;
    int64_t fitted = 0;
    int inside = 0;
    int code = missing ? command_format(call, &format, err) : error_add(err, ERROR_WORK, "no memory");
    if (!code)
        code = command_whole(call, "fitted", 0, moments->n, &fitted, err);
    if (!code)
        code = validate_create(&validation, data, moments, missing, err);
    if (!code) {
        validate_explain(validation, notes);
        code = validate_fit(validation, (int)fitted, err);
    }
    if (!code && validate_print(validation, format, stdout))
        code = error_add(err, ERROR_WORK, "no memory");
    if (!code && missing->faults_n > 0) {
        fflush(stdout);
        fputs("without a value:\n", stderr);
        error_print(missing, stderr);
    }
    struct error idle = {0};
    if (!code && validate_idle_notes(validation, &idle) > 0)
        error_print(&idle, stderr);
    const int n = code ? 0 : validate_count(validation, NULL, &inside);
    if (!code && command_given(call, "strict") && inside < n)
        code = error_add(err, ERROR_STRICT, "%s: %d of %d moments lie outside their tolerance",
                         call->argument[0], n - inside, n);
    if (!code && command_given(call, "strict") && idle.faults_n > 0)
        code = error_add(err, ERROR_STRICT, "%s: notes explain moments that lie inside",
                         command_text(call, "notes"));
    validate_free(validation);
    free(missing);
    return code;
}

int validate_command(const struct command_call *call, struct error *err)
{
    struct moments moments = {0};
    struct moment_notes notes = {0};
    struct run_data *data = NULL;
    const char *path = command_text(call, "moments");
    if (!path)
        return error_add(err, ERROR_INPUT, "--moments FILE.csv is missing");
    int code = moments_read(&moments, path, err);
    if (!code && command_text(call, "notes"))
        code = notes_read(&notes, command_text(call, "notes"), &moments, err);
    if (!code)
        code = read_run(call->argument[0], NULL, &data, err);
    if (!code)
        code = validate_data(call, data, &moments, &notes, err);
    data_free(data);
    moments_free(&moments);
    notes_free(&notes);
    return code;
}
