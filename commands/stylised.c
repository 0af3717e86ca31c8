#include "commands/stylised.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "analysis/read.h"
#include "analysis/stylised.h"
#include "analysis/stylised_figure.h"

// All years of the panel that have one before them.
static struct stylised_ask every_year(const struct firm_panel *panel)
{
    struct stylised_ask ask = {(double)NAN, (double)NAN, (double)NAN, INT_MAX, 0, -1, -1};
    for (int64_t i = 0; i < panel->n; i++) {
        const int year = panel->year[i].year;
        ask.first_year = year + 1 < ask.first_year ? year + 1 : ask.first_year;
        ask.last_year = year > ask.last_year ? year : ask.last_year;
    }
    return ask;
}

static int write_figures(const char *folder, const struct firm_panel *panel, struct error *err)
{
    const struct stylised_ask ask = every_year(panel);
    if (mkdir(folder, 0777) && errno != EEXIST)
        return error_add(err, ERROR_WORK, "%s: cannot be made: %s", folder, strerror(errno));
    for (int i = 0; i < stylised_figures_n; i++) {
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s/%s.csv", folder, stylised_figures[i].name) >= PATH_MAX)
            return error_add(err, ERROR_INPUT, "--figures: the path is too long");
        FILE *to = fopen(path, "w");
        if (to)
            stylised_figures[i].write(panel, &ask, to);
        if (!to || ferror(to) | fclose(to))
            return error_add(err, ERROR_WORK, "%s: cannot be written: %s", path, strerror(errno));
    }
    return ERROR_NONE;
}

static int print(const struct command_call *call, const struct stylised *stylised, struct error *missing,
                 struct error *err)
{
    enum report_format format;
    int code = command_format(call, &format, err);
    if (!code && stylised_print(stylised, format, stdout))
        code = error_add(err, ERROR_WORK, "no memory");
    if (!code && missing->faults_n > 0) {
        fflush(stdout);
        fputs("without a value:\n", stderr);
        error_print(missing, stderr);
    }
    const int outside = stylised->rows_n - stylised_inside(stylised);
    if (!code && command_given(call, "strict") && outside > 0)
        code = error_add(err, ERROR_STRICT, "%s: %d of %d facts lie outside their accepted range",
                         call->argument[0], outside, stylised->rows_n);
    return code;
}

static int judge(const struct command_call *call, const struct stylised_facts *facts, struct error *err)
{
    struct run_data *data = NULL;
    struct firm_panel *panel = NULL;
    struct stylised *stylised = NULL;
    struct error *missing = calloc(1, sizeof *missing);
    int code = missing ? read_run(call->argument[0], "panel", &data, err) : ERROR_WORK;
    if (!code)
        code = firm_panel_create(&panel, data, err);
    if (!code)
        code = stylised_create(&stylised, panel, data, facts, missing, err);
    if (!code && command_text(call, "figures"))
        code = write_figures(command_text(call, "figures"), panel, err);
    if (!code)
        code = print(call, stylised, missing, err);
    stylised_free(stylised);
    firm_panel_free(panel);
    data_free(data);
    free(missing);
    return code;
}

int stylised_command(const struct command_call *call, struct error *err)
{
    struct stylised_facts facts = {0};
    const char *path = command_text(call, "facts");
    if (!path)
        return error_add(err, ERROR_INPUT, "--facts FILE.csv is missing");
    int code = stylised_facts_read(&facts, path, err);
    if (!code)
        code = judge(call, &facts, err);
    stylised_facts_free(&facts);
    return code;
}
