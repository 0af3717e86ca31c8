// estimate: effects from samples of firms, as evaluations estimate them: randomised assignment with or
// without covariates and instruments, a discontinuity, and matching on the propensity score.
#ifndef ANALYSIS_ESTIMATE_H
#define ANALYSIS_ESTIMATE_H

#include <stdint.h>

enum { ESTIMATE_COVARIATES_MAX = 12 };

// n firms. No value is missing. `x` are covariates; those that do not vary or that repeat another are left
// out.
struct estimate_sample {
    int64_t n;
    const double *y; // outcome
    const double *d; // treatment: a dummy, or an amount
    const double *z; // assignment that moves the treatment; `d` itself if the assignment is the treatment
    const double *w; // weights
    const double *x[ESTIMATE_COVARIATES_MAX];
    int x_n;
};

// NaN where the sample does not tell: no variance of z, no effect of z on d, no match.
struct estimate {
    double effect, se;
    int64_t used_n; // observations that it rests on
};

// The coefficient of d in the weighted regression of y on d and x, d instrumented by z (two-stage least
// squares, just identified; least squares if z is d; the Wald estimator without covariates and weights).
// Standard errors are robust to heteroskedasticity (HC1: White 1980; MacKinnon and White 1985).
struct estimate estimate_linear(const struct estimate_sample *sample);

// The jump of y at 0 of `running`, treated below: local linear on either side with a triangular kernel of
// half-width `bandwidth` (Hahn, Todd and van der Klaauw 2001); fuzzy by d if d is not z. The sample's z is
// ignored, its covariates are used. Needs scratch of 3 n numbers.
struct estimate estimate_discontinuity(const struct estimate_sample *sample, const double *running,
                                       double bandwidth, double *scratch);

// The mean of y of the treated (d = 1) over that of their nearest neighbours by propensity score (logit on x,
// one neighbour, with replacement, within the same `group`, at most a quarter of a standard deviation of the
// score away: Rosenbaum and Rubin 1985); z is ignored. Its standard error is that of Abadie and Imbens (2006)
// with one variance for all, the score taken as known. Returns NaN for want of memory too.
struct estimate estimate_matched(const struct estimate_sample *sample, const int32_t *group);

#endif
