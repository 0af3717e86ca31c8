// validate: `mangrove validate RUN.h5 --moments FILE.csv`: what analysis/validate computes, from files.
#ifndef COMMANDS_VALIDATE_H
#define COMMANDS_VALIDATE_H

#include "commands/command.h"

// Returns ERROR_STRICT with --strict if a moment lies outside its tolerance.
int validate_command(const struct command_call *call, struct error *err);

#endif
