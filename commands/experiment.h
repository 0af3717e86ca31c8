// experiment: runs published studies inside the model and prints what they find beside what was published.
#ifndef COMMANDS_EXPERIMENT_H
#define COMMANDS_EXPERIMENT_H

#include "commands/command.h"

int experiment_command(const struct command_call *call, struct error *err);

#endif
