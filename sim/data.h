// data: a run's results in memory, described well enough to be written to and read from a self-describing
// file.
//
// The run command fills it, sim/output writes it as HDF5, analysis/read fills it from HDF5 and the browser
// page from memory; analysis/ computes on nothing else.
#ifndef SIM_DATA_H
#define SIM_DATA_H

#include <stddef.h>
#include <stdint.h>
#include "sim/error.h"

#define DATA_NAME_MAX  64
#define DATA_DIMS_MAX  4
#define DATA_BYTES_MAX ((int64_t)1 << 33) // of a variable in a file

enum data_type { DATA_F64, DATA_F32, DATA_I64, DATA_I32, DATA_U8, DATA_TEXT };

// A dimension. Labelled ones (size_class, programme) have strings, numeric ones (replicate, time) have
// values, those that only count (row of the panel) have neither.
struct data_dim {
    char name[DATA_NAME_MAX];
    char unit[DATA_NAME_MAX]; // of `value`: "days since 2014-01-01" for time, "1" for replicate
    const char *doc;          // one sentence, "" if none
    int64_t n;
    char **label;  // n strings, or NULL
    double *value; // n numbers, or NULL
};

struct data_var {
    char group[DATA_NAME_MAX]; // "" for the root, else "programmes", "funds", "ledger", "panel",
                               // "parameters", "twins"
    char name[DATA_NAME_MAX];
    const char *long_name, *unit, *definition, *cell_methods, *source; // "" where it has none
    enum data_type type;
    int dims_n;             // 0 for a single number or text
    int dim[DATA_DIMS_MAX]; // indices into run_data.dim, slowest first
    void *value;            // row-major, a missing floating value is NaN; DATA_TEXT: char *[]
    int64_t n;              // elements
};

struct data_attribute {
    char name[DATA_NAME_MAX];
    int is_text;
    char *text; // "" if a number
    int64_t number;
};

struct run_data {
    struct data_attribute *attribute;
    int attributes_n;
    struct data_dim *dim;
    int dims_n;
    struct data_var *var;
    int vars_n;
    void *arena; // owner of all strings and arrays above
};

// NULL for want of memory. Later want of memory is remembered: the failing call and all additions after it do
// nothing, and data_failed tells, so that one check after the last addition is enough.
struct run_data *data_create(void);
void data_free(struct run_data *data);        // NULL is allowed
int data_failed(const struct run_data *data); // also of NULL

// Memory that lives as long as the data, zeroed and aligned for any type; NULL for want of it.
void *data_alloc(struct run_data *data, size_t bytes);

// A copy of a text (NULL counts as "") that lives as long as the data; "" for want of memory.
const char *data_text(struct run_data *data, const char *text);

// Root attributes; a second call with the same name replaces.
void data_attribute_text(struct run_data *data, const char *name, const char *text);
void data_attribute_int(struct run_data *data, const char *name, int64_t number);
const struct data_attribute *data_attribute_find(const struct run_data *data, const char *name); // or NULL

// Adds a dimension of n >= 0 (labels and values are copied; at most one of them is given) and returns its
// index, -1 for want of memory. Dimensions of one name but of different content are allowed as long as no
// group uses both.
int data_dim_add(struct run_data *data, const char *name, const char *unit, const char *doc, int64_t n,
                 const char *const *label, const double *value);
int data_dim_find(const struct run_data *data, const char *name); // index of the first so named, or -1

// The index of a dimension equal to `dim` in name, unit, doc, length, labels and values; added if there is
// none, -1 for want of memory.
int data_dim_share(struct run_data *data, const struct data_dim *dim);
int data_label_find(const struct data_dim *dim, const char *label); // index or -1

// Adds a variable (texts are copied, `n` and `value` of the description are ignored) with zeroed storage,
// texts "", and returns its index, -1 for want of memory. The pointer into data->var may move with the next
// addition.
int data_var_add(struct run_data *data, const struct data_var *description);
const struct data_var *data_var_find(const struct run_data *data, const char *group,
                                     const char *name); // or NULL

// Puts a copy of a text into element `element` of the DATA_TEXT variable `var`.
void data_text_put(struct run_data *data, int var, int64_t element, const char *text);

// Names of attributes, dimensions, groups and variables that a file may carry: letters, digits and `_.-`,
// shorter than DATA_NAME_MAX.
int data_name_sound(const char *name);

// Texts that a file may carry: printable UTF-8 (error_printable) with tabs and line ends, since they are
// shown on terminals.
int data_text_sound(const char *text);

// Can the data go to a file and come back? Checks that they are complete (data_failed), every name and text
// is sound, and no variable is larger than DATA_BYTES_MAX. Returns ERROR_WORK and names the first object that
// is wrong.
int data_check(const struct run_data *data, struct error *err);

// Bytes of one element in memory.
size_t data_type_bytes(enum data_type type);

// A digest of what the file says rather than of how it is stored: groups, names, types and values of all
// variables, names, labels and values of their dimensions. Little-endian values, every NaN alike; the order
// of variables and dimensions, descriptions and root attributes do not count. Equal across compilers and
// library versions.
uint64_t data_digest(const struct run_data *data);

#endif
