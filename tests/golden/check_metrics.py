#!/usr/bin/env python3
"""Golden metrics: every root metric of each policy, at the ends of the years of a small run, must be what it was when somebody last looked.

Runs are the same bits on every build, so the comparison is exact. usage: check_metrics.py [--update | --self-test]
--update rewrites tests/golden/metrics/NAME.csv: look at the difference and say in the commit why it is right.
"""
import csv
import os
import subprocess
import sys
import tempfile

try:
    import xarray
    import h5netcdf  # noqa: F401, the engine
except ImportError:
    print("skipped: needs python3-xarray, python3-h5netcdf")
    sys.exit(77)

SOURCE = os.environ["MANGROVE_SOURCE_DIR"]
POLICIES = ["baseline", "credit_guarantee", "fund_of_funds", "tax_incentive"]
SIZE = ["--agents", "1000", "--replicates", "1", "--until", "2016-12", "--quiet"]


def measured(name, folder):
    """{metric: [value at each December]} of a small run, numbers as text that keeps every bit."""
    path = os.path.join(folder, name + ".h5")
    scenario = os.path.join(SOURCE, "scenarios", "policies", name + ".yaml")
    subprocess.run([os.environ["MANGROVE_BINARY"], "run", scenario, *SIZE, "-o", path], check=True)
    with xarray.open_dataset(path, engine="h5netcdf") as data:
        return {
            key: [repr(float(v)) for v in var.isel(replicate=0).values[11::12]]
            for key, var in sorted(data.data_vars.items())
            if var.dims == ("replicate", "time")
        }


def golden(name):
    with open(os.path.join(SOURCE, "tests", "golden", "metrics", name + ".csv"), newline="") as file:
        return {row[0]: row[1:] for row in list(csv.reader(file))[1:]}


def differences(name, old, new):
    for key in sorted(set(old) | set(new)):
        if old.get(key) != new.get(key):
            yield f"{name}: {key}: was {old.get(key)}, is {new.get(key)}"


def update(name, new):
    with open(os.path.join(SOURCE, "tests", "golden", "metrics", name + ".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["metric", "2014-12", "2015-12", "2016-12"])
        out.writerows([key, *values] for key, values in new.items())


def main():
    if sys.argv[1:] == ["--self-test"]:
        old = golden("baseline")
        moved = dict(old, enterprises_n=[repr(float(v) + 1.0) for v in old["enterprises_n"]])
        less = {key: value for key, value in old.items() if key != "entries_n"}
        caught = [len(list(differences("baseline", old, other))) for other in (old, moved, less)]
        print("differences found in the same, a moved and a missing metric:", caught)
        return caught != [0, 1, 1]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name in POLICIES:
            new = measured(name, folder)
            if sys.argv[1:] == ["--update"]:
                update(name, new)
            else:
                wrong += differences(name, golden(name), new)
    print("\n".join(wrong[:40]) or f"{len(POLICIES)} scenarios as they were")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
