// Every row of every parameter table: default, bounds, unit, text, source, and the member of its struct that
// it fills.
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/model.h"
#include "tests/contract/evidence.h"

// A table of rows, the struct that they fill and the folder or file that declares it.
struct rows {
    const char *name, *owner, *declared;
    const struct field *fields;
    int n;
    size_t size; // of the struct; 0: not known here
};

enum { TABLES_MAX = 64 };

static int faults_n; // of the test that runs

static const char *const owners[][3] = {
    // table, struct, header
    {"", "model", "model.h"},
    {"run", "run_terms", "model.h"},
    {"economy.sectors", "sector", "model.h"},
    {"economy.regions", "region", "model.h"},
    {"economy.lenses", "lens", "model.h"},
    {"shocks", "shock", "shock.h"},
    {"programmes", "programme", "programme.h"},
};

// The struct of a table: that of the list above, else the last part of its path, in the header of that name.
static struct rows rows_of(const char *path, const struct field *fields, int n)
{
    struct rows rows = {path, NULL, NULL, fields, n, 0};
    for (size_t k = 0; k < sizeof owners / sizeof owners[0]; k++)
        if (strcmp(path, owners[k][0]) == 0) {
            rows.owner = owners[k][1];
            rows.declared = owners[k][2];
        }
    const char *dot = strrchr(path, '.');
    rows.owner = rows.owner ? rows.owner : dot ? dot + 1 : path;
    return rows;
}

static int tables(struct rows *out)
{
    static struct model_schema schema;
    int n = 0;
    model_schema(&schema);
    for (int k = 0; k < schema.config.sections_n; k++) {
        const struct config_section *s = &schema.config.sections[k];
        out[n++] = rows_of(s->path, s->fields, s->fields_n);
    }
    for (int k = 0; k < schema.config.maps_n; k++) {
        const struct config_map *m = &schema.config.maps[k];
        out[n++] = rows_of(m->path, m->common, m->common_n);
        for (int i = 0; m->kind && m->kind(i); i++) {
            const struct config_kind *kind = m->kind(i);
            out[n++] =
                (struct rows){kind->name, NULL, NULL, kind->fields, kind->fields_n, PROGRAMME_TERMS_BYTES};
        }
    }
    assert_true(n > 15 && n <= TABLES_MAX);
    return n;
}

// Says what is wrong with a row; every_row fails the test at the end.
__attribute__((format(printf, 3, 4))) static void wrong(const struct rows *rows, const struct field *field,
                                                        const char *format, ...)
{
    char text[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    print_error("%s.%s: %s\n", rows->name, field->key, text);
    faults_n++;
}

// Calls check for every row; a check tells faults with wrong().
static void every_row(void (*check)(const struct rows *rows, const struct field *field))
{
    struct rows table[TABLES_MAX];
    const int n = tables(table);
    int checked = 0;
    faults_n = 0;
    for (int t = 0; t < n; t++)
        for (int k = 0; k < table[t].n; k++, checked++)
            check(&table[t], &table[t].fields[k]);
    assert_true(checked > 250);
    assert_int_equal(faults_n, 0);
}

static bool is_number(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_REAL || f->type == FIELD_MONEY ||
           f->type == FIELD_VECTOR || f->type == FIELD_SERIES;
}

// ---- default, bounds, texts ---------------------------------------------------------------------

static size_t bytes_of(const struct field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
        return FIELD_TEXT_MAX;
    case FIELD_VECTOR:
        return (size_t)f->labels_n * sizeof(double);
    case FIELD_SERIES:
        return sizeof(struct series);
    default:
        return 8;
    }
}

// The default parses, which checks its bounds, and is written back as text that parses to the same bytes.
static void check_default(const struct rows *rows, const struct field *field)
{
    char why[ERROR_TEXT_MAX], *text = malloc(FIELD_FORMAT_MAX);
    char *base = calloc(2, sizeof(struct model)), *again = base + sizeof(struct model);
    struct field near = *field;
    assert_true(text && base && field->offset < sizeof(struct model));
    near.offset = 0;
    if (is_number(field) && !(field->low < field->high))
        wrong(rows, field, "bounds %g and %g leave nothing", field->low, field->high);
    if (field->fallback) {
        if (field_parse(&near, base, field->fallback, why) != 0)
            wrong(rows, field, "default '%s': %s", field->fallback, why);
        field_format(&near, base, text, FIELD_FORMAT_MAX);
        if (field_parse(&near, again, text, why) != 0 || memcmp(base, again, bytes_of(field)) != 0)
            wrong(rows, field, "default '%s' is written as '%s', which says something else", field->fallback,
                  text);
    }
    free(base);
    free(text);
}

static void check_texts(const struct rows *rows, const struct field *field)
{
    const size_t doc = field->doc ? strlen(field->doc) : 0;
    if (is_number(field) != (field->unit[0] != '\0'))
        wrong(rows, field, "unit '%s': a number has one, nothing else has", field->unit);
    if (doc < 5 || field->doc[doc - 1] == '.' || field->doc[doc - 1] == ' ' ||
        islower((unsigned char)field->doc[0]))
        wrong(rows, field, "doc '%s': a sentence with a capital and without a full stop", field->doc);
    const bool labelled =
        field->type == FIELD_CHOICE || field->type == FIELD_VECTOR || field->type == FIELD_SET;
    if (labelled != (field->labels != NULL) || labelled != (field->labels_n > 0) || !field->symbol)
        wrong(rows, field, "labels or symbol are missing, or too many");
    if (!islower((unsigned char)field->key[0]))
        wrong(rows, field, "a key begins with a small letter");
    for (const char *c = field->key; *c; c++)
        if (!(islower((unsigned char)*c) || isdigit((unsigned char)*c) ||
              (*c == '_' && c[1] != '_' && c[1] != '\0')))
            wrong(rows, field, "a key is in snake case");
}

// A suffix says the unit: _vnd, _frac, _years, _months, _per_year, _per_month, _n.
static void check_suffix(const struct rows *rows, const struct field *field)
{
    static const char *const suffix[][2] = {
        {"_vnd", "VND"}, {"_frac", "1"}, {"_years", "year"}, {"_months", "month"}};
    const size_t n = strlen(field->key);
    for (size_t k = 0; k < sizeof suffix / sizeof suffix[0]; k++) {
        const size_t m = strlen(suffix[k][0]), u = strlen(suffix[k][1]);
        if (n > m && strcmp(field->key + n - m, suffix[k][0]) == 0 &&
            strncmp(field->unit, suffix[k][1], u) != 0)
            wrong(rows, field, "unit '%s' is not that of its suffix, %s", field->unit, suffix[k][1]);
    }
    if ((strstr(field->key, "_per_year") && !strstr(field->unit, "/year")) ||
        (strstr(field->key, "_per_month") && !strstr(field->unit, "/month")))
        wrong(rows, field, "unit '%s' is not that of its suffix", field->unit);
}

static void defaults_lie_within_bounds(void **state)
{
    (void)state;
    every_row(check_default);
}

static void rows_are_documented(void **state)
{
    (void)state;
    every_row(check_texts);
    every_row(check_suffix);
}

static void keys_are_unique(void **state)
{
    struct rows table[TABLES_MAX];
    (void)state;
    const int n = tables(table);
    for (int t = 0; t < n; t++)
        for (int k = 0; k < table[t].n; k++)
            for (int i = 0; i < k; i++)
                if (strcmp(table[t].fields[k].key, table[t].fields[i].key) == 0)
                    fail_msg("%s.%s stands twice", table[t].name, table[t].fields[k].key);
}

// ---- sources ------------------------------------------------------------------------------------

static struct evidence known; // read by the group's set-up

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// The next word of the text that could be an id (letters, digits and an underscore), its length; 0 at the
// end. `wbes23_t7_*` stands for a family.
static size_t next_id(const char **at)
{
    for (;;) {
        while (**at && !in_word(**at))
            ++*at;
        size_t length = 0;
        while (in_word((*at)[length]))
            length++;
        if (length == 0 || (length > 3 && memchr(*at, '_', length) && isalpha((unsigned char)**at)))
            return length;
        *at += length;
    }
}

static bool is_evidence(const char *word, size_t length)
{
    return word[length] == '*' ? evidence_begins(&known, word, length) : evidence_has(&known, word, length);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

// An assumption with its range, a definition, the economy's own data, a document with its place, or an id of
// the evidence.
static bool sourced(const char *source)
{
    int words = 0, found = 0;
    const char *at = source;
    for (size_t length; (length = next_id(&at)) > 0; at += length) {
        words++;
        found += is_evidence(at, length);
    }
    const char *assumption = strstr(source, "assumption:");
    const bool document =
        strstr(source, "instruments.md") || strstr(source, "Oslo Manual") || strstr(source, "Decree");
    return (assumption && strstr(assumption, "range")) || begins(source, "definition") ||
           begins(source, "economy file") || document || (known.n ? found > 0 : words > 0);
}

static void check_source(const struct rows *rows, const struct field *field)
{
    if (!field->source || !sourced(field->source))
        wrong(rows, field, "source '%s' names no evidence, definition or assumption with a range",
              field->source);
}

static void every_number_has_a_source(void **state)
{
    (void)state;
    every_row(check_source);
}

// Whether some table has a parameter of this name, or a kind has it.
static bool is_parameter(const char *word, size_t length)
{
    struct rows table[TABLES_MAX];
    const int n = tables(table);
    for (int t = 0; t < n; t++) {
        if (strlen(table[t].name) == length && strncmp(table[t].name, word, length) == 0)
            return true;
        for (int k = 0; k < table[t].n; k++)
            if (strlen(table[t].fields[k].key) == length &&
                strncmp(table[t].fields[k].key, word, length) == 0)
                return true;
    }
    return false;
}

static void check_words(const struct rows *rows, const struct field *field)
{
    const char *at = field->source;
    for (size_t length; (length = next_id(&at)) > 0; at += length)
        if (!is_evidence(at, length) && !is_parameter(at, length))
            wrong(rows, field, "source names '%.*s', which neither the evidence nor the model has",
                  (int)length, at);
}

static void sources_name_what_exists(void **state)
{
    (void)state;
    if (known.n)
        every_row(check_words);
}

static void a_source_can_be_wrong(void **state)
{
    (void)state;
    assert_false(sourced(""));
    assert_false(sourced("see the literature"));
    assert_false(sourced("assumption: plausible"));
    assert_true(sourced("assumption: plausible; range 1-2"));
    assert_true(sourced("definition: of the survey"));
    if (known.n) {
        assert_false(sourced("no_such_id_2014"));
        assert_true(sourced("cpi_2014 to cpi_2024"));
    }
}

// ---- members ------------------------------------------------------------------------------------

// Reads the declaration `struct OWNER { ... };` in C text and looks up a member: its type ("double", "struct
// series") and its array bounds as written ("[4]", "" for none). False if there is none.
static bool member_of(const char *text, const char *owner, const char *key, char type[64], char array[64])
{
    char head[96];
    snprintf(head, sizeof head, "struct %s {", owner);
    const char *at = strstr(text, head);
    const char *end = at ? strstr(at, "\n};") : NULL;
    at = at ? at + strlen(head) : NULL;
    while (at && at < end) {
        at += strspn(at, " \n");
        if (begins(at, "//") || begins(at, "_Alignas") || *at == '}') {
            at += strcspn(at, "\n");
            continue;
        }
        size_t n = strcspn(at, " ");
        n += strncmp(at, "struct", n) == 0 || strncmp(at, "const", n) == 0 || strncmp(at, "unsigned", n) == 0
                 ? 1 + strcspn(at + n + 1, " ")
                 : 0;
        snprintf(type, 64, "%.*s", (int)n, at);
        for (at += n; at < end && *at != ';';) {
            at += strspn(at, " ,*\n");
            size_t name = 0;
            while (in_word(at[name]))
                name++;
            const bool found = name == strlen(key) && strncmp(at, key, name) == 0;
            at += name;
            const size_t bounds = *at == '[' ? strcspn(at, ",;") : 0;
            snprintf(array, 64, "%.*s", (int)bounds, at);
            at += bounds;
            if (found)
                return true;
            if (name == 0 && bounds == 0 && *at != ';')
                at++;
        }
        at = at < end ? at + 1 : end;
    }
    return false;
}

static const char *type_of(enum field_type type)
{
    switch (type) {
    case FIELD_REAL:
    case FIELD_VECTOR:
        return "double";
    case FIELD_SERIES:
        return "struct series";
    case FIELD_TEXT:
        return "char";
    default:
        return "int64_t";
    }
}

// The text that declares the struct of a table, and its name: for a kind the file in models/instruments that
// registers it, where the struct stands first.
static char *declaration(const struct rows *rows, char owner[64])
{
    char path[1024];
    if (rows->owner) {
        snprintf(owner, 64, "%s", rows->owner);
        snprintf(path, sizeof path, "%s/models/%s%s", MANGROVE_SOURCE_DIR,
                 rows->declared ? rows->declared : rows->owner, rows->declared ? "" : ".h");
        return evidence_text(path);
    }
    DIR *folder = opendir(MANGROVE_SOURCE_DIR "/models/instruments");
    char *text = NULL, wanted[96];
    snprintf(wanted, sizeof wanted, ".name = \"%s\"", rows->name);
    for (struct dirent *d = folder ? readdir(folder) : NULL; d && !text; d = readdir(folder)) {
        snprintf(path, sizeof path, "%s/models/instruments/%s", MANGROVE_SOURCE_DIR, d->d_name);
        text = evidence_text(path);
        if (text && !strstr(text, wanted)) {
            free(text);
            text = NULL;
        }
    }
    if (folder)
        closedir(folder);
    const char *first = text ? strstr(text, "\nstruct ") : NULL;
    if (first)
        snprintf(owner, 64, "%.*s", (int)strcspn(first + 8, " "), first + 8);
    return text;
}

// A row's key is the name of a member of the type that the row's values have: a money row over a double would
// read as nothing.
static void every_row_fills_a_member_of_its_type(void **state)
{
    struct rows table[TABLES_MAX];
    (void)state;
    const int n = tables(table);
    faults_n = 0;
    for (int t = 0; t < n; t++) {
        const struct rows *rows = &table[t];
        char owner[64] = "", type[64], array[64];
        char *text = declaration(rows, owner);
        if (!text)
            fail_msg("no file declares the struct of '%s'", rows->name);
        for (int k = 0; k < rows->n; k++) {
            const struct field *field = &rows->fields[k];
            if (!member_of(text, owner, field->key, type, array)) {
                wrong(rows, field, "struct %s has no such member", owner);
                continue;
            }
            const bool many = field->type == FIELD_VECTOR || field->type == FIELD_TEXT;
            if (strcmp(type, type_of(field->type)) != 0 || many != (array[0] != '\0'))
                wrong(rows, field, "the member is '%s %s%s', its values are %s", type, field->key, array,
                      type_of(field->type));
            if (field->type == FIELD_TEXT && strcmp(array, "[FIELD_TEXT_MAX]") != 0)
                wrong(rows, field, "the text has %s", array);
        }
        free(text);
    }
    assert_int_equal(faults_n, 0);
}

// Rows of one table fill different bytes, inside their struct; sections lie apart within the model.
static void members_do_not_overlap(void **state)
{
    struct rows table[TABLES_MAX];
    struct model_schema schema;
    (void)state;
    const int n = tables(table);
    faults_n = 0;
    for (int t = 0; t < n; t++) {
        const struct rows *rows = &table[t];
        for (int k = 0; k < rows->n; k++) {
            const struct field *field = &rows->fields[k];
            const size_t end = field->offset + bytes_of(field);
            if (rows->size && end > rows->size)
                wrong(rows, field, "ends at byte %zu of %zu", end, rows->size);
            for (int i = 0; i < k; i++)
                if (field->offset < rows->fields[i].offset + bytes_of(&rows->fields[i]) &&
                    rows->fields[i].offset < end)
                    wrong(rows, field, "shares bytes with %s", rows->fields[i].key);
        }
    }
    assert_int_equal(faults_n, 0);
    model_schema(&schema);
    for (int a = 0; a < schema.config.sections_n; a++) {
        const struct config_section *s = &schema.config.sections[a];
        for (int k = 0; k < s->fields_n; k++) {
            const size_t from = s->offset + s->fields[k].offset, end = from + bytes_of(&s->fields[k]);
            assert_true(end <= sizeof(struct model));
            for (int b = 0; b < schema.config.sections_n; b++)
                for (int i = 0; b != a && i < schema.config.sections[b].fields_n; i++) {
                    const size_t other =
                        schema.config.sections[b].offset + schema.config.sections[b].fields[i].offset;
                    assert_true(end <= other ||
                                from >= other + bytes_of(&schema.config.sections[b].fields[i]));
                }
        }
    }
}

static void a_wrong_member_is_seen(void **state)
{
    static const char text[] = "struct other {\n    double low;\n};\nstruct probe {\n    // double hidden;\n "
                               "   double low, high[4];\n"
                               "    int64_t money_vnd; // double x\n    char name[FIELD_TEXT_MAX];\n    "
                               "struct series path, more;\n};\n";
    char type[64], array[64];
    (void)state;
    assert_true(member_of(text, "probe", "high", type, array));
    assert_string_equal(type, "double");
    assert_string_equal(array, "[4]");
    assert_true(member_of(text, "probe", "money_vnd", type, array));
    assert_string_equal(type, "int64_t");
    assert_true(member_of(text, "probe", "more", type, array));
    assert_string_equal(type, "struct series");
    assert_string_equal(array, "");
    assert_false(member_of(text, "probe", "hidden", type, array));
    assert_false(member_of(text, "probe", "x", type, array));
    assert_false(member_of(text, "other", "high", type, array));
}

static int read_evidence(void **state)
{
    (void)state;
    known = evidence_load(NULL);
    return 0;
}

static int drop_evidence(void **state)
{
    (void)state;
    evidence_free(&known);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_lie_within_bounds),
        cmocka_unit_test(rows_are_documented),
        cmocka_unit_test(keys_are_unique),
        cmocka_unit_test(every_number_has_a_source),
        cmocka_unit_test(sources_name_what_exists),
        cmocka_unit_test(a_source_can_be_wrong),
        cmocka_unit_test(every_row_fills_a_member_of_its_type),
        cmocka_unit_test(members_do_not_overlap),
        cmocka_unit_test(a_wrong_member_is_seen),
    };
    return cmocka_run_group_tests(tests, read_evidence, drop_evidence);
}
