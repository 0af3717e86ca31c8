#!/usr/bin/env bash
# check_format: every C file is laid out as .clang-format says. The rules are those of clang-format 14; another version
# breaks lines differently, so it is not asked.
# Usage: check_format.sh [--self-test]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${MANGROVE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
format=${MANGROVE_CLANG_FORMAT:-clang-format}

if ! "$format" --version 2>/dev/null | grep -qE 'version 14\.'; then
    echo "skipped: needs clang-format 14"
    exit 77
fi

# check ROOT: all C files below the source folders of ROOT.
check() {
    local files told
    mapfile -t files < <(cd "$1" &&
        find main.c sim models analysis commands tests bench -name '*.[ch]' -o -name '*.inc' 2>/dev/null | sort)
    [ "${#files[@]}" -gt 0 ] || { echo "no C file found below $1"; return 1; }
    if ! told=$(cd "$1" && "$format" --dry-run --Werror "${files[@]}" 2>&1); then
        echo "clang-format -i would change, first line given:"
        grep -E '^[^ ]+:[0-9]+:[0-9]+: ' <<<"$told" | sort -u -t: -k1,1 | cut -d: -f1,2 || echo "$told"
        return 1
    fi
    echo "${#files[@]} files checked"
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    tree=$self_test_dir/tree
    mkdir -p "$tree/sim"
    cp "$root/.clang-format" "$tree"
    self_test_expect fail "no C file at all" check "$tree"
    printf 'int rng_twice(int x)\n{\n    return 2 * x;\n}\n' >"$tree/sim/rng.c"
    self_test_expect pass "sound file" check "$tree"
    printf 'int rng_twice(int x) {\n  return 2*x;\n}\n' >"$tree/sim/rng.h"
    self_test_expect fail "other layout" check "$tree"
    self_test_end
fi

check "$root"
