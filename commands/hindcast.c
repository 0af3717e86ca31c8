#include "commands/hindcast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/hindcast.h"
#include "analysis/read.h"

static int write_years(const char *path, const struct hindcast *hindcast, struct error *err)
{
    FILE *to = fopen(path, "w");
    if (to)
        hindcast_print_years(hindcast, to);
    if (!to || ferror(to) | fclose(to))
        return error_add(err, ERROR_WORK, "%s: cannot be written: %s", path, strerror(errno));
    return ERROR_NONE;
}

static int judge(const struct command_call *call, const struct hindcast_series *series, int64_t origin,
                 struct error *err)
{
    struct run_data *data = NULL;
    struct hindcast *hindcast = NULL;
    struct error *missing = calloc(1, sizeof *missing);
    enum report_format format;
    int code = missing ? command_format(call, &format, err) : error_add(err, ERROR_WORK, "no memory");
    if (!code)
        code = read_run(call->argument[0], NULL, &data, err);
    if (!code)
        code = hindcast_create(&hindcast, data, series, (int)origin, missing, err);
    if (!code && command_text(call, "years"))
        code = write_years(command_text(call, "years"), hindcast, err);
    if (!code && hindcast_print(hindcast, format, stdout))
        code = error_add(err, ERROR_WORK, "no memory");
    if (!code && missing->faults_n > 0) {
        fflush(stdout);
        fputs("not judged:\n", stderr);
        error_print(missing, stderr);
    }
    hindcast_free(hindcast);
    data_free(data);
    free(missing);
    return code;
}

int hindcast_command(const struct command_call *call, struct error *err)
{
    struct hindcast_series series = {0};
    const char *path = command_text(call, "series");
    int64_t origin = 2019;
    if (!path)
        return error_add(err, ERROR_INPUT, "--series FILE.csv is missing");
    int code = command_whole(call, "origin", 1970, 2200, &origin, err);
    if (!code)
        code = hindcast_series_read(&series, path, err);
    if (!code)
        code = judge(call, &series, origin, err);
    hindcast_series_free(&series);
    return code;
}
