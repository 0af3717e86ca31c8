#include "commands/place.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TARGETS "analysis/targets.yaml"

int place_targets(const char *given, char path[PATH_MAX], struct error *err)
{
    static const char *const beside[] = {"", "../", "../../", "../../../",
                                         "../share/mangrove/"}; // of the program's folder
    char program[PATH_MAX];
    if (given) {
        if (snprintf(path, PATH_MAX, "%s", given) >= PATH_MAX)
            return error_add(err, ERROR_INPUT, "--targets: the path is too long");
        return ERROR_NONE;
    }
    snprintf(path, PATH_MAX, "%s", TARGETS);
    if (access(path, R_OK) == 0)
        return ERROR_NONE;
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(program, '/');
    for (size_t i = 0; slash && i < sizeof beside / sizeof *beside; i++) {
        const int length = (int)(slash + 1 - program);
        if (snprintf(path, PATH_MAX, "%.*s%s%s", length, program, beside[i], TARGETS) < PATH_MAX &&
            access(path, R_OK) == 0)
            return ERROR_NONE;
    }
    return error_add(err, ERROR_INPUT, "%s: not found here nor beside the program; allowed: --targets FILE",
                     TARGETS);
}
