#!/usr/bin/env bash
# check_includes: the directions between folders and the one file of each outside library.
#   sim <- models <- commands <- main.c; analysis sees sim without live state, and models/metrics.h; a header of an outside
#   library is included by its own file only, and no file of mangrove_core reaches one, directly or through a header.
# Usage: check_includes.sh [--self-test]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${MANGROVE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
cc=${MANGROVE_CC:-cc}

outside='(yaml|hdf5|hdf5_hl|H5[A-Za-z]*|omp|mpi)\.h|gsl/.*'

# io_files ROOT: the files that may include an outside library, from the one list in CMakeLists.txt.
io_files() {
    sed -n '/^set(MANGROVE_IO_FILES/,/)/p' "$1/CMakeLists.txt" | grep -oE '[a-z_/]+\.c' || true
}

# may_include FILE HEADER: is HEADER (a project header's path) in a direction that FILE may look?
may_include() {
    case $1 in
    sim/*) [[ $2 == sim/* ]] ;;
    models/*) [[ $2 == sim/* || $2 == models/* ]] ;;
    analysis/*)
        case $2 in
        sim/table.h | sim/ledger.h | sim/run.h) return 1 ;; # the live world
        sim/* | analysis/* | models/metrics.h) return 0 ;;
        *) return 1 ;;
        esac
        ;;
    *) [[ $2 != tests/* ]] ;; # commands and main.c see every folder
    esac
}

# may_use FILE HEADER: may FILE include this outside header?
may_use() {
    case $2 in
    omp.h) [ "$1" = sim/par.c ] ;;
    mpi.h) [ "$1" = sim/comm.c ] ;;
    yaml.h) [ "$1" = sim/yaml.c ] ;;
    gsl/*) [ "$1" = analysis/minimise.c ] || [ "$1" = analysis/statistics.c ] ;;
    *) [ "$1" = sim/output.c ] || [ "$1" = analysis/read.c ] ;;
    esac
}

# check_file ROOT FILE: prints what is wrong with the includes and calls of one file.
check_file() {
    local header
    while IFS= read -r header; do
        may_include "$2" "$header" || echo "$2: may not include \"$header\""
    done < <(sed -nE 's/^ *# *include *"([^"]+)".*/\1/p' "$1/$2")
    while IFS= read -r header; do
        may_use "$2" "$header" || echo "$2: may not include <$header>"
    done < <(sed -nE 's/^ *# *include *[<"]([^>"]+)[>"].*/\1/p' "$1/$2" | grep -E "^($outside)\$" || true)
    grep -nE '(^|[^a-zA-Z_"])setlocale *\(' "$1/$2" | sed "s|^|$2:|; s|\$| (setlocale changes how numbers are read)|" || true
}

# check_reach ROOT: compiles the dependency list of each core file and looks for outside headers in it.
check_reach() {
    local file reached
    while IFS= read -r file; do
        reached=$("$cc" -M -std=c11 -D_GNU_SOURCE -fopenmp -I "$1" "$1/$file" 2>&1) || {
            echo "$file: does not preprocess without the outside libraries: $reached"
            continue
        }
        [ "$file" = sim/par.c ] && reached=${reached//omp.h/}
        reached=$(tr -s '[:space:]' '\n' <<<"$reached" | grep -E "(^|/)($outside)\$" | head -n 1 || true)
        [ -z "$reached" ] || echo "$file: reaches $reached, though it is part of mangrove_core"
    done < <(cd "$1" && find sim models analysis -name '*.c' | sort | grep -vxF "$(io_files "$1")")
}

sources() {
    (cd "$1" && find sim models analysis commands main.c '(' -name '*.[ch]' -o -name '*.inc' ')' | sort)
}

check() {
    local found
    found=$(
        sources "$1" | while IFS= read -r file; do check_file "$1" "$file"; done
        check_reach "$1"
    )
    if [ -n "$found" ]; then
        echo "$found"
        return 1
    fi
    echo "$(sources "$1" | wc -l) files checked"
}

# sound_tree: a small project in which every rule is used and kept.
sound_tree() {
    rm -rf "$tree"
    mkdir -p "$tree"/{sim,models/instruments,analysis,commands}
    cd "$tree"
    printf 'set(MANGROVE_IO_FILES\n    sim/yaml.c\n    sim/output.c\n    analysis/read.c\n    analysis/statistics.c\n)\n' >CMakeLists.txt
    echo '#include <stdint.h>' | tee sim/error.h sim/table.h models/metrics.h models/model.h commands/run.h >/dev/null
    printf '#include "sim/error.h"\n#include <yaml.h>\n' >sim/yaml.c
    printf '#include "sim/error.h"\n#include <hdf5.h>\n#include <hdf5_hl.h>\n' | tee sim/output.c >analysis/read.c
    printf '#include "sim/table.h"\n' >sim/table.c
    printf '#include <omp.h>\n' >sim/par.c
    printf '#include "models/model.h"\n#include "sim/table.h"\n' >models/instruments/guarantee.c
    printf '#include <gsl/gsl_cdf.h>\n' >analysis/statistics.c
    printf '#include "models/metrics.h"\n#include "sim/error.h"\n' >analysis/compare.c
    printf '#include "models/model.h"\n#include "analysis/read.h"\n' >commands/run.c
    printf '#include "commands/run.h"\n' >main.c
    cd - >/dev/null
}

# plant WHAT FILE LINE: adds LINE to FILE of the sound tree and expects the check to fail.
plant() {
    sound_tree
    echo "$3" >>"$tree/$2"
    self_test_expect fail "$1" check "$tree"
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    tree=$self_test_dir/tree
    sound_tree
    self_test_expect pass "sound tree" check "$tree"
    plant "sim looks at models" sim/table.c '#include "models/model.h"'
    plant "models look at commands" models/instruments/guarantee.c '#include "commands/run.h"'
    plant "models look at analysis" models/model.h '#include "analysis/compare.h"'
    plant "analysis looks at the world" analysis/compare.c '#include "models/model.h"'
    plant "analysis looks at live tables" analysis/compare.c '#include "sim/table.h"'
    plant "main looks at tests" main.c '#include "tests/unit/rng.h"'
    plant "hdf5.h in a second file" sim/table.c '#include <hdf5.h>'
    plant "an HDF5 header in a command" commands/run.c '#  include "H5DSpublic.h"'
    plant "yaml.h in a model" models/model.h '#include <yaml.h>'
    plant "omp.h in a model" models/instruments/guarantee.c '#include <omp.h>'
    plant "mpi.h in the kernel" sim/par.c '#include <mpi.h>'
    plant "GSL in the kernel" sim/table.c '#include <gsl/gsl_rng.h>'
    plant "GSL in a core file of the analysis" analysis/compare.c '#include <gsl/gsl_cdf.h>'
    plant "setlocale" commands/run.c 'void f(void) { setlocale(LC_ALL, ""); }'
    sound_tree
    echo '#define LIBRARY <omp.h>' >>"$tree/sim/error.h"
    echo '#include LIBRARY' >>"$tree/sim/error.h"
    echo '#include "sim/error.h"' >>"$tree/sim/table.c"
    self_test_expect fail "core reaches a library behind a macro" check "$tree"
    self_test_end
fi

check "$root"
