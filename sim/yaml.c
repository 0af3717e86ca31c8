#include "sim/yaml.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>
#include "sim/document.h"

#define DEPTH_MAX   32
#define EVENTS_MAX  200000
#define EXTENDS_MAX 8
#define FILES_MAX   128

struct seen {
    dev_t device;
    ino_t inode;
    bool open; // it or what it extends is being read
    char name[DOCUMENT_NAME_MAX];
};

struct loader {
    struct config *config;
    const struct config_schema *schema;
    struct error *err;
    int code;   // of the first fault
    int events; // of all files
    int depth;  // of extends
    struct seen *seen;
    int seen_n;
};

static int fail(struct loader *loader, int code)
{
    if (loader->code == 0)
        loader->code = code;
    return code;
}

static int out_of_memory(struct loader *loader)
{
    return fail(loader, error_add(loader->err, ERROR_WORK, "out of memory"));
}

// A fault at a node, of `key` unless that is empty.
__attribute__((format(printf, 5, 6))) static int refuse(struct loader *loader,
                                                        const struct document *document,
                                                        const struct node *node, const char *key,
                                                        const char *format, ...)
{
    char what[ERROR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return fail(loader, document_refuse(document, node, key, loader->err, "%s", what));
}

// ---- events to nodes

struct build {
    struct loader *loader;
    struct document *document;
    int open[DEPTH_MAX]; // containers, outermost first
    int last[DEPTH_MAX]; // the last part of each, or 0
    int depth;
    int documents;
};

static struct node mark_node(yaml_mark_t mark)
{
    return (struct node){.line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

// Adds a node as the last part of the innermost open container; its position, or -1 for want of memory.
static int add_node(struct build *build, const struct node *node)
{
    struct document *document = build->document;
    int index = document_add(document, node);
    if (index > 0 && build->depth > 0) {
        int *last = &build->last[build->depth - 1];
        int *link =
            *last ? &document->node[*last].next : &document->node[build->open[build->depth - 1]].first;
        *link = index;
        *last = index;
    }
    return index;
}

static int add_scalar(struct build *build, struct node node, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    if (memchr(value, '\0', event->data.scalar.length))
        return refuse(build->loader, build->document, &node, "", "a NUL character; allowed: text in UTF-8");
    node.type = NODE_SCALAR;
    node.text = strdup(value);
    if (node.text && add_node(build, &node) >= 0)
        return 0;
    free(node.text);
    return out_of_memory(build->loader);
}

static int open_container(struct build *build, struct node node, enum node_type type)
{
    if (build->depth == DEPTH_MAX)
        return refuse(build->loader, build->document, &node, "", "too deep; allowed: %d levels", DEPTH_MAX);
    node.type = type;
    int index = add_node(build, &node);
    if (index < 0)
        return out_of_memory(build->loader);
    build->open[build->depth] = index;
    build->last[build->depth++] = 0;
    return 0;
}

static int take_document(struct build *build, const struct node *node, const yaml_event_t *event)
{
    if (++build->documents > 1)
        return refuse(build->loader, build->document, node, "", "a second document; allowed: one in a file");
    bool directives =
        event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end;
    if (directives)
        return refuse(build->loader, build->document, node, "", "a directive; allowed: keys and values");
    return 0;
}

// What a node carries that is not allowed, or NULL.
static const char *decoration(const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_ALIAS_EVENT)
        return "an alias";
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    return anchor ? "an anchor" : tag ? "a tag" : NULL;
}

static int take_event(struct build *build, const yaml_event_t *event)
{
    struct node node = mark_node(event->start_mark);
    const char *extra = decoration(event);
    if (++build->loader->events > EVENTS_MAX)
        return refuse(build->loader, build->document, &node, "",
                      "too many values; allowed: %d events in all files", EVENTS_MAX);
    if (extra)
        return refuse(build->loader, build->document, &node, "", "%s; allowed: keys and values", extra);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return take_document(build, &node, event);
    case YAML_SCALAR_EVENT:
        return add_scalar(build, node, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(build, node, NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        return open_container(build, node, NODE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        build->depth--;
        return 0;
    default:
        return 0;
    }
}

static int syntax_fault(struct build *build, const yaml_parser_t *parser)
{
    struct node node = mark_node(parser->problem_mark);
    char context[128] = "";
    if (parser->error == YAML_MEMORY_ERROR)
        return out_of_memory(build->loader);
    if (parser->context)
        snprintf(context, sizeof context, " %s that begins in line %d", parser->context,
                 (int)parser->context_mark.line + 1);
    return refuse(build->loader, build->document, &node, "", "not valid YAML: %s%s", parser->problem,
                  context);
}

// Parses the checked bytes into nodes; the first fault ends the file.
static int parse(struct loader *loader, struct document *document)
{
    struct build build = {.loader = loader, .document = document};
    yaml_parser_t parser;
    yaml_event_t event;
    bool done = false;
    int code = 0;

    if (!yaml_parser_initialize(&parser))
        return out_of_memory(loader);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)document->bytes, document->n);
    while (code == 0 && !done) {
        if (!yaml_parser_parse(&parser, &event)) {
            code = syntax_fault(&build, &parser);
            break;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        code = take_event(&build, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    const struct node start = {.line = 1, .column = 1};
    if (code == 0 && document->nodes_n == 0)
        return refuse(loader, document, &start, "", "an empty file; allowed: a mapping of keys");
    if (code == 0 && document->node[0].type != NODE_MAP)
        return refuse(loader, document, &document->node[0], "", "not a mapping; allowed: a mapping of keys");
    return code;
}

// Checks and parses the bytes, which are not needed after that.
static int read_nodes(struct loader *loader, struct document *document)
{
    int code = document_check_bytes(document, loader->err);
    code = code ? fail(loader, code) : parse(loader, document);
    free(document->bytes);
    document->bytes = NULL;
    return code;
}

// ---- mappings to entries

static void set_map(struct loader *loader, const struct document *document, int map, const char *path);

// The text of a list where the schema has a set, or where it knows nothing of the key; NULL and a fault
// otherwise.
static char *set_text(struct loader *loader, const struct document *document, int list, const char *key)
{
    const struct field *field = loader->schema ? config_field(loader->schema, key) : NULL;
    char why[ERROR_TEXT_MAX], *text = NULL;
    int code;

    if (field && field->type != FIELD_SET) {
        field_refuse(field, why, "a list is given", NULL);
        refuse(loader, document, &document->node[list], key, "%s", why);
        return NULL;
    }
    code = document_list_text(document, list, key, &text, loader->err);
    if (code)
        fail(loader, code);
    return text;
}

static void set_pair(struct loader *loader, const struct document *document, int key_index, const char *path)
{
    const struct node *name = &document->node[key_index], *value = &document->node[name->next];
    char key[CONFIG_KEY_MAX + 1], key_place[DOCUMENT_PLACE_MAX], place[DOCUMENT_PLACE_MAX];
    char *list = NULL;

    snprintf(key, sizeof key, "%s%s%s", path, path[0] ? "." : "",
             name->text); // one that is too long stays so
    document_place(document, name, key_place);
    document_place(document, value, place);
    if (value->type == NODE_LIST) {
        list = set_text(loader, document, name->next, key);
        if (!list)
            return;
    }
    const char *text = list ? list : value->text;
    int code = config_set_at(loader->config, key, key_place, text, text ? place : key_place, loader->err);
    free(list);
    if (code)
        fail(loader, code);
    else if (!text)
        set_map(loader, document, name->next, key);
}

static void set_map(struct loader *loader, const struct document *document, int map, const char *path)
{
    int code = document_check_keys(document, map, path, loader->err);
    if (code)
        fail(loader, code);
    for (int i = document_next_key(document, map, 0); i; i = document_next_key(document, map, i)) {
        const struct node *key = &document->node[i];
        bool extends = path[0] == '\0' && key->text && strcmp(key->text, "extends") == 0;
        if (document_is_key(key) && !extends)
            set_pair(loader, document, i, path);
    }
}

// ---- files

static void load_file(struct loader *loader, const char *name, const struct document *from,
                      const struct node *at);

// `path` relative to the file that names it.
static int relative_name(const char *from, const char *path, char *out)
{
    const char *slash = strrchr(from, '/');
    int folder_n = slash ? (int)(slash - from) + 1 : 0;
    return snprintf(out, DOCUMENT_NAME_MAX, "%.*s%s", folder_n, from, path);
}

static void extend(struct loader *loader, const struct document *document, const struct node *node)
{
    char name[DOCUMENT_NAME_MAX], quoted[ERROR_QUOTE_MAX];
    const char *path = node->text;
    if (node->type != NODE_SCALAR || path[0] == '\0') {
        refuse(loader, document, node, "extends", "not a path; allowed: a relative path or a list of them");
        return;
    }
    error_quote(path, strlen(path), quoted);
    if (path[0] == '/' || path[0] == '~' || strpbrk(path, "\\:")) {
        refuse(loader, document, node, "extends",
               "%s is not relative; allowed: a path from this file's folder", quoted);
        return;
    }
    if (relative_name(document->name, path, name) >= DOCUMENT_NAME_MAX) {
        refuse(loader, document, node, "extends", "%s is too long a path", quoted);
        return;
    }
    load_file(loader, name, document, node);
}

static void extend_all(struct loader *loader, const struct document *document)
{
    for (int i = document_next_key(document, 0, 0); i; i = document_next_key(document, 0, i)) {
        const struct node *key = &document->node[i], *value = &document->node[key->next];
        if (key->type != NODE_SCALAR || strcmp(key->text, "extends") != 0)
            continue;
        if (value->type != NODE_LIST) {
            extend(loader, document, value);
            return;
        }
        for (int part = value->first; part; part = document->node[part].next)
            extend(loader, document, &document->node[part]);
        return;
    }
}

// Reads a file's bytes; says why not at the place that names it, if there is one.
static int read_bytes(struct loader *loader, struct document *document, const struct document *from,
                      const struct node *at, struct stat *status)
{
    const char *reason, *name = document->name;
    int code = document_read(document, !from, status, &reason);
    if (code == ERROR_WORK)
        return out_of_memory(loader);
    if (code && from)
        return refuse(loader, from, at, "extends", "%s cannot be read: %s", name, reason);
    if (code)
        return fail(loader, error_add(loader->err, code, "%s: cannot be read: %s", name, reason));
    return 0;
}

// The earlier sight of a file, or NULL.
static struct seen *find_seen(const struct loader *loader, const struct stat *status)
{
    for (int i = 0; i < loader->seen_n; i++) {
        if (loader->seen[i].device == status->st_dev && loader->seen[i].inode == status->st_ino)
            return &loader->seen[i];
    }
    return NULL;
}

static void refuse_cycle(struct loader *loader, const struct seen *first, const struct document *from,
                         const struct node *at)
{
    char chain[ERROR_TEXT_MAX] = "";
    for (const struct seen *seen = first; seen < loader->seen + loader->seen_n; seen++) {
        size_t used = strlen(chain);
        if (seen->open)
            snprintf(chain + used, sizeof chain - used, "%s -> ", seen->name);
    }
    refuse(loader, from, at, "extends", "a cycle: %s%s", chain, first->name);
}

// Merges what a file extends, then its own keys.
static void load_source(struct loader *loader, struct document *document)
{
    if (read_nodes(loader, document))
        return;
    loader->depth++;
    extend_all(loader, document);
    loader->depth--;
    set_map(loader, document, 0, "");
}

// Merges a file whose bytes are read, unless it has been merged already.
static void merge_file(struct loader *loader, struct document *document, const struct stat *status,
                       const struct document *from, const struct node *at)
{
    struct seen *seen = find_seen(loader, status);
    if (seen && seen->open) {
        refuse_cycle(loader, seen, from, at);
    } else if (!seen && loader->depth > EXTENDS_MAX) {
        refuse(loader, from, at, "extends", "too deep; allowed: %d files one above the other", EXTENDS_MAX);
    } else if (!seen && loader->seen_n == FILES_MAX) {
        refuse(loader, from, at, "extends", "too many files; allowed: %d", FILES_MAX);
    } else if (!seen) {
        seen = &loader->seen[loader->seen_n++];
        *seen = (struct seen){.device = status->st_dev, .inode = status->st_ino, .open = true};
        snprintf(seen->name, sizeof seen->name, "%s", document->name);
        load_source(loader, document);
        seen->open = false;
    }
}

static void load_file(struct loader *loader, const char *name, const struct document *from,
                      const struct node *at)
{
    struct document document = {.name = name};
    struct stat status;
    if (read_bytes(loader, &document, from, at, &status) == 0)
        merge_file(loader, &document, &status, from, at);
    document_free(&document);
}

int yaml_load(struct config *config, const char *path, const struct config_schema *schema, struct error *err)
{
    struct loader loader = {.config = config, .schema = schema, .err = err};
    loader.seen = calloc(FILES_MAX, sizeof *loader.seen);
    if (!loader.seen)
        return out_of_memory(&loader);
    load_file(&loader, path, NULL, NULL);
    free(loader.seen);
    return loader.code;
}

// ---- rows

typedef int visit_row(void *ctx, int n, const char *const *keys, const char *const *texts,
                      const char *const *places, struct error *err);

// A mapping of scalars, spread into parallel arrays.
struct row {
    const char **keys, **texts, **places;
    char (*place)[DOCUMENT_PLACE_MAX];
    int n;
};

static void row_free(struct row *row)
{
    free(row->keys);
    free(row->texts);
    free(row->places);
    free(row->place);
}

static int row_create(struct row *row, int n)
{
    size_t size = (size_t)n + 1;
    *row = (struct row){.keys = malloc(size * sizeof *row->keys),
                        .texts = malloc(size * sizeof *row->texts),
                        .places = malloc(size * sizeof *row->places),
                        .place = malloc(size * sizeof *row->place)};
    return row->keys && row->texts && row->places && row->place ? 0 : ERROR_WORK;
}

// Fills the row from the mapping at position `map`.
static int row_fill(struct loader *loader, const struct document *document, int map, struct row *row)
{
    int code = document_check_keys(document, map, "", loader->err);
    for (int i = document_next_key(document, map, 0); i; i = document_next_key(document, map, i)) {
        const struct node *key = &document->node[i], *value = &document->node[key->next];
        if (value->type != NODE_SCALAR) {
            code = refuse(loader, document, value, key->text ? key->text : "",
                          "a list or mapping is given; allowed: one value");
            continue;
        }
        document_place(document, value, row->place[row->n]);
        row->keys[row->n] = key->text;
        row->texts[row->n] = value->text;
        row->places[row->n] = row->place[row->n];
        row->n++;
    }
    return code ? fail(loader, code) : 0;
}

static int visit_map(struct loader *loader, const struct document *document, int map, visit_row *visit,
                     void *ctx)
{
    struct row row;
    int n = 0, code;

    if (document->node[map].type != NODE_MAP)
        return refuse(loader, document, &document->node[map], "",
                      "not a mapping; allowed: a mapping of keys");
    for (int i = document_next_key(document, map, 0); i; i = document_next_key(document, map, i))
        n++;
    if (row_create(&row, n)) {
        row_free(&row);
        return out_of_memory(loader);
    }
    code = row_fill(loader, document, map, &row);
    if (code == 0)
        code = visit(ctx, row.n, row.keys, row.texts, row.places, loader->err);
    row_free(&row);
    return code ? fail(loader, code) : 0;
}

// The position of the list under `list_key`, the only key of the document; 0 and a fault if it is not so.
static int find_list(struct loader *loader, const struct document *document, const char *list_key)
{
    int list = 0, code = document_check_keys(document, 0, "", loader->err);
    for (int i = document_next_key(document, 0, 0); i && code == 0; i = document_next_key(document, 0, i)) {
        const struct node *key = &document->node[i];
        bool near = field_nearest(key->text, &list_key, 1);
        if (strcmp(key->text, list_key) == 0)
            list = key->next;
        else
            code = refuse(loader, document, key, key->text,
                          near ? "unknown key; did you mean '%s'?" : "unknown key; allowed: %s", list_key);
    }
    if (code == 0 && list == 0)
        code = refuse(loader, document, &document->node[0], list_key,
                      "must be given; allowed: a list of mappings");
    else if (code == 0 && document->node[list].type != NODE_LIST)
        code = refuse(loader, document, &document->node[list], list_key,
                      "not a list; allowed: a list of mappings");
    fail(loader, code);
    return code ? 0 : list;
}

int yaml_rows(const char *path, const char *list_key,
              int (*row)(void *ctx, int n, const char *const *keys, const char *const *texts,
                         const char *const *places, struct error *err),
              void *ctx, struct error *err)
{
    struct loader loader = {.err = err};
    struct document document = {.name = path};
    struct stat status;

    if (read_bytes(&loader, &document, NULL, NULL, &status) == 0 && read_nodes(&loader, &document) == 0) {
        int list = find_list(&loader, &document, list_key);
        int at = list ? document.node[list].first : 0, code = 0;
        while (at && (code == 0 || code == ERROR_INPUT)) {
            code = visit_map(&loader, &document, at, row, ctx);
            at = document.node[at].next;
        }
    }
    document_free(&document);
    return loader.code;
}
