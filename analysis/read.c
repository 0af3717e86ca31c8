#include "analysis/read.h"

#include <errno.h>
#include <hdf5.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "analysis/read_heap.h"
#include "sim/output.h"

#define ENTRIES_MAX    65536 // datasets and groups of a group
#define ATTRIBUTES_MAX 1024
#define DEFLATE_RATIO  1032 // the most that deflate can save

// A dataset or group of the group being read, or an attribute of the root.
struct entry {
    char name[DATA_NAME_MAX];
    int64_t order; // of creation
    int is_group, is_scale, is_wanted;
    hobj_ref_t reference;
};

// "Axis `axis` of dataset `reference` is dimension `dim`", as the scales say it.
struct attachment {
    hobj_ref_t reference;
    int axis, dim;
};

struct reader {
    const char *path;
    struct error *err;
    int code; // why a visit of attributes or links was stopped
    struct run_data *data;
    struct read_heap heap;         // the file's texts, and its length
    uint64_t stored_bytes;         // claimed so far, no more than the file has
    char group[DATA_NAME_MAX];     // being read
    struct entry *entry;           //
    int entries_n, entries_max;    //
    struct attachment *attachment; // at most one per entry and axis
    int64_t attachments_n;         //
};

// ---- faults -------------------------------------------------------------------------------------

static int read_fault(const struct reader *reader, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Says what is wrong with an object of the current group ("" for the group itself).
static int read_fault(const struct reader *reader, const char *name, const char *format, ...)
{
    char what[ERROR_TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_add(reader->err, ERROR_INPUT, "%s: /%s%s%s: %s", reader->path, reader->group,
                     reader->group[0] != '\0' && name[0] != '\0' ? "/" : "", name, what);
}

static int read_memory(const struct reader *reader)
{
    return error_add(reader->err, ERROR_WORK, "%s: does not fit in memory", reader->path);
}

static int read_damaged(const struct reader *reader, const char *name)
{
    if (data_failed(reader->data))
        return read_memory(reader);
    return read_fault(reader, name, "cannot be read; the file is damaged");
}

// Closes whatever HDF5 opened; -1 is nothing.
static void read_close(hid_t id)
{
    if (id >= 0)
        H5Idec_ref(id);
}

// ---- attributes ---------------------------------------------------------------------------------

static const char fixed_text[] = "fixed-length UTF-8 text";

// Elements of an attribute, -1 if unknown; 1 for a scalar.
static int64_t attribute_elements(hid_t attribute)
{
    hid_t space = H5Aget_space(attribute);
    int64_t n = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    read_close(space);
    return n;
}

// A text attribute of fixed length, kept; NULL if it is none or damaged.
static const char *attribute_text(const struct reader *reader, hid_t object, const char *name)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    int fixed = type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                attribute_elements(attribute) == 1;
    size_t size = fixed ? H5Tget_size(type) : 0;
    char *text = size > 0 && size < reader->heap.bytes ? data_alloc(reader->data, size + 1) : NULL;
    if (text != NULL && (H5Aread(attribute, type, text) < 0 || !data_text_sound(text)))
        text = NULL;
    read_close(type);
    read_close(attribute);
    return text;
}

// The text attribute `name` of a dataset, "" if it has none.
static int attribute_find(const struct reader *reader, hid_t object, const char *object_name,
                          const char *name, const char **text)
{
    *text = H5Aexists(object, name) == 0 ? "" : attribute_text(reader, object, name);
    if (data_failed(reader->data))
        return read_memory(reader);
    if (*text == NULL)
        return read_fault(reader, object_name, "attribute '%s' is not %s", name, fixed_text);
    return 0;
}

// An integer attribute; 0 if it is one.
static int attribute_int(hid_t object, const char *name, int64_t *number)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    int whole = type >= 0 && (H5Tequal(type, H5T_STD_I32LE) > 0 || H5Tequal(type, H5T_STD_I64LE) > 0) &&
                attribute_elements(attribute) == 1 && H5Aread(attribute, H5T_NATIVE_INT64, number) >= 0;
    read_close(type);
    read_close(attribute);
    return whole ? 0 : -1;
}

static int entry_compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->order != y->order ? (x->order < y->order ? -1 : 1) : strcmp(x->name, y->name);
}

// Makes room for the entries of a group, or for the attributes of the root.
static int entries_begin(struct reader *reader, uint64_t max)
{
    if (max > ENTRIES_MAX)
        return read_fault(reader, "", "has more than %d objects", ENTRIES_MAX);
    reader->entries_n = 0;
    reader->entries_max = (int)max;
    reader->entry = data_alloc(reader->data, max * sizeof *reader->entry);
    return reader->entry == NULL ? read_memory(reader) : 0;
}

// Visits come in no order: HDF5 1.10 sorts in a table, and frees what it never filled of it if a link is
// damaged.
static int entry_add(struct reader *reader, const char *name, int has_order, int64_t order)
{
    if (!data_name_sound(name) || reader->entries_n == reader->entries_max)
        return reader->code =
                   read_fault(reader, "", "has too many objects, or one whose name is not one of ours");
    struct entry *entry = &reader->entry[reader->entries_n++];
    memcpy(entry->name, name, strlen(name) + 1);
    entry->order = has_order ? order : 0;
    return 0;
}

static herr_t attribute_visit(hid_t root, const char *name, const H5A_info_t *info, void *ctx)
{
    (void)root;
    return entry_add(ctx, name, info->corder_valid, info->corder) != 0;
}

static int attribute_read(const struct reader *reader, hid_t root, const char *name)
{
    int64_t number = 0;
    const char *text = attribute_text(reader, root, name);
    if (text != NULL)
        data_attribute_text(reader->data, name, text);
    else if (attribute_int(root, name, &number) == 0)
        data_attribute_int(reader->data, name, number);
    else
        return read_fault(reader, "", "attribute '%s' is neither %s nor an integer", name, fixed_text);
    return data_failed(reader->data) ? read_memory(reader) : 0;
}

static int root_attributes(struct reader *reader, hid_t root)
{
    int64_t format = 0;
    if (attribute_int(root, OUTPUT_MARK, &format) != 0)
        return read_fault(reader, "", "no integer attribute '" OUTPUT_MARK "'; not a mangrove file");
    if (format != OUTPUT_FORMAT)
        return read_fault(reader, "", "of format %lld; this program reads %d", (long long)format,
                          OUTPUT_FORMAT);
    int code = entries_begin(reader, ATTRIBUTES_MAX);
    if (code != 0)
        return code;
    if (H5Aiterate2(root, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, attribute_visit, reader) < 0)
        return read_damaged(reader, "");
    code = reader->code;
    qsort(reader->entry, (size_t)reader->entries_n, sizeof *reader->entry, entry_compare);
    for (int i = 0; i < reader->entries_n && code == 0; i++)
        if (strcmp(reader->entry[i].name, OUTPUT_MARK) != 0)
            code = attribute_read(reader, root, reader->entry[i].name);
    return code;
}

// ---- datasets -----------------------------------------------------------------------------------

// What a dataset says about itself, checked.
struct shape {
    enum data_type type;
    int rank;
    hsize_t extent[DATA_DIMS_MAX];
    int64_t n;
};

// The type in memory of a type in the file: 0, or -1 if it is none of ours.
static int type_known(hid_t type, enum data_type *out)
{
    const hid_t known[] = {H5T_IEEE_F64LE, H5T_IEEE_F32LE, H5T_STD_I64LE, H5T_STD_I32LE,
                           H5T_STD_U8LE}; // as enum data_type
    if (H5Tget_class(type) == H5T_STRING) {
        *out = DATA_TEXT;
        return H5Tis_variable_str(type) > 0 && H5Tget_cset(type) == H5T_CSET_UTF8 ? 0 : -1;
    }
    for (*out = DATA_F64; *out < DATA_TEXT; ++*out)
        if (H5Tequal(type, known[*out]) > 0)
            return 0;
    return -1;
}

static int shape_read(const struct reader *reader, hid_t dataset, const char *name, struct shape *shape)
{
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    int known = type >= 0 && type_known(type, &shape->type) == 0;
    H5S_class_t class = space < 0 ? H5S_NO_CLASS : H5Sget_simple_extent_type(space);
    shape->rank = class == H5S_SCALAR ? 0 : class == H5S_SIMPLE ? H5Sget_simple_extent_ndims(space) : -1;
    int allowed = shape->rank >= 0 && shape->rank <= DATA_DIMS_MAX;
    if (allowed && shape->rank > 0 && H5Sget_simple_extent_dims(space, shape->extent, NULL) < 0)
        allowed = 0;
    read_close(space);
    read_close(type);
    if (!known)
        return read_fault(reader, name, "wrong type; expected float64, float32, int64, int32, uint8, UTF-8");
    if (!allowed)
        return read_fault(reader, name, "wrong rank; from 0 to %d dimensions are allowed", DATA_DIMS_MAX);
    int64_t bytes = (int64_t)data_type_bytes(shape->type);
    for (int k = 0; k < shape->rank; k++)
        if (__builtin_mul_overflow(bytes, shape->extent[k], &bytes) || bytes > DATA_BYTES_MAX)
            return read_fault(reader, name, "larger than %lld bytes", (long long)DATA_BYTES_MAX);
    shape->n = bytes / (int64_t)data_type_bytes(shape->type);
    return 0;
}

// Filters of HDF5 itself; any other would be a plug-in that HDF5 loads.
static int filters_known(hid_t list)
{
    int n = H5Pget_nfilters(list);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values_n = 0;
        H5Z_filter_t filter = H5Pget_filter2(list, (unsigned)i, &flags, &values_n, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
            return 0;
    }
    return n >= 0;
}

// The values must lie in this file, all of them, and be no more than the file can hold.
static int shape_storage(struct reader *reader, hid_t dataset, const char *name, const struct shape *shape)
{
    hid_t list = H5Dget_create_plist(dataset);
    H5D_layout_t layout = list < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(list);
    int plain = layout == H5D_CONTIGUOUS || layout == H5D_COMPACT || layout == H5D_CHUNKED;
    plain = plain && (shape->type != DATA_TEXT || layout == H5D_CONTIGUOUS);
    plain = plain && H5Pget_external_count(list) == 0 && filters_known(list);
    read_close(list);
    if (!plain)
        return read_fault(reader, name, "stored in a way that is not read (another file, an unknown filter)");
    uint64_t stored = H5Dget_storage_size(dataset);
    if (stored > reader->heap.bytes - reader->stored_bytes)
        return read_fault(reader, name, "claims more bytes than the file has");
    reader->stored_bytes += stored;
    uint64_t element = shape->type == DATA_TEXT ? READ_HEAP_REFERENCE : data_type_bytes(shape->type);
    uint64_t bytes = (uint64_t)shape->n * element;
    if (bytes > stored * (layout == H5D_CHUNKED ? DEFLATE_RATIO : 1))
        return read_fault(reader, name, "not all of its values are stored");
    return 0;
}

// Reads all values of a checked dataset into `out`, texts as char *[].
static int values_read(struct reader *reader, hid_t dataset, const char *name, const struct shape *shape,
                       void *out)
{
    const hid_t memory[] = {H5T_NATIVE_DOUBLE, H5T_NATIVE_FLOAT, H5T_NATIVE_INT64, H5T_NATIVE_INT32,
                            H5T_NATIVE_UINT8}; // as enum data_type
    if (shape->n == 0)
        return 0;
    if (shape->type == DATA_TEXT) {
        haddr_t at = H5Dget_offset(dataset);
        int64_t n = at == HADDR_UNDEF ? 0 : read_heap_texts(&reader->heap, at, shape->n, reader->data, out);
        if (n < shape->n && !data_failed(reader->data))
            return read_fault(reader, name, "text %lld is missing or not printable UTF-8", (long long)n);
    } else if (H5Dread(dataset, memory[shape->type], H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) {
        return read_damaged(reader, name);
    }
    return data_failed(reader->data) ? read_memory(reader) : 0;
}

// ---- dimensions and variables -------------------------------------------------------------------

// Reads labels or values of a scale that has them.
static int scale_values(struct reader *reader, hid_t scale, struct shape *shape, struct data_dim *dim)
{
    int code = shape_storage(reader, scale, dim->name, shape);
    if (code != 0)
        return code;
    int is_text = shape->type == DATA_TEXT;
    if (!is_text)
        shape->type = DATA_F64; // as which run_data keeps every number of a dimension
    void *values = data_alloc(reader->data, (size_t)shape->n * data_type_bytes(shape->type));
    if (values == NULL)
        return read_memory(reader);
    dim->label = is_text ? values : NULL;
    dim->value = is_text ? NULL : values;
    return values_read(reader, scale, dim->name, shape, values);
}

// Reads which axes of which datasets a scale belongs to; none if it has no such list.
static int scale_attachments(struct reader *reader, hid_t scale, const char *name, int dim)
{
    if (H5Aexists(scale, "REFERENCE_LIST") == 0)
        return 0;
    struct attachment *attachment = reader->attachment + reader->attachments_n;
    hid_t attribute = H5Aopen(scale, "REFERENCE_LIST", H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t expected = H5Tcreate(H5T_COMPOUND, sizeof *attachment); // as H5DS writes it, with a gap for `dim`
    int64_t n = attribute < 0 ? -1 : attribute_elements(attribute);
    int bad =
        H5Tinsert(expected, "dataset", offsetof(struct attachment, reference), H5T_STD_REF_OBJ) < 0 ||
        H5Tinsert(expected, "dimension", offsetof(struct attachment, axis), H5T_STD_I32LE) < 0 ||
        H5Tequal(type, expected) <= 0 || n < 0 ||
        n > (int64_t)reader->entries_max * DATA_DIMS_MAX - reader->attachments_n ||
        H5Aread(attribute, expected, attachment) < 0; // no conversion: HDF5's are unsafe on damaged types
    read_close(expected);
    read_close(type);
    read_close(attribute);
    if (bad)
        return read_fault(reader, name, "attribute 'REFERENCE_LIST' is not a list of this group's axes");
    for (int64_t i = 0; i < n; i++)
        attachment[i].dim = dim;
    reader->attachments_n += n;
    return 0;
}

static int scale_read(struct reader *reader, hid_t scale, const char *name)
{
    struct shape shape = {0};
    struct data_dim dim = {0};
    const char *scale_name, *unit;
    int code = shape_read(reader, scale, name, &shape);
    if (code == 0 && shape.rank != 1)
        code = read_fault(reader, name, "wrong rank; a dimension's labels or values have one dimension");
    if (code != 0 || (code = attribute_find(reader, scale, name, "NAME", &scale_name)) != 0 ||
        (code = attribute_find(reader, scale, name, "units", &unit)) != 0 ||
        (code = attribute_find(reader, scale, name, "long_name", &dim.doc)) != 0)
        return code;
    if (shape.n > DATA_BYTES_MAX / (int64_t)sizeof(double))
        return read_fault(reader, name, "too large a dimension");
    if (strlen(unit) >= DATA_NAME_MAX)
        return read_fault(reader, name, "attribute 'units' is too long");
    snprintf(dim.name, sizeof dim.name, "%s", name);
    snprintf(dim.unit, sizeof dim.unit, "%s", unit);
    dim.n = shape.n;
    if (strncmp(scale_name, OUTPUT_BARE_DIM, strlen(OUTPUT_BARE_DIM)) != 0)
        code = scale_values(reader, scale, &shape, &dim);
    if (code != 0)
        return code;
    int index = data_dim_share(reader->data, &dim); // a copy of another group, or new;
    return index < 0 ? read_memory(reader) : scale_attachments(reader, scale, name, index);
}

// Finds the dimension of each axis among the attachments of the group's scales.
static int var_dims(const struct reader *reader, const struct entry *entry, const struct shape *shape,
                    struct data_var *var)
{
    for (int k = 0; k < shape->rank; k++)
        var->dim[k] = -1;
    for (int64_t i = 0; i < reader->attachments_n; i++) {
        const struct attachment *attachment = &reader->attachment[i];
        if (attachment->reference != entry->reference)
            continue;
        int axis = attachment->axis;
        if (axis < 0 || axis >= shape->rank || var->dim[axis] >= 0)
            return read_fault(reader, entry->name, "is given an axis that it does not have, or has already");
        var->dim[axis] = attachment->dim;
    }
    for (int k = 0; k < shape->rank; k++) {
        const struct data_dim *dim = var->dim[k] < 0 ? NULL : &reader->data->dim[var->dim[k]];
        if (dim == NULL)
            return read_fault(reader, entry->name, "axis %d has no dimension", k);
        if ((hsize_t)dim->n != shape->extent[k])
            return read_fault(reader, entry->name, "is not as long along axis %d as its dimension '%s'", k,
                              dim->name);
    }
    return 0;
}

static int var_texts(const struct reader *reader, hid_t dataset, const char *name, struct data_var *var)
{
    static const char *const names[] = {"units", "long_name", "definition", "cell_methods", "source"};
    const char **texts[] = {&var->unit, &var->long_name, &var->definition, &var->cell_methods, &var->source};
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof texts / sizeof *texts; i++)
        code = attribute_find(reader, dataset, name, names[i], texts[i]);
    return code;
}

static int var_read(struct reader *reader, hid_t dataset, const struct entry *entry)
{
    struct shape shape = {0};
    struct data_var var = {0};
    int code = shape_read(reader, dataset, entry->name, &shape);
    if (code != 0 || (code = var_dims(reader, entry, &shape, &var)) != 0 ||
        (code = shape_storage(reader, dataset, entry->name, &shape)) != 0 ||
        (code = var_texts(reader, dataset, entry->name, &var)) != 0)
        return code;
    snprintf(var.group, sizeof var.group, "%s", reader->group);
    snprintf(var.name, sizeof var.name, "%s", entry->name);
    var.type = shape.type;
    var.dims_n = shape.rank;
    int index = data_var_add(reader->data, &var);
    return index < 0 ? read_memory(reader)
                     : values_read(reader, dataset, entry->name, &shape, reader->data->var[index].value);
}

// ---- groups -------------------------------------------------------------------------------------

static herr_t link_visit(hid_t group, const char *name, const H5L_info_t *info, void *ctx)
{
    (void)group;
    struct reader *reader = ctx;
    if (entry_add(reader, name, info->corder_valid, info->corder) == 0 && info->type != H5L_TYPE_HARD)
        reader->code = read_fault(reader, name, "is a link to elsewhere");
    return reader->code != 0;
}

// Finds out what an entry is.
static int entry_open(const struct reader *reader, hid_t group, struct entry *entry)
{
    hid_t object = H5Oopen(group, entry->name, H5P_DEFAULT);
    H5I_type_t kind = object < 0 ? H5I_BADID : H5Iget_type(object);
    const char *class = "";
    int code = 0;
    entry->is_group = kind == H5I_GROUP && reader->group[0] == '\0';
    if (object < 0 || H5Rcreate(&entry->reference, group, entry->name, H5R_OBJECT, -1) < 0)
        code = read_damaged(reader, entry->name);
    else if (kind == H5I_DATASET)
        code = attribute_find(reader, object, entry->name, "CLASS", &class);
    else if (!entry->is_group)
        code = read_fault(reader, entry->name, "is neither a dataset nor a group of the root");
    entry->is_scale = code == 0 && strcmp(class, "DIMENSION_SCALE") == 0;
    read_close(object);
    return code;
}

// Reads the datasets that are scales, or those that are not.
static int entries_read(struct reader *reader, hid_t group, int scales)
{
    int code = 0;
    for (int i = 0; i < reader->entries_n && code == 0; i++) {
        const struct entry *entry = &reader->entry[i];
        if (entry->is_group || entry->is_scale != scales)
            continue;
        hid_t dataset = H5Dopen2(group, entry->name, H5P_DEFAULT);
        code = dataset < 0 ? read_damaged(reader, entry->name)
               : scales    ? scale_read(reader, dataset, entry->name)
                           : var_read(reader, dataset, entry);
        read_close(dataset);
    }
    return code;
}

// Lists what the group holds, in the order of creation.
static int entries_list(struct reader *reader, hid_t group)
{
    H5G_info_t info;
    if (H5Gget_info(group, &info) < 0)
        return read_damaged(reader, "");
    int code = entries_begin(reader, info.nlinks);
    if (code != 0)
        return code;
    reader->attachments_n = 0;
    reader->attachment = data_alloc(reader->data, info.nlinks * DATA_DIMS_MAX * sizeof *reader->attachment);
    if (reader->attachment == NULL)
        return read_memory(reader);
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, link_visit, reader) < 0)
        return read_damaged(reader, "");
    code = reader->code;
    qsort(reader->entry, (size_t)reader->entries_n, sizeof *reader->entry, entry_compare);
    for (int i = 0; i < reader->entries_n && code == 0; i++)
        code = entry_open(reader, group, &reader->entry[i]);
    return code;
}

static int group_read(struct reader *reader, hid_t file, const char *name)
{
    snprintf(reader->group, sizeof reader->group, "%s", name);
    hid_t group = H5Gopen2(file, name[0] == '\0' ? "/" : name, H5P_DEFAULT);
    int code = group < 0 ? read_damaged(reader, "") : name[0] == '\0' ? root_attributes(reader, group) : 0;
    code = code != 0 ? code : entries_list(reader, group);
    for (int scales = 1; scales >= 0 && code == 0; scales--)
        code = entries_read(reader, group, scales);
    read_close(group);
    return code;
}

// ---- the file -----------------------------------------------------------------------------------

// Marks the groups that the comma list names; each must be there.
static int groups_choose(const struct reader *reader, const char *groups)
{
    int all = strcmp(groups, "*") == 0;
    for (int i = 0; i < reader->entries_n && all; i++)
        reader->entry[i].is_wanted = reader->entry[i].is_group;
    for (const char *item = groups; *item != '\0' && !all; item += strspn(item, ",")) {
        size_t length = strcspn(item, ",");
        int found = 0;
        for (int i = 0; i < reader->entries_n; i++) {
            struct entry *entry = &reader->entry[i];
            if (entry->is_group && strlen(entry->name) == length && memcmp(entry->name, item, length) == 0)
                found = entry->is_wanted = 1;
        }
        if (!found)
            return error_add(reader->err, ERROR_INPUT, "%s: no group /%.*s", reader->path, (int)length, item);
        item += length;
    }
    return 0;
}

static int contents_read(struct reader *reader, hid_t file, const char *groups)
{
    int code = group_read(reader, file, "");
    code = code != 0 ? code : groups_choose(reader, groups);
    const struct entry *root = reader->entry; // stays in the arena
    int root_n = reader->entries_n;
    for (int i = 0; i < root_n && code == 0; i++)
        if (root[i].is_wanted)
            code = group_read(reader, file, root[i].name);
    return code;
}

static int file_read(struct reader *reader, const char *groups)
{
    hid_t file = -1, access = H5Pcreate(H5P_FILE_ACCESS);
    int bad = access < 0 || H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0;
#if H5_VERSION_GE(1, 10, 7)
    bad = bad || H5Pset_file_locking(access, 0, 1) < 0; // runs do not change, and not every disk has locks
#endif
    if (!bad)
        file = H5Fopen(reader->path, H5F_ACC_RDONLY, access);
    int code = bad        ? read_memory(reader)
               : file < 0 ? read_fault(reader, "", "cannot be opened; the file is damaged or cut short")
                          : contents_read(reader, file, groups);
    read_close(file);
    read_close(access);
    return code;
}

// A regular file that begins as HDF5 does (HDF5 itself would also look further into it) and whose addresses
// and sizes have the usual 8 bytes.
static int file_check(struct reader *reader)
{
    static const char signature[9] = "\211HDF\r\n\032\n";
    struct stat status;
    int bad = stat(reader->path, &status) != 0;
    if (!bad && (!S_ISREG(status.st_mode) || status.st_size < 16))
        return read_fault(reader, "", "not an HDF5 file");
    if (bad || read_heap_open(&reader->heap, reader->path) != 0)
        return error_add(reader->err, ERROR_INPUT, "%s: cannot be opened: %s", reader->path, strerror(errno));
    const uint8_t *begin = reader->heap.map, *widths = begin + (begin[8] < 2 ? 13 : 9);
    if (memcmp(begin, signature, 8) != 0 || widths[0] != 8 || widths[1] != 8)
        return read_fault(reader, "", "not an HDF5 file");
    return 0;
}

int read_run(const char *path, const char *groups, struct run_data **data, struct error *err)
{
    struct reader reader = {.path = path, .err = err, .data = data_create()};
    int code = reader.data == NULL ? read_memory(&reader) : file_check(&reader);
    if (code == 0) {
        H5E_auto2_t before;
        void *before_ctx;
        H5dont_atexit(); // see sim/output.c
        H5Eget_auto2(H5E_DEFAULT, &before, &before_ctx);
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
        code = file_read(&reader, groups == NULL ? "" : groups);
        H5Eset_auto2(H5E_DEFAULT, before, before_ctx);
    }
    read_heap_close(&reader.heap);
    *data = code == 0 ? reader.data : NULL;
    if (code != 0)
        data_free(reader.data);
    return code;
}
