// describe: `mangrove describe TOPIC [NAME]`: walks the rows that the program itself works by.
#ifndef COMMANDS_DESCRIBE_H
#define COMMANDS_DESCRIBE_H

#include "commands/command.h"

int describe_command(const struct command_call *call, struct error *err);

#endif
