// Tables of agents: memory, birth, split, compaction.
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

#include "tests/unit/table_fixture.h"

// Are the rows from `row` on zero in all lanes?
static bool free_rows_are_zero(const struct fixture *f, int64_t row)
{
    for (int c = 0; c < COLUMNS_N; c++) {
        size_t bytes = type_bytes[columns[c].type] * (size_t)(f->table.capacity - row);
        for (int lane = 0; lane < columns[c].lanes; lane++) {
            const char *byte = cell(f, c, lane, row);
            for (size_t i = 0; i < bytes; i++) {
                if (byte[i] != 0) {
                    return false;
                }
            }
        }
    }
    return true;
}

// Does the row hold what firm_birth gave this id?
static bool row_is(const struct fixture *f, int64_t row, int64_t id)
{
    struct fixture single;
    fixture_make(&single, 1, 0, 0);
    single.table.n = 0;
    firm_birth(&single, id);
    bool same = true;
    for (int c = 0; c < COLUMNS_N; c++) {
        for (int lane = 0; lane < columns[c].lanes; lane++) {
            same &=
                memcmp(cell(f, c, lane, row), cell(&single, c, lane, 0), type_bytes[columns[c].type]) == 0;
        }
    }
    table_free(&single.table);
    return same;
}

// Does the call end the program as a failed CHECK does?
static bool aborts(void (*call)(struct fixture *), struct fixture *f)
{
    fflush(NULL);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); // cmocka catches it
        fclose(stderr);
        call(f);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

// --- memory ---

static void test_create(void **state)
{
    (void)state;
    static const int64_t capacities[] = {0, 1, 63, 64, 1024, 5000};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        struct fixture f;
        fixture_make(&f, 0, 0, 0);
        table_free(&f.table);
        assert_null(f.firm.cash_vnd);
        struct error err = {0};
        assert_int_equal(table_create(&f.table, "firms", columns, COLUMNS_N, &f.firm, capacities[i], &err),
                         0);
        assert_int_equal(f.table.n, 0);
        assert_true(f.table.capacity >= capacities[i] && f.table.threads >= 1);
        assert_true(free_rows_are_zero(&f, 0));
        for (int c = 0; c < COLUMNS_N; c++) {
            for (int lane = 0; lane < columns[c].lanes; lane++) {
                assert_int_equal((uintptr_t)lane_of(&f, c, lane) % 64, 0);
            }
        }
        table_free(&f.table);
    }
}

// Lanes that began at one offset within the pages would crowd one set of the cache.
static void test_lanes_begin_at_different_offsets(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, 4096, 0, 1);
    assert_int_not_equal((uintptr_t)lane_of(&f, STOCK, 0) % 4096, (uintptr_t)lane_of(&f, STOCK, 1) % 4096);
    assert_int_not_equal((uintptr_t)lane_of(&f, QUALITY, 0) % 4096,
                         (uintptr_t)lane_of(&f, QUALITY, 2) % 4096);
    assert_int_not_equal((uintptr_t)lane_of(&f, 0, 0) % 4096, (uintptr_t)lane_of(&f, 1, 0) % 4096);
    table_free(&f.table);
}

static void test_row_bytes(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, 1, 0, 0);
    assert_int_equal(table_row_bytes(&f.table), 8 + 8 + 1 + 8 + 12 + 4 + 2 + 8 + 16 + 1 + 8);
    table_free(&f.table);
}

static void test_want_of_memory(void **state)
{
    (void)state;
    struct fixture f;
    struct error err = {0};
    assert_int_equal(table_create(&f.table, "firms", columns, COLUMNS_N, &f.firm, INT64_MAX / 4, &err),
                     ERROR_WORK);
    assert_string_equal(err.text[0], "table firms: no memory for 2305843009213693951 rows of 76 bytes");
    assert_int_equal(f.table.capacity, 0);
    table_free(&f.table);

    fixture_make(&f, 10, 0, 1);
    err = (struct error){0};
    assert_int_equal(table_reserve(&f.table, INT64_MAX - 3, &err), ERROR_WORK);
    assert_int_equal(table_reserve(&f.table, INT64_MAX / 4, &err), ERROR_WORK);
    assert_int_equal(err.faults_n, 2);
    assert_int_equal(f.table.n, 10);
    assert_true(row_is(&f, 9, 9));
    table_free(&f.table);
}

static void test_reserve_keeps_rows_and_zeroes_the_rest(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        struct fixture f;
        struct error err = {0};
        fixture_make(&f, ROWS, 3, 1);
        f.table.threads = threads;
        int64_t capacity = f.table.capacity;
        const void *before = f.firm.cash_vnd;
        assert_int_equal(table_reserve(&f.table, capacity - ROWS, &err), 0);
        assert_true(f.firm.cash_vnd == before); // there was room
        assert_int_equal(table_reserve(&f.table, capacity - ROWS + 1, &err), 0);
        assert_true(f.table.capacity >= capacity + capacity / 2);
        for (int64_t row = 0; row < ROWS; row++) {
            assert_true(row_is(&f, row, (row + 3) % ROWS));
        }
        assert_true(free_rows_are_zero(&f, ROWS));
        assert_int_equal(table_reserve(&f.table, 10 * ROWS, &err), 0);
        assert_true(f.table.capacity >= 11 * ROWS);
        assert_true(row_is(&f, ROWS - 1, 2));
        table_free(&f.table);
    }
}

// --- birth and death ---

static void test_birth_is_a_zeroed_living_row(void **state)
{
    (void)state;
    struct fixture f;
    struct error err = {0};
    fixture_make(&f, 3, 0, 1);
    assert_int_equal(table_reserve(&f.table, 1, &err), 0);
    assert_int_equal(table_birth(&f.table, 77, 55), 3);
    assert_int_equal(f.table.n, 4);
    for (int c = 3; c < COLUMNS_N; c++) {
        for (int lane = 0; lane < columns[c].lanes; lane++) {
            assert_true(table_value(&f.table, c, lane, 3) == 0.0);
        }
    }
    assert_int_equal(f.firm.id[3], 77);
    assert_int_equal(f.firm.ancestor[3], 55);
    assert_int_equal(f.firm.alive[3], 1);
    table_free(&f.table);
}

static void test_split_copies_all_lanes(void **state)
{
    (void)state;
    struct fixture f;
    struct error err = {0};
    fixture_make(&f, 10, 0, 1);
    assert_int_equal(table_reserve(&f.table, 1, &err), 0);
    assert_int_equal(table_split(&f.table, 6, 99), 10);
    assert_int_equal(f.firm.id[10], 99);
    f.firm.id[10] = 6; // all else is as in the row it came from, the ancestor too
    assert_true(row_is(&f, 10, 6));
    assert_true(row_is(&f, 6, 6));
    table_free(&f.table);
}

static void birth_without_room(struct fixture *f)
{
    f->table.n = f->table.capacity;
    table_birth(&f->table, 1, 1);
}

static void split_without_room(struct fixture *f)
{
    f->table.n = f->table.capacity;
    table_split(&f->table, 0, 1);
}

static void split_of_no_row(struct fixture *f)
{
    table_split(&f->table, f->table.n, 1);
}

static void create_without_alive(struct fixture *f)
{
    struct column wrong[COLUMNS_N];
    memcpy(wrong, columns, sizeof wrong);
    wrong[2].name = "status";
    table_create(&f->table, "firms", wrong, COLUMNS_N, &f->firm, 10, NULL);
}

static void create_with_wide_id(struct fixture *f)
{
    struct column wrong[COLUMNS_N];
    memcpy(wrong, columns, sizeof wrong);
    wrong[0].lanes = 2;
    table_create(&f->table, "firms", wrong, COLUMNS_N, &f->firm, 10, NULL);
}

static void value_beyond_lanes(struct fixture *f)
{
    table_value(&f->table, QUALITY, 3, 0);
}

static void test_bugs_abort(void **state)
{
    (void)state;
    static void (*const bug[])(struct fixture *) = {birth_without_room,  split_without_room,
                                                    split_of_no_row,     create_without_alive,
                                                    create_with_wide_id, value_beyond_lanes};
    struct fixture f;
    fixture_make(&f, 10, 0, 1);
    for (size_t i = 0; i < sizeof bug / sizeof *bug; i++) {
        assert_true(aborts(bug[i], &f));
    }
    table_free(&f.table);
}

// Compacts after killing the rows for which `dead` says so, and compares with what that must give.
static void check_compaction(bool (*dead)(int64_t row), int threads)
{
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    f.table.threads = threads;
    int64_t *moved = malloc(ROWS * sizeof *moved), to = 0;
    assert_non_null(moved);
    for (int64_t row = 0; row < ROWS; row++) {
        f.firm.alive[row] = !dead(row);
    }
    table_compact(&f.table, moved);
    for (int64_t row = 0; row < ROWS; row++) {
        assert_int_equal(moved[row], dead(row) ? -1 : to);
        if (!dead(row)) {
            assert_true(row_is(&f, to, row));
            to++;
        }
    }
    assert_int_equal(f.table.n, to);
    assert_true(free_rows_are_zero(&f, to));
    free(moved);
    table_free(&f.table);
}

static bool dead_none(int64_t row)
{
    return row < 0;
}

static bool dead_all(int64_t row)
{
    return row >= 0;
}

static bool dead_first(int64_t row)
{
    return row == 0;
}

static bool dead_last(int64_t row)
{
    return row == ROWS - 1;
}

static bool dead_some(int64_t row)
{
    return row % 97 == 50 || (row > 1000 && row < 1100);
}

static bool dead_most(int64_t row)
{
    return row % 3 != 1;
}

static void test_compact_keeps_the_order_of_the_living(void **state)
{
    (void)state;
    static bool (*const dead[])(int64_t) = {dead_none, dead_all, dead_first, dead_last, dead_some, dead_most};
    for (size_t i = 0; i < sizeof dead / sizeof *dead; i++) {
        check_compaction(dead[i], 1);
        check_compaction(dead[i], 3);
    }
}

static void test_compact_an_empty_table(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, 0, 0, 0);
    table_compact(&f.table, NULL);
    assert_int_equal(f.table.n, 0);
    table_free(&f.table);
}

static void test_birth_after_death_is_zeroed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    f.firm.alive[4] = 0;
    table_compact(&f.table, NULL);
    assert_int_equal(table_birth(&f.table, 1000000, 5), ROWS - 1);
    assert_true(f.firm.cash_vnd[ROWS - 1] == 0.0 && f.firm.heard_of[ROWS - 1] == 0);
    assert_true(table_value(&f.table, QUALITY, 2, ROWS - 1) == 0.0);
    table_free(&f.table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_lanes_begin_at_different_offsets),
        cmocka_unit_test(test_row_bytes),
        cmocka_unit_test(test_want_of_memory),
        cmocka_unit_test(test_reserve_keeps_rows_and_zeroes_the_rest),
        cmocka_unit_test(test_birth_is_a_zeroed_living_row),
        cmocka_unit_test(test_split_copies_all_lanes),
        cmocka_unit_test(test_bugs_abort),
        cmocka_unit_test(test_compact_keeps_the_order_of_the_living),
        cmocka_unit_test(test_compact_an_empty_table),
        cmocka_unit_test(test_birth_after_death_is_zeroed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
