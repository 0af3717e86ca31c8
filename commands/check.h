// check: `mangrove check SCENARIO.yaml...`: parses and validates, runs nothing.
#ifndef COMMANDS_CHECK_H
#define COMMANDS_CHECK_H

#include "commands/command.h"

// Prints `FILE: ok` and a line about each sound scenario; the faults of all others go to `err`.
int check_command(const struct command_call *call, struct error *err);

#endif
