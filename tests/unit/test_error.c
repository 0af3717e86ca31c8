// Faults: their number, their text, what is printable.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/error.h"

static void test_first_code_stays(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(err.code, ERROR_NONE);
    assert_int_equal(error_add(&err, ERROR_INPUT, "a%d", 1), ERROR_INPUT);
    assert_int_equal(error_add(&err, ERROR_WORK, "b"), ERROR_WORK);
    assert_int_equal(err.code, ERROR_INPUT);
    assert_int_equal(err.faults_n, 2);
    assert_string_equal(err.text[0], "a1");
    assert_string_equal(err.text[1], "b");
}

static void test_null_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(error_add(NULL, ERROR_STRICT, "x"), ERROR_STRICT);
}

// What error_print writes; the caller frees.
static char *printed(const struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    error_print(err, to);
    fclose(to);
    return text;
}

static void test_print(void **state)
{
    (void)state;
    struct error err = {0};
    char *text = printed(&err);
    assert_string_equal(text, "");
    free(text);
    error_add(&err, ERROR_INPUT, "one");
    error_add(&err, ERROR_INPUT, "two");
    text = printed(&err);
    assert_string_equal(text, "one\ntwo\n");
    free(text);
}

static void test_faults_beyond_the_limit_are_counted(void **state)
{
    (void)state;
    struct error err = {0};
    for (int i = 0; i < ERROR_FAULTS_MAX + 3; i++)
        error_add(&err, ERROR_INPUT, "fault %d", i);
    assert_int_equal(err.faults_n, ERROR_FAULTS_MAX);
    assert_int_equal(err.dropped_n, 3);
    char *text = printed(&err);
    assert_non_null(strstr(text, "fault 19\nand 3 more\n"));
    assert_null(strstr(text, "fault 20"));
    free(text);
}

static void test_message_is_one_printable_line(void **state)
{
    (void)state;
    struct error err = {0};
    error_add(&err, ERROR_INPUT, "a\nb\tc\x1b[31m \xff Việt \xc2\x85");
    assert_string_equal(err.text[0], "a b?c?[31m ? Việt ??");
}

static void test_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    struct error err = {0};
    char text[2 * ERROR_TEXT_MAX] = "";
    for (int shift = 0; shift < 3; shift++) { // every way in which the cut can meet a character of 3 bytes
        memset(text, 'x', (size_t)shift);
        text[shift] = '\0';
        while (strlen(text) < ERROR_TEXT_MAX + 100)
            strcat(text, "ệ");
        error_add(&err, ERROR_INPUT, "%s", text);
        const char *kept = err.text[shift];
        size_t n = strlen(kept);
        assert_true(n >= ERROR_TEXT_MAX - 6 && n < ERROR_TEXT_MAX);
        assert_string_equal(kept + n - 3, "...");
        assert_null(strchr(kept, '?'));
        assert_memory_equal(kept, text, n - 3);
    }
}

static void test_longest_message_is_kept_whole(void **state)
{
    (void)state;
    struct error err = {0};
    char text[ERROR_TEXT_MAX];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    error_add(&err, ERROR_INPUT, "%s", text);
    assert_string_equal(err.text[0], text);
}

static void test_quote(void **state)
{
    (void)state;
    char out[ERROR_QUOTE_MAX], text[200];
    assert_string_equal(error_quote("abc", 3, out), "'abc'");
    assert_string_equal(error_quote("abc", 2, out), "'ab'");
    assert_string_equal(error_quote("", 0, out), "''");
    memset(text, 'y', sizeof text);
    error_quote(text, sizeof text, out);
    assert_int_equal(strlen(out), ERROR_QUOTE_MAX - 1);
    assert_string_equal(out + ERROR_QUOTE_MAX - 6, "y...'");
    memset(text, 'y', 56);
    memcpy(text + 56, "ệệệ", 9); // the cut at 58 falls inside the first
    error_quote(text, 65, out);
    assert_string_equal(out + 50, "yyyyyyy...'");
}

static void test_printable(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        int length;
    } table[] = {
        {"a", 1, 1},
        {"~", 1, 1},
        {"", 0, 0},
        {"\0", 1, 0},
        {"\t", 1, 0},
        {"\n", 1, 0},
        {"\x7f", 1, 0},
        {"\xc2\xa0", 2, 2},
        {"\xc2\x9f", 2, 0},         // C1 control
        {"\xc2", 1, 0},             // cut
        {"\xc2\xa0", 1, 0},         // not all may be read
        {"\xc0\x80", 2, 0},         // overlong
        {"\xc1\xbf", 2, 0},         // overlong
        {"\x80", 1, 0},             // a continuation alone
        {"\xc3(", 2, 0},            // no continuation
        {"\xe1\xbb\x87", 3, 3},     // U+1EC7
        {"\xe0\x80\x80", 3, 0},     // overlong
        {"\xed\xa0\x80", 3, 0},     // surrogate
        {"\xed\x9f\xbf", 3, 3},     // the last before them
        {"\xe2\x80\xa8", 3, 0},     // U+2028
        {"\xe2\x80\xa9", 3, 0},     // U+2029
        {"\xef\xbb\xbf", 3, 0},     // U+FEFF
        {"\xef\xbf\xbf", 3, 0},     // U+FFFF
        {"\xef\xb7\x90", 3, 0},     // U+FDD0
        {"\xf0\x9f\x8c\xb1", 4, 4}, // U+1F331
        {"\xf0\x8f\xbf\xbf", 4, 0}, // overlong
        {"\xf4\x90\x80\x80", 4, 0}, // above U+10FFFF
        {"\xf0\x9f\xbf\xbe", 4, 0}, // U+1FFFE
        {"\xf5\x80\x80\x80", 4, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(error_printable(table[i].text, table[i].n), table[i].length);
}

static void test_check_aborts_with_its_place(void **state)
{
    (void)state;
    int ends[2];
    char said[256] = "";
    CHECK(1 + 1 == 2);
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        CHECK(1 + 1 == 3);
        _exit(0);
    }
    close(ends[1]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    close(ends[0]);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(said, "test_error.c:"));
    assert_non_null(strstr(said, "not true that 1 + 1 == 3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_code_stays),
        cmocka_unit_test(test_null_is_allowed),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_faults_beyond_the_limit_are_counted),
        cmocka_unit_test(test_message_is_one_printable_line),
        cmocka_unit_test(test_long_message_is_cut_between_characters),
        cmocka_unit_test(test_longest_message_is_kept_whole),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_printable),
        cmocka_unit_test(test_check_aborts_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
