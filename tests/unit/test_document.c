// Documents: reading, bytes that are refused, keys, lists, places.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim/document.h"

// A mapping `a: [..], b: ..` is built by hand: nodes of a list or mapping follow its own node and hang on
// each other.
struct sample {
    struct document document;
    struct error err;
};

static void begin(struct sample *sample)
{
    *sample = (struct sample){.document = {.name = "a.yaml"}};
}

// Appends a scalar in line 1 at the next column, linked to the one before it; returns its position.
static int add(struct sample *sample, enum node_type type, const char *text)
{
    struct node node = {.type = type, .text = text ? strdup(text) : NULL, .line = 1};
    node.column = sample->document.nodes_n + 1;
    int index = document_add(&sample->document, &node);
    assert_int_equal(index, node.column - 1);
    if (index == 1)
        sample->document.node[0].first = 1;
    else if (index > 1)
        sample->document.node[index - 1].next = index;
    return index;
}

static void end(struct sample *sample)
{
    document_free(&sample->document);
}

static void test_bytes(void **state)
{
    (void)state;
#define BYTES(text) text, sizeof(text) - 1
    static const struct {
        const char *bytes;
        size_t n;
        const char *message; // NULL: sound
    } table[] = {
        {BYTES(""), NULL},
        {BYTES("name: ệ \xf0\x9f\x8c\xb1\r\nb: 1\r"), NULL},
        {BYTES("\xef\xbb\xbfname: x\n"), "a.yaml:1:1: a byte order mark; allowed: UTF-8 without it"},
        {BYTES("n: \xef\xbb\xbf\n"), "a.yaml:1:4: bytes that are no printable UTF-8; allowed: text in UTF-8"},
        {BYTES("\xff\xfen\0a\0"), "a.yaml:1:1: bytes that are no printable UTF-8; allowed: text in UTF-8"},
        {BYTES("name: x\0y\n"), "a.yaml:1:8: a NUL byte; allowed: text in UTF-8"},
        {BYTES("a: 1\nname: Vi\xeat\n"),
         "a.yaml:2:9: bytes that are no printable UTF-8; allowed: text in UTF-8"},
        {BYTES("name: ệệ \xe1\xbb"),
         "a.yaml:1:10: bytes that are no printable UTF-8; allowed: text in UTF-8"},
        {BYTES("name: x\x1b[31m\n"), "a.yaml:1:8: a control character; allowed: text in UTF-8"},
        {BYTES("x\x7f"), "a.yaml:1:2: a control character; allowed: text in UTF-8"},
        {BYTES("a: 1\r\nb: 2\rc:\t3\n"), "a.yaml:3:3: a tab; allowed: blanks"},
        {BYTES("\n\n\t"), "a.yaml:3:1: a tab; allowed: blanks"},
        {BYTES("name: \xc2\x85\n"), "a.yaml:1:7: bytes that are no printable UTF-8; allowed: text in UTF-8"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sample s;
        begin(&s);
        s.document.bytes = malloc(table[i].n + 1); // so that reading past the end is seen
        s.document.n = table[i].n;
        memcpy(s.document.bytes, table[i].bytes, table[i].n);
        s.document.bytes = realloc(s.document.bytes, table[i].n > 0 ? table[i].n : 1);
        int code = document_check_bytes(&s.document, &s.err);
        assert_int_equal(code, table[i].message ? ERROR_INPUT : 0);
        assert_int_equal(s.err.faults_n, table[i].message ? 1 : 0);
        if (table[i].message)
            assert_string_equal(s.err.text[0], table[i].message);
        end(&s);
    }
}

static void test_read(void **state)
{
    (void)state;
    struct stat status;
    const char *reason;
    char name[] = "/tmp/mangrove_document_XXXXXX";
    int file = mkstemp(name);
    assert_true(file >= 0);
    assert_int_equal(write(file, "a\0b", 3), 3);
    close(file);
    struct document document = {.name = name};
    assert_int_equal(document_read(&document, false, &status, &reason), 0);
    assert_int_equal(document.n, 3);
    assert_memory_equal(document.bytes, "a\0b", 3);
    assert_int_equal(status.st_size, 3);
    document_free(&document);
    assert_int_equal(unlink(name), 0);
    document = (struct document){.name = name};
    assert_int_equal(document_read(&document, false, &status, &reason), ERROR_INPUT);
    assert_string_equal(reason, "No such file or directory");
    document_free(&document);
    document = (struct document){.name = "/tmp"};
    assert_int_equal(document_read(&document, true, &status, &reason), ERROR_INPUT);
    assert_string_equal(reason, "it is a folder");
    document_free(&document);
}

static void test_pipe_only_where_allowed(void **state)
{
    (void)state;
    struct stat status;
    const char *reason;
    int ends[2];
    char name[64];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "abc", 3), 3);
    close(ends[1]);
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    struct document document = {.name = name};
    assert_int_equal(document_read(&document, false, &status, &reason), ERROR_INPUT);
    assert_string_equal(reason, "it is no regular file");
    assert_int_equal(document_read(&document, true, &status, &reason), 0);
    assert_int_equal(document.n, 3);
    document_free(&document);
    close(ends[0]);
}

static void test_nodes_grow(void **state)
{
    (void)state;
    struct sample s;
    char text[16], place[DOCUMENT_PLACE_MAX];
    begin(&s);
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "%d", i);
        add(&s, NODE_SCALAR, text);
    }
    assert_int_equal(s.document.nodes_n, 1000);
    assert_string_equal(s.document.node[777].text, "777");
    document_place(&s.document, &s.document.node[777], place);
    assert_string_equal(place, "a.yaml:1:778");
    end(&s);
}

static void test_refuse(void **state)
{
    (void)state;
    struct sample s;
    const struct node at = {.line = 3, .column = 5};
    begin(&s);
    assert_int_equal(document_refuse(&s.document, &at, "a.b", &s.err, "wrong by %d", 2), ERROR_INPUT);
    assert_int_equal(document_refuse(&s.document, &at, "", &s.err, "wrong"), ERROR_INPUT);
    assert_string_equal(s.err.text[0], "a.yaml:3:5: a.b: wrong by 2");
    assert_string_equal(s.err.text[1], "a.yaml:3:5: wrong");
    assert_int_equal(document_refuse(&s.document, &at, "", NULL, "wrong"), ERROR_INPUT);
    end(&s);
}

static void test_words_of_keys(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_key;
    } table[] = {{"a", true},    {"2014", true}, {"A-b_9", true}, {"", false},   {"a b", false},
                 {"a.b", false}, {"<<", false},  {"ệ", false},    {"a\n", false}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[8];
        strcpy(text, table[i].text);
        const struct node node = {.type = NODE_SCALAR, .text = text};
        assert_int_equal(document_is_key(&node), table[i].is_key);
    }
    const struct node map = {.type = NODE_MAP};
    assert_false(document_is_key(&map));
}

static void test_keys_are_visited_in_order(void **state)
{
    (void)state;
    struct sample s;
    begin(&s);
    add(&s, NODE_MAP, NULL);
    assert_int_equal(document_next_key(&s.document, 0, 0), 0);
    for (int i = 0; i < 6; i++) // three keys with values
        add(&s, NODE_SCALAR, "x");
    assert_int_equal(document_next_key(&s.document, 0, 0), 1);
    assert_int_equal(document_next_key(&s.document, 0, 1), 3);
    assert_int_equal(document_next_key(&s.document, 0, 3), 5);
    assert_int_equal(document_next_key(&s.document, 0, 5), 0);
    end(&s);
}

static void test_faults_of_keys(void **state)
{
    (void)state;
    static const char *const texts[] = {"b", "1", "a", "2", "b", "3", "b c", "4", "a", "5", "b", "6"};
    struct sample s;
    begin(&s);
    add(&s, NODE_MAP, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        add(&s, NODE_SCALAR, texts[i]);
    add(&s, NODE_LIST, NULL);
    add(&s, NODE_SCALAR, "7");
    assert_int_equal(document_check_keys(&s.document, 0, "x.y", &s.err), ERROR_INPUT);
    assert_int_equal(s.err.faults_n, 5);
    assert_string_equal(s.err.text[0],
                        "a.yaml:1:8: x.y: 'b c' is not a key; allowed: letters, digits, _ and -");
    assert_string_equal(
        s.err.text[1], "a.yaml:1:14: x.y: a list or mapping is not a key; allowed: letters, digits, _ and -");
    assert_string_equal(s.err.text[2], "a.yaml:1:10: x.y.a: given twice; first at a.yaml:1:4");
    assert_string_equal(s.err.text[3], "a.yaml:1:6: x.y.b: given twice; first at a.yaml:1:2");
    assert_string_equal(s.err.text[4], "a.yaml:1:12: x.y.b: given twice; first at a.yaml:1:2");
    end(&s);
}

static void test_sound_keys(void **state)
{
    (void)state;
    struct sample s;
    begin(&s);
    add(&s, NODE_MAP, NULL);
    assert_int_equal(document_check_keys(&s.document, 0, "", &s.err), 0);
    add(&s, NODE_SCALAR, "a");
    add(&s, NODE_SCALAR, "1");
    add(&s, NODE_SCALAR, "aa");
    add(&s, NODE_SCALAR, "1");
    assert_int_equal(document_check_keys(&s.document, 0, "", &s.err), 0);
    assert_int_equal(s.err.faults_n, 0);
    end(&s);
}

static void test_list_text(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        const char *text; // of [a, part]; NULL: refused
    } table[] = {{"b", "[a, b]"}, {"two words", "[a, two words]"}, {"", NULL}, {"b,c", NULL}, {"[b", NULL},
                 {"b]", NULL}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sample s;
        char *text = NULL;
        begin(&s);
        add(&s, NODE_LIST, NULL);
        add(&s, NODE_SCALAR, "a");
        add(&s, NODE_SCALAR, table[i].part);
        int code = document_list_text(&s.document, 0, "k", &text, &s.err);
        if (table[i].text) {
            assert_int_equal(code, 0);
            assert_string_equal(text, table[i].text);
        } else {
            assert_int_equal(code, ERROR_INPUT);
            assert_string_equal(s.err.text[0],
                                "a.yaml:1:3: k: not a plain word; allowed: a list of plain words");
        }
        free(text);
        end(&s);
    }
}

static void test_empty_list(void **state)
{
    (void)state;
    struct sample s;
    char *text = NULL;
    begin(&s);
    add(&s, NODE_LIST, NULL);
    assert_int_equal(document_list_text(&s.document, 0, "k", &text, &s.err), 0);
    assert_string_equal(text, "[]");
    free(text);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_pipe_only_where_allowed),
        cmocka_unit_test(test_nodes_grow),
        cmocka_unit_test(test_refuse),
        cmocka_unit_test(test_words_of_keys),
        cmocka_unit_test(test_keys_are_visited_in_order),
        cmocka_unit_test(test_faults_of_keys),
        cmocka_unit_test(test_sound_keys),
        cmocka_unit_test(test_list_text),
        cmocka_unit_test(test_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
