// The rows of metrics against evidence/metrics.csv and moments.csv, and each row against the rules: a unit, a
// definition, a variable with all its breakdowns in the data of a run.
#include "tests/unit/record_fixture.h"

#define EVIDENCE MANGROVE_SOURCE_DIR "/../shared/evidence/"
enum { LINE_MAX = 1024, FIELDS_MAX = 12 };

// Metrics that the present state does not allow, each with its reason.
static const struct {
    const char *name, *reason;
} not_yet[] = {{NULL, NULL}};

// ---- tables of the evidence ---------------------------------------------------------------------

// Splits a line at commas outside quotation marks, in place. Returns the number of fields.
static int split(char *line, char *field[FIELDS_MAX])
{
    int n = 0;
    bool quoted = false;
    field[n++] = line;
    for (char *c = line; *c; c++) {
        quoted ^= *c == '"';
        if (*c == '\n' || *c == '\r')
            *c = '\0';
        if (*c == ',' && !quoted && n < FIELDS_MAX) {
            *c = '\0';
            field[n++] = c + 1;
        }
    }
    return n;
}

// Calls `row` for each line of a table but the first. Skips the test if there is no such table.
static int each_row(const char *name, void (*row)(void *ctx, char *field[FIELDS_MAX], int n), void *ctx)
{
    char line[LINE_MAX], path[LINE_MAX], *field[FIELDS_MAX];
    int rows = 0;
    snprintf(path, sizeof path, EVIDENCE "%s", name);
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("skipped: needs the evidence tables (%s)\n", path);
        skip();
    }
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        row(ctx, field, split(line, field));
        rows++;
    }
    fclose(file);
    return rows;
}

static const struct metric *find(const char *name)
{
    for (int row = 0; row < metrics_rows_n; row++)
        if (strcmp(metrics_rows[row].name, name) == 0)
            return &metrics_rows[row];
    return NULL;
}

// Is `name` one of the names in `list`, which semicolons separate?
static bool listed(const char *list, const char *name, size_t length)
{
    for (const char *at = list; *at; at += *at == ';') {
        const size_t here = strcspn(at, ";");
        if (here == length && memcmp(at, name, length) == 0)
            return true;
        at += here;
    }
    return false;
}

static bool all_listed(const char *names, const char *list)
{
    for (const char *at = names; *at; at += *at == ';') {
        const size_t length = strcspn(at, ";");
        if (!listed(list, at, length))
            return false;
        at += length;
    }
    return true;
}

// What is wrong with a metric for a row of metrics.csv, NULL if nothing.
static const char *row_fault(char *const field[FIELDS_MAX], const struct metric *metric)
{
    if (!metric)
        return "there is no row";
    if (strcmp(field[1], metric->kind == METRICS_STOCK ? "stock" : "flow") != 0)
        return "another kind";
    if (strcmp(field[2], metric->unit) != 0)
        return "another unit";
    return all_listed(field[3], metric->groups) ? NULL : "a group is missing";
}

static void check_row(void *ctx, char *field[FIELDS_MAX], int n)
{
    assert_true(n >= 5);
    for (int k = 0; not_yet[k].name; k++)
        if (strcmp(not_yet[k].name, field[0]) == 0) {
            assert_true(*not_yet[k].reason && !find(field[0]));
            return;
        }
    const char *fault = row_fault(field, find(field[0]));
    if (fault)
        fail_msg("metrics.csv: %s: %s", field[0], fault);
    ++*(int *)ctx;
}

static void every_metric_of_the_evidence_has_its_row(void **state)
{
    (void)state;
    int checked = 0;
    const int rows = each_row("metrics.csv", check_row, &checked);
    assert_true(rows >= 79);
    assert_int_equal(checked, rows - (int)(sizeof not_yet / sizeof not_yet[0]) + 1);
}

static void a_row_that_differs_is_found(void **state)
{
    (void)state;
    char name[] = "entries_n", flow[] = "flow", stock[] = "stock", unit[] = "enterprises", other[] = "VND",
         groups[] = "region;origin", more[] = "region;lens", none[] = "no_such_metric";
    char *right[FIELDS_MAX] = {name, flow, unit, groups}, *kind[FIELDS_MAX] = {name, stock, unit, groups};
    char *units[FIELDS_MAX] = {name, flow, other, groups}, *group[FIELDS_MAX] = {name, flow, unit, more};
    char *unknown[FIELDS_MAX] = {none, flow, unit, groups};
    assert_null(row_fault(right, find(name)));
    assert_string_equal(row_fault(kind, find(name)), "another kind");
    assert_string_equal(row_fault(units, find(name)), "another unit");
    assert_string_equal(row_fault(group, find(name)), "a group is missing");
    assert_string_equal(row_fault(unknown, find(none)), "there is no row");
}

// Groups beyond those of metrics.csv are there because a moment needs them.
struct needed {
    char list[64][2 * DATA_NAME_MAX]; // METRIC_by_GROUP
    int n;
};

static void note_moment(void *ctx, char *field[FIELDS_MAX], int n)
{
    struct needed *needed = ctx;
    assert_true(n >= 5 && needed->n + 4 < 64);
    for (char *at = field[1]; *at; at += *at != '\0') {
        const size_t length = strcspn(at, "+/"), group = strcspn(field[2], "=");
        snprintf(needed->list[needed->n++], sizeof needed->list[0], "%.*s%s%.*s", (int)length, at,
                 group > 0 ? "_by_" : "", (int)group, field[2]);
        at += length;
    }
}

static void note_row(void *ctx, char *field[FIELDS_MAX], int n)
{
    struct needed *needed = ctx;
    const struct metric *metric = find(field[0]);
    enum metrics_group groups[METRICS_GROUPS_N];
    (void)n;
    assert_non_null(metric);
    for (int g = metrics_groups_of(metric, groups) - 1; g >= 0; g--) {
        const char *group = metrics_group_name(groups[g]);
        char name[2 * DATA_NAME_MAX];
        bool asked = listed(field[3], group, strlen(group));
        snprintf(name, sizeof name, "%s_by_%s", metric->name, group);
        for (int k = 0; k < needed->n; k++)
            asked |= strcmp(needed->list[k], name) == 0;
        if (!asked)
            fail_msg("%s: neither metrics.csv nor a moment asks for it", name);
    }
}

static void no_breakdown_that_nobody_asks_for(void **state)
{
    (void)state;
    struct needed needed = {.n = 0};
    each_row("moments.csv", note_moment, &needed);
    each_row("metrics.csv", note_row, &needed);
}

// ---- the rows themselves ------------------------------------------------------------------------

static void rows_are_complete_and_differ(void **state)
{
    (void)state;
    for (int row = 0; row < metrics_rows_n; row++) {
        const struct metric *metric = &metrics_rows[row];
        assert_true(data_name_sound(metric->name) && *metric->unit && data_text_sound(metric->definition));
        assert_true(strlen(metric->definition) >= 6);
        assert_true(strncmp(metrics_cell_methods(metric), "time: ", 6) == 0);
        for (int other = 0; other < row; other++)
            assert_string_not_equal(metric->name, metrics_rows[other].name);
    }
}

// ---- the data of a run --------------------------------------------------------------------------

static void check_var(const struct taping *t, const struct metric *metric, enum metrics_group group)
{
    char name[2 * DATA_NAME_MAX];
    const bool total = group == METRICS_TOTAL;
    snprintf(name, sizeof name, "%s%s%s", metric->name, total ? "" : "_by_", metrics_group_name(group));
    const struct data_var *var = taping_var(t, "", name);
    const struct data_dim *dim = t->data->dim;
    assert_string_equal(var->unit, metric->unit);
    assert_string_equal(var->definition, metric->definition);
    assert_string_equal(var->cell_methods, metrics_cell_methods(metric));
    assert_true(*var->long_name && *var->source);
    assert_int_equal(var->dims_n, total ? 2 : 3);
    assert_string_equal(dim[var->dim[0]].name, "replicate");
    assert_string_equal(dim[var->dim[1]].name, "time");
    if (!total) {
        assert_string_equal(dim[var->dim[2]].name, metrics_group_name(group));
        assert_non_null(dim[var->dim[2]].label);
    }
    for (int64_t i = 0; i < var->n; i++)
        assert_true(!isinf(((const double *)var->value)[i]));
}

static void check_moment(void *ctx, char *field[FIELDS_MAX], int n)
{
    struct needed needed = {.n = 0};
    note_moment(&needed, field, n);
    for (int k = 0; k < needed.n; k++)
        if (!data_var_find(((const struct taping *)ctx)->data, "", needed.list[k]))
            fail_msg("moments.csv: %s: the run has no '%s'", field[0], needed.list[k]);
}

static struct taping run_of_the_baseline(void)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2016-03", NULL};
    struct taping t = taping_open("policies/baseline.yaml", settings);
    taping_run(&t, 1);
    return t;
}

static void every_row_is_in_the_data(void **state)
{
    (void)state;
    struct taping t = run_of_the_baseline();
    for (int row = 0; row < metrics_rows_n; row++) {
        enum metrics_group groups[METRICS_GROUPS_N];
        const int n = metrics_groups_of(&metrics_rows[row], groups);
        check_var(&t, &metrics_rows[row], METRICS_TOTAL);
        for (int g = 0; g < n; g++)
            check_var(&t, &metrics_rows[row], groups[g]);
    }
    taping_close(&t);
}

static void every_moment_is_in_the_data(void **state)
{
    (void)state;
    struct taping t = run_of_the_baseline();
    each_row("moments.csv", check_moment, &t);
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_of_the_evidence_has_its_row),
        cmocka_unit_test(a_row_that_differs_is_found),
        cmocka_unit_test(no_breakdown_that_nobody_asks_for),
        cmocka_unit_test(rows_are_complete_and_differ),
        cmocka_unit_test(every_row_is_in_the_data),
        cmocka_unit_test(every_moment_is_in_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
