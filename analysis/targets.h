// targets: what governments have said is to be reached, as rows of data (analysis/targets.yaml): an
// expression, a range, a date and a source each.
//
// Several rows may be readings of one target: those that name the first one's id in `reading_of`, and the
// labels of a group written `DIMENSION=*`. A verdict is given only where all readings of a target agree.
#ifndef ANALYSIS_TARGETS_H
#define ANALYSIS_TARGETS_H

#include "analysis/expression.h"
#include "sim/error.h"

enum { TARGETS_MAX = 64, TARGET_ID_MAX = 64, TARGET_TEXT_MAX = 256 };

struct target {
    char id[TARGET_ID_MAX];
    char title[TARGET_TEXT_MAX];
    char metric[TARGET_TEXT_MAX], group[TARGET_TEXT_MAX], period[TARGET_ID_MAX],
        statistic[TARGET_ID_MAX]; // as written
    struct expression expression; // its labels are "*" where each label is a reading
    double low, high; // reached from `low` on; `high` is the upper end of the stated range, NaN without one
    char unit[TARGET_ID_MAX]; // "1" for shares, shown in percent; else a count
    char reading_of[TARGET_ID_MAX],
        reading[TARGET_ID_MAX];       // id of the target of which this is a reading; and its name
    char units_metric[TARGET_ID_MAX]; // what a share is of: the share times this metric counts units
    char units[TARGET_ID_MAX];        // name of the units: "innovating enterprises"; "" if none
    char source[TARGET_TEXT_MAX], note[TARGET_TEXT_MAX];
};

struct targets {
    struct target target[TARGETS_MAX];
    int n;
};

// Adds one row: keys, texts and places as sim/yaml's yaml_rows gives them; `targets` is a struct targets.
// Required: id, title, metric, period, statistic, low, unit, source; optional: group, high, note, reading_of,
// reading, units_metric, units. Rows of one target stand together, the first without reading_of. Returns
// ERROR_INPUT with the place of each fault.
int targets_row(void *targets, int n, const char *const *keys, const char *const *texts,
                const char *const *places, struct error *err);

#endif
