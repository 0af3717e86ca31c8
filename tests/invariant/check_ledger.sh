#!/usr/bin/env bash
# check_ledger: the books in a run's file prove themselves to a reader who has nothing else; and each of four files in which
# one VND is wrong does not, so that the proof is known to bite.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${MANGROVE_PYTHON:-/usr/bin/python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" -c 'import xarray, h5netcdf, h5py' 2>/dev/null || { echo "skipped: needs python3-xarray, python3-h5netcdf"; exit 77; }

"${MANGROVE_BINARY:?}" run "${MANGROVE_SOURCE_DIR:?}/scenarios/policies/credit_guarantee.yaml" --agents 3000 --replicates 2 \
    --until 2016-06 --quiet -o "$folder/run.h5"
"$python" "$here/prove_ledger.py" "$folder/run.h5"

# spoil NAME STATEMENT: a copy of the run in which one number is changed must fail.
spoil() {
    cp "$folder/run.h5" "$folder/$1.h5"
    "$python" -c "
import h5py
with h5py.File('$folder/$1.h5', 'r+') as f:
    l = f['ledger']
    $2
"
    if "$python" "$here/prove_ledger.py" "$folder/$1.h5" >"$folder/log" 2>&1; then
        cat "$folder/log"
        echo "$1: passed, though it is wrong"
        exit 1
    fi
}
spoil flow "l['flow_vnd'][0, 3, 5] += 1"
spoil position "l['position_vnd'][1, 4, 0, 1] += 1"
spoil worth "l['net_worth_vnd'][0, 7, 3] -= 1"
spoil capital "l['real_asset_vnd'][0, 9, 0, 0] += 1; l['net_worth_vnd'][0, 9, 0] += 1"
echo "the books prove themselves; four planted defects are found"
