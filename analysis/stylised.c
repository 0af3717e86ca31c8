#include "analysis/stylised.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/csv.h"
#include "analysis/statistics.h"
#include "sim/field.h"

// ---- the facts ----------------------------------------------------------------------------------

static const struct csv_column fact_columns[] = {
    CSV_TEXT(stylised_fact, id, true),
    CSV_TEXT(stylised_fact, title, true),
    CSV_TEXT(stylised_fact, estimator, true),
    CSV_NUMBER(stylised_fact, parameter, false),
    CSV_NUMBER(stylised_fact, min_workers, false),
    CSV_NUMBER(stylised_fact, max_workers, false),
    CSV_TEXT(stylised_fact, sector, false),
    CSV_NUMBER(stylised_fact, first_year, true),
    CSV_NUMBER(stylised_fact, last_year, true),
    CSV_NUMBER(stylised_fact, low, false),
    CSV_NUMBER(stylised_fact, high, false),
    CSV_TEXT(stylised_fact, source, true),
    CSV_TEXT(stylised_fact, note, false),
};

static int unknown_estimator(const struct stylised_fact *fact, char *why)
{
    const char *names[64];
    for (int i = 0; i < stylised_estimators_n && i < 64; i++)
        names[i] = stylised_estimators[i].name;
    const char *near = field_nearest(fact->estimator, names, stylised_estimators_n);
    return snprintf(why, ERROR_TEXT_MAX, "%s: unknown estimator '%s'%s%s%s", fact->id, fact->estimator,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int check(void *rows, int n, char *why)
{
    const struct stylised_fact *facts = rows, *fact = &facts[n];
    const struct stylised_estimator *estimator = stylised_estimator_find(fact->estimator);
    *why = '\0';
    if (!estimator)
        unknown_estimator(fact, why);
    else if ((*estimator->parameter != '\0') == isnan(fact->parameter))
        snprintf(why, ERROR_TEXT_MAX, "%s: parameter: %s", fact->id,
                 *estimator->parameter ? "is missing" : "this estimator has none");
    else if (!(fact->last_year >= fact->first_year))
        snprintf(why, ERROR_TEXT_MAX, "%s: last_year: is before first_year", fact->id);
    else if (isnan(fact->low) && isnan(fact->high))
        snprintf(why, ERROR_TEXT_MAX, "%s: low and high: one of them must be given", fact->id);
    else if (fact->high < fact->low)
        snprintf(why, ERROR_TEXT_MAX, "%s: high: is below low", fact->id);
    else if (!*fact->source)
        snprintf(why, ERROR_TEXT_MAX, "%s: source: is missing", fact->id);
    for (int i = 0; i < n && !*why; i++)
        if (strcmp(facts[i].id, fact->id) == 0)
            snprintf(why, ERROR_TEXT_MAX, "id '%s' stands twice", fact->id);
    return *why ? ERROR_INPUT : ERROR_NONE;
}

int stylised_facts_read(struct stylised_facts *facts, const char *path, struct error *err)
{
    static const struct csv_table table = {
        .things = "facts",
        .columns = fact_columns,
        .columns_n = sizeof fact_columns / sizeof *fact_columns,
        .row_bytes = sizeof(struct stylised_fact),
        .rows_max = STYLISED_FACTS_MAX,
        .check = check,
    };
    void *rows;
    const int code = csv_read(&table, path, &rows, &facts->n, err);
    facts->fact = rows;
    return code;
}

void stylised_facts_free(struct stylised_facts *facts)
{
    free(facts->fact);
    *facts = (struct stylised_facts){0};
}

// ---- their values -------------------------------------------------------------------------------

// Estimate and interval: with n groups, se^2 = (n - 1) / n sum (theta_g - mean)^2 (Shao and Tu 1995, 2.3).
static struct sample_interval jackknife(const struct firm_panel *panel,
                                        const struct stylised_estimator *estimator, struct stylised_ask ask)
{
    double value[FIRM_GROUPS], mean = 0.0, squares = 0.0;
    struct sample_interval interval = {estimator->estimate(panel, &ask), (double)NAN, (double)NAN};
    for (int g = 0; g < FIRM_GROUPS; g++) {
        ask.left_out = g;
        value[g] = estimator->estimate(panel, &ask);
        mean += value[g] / FIRM_GROUPS;
    }
    for (int g = 0; g < FIRM_GROUPS; g++)
        squares += (value[g] - mean) * (value[g] - mean);
    const double half =
        statistics_t_quantile(0.975, FIRM_GROUPS - 1) * sqrt((FIRM_GROUPS - 1.0) / FIRM_GROUPS * squares);
    interval.low = interval.mean - half;
    interval.high = interval.mean + half;
    return interval;
}

static int inside(const struct stylised_fact *fact, double value)
{
    return !isnan(value) && !(value < fact->low) && !(value > fact->high);
}

static int evaluate(struct stylised_row *row, const struct firm_panel *panel, const struct run_data *data,
                    struct error *missing)
{
    const struct stylised_fact *fact = row->fact;
    struct stylised_ask ask = {fact->min_workers,
                               fact->max_workers,
                               fact->parameter,
                               (int)fact->first_year,
                               (int)fact->last_year,
                               -1,
                               -1};
    row->value = (struct sample_interval){(double)NAN, (double)NAN, (double)NAN};
    if (*fact->sector) {
        const int dim = data_dim_find(data, "sector");
        ask.sector = dim < 0 ? -1 : data_label_find(&data->dim[dim], fact->sector);
        if (ask.sector < 0)
            return error_add(missing, ERROR_INPUT, "%s: the run has no sector '%s'", fact->id, fact->sector);
    }
    row->value = jackknife(panel, stylised_estimator_find(fact->estimator), ask);
    row->inside = inside(fact, row->value.mean);
    if (isnan(row->value.mean))
        return error_add(missing, ERROR_INPUT, "%s: too few firms in the panel of %d to %d", fact->id,
                         ask.first_year, ask.last_year);
    return ERROR_NONE;
}

int stylised_create(struct stylised **stylised, const struct firm_panel *panel, const struct run_data *data,
                    const struct stylised_facts *facts, struct error *missing, struct error *err)
{
    struct stylised *s = calloc(1, sizeof *s);
    *stylised = NULL;
    if (s)
        s->row = calloc((size_t)facts->n + 1, sizeof *s->row);
    if (!s || !s->row) {
        stylised_free(s);
        return error_add(err, ERROR_WORK, "no memory");
    }
    for (int i = 0; i < facts->n; i++) {
        s->row[s->rows_n].fact = &facts->fact[i];
        evaluate(&s->row[s->rows_n++], panel, data, missing);
    }
    *stylised = s;
    return ERROR_NONE;
}

void stylised_free(struct stylised *stylised)
{
    if (stylised)
        free(stylised->row);
    free(stylised);
}

int stylised_inside(const struct stylised *stylised)
{
    int n = 0;
    for (int i = 0; i < stylised->rows_n; i++)
        n += stylised->row[i].inside;
    return n;
}

// ---- printing -----------------------------------------------------------------------------------

static const struct report_column columns[] = {
    {"id", "id", false, false, 0},
    {"title", "fact", false, true, 0},
    {"firms", "firms", false, true, 0},
    {"value", "model", true, true, 0},
    {"low", "95 % from", true, true, 0},
    {"high", "to", true, true, 0},
    {"range_low", "accepted", true, true, 0},
    {"range_high", "to", true, true, 0},
    {"inside", "inside", false, true, 0},
    {"source", "source", false, true, 0},
    {"note", "note", false, false, 0},
};

static void put_number(struct report_table *table, double value)
{
    char text[REPORT_NUMBER_MAX];
    report_text_thousands(value, fabs(value) < 10.0 ? 3 : 1, false, text);
    report_text_number(table, value, text);
}

// Of which firms and years: "manufacturing, 2 to 6 workers, 2016-2019".
static void put_firms(struct report_table *table, const struct stylised_fact *f)
{
    char text[2 * STYLISED_ID_MAX], size[STYLISED_ID_MAX] = "";
    if (!isnan(f->min_workers) && !isnan(f->max_workers))
        snprintf(size, sizeof size, "%g to %g workers, ", f->min_workers, f->max_workers);
    else if (!isnan(f->min_workers))
        snprintf(size, sizeof size, "from %g workers, ", f->min_workers);
    else if (!isnan(f->max_workers))
        snprintf(size, sizeof size, "below %g workers, ", f->max_workers);
    snprintf(text, sizeof text, "%.*s%s%s%.0f-%.0f", 40, f->sector, *f->sector ? ", " : "", size,
             f->first_year, f->last_year);
    report_text_cell(table, text);
}

static void put_row(struct report_table *table, const struct stylised_row *row)
{
    const struct stylised_fact *fact = row->fact;
    report_text_cell(table, fact->id);
    report_text_cell(table, fact->title);
    put_firms(table, fact);
    put_number(table, row->value.mean);
    put_number(table, row->value.low);
    put_number(table, row->value.high);
    put_number(table, fact->low);
    put_number(table, fact->high);
    report_text_number(table, row->inside, row->inside ? "yes" : "no");
    report_text_cell(table, fact->source);
    report_text_cell(table, fact->note);
}

int stylised_print(const struct stylised *stylised, enum report_format format, FILE *to)
{
    struct report_table *table = report_text_create(columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < stylised->rows_n && table; i++)
        put_row(table, &stylised->row[i]);
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    if (!bad && (format == REPORT_TEXT || format == REPORT_MARKDOWN))
        fprintf(to, "\n%d of %d facts inside their accepted range\n", stylised_inside(stylised),
                stylised->rows_n);
    if (!bad && format == REPORT_JSON)
        fputc('\n', to);
    return bad;
}
