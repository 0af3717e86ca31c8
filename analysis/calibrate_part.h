// calibrate_part: what the files of calibrate share and nobody else needs.
//
//   calibrate_terms.c      what a file asks for
//   calibrate_trial.c      points, scales, trials and their journal
//   calibrate.c            the search
//   calibrate_infer.c      standard errors, J, identification, sensitivity
//   calibrate_posterior.c  the sample
//   calibrate_print.c      the report
#ifndef ANALYSIS_CALIBRATE_PART_H
#define ANALYSIS_CALIBRATE_PART_H

#include "analysis/calibrate.h"
#include "sim/number.h"

// A calibration on its way.
struct calibrate_work {
    struct calibration *c;
    const struct calibrate_terms *terms;
    const struct calibrate_model *model;
    struct journal *journal;
    struct error *err;
    const struct moment **chosen; // by use and exclusion: what a record of the journal holds
    int chosen_n;
    int *fitted;    // of these, the positions of the moments of c->fit
    int recalled_n; // records of the journal that were there at the beginning
    double started;
};

double calibrate_tolerance(const struct calibrate_terms *terms, const struct moment *moment);

// ---- calibrate_trial.c: scales

// The scale on which a parameter's prior is normal or uniform: its logarithm for a log-normal prior, else
// itself.
double calibrate_scale(const struct calibrate_parameter *parameter, double value);
double calibrate_unscale(const struct calibrate_parameter *parameter, double scaled);
double calibrate_slope(const struct calibrate_parameter *parameter, double value); // d value / d scaled

// The prior's centre and standard deviation on that scale; a uniform one's are those of its box.
double calibrate_prior_mean(const struct calibrate_parameter *parameter);
double calibrate_prior_sd(const struct calibrate_parameter *parameter);

// The scale on which bounds are infinitely far, C3, and the value nearest to it that a trial can have.
double calibrate_logit(const struct calibrate_parameter *parameter, double value);
double calibrate_unlogit(const struct calibrate_parameter *parameter, double logit);

// The value as it is tried: eight digits, or whole, within the bounds.
double calibrate_round(const struct calibrate_parameter *parameter, double value);

// ---- calibrate_trial.c: trials

// The trials at n points, from the journal or by the member function; their positions in c->trial into
// `trial`. Returns an error code.
int calibrate_try(struct calibrate_work *work, int n, const double *point, int *trial);

// (model - data) / tolerance of the fitted moments, then (scaled - mean) / sd of the informative priors, C2;
// missing moments as the terms say.
void calibrate_residuals(const struct calibrate_work *work, const struct calibrate_trial *trial, double *out);
int calibrate_residuals_n(const struct calibrate_work *work);

// ---- the other files

__attribute__((format(printf, 2, 3))) void calibrate_say(const struct calibrate_work *work,
                                                         const char *format, ...);
int calibrate_no_memory(struct calibrate_work *work);
int calibrate_infer(struct calibrate_work *work);
int calibrate_sample(struct calibrate_work *work, const double *jacobian, const double *variance);

#endif
