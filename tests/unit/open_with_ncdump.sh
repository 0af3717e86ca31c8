#!/usr/bin/env bash
# open_with_ncdump: opens a run file with the netCDF library, as R's ncdf4 and many tools do: the header, each group, the
# coordinates with time as dates. Anonymous dimensions and a time that is no date are faults.
# Usage: open_with_ncdump.sh RUN.h5
set -euo pipefail
run=${1:?usage: open_with_ncdump.sh RUN.h5}
command -v ncdump >/dev/null || { echo "skipped: needs ncdump (netcdf-bin)"; exit 77; }

fail() {
    echo "$run: $*"
    exit 1
}

header=$(ncdump -h "$run") || fail "ncdump -h does not open it"
grep -qE '^variables:' <<<"$header" || fail "no variables in the root"
grep -qE '^[[:space:]]+time:units = "days since ' <<<"$header" || fail "time has no units of CF"
! grep -E 'phony_dim' <<<"$header" || fail "an anonymous dimension"
! grep -E '_FillValue = [^N]' <<<"$header" || fail "a fill value other than NaN"

# Names of the groups, and that each is there with a dimension of its own.
groups=$(sed -nE 's/^group: ([A-Za-z0-9_.-]+) \{$/\1/p' <<<"$header")
for group in $groups; do
    ncdump -h -g "$group" "$run" >/dev/null || fail "group $group does not open"
    sed -n "/^group: $group {\$/,/^  } \/\/ group $group\$/p" <<<"$header" | grep -c dimensions: >/dev/null ||
        fail "group $group has no dimensions of its own"
done

# Coordinates: labels as text, time as dates.
coordinates=$(ncdump -c -t "$run") || fail "ncdump -c does not read the coordinates"
grep -qE '^ time = "[0-9]{4}-[0-9]{2}-[0-9]{2}"' <<<"$coordinates" || fail "time does not read as dates"
echo "$run: root and $(wc -w <<<"$groups") groups opened"
