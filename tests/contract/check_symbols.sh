#!/usr/bin/env bash
# check_symbols: what the compiled files export, keep and call.
#   1. Every external symbol of sim, models, analysis and commands carries its file's prefix: rng_block in rng.c. Files of
#      one family share the prefix of the header they implement: rng_ is right in rng_vector.c while rng.h stands beside.
#      Static functions with target_clones too: clang exports NAME.resolver of each, and the linker would merge two of one
#      name.
#   2. sim, models and analysis keep no mutable state at file scope.
#   3. sim and models call nothing of libm but sqrt, whose result IEEE 754 fixes; the rest is sim/vmath.
# Usage: check_symbols.sh [--self-test]; reads the objects of MANGROVE_BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${MANGROVE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
cc=${MANGROVE_CC:-cc}

for tool in nm objdump; do
    command -v "$tool" >/dev/null || { echo "skipped: needs $tool (binutils)"; exit 77; }
done

libm='acos|acosh|asin|asinh|atan|atan2|atanh|cbrt|ceil|copysign|cos|cosh|erf|erfc|exp|exp2|exp10|expm1|fdim|floor'
libm+='|fma|fmax|fmin|fmod|frexp|hypot|ilogb|ldexp|lgamma|llrint|llround|log|log10|log1p|log2|logb|lrint|lround|modf'
libm+='|nearbyint|nextafter|nexttoward|pow|remainder|remquo|rint|round|roundeven|scalbln|scalbn|sin|sincos|sinh|tan'
libm+='|tanh|tgamma|trunc'

# prefixes SOURCE_ROOT FOLDER STEM: those that symbols of FOLDER/STEM.c may have, one a line.
prefixes() {
    local part=$3
    echo "$3"
    echo "${3%s}" # a registry: instrument_at in instruments.c
    case $2 in */*) echo "$(basename "${2%s}")_$3" ;; esac # its rows: instrument_loan in instruments/loan.c
    while [[ $part == *_* ]]; do
        part=${part%_*}
        if [ -f "$1/$2/$part.h" ]; then echo "$part"; fi
    done
}

# names SOURCE_ROOT OBJECT FOLDER STEM: external symbols without a right prefix. Names that no C file can give (__NAME,
# .NAME) are the compiler's own.
names() {
    local allowed
    allowed=$(prefixes "$1" "$3" "$4" | paste -sd'|')
    nm -P -g --defined-only "$2" | awk '{print $1}' | grep -vE "^(__.*|[.].*|($allowed)(_.*)?)\$" || true
}

# state OBJECT: objects in writable sections (data that only needs relocation is constant).
state() {
    objdump -t "$1" | awk '/ O (\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && !/ \.data\.rel\.ro/ && $NF !~ /^[.]/ {print $NF}'
}

# check OBJECT_TREES... SOURCE_ROOT last: an object lies at TREE/FOLDER/STEM.c.o.
check() {
    local source_root=${!#} tree object path folder stem name bad=0 count=0
    for tree in "${@:1:$#-1}"; do
        while IFS= read -r object; do
            path=${object#"$tree"/}
            path=${path%.o}
            [ -f "$source_root/$path" ] || continue # left from a file that is gone
            count=$((count + 1))
            folder=$(dirname "$path")
            stem=$(basename "$path" .c)
            while IFS= read -r name; do
                echo "$path: external symbol $name lacks the file's prefix ${stem}_"
                bad=1
            done < <(names "$source_root" "$object" "$folder" "$stem")
            case $folder in commands*) continue ;; esac
            while IFS= read -r name; do
                echo "$path: $name is mutable state at file scope"
                bad=1
            done < <(state "$object")
            case $folder in analysis*) continue ;; esac
            while IFS= read -r name; do
                echo "$path: calls $name of libm; use sim/vmath"
                bad=1
            done < <(nm -P -u "$object" | awk '{print $1}' | grep -E "^($libm)[fl]?\$" || true)
        done < <(find "$tree" -name '*.c.o' | sort)
    done
    [ "$count" -gt 0 ] || { echo "no object file found in $*"; return 1; }
    [ "$bad" -eq 0 ] && echo "$count objects checked"
}

# plant WHAT FILE CODE...: compiles CODE as FILE into a tree of its own and expects the check to fail on it.
plant() {
    local want=$1 what=$2 file=$3 code=$4 tree=$self_test_dir/tree
    rm -rf "$tree"
    mkdir -p "$tree/$(dirname "$file")"
    echo "$code" >"$tree/$file"
    "$cc" -std=c11 -O2 -c -o "$tree/$file.o" "$tree/$file"
    case $file in sim/rng_*) touch "$tree/sim/rng.h" ;; esac
    self_test_expect "$want" "$what" check "$tree" "$tree"
}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    plant pass "sound file" sim/rng.c 'double sqrt(double); const char *const rng_names[] = {"a"};
        static int twice(int x) { return 2 * x; } int rng_block(int x) { return twice(x) + (int)sqrt(x); }'
    plant pass "file of a family" sim/rng_vector.c 'int rng_blocks(int x) { return x; }'
    plant pass "registry" models/instruments.c 'int instrument_at(int x) { return x; }'
    plant pass "row of a registry" models/instruments/loan.c 'const int instrument_loan = 1;'
    plant fail "foreign row of a registry" models/instruments/loan.c 'const int instrument_subsidy = 1;'
    plant fail "file without its family's header" sim/par_items.c 'int par_items_n; int par_blocks(int x) { return x; }'
    plant fail "foreign prefix" sim/rng.c 'int helper(int x) { return x; }'
    plant fail "prefix that only looks alike" sim/rng.c 'int rngs(int x) { return x; }'
    plant fail "external variable" models/tax.c 'const int rate = 20;'
    plant fail "static counter" models/tax.c 'int tax_n(void) { static int n; return ++n; }'
    plant fail "static data" analysis/twins.c 'static int n = 3; int twins_n(void) { return n++; }'
    plant fail "libm in the kernel" sim/rng.c 'double exp(double); double rng_x(double x) { return exp(x); }'
    plant fail "libm in a float" models/tax.c 'float powf(float, float); float tax_x(float x) { return powf(x, x); }'
    plant pass "libm in the analysis" analysis/twins.c 'double log(double); double twins_x(double x) { return log(x); }'
    mkdir "$self_test_dir/none"
    self_test_expect fail "no objects at all" check "$self_test_dir/none" "$self_test_dir/none"
    self_test_end
fi

build=${MANGROVE_BUILD_DIR:?set MANGROVE_BUILD_DIR to a build folder}
check "$build"/CMakeFiles/mangrove_{core,io,commands}.dir "$root"
