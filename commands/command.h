// command: what every command is made of: a row of the table in main.c, option rows, and the call as parsed.
// Help, error hints, the man page and shell completion are made from these rows.
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include "analysis/report_text.h"
#include "sim/config.h"
#include "sim/error.h"

// An option. Long options are `--name VALUE` or `--name=VALUE`, flags take no value.
struct command_option {
    const char *name;     // without the dashes
    char letter;          // of the short form, 0 if it has none
    const char *argument; // what the value is called, NULL for a flag
    const char *key;      // the parameter that it sets (a key path), NULL if it sets none
    bool repeated;        // may be given several times; the others count once, the last one wins
    const char *doc;
};

struct command_call;
struct command {
    const char *name;
    const char *arguments; // what stands after the options, as shown: "SCENARIO.yaml..."
    int arguments_min;     //
    int arguments_max;     // -1: any number
    const char *summary;   // one line
    const char *details;   // further lines of the help, "" if none
    int (*run)(const struct command_call *call, struct error *err);
    const struct command_option *options;
    int options_n;
};
extern const struct command commands[]; // main.c
extern const int commands_n;

enum { COMMAND_VALUES_MAX = 256, COMMAND_ARGUMENTS_MAX = 1024 };

// A call of a command: its arguments, and the options in the order in which they stood.
struct command_call {
    const struct command *command;
    int arguments_n;
    const char *argument[COMMAND_ARGUMENTS_MAX];
    int values_n;
    struct {
        const struct command_option *option;
        const char *text; // "" of a flag
    } value[COMMAND_VALUES_MAX];
};

// Runs what the command line asks for and returns the exit status. Faults of the call and of the command go
// to standard error.
int command_main(int argc, char **argv);

// The text of an option, the last one if it was given several times; NULL if it was not given.
const char *command_text(const struct command_call *call, const char *option);
bool command_given(const struct command_call *call, const char *option);

// A whole number of an option within bounds; `fallback` if it was not given. Returns ERROR_INPUT with the
// option's name.
int command_whole(const struct command_call *call, const char *option, int64_t low, int64_t high,
                  int64_t *value, struct error *err);

// The format that --format names, text if it was not given. Returns ERROR_INPUT with what is allowed.
int command_format(const struct command_call *call, enum report_format *format, struct error *err);

// Adds the fault `what: unknown NAME 'word'; allowed: ...; did you mean 'x'?` and returns ERROR_INPUT.
int command_unknown(struct error *err, const char *what, const char *word, const char *const *names, int n);

// The option row that several commands share.
#define COMMAND_FORMAT                                                                                       \
    {                                                                                                        \
        .name = "format", .argument = "FORMAT",                                                              \
        .doc = "text (default), markdown, csv or json; csv and json are complete"                            \
    }

#endif
