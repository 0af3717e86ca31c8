#include "analysis/validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int evaluate(struct validation *v, const struct run_data *data, const struct moments *moments,
                    double *scratch, struct error *missing)
{
    const int n = v->replicates_n;
    for (int i = 0; i < moments->n; i++) {
        const struct moment *moment = &moments->moment[i];
        char why[ERROR_TEXT_MAX];
        if (!expression_covered(&moment->expression, data)) {
            v->outside_months_n++;
            continue;
        }
        struct validate_row *row = &v->row[v->rows_n++];
        *row = (struct validate_row){
            moment, {(double)NAN, (double)NAN, (double)NAN}, (double)NAN, (double)NAN, 0, ""};
        double *value = v->value + (size_t)(v->rows_n - 1) * (size_t)n;
        if (expression_evaluate(&moment->expression, data, value, why)) {
            error_add(missing, ERROR_INPUT, "%s: %s", moment->id, why);
            continue;
        }
        row->model = sample_spread(value, n, scratch);
        row->agents = expression_agents(&moment->expression, data, row->model.mean);
        const double off = row->model.mean - moment->value;
        row->distance = off == 0.0 ? 0.0 : off / moment->tolerance;
        row->inside = fabs(row->model.mean - moment->value) <= moment->tolerance;
    }
    return ERROR_NONE;
}

int validate_create(struct validation **validation, const struct run_data *data,
                    const struct moments *moments, struct error *missing, struct error *err)
{
    const int n = expression_replicates(data);
    struct validation *v = calloc(1, sizeof *v);
    double *scratch = calloc((size_t)n + 1, sizeof *scratch);
    int code = ERROR_NONE;
    *validation = NULL;
    if (v) {
        v->replicates_n = n;
        v->row = calloc((size_t)moments->n + 1, sizeof *v->row);
        v->value = calloc((size_t)moments->n * (size_t)n + 1, sizeof *v->value);
    }
    if (n == 0)
        code = error_add(err, ERROR_INPUT, "the run has no replicates");
    else if (!v || !v->row || !v->value || !scratch)
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
    if (validation) {
        free(validation->row);
        free(validation->value);
    }
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

void validate_explain(struct validation *validation, const struct moment_notes *notes)
{
    validation->notes = notes;
    for (int i = 0; i < validation->rows_n; i++) {
        struct validate_row *row = &validation->row[i];
        row->note = row->inside ? "" : notes_of(notes, row->moment->id);
    }
}

int validate_idle_notes(const struct validation *validation, struct error *told)
{
    int n = 0;
    for (int i = 0; i < validation->rows_n; i++) {
        const struct validate_row *row = &validation->row[i];
        if (!row->inside || !*notes_of(validation->notes, row->moment->id))
            continue;
        error_add(told, ERROR_INPUT, "%s: is explained, though it lies inside its tolerance",
                  row->moment->id);
        n++;
    }
    return n;
}

// ---- printing -----------------------------------------------------------------------------------

// The first PROGRAM_COLUMNS_N are those of CSV.
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
    {"distance", "tolerances away", true, true, 0},
    {"use", "use", false, false, 0},
    {"agents", "agents", true, false, 0},
    {"note", "note", false, false, 0},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns, PROGRAM_COLUMNS_N = 11 };

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

static void put_row(struct report_table *table, const struct validate_row *row, bool all)
{
    char text[REPORT_NUMBER_MAX];
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
    if (!all)
        return;
    report_text_thousands(row->distance, 1, true, text);
    report_text_number(table, row->distance, text);
    report_text_cell(table, row->moment->use);
    put_number(table, row->agents);
    report_text_cell(table, row->note);
}

static void print_counts(const struct validation *validation, FILE *to)
{
    static const char *const uses[] = {"history", "structure"};
    int inside, few = 0;
    const int n = validate_count(validation, NULL, &inside);
    const double share = n > 0 ? (double)inside / n : 0.0;
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
    fprintf(to, "\n%.1f %% inside, where at least %.0f %% are asked for: %s\n", 100.0 * share,
            100.0 * VALIDATE_INSIDE_LEAST, share >= VALIDATE_INSIDE_LEAST ? "met" : "not met");
}

static void print_fit(const struct validate_fit *fit, FILE *to)
{
    if (fit->moments_n > 0)
        fprintf(to, "J = %.1f on %d moments less %d fitted parameters: p = %.3f\n", fit->statistic,
                fit->moments_n, fit->fitted_n, fit->p);
}

// Markdown has the notes in a column.
static void print_notes(const struct validation *validation, FILE *to)
{
    for (int i = 0; i < validation->rows_n; i++) {
        const struct validate_row *row = &validation->row[i];
        if (*row->note && fabs(row->distance) <= VALIDATE_FAR)
            fprintf(to, "%s: %s\n", row->moment->id, row->note);
    }
}

static void print_far(const struct validation *validation, FILE *to)
{
    int n = 0;
    for (int i = 0; i < validation->rows_n; i++) {
        const struct validate_row *row = &validation->row[i];
        if (fabs(row->distance) <= VALIDATE_FAR)
            continue;
        if (n++ == 0)
            fprintf(to, "\nFurther away than %.0f tolerances, or without a value:\n\n", VALIDATE_FAR);
        fprintf(to, "- %s %s: %s\n", row->moment->id, row->moment->metric,
                *row->note ? row->note : "no explanation yet");
    }
    if (n == 0)
        fprintf(to, "\nNo moment is further away than %.0f tolerances.\n", VALIDATE_FAR);
}

static const struct validate_row *find(const struct validation *validation, const char *id)
{
    for (int i = 0; i < validation->rows_n; i++)
        if (strcmp(validation->row[i].moment->id, id) == 0)
            return &validation->row[i];
    return NULL;
}

static void print_conflicts(const struct validation *validation, FILE *to)
{
    const struct moment_notes *notes = validation->notes;
    int n = 0;
    for (int i = 0; notes && i < notes->n; i++) {
        const struct validate_row *a = find(validation, notes->note[i].id);
        const struct validate_row *b = find(validation, notes->note[i].with);
        if (!a || !b)
            continue;
        if (n++ == 0)
            fputs("\nMoments that contradict each other (neither is averaged away):\n\n", to);
        fprintf(to, "- %s (%+.1f tolerances) and %s (%+.1f): %s\n", a->moment->id, a->distance, b->moment->id,
                b->distance, notes->note[i].note);
    }
}

int validate_print(const struct validation *validation, enum report_format format, FILE *to)
{
    const bool all = format != REPORT_CSV;
    struct report_table *table = report_text_create(columns, all ? COLUMNS_N : PROGRAM_COLUMNS_N);
    for (int i = 0; i < validation->rows_n && table; i++)
        put_row(table, &validation->row[i], all);
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    if (!bad && (format == REPORT_TEXT || format == REPORT_MARKDOWN)) {
        print_counts(validation, to);
        print_fit(&validation->fit, to);
        if (format == REPORT_TEXT)
            print_notes(validation, to);
        print_far(validation, to);
        print_conflicts(validation, to);
    }
    if (!bad && format == REPORT_JSON)
        fputc('\n', to);
    return bad;
}
