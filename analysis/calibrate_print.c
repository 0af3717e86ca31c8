#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/calibrate_part.h"

#define WEAK_MIN   0.5 // standard error over the prior's standard deviation from which a parameter is weak
#define NOT_MIN    1.0 // and not pinned down
#define SHARED_MIN 0.9 // R squared from which it is said to be confounded
#define NOISY_MAX  2.0 // signal over noise up to which it is said to be lost in noise
enum { PART_MAX = 3 };

const char *const calibrate_table_names[CALIBRATE_TABLES_N] = {"parameters", "moments", "directions",
                                                               "sensitivity", "posterior"};

static void put(struct report_table *table, double value)
{
    char text[REPORT_NUMBER_MAX];
    snprintf(text, sizeof text, isnan(value) ? "-" : "%.4g", value);
    report_text_number(table, value, text);
}

// ---- parameters ---------------------------------------------------------------------------------

static const struct report_column parameter_columns[] = {
    {"name", "parameter", false, true, 0},
    {"key", "key", false, false, 0},
    {"start", "start", true, true, 0},
    {"estimate", "estimate", true, true, 0},
    {"se", "s.e.", true, true, 0},
    {"low", "low", true, true, 0},
    {"high", "high", true, true, 0},
    {"prior", "prior", false, true, 0},
    {"prior_mean", "prior mean", true, false, 0},
    {"prior_sd", "prior s.d.", true, true, 0},
    {"se_moments", "s.e. of moments alone", true, false, 0},
    {"se_over_prior_sd", "s.e. / prior", true, true, 0},
    {"information", "information", true, true, 0},
    {"noise", "noise", true, true, 0},
    {"collinear", "R2 on others", true, true, 0},
    {"collinear_with", "with", false, true, 0},
    {"posterior_mean", "posterior mean", true, false, 0},
    {"posterior_sd", "posterior s.d.", true, false, 0},
    {"bound", "bound", false, false, 0},
    {"verdict", "verdict", false, true, 0},
};

static const char *bound_text(int bound)
{
    return bound < 0 ? "lower" : bound > 0 ? "upper" : "";
}

static const char *verdict(const struct calibrate_estimate *e)
{
    const double ratio = e->se_moments / e->prior_sd;
    if (e->bound)
        return e->bound < 0 ? "on its lower bound" : "on its upper bound";
    if (!(ratio >= WEAK_MIN))
        return "pinned down";
    if (e->information > 0.0 && e->information <= NOISY_MAX * e->noise)
        return ratio >= NOT_MIN ? "not pinned down: lost in noise" : "weak: near to noise";
    if (e->collinear >= SHARED_MIN)
        return ratio >= NOT_MIN ? "not pinned down: confounded" : "weak: confounded";
    return ratio >= NOT_MIN ? "not pinned down: moments hardly react" : "weak: moments react little";
}

static void put_parameter(struct report_table *table, const struct calibration *c, int k)
{
    const struct calibrate_parameter *p = &c->terms->parameter[k];
    const struct calibrate_estimate *e = &c->estimate[k];
    report_text_cell(table, p->name);
    report_text_cell(table, p->key);
    put(table, p->start);
    put(table, e->value);
    put(table, e->se);
    put(table, p->low);
    put(table, p->high);
    report_text_cell(table, calibrate_prior_names[p->prior]);
    put(table, calibrate_unscale(p, calibrate_prior_mean(p)));
    put(table, e->prior_sd);
    put(table, e->se_moments);
    put(table, e->se_moments / e->prior_sd);
    put(table, e->information);
    put(table, e->noise);
    put(table, e->collinear);
    report_text_cell(table, e->collinear_with >= 0 && e->collinear >= SHARED_MIN
                                ? c->terms->parameter[e->collinear_with].name
                                : "");
    put(table, e->posterior_mean);
    put(table, e->posterior_sd);
    report_text_cell(table, bound_text(e->bound));
    report_text_cell(table, verdict(e));
}

// ---- moments ------------------------------------------------------------------------------------

static const struct report_column moment_columns[] = {
    {"id", "moment", false, true, 0},
    {"metric", "metric", false, true, 0},
    {"group", "group", false, true, 0},
    {"period", "period", false, true, 0},
    {"statistic", "statistic", false, true, 0},
    {"use", "use", false, false, 0},
    {"data", "data", true, true, 0},
    {"tolerance", "tolerance", true, true, 0},
    {"model", "model", true, true, 0},
    {"model_se", "simulation error", true, false, 0},
    {"z", "off by", true, true, 0},
    {"share", "share of objective", true, true, 0},
    {"moves", "moves most", false, false, 0},
};

// The parameter whose estimate this moment moves most, in its standard errors.
static int moved_by(const struct calibration *c, int j)
{
    int most = -1;
    double far = 0.0;
    for (int k = 0; k < c->terms->parameters_n; k++) {
        const double move = fabs(c->sensitivity[k * c->moments_n + j]) / c->estimate[k].se;
        if (move > far) {
            far = move;
            most = k;
        }
    }
    return most;
}

static void put_moment(struct report_table *table, const struct calibration *c, int j)
{
    const struct calibrate_fit *fit = &c->fit[j];
    const int moved = moved_by(c, j);
    report_text_cell(table, fit->moment->id);
    report_text_cell(table, fit->moment->metric);
    report_text_cell(table, fit->moment->group);
    report_text_cell(table, fit->moment->period);
    report_text_cell(table, fit->moment->statistic);
    report_text_cell(table, fit->moment->use);
    put(table, fit->moment->value);
    put(table, fit->tolerance);
    put(table, fit->model);
    put(table, fit->se);
    put(table, fit->z);
    put(table, fit->share);
    report_text_cell(table, moved >= 0 ? c->terms->parameter[moved].name : "");
}

// ---- directions, sensitivity, draws -------------------------------------------------------------

static const struct report_column direction_columns[] = {
    {"number", "direction", true, true, 0},     {"singular_value", "tolerances a prior s.d.", true, true, 0},
    {"parameter_1", "most of", false, true, 0}, {"part_1", "part", true, true, 0},
    {"parameter_2", "then", false, true, 0},    {"part_2", "part", true, true, 0},
    {"parameter_3", "then", false, true, 0},    {"part_3", "part", true, true, 0},
};

static void put_direction(struct report_table *table, const struct calibration *c, int d)
{
    const int p = c->terms->parameters_n;
    bool done[CALIBRATE_PARAMETERS_MAX] = {false};
    put(table, d + 1);
    put(table, c->singular[d]);
    for (int n = 0; n < PART_MAX && n < p; n++) {
        int most = -1;
        for (int k = 0; k < p; k++)
            if (!done[k] && (most < 0 || fabs(c->direction[d * p + k]) > fabs(c->direction[d * p + most])))
                most = k;
        done[most] = true;
        report_text_cell(table, c->terms->parameter[most].name);
        put(table, c->direction[d * p + most]);
    }
    report_text_row_end(table);
}

static const struct report_column sensitivity_columns[] = {
    {"parameter", "parameter", false, true, 0},
    {"moment", "moment", false, true, 0},
    {"per_tolerance", "change a tolerance", true, true, 0},
    {"in_se", "in s.e.", true, true, 0},
};

static void put_sensitivity(struct report_table *table, const struct calibration *c, int k, int j)
{
    const double change = c->sensitivity[k * c->moments_n + j];
    report_text_cell(table, c->terms->parameter[k].name);
    report_text_cell(table, c->fit[j].moment->id);
    put(table, change);
    put(table, change / c->estimate[k].se);
}

// A column per parameter: the only table whose shape depends on the calibration.
static int print_draws(const struct calibration *c, enum report_format format, FILE *to)
{
    const int p = c->terms->parameters_n;
    struct report_column column[CALIBRATE_PARAMETERS_MAX + 2] = {
        {"draw", "draw", true, true, 0},
        {"log_weight", "log weight", true, true, 0},
    };
    for (int k = 0; k < p; k++)
        column[k + 2] =
            (struct report_column){c->terms->parameter[k].key, c->terms->parameter[k].name, true, true, 0};
    struct report_table *table = report_text_create(column, p + 2);
    for (int n = 0; n < c->terms->draws_n && table; n++) {
        put(table, n);
        put(table, c->log_weight[n]);
        for (int k = 0; k < p; k++)
            put(table, c->draw[n * p + k]);
    }
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    return bad;
}

// ---- tables -------------------------------------------------------------------------------------

static struct report_table *fill(const struct calibration *c, enum calibrate_table which)
{
#define TABLE(columns) report_text_create(columns, sizeof columns / sizeof *columns)
    const int p = c->terms->parameters_n;
    struct report_table *table = which == CALIBRATE_TABLE_PARAMETERS   ? TABLE(parameter_columns)
                                 : which == CALIBRATE_TABLE_MOMENTS    ? TABLE(moment_columns)
                                 : which == CALIBRATE_TABLE_DIRECTIONS ? TABLE(direction_columns)
                                                                       : TABLE(sensitivity_columns);
#undef TABLE
    if (!table)
        return NULL;
    for (int k = 0; k < p && which == CALIBRATE_TABLE_PARAMETERS; k++)
        put_parameter(table, c, k);
    for (int j = 0; j < c->moments_n && which == CALIBRATE_TABLE_MOMENTS; j++)
        put_moment(table, c, j);
    for (int d = 0; d < p && which == CALIBRATE_TABLE_DIRECTIONS; d++)
        put_direction(table, c, d);
    for (int k = 0; k < p && which == CALIBRATE_TABLE_SENSITIVITY; k++)
        for (int j = 0; j < c->moments_n; j++)
            put_sensitivity(table, c, k, j);
    return table;
}

int calibrate_print_table(const struct calibration *c, enum calibrate_table which, enum report_format format,
                          FILE *to)
{
    if (which == CALIBRATE_TABLE_POSTERIOR)
        return print_draws(c, format, to);
    struct report_table *table = fill(c, which);
    const int bad = table ? report_text_print(table, format, to) : -1;
    report_text_free(table);
    return bad;
}

// ---- the report ---------------------------------------------------------------------------------

static int inside_n(const struct calibration *c)
{
    int n = 0;
    for (int j = 0; j < c->moments_n; j++)
        n += fabs(c->fit[j].model - c->fit[j].moment->value) <= c->fit[j].moment->tolerance;
    return n;
}

static void print_summary(const struct calibration *c, FILE *to)
{
    const struct calibrate_terms *terms = c->terms;
    const struct calibrate_trial *best = &c->trial[c->best], *start = &c->trial[0];
    fprintf(to, "%s: %d parameters, %d moments (use %s), %lld replicates a trial, %d trials\n",
            *terms->title ? terms->title : terms->name, terms->parameters_n, c->moments_n,
            calibrate_use_names[terms->use], (long long)terms->replicates, c->trials_n);
    fprintf(to, "Objective %.4g (moments %.4g), at the start %.4g; the search ended since %s.\n",
            best->objective, best->misfit, start->objective, c->ended);
    fprintf(to, "J = %.4g with %.0f degrees of freedom, p = %.3g. %d of %d moments inside their tolerance.\n",
            c->j, c->j_degrees, c->j_p, inside_n(c), c->moments_n);
    if (*c->left_out)
        fprintf(to, "Left out, without a value in the run: %s.\n", c->left_out);
    if (terms->weighted)
        fprintf(to, "The weighted sample of %lld draws is worth %.0f.\n", (long long)terms->draws_n,
                c->effective_n);
}

static int print_section(const struct calibration *c, enum calibrate_table which, const char *title,
                         enum report_format format, FILE *to)
{
    fprintf(to, format == REPORT_MARKDOWN ? "\n## %s\n\n" : "\n%s\n", title);
    return calibrate_print_table(c, which, format, to);
}

static void print_json_number(const char *key, double value, FILE *to)
{
    fprintf(to, ", \"%s\": ", key);
    report_text_json_number(isfinite(value) ? value : (double)NAN, to);
}

static int print_json(const struct calibration *c, FILE *to)
{
    int bad = 0;
    fputs("{\"name\": ", to);
    report_text_json(c->terms->name, to);
    fputs(", \"use\": ", to);
    report_text_json(calibrate_use_names[c->terms->use], to);
    fputs(", \"ended\": ", to);
    report_text_json(c->ended, to);
    fputs(", \"left_out\": ", to);
    report_text_json(c->left_out, to);
    print_json_number("replicates", (double)c->terms->replicates, to);
    print_json_number("trials", c->trials_n, to);
    print_json_number("objective", c->trial[c->best].objective, to);
    print_json_number("misfit", c->trial[c->best].misfit, to);
    print_json_number("objective_at_start", c->trial[0].objective, to);
    print_json_number("j", c->j, to);
    print_json_number("j_degrees", c->j_degrees, to);
    print_json_number("j_p", c->j_p, to);
    print_json_number("inside", inside_n(c), to);
    print_json_number("effective_draws", c->effective_n, to);
    for (int t = 0; t < CALIBRATE_TABLE_POSTERIOR && !bad; t++) {
        fprintf(to, ",\n\"%s\": ", calibrate_table_names[t]);
        bad = calibrate_print_table(c, (enum calibrate_table)t, REPORT_JSON, to);
    }
    fputs("}\n", to);
    return bad;
}

int calibrate_print(const struct calibration *c, enum report_format format, FILE *to)
{
    if (format == REPORT_CSV)
        return calibrate_print_table(c, CALIBRATE_TABLE_PARAMETERS, format, to);
    if (format == REPORT_JSON)
        return print_json(c, to);
    if (format == REPORT_MARKDOWN)
        fprintf(to, "# Calibration %s\n\n", c->terms->name);
    print_summary(c, to);
    int bad = print_section(c, CALIBRATE_TABLE_PARAMETERS, "Parameters", format, to);
    if (!bad)
        bad = print_section(c, CALIBRATE_TABLE_MOMENTS, "Moments", format, to);
    if (!bad)
        bad = print_section(c, CALIBRATE_TABLE_DIRECTIONS, "Directions that the moments pin down, best first",
                            format, to);
    return bad;
}

// ---- what others take over ----------------------------------------------------------------------

static int by_key(const void *a, const void *b, void *ctx)
{
    const struct calibrate_parameter *p = ctx;
    return strcmp(p[*(const int *)a].key, p[*(const int *)b].key);
}

// Bytes of the parts, dots included, that two keys begin with alike.
static size_t shared_part(const char *a, const char *b)
{
    size_t shared = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        shared = a[i] == '.' ? i + 1 : shared;
    return shared;
}

static int indent_of(const char *key, size_t n)
{
    int indent = 0;
    for (size_t i = 0; i < n; i++)
        indent += 2 * (key[i] == '.');
    return indent;
}

// The lines of one key: those of its parts that the key before did not have.
static void print_key(const char *key, const char *before, FILE *to)
{
    size_t at = shared_part(key, before);
    for (const char *dot = strchr(key + at, '.'); dot; dot = strchr(key + at, '.')) {
        fprintf(to, "%*s%.*s:\n", indent_of(key, at), "", (int)(dot - (key + at)), key + at);
        at = (size_t)(dot - key) + 1;
    }
    fprintf(to, "%*s%s: ", indent_of(key, at), "", key + at);
}

void calibrate_print_block(const struct calibration *c, const char *record, FILE *to)
{
    const struct calibrate_parameter *parameter = c->terms->parameter;
    int order[CALIBRATE_PARAMETERS_MAX];
    const char *before = "";
    for (int k = 0; k < c->terms->parameters_n; k++)
        order[k] = k;
    qsort_r(order, (size_t)c->terms->parameters_n, sizeof *order, by_key, (void *)(uintptr_t)parameter);
    fprintf(to,
            "# %s\n# J %.4g with %.0f degrees of freedom (p %.2g), objective %.4g of %d moments (use %s).\n",
            record, c->j, c->j_degrees, c->j_p, c->trial[c->best].objective, c->moments_n,
            calibrate_use_names[c->terms->use]);
    for (int i = 0; i < c->terms->parameters_n; i++) {
        const struct calibrate_parameter *p = &parameter[order[i]];
        const struct calibrate_estimate *e = &c->estimate[order[i]];
        char text[40];
        calibrate_value_text(p, e->value, text, sizeof text);
        print_key(p->key, before, to);
        fprintf(to, "%s # %s; standard error %.2g%s\n", text, p->name, e->se, e->bound ? ", on a bound" : "");
        before = p->key;
    }
}

void calibrate_print_options(const struct calibration *c, FILE *to)
{
    for (int k = 0; k < c->terms->parameters_n; k++) {
        char text[40];
        calibrate_value_text(&c->terms->parameter[k], c->estimate[k].value, text, sizeof text);
        fprintf(to, "--set %s=%s\n", c->terms->parameter[k].key, text);
    }
}
