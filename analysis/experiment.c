#include "analysis/experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/estimate.h"

const char *const experiment_verdict_names[EXPERIMENT_VERDICTS_N] = {
    "reproduced",        "null reproduced", "missed: too small",  "missed: too large", "undecided",
    "missed: no effect", "missed: no null", "missed: wrong sign", "no estimate"};

// ---- the answers --------------------------------------------------------------------------------

#define TRAITS(X)                                                                                            \
    X(replicate, DATA_I32, int32_t)                                                                          \
    X(weight, DATA_I64, int64_t)                                                                             \
    X(sector, DATA_U8, uint8_t)                                                                              \
    X(age_months, DATA_F64, double)                                                                          \
    X(growth, DATA_F64, double)                                                                              \
    X(innovating, DATA_U8, uint8_t)                                                                          \
    X(borrower, DATA_U8, uint8_t)                                                                            \
    X(offered, DATA_U8, uint8_t)                                                                             \
    X(drawn, DATA_U8, uint8_t)                                                                               \
    X(applied, DATA_U8, uint8_t)                                                                             \
    X(served, DATA_U8, uint8_t)
#define ANSWERS(X)                                                                                           \
    X(operating)                                                                                             \
    X(sales_vnd)                                                                                             \
    X(profit_vnd)                                                                                            \
    X(workers)                                                                                               \
    X(capital_vnd)                                                                                           \
    X(support_vnd)                                                                                           \
    X(loans_n)                                                                                               \
    X(product)                                                                                               \
    X(process)                                                                                               \
    X(active)                                                                                                \
    X(research)                                                                                              \
    X(invested)                                                                                              \
    X(spent_vnd)                                                                                             \
    X(management)                                                                                            \
    X(skills)                                                                                                \
    X(exporter)

#define TRAIT_MEMBER(name, type, ctype) const ctype *name;
#define ANSWER_MEMBER(name)             const double *name;
struct answers {
    int64_t n; // rows
    int waves, replicates_n;
    const double *wave; // months
    TRAITS(TRAIT_MEMBER)
    ANSWERS(ANSWER_MEMBER)
};

// A column of the group, NULL with a fault if it is not there or of another type or shape.
static const void *column(const struct run_data *data, const char *name, enum data_type type, int dims_n,
                          struct error *err)
{
    const struct data_var *var = data_var_find(data, "survey", name);
    if (var && var->type == type && var->dims_n == dims_n)
        return var->value;
    error_add(err, ERROR_INPUT, "survey/%s: is missing or not as the survey writes it", name);
    return NULL;
}

static int answers_of(struct answers *a, const struct run_data *data, struct error *err)
{
    *a = (struct answers){.n = 0};
#define TRAIT_FIND(name, type, ctype) a->name = column(data, #name, type, 1, err);
#define ANSWER_FIND(name)             a->name = column(data, #name, DATA_F64, 3, err);
    TRAITS(TRAIT_FIND)
    ANSWERS(ANSWER_FIND)
    if (err->code)
        return err->code;
    const struct data_var *var = data_var_find(data, "survey", "operating");
    a->n = data->dim[var->dim[0]].n;
    a->waves = (int)data->dim[var->dim[2]].n;
    a->wave = data->dim[var->dim[2]].value;
    if (data->dim[var->dim[1]].n != 2 || !a->wave)
        return error_add(err, ERROR_INPUT, "survey/operating: has not the dimensions of the survey");
    a->replicates_n = a->n > 0 ? a->replicate[a->n - 1] + 1 : 0;
    return ERROR_NONE;
}

static double log_of(double operating, double value)
{
    return operating > 0.5 && value > 0.0 ? log(value) : (double)NAN;
}

// A measure of a firm; NaN if it cannot be taken. `at` is the place of row, world and wave, `at0` that of the
// same row and world in wave 0.
static double measure(const struct answers *a, enum study_measure what, int64_t at, int64_t at0)
{
    const double on = a->operating[at], there = on > 0.5 ? 0.0 : (double)NAN;
    switch (what) {
    case MEASURE_log_sales:
        return log_of(on, a->sales_vnd[at]);
    case MEASURE_log_workers:
        return log_of(on, a->workers[at]);
    case MEASURE_log_capital:
        return log_of(on, a->capital_vnd[at]);
    case MEASURE_log_productivity:
        return log_of(on, a->sales_vnd[at]) - log_of(on, a->workers[at]);
    case MEASURE_profit:
        return a->profit_vnd[at] + there;
    case MEASURE_innovation_spending:
        return a->spent_vnd[at];
    case MEASURE_survival:
        return on > 0.5;
    case MEASURE_product_innovation:
        return a->product[at];
    case MEASURE_process_innovation:
        return a->process[at];
    case MEASURE_innovation_activity:
        return a->active[at];
    case MEASURE_research:
        return a->research[at];
    case MEASURE_investment:
        return a->invested[at];
    case MEASURE_loan:
        return isnan(a->loans_n[at]) ? (double)NAN : a->loans_n[at] > a->loans_n[at0];
    case MEASURE_exporting:
        return a->exporter[at] + there;
    case MEASURE_management:
        return a->management[at] + there;
    case MEASURE_skills:
        return a->skills[at] + there;
    case STUDY_MEASURES_N:
        break;
    }
    return (double)NAN;
}

// Measures that begin at 0 when the programme opens have no baseline of their own.
static bool has_baseline(enum study_measure what)
{
    return study_measure_scale[what] == STUDY_LOG || what == MEASURE_exporting ||
           what == MEASURE_management || what == MEASURE_skills;
}

// ---- samples ------------------------------------------------------------------------------------

// Baseline, log workers, log sales, age, growth, innovating, borrower: what a study knows. And the firm's
// outcome in the world without the programme, which it does not.
enum { COVARIATES_KNOWN = 7, COVARIATE_TWIN = COVARIATES_KNOWN, COVARIATES_N };

struct table {
    int64_t n;
    double *y, *served, *support, *z, *w, *running, *x[COVARIATES_N], *scratch;
    int32_t *group;
    void *memory;
};

static int table_make(struct table *t, int64_t room, struct error *err)
{
    const size_t n = (size_t)room + 1, columns = 6 + COVARIATES_N + 3;
    double *at = t->memory = malloc(n * (columns * sizeof(double) + sizeof(int32_t)));
    if (!at)
        return error_add(err, ERROR_WORK, "out of memory for a study");
    double **const own[] = {&t->y, &t->served, &t->support, &t->z, &t->w, &t->running};
    for (int k = 0; k < 6; k++, at += n)
        *own[k] = at;
    for (int k = 0; k < COVARIATES_N; k++, at += n)
        t->x[k] = at;
    t->scratch = at;
    t->group = (int32_t *)(at + 3 * n);
    return ERROR_NONE;
}

enum pool { POOL_DESIGN, POOL_NAIVE };

struct question {
    const struct experiment_request *request;
    const struct answers *answers;
    const struct study_outcome *outcome;
    int wave;
    int64_t first, end; // rows of the replicate
};

// Whether a firm belongs to the sample of the study's design, or to that of an evaluator who sees takers and
// others but no lottery: he has no losers of the draw to look at.
static bool belongs(const struct question *q, int64_t row, enum pool pool, double running)
{
    const struct answers *a = q->answers;
    switch (q->request->plan->study.design) {
    case STUDY_OFFER:
        return pool == POOL_DESIGN || a->offered[row];
    case STUDY_AWARD:
        return pool == POOL_DESIGN ? a->applied[row] : !a->applied[row] || (a->drawn[row] && a->served[row]);
    case STUDY_THRESHOLD:
        return pool == POOL_DESIGN ? fabs(running) < q->request->plan->study.bandwidth : running < 0.0;
    default:
        return true;
    }
}

static double assigned(const struct question *q, int64_t row, double running)
{
    const struct answers *a = q->answers;
    switch (q->request->plan->study.design) {
    case STUDY_OFFER:
        return a->offered[row];
    case STUDY_AWARD:
        return a->drawn[row];
    case STUDY_THRESHOLD:
        return running < 0.0;
    default:
        return a->served[row];
    }
}

// Fills the table with the firms of a pool whose outcome is known. Evaluations by matching look at changes,
// so that their outcome is net of the baseline.
static void fill(struct table *t, const struct question *q, enum pool pool)
{
    const struct answers *a = q->answers;
    const enum study_measure what = (enum study_measure)q->outcome->measure;
    const bool baseline = has_baseline(what);
    t->n = 0;
    for (int64_t row = q->first; row < q->end; row++) {
        const int64_t at0 = row * 2 * a->waves, at = at0 + q->wave;
        const double workers = a->workers[at0];
        const double running =
            q->request->threshold > 0.0 && workers > 0.0 ? log(workers) - log(q->request->threshold) : 0.0;
        const double y = measure(a, what, at, at0), y0 = baseline ? measure(a, what, at0, at0) : 0.0;
        const double twin = measure(a, what, at + a->waves, at0 + a->waves);
        const int64_t i = t->n;
        if (isnan(y) || isnan(y0) || !belongs(q, row, pool, running))
            continue;
        t->y[i] = pool == POOL_NAIVE || q->request->plan->study.design == STUDY_MATCHED ? y - y0 : y;
        t->served[i] = a->served[row];
        t->support[i] = isnan(a->support_vnd[at]) ? 0.0 : a->support_vnd[at] - a->support_vnd[at0];
        t->z[i] = pool == POOL_NAIVE ? t->served[i] : assigned(q, row, running);
        t->w[i] = (double)a->weight[row];
        t->running[i] = running;
        t->group[i] = a->sector[row];
        t->x[0][i] = y0;
        t->x[1][i] = workers > 0.0 ? log(workers) : 0.0;
        t->x[2][i] = a->sales_vnd[at0] > 0.0 ? log(a->sales_vnd[at0]) : 0.0;
        t->x[3][i] = a->age_months[row];
        t->x[4][i] = a->growth[row];
        t->x[5][i] = a->innovating[row];
        t->x[6][i] = a->borrower[row];
        t->x[COVARIATE_TWIN][i] = isnan(twin) ? y0 : twin;
        t->n++;
    }
}

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

// Brings what lies outside the 1st and 99th percentile to them, as trials do with money.
static void winsorise(const struct table *t, double *value)
{
    if (t->n < 100)
        return;
    memcpy(t->scratch, value, (size_t)t->n * sizeof *value);
    qsort(t->scratch, (size_t)t->n, sizeof *value, ascending);
    const double low = t->scratch[t->n / 100], high = t->scratch[t->n - 1 - t->n / 100];
    for (int64_t i = 0; i < t->n; i++)
        value[i] = value[i] < low ? low : value[i] > high ? high : value[i];
}

// The table of a pool. Money is winsorised, unless each unit of support is followed.
static void make_sample(struct table *t, const struct question *q, enum pool pool)
{
    fill(t, q, pool);
    if (study_measure_scale[q->outcome->measure] == STUDY_LEVEL && q->outcome->unit != STUDY_PER_SUPPORT) {
        winsorise(t, t->y);
        winsorise(t, t->x[COVARIATE_TWIN]);
    }
}

static struct estimate_sample sample_of(const struct table *t, const double *y, const double *d,
                                        int covariates)
{
    struct estimate_sample s = {.n = t->n, .y = y, .d = d, .z = t->z, .w = t->w, .x_n = covariates};
    for (int k = 0; k < covariates; k++)
        s.x[k] = t->x[k];
    return s;
}

// Weighted mean of the outcome of those who are not assigned.
static double control_mean(const struct table *t)
{
    double sum = 0.0, all = 0.0;
    for (int64_t i = 0; i < t->n; i++) {
        sum += t->z[i] < 0.5 ? t->w[i] * t->y[i] : 0.0;
        all += t->z[i] < 0.5 ? t->w[i] : 0.0;
    }
    return all > 0.0 ? sum / all : (double)NAN;
}

// ---- one replicate ------------------------------------------------------------------------------

// An estimate in the unit of the outcome; `base` is what levels are percentages of.
static struct estimate told(const struct study_outcome *o, struct estimate e, double base)
{
    const bool log_scale = study_measure_scale[o->measure] == STUDY_LOG;
    switch (o->unit) {
    case STUDY_PERCENT:
        if (log_scale)
            return (struct estimate){100.0 * expm1(e.effect), 100.0 * exp(e.effect) * e.se, e.used_n};
        return (struct estimate){100.0 * e.effect / base, 100.0 * e.se / fabs(base), e.used_n};
    case STUDY_POINTS:
        return (struct estimate){100.0 * e.effect, 100.0 * e.se, e.used_n};
    default:
        return (struct estimate){e.effect - 1.0, e.se, e.used_n};
    }
}

// The design's estimate. With all covariates luck is common to a firm and its twin, so that the effect stands
// out; its error is that of a study, which knows fewer.
static struct estimate by_design(const struct question *q, struct table *t, const double *d)
{
    const struct study *study = &q->request->plan->study;
    struct estimate e[2];
    for (int k = 0; k < 2; k++) {
        const struct estimate_sample s = sample_of(t, t->y, d, k ? COVARIATES_KNOWN : COVARIATES_N);
        e[k] = study->design == STUDY_THRESHOLD
                   ? estimate_discontinuity(&s, t->running, study->bandwidth, t->scratch)
                   : estimate_linear(&s);
    }
    e[0].se = e[1].se;
    return e[0];
}

// Takers against their nearest neighbours; support by support where the unit asks for it.
static struct estimate naive(const struct question *q, struct table *t, double base)
{
    const struct estimate_sample s = sample_of(t, t->y, t->served, COVARIATES_KNOWN);
    struct estimate e = estimate_matched(&s, t->group);
    if (q->outcome->unit == STUDY_PER_SUPPORT) {
        const struct estimate_sample paid = sample_of(t, t->support, t->served, COVARIATES_KNOWN);
        const double support = estimate_matched(&paid, t->group).effect;
        e.effect /= support;
        e.se /= fabs(support);
    }
    return told(q->outcome, e, base);
}

// What the twins say of those who took part; levels as percentages of `base`.
static double by_twins(const struct question *q, double base)
{
    const struct answers *a = q->answers;
    const enum study_measure what = (enum study_measure)q->outcome->measure;
    double sum = 0.0, all = 0.0, support = 0.0;
    for (int64_t row = q->first; row < q->end; row++) {
        const int64_t open0 = row * 2 * a->waves, closed0 = open0 + a->waves;
        const double with = measure(a, what, open0 + q->wave, open0);
        const double without = measure(a, what, closed0 + q->wave, closed0);
        if (!a->served[row] || isnan(with) || isnan(without))
            continue;
        const double w = (double)a->weight[row];
        sum += w * (with - without);
        support += w * (a->support_vnd[open0 + q->wave] - a->support_vnd[open0]);
        all += w;
    }
    if (!(all > 0.0))
        return (double)NAN;
    const double scale = q->outcome->unit == STUDY_PER_SUPPORT ? support : all;
    return told(q->outcome, (struct estimate){sum / scale, 0.0, 0}, base).effect;
}

// How many firms of equal weight tell as much as one of the table (Kish 1965): between 0 and 1.
static double equal_weights_frac(const struct table *t)
{
    double sum = 0.0, squares = 0.0;
    for (int64_t i = 0; i < t->n; i++) {
        sum += t->w[i];
        squares += t->w[i] * t->w[i];
    }
    return squares > 0.0 ? sum * sum / squares / (double)t->n : (double)NAN;
}

struct replicate_result {
    double effect, se, used_n, randomised, matched, twins, treated_n, control_n, take_up;
};

static struct replicate_result one_replicate(const struct question *q, struct table *t)
{
    const bool by_matching = q->request->plan->study.design == STUDY_MATCHED;
    struct replicate_result r = {.randomised = (double)NAN};
    double served = 0.0, weight = 0.0;
    make_sample(t, q, POOL_DESIGN);
    const double base = control_mean(t), equal = equal_weights_frac(t);
    for (int64_t i = 0; i < t->n; i++) {
        const bool in = by_matching || t->z[i] > 0.5;
        r.treated_n += t->z[i] > 0.5;
        r.control_n += t->z[i] < 0.5;
        served += in ? t->w[i] * t->served[i] : 0.0;
        weight += in ? t->w[i] : 0.0;
    }
    r.take_up = weight > 0.0 ? served / weight : (double)NAN;
    r.twins = by_twins(q, base);
    struct estimate e;
    if (by_matching) {
        e = naive(q, t, base);
        r.matched = e.effect;
    } else {
        const bool money = q->outcome->unit == STUDY_PER_SUPPORT;
        const struct estimate tot = told(q->outcome, by_design(q, t, money ? t->support : t->served), base);
        e = money || q->outcome->estimand == STUDY_TOT ? tot : told(q->outcome, by_design(q, t, t->z), base);
        r.randomised = tot.effect;
        make_sample(t, q, POOL_NAIVE);
        r.matched = naive(q, t, base).effect; // in the same unit as the others
    }
    r.effect = e.effect;
    r.se = e.se;
    r.used_n = equal * (double)e.used_n;
    return r;
}

// ---- all replicates -----------------------------------------------------------------------------

struct sample_interval experiment_published(const struct study_outcome *o)
{
    const bool given = o->interval[0] != 0.0 || o->interval[1] != 0.0;
    const double value = o->scale * o->published, a = given ? o->scale * o->interval[0] : value,
                 b = given ? o->scale * o->interval[1] : value;
    return (struct sample_interval){value, fmin(a, b), fmax(a, b)};
}

static enum experiment_verdict judge(const struct experiment_result *r)
{
    const struct study_outcome *o = r->outcome;
    const struct sample_interval published = experiment_published(o);
    // a published interval has the study's error in it; a bare number has not
    const double half = published.low < published.high ? 0.0 : r->study_half;
    const double low = fmin(r->effect.low, r->effect.mean - half),
                 high = fmax(r->effect.high, r->effect.mean + half);
    if (isnan(r->effect.mean) || isnan(r->effect.low))
        return EXPERIMENT_NO_ESTIMATE;
    const bool seen = sample_excludes_zero(&r->effect);
    if (o->published == 0.0)
        return !seen || fabs(r->effect.mean) < r->study_half ? EXPERIMENT_NULL_REPRODUCED
                                                             : EXPERIMENT_NOT_NULL;
    if (!seen)
        return !o->sign_only && r->effect.low <= published.mean && published.mean <= r->effect.high
                   ? EXPERIMENT_UNDECIDED
                   : EXPERIMENT_NOT_FOUND;
    if ((published.mean > 0.0) != (r->effect.mean > 0.0))
        return EXPERIMENT_OPPOSITE;
    if (o->sign_only)
        return fabs(r->effect.mean) < r->study_half ? EXPERIMENT_TOO_SMALL : EXPERIMENT_REPRODUCED;
    if (high >= published.low && low <= published.high)
        return EXPERIMENT_REPRODUCED;
    return (high < published.low) == (published.mean > 0.0) ? EXPERIMENT_TOO_SMALL : EXPERIMENT_TOO_LARGE;
}

// Mean and interval over the replicates of one number.
static struct sample_interval over_replicates(const struct replicate_result *r, int n, size_t offset,
                                              double t)
{
    double value[1024];
    n = n < 1024 ? n : 1024;
    for (int k = 0; k < n; k++)
        memcpy(&value[k], (const char *)&r[k] + offset, sizeof value[k]);
    return sample_confidence(value, n, t);
}

static void summarise(struct experiment_result *out, const struct experiment_request *request,
                      const struct replicate_result *r, int n)
{
#define OVER(member) over_replicates(r, n, offsetof(struct replicate_result, member), request->t)
    const double sample_n = (double)request->plan->study.sample_n;
    const double used = OVER(used_n).mean;
    out->effect = OVER(effect);
    out->randomised = OVER(randomised);
    out->matched = OVER(matched);
    out->twins = OVER(twins);
    out->within_se = OVER(se).mean;
    out->treated_n = OVER(treated_n).mean;
    out->control_n = OVER(control_n).mean;
    out->take_up = OVER(take_up).mean;
    if (n == 1) // nothing to compare with but its own error
        out->effect = (struct sample_interval){r->effect, r->effect - 1.96 * r->se, r->effect + 1.96 * r->se};
    out->study_half = 1.96 * out->within_se * (sample_n > 0.0 ? sqrt(used / sample_n) : 1.0);
    out->verdict = judge(out);
#undef OVER
}

static int evaluate_outcome(struct experiment_result *out, struct question *q, struct table *t,
                            struct replicate_result *r, struct error *err)
{
    const struct answers *a = q->answers;
    for (q->wave = 0; q->wave < a->waves && a->wave[q->wave] != (double)q->outcome->months; q->wave++)
        continue;
    if (q->wave == a->waves)
        return error_add(err, ERROR_INPUT, "outcomes.%s.months: the survey has no wave of month %lld",
                         q->outcome->name, (long long)q->outcome->months);
    for (int k = 0; k < a->replicates_n; k++) {
        for (q->first = 0; q->first < a->n && a->replicate[q->first] < k; q->first++)
            continue;
        for (q->end = q->first; q->end < a->n && a->replicate[q->end] == k; q->end++)
            continue;
        r[k] = one_replicate(q, t);
    }
    out->outcome = q->outcome;
    summarise(out, q->request, r, a->replicates_n);
    return ERROR_NONE;
}

int experiment_evaluate(struct experiment *out, const struct experiment_request *request, struct error *err)
{
    struct answers answers;
    struct table table = {.n = 0};
    *out = (struct experiment){.plan = request->plan, .instrument = request->instrument};
    int code = answers_of(&answers, request->data, err);
    if (!code)
        code = table_make(&table, answers.n, err);
    struct replicate_result *r = calloc((size_t)answers.replicates_n + 1, sizeof *r);
    if (!code && !r)
        code = error_add(err, ERROR_WORK, "out of memory for a study");
    out->replicates_n = answers.replicates_n;
    for (int i = 0; i < request->plan->outcomes_n && !code; i++) {
        struct question q = {.request = request, .answers = &answers, .outcome = &request->plan->outcome[i]};
        code = evaluate_outcome(&out->result[i], &q, &table, r, err);
    }
    free(r);
    free(table.memory);
    return code;
}

int experiment_matching_exceeds(const struct experiment *experiment, int n, int *of)
{
    int above = 0;
    *of = 0;
    for (int e = 0; e < n; e++)
        for (int i = 0; i < experiment[e].plan->outcomes_n; i++) {
            const struct experiment_result *r = &experiment[e].result[i];
            if (isnan(r->randomised.mean) || isnan(r->matched.mean))
                continue;
            above += r->matched.mean > r->randomised.mean;
            ++*of;
        }
    return above;
}
