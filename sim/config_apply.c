// config_apply: from entries to structs. Every entry is located in the schema; a vector or series is resolved
// once, at the first entry that concerns it; what cannot be located is an unknown key.
#include "sim/config_part.h"

#include <stdlib.h>
#include <string.h>

// ---- where a key leads

// Where a key leads.
struct hit {
    const struct field *field; // the row, or NULL
    void *base;                //
    size_t key_n;              // length of the row's full key
    const char *part;          // what follows it, or NULL
    bool group;                // a path that leads to rows
    bool passed;               // nothing more to do or to say
    struct config_instance *instance;
};

static void match_fields(const char *rest, const struct field *fields, int n, void *base, struct hit *hit)
{
    size_t longest = 0;
    for (int i = 0; i < n; i++) {
        size_t key_n = strlen(fields[i].key);
        if (config_leads(fields[i].key, rest) && key_n > longest) {
            hit->field = &fields[i];
            hit->base = base;
            hit->part = rest[key_n] == '.' ? rest + key_n + 1 : NULL;
            longest = key_n;
        }
        hit->group = hit->group || config_leads(rest, fields[i].key);
    }
}

static void match_instance(const struct config_work *work, const struct config_map *map, const char *rest,
                           struct hit *hit)
{
    size_t name_n = config_part_length(rest);
    struct config_instance *instance = config_instance_find(work, map, rest, name_n);
    hit->instance = instance;
    hit->passed = !instance || instance->refused;
    if (hit->passed)
        return;
    if (rest[name_n] == '\0') {
        hit->group = true;
        return;
    }
    rest += name_n + 1;
    if (instance->kind >= 0 && strcmp(rest, "kind") == 0) {
        hit->passed = true; // read by choose_kind
        return;
    }
    match_fields(rest, map->common, map->common_n, instance->common, hit);
    if (!hit->field && config_instance_kind(instance))
        match_fields(rest, config_instance_kind(instance)->fields, config_instance_kind(instance)->fields_n,
                     instance->own, hit);
}

static struct hit locate(const struct config_work *work, const char *key)
{
    struct hit hit = {0};
    for (int i = 0; i < work->schema->maps_n && !hit.instance && !hit.passed; i++) {
        const struct config_map *map = &work->schema->maps[i];
        const char *rest = config_rest(key, map->path);
        hit.group = hit.group || config_leads(key, map->path);
        if (rest)
            match_instance(work, map, rest, &hit);
    }
    for (int i = 0; i < work->schema->sections_n && !hit.field && !hit.instance && !hit.passed; i++) {
        const struct config_section *section = &work->schema->sections[i];
        const char *rest = config_rest(key, section->path);
        hit.group = hit.group || config_leads(key, section->path);
        if (rest)
            match_fields(rest, section->fields, section->fields_n, (char *)work->target + section->offset,
                         &hit);
    }
    if (hit.field)
        hit.key_n = strlen(key) - (hit.part ? strlen(hit.part) + 1 : 0);
    return hit;
}

// ---- values

static void refuse_form(struct config_work *work, const struct config_entry *entry, const struct field *field,
                        const char *what)
{
    char why[ERROR_TEXT_MAX];
    field_refuse(field, why, what, NULL);
    config_refuse(work, entry->key_place, entry->key, "%s", why);
}

// Whether the entry holds text; a mapping where a value belongs is refused with all its parts.
static bool holds_value(struct config_work *work, const struct config_entry *entry, const struct field *field)
{
    if (!entry->mapping)
        return true;
    refuse_form(work, entry, field, "a mapping is given");
    config_pass_parts(work, (int)(entry - work->config->entry), entry->key);
    return false;
}

static void apply_scalar(struct config_work *work, const struct config_entry *entry, const struct hit *hit)
{
    char why[ERROR_TEXT_MAX];
    if (hit->part)
        refuse_form(work, entry, hit->field, "a part of one value is given");
    else if (holds_value(work, entry, hit->field) && field_parse(hit->field, hit->base, entry->text, why))
        config_refuse(work, entry->place, entry->key, "%s", why);
}

// Reads an element's number; a fault is told at its place under the row's key.
static bool read_element(struct config_work *work, const struct config_entry *entry,
                         const struct field *field, double *out)
{
    char why[ERROR_TEXT_MAX];
    struct field number = *field;
    number.type = FIELD_REAL;
    if (!holds_value(work, entry, &number))
        return false;
    if (field_parse_element(field, entry->text, out, why) == 0)
        return true;
    config_refuse(work, entry->place, entry->key, "%s", why);
    return false;
}

// The entry of a key, marked as dealt with; NULL if there is none.
static const struct config_entry *take(struct config_work *work, const char *key)
{
    const struct config_entry *entry = config_find(work->config, key);
    if (entry)
        work->done[entry - work->config->entry] = true;
    return entry;
}

// The entry of the whole value at `key`; NULL if there is none or if it is a mapping.
static const struct config_entry *take_whole(struct config_work *work, const char *key)
{
    const struct config_entry *whole = take(work, key);
    return whole && !whole->mapping ? whole : NULL;
}

// Whether an element counts: a whole value (NULL if there is none) hides those set before it.
static bool counts(const struct config_entry *element, const struct config_entry *whole)
{
    return !whole || element->serial > whole->serial;
}

// Whether a part of the vector right after the entry has an unknown label, which will be told of.
static bool misspelt(const struct config_work *work, int index, const struct field *field, const char *key)
{
    for (int i = index; i < work->config->n; i++) {
        const char *part = config_rest(work->config->entry[i].key, key);
        if (part && field_label(field, part, NULL) < 0)
            return true;
        if (!part && i > index)
            return false;
    }
    return false;
}

static void apply_vector(struct config_work *work, const struct config_entry *entry, const struct hit *hit,
                         const char *key)
{
    const struct field *field = hit->field;
    double *value = (double *)(void *)((char *)hit->base + field->offset);
    bool seen[FIELD_LABELS_MAX];
    char element_key[CONFIG_KEY_MAX], why[ERROR_TEXT_MAX];

    if (hit->part && field_label(field, hit->part, why) < 0) {
        config_refuse(work, entry->key_place, key, "%s", why);
        config_pass_parts(work, (int)(entry - work->config->entry), entry->key);
        return;
    }
    const struct config_entry *whole = take_whole(work, key);
    if (whole && field_parse(field, hit->base, whole->text, why))
        config_refuse(work, whole->place, key, "%s", why);
    for (int i = 0; i < field->labels_n; i++) {
        config_join(key, field->labels[i], element_key);
        const struct config_entry *element = take(work, element_key);
        seen[i] = element || whole || field->fallback;
        if (element && counts(element, whole))
            read_element(work, element, field, &value[i]);
    }
    bool complete = field_complete(field, seen, why) == 0;
    if (!complete && !misspelt(work, (int)(entry - work->config->entry), field, key))
        config_refuse(work, entry->key_place, key, "%s", why);
}

// Widens `span` (first and last year) by the years below `key` that count. False if a key or number is
// refused.
static bool span_years(struct config_work *work, const struct field *field, const char *key,
                       const struct config_entry *whole, int64_t span[2])
{
    char why[ERROR_TEXT_MAX];
    bool sound = true;
    for (int i = 0; i < work->config->n; i++) {
        const struct config_entry *entry = &work->config->entry[i];
        const char *part = config_rest(entry->key, key);
        int64_t year;
        double number;
        if (!part || work->done[i])
            continue;
        work->done[i] = true;
        if (field_parse_year(field, part, &year, why)) {
            config_refuse(work, entry->key_place, key, "%s", why);
            config_pass_parts(work, i, entry->key);
            sound = false;
        } else if (!read_element(work, entry, field, &number)) {
            sound = false;
        } else if (counts(entry, whole)) {
            span[0] = year < span[0] ? year : span[0];
            span[1] = year > span[1] ? year : span[1];
        }
    }
    return sound;
}

// Sets the years below `key` that count in a series that begins with year `first`; every one is in its span.
static void set_years(const struct config_work *work, const struct field *field, const char *key,
                      const struct config_entry *whole, int64_t first, double *value, bool *seen)
{
    for (int i = 0; i < work->config->n; i++) {
        const struct config_entry *entry = &work->config->entry[i];
        const char *part = config_rest(entry->key, key);
        int64_t year;
        if (!part || !counts(entry, whole) || field_parse_year(field, part, &year, NULL))
            continue;
        field_parse_element(field, entry->text, &value[year - first], NULL);
        seen[year - first] = true;
    }
}

// Resolves a series: the whole value, else the fallback unless a file writes a mapping, with the years over
// it.
static void apply_series(struct config_work *work, const struct config_entry *entry, const struct hit *hit,
                         const char *key)
{
    const struct field *field = hit->field;
    struct series *series = (struct series *)(void *)((char *)hit->base + field->offset), fresh = {0};
    const struct config_entry *written = take(work, key),
                              *whole = written && !written->mapping ? written : NULL;
    bool seen[SERIES_MAX] = {false};
    char what[80], why[ERROR_TEXT_MAX];

    if (whole && field_parse(field, hit->base, whole->text, why))
        config_refuse(work, whole->place, key, "%s", why);
    const struct series old = whole || !written ? *series : fresh;
    int64_t span[2] = {old.n > 0 ? old.first_year : INT64_MAX, old.first_year + old.n - 1};
    if (!span_years(work, field, key, whole, span))
        return;
    fresh.first_year = span[0];
    fresh.n = span[0] <= span[1] ? span[1] - span[0] + 1 : 0;
    if (fresh.n == 0 && field->fallback) // `{}` says nothing
        return;
    if (fresh.n == 0 || fresh.n > SERIES_MAX) {
        field_refuse(field, why, fresh.n == 0 ? "no year is given" : "too many years", NULL);
        config_refuse(work, entry->key_place, key, "%s", why);
        return;
    }
    for (int64_t i = 0; i < old.n; i++) {
        fresh.value[old.first_year + i - span[0]] = old.value[i];
        seen[old.first_year + i - span[0]] = true;
    }
    set_years(work, field, key, whole, span[0], fresh.value, seen);
    for (int64_t i = 0; i < fresh.n; i++) {
        if (!seen[i]) {
            snprintf(what, sizeof what, "year %d is missing", (int)(span[0] + i));
            field_refuse(field, why, what, NULL);
            config_refuse(work, entry->key_place, key, "%s", why);
            return;
        }
    }
    *series = fresh;
}

// ---- the whole configuration

static void apply_entry(struct config_work *work, int index)
{
    const struct config_entry *entry = &work->config->entry[index];
    const struct hit hit = locate(work, entry->key);
    char key[CONFIG_KEY_MAX];

    if (hit.instance && hit.instance->refused && hit.instance->first == index)
        config_instance_open(work, hit.instance); // tells why
    if (hit.passed)
        return;
    if (!hit.field && !hit.group) {
        config_refuse_unknown(work, index, hit.instance);
        return;
    }
    if (!hit.field) {
        if (entry->text[0] != '\0')
            config_refuse(work, entry->key_place, entry->key, "a value is given; allowed: a mapping of keys");
        return;
    }
    memcpy(key, entry->key, hit.key_n);
    key[hit.key_n] = '\0';
    if (hit.field->type == FIELD_VECTOR)
        apply_vector(work, entry, &hit, key);
    else if (hit.field->type == FIELD_SERIES)
        apply_series(work, entry, &hit, key);
    else
        apply_scalar(work, entry, &hit);
}

static bool is_set(const struct config *config, const char *key)
{
    if (config_find(config, key))
        return true;
    for (int i = 0; i < config->n; i++) {
        if (config_rest(config->entry[i].key, key))
            return true;
    }
    return false;
}

// Refuses the absence of fields that have no fallback; a group of them stands at `path`.
static void require_fields(struct config_work *work, const char *path, const struct field *fields, int n,
                           const char *place)
{
    char key[CONFIG_KEY_MAX], why[ERROR_TEXT_MAX];
    for (int i = 0; i < n; i++) {
        config_join(path, fields[i].key, key);
        if (fields[i].fallback || is_set(work->config, key))
            continue;
        field_refuse(&fields[i], why, "must be given", NULL);
        config_refuse(work, place, key, "%s", why);
    }
}

static void set_defaults(struct config_work *work)
{
    for (int i = 0; i < work->schema->sections_n; i++) {
        const struct config_section *section = &work->schema->sections[i];
        field_defaults(section->fields, section->fields_n, (char *)work->target + section->offset);
    }
    for (int i = 0; i < work->instances_n; i++) {
        const struct config_instance *instance = &work->instance[i];
        const struct config_kind *kind = config_instance_kind(instance);
        if (instance->refused)
            continue;
        field_defaults(instance->map->common, instance->map->common_n, instance->common);
        if (kind)
            field_defaults(kind->fields, kind->fields_n, instance->own);
    }
}

static void require_all(struct config_work *work)
{
    for (int i = 0; i < work->schema->sections_n; i++) {
        const struct config_section *section = &work->schema->sections[i];
        const struct config_entry *entry = config_find(work->config, section->path);
        require_fields(work, section->path, section->fields, section->fields_n,
                       entry ? entry->key_place : "");
    }
    for (int i = 0; i < work->instances_n; i++) {
        const struct config_instance *instance = &work->instance[i];
        const struct config_kind *kind = config_instance_kind(instance);
        const char *place = work->config->entry[instance->first].key_place;
        if (instance->refused)
            continue;
        require_fields(work, instance->key, instance->map->common, instance->map->common_n, place);
        if (kind)
            require_fields(work, instance->key, kind->fields, kind->fields_n, place);
    }
}

int config_apply(const struct config *config, const struct config_schema *schema, void *target,
                 struct error *err)
{
    struct config_work work = {.config = config, .schema = schema, .target = target, .err = err};
    int code = ERROR_WORK;

    work.done = calloc((size_t)config->n + 1, sizeof *work.done);
    if (!work.done) {
        error_add(err, ERROR_WORK, "out of memory");
        goto end;
    }
    if (config_instances_open(&work))
        goto end;
    set_defaults(&work);
    for (int i = 0; i < config->n; i++) {
        if (!work.done[i])
            apply_entry(&work, i);
    }
    if (!work.unknown) // a key that is missing is likely the one that is misspelt
        require_all(&work);
    code = work.code;
end:
    free(work.done);
    free(work.instance);
    return code;
}

typedef void visit_field(void *ctx, const char *key, const struct field *field, const void *base);

static void walk_fields(const char *path, const struct field *fields, int n, const void *base,
                        visit_field *visit, void *ctx)
{
    char key[CONFIG_KEY_MAX];
    for (int i = 0; i < n; i++) {
        config_join(path, fields[i].key, key);
        visit(ctx, key, &fields[i], base);
    }
}

int config_walk(const struct config *config, const struct config_schema *schema, void *target,
                void (*visit)(void *ctx, const char *key, const struct field *field, const void *base),
                void *ctx)
{
    struct config_work work = {.config = config, .schema = schema, .target = target};
    int code = config_instances_open(&work);

    for (int i = 0; code == 0 && i < schema->sections_n; i++) {
        const struct config_section *section = &schema->sections[i];
        walk_fields(section->path, section->fields, section->fields_n, (const char *)target + section->offset,
                    visit, ctx);
    }
    for (int i = 0; code == 0 && i < work.instances_n; i++) {
        const struct config_instance *instance = &work.instance[i];
        const struct config_kind *kind = config_instance_kind(instance);
        if (instance->refused)
            continue;
        walk_fields(instance->key, instance->map->common, instance->map->common_n, instance->common, visit,
                    ctx);
        if (kind)
            walk_fields(instance->key, kind->fields, kind->fields_n, instance->own, visit, ctx);
    }
    free(work.instance);
    return code;
}
