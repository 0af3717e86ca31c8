#include <math.h>
#include <string.h>
#include "analysis/calibrate_part.h"
#include "analysis/minimise.h"

const char *const calibrate_prior_names[CALIBRATE_PRIORS_N] = {"uniform", "normal", "log_normal"};
const char *const calibrate_use_names[CALIBRATE_USES_N] = {"all", "history", "structure"};

_Static_assert((int)CALIBRATE_PARAMETERS_MAX <= (int)MINIMISE_SOBOL_DIMS_MAX, "dimensions of Sobol points");

// ---- rows ---------------------------------------------------------------------------------------

#define AT(member) offsetof(struct calibrate_terms, member)
static const struct field top_fields[] = {
    {"name", FIELD_TEXT, "", "calibration", 0, 0, AT(name), NULL, 0, "", "Name of the calibration", ""},
    {"title", FIELD_TEXT, "", "", 0, 0, AT(title), NULL, 0, "", "What people call it", ""},
    {"scenario", FIELD_TEXT, "", NULL, 0, 0, AT(scenario), NULL, 0, "",
     "The scenario whose parameters are fitted, relative to this file", ""},
    {"moments", FIELD_TEXT, "", NULL, 0, 0, AT(moments), NULL, 0, "",
     "CSV of observed moments, relative to this file", ""},
    {"use", FIELD_CHOICE, "", "all", 0, 0, AT(use), calibrate_use_names, CALIBRATE_USES_N, "",
     "Moments that are fitted, by their column use", ""},
    {"exclude", FIELD_TEXT, "", "", 0, 0, AT(exclude), NULL, 0, "",
     "Ids of moments that are left out, separated by commas", ""},
};
static const struct field run_fields[] = {
    {"agents", FIELD_INT, "1", "20000", 0, 1e8, AT(agents), NULL, 0, "", "Firm agents at the start; 0: full",
     ""},
    {"replicates", FIELD_INT, "1", "8", 1, 10000, AT(replicates), NULL, 0, "R",
     "Replicates of a trial, with the same seeds in all trials", ""},
    {"seed", FIELD_INT, "1", "1", 0, 4294967295, AT(seed), NULL, 0, "", "Seed of all draws", ""},
    {"until", FIELD_MONTH, "month", "1970-01", 0, 1200, AT(until), NULL, 0, "",
     "Last month; 1970-01: the last that a moment needs", ""},
};
static const struct field weighting_fields[] = {
    {"tolerance_floor_frac", FIELD_REAL, "1", "0.005", 0, 1, AT(tolerance_floor_frac), NULL, 0, "",
     "Least tolerance over the observed value, so that no moment drowns all others",
     "assumption: published counts are rounded to half a percent; range 0-0.02"},
    {"tolerance_deviations", FIELD_REAL, "1", "1", 0.1, 10, AT(tolerance_deviations), NULL, 0, "",
     "Standard errors of the observation that a tolerance is worth",
     "assumption: tolerances are judgements of one standard error; range 1-2"},
    {"luck_frac", FIELD_REAL, "1", "1", 0, 1, AT(luck_frac), NULL, 0, "",
     "Share of the variance between replicates that the observed economy had too: 1 for errors of 1 + 1/R",
     "assumption: one history was observed; 0 if the tolerances hold its luck; range 0-1"},
    {"missing_tolerances", FIELD_REAL, "1", "10", 1, 1000, AT(missing_tolerances), NULL, 0, "",
     "Tolerances that a moment without a value counts as being off",
     "assumption: far enough to turn the search away; range 5-20"},
};
static const struct field search_fields[] = {
    {"sobol_n", FIELD_INT, "1", "0", 0, 100000, AT(sobol_n), NULL, 0, "",
     "Sobol points that are tried beside the start, through the priors within the bounds", ""},
    {"starts_n", FIELD_INT, "1", "1", 1, 100, AT(starts_n), NULL, 0, "",
     "Best points of these from which a local search begins", ""},
    {"iterations_n", FIELD_INT, "1", "10", 0, 1000, AT(iterations_n), NULL, 0, "",
     "Most iterations of a local search", ""},
    {"simplex_n", FIELD_INT, "1", "0", 0, 100000, AT(simplex_n), NULL, 0, "",
     "Trials of a Nelder-Mead search after the last local one; 0: none", ""},
    {"trials_max", FIELD_INT, "1", "100000", 1, 10000000, AT(trials_max), NULL, 0, "",
     "Most trials in all, those of the report's Jacobian included", ""},
    {"step", FIELD_REAL, "1", "0.25", 0.001, 2, AT(step), NULL, 0, "",
     "Step of the search's differences, on the logit scale of the bounds",
     "assumption: 0.12 in the prototype of model-notes, with more agents; it doubles by itself; range "
     "0.1-0.5"},
    {"move_max", FIELD_REAL, "1", "1", 0.01, 10, AT(move_max), NULL, 0, "",
     "Longest move of a parameter in an iteration, on the logit scale",
     "assumption: as far as differences can be trusted; range 0.5-2"},
    {"gain_min", FIELD_REAL, "1", "0.002", 0, 1, AT(gain_min), NULL, 0, "",
     "Share of the objective that an iteration must gain to be followed by another",
     "assumption: below the simulation error; range 0.0005-0.01"},
    {"jacobian_step", FIELD_REAL, "1", "0.25", 0.001, 2, AT(jacobian_step), NULL, 0, "",
     "As step, for the central differences of the report",
     "assumption: longer than the search's against noise; range 0.1-0.5"},
};
static const struct field posterior_fields[] = {
    {"draws_n", FIELD_INT, "1", "1000", 0, 1000000, AT(draws_n), NULL, 0, "", "Draws from the posterior", ""},
    {"weighted", FIELD_BOOL, "", "false", 0, 1, AT(weighted), NULL, 0, "",
     "Runs each draw through the model and weights it by what the linear approximation missed", ""},
};
#undef AT

#define AT(member) offsetof(struct calibrate_parameter, member)
static const struct field parameter_fields[] = {
    {"key", FIELD_TEXT, "", NULL, 0, 0, AT(key), NULL, 0, "", "Key path of the scenario's parameter", ""},
    {"start", FIELD_REAL, "", "0", -1e18, 1e18, AT(start), NULL, 0, "",
     "Where the search begins; the scenario's value if it is not given", ""},
    {"low", FIELD_REAL, "", NULL, -1e18, 1e18, AT(low), NULL, 0, "", "Lower bound", ""},
    {"high", FIELD_REAL, "", NULL, -1e18, 1e18, AT(high), NULL, 0, "", "Upper bound", ""},
    {"prior", FIELD_CHOICE, "", "uniform", 0, 0, AT(prior), calibrate_prior_names, CALIBRATE_PRIORS_N, "",
     "Prior within the bounds", ""},
    {"prior_mean", FIELD_REAL, "", "0", -1e18, 1e18, AT(prior_mean), NULL, 0, "",
     "Mean of a normal prior, median of a log-normal one; the start if it is not given", ""},
    {"prior_sd", FIELD_REAL, "", "0", 0, 1e18, AT(prior_sd), NULL, 0, "",
     "Standard deviation of a normal prior, of the logarithm of a log-normal one", ""},
};
#undef AT

static int parameter_entry(void *target, const char *name, int kind, void **common, void **own)
{
    struct calibrate_terms *terms = target;
    int k = 0;
    (void)kind, (void)own;
    while (k < terms->parameters_n && strcmp(terms->parameter[k].name, name) != 0)
        k++;
    if (k == CALIBRATE_PARAMETERS_MAX)
        return -1;
    if (k == terms->parameters_n)
        snprintf(terms->parameter[terms->parameters_n++].name, CONFIG_NAME_MAX, "%s", name);
    *common = &terms->parameter[k];
    return 0;
}

void calibrate_schema(struct calibrate_schema *schema)
{
#define SECTION(path, doc, fields)                                                                           \
    {                                                                                                        \
        path, doc, fields, sizeof fields / sizeof *fields, 0                                                 \
    }
    const struct config_section sections[CALIBRATE_SECTIONS_N] = {
        SECTION("", "the calibration", top_fields),
        SECTION("run", "size, period and seed of a trial", run_fields),
        SECTION("weighting", "how moments are weighed", weighting_fields),
        SECTION("search", "how the estimate is searched for", search_fields),
        SECTION("posterior", "the sample of parameters", posterior_fields),
    };
#undef SECTION
    const struct config_map maps[CALIBRATE_MAPS_N] = {
        {"parameters", "free parameters", parameter_fields,
         sizeof parameter_fields / sizeof *parameter_fields, NULL, CALIBRATE_PARAMETERS_MAX, parameter_entry},
    };
    memcpy(schema->sections, sections, sizeof sections);
    memcpy(schema->maps, maps, sizeof maps);
    schema->config =
        (struct config_schema){schema->sections, CALIBRATE_SECTIONS_N, schema->maps, CALIBRATE_MAPS_N};
}

// ---- relations ----------------------------------------------------------------------------------

static const char *part_key(const struct calibrate_parameter *parameter, const char *part, char *key)
{
    snprintf(key, CONFIG_KEY_MAX, "parameters.%s%s%s", parameter->name, *part ? "." : "", part);
    return key;
}

static bool given(const struct calibrate_parameter *parameter, const char *part, const struct config *config)
{
    char key[CONFIG_KEY_MAX];
    return config_find(config, part_key(parameter, part, key)) != NULL;
}

static void check_prior(struct calibrate_parameter *p, const struct config *config, struct error *err)
{
    char key[CONFIG_KEY_MAX];
    if (!given(p, "prior_mean", config))
        p->prior_mean = (double)NAN; // the start, once it is known
    if (p->prior == CALIBRATE_UNIFORM) {
        if (given(p, "prior_mean", config) || given(p, "prior_sd", config))
            config_fault(config, part_key(p, given(p, "prior_sd", config) ? "prior_sd" : "prior_mean", key),
                         err, "says nothing of a uniform prior; allowed: prior: normal or log_normal");
        return;
    }
    if (!(p->prior_sd > 0.0))
        config_fault(config, part_key(p, given(p, "prior_sd", config) ? "prior_sd" : "prior", key), err,
                     "a %s prior needs its standard deviation; allowed: a number above 0",
                     calibrate_prior_names[p->prior]);
    if (p->prior == CALIBRATE_LOG_NORMAL && p->low <= 0.0)
        config_fault(config, part_key(p, "low", key), err,
                     "a log_normal prior is of positive numbers; allowed: a number above 0");
    if (p->prior == CALIBRATE_LOG_NORMAL && p->prior_mean <= 0.0)
        config_fault(config, part_key(p, "prior_mean", key), err,
                     "a log_normal prior is of positive numbers; allowed: a number above 0");
}

static void check_parameter(struct calibrate_terms *terms, int k, const struct config *config,
                            struct error *err)
{
    struct calibrate_parameter *p = &terms->parameter[k];
    char key[CONFIG_KEY_MAX];
    if (!(p->high > p->low))
        config_fault(config, part_key(p, "high", key), err,
                     "is not above low, %.6g; allowed: a number above it", p->low);
    check_prior(p, config, err);
    for (int i = 0; i < k; i++)
        if (strcmp(terms->parameter[i].key, p->key) == 0)
            config_fault(config, part_key(p, "key", key), err,
                         "'%s' is also that of parameters.%s; allowed: a key once", p->key,
                         terms->parameter[i].name);
    if (given(p, "start", config))
        calibrate_check_start(p, config, err);
    else
        p->start = (double)NAN;
}

int calibrate_check_start(const struct calibrate_parameter *p, const struct config *config, struct error *err)
{
    char key[CONFIG_KEY_MAX];
    if (p->start > p->low && p->start < p->high)
        return ERROR_NONE;
    return config_fault(
        config, part_key(p, given(p, "start", config) ? "start" : "", key), err,
        "the start %.8g is not between the bounds; allowed: a number from above %.8g to below "
        "%.8g",
        p->start, p->low, p->high);
}

int calibrate_load(struct calibrate_terms *terms, const struct config *config, struct error *err)
{
    struct calibrate_schema schema;
    calibrate_schema(&schema);
    *terms = (struct calibrate_terms){0};
    const int code = config_apply(config, &schema.config, terms, err);
    if (code)
        return code;
    if (terms->parameters_n == 0)
        config_fault(config, "parameters", err, "no parameter is free; allowed: 1 to %d",
                     CALIBRATE_PARAMETERS_MAX);
    for (int k = 0; k < terms->parameters_n; k++)
        check_parameter(terms, k, config, err);
    return err->code;
}

// ---- moments ------------------------------------------------------------------------------------

// Is `id` one of the words of `list`?
static bool listed(const char *list, const char *id)
{
    const size_t n = strlen(id);
    for (const char *at = list; *at;) {
        const size_t blank = strspn(at, " ,"), length = strcspn(at + blank, " ,");
        if (length == n && n > 0 && strncmp(at + blank, id, n) == 0)
            return true;
        at += blank + length;
    }
    return false;
}

static int check_excluded(const struct calibrate_terms *terms, const struct moments *moments,
                          struct error *err)
{
    for (const char *at = terms->exclude; *at;) {
        const size_t blank = strspn(at, " ,"), length = strcspn(at + blank, " ,");
        char id[FIELD_TEXT_MAX];
        bool found = length == 0;
        snprintf(id, sizeof id, "%.*s", (int)length, at + blank);
        for (int i = 0; i < moments->n && !found; i++)
            found = strcmp(moments->moment[i].id, id) == 0;
        if (!found)
            error_add(err, ERROR_INPUT, "exclude: there is no moment '%s'; allowed: ids of the moments", id);
        at += blank + length;
    }
    return err->code;
}

int calibrate_choose(const struct calibrate_terms *terms, const struct moments *moments, int *chosen, int *n,
                     struct error *err)
{
    *n = 0;
    if (check_excluded(terms, moments, err))
        return ERROR_INPUT;
    for (int i = 0; i < moments->n; i++) {
        const struct moment *moment = &moments->moment[i];
        const bool used =
            terms->use == CALIBRATE_ALL || strcmp(moment->use, calibrate_use_names[terms->use]) == 0;
        if (!used || listed(terms->exclude, moment->id))
            continue;
        if (!(calibrate_tolerance(terms, moment) > 0.0))
            error_add(err, ERROR_INPUT, "%s: has neither tolerance nor value; allowed: one of them not zero",
                      moment->id);
        chosen[(*n)++] = i;
    }
    if (*n == 0)
        error_add(err, ERROR_INPUT, "use: no moment is left; allowed: at least one");
    return err->code;
}

double calibrate_tolerance(const struct calibrate_terms *terms, const struct moment *moment)
{
    const double floor = terms->tolerance_floor_frac * fabs(moment->value);
    return moment->tolerance > floor ? moment->tolerance : floor;
}

int64_t calibrate_until(const struct moments *moments, const int *chosen, int n)
{
    int64_t until = 0;
    for (int i = 0; i < n; i++) {
        const int64_t last = expression_last_month(&moments->moment[chosen[i]].expression);
        until = last > until ? last : until;
    }
    return until;
}

void calibrate_value_text(const struct calibrate_parameter *parameter, double value, char *out, size_t size)
{
    if (parameter->whole)
        snprintf(out, size, "%.0f", value);
    else
        number_format(value, out, size);
}
