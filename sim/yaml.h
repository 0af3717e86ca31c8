// yaml: scenario files into a configuration (the only file that includes yaml.h).
//
// Strict: one document in UTF-8; block or flow mappings whose keys are letters, digits, _ and - (quoted or
// not); scalars. Mappings become entries `key.part`, a list of plain values becomes the text `[a, b]`, only
// where the schema has a set. `extends: path` or `extends: [path, ...]` at the top merges other files first,
// in order, each once, relative to the file that names it. Limits: file 1 MiB, depth 32, no anchors, aliases
// or tags, events 200,000 in all files together, extends depth 8, files 128.
#ifndef SIM_YAML_H
#define SIM_YAML_H

#include "sim/config.h"

// Reads `path` and what it extends into `config`. Duplicate keys within a file, tabs, anchors, aliases, tags
// and non-UTF-8 text are errors with both positions where two are involved. extends must stay a relative
// path; a cycle is an error that names it. Reports up to ERROR_FAULTS_MAX faults; the first one in the syntax
// of a file ends that file. Returns ERROR_INPUT, or ERROR_WORK for want of memory. Key places are those of
// the keys, value places those of the values.
int yaml_load(struct config *config, const char *path, const struct config_schema *schema, struct error *err);

// A YAML file of a list of mappings of scalars (analysis/targets.yaml): `list_key` is its only key. Calls
// `row` per mapping with parallel arrays of n keys, texts and value places ("file:line:col"), valid during
// the call. Same strictness. Goes on after a row that returns ERROR_INPUT, stops at any other fault; returns
// the first fault.
int yaml_rows(const char *path, const char *list_key,
              int (*row)(void *ctx, int n, const char *const *keys, const char *const *texts,
                         const char *const *places, struct error *err),
              void *ctx, struct error *err);

#endif
