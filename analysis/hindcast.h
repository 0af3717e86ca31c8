// hindcast: a run beside observed yearly series after the years to which it was fitted, and beside forecasts
// that need no model.
//
// A series is rows of a CSV file (analysis/moments/vietnam_series.csv), one a year: series, title, metric,
// group, statistic (as in analysis/expression), scale, year, value, fact_id, note. `scale` is `level`, or
// `index` where the series counts something narrower than the metric: both are then 100 in the origin year.
//
// Forecasts from the origin, the last year of history:
//   model         the run's mean over replicates
//   model_growth  the run's growth since the origin, from the observed origin (levels only)
//   last_growth   the last growth rate of history for ever
//   ar1           log growth as g' = c + phi g, fitted by least squares to consecutive years of history
#ifndef ANALYSIS_HINDCAST_H
#define ANALYSIS_HINDCAST_H

#include "analysis/expression.h"
#include "analysis/report_text.h"
#include "analysis/sample.h"
#include "analysis/statistics.h"
#include "sim/error.h"

enum { HINDCAST_ID_MAX = 64, HINDCAST_TEXT_MAX = 256, HINDCAST_ROWS_MAX = 512, HINDCAST_YEARS_MAX = 32 };

struct hindcast_observation {
    char series[HINDCAST_ID_MAX], title[HINDCAST_TEXT_MAX], metric[HINDCAST_TEXT_MAX],
        group[HINDCAST_TEXT_MAX], statistic[HINDCAST_ID_MAX], scale[HINDCAST_ID_MAX],
        fact_id[HINDCAST_ID_MAX];
    double year, value;
    struct expression expression; // of this year
};

// Rows of one series stand together, in the order of years.
struct hindcast_series {
    struct hindcast_observation *observation;
    int n;
};

// Reads a file. Returns ERROR_INPUT with the place of each fault, ERROR_WORK for want of memory. Free it with
// hindcast_series_free either way.
int hindcast_series_read(struct hindcast_series *series, const char *path, struct error *err);
void hindcast_series_free(struct hindcast_series *series);

enum hindcast_method {
    HINDCAST_MODEL,
    HINDCAST_MODEL_GROWTH,
    HINDCAST_LAST_GROWTH,
    HINDCAST_AR1,
    HINDCAST_METHODS_N
};
extern const char *const hindcast_method_names[HINDCAST_METHODS_N];

// How far forecasts were off, over n years after the origin; NaN where the method has no forecast for one of
// them.
struct hindcast_error {
    double rmse, mae; // in the unit of the series
    double mape;      // mean absolute error as a share of the observation
    double theil_u;   // rmse over that of no change since the origin: below 1 is better than that
};

struct hindcast_score {
    struct hindcast_error error;
    struct statistics_test test; // squared errors against the model's; above 0: the model's are smaller
};

struct hindcast_year {
    int year;
    double observed; // as scaled
    struct sample_interval model;
    double forecast[HINDCAST_METHODS_N]; // NaN up to the origin but for the model
};

struct hindcast_row {
    const struct hindcast_observation *of; // the first
    struct hindcast_year year[HINDCAST_YEARS_MAX];
    int years_n, ahead_n; // observed years; those after the origin, at the end
    struct hindcast_score score[HINDCAST_METHODS_N];
};

struct hindcast {
    struct hindcast_row *row;
    int rows_n, origin;
};

// Mean errors of n forecasts; `before` is the observation at the origin.
struct hindcast_error hindcast_errors(const double *forecast, const double *observed, int n, double before);

// The forecasts of `ahead` years from yearly history (NaN: no observation in that year), `ahead` values each
// into `out`; NaN if history is too short: last_growth asks for the last two years, ar1 for four pairs of
// growth rates.
void hindcast_last_growth(const double *history, int n, int ahead, double *out);
void hindcast_ar1(const double *history, int n, int ahead, double *out);

// Evaluates all series. A series with no year after the origin in the run, or that the run cannot say, is
// told in `missing`. `series` must outlive it. Returns ERROR_INPUT if the run has no replicates, ERROR_WORK
// for want of memory.
int hindcast_create(struct hindcast **hindcast, const struct run_data *data,
                    const struct hindcast_series *series, int origin, struct error *missing,
                    struct error *err);
void hindcast_free(struct hindcast *hindcast); // NULL is allowed

// Prints a row per series and method. Returns 0 or -1 for want of memory.
int hindcast_print(const struct hindcast *hindcast, enum report_format format, FILE *to);

// A row per series and year: what the figure is drawn from.
void hindcast_print_years(const struct hindcast *hindcast, FILE *to);

#endif
