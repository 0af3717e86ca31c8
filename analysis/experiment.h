// experiment: the effects of a programme as its study would estimate them, from the answers of its sample
// (group "survey" of struct run_data, models/survey.h), beside what was published.
//
// Each replicate is a study; their mean and its 95 % t-interval are the model's effect (of one replicate, its
// own interval). What happens to the
// same firm in the world without the programme is a covariate of the randomised designs: they estimate the
// same effect as in the field, without the noise of luck; what a study of the published size would see of it
// is told by the error without that covariate. Three estimates stand
// side by side: that of the study's own design; what a naive evaluation by matching would say from the same
// data, which compares those who take part of their own will with firms like them; and what the twin world
// without the programme says of those who took part, which no field study can see.
#ifndef ANALYSIS_EXPERIMENT_H
#define ANALYSIS_EXPERIMENT_H

#include <stdio.h>
#include "analysis/report_text.h"
#include "analysis/sample.h"
#include "analysis/study.h"
#include "sim/data.h"

enum experiment_verdict {
    EXPERIMENT_REPRODUCED,
    EXPERIMENT_NULL_REPRODUCED,
    EXPERIMENT_TOO_SMALL, // right sign
    EXPERIMENT_TOO_LARGE,
    EXPERIMENT_UNDECIDED, // the interval holds both 0 and the published value
    EXPERIMENT_NOT_FOUND, // no effect distinguishable, one was published
    EXPERIMENT_NOT_NULL,  // an effect that the study would have seen, none was published
    EXPERIMENT_OPPOSITE,
    EXPERIMENT_NO_ESTIMATE,
    EXPERIMENT_VERDICTS_N
};
extern const char *const experiment_verdict_names[EXPERIMENT_VERDICTS_N];

struct experiment_result {
    const struct study_outcome *outcome;
    double treated_n, control_n; // firms of the sample that count, mean of the replicates
    double take_up;              // share of those assigned whom the programme served
    struct sample_interval effect;
    double within_se;  // mean standard error within a replicate
    double study_half; // half of the 95 % interval of one study of the published size (of the model's, if
                       // unknown)
    struct sample_interval randomised; // the design's effect on those who took part
    struct sample_interval matched;    // naive
    struct sample_interval twins;      // on those who took part
    enum experiment_verdict verdict;
};

struct experiment {
    const struct study_plan *plan;
    const char *instrument; // kind of the programme
    int replicates_n;
    struct experiment_result result[STUDY_OUTCOMES_MAX];
};

struct experiment_request {
    const struct study_plan *plan;
    const struct run_data *data;
    const char *instrument;
    double threshold; // workers below which the programme is open (design threshold)
    double t;         // 0.975 quantile of Student's t with replicates - 1 degrees of freedom
};

// Fills `out`. Returns ERROR_INPUT if the data lack a variable or wave, ERROR_WORK for want of memory.
int experiment_evaluate(struct experiment *out, const struct experiment_request *request, struct error *err);

// The published effect in the outcome's unit, and its interval; the value itself where none is published.
struct sample_interval experiment_published(const struct study_outcome *outcome);

// How many outcomes with both estimates have the naive one above the randomised one, of how many.
int experiment_matching_exceeds(const struct experiment *experiment, int n, int *of);

// Prints studies as a table (a line per outcome) and, for people, a summary and the legend. Returns 0, or -1
// for want of memory.
int experiment_print(const struct experiment *experiment, int n, enum report_format format, FILE *to);

#endif
