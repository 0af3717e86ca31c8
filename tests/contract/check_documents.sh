#!/usr/bin/env bash
# check_documents: README.md and docs/*.md say what the program prints: between `<!-- begin: ARGUMENTS -->` and `<!-- end -->` stands the
# output of `mangrove ARGUMENTS`. What needs the results of ./quickstart is checked where they are.
# Usage: check_documents.sh [--self-test]; the program is MANGROVE_BINARY.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${MANGROVE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}

if [ "${1:-}" = --self-test ]; then
    # shellcheck source=tests/contract/self_test.sh
    . "$here/self_test.sh"
    mkdir -p "$self_test_dir/docs"
    cp "$root/docs/regenerate" "$self_test_dir/docs/"
    printf '# Sample\n<!-- begin: describe streams --format csv -->\n' >"$self_test_dir/README.md"
    cp "$self_test_dir/README.md" "$self_test_dir/docs/sample.md"
    for file in README.md docs/sample.md; do
        "$MANGROVE_BINARY" describe streams --format csv >>"$self_test_dir/$file"
        echo '<!-- end -->' >>"$self_test_dir/$file"
    done
    self_test_expect pass "a document that agrees" "$self_test_dir/docs/regenerate" --check "$MANGROVE_BINARY"
    sed -i '4s/./X/' "$self_test_dir/docs/sample.md"
    self_test_expect fail "a number changed by hand" "$self_test_dir/docs/regenerate" --check "$MANGROVE_BINARY"
    "$self_test_dir/docs/regenerate" "$MANGROVE_BINARY"
    self_test_expect pass "after regeneration" "$self_test_dir/docs/regenerate" --check "$MANGROVE_BINARY"
    self_test_end
fi
"$root/docs/regenerate" --check "$MANGROVE_BINARY"
