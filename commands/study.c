#include "commands/study.h"

#include <stdlib.h>
#include <string.h>
#include "commands/scenario.h"
#include "sim/yaml.h"

// ---- two configurations out of one file ---------------------------------------------------------

// What belongs to the study, and what to its scenario; places and the order of setting stay.
static int divide(const struct config *all, struct config *study, struct config *scenario, struct error *err)
{
    for (int i = 0; i < all->n; i++) {
        const struct config_entry *e = &all->entry[i];
        struct config *to = study_key(e->key) ? study : scenario;
        const int code = config_set_at(to, e->key, e->key_place, e->mapping ? NULL : e->text, e->place, err);
        if (code)
            return code;
        to->entry[to->n - 1].serial = e->serial; // each key comes once, so it is the last one
        to->serial = all->serial;
    }
    return ERROR_NONE;
}

static int load_study(struct study_plan *plan, const struct config *config, struct error *err)
{
    const struct config_section section = {"study", "a published evaluation", study_fields, study_fields_n,
                                           offsetof(struct study_plan, study)};
    const struct config_map map = {.path = "outcomes",
                                   .doc = "what it measured",
                                   .common = study_outcome_fields,
                                   .common_n = study_outcome_fields_n,
                                   .entries_max = STUDY_OUTCOMES_MAX,
                                   .entry = study_outcome_entry};
    const struct config_schema schema = {&section, 1, &map, 1};
    const int code = config_apply(config, &schema, plan, err);
    return code ? code : study_check(plan, config, err);
}

static int read_file(const char *path, struct config *config, struct error *err)
{
    struct model_schema schema;
    model_schema(&schema);
    return yaml_load(config, path, &schema.config, err);
}

// ---- relations between the study and its scenario -----------------------------------------------

static int find_programme(const struct model *model, const char *name)
{
    for (int p = 0; p < model->programmes_n; p++)
        if (strcmp(model->programme[p].name, name) == 0)
            return p;
    return -1;
}

static int programme_named(const struct model *model, const struct config *config, const char *key,
                           const char *name, struct error *err)
{
    const char *names[PROGRAMMES_MAX];
    const int found = find_programme(model, name);
    if (found >= 0)
        return found;
    for (int p = 0; p < model->programmes_n; p++)
        names[p] = model->programme[p].name;
    const char *near = field_nearest(name, names, model->programmes_n);
    config_fault(config, key, err, "the scenario has no programme '%s'; allowed: one of its programmes%s%s%s",
                 name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

// What the design asks of the programme's terms; faults stand at the study's design.
static void check_design(const struct study_file *file, const struct config *config, struct error *err)
{
    const struct programme *p = &file->model->programme[file->survey.programme];
    static const char *const wants[STUDY_DESIGNS_N] = {
        "programmes.%s.offered_frac between 0 and 1, awarded_frac 1",
        "programmes.%s.awarded_frac between 0 and 1, offered_frac 1, delay_months at least 1",
        "programmes.%s.workers_max within the frame's sizes, offered_frac and awarded_frac 1",
        "programmes.%s.offered_frac and awarded_frac 1"};
    const struct programme *frame = &file->model->programme[file->survey.frame];
    const bool offer =
        p->offered_frac > 0.0 && p->offered_frac<1.0, award = p->awarded_frac> 0.0 && p->awarded_frac < 1.0;
    const bool all = p->offered_frac == 1.0 && p->awarded_frac == 1.0;
    const bool fits[STUDY_DESIGNS_N] = {
        offer && p->awarded_frac == 1.0, award && p->offered_frac == 1.0 && p->delay_months >= 1.0,
        all && frame->workers_min < p->workers_max && frame->workers_max > p->workers_max, all};
    char want[CONFIG_KEY_MAX];
    if (fits[file->plan.study.design])
        return;
    snprintf(want, sizeof want, wants[file->plan.study.design], p->name);
    config_fault(config, "study.design", err, "'%s' does not fit the programme; allowed: with %s",
                 study_design_labels[file->plan.study.design], want);
}

static void check_period(const struct study_file *file, const struct config *config, struct error *err)
{
    enum { BASELINE_MONTHS = 12 }; // of sales before the programme
    const struct model *m = file->model;
    const struct programme *p = &m->programme[file->survey.programme];
    if (!p->enabled)
        config_fault(config, "study.programme", err, "'%s' is not enabled; allowed: an enabled programme",
                     p->name);
    if (p->start < m->run.start + BASELINE_MONTHS)
        config_fault(config, "study.programme", err,
                     "'%s' opens less than %d months after run.start; allowed: a later start, since firms "
                     "are asked for a year's sales before it opens",
                     p->name, BASELINE_MONTHS);
}

// ---- the file -----------------------------------------------------------------------------------

static int resolve(struct study_file *file, const struct config *config, struct error *err)
{
    const struct study *study = &file->plan.study;
    struct survey_plan *survey = &file->survey;
    survey->programme = programme_named(file->model, config, "study.programme", study->programme, err);
    survey->frame = *study->frame ? programme_named(file->model, config, "study.frame", study->frame, err)
                                  : survey->programme;
    if (err->code)
        return err->code;
    check_design(file, config, err);
    check_period(file, config, err);
    const struct programme *p = &file->model->programme[survey->programme];
    survey->opens = (int)(p->start - file->model->run.start);
    survey->intake = (int)study->intake_months;
    survey->waves_n = study_waves(&file->plan, survey->months);
    file->model->run.until = p->start + survey->months[survey->waves_n - 1] - 1;
    *file->closed = *file->model;
    file->closed->programme[survey->programme].enabled = 0;
    return err->code;
}

static int load_parts(struct study_file *file, struct config *study, struct config *scenario,
                      const struct command_call *call, struct error *err)
{
    int code = call ? scenario_override(scenario, call, err) : ERROR_NONE;
    const int wrong = load_study(&file->plan, study, err);
    code = code ? code : wrong;
    const int bad = model_load(file->model, scenario, err);
    code = code ? code : bad;
    return code ? code : resolve(file, study, err);
}

int study_file_load(struct study_file *file, const char *path, const struct command_call *call,
                    struct error *err)
{
    struct config *all = config_create(), *study = config_create(), *scenario = config_create();
    *file = (struct study_file){.path = path};
    file->model = calloc(1, sizeof *file->model);
    file->closed = calloc(1, sizeof *file->closed);
    int code = all && study && scenario && file->model && file->closed
                   ? ERROR_NONE
                   : error_add(err, ERROR_WORK, "%s: no memory", path);
    if (!code)
        code = read_file(path, all, err);
    if (!code)
        code = divide(all, study, scenario, err);
    if (!code)
        code = load_parts(file, study, scenario, call, err);
    config_free(all);
    config_free(study);
    config_free(scenario);
    return code;
}

void study_file_free(struct study_file *file)
{
    free(file->model);
    free(file->closed);
    *file = (struct study_file){0};
}
