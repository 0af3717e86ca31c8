// Numbers and their text: the strict form, exact integers, round trips.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>
#include <stdio.h>
#include <string.h>
#include "sim/number.h"

static const double untouched = 77;

static void test_real(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } table[] = {
        {"0", 0},
        {"12", 12},
        {"-1", -1},
        {"+1", 1},
        {"0.05", 0.05},
        {".5", 0.5},
        {"5.", 5},
        {"1462e9", 1462e9},
        {"1E2", 100},
        {"1e+2", 100},
        {"1e-2", 0.01},
        {"007", 7},
        {"0e999999999999999999999", 0},
        {"1.7976931348623157e308", DBL_MAX},
        {"2.2250738585072014e-308", DBL_MIN},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double value = untouched;
        assert_int_equal(number_real(table[i].text, &value), NUMBER_OK);
        assert_true(value == table[i].value);
    }
}

static void test_real_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum number_fault fault;
    } table[] = {
        {"", NUMBER_FORM},
        {"12O", NUMBER_FORM},
        {"1_000", NUMBER_FORM},
        {"1,5", NUMBER_FORM},
        {"0x10", NUMBER_FORM},
        {"inf", NUMBER_FORM},
        {"nan", NUMBER_FORM},
        {".inf", NUMBER_FORM},
        {"-", NUMBER_FORM},
        {".", NUMBER_FORM},
        {"e5", NUMBER_FORM},
        {"1e", NUMBER_FORM},
        {"1e+", NUMBER_FORM},
        {"1e5.0", NUMBER_FORM},
        {"1.2.3", NUMBER_FORM},
        {" 1", NUMBER_FORM},
        {"1 ", NUMBER_FORM},
        {"--1", NUMBER_FORM},
        {"1e309", NUMBER_RANGE},
        {"-1e309", NUMBER_RANGE},
        {"1e-400", NUMBER_RANGE},
        {"1e-310", NUMBER_RANGE},
        {"4.9406564584124654e-324", NUMBER_RANGE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double value = untouched;
        assert_int_equal(number_real(table[i].text, &value), table[i].fault);
        assert_true(value == untouched);
    }
}

static void test_minus_zero_is_zero(void **state)
{
    (void)state;
    double value = untouched, zero = 0;
    assert_int_equal(number_real("-0", &value), NUMBER_OK);
    assert_memory_equal(&value, &zero, sizeof value);
    assert_int_equal(number_real("-0e5", &value), NUMBER_OK);
    assert_memory_equal(&value, &zero, sizeof value);
}

static void test_length(void **state)
{
    (void)state;
    char text[NUMBER_TEXT_MAX + 1];
    double value = untouched;
    int64_t whole = 77;
    memset(text, '0', sizeof text);
    text[NUMBER_TEXT_MAX] = '\0';
    assert_int_equal(number_real(text, &value), NUMBER_LONG);
    assert_int_equal(number_whole(text, &whole), NUMBER_LONG);
    text[NUMBER_TEXT_MAX - 1] = '\0';
    assert_int_equal(number_real(text, &value), NUMBER_OK);
    assert_int_equal(number_whole(text, &whole), NUMBER_OK);
    assert_int_equal(whole, 0);
    memset(text, '9', NUMBER_TEXT_MAX - 1); // as many digits as the reader must hold
    assert_int_equal(number_whole(text, &whole), NUMBER_RANGE);
}

static void test_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } table[] = {
        {"0", 0},
        {"-0.000", 0},
        {"0e99999", 0},
        {"12", 12},
        {"-12", -12},
        {"1462e9", INT64_C(1462000000000)},
        {"1.5e3", 1500},
        {"15000e-1", 1500},
        {"1200.00", 1200},
        {"9007199254740993", INT64_C(9007199254740993)}, // no double
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
        {"922337203685477580.7e1", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        int64_t value = 77;
        assert_int_equal(number_whole(table[i].text, &value), NUMBER_OK);
        assert_true(value == table[i].value);
    }
}

static void test_whole_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum number_fault fault;
    } table[] = {
        {"0.5", NUMBER_FRACTION},
        {"1.5e0", NUMBER_FRACTION},
        {"1e-1", NUMBER_FRACTION},
        {"9007199254740992.5", NUMBER_FRACTION}, // a double would round it to a whole
        {"1e-99999999999999999999", NUMBER_FRACTION},
        {"1e99999999999999999999", NUMBER_RANGE},
        {"9223372036854775808", NUMBER_RANGE},
        {"18446744073709551617", NUMBER_RANGE},
        {"1e19", NUMBER_RANGE},
        {"1 2", NUMBER_FORM},
        {"", NUMBER_FORM},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        int64_t value = 77;
        assert_int_equal(number_whole(table[i].text, &value), table[i].fault);
        assert_true(value == 77);
    }
}

static void test_fault_texts_differ(void **state)
{
    (void)state;
    for (int a = NUMBER_OK; a <= NUMBER_FRACTION; a++) {
        for (int b = NUMBER_OK; b < a; b++)
            assert_string_not_equal(number_fault_text((enum number_fault)a),
                                    number_fault_text((enum number_fault)b));
    }
    assert_string_equal(number_fault_text(NUMBER_FORM), "is not a number");
}

static void test_format(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text, *brief;
    } table[] = {
        {0, "0", "0"},
        {-1, "-1", "-1"},
        {0.05, "0.05", "0.05"},
        {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
        {1462e9, "1462000000000", "1.462e12"},
        {1e15, "1.0e+15", "1e15"},
        {1.5e300, "1.5e+300", "1.5e300"},
        {1e-5, "1.0e-05", "1e-5"},
        {1e7, "10000000", "1e7"},
        {12345678, "12345678", "12345678"},
        {DBL_MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[32];
        number_format(table[i].value, text, sizeof text);
        assert_string_equal(text, table[i].text);
        number_format_short(table[i].value, text, sizeof text);
        assert_string_equal(text, table[i].brief);
    }
}

static void check_round_trip(double value)
{
    char text[32];
    double back = untouched;
    number_format(value, text, sizeof text);
    assert_int_equal(number_real(text, &back), NUMBER_OK);
    assert_memory_equal(&back, &value, sizeof value);
    number_format_short(value, text, sizeof text);
    assert_int_equal(number_real(text, &back), NUMBER_OK);
    assert_memory_equal(&back, &value, sizeof value);
}

// Random bit patterns: every normal double must come back.
static void test_round_trip(void **state)
{
    (void)state;
    uint64_t bits = UINT64_C(0x9e3779b97f4a7c15);
    int tried = 0;
    for (int i = 0; i < 50000; i++) {
        double value;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        double size = value < 0 ? -value : value;
        if (size >= DBL_MIN && size <= DBL_MAX) {
            check_round_trip(value);
            tried++;
        }
        check_round_trip((double)(bits >> 40) / 1000);
    }
    assert_true(tried > 40000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real),
        cmocka_unit_test(test_real_faults),
        cmocka_unit_test(test_minus_zero_is_zero),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_whole_faults),
        cmocka_unit_test(test_fault_texts_differ),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
