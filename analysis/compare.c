#include "analysis/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/field.h"

const char *const compare_verdict_names[COMPARE_VERDICTS_N] = {"no value", "not met", "met", "above range",
                                                               "lenses disagree"};
static const char *const money_metrics[COMPARE_MONEY_N] = {"programme_cash_vnd", "programme_cost_vnd",
                                                           "tax_forgone_vnd", "fiscal_balance_vnd"};

// Numbers by run and replicate.
struct values {
    double *number;     // runs_n x replicates_n
    double *scratch;    // replicates_n
    double *difference; // replicates_n
};

// ---- whether runs can be compared ---------------------------------------------------------------

const char *compare_name(const struct compare_run *run)
{
    const struct data_attribute *name = data_attribute_find(run->data, "scenario");
    return name && name->is_text && *name->text ? name->text : run->path;
}

static void attribute_text(const struct compare_run *run, const char *name, char out[ERROR_QUOTE_MAX])
{
    const struct data_attribute *attribute = data_attribute_find(run->data, name);
    if (!attribute)
        snprintf(out, ERROR_QUOTE_MAX, "none");
    else if (attribute->is_text)
        snprintf(out, ERROR_QUOTE_MAX, "%s", attribute->text);
    else
        snprintf(out, ERROR_QUOTE_MAX, "%lld", (long long)attribute->number);
}

static void check_attributes(const struct compare_run *base, const struct compare_run *policy,
                             struct error *err)
{
    static const char *const names[] = {"seed", "replicates", "agents"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char a[ERROR_QUOTE_MAX], b[ERROR_QUOTE_MAX];
        attribute_text(base, names[i], a);
        attribute_text(policy, names[i], b);
        if (strcmp(a, b) != 0)
            error_add(err, ERROR_INPUT,
                      "%s: %s: %s, but %s in %s; allowed: runs that differ in programmes only", policy->path,
                      names[i], b, a, base->path);
    }
}

static void check_months(const struct compare_run *base, const struct compare_run *policy, struct error *err)
{
    const struct compare_run *run[2] = {base, policy};
    int64_t first[2] = {0}, n[2] = {0};
    char why[ERROR_TEXT_MAX];
    for (int i = 0; i < 2; i++)
        if (expression_months(run[i]->data, &first[i], &n[i], why)) {
            error_add(err, ERROR_INPUT, "%s: %s", run[i]->path, why);
            return;
        }
    if (first[0] != first[1] || n[0] != n[1])
        error_add(err, ERROR_INPUT, "%s: has other months than %s; allowed: runs of the same months",
                  policy->path, base->path);
    if (expression_replicates(base->data) != expression_replicates(policy->data))
        error_add(err, ERROR_INPUT, "%s: has other replicates than %s", policy->path, base->path);
}

// A parameter's value, NULL if the run has none of that key.
static const char *parameter(const struct run_data *data, const char *key)
{
    const struct data_var *value = data_var_find(data, "parameters", "value");
    const int dim = value && value->type == DATA_TEXT && value->dims_n == 1 ? value->dim[0] : -1;
    const int at = dim >= 0 ? data_label_find(&data->dim[dim], key) : -1;
    return at >= 0 ? ((char **)value->value)[at] : NULL;
}

static void check_parameters(const struct compare_run *base, const struct compare_run *policy,
                             struct error *err)
{
    const struct data_var *value = data_var_find(policy->data, "parameters", "value");
    if (!value || value->dims_n != 1 || !policy->data->dim[value->dim[0]].label) {
        error_add(err, ERROR_INPUT, "%s: has no parameters to compare", policy->path);
        return;
    }
    const struct data_dim *keys = &policy->data->dim[value->dim[0]];
    for (int64_t i = 0; i < keys->n; i++) {
        const char *key = keys->label[i];
        if (strncmp(key, "economy.", 8) != 0)
            continue;
        const char *a = parameter(base->data, key), *b = parameter(policy->data, key);
        if (!a || !b || strcmp(a, b) != 0)
            error_add(err, ERROR_INPUT,
                      "%s: %s: %.60s, but %.60s in %s; allowed: runs that differ in programmes only",
                      policy->path, key, b ? b : "none", a ? a : "none", base->path);
    }
}

int compare_check(const struct compare_run *run, int runs_n, struct error *err)
{
    const int faults = err->faults_n;
    for (int i = 1; i < runs_n; i++) {
        check_attributes(&run[0], &run[i], err);
        check_months(&run[0], &run[i], err);
        check_parameters(&run[0], &run[i], err);
    }
    if (runs_n > 0 && expression_replicates(run[0].data) == 0)
        error_add(err, ERROR_INPUT, "%s: has no replicates", run[0].path);
    return err->faults_n > faults ? ERROR_INPUT : ERROR_NONE;
}

// ---- values -------------------------------------------------------------------------------------

// Evaluates an expression in every run.
static int evaluate(const struct comparison *c, const struct expression *expression, const char *what,
                    double *number, struct error *err)
{
    char why[ERROR_TEXT_MAX];
    for (int i = 0; i < c->request.runs_n; i++) {
        const struct compare_run *run = &c->request.run[i];
        const int code = expression_evaluate(expression, run->data, number + i * c->replicates_n, why);
        if (code)
            return error_add(err, code, "%s: %s: %s", run->path, what, why);
    }
    return ERROR_NONE;
}

static struct sample_interval paired(const struct comparison *c, const struct values *v, int run)
{
    const int n = c->replicates_n;
    for (int r = 0; r < n; r++)
        v->difference[r] = v->number[run * n + r] - v->number[r];
    return sample_confidence(v->difference, n, c->request.t);
}

static enum compare_verdict verdict(const struct target *target, double value)
{
    if (isnan(value))
        return COMPARE_MISSING;
    if (value < target->low)
        return COMPARE_NOT_MET;
    return value > target->high ? COMPARE_ABOVE : COMPARE_MET;
}

static double gap(const struct target *target, double value)
{
    if (value < target->low)
        return value - target->low;
    return value > target->high ? value - target->high : value - value;
}

static int evaluate_row(const struct comparison *c, struct compare_row *row, const struct values *v,
                        struct error *err)
{
    const int n = c->replicates_n;
    if (evaluate(c, &row->expression, row->target->id, v->number, err))
        return err->code;
    for (int i = 0; i < c->request.runs_n; i++) {
        struct compare_cell *cell = &row->cell[i];
        int met = 0;
        cell->value = sample_spread(v->number + i * n, n, v->scratch);
        cell->agents = expression_agents(&row->expression, c->request.run[i].data, cell->value.mean);
        cell->verdict = verdict(row->target, cell->value.mean);
        cell->gap = gap(row->target, cell->value.mean);
        for (int r = 0; r < n; r++)
            met += v->number[i * n + r] >= row->target->low;
        cell->met_share = isnan(cell->value.mean) ? (double)NAN : (double)met / n;
        cell->difference = paired(c, v, i);
        cell->distinguishable = i > 0 && sample_excludes_zero(&cell->difference);
    }
    return ERROR_NONE;
}

// Additional units: a share times the number of what it is a share of, or the value itself.
static int evaluate_units(const struct comparison *c, struct compare_row *row, const struct values *v,
                          struct error *err)
{
    const size_t n = (size_t)(c->request.runs_n * c->replicates_n);
    const struct target *target = row->target;
    for (int i = 0; i < c->request.runs_n; i++) {
        const struct sample_interval none = {(double)NAN, (double)NAN, (double)NAN};
        row->cell[i].units = none;
    }
    if (!*target->units)
        return ERROR_NONE;
    if (*target->units_metric) {
        double *share = malloc(n * sizeof *share);
        struct expression count = row->expression;
        if (!share)
            return error_add(err, ERROR_WORK, "no memory");
        memcpy(share, v->number, n * sizeof *share);
        count.above = (struct expression_terms){.n = 1};
        count.below = (struct expression_terms){.n = 0};
        count.first = count.last;
        count.statistic = EXPRESSION_END;
        snprintf(count.above.name[0], sizeof count.above.name[0], "%s", target->units_metric);
        const int code = evaluate(c, &count, target->id, v->number, err);
        for (size_t i = 0; i < n; i++)
            v->number[i] *= share[i];
        free(share);
        if (code)
            return code;
    }
    for (int i = 1; i < c->request.runs_n; i++) {
        row->cell[i].units = paired(c, v, i);
        row->cell[i].units_distinguishable = sample_excludes_zero(&row->cell[i].units);
    }
    return ERROR_NONE;
}

// ---- rows ---------------------------------------------------------------------------------------

static int row_add(struct comparison *c, const struct target *target, const char *reading, const char *label,
                   const struct values *v, struct error *err)
{
    struct compare_row *grown = realloc(c->row, ((size_t)c->rows_n + 1) * sizeof *grown);
    if (!grown)
        return error_add(err, ERROR_WORK, "no memory");
    c->row = grown;
    struct compare_row *row = &c->row[c->rows_n];
    *row = (struct compare_row){.target = target, .expression = target->expression};
    if (c->request.at >= 0)
        row->expression.first = row->expression.last = c->request.at;
    if (row->expression.last < c->request.first || row->expression.last > c->request.last ||
        !expression_covered(&row->expression, c->request.run[0].data))
        return ERROR_NONE;
    snprintf(row->reading, sizeof row->reading, "%s", reading);
    if (label)
        snprintf(row->expression.labels, sizeof row->expression.labels, "%s", label);
    c->rows_n++;
    int code = evaluate_row(c, row, v, err);
    return code ? code : evaluate_units(c, row, v, err);
}

static int target_rows(struct comparison *c, const struct target *target, const struct values *v,
                       struct error *err)
{
    const struct run_data *data = c->request.run[0].data;
    int code = ERROR_NONE;
    if (c->request.at >= 0 && target->expression.statistic != EXPRESSION_END)
        return ERROR_NONE;
    if (strcmp(target->expression.labels, "*") != 0)
        return row_add(c, target, target->reading, NULL, v, err);
    const int dim = data_dim_find(data, target->expression.dimension);
    if (dim < 0 || !data->dim[dim].label)
        return error_add(err, ERROR_INPUT, "%s: %s: the run has no dimension '%s'", c->request.run[0].path,
                         target->id, target->expression.dimension);
    for (int64_t i = 0; i < data->dim[dim].n && !code; i++)
        code = row_add(c, target, data->dim[dim].label[i], data->dim[dim].label[i], v, err);
    return code;
}

// The id that all readings of a target share.
static const char *set_of(const struct compare_row *row)
{
    return *row->target->reading_of ? row->target->reading_of : row->target->id;
}

// Gives all readings of each target one verdict: theirs if they agree on whether it is met.
static void settle_verdicts(struct comparison *c)
{
    for (int first = 0, end; first < c->rows_n; first = end) {
        for (end = first + 1; end < c->rows_n && strcmp(set_of(&c->row[end]), set_of(&c->row[first])) == 0;)
            end++;
        for (int i = 0; i < c->request.runs_n && end - first > 1; i++) {
            int met = 0, not_met = 0;
            for (int k = first; k < end; k++) {
                const enum compare_verdict own = c->row[k].cell[i].verdict;
                met += own == COMPARE_MET || own == COMPARE_ABOVE;
                not_met += own == COMPARE_NOT_MET;
            }
            const enum compare_verdict all = met && not_met ? COMPARE_DISAGREE
                                             : met          ? COMPARE_MET
                                             : not_met      ? COMPARE_NOT_MET
                                                            : COMPARE_MISSING;
            for (int k = first; k < end; k++)
                c->row[k].cell[i].verdict = all;
        }
    }
}

// ---- public money -------------------------------------------------------------------------------

static int costs_add(struct comparison *c, int64_t month, const struct values *v, struct error *err)
{
    int at = 0;
    while (at < c->costs_n && c->costs[at].month < month)
        at++;
    if (at < c->costs_n && c->costs[at].month == month)
        return ERROR_NONE;
    struct compare_costs *grown = realloc(c->costs, ((size_t)c->costs_n + 1) * sizeof *grown);
    if (!grown)
        return error_add(err, ERROR_WORK, "no memory");
    c->costs = grown;
    memmove(&c->costs[at + 1], &c->costs[at], (size_t)(c->costs_n - at) * sizeof *c->costs);
    struct compare_costs *costs = &c->costs[at];
    *costs = (struct compare_costs){.month = month};
    c->costs_n++;
    for (int m = 0; m < COMPARE_MONEY_N; m++) {
        struct expression expression = {.first = month, .last = month, .statistic = EXPRESSION_CUMULATIVE};
        expression.above.n = 1;
        snprintf(expression.above.name[0], sizeof expression.above.name[0], "%s", money_metrics[m]);
        if (evaluate(c, &expression, "public money", v->number, err))
            return err->code;
        for (int i = 0; i < c->request.runs_n; i++) {
            costs->run[i].total[m] =
                sample_spread(v->number + i * c->replicates_n, c->replicates_n, v->scratch).mean;
            costs->run[i].difference[m] = paired(c, v, i);
        }
    }
    return ERROR_NONE;
}

static const struct compare_costs *costs_at(const struct comparison *c, int64_t month)
{
    int i = 0;
    while (c->costs[i].month != month)
        i++;
    return &c->costs[i];
}

static void divide_costs(struct comparison *c)
{
    for (int k = 0; k < c->rows_n; k++) {
        const struct compare_costs *costs = costs_at(c, c->row[k].expression.last);
        for (int i = 0; i < c->request.runs_n; i++) {
            struct compare_cell *cell = &c->row[k].cell[i];
            for (int m = 0; m < COMPARE_MONEY_N; m++)
                cell->per_unit[m] = cell->units_distinguishable && cell->units.mean > 0.0
                                        ? costs->run[i].difference[m].mean / cell->units.mean
                                        : (double)NAN;
        }
    }
}

// ---- the whole ----------------------------------------------------------------------------------

static int fill(struct comparison *c, const struct values *v, struct error *err)
{
    int code = ERROR_NONE;
    for (int i = 0; i < c->request.targets->n && !code; i++)
        code = target_rows(c, &c->request.targets->target[i], v, err);
    for (int k = 0; k < c->rows_n && !code; k++)
        code = costs_add(c, c->row[k].expression.last, v, err);
    if (code)
        return code;
    settle_verdicts(c);
    divide_costs(c);
    return ERROR_NONE;
}

int compare_create(struct comparison **comparison, const struct compare_request *request, struct error *err)
{
    const int n = expression_replicates(request->run[0].data);
    const size_t all = (size_t)(request->runs_n * n);
    struct comparison *c = calloc(1, sizeof *c);
    struct values v = {calloc(all, sizeof(double)), calloc((size_t)n, sizeof(double)),
                       calloc((size_t)n, sizeof(double))};
    int code = ERROR_NONE;
    CHECK(request->runs_n <= COMPARE_RUNS_MAX && n > 0);
    if (!c || !v.number || !v.scratch || !v.difference) {
        code = error_add(err, ERROR_WORK, "no memory");
    } else {
        c->request = *request;
        c->replicates_n = n;
        code = fill(c, &v, err);
    }
    free(v.number);
    free(v.scratch);
    free(v.difference);
    if (code) {
        compare_free(c);
        c = NULL;
    }
    *comparison = c;
    return code;
}

void compare_free(struct comparison *comparison)
{
    if (!comparison)
        return;
    free(comparison->row);
    free(comparison->costs);
    free(comparison);
}
