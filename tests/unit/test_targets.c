// targets: rows that are right, rows that are wrong with their messages, and the file that comes with the
// program.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "analysis/targets.h"
#include "sim/yaml.h"
#include "tests/unit/near.h"

enum { KEYS_MAX = 16 };

// Adds a row from `key, text` pairs up to NULL.
static int add(struct targets *targets, struct error *err, const char *const *pairs)
{
    static const char *const places[KEYS_MAX] = {"f:1:1", "f:2:1", "f:3:1", "f:4:1",  "f:5:1", "f:6:1",
                                                 "f:7:1", "f:8:1", "f:9:1", "f:10:1", "f:11:1"};
    const char *keys[KEYS_MAX], *texts[KEYS_MAX];
    int n = 0;
    for (; pairs[2 * n]; n++) {
        keys[n] = pairs[2 * n];
        texts[n] = pairs[2 * n + 1];
    }
    return targets_row(targets, n, keys, texts, places, err);
}

#define ROW(...)                                                                                             \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }
#define SOUND                                                                                                \
    "title", "T", "metric", "a/b", "period", "2020-12", "statistic", "end", "low", "0.3", "unit", "1",       \
        "source", "s"

static void test_sound_row(void **state)
{
    (void)state;
    struct targets targets = {.n = 0};
    struct error err = {0};
    assert_int_equal(add(&targets, &err, ROW("id", "x", SOUND, "high", "0.35")), ERROR_NONE);
    assert_int_equal(targets.n, 1);
    assert_string_equal(targets.target[0].metric, "a/b");
    assert_string_equal(targets.target[0].expression.below.name[0], "b");
    assert_near(targets.target[0].low, 0.3, 0);
    assert_near(targets.target[0].high, 0.35, 0);
    assert_int_equal(add(&targets, &err, ROW("id", "y", SOUND, "reading_of", "x", "reading", "r")),
                     ERROR_NONE);
    assert_true(isnan(targets.target[1].high));
    // A third reading follows the second.
    assert_int_equal(add(&targets, &err, ROW("id", "z", SOUND, "reading_of", "x", "reading", "r2")),
                     ERROR_NONE);
}

static void test_wrong_rows(void **state)
{
    (void)state;
    static const struct {
        const char *const pairs[24];
        const char *message;
    } cases[] = {
        {{"id", "x", SOUND, "hihg", "1"}, "f:9:1: targets.hihg: unknown key; did you mean 'high'?"},
        {{"id", "x", SOUND, "high", "1x"}, "f:9:1: targets.high: '1x' is not a number"},
        {{"id", "x", SOUND, "high", "0.2"}, "f:1:1: targets.high: is below low"},
        {{"id", "x"}, "f:1:1: targets.title: is missing"},
        {{"id", "first", SOUND}, "f:1:1: targets.id: 'first' stands twice"},
        {{"id", "x", SOUND, "reading_of", "other", "reading", "r"},
         "'other' is not the target just before 'x'"},
        {{"id", "x", SOUND, "reading_of", "first"}, "targets.reading: a name for this reading is missing"},
        {{"id", "x", SOUND, "units_metric", "n"}, "targets.units: the name of what is counted is missing"},
        {{"id", "x", "title", "T", "metric", "a", "period", "never", "statistic", "end", "low", "1", "unit",
          "1", "source", "s"},
         "f:1:1: targets.x: period 'never' is none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct targets targets = {.n = 0};
        struct error err = {0};
        assert_int_equal(add(&targets, &err, ROW("id", "first", SOUND)), ERROR_NONE);
        assert_int_equal(add(&targets, &err, cases[i].pairs), ERROR_INPUT);
        assert_non_null(strstr(err.text[0], cases[i].message));
        assert_int_equal(targets.n, 1);
    }
}

static void test_too_many(void **state)
{
    (void)state;
    static struct targets targets;
    struct error err = {0};
    targets.n = TARGETS_MAX;
    assert_int_equal(add(&targets, &err, ROW("id", "x", SOUND)), ERROR_INPUT);
}

static const struct target *find(const struct targets *targets, const char *id)
{
    for (int i = 0; i < targets->n; i++)
        if (strcmp(targets->target[i].id, id) == 0)
            return &targets->target[i];
    fail_msg("no target %s", id);
    return NULL;
}

// The file of the program reads, and says what the seeds say.
static void test_file(void **state)
{
    (void)state;
    static struct targets targets;
    struct error err = {0};
    if (yaml_rows(MANGROVE_SOURCE_DIR "/analysis/targets.yaml", "targets", targets_row, &targets, &err)) {
        error_print(&err, stderr);
        fail();
    }
    assert_near(find(&targets, "innovation_2020")->low, 0.30, 0);
    assert_near(find(&targets, "innovation_2020")->high, 0.35, 0);
    assert_near(find(&targets, "enterprises_2020")->low, 1e6, 0);
    assert_near(find(&targets, "startup_share_2020")->low, 0.005, 0);
    assert_near(find(&targets, "st_enterprises_2015")->low, 3000, 0);
    assert_near(find(&targets, "st_enterprises_2020")->low, 5000, 0);
    assert_near(find(&targets, "hanoi_growth_2026_2030")->low, 0.10, 0);
    assert_near(find(&targets, "enterprises_2030")->low, 2e6, 0);
    assert_near(find(&targets, "innovation_2030")->low, 0.40, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_row),
        cmocka_unit_test(test_wrong_rows),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
