#include "analysis/targets.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#include "sim/field.h"
#include "sim/number.h"

// A key of a row: a text or a number of struct target.
static const struct row_key {
    const char *name;
    size_t offset, size;
    bool number, required;
} row_keys[] = {
#define TEXT(name, required)                                                                                 \
    {                                                                                                        \
#name, offsetof(struct target, name), sizeof((struct target *)0)->name, false, required              \
    }
#define NUMBER(name, required)                                                                               \
    {                                                                                                        \
#name, offsetof(struct target, name), sizeof(double), true, required                                 \
    }
    TEXT(id, true),     TEXT(title, true),       TEXT(metric, true),   TEXT(group, false),
    TEXT(period, true), TEXT(statistic, true),   NUMBER(low, true),    NUMBER(high, false),
    TEXT(unit, true),   TEXT(reading_of, false), TEXT(reading, false), TEXT(units_metric, false),
    TEXT(units, false), TEXT(source, true),      TEXT(note, false),
#undef TEXT
#undef NUMBER
};
enum { ROW_KEYS_N = sizeof row_keys / sizeof *row_keys };

static int put(struct target *target, const char *key, const char *text, const char *place, struct error *err)
{
    const char *names[ROW_KEYS_N];
    const struct row_key *row = NULL;
    for (int i = 0; i < ROW_KEYS_N; i++) {
        names[i] = row_keys[i].name;
        row = strcmp(key, names[i]) == 0 ? &row_keys[i] : row;
    }
    if (!row) {
        const char *near = field_nearest(key, names, ROW_KEYS_N);
        return error_add(err, ERROR_INPUT, "%s: targets.%s: unknown key%s%s%s", place, key,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    char *at = (char *)target + row->offset;
    if (row->number) {
        double number;
        const enum number_fault fault = number_real(text, &number);
        if (fault)
            return error_add(err, ERROR_INPUT, "%s: targets.%s: '%.40s' %s", place, key, text,
                             number_fault_text(fault));
        memcpy(at, &number, sizeof number);
        return ERROR_NONE;
    }
    if (strlen(text) >= row->size)
        return error_add(err, ERROR_INPUT, "%s: targets.%s: is too long; allowed: %zu bytes", place, key,
                         row->size - 1);
    memcpy(at, text, strlen(text) + 1);
    return ERROR_NONE;
}

static const char *place_of(const char *key, int n, const char *const *keys, const char *const *places)
{
    for (int i = 0; i < n; i++)
        if (strcmp(keys[i], key) == 0)
            return places[i];
    return n > 0 ? places[0] : "targets";
}

// Relations between the keys of a row and with the rows before it; `place` is that of the row's id.
static int check(const struct targets *targets, const struct target *target, const char *place,
                 struct error *err)
{
    const struct target *before = targets->n > 0 ? &targets->target[targets->n - 1] : NULL;
    const char *first = before ? (*before->reading_of ? before->reading_of : before->id) : "";
    for (int i = 0; i < targets->n; i++)
        if (strcmp(targets->target[i].id, target->id) == 0)
            return error_add(err, ERROR_INPUT, "%s: targets.id: '%s' stands twice", place, target->id);
    if (*target->reading_of && strcmp(target->reading_of, first) != 0)
        return error_add(err, ERROR_INPUT, "%s: targets.reading_of: '%s' is not the target just before '%s'",
                         place, target->reading_of, target->id);
    if (*target->reading_of && !*target->reading)
        return error_add(err, ERROR_INPUT, "%s: targets.reading: a name for this reading is missing", place);
    if (target->high < target->low)
        return error_add(err, ERROR_INPUT, "%s: targets.high: is below low", place);
    if (*target->units_metric && !*target->units)
        return error_add(err, ERROR_INPUT, "%s: targets.units: the name of what is counted is missing",
                         place);
    return ERROR_NONE;
}

int targets_row(void *list, int n, const char *const *keys, const char *const *texts,
                const char *const *places, struct error *err)
{
    struct targets *targets = list;
    struct target target = {.high = (double)NAN};
    char why[ERROR_TEXT_MAX];
    const char *place = place_of("id", n, keys, places);
    int code = ERROR_NONE;
    if (targets->n == TARGETS_MAX)
        return error_add(err, ERROR_INPUT, "%s: targets: too many rows; allowed: %d", place, TARGETS_MAX);
    for (int i = 0; i < n; i++)
        code |= put(&target, keys[i], texts[i], places[i], err);
    for (int i = 0; i < ROW_KEYS_N; i++) {
        bool found = false;
        for (int k = 0; k < n; k++)
            found = found || strcmp(keys[k], row_keys[i].name) == 0;
        if (row_keys[i].required && !found)
            code |= error_add(err, ERROR_INPUT, "%s: targets.%s: is missing", place, row_keys[i].name);
    }
    if (code)
        return ERROR_INPUT;
    const struct expression_text text = {target.metric, target.group, target.period, target.statistic};
    if (expression_parse(&target.expression, &text, why))
        return error_add(err, ERROR_INPUT, "%s: targets.%s: %s", place, target.id, why);
    if (check(targets, &target, place, err))
        return ERROR_INPUT;
    targets->target[targets->n++] = target;
    return ERROR_NONE;
}
