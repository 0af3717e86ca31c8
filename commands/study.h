// study: a study file as a model and a plan: a scenario with the sections `study` and `outcomes`.
#ifndef COMMANDS_STUDY_H
#define COMMANDS_STUDY_H

#include "analysis/study.h"
#include "commands/command.h"
#include "models/model.h"
#include "models/survey.h"

struct study_file {
    const char *path;
    struct study_plan plan;
    struct model *model;  // with the programme
    struct model *closed; // its twin: the programme is not enabled
    struct survey_plan survey;
};

// Loads a study file with what the command line sets over it, checks it, and makes the twin model. The run
// ends with the last wave, whatever the scenario says. `call` may be NULL. Returns ERROR_INPUT with all
// faults, or ERROR_WORK. Free it with study_file_free either way.
int study_file_load(struct study_file *file, const char *path, const struct command_call *call,
                    struct error *err);
void study_file_free(struct study_file *file);

#endif
