#include "analysis/study.h"

#include <stdio.h>
#include <string.h>

const char *const study_design_labels[STUDY_DESIGNS_N] = {"offer", "award", "threshold", "matched"};
const char *const study_unit_labels[STUDY_UNITS_N] = {"percent", "points", "per_support"};
const char *const study_unit_signs[STUDY_UNITS_N] = {"%", "pp", "per 1"};
const char *const study_estimand_labels[STUDY_ESTIMANDS_N] = {"itt", "tot"};

#define MEASURE_LABEL(name, scale, doc) #name,
const char *const study_measure_labels[STUDY_MEASURES_N] = {STUDY_MEASURES(MEASURE_LABEL)};
#define MEASURE_SCALE(name, scale, doc) scale,
const enum study_scale study_measure_scale[STUDY_MEASURES_N] = {STUDY_MEASURES(MEASURE_SCALE)};

#define AT(member) offsetof(struct study, member)
const struct field study_fields[] = {
    {"title", FIELD_TEXT, "", NULL, 0, 0, AT(title), NULL, 0, "", "The programme and the place, in a line",
     "definition"},
    {"citation", FIELD_TEXT, "", NULL, 0, 0, AT(citation), NULL, 0, "", "Authors, year, journal",
     "definition"},
    {"country", FIELD_TEXT, "", NULL, 0, 0, AT(country), NULL, 0, "", "Where the study was made",
     "definition"},
    {"stands_for", FIELD_TEXT, "", "", 0, 0, AT(stands_for), NULL, 0, "",
     "What of it is reproduced here, since the economy is another", "definition"},
    {"programme", FIELD_TEXT, "", NULL, 0, 0, AT(programme), NULL, 0, "",
     "Programme of the scenario that is studied; the study starts when it opens", "definition"},
    {"frame", FIELD_TEXT, "", "", 0, 0, AT(frame), NULL, 0, "",
     "Programme whose eligibility is the sample frame (it may be closed); empty: the studied one",
     "definition"},
    {"design", FIELD_CHOICE, "", NULL, 0, 0, AT(design), study_design_labels, STUDY_DESIGNS_N, "",
     "How firms came to the programme: offered by lot, awarded to applicants by lot, open below a number of "
     "workers, or taken freely and matched",
     "definition"},
    {"intake_months", FIELD_INT, "month", "12", 1, 120, AT(intake_months), NULL, 0, "",
     "Months in which an application makes a firm an applicant", "definition: of the study"},
    {"sample_n", FIELD_INT, "enterprises", "0", 0, 1e9, AT(sample_n), NULL, 0, "",
     "Enterprises in the study's sample, from which follows what it could have seen; 0: not known, as "
     "many as in the model",
     "definition: of the study"},
    {"bandwidth", FIELD_REAL, "1", "0.7", 0.01, 10, AT(bandwidth), NULL, 0, "",
     "Distance from a threshold, in log workers, within which firms are compared",
     "definition: half to double the threshold"},
};
#undef AT
const int study_fields_n = sizeof study_fields / sizeof study_fields[0];

static const char *const ends[] = {"low", "high"};
#define AT(member) offsetof(struct study_outcome, member)
const struct field study_outcome_fields[] = {
    {"row", FIELD_TEXT, "", NULL, 0, 0, AT(row), NULL, 0, "", "Row of evidence/effects.csv", "definition"},
    {"measure", FIELD_CHOICE, "", NULL, 0, 0, AT(measure), study_measure_labels, STUDY_MEASURES_N, "",
     "What is measured in the model", "definition"},
    {"unit", FIELD_CHOICE, "", NULL, 0, 0, AT(unit), study_unit_labels, STUDY_UNITS_N, "",
     "In what the effect is told", "definition"},
    {"estimand", FIELD_CHOICE, "", "itt", 0, 0, AT(estimand), study_estimand_labels, STUDY_ESTIMANDS_N, "",
     "Effect of the assignment (itt) or of taking part (tot)", "definition: of the study"},
    {"months", FIELD_INT, "month", NULL, 1, 180, AT(months), NULL, 0, "",
     "Months from the programme's opening to the measurement", "definition: of the study"},
    {"published", FIELD_REAL, "", NULL, -1e6, 1e6, AT(published), NULL, 0, "",
     "Published effect as in the evidence; 0: none was found; where only the sign is known 1 or -1",
     "evidence/effects.csv"},
    {"interval", FIELD_VECTOR, "", "low: 0, high: 0", -1e6, 1e6, AT(interval), ends, 2, "",
     "Published interval or range; both 0: none", "evidence/effects.csv"},
    {"scale", FIELD_REAL, "1", "1", -1e6, 1e6, AT(scale), NULL, 0, "",
     "Units of this outcome in one unit of the evidence: 10 where it counts of ten and the outcome of a "
     "hundred",
     "definition"},
    {"sign_only", FIELD_BOOL, "", "false", 0, 1, AT(sign_only), NULL, 0, "",
     "Only the sign is known, or that there was no significant effect", "evidence/effects.csv"},
    {"note", FIELD_TEXT, "", "", 0, 0, AT(note), NULL, 0, "", "What to bear in mind", "definition"},
};
#undef AT
const int study_outcome_fields_n = sizeof study_outcome_fields / sizeof study_outcome_fields[0];

int study_outcome_entry(void *target, const char *name, int kind, void **common_base, void **kind_base)
{
    struct study_plan *plan = target;
    (void)kind, (void)kind_base;
    for (int i = 0; i < plan->outcomes_n; i++)
        if (strcmp(plan->outcome[i].name, name) == 0) {
            *common_base = &plan->outcome[i];
            return 0;
        }
    if (plan->outcomes_n == STUDY_OUTCOMES_MAX)
        return -1;
    struct study_outcome *outcome = &plan->outcome[plan->outcomes_n++];
    snprintf(outcome->name, sizeof outcome->name, "%s", name);
    *common_base = outcome;
    return 0;
}

bool study_key(const char *key)
{
    static const char *const own[] = {"study", "outcomes"};
    for (int k = 0; k < 2; k++) {
        const size_t n = strlen(own[k]);
        if (strncmp(key, own[k], n) == 0 && (key[n] == '.' || key[n] == '\0'))
            return true;
    }
    return false;
}

static void check_outcome(const struct study_outcome *o, const struct config *config, struct error *err)
{
    const enum study_scale scale = study_measure_scale[o->measure];
    const bool none = o->interval[0] == 0.0 && o->interval[1] == 0.0;
    const bool fits = o->unit == STUDY_PERCENT  ? scale != STUDY_SHARE
                      : o->unit == STUDY_POINTS ? scale == STUDY_SHARE
                                                : o->measure == MEASURE_innovation_spending;
    char key[CONFIG_KEY_MAX];
    snprintf(key, sizeof key, "outcomes.%s.unit", o->name);
    if (!fits)
        config_fault(config, key, err,
                     "'%s' does not fit %s; allowed: percent of logs and levels, points of shares and "
                     "scores, per_support of innovation_spending",
                     study_unit_labels[o->unit], study_measure_labels[o->measure]);
    snprintf(key, sizeof key, "outcomes.%s.interval", o->name);
    if (!none && (o->interval[0] > o->published || o->interval[1] < o->published))
        config_fault(config, key, err,
                     "does not contain the published %g; allowed: low up to it, high from it", o->published);
    snprintf(key, sizeof key, "outcomes.%s.scale", o->name);
    if (o->scale == 0.0)
        config_fault(config, key, err, "is 0; allowed: any other number");
    snprintf(key, sizeof key, "outcomes.%s.published", o->name);
    if (o->sign_only && o->published != 0.0 && o->published != 1.0 && o->published != -1.0)
        config_fault(config, key, err, "is %g where only the sign is known; allowed: -1, 0, 1", o->published);
}

int study_check(const struct study_plan *plan, const struct config *config, struct error *err)
{
    if (plan->outcomes_n == 0)
        config_fault(config, "outcomes", err, "no outcome is given; allowed: 1 to %d", STUDY_OUTCOMES_MAX);
    for (int i = 0; i < plan->outcomes_n; i++)
        check_outcome(&plan->outcome[i], config, err);
    return err->code;
}

int study_waves(const struct study_plan *plan, int months[STUDY_OUTCOMES_MAX])
{
    int n = 0;
    for (int i = 0; i < plan->outcomes_n; i++) {
        const int month = (int)plan->outcome[i].months;
        int at = 0;
        while (at < n && months[at] < month)
            at++;
        if (at < n && months[at] == month)
            continue;
        memmove(&months[at + 1], &months[at], (size_t)(n - at) * sizeof *months);
        months[at] = month;
        n++;
    }
    return n;
}
