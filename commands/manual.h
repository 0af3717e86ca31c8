// manual: help, man page and shell completion, all made from the command table and its option rows.
#ifndef COMMANDS_MANUAL_H
#define COMMANDS_MANUAL_H

#include <stdio.h>
#include "commands/command.h"

void manual_overview(FILE *to);                               // `mangrove --help`
void manual_command(const struct command *command, FILE *to); // `mangrove COMMAND --help`
void manual_page(FILE *to);                                   // `mangrove --manual`: mangrove(1), for man
void manual_completion(FILE *to);                             // `mangrove --completion`: for bash

#endif
