// validate: a run beside observed moments.
#ifndef ANALYSIS_VALIDATE_H
#define ANALYSIS_VALIDATE_H

#include "analysis/moments.h"
#include "analysis/notes.h"
#include "analysis/report_text.h"
#include "analysis/sample.h"

// What is asked of a model: this share of the moments inside, and an explanation for each that is further
// away than so many tolerances.
#define VALIDATE_INSIDE_LEAST 0.85
#define VALIDATE_FAR          3.0

struct validate_row {
    const struct moment *moment;
    struct sample_interval
        model;        // mean over replicates, 2.5th and 97.5th percentile; NaN where the run has no value
    double agents;    // that the model's value rests on (expression_agents)
    double distance;  // of the mean from the data in tolerances, signed; NaN without a value
    int inside;       // the mean is within the tolerance of the data
    const char *note; // why it is missed, "" if nothing is said
};

// The J-statistic: d' V^-1 d of the deviations d = model mean - data, V = (1 + 1/R) S + diag(tolerance^2), S
// the sample covariance of the moments over R replicates. The data are taken as one more draw, a tolerance as
// one standard deviation of their own error. Moments without a value are left out.
struct validate_fit {
    double statistic;
    int degrees; // moments less fitted parameters
    double p;    // of the chi-squared distribution with these degrees of freedom
    int moments_n, fitted_n;
};

struct validation {
    struct validate_row *row;
    double *value; // of row and replicate
    int rows_n, replicates_n;
    int outside_months_n; // moments that need months which the run does not have: left out
    const struct moment_notes *notes;
    struct validate_fit fit; // moments_n is 0 before validate_fit
};

// Evaluates the moments. A moment whose metric or label the run lacks has no value; each is told in `missing`
// (a list of faults, may be NULL), and this is no failure. Returns ERROR_INPUT if the run has no replicates,
// ERROR_WORK for want of memory. `moments` must outlive the validation.
int validate_create(struct validation **validation, const struct run_data *data,
                    const struct moments *moments, struct error *missing, struct error *err);
void validate_free(struct validation *validation); // NULL is allowed

// Puts the notes beside the rows that are missed; `notes` must outlive the validation.
void validate_explain(struct validation *validation, const struct moment_notes *notes);

// Computes the J-statistic (validate_fit.c). Returns ERROR_WORK for want of memory.
int validate_fit(struct validation *validation, int fitted_n, struct error *err);

// How many rows of a use ("history", "structure"; NULL: all) there are, and how many of them lie inside.
int validate_count(const struct validation *validation, const char *use, int *inside_n);

// How many explanations are of moments that lie inside: notes to be taken out.
int validate_idle_notes(const struct validation *validation, struct error *told);

// Prints the rows, as text and Markdown with a summary. CSV has the columns of cli.md. Returns 0 or -1 for
// want of memory.
int validate_print(const struct validation *validation, enum report_format format, FILE *to);

#endif
