// config_write: the resolved configuration as YAML. Keys with dots become nested mappings; keys of one group
// are gathered under one heading, wherever they stand in the schema.
#include "sim/config_part.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LINE_WIDTH 100 // columns after which a flow mapping goes on in the next line

struct leaf {
    char key[CONFIG_KEY_MAX];
    const struct field *field;
    const void *base;
    bool done;
};

struct writer {
    const struct config *config;
    const struct config_schema *schema;
    struct leaf *leaf;
    int leaves_n, leaves_max;
    char *text;
    size_t n, capacity;
    bool failed; // for want of memory
};

// Makes room for `more` bytes and a NUL.
static bool reserve(struct writer *writer, size_t more)
{
    size_t capacity = 2 * (writer->n + more) + 4096;
    if (writer->failed || writer->n + more < writer->capacity)
        return !writer->failed;
    char *text = realloc(writer->text, capacity);
    writer->failed = !text;
    if (text) {
        writer->text = text;
        writer->capacity = capacity;
    }
    return text;
}

__attribute__((format(printf, 2, 3))) static void put(struct writer *writer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CHECK(n >= 0);
    if (!reserve(writer, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(writer->text + writer->n, (size_t)n + 1, format, args);
    va_end(args);
    writer->n += (size_t)n;
}

static void add_leaf(void *ctx, const char *key, const struct field *field, const void *base)
{
    struct writer *writer = ctx;
    if (!writer->failed && writer->leaves_n == writer->leaves_max) {
        int max = writer->leaves_max > 0 ? 2 * writer->leaves_max : 256;
        struct leaf *leaf = realloc(writer->leaf, (size_t)max * sizeof *leaf);
        writer->failed = !leaf;
        writer->leaf = leaf ? leaf : writer->leaf;
        writer->leaves_max = leaf ? max : writer->leaves_max;
    }
    if (writer->failed)
        return;
    struct leaf *leaf = &writer->leaf[writer->leaves_n++];
    *leaf = (struct leaf){.field = field, .base = base};
    snprintf(leaf->key, sizeof leaf->key, "%s", key);
}

// ---- lines

// A comment, kept to one line.
static void put_comment(struct writer *writer, const char *text)
{
    for (; *text; text++)
        put(writer, "%c", *text == '\n' ? ' ' : *text);
}

static void put_row_comment(struct writer *writer, const struct field *field)
{
    bool has_unit = field->unit && field->unit[0], has_source = field->source && field->source[0];
    if (has_unit || has_source)
        put(writer, "  # %s%s", has_unit ? field->unit : "", has_unit && has_source ? "; " : "");
    if (has_source)
        put_comment(writer, field->source);
    put(writer, "\n");
}

static void put_text(struct writer *writer, const char *text)
{
    put(writer, "\"");
    for (; *text; text++)
        put(writer, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    put(writer, "\"");
}

// `label: number, ...` as a flow mapping, broken at commas where a line grows long.
static void put_pairs(struct writer *writer, const char *pairs, size_t column)
{
    put(writer, "{");
    size_t indent = ++column;
    while (*pairs) {
        size_t n = strcspn(pairs, ",");
        bool first = column == indent, last = pairs[n] == '\0', wrap = !first && column + n + 3 > LINE_WIDTH;
        if (wrap) {
            put(writer, "\n%*s", (int)indent, "");
            column = indent;
        }
        int written = (int)n + !last; // with its comma
        put(writer, "%s%.*s", first || wrap ? "" : " ", written, pairs);
        column += (size_t)written + 1;
        pairs += last ? n : n + 2;
    }
    put(writer, "}");
}

static void put_leaf(struct writer *writer, const struct leaf *leaf, const char *name, int indent)
{
    char text[FIELD_FORMAT_MAX];
    field_format(leaf->field, leaf->base, text, sizeof text);
    put(writer, "%*s%s: ", indent, "", name);
    switch (leaf->field->type) {
    case FIELD_TEXT:
        put_text(writer, text);
        break;
    case FIELD_VECTOR:
    case FIELD_SERIES:
        put_pairs(writer, text, (size_t)indent + strlen(name) + 2);
        break;
    default:
        put(writer, "%s", text);
        break;
    }
    put_row_comment(writer, leaf->field);
}

// ---- groups

// What the schema says of a path, or NULL.
static const char *doc_of(const struct config_schema *schema, const char *path)
{
    for (int i = 0; i < schema->sections_n; i++) {
        if (strcmp(schema->sections[i].path, path) == 0)
            return schema->sections[i].doc;
    }
    for (int i = 0; i < schema->maps_n; i++) {
        if (strcmp(schema->maps[i].path, path) == 0)
            return schema->maps[i].doc;
    }
    return NULL;
}

// The line of a group, under its description, and the kind of a map's entry. Members stand 2 columns further
// in.
static void put_heading(struct writer *writer, const char *path, const char *name, int indent)
{
    char key[CONFIG_KEY_MAX];
    const char *doc = doc_of(writer->schema, path);
    if (doc && doc[0]) {
        put(writer, "%*s# ", indent, "");
        put_comment(writer, doc);
        put(writer, "\n");
    }
    put(writer, "%*s%s:\n", indent, "", name);
    for (int i = 0; i < writer->schema->maps_n; i++) {
        const struct config_map *map = &writer->schema->maps[i];
        const char *rest = config_rest(path, map->path);
        config_join(path, "kind", key);
        if (map->kind && rest && !strchr(rest, '.'))
            put(writer, "%*skind: %s\n", indent + 2, "", config_find(writer->config, key)->text);
    }
}

// Writes the leaves below `path` from `first` on; all before it are done or stand elsewhere.
static void put_group(struct writer *writer, const char *path, int first, int indent)
{
    for (int i = first; i < writer->leaves_n; i++) {
        struct leaf *leaf = &writer->leaf[i];
        const char *rest = leaf->done ? NULL : config_rest(leaf->key, path);
        if (!rest)
            continue;
        size_t name_n = config_part_length(rest);
        if (rest[name_n] == '\0') {
            put_leaf(writer, leaf, rest, indent);
            leaf->done = true;
            continue;
        }
        char inner[CONFIG_KEY_MAX];
        size_t inner_n = (size_t)(rest - leaf->key) + name_n;
        memcpy(inner, leaf->key, inner_n);
        inner[inner_n] = '\0';
        put_heading(writer, inner, inner + inner_n - name_n, indent);
        put_group(writer, inner, i, indent + 2);
    }
}

char *config_yaml(const struct config *config, const struct config_schema *schema, void *target)
{
    struct writer writer = {.config = config, .schema = schema};
    writer.failed = config_walk(config, schema, target, add_leaf, &writer) != 0 || writer.failed;
    put(&writer, "%s", ""); // an empty schema is an empty text
    put_group(&writer, "", 0, 0);
    free(writer.leaf);
    if (writer.failed) {
        free(writer.text);
        return NULL;
    }
    return writer.text;
}
