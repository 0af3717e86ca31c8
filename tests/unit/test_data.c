// Run data in memory: what is put in comes out, grows without losing anything, and has one digest.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/data.h"
#include "tests/unit/sample_run.h"

static void test_attributes_are_kept_and_replaced(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    char text[] = "first";
    data_attribute_text(data, "title", text);
    data_attribute_int(data, "seed", INT64_MIN);
    text[0] = 'F'; // the caller's text is not ours
    assert_string_equal(data_attribute_find(data, "title")->text, "first");
    assert_true(data_attribute_find(data, "title")->is_text);
    assert_int_equal(data_attribute_find(data, "seed")->number, INT64_MIN);
    assert_false(data_attribute_find(data, "seed")->is_text);
    data_attribute_int(data, "title", 3);
    data_attribute_text(data, "seed", NULL);
    assert_int_equal(data->attributes_n, 2);
    assert_int_equal(data_attribute_find(data, "title")->number, 3);
    assert_string_equal(data_attribute_find(data, "title")->text, "");
    assert_string_equal(data_attribute_find(data, "seed")->text, "");
    assert_true(data_attribute_find(data, "seed")->is_text);
    assert_null(data_attribute_find(data, "none"));
    data_free(data);
}

static void test_dimensions_are_copied(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    const char *labels[] = {"micro", "small"};
    double values[] = {30, 58, 89};
    int size = data_dim_add(data, "size_class", "", "by workers", 2, labels, NULL);
    int time = data_dim_add(data, "time", "days since 2014-01-01", NULL, 3, NULL, values);
    int row = data_dim_add(data, "row", NULL, NULL, 9, NULL, NULL);
    labels[0] = "other";
    values[0] = 0;
    assert_int_equal(data_dim_find(data, "time"), time);
    assert_int_equal(data_dim_find(data, "row"), row);
    assert_int_equal(data_dim_find(data, "tim"), -1);
    assert_string_equal(data->dim[size].label[0], "micro");
    assert_null(data->dim[size].value);
    assert_true(data->dim[time].value[0] == 30);
    assert_null(data->dim[time].label);
    assert_string_equal(data->dim[time].doc, "");
    assert_string_equal(data->dim[row].unit, "");
    assert_int_equal(data_label_find(&data->dim[size], "small"), 1);
    assert_int_equal(data_label_find(&data->dim[size], "smal"), -1);
    assert_int_equal(data_label_find(&data->dim[time], "small"), -1);
    data_free(data);
}

static void test_equal_dimensions_are_shared(void **state)
{
    (void)state;
    struct run_data *data = sample_run();
    int n = data->dims_n;
    for (int i = 0; i < n; i++) {
        struct data_dim copy = data->dim[i];
        assert_int_equal(data_dim_share(data, &copy), i);
    }
    struct data_dim other = data->dim[data_dim_find(data, "time")];
    double values[] = {30, 58, 90};
    other.value = values;
    assert_int_equal(data_dim_share(data, &other), n);
    other = data->dim[data_dim_find(data, "size_class")];
    char small[] = "Small", *labels[] = {other.label[0], small, other.label[2], other.label[3]};
    other.label = labels;
    assert_int_equal(data_dim_share(data, &other), n + 1);
    other = data->dim[data_dim_find(data, "row")];
    other.n++;
    assert_int_equal(data_dim_share(data, &other), n + 2);
    other.doc = "another";
    assert_int_equal(data_dim_share(data, &other), n + 3);
    data_free(data);
}

static void test_variables_are_zeroed_and_sized(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    int a = data_dim_add(data, "a", "", "", 5, NULL, NULL),
        b = data_dim_add(data, "b", "", "", 3, NULL, NULL);
    struct data_var description = {
        .group = "panel", .name = "x", .type = DATA_I32, .dims_n = 2, .dim = {a, b}};
    int x = data_var_add(data, &description);
    description.type = DATA_TEXT;
    snprintf(description.name, sizeof description.name, "text");
    int text = data_var_add(data, &description);
    assert_int_equal(data->var[x].n, 15);
    assert_string_equal(data->var[x].unit, "");
    for (int i = 0; i < 15; i++) {
        assert_int_equal(((int32_t *)data->var[x].value)[i], 0);
        assert_string_equal(((char **)data->var[text].value)[i], "");
    }
    char word[] = "word";
    data_text_put(data, text, 14, word);
    word[0] = 'W';
    assert_string_equal(((char **)data->var[text].value)[14], "word");
    assert_string_equal(((char **)data->var[text].value)[13], "");
    assert_ptr_equal(data_var_find(data, "panel", "x"), &data->var[x]);
    assert_null(data_var_find(data, "", "x"));
    assert_null(data_var_find(data, "panel", "y"));
    data_free(data);
}

// Descriptions may lie in the array that grows under them.
static void test_growth_loses_nothing(void **state)
{
    (void)state;
    enum { N = 1000 };
    struct run_data *data = data_create();
    int dim = data_dim_add(data, "row", "", "", 7, NULL, NULL);
    struct data_var first = {.name = "v0", .unit = "VND", .type = DATA_F64, .dims_n = 1, .dim = {dim}};
    data_var_add(data, &first);
    for (int i = 1; i < N; i++) {
        char name[DATA_NAME_MAX];
        snprintf(name, sizeof name, "v%d", i);
        int index = data_var_add(data, &data->var[i - 1]);
        assert_int_equal(index, i);
        memcpy(data->var[i].name, name, sizeof name);
        ((double *)data->var[i].value)[6] = i;
        data_attribute_int(data, name, i);
        data_dim_add(data, name, "", "", i, NULL, NULL);
    }
    for (int i = 1; i < N; i++) {
        const struct data_var *var = data_var_find(data, "", data->var[i].name);
        assert_true(var == &data->var[i] && ((double *)var->value)[6] == i && ((double *)var->value)[5] == 0);
        assert_string_equal(var->unit, "VND");
        assert_int_equal(data_attribute_find(data, var->name)->number, i);
        assert_int_equal(data->dim[data_dim_find(data, var->name)].n, i);
    }
    data_free(data);
}

static void test_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    for (size_t bytes = 0; bytes < 200000; bytes = bytes * 3 / 2 + 1) {
        unsigned char *memory = data_alloc(data, bytes);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xA5, bytes);
    }
    assert_false(data_failed(data));
    data_free(data);
}

static void test_want_of_memory_is_remembered(void **state)
{
    (void)state;
    const double values[] = {1};
    struct run_data *data = data_create();
    int big = data_dim_add(data, "big", "", "", INT64_C(1) << 40, NULL, NULL);
    int small = data_dim_add(data, "small", "", "", 2, NULL, NULL);
    struct data_var var = {.name = "x", .type = DATA_F64, .dims_n = 3, .dim = {big, big, small}};
    assert_int_equal(data_var_add(data, &var), -1); // 2^84 bytes
    assert_true(data_failed(data));
    var.dims_n = 0;
    assert_int_equal(data_var_add(data, &var), -1);
    assert_int_equal(data_dim_add(data, "time", "", "", 1, NULL, values), -1);
    assert_null(data_alloc(data, 8));
    assert_string_equal(data_text(data, "text"), "");
    data_attribute_int(data, "seed", 1);
    data_text_put(data, -1, 0, "text");
    assert_null(data_attribute_find(data, "seed"));
    assert_int_equal(data->dims_n, 2);
    assert_int_equal(data->vars_n, 0);
    struct error err = {0};
    assert_int_equal(data_check(data, &err), ERROR_WORK);
    data_free(data);
    assert_true(data_failed(NULL));
    assert_int_equal(data_dim_add(NULL, "a", "", "", 1, NULL, NULL), -1);
    data_free(NULL);
}

// Lets malloc fail under the sanitizers as it does without them.
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void test_more_than_the_machine_has(void **state)
{
    (void)state;
    struct run_data *data = data_create();
    assert_null(data_alloc(data, SIZE_MAX));
    assert_true(data_failed(data));
    data_free(data);
    data = data_create();
    assert_null(data_alloc(data, SIZE_MAX / 4)); // refused by the system, not by us
    assert_true(data_failed(data));
    data_free(data);
}

static uint64_t digest_after(void (*change)(struct run_data *data))
{
    struct run_data *data = sample_run();
    if (change != NULL)
        change(data);
    uint64_t digest = data_digest(data);
    data_free(data);
    return digest;
}

static void change_nothing_that_counts(struct run_data *data)
{
    struct data_var last = data->var[data->vars_n - 1];
    data->var[data->vars_n - 1] = data->var[0];
    data->var[0] = last;
    data_attribute_text(data, "compiler", "another");
    data->var[1].source = "another";
    data->dim[0].doc = "another";
    double nan = -(double)NAN;
    for (int i = 0; i < data->vars_n; i++)
        if (strcmp(data->var[i].name, "enterprises_n") == 0)
            ((double *)data->var[i].value)[2] = nan;
}

static void change_value(struct run_data *data)
{
    ((double *)data->var[0].value)[5] += 1e-9;
}

static void change_zero_sign(struct run_data *data)
{
    ((double *)data->var[0].value)[0] = -((double *)data->var[0].value)[0];
}

static void change_float(struct run_data *data)
{
    ((float *)data->var[1].value)[4] += 1;
}

static void change_int(struct run_data *data)
{
    ((int32_t *)data->var[2].value)[4] = 7;
}

static void change_byte(struct run_data *data)
{
    ((uint8_t *)data->var[3].value)[4] ^= 1;
}

static void change_text(struct run_data *data)
{
    data_text_put(data, 4, 1, "x");
}

static void change_long(struct run_data *data)
{
    ((int64_t *)data->var[6].value)[0]++;
}

static void change_order_of_values(struct run_data *data)
{
    double *value = data->var[5].value, first = value[0];
    value[0] = value[1];
    value[1] = first;
}

static void change_label(struct run_data *data)
{
    data->dim[data_dim_find(data, "size_class")].label[3] =
        data->dim[data_dim_find(data, "size_class")].label[2];
}

static void change_coordinate(struct run_data *data)
{
    data->dim[data_dim_find(data, "time")].value[2] = 90;
}

static void change_name(struct run_data *data)
{
    data->var[0].name[0] = 'E';
}

static void change_group(struct run_data *data)
{
    memcpy(data->var[0].group, "panel", 6);
}

static void change_dim_name(struct run_data *data)
{
    data->dim[data_dim_find(data, "time")].name[0] = 'T';
}

static void change_dim_order(struct run_data *data)
{
    int first = data->var[0].dim[0];
    data->var[0].dim[0] = data->var[0].dim[1];
    data->var[0].dim[1] = first;
}

static void change_by_a_variable(struct run_data *data)
{
    struct data_var var = {.name = "more", .type = DATA_U8};
    data_var_add(data, &var);
}

static void test_digest_sees_every_change_that_counts(void **state)
{
    (void)state;
    void (*const changes[])(struct run_data *) = {
        NULL,
        change_value,
        change_zero_sign,
        change_float,
        change_int,
        change_byte,
        change_text,
        change_long,
        change_label,
        change_order_of_values,
        change_name,
        change_coordinate,
        change_group,
        change_dim_name,
        change_dim_order,
        change_by_a_variable,
    };
    enum { N = sizeof changes / sizeof *changes };
    uint64_t digest[N];
    for (int i = 0; i < N; i++) {
        digest[i] = digest_after(changes[i]);
        for (int k = 0; k < i; k++)
            assert_true(digest[i] != digest[k]);
    }
    assert_true(digest_after(NULL) == digest[0]);
    assert_true(digest_after(change_nothing_that_counts) == digest[0]);
}

static void test_names_that_a_file_may_carry(void **state)
{
    (void)state;
    char name[DATA_NAME_MAX + 1];
    memset(name, 'a', sizeof name);
    name[DATA_NAME_MAX] = '\0';
    assert_false(data_name_sound(name));
    name[DATA_NAME_MAX - 1] = '\0';
    assert_true(data_name_sound(name));
    assert_true(data_name_sound("A-b_c.9"));
    const char *const wrong[] = {"", "a/b", "a b", "a\n", "\303\251", "a,b"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(data_name_sound(wrong[i]));
}

static void test_texts_that_a_file_may_carry(void **state)
{
    (void)state;
    const char *const right[] = {"", "a\tb\n", "Qu\341\273\271", "\360\237\231\202"};
    const char *const wrong[] = {"\033[2J", "\r",   "a\177",    "\302\233",
                                 "\377",    "\303", "\300\200", "\355\240\200"};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_true(data_text_sound(right[i]));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(data_text_sound(wrong[i]));
}

static void expect_unsound(struct run_data *data, const char *what)
{
    struct error err = {0};
    assert_int_equal(data_check(data, &err), ERROR_WORK);
    assert_int_equal(err.faults_n, 1);
    assert_non_null(strstr(err.text[0], what));
    data_free(data);
}

static void test_check_names_what_cannot_go_to_a_file(void **state)
{
    (void)state;
    char bell[] = "\a";
    struct error err = {0};
    struct run_data *data = sample_run();
    assert_int_equal(data_check(data, &err), 0);
    data_attribute_text(data, "title", bell);
    expect_unsound(data, "attribute 'title'");

    data = sample_run();
    data->attribute[0].name[0] = '/';
    expect_unsound(data, "attribute");

    data = sample_run();
    data->dim[data_dim_find(data, "size_class")].label[1] = bell;
    expect_unsound(data, "dimension 'size_class'");

    data = sample_run();
    data->dim[0].name[0] = '\0';
    expect_unsound(data, "dimension");

    data = sample_run();
    data->var[0].definition = bell;
    expect_unsound(data, "variable 'enterprises_n'");

    data = sample_run();
    data->var[1].group[0] = ' ';
    expect_unsound(data, "group");

    data = sample_run();
    data_text_put(data, 4, 2, bell);
    expect_unsound(data, "variable 'name'");

    data = sample_run();
    data->var[0].n = DATA_BYTES_MAX / 8 + 1;
    expect_unsound(data, "variable 'enterprises_n'");
}

// Did the call abort? It runs in a process of its own, whose complaint is not shown.
static int aborts(void (*call)(struct run_data *data))
{
    pid_t child = fork();
    if (child == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        struct run_data *data = sample_run();
        call(data);
        data_free(data);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void call_right(struct run_data *data)
{
    data_text_put(data, 4, 4, "x");
}

static void call_unknown_dim(struct run_data *data)
{
    struct data_var var = {.name = "x", .type = DATA_U8, .dims_n = 1, .dim = {data->dims_n}};
    data_var_add(data, &var);
}

static void call_too_many_dims(struct run_data *data)
{
    struct data_var var = {.name = "x", .type = DATA_U8, .dims_n = DATA_DIMS_MAX + 1};
    data_var_add(data, &var);
}

static void call_long_name(struct run_data *data)
{
    char name[DATA_NAME_MAX + 1];
    memset(name, 'a', sizeof name);
    name[DATA_NAME_MAX] = '\0';
    data_attribute_int(data, name, 1);
}

static void call_text_outside(struct run_data *data)
{
    data_text_put(data, 4, 5, "x");
}

static void call_text_of_a_number(struct run_data *data)
{
    data_text_put(data, 0, 0, "x");
}

static void call_labels_and_values(struct run_data *data)
{
    const char *const label[] = {"a"};
    const double value[] = {1};
    data_dim_add(data, "x", "", "", 1, label, value);
}

static void test_bugs_of_callers_abort(void **state)
{
    (void)state;
    assert_false(aborts(call_right));
    assert_true(aborts(call_unknown_dim));
    assert_true(aborts(call_too_many_dims));
    assert_true(aborts(call_long_name));
    assert_true(aborts(call_text_outside));
    assert_true(aborts(call_text_of_a_number));
    assert_true(aborts(call_labels_and_values));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes_are_kept_and_replaced),
        cmocka_unit_test(test_dimensions_are_copied),
        cmocka_unit_test(test_equal_dimensions_are_shared),
        cmocka_unit_test(test_variables_are_zeroed_and_sized),
        cmocka_unit_test(test_growth_loses_nothing),
        cmocka_unit_test(test_memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_want_of_memory_is_remembered),
        cmocka_unit_test(test_more_than_the_machine_has),
        cmocka_unit_test(test_digest_sees_every_change_that_counts),
        cmocka_unit_test(test_names_that_a_file_may_carry),
        cmocka_unit_test(test_texts_that_a_file_may_carry),
        cmocka_unit_test(test_check_names_what_cannot_go_to_a_file),
        cmocka_unit_test(test_bugs_of_callers_abort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
