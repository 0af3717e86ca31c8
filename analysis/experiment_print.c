#include "analysis/experiment.h"

#include <math.h>
#include <string.h>

enum { CELL_MAX = 3 * REPORT_NUMBER_MAX };

static const struct report_column people[] = {
    {"study", "study", false, true, 8},
    {"instrument", "instrument, design", false, true, 8},
    {"outcome", "outcome", false, true, 8},
    {"firms", "treated / control", true, true, 8},
    {"take_up", "take-up", true, true, 7},
    {"effect", "model", true, true, 8},
    {"study_half", "one study", true, true, 9},
    {"published", "published", true, true, 9},
    {"randomised", "randomised", true, true, 10},
    {"matched", "matched", true, true, 8},
    {"twins", "twins", true, true, 8},
    {"verdict", "verdict", false, true, 8},
};
static const struct report_column complete[] = {
    {"study", "", false, true, 0},
    {"citation", "", false, true, 0},
    {"country", "", false, true, 0},
    {"instrument", "", false, true, 0},
    {"design", "", false, true, 0},
    {"outcome", "", false, true, 0},
    {"measure", "", false, true, 0},
    {"unit", "", false, true, 0},
    {"estimand", "", false, true, 0},
    {"months", "", false, true, 0},
    {"row", "", false, true, 0},
    {"replicates", "", false, true, 0},
    {"treated_n", "", false, true, 0},
    {"control_n", "", false, true, 0},
    {"take_up", "", false, true, 0},
    {"effect", "", false, true, 0},
    {"effect_low", "", false, true, 0},
    {"effect_high", "", false, true, 0},
    {"within_se", "", false, true, 0},
    {"study_half", "", false, true, 0},
    {"published", "", false, true, 0},
    {"published_low", "", false, true, 0},
    {"published_high", "", false, true, 0},
    {"sign_only", "", false, true, 0},
    {"randomised", "", false, true, 0},
    {"randomised_low", "", false, true, 0},
    {"randomised_high", "", false, true, 0},
    {"matched", "", false, true, 0},
    {"matched_low", "", false, true, 0},
    {"matched_high", "", false, true, 0},
    {"twins", "", false, true, 0},
    {"twins_low", "", false, true, 0},
    {"twins_high", "", false, true, 0},
    {"verdict", "", false, true, 0},
    {"stands_for", "", false, true, 0},
    {"note", "", false, true, 0},
};
#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

// ---- for people ---------------------------------------------------------------------------------

static int decimals_of(const struct study_outcome *o)
{
    return o->unit == STUDY_PER_SUPPORT ? 2 : 1;
}

static bool interval_given(const struct study_outcome *o)
{
    return o->interval[0] != 0.0 || o->interval[1] != 0.0;
}

// `12.3 (10.1 to 14.5) %`; `mean` alone where there is no interval.
static void effect_cell(struct report_table *table, const struct study_outcome *o, double mean, double low,
                        double high)
{
    char a[REPORT_NUMBER_MAX], b[REPORT_NUMBER_MAX], c[REPORT_NUMBER_MAX], text[CELL_MAX] = "";
    const int decimals = decimals_of(o);
    report_text_thousands(mean, decimals, false, a);
    if (!isnan(mean) && isnan(low))
        snprintf(text, sizeof text, "%s %s", a, study_unit_signs[o->unit]);
    else if (!isnan(mean))
        snprintf(text, sizeof text, "%s (%s to %s) %s", a, report_text_thousands(low, decimals, false, b),
                 report_text_thousands(high, decimals, false, c), study_unit_signs[o->unit]);
    report_text_cell(table, text);
}

static void interval_cell(struct report_table *table, const struct study_outcome *o,
                          const struct sample_interval *i)
{
    effect_cell(table, o, i->mean, i->low, i->high);
}

static void published_cell(struct report_table *table, const struct study_outcome *o)
{
    const struct sample_interval p = experiment_published(o);
    if (o->published == 0.0)
        report_text_cell(table, "no effect");
    else if (o->sign_only)
        report_text_cell(table, p.mean > 0.0 ? "positive" : "negative");
    else
        effect_cell(table, o, p.mean, interval_given(o) ? p.low : (double)NAN, p.high);
}

static void people_row(struct report_table *table, const struct experiment *e, int k)
{
    const struct experiment_result *r = &e->result[k];
    const struct study *study = &e->plan->study;
    char text[CELL_MAX + FIELD_TEXT_MAX], a[REPORT_NUMBER_MAX], b[REPORT_NUMBER_MAX];
    report_text_cell(table, k == 0 ? study->title : "");
    snprintf(text, sizeof text, "%s, %s", e->instrument, study_design_labels[study->design]);
    report_text_cell(table, k == 0 ? text : "");
    snprintf(text, sizeof text, "%s, %lld months", r->outcome->name, (long long)r->outcome->months);
    report_text_cell(table, text);
    snprintf(text, sizeof text, "%s / %s", report_text_thousands(r->treated_n, 0, false, a),
             report_text_thousands(r->control_n, 0, false, b));
    report_text_cell(table, text);
    report_text_cell(table, report_text_thousands(r->take_up, 2, false, a));
    interval_cell(table, r->outcome, &r->effect);
    snprintf(text, sizeof text, "\xc2\xb1%s",
             report_text_thousands(r->study_half, decimals_of(r->outcome), false, a));
    report_text_cell(table, r->study_half > 0.0 ? text : "");
    published_cell(table, r->outcome);
    interval_cell(table, r->outcome, &r->randomised);
    interval_cell(table, r->outcome, &r->matched);
    interval_cell(table, r->outcome, &r->twins);
    report_text_cell(table, experiment_verdict_names[r->verdict]);
}

// ---- for programs -------------------------------------------------------------------------------

static void number(struct report_table *table, double value)
{
    report_text_number(table, value, "");
}

static void interval(struct report_table *table, const struct sample_interval *i)
{
    number(table, i->mean);
    number(table, i->low);
    number(table, i->high);
}

static void complete_row(struct report_table *table, const struct experiment *e, int k)
{
    const struct experiment_result *r = &e->result[k];
    const struct study_outcome *o = r->outcome;
    const struct study *study = &e->plan->study;
    const struct sample_interval p = experiment_published(o);
    report_text_cell(table, study->title);
    report_text_cell(table, study->citation);
    report_text_cell(table, study->country);
    report_text_cell(table, e->instrument);
    report_text_cell(table, study_design_labels[study->design]);
    report_text_cell(table, o->name);
    report_text_cell(table, study_measure_labels[o->measure]);
    report_text_cell(table, study_unit_labels[o->unit]);
    report_text_cell(table, study_estimand_labels[o->estimand]);
    number(table, (double)o->months);
    report_text_cell(table, o->row);
    number(table, e->replicates_n);
    number(table, r->treated_n);
    number(table, r->control_n);
    number(table, r->take_up);
    interval(table, &r->effect);
    number(table, r->within_se);
    number(table, r->study_half);
    number(table, p.mean);
    number(table, interval_given(o) ? p.low : (double)NAN);
    number(table, interval_given(o) ? p.high : (double)NAN);
    number(table, (double)o->sign_only);
    interval(table, &r->randomised);
    interval(table, &r->matched);
    interval(table, &r->twins);
    report_text_cell(table, experiment_verdict_names[r->verdict]);
    report_text_cell(table, study->stands_for);
    report_text_cell(table, o->note);
}

// ---- both ---------------------------------------------------------------------------------------

static const char *const legend =
    "model        effect as the study's own design estimates it: mean of the replicates, 95 % t-interval;\n"
    "             luck is common to a firm and its twin without the programme, and taken out\n"
    "one study    half of the 95 % interval that one study of the published size would have\n"
    "take-up      share served of those who were assigned (matched: of the frame)\n"
    "randomised   the design's effect on those who took part\n"
    "matched      what matching takers with firms like them says from the same data\n"
    "twins        those who took part against their twins in a world without the programme\n"
    "verdict      reproduced: the sign is clear, and the published interval overlaps with the model's or\n"
    "             the published value lies in that of one study; where only the sign is known, one\n"
    "             study would have seen the effect; null reproduced: no effect, or one that a study would "
    "not\n"
    "             have seen; undecided: the interval holds 0 and the published value\n";

static void print_summary(const struct experiment *experiment, int n, FILE *to)
{
    int count[EXPERIMENT_VERDICTS_N] = {0}, all = 0, of;
    const int above = experiment_matching_exceeds(experiment, n, &of);
    for (int e = 0; e < n; e++)
        for (int k = 0; k < experiment[e].plan->outcomes_n; k++, all++)
            count[experiment[e].result[k].verdict]++;
    fprintf(to, "%d outcomes of %d studies:", all, n);
    const char *between = " ";
    for (int v = 0; v < EXPERIMENT_VERDICTS_N; v++)
        if (count[v] > 0) {
            fprintf(to, "%s%d %s", between, count[v], experiment_verdict_names[v]);
            between = ", ";
        }
    if (of > 0)
        fprintf(to,
                ".\nMatching is above the randomised estimate in %d of %d (business_support_meta_02: it "
                "should be)",
                above, of);
    fputs(".\n", to);
}

int experiment_print(const struct experiment *experiment, int n, enum report_format format, FILE *to)
{
    const bool brief = format == REPORT_TEXT || format == REPORT_MARKDOWN;
    struct report_table *table =
        brief ? report_text_create(people, COUNT(people)) : report_text_create(complete, COUNT(complete));
    for (int e = 0; e < n && table; e++)
        for (int k = 0; k < experiment[e].plan->outcomes_n; k++)
            (brief ? people_row : complete_row)(table, &experiment[e], k);
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    if (bad)
        return bad;
    if (brief) {
        fputc('\n', to);
        print_summary(experiment, n, to);
        fprintf(to, format == REPORT_MARKDOWN ? "\n```text\n%s```\n" : "\n%s", legend);
    } else if (format == REPORT_JSON) {
        fputc('\n', to);
    }
    return 0;
}
