#!/usr/bin/env bash
# bit_matrix.sh [--agents N] [--until YYYY-MM] [--scenarios "FILE..."] BUILD...: runs the same scenarios with the program of each build/BUILD, the first
# one also with 2 and 7 threads, and compares the digests of the final states: all must be the same bits. Files
# of one program must be the same bytes for any number of threads. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."

agents=1000
until=2015-12
scenarios=$(echo scenarios/policies/{baseline,credit_guarantee,fund_of_funds,tax_incentive}.yaml)
while [[ ${1:-} == --* ]]; do
    case $1 in
    --agents) agents=$2 ;;
    --until) until=$2 ;;
    --scenarios) scenarios=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done

export ASAN_OPTIONS=detect_leaks=0 # the tests look for leaks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# run BUILD THREADS: runs all scenarios into $work/BUILD-THREADS and lists their digests in its file `digests`.
run() {
    local out=$work/$1-$2 file
    mkdir "$out"
    # shellcheck disable=SC2086 # a list of files
    "build/$1/mangrove" run $scenarios --agents "$agents" --until "$until" --replicates 2 --threads "$2" --quiet -o "$out/" &&
        for file in "$out"/*.h5; do
            echo "${file##*/}"
            (cd "$out" && "$OLDPWD/build/$1/mangrove" digest "${file##*/}") || return 1
        done >"$out/digests"
}

# verdict WHAT COMMAND...: counts one comparison.
verdict() {
    local what=$1
    shift
    if "$@"; then
        echo "same bits: $what"
        passed=$((passed + 1))
    else
        echo "DIFFERENT: $what"
        failed=$((failed + 1))
    fi
}

# as_first BUILD THREADS: same digests as the first run?
as_first() {
    run "$1" "$2" && diff "$work/$first-1/digests" "$work/$1-$2/digests"
}

# same_files THREADS: files of the first build, byte for byte?
same_files() {
    local file
    for file in "$work/$first-1"/*.h5; do
        cmp "$file" "$work/$first-$1/${file##*/}" || return 1
    done
}

first=$1
shift
run "$first" 1
[ -s "$work/$first-1/digests" ]
for threads in 2 7; do
    verdict "$first, $threads threads" as_first "$first" "$threads"
    verdict "$first, $threads threads, files byte for byte" same_files "$threads"
done
for build; do
    verdict "$build" as_first "$build" 2
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
