// output: run data as one netCDF-4 compatible HDF5 file (the only file that includes hdf5.h for writing).
//
// Layout: the root holds the variables of group "" and every dimension that no variable uses; each further
// group holds its variables. Each group has its own dataset per dimension that its variables use (an HDF5
// dimension scale): labels as variable-length UTF-8, values as the smallest exact one of int32, int64 and
// float64, and for a dimension with neither a scale without values, which netCDF shows as a dimension alone.
// A dimension whose unit contains " since " is a CF time coordinate. Variables are stored contiguous; those
// of "panel" and "twins", which can be large and repeat themselves, in chunks with shuffle and deflate 1
// (texts always contiguous).
#ifndef SIM_OUTPUT_H
#define SIM_OUTPUT_H

#include "sim/data.h"

// The integer root attribute that marks a file of ours and the version of its layout; output_write adds it
// and read_run takes it off again.
#define OUTPUT_MARK   "mangrove_format"
#define OUTPUT_FORMAT 1

// Begins the scale name of a dimension without values (the netCDF library's own convention).
#define OUTPUT_BARE_DIM "This is a netCDF dimension but not a netCDF variable."

// Writes `data` to `path`: to a temporary file beside it (`path`.PID-K.part), fsync of the file, rename,
// fsync of the folder. On failure (ERROR_WORK) no new file has the final name, the temporary one is removed
// and one line says what HDF5 or the system reported. Equal data give equal bytes.
int output_write(const struct run_data *data, const char *path, struct error *err);

#endif
