// run: `mangrove run SCENARIO.yaml...`: simulates each scenario and writes its results.
#ifndef COMMANDS_RUN_H
#define COMMANDS_RUN_H

#include "commands/command.h"

// Runs nothing unless all scenarios and the places of the results are sound. Returns ERROR_STOPPED after
// SIGINT or SIGTERM; what was finished before stays, nothing half-written has a final name.
int run_command(const struct command_call *call, struct error *err);

#endif
