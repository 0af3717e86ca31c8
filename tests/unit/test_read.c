// Reading: what was written comes back in every detail, and a file that is wrong in one way is refused in one
// line that says which.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "analysis/read.h"
#include "sim/output.h"
#include "tests/unit/sample_run.h"

#define BAD MANGROVE_SOURCE_DIR "/tests/bad/read/"

// HDF5 leaks some memory of a file that it finds damaged; ours is still looked at.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

// The data, written and read.
static struct run_data *through_a_file(const struct run_data *data, const char *groups)
{
    struct error err = {0};
    struct run_data *back = NULL;
    int code = output_write(data, "through.h5", &err);
    if (code == 0)
        code = read_run("through.h5", groups, &back, &err);
    error_print(&err, stderr);
    assert_int_equal(code, 0);
    assert_non_null(back);
    remove("through.h5");
    return back;
}

static void expect_same_dim(const struct data_dim *a, const struct data_dim *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->n, b->n);
    if (a->label == NULL && a->value == NULL) { // a length alone has no description in the file
        assert_true(b->label == NULL && b->value == NULL);
        return;
    }
    assert_string_equal(a->unit, b->unit);
    assert_string_equal(a->doc, b->doc);
    assert_true((a->label == NULL) == (b->label == NULL) && (a->value == NULL) == (b->value == NULL));
    for (int64_t i = 0; i < a->n; i++)
        if (a->label != NULL)
            assert_string_equal(a->label[i], b->label[i]);
        else
            assert_memory_equal(&a->value[i], &b->value[i], sizeof a->value[i]); // the sign of zero too
}

static void expect_same_var(const struct run_data *a_data, const struct data_var *a,
                            const struct run_data *b_data)
{
    const struct data_var *b = data_var_find(b_data, a->group, a->name);
    assert_non_null(b);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->dims_n, b->dims_n);
    assert_int_equal(a->n, b->n);
    for (int k = 0; k < a->dims_n; k++)
        expect_same_dim(&a_data->dim[a->dim[k]], &b_data->dim[b->dim[k]]);
    assert_string_equal(a->unit, b->unit);
    assert_string_equal(a->long_name, b->long_name);
    assert_string_equal(a->definition, b->definition);
    assert_string_equal(a->cell_methods, b->cell_methods);
    assert_string_equal(a->source, b->source);
    if (a->type != DATA_TEXT)
        assert_memory_equal(a->value, b->value, (size_t)a->n * data_type_bytes(a->type));
    else
        for (int64_t i = 0; i < a->n; i++)
            assert_string_equal(((char **)a->value)[i], ((char **)b->value)[i]);
}

static void expect_same_attributes(const struct run_data *a, const struct run_data *b)
{
    assert_int_equal(a->attributes_n, b->attributes_n);
    for (int i = 0; i < a->attributes_n; i++) { // in their order
        assert_string_equal(a->attribute[i].name, b->attribute[i].name);
        assert_int_equal(a->attribute[i].is_text, b->attribute[i].is_text);
        assert_string_equal(a->attribute[i].text, b->attribute[i].text);
        assert_int_equal(a->attribute[i].number, b->attribute[i].number);
    }
}

static void test_everything_comes_back(void **state)
{
    (void)state;
    struct run_data *data = sample_run();
    struct run_data *back = through_a_file(data, "*");
    expect_same_attributes(data, back);
    assert_int_equal(data->vars_n, back->vars_n);
    for (int i = 0, k = 0; i < data->vars_n; i++) {
        expect_same_var(data, &data->var[i], back);
        if (data->var[i].group[0] == '\0') // the root first and in its order
            assert_string_equal(back->var[k++].name, data->var[i].name);
    }
    assert_int_equal(data->dims_n, back->dims_n); // copies in groups are one dimension again
    int unused = data_dim_find(back, "share");
    assert_true(unused >= 0);
    expect_same_dim(&data->dim[data_dim_find(data, "share")], &back->dim[unused]);
    assert_true(data_digest(data) == data_digest(back));

    struct run_data *again = through_a_file(back, "*");
    assert_true(data_digest(data) == data_digest(again));
    for (int i = 0; i < back->vars_n; i++) // in the order of the file
        assert_string_equal(back->var[i].name, again->var[i].name);
    data_free(again);
    data_free(back);
    data_free(data);
}

static void test_empty_data_come_back(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    struct run_data *back = through_a_file(data, "*");
    assert_true(back->attributes_n == 0 && back->dims_n == 0 && back->vars_n == 0);
    data_free(back);
    data_free(data);
}

// Longer than the 64 KiB that HDF5 keeps in an object's header, and more than it keeps in one heap.
static void test_long_and_many_texts_come_back(void **state)
{
    (void)state;
    enum { LONG = 300000, MANY = 20000 };
    struct run_data *data = data_create();
    char *text = data_alloc(data, LONG + 1);
    memset(text, 'x', LONG);
    data_attribute_text(data, "scenario", text);
    int dim = data_dim_add(data, "firm", "", "", MANY, NULL, NULL);
    struct data_var var = {.group = "panel", .name = "name", .type = DATA_TEXT, .dims_n = 1, .dim = {dim}};
    int name = data_var_add(data, &var);
    for (int i = 0; i < MANY; i++) {
        char word[32];
        snprintf(word, sizeof word, "%0*d", i % 30 + 1, i);
        data_text_put(data, name, i, word);
    }
    data_text_put(data, name, 7, text);
    struct run_data *back = through_a_file(data, "*");
    expect_same_attributes(data, back);
    expect_same_var(data, &data->var[name], back);
    data_free(back);
    data_free(data);
}

// Chunks at the edge, several chunks, several dimensions, and labels of length zero.
static void test_shapes_of_the_panel_come_back(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    const char *const none[] = {""};
    int rows = data_dim_add(data, "row", "", "", 200001, NULL, NULL);
    int wide = data_dim_add(data, "wide", "", "", 70000, NULL, NULL);
    int two = data_dim_add(data, "two", "", "", 2, NULL, NULL);
    int empty = data_dim_add(data, "empty", "", "none", 0, none, NULL);
    const struct data_var vars[] = {
        {.group = "panel", .name = "long", .type = DATA_F64, .dims_n = 1, .dim = {rows}},
        {.group = "panel", .name = "width", .type = DATA_I64, .dims_n = 2, .dim = {two, wide}},
        {.group = "panel", .name = "deep", .type = DATA_I32, .dims_n = 2, .dim = {wide, two}},
        {.group = "panel", .name = "one", .type = DATA_F32},
        {.group = "twins", .name = "byte", .type = DATA_U8, .dims_n = 1, .dim = {rows}},
        {.group = "twins", .name = "none", .type = DATA_U8, .dims_n = 1, .dim = {empty}},
        {.group = "twins", .name = "no_text", .type = DATA_TEXT, .dims_n = 1, .dim = {empty}},
    };
    for (size_t i = 0; i < sizeof vars / sizeof *vars; i++)
        sample_var_add(data, &vars[i]);
    struct run_data *back = through_a_file(data, "*");
    assert_int_equal(back->vars_n, data->vars_n);
    for (int i = 0; i < data->vars_n; i++)
        expect_same_var(data, &data->var[i], back);
    data_free(back);
    data_free(data);
}

static int has_group(const struct run_data *data, const char *group)
{
    for (int i = 0; i < data->vars_n; i++)
        if (strcmp(data->var[i].group, group) == 0)
            return 1;
    return 0;
}

static void test_groups_are_read_as_asked(void **state)
{
    (void)state;
    struct run_data *data = sample_run();
    const char *const asked[] = {NULL, "", "panel", "twins,panel", "panel,panel", "*"};
    for (int i = 0; i < 6; i++) {
        struct run_data *back = through_a_file(data, asked[i]);
        assert_true(has_group(back, ""));
        assert_int_equal(has_group(back, "panel"), i >= 2);
        assert_int_equal(has_group(back, "twins"), i == 3 || i == 5);
        assert_int_equal(has_group(back, "parameters"), i == 5);
        data_free(back);
    }
    data_free(data);
}

// One line, that begins with the file and says `what`; no data, nothing printed by HDF5.
static void expect_refusal(const char *path, const char *groups, const char *what)
{
    struct error err = {0};
    struct run_data *data = (struct run_data *)&err;
    int code = read_run(path, groups, &data, &err);
    if (code != ERROR_INPUT || err.faults_n != 1 || data != NULL)
        fail_msg("%s: code %d, %d faults", path, code, err.faults_n);
    assert_int_equal(strncmp(err.text[0], path, strlen(path)), 0);
    if (strstr(err.text[0], what) == NULL)
        fail_msg("'%s' does not say '%s'", err.text[0], what);
}

static const struct wrong {
    const char *file, *what;
} wrongs[] = {
    {"attribute_array", "/: attribute 'seed' is neither"},
    {"attribute_escape", "/: attribute 'title' is neither"},
    {"attribute_float", "/: attribute 'seed' is neither"},
    {"attribute_latin", "/: attribute 'title' is neither"},
    {"attribute_name", "/: has too many objects, or one whose name"},
    {"attribute_vlen", "/: attribute 'note' is neither"},
    {"axis_given_twice", "/enterprises_n: is given an axis"},
    {"axis_negative", "/enterprises_n: is given an axis"},
    {"axis_too_long", "/more: is not as long along axis 0 as its dimension 'time'"},
    {"axis_too_many", "/enterprises_n: is given an axis"},
    {"axis_without_dim", "/more: axis 0 has no dimension"},
    {"behind_a_block", "/: not an HDF5 file"},
    {"bit_flipped", "/: cannot be read; the file is damaged"},
    {"bomb_chunked", "/more: not all of its values are stored"},
    {"bomb_contiguous", "/more: not all of its values are stored"},
    {"cut_by_a_byte", "/: cannot be opened; the file is damaged or cut short"},
    {"cut_in_half", "/: cannot be opened; the file is damaged or cut short"},
    {"group_in_group", "/panel/inner: is neither a dataset nor a group of the root"},
    {"heap_object_0", "/size_class: text 0 is missing or not printable"},
    {"heap_object_size_large", "/size_class: text 0 is missing or not printable"},
    {"heap_object_size_most", "/size_class: text 0 is missing or not printable"},
    {"heap_object_size_small", "/size_class: text 0 is missing or not printable"},
    {"heap_signature", "/size_class: text 0 is missing or not printable"},
    {"heap_size_0", "/size_class: text 0 is missing or not printable"},
    {"heap_size_large", "/size_class: text 0 is missing or not printable"},
    {"heap_version", "/size_class: text 0 is missing or not printable"},
    {"label_escape", "/size_class: text 1 is missing or not printable"},
    {"label_never_written", "/more: not all of its values are stored"},
    {"label_not_utf8", "/size_class: text 1 is missing or not printable"},
    {"link_external", "/more: is a link to elsewhere"},
    {"link_soft", "/more: is a link to elsewhere"},
    {"mark_text", "/: no integer attribute 'mangrove_format'"},
    {"name_long", "/: has too many objects, or one whose name"},
    {"name_with_blank", "/: has too many objects, or one whose name"},
    {"named_type", "/more: is neither a dataset nor a group"},
    {"no_mark", "/: no integer attribute 'mangrove_format'"},
    {"not_hdf5", "/: not an HDF5 file"},
    {"other_format", "/: of format 2; this program reads 1"},
    {"rank_5", "/more: wrong rank; from 0 to 4"},
    {"rank_null", "/more: wrong rank; from 0 to 4"},
    {"references_many", "/time: attribute 'REFERENCE_LIST' is not a list"},
    {"references_wrong", "/time: attribute 'REFERENCE_LIST' is not a list"},
    {"root_in_panel", "/panel/root: is neither a dataset nor a group"},
    {"scale_rank_2", "/more: wrong rank; a dimension's labels"},
    {"scale_units_long", "/time: attribute 'units' is too long"},
    {"scale_units_number", "/time: attribute 'units' is not"},
    {"signature_only", "/: not an HDF5 file"},
    {"storage_external", "/more: stored in a way that is not read"},
    {"storage_filter", "/more: stored in a way that is not read"},
    {"storage_shared", "/more_1: claims more bytes than the file has"},
    {"storage_text_chunked", "/more: stored in a way that is not read"},
    {"storage_virtual", "/more: stored in a way that is not read"},
    {"text_address_0", "/size_class: text 0 is missing or not printable"},
    {"text_address_end", "/size_class: text 0 is missing or not printable"},
    {"text_address_far", "/size_class: text 0 is missing or not printable"},
    {"text_index_0", "/size_class: text 0 is missing or not printable"},
    {"text_index_free", "/size_class: text 0 is missing or not printable"},
    {"text_index_large", "/size_class: text 0 is missing or not printable"},
    {"text_length_large", "/size_class: text 0 is missing or not printable"},
    {"too_large", "/row: larger than 8589934592 bytes"},
    {"type_ascii", "/more: wrong type"},
    {"type_big_endian", "/more: wrong type"},
    {"type_compound", "/more: wrong type"},
    {"type_fixed_text", "/more: wrong type"},
    {"type_int16", "/more: wrong type"},
    {"type_sequence", "/more: wrong type"},
    {"value_not_utf8", "/panel/name: text 2 is missing or not printable"},
    {"values_never_written", "/more: not all of its values are stored"},
    {"var_units_array", "/enterprises_n: attribute 'units' is not"},
    {"widths", "/: not an HDF5 file"},
};

static void test_each_wrong_file_is_refused(void **state)
{
    (void)state;
    enum { WRONGS = sizeof wrongs / sizeof *wrongs };
    for (int i = 0; i < WRONGS; i++) {
        char path[sizeof BAD + 64];
        snprintf(path, sizeof path, BAD "%s.h5", wrongs[i].file);
        expect_refusal(path, "*", wrongs[i].what);
    }
    struct run_data *data = NULL; // of which they are all copies
    assert_int_equal(read_run(BAD "sound.h5", "*", &data, NULL), 0);
    assert_int_equal(data->vars_n, 3);
    data_free(data);

    int files = 0;
    DIR *dir = opendir(BAD);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (strstr(entry->d_name, ".h5") != NULL)
            files++;
    closedir(dir);
    assert_int_equal(files, WRONGS + 1); // none without a row here
}

static void test_paths_that_are_no_run(void **state)
{
    (void)state;
    expect_refusal("none.h5", "", "none.h5: cannot be opened: No such file or directory");
    expect_refusal(".", "", ".: /: not an HDF5 file");
    expect_refusal("/dev/null", "", "/: not an HDF5 file");
    remove("pipe.h5");
    assert_int_equal(mkfifo("pipe.h5", 0600), 0);
    expect_refusal("pipe.h5", "", "/: not an HDF5 file"); // and does not wait for a writer
    remove("pipe.h5");
    expect_refusal(BAD "sound.h5", "funds", ": no group /funds");
    expect_refusal(BAD "sound.h5", "panel,pane", ": no group /pane");
    expect_refusal(BAD "sound.h5", "time", ": no group /time"); // a dataset
    expect_refusal(BAD "value_not_utf8.h5", "panel", "/panel/name");
    struct run_data *data = NULL; // what is not asked for is not looked at
    assert_int_equal(read_run(BAD "value_not_utf8.h5", "", &data, NULL), 0);
    data_free(data);
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    static char bytes[64 * 1024];
    struct run_data *data = sample_run();
    assert_int_equal(output_write(data, "cut.h5", NULL), 0);
    data_free(data);
    FILE *file = fopen("cut.h5", "rb");
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(n > 10000 && n < sizeof bytes);
    for (size_t cut = 0; cut < n; cut += cut < 200 ? 1 : 509) {
        assert_int_equal(truncate("cut.h5", (off_t)cut), 0);
        expect_refusal("cut.h5", "*", cut < 16 ? "not an HDF5 file" : "cut short");
        file = fopen("cut.h5", "wb");
        assert_int_equal(fwrite(bytes, 1, n, file), n);
        fclose(file);
    }
    assert_int_equal(read_run("cut.h5", "*", &data, NULL), 0); // whole again
    data_free(data);
    remove("cut.h5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_comes_back),
        cmocka_unit_test(test_empty_data_come_back),
        cmocka_unit_test(test_long_and_many_texts_come_back),
        cmocka_unit_test(test_shapes_of_the_panel_come_back),
        cmocka_unit_test(test_groups_are_read_as_asked),
        cmocka_unit_test(test_each_wrong_file_is_refused),
        cmocka_unit_test(test_paths_that_are_no_run),
        cmocka_unit_test(test_a_file_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
