// compare: `mangrove compare BASE.h5 POLICY.h5...`: what analysis/compare computes, from files.
#ifndef COMMANDS_COMPARE_H
#define COMMANDS_COMPARE_H

#include "commands/command.h"

enum { COMPARE_FILES_MAX = 32 }; // the baseline and policies

int compare_command(const struct command_call *call, struct error *err);

#endif
