#!/usr/bin/env bash
# nightly.sh: what takes too long for every change. Run by `cmake --build build/release --target nightly`.
#   - every scenario file to its last month, audited
#   - common outcomes agree for 20,000, 40,000, 150,000 agents and one for each enterprise
#   - equal bits for 204 months on ten builds
#   - ThreadSanitizer
#   - 60 seconds of libFuzzer on each fuzz target
#   - the runs of docs/validation.md, whose tables must be those that are published
#   - all tests on the debug build, with invariants after every phase
# The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

passed=0 failed=0
logs=$PWD/build/log/nightly
mkdir -p "$logs"

# part WHAT COMMAND...: one check, its output in a log that is shown on failure.
part() {
    local what=$1 log
    log=$logs/$(tr -c 'a-zA-Z0-9\n' '-' <<<"$1").log
    shift
    if "$@" >"$log" 2>&1; then
        echo "passed: $what"
        passed=$((passed + 1))
    else
        echo "FAILED: $what; the end of $log:"
        tail -n 30 "$log" | sed 's/^/    /'
        failed=$((failed + 1))
    fi
}

# build TARGET NAME PRESET [CMAKE OPTIONS]: configures PRESET into build/NAME and builds TARGET there.
build() {
    local target=$1 name=$2 preset=$3
    shift 3
    cmake --preset "$preset" -B "build/$name" "$@" && cmake --build "build/$name" --parallel --target "$target"
}

# simulate SCENARIO: to its last month.
simulate() {
    build/nightly/mangrove run "$1" --agents 1000 --replicates 2 --quiet -o "$logs/run.h5"
}

# fuzz TARGET: on a copy of the corpus, so that a run leaves the tree as it was; findings stay in build/fuzz.
fuzz() {
    local corpus=build/fuzz/corpus/$1
    mkdir -p "$corpus"
    cp -r "tests/fuzz/corpus/$1/." "$corpus"
    "build/fuzz/tests/fuzz_$1" -max_total_time=60 -rss_limit_mb=2048 -artifact_prefix="build/fuzz/" "$corpus"
}

# Not build/release: a build that runs this script as its target is at work there.
part "build nightly" build mangrove nightly release -D MANGROVE_WERROR=ON
for scenario in scenarios/policies/*.yaml; do
    part "run $scenario" simulate "$scenario"
done
for programme in scenarios/programmes/*.yaml; do # each on top of the status quo
    name=$(basename "$programme" .yaml)
    printf 'extends: [%s, %s]\nname: %s\n' "../../../scenarios/policies/baseline.yaml" "../../../$programme" "$name" \
        >"$logs/$name.yaml"
    part "run $programme" simulate "$logs/$name.yaml"
done

part "build test of scale" build test_invariant_test_scale nightly release -D MANGROVE_WERROR=ON
part "outcomes for any number of agents" env MANGROVE_SCALE=long build/nightly/tests/test_invariant_test_scale

builds=(nightly baseline clang debug gcc-O1 gcc-O2 gcc-Os gcc-native gcc-lto clang-O1)
part "build baseline" build mangrove baseline baseline
part "build clang" build mangrove clang clang
part "build debug" build all debug debug
for level in O1 O2 Os; do
    part "build gcc -$level" build mangrove "gcc-$level" baseline -D MANGROVE_ISA_BASELINE=OFF -D CMAKE_C_FLAGS_RELEASE="-$level"
done
part "build native" build mangrove gcc-native release -D CMAKE_C_FLAGS=-march=native
part "build lto" build mangrove gcc-lto release -D CMAKE_INTERPROCEDURAL_OPTIMIZATION=ON
part "build clang -O1" build mangrove clang-O1 clang -D CMAKE_C_FLAGS_RELEASE=-O1
part "equal bits, 204 months" .ci/bit_matrix.sh --agents 1000 --until 2030-12 "${builds[@]}"

part "build tsan" build all tsan tsan
part "tests under ThreadSanitizer" ctest --test-dir build/tsan -L 'unit|invariant' --output-on-failure --no-tests=error

part "build fuzz" build all fuzz fuzz
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    part "fuzz ${name#fuzz_}" fuzz "${name#fuzz_}"
done

part "validation" docs/validate --again build/nightly/mangrove
part "all tests, debug build" ctest --test-dir build/debug --output-on-failure --no-tests=error
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
