// journal: records come back; a torn tail is cut off at any byte; damage, other work and a second user are
// refused.
#include "sim/journal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char path[] = "journal_test.txt";
enum { BYTES_MAX = 4096 };

static int fresh(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static size_t bytes_of(char *text)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t n = fread(text, 1, BYTES_MAX, file);
    fclose(file);
    return n;
}

static void put_bytes(const char *text, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    fclose(file);
}

static struct journal *opened(bool resume)
{
    struct error err = {0};
    struct journal *journal = NULL;
    const int code = journal_open(&journal, path, "the work", resume, &err);
    error_print(&err, stderr);
    assert_int_equal(code, 0);
    return journal;
}

static void write_three(void)
{
    struct error err = {0};
    struct journal *journal = opened(false);
    assert_int_equal(journal_append(journal, "one 1.5", &err), 0);
    assert_int_equal(journal_append(journal, "", &err), 0);
    assert_int_equal(journal_append(journal, "three", &err), 0);
    assert_int_equal(journal_records_n(journal), 3);
    journal_close(journal);
}

static void records_come_back(void **state)
{
    (void)state;
    write_three();
    struct journal *journal = opened(true);
    assert_int_equal(journal_records_n(journal), 3);
    assert_string_equal(journal_record(journal, 0), "one 1.5");
    assert_string_equal(journal_record(journal, 1), "");
    assert_string_equal(journal_record(journal, 2), "three");
    assert_false(journal_torn(journal));
    journal_close(journal);
}

// Cut at every byte of the last two lines: what was whole stays, and the next record is readable.
static void a_torn_tail_is_cut_off(void **state)
{
    char text[BYTES_MAX];
    struct error err = {0};
    (void)state;
    write_three();
    const size_t n = bytes_of(text);
    const size_t last = n - strlen("0123456789abcdef three\n"), middle = last - strlen("0123456789abcdef \n");
    for (size_t cut = middle; cut < n; cut++) {
        put_bytes(text, cut);
        struct journal *journal = opened(true);
        const int whole = cut < last ? 1 : 2;
        assert_int_equal(journal_records_n(journal), whole);
        assert_int_equal(journal_torn(journal), cut != middle && cut != last);
        assert_int_equal(journal_append(journal, "again", &err), 0);
        journal_close(journal);
        journal = opened(true);
        assert_int_equal(journal_records_n(journal), whole + 1);
        assert_string_equal(journal_record(journal, whole), "again");
        journal_close(journal);
    }
}

static void refuse(const char *header, bool resume, const char *what)
{
    struct error err = {0};
    struct journal *journal;
    assert_int_equal(journal_open(&journal, path, header, resume, &err), ERROR_INPUT);
    assert_null(journal);
    if (!strstr(err.text[0], what))
        fail_msg("'%s' does not say '%s'", err.text[0], what);
}

static void damage_is_an_error(void **state)
{
    char text[BYTES_MAX];
    (void)state;
    write_three();
    const size_t n = bytes_of(text);
    char *at = strstr(text, "one 1.5");
    *at = 'O';
    put_bytes(text, n);
    refuse("the work", true, ":2: is damaged");
    *at = 'o';
    text[3] = 'x'; // the header's checksum
    put_bytes(text, n);
    refuse("the work", true, ":1: is damaged");
}

static void other_work_and_a_second_user_are_refused(void **state)
{
    (void)state;
    write_three();
    refuse("the work", false, "--resume");
    refuse("other work", true, "is the journal of other work: 'the work' instead of 'other work'");
    struct journal *journal = opened(true);
    refuse("the work", true, "in use");
    journal_close(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(records_come_back, fresh),
        cmocka_unit_test_setup(a_torn_tail_is_cut_off, fresh),
        cmocka_unit_test_setup(damage_is_an_error, fresh),
        cmocka_unit_test_setup(other_work_and_a_second_user_are_refused, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
