#include "sim/data.h"

#include <stdlib.h>
#include <string.h>
#include "sim/table.h"

#define ARENA_CHUNK_BYTES ((size_t)64 * 1024)
#define ARENA_ALIGN       _Alignof(max_align_t)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size, used;
    max_align_t memory[];
};

struct arena {
    struct arena_chunk *chunk;
    int failed;
    int attributes_max, dims_max, vars_max; // room in the arrays of run_data
};

static const size_t type_bytes[] = {[DATA_F64] = 8, [DATA_F32] = 4, [DATA_I64] = 8,
                                    [DATA_I32] = 4, [DATA_U8] = 1,  [DATA_TEXT] = sizeof(char *)};

size_t data_type_bytes(enum data_type type)
{
    return type_bytes[type];
}

// ---- memory -------------------------------------------------------------------------------------

struct run_data *data_create(void)
{
    struct run_data *data = calloc(1, sizeof *data);
    struct arena *arena = calloc(1, sizeof *arena);
    if (data == NULL || arena == NULL) {
        free(data);
        free(arena);
        return NULL;
    }
    data->arena = arena;
    return data;
}

void data_free(struct run_data *data)
{
    if (data == NULL)
        return;
    struct arena *arena = data->arena;
    while (arena->chunk != NULL) {
        struct arena_chunk *next = arena->chunk->next;
        free(arena->chunk);
        arena->chunk = next;
    }
    free(arena);
    free(data);
}

int data_failed(const struct run_data *data)
{
    return data == NULL || ((const struct arena *)data->arena)->failed;
}

// A new chunk with room for `size` bytes. A large array gets a chunk of its own, placed second so that the
// chunk being filled stays first.
static struct arena_chunk *chunk_add(struct arena *arena, size_t size)
{
    int own = size > ARENA_CHUNK_BYTES / 4;
    size_t room = own ? size : ARENA_CHUNK_BYTES;
    struct arena_chunk *chunk = room > SIZE_MAX - sizeof *chunk ? NULL : calloc(1, sizeof *chunk + room);
    if (chunk == NULL)
        return NULL;
    chunk->size = room;
    if (own && arena->chunk != NULL) {
        chunk->next = arena->chunk->next;
        arena->chunk->next = chunk;
    } else {
        chunk->next = arena->chunk;
        arena->chunk = chunk;
    }
    return chunk;
}

void *data_alloc(struct run_data *data, size_t bytes)
{
    if (data_failed(data))
        return NULL;
    struct arena *arena = data->arena;
    if (bytes > SIZE_MAX - ARENA_ALIGN) {
        arena->failed = 1;
        return NULL;
    }
    size_t size = bytes == 0 ? ARENA_ALIGN : (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    struct arena_chunk *chunk = arena->chunk;
    if (chunk == NULL || chunk->size - chunk->used < size)
        chunk = chunk_add(arena, size);
    if (chunk == NULL) {
        arena->failed = 1;
        return NULL;
    }
    void *memory = (char *)chunk->memory + chunk->used;
    chunk->used += size;
    return memory;
}

static char *text_copy(struct run_data *data, const char *text)
{
    size_t size = text == NULL ? 1 : strlen(text) + 1;
    char *copy = data_alloc(data, size);
    if (copy != NULL && text != NULL)
        memcpy(copy, text, size);
    return copy;
}

const char *data_text(struct run_data *data, const char *text)
{
    const char *copy = text_copy(data, text);
    return copy == NULL ? "" : copy;
}

// Room for one more element in an array of the data; the outgrown array stays in the arena until the end, at
// most as much again as the last one.
static void *array_grow(struct run_data *data, void *array, int n, int *max, size_t element)
{
    if (n < *max)
        return array;
    int more = *max == 0 ? 16 : *max * 2;
    void *grown = data_alloc(data, (size_t)more * element);
    if (grown == NULL)
        return NULL;
    if (n > 0)
        memcpy(grown, array, (size_t)n * element);
    *max = more;
    return grown;
}

static void name_copy(char *out, const char *name)
{
    size_t length = strlen(name);
    CHECK(length < DATA_NAME_MAX);
    memcpy(out, name, length + 1);
}

// ---- attributes ---------------------------------------------------------------------------------

static int attribute_index(const struct run_data *data, const char *name)
{
    for (int i = 0; i < data->attributes_n; i++)
        if (strcmp(data->attribute[i].name, name) == 0)
            return i;
    return -1;
}

const struct data_attribute *data_attribute_find(const struct run_data *data, const char *name)
{
    int i = attribute_index(data, name);
    return i < 0 ? NULL : &data->attribute[i];
}

static void attribute_put(struct run_data *data, const char *name, const char *text, int64_t number)
{
    if (data_failed(data))
        return;
    int i = attribute_index(data, name);
    char *copy = text_copy(data, text);
    if (i < 0) {
        struct arena *arena = data->arena;
        void *array = array_grow(data, data->attribute, data->attributes_n, &arena->attributes_max,
                                 sizeof *data->attribute);
        if (data_failed(data))
            return;
        data->attribute = array;
        i = data->attributes_n++;
        name_copy(data->attribute[i].name, name);
    }
    if (data_failed(data))
        return;
    struct data_attribute *attribute = &data->attribute[i];
    attribute->is_text = text != NULL;
    attribute->text = copy;
    attribute->number = number;
}

void data_attribute_text(struct run_data *data, const char *name, const char *text)
{
    attribute_put(data, name, text == NULL ? "" : text, 0);
}

void data_attribute_int(struct run_data *data, const char *name, int64_t number)
{
    attribute_put(data, name, NULL, number);
}

// ---- dimensions ---------------------------------------------------------------------------------

static char **labels_copy(struct run_data *data, int64_t n, const char *const *label)
{
    char **copy = data_alloc(data, (size_t)n * sizeof *copy);
    for (int64_t i = 0; copy != NULL && i < n; i++)
        copy[i] = text_copy(data, label[i]);
    return copy;
}

int data_dim_add(struct run_data *data, const char *name, const char *unit, const char *doc, int64_t n,
                 const char *const *label, const double *value)
{
    if (data_failed(data))
        return -1;
    CHECK(n >= 0 && (uint64_t)n <= SIZE_MAX / sizeof(double) && (label == NULL || value == NULL));
    struct arena *arena = data->arena;
    void *array = array_grow(data, data->dim, data->dims_n, &arena->dims_max, sizeof *data->dim);
    if (array == NULL)
        return -1;
    data->dim = array;
    struct data_dim *dim = &data->dim[data->dims_n];
    name_copy(dim->name, name);
    name_copy(dim->unit, unit == NULL ? "" : unit);
    dim->doc = data_text(data, doc);
    dim->n = n;
    dim->label = label == NULL ? NULL : labels_copy(data, n, label);
    dim->value = value == NULL ? NULL : data_alloc(data, (size_t)n * sizeof *value);
    if (data_failed(data))
        return -1;
    if (value != NULL && n > 0)
        memcpy(dim->value, value, (size_t)n * sizeof *value);
    return data->dims_n++;
}

int data_dim_find(const struct run_data *data, const char *name)
{
    for (int i = 0; i < data->dims_n; i++)
        if (strcmp(data->dim[i].name, name) == 0)
            return i;
    return -1;
}

static int dim_same(const struct data_dim *a, const struct data_dim *b)
{
    int same = strcmp(a->name, b->name) == 0 && strcmp(a->unit, b->unit) == 0 &&
               strcmp(a->doc, b->doc) == 0 && a->n == b->n && (a->label == NULL) == (b->label == NULL) &&
               (a->value == NULL) == (b->value == NULL);
    for (int64_t i = 0; same && a->label != NULL && i < a->n; i++)
        same = strcmp(a->label[i], b->label[i]) == 0;
    return same && (a->value == NULL || memcmp(a->value, b->value, (size_t)a->n * sizeof *a->value) == 0);
}

int data_dim_share(struct run_data *data, const struct data_dim *dim)
{
    for (int i = 0; i < data->dims_n; i++)
        if (dim_same(&data->dim[i], dim))
            return i;
    return data_dim_add(data, dim->name, dim->unit, dim->doc, dim->n, (const char *const *)dim->label,
                        dim->value);
}

int data_label_find(const struct data_dim *dim, const char *label)
{
    for (int64_t i = 0; dim->label != NULL && i < dim->n; i++)
        if (strcmp(dim->label[i], label) == 0)
            return (int)i;
    return -1;
}

// ---- variables ----------------------------------------------------------------------------------

// Elements of a variable, or -1 if its storage could not be counted in a size_t.
static int64_t elements_n(const struct run_data *data, const struct data_var *var)
{
    int64_t n = 1, bytes;
    for (int i = 0; i < var->dims_n; i++) {
        CHECK(var->dim[i] >= 0 && var->dim[i] < data->dims_n);
        if (__builtin_mul_overflow(n, data->dim[var->dim[i]].n, &n))
            return -1;
    }
    if (__builtin_mul_overflow(n, (int64_t)data_type_bytes(var->type), &bytes) ||
        (uint64_t)bytes > SIZE_MAX / 2)
        return -1;
    return n;
}

// Zeroed storage; every text of a text variable is one common "".
static void *values_alloc(struct run_data *data, enum data_type type, int64_t n)
{
    void *value = data_alloc(data, (size_t)n * data_type_bytes(type));
    if (value == NULL || type != DATA_TEXT)
        return value;
    char *empty = text_copy(data, NULL);
    for (int64_t i = 0; i < n; i++)
        ((char **)value)[i] = empty;
    return value;
}

int data_var_add(struct run_data *data, const struct data_var *description)
{
    if (data_failed(data))
        return -1;
    CHECK(description->dims_n >= 0 && description->dims_n <= DATA_DIMS_MAX);
    struct data_var var = *description; // the description may lie in the array that is about to grow
    struct arena *arena = data->arena;
    name_copy(var.group, description->group);
    name_copy(var.name, description->name);
    var.n = elements_n(data, &var);
    if (var.n < 0) {
        arena->failed = 1;
        return -1;
    }
    void *array = array_grow(data, data->var, data->vars_n, &arena->vars_max, sizeof *data->var);
    var.long_name = data_text(data, var.long_name);
    var.unit = data_text(data, var.unit);
    var.definition = data_text(data, var.definition);
    var.cell_methods = data_text(data, var.cell_methods);
    var.source = data_text(data, var.source);
    var.value = values_alloc(data, var.type, var.n);
    if (data_failed(data))
        return -1;
    data->var = array;
    data->var[data->vars_n] = var;
    return data->vars_n++;
}

const struct data_var *data_var_find(const struct run_data *data, const char *group, const char *name)
{
    for (int i = 0; i < data->vars_n; i++)
        if (strcmp(data->var[i].name, name) == 0 && strcmp(data->var[i].group, group) == 0)
            return &data->var[i];
    return NULL;
}

void data_text_put(struct run_data *data, int var, int64_t element, const char *text)
{
    if (data_failed(data))
        return;
    CHECK(var >= 0 && var < data->vars_n && data->var[var].type == DATA_TEXT);
    CHECK(element >= 0 && element < data->var[var].n);
    char *copy = text_copy(data, text);
    if (copy != NULL)
        ((char **)data->var[var].value)[element] = copy;
}

// ---- what a file may carry ----------------------------------------------------------------------

int data_name_sound(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    size_t length = strlen(name);
    return length > 0 && length < DATA_NAME_MAX && strspn(name, allowed) == length;
}

int data_text_sound(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n;) {
        int length = text[i] == '\n' || text[i] == '\t' ? 1 : error_printable(text + i, n - i);
        if (length == 0)
            return 0;
        i += (size_t)length;
    }
    return 1;
}

static int check_text(const char *where, const char *name, const char *text, struct error *err)
{
    if (data_text_sound(text))
        return 0;
    return error_add(err, ERROR_WORK, "results: %s '%s': a text is not printable UTF-8", where, name);
}

static int check_name(const char *where, const char *name, struct error *err)
{
    if (data_name_sound(name))
        return 0;
    return error_add(err, ERROR_WORK, "results: %s: name '%s' is not letters, digits and _.-", where, name);
}

static int check_dim(const struct data_dim *dim, struct error *err)
{
    int bad = check_name("dimension", dim->name, err) != 0 ||
              check_text("dimension", dim->name, dim->unit, err) != 0 ||
              check_text("dimension", dim->name, dim->doc, err) != 0;
    for (int64_t i = 0; !bad && dim->label != NULL && i < dim->n; i++)
        bad = check_text("dimension", dim->name, dim->label[i], err) != 0;
    return bad;
}

static int check_var(const struct data_var *var, struct error *err)
{
    const char *texts[] = {var->unit, var->long_name, var->definition, var->cell_methods, var->source};
    int bad = check_name("variable", var->name, err) != 0 ||
              (var->group[0] != '\0' && check_name("group", var->group, err) != 0);
    for (size_t i = 0; !bad && i < sizeof texts / sizeof *texts; i++)
        bad = check_text("variable", var->name, texts[i], err) != 0;
    for (int64_t i = 0; !bad && var->type == DATA_TEXT && i < var->n; i++)
        bad = check_text("variable", var->name, ((char *const *)var->value)[i], err) != 0;
    if (!bad && var->n > DATA_BYTES_MAX / (int64_t)data_type_bytes(var->type))
        bad = error_add(err, ERROR_WORK, "results: variable '%s' has more than %lld bytes", var->name,
                        (long long)DATA_BYTES_MAX);
    return bad;
}

int data_check(const struct run_data *data, struct error *err)
{
    if (data_failed(data))
        return error_add(err, ERROR_WORK, "results: they do not fit in memory");
    int bad = 0;
    for (int i = 0; !bad && i < data->attributes_n; i++)
        bad = check_name("attribute", data->attribute[i].name, err) != 0 ||
              check_text("attribute", data->attribute[i].name, data->attribute[i].text, err) != 0;
    for (int i = 0; !bad && i < data->dims_n; i++)
        bad = check_dim(&data->dim[i], err);
    for (int i = 0; !bad && i < data->vars_n; i++)
        bad = check_var(&data->var[i], err);
    return bad ? ERROR_WORK : 0;
}

// ---- digest -------------------------------------------------------------------------------------

static uint64_t digest_text(uint64_t digest, const char *text)
{
    for (; *text != '\0'; text++)
        digest = table_mix(digest, (unsigned char)*text);
    return table_mix(digest, 0);
}

static uint64_t digest_double(uint64_t digest, double x)
{
    uint64_t bits = UINT64_C(0x7FF8000000000000); // compilers and machines differ in a NaN's sign and payload
    if (x == x)
        memcpy(&bits, &x, sizeof bits);
    return table_mix(digest, bits);
}

static uint64_t digest_dim(uint64_t digest, const struct data_dim *dim)
{
    digest = digest_text(digest, dim->name);
    digest = table_mix(digest, (uint64_t)dim->n);
    digest = table_mix(digest, (dim->label != NULL ? 1U : 0U) + (dim->value != NULL ? 2U : 0U));
    for (int64_t i = 0; dim->label != NULL && i < dim->n; i++)
        digest = digest_text(digest, dim->label[i]);
    for (int64_t i = 0; dim->value != NULL && i < dim->n; i++)
        digest = digest_double(digest, dim->value[i]);
    return digest;
}

static uint64_t digest_values(uint64_t digest, const struct data_var *var)
{
    const void *value = var->value;
    for (int64_t i = 0; i < var->n; i++) {
        switch (var->type) {
        case DATA_F64:
            digest = digest_double(digest, ((const double *)value)[i]);
            break;
        case DATA_F32:
            digest = digest_double(digest, ((const float *)value)[i]);
            break;
        case DATA_I64:
            digest = table_mix(digest, (uint64_t)((const int64_t *)value)[i]);
            break;
        case DATA_I32:
            digest = table_mix(digest, (uint64_t)((const int32_t *)value)[i]);
            break;
        case DATA_U8:
            digest = table_mix(digest, ((const uint8_t *)value)[i]);
            break;
        case DATA_TEXT:
            digest = digest_text(digest, ((char *const *)value)[i]);
            break;
        }
    }
    return digest;
}

// The sum over the variables, which is the same in any order.
uint64_t data_digest(const struct run_data *data)
{
    uint64_t sum = 0;
    for (int i = 0; i < data->vars_n; i++) {
        const struct data_var *var = &data->var[i];
        uint64_t digest = digest_text(digest_text(0, var->group), var->name);
        digest = table_mix(digest, (uint64_t)var->type);
        digest = table_mix(digest, (uint64_t)var->dims_n);
        for (int k = 0; k < var->dims_n; k++)
            digest = digest_dim(digest, &data->dim[var->dim[k]]);
        sum += digest_values(digest, var);
    }
    return table_mix(0, sum);
}
