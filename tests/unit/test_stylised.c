// stylised: rows of facts, their evaluation and what is refused.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/stylised.h"
#include "analysis/stylised_figure.h"
#include "tests/unit/near.h"

#define HEADER                                                                                               \
    "id,title,estimator,parameter,min_workers,max_workers,sector,first_year,last_year,low,high,source\n"

static int read_text(struct stylised_facts *facts, const char *text, struct error *err)
{
    FILE *file = fopen("facts.csv", "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return stylised_facts_read(facts, "facts.csv", err);
}

enum { N = 4000 };

// A quarter of the firms of each group of 20 exits; growth rates are spread evenly.
static struct firm_panel *panel(void)
{
    static struct firm_year rows[2 * N];
    for (int i = 0; i < N; i++)
        for (int t = 0; t < 2; t++)
            rows[2 * i + t] = (struct firm_year){.firm = i,
                                                 .year = 2015 + t,
                                                 .age_months = 60 + 12 * t,
                                                 .was = FIRM_OPERATING,
                                                 .is = i % 4 == 0 && t == 1 ? FIRM_GONE : FIRM_OPERATING,
                                                 .sector = i % 2 ? 1 : 0,
                                                 .whole = i % 4 != 0,
                                                 .weight = 2,
                                                 .workers_before = 1 + i % 200,
                                                 .workers = 2 + i % 200,
                                                 .sales_vnd = t ? exp((i % 101 - 50) / 100.0) : 1,
                                                 .value_added_vnd = 1 + i % 10,
                                                 .worker_years = 1,
                                                 .capital_before_vnd = 1,
                                                 .investment_vnd = i % 3};
    return firm_panel_of(rows, 2 * N);
}

static void test_rows(void **state)
{
    (void)state;
    static const char *const sectors[] = {"trade", "manufacturing"};
    struct stylised_facts facts;
    struct stylised *s;
    struct error err = {0}, missing = {0};
    struct run_data *data = data_create();
    struct firm_panel *p = panel();
    data_dim_add(data, "sector", "", "", 2, sectors, NULL);
    assert_int_equal(read_text(&facts,
                               HEADER "in,A,survival_of_year,,,,,2016,2016,0.75,,s\n"
                                      "out,B,survival_of_year,,,,,2016,2016,,0.74,s\n"
                                      "sector,C,survival_of_year,,,,manufacturing,2016,2016,1,1,s\n"
                                      "gone,D,survival_of_year,,,,mining,2016,2016,0,1,s\n"
                                      "few,E,survival_of_year,,1e6,,,2016,2016,0,1,s\n"
                                      "with,F,investment_above,0.5,,,,2016,2016,0,1,s\n",
                               &err),
                     ERROR_NONE);
    assert_int_equal(stylised_create(&s, p, data, &facts, &missing, &err), ERROR_NONE);
    assert_near(s->row[0].value.mean, 0.75, 1e-12);
    assert_true(s->row[0].value.low < 0.75 && s->row[0].value.low > 0.72 && s->row[0].value.high < 0.78);
    assert_true(s->row[0].inside);
    assert_false(s->row[1].inside);
    assert_near(s->row[2].value.mean, 1, 1e-12); // the exits have even numbers, sector 0
    assert_near(s->row[2].value.high - s->row[2].value.low, 0, 1e-9);
    assert_false(s->row[3].inside || s->row[4].inside);
    assert_int_equal(stylised_inside(s), 3);
    assert_int_equal(missing.faults_n, 2);
    assert_string_equal(missing.text[0], "gone: the run has no sector 'mining'");
    assert_string_equal(missing.text[1], "few: too few firms in the panel of 2016 to 2016");
    char *out = NULL;
    size_t n;
    FILE *to = open_memstream(&out, &n);
    assert_int_equal(stylised_print(s, REPORT_TEXT, to), 0);
    fclose(to);
    assert_non_null(strstr(out, "3 of 6 facts inside their accepted range\n"));
    assert_non_null(strstr(out, "manufacturing, 2016-2016"));
    free(out);
    stylised_free(s);
    stylised_facts_free(&facts);
    firm_panel_free(p);
    data_free(data);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *row, *message;
    } cases[] = {
        {"a,A,growth_shap,,,,,2015,2016,0,1,s\n",
         "facts.csv:2: a: unknown estimator 'growth_shap'; did you mean 'growth_shape'?"},
        {"a,A,high_growth,,,,,2015,2016,0,1,s\n", "facts.csv:2: a: parameter: is missing"},
        {"a,A,turnover,1,,,,2015,2016,0,1,s\n", "facts.csv:2: a: parameter: this estimator has none"},
        {"a,A,turnover,,,,,2017,2016,0,1,s\n", "facts.csv:2: a: last_year: is before first_year"},
        {"a,A,turnover,,,,,2015,2016,,,s\n", "facts.csv:2: a: low and high: one of them must be given"},
        {"a,A,turnover,,,,,2015,2016,1,0,s\n", "facts.csv:2: a: high: is below low"},
        {"a,A,turnover,,,,,2015,2016,0,1,\n", "facts.csv:2: a: source: is missing"},
        {"a,A,turnover,,,,,2015,2016,0,1,s\na,A,turnover,,,,,2015,2016,0,1,s\n",
         "facts.csv:3: id 'a' stands twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        struct stylised_facts facts;
        struct error err = {0};
        snprintf(text, sizeof text, "%s%s", HEADER, cases[i].row);
        assert_int_equal(read_text(&facts, text, &err), ERROR_INPUT);
        assert_string_equal(err.text[0], cases[i].message);
        stylised_facts_free(&facts);
    }
}

// Every figure writes a header and rows of as many fields.
static void test_figures(void **state)
{
    (void)state;
    struct firm_panel *p = panel();
    const struct stylised_ask ask = {(double)NAN, (double)NAN, (double)NAN, 2016, 2016, -1, -1};
    for (int g = 0; g < FIRM_GROUPS; g++)
        for (int age = 0; age < 24; age++)
            p->at_risk[g][age] = 1;
    for (int i = 0; i < stylised_figures_n; i++) {
        char *out = NULL;
        size_t n;
        int fields = 1, lines = 0;
        FILE *to = open_memstream(&out, &n);
        stylised_figures[i].write(p, &ask, to);
        fclose(to);
        for (const char *c = out; *c != '\n'; c++)
            fields += *c == ',';
        for (const char *line = out; *line; line = strchr(line, '\n') + 1, lines++) {
            int here = 1;
            for (const char *c = line; *c != '\n'; c++)
                here += *c == ',';
            assert_int_equal(here, fields);
        }
        assert_true(lines > 5);
        assert_null(strstr(out, "nan"));
        free(out);
    }
    firm_panel_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_figures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
