# Writes mangrove_version.h: what this build is made of. Run by the build, not by the configuration, so that the
# revision is never stale; the file is touched only when its text changes.
#
# In: source_dir, out, version, compiler, flags.

set(revision unknown)
set(dirty 0)
find_program(git git)
if(git)
    # A checkout of another user's is read all the same: only its revision is asked for.
    set(ask ${git} -c safe.directory=* -C ${source_dir})
    execute_process(COMMAND ${ask} rev-parse --show-toplevel OUTPUT_VARIABLE top ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    file(REAL_PATH ${source_dir} source_real)
    if(top STREQUAL source_real) # not a copy inside some other repository
        execute_process(COMMAND ${ask} rev-parse HEAD OUTPUT_VARIABLE head RESULT_VARIABLE failed ERROR_QUIET
                        OUTPUT_STRIP_TRAILING_WHITESPACE)
        if(NOT failed)
            set(revision ${head})
            execute_process(COMMAND ${ask} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes)
            if(changes)
                set(dirty 1)
            endif()
        endif()
    endif()
endif()

# What decides the numbers: neither paths of this machine nor warnings.
separate_arguments(words UNIX_COMMAND "${flags}")
list(FILTER words EXCLUDE REGEX "/|^-W[a-z]")
list(JOIN words " " flags)
string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" flags "${flags}")

file(CONFIGURE OUTPUT ${out} @ONLY CONTENT [[
// Written by commands/version.cmake at every build.
#ifndef MANGROVE_VERSION_H
#define MANGROVE_VERSION_H

#define MANGROVE_VERSION "@version@"
#define MANGROVE_REVISION "@revision@" // of git, or "unknown" outside a repository
#define MANGROVE_DIRTY @dirty@ // 1: tracked files differ from the revision
#define MANGROVE_COMPILER "@compiler@"
#define MANGROVE_FLAGS "@flags@"

#endif
]])
