// digest: `mangrove digest RUN.h5`: the digest of each replicate's final state.
#ifndef COMMANDS_DIGEST_H
#define COMMANDS_DIGEST_H

#include "commands/command.h"

int digest_command(const struct command_call *call, struct error *err);

#endif
