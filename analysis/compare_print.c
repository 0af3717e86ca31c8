#include "analysis/compare.h"

#include <math.h>
#include <string.h>
#include "sim/field.h"

enum { CELL_MAX = 3 * REPORT_NUMBER_MAX, RANGE_MAX = 2 * CELL_MAX + TARGET_ID_MAX };

// ---- numbers as people read them ----------------------------------------------------------------

// A value of a target: shares in percent, counts in full.
static const char *shown(const struct target *target, double value, bool plus, char out[CELL_MAX])
{
    const bool share = strcmp(target->unit, "1") == 0;
    const int decimals = !share ? 0 : target->low < 0.02 ? 2 : 1;
    char number[REPORT_NUMBER_MAX];
    report_text_thousands(share ? 100.0 * value : value, decimals, plus, number);
    snprintf(out, CELL_MAX, "%s%s", number, share && !isnan(value) ? " %" : "");
    return out;
}

static const char *shown_range(const struct target *target, char out[RANGE_MAX])
{
    char low[CELL_MAX], high[CELL_MAX];
    shown(target, target->low, false, low);
    shown(target, target->high, false, high);
    if (isnan(target->high))
        snprintf(out, RANGE_MAX, "at least %s", low);
    else
        snprintf(out, RANGE_MAX, "%s to %s", low, high);
    if (strcmp(target->unit, "1") != 0)
        snprintf(out + strlen(out), RANGE_MAX - strlen(out), " %s", target->unit);
    return out;
}

static const char *shown_spread(const struct target *target, const struct sample_interval *value,
                                char out[CELL_MAX])
{
    const bool share = strcmp(target->unit, "1") == 0;
    const int decimals = !share ? 0 : target->low < 0.02 ? 2 : 1;
    char low[REPORT_NUMBER_MAX], high[REPORT_NUMBER_MAX];
    snprintf(out, CELL_MAX, "%s .. %s",
             report_text_thousands(share ? 100.0 * value->low : value->low, decimals, false, low),
             report_text_thousands(share ? 100.0 * value->high : value->high, decimals, false, high));
    return out;
}

// `+1,234 ±567`: a mean and half of its interval.
static const char *shown_difference(const struct sample_interval *d, double scale, int decimals,
                                    char out[CELL_MAX])
{
    char mean[REPORT_NUMBER_MAX], half[REPORT_NUMBER_MAX];
    report_text_thousands(scale * d->mean, decimals, true, mean);
    report_text_thousands(scale * (d->high - d->mean), decimals, false, half);
    snprintf(out, CELL_MAX, isnan(d->high) ? "%s" : "%s ±%s", mean, half);
    return out;
}

static void month_text(int64_t months, char out[REPORT_NUMBER_MAX])
{
    int64_t year, month;
    field_month_split(months, &year, &month);
    snprintf(out, REPORT_NUMBER_MAX, "%04lld-%02lld", (long long)year, (long long)month);
}

// ---- tables for people --------------------------------------------------------------------------

static const struct report_column target_columns[] = {
    {"reading", "read as", false, true, 18},
    {"scenario", "scenario", false, true, 20},
    {"value", "value", true, true, 9},
    {"spread", "95 % of replicates", true, true, 18},
    {"gap", "gap", true, true, 9},
    {"share", "share", true, true, 5},
    {"difference", "difference", true, true, 16},
    {"verdict", "verdict", false, true, 7},
};
static const struct report_column money_columns[] = {
    {"scenario", "scenario", false, true, 20},     {"cash", "cash out - in", true, true, 18},
    {"cost", "accrual cost", true, true, 18},      {"forgone", "tax forgone (memo)", true, true, 18},
    {"balance", "fiscal balance", true, true, 20},
};
static const struct report_column unit_columns[] = {
    {"what", "additional", false, true, 24},     {"scenario", "scenario", false, true, 20},
    {"units", "number", true, true, 14},         {"cost", "accrual cost each", true, true, 25},
    {"forgone", "forgone each", true, true, 12},
};
#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static int finish_table(struct report_table *table, enum report_format format, FILE *to)
{
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    return bad;
}

static bool same_set(const struct compare_row *a, const struct compare_row *b)
{
    const char *x = *a->target->reading_of ? a->target->reading_of : a->target->id;
    return strcmp(x, *b->target->reading_of ? b->target->reading_of : b->target->id) == 0;
}

static void target_row(struct report_table *table, const struct comparison *c, const struct compare_row *row,
                       int run, bool alone)
{
    const struct compare_cell *cell = &row->cell[run];
    const struct target *target = row->target;
    const bool share = strcmp(target->unit, "1") == 0;
    char text[CELL_MAX];
    report_text_cell(table, run == 0 && !alone ? row->reading : "");
    report_text_cell(table, compare_name(&c->request.run[run]));
    shown(target, cell->value.mean, false, text);
    report_text_cell(table, report_text_mark(text, sizeof text, cell->agents < EXPRESSION_AGENTS_MIN));
    report_text_cell(table, shown_spread(target, &cell->value, text));
    report_text_cell(table, cell->gap == 0.0 ? "-" : shown(target, cell->gap, true, text));
    report_text_cell(table, report_text_thousands(cell->met_share, 2, false, text));
    report_text_cell(
        table, run > 0 ? shown_difference(&cell->difference, share ? 100.0 : 1.0, share ? 2 : 0, text) : "");
    report_text_cell(table, alone ? compare_verdict_names[cell->verdict] : "");
}

static int print_target(const struct comparison *c, int first, int end, enum report_format format, FILE *to)
{
    const struct target *target = c->row[first].target;
    const bool alone = end - first == 1;
    char range[RANGE_MAX];
    struct report_table *table = report_text_create(target_columns, COUNT(target_columns));
    fprintf(to, "\n%s%s: %s%s\n", format == REPORT_MARKDOWN ? "### " : "", target->title,
            shown_range(target, range), format == REPORT_MARKDOWN ? "\n" : "");
    for (int k = first; k < end && table; k++)
        for (int i = 0; i < c->request.runs_n; i++)
            target_row(table, c, &c->row[k], i, alone);
    const int bad = finish_table(table, format, to);
    if (!alone) {
        fputs(format == REPORT_MARKDOWN ? "\nVerdict: " : "verdict: ", to);
        for (int i = 0; i < c->request.runs_n; i++)
            fprintf(to, "%s%s %s", i > 0 ? "; " : "", compare_name(&c->request.run[i]),
                    compare_verdict_names[c->row[first].cell[i].verdict]);
        fputc('\n', to);
    }
    if (alone && *target->note)
        fprintf(to, "%snote: %s\n", format == REPORT_MARKDOWN ? "\n" : "", target->note);
    return bad;
}

static int print_money(const struct comparison *c, const struct compare_costs *costs,
                       enum report_format format, FILE *to)
{
    int64_t first, n;
    char why[ERROR_TEXT_MAX], from[REPORT_NUMBER_MAX], until[REPORT_NUMBER_MAX], text[CELL_MAX];
    struct report_table *table = report_text_create(money_columns, COUNT(money_columns));
    if (!table || expression_months(c->request.run[0].data, &first, &n, why)) {
        report_text_free(table);
        return -1;
    }
    month_text(first, from);
    month_text(costs->month, until);
    fprintf(to, "\n%sPublic money, %s to %s, trillion VND%s\n", format == REPORT_MARKDOWN ? "### " : "", from,
            until, format == REPORT_MARKDOWN ? "\n" : "");
    for (int i = 0; i < c->request.runs_n; i++) {
        report_text_cell(table, compare_name(&c->request.run[i]));
        for (int m = 0; m < COMPARE_MONEY_N; m++)
            report_text_cell(table,
                             i > 0 ? shown_difference(&costs->run[i].difference[m], 1e-12, 3, text)
                                   : report_text_thousands(1e-12 * costs->run[0].total[m], 3, false, text));
    }
    return finish_table(table, format, to);
}

static int print_units(const struct comparison *c, int64_t month, enum report_format format, FILE *to)
{
    struct report_table *table = report_text_create(unit_columns, COUNT(unit_columns));
    char text[CELL_MAX];
    for (int k = 0; k < c->rows_n && table; k++) {
        const struct compare_row *row = &c->row[k];
        if (row->expression.last != month || !*row->target->units)
            continue;
        for (int i = 1; i < c->request.runs_n; i++) {
            const struct compare_cell *cell = &row->cell[i];
            report_text_cell(table, i == 1 ? row->target->units : "");
            report_text_cell(table, compare_name(&c->request.run[i]));
            report_text_cell(table, shown_difference(&cell->units, 1.0, 0, text));
            if (!cell->units_distinguishable) {
                report_text_cell(table, "no effect distinguishable");
            } else if (cell->units.mean < 0.0) {
                report_text_cell(table, "fewer");
            } else {
                report_text_cell(table,
                                 report_text_thousands(1e-6 * cell->per_unit[COMPARE_COST], 1, false, text));
                report_text_cell(
                    table, report_text_thousands(1e-6 * cell->per_unit[COMPARE_FORGONE], 1, false, text));
            }
            report_text_row_end(table);
        }
    }
    if (table && report_text_rows(table) == 0) {
        report_text_free(table);
        return 0;
    }
    fprintf(to, "\n%sCost of an additional unit, million VND%s\n", format == REPORT_MARKDOWN ? "### " : "",
            format == REPORT_MARKDOWN ? "\n" : "");
    return finish_table(table, format, to);
}

static void print_legend(const struct comparison *c, FILE *to)
{
    fprintf(to,
            "value        mean of %d replicates; beside it their 2.5th to 97.5th percentile\n" REPORT_MARK
            "            the value rests on fewer than 30 agents\n"
            "gap          to the nearest end of the target's range; - inside it\n"
            "share        share of replicates that meet it: how far luck alone decides, not a probability, "
            "since the\n"
            "             uncertainty of the parameters is not in it\n"
            "difference   from the baseline, replicate by replicate (the same firms and the same luck), with "
            "the 95 %%\n"
            "             t-interval of its mean; of shares in percentage points\n"
            "read as      a survey as a lens on one process; no verdict where the lenses disagree\n"
            "money        the baseline in all, others as difference from it; cash and accrual are two bases "
            "of one\n"
            "             cost, never added; tax forgone is a memo, in neither of them; fiscal balance: "
            "taxes less cash\n"
            "unit cost    additional public cost over additional units, where the interval of the units "
            "leaves out 0\n",
            c->replicates_n);
}

static int print_for_people(const struct comparison *c, enum report_format format, FILE *to)
{
    char until[REPORT_NUMBER_MAX];
    int bad = 0;
    fprintf(to, "%sTargets: %s", format == REPORT_MARKDOWN ? "# " : "", compare_name(&c->request.run[0]));
    if (c->request.runs_n > 1)
        fprintf(to, " and %d polic%s", c->request.runs_n - 1, c->request.runs_n == 2 ? "y" : "ies");
    fprintf(to, "\n%s", format == REPORT_MARKDOWN ? "\n```\n" : "");
    print_legend(c, to);
    fputs(format == REPORT_MARKDOWN ? "```\n" : "", to);
    if (c->rows_n == 0)
        fputs("\nNo target lies within the months asked for.\n", to);
    for (int d = 0; d < c->costs_n && !bad; d++) {
        const struct compare_costs *costs = &c->costs[d];
        month_text(costs->month, until);
        fprintf(to, format == REPORT_MARKDOWN ? "\n## By %s\n" : "\n==== By %s ====\n", until);
        for (int first = 0, end; first < c->rows_n && !bad; first = end) {
            for (end = first + 1; end < c->rows_n && same_set(&c->row[first], &c->row[end]);)
                end++;
            if (c->row[first].expression.last == costs->month)
                bad = print_target(c, first, end, format, to);
        }
        if (!bad)
            bad = print_money(c, costs, format, to);
        if (!bad && c->request.runs_n > 1)
            bad = print_units(c, costs->month, format, to);
    }
    return bad;
}

// ---- the complete table -------------------------------------------------------------------------

static const struct report_column complete_columns[] = {
    {"target", "", false, true, 0},
    {"title", "", false, true, 0},
    {"reading", "", false, true, 0},
    {"scenario", "", false, true, 0},
    {"file", "", false, true, 0},
    {"metric", "", false, true, 0},
    {"group", "", false, true, 0},
    {"first", "", false, true, 0},
    {"last", "", false, true, 0},
    {"statistic", "", false, true, 0},
    {"unit", "", false, true, 0},
    {"target_low", "", false, true, 0},
    {"target_high", "", false, true, 0},
    {"replicates", "", false, true, 0},
    {"value", "", false, true, 0},
    {"value_p2_5", "", false, true, 0},
    {"value_p97_5", "", false, true, 0},
    {"gap", "", false, true, 0},
    {"verdict", "", false, true, 0},
    {"share_of_replicates_that_meet_it", "", false, true, 0},
    {"difference", "", false, true, 0},
    {"difference_low", "", false, true, 0},
    {"difference_high", "", false, true, 0},
    {"effect", "", false, true, 0},
    {"units", "", false, true, 0},
    {"units_difference", "", false, true, 0},
    {"units_difference_low", "", false, true, 0},
    {"units_difference_high", "", false, true, 0},
    {"cash_vnd", "", false, true, 0},
    {"cash_difference_vnd", "", false, true, 0},
    {"cash_difference_low_vnd", "", false, true, 0},
    {"cash_difference_high_vnd", "", false, true, 0},
    {"cash_per_unit_vnd", "", false, true, 0},
    {"cost_vnd", "", false, true, 0},
    {"cost_difference_vnd", "", false, true, 0},
    {"cost_difference_low_vnd", "", false, true, 0},
    {"cost_difference_high_vnd", "", false, true, 0},
    {"cost_per_unit_vnd", "", false, true, 0},
    {"tax_forgone_vnd", "", false, true, 0},
    {"tax_forgone_difference_vnd", "", false, true, 0},
    {"tax_forgone_difference_low_vnd", "", false, true, 0},
    {"tax_forgone_difference_high_vnd", "", false, true, 0},
    {"tax_forgone_per_unit_vnd", "", false, true, 0},
    {"fiscal_balance_vnd", "", false, true, 0},
    {"fiscal_balance_difference_vnd", "", false, true, 0},
    {"fiscal_balance_difference_low_vnd", "", false, true, 0},
    {"fiscal_balance_difference_high_vnd", "", false, true, 0},
    {"fiscal_balance_per_unit_vnd", "", false, true, 0},
    {"source", "", false, true, 0},
    {"note", "", false, true, 0},
    {"agents", "", false, true, 0},
};

static void put_number(struct report_table *table, double value)
{
    report_text_number(table, value, "");
}

static void put_interval(struct report_table *table, const struct sample_interval *interval)
{
    put_number(table, interval->mean);
    put_number(table, interval->low);
    put_number(table, interval->high);
}

static void complete_target(struct report_table *table, const struct comparison *c,
                            const struct compare_row *row, int run)
{
    const struct target *target = row->target;
    char month[REPORT_NUMBER_MAX], group[2 * EXPRESSION_TEXT_MAX] = "";
    if (*row->expression.dimension)
        snprintf(group, sizeof group, "%s=%s", row->expression.dimension, row->expression.labels);
    report_text_cell(table, *target->reading_of ? target->reading_of : target->id);
    report_text_cell(table, target->title);
    report_text_cell(table, row->reading);
    report_text_cell(table, compare_name(&c->request.run[run]));
    report_text_cell(table, c->request.run[run].path);
    report_text_cell(table, target->metric);
    report_text_cell(table, group);
    month_text(row->expression.first, month);
    report_text_cell(table, month);
    month_text(row->expression.last, month);
    report_text_cell(table, month);
    report_text_cell(table, target->statistic);
    report_text_cell(table, target->unit);
    put_number(table, target->low);
    put_number(table, target->high);
    put_number(table, c->replicates_n);
}

static void complete_row(struct report_table *table, const struct comparison *c,
                         const struct compare_row *row, int run)
{
    static const struct sample_interval none = {(double)NAN, (double)NAN, (double)NAN};
    const struct compare_cell *cell = &row->cell[run];
    const struct compare_costs *costs = c->costs;
    while (costs->month != row->expression.last)
        costs++;
    complete_target(table, c, row, run);
    put_interval(table, &cell->value);
    put_number(table, cell->gap);
    report_text_cell(table, compare_verdict_names[cell->verdict]);
    put_number(table, cell->met_share);
    put_interval(table, run > 0 ? &cell->difference : &none);
    report_text_cell(table, run == 0                    ? ""
                            : !cell->distinguishable    ? "no effect distinguishable"
                            : cell->difference.mean > 0 ? "higher"
                                                        : "lower");
    report_text_cell(table, row->target->units);
    put_interval(table, run > 0 ? &cell->units : &none);
    for (int m = 0; m < COMPARE_MONEY_N; m++) {
        put_number(table, costs->run[run].total[m]);
        put_interval(table, run > 0 ? &costs->run[run].difference[m] : &none);
        put_number(table, cell->per_unit[m]);
    }
    report_text_cell(table, row->target->source);
    report_text_cell(table, row->target->note);
    put_number(table, cell->agents);
}

static int print_complete(const struct comparison *c, enum report_format format, FILE *to)
{
    struct report_table *table = report_text_create(complete_columns, COUNT(complete_columns));
    for (int k = 0; k < c->rows_n && table; k++)
        for (int i = 0; i < c->request.runs_n; i++)
            complete_row(table, c, &c->row[k], i);
    return finish_table(table, format, to);
}

int compare_print(const struct comparison *comparison, enum report_format format, FILE *to)
{
    if (format == REPORT_TEXT || format == REPORT_MARKDOWN)
        return print_for_people(comparison, format, to);
    const int bad = print_complete(comparison, format, to);
    if (!bad && format == REPORT_JSON)
        fputc('\n', to);
    return bad;
}
