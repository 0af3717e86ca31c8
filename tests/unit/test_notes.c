// notes: read, matched with moments, refused.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "analysis/notes.h"

static struct moment known[] = {{.id = "a"}, {.id = "b"}};
static const struct moments moments = {known, 2};

static int read_text(struct moment_notes *notes, const char *text, struct error *err)
{
    FILE *file = fopen("notes.csv", "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return notes_read(notes, "notes.csv", &moments, err);
}

static void test_read(void **state)
{
    (void)state;
    struct moment_notes notes;
    struct error err = {0};
    assert_int_equal(read_text(&notes, "id,with,note\na,b,\"both, no\"\na,,because\n", &err), ERROR_NONE);
    assert_int_equal(notes.n, 2);
    assert_string_equal(notes_of(&notes, "a"), "because");
    assert_string_equal(notes_of(&notes, "b"), "");
    assert_string_equal(notes_of(NULL, "a"), "");
    notes_free(&notes);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"id,with,note\nc,,why\n", "notes.csv: 'c' is no moment"},
        {"id,with,note\na,c,why\n", "notes.csv: a: with: 'c' is no moment"},
        {"id,with,note\na,,\n", "notes.csv:2: a: the note is empty"},
        {"id,with,note\na,,x\na,,y\n", "notes.csv:3: id 'a' stands twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct moment_notes notes;
        struct error err = {0};
        assert_int_equal(read_text(&notes, cases[i].text, &err), ERROR_INPUT);
        assert_string_equal(err.text[0], cases[i].message);
        notes_free(&notes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
