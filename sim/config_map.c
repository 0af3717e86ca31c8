// config_map: the named entries of maps, and what is said of keys that nothing knows.
#include "sim/config_part.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 512 // siblings that are compared for a hint

void config_refuse(struct config_work *work, const char *place, const char *key, const char *format, ...)
{
    char what[ERROR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (place[0])
        error_add(work->err, ERROR_INPUT, "%s: %s: %s", place, key, what);
    else
        error_add(work->err, ERROR_INPUT, "%s: %s", key, what);
    work->code = ERROR_INPUT;
}

void config_pass_parts(struct config_work *work, int index, const char *path)
{
    for (int i = index + 1; i < work->config->n && config_rest(work->config->entry[i].key, path); i++)
        work->done[i] = true;
}

// ---- unknown keys

typedef void visit_name(void *ctx, const char *name);

static void each_of(const char *path, const struct field *fields, int n, visit_name *visit, void *ctx)
{
    char name[CONFIG_KEY_MAX];
    for (int i = 0; i < n; i++) {
        config_join(path, fields[i].key, name);
        visit(ctx, name);
    }
}

// Every name that may follow the instance's key, or stand at the top of a configuration if it is NULL.
static void each_name(const struct config_work *work, const struct config_instance *instance,
                      visit_name *visit, void *ctx)
{
    if (instance) {
        const struct config_map *map = instance->map;
        const struct config_kind *kind = config_instance_kind(instance);
        if (kind)
            visit(ctx, "kind");
        each_of("", map->common, map->common_n, visit, ctx);
        if (kind)
            each_of("", kind->fields, kind->fields_n, visit, ctx);
        return;
    }
    for (int i = 0; i < work->schema->sections_n; i++) {
        const struct config_section *section = &work->schema->sections[i];
        each_of(section->path, section->fields, section->fields_n, visit, ctx);
    }
    for (int i = 0; i < work->schema->maps_n; i++)
        visit(ctx, work->schema->maps[i].path);
    visit(ctx, "extends"); // read by the loader
}

struct known {
    const char *path;
    bool found;
};

static void visit_known(void *ctx, const char *name)
{
    struct known *known = ctx;
    known->found = known->found || config_leads(known->path, name);
}

struct siblings {
    const char *parent;
    char text[NAMES_MAX][CONFIG_NAME_MAX];
    const char *name[NAMES_MAX];
    int n;
};

static void visit_sibling(void *ctx, const char *name)
{
    struct siblings *siblings = ctx;
    const char *rest = config_rest(name, siblings->parent);
    size_t n = rest ? config_part_length(rest) : 0;
    if (n == 0 || n >= CONFIG_NAME_MAX || siblings->n == NAMES_MAX)
        return;
    char *text = siblings->text[siblings->n];
    memcpy(text, rest, n);
    text[n] = '\0';
    for (int i = 0; i < siblings->n; i++) {
        if (strcmp(siblings->name[i], text) == 0)
            return;
    }
    siblings->name[siblings->n++] = text;
}

// Cuts `path` after the first part that no name has; `*parent_n` is the length of what stands before that
// part.
static void cut_unknown(const struct config_work *work, const struct config_instance *instance, char *path,
                        size_t *parent_n)
{
    size_t end = config_part_length(path);
    *parent_n = 0;
    for (;;) {
        char cut = path[end];
        path[end] = '\0';
        struct known known = {path, false};
        each_name(work, instance, visit_known, &known);
        if (!known.found || cut == '\0')
            return;
        path[end] = cut;
        *parent_n = end;
        end += 1 + config_part_length(path + end + 1);
    }
}

void config_refuse_unknown(struct config_work *work, int index, const struct config_instance *instance)
{
    const struct config_entry *entry = &work->config->entry[index];
    const struct config_kind *kind = instance ? config_instance_kind(instance) : NULL;
    char key[CONFIG_KEY_MAX], parent[CONFIG_KEY_MAX], what[CONFIG_NAME_MAX + 32] = "unknown key",
                                                                             why[ERROR_TEXT_MAX];
    struct siblings siblings = {.parent = parent, .n = 0};
    size_t parent_n, before = instance ? strlen(instance->key) + 1 : 0;

    memcpy(key, entry->key, sizeof key);
    work->unknown = true;
    if (work->err && work->err->faults_n == ERROR_FAULTS_MAX) { // counted only
        config_refuse(work, "", key, "%s", what);
        return;
    }
    cut_unknown(work, instance, key + before, &parent_n);
    memcpy(parent, key + before, parent_n);
    parent[parent_n] = '\0';
    each_name(work, instance, visit_sibling, &siblings);
    const char *nearest = field_nearest(key + before + parent_n + (parent_n > 0), siblings.name, siblings.n);
    if (kind)
        snprintf(what, sizeof what, "unknown key for kind '%s'", kind->name);
    if (nearest) {
        snprintf(why, sizeof why, "%s; did you mean '%s'?", what, nearest);
    } else {
        struct field row = {.type = FIELD_CHOICE, .labels = siblings.name, .labels_n = siblings.n};
        field_refuse(&row, why, what, NULL);
    }
    config_refuse(work, entry->key_place, key, "%s", why);
    config_pass_parts(work, index, key);
}

// ---- entries of maps

const struct config_kind *config_instance_kind(const struct config_instance *instance)
{
    return instance->kind >= 0 ? instance->map->kind(instance->kind) : NULL;
}

struct config_instance *config_instance_find(const struct config_work *work, const struct config_map *map,
                                             const char *name, size_t name_n)
{
    size_t path_n = strlen(map->path);
    for (int i = 0; i < work->instances_n; i++) {
        struct config_instance *instance = &work->instance[i];
        const char *own = instance->key + path_n + 1;
        if (instance->map == map && strncmp(own, name, name_n) == 0 && own[name_n] == '\0')
            return instance;
    }
    return NULL;
}

static struct config_instance *add_instance(struct config_work *work, const struct config_map *map, int first)
{
    if (work->instances_n == work->instances_max) {
        int max = work->instances_max > 0 ? 2 * work->instances_max : 32;
        struct config_instance *more = realloc(work->instance, (size_t)max * sizeof *more);
        if (!more)
            return NULL;
        work->instance = more;
        work->instances_max = max;
    }
    const char *key = work->config->entry[first].key;
    const char *name = config_rest(key, map->path);
    struct config_instance *instance = &work->instance[work->instances_n++];
    *instance = (struct config_instance){.map = map, .first = first, .kind = -1};
    memcpy(instance->key, key, (size_t)(name - key) + config_part_length(name));
    return instance;
}

// Lists the entries of one map that the configuration names, up to the first beyond entries_max.
static int collect_map(struct config_work *work, const struct config_map *map)
{
    int count = 0;
    for (int i = 0; i < work->config->n; i++) {
        const struct config_entry *entry = &work->config->entry[i];
        const char *name = config_rest(entry->key, map->path);
        if (!name || config_instance_find(work, map, name, config_part_length(name)))
            continue;
        struct config_instance *instance = add_instance(work, map, i);
        if (!instance)
            return error_add(work->err, ERROR_WORK, "out of memory");
        instance->surplus = count++ == map->entries_max;
        if (instance->surplus)
            return 0;
    }
    return 0;
}

static bool is_name(const char *name)
{
    size_t n = strlen(name);
    return n < CONFIG_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

// The nearest name of another entry of the map that has a kind, or NULL.
static const char *nearest_instance(const struct config_work *work, const struct config_instance *instance)
{
    const char *names[NAMES_MAX];
    char key[CONFIG_KEY_MAX];
    size_t before = strlen(instance->map->path) + 1;
    int n = 0;
    for (int i = 0; i < work->instances_n && n < NAMES_MAX; i++) {
        const struct config_instance *other = &work->instance[i];
        config_join(other->key, "kind", key);
        if (other->map == instance->map && config_find(work->config, key))
            names[n++] = other->key + before;
    }
    return field_nearest(instance->key + before, names, n);
}

// Sets the instance's kind from its entry `kind`; says what is wrong with that.
static bool choose_kind(struct config_work *work, struct config_instance *instance)
{
    const char *labels[FIELD_LABELS_MAX];
    struct field row = {.type = FIELD_CHOICE, .labels = labels};
    char key[CONFIG_KEY_MAX], why[ERROR_TEXT_MAX];

    while (row.labels_n < FIELD_LABELS_MAX && instance->map->kind(row.labels_n)) {
        labels[row.labels_n] = instance->map->kind(row.labels_n)->name;
        row.labels_n++;
    }
    config_join(instance->key, "kind", key);
    const struct config_entry *entry = config_find(work->config, key);
    if (!entry) {
        field_refuse(&row, why, "its kind must be given", nearest_instance(work, instance));
        config_refuse(work, work->config->entry[instance->first].key_place, instance->key, "%s", why);
        return false;
    }
    instance->kind = field_label(&row, entry->text, why);
    if (instance->kind < 0) {
        config_refuse(work, entry->place, key, "%s", why);
        return false;
    }
    if (entry->first_text && strcmp(entry->first_text, entry->text) != 0) {
        config_refuse(work, entry->place, key, "'%s' replaces '%s' of %s; allowed: one kind for an entry",
                      entry->text, entry->first_text, entry->first_place);
        return false;
    }
    return true;
}

void config_instance_open(struct config_work *work, struct config_instance *instance)
{
    const struct config_map *map = instance->map;
    const char *place = work->config->entry[instance->first].key_place;
    const char *name = instance->key + strlen(map->path) + 1;
    char quoted[ERROR_QUOTE_MAX];

    instance->refused = true;
    if (instance->surplus) {
        config_refuse(work, place, map->path, "too many entries; allowed: at most %d", map->entries_max);
        return;
    }
    if (!is_name(name)) {
        config_refuse(work, place, instance->key,
                      "%s is not a name; allowed: a-z, 0-9 and _, a letter first, at most %d bytes",
                      error_quote(name, strlen(name), quoted), CONFIG_NAME_MAX - 1);
        return;
    }
    if (map->kind && !choose_kind(work, instance))
        return;
    if (map->entry(work->target, name, instance->kind, &instance->common, &instance->own)) {
        config_refuse(work, place, map->path, "too many entries; allowed: at most %d", map->entries_max);
        return;
    }
    instance->refused = false;
}

// Makes every instance in the target, then asks again for the bases, which may have moved meanwhile.
int config_instances_open(struct config_work *work)
{
    for (int i = 0; i < work->schema->maps_n; i++) {
        if (collect_map(work, &work->schema->maps[i]))
            return ERROR_WORK;
    }
    struct config_work quiet = *work; // faults are told later, where the instance first comes
    quiet.err = NULL;
    for (int i = 0; i < work->instances_n; i++)
        config_instance_open(&quiet, &work->instance[i]);
    for (int i = 0; i < work->instances_n; i++) {
        struct config_instance *instance = &work->instance[i];
        if (!instance->refused)
            config_instance_open(&quiet, instance);
    }
    return 0;
}
