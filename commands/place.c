#include "commands/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

bool place_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int place_folder(const char *folder, struct error *err)
{
    char trial[PATH_MAX];
    if (!place_is_folder(folder) && mkdir(folder, 0777) != 0)
        return error_add(err, ERROR_INPUT, "%s: cannot be made: %s", folder, strerror(errno));
    if (snprintf(trial, sizeof trial, "%s/.mangrove-XXXXXX", folder) >= (int)sizeof trial)
        return error_add(err, ERROR_INPUT, "-o: the path is too long");
    const int file = mkstemp(trial);
    if (file < 0)
        return error_add(err, ERROR_INPUT, "%s: cannot be written to: %s", folder, strerror(errno));
    close(file);
    unlink(trial);
    return ERROR_NONE;
}
