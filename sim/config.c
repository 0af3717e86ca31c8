#include "sim/config.h"
#include "sim/config_part.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct config *config_create(void)
{
    return calloc(1, sizeof(struct config));
}

void config_free(struct config *config)
{
    if (!config)
        return;
    for (int i = 0; i < config->n; i++) {
        struct config_entry *entry = &config->entry[i];
        free(entry->text);
        free(entry->place);
        free(entry->key_place);
        free(entry->first_text);
        free(entry->first_place);
    }
    free(config->entry);
    free(config->slot);
    free(config);
}

// ---- keys

const char *config_rest(const char *key, const char *path)
{
    size_t n = strlen(path);
    if (n == 0)
        return key;
    return strncmp(key, path, n) == 0 && key[n] == '.' ? key + n + 1 : NULL;
}

bool config_leads(const char *path, const char *key)
{
    size_t n = strlen(path);
    return strncmp(key, path, n) == 0 && (key[n] == '\0' || key[n] == '.');
}

size_t config_part_length(const char *key)
{
    return strcspn(key, ".");
}

void config_join(const char *path, const char *key, char *out)
{
    snprintf(out, CONFIG_KEY_MAX, "%s%s%s", path, path[0] ? "." : "", key);
}

// ---- index

static uint64_t hash(const char *key)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325); // FNV-1a
    for (; *key; key++)
        value = (value ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    return value ^ value >> 32;
}

// The slot where `key` is, or would be put.
static int *slot_of(const struct config *config, const char *key)
{
    uint64_t slots_n = 2 * (uint64_t)config->capacity;
    uint64_t at = hash(key) % slots_n;
    while (config->slot[at] != 0 && strcmp(config->entry[config->slot[at] - 1].key, key) != 0)
        at = (at + 1) % slots_n;
    return &config->slot[at];
}

static int find(const struct config *config, const char *key)
{
    return config->capacity > 0 ? *slot_of(config, key) - 1 : -1;
}

const struct config_entry *config_find(const struct config *config, const char *key)
{
    int index = find(config, key);
    return index < 0 ? NULL : &config->entry[index];
}

static bool grow(struct config *config)
{
    int capacity = config->capacity > 0 ? 2 * config->capacity : 64;
    struct config_entry *entry = realloc(config->entry, (size_t)capacity * sizeof *entry);
    if (!entry)
        return false;
    config->entry = entry;
    int *slot = calloc(2 * (size_t)capacity, sizeof *slot);
    if (!slot)
        return false;
    free(config->slot);
    config->slot = slot;
    config->capacity = capacity;
    for (int i = 0; i < config->n; i++)
        *slot_of(config, config->entry[i].key) = i + 1;
    return true;
}

// ---- setting

static bool is_key(const char *key)
{
    size_t part_n = 0;
    if (strlen(key) >= CONFIG_KEY_MAX)
        return false;
    for (; *key; key++) {
        bool word =
            (*key >= 'a' && *key <= 'z') || (*key >= 'A' && *key <= 'Z') || (*key >= '0' && *key <= '9');
        if (*key == '.' && part_n > 0)
            part_n = 0;
        else if (word || *key == '_' || *key == '-')
            part_n++;
        else
            return false;
    }
    return part_n > 0;
}

static int out_of_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory");
}

// Replaces a kept string by a copy of another; false for want of memory.
static bool keep(char **kept, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return false;
    free(*kept);
    *kept = copy;
    return true;
}

// The entry of a key, made if need be; NULL for want of memory.
static struct config_entry *entry_of(struct config *config, const char *key)
{
    int index = find(config, key);
    if (index >= 0)
        return &config->entry[index];
    if (config->n == config->capacity && !grow(config))
        return NULL;
    struct config_entry *entry = &config->entry[config->n];
    memset(entry, 0, sizeof *entry);
    memcpy(entry->key, key, strlen(key) + 1);
    entry->mapping = true; // until a text comes
    *slot_of(config, key) = ++config->n;
    if (!keep(&entry->text, "") || !keep(&entry->place, "") || !keep(&entry->key_place, ""))
        return NULL;
    return entry;
}

int config_set_at(struct config *config, const char *key, const char *key_place, const char *text,
                  const char *place, struct error *err)
{
    char quoted[ERROR_QUOTE_MAX];
    if (!is_key(key))
        return error_add(err, ERROR_INPUT,
                         "%s%s%s is not a key; allowed: words of letters, digits, _ and -, "
                         "joined by dots, at most %d bytes",
                         key_place, key_place[0] ? ": " : "", error_quote(key, strlen(key), quoted),
                         CONFIG_KEY_MAX - 1);
    struct config_entry *entry = entry_of(config, key);
    if (!entry)
        return out_of_memory(err);
    if (!text && !entry->mapping)
        return 0;
    if (text && !entry->mapping && !entry->first_text) {
        entry->first_text = entry->text;
        entry->first_place = entry->place;
        entry->text = entry->place = NULL;
    }
    if (!keep(&entry->text, text ? text : "") || !keep(&entry->place, place) ||
        !keep(&entry->key_place, key_place))
        return out_of_memory(err);
    entry->mapping = !text;
    entry->serial = ++config->serial;
    return 0;
}

int config_set(struct config *config, const char *key, const char *text, const char *place, struct error *err)
{
    return config_set_at(config, key, place, text, place, err);
}

int config_set_argument(struct config *config, const char *key_equals_value, struct error *err)
{
    char key[CONFIG_KEY_MAX + 1], quoted[ERROR_QUOTE_MAX];
    const char *equals = strchr(key_equals_value, '=');
    if (!equals)
        return error_add(err, ERROR_INPUT, "--set: %s has no '='; allowed: KEY=VALUE",
                         error_quote(key_equals_value, strlen(key_equals_value), quoted));
    snprintf(key, sizeof key, "%.*s", (int)(equals - key_equals_value),
             key_equals_value); // one too long stays so
    return config_set(config, key, equals + 1, "--set", err);
}

// ---- faults of relations

// The entry to blame for `key`: its own if it has text, else its part that was set last, else its mapping,
// else none.
static const struct config_entry *blame(const struct config *config, const char *key)
{
    const struct config_entry *own = config_find(config, key), *last = NULL;
    if (own && !own->mapping)
        return own;
    for (int i = 0; i < config->n; i++) {
        const struct config_entry *entry = &config->entry[i];
        if (config_rest(entry->key, key) && (!last || entry->serial > last->serial))
            last = entry;
    }
    return last ? last : own;
}

int config_fault(const struct config *config, const char *key, struct error *err, const char *format, ...)
{
    char what[ERROR_TEXT_MAX];
    const struct config_entry *entry = blame(config, key);
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (entry && entry->place[0])
        return error_add(err, ERROR_INPUT, "%s: %s: %s", entry->place, key, what);
    return error_add(err, ERROR_INPUT, "%s: %s", key, what);
}

// ---- rows

static const struct field *field_of(const struct field *fields, int n, const char *key)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    }
    return NULL;
}

static const struct field *map_field(const struct config_map *map, const char *key)
{
    const struct field *found = field_of(map->common, map->common_n, key);
    if (found || !map->kind)
        return found;
    for (int i = 0; map->kind(i); i++) {
        const struct field *field = field_of(map->kind(i)->fields, map->kind(i)->fields_n, key);
        if (field && field->type == FIELD_SET)
            return field;
        if (field && !found)
            found = field;
    }
    return found;
}

const struct field *config_field(const struct config_schema *schema, const char *key)
{
    for (int i = 0; i < schema->sections_n; i++) {
        const struct config_section *section = &schema->sections[i];
        const char *rest = config_rest(key, section->path);
        const struct field *field = rest ? field_of(section->fields, section->fields_n, rest) : NULL;
        if (field)
            return field;
    }
    for (int i = 0; i < schema->maps_n; i++) {
        const char *name = config_rest(key, schema->maps[i].path);
        const char *dot = name ? strchr(name, '.') : NULL;
        if (dot)
            return map_field(&schema->maps[i], dot + 1);
    }
    return NULL;
}
