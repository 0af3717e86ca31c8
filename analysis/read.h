// read: run data from an HDF5 file (the only file that includes hdf5.h for reading). Inputs are hostile:
// sizes, ranks and types are checked before anything is allocated.
//
// What is checked before HDF5 sees the file: a regular file with HDF5's signature at its start. Then, before
// a value is read: the mark of sim/output; names (letters, digits and `_.-`), hard links only, no group in a
// group; one of the types that sim/output writes; rank at most DATA_DIMS_MAX, each dimension with one scale
// of its length; at most DATA_BYTES_MAX a variable, and in all no more stored bytes than the file has, none
// of them in another file, deflated no further than deflate can (1:1032); texts as data_text_sound wants
// them. The HDF5 library itself parses the file's structure before we can judge it and is not proof against
// every crafted file: whoever reads files of strangers should do so in a process of its own.
#ifndef ANALYSIS_READ_H
#define ANALYSIS_READ_H

#include "sim/data.h"

// Reads root attributes, dimensions and every variable of the root; groups too if `groups` (comma list, "*"
// for all, NULL or "" for none). The caller frees `*data` with data_free; on failure it is NULL. Returns
// ERROR_INPUT with one line `FILE: /object: what is wrong` if it is not a whole mangrove run or lacks a
// group, ERROR_WORK for want of memory.
int read_run(const char *path, const char *groups, struct run_data **data, struct error *err);

#endif
