// The registry of kinds: found by name and by index, in the order of the list. tests/contract/test_kinds.c
// looks at each kind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models/programme.h"

static int count(void)
{
    int n = 0;
    while (instrument_at(n))
        n++;
    return n;
}

static void kinds_are_found_by_name(void **state)
{
    static const char *const name[] = {"subsidy",       "loan",       "guarantee",    "equity",
                                       "fund_of_funds", "tax_relief", "rd_allowance", "investor_tax_relief"};
    (void)state;
    assert_true(count() >= 8);
    for (int k = 0; k < 8; k++) {
        assert_int_equal(instrument_find(name[k]),
                         k); // the index is part of a programme: kinds are only appended
        assert_string_equal(instrument_at(k)->name, name[k]);
    }
    for (int k = 8; k < count(); k++)
        assert_int_equal(instrument_find(instrument_at(k)->name), k);
}

static void what_is_not_there_is_not_found(void **state)
{
    (void)state;
    assert_null(instrument_at(-1));
    assert_null(instrument_at(count()));
    assert_null(instrument_at(1000000));
    assert_int_equal(instrument_find("grant"), -1);
    assert_int_equal(instrument_find(""), -1);
    assert_int_equal(instrument_find("subsidy "), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_found_by_name),
        cmocka_unit_test(what_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
