#include "models/world.h"

const struct field environment_fields[] = {
    {"gdp_growth", FIELD_SERIES, "1/year",
     "2014: 0.06422, 2015: 0.06987, 2016: 0.0669, 2017: 0.0694, 2018: 0.07465, 2019: 0.07359, 2020: 0.02865, "
     "2021: 0.02562, 2022: 0.0802, 2023: 0.0505, 2024: 0.0709",
     -0.5, 0.5, offsetof(struct environment, gdp_growth), NULL, 0, "g_t",
     "Real growth of gross domestic product",
     "gdp_growth_2014 to gdp_growth_2022, mem_gdp_2023, mem_gdp_2024 (the last two unverified)"},
    {"inflation", FIELD_SERIES, "1/year",
     "2014: 0.04085, 2015: 0.00631, 2016: 0.02668, 2017: 0.0352, 2018: 0.0354, 2019: 0.02796, 2020: 0.03221, "
     "2021: 0.01835, 2022: 0.03157, 2023: 0.03253, 2024: 0.03621",
     -0.2, 1.0, offsetof(struct environment, inflation), NULL, 0, "\\pi_t", "Consumer price inflation",
     "cpi_2014 to cpi_2024"},
    {"lending_rate", FIELD_SERIES, "1/year",
     "2014: 0.08665, 2015: 0.07118, 2016: 0.0696, 2017: 0.07068, 2018: 0.07372, 2019: 0.07708, 2020: "
     "0.07648, "
     "2021: 0.07811, 2022: 0.08013, 2023: 0.09323",
     0.0, 1.0, offsetof(struct environment, lending_rate), NULL, 0, "r_t", "Mean lending rate of banks",
     "lending_rate_2014 to lending_rate_2023"},
    {"exchange_rate", FIELD_SERIES, "VND/USD",
     "2014: 21148, 2015: 21698, 2016: 21935, 2017: 22370, 2018: 22602, 2019: 23050, 2020: 23208, 2021: "
     "23160, "
     "2022: 23271, 2023: 23787, 2024: 24165",
     1.0, 1e6, offsetof(struct environment, exchange_rate), NULL, 0, "",
     "Exchange rate, constant after the last year",
     "mem_fx_2014 to mem_fx_2017 (unverified), fx_2018 to fx_2024"},
    {"tax_rate", FIELD_SERIES, "1", "2014: 0.22, 2015: 0.22, 2016: 0.20", 0.0, 1.0,
     offsetof(struct environment, tax_rate), NULL, 0, "\\tau",
     "Standard rate of corporate income tax, constant after the last year",
     "cit_standard_2014, cit_standard_2016, cit_standard_2025"},
    {"tax_rate_small", FIELD_SERIES, "1",
     "2014: 0.20, 2015: 0.20, 2016: 0.20, 2017: 0.20, 2018: 0.20, 2019: 0.20, 2020: 0.20, 2021: 0.20, 2022: "
     "0.20, "
     "2023: 0.20, 2024: 0.20, 2025: 0.20, 2026: 0.17",
     0.0, 1.0, offsetof(struct environment, tax_rate_small), NULL, 0, "",
     "Rate of small enterprises, constant after the last year",
     "cit_sme_2013, cit_small_2025 (from October 2025; taken from 2026)"},
    {"gdp_growth_later", FIELD_REAL, "1/year", "0.065", -0.1, 0.2,
     offsetof(struct environment, gdp_growth_later), NULL, 0, "", "Mean real growth after the last data year",
     "assumption: mean of gdp_growth_2014 to 2024 is 0.061, official plans are higher; range 0.05-0.08"},
    {"gdp_growth_sd", FIELD_REAL, "1/year", "0.015", 0.0, 0.2, offsetof(struct environment, gdp_growth_sd),
     NULL, 0, "", "Standard deviation of yearly growth after the last data year",
     "assumption: that of gdp_growth_2014 to 2024 is 0.018 with the pandemic, 0.004 without; range "
     "0.005-0.02"},
    {"gdp_growth_persistence", FIELD_REAL, "1", "0.4", 0.0, 0.99,
     offsetof(struct environment, gdp_growth_persistence), NULL, 0, "",
     "Yearly persistence of growth after the last data year",
     "assumption: usual for yearly growth; range 0.2-0.6"},
    {"inflation_later", FIELD_REAL, "1/year", "0.033", -0.1, 1.0,
     offsetof(struct environment, inflation_later), NULL, 0, "", "Mean inflation after the last data year",
     "assumption: mean of cpi_2016 to cpi_2024 is 0.031; range 0.025-0.04"},
    {"inflation_sd", FIELD_REAL, "1/year", "0.007", 0.0, 0.2, offsetof(struct environment, inflation_sd),
     NULL, 0, "", "Standard deviation of inflation after the last data year",
     "assumption: that of cpi_2016 to cpi_2024; range 0.004-0.015"},
    {"lending_rate_later", FIELD_REAL, "1/year", "0.078", 0.0, 1.0,
     offsetof(struct environment, lending_rate_later), NULL, 0, "",
     "Mean lending rate after the last data year",
     "assumption: mean of lending_rate_2016 to 2023 is 0.077; range 0.065-0.095"},
    {"lending_rate_sd", FIELD_REAL, "1/year", "0.006", 0.0, 0.2,
     offsetof(struct environment, lending_rate_sd), NULL, 0, "",
     "Standard deviation of the lending rate after the last data year",
     "assumption: that of lending_rate_2014 to 2023 is 0.007; range 0.003-0.012"},
    {"productivity_growth", FIELD_REAL, "1/year", "0.0539", -0.1, 0.2,
     offsetof(struct environment, productivity_growth), NULL, 0, "\\gamma",
     "Growth of real sales per worker of a firm of given quality", "gdp_per_employee_growth_2014_24"},
    {"wage_vnd", FIELD_REAL, "VND/month", "6.15e6", 1e5, 1e9, offsetof(struct environment, wage_vnd), NULL, 0,
     "w", "Mean wage of enterprise employees at the start; grows with prices and productivity",
     "wage_all_2017: 8.3e6 in 2017 at 10.5 % a year since 2010"},
    {"labour_cost_factor", FIELD_REAL, "1", "1.235", 1.0, 2.0,
     offsetof(struct environment, labour_cost_factor), NULL, 0, "",
     "Labour cost over the wage (employers' social contributions)",
     "assumption: statutory contributions of employers of 21.5-24 %; range 1.15-1.24"},
    {"insolvency_months", FIELD_REAL, "month", "60", 1.0, 240.0,
     offsetof(struct environment, insolvency_months), NULL, 0, "",
     "Time to resolve an insolvency, over which collateral is recovered",
     "assumption: about five years in published rankings for Vietnam (vn_bankruptcy_law: slow); range 36-72"},
    {"red_tape", FIELD_REAL, "1", "1", 0.0, 10.0, offsetof(struct environment, red_tape), NULL, 0, "",
     "Index of administrative burden: factor of paperwork and delay of every programme",
     "definition: 1 is the opening state"},
    {"ip_enforcement", FIELD_REAL, "1", "0.35", 0.0, 1.0, offsetof(struct environment, ip_enforcement), NULL,
     0, "",
     "Enforcement of intellectual property, 0 none to 1 best practice: share of imitation that it stops",
     "assumption: weak enforcement (vn_ip_law) multiplies value by 0.2-0.5; range 0.2-0.5"},
    {"motivation", FIELD_REAL, "1", "1", 0.0, 10.0, offsetof(struct environment, motivation), NULL, 0, "",
     "Index of the motivation to innovate (culture, awareness of the benefits): factor of the hazard of a "
     "project",
     "definition: 1 is the opening state"},
};
const int environment_fields_n = sizeof environment_fields / sizeof environment_fields[0];

// The value of a year: data, the last datum after them, the first before.
static double series_held(const struct series *series, int64_t year)
{
    int64_t i = year - series->first_year;
    i = i < 0 ? 0 : i < series->n ? i : series->n - 1;
    return series->value[i];
}

// A standard normal of the replicate for one macro quantity and year, truncated to +-3.
static double macro_normal(const struct world *world, int64_t year, uint32_t quantity)
{
    const struct rng_purpose why = {0, STREAM_MACRO_PATH, quantity};
    return vmath_clamp(rng_normal(world->rng, (uint64_t)year, why), -3.0, 3.0);
}

// AR(1) around `mean` of stationary standard deviation `sd` from the last datum on; the data themselves
// before.
static double macro_value(const struct world *world, const struct series *series, int64_t year, double mean,
                          double sd, double persistence, uint32_t quantity)
{
    const int64_t last = series->first_year + series->n - 1;
    if (year <= last)
        return series_held(series, year);
    const double news = sd * vmath_sqrt(1.0 - persistence * persistence);
    double deviation = series->value[series->n - 1] - mean;
    for (int64_t y = last + 1; y <= year; y++)
        deviation = persistence * deviation + news * macro_normal(world, y, quantity);
    return mean + deviation;
}

enum macro_quantity { MACRO_GROWTH, MACRO_INFLATION, MACRO_LENDING };

double environment_growth(const struct model *model, const struct world *world, int64_t year)
{
    const struct environment *e = &model->environment;
    return macro_value(world, &e->gdp_growth, year, e->gdp_growth_later, e->gdp_growth_sd,
                       e->gdp_growth_persistence, MACRO_GROWTH);
}

void environment_step(const struct model *model, struct world *world)
{
    const struct environment *e = &model->environment;
    struct climate *c = &world->climate;
    const int64_t month = model->run.start + world->month;
    const double twelfth = 1.0 / 12.0;

    c->year = 1970 + month / 12;
    c->month_of_year = month % 12;
    c->real_growth = environment_growth(model, world, c->year);
    shock_month(model, world);
    c->inflation =
        macro_value(world, &e->inflation, c->year, e->inflation_later, e->inflation_sd, 0.0, MACRO_INFLATION);
    const double rate = macro_value(world, &e->lending_rate, c->year, e->lending_rate_later,
                                    e->lending_rate_sd, 0.5, MACRO_LENDING);
    c->bank_rate = vmath_max(rate, 0.01);
    if (world->month == 0) {
        c->price_level = 1.0;
        c->gdp_index = 1.0;
        c->productivity_index = 1.0;
    } else {
        c->price_level *= vmath_pow(1.0 + c->inflation, twelfth);
        c->gdp_index *= vmath_pow(1.0 + c->real_growth, twelfth);
        c->productivity_index *= vmath_pow(1.0 + e->productivity_growth, twelfth);
    }
    c->wage_vnd = e->wage_vnd * c->price_level * c->productivity_index;
    c->exchange_rate = series_held(&e->exchange_rate, c->year);
    c->tax_rate = series_held(&e->tax_rate, c->year);
    c->tax_rate_small = series_held(&e->tax_rate_small, c->year);
    entry_institutions(model, world);
}
