#!/usr/bin/env python3
"""Opens a run file as its readers will, with xarray (engine h5netcdf), and checks that it explains itself.

    open_in_xarray.py RUN.h5

Root and every group open; no dimension is anonymous; labels are text without doubles; time is decoded as dates at
month ends; every number has units, and every metric of the root what the format promises of it. Prints what is wrong,
one line each; exit status 1 if anything is.
"""
import sys

import h5py
import numpy as np
import xarray

PROMISED = ("units", "long_name", "definition", "cell_methods", "source")
ROOT = ("Conventions", "title")


def faults_of_dims(where, data):
    """Dimensions with a name, and labels or dates where the group has them."""
    for name, size in data.sizes.items():
        if name.startswith("phony_dim"):
            yield f"{where}: an anonymous dimension of length {size}"
    for name, coordinate in data.coords.items():
        if coordinate.dims != (name,):
            yield f"{where}/{name}: a coordinate along {coordinate.dims}"
        values = coordinate.values
        if values.dtype.kind == "O" and not all(isinstance(label, str) for label in values):
            yield f"{where}/{name}: a label is not text"
        if len(set(values.tolist())) != len(values):
            yield f"{where}/{name}: a label or value twice"


def faults_of_time(where, data):
    if "time" not in data.dims:
        return
    time = data.coords.get("time")
    if time is None or time.dtype.kind != "M":
        yield f"{where}/time: not decoded as dates"
        return
    if not time.dt.is_month_end.all():
        yield f"{where}/time: not month ends"
    if not (np.diff(time.values) > np.timedelta64(0)).all():
        yield f"{where}/time: not rising"
    if time.attrs.get("standard_name") != "time" or time.attrs.get("axis") != "T":
        yield f"{where}/time: no CF time coordinate"


def faults_of_variables(where, data):
    for name, variable in data.data_vars.items():
        if variable.dtype.kind in "mM":
            yield f"{where}/{name}: decoded as a time, which it is not"
        own_units = "unit" in data.data_vars  # a column that gives each row's, as /parameters does
        if variable.dtype.kind in "iuf" and not own_units and not variable.attrs.get("units"):
            yield f"{where}/{name}: no units"
        if where == "" and variable.dims[:2] == ("replicate", "time"):
            for attribute in PROMISED:
                if not variable.attrs.get(attribute):
                    yield f"{where}/{name}: no {attribute}"
        variable.load()


def faults_of_group(path, where):
    with xarray.open_dataset(path, engine="h5netcdf", group=where or None) as data:
        yield from faults_of_dims(where, data)
        yield from faults_of_time(where, data)
        yield from faults_of_variables(where, data)
        if where == "":
            for attribute in ROOT:
                if not data.attrs.get(attribute):
                    yield f"/: no attribute {attribute}"
            if not data.data_vars:
                yield "/: no variables"


def groups(path):
    with h5py.File(path) as file:
        yield ""
        for name, item in file.items():
            if isinstance(item, h5py.Group):
                yield f"/{name}"


def main(path):
    opened = faults = 0
    for where in groups(path):
        opened += 1
        for fault in faults_of_group(path, where):
            print(f"{path}: {fault}")
            faults += 1
    print(f"{path}: {opened} groups opened, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
