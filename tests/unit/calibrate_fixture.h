// calibrate_fixture: a stand-in for the model whose moments are known functions of its parameters, for the
// tests of calibrate. Metric m_k at the end of 2014 is f(ctx, k, point) plus a draw of replicate and metric
// with the standard deviation `noise`, the same at every point.
#ifndef TESTS_UNIT_CALIBRATE_FIXTURE_H
#define TESTS_UNIT_CALIBRATE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "analysis/calibrate.h"
#include "sim/rng.h"
#include "tests/unit/near.h"

enum { TOY_METRICS_MAX = 8, TOY_MONTHS = 12, TOY_REPLICATES = 4 };

struct toy {
    int metrics_n;
    double (*f)(int metric, const double *point);
    double noise;
    uint32_t seed;
    int calls, stop_after; // trials so far; after so many it asks to stop (0: never)
};

static inline struct run_data *toy_run(struct toy *toy, const double *point)
{
    static const int days[TOY_MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct run_data *data = data_create();
    double number[TOY_REPLICATES], end[TOY_MONTHS], day = -1.0;
    for (int r = 0; r < TOY_REPLICATES; r++)
        number[r] = r;
    for (int m = 0; m < TOY_MONTHS; m++)
        end[m] = day += days[m];
    data_dim_add(data, "replicate", "1", "", TOY_REPLICATES, NULL, number);
    data_dim_add(data, "time", "days since 2014-01-01", "", TOY_MONTHS, NULL, end);
    for (int k = 0; k < toy->metrics_n; k++) {
        struct data_var var = {.long_name = "", .unit = "1", .definition = "", .cell_methods = "time: point"};
        var.source = "";
        var.dims_n = 2;
        var.dim[1] = 1;
        snprintf(var.name, sizeof var.name, "m%d", k);
        const int index = data_var_add(data, &var);
        for (int r = 0; r < TOY_REPLICATES; r++) {
            const struct rng rng = {toy->seed, (uint32_t)r};
            const double draw = rng_normal(rng, (uint64_t)k, (struct rng_purpose){0, 0, 0});
            for (int m = 0; m < TOY_MONTHS; m++)
                ((double *)data->var[index].value)[r * TOY_MONTHS + m] = toy->f(k, point) + toy->noise * draw;
        }
    }
    assert_false(data_failed(data));
    return data;
}

static inline int toy_member(void *ctx, int n, const double *point, struct run_data **data, struct error *err)
{
    struct toy *toy = ((struct toy **)ctx)[0];
    const struct calibrate_terms *terms = ((struct calibrate_terms **)ctx)[1];
    (void)err;
    for (int i = 0; i < n; i++) {
        if (toy->stop_after > 0 && toy->calls == toy->stop_after)
            return ERROR_STOPPED;
        data[i] = toy_run(toy, point + i * terms->parameters_n);
        toy->calls++;
    }
    return ERROR_NONE;
}

// "KEY=VALUE" settings, NULL at the end, over scenario and moments; fails the test on any fault.
static inline struct calibrate_terms *toy_terms(const char *const *settings)
{
    struct calibrate_terms *terms = calloc(1, sizeof *terms);
    struct config *config = config_create();
    struct error err = {0};
    config_set(config, "scenario", "none", "test", &err);
    config_set(config, "moments", "none", "test", &err);
    config_set(config, "run.replicates", "4", "test", &err);
    config_set(config, "weighting.luck_frac", "0", "test", &err);
    config_set(config, "weighting.tolerance_floor_frac", "0", "test", &err);
    for (; *settings; settings++)
        config_set_argument(config, *settings, &err);
    calibrate_load(terms, config, &err);
    error_print(&err, stderr);
    assert_int_equal(err.code, 0);
    config_free(config);
    return terms;
}

// Moments m0, m1, ... at the end of 2014 with these values and tolerances.
static inline struct moments toy_moments(int n, const double *value, const double *tolerance)
{
    char text[4096];
    size_t used =
        (size_t)snprintf(text, sizeof text, "id,metric,group,period,statistic,value,tolerance,use\n");
    struct moments moments;
    struct error err = {0};
    for (int k = 0; k < n; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "m%d,m%d,,2014-12,end,%.17g,%.17g,%s\n", k,
                                 k, value[k], tolerance[k], k % 2 ? "structure" : "history");
    assert_int_equal(moments_parse(&moments, text, used, "toy.csv", &err), 0);
    return moments;
}

// Calibrates the toy; the journal is a file of the test's folder, begun anew unless `resume`.
static inline int toy_try(struct toy *toy, struct calibrate_terms *terms, const struct moments *moments,
                          bool resume, struct calibration **c, struct error *err)
{
    void *ctx[2] = {toy, terms};
    const struct calibrate_model model = {.ctx = ctx, .member = toy_member, .parallel_n = 3};
    struct journal *journal;
    if (!resume)
        unlink("toy_journal.txt");
    assert_int_equal(journal_open(&journal, "toy_journal.txt", "toy", resume, err), 0);
    const int code = calibrate_run(c, terms, moments, journal, &model, err);
    journal_close(journal);
    return code;
}

static inline struct calibration *toy_calibrate(struct toy *toy, struct calibrate_terms *terms,
                                                const struct moments *moments)
{
    struct calibration *c = NULL;
    struct error err = {0};
    const int code = toy_try(toy, terms, moments, false, &c, &err);
    error_print(&err, stderr);
    assert_int_equal(code, 0);
    return c;
}

#endif
