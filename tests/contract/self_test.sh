# shellcheck shell=bash
# self_test: sourced by the check_*.sh beside it. A check proves with --self-test that it bites: it is run on a small
# sound tree, where it must be silent, and on the same tree with one planted fault, where it must fail.

self_test_dir=$(mktemp -d)
trap 'rm -rf "$self_test_dir"' EXIT
self_test_wrong=0

# self_test_expect pass|fail WHAT COMMAND...: runs the check and compares its verdict.
self_test_expect() {
    local want=$1 what=$2 got=pass
    shift 2
    "$@" >"$self_test_dir.log" 2>&1 || got=fail
    if [ "$got" = "$want" ]; then
        echo "ok: $what: $got"
    else
        echo "WRONG: $what: expected $want, got $got"
        sed 's/^/    /' "$self_test_dir.log"
        self_test_wrong=1
    fi
    rm -f "$self_test_dir.log"
}

# self_test_end: exits with 0 if every verdict was the expected one.
self_test_end() {
    exit "$self_test_wrong"
}
