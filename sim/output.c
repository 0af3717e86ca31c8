#include "sim/output.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES     ((hsize_t)512 * 1024) // two fit in HDF5's chunk cache
#define PART_TRIES      1000
#define REASON_TEXT_MAX 256

// The first failure that HDF5 reports, kept instead of printed.
struct reason {
    char text[REASON_TEXT_MAX];
    H5E_auto2_t before;
    void *before_ctx;
};

struct writer {
    const struct run_data *data;
    const char *path; // the final name, for messages
    struct error *err;
    struct reason reason;
    hid_t file, text; // the file; variable-length UTF-8
    hid_t *scale;     // per dimension of the data: its scale in the group being written, or -1
};

// ---- what HDF5 reports --------------------------------------------------------------------------

static void reason_keep(struct reason *reason, const char *text)
{
    // Failing system calls are reported in a long sentence with the wall time; its heart is between quotes.
    const char *begin = strstr(text, "error message = '");
    size_t length = strlen(text);
    if (begin != NULL) {
        text = strchr(begin, '\'') + 1;
        length = strcspn(text, "'");
    }
    if (length >= sizeof reason->text)
        length = sizeof reason->text - 1;
    memcpy(reason->text, text, length);
    reason->text[length] = '\0';
    for (char *c = reason->text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
}

static herr_t reason_frame(unsigned n, const H5E_error2_t *frame, void *ctx)
{
    (void)n;
    reason_keep(ctx, frame->desc == NULL ? "unknown" : frame->desc);
    return 1; // the innermost frame says it; stop here
}

// HDF5 calls this when one of its functions fails, with the stack of that failure.
static herr_t reason_catch(hid_t stack, void *ctx)
{
    struct reason *reason = ctx;
    if (reason->text[0] == '\0')
        H5Ewalk2(stack, H5E_WALK_UPWARD, reason_frame, reason);
    return 0;
}

static void reason_begin(struct reason *reason)
{
    // HDF5 cannot close a file whose disk is full, and its clean-up at exit then crashes on what is left. All
    // that is opened here is closed here, so that clean-up has no work to do.
    H5dont_atexit();
    reason->text[0] = '\0';
    H5Eget_auto2(H5E_DEFAULT, &reason->before, &reason->before_ctx);
    H5Eset_auto2(H5E_DEFAULT, reason_catch, reason);
}

static void reason_end(struct reason *reason)
{
    H5Eset_auto2(H5E_DEFAULT, reason->before, reason->before_ctx);
}

static int writer_fail(const struct writer *writer, const char *group, const char *name)
{
    const char *reason = writer->reason.text[0] == '\0' ? "out of memory" : writer->reason.text;
    return error_add(writer->err, ERROR_WORK, "%s: cannot write /%s%s%s: %s", writer->path, group,
                     group[0] != '\0' && name[0] != '\0' ? "/" : "", name, reason);
}

// ---- attributes ---------------------------------------------------------------------------------

static int attribute_write(hid_t object, const char *name, hid_t type, hid_t space, hid_t memory,
                           const void *value)
{
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0)
        return -1;
    int bad = H5Awrite(attribute, memory, value) < 0;
    bad |= H5Aclose(attribute) < 0;
    return bad ? -1 : 0;
}

// Fixed-length UTF-8, the form that every reader takes; HDF5 has no text of length zero.
static int attribute_text(hid_t object, const char *name, const char *text)
{
    size_t length = strlen(text);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    int bad = type < 0 || space < 0 || H5Tset_size(type, length == 0 ? 1 : length) < 0 ||
              H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
              attribute_write(object, name, type, space, type, text) < 0;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return bad ? -1 : 0;
}

// A description; left out where there is nothing to say.
static int attribute_describe(hid_t object, const char *name, const char *text)
{
    return text[0] == '\0' ? 0 : attribute_text(object, name, text);
}

// 32 bits where they do: R has no integer of 64.
static int attribute_int(hid_t object, const char *name, int64_t number)
{
    hid_t type = number == (int32_t)number ? H5T_STD_I32LE : H5T_STD_I64LE;
    hid_t space = H5Screate(H5S_SCALAR);
    if (space < 0)
        return -1;
    int bad = attribute_write(object, name, type, space, H5T_NATIVE_INT64, &number);
    H5Sclose(space);
    return bad;
}

// What stands for a missing value, as an array of one of the variable's type.
static int attribute_fill(hid_t object, hid_t type)
{
    static const hsize_t one = 1;
    const double missing = (double)NAN;
    hid_t space = H5Screate_simple(1, &one, NULL);
    if (space < 0)
        return -1;
    int bad = attribute_write(object, "_FillValue", type, space, H5T_NATIVE_DOUBLE, &missing);
    H5Sclose(space);
    return bad;
}

// ---- creation -----------------------------------------------------------------------------------

// A creation list of file, group or dataset: order of attributes (and links) tracked, without which netCDF
// opens read-only; no times, without which equal runs would differ.
static hid_t creation_list(hid_t class)
{
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t list = H5Pcreate(class);
    if (list < 0)
        return -1;
    int bad = H5Pset_attr_creation_order(list, order) < 0 || H5Pset_obj_track_times(list, 0) < 0 ||
              (H5Pisa_class(list, H5P_GROUP_CREATE) > 0 && H5Pset_link_creation_order(list, order) < 0);
    if (bad) {
        H5Pclose(list);
        return -1;
    }
    return list;
}

// Chunks of whole faster dimensions as long as they stay below CHUNK_BYTES.
static int chunks_set(hid_t list, int rank, const hsize_t *extent, size_t element)
{
    hsize_t chunk[DATA_DIMS_MAX], rest = element;
    for (int k = rank - 1; k >= 0; k--) {
        hsize_t fits = CHUNK_BYTES / rest;
        chunk[k] = fits == 0 ? 1 : extent[k] < fits ? extent[k] : fits;
        rest *= chunk[k];
    }
    return H5Pset_chunk(list, rank, chunk) < 0 || H5Pset_shuffle(list) < 0 || H5Pset_deflate(list, 1) < 0 ? -1
                                                                                                          : 0;
}

// What is to be created: rank 0 is a single element.
struct shape {
    hid_t type;
    int rank, chunked;
    hsize_t extent[DATA_DIMS_MAX];
};

static hid_t dataset_create(hid_t group, const char *name, const struct shape *shape)
{
    hid_t dataset = -1;
    hid_t list = creation_list(H5P_DATASET_CREATE);
    hid_t space =
        shape->rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(shape->rank, shape->extent, NULL);
    int bad = list < 0 || space < 0;
    if (!bad && shape->chunked)
        bad = chunks_set(list, shape->rank, shape->extent, H5Tget_size(shape->type)) < 0;
    if (!bad)
        dataset = H5Dcreate2(group, name, shape->type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (space >= 0)
        H5Sclose(space);
    if (list >= 0)
        H5Pclose(list);
    return dataset;
}

static hid_t file_type(const struct writer *writer, enum data_type type)
{
    switch (type) {
    case DATA_F64:
        return H5T_IEEE_F64LE;
    case DATA_F32:
        return H5T_IEEE_F32LE;
    case DATA_I64:
        return H5T_STD_I64LE;
    case DATA_I32:
        return H5T_STD_I32LE;
    case DATA_U8:
        return H5T_STD_U8LE;
    case DATA_TEXT:
        break;
    }
    return writer->text;
}

static hid_t memory_type(const struct writer *writer, enum data_type type)
{
    switch (type) {
    case DATA_F64:
        return H5T_NATIVE_DOUBLE;
    case DATA_F32:
        return H5T_NATIVE_FLOAT;
    case DATA_I64:
        return H5T_NATIVE_INT64;
    case DATA_I32:
        return H5T_NATIVE_INT32;
    case DATA_U8:
        return H5T_NATIVE_UINT8;
    case DATA_TEXT:
        break;
    }
    return writer->text;
}

// ---- dimensions ---------------------------------------------------------------------------------

// The smallest type that holds every value exactly; integers up to 2^53, beyond which doubles skip some.
static hid_t scale_type(const struct writer *writer, const struct data_dim *dim)
{
    if (dim->label != NULL)
        return writer->text;
    if (dim->value == NULL)
        return H5T_IEEE_F32LE;
    hid_t type = H5T_STD_I32LE;
    for (int64_t i = 0; i < dim->n; i++) {
        double x = dim->value[i];
        int whole = x >= -0x1p53 && x <= 0x1p53 && x == (double)(int64_t)x && !(x == 0 && signbit(x));
        if (!whole)
            return H5T_IEEE_F64LE;
        if (x != (double)(int32_t)(int64_t)x)
            type = H5T_STD_I64LE;
    }
    return type;
}

static int scale_describe(hid_t scale, const struct data_dim *dim)
{
    char name[sizeof OUTPUT_BARE_DIM + 24];
    if (dim->label == NULL && dim->value == NULL) {
        snprintf(name, sizeof name, OUTPUT_BARE_DIM "%10lld", (long long)dim->n);
        return H5DSset_scale(scale, name) < 0 ? -1 : 0;
    }
    int bad = H5DSset_scale(scale, dim->name) < 0 || attribute_describe(scale, "units", dim->unit) < 0 ||
              attribute_describe(scale, "long_name", dim->doc) < 0;
    if (strstr(dim->unit, " since ") != NULL)
        bad = bad || attribute_text(scale, "standard_name", "time") < 0 ||
              attribute_text(scale, "calendar", "standard") < 0 || attribute_text(scale, "axis", "T") < 0;
    return bad ? -1 : 0;
}

static hid_t scale_write(const struct writer *writer, hid_t group, const struct data_dim *dim)
{
    struct shape shape = {.type = scale_type(writer, dim), .rank = 1, .extent = {(hsize_t)dim->n}};
    hid_t scale = dataset_create(group, dim->name, &shape);
    if (scale < 0)
        return -1;
    int bad = scale_describe(scale, dim) < 0;
    if (dim->label != NULL)
        bad = bad || H5Dwrite(scale, writer->text, H5S_ALL, H5S_ALL, H5P_DEFAULT, dim->label) < 0;
    else if (dim->value != NULL)
        bad = bad || H5Dwrite(scale, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, dim->value) < 0;
    if (bad) {
        H5Dclose(scale);
        return -1;
    }
    return scale;
}

// Is the dimension one of this group's? The root also keeps those that no variable uses.
static int dim_belongs(const struct run_data *data, int dim, const char *group)
{
    int used = 0;
    for (int i = 0; i < data->vars_n; i++)
        for (int k = 0; k < data->var[i].dims_n; k++)
            if (data->var[i].dim[k] == dim) {
                if (strcmp(data->var[i].group, group) == 0)
                    return 1;
                used = 1;
            }
    return !used && group[0] == '\0';
}

// ---- variables ----------------------------------------------------------------------------------

static int var_describe(hid_t dataset, const struct data_var *var, hid_t type)
{
    int bad = attribute_describe(dataset, "units", var->unit) < 0 ||
              attribute_describe(dataset, "long_name", var->long_name) < 0 ||
              attribute_describe(dataset, "definition", var->definition) < 0 ||
              attribute_describe(dataset, "cell_methods", var->cell_methods) < 0 ||
              attribute_describe(dataset, "source", var->source) < 0;
    if (var->type == DATA_F64 || var->type == DATA_F32)
        bad = bad || attribute_fill(dataset, type) < 0;
    return bad ? -1 : 0;
}

static int var_write(const struct writer *writer, hid_t group, const struct data_var *var)
{
    struct shape shape = {.type = file_type(writer, var->type), .rank = var->dims_n};
    for (int k = 0; k < var->dims_n; k++)
        shape.extent[k] = (hsize_t)writer->data->dim[var->dim[k]].n;
    int packed = strcmp(var->group, "panel") == 0 || strcmp(var->group, "twins") == 0;
    shape.chunked = packed && var->type != DATA_TEXT && var->dims_n > 0 && var->n > 0;
    hid_t dataset = dataset_create(group, var->name, &shape);
    if (dataset < 0)
        return writer_fail(writer, var->group, var->name);
    int bad = var_describe(dataset, var, shape.type) < 0;
    for (int k = 0; k < var->dims_n; k++)
        bad = bad || H5DSattach_scale(dataset, writer->scale[var->dim[k]], (unsigned)k) < 0;
    hid_t memory = memory_type(writer, var->type);
    bad = bad || H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, var->value) < 0;
    bad |= H5Dclose(dataset) < 0;
    return bad ? writer_fail(writer, var->group, var->name) : 0;
}

// ---- groups -------------------------------------------------------------------------------------

static int group_contents(const struct writer *writer, hid_t group, const char *name)
{
    const struct run_data *data = writer->data;
    for (int i = 0; i < data->dims_n; i++) {
        if (!dim_belongs(data, i, name))
            continue;
        writer->scale[i] = scale_write(writer, group, &data->dim[i]);
        if (writer->scale[i] < 0)
            return writer_fail(writer, name, data->dim[i].name);
    }
    for (int i = 0; i < data->vars_n; i++)
        if (strcmp(data->var[i].group, name) == 0 && var_write(writer, group, &data->var[i]) != 0)
            return ERROR_WORK;
    return 0;
}

static hid_t group_open(hid_t file, const char *name)
{
    if (name[0] == '\0')
        return H5Gopen2(file, "/", H5P_DEFAULT);
    hid_t list = creation_list(H5P_GROUP_CREATE);
    if (list < 0)
        return -1;
    hid_t group = H5Gcreate2(file, name, H5P_DEFAULT, list, H5P_DEFAULT);
    H5Pclose(list);
    return group;
}

static int group_write(const struct writer *writer, const char *name)
{
    hid_t group = group_open(writer->file, name);
    if (group < 0)
        return writer_fail(writer, name, "");
    for (int i = 0; i < writer->data->dims_n; i++)
        writer->scale[i] = -1;
    int code = group_contents(writer, group, name);
    for (int i = 0; i < writer->data->dims_n; i++)
        if (writer->scale[i] >= 0 && H5Dclose(writer->scale[i]) < 0 && code == 0)
            code = writer_fail(writer, name, writer->data->dim[i].name);
    if (H5Gclose(group) < 0 && code == 0)
        code = writer_fail(writer, name, "");
    return code;
}

// ---- the file -----------------------------------------------------------------------------------

static int root_attributes(const struct writer *writer)
{
    const struct run_data *data = writer->data;
    if (attribute_int(writer->file, OUTPUT_MARK, OUTPUT_FORMAT) < 0)
        return writer_fail(writer, "", OUTPUT_MARK);
    for (int i = 0; i < data->attributes_n; i++) {
        const struct data_attribute *attribute = &data->attribute[i];
        int bad = attribute->is_text ? attribute_text(writer->file, attribute->name, attribute->text)
                                     : attribute_int(writer->file, attribute->name, attribute->number);
        if (bad < 0)
            return writer_fail(writer, "", attribute->name);
    }
    return 0;
}

static int file_contents(const struct writer *writer)
{
    const struct run_data *data = writer->data;
    int code = root_attributes(writer);
    if (code == 0)
        code = group_write(writer, "");
    for (int i = 0; i < data->vars_n && code == 0; i++) {
        int first = data->var[i].group[0] != '\0';
        for (int k = 0; k < i && first; k++)
            first = strcmp(data->var[k].group, data->var[i].group) != 0;
        if (first)
            code = group_write(writer, data->var[i].group);
    }
    return code;
}

static hid_t file_create(const char *part)
{
    hid_t created = creation_list(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    int bad = created < 0 || access < 0 || H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0;
#if H5_VERSION_GE(1, 10, 7)
    // Nobody else knows the file, and parallel file systems may have no locks.
    bad = bad || H5Pset_file_locking(access, 0, 1) < 0;
#endif
    if (!bad)
        file = H5Fcreate(part, H5F_ACC_TRUNC, created, access);
    if (access >= 0)
        H5Pclose(access);
    if (created >= 0)
        H5Pclose(created);
    return file;
}

static int part_write(struct writer *writer, const char *part)
{
    writer->scale = malloc((size_t)writer->data->dims_n * sizeof *writer->scale + 1);
    writer->text = H5Tcopy(H5T_C_S1);
    int bad = writer->scale == NULL || writer->text < 0 || H5Tset_size(writer->text, H5T_VARIABLE) < 0 ||
              H5Tset_cset(writer->text, H5T_CSET_UTF8) < 0;
    writer->file = bad ? -1 : file_create(part);
    int code = writer->file < 0 ? writer_fail(writer, "", "") : file_contents(writer);
    if (writer->file >= 0 && H5Fclose(writer->file) < 0 && code == 0)
        code = writer_fail(writer, "", "");
    if (writer->text >= 0)
        H5Tclose(writer->text);
    free(writer->scale);
    return code;
}

// Claims a name beside `path` that nobody has. Returns the open file, and its name for the caller to free.
static int part_open(const char *path, char **name, struct error *err)
{
    size_t size = strlen(path) + 48;
    char *part = malloc(size);
    int file = -1, reason = part == NULL ? ENOMEM : EEXIST;
    for (int k = 0; file < 0 && reason == EEXIST && k < PART_TRIES; k++) {
        snprintf(part, size, "%s.%ld-%d.part", path, (long)getpid(), k);
        file = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        reason = errno;
    }
    if (file < 0) {
        error_add(err, ERROR_WORK, "%s: cannot create a file beside it: %s", path, strerror(reason));
        free(part);
        part = NULL;
    }
    *name = part;
    return file;
}

// Makes the name in its folder as durable as the file. Some file systems know no fsync of folders.
static int folder_sync(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return -1;
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (folder < 0)
        return errno == EACCES ? 0 : -1; // a folder that may be written but not listed
    int bad = fsync(folder) != 0 && errno != EINVAL && errno != ENOTSUP;
    int reason = errno;
    close(folder);
    errno = reason;
    return bad ? -1 : 0;
}

static int part_publish(int file, const char *part, const char *path, struct error *err)
{
    if (fsync(file) != 0)
        return error_add(err, ERROR_WORK, "%s: cannot be brought to disk: %s", path, strerror(errno));
    if (rename(part, path) != 0)
        return error_add(err, ERROR_WORK, "%s: cannot take its name: %s", path, strerror(errno));
    if (folder_sync(path) == 0)
        return 0;
    int reason = errno;
    unlink(path);
    return error_add(err, ERROR_WORK, "%s: its folder cannot be brought to disk: %s", path, strerror(reason));
}

int output_write(const struct run_data *data, const char *path, struct error *err)
{
    if (data_check(data, err) != 0)
        return ERROR_WORK;
    char *part = NULL;
    int file = part_open(path, &part, err);
    if (file < 0)
        return ERROR_WORK;
    struct writer writer = {.data = data, .path = path, .err = err, .file = -1, .text = -1};
    reason_begin(&writer.reason);
    int code = part_write(&writer, part);
    reason_end(&writer.reason);
    if (code == 0)
        code = part_publish(file, part, path, err);
    close(file);
    if (code != 0)
        unlink(part); // already gone if it took its name
    free(part);
    return code;
}
