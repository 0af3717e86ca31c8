#include "analysis/expression.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "models/metrics.h"
#include "sim/field.h"

#define OPENING_STOCK "enterprises_n"
#define OPERATING     "operating_n"
enum { LABELS_MAX = 32 };

const char *const expression_statistic_names[EXPRESSION_STATISTICS_N] = {
    "end",        "mean",          "sum", "growth", "share", "rate_on_opening_stock", "share_of_half_year",
    "cumulative", "ratio_of_sums",
};

const struct expression_alias expression_aliases[] = {
    {"size_class", "msme", "micro+small+medium"},
    {"sector", "industry", "manufacturing+supporting_industry"},
    {"sector", "services", "trade+ict+other_services"},
};
const int expression_aliases_n = sizeof expression_aliases / sizeof *expression_aliases;

// ---- reading the text ---------------------------------------------------------------------------

__attribute__((format(printf, 2, 3))) static int refuse(char *why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, ERROR_TEXT_MAX, format, args);
    va_end(args);
    return ERROR_INPUT;
}

// Metrics joined by + in the first `n` bytes of `text`.
static int parse_terms(struct expression_terms *terms, const char *text, size_t n, char *why)
{
    for (size_t at = 0; at <= n;) {
        const char *plus = memchr(text + at, '+', n - at);
        const size_t length = plus ? (size_t)(plus - text) - at : n - at;
        if (length == 0 || length >= DATA_NAME_MAX)
            return refuse(why, "metric '%.64s' is not one; allowed: metrics joined by + and one /", text);
        if (terms->n == EXPRESSION_TERMS_MAX)
            return refuse(why, "metric '%.64s' has more than %d parts", text, EXPRESSION_TERMS_MAX);
        memcpy(terms->name[terms->n], text + at, length);
        terms->name[terms->n++][length] = '\0';
        at += length + 1;
    }
    return ERROR_NONE;
}

// `2020` or `2020-12` to the first or, if `end`, the last month; the number of bytes read, 0 if it is
// neither.
static size_t parse_month(const char *text, bool end, int64_t *month)
{
    static const char digits[] = "0123456789";
    if (strspn(text, digits) != 4)
        return 0;
    const int64_t year = strtol(text, NULL, 10);
    if (text[4] != '-') {
        *month = field_month(year, end ? 12 : 1);
        return 4;
    }
    const long number = strtol(text + 5, NULL, 10);
    if (strspn(text + 5, digits) != 2 || number < 1 || number > 12)
        return 0;
    *month = field_month(year, number);
    return 7;
}

int expression_parse_period(const char *text, int64_t *first, int64_t *last, char *why)
{
    const char *at = text;
    size_t n = parse_month(at, false, first);
    if (n > 0) {
        const bool range = strncmp(at + n, "..", 2) == 0;
        at += range ? n + 2 : 0;
        n = parse_month(at, true, last);
    }
    if (n == 0 || at[n] != '\0' || *last < *first)
        return refuse(why, "period '%.64s' is none; allowed: 2020-12, 2020, 2014..2019", text);
    return ERROR_NONE;
}

static int parse_group(struct expression *expression, const char *group, char *why)
{
    const char *equals = strchr(group, '=');
    if (*group == '\0')
        return ERROR_NONE;
    if (!equals || equals == group || equals[1] == '\0' || equals - group >= DATA_NAME_MAX ||
        strlen(equals + 1) >= sizeof expression->labels)
        return refuse(why, "group '%.64s' is none; allowed: DIMENSION=LABEL, several labels joined by +",
                      group);
    memcpy(expression->dimension, group, (size_t)(equals - group));
    expression->dimension[equals - group] = '\0';
    snprintf(expression->labels, sizeof expression->labels, "%s", equals + 1);
    return ERROR_NONE;
}

int expression_parse(struct expression *expression, const struct expression_text *text, char *why)
{
    const char *slash = strchr(text->metric, '/');
    const size_t above = slash ? (size_t)(slash - text->metric) : strlen(text->metric);
    int found = -1;
    *expression = (struct expression){0};
    if (parse_terms(&expression->above, text->metric, above, why) ||
        (slash && parse_terms(&expression->below, slash + 1, strlen(slash + 1), why)) ||
        parse_group(expression, text->group, why) ||
        expression_parse_period(text->period, &expression->first, &expression->last, why))
        return ERROR_INPUT;
    for (int i = 0; i < EXPRESSION_STATISTICS_N; i++)
        found = strcmp(text->statistic, expression_statistic_names[i]) == 0 ? i : found;
    if (found < 0) {
        const char *near =
            field_nearest(text->statistic, expression_statistic_names, EXPRESSION_STATISTICS_N);
        return refuse(why, "unknown statistic '%.64s'%s%s%s", text->statistic, near ? "; did you mean '" : "",
                      near ? near : "", near ? "'?" : "");
    }
    expression->statistic = (enum expression_statistic)found;
    if (expression->statistic == EXPRESSION_RATIO_OF_SUMS && expression->below.n == 0)
        return refuse(why, "metric '%.64s' is no ratio; allowed with ratio_of_sums: a/b", text->metric);
    if (expression->statistic == EXPRESSION_SHARE && expression->dimension[0] == '\0')
        return refuse(why, "a share needs a group; allowed: DIMENSION=LABEL");
    return ERROR_NONE;
}

// ---- the run's months ---------------------------------------------------------------------------

// Days since 1970-01-01 to a month since 1970-01, in the Gregorian calendar (Hinnant's civil_from_days).
static int64_t month_of_day(int64_t day)
{
    const int64_t z = day + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t doe = z - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    const int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return field_month(yoe + era * 400 + (month <= 2), month);
}

// Days since 1970-01-01 of the first of a month (days_from_civil).
static int64_t day_of_month(int64_t months)
{
    int64_t year, month;
    field_month_split(months, &year, &month);
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t yoe = y - era * 400;
    const int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int expression_months(const struct run_data *data, int64_t *first, int64_t *n, char *why)
{
    static const char since[] = "days since ";
    const int index = data_dim_find(data, "time");
    const struct data_dim *dim = index >= 0 ? &data->dim[index] : NULL;
    int64_t origin;
    if (!dim || !dim->value || dim->n == 0 || strncmp(dim->unit, since, sizeof since - 1) != 0 ||
        parse_month(dim->unit + sizeof since - 1, false, &origin) != 7)
        return refuse(why, "time: no coordinate in days since a month");
    const int64_t day = day_of_month(origin);
    for (int64_t i = 0; i < dim->n; i++) {
        const bool sound = dim->value[i] >= -1e6 && dim->value[i] <= 1e7;
        const int64_t month = sound ? month_of_day(day + (int64_t)dim->value[i]) : 0;
        *first = i == 0 ? month : *first;
        if (!sound || month != *first + i)
            return refuse(why, "time: is not one value a month");
    }
    *n = dim->n;
    return ERROR_NONE;
}

int expression_replicates(const struct run_data *data)
{
    const int index = data_dim_find(data, "replicate");
    return index >= 0 ? (int)data->dim[index].n : 0;
}

// The months that the statistic reads.
static void months_needed(const struct expression *expression, int64_t run_first, int64_t *first,
                          int64_t *last)
{
    *first = expression->first;
    *last = expression->last;
    switch (expression->statistic) {
    case EXPRESSION_END:
    case EXPRESSION_SHARE:
        *first =
            expression->first < run_first && expression->last >= run_first ? run_first : expression->first;
        break;
    case EXPRESSION_GROWTH:
        *first -= 12;
        break;
    case EXPRESSION_RATE_ON_OPENING_STOCK:
        *first -= 1;
        break;
    case EXPRESSION_SHARE_OF_HALF_YEAR:
        *first = *last - *last % 6 < *first ? *last - *last % 6 : *first;
        *last = *last - *last % 6 + 5;
        break;
    case EXPRESSION_CUMULATIVE:
        *first = run_first;
        break;
    default:
        break;
    }
}

int64_t expression_last_month(const struct expression *expression)
{
    int64_t first, last;
    months_needed(expression, 0, &first, &last);
    return last;
}

bool expression_covered(const struct expression *expression, const struct run_data *data)
{
    char why[ERROR_TEXT_MAX];
    int64_t run_first = 0, n = 0, first, last;
    if (expression_months(data, &run_first, &n, why))
        return false;
    months_needed(expression, run_first, &first, &last);
    return first >= run_first && last < run_first + n;
}

// ---- monthly series -----------------------------------------------------------------------------

// A metric, or some labels of its breakdown.
struct series_source {
    const struct data_var *var;
    const struct data_var *weight; // that labels of a share are averaged with; NULL: they are added
    int64_t months, labels;        // lengths of the dimensions
    int label[LABELS_MAX];
    int label_n; // 0 without a breakdown
};

// The sums of a replicate above and below the line.
struct evaluation {
    const struct run_data *data;
    const struct expression *expression;
    int64_t run_first, months;
    struct series_source above[EXPRESSION_TERMS_MAX], below[EXPRESSION_TERMS_MAX];
    struct series_source above_all[EXPRESSION_TERMS_MAX]; // without the group, for EXPRESSION_SHARE
    struct series_source stock;                           // for EXPRESSION_RATE_ON_OPENING_STOCK
    bool flow;                                            // the first metric is one
};

static double element(const struct data_var *var, int64_t i)
{
    switch (var->type) {
    case DATA_F64:
        return ((const double *)var->value)[i];
    case DATA_F32:
        return (double)((const float *)var->value)[i];
    case DATA_I64:
        return (double)((const int64_t *)var->value)[i];
    case DATA_I32:
        return (double)((const int32_t *)var->value)[i];
    case DATA_U8:
        return (double)((const uint8_t *)var->value)[i];
    default:
        return (double)NAN;
    }
}

// Numbers that must not be added over labels: shares, ratios, rates, averages.
static bool intensive(const char *unit)
{
    return strcmp(unit, "1") == 0 || strcmp(unit, "share") == 0 || strcmp(unit, "ratio") == 0 ||
           strchr(unit, '/');
}

static const struct metric *metric_row(const char *name)
{
    for (int i = 0; i < metrics_rows_n; i++)
        if (strcmp(metrics_rows[i].name, name) == 0)
            return &metrics_rows[i];
    return NULL;
}

const char *expression_weight(const char *metric, const char *unit)
{
    const struct metric *row = metric_row(metric);
    char counted[DATA_NAME_MAX];
    if (strstr(unit, "/worker"))
        return "employment_n";
    if (!row || !row->of)
        return OPERATING;
    snprintf(counted, sizeof counted, "%s_n", row->of);
    const struct metric *of = metric_row(counted);
    of = of ? of : metric_row(row->of);
    return of ? of->name : OPERATING;
}

// The weights of the labels: what the share is of, as far as the run has it by this dimension; operating, or
// in older runs registered, enterprises otherwise.
static const struct data_var *weight_of(const struct evaluation *e, const char *metric,
                                        const struct data_var *var, const char *dimension)
{
    const char *const names[] = {expression_weight(metric, var->unit), OPERATING, OPENING_STOCK};
    const struct data_var *found = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !found; i++) {
        char name[2 * DATA_NAME_MAX + 8];
        snprintf(name, sizeof name, "%s_by_%s", names[i], dimension);
        found = data_var_find(e->data, "", name);
        found = found && found->n == var->n ? found : NULL;
    }
    return found;
}

static bool labels_split(const struct data_dim *dim, const char *labels, struct series_source *source)
{
    const int whole = data_label_find(dim, labels); // before it is split: a label may end in +
    source->label_n = 0;
    if (whole >= 0) {
        source->label[source->label_n++] = whole;
        return true;
    }
    for (const char *at = labels; *at;) {
        char word[EXPRESSION_TEXT_MAX];
        const size_t length = strcspn(at, "+");
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        at += length + (at[length] == '+');
        int found = data_label_find(dim, word);
        for (int i = 0; found < 0 && i < expression_aliases_n; i++) {
            const struct expression_alias *alias = &expression_aliases[i];
            struct series_source parts;
            if (strcmp(alias->dimension, dim->name) != 0 || strcmp(alias->label, word) != 0 ||
                !labels_split(dim, alias->labels, &parts) || source->label_n + parts.label_n > LABELS_MAX)
                continue;
            memcpy(source->label + source->label_n, parts.label, (size_t)parts.label_n * sizeof *parts.label);
            source->label_n += parts.label_n;
            found = -2;
            break;
        }
        if (found == -1 || source->label_n == LABELS_MAX)
            return false;
        if (found >= 0)
            source->label[source->label_n++] = found;
    }
    return source->label_n > 0;
}

static int refuse_labels(const struct data_dim *dim, const char *labels, char *why)
{
    char list[ERROR_TEXT_MAX / 2] = "";
    for (int64_t i = 0; dim->label && i < dim->n; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", dim->label[i]);
    }
    return refuse(why, "the run has no %s '%.64s'; it has: %s", dim->name, labels, list);
}

// Finds `metric`, or its breakdown by `dimension` (NULL or "" for none), and checks the shape.
static int source_open(struct evaluation *e, const char *metric, const char *dimension,
                       struct series_source *source, char *why)
{
    char name[2 * DATA_NAME_MAX + 8];
    const bool broken_down = dimension && *dimension;
    snprintf(name, sizeof name, "%s%s%s", metric, broken_down ? "_by_" : "", broken_down ? dimension : "");
    const struct data_var *var = data_var_find(e->data, "", name);
    if (!var || var->type == DATA_TEXT)
        return refuse(why, "the run has no metric '%s'", name);
    const struct data_dim *dims = e->data->dim;
    if (var->dims_n != (broken_down ? 3 : 2) || strcmp(dims[var->dim[0]].name, "replicate") != 0 ||
        strcmp(dims[var->dim[1]].name, "time") != 0 || dims[var->dim[1]].n != e->months ||
        dims[var->dim[0]].n != expression_replicates(e->data))
        return refuse(why, "'%s' is not a metric by replicate and time%s%s", name, broken_down ? " and " : "",
                      broken_down ? dimension : "");
    *source = (struct series_source){.var = var, .months = e->months, .labels = 1};
    if (!broken_down)
        return ERROR_NONE;
    const struct data_dim *dim = &dims[var->dim[2]];
    source->labels = dim->n;
    if (!dim->label || !labels_split(dim, e->expression->labels, source))
        return refuse_labels(dim, e->expression->labels, why);
    if (source->label_n > 1 && intensive(var->unit)) {
        source->weight = weight_of(e, metric, var, dimension);
        if (!source->weight)
            return refuse(why,
                          "labels of the share '%s' cannot be averaged: the run has no metric '%s_by_%s'",
                          metric, expression_weight(metric, var->unit), dimension);
    }
    return ERROR_NONE;
}

static int evaluation_open(struct evaluation *e, char *why)
{
    const struct expression *x = e->expression;
    int code = expression_months(e->data, &e->run_first, &e->months, why);
    for (int i = 0; i < x->above.n && !code; i++)
        code = source_open(e, x->above.name[i], x->dimension, &e->above[i], why);
    for (int i = 0; i < x->below.n && !code; i++)
        code = source_open(e, x->below.name[i], x->dimension, &e->below[i], why);
    for (int i = 0; i < x->above.n && !code && x->statistic == EXPRESSION_SHARE; i++)
        code = source_open(e, x->above.name[i], NULL, &e->above_all[i], why);
    if (!code && x->statistic == EXPRESSION_RATE_ON_OPENING_STOCK)
        code = source_open(e, OPENING_STOCK, NULL, &e->stock, why);
    if (!code)
        e->flow = strstr(e->above[0].var->cell_methods, "sum") != NULL;
    return code;
}

// A month's value; `month` counts from the start of the run.
static double source_value(const struct series_source *s, int replicate, int64_t month)
{
    const int64_t at = (replicate * s->months + month) * s->labels;
    if (s->label_n == 0)
        return element(s->var, at);
    if (s->label_n == 1)
        return element(s->var, at + s->label[0]);
    double sum = 0.0, weights = 0.0;
    for (int i = 0; i < s->label_n; i++) {
        const double x = element(s->var, at + s->label[i]);
        const double weight = s->weight ? element(s->weight, at + s->label[i]) : 1.0;
        if (weight == 0.0) // the share of no firms is missing, and does not count
            continue;
        sum += weight * x;
        weights += weight;
    }
    return s->weight ? sum / weights : sum;
}

// The sum of terms in a month.
static double terms_value(const struct series_source *source, int n, int replicate, int64_t month)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        sum += source_value(&source[i], replicate, month);
    return sum;
}

static double terms_sum(const struct series_source *source, int n, int replicate, const int64_t span[2])
{
    double sum = 0.0;
    for (int64_t month = span[0]; month <= span[1]; month++)
        sum += terms_value(source, n, replicate, month);
    return sum;
}

// The expression's value in a month.
static double month_value(const struct evaluation *e, int replicate, int64_t month)
{
    const double above = terms_value(e->above, e->expression->above.n, replicate, month);
    return e->expression->below.n == 0
               ? above
               : above / terms_value(e->below, e->expression->below.n, replicate, month);
}

static double span_sum(const struct evaluation *e, int replicate, int64_t first, int64_t last)
{
    double sum = 0.0;
    for (int64_t month = first; month <= last; month++)
        sum += month_value(e, replicate, month);
    return sum;
}

static double span_mean(const struct evaluation *e, int replicate, int64_t first, int64_t last)
{
    double sum = 0.0;
    int n = 0;
    for (int64_t month = first; month <= last; month++) {
        const double x = month_value(e, replicate, month);
        sum += isnan(x) ? 0.0 : x;
        n += !isnan(x);
    }
    return sum / n;
}

static double statistic_value(const struct evaluation *e, int replicate)
{
    const struct expression *x = e->expression;
    const int64_t first = x->first - e->run_first, last = x->last - e->run_first;
    const int64_t half = x->last - x->last % 6 - e->run_first;
    const int64_t span[2] = {e->flow ? first : last, last}, period[2] = {first, last};
    const int above_n = x->above.n;
    switch (x->statistic) {
    case EXPRESSION_END:
        return month_value(e, replicate, last);
    case EXPRESSION_MEAN:
        return span_mean(e, replicate, first, last);
    case EXPRESSION_SUM:
        return span_sum(e, replicate, first, last);
    case EXPRESSION_GROWTH:
        return span_sum(e, replicate, span[0], last) / span_sum(e, replicate, span[0] - 12, last - 12) - 1.0;
    case EXPRESSION_SHARE:
        return terms_sum(e->above, above_n, replicate, span) /
               terms_sum(e->above_all, above_n, replicate, span);
    case EXPRESSION_RATE_ON_OPENING_STOCK:
        return span_sum(e, replicate, first, last) / source_value(&e->stock, replicate, first - 1);
    case EXPRESSION_SHARE_OF_HALF_YEAR:
        return span_sum(e, replicate, first, last) / span_sum(e, replicate, half, half + 5);
    case EXPRESSION_CUMULATIVE:
        return span_sum(e, replicate, 0, last);
    default: // EXPRESSION_RATIO_OF_SUMS
        return terms_sum(e->above, above_n, replicate, period) /
               terms_sum(e->below, x->below.n, replicate, period);
    }
}

int expression_evaluate(const struct expression *expression, const struct run_data *data, double *value,
                        char *why)
{
    struct evaluation e = {.data = data, .expression = expression};
    const int code = evaluation_open(&e, why);
    if (code)
        return code;
    if (!expression_covered(expression, data))
        return refuse(why, "the run does not have all months that it needs");
    for (int replicate = 0; replicate < expression_replicates(data); replicate++) {
        const double x = statistic_value(&e, replicate);
        value[replicate] = isfinite(x) ? x : (double)NAN;
    }
    return ERROR_NONE;
}

// ---- how many agents stand behind a number ------------------------------------------------------

static bool counted_one_by_one(const char *unit)
{
    static const char *const units[] = {"enterprises", "projects", "applications",
                                        "loans",       "deals",    "awards"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i]) == 0)
            return true;
    return false;
}

double expression_agents(const struct expression *expression, const struct run_data *data, double value)
{
    struct evaluation e = {.data = data, .expression = expression};
    struct series_source agents, first;
    char why[ERROR_TEXT_MAX];
    const int n = expression_replicates(data);
    if (expression_months(data, &e.run_first, &e.months, why) || expression->last - e.run_first >= e.months ||
        expression->last < e.run_first || source_open(&e, "agents_n", expression->dimension, &agents, why) ||
        source_open(&e, expression->above.name[0], expression->dimension, &first, why))
        return (double)NAN;
    double sum = 0.0;
    for (int replicate = 0; replicate < n; replicate++)
        sum += source_value(&agents, replicate, expression->last - e.run_first);
    const struct data_attribute *weight = data_attribute_find(data, "agent_weight_rare");
    const bool sums = expression->statistic != EXPRESSION_GROWTH && expression->statistic != EXPRESSION_SHARE;
    const double counted = value / (weight && weight->number > 0 ? (double)weight->number : 1.0);
    const bool one_by_one = sums && expression->below.n == 0 && counted_one_by_one(first.var->unit);
    return one_by_one && expression->statistic != EXPRESSION_RATE_ON_OPENING_STOCK && counted < sum / n
               ? counted
               : sum / n;
}
