// study: a published evaluation of a programme as data: whom it looked at, how the programme came to them,
// what it measured when, and what it found. A study file is a scenario with the sections `study` and
// `outcomes` (scenarios/studies/).
#ifndef ANALYSIS_STUDY_H
#define ANALYSIS_STUDY_H

#include "sim/config.h"

enum { STUDY_OUTCOMES_MAX = 8 };

// How firms came to the programme.
enum study_design {
    STUDY_OFFER,     // offered by lot to part of the frame
    STUDY_AWARD,     // awarded by lot to part of the applicants
    STUDY_THRESHOLD, // open below a number of workers
    STUDY_MATCHED,   // open to all; takers are compared with firms like them
    STUDY_DESIGNS_N
};
extern const char *const study_design_labels[STUDY_DESIGNS_N];

// What is measured.
#define STUDY_MEASURES(X)                                                                                    \
    X(log_sales, STUDY_LOG, "log sales of twelve months")                                                    \
    X(log_workers, STUDY_LOG, "log workers")                                                                 \
    X(log_capital, STUDY_LOG, "log fixed assets")                                                            \
    X(log_productivity, STUDY_LOG, "log sales of twelve months a worker")                                    \
    X(profit, STUDY_LEVEL, "reported profit of twelve months")                                               \
    X(innovation_spending, STUDY_LEVEL, "spending on innovation projects since the programme opened")        \
    X(survival, STUDY_SHARE, "in operation")                                                                 \
    X(product_innovation, STUDY_SHARE, "a product innovation since the programme opened")                    \
    X(process_innovation, STUDY_SHARE, "a process innovation since the programme opened")                    \
    X(innovation_activity, STUDY_SHARE, "an innovation project since the programme opened")                  \
    X(research, STUDY_SHARE, "research since the programme opened")                                          \
    X(investment, STUDY_SHARE, "fixed assets bought since the programme opened")                             \
    X(loan, STUDY_SHARE, "a loan since the programme opened")                                                \
    X(exporting, STUDY_SHARE, "exports")                                                                     \
    X(management, STUDY_SHARE, "management practice, 0 to 1")                                                \
    X(skills, STUDY_SHARE, "workers' skills, 0 to 1")

enum study_scale { STUDY_LOG, STUDY_LEVEL, STUDY_SHARE };
#define STUDY_MEASURE_ENUM(name, scale, doc) MEASURE_##name,
enum study_measure { STUDY_MEASURES(STUDY_MEASURE_ENUM) STUDY_MEASURES_N };
#undef STUDY_MEASURE_ENUM
extern const enum study_scale study_measure_scale[STUDY_MEASURES_N];
extern const char *const study_measure_labels[STUDY_MEASURES_N];

// In what the effect is told.
enum study_unit {
    STUDY_PERCENT,     // of what the outcome would have been
    STUDY_POINTS,      // percentage points of a share, points of a score of 100
    STUDY_PER_SUPPORT, // more of the firm's own money a unit of public support
    STUDY_UNITS_N
};
extern const char *const study_unit_labels[STUDY_UNITS_N], *const study_unit_signs[STUDY_UNITS_N];

enum study_estimand { STUDY_ITT, STUDY_TOT, STUDY_ESTIMANDS_N };
extern const char *const study_estimand_labels[STUDY_ESTIMANDS_N];

struct study {
    char title[FIELD_TEXT_MAX], citation[FIELD_TEXT_MAX], country[FIELD_TEXT_MAX], stands_for[FIELD_TEXT_MAX];
    char programme[FIELD_TEXT_MAX], frame[FIELD_TEXT_MAX];
    int64_t design, intake_months, sample_n;
    double bandwidth;
};
extern const struct field study_fields[];
extern const int study_fields_n;

struct study_outcome {
    char name[CONFIG_NAME_MAX];
    char row[FIELD_TEXT_MAX]; // of evidence/effects.csv
    char note[FIELD_TEXT_MAX];
    int64_t measure, unit, estimand, months, sign_only;
    double published, interval[2]; // as in the evidence; 0, 0: no interval is published
    double scale;                  // units of this outcome in one of the evidence
};
extern const struct field study_outcome_fields[];
extern const int study_outcome_fields_n;

struct study_plan {
    struct study study;
    struct study_outcome outcome[STUDY_OUTCOMES_MAX];
    int outcomes_n;
};

// The entry of an outcome by name, as config_map wants it; `target` is a struct study_plan.
int study_outcome_entry(void *target, const char *name, int kind, void **common_base, void **kind_base);

// Does an entry of a study file belong to the study rather than to its scenario?
bool study_key(const char *key);

// Relations within a study: units that fit measures, intervals that contain the value. Places are those of
// `config`. Returns ERROR_INPUT with all faults.
int study_check(const struct study_plan *plan, const struct config *config, struct error *err);

// The months of the waves that the outcomes ask for, rising, each once. Returns their number.
int study_waves(const struct study_plan *plan, int months[STUDY_OUTCOMES_MAX]);

#endif
