#!/usr/bin/env python3
"""Makes tests/bad/read: files that are HDF5 but wrong in one way each, from a sound run file.

    make_read.py RUN.h5 FOLDER

RUN.h5 has time (2), size_class (2 labels), enterprises_n (time, size_class) and a group panel with row (3),
workers_n and name (row). tests/unit/test_read.c says what read_run must answer to each file; a new file here needs
a row there. The files are kept in the repository, so that the tests need no Python.
"""
import shutil
import struct
import sys
from pathlib import Path

import h5py
import numpy as np


def fixed(text):
    return np.bytes_(text)


def vlen(cset="utf-8"):
    return h5py.string_dtype(cset)


def attach(f, name, *dims):
    for axis, dim in enumerate(dims):
        f[name].dims[axis].attach_scale(f[dim])


def add(f, name, value, dims=("time",), **options):
    f.create_dataset(name, data=value, track_times=False, **options)
    attach(f, name, *dims)


# As H5DS writes it: (dataset, axis) and a gap.
REFERENCE = np.dtype({"names": ["dataset", "dimension"], "formats": [h5py.ref_dtype, "<i4"], "offsets": [0, 8],
                      "itemsize": 16})


def references(f, name, *axes):
    del f[name].attrs["REFERENCE_LIST"]
    f[name].attrs.create("REFERENCE_LIST", np.array([(f["enterprises_n"].ref, axis) for axis in axes], REFERENCE))


def no_mark(f):
    del f.attrs["mangrove_format"]


def mark_text(f):
    f.attrs["mangrove_format"] = fixed("1")


def other_format(f):
    f.attrs["mangrove_format"] = np.int32(2)


def attribute_float(f):
    f.attrs["seed"] = 7.0


def attribute_vlen(f):
    f.attrs["note"] = "added with h5py"


def attribute_array(f):
    f.attrs["seed"] = np.array([7, 8], np.int32)


def attribute_name(f):
    f.attrs["a b"] = np.int32(1)


def attribute_escape(f):
    f.attrs["title"] = fixed("\033[2J")


def attribute_latin(f):
    f.attrs["title"] = np.bytes_(b"qu\xff")


def type_big_endian(f):
    add(f, "more", np.zeros(2, ">f8"))


def type_int16(f):
    add(f, "more", np.zeros(2, "<i2"))


def type_compound(f):
    add(f, "more", np.zeros(2, [("a", "<f8"), ("b", "<i4")]))


def type_fixed_text(f):
    add(f, "more", np.array([b"a", b"b"], "S4"))


def type_ascii(f):
    add(f, "more", np.array(["a", "b"], object), dtype=vlen("ascii"))


def type_sequence(f):
    f.create_dataset("more", (2,), dtype=h5py.vlen_dtype(np.int32), track_times=False)
    attach(f, "more", "time")


def rank_5(f):
    add(f, "more", np.zeros((2,) * 5), ("time",) * 5)


def rank_null(f):
    f.create_dataset("more", data=h5py.Empty("<f8"), track_times=False)


def link_soft(f):
    f["more"] = h5py.SoftLink("/enterprises_n")


def link_external(f):
    f["more"] = h5py.ExternalLink("other.h5", "/x")


def name_with_blank(f):
    add(f, "a b", np.zeros(2))


def name_long(f):
    add(f, "a" * 64, np.zeros(2))


def group_in_group(f):
    f["panel"].create_group("inner")


def root_in_panel(f):
    f["panel/root"] = f


def named_type(f):
    f["more"] = np.dtype("<f8")


def axis_without_dim(f):
    f.create_dataset("more", data=np.zeros(2), track_times=False)


def axis_too_long(f):
    add(f, "more", np.zeros(3))


def axis_given_twice(f):
    f["enterprises_n"].dims[0].attach_scale(f["size_class"])


def axis_too_many(f):
    references(f, "time", 4)


def axis_negative(f):
    references(f, "time", -1)


def references_wrong(f):
    del f["time"].attrs["REFERENCE_LIST"]
    f["time"].attrs["REFERENCE_LIST"] = np.zeros(2, "<i4")


def references_many(f):
    references(f, "time", *range(1000))


def scale_rank_2(f):
    f.create_dataset("more", data=np.zeros((2, 2)), track_times=False)
    f["more"].make_scale("more")


def scale_units_long(f):
    f["time"].attrs["units"] = fixed("x" * 64)


def scale_units_number(f):
    f["time"].attrs["units"] = np.int32(1)


def var_units_array(f):
    f["enterprises_n"].attrs["units"] = np.array([b"a", b"b"], "S1")


def label_escape(f):
    f["size_class"][1] = "\033[2J"


def label_not_utf8(f):
    f["size_class"][1] = b"\xff\xfe"


def label_never_written(f):
    f.create_dataset("more", (2,), dtype=vlen(), track_times=False)
    f["more"].make_scale("more")


def value_not_utf8(f):
    f["panel/name"][2] = b"\xc3("


def values_never_written(f):
    f.create_dataset("more", (2,), "<f8", track_times=False)
    attach(f, "more", "time")


def bomb_contiguous(f):
    f.create_dataset("row", (1 << 27,), "<f4", track_times=False)
    f["row"].make_scale("This is a netCDF dimension but not a netCDF variable. 134217728")
    f.create_dataset("more", (1 << 27,), "<f8", track_times=False)
    attach(f, "more", "row")


def bomb_chunked(f):
    f.create_dataset("row", (1 << 27,), "<f4", track_times=False)
    f["row"].make_scale("This is a netCDF dimension but not a netCDF variable. 134217728")
    f.create_dataset("more", (1 << 27,), "<f8", chunks=(1 << 10,), compression=1, track_times=False)
    f["more"][:1024] = 1
    attach(f, "more", "row")


def too_large(f):
    f.create_dataset("row", (1 << 60,), "<f4", track_times=False)
    f["row"].make_scale("This is a netCDF dimension but not a netCDF variable.1152921504606846976")


def storage_external(f):
    f.create_dataset("more", (2,), "<f8", external=[("/etc/passwd", 0, 16)], track_times=False)
    attach(f, "more", "time")


def storage_shared(f):
    f.create_dataset("row", (5000,), "<f4", track_times=False)
    f["row"].make_scale("This is a netCDF dimension but not a netCDF variable.      5000")
    add(f, "more", np.zeros(5000), ("row",))
    f["more_1"] = f["more_2"] = f["more"]


def storage_virtual(f):
    layout = h5py.VirtualLayout((2,), "<f8")
    layout[:] = h5py.VirtualSource("other.h5", "x", (2,))
    f.create_virtual_dataset("more", layout)
    attach(f, "more", "time")


def storage_text_chunked(f):
    add(f, "more", np.array(["a", "b"], object), dtype=vlen(), chunks=(2,))


def storage_filter(f):
    add(f, "more", np.zeros(2, "<i4"), chunks=(2,), scaleoffset=0)


WRONG = [value for value in list(globals().values()) if callable(value) and value.__module__ == __name__
         and value not in (fixed, vlen, attach, add, references)]


def damage_heap(folder, sound):
    """The heap of texts has no checksum: every number in it can be wrong."""
    heap = sound.index(b"GCOL")

    def damaged(name, at, numbers, text=sound):
        path = folder / (name + ".h5")
        path.write_bytes(text[:at] + numbers + text[at + len(numbers):])

    damaged("heap_signature", heap, b"GCOX")
    damaged("heap_version", heap + 4, b"\x02")
    damaged("heap_size_0", heap + 8, struct.pack("<Q", 0))
    damaged("heap_size_large", heap + 8, struct.pack("<Q", 1 << 60))
    damaged("heap_object_0", heap + 16, struct.pack("<H", 0))
    damaged("heap_object_size_large", heap + 16 + 8, struct.pack("<Q", 1 << 62))
    damaged("heap_object_size_most", heap + 16 + 8, struct.pack("<Q", (1 << 64) - 1))
    damaged("heap_object_size_small", heap + 16 + 8, struct.pack("<Q", 0))
    with h5py.File(folder / "sound.h5") as f:
        labels = f["size_class"].id.get_offset()
    damaged("text_length_large", labels, struct.pack("<I", 0xFFFFFFFF))
    damaged("text_address_0", labels + 4, struct.pack("<Q", 0))
    damaged("text_address_end", labels + 4, struct.pack("<Q", len(sound) - 8))
    damaged("text_address_far", labels + 4, struct.pack("<Q", (1 << 64) - 8))
    damaged("text_index_0", labels + 12, struct.pack("<I", 0))
    damaged("text_index_free", labels + 12, struct.pack("<I", 200))
    damaged("text_index_large", labels + 12, struct.pack("<I", 0x10002))


def main(run, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sound = Path(run).read_bytes()
    (folder / "sound.h5").write_bytes(sound)
    for change in WRONG:
        path = folder / (change.__name__ + ".h5")
        shutil.copyfile(run, path)
        with h5py.File(path, "r+") as f:
            change(f)
    (folder / "not_hdf5.h5").write_bytes(b"CDF\x01" + bytes(60))
    (folder / "signature_only.h5").write_bytes(sound[:8])
    (folder / "widths.h5").write_bytes(sound[:13] + b"\x04" + sound[14:])
    (folder / "cut_in_half.h5").write_bytes(sound[:len(sound) // 2])
    (folder / "cut_by_a_byte.h5").write_bytes(sound[:-1])
    (folder / "behind_a_block.h5").write_bytes(bytes(512) + sound)
    damage_heap(folder, sound)
    damaged = bytearray(sound)
    damaged[sound.index(b"enterprises_n")] ^= 1
    (folder / "bit_flipped.h5").write_bytes(damaged)


if __name__ == "__main__":
    main(*sys.argv[1:])
