#!/usr/bin/env bash
# check_core_alone: the kernel and the models link with the C and OpenMP libraries and libm, and nothing else; all of mangrove_core
# with GSL besides. So it can be compiled for a browser page, and no call of it leads to HDF5, libyaml or MPI.
# Usage: check_core_alone.sh [--self-test]; reads the objects of mangrove_core in MANGROVE_BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cc=${MANGROVE_CC:-cc}

# check OBJECTS: links a program with every object of sim and models, and one with all objects and GSL.
check() {
    local stepping all gsl
    gsl=$(pkg-config --libs gsl 2>/dev/null || echo -lgsl -lgslcblas -lm)
    mapfile -t stepping < <(find "$1/sim" "$1/models" -name '*.o')
    mapfile -t all < <(find "$1" -name '*.o')
    [ "${#stepping[@]}" -gt 0 ] || return 1
    "$cc" -fopenmp -o "$work/stepping" "$work/main.c" "${stepping[@]}" -lm || return 1
    # shellcheck disable=SC2086 # a list of flags
    "$cc" -fopenmp -o "$work/all" "$work/main.c" "${all[@]}" $gsl || return 1
    echo "${#stepping[@]} objects link without any library, ${#all[@]} with GSL"
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    work=$self_test_dir
    echo 'int main(void) { return 0; }' >"$work/main.c"
    plant() {
        echo "$4" | "$cc" -x c -c -o "$work/core/$3.o" -
        self_test_expect "$1" "$2" check "$work/core"
    }
    mkdir -p "$work"/core/{sim,models,analysis}
    self_test_expect fail "no objects" check "$work/core"
    plant pass "sound kernel" sim/rng 'int rng_x(int x) { return x; }'
    plant pass "analysis with GSL" analysis/statistics 'double gsl_cdf_tdist_Pinv(double, double);
        double statistics_t(double p) { return gsl_cdf_tdist_Pinv(p, 9); }'
    plant fail "model that calls the analysis" models/tax 'double statistics_t(double); double tax_x(void) { return statistics_t(.5); }'
    plant pass "model without that call" models/tax 'double tax_x(void) { return 1; }'
    plant fail "analysis that reads files" analysis/twins 'int read_run(void); int twins_x(void) { return read_run(); }'
    self_test_end
fi

build=${MANGROVE_BUILD_DIR:?set MANGROVE_BUILD_DIR to a build folder}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int main(void) { return 0; }' >"$work/main.c"
check "$build/CMakeFiles/mangrove_core.dir"
