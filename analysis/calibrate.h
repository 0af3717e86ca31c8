// calibrate: free parameters fitted to observed moments by the simulated method of moments (McFadden 1989;
// Duffie and Singleton 1993), with standard errors, a test of the restrictions, a report of what the moments
// pin down, and a sample of parameters for later use. docs/calibration.md has the formulas C1 to C12 that the
// code cites.
//
// A trial is a point in the box of parameters: the member function runs its replicates, always with the same
// seeds, and the moments are evaluated on them. Trials are kept in a journal; a search that meets a point
// again takes it from there, so that one that was stopped goes on as if it had not been.
#ifndef ANALYSIS_CALIBRATE_H
#define ANALYSIS_CALIBRATE_H

#include "analysis/moments.h"
#include "analysis/report_text.h"
#include "sim/config.h"
#include "sim/journal.h"

// ---- what is asked for --------------------------------------------------------------------------

enum { CALIBRATE_PARAMETERS_MAX = 40, CALIBRATE_MAPS_N = 1, CALIBRATE_SECTIONS_N = 5 };
enum calibrate_prior { CALIBRATE_UNIFORM, CALIBRATE_NORMAL, CALIBRATE_LOG_NORMAL, CALIBRATE_PRIORS_N };
enum calibrate_use { CALIBRATE_ALL, CALIBRATE_HISTORY, CALIBRATE_STRUCTURE, CALIBRATE_USES_N };
extern const char *const calibrate_prior_names[CALIBRATE_PRIORS_N],
    *const calibrate_use_names[CALIBRATE_USES_N];

struct calibrate_parameter {
    char name[CONFIG_NAME_MAX];
    char key[FIELD_TEXT_MAX]; // the scenario's parameter
    double start, low, high;  //
    int64_t prior;            // enum calibrate_prior
    double prior_mean;        // of a log-normal prior the median
    double prior_sd;          // of a log-normal prior that of the logarithm
    int64_t whole;            // bool: takes whole numbers only; set by whoever knows the parameter's row
};

struct calibrate_terms {
    char name[FIELD_TEXT_MAX], title[FIELD_TEXT_MAX];
    char scenario[FIELD_TEXT_MAX], moments[FIELD_TEXT_MAX]; // paths, relative to the file that says them
    int64_t use;                                            // enum calibrate_use
    char exclude[FIELD_TEXT_MAX];                           // ids of moments, separated by commas
    int64_t agents, replicates, seed, until;                // until 0: the last month that a moment needs
    double tolerance_floor_frac; // tolerances are at least this share of the observed value
    double tolerance_deviations; // standard errors of the observation that a tolerance is worth
    double luck_frac;            // share of a replicate's variance that the observed economy had too
    double missing_tolerances;   // what a moment without a value counts as
    int64_t sobol_n, starts_n, iterations_n, simplex_n, trials_max;
    double step, move_max, gain_min, jacobian_step;
    int64_t draws_n, weighted; // of the posterior sample; bool
    struct calibrate_parameter parameter[CALIBRATE_PARAMETERS_MAX];
    int parameters_n;
};

struct calibrate_schema {
    struct config_section sections[CALIBRATE_SECTIONS_N];
    struct config_map maps[CALIBRATE_MAPS_N];
    struct config_schema config;
};
void calibrate_schema(struct calibrate_schema *schema);

// Fills the terms and checks what holds between them. A start that the file does not give is NaN, for the
// caller to fill with the scenario's value. Returns ERROR_INPUT with the place of each fault.
int calibrate_load(struct calibrate_terms *terms, const struct config *config, struct error *err);

// Checks one parameter's start once it is known, as calibrate_load.
int calibrate_check_start(const struct calibrate_parameter *parameter, const struct config *config,
                          struct error *err);

// ---- the work -----------------------------------------------------------------------------------

// Whoever runs the model. `member` runs the replicates at each of n points (natural values, parameter after
// parameter) and gives a run each, freed by the caller; nothing random may depend on the call. Returns an
// error code, ERROR_STOPPED if it was asked to stop.
struct calibrate_model {
    void *ctx;
    int (*member)(void *ctx, int n, const double *point, struct run_data **data, struct error *err);
    void (*say)(void *ctx, const char *line); // progress; NULL: not told
    int parallel_n;                           // points a call, at least 1
};

// A point that was tried. Moments are means over replicates, and their variances between replicates; NaN
// where the run has no value. The objective is C2, `misfit` its part of the moments.
struct calibrate_trial {
    double *point, *mean, *variance;
    double objective, misfit;
};

// How a parameter came out. `at` are natural values but for a log-normal prior, where standard errors are of
// the natural value by the delta method.
struct calibrate_estimate {
    double value, se;                    // C7; infinite where neither moments nor prior determine it
    double se_moments;                   // from the moments alone, C7 without the prior
    double posterior_mean, posterior_sd; // of the sample
    double prior_sd;                     // a uniform prior's is that of its box
    double information; // length of its column in the scaled Jacobian, C9: tolerances a prior deviation
    double noise;       // that simulation noise alone would give the column, at most
    double collinear;   // R squared of the column on the others, C10
    int collinear_with; // the parameter that it is confounded with most, -1: none
    int bound;          // -1, 1: on its lower, upper bound; 0
};

// A moment that was fitted.
struct calibrate_fit {
    const struct moment *moment;
    double tolerance; // with the floor
    double model, se; // at the estimate: mean, simulation error of it
    double z;         // (model - data) / tolerance
    double share;     // of the objective
};

struct calibration {
    const struct calibrate_terms *terms;
    struct calibrate_trial *trial; // all, in the order of the search
    int trials_n, simulated_n;     // of which simulated_n were run and not taken from the journal
    int best, start;               // the estimate, and the point it began with
    struct calibrate_fit *fit;
    int moments_n;
    char left_out[ERROR_TEXT_MAX]; // ids of moments of this use that have no value at the start
    struct calibrate_estimate estimate[CALIBRATE_PARAMETERS_MAX];
    double j, j_degrees, j_p;     // C8
    double *singular, *direction; // C9: falling; parameters_n each, row after row
    double *sensitivity;          // C11: parameters_n x moments_n
    double *draw, *log_weight;    // C12: draws_n x parameters_n; draws_n
    double effective_n;           // of the weights
    bool finished;                // the search ended by itself, not for want of trials
    char ended[128];              // how the search ended
};

// The moments that the terms ask for, by use and exclusion: their positions in `moments` into `chosen` (room
// for moments->n). Returns ERROR_INPUT for an excluded id that there is not, or if none is left.
int calibrate_choose(const struct calibrate_terms *terms, const struct moments *moments, int *chosen, int *n,
                     struct error *err);

// The last month that a moment of the choice needs.
int64_t calibrate_until(const struct moments *moments, const int *chosen, int n);

// Runs the calibration. `terms`, `moments` and `journal` must outlive it. Returns the first error of the
// member function or of the journal; ERROR_INPUT if there are fewer trials than the report needs.
int calibrate_run(struct calibration **calibration, const struct calibrate_terms *terms,
                  const struct moments *moments, struct journal *journal, const struct calibrate_model *model,
                  struct error *err);
void calibrate_free(struct calibration *calibration); // NULL is allowed

// ---- what is said of it -------------------------------------------------------------------------

// The report: text, Markdown and JSON whole; CSV the table of parameters. Returns 0 or -1 for want of memory.
int calibrate_print(const struct calibration *calibration, enum report_format format, FILE *to);

enum calibrate_table {
    CALIBRATE_TABLE_PARAMETERS,
    CALIBRATE_TABLE_MOMENTS,
    CALIBRATE_TABLE_DIRECTIONS,
    CALIBRATE_TABLE_SENSITIVITY,
    CALIBRATE_TABLE_POSTERIOR,
    CALIBRATE_TABLES_N
};
extern const char *const calibrate_table_names[CALIBRATE_TABLES_N];
int calibrate_print_table(const struct calibration *calibration, enum calibrate_table table,
                          enum report_format format, FILE *to);

// The estimate as a scenario file that others may extend, with standard errors and `record` (a line that says
// which run it comes from) as comments; and as options of the command line.
void calibrate_print_block(const struct calibration *calibration, const char *record, FILE *to);
void calibrate_print_options(const struct calibration *calibration, FILE *to);

// What a parameter's value is written as; whole numbers without a point. 32 bytes hold any.
void calibrate_value_text(const struct calibrate_parameter *parameter, double value, char *out, size_t size);

#endif
