// hindcast: forecasts and errors worked out by hand, and a series against a small run.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include "analysis/hindcast.h"
#include "tests/unit/near.h"
#include "tests/unit/run_fixture.h"

static void test_last_growth(void **state)
{
    (void)state;
    const double history[] = {7, 100, 110}, gap[] = {100, (double)NAN, 110}, one[] = {5};
    double out[2];
    hindcast_last_growth(history, 3, 2, out);
    assert_near(out[0], 121, 1e-9);
    assert_near(out[1], 133.1, 1e-9);
    hindcast_last_growth(gap, 3, 2, out);
    assert_true(isnan(out[0]));
    hindcast_last_growth(one, 1, 2, out);
    assert_true(isnan(out[1]));
}

// Growth rates that obey g' = 0.02 + 0.5 g are found and continued.
static void test_ar1(void **state)
{
    (void)state;
    double history[8] = {100}, out[2], g = 0.10, level;
    for (int i = 1; i < 8; i++, g = 0.02 + 0.5 * g)
        history[i] = history[i - 1] * exp(g);
    hindcast_ar1(history, 8, 2, out);
    level = history[7] * exp(g);
    assert_near(out[0], level, 1e-6);
    assert_near(out[1], level * exp(0.02 + 0.5 * g), 1e-6);
    hindcast_ar1(history, 5, 2, out); // three pairs of growth rates
    assert_true(isnan(out[0]));
    history[3] = (double)NAN; // takes three of the six pairs
    hindcast_ar1(history, 8, 2, out);
    assert_true(isnan(out[0]));
}

// Off by 3, -4 and 0 of 10, 20, 15: RMSE sqrt(25/3), MAE 7/3; no change from 10 is off by 0, 10, 5.
static void test_errors(void **state)
{
    (void)state;
    const double forecast[] = {13, 16, 15}, observed[] = {10, 20, 15};
    const struct hindcast_error e = hindcast_errors(forecast, observed, 3, 10);
    assert_near(e.rmse, sqrt(25.0 / 3), 1e-12);
    assert_near(e.mae, 7.0 / 3, 1e-12);
    assert_near(e.mape, (0.3 + 0.2) / 3, 1e-12);
    assert_near(e.theil_u, sqrt(25.0 / 125), 1e-12);
}

#define HEADER "series,title,metric,group,statistic,scale,year,value,fact_id\n"

static int read_text(struct hindcast_series *series, const char *text, struct error *err)
{
    FILE *file = fopen("series.csv", "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return hindcast_series_read(series, "series.csv", err);
}

// The run: 1100 + 110 in December 2014 (mean of the replicates 1210), 1330 and 1450 a year and two later.
static void test_series(void **state)
{
    (void)state;
    struct run_data *data = run_fixture("base");
    struct hindcast_series series;
    struct hindcast *h;
    struct error err = {0}, missing = {0};
    assert_int_equal(read_text(&series,
                               HEADER "n,Firms,enterprises_n,,end,level,2013,500,f\n"
                                      "n,Firms,enterprises_n,,end,level,2014,1000,f\n"
                                      "n,Firms,enterprises_n,,end,level,2015,1300,f\n"
                                      "n,Firms,enterprises_n,,end,level,2016,1500,f\n"
                                      "n,Firms,enterprises_n,,end,level,2020,9,f\n"
                                      "i,Index,enterprises_n,,end,index,2014,50,f\n"
                                      "i,Index,enterprises_n,,end,index,2015,60,f\n"
                                      "o,None,entries_n,,sum,level,2015,60,f\n",
                               &err),
                     ERROR_NONE);
    assert_int_equal(hindcast_create(&h, data, &series, 2014, &missing, &err), ERROR_NONE);
    assert_int_equal(h->rows_n, 2);
    assert_string_equal(missing.text[0], "o: has no observation in the origin year 2014");
    const struct hindcast_row *row = &h->row[0];
    assert_int_equal(row->years_n, 4); // 2020 lies behind the run's end
    assert_int_equal(row->ahead_n, 2);
    assert_true(isnan(row->year[0].model.mean));
    assert_near(row->year[2].forecast[HINDCAST_MODEL], 1330, 1e-9);
    assert_near(row->year[3].forecast[HINDCAST_MODEL_GROWTH], 1000 * 1450.0 / 1210, 1e-9);
    assert_near(row->year[3].forecast[HINDCAST_LAST_GROWTH], 4000, 1e-9);
    assert_true(isnan(row->year[3].forecast[HINDCAST_AR1]));
    assert_near(row->score[HINDCAST_MODEL].error.rmse, sqrt((900 + 2500) / 2.0), 1e-9);
    assert_near(row->score[HINDCAST_MODEL].error.theil_u, sqrt(3400.0 / (90000 + 250000)), 1e-9);
    assert_true(isnan(row->score[HINDCAST_LAST_GROWTH].test.p)); // two years
    // the index: each replicate over its own 2014, data 120
    assert_near(h->row[1].year[1].observed, 120, 1e-9);
    assert_near(h->row[1].year[1].model.mean, 100.0 / 3 * (1230.0 / 1110 + 1330.0 / 1210 + 1430.0 / 1310),
                1e-9);
    hindcast_free(h);
    hindcast_series_free(&series);
    data_free(data);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {HEADER "a,A,x,,som,level,2014,1,f\n",
         "series.csv:2: a: unknown statistic 'som'; did you mean 'sum'?"},
        {HEADER "a,A,x,,sum,log,2014,1,f\n", "series.csv:2: a: scale: 'log'; allowed: level, index"},
        {HEADER "a,A,x,,sum,level,2014,0,f\n", "series.csv:2: a: value: is not above 0"},
        {HEADER "a,A,x,,sum,level,2014,1,f\na,A,x,,sum,level,2014,1,f\n",
         "series.csv:3: a: year: is not after the one before"},
        {HEADER "a,A,x,,sum,level,2014,1,f\nb,A,x,,sum,level,2014,1,f\na,A,x,,sum,level,2015,1,f\n",
         "series.csv:4: series 'a' stands in two places"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hindcast_series series;
        struct error err = {0};
        assert_int_equal(read_text(&series, cases[i].text, &err), ERROR_INPUT);
        assert_string_equal(err.text[0], cases[i].message);
        hindcast_series_free(&series);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_growth), cmocka_unit_test(test_ar1),     cmocka_unit_test(test_errors),
        cmocka_unit_test(test_series),      cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
