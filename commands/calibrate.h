// calibrate: `mangrove calibrate CALIBRATION.yaml -o DIR`: what analysis/calibrate computes, with members of
// the model.
#ifndef COMMANDS_CALIBRATE_H
#define COMMANDS_CALIBRATE_H

#include "commands/command.h"

// Writes journal, report, tables, overlay and sample into DIR. Returns ERROR_STOPPED after SIGINT or SIGTERM;
// finished trials are then in the journal.
int calibrate_command(const struct command_call *call, struct error *err);

#endif
