// Scenario files: what is read from where, merging, limits; every pair of tests/bad/loader; round trips;
// rows.
#include "tests/unit/config_fixture.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sim/yaml.h"

#define SOUND                                                                                                \
    "economy:\n"                                                                                             \
    "  demand:\n"                                                                                            \
    "    speed: 0.05\n"                                                                                      \
    "    size_share: {micro: 0.7, small: 0.2, medium: 0.1}\n"                                                \
    "    growth: {2014: 0.064, 2015: 0.07}\n"

// ---- helpers: every test works in an empty folder of its own

static int enter_folder(void **state)
{
    char name[] = "/tmp/mangrove_yaml_XXXXXX";
    if (!mkdtemp(name) || chdir(name) != 0)
        return -1;
    *state = strdup(name);
    return *state ? 0 : -1;
}

static int leave_folder(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", (const char *)*state);
    free(*state);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void write_bytes(const char *name, const char *bytes, size_t n)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

// Loads and applies; the faults are in f->err.
static int load(struct fixture *f, const char *path)
{
    fixture_make(f, false);
    int code = yaml_load(f->config, path, &small_schema, &f->err);
    assert_int_equal(code, f->err.code);
    return code ? code : fixture_apply(f);
}

static void expect_loaded(struct fixture *f, const char *path)
{
    if (load(f, path) != 0)
        fail_msg("%s", f->err.text[0]);
}

static void expect_fault(const char *path, const char *message)
{
    struct fixture f;
    assert_int_equal(load(&f, path), ERROR_INPUT);
    assert_string_equal(f.err.text[0], message);
    assert_int_equal(f.err.faults_n, 1);
    fixture_done(&f);
}

// ---- what is read

static void test_values_and_places(void **state)
{
    (void)state;
    struct fixture f;
    write_file("a.yaml", "# Việt Nam\r\nname: 'ệ: x'\r\nrun: {agents: 5}\n" SOUND "    classes:\n"
                         "    - medium\n    - micro\n    weight:\n      right: 1.0\n");
    expect_loaded(&f, "a.yaml");
    assert_string_equal(f.target.top.name, "ệ: x");
    assert_int_equal(f.target.run.agents, 5);
    assert_int_equal(f.target.demand.classes, 5);
    assert_true(f.target.demand.weight[0] == 0.25 && f.target.demand.weight[1] == 1);
    assert_true(f.target.demand.growth.value[1] == 0.07);
    const struct config_entry *entry = config_find(f.config, "run.agents");
    assert_string_equal(entry->key_place, "a.yaml:3:7");
    assert_string_equal(entry->place, "a.yaml:3:15");
    assert_string_equal(config_find(f.config, "economy.demand.classes")->text, "[medium, micro]");
    assert_string_equal(config_find(f.config, "economy.demand.classes")->place, "a.yaml:10:5");
    assert_string_equal(config_find(f.config, "economy.demand.weight.right")->place, "a.yaml:13:14");
    assert_true(config_find(f.config, "economy.demand")->mapping);
    assert_string_equal(config_find(f.config, "economy.demand")->place, "a.yaml:5:3");
    fixture_done(&f);
}

static void test_forms(void **state)
{
    (void)state;
    struct fixture f;
    write_file("a.yaml", "---\nname: >-\n  folded\n  text\n'run': {\"agents\": 5, start: 2020-02}\n" SOUND
                         "    shock: '2000: 1, 2001: 2'\n    classes: []\nprogrammes: {}\n...\n");
    expect_loaded(&f, "a.yaml");
    assert_string_equal(f.target.top.name, "folded text");
    assert_int_equal(f.target.run.agents, 5);
    assert_int_equal(f.target.run.start, 601);
    assert_int_equal(f.target.demand.shock.first_year, 2000);
    assert_int_equal(f.target.demand.classes, 0);
    fixture_done(&f);
}

static void test_empty_groups(void **state)
{
    (void)state;
    struct fixture f;
    write_file("a.yaml", SOUND "    inner:\n  regions: {}\nrun:\nprogrammes:\n");
    expect_loaded(&f, "a.yaml");
    assert_int_equal(f.target.programmes_n, 0);
    fixture_done(&f);
}

static void test_list_without_schema(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, false);
    write_file("a.yaml", "anything: [goes, here]\n");
    assert_int_equal(yaml_load(f.config, "a.yaml", NULL, &f.err), 0);
    assert_string_equal(config_find(f.config, "anything")->text, "[goes, here]");
    fixture_done(&f);
}

static void test_pipe(void **state)
{
    (void)state;
    struct fixture f;
    int ends[2];
    char path[64];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], SOUND, strlen(SOUND)), strlen(SOUND));
    close(ends[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    expect_loaded(&f, path);
    close(ends[0]);
    fixture_done(&f);
}

// ---- merging

static void test_extends(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(mkdir("economies", 0777), 0);
    assert_int_equal(mkdir("policies", 0777), 0);
    write_file("economies/base.yaml",
               "name: base\nrun: {agents: 1, closure: open}\n" SOUND "    weight: {left: 0.5}\nprogrammes:\n"
               "  fund: {kind: loan, budget_vnd: 7, months: 12}\n");
    write_file("policies/more.yaml", "extends: ../economies/base.yaml\nrun: {agents: 2, verbose: true}\n");
    write_file("policies/p.yaml",
               "name: p\nextends: [../economies/base.yaml, more.yaml]\n"
               "economy: {demand: {size_share: {micro: 0.6}, growth: {2016: 0.08, 2015: 0.01},\n"
               "                   weight: {right: 0.5}}}\nprogrammes: {fund: {budget_vnd: 0}}\n");
    expect_loaded(&f, "policies/p.yaml");
    assert_string_equal(f.target.top.name, "p");
    assert_int_equal(f.target.run.agents, 2); // base.yaml is merged once, before more.yaml
    assert_int_equal(f.target.run.verbose, 1);
    assert_int_equal(f.target.run.closure, 2);
    assert_true(f.target.demand.size_share[0] == 0.6 && f.target.demand.size_share[1] == 0.2);
    assert_true(f.target.demand.weight[0] == 0.5 && f.target.demand.weight[1] == 0.5);
    assert_int_equal(f.target.demand.growth.n, 3);
    assert_true(f.target.demand.growth.value[1] == 0.01 && f.target.demand.growth.value[2] == 0.08);
    assert_int_equal(f.target.programme[0].budget_vnd, 0);
    assert_int_equal(f.target.programme[0].loan.months, 12);
    assert_string_equal(config_find(f.config, "run.closure")->place, "policies/../economies/base.yaml:2:27");
    fixture_done(&f);
}

static void test_same_file_under_two_names(void **state)
{
    (void)state;
    struct fixture f;
    write_file("a.yaml", "run: {agents: 1}\n" SOUND);
    assert_int_equal(symlink("a.yaml", "b.yaml"), 0);
    write_file("c.yaml", "run: {agents: 2}\n");
    write_file("d.yaml", "extends: [a.yaml, c.yaml, b.yaml, ./a.yaml]\n");
    expect_loaded(&f, "d.yaml");
    assert_int_equal(f.target.run.agents, 2);
    fixture_done(&f);
}

static void test_whole_and_elements_of_files(void **state)
{
    (void)state;
    struct fixture f;
    write_file("a.yaml", SOUND "    weight: {left: 0.1, right: 0.2}\n    shock: {2014: 1, 2015: 2}\n");
    write_file("b.yaml",
               "extends: a.yaml\neconomy: {demand: {weight: 'left: 0.3, right: 0.4', shock: '2016: 3'}}\n");
    write_file("c.yaml", "extends: b.yaml\neconomy: {demand: {weight: {right: 0.9}, shock: {2017: 4}}}\n");
    expect_loaded(&f, "c.yaml");
    assert_true(f.target.demand.weight[0] == 0.3 && f.target.demand.weight[1] == 0.9);
    assert_int_equal(f.target.demand.shock.first_year, 2016);
    assert_int_equal(f.target.demand.shock.n, 2);
    assert_true(f.target.demand.shock.value[1] == 4);
    fixture_done(&f);
}

// A chain of files of this length, the last with the values.
static void write_chain(int files)
{
    char name[32], text[64];
    for (int i = 1; i < files; i++) {
        snprintf(name, sizeof name, "%d.yaml", i);
        snprintf(text, sizeof text, "extends: %d.yaml\n", i + 1);
        write_file(name, text);
    }
    snprintf(name, sizeof name, "%d.yaml", files);
    write_file(name, SOUND);
}

static void test_depth_of_extends(void **state)
{
    (void)state;
    struct fixture f;
    write_chain(9);
    expect_loaded(&f, "1.yaml");
    fixture_done(&f);
    write_chain(10);
    expect_fault("1.yaml", "9.yaml:1:10: extends: too deep; allowed: 8 files one above the other");
}

static void test_number_of_files(void **state)
{
    (void)state;
    struct fixture f;
    char name[32], list[4096] = "extends: [";
    write_file("0.yaml", SOUND);
    for (int i = 0; i < 127; i++) {
        snprintf(name, sizeof name, "%d.yaml", i);
        if (i > 0)
            write_file(name, "run: {}\n");
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i > 0 ? ", " : "", name);
    }
    char all[4200];
    snprintf(all, sizeof all, "%s]\n", list);
    write_file("all.yaml", all);
    expect_loaded(&f, "all.yaml");
    fixture_done(&f);
    write_file("more.yaml", "run: {}\n");
    snprintf(all, sizeof all, "%s, more.yaml]\n", list);
    write_file("all.yaml", all);
    snprintf(all, sizeof all, "all.yaml:1:%zu: extends: too many files; allowed: 128", strlen(list) + 3);
    expect_fault("all.yaml", all);
}

// ---- limits

static void test_files_that_cannot_be_read(void **state)
{
    (void)state;
    expect_fault("none.yaml", "none.yaml: cannot be read: No such file or directory");
    expect_fault("/", "/: cannot be read: it is a folder");
    expect_fault("/dev/zero", "/dev/zero: cannot be read: it is no regular file");
    char path[1100];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    struct fixture f;
    assert_int_equal(load(&f, path), ERROR_INPUT);
    assert_int_equal(f.err.faults_n, 1);
    assert_memory_equal(f.err.text[0], "xxxx", 4);
    fixture_done(&f);
}

static void test_size(void **state)
{
    (void)state;
    size_t limit = 1 << 20;
    struct fixture f;
    char *text = malloc(limit + 1);
    assert_non_null(text);
    memset(text, '#', limit + 1);
    memcpy(text, SOUND, strlen(SOUND));
    write_bytes("a.yaml", text, limit);
    expect_loaded(&f, "a.yaml");
    fixture_done(&f);
    write_bytes("a.yaml", text, limit + 1);
    free(text);
    expect_fault("a.yaml", "a.yaml: cannot be read: it is larger than 1 MiB");
}

static void test_events(void **state)
{
    (void)state;
    struct fixture f;
    const int items = 100000; // a list of this many words is as many events
    char *text = malloc(2 * (size_t)items + 64), *end = text;
    assert_non_null(text);
    end += sprintf(end, "k: [a");
    for (int i = 1; i < items; i++)
        end += sprintf(end, ",a");
    sprintf(end, "]\n");
    write_file("a.yaml", text);
    write_file("b.yaml", text);
    free(text);
    fixture_make(&f, false);
    assert_int_equal(yaml_load(f.config, "a.yaml", NULL, &f.err), 0);
    fixture_done(&f);
    write_file("c.yaml", "extends: [a.yaml, b.yaml]\n");
    fixture_make(&f, false);
    assert_int_equal(yaml_load(f.config, "c.yaml", NULL, &f.err), ERROR_INPUT);
    assert_int_equal(f.err.faults_n, 1);
    assert_memory_equal(f.err.text[0], "b.yaml:1:", 9);
    assert_non_null(strstr(f.err.text[0], ": too many values; allowed: 200000 events in all files"));
    fixture_done(&f);
}

static void test_nesting_is_cheap(void **state)
{
    (void)state;
    char *text = malloc(500001);
    assert_non_null(text);
    memset(text, '[', 500000);
    text[500000] = '\0';
    write_file("a.yaml", text);
    free(text);
    expect_fault("a.yaml", "a.yaml:1:33: too deep; allowed: 32 levels");
}

static void test_argument_over_file(void **state)
{
    (void)state;
    struct fixture f;
    write_file("a.yaml", SOUND);
    expect_loaded(&f, "a.yaml");
    assert_int_equal(config_set_argument(f.config, "economy.demand.size_share.micro=0.5", &f.err), 0);
    assert_int_equal(config_set_argument(f.config, "economy.demand.shock.2021=0.5", &f.err), 0);
    assert_int_equal(config_set_argument(f.config, "economy.demand.classes=medium", &f.err), 0);
    fixture_expect_sound(&f);
    assert_true(f.target.demand.size_share[0] == 0.5);
    assert_true(f.target.demand.shock.value[0] == 0.9 && f.target.demand.shock.value[1] == 0.5);
    assert_int_equal(f.target.demand.classes, 4);
    fixture_done(&f);
}

// ---- the table of broken files

// The whole text of a file; the caller frees. NULL if there is none.
static char *read_text(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    for (int c; (c = fgetc(file)) != EOF;)
        fputc(c, to);
    fclose(file);
    fclose(to);
    return text;
}

// What the program says of a file; the caller frees.
static char *said_of(const char *path)
{
    struct fixture f;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    assert_int_equal(load(&f, path), ERROR_INPUT);
    error_print(&f.err, to);
    fclose(to);
    fixture_done(&f);
    return text;
}

static void test_bad_files(void **state)
{
    (void)state;
    int files = 0, wrong = 0;
    assert_int_equal(chdir(MANGROVE_SOURCE_DIR "/tests/bad/loader"), 0);
    DIR *folder = opendir(".");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char expected_name[300];
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".yaml") != 0)
            continue;
        snprintf(expected_name, sizeof expected_name, "%.*s.txt", (int)(dot - entry->d_name), entry->d_name);
        char *expected = read_text(expected_name), *said = said_of(entry->d_name);
        if (!expected || strcmp(expected, said) != 0) {
            print_error("%s\nsaid:\n%sexpected:\n%s\n", entry->d_name, said,
                        expected ? expected : "(no file)");
            wrong++;
        }
        files++;
        free(expected);
        free(said);
    }
    closedir(folder);
    assert_int_equal(wrong, 0);
    assert_true(files >= 80); // the folder was found and holds the table
}

// ---- round trips

struct dump {
    char *text;
    size_t size;
    FILE *to;
};

static void dump_value(void *ctx, const char *key, const struct field *field, const void *base)
{
    char text[FIELD_FORMAT_MAX];
    field_format(field, base, text, sizeof text);
    fprintf(((struct dump *)ctx)->to, "%s %s\n", key, text);
}

// Numbers as bits and texts of every parameter; the caller frees.
static char *values_of(struct fixture *f)
{
    struct dump dump = {0};
    dump.to = open_memstream(&dump.text, &dump.size);
    assert_non_null(dump.to);
    assert_int_equal(config_walk(f->config, &small_schema, &f->target, dump_value, &dump), 0);
    fclose(dump.to);
    return dump.text;
}

// Writes the resolved scenario, reads it back and returns both to compare.
static void reload(struct fixture *f, struct fixture *again)
{
    char *text = config_yaml(f->config, &small_schema, &f->target);
    assert_non_null(text);
    write_file("resolved.yaml", text);
    expect_loaded(again, "resolved.yaml");
    char *second = config_yaml(again->config, &small_schema, &again->target);
    assert_string_equal(text, second);
    free(text);
    free(second);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct fixture f, again;
    write_file("a.yaml",
               "name: \"Việt 'Nam' \\\"x\\\" \\\\ # {a: [b]} \"\nrun: {verbose: true, start: 2016-11}\n" SOUND
               "    shock: {2016: 0.1}\n    classes: []\n    budget_vnd: 1462e9\n"
               "    replicator_per_year: 0.30000000000000004\n    inner: {low: 1e-300, high: .1}\n"
               "  regions: {a: {share: 0.333333333333333314}, b: {}}\nprogrammes:\n"
               "  y: {kind: loan, budget_vnd: -1, sizes: medium}\n"
               "  x: {kind: grant, budget_vnd: 3, sizes: [medium, micro]}\n");
    expect_loaded(&f, "a.yaml");
    reload(&f, &again);
    assert_int_equal(again.target.demand.shock.n, 1); // no year of the fallback is added
    char *one = values_of(&f), *two = values_of(&again);
    assert_string_equal(one, two);
    free(one);
    free(two);
    assert_memory_equal(&f.target.top, &again.target.top, sizeof f.target.top);
    assert_memory_equal(&f.target.demand, &again.target.demand, sizeof f.target.demand);
    assert_memory_equal(f.target.region, again.target.region, sizeof f.target.region);
    assert_memory_equal(f.target.programme, again.target.programme, sizeof f.target.programme);
    fixture_done(&f);
    fixture_done(&again);
}

static void test_round_trip_of_any_number(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 200; i++) {
        struct fixture f, again;
        char text[64];
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        fixture_make(&f, true);
        snprintf(text, sizeof text, "%.17g", (double)(bits >> 11) * 0x1p-53);
        fixture_set(&f, "economy.demand.speed", text);
        fixture_set(&f, "economy.demand.weight.left", text);
        fixture_set(&f, "economy.demand.shock.2023", text);
        fixture_expect_sound(&f);
        reload(&f, &again);
        assert_memory_equal(&f.target.demand, &again.target.demand, sizeof f.target.demand);
        fixture_done(&f);
        fixture_done(&again);
    }
}

// ---- rows

struct rows {
    char text[1024];
    int refuse_at, n;
};

static int add_row(void *ctx, int n, const char *const *keys, const char *const *texts,
                   const char *const *places, struct error *err)
{
    struct rows *rows = ctx;
    for (int i = 0; i < n; i++)
        snprintf(rows->text + strlen(rows->text), sizeof rows->text - strlen(rows->text), "%s=%s@%s ",
                 keys[i], texts[i], places[i]);
    strcat(rows->text, "/");
    if (rows->n++ == rows->refuse_at)
        return error_add(err, ERROR_INPUT, "%s: refused", places[0]);
    return 0;
}

static void test_rows(void **state)
{
    (void)state;
    struct rows rows = {.refuse_at = -1};
    struct error err = {0};
    write_file("t.yaml", "targets:\n  - metric: x\n    low: 0.3\n  - {metric: 'a, b', source: }\n  - {}\n");
    assert_int_equal(yaml_rows("t.yaml", "targets", add_row, &rows, &err), 0);
    assert_string_equal(rows.text, "metric=x@t.yaml:2:13 low=0.3@t.yaml:3:10 /metric=a, b@t.yaml:4:14 "
                                   "source=@t.yaml:4:30 //");
    assert_int_equal(err.faults_n, 0);
    rows = (struct rows){.refuse_at = 0};
    assert_int_equal(yaml_rows("t.yaml", "targets", add_row, &rows, &err), ERROR_INPUT);
    assert_int_equal(rows.n, 3); // the others are still looked at
    assert_string_equal(err.text[0], "t.yaml:2:13: refused");
}

static void test_row_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } table[] = {
        {"- a: 1\n", "t.yaml:1:1: not a mapping; allowed: a mapping of keys"},
        {"target: []\n", "t.yaml:1:1: target: unknown key; did you mean 'targets'?"},
        {"other: []\n", "t.yaml:1:1: other: unknown key; allowed: targets"},
        {"{}\n", "t.yaml:1:1: targets: must be given; allowed: a list of mappings"},
        {"targets: 5\n", "t.yaml:1:10: targets: not a list; allowed: a list of mappings"},
        {"targets: [5]\n", "t.yaml:1:11: not a mapping; allowed: a mapping of keys"},
        {"targets: [{a: [1]}]\n", "t.yaml:1:15: a: a list or mapping is given; allowed: one value"},
        {"targets: [{a: 1, a: 2}]\n", "t.yaml:1:18: a: given twice; first at t.yaml:1:12"},
        {"targets: [{a b: 1}]\n", "t.yaml:1:12: 'a b' is not a key; allowed: letters, digits, _ and -"},
        {"targets: [{a: *x}]\n", "t.yaml:1:15: an alias; allowed: keys and values"},
        {"targets: [{a: 1}\n",
         "t.yaml:2:1: not valid YAML: did not find expected ',' or ']' while parsing a flow "
         "sequence that begins in line 1"},
        {"", "t.yaml:1:1: an empty file; allowed: a mapping of keys"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct rows rows = {.refuse_at = -1};
        struct error err = {0};
        write_file("t.yaml", table[i].text);
        assert_int_equal(yaml_rows("t.yaml", "targets", add_row, &rows, &err), ERROR_INPUT);
        assert_string_equal(err.text[0], table[i].message);
        assert_int_equal(err.faults_n, 1);
        assert_int_equal(rows.n, 0);
    }
    struct error err = {0};
    assert_int_equal(yaml_rows("none.yaml", "targets", add_row, NULL, &err), ERROR_INPUT);
    assert_string_equal(err.text[0], "none.yaml: cannot be read: No such file or directory");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_values_and_places),
        IN_FOLDER(test_forms),
        IN_FOLDER(test_empty_groups),
        IN_FOLDER(test_list_without_schema),
        IN_FOLDER(test_pipe),
        IN_FOLDER(test_extends),
        IN_FOLDER(test_same_file_under_two_names),
        IN_FOLDER(test_whole_and_elements_of_files),
        IN_FOLDER(test_depth_of_extends),
        IN_FOLDER(test_number_of_files),
        IN_FOLDER(test_files_that_cannot_be_read),
        IN_FOLDER(test_size),
        IN_FOLDER(test_events),
        IN_FOLDER(test_nesting_is_cheap),
        IN_FOLDER(test_argument_over_file),
        IN_FOLDER(test_bad_files),
        IN_FOLDER(test_round_trip),
        IN_FOLDER(test_round_trip_of_any_number),
        IN_FOLDER(test_rows),
        IN_FOLDER(test_row_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
