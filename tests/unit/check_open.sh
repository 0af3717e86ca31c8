#!/usr/bin/env bash
# check_open: a file of sim/output opens in xarray and with ncdump as its readers expect; and files that are wrong in one
# way do not pass, so that the two checks are known to bite.
# Usage: check_open.sh; takes the sample of test_output in MANGROVE_BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${MANGROVE_PYTHON:-/usr/bin/python3}
sampler=${MANGROVE_BUILD_DIR:?set MANGROVE_BUILD_DIR to a build folder}/tests/test_unit_test_output
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" -c 'import xarray, h5netcdf' 2>/dev/null || { echo "skipped: needs python3-xarray, python3-h5netcdf"; exit 77; }
command -v ncdump >/dev/null || { echo "skipped: needs ncdump (netcdf-bin)"; exit 77; }

"$sampler" --sample "$folder/sample.h5"
"$python" "$here/open_in_xarray.py" "$folder/sample.h5"
bash "$here/open_with_ncdump.sh" "$folder/sample.h5"

# spoil NAME STATEMENT: a copy of the sample, changed with h5py.
spoil() {
    cp "$folder/sample.h5" "$folder/$1.h5"
    "$python" -c "
import h5py, numpy
with h5py.File('$folder/$1.h5', 'r+') as f:
    $2
"
}

# expect_fault NAME CHECK...: the check must fail on the spoiled copy.
expect_fault() {
    if "${@:2}" "$folder/$1.h5" >"$folder/log" 2>&1; then
        cat "$folder/log"
        echo "$1: passed ${2##*/} ${3##*/}, though it is wrong"
        exit 1
    fi
}
xarray=("$python" "$here/open_in_xarray.py") ncdump=(bash "$here/open_with_ncdump.sh")

spoil anonymous "f['panel'].create_dataset('x', data=numpy.zeros(4)).attrs['units'] = '1'"
expect_fault anonymous "${xarray[@]}"
expect_fault anonymous "${ncdump[@]}"
spoil no_date "f['time'].attrs['units'] = 'months'"
expect_fault no_date "${xarray[@]}"
expect_fault no_date "${ncdump[@]}"
spoil group_without_time "del f['programmes/time'].attrs['units']"
expect_fault group_without_time "${xarray[@]}"
spoil not_month_end "f['time'][1] = 57"
expect_fault not_month_end "${xarray[@]}"
spoil no_definition "del f['enterprises_n'].attrs['definition']"
expect_fault no_definition "${xarray[@]}"
spoil no_units "del f['panel/workers_n'].attrs['units']"
expect_fault no_units "${xarray[@]}"
spoil label_twice "f['size_class'][1] = 'micro'"
expect_fault label_twice "${xarray[@]}"
spoil no_title "del f.attrs['title']"
expect_fault no_title "${xarray[@]}"
head -c 5000 "$folder/sample.h5" >"$folder/cut.h5"
expect_fault cut "${xarray[@]}"
expect_fault cut "${ncdump[@]}"
echo "open_in_xarray and open_with_ncdump find 9 planted faults"
