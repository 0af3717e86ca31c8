// The macro path: data years as published, later years drawn once per replicate, prices and wages
// compounding.
#include <math.h>
#include "tests/unit/world_fixture.h"

// A world without agents: all that the phase reads and writes is the climate.
static struct world *bare(const struct model *model, uint32_t replicate)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->model = model;
    w->rng = (struct rng){(uint32_t)model->run.seed, replicate};
    return w;
}

// Runs the phase from the first month to the last month of `year`.
static void until(const struct model *model, struct world *w, int64_t year)
{
    while (model->run.start + w->month < field_month(year, 12)) {
        w->month++;
        environment_step(model, w);
    }
}

static double datum(const struct series *series, int64_t year)
{
    return series->value[year - series->first_year];
}

static void data_years_are_as_published(void **state)
{
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", NULL);
    const struct environment *e = &model->environment;
    struct world *w = bare(model, 5);
    environment_step(model, w);
    assert_int_equal(w->climate.year, 2014);
    assert_int_equal(w->climate.month_of_year, 0);
    for (int64_t year = 2014; year <= 2024; year++) {
        until(model, w, year);
        assert_int_equal(w->climate.year, year);
        assert_int_equal(w->climate.month_of_year, 11);
        assert_true(w->climate.real_growth == datum(&e->gdp_growth, year));
        assert_true(w->climate.inflation == datum(&e->inflation, year));
        assert_true(w->climate.exchange_rate == datum(&e->exchange_rate, year));
        assert_true(w->climate.tax_rate_small == datum(&e->tax_rate_small, year));
        assert_true(w->climate.tax_rate == datum(&e->tax_rate, year < 2016 ? year : 2016));
        if (year <= 2023)
            assert_true(w->climate.bank_rate == datum(&e->lending_rate, year));
    }
    until(model, w, 2030); // rates of law and the exchange rate stay
    assert_true(w->climate.exchange_rate == datum(&e->exchange_rate, 2024));
    assert_true(w->climate.tax_rate_small == 0.17);
    assert_true(w->climate.tax_rate == 0.20);
    free(w);
    free(model);
}

static void prices_and_wages_compound_monthly(void **state)
{
    static const char *const later_start[] = {"run.start=2016-07", NULL};
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", later_start);
    const struct environment *e = &model->environment;
    struct world *w = bare(model, 0);
    environment_step(model, w);
    assert_true(w->climate.price_level == 1.0 && w->climate.gdp_index == 1.0 &&
                w->climate.productivity_index == 1.0);
    environment_step(model, w); // the first month again changes nothing
    assert_true(w->climate.price_level == 1.0);
    assert_true(w->climate.wage_vnd == e->wage_vnd);
    until(model, w, 2018);
    const double years[3] = {5.0 / 12.0, 1.0, 1.0}; // August to December 2016, then whole years
    double prices = 1.0, gdp = 1.0;
    for (int64_t k = 0; k < 3; k++) {
        prices *= pow(1.0 + datum(&e->inflation, 2016 + k), years[k]);
        gdp *= pow(1.0 + datum(&e->gdp_growth, 2016 + k), years[k]);
    }
    assert_close(w->climate.price_level, prices, 1e-13);
    assert_close(w->climate.gdp_index, gdp, 1e-13);
    assert_close(w->climate.productivity_index, pow(1.0 + e->productivity_growth, 29.0 / 12.0), 1e-13);
    assert_close(w->climate.wage_vnd, e->wage_vnd * w->climate.price_level * w->climate.productivity_index,
                 1e-15);
    free(w);
    free(model);
}

// Mean and standard deviation over replicates of growth, inflation and the lending rate of a year.
struct spread {
    double mean[3], sd[3];
};

static struct spread over_replicates(const struct model *model, int64_t year)
{
    enum { REPLICATES = 4000 };
    double sum[3] = {0}, square[3] = {0};
    for (uint32_t k = 0; k < REPLICATES; k++) {
        struct world *w = bare(model, k);
        w->month = field_month(year, 6) - model->run.start;
        environment_step(model, w);
        const double x[3] = {w->climate.real_growth, w->climate.inflation, w->climate.bank_rate};
        assert_true(x[0] == environment_growth(model, w, year));
        for (int i = 0; i < 3; i++) {
            sum[i] += x[i];
            square[i] += x[i] * x[i];
        }
        free(w);
    }
    struct spread s;
    for (int i = 0; i < 3; i++) {
        s.mean[i] = sum[i] / REPLICATES;
        s.sd[i] = sqrt(fmax(0.0, square[i] / REPLICATES - s.mean[i] * s.mean[i]));
    }
    return s;
}

// The rows promise means and standard deviations of the years after the data; 4,000 replicates show them to
// about 1 %.
static void later_years_have_the_promised_spread(void **state)
{
    static const char *const none[] = {"run.until=2060-12", NULL};
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", none);
    const struct environment *e = &model->environment;
    const double mean[3] = {e->gdp_growth_later, e->inflation_later, e->lending_rate_later};
    const double sd[3] = {e->gdp_growth_sd, e->inflation_sd, e->lending_rate_sd};
    const struct spread late = over_replicates(model, 2050), data = over_replicates(model, 2020);
    for (int i = 0; i < 3; i++) {
        assert_true(fabs(late.mean[i] - mean[i]) < 4.0 * sd[i] / sqrt(4000.0));
        assert_close(late.sd[i], sd[i], 0.05);
        assert_true(data.sd[i] < 1e-7);
    }
    free(model);
}

static void later_years_begin_at_the_last_datum(void **state)
{
    static const char *const calm[] = {"economy.environment.gdp_growth_sd=0",
                                       "economy.environment.gdp_growth_persistence=0.5", NULL};
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", calm);
    struct world *w = bare(model, 0);
    const struct environment *e = &model->environment;
    const double gap = datum(&e->gdp_growth, 2024) - e->gdp_growth_later;
    assert_close(environment_growth(model, w, 2025), e->gdp_growth_later + 0.5 * gap, 1e-14);
    assert_close(environment_growth(model, w, 2027), e->gdp_growth_later + 0.125 * gap, 1e-14);
    assert_true(environment_growth(model, w, 2010) ==
                datum(&e->gdp_growth, 2014)); // before the data: the first datum
    free(w);
    free(model);
}

static void a_path_belongs_to_seed_and_replicate(void **state)
{
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", NULL);
    struct world *a = bare(model, 3), *b = bare(model, 3), *c = bare(model, 4);
    b->month = 60; // asked from another month: the same path
    for (int64_t year = 2025; year <= 2030; year++) {
        assert_true(environment_growth(model, a, year) == environment_growth(model, b, year));
        assert_true(environment_growth(model, a, year) != environment_growth(model, c, year));
    }
    free(a);
    free(b);
    free(c);
    free(model);
}

static void the_lending_rate_stays_positive(void **state)
{
    static const char *const wild[] = {"economy.environment.lending_rate_sd=0.2",
                                       "economy.environment.lending_rate_later=0", NULL};
    (void)state;
    struct model *model = fixture_model("economies/vietnam.yaml", wild);
    double least = 1.0;
    for (uint32_t k = 0; k < 50; k++) {
        struct world *w = bare(model, k);
        until(model, w, 2030);
        least = w->climate.bank_rate < least ? w->climate.bank_rate : least;
        free(w);
    }
    assert_true(least == 0.01);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_years_are_as_published),
        cmocka_unit_test(prices_and_wages_compound_monthly),
        cmocka_unit_test(later_years_have_the_promised_spread),
        cmocka_unit_test(later_years_begin_at_the_last_datum),
        cmocka_unit_test(a_path_belongs_to_seed_and_replicate),
        cmocka_unit_test(the_lending_rate_stays_positive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
