// stylised: `mangrove stylised RUN.h5 --facts FILE.csv`: what analysis/stylised computes, from files.
#ifndef COMMANDS_STYLISED_H
#define COMMANDS_STYLISED_H

#include "commands/command.h"

// Returns ERROR_STRICT with --strict if a fact lies outside its accepted range.
int stylised_command(const struct command_call *call, struct error *err);

#endif
