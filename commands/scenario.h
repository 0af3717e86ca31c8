// scenario: a scenario file with what the command line says over it, as a model.
#ifndef COMMANDS_SCENARIO_H
#define COMMANDS_SCENARIO_H

#include "commands/command.h"
#include "models/model.h"

struct scenario {
    const char *path;
    struct config *config;
    struct model_schema schema;
    struct model *model;
};

// Loads `path`, then --set and the options that set parameters in the order in which they stand (places
// `--set`,
// `--agents`), and fills the model. `call` may be NULL. Returns ERROR_INPUT with all faults, or ERROR_WORK.
// Free it with scenario_free either way.
int scenario_load(struct scenario *scenario, const char *path, const struct command_call *call,
                  struct error *err);
void scenario_free(struct scenario *scenario);

// Sets what the command line says over the files: --set and the options that set parameters, in their order.
int scenario_override(struct config *config, const struct command_call *call, struct error *err);

// How many programmes are enabled.
int scenario_programmes_n(const struct scenario *scenario);

// The option rows that set parameters, for the commands that load scenarios.
#define SCENARIO_OPTIONS                                                                                     \
    {.name = "agents",                                                                                       \
     .argument = "N|full",                                                                                   \
     .key = "run.agents",                                                                                    \
     .doc = "firm agents at the start; full: one per enterprise"},                                           \
        {.name = "replicates",                                                                               \
         .argument = "N",                                                                                    \
         .key = "run.replicates",                                                                            \
         .doc = "repetitions, each with luck of its own"},                                                   \
        {.name = "seed", .argument = "N", .key = "run.seed", .doc = "seed of all draws"},                    \
        {.name = "until", .argument = "YYYY-MM", .key = "run.until", .doc = "last month"},                   \
        {.name = "panel",                                                                                    \
         .argument = "SHARE",                                                                                \
         .key = "run.panel_share",                                                                           \
         .doc = "share of firms that the panel follows"},                                                    \
    {                                                                                                        \
        .name = "set", .argument = "KEY=VALUE", .repeated = true,                                            \
        .doc = "sets any parameter that `mangrove describe parameters` lists"                                \
    }

#endif
