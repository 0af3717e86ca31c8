// The file written: equal data give equal bytes, and a file has its name only when it is whole.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/output.h"
#include "tests/unit/sample_run.h"

// HDF5 leaks what it holds of a file that it cannot close because the disk is full; ours is still looked at.
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

// A folder for one test, below the one where the tests run.
struct folder {
    char path[64];
};

static char *in_folder(const struct folder *folder, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder->path, name);
    return path;
}

static int folder_setup(void **state)
{
    struct folder *folder = malloc(sizeof *folder);
    if (folder == NULL)
        return -1;
    strcpy(folder->path, "output.XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) == NULL ? -1 : 0;
}

// How many files the folder holds; the name of one of them in `last` unless NULL.
static int files_n(const struct folder *folder, char last[256])
{
    int n = 0;
    DIR *dir = opendir(folder->path);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.') {
            n++;
            if (last != NULL)
                snprintf(last, 256, "%s", entry->d_name);
        }
    closedir(dir);
    return n;
}

static int folder_teardown(void **state)
{
    struct folder *folder = *state;
    char last[256], path[384];
    while (files_n(folder, last) > 0) {
        snprintf(path, sizeof path, "%s/%s", folder->path, last);
        if (remove(path) != 0)
            return -1;
    }
    int bad = rmdir(folder->path);
    free(folder);
    return bad;
}

static char *bytes_of(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *n = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*n);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    fclose(file);
    return bytes;
}

static int same_bytes(const char *a, const char *b)
{
    size_t a_n, b_n;
    char *a_bytes = bytes_of(a, &a_n), *b_bytes = bytes_of(b, &b_n);
    int same = a_n == b_n && memcmp(a_bytes, b_bytes, a_n) == 0;
    free(a_bytes);
    free(b_bytes);
    return same;
}

static int contains(const char *path, const char *text)
{
    size_t n;
    char *bytes = bytes_of(path, &n);
    int found = memmem(bytes, n, text, strlen(text)) != NULL;
    free(bytes);
    return found;
}

static void write_sample(const char *path)
{
    struct run_data *data = sample_run();
    struct error err = {0};
    int code = output_write(data, path, &err);
    error_print(&err, stderr);
    assert_int_equal(code, 0);
    assert_int_equal(err.faults_n, 0);
    data_free(data);
}

// Another process, second, name, memory contents and moment of the heap; the same bytes.
static void test_equal_data_give_equal_bytes(void **state)
{
    const struct folder *folder = *state;
    char first[128], second[128];
    in_folder(folder, "first.h5", first);
    in_folder(folder, "the_second_one.h5", second);
    write_sample(first);
    sleep(1);
    pid_t child = fork();
    if (child == 0) {
        void *junk[64];
        for (size_t i = 0; i < 64; i++) {
            junk[i] = malloc(i * 100 + 1);
            memset(junk[i], (int)i + 1, i * 100 + 1);
        }
        for (size_t i = 0; i < 64; i += 2)
            free(junk[i]);
        write_sample(second);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(same_bytes(first, second));
    assert_false(contains(first, "first.h5") || contains(first, folder->path));
    assert_int_equal(files_n(folder, NULL), 2);
}

static void test_other_data_give_other_bytes(void **state)
{
    char first[128], second[128];
    struct run_data *data = sample_run();
    write_sample(in_folder(*state, "first.h5", first));
    ((double *)data->var[0].value)[0] += 1;
    assert_int_equal(output_write(data, in_folder(*state, "second.h5", second), NULL), 0);
    data_free(data);
    assert_false(same_bytes(first, second));
}

static void test_file_says_what_it_is(void **state)
{
    char path[128];
    size_t n;
    write_sample(in_folder(*state, "run.h5", path));
    char *bytes = bytes_of(path, &n);
    assert_memory_equal(bytes, "\211HDF\r\n\032\n", 8);
    free(bytes);
    const char *const said[] = {OUTPUT_MARK,  "Conventions",   "DIMENSION_SCALE", "REFERENCE_LIST",
                                "days since", "standard_name", "cell_methods",    "_FillValue",
                                "CLASS",      "long_name",     "definition",      OUTPUT_BARE_DIM,
                                "calendar",   "axis",          "shuffle",         "deflate"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        assert_true(contains(path, said[i]));
}

static void test_an_older_file_is_replaced(void **state)
{
    char path[128], other[128];
    FILE *old = fopen(in_folder(*state, "run.h5", path), "w");
    fputs("an older file", old);
    fclose(old);
    write_sample(path);
    write_sample(in_folder(*state, "other.h5", other));
    assert_true(same_bytes(path, other));
    assert_int_equal(files_n(*state, NULL), 2);
}

static void test_the_mask_of_the_process_holds(void **state)
{
    char path[128];
    struct stat status;
    mode_t before = umask(027);
    write_sample(in_folder(*state, "run.h5", path));
    umask(before);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

// What a killed process left behind under the name that we would take first is not touched.
static void test_a_part_of_another_is_left_alone(void **state)
{
    char path[128], part[160];
    in_folder(*state, "run.h5", path);
    snprintf(part, sizeof part, "%s.%ld-0.part", path, (long)getpid());
    FILE *old = fopen(part, "w");
    fputs("of another", old);
    fclose(old);
    write_sample(path);
    assert_int_equal(files_n(*state, NULL), 2);
    assert_true(contains(part, "of another"));
}

static void expect_failure(const struct run_data *data, const char *path, const char *what)
{
    struct error err = {0};
    assert_int_equal(output_write(data, path, &err), ERROR_WORK);
    assert_int_equal(err.faults_n, 1);
    assert_null(strchr(err.text[0], '\n'));
    if (strstr(err.text[0], what) == NULL)
        fail_msg("'%s' does not say '%s'", err.text[0], what);
}

static void test_paths_that_cannot_be_written(void **state)
{
    const struct folder *folder = *state;
    char path[128], name[300];
    struct run_data *data = sample_run();
    expect_failure(data, in_folder(folder, "none/run.h5", path), "No such file or directory");
    assert_int_equal(mkdir(in_folder(folder, "run.h5", path), 0777), 0);
    expect_failure(data, path, "Is a directory");
    assert_int_equal(files_n(folder, NULL), 1);
    assert_int_equal(rmdir(path), 0);
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    expect_failure(data, name, "File name too long");
    expect_failure(data, "/dev/null/run.h5", "Not a directory");
    assert_int_equal(files_n(folder, NULL), 0);
    data_free(data);
}

static void test_data_that_cannot_be_written(void **state)
{
    char path[128];
    in_folder(*state, "run.h5", path);
    struct run_data *data = sample_run();
    struct data_var var = {.name = "enterprises_n", .type = DATA_U8};
    data_var_add(data, &var);
    expect_failure(data, path, "cannot write /enterprises_n: name already exists");
    data_free(data);

    data = sample_run();
    snprintf(var.name, sizeof var.name, "time");
    data_var_add(data, &var);
    expect_failure(data, path, "cannot write /time: name already exists");
    data_free(data);

    data = sample_run();
    struct data_var rows = {.group = "panel", .name = "x", .type = DATA_U8, .dims_n = 1, .dim = {5}};
    assert_string_equal(data->dim[rows.dim[0]].name, "row"); // the other `row`, longer
    data_var_add(data, &rows);
    expect_failure(data, path, "cannot write /panel/row: name already exists");
    data_free(data);

    data = sample_run();
    data_attribute_text(data, "title", "\a");
    expect_failure(data, path, "attribute 'title'");
    data_free(data);

    data = data_create();
    data_alloc(data, SIZE_MAX);
    expect_failure(data, path, "do not fit in memory");
    data_free(data);
    expect_failure(NULL, path, "do not fit in memory");
    assert_int_equal(files_n(*state, NULL), 0);
}

// In a child: writes on a disk that is full after ever more bytes (a limit on the size of files), in between
// onto a free one. Returns how often the file was written although the disk was full.
static int write_on_full_disks(const struct folder *folder, size_t whole)
{
    char path[128], sound[128];
    int silent = 0;
    struct rlimit limit;
    struct run_data *data = sample_run();
    in_folder(folder, "run.h5", path);
    in_folder(folder, "sound.h5", sound);
    signal(SIGXFSZ, SIG_IGN);
    if (freopen(in_folder(folder, "stderr.txt", (char[128]){0}), "w", stderr) == NULL)
        return -1;
    getrlimit(RLIMIT_FSIZE, &limit);
    rlim_t unlimited = limit.rlim_cur;
    for (size_t bytes = 0; bytes < whole; bytes += whole / 40) {
        struct error err = {0};
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
        int code = output_write(data, path, &err);
        limit.rlim_cur = unlimited;
        setrlimit(RLIMIT_FSIZE, &limit);
        silent += code != ERROR_WORK || err.faults_n != 1 || strstr(err.text[0], "File too large") == NULL ||
                  access(path, F_OK) == 0;
        silent += output_write(data, sound, NULL) != 0;
    }
    data_free(data);
    return silent;
}

// The file that failed leaves nothing behind, neither on the disk nor in HDF5, whose clean-up at exit must
// not crash.
static void test_a_full_disk(void **state)
{
    char whole[128], sound[128], said[128];
    size_t n;
    write_sample(in_folder(*state, "whole.h5", whole));
    free(bytes_of(whole, &n));
    pid_t child = fork();
    if (child == 0)
        exit(write_on_full_disks(*state, n)); // with all that runs at exit
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(same_bytes(whole, in_folder(*state, "sound.h5", sound)));
    struct stat about;
    assert_int_equal(stat(in_folder(*state, "stderr.txt", said), &about), 0);
    assert_int_equal(about.st_size, 0); // HDF5 printed nothing
    assert_int_equal(files_n(*state, NULL), 3);
}

// `--sample FILE` writes the sample for check_open.sh and does nothing else.
int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--sample") == 0) {
        write_sample(argv[2]);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_equal_data_give_equal_bytes, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_other_data_give_other_bytes, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_file_says_what_it_is, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_an_older_file_is_replaced, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_the_mask_of_the_process_holds, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_part_of_another_is_left_alone, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_paths_that_cannot_be_written, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_data_that_cannot_be_written, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
