#!/usr/bin/env bash
# check_core_alone: all of mangrove_core links with the C and OpenMP libraries and libm, and nothing else. So it can be compiled for a
# browser page, and no call of it leads to HDF5, libyaml, MPI or GSL.
# Usage: check_core_alone.sh [--self-test]; reads libmangrove_core.a of MANGROVE_BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cc=${MANGROVE_CC:-cc}

# check ARCHIVE: links a program with every object of the archive.
check() {
    [ -f "$1" ] || return 1
    "$cc" -fopenmp -o "$work/alone" "$work/main.c" -Wl,--whole-archive "$1" -Wl,--no-whole-archive -lm || return 1
    echo "$(ar t "$1" | wc -l) objects link without any other library"
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    work=$self_test_dir
    echo 'int main(void) { return 0; }' >"$work/main.c"
    plant() {
        echo "$4" | "$cc" -x c -c -o "$work/$3.o" -
        rm -f "$work/core.a"
        ar qc "$work/core.a" "$work"/*.o
        self_test_expect "$1" "$2" check "$work/core.a"
    }
    self_test_expect fail "no archive" check "$work/core.a"
    plant pass "sound kernel" rng 'int rng_x(int x) { return x; }'
    plant fail "model that loads a file" tax 'int yaml_load(void); int tax_x(void) { return yaml_load(); }'
    plant pass "model without that call" tax 'int tax_x(void) { return 1; }'
    plant fail "analysis that reads files" twins 'int read_run(void); int twins_x(void) { return read_run(); }'
    plant fail "analysis that calls GSL" twins 'double gsl_cdf_tdist_Pinv(double, double);
        double twins_x(double p) { return gsl_cdf_tdist_Pinv(p, 9); }'
    self_test_end
fi

build=${MANGROVE_BUILD_DIR:?set MANGROVE_BUILD_DIR to a build folder}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int main(void) { return 0; }' >"$work/main.c"
check "$build/libmangrove_core.a"
