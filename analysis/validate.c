#include "analysis/validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int evaluate(struct validation *v, const struct run_data *data, const struct moments *moments,
                    double *scratch, struct error *missing)
{
    const int n = expression_replicates(data);
    double *value = scratch + n;
    for (int i = 0; i < moments->n; i++) {
        const struct moment *moment = &moments->moment[i];
        char why[ERROR_TEXT_MAX];
        if (!expression_covered(&moment->expression, data)) {
            v->outside_months_n++;
            continue;
        }
        struct validate_row *row = &v->row[v->rows_n++];
        *row = (struct validate_row){moment, {(double)NAN, (double)NAN, (double)NAN}, (double)NAN, 0};
        if (expression_evaluate(&moment->expression, data, value, why)) {
            error_add(missing, ERROR_INPUT, "%s: %s", moment->id, why);
            continue;
        }
        row->model = sample_spread(value, n, scratch);
        row->agents = expression_agents(&moment->expression, data, row->model.mean);
        row->inside = fabs(row->model.mean - moment->value) <= moment->tolerance;
    }
    return ERROR_NONE;
}

int validate_create(struct validation **validation, const struct run_data *data,
                    const struct moments *moments, struct error *missing, struct error *err)
{
    const int n = expression_replicates(data);
    struct validation *v = calloc(1, sizeof *v);
    double *scratch = calloc(2 * (size_t)n, sizeof *scratch);
    int code = ERROR_NONE;
    *validation = NULL;
    if (v)
        v->row = calloc((size_t)moments->n + 1, sizeof *v->row);
    if (n == 0)
        code = error_add(err, ERROR_INPUT, "the run has no replicates");
    else if (!v || !v->row || !scratch)
        code = error_add(err, ERROR_WORK, "no memory");
    else
        code = evaluate(v, data, moments, scratch, missing);
    free(scratch);
    if (code)
        validate_free(v);
    else
        *validation = v;
    return code;
}

void validate_free(struct validation *validation)
{
    if (validation)
        free(validation->row);
    free(validation);
}

int validate_count(const struct validation *validation, const char *use, int *inside_n)
{
    int n = 0;
    *inside_n = 0;
    for (int i = 0; i < validation->rows_n; i++) {
        const struct validate_row *row = &validation->row[i];
        if (use && strcmp(row->moment->use, use) != 0)
            continue;
        n++;
        *inside_n += row->inside;
    }
    return n;
}

// ---- printing -----------------------------------------------------------------------------------

static const struct report_column columns[] = {
    {"id", "id", false, true, 0},
    {"metric", "metric", false, true, 0},
    {"group", "group", false, true, 0},
    {"period", "period", false, true, 0},
    {"statistic", "statistic", false, true, 0},
    {"data", "data", true, true, 0},
    {"tolerance", "tolerance", true, true, 0},
    {"model", "model", true, true, 0},
    {"low", "2.5 %", true, false, 0},
    {"high", "97.5 %", true, false, 0},
    {"inside", "inside", false, true, 0},
    {"agents", "agents", true, false, 0},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

// Counts in full, shares with four digits, money with a power of ten.
static void put_marked(struct report_table *table, double value, bool marked)
{
    char text[REPORT_NUMBER_MAX];
    const double size = fabs(value);
    if (size >= 1e11)
        snprintf(text, sizeof text, "%.3e", value);
    else
        report_text_thousands(value, size >= 1000.0 ? 0 : size >= 10.0 ? 2 : 4, false, text);
    report_text_number(table, value, report_text_mark(text, sizeof text, marked));
}

static void put_number(struct report_table *table, double value)
{
    put_marked(table, value, false);
}

static void put_row(struct report_table *table, const struct validate_row *row)
{
    report_text_cell(table, row->moment->id);
    report_text_cell(table, row->moment->metric);
    report_text_cell(table, row->moment->group);
    report_text_cell(table, row->moment->period);
    report_text_cell(table, row->moment->statistic);
    put_number(table, row->moment->value);
    put_number(table, row->moment->tolerance);
    put_marked(table, row->model.mean, row->agents < EXPRESSION_AGENTS_MIN);
    put_number(table, row->model.low);
    put_number(table, row->model.high);
    report_text_number(table, row->inside, row->inside ? "yes" : "no");
    put_number(table, row->agents);
}

static void print_summary(const struct validation *validation, FILE *to)
{
    static const char *const uses[] = {"history", "structure"};
    int inside, few = 0;
    const int n = validate_count(validation, NULL, &inside);
    for (int i = 0; i < validation->rows_n; i++)
        few += validation->row[i].agents < EXPRESSION_AGENTS_MIN;
    if (few > 0)
        fputs("\n" REPORT_MARK " rests on fewer than 30 agents\n", to);
    fprintf(to, "\n%d of %d moments inside their tolerance", inside, n);
    for (int i = 0; i < 2; i++) {
        const int of_use = validate_count(validation, uses[i], &inside);
        fprintf(to, "; %s %d of %d", uses[i], inside, of_use);
    }
    if (validation->outside_months_n > 0)
        fprintf(to, "; %d outside the run's months left out", validation->outside_months_n);
    fputc('\n', to);
}

int validate_print(const struct validation *validation, enum report_format format, FILE *to)
{
    struct report_table *table = report_text_create(columns, COLUMNS_N);
    for (int i = 0; i < validation->rows_n && table; i++)
        put_row(table, &validation->row[i]);
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    if (!bad && (format == REPORT_TEXT || format == REPORT_MARKDOWN))
        print_summary(validation, to);
    if (!bad && format == REPORT_JSON)
        fputc('\n', to);
    return bad;
}
