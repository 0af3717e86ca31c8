// place: where the files lie that come with the program, and where results may go.
#ifndef COMMANDS_PLACE_H
#define COMMANDS_PLACE_H

#include <limits.h>
#include <stdbool.h>
#include "sim/error.h"

// The file of targets: `given` if it is not NULL, else the one of the folder called from
// (analysis/targets.yaml), of the source tree around the program, or of the installation. Returns ERROR_INPUT
// if there is none.
int place_targets(const char *given, char path[PATH_MAX], struct error *err);

bool place_is_folder(const char *path);

// Makes the folder if need be, and tries whether a file can be made in it: permissions alone do not tell.
// Returns ERROR_INPUT if not.
int place_folder(const char *folder, struct error *err);

#endif
