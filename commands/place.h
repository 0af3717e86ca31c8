// place: where the files lie that come with the program.
#ifndef COMMANDS_PLACE_H
#define COMMANDS_PLACE_H

#include <limits.h>
#include "sim/error.h"

// The file of targets: `given` if it is not NULL, else the one of the folder called from
// (analysis/targets.yaml), of the source tree around the program, or of the installation. Returns ERROR_INPUT
// if there is none.
int place_targets(const char *given, char path[PATH_MAX], struct error *err);

#endif
