// What tables hold: values, digest, audit; each invariant with defects planted in it.
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/table_fixture.h"

// --- values ---

static void test_value_of_every_type(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, 20, 0, 1);
    static const double expected[COLUMNS_N] = {17, 8, 1, 16993, 17 / 8.0, -12, -17, 0x1p64, 17, 1, -17};
    for (int c = 0; c < COLUMNS_N; c++) {
        assert_true(table_value(&f.table, c, 0, 17) == expected[c]);
    }
    assert_true(table_value(&f.table, QUALITY, 2, 17) == 17 / 8.0 + 2);
    assert_true(table_value(&f.table, STOCK, 1, 17) == -18);
    table_free(&f.table);
}

// --- digest ---

static void test_digest_forgets_rows_and_threads(void **state)
{
    (void)state;
    struct fixture one, other;
    fixture_make(&one, ROWS, 0, 1);
    fixture_make(&other, ROWS, 17, 1777); // 1777 has no divisor in common with ROWS
    assert_int_not_equal(one.firm.id[1], other.firm.id[1]);
    for (int economic = 0; economic <= 1; economic++) {
        uint64_t digest = table_digest(&one.table, economic);
        for (int threads = 1; threads <= 5; threads += 2) {
            one.table.threads = other.table.threads = threads;
            assert_true(table_digest(&one.table, economic) == digest);
            assert_true(table_digest(&other.table, economic) == digest);
        }
    }
    table_free(&one.table);
    table_free(&other.table);
}

// The constants come from the definition written in Python (ids 0-2499 as firm_birth makes them).
static void test_digest_known_answer(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    assert_true(table_digest(&f.table, false) == UINT64_C(0xc46ecc34cf2d23a6));
    assert_true(table_digest(&f.table, true) == UINT64_C(0xcc860ee8ab1d24d0));
    f.table.n = 0;
    assert_true(table_digest(&f.table, false) == UINT64_C(0x48218226ff3cd4bf));
    table_free(&f.table);
}

static void test_digest_sees_every_bit(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    uint64_t all = table_digest(&f.table, false), economic = table_digest(&f.table, true);
    for (int c = 0; c < COLUMNS_N; c++) {
        for (int lane = 0; lane < columns[c].lanes; lane++) {
            unsigned char *byte = cell(&f, c, lane, 1500);
            for (size_t bit = 0; bit < 8 * type_bytes[columns[c].type]; bit++) {
                byte[bit / 8] = (unsigned char)(byte[bit / 8] ^ 1u << bit % 8);
                assert_true(table_digest(&f.table, false) != all);
                assert_true((table_digest(&f.table, true) != economic) == columns[c].economic);
                byte[bit / 8] = (unsigned char)(byte[bit / 8] ^ 1u << bit % 8);
            }
        }
    }
    assert_true(table_digest(&f.table, false) == all);
    table_free(&f.table);
}

static void swap_f64(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

static void test_digest_sees_values_that_change_places(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    uint64_t digest = table_digest(&f.table, true);
    swap_f64(&f.firm.cash_vnd[3], &f.firm.cash_vnd[4]); // between records
    assert_true(table_digest(&f.table, true) != digest);
    swap_f64(&f.firm.cash_vnd[3], &f.firm.cash_vnd[4]);
    swap_f64(&f.firm.stock_vnd[3], &f.firm.stock_vnd[f.table.capacity + 3]); // between lanes
    assert_true(table_digest(&f.table, true) != digest);
    swap_f64(&f.firm.stock_vnd[3], &f.firm.stock_vnd[f.table.capacity + 3]);
    swap_f64(&f.firm.stock_vnd[3], &f.firm.cash_vnd[3]); // between columns
    assert_true(table_digest(&f.table, true) != digest);
    swap_f64(&f.firm.stock_vnd[3], &f.firm.cash_vnd[3]);
    assert_true(table_digest(&f.table, true) == digest);
    table_free(&f.table);
}

static void test_digest_is_of_the_living(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    uint64_t digest = table_digest(&f.table, true);
    f.firm.alive[1200] = 0;
    uint64_t without = table_digest(&f.table, true);
    assert_true(without != digest);
    f.firm.cash_vnd[1200] = 1.0;
    assert_true(table_digest(&f.table, true) == without);
    table_compact(&f.table, NULL);
    assert_true(table_digest(&f.table, true) == without);
    table_free(&f.table);
}

static void test_mix_counts_the_order(void **state)
{
    (void)state;
    assert_true(table_mix(table_mix(0, 1), 2) != table_mix(table_mix(0, 2), 1));
    assert_true(table_mix(0, 0) != 0);
    assert_true(table_mix(1, 2) != table_mix(2, 1));
}

// --- audit ---

static void check_sound(const struct fixture *f)
{
    struct error err = {0};
    assert_int_equal(table_audit(&f->table, &err), ERROR_NONE);
    assert_int_equal(err.faults_n, 0);
}

static void check_fault(const struct fixture *f, const char *text)
{
    struct error err = {0};
    assert_int_equal(table_audit(&f->table, &err), ERROR_WORK);
    assert_int_equal(err.faults_n, 1);
    assert_string_equal(err.text[0], text);
}

static void test_audit_takes_all_sound_numbers(void **state)
{
    (void)state;
    static const double f64[] = {0.0, DBL_MIN, -DBL_MIN, DBL_MAX, -DBL_MAX, 1.0, -1.5};
    static const float f32[] = {0.0f, FLT_MIN, -FLT_MIN, FLT_MAX, -FLT_MAX, 1.0f, -1.5f};
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1777);
    for (int i = 0; i < 7; i++) {
        f.firm.cash_vnd[i] = f64[i];
        f.firm.quality[2 * f.table.capacity + i] = f32[i];
    }
    f.firm.alive[9] = 0;
    for (int threads = 1; threads <= 3; threads++) {
        f.table.threads = threads;
        check_sound(&f);
    }
    f.table.n = 0;
    check_sound(&f);
    table_free(&f.table);
}

static void test_audit_finds_wrong_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } planted[] = {{1.0 / 0.0, "inf"},
                   {-1.0 / 0.0, "-inf"},
                   {-0.0, "-0"},
                   {0x1p-1074, "4.9406564584124654e-324"},
                   {-0x1.8p-1023, "-1.668805393880401e-308"}};
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "table firms: column cash_vnd, record 1501: the value %s is not allowed (wrong rows: 1)",
                 planted[i].text);
        double sound = f.firm.cash_vnd[1501];
        f.firm.cash_vnd[1501] = planted[i].value;
        check_fault(&f, text);
        f.firm.cash_vnd[1501] = sound;
        check_sound(&f);
    }
    table_free(&f.table);
}

static void test_audit_finds_wrong_floats(void **state)
{
    (void)state;
    static const struct {
        uint32_t bits;
        const char *text;
    } planted[] = {{0x7fc00000, "nan"},
                   {0x7f800000, "inf"},
                   {0xff800000, "-inf"},
                   {0x80000000, "-0"},
                   {0x00000001, "1.4012984643248171e-45"},
                   {0x807fffff, "-1.1754942106924411e-38"}};
    struct fixture f;
    fixture_make(&f, ROWS, 5, 1);
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "table firms: column quality[2], record 2495: the value %s is not allowed (wrong rows: 1)",
                 planted[i].text);
        memcpy(cell(&f, QUALITY, 2, 2490), &planted[i].bits, sizeof planted[i].bits);
        check_fault(&f, text);
    }
    table_free(&f.table);
}

static void test_audit_counts_and_names_the_first(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    uint64_t nan_bits = UINT64_C(0x7ff8000000000000);
    for (int64_t row = 1030; row < 2200; row += 13) {
        memcpy(&f.firm.stock_vnd[row], &nan_bits, sizeof nan_bits);
        f.firm.stock_vnd[f.table.capacity + row] = -0.0;
    }
    for (int threads = 1; threads <= 3; threads += 2) {
        struct error err = {0};
        f.table.threads = threads;
        assert_int_equal(table_audit(&f.table, &err), ERROR_WORK);
        assert_int_equal(err.faults_n, 2);
        assert_string_equal(err.text[0],
                            "table firms: column stock_vnd[0], record 1030: the value nan is not "
                            "allowed (wrong rows: 90)");
        assert_string_equal(err.text[1], "table firms: column stock_vnd[1], record 1030: the value -0 is not "
                                         "allowed (wrong rows: 90)");
    }
    table_free(&f.table);
}

static void test_audit_finds_a_repeated_id(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    f.firm.id[2000] = 7;
    check_fault(&f, "table firms: column id, record 7: rows 7 and 2000 both hold it (repeated: 1)");
    f.firm.id[2000] = 2000;
    f.firm.id[8] = 7; // the ids still never fall
    check_fault(&f, "table firms: column id, record 7: rows 7 and 8 both hold it (repeated: 1)");
    f.firm.id[10] = f.firm.id[11] = f.firm.id[12] = 3;
    check_fault(&f, "table firms: column id, record 3: rows 3 and 10 both hold it (repeated: 4)");
    table_free(&f.table);
}

static void test_audit_finds_alive_that_is_neither_0_nor_1(void **state)
{
    (void)state;
    struct fixture f;
    fixture_make(&f, ROWS, 0, 1);
    f.firm.alive[99] = 2;
    check_fault(&f, "table firms: column alive, record 99: the value 2 is not allowed (wrong rows: 1)");
    table_free(&f.table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_of_every_type),
        cmocka_unit_test(test_digest_forgets_rows_and_threads),
        cmocka_unit_test(test_digest_known_answer),
        cmocka_unit_test(test_digest_sees_every_bit),
        cmocka_unit_test(test_digest_sees_values_that_change_places),
        cmocka_unit_test(test_digest_is_of_the_living),
        cmocka_unit_test(test_mix_counts_the_order),
        cmocka_unit_test(test_audit_takes_all_sound_numbers),
        cmocka_unit_test(test_audit_finds_wrong_numbers),
        cmocka_unit_test(test_audit_finds_wrong_floats),
        cmocka_unit_test(test_audit_counts_and_names_the_first),
        cmocka_unit_test(test_audit_finds_a_repeated_id),
        cmocka_unit_test(test_audit_finds_alive_that_is_neither_0_nor_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
