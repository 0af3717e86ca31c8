// run_fixture: a small run of the shape that `mangrove run` writes, with numbers that are easy to follow, for
// the tests of the analysis: 3 replicates, 36 months from 2014-01.
//
//   enterprises_n          stock  1000 + 10 m + 100 r         (m: month 0-35, r: replicate)
//   ..._by_size_class             micro 70 %, small 30 % of it
//   entries_n              flow   m + 1
//   innovating_frac        stock  0.10 + 0.01 r; by size class micro 0.1, small 0.5
//   innovating_lens_frac_by_lens  first 0.2, second 0.4
//   startups_n             stock  10 + r
//   rare_frac              stock  missing in the first 12 months, then 0.25
//   programme_*, tax_forgone_vnd, fiscal_balance_vnd   flows, as run_fixture_set puts them; 0
#ifndef TESTS_UNIT_RUN_FIXTURE_H
#define TESTS_UNIT_RUN_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "sim/data.h"

enum { FIXTURE_REPLICATES = 3, FIXTURE_MONTHS = 36 };

// The variable's element of a replicate, month and label (0 without labels).
static inline double *run_fixture_at(const struct run_data *data, const char *name, int replicate, int month,
                                     int label)
{
    const struct data_var *var = data_var_find(data, "", name);
    const int64_t labels = var->n / (FIXTURE_REPLICATES * FIXTURE_MONTHS);
    return (double *)var->value + ((int64_t)replicate * FIXTURE_MONTHS + month) * labels + label;
}

// Sets all elements of a metric from `from` on: a + r * step by replicate.
static inline void run_fixture_set(const struct run_data *data, const char *name, int from, double a,
                                   double step)
{
    for (int r = 0; r < FIXTURE_REPLICATES; r++)
        for (int m = from; m < FIXTURE_MONTHS; m++)
            *run_fixture_at(data, name, r, m, 0) = a + r * step;
}

static inline void run_fixture_add(struct run_data *data, const char *name, const char *unit, int flow,
                                   int dim)
{
    struct data_var var = {.long_name = name, .unit = unit, .definition = "", .source = "", .type = DATA_F64};
    snprintf(var.name, sizeof var.name, "%s", name);
    var.cell_methods = flow ? "time: sum" : "time: point";
    var.dims_n = dim >= 0 ? 3 : 2;
    var.dim[0] = data_dim_find(data, "replicate");
    var.dim[1] = data_dim_find(data, "time");
    var.dim[2] = dim;
    data_var_add(data, &var);
}

static inline void run_fixture_dims(struct run_data *data)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char *const sizes[] = {"micro", "small"}, *const lenses[] = {"first", "second"},
                             *const keys[] = {"economy.credit.rate", "run.seed"};
    const double replicates[] = {0, 1, 2};
    double month_end[FIXTURE_MONTHS], day = -1.0;
    for (int m = 0; m < FIXTURE_MONTHS; m++) {
        day += days[m % 12] + (m == 25); // February 2016
        month_end[m] = day;
    }
    data_dim_add(data, "replicate", "1", "", FIXTURE_REPLICATES, NULL, replicates);
    data_dim_add(data, "time", "days since 2014-01-01", "", FIXTURE_MONTHS, NULL, month_end);
    data_dim_add(data, "size_class", "", "", 2, sizes, NULL);
    data_dim_add(data, "lens", "", "", 2, lenses, NULL);
    data_dim_add(data, "parameter", "", "", 2, keys, NULL);
}

static inline void run_fixture_fill(const struct run_data *data)
{
    for (int r = 0; r < FIXTURE_REPLICATES; r++) {
        for (int m = 0; m < FIXTURE_MONTHS; m++) {
            const double n = 1000.0 + 10.0 * m + 100.0 * r;
            *run_fixture_at(data, "enterprises_n", r, m, 0) = n;
            *run_fixture_at(data, "enterprises_n_by_size_class", r, m, 0) = 0.7 * n;
            *run_fixture_at(data, "enterprises_n_by_size_class", r, m, 1) = 0.3 * n;
            *run_fixture_at(data, "entries_n", r, m, 0) = m + 1.0;
            *run_fixture_at(data, "innovating_frac", r, m, 0) = 0.10 + 0.01 * r;
            *run_fixture_at(data, "innovating_frac_by_size_class", r, m, 0) = 0.1;
            *run_fixture_at(data, "innovating_frac_by_size_class", r, m, 1) = 0.5;
            *run_fixture_at(data, "innovating_lens_frac_by_lens", r, m, 0) = 0.2;
            *run_fixture_at(data, "innovating_lens_frac_by_lens", r, m, 1) = 0.4;
            *run_fixture_at(data, "startups_n", r, m, 0) = 10.0 + r;
            *run_fixture_at(data, "rare_frac", r, m, 0) = m < 12 ? (double)NAN : 0.25;
        }
    }
}

// The run; NULL for want of memory.
static inline struct run_data *run_fixture(const char *scenario)
{
    struct run_data *data = data_create();
    if (!data)
        return NULL;
    run_fixture_dims(data);
    run_fixture_add(data, "enterprises_n", "enterprises", 0, -1);
    run_fixture_add(data, "enterprises_n_by_size_class", "enterprises", 0, data_dim_find(data, "size_class"));
    run_fixture_add(data, "entries_n", "enterprises", 1, -1);
    run_fixture_add(data, "innovating_frac", "share", 0, -1);
    run_fixture_add(data, "innovating_frac_by_size_class", "share", 0, data_dim_find(data, "size_class"));
    run_fixture_add(data, "innovating_lens_frac_by_lens", "share", 0, data_dim_find(data, "lens"));
    run_fixture_add(data, "startups_n", "enterprises", 0, -1);
    run_fixture_add(data, "rare_frac", "share", 0, -1);
    run_fixture_add(data, "programme_cash_vnd", "VND", 1, -1);
    run_fixture_add(data, "programme_cost_vnd", "VND", 1, -1);
    run_fixture_add(data, "tax_forgone_vnd", "VND", 1, -1);
    run_fixture_add(data, "fiscal_balance_vnd", "VND", 1, -1);
    struct data_var value = {.group = "parameters",
                             .name = "value",
                             .long_name = "",
                             .unit = "",
                             .definition = "",
                             .cell_methods = "",
                             .source = "",
                             .type = DATA_TEXT,
                             .dims_n = 1};
    value.dim[0] = data_dim_find(data, "parameter");
    const int var = data_var_add(data, &value);
    data_text_put(data, var, 0, "0.07");
    data_text_put(data, var, 1, "1");
    data_attribute_text(data, "scenario", scenario);
    data_attribute_int(data, "seed", 1);
    data_attribute_int(data, "replicates", FIXTURE_REPLICATES);
    data_attribute_int(data, "agents", 1000);
    run_fixture_fill(data);
    return data;
}

#endif
