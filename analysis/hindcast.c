#include "analysis/hindcast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/csv.h"

#define PHI_MAX 0.99 // the growth rate is taken to be stationary
enum { PAIRS_LEAST = 4 };

const char *const hindcast_method_names[HINDCAST_METHODS_N] = {"model", "model_growth", "last_growth", "ar1"};

// ---- the series ---------------------------------------------------------------------------------

static const struct csv_column observation_columns[] = {
    CSV_TEXT(hindcast_observation, series, true),    CSV_TEXT(hindcast_observation, title, true),
    CSV_TEXT(hindcast_observation, metric, true),    CSV_TEXT(hindcast_observation, group, true),
    CSV_TEXT(hindcast_observation, statistic, true), CSV_TEXT(hindcast_observation, scale, true),
    CSV_NUMBER(hindcast_observation, year, true),    CSV_NUMBER(hindcast_observation, value, true),
    CSV_TEXT(hindcast_observation, fact_id, true),
};

static int check(void *rows, int n, char *why)
{
    struct hindcast_observation *o = (struct hindcast_observation *)rows + n;
    const struct hindcast_observation *before = n > 0 ? o - 1 : NULL;
    char period[HINDCAST_ID_MAX], reason[ERROR_TEXT_MAX];
    *why = '\0';
    snprintf(period, sizeof period, strcmp(o->statistic, "end") == 0 ? "%.0f-12" : "%.0f", o->year);
    const struct expression_text text = {o->metric, o->group, period, o->statistic};
    if (expression_parse(&o->expression, &text, reason))
        snprintf(why, ERROR_TEXT_MAX, "%s: %.500s", o->series, reason);
    else if (strcmp(o->scale, "level") != 0 && strcmp(o->scale, "index") != 0)
        snprintf(why, ERROR_TEXT_MAX, "%s: scale: '%s'; allowed: level, index", o->series, o->scale);
    else if (!(o->value > 0.0))
        snprintf(why, ERROR_TEXT_MAX, "%s: value: is not above 0", o->series);
    else if (before && strcmp(before->series, o->series) == 0 && !(o->year > before->year))
        snprintf(why, ERROR_TEXT_MAX, "%s: year: is not after the one before", o->series);
    for (int i = 0; i + 1 < n && !*why; i++)
        if (strcmp(o[-1].series, o->series) != 0 &&
            strcmp(((struct hindcast_observation *)rows)[i].series, o->series) == 0)
            snprintf(why, ERROR_TEXT_MAX, "series '%s' stands in two places", o->series);
    return *why ? ERROR_INPUT : ERROR_NONE;
}

int hindcast_series_read(struct hindcast_series *series, const char *path, struct error *err)
{
    static const struct csv_table table = {
        .things = "observations",
        .columns = observation_columns,
        .columns_n = sizeof observation_columns / sizeof *observation_columns,
        .row_bytes = sizeof(struct hindcast_observation),
        .rows_max = HINDCAST_ROWS_MAX,
        .check = check,
    };
    void *rows;
    const int code = csv_read(&table, path, &rows, &series->n, err);
    series->observation = rows;
    return code;
}

void hindcast_series_free(struct hindcast_series *series)
{
    free(series->observation);
    *series = (struct hindcast_series){0};
}

// ---- forecasts without a model --------------------------------------------------------------------

static void nothing(int ahead, double *out)
{
    for (int i = 0; i < ahead; i++)
        out[i] = (double)NAN;
}

void hindcast_last_growth(const double *history, int n, int ahead, double *out)
{
    nothing(ahead, out);
    for (int i = 0; i < ahead && n >= 2; i++) // NaN goes on as NaN
        out[i] = (i > 0 ? out[i - 1] : history[n - 1]) * (history[n - 1] / history[n - 2]);
}

void hindcast_ar1(const double *history, int n, int ahead, double *out)
{
    double x[HINDCAST_YEARS_MAX], y[HINDCAST_YEARS_MAX], one[HINDCAST_YEARS_MAX];
    double mean_x = 0.0, mean_y = 0.0, phi;
    int pairs = 0;
    nothing(ahead, out);
    for (int i = 2; i < n; i++) {
        const double growth = log(history[i] / history[i - 1]), last = log(history[i - 1] / history[i - 2]);
        if (isnan(growth) || isnan(last))
            continue;
        x[pairs] = last;
        y[pairs] = growth;
        one[pairs++] = 1.0;
        mean_x += last;
        mean_y += growth;
    }
    if (pairs < PAIRS_LEAST)
        return;
    statistics_slopes(&(struct statistics_rows){x, y, one, pairs, 1}, &phi);
    phi = phi > PHI_MAX ? PHI_MAX : phi < -PHI_MAX ? -PHI_MAX : phi;
    const double constant = (mean_y - phi * mean_x) / pairs;
    double growth = log(history[n - 1] / history[n - 2]), level = history[n - 1];
    for (int i = 0; i < ahead; i++) {
        growth = constant + phi * growth;
        level *= exp(growth);
        out[i] = level;
    }
}

// ---- errors ---------------------------------------------------------------------------------------

struct hindcast_error hindcast_errors(const double *forecast, const double *observed, int n, double before)
{
    double squares = 0.0, none = 0.0;
    struct hindcast_error e = {0.0, 0.0, 0.0, 0.0};
    for (int i = 0; i < n; i++) {
        const double off = forecast[i] - observed[i];
        squares += off * off / n;
        none += (before - observed[i]) * (before - observed[i]) / n;
        e.mae += fabs(off) / n;
        e.mape += fabs(off / observed[i]) / n;
    }
    e.rmse = sqrt(squares);
    e.theil_u = e.rmse / sqrt(none);
    return e;
}

static void score(struct hindcast_row *row)
{
    const int n = row->ahead_n, begin = row->years_n - n;
    double observed[HINDCAST_YEARS_MAX], forecast[HINDCAST_YEARS_MAX], d[HINDCAST_YEARS_MAX];
    for (int m = 0; m < HINDCAST_METHODS_N; m++) {
        for (int i = 0; i < n; i++) {
            const struct hindcast_year *y = &row->year[begin + i];
            const double off = y->forecast[m] - y->observed, model = y->forecast[0] - y->observed;
            observed[i] = y->observed;
            forecast[i] = y->forecast[m];
            d[i] = off * off - model * model;
        }
        row->score[m].error = hindcast_errors(forecast, observed, n, row->year[begin - 1].observed);
        row->score[m].test = statistics_diebold_mariano(d, n, 1);
    }
}

// ---- a series -------------------------------------------------------------------------------------

// The run's value of a year over replicates; relative to `base` (a value a replicate) if that is given.
static struct sample_interval model_of(const struct hindcast_observation *o, const struct run_data *data,
                                       const double *base, double *work, char *why)
{
    const int n = expression_replicates(data);
    if (!expression_covered(&o->expression, data) || expression_evaluate(&o->expression, data, work, why))
        return (struct sample_interval){(double)NAN, (double)NAN, (double)NAN};
    for (int r = 0; r < n && base; r++)
        work[r] = 100.0 * work[r] / base[r];
    return sample_spread(work, n, work + n);
}

// History by calendar year up to the origin, NaN in gaps; returns how many years.
static int history_of(const struct hindcast_observation *o, int n, double scale, double *history)
{
    const int first = (int)o->year, years = (int)o[n - 1].year - first + 1;
    if (years > HINDCAST_YEARS_MAX)
        return 0;
    nothing(years, history);
    for (int i = 0; i < n; i++)
        history[(int)o[i].year - first] = scale * o[i].value;
    return years;
}

static void forecast(struct hindcast_row *row, const double *history, int years, int origin)
{
    double last[HINDCAST_YEARS_MAX], ar1[HINDCAST_YEARS_MAX];
    const int begin = row->years_n - row->ahead_n;
    const struct hindcast_year *from = &row->year[begin - 1];
    hindcast_last_growth(history, years, HINDCAST_YEARS_MAX, last);
    hindcast_ar1(history, years, HINDCAST_YEARS_MAX, ar1);
    for (int i = 0; i < row->years_n; i++) {
        struct hindcast_year *y = &row->year[i];
        const int ahead = y->year - origin - 1;
        y->forecast[HINDCAST_MODEL] = y->model.mean;
        y->forecast[HINDCAST_MODEL_GROWTH] =
            ahead < 0 ? (double)NAN : from->observed * y->model.mean / from->model.mean;
        y->forecast[HINDCAST_LAST_GROWTH] = ahead < 0 ? (double)NAN : last[ahead];
        y->forecast[HINDCAST_AR1] = ahead < 0 ? (double)NAN : ar1[ahead];
    }
}

// Fills a row from n observations of a series. Returns ERROR_INPUT and `why` if it cannot be judged.
static int fill(struct hindcast_row *row, const struct run_data *data, int n, int origin, double *work,
                char *why)
{
    const struct hindcast_observation *o = row->of;
    const int replicates = expression_replicates(data);
    double history[HINDCAST_YEARS_MAX], *base = work + 2 * replicates;
    int past = 0;
    while (past < n && (int)o[past].year <= origin)
        past++;
    *why = '\0';
    if (past == 0 || (int)o[past - 1].year != origin)
        return snprintf(why, ERROR_TEXT_MAX, "has no observation in the origin year %d", origin), ERROR_INPUT;
    if (n > HINDCAST_YEARS_MAX || (int)o[n - 1].year - origin > HINDCAST_YEARS_MAX)
        return snprintf(why, ERROR_TEXT_MAX, "has more than %d years", HINDCAST_YEARS_MAX), ERROR_INPUT;
    const bool index = strcmp(o->scale, "index") == 0;
    const double scale = index ? 100.0 / o[past - 1].value : 1.0;
    if (isnan(model_of(&o[past - 1], data, NULL, base, why).mean)) {
        if (!*why)
            snprintf(why, ERROR_TEXT_MAX, "the run has no value for the origin year %d", origin);
        return ERROR_INPUT;
    }
    for (int i = 0; i < n; i++) {
        struct hindcast_year *y = &row->year[row->years_n];
        *y = (struct hindcast_year){.year = (int)o[i].year, .observed = scale * o[i].value};
        y->model = model_of(&o[i], data, index ? base : NULL, work, why);
        if (y->year > origin && isnan(y->model.mean))
            break; // behind the run's end
        row->years_n++;
        row->ahead_n += y->year > origin;
    }
    if (row->ahead_n == 0)
        return snprintf(why, ERROR_TEXT_MAX, "the run ends before the first observation after %d", origin),
               ERROR_INPUT;
    forecast(row, history, history_of(o, past, scale, history), origin);
    score(row);
    return ERROR_NONE;
}

static int series_length(const struct hindcast_series *series, int begin)
{
    int n = 1;
    while (begin + n < series->n &&
           strcmp(series->observation[begin + n].series, series->observation[begin].series) == 0)
        n++;
    return n;
}

int hindcast_create(struct hindcast **hindcast, const struct run_data *data,
                    const struct hindcast_series *series, int origin, struct error *missing,
                    struct error *err)
{
    const int replicates = expression_replicates(data);
    struct hindcast *h = calloc(1, sizeof *h);
    double *work = calloc(4 * (size_t)replicates + 1, sizeof *work);
    char why[ERROR_TEXT_MAX];
    int code = ERROR_NONE;
    *hindcast = NULL;
    if (h)
        h->row = calloc((size_t)series->n + 1, sizeof *h->row);
    if (!h || !h->row || !work)
        code = error_add(err, ERROR_WORK, "no memory");
    else if (replicates == 0)
        code = error_add(err, ERROR_INPUT, "the run has no replicates");
    for (int i = 0; i < series->n && !code;) {
        const int n = series_length(series, i);
        struct hindcast_row *row = &h->row[h->rows_n];
        *row = (struct hindcast_row){.of = &series->observation[i]};
        if (fill(row, data, n, origin, work, why))
            error_add(missing, ERROR_INPUT, "%s: %.500s", row->of->series, why);
        else
            h->rows_n++;
        i += n;
    }
    free(work);
    if (code) {
        hindcast_free(h);
        return code;
    }
    h->origin = origin;
    *hindcast = h;
    return ERROR_NONE;
}

void hindcast_free(struct hindcast *hindcast)
{
    if (hindcast)
        free(hindcast->row);
    free(hindcast);
}

// ---- printing -------------------------------------------------------------------------------------

static const struct report_column columns[] = {
    {"series", "series", false, false, 0},  {"title", "series", false, true, 0},
    {"method", "forecast", false, true, 0}, {"years", "years", false, true, 0},
    {"years_n", "n", true, true, 0},        {"rmse", "RMSE", true, true, 0},
    {"mae", "MAE", true, true, 0},          {"mape", "MAPE", true, true, 0},
    {"theil_u", "Theil U", true, true, 0},  {"dm", "DM against the model", true, true, 0},
    {"dm_p", "p", true, true, 0},
};

static void put_number(struct report_table *table, double value, int decimals)
{
    char text[REPORT_NUMBER_MAX];
    report_text_thousands(value, decimals, false, text);
    report_text_number(table, value, text);
}

static void put_row(struct report_table *table, const struct hindcast_row *row, int m)
{
    const struct hindcast_error *e = &row->score[m].error;
    const int large = e->rmse >= 1000.0 ? 0 : 2;
    char years[32];
    snprintf(years, sizeof years, "%d-%d", row->year[row->years_n - row->ahead_n].year,
             row->year[row->years_n - 1].year);
    report_text_cell(table, row->of->series);
    report_text_cell(table, row->of->title);
    report_text_cell(table, hindcast_method_names[m]);
    report_text_cell(table, years);
    put_number(table, row->ahead_n, 0);
    put_number(table, e->rmse, large);
    put_number(table, e->mae, large);
    put_number(table, e->mape, 3);
    put_number(table, e->theil_u, 2);
    put_number(table, row->score[m].test.statistic, 2);
    put_number(table, row->score[m].test.p, 3);
}

int hindcast_print(const struct hindcast *hindcast, enum report_format format, FILE *to)
{
    struct report_table *table = report_text_create(columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < hindcast->rows_n && table; i++)
        for (int m = 0; m < HINDCAST_METHODS_N; m++)
            if (m != HINDCAST_MODEL_GROWTH || strcmp(hindcast->row[i].of->scale, "level") == 0)
                put_row(table, &hindcast->row[i], m);
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    if (!bad && format == REPORT_JSON)
        fputc('\n', to);
    return bad;
}

static void put_field(double value, FILE *to)
{
    fputc(',', to);
    if (!isnan(value))
        fprintf(to, "%.6g", value);
}

void hindcast_print_years(const struct hindcast *hindcast, FILE *to)
{
    fputs("series,year,observed,model_low,model_high", to);
    for (int m = 0; m < HINDCAST_METHODS_N; m++)
        fprintf(to, ",%s", hindcast_method_names[m]);
    fputc('\n', to);
    for (int i = 0; i < hindcast->rows_n; i++)
        for (int k = 0; k < hindcast->row[i].years_n; k++) {
            const struct hindcast_year *y = &hindcast->row[i].year[k];
            fprintf(to, "%s,%d", hindcast->row[i].of->series, y->year);
            put_field(y->observed, to);
            put_field(y->model.low, to);
            put_field(y->model.high, to);
            for (int m = 0; m < HINDCAST_METHODS_N; m++)
                put_field(y->forecast[m], to);
            fputc('\n', to);
        }
}
