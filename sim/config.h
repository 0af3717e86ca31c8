// config: key paths with text, where each came from, and how they fill structs through field rows.
//
// A configuration is an ordered list of `key.path -> text` with places. sim/yaml fills it from files; the
// browser page and `--set` fill it with config_set. config_apply then walks a schema and reports every fault
// as
//     file:line:col: key.path: what is wrong; allowed: ...; did you mean 'x'?
//
// A vector or series may be set as a whole (`key` -> `micro: 0.7, small: 0.3`) or by element (`key.micro` ->
// `0.7`); the later setting wins, and a whole hides the elements set before it. Labels that nothing sets keep
// the fallback's numbers. Years likewise, unless a file writes the series as a mapping: then it is the whole
// series, merged by year over the files, and no year of the fallback is left in it.
#ifndef SIM_CONFIG_H
#define SIM_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/error.h"
#include "sim/field.h"

#define CONFIG_KEY_MAX  192
#define CONFIG_NAME_MAX 64

// A group of fields under one path, e.g. "economy.demand"; the path "" is for keys at the top (name, title).
struct config_section {
    const char *path;
    const char *doc;
    const struct field *fields;
    int fields_n;
    size_t offset; // of the section's struct in the target
};

// A map whose entries the user names, e.g. "programmes.vn_cgf"; a name is [a-z][a-z0-9_]{0,62}. Every entry
// has the `common` fields; if `kinds` is not NULL a key `kind`, which must be given, chooses which further
// fields it has.
struct config_kind {
    const char *name;
    const char *doc;
    const struct field *fields;
    int fields_n;
};
struct config_map {
    const char *path; // "programmes"
    const char *doc;
    const struct field *common;
    int common_n;
    const struct config_kind *(*kind)(int index); // NULL past the last; the whole pointer NULL: no kinds
    int entries_max;
    // Makes the entry `name` of `kind` (index, -1 without kinds) in the target, or finds it. Gives the bases
    // of the common and of the kind's fields, which may move when another entry is made. Returns 0, or -1 if
    // entries_max is reached.
    int (*entry)(void *target, const char *name, int kind, void **common_base, void **kind_base);
};

struct config_schema {
    const struct config_section *sections;
    int sections_n;
    const struct config_map *maps;
    int maps_n;
};

struct config_entry {
    char key[CONFIG_KEY_MAX];
    char *text;        // "" for a mapping
    char *place;       // of the value: "file:line:col", or "--set"
    char *key_place;   // of the key
    char *first_text;  // what the first setting said, if a later one replaced it; else NULL
    char *first_place; // and where
    int64_t serial;    // order of setting: a later one has a higher serial
    bool mapping; // the key has been written as a mapping (its parts are entries of their own), never as text
};

struct config {
    int n, capacity;
    struct config_entry *entry; // in the order in which the keys first came; moves when a key is added
    int *slot;                  // hash index by key: 1 + position, 0 if empty; 2 * capacity slots
    int64_t serial;
};

struct config *config_create(void); // NULL for want of memory
void config_free(struct config *config);

// Sets a key, replacing an earlier value of it in place. Returns ERROR_INPUT for a malformed key (parts of
// letters, digits, _ and -, joined by dots, below CONFIG_KEY_MAX bytes), ERROR_WORK for want of memory.
int config_set(struct config *config, const char *key, const char *text, const char *place,
               struct error *err);

// As config_set for a loader that knows where the key stands too. With text NULL the key is noted as a
// mapping, which leaves an earlier text of it as it is.
int config_set_at(struct config *config, const char *key, const char *key_place, const char *text,
                  const char *place, struct error *err);

// Sets a key from `KEY=VALUE` with the place `--set`. Faults as config_set; ERROR_INPUT without an `=`.
int config_set_argument(struct config *config, const char *key_equals_value, struct error *err);

// The entry of a key, or NULL. Valid until the next key is added.
const struct config_entry *config_find(const struct config *config, const char *key);

// The row that `key` names in a section, or in an entry of a map as a common field or as one of any kind (a
// set if some kind has one); NULL if there is none. Elements of vectors and series have no row.
const struct field *config_field(const struct config_schema *schema, const char *key);

// Fills the target: first every default, then the entries. Reports up to ERROR_FAULTS_MAX faults, in the
// order of the entries, then the fields without a fallback that nothing sets. On ERROR_INPUT the target is
// filled as far as it went.
int config_apply(const struct config *config, const struct config_schema *schema, void *target,
                 struct error *err);

// Adds a fault of a relation between keys (shares that do not sum to one) and returns ERROR_INPUT: at the
// place of `key` if it was set, else of the part of it that was set last, else without a place.
int config_fault(const struct config *config, const char *key, struct error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Calls `visit` for every resolved parameter of the target: each field of each section and of each map entry
// that exists in `config`, with its full key and its base. The target is one that config_apply has filled.
// Returns 0, or ERROR_WORK for want of memory, before any visit.
int config_walk(const struct config *config, const struct config_schema *schema, void *target,
                void (*visit)(void *ctx, const char *key, const struct field *field, const void *base),
                void *ctx);

// The full resolved scenario as YAML text, with units and sources as comments, that the loader reads back to
// the same target, bit for bit. Caller frees; NULL for want of memory.
char *config_yaml(const struct config *config, const struct config_schema *schema, void *target);

#endif
