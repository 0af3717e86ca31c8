// firm_panel: two firms and a part of a split, month by month, into firm-years and a life table.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "analysis/firm_panel.h"
#include "tests/unit/near.h"
#include "tests/unit/run_fixture.h"

enum { UNTRADING, OPERATING, SUSPENDED, CEASED, GONE };

static const char *const names[] = {"month",          "id",
                                    "ancestor",       "weight",
                                    "birth_month",    "sector",
                                    "ownership",      "startup",
                                    "status",         "first_sale_month",
                                    "workers",        "capital_vnd",
                                    "sales_vnd",      "value_added_vnd",
                                    "invested_month", "project_spent_vnd",
                                    "project_event"};
enum {
    MONTH,
    ID,
    ANCESTOR,
    WEIGHT,
    BIRTH,
    SECTOR,
    OWNERSHIP,
    STARTUP,
    STATUS,
    FIRST_SALE,
    WORKERS,
    CAPITAL,
    SALES,
    VALUE_ADDED,
    INVESTED,
    SPENT,
    EVENT,
    NAMES_N
};

struct row {
    double of[NAMES_N];
};

static struct row rows[100];
static int rows_n;

// Firm 1 operates from the run's start; buys 50 in month 15 on a capital that wears 1 % a month; research in
// month 20. Firm 2 registers in month 6, sells from month 8, ceases in month 20, is gone in month 22. Firm 9
// is split off firm 1 in month 14.
static void fill(void)
{
    double capital = 100;
    rows_n = 0;
    for (int m = 0; m < 24; m++) {
        struct row one = {{m, 1, 1, 5, -30, 2, 0, 0, OPERATING, -32768, 10 + m, 0, 100, 40, -32768}};
        capital *= m == 0 ? 1 : 0.99;
        capital += m == 15 ? 50 : 0;
        one.of[CAPITAL] = capital;
        one.of[INVESTED] = m >= 15 ? 15 : -32768;
        one.of[SPENT] = m == 20 ? 7 : 0;
        one.of[WEIGHT] = m >= 14 ? 3 : 5;
        rows[rows_n++] = one;
        if (m >= 6 && m <= 22) {
            const double status = m < 8 ? UNTRADING : m < 20 ? OPERATING : m < 22 ? CEASED : GONE;
            rows[rows_n++] = (struct row){{m, 2, 2, 4, 6, 0, 0, 0, status, m < 8 ? -32768 : 8, 3, 10,
                                           status == OPERATING ? 20 : 0, 9, -32768}};
        }
        if (m >= 14) {
            struct row part = one;
            part.of[ID] = 9;
            part.of[WEIGHT] = 2;
            rows[rows_n++] = part;
        }
    }
}

static struct run_data *run_with_panel(int columns_n)
{
    struct run_data *data = run_fixture("base");
    const int dim = data_dim_add(data, "row", "", "", rows_n, NULL, NULL);
    for (int k = 0; k < columns_n; k++) {
        struct data_var var = {.group = "panel",
                               .long_name = "",
                               .unit = "",
                               .definition = "",
                               .cell_methods = "",
                               .source = "",
                               .type = k == ID || k == ANCESTOR ? DATA_I64 : DATA_F64,
                               .dims_n = 1,
                               .dim = {dim}};
        snprintf(var.name, sizeof var.name, "%s", names[k]);
        const int index = data_var_add(data, &var);
        for (int i = 0; i < rows_n; i++) {
            if (var.type == DATA_I64)
                ((int64_t *)data->var[index].value)[i] = (int64_t)rows[i].of[k];
            else
                ((double *)data->var[index].value)[i] = rows[i].of[k];
        }
    }
    return data;
}

static void test_years(void **state)
{
    (void)state;
    struct firm_panel *p;
    struct error err = {0};
    fill();
    struct run_data *data = run_with_panel(NAMES_N);
    assert_int_equal(firm_panel_create(&p, data, &err), ERROR_NONE);
    assert_int_equal(p->n, 5);
    const struct firm_year *y = &p->year[1]; // firm 1 in 2015
    assert_int_equal(y->firm, 1);
    assert_int_equal(y->year, 2015);
    assert_int_equal(y->age_months, 42);
    assert_true(y->was == FIRM_OPERATING && y->is == FIRM_OPERATING && y->whole && y->active);
    assert_false(p->year[0].active);
    assert_near(y->weight, 5, 0); // of its first month
    assert_near(y->workers_before, 21, 0);
    assert_near(y->workers, 33, 0);
    assert_near(y->sales_vnd, 1200, 0);
    assert_near(y->worker_years, (22 + 33) / 2.0, 1e-9);
    assert_near(y->capital_before_vnd, 100 * pow(0.99, 11), 1e-9);
    assert_near(y->investment_vnd, 50, 1e-9);
    assert_ptr_equal(firm_panel_before(p, 1, 1), &p->year[0]);
    assert_null(firm_panel_before(p, 0, 1));
    assert_true(isnan(p->year[0].workers_before) && p->year[0].was == FIRM_ABSENT && p->year[0].whole);
    y = &p->year[2]; // firm 2 in its first year
    assert_true(y->age_months < 0 && y->was == FIRM_ABSENT && y->is == FIRM_OPERATING && !y->whole);
    y = &p->year[3]; // and in its last
    assert_true(y->was == FIRM_OPERATING && y->is == FIRM_GONE && isnan(y->workers));
    y = &p->year[4]; // the part is no entrant, and shares the group of what it was split from
    assert_true(y->firm == 9 && y->was == FIRM_ABSENT && y->age_months == 42);
    assert_int_equal(y->group, p->year[0].group);
    firm_panel_free(p);
    data_free(data);
}

// Firm 2 alone was registered in the run: at risk in the months 8 to 19, ages 0 to 11, ended in the last.
static void test_life_table(void **state)
{
    (void)state;
    struct firm_panel *p;
    struct error err = {0};
    double at_risk[FIRM_LIFE_MONTHS] = {0}, ended = 0;
    fill();
    struct run_data *data = run_with_panel(NAMES_N);
    assert_int_equal(firm_panel_create(&p, data, &err), ERROR_NONE);
    for (int g = 0; g < FIRM_GROUPS; g++)
        for (int age = 0; age < FIRM_LIFE_MONTHS; age++) {
            at_risk[age] += p->at_risk[g][age];
            ended += age == 11 ? p->ended[g][age] : 1e9 * p->ended[g][age];
        }
    assert_near(at_risk[0], 4, 0);
    assert_near(at_risk[11], 4, 0);
    assert_near(at_risk[12], 0, 0);
    assert_near(ended, 4, 0);
    firm_panel_free(p);
    data_free(data);
}

static void test_refused(void **state)
{
    (void)state;
    struct firm_panel *p;
    struct error err = {0};
    struct run_data *data = run_fixture("base");
    assert_int_equal(firm_panel_create(&p, data, &err), ERROR_INPUT);
    assert_string_equal(err.text[0], "the run has no panel of firms; allowed: run --panel SHARE");
    data_free(data);
    fill();
    data = run_with_panel(NAMES_N - 1);
    err = (struct error){0};
    assert_int_equal(firm_panel_create(&p, data, &err), ERROR_INPUT);
    assert_string_equal(err.text[0], "the panel has no column 'project_event'");
    assert_null(p);
    data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_years), cmocka_unit_test(test_life_table),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
