#include "analysis/moments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/csv.h"

static const struct csv_column columns[] = {
    CSV_TEXT(moment, id, true),          CSV_TEXT(moment, metric, true),    CSV_TEXT(moment, group, true),
    CSV_TEXT(moment, period, true),      CSV_TEXT(moment, statistic, true), CSV_NUMBER(moment, value, true),
    CSV_NUMBER(moment, tolerance, true), CSV_TEXT(moment, use, false),
};

static int check(void *rows, int n, char *why)
{
    const struct moment *moments = rows;
    struct moment *moment = (struct moment *)rows + n;
    const struct expression_text text = {moment->metric, moment->group, moment->period, moment->statistic};
    char reason[ERROR_TEXT_MAX];
    *why = '\0';
    if (moment->tolerance < 0.0)
        snprintf(why, ERROR_TEXT_MAX, "%s: tolerance is below 0", moment->id);
    else if (expression_parse(&moment->expression, &text, reason))
        snprintf(why, ERROR_TEXT_MAX, "%s: %.*s", moment->id, ERROR_TEXT_MAX - MOMENT_ID_MAX - 4, reason);
    for (int i = 0; i < n && !*why; i++)
        if (strcmp(moments[i].id, moment->id) == 0)
            snprintf(why, ERROR_TEXT_MAX, "id '%s' stands twice", moment->id);
    return *why ? ERROR_INPUT : ERROR_NONE;
}

static const struct csv_table table = {
    .things = "moments",
    .columns = columns,
    .columns_n = sizeof columns / sizeof *columns,
    .row_bytes = sizeof(struct moment),
    .rows_max = MOMENTS_MAX,
    .check = check,
};

int moments_parse(struct moments *moments, const char *text, size_t n, const char *name, struct error *err)
{
    void *rows;
    const int code = csv_parse(&table, &(struct csv_text){name, text, n}, &rows, &moments->n, err);
    moments->moment = rows;
    return code;
}

int moments_read(struct moments *moments, const char *path, struct error *err)
{
    void *rows;
    const int code = csv_read(&table, path, &rows, &moments->n, err);
    moments->moment = rows;
    return code;
}

void moments_free(struct moments *moments)
{
    free(moments->moment);
    *moments = (struct moments){0};
}
