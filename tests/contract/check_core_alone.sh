#!/usr/bin/env bash
# check_core_alone: all of mangrove_core links with the C and OpenMP libraries and libm, and nothing else: it can be compiled for a
# browser page, and no call of it leads to HDF5, libyaml, MPI or GSL.
# Usage: check_core_alone.sh [--self-test]; reads libmangrove_core.a of MANGROVE_BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cc=${MANGROVE_CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check ARCHIVE: links a program with every object of the archive.
check() {
    [ -f "$1" ] || { echo "no $1"; return 1; }
    echo 'int main(void) { return 0; }' >"$work/main.c"
    "$cc" -fopenmp -o "$work/main" "$work/main.c" -Wl,--whole-archive "$1" -Wl,--no-whole-archive -lm || return 1
    "$work/main" || return 1
    echo "$(ar t "$1" | wc -l) objects linked"
}

if [ "${1:-}" = --self-test ]; then
    rmdir "$work"
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    work=$self_test_dir
    echo 'int rng_x(int x) { return x; }' >"$work/rng.c"
    (cd "$work" && "$cc" -c rng.c && ar rc sound.a rng.o)
    self_test_expect pass "sound archive" check "$work/sound.a"
    echo 'int yaml_load(void); int config_load(void) { return yaml_load(); }' >"$work/config.c"
    (cd "$work" && "$cc" -c config.c && ar rc leaky.a rng.o config.o)
    self_test_expect fail "core that calls the other library" check "$work/leaky.a"
    self_test_expect fail "no archive" check "$work/none.a"
    self_test_end
fi

build=${MANGROVE_BUILD_DIR:?set MANGROVE_BUILD_DIR to a build folder}
check "$build/libmangrove_core.a"
