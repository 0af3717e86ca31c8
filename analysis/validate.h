// validate: a run beside observed moments.
#ifndef ANALYSIS_VALIDATE_H
#define ANALYSIS_VALIDATE_H

#include "analysis/moments.h"
#include "analysis/report_text.h"
#include "analysis/sample.h"

struct validate_row {
    const struct moment *moment;
    struct sample_interval
        model;     // mean over replicates, 2.5th and 97.5th percentile; NaN where the run has no value
    double agents; // that the model's value rests on (expression_agents)
    int inside;    // the mean is within the tolerance of the data
};

struct validation {
    struct validate_row *row;
    int rows_n;
    int outside_months_n; // moments that need months which the run does not have: left out
};

// Evaluates the moments. A moment whose metric or label the run lacks has no value; each is told in `missing`
// (a list of faults, may be NULL), and this is no failure. Returns ERROR_INPUT if the run has no replicates,
// ERROR_WORK for want of memory. `moments` must outlive the validation.
int validate_create(struct validation **validation, const struct run_data *data,
                    const struct moments *moments, struct error *missing, struct error *err);
void validate_free(struct validation *validation); // NULL is allowed

// How many rows of a use ("history", "structure"; NULL: all) there are, and how many of them lie inside.
int validate_count(const struct validation *validation, const char *use, int *inside_n);

// Prints the rows, as text and Markdown with a summary. Returns 0 or -1 for want of memory.
int validate_print(const struct validation *validation, enum report_format format, FILE *to);

#endif
