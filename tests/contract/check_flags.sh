#!/usr/bin/env bash
# check_flags: every file of the program is compiled with the flags on which equal bits rest, and none with a flag that
# lets the compiler change arithmetic; and the sources refuse to compile under -ffast-math.
# Usage: check_flags.sh [--self-test]; reads compile_commands.json of MANGROVE_BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${MANGROVE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
cc=${MANGROVE_CC:-cc}

required='-std=c11 -ffp-contract=off -fno-math-errno -fno-trapping-math'

# wrong COMMAND: prints each thing wrong with the flags of one compilation.
wrong() {
    local word flag contract='' dialect=''
    for flag in $required; do
        case " $1 " in
        *" $flag "*) ;;
        *) echo "without $flag" ;;
        esac
    done
    for word in $1; do
        case $word in
        -ffast-math | -Ofast | -funsafe-math-optimizations | -fassociative-math | -freciprocal-math | \
            -ffinite-math-only | -fno-signed-zeros | -mfpmath=* | -ffp-model=* | -fsingle-precision-constant)
            echo "with $word" ;;
        -ffp-contract=*) contract=$word ;; # the last one counts: ours come after the user's
        -std=*) dialect=$word ;;
        esac
    done
    [ "$contract" = -ffp-contract=off ] || echo "ends with ${contract:-no -ffp-contract}"
    [ "$dialect" = -std=c11 ] || echo "ends with ${dialect:-no -std}"
}

# check_commands FILE: each "command" line of a compile_commands.json.
check_commands() {
    local line found bad=0 count=0
    while IFS= read -r line; do
        count=$((count + 1))
        found=$(wrong "$line")
        if [ -n "$found" ]; then
            printf '%s\n    in: %s\n' "$found" "$line"
            bad=1
        fi
    done < <(grep -E '^ *"command":' "$1" | sed -E 's/^ *"command": "(.*)",?$/\1/')
    [ "$count" -gt 0 ] || { echo "no command in $1"; return 1; }
    [ "$bad" -eq 0 ] && echo "$count commands checked"
}

# refuses FLAG FILE: FILE must not compile under FLAG.
refuses() {
    if "$cc" -std=c11 -D_GNU_SOURCE -O2 "$1" -fsyntax-only -I "$root" "$2" 2>/dev/null; then
        echo "$2 compiles under $1; it must refuse with #error"
        return 1
    fi
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    commands=$self_test_dir/compile_commands.json
    plant() {
        printf '[\n{\n  "directory": "/b",\n  "command": "cc %s -o a.o -c a.c",\n  "file": "a.c"\n}\n]\n' "$3" >"$commands"
        self_test_expect "$1" "$2" check_commands "$commands"
    }
    plant pass "sound command" "-O3 $required -Wall"
    plant pass "user's -ffp-contract=fast, taken back" "-ffp-contract=fast -O3 $required -Wall"
    plant fail "-ffast-math" "-O3 -ffast-math $required"
    plant fail "-ffast-math at the end" "-O3 $required -ffast-math"
    plant fail "-Ofast" "-Ofast $required"
    plant fail "contraction at the end" "-O3 $required -ffp-contract=fast"
    plant fail "another dialect at the end" "-O3 $required -std=gnu11"
    for flag in $required; do
        plant fail "without $flag" "-O3 ${required/"$flag"/}"
    done
    echo '[]' >"$commands"
    self_test_expect fail "no command at all" check_commands "$commands"
    echo 'int rng_x;' >"$self_test_dir/rng.c"
    self_test_expect fail "source that accepts -ffast-math" refuses -ffast-math "$self_test_dir/rng.c"
    printf '#ifdef __FAST_MATH__\n#error fast\n#endif\n' >>"$self_test_dir/rng.c"
    self_test_expect pass "source that refuses -ffast-math" refuses -ffast-math "$self_test_dir/rng.c"
    self_test_end
fi

build=${MANGROVE_BUILD_DIR:?set MANGROVE_BUILD_DIR to a build folder}
status=0
check_commands "$build/compile_commands.json" || status=1
refuses -ffast-math "$root/sim/vmath.c" || status=1
exit "$status"
