// The heap of texts, on files made by hand: 16-byte references into collections of objects.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "analysis/read_heap.h"

enum {
    COLLECTIONS = 3,
    OBJECTS = 50,
    COLLECTION = 16 + OBJECTS * 24 + 16,
    REFERENCES = COLLECTIONS * COLLECTION
};
enum { TEXTS = COLLECTIONS * OBJECTS, FILE_BYTES = REFERENCES + TEXTS * READ_HEAP_REFERENCE };

static void put(uint8_t *at, uint64_t x, int n)
{
    for (int i = 0; i < n; i++)
        at[i] = (uint8_t)(x >> 8 * i);
}

// Collections of objects "0".."149" (index from 1, count 0, 3 bytes at most, padded to 8), then references to
// all in order.
static void sound_file(uint8_t file[FILE_BYTES])
{
    memset(file, 0, FILE_BYTES);
    for (int i = 0; i < TEXTS; i++) {
        char text[16];
        int length = snprintf(text, sizeof text, "%d", i), begin = i / OBJECTS * COLLECTION;
        uint8_t *object = file + begin + 16 + i % OBJECTS * 24, *reference = file + REFERENCES + i * 16;
        memcpy(file + begin, "GCOL\1", 5);
        put(file + begin + 8, COLLECTION, 8);
        put(object, (uint64_t)(i % OBJECTS + 1), 2);
        put(object + 8, (uint64_t)length, 8);
        memcpy(object + 16, text, (size_t)length);
        put(reference, (uint64_t)length, 4);
        put(reference + 4, (uint64_t)begin, 8);
        put(reference + 12, (uint64_t)(i % OBJECTS + 1), 4);
    }
}

// How many of the n texts are there; in a sound file text i is the number i.
static int64_t texts_of(const uint8_t *bytes, size_t size, int64_t n, uint64_t at)
{
    struct read_heap heap;
    static char *text[20000];
    FILE *file = fopen("heap.bin", "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    assert_int_equal(read_heap_open(&heap, "heap.bin"), 0);
    struct run_data *data = data_create();
    int64_t found = read_heap_texts(&heap, at, n, data, text);
    for (int64_t i = 0; i < found && size == FILE_BYTES; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%d", (int)i);
        assert_string_equal(text[i], expected);
    }
    data_free(data);
    read_heap_close(&heap);
    assert_null(heap.map);
    remove("heap.bin");
    return found;
}

static void test_texts_are_found(void **state)
{
    (void)state;
    uint8_t file[FILE_BYTES];
    sound_file(file);
    assert_int_equal(texts_of(file, sizeof file, TEXTS, REFERENCES), TEXTS);
    assert_int_equal(texts_of(file, sizeof file, 0, REFERENCES), 0);
}

static void test_references_outside_the_file(void **state)
{
    (void)state;
    uint8_t file[FILE_BYTES];
    sound_file(file);
    assert_int_equal(texts_of(file, sizeof file, TEXTS, REFERENCES + 1), 0);
    assert_int_equal(texts_of(file, sizeof file, TEXTS, UINT64_MAX), 0);
    assert_int_equal(texts_of(file, sizeof file, INT64_MAX, REFERENCES), 0);
}

static void test_damage_is_found_where_it_is(void **state)
{
    (void)state;
    uint8_t file[FILE_BYTES];
    const struct {
        int at, n;
        uint64_t value;
        int64_t texts; // that are there all the same
    } damages[] = {
        {COLLECTION, 1, 'g', OBJECTS},                              // signature
        {COLLECTION + 8, 8, 15, OBJECTS},                           // a size less than its own header
        {COLLECTION + 8, 8, FILE_BYTES, OBJECTS},                   // a size beyond the end
        {COLLECTION + 16 + 24 * 9, 2, 0, OBJECTS + 9},              // a free object ends the list
        {COLLECTION + 16 + 24 * 9, 2, 99, OBJECTS + 9},             // another index
        {COLLECTION + 16 + 24 * 9 + 8, 8, UINT64_MAX, OBJECTS + 9}, // a size whose padding would overflow
        {COLLECTION + 16 + 24 * 9 + 8, 8, 1, OBJECTS + 9},          // shorter than the text
        {COLLECTION + 16 + 24 * 9 + 16, 1, '\033', OBJECTS + 9},    // an unsound text
        {REFERENCES + 16 * 7, 4, 4, 7},                             // longer than the object
        {REFERENCES + 16 * 7 + 4, 8, FILE_BYTES - 15, 7},           // no room for a collection
        {REFERENCES + 16 * 7 + 4, 8, UINT64_MAX, 7},                // an address that would overflow
        {REFERENCES + 16 * 7 + 12, 4, OBJECTS + 1, 7},              // no such object
        {REFERENCES + 16 * 7 + 12, 4, READ_HEAP_OBJECTS + 8, 7},    // more than an index has
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        sound_file(file);
        put(file + damages[i].at, damages[i].value, damages[i].n);
        assert_int_equal(texts_of(file, sizeof file, TEXTS, REFERENCES), damages[i].texts);
    }
}

// An object listed in one collection is not found in the next.
static void test_objects_stay_in_their_collection(void **state)
{
    (void)state;
    uint8_t file[FILE_BYTES];
    sound_file(file);
    put(file + COLLECTION + 16 + 24 * 20, 0, 2); // the second collection has 20 objects
    assert_int_equal(texts_of(file, sizeof file, TEXTS, REFERENCES), OBJECTS + 20);
}

// References that change the collection each time, or share one long text, would cost far more than the file
// is long.
static void test_work_is_bounded(void **state)
{
    (void)state;
    enum { N = 20000, END = 4096 + N * 16 };
    static uint8_t file[END];
    for (int shared = 0; shared < 2; shared++) {
        memset(file, 0, END);
        for (int c = 0; c < 2; c++) {
            memcpy(file + 2048 * c, "GCOL\1", 5);
            put(file + 2048 * c + 8, 2048, 8);
            for (int k = 0; k < 100; k++)
                put(file + 2048 * c + 16 + 16 * k, (uint64_t)k + 1, 2);
            put(file + 2048 * c + 16 + 16 * 99 + 8, 300, 8);
            memset(file + 2048 * c + 16 + 16 * 100, 'x', 300);
        }
        for (int i = 0; i < N; i++) {
            put(file + 4096 + 16 * i, shared ? 300 : 0, 4);
            put(file + 4096 + 16 * i + 4, shared ? 0 : (uint64_t)(i % 2) * 2048, 8);
            put(file + 4096 + 16 * i + 12, 100, 4);
        }
        int64_t found = texts_of(file, END, N, 4096);
        int64_t bound = shared ? END / 300 : END / 101; // bytes of texts; objects listed, the free rest too
        assert_in_range(found, bound - 1, bound + 1);
    }
}

static void test_files_that_cannot_be_mapped(void **state)
{
    (void)state;
    struct read_heap heap;
    assert_int_equal(read_heap_open(&heap, "none.bin"), -1);
    assert_int_equal(read_heap_open(&heap, "."), -1);
    read_heap_close(&heap);
    FILE *file = fopen("heap.bin", "wb");
    fclose(file);
    assert_int_equal(read_heap_open(&heap, "heap.bin"), -1); // empty
    read_heap_close(&heap);
    remove("heap.bin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_found),
        cmocka_unit_test(test_references_outside_the_file),
        cmocka_unit_test(test_damage_is_found_where_it_is),
        cmocka_unit_test(test_objects_stay_in_their_collection),
        cmocka_unit_test(test_work_is_bounded),
        cmocka_unit_test(test_files_that_cannot_be_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
