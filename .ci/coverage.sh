#!/usr/bin/env bash
# coverage.sh BUILD_DIR PERCENT: line coverage of sim and of models after the tests of an instrumented build have run; each
# must reach PERCENT. The last line is "N passed, N failed".
set -euo pipefail
build=$1
least=$2
cd "$(dirname "$0")/.."

passed=0 failed=0
traces=$build/coverage.json
gcovr --root . --object-directory "$build" --filter 'sim/' --filter 'models/' --json "$traces" >/dev/null
for folder in sim models; do
    table=$(gcovr --root . --add-tracefile "$traces" --filter "$folder/")
    percent=$(awk '/^TOTAL/ {print $4 + 0}' <<<"$table")
    if awk -v p="${percent:-0}" -v least="$least" 'BEGIN {exit !(p >= least)}'; then
        echo "$folder: $percent % of lines, at least $least %"
        passed=$((passed + 1))
    else
        echo "$folder: ${percent:-0} % of lines, below $least %; by file:"
        grep '%' <<<"$table" || true
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
