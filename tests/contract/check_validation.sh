#!/usr/bin/env bash
# check_validation: docs/validation.md and its figures are what docs/validate recorded, and the model's golden metrics, the evidence and
# the settings are those it was made from. No simulation. Where the evidence stands beside the tree, analysis/moments/vietnam.csv is a copy of its moments.
# Usage: check_validation.sh [--self-test]
set -euo pipefail
export LC_ALL=C # the order of files
here=$(cd "$(dirname "$0")" && pwd)
root=${MANGROVE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}

# check ROOT
check() {
    if [ -f "$1/../shared/evidence/moments.csv" ]; then
        cmp "$1/../shared/evidence/moments.csv" "$1/analysis/moments/vietnam.csv" || return 1
    fi
    "$1/docs/validate" --check
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    tree=$self_test_dir/tree
    sound() {
        rm -rf "$tree"
        mkdir -p "$tree"/{docs,tests/golden,analysis}
        cp -r "$root/docs/." "$tree/docs"
        cp -r "$root/analysis/moments" "$tree/analysis"
        cp -r "$root/tests/golden/metrics" "$tree/tests/golden"
        sed -i "2,\$d" "$tree/analysis/moments/vietnam_notes.csv"
        "$tree/docs/validate" --record
    }
    sound
    self_test_expect pass "what was recorded" check "$tree"
    echo '2031-12,1' >>"$tree/tests/golden/metrics/baseline.csv"
    self_test_expect fail "the model has changed" check "$tree"
    sound
    sed -i '2s/0\.744/0.745/' "$tree/analysis/moments/vietnam.csv"
    self_test_expect fail "a moment has changed" check "$tree"
    sound
    echo "$(awk -F, '$11 == 1 {print $1; exit}' "$tree/docs/figures/moments.csv"),,it is missed" >>"$tree/analysis/moments/vietnam_notes.csv"
    "$tree/docs/validate" --record
    self_test_expect fail "a note on a moment that lies inside" check "$tree"
    sound
    sed -i '/^| m01 /s/[0-9]/9/3' "$tree/docs/validation.md"
    self_test_expect fail "a number changed by hand" check "$tree"
    sound
    sed -i 's/Pareto/pareto/' "$tree/docs/figures/size_tail.svg"
    self_test_expect fail "a figure changed by hand" check "$tree"
    sound
    rm "$tree/docs/figures/survival.csv"
    self_test_expect fail "a table is missing" check "$tree"
    self_test_end
fi
check "$root"
