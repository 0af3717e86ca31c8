// document: a file as a tree of values with the place of each, and what makes it unfit to be read. sim/yaml
// builds it; nothing here knows the parser.
#ifndef SIM_DOCUMENT_H
#define SIM_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include "sim/error.h"

#define DOCUMENT_BYTES_MAX (1 << 20)
#define DOCUMENT_NAME_MAX  1024                     // bytes of a file's name, with its NUL
#define DOCUMENT_PLACE_MAX (DOCUMENT_NAME_MAX + 32) // "file:line:col"

enum node_type { NODE_SCALAR, NODE_LIST, NODE_MAP };

// A value. The parts of a list, and the keys and values of a mapping in turn, hang on `first` and `next`,
// which are positions in the document's nodes; 0 is the root, which is nobody's part, and so means none.
struct node {
    enum node_type type;
    char *text; // of a scalar, else NULL
    int line, column;
    int first, next;
};

// Begins as `{.name = "a.yaml"}`; the name must outlive it.
struct document {
    const char *name;
    char *bytes;
    size_t n;
    struct node *node; // in the order of the file
    int nodes_n, nodes_max;
};

// Reads the file's bytes; `status` identifies it. Returns 0, ERROR_WORK for want of memory, or ERROR_INPUT
// and in a few words the reason: missing, a folder, larger than DOCUMENT_BYTES_MAX, no regular file (nor a
// pipe, if that is allowed).
int document_read(struct document *document, bool pipe_allowed, struct stat *status, const char **reason);
void document_free(struct document *document);

// Refuses the first byte that is not printable UTF-8 or a line's end: NUL, tabs, control characters, a byte
// order mark.
int document_check_bytes(const struct document *document, struct error *err);

// Appends a node (its text is handed over) and returns its position, or -1 for want of memory.
int document_add(struct document *document, const struct node *node);

// `file:line:col` of a node into `out`, which has DOCUMENT_PLACE_MAX.
void document_place(const struct document *document, const struct node *node, char *out);

// Adds a fault at a node, of `key` unless that is empty; returns ERROR_INPUT.
int document_refuse(const struct document *document, const struct node *node, const char *key,
                    struct error *err, const char *format, ...) __attribute__((format(printf, 5, 6)));

// Whether a node is a word of letters, digits, _ and -.
bool document_is_key(const struct node *node);

// Checks the keys of the mapping at position `map`: words, each once; refuses all that are not. `path` is the
// mapping's own key. Returns 0, ERROR_INPUT or ERROR_WORK.
int document_check_keys(const struct document *document, int map, const char *path, struct error *err);

// The next key of a mapping: the first with `key` 0, none when it returns 0. Its value is at node[key].next.
int document_next_key(const struct document *document, int map, int key);

// The text `[a, b]` of the list at position `list`, whose key is `key`, into `*text`, which the caller frees.
// Its parts are words without commas and brackets. Returns 0, ERROR_INPUT or ERROR_WORK.
int document_list_text(const struct document *document, int list, const char *key, char **text,
                       struct error *err);

#endif
