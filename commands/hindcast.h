// hindcast: `mangrove hindcast RUN.h5 --series FILE.csv`: what analysis/hindcast computes, from files.
#ifndef COMMANDS_HINDCAST_H
#define COMMANDS_HINDCAST_H

#include "commands/command.h"

int hindcast_command(const struct command_call *call, struct error *err);

#endif
