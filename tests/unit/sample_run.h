// sample_run: a small run with every kind of dimension, type and description, for the tests of data, output
// and read and for the seeds of the fuzzer.
#ifndef TESTS_UNIT_SAMPLE_RUN_H
#define TESTS_UNIT_SAMPLE_RUN_H

#include <math.h>
#include "sim/data.h"

struct sample_dims {
    int replicate, time, size, programme, row, other_row, none, share, key;
};

static inline struct sample_dims sample_dims_add(struct run_data *data)
{
    static const char *const sizes[] = {"micro", "small", "medium", "large"};
    static const char *const programmes[] = {"vn_cgf", "quỹ_phát_triển", ""};
    static const double months[] = {30, 58, 89}, replicates[] = {0, 1}, shares[] = {-0.0, 2};
    static const double keys[] = {1, 3e9, 9007199254740992};
    struct sample_dims dims;
    dims.replicate = data_dim_add(data, "replicate", "1", "independent repetition", 2, NULL, replicates);
    dims.time = data_dim_add(data, "time", "days since 2014-01-01", "last day of the month", 3, NULL, months);
    dims.size = data_dim_add(data, "size_class", "", "size class of Decree 80/2021", 4, sizes, NULL);
    dims.programme = data_dim_add(data, "programme", "", "", 3, programmes, NULL);
    dims.row = data_dim_add(data, "row", "", "", 5, NULL, NULL);
    dims.other_row =
        data_dim_add(data, "row", "", "", 7, NULL, NULL); // of another group, with another length
    dims.none = data_dim_add(data, "fund", "", "no fund in this run", 0, NULL, NULL);
    dims.share = data_dim_add(data, "share", "1", "used by no variable", 2, NULL, shares);
    dims.key = data_dim_add(data, "ancestor", "1", "draw key", 3, NULL, keys);
    return dims;
}

// Adds a variable and fills it with numbers that differ by variable and element.
static inline void sample_var_add(struct run_data *data, const struct data_var *description)
{
    int index = data_var_add(data, description);
    if (index < 0)
        return;
    const struct data_var *var = &data->var[index];
    for (int64_t i = 0; i < var->n; i++) {
        double x = (double)(index * 1000) + (double)i;
        char text[4 * DATA_NAME_MAX];
        switch (var->type) {
        case DATA_F64:
            ((double *)var->value)[i] = i == 2 ? (double)NAN : x / 3;
            break;
        case DATA_F32:
            ((float *)var->value)[i] = i == 1 ? NAN : (float)x / 3;
            break;
        case DATA_I64:
            ((int64_t *)var->value)[i] = i == 0 ? INT64_MIN : INT64_C(4000000000) + i;
            break;
        case DATA_I32:
            ((int32_t *)var->value)[i] = (int32_t)-i - 7;
            break;
        case DATA_U8:
            ((uint8_t *)var->value)[i] = (uint8_t)(255 - i);
            break;
        case DATA_TEXT:
            snprintf(text, sizeof text, "%s giá trị %lld\nof `%s`", var->name, (long long)i, var->group);
            if (i != 1) // which stays ""
                data_text_put(data, index, i, text);
            break;
        }
    }
}

static inline void sample_vars_add(struct run_data *data, const struct sample_dims *d)
{
    const struct data_var vars[] = {
        {"",
         "enterprises_n",
         "enterprises",
         "enterprises",
         "operating enterprises at month end",
         "time: point",
         "simulated",
         DATA_F64,
         2,
         {d->replicate, d->time},
         NULL,
         0},
        {"panel", "workers_n", "workers", "workers", "", "", "", DATA_F32, 1, {d->row}, NULL, 0},
        {"panel", "age_months", "age", "month", "", "", "", DATA_I32, 1, {d->row}, NULL, 0},
        {"panel", "alive", "", "1", "", "", "", DATA_U8, 1, {d->row}, NULL, 0},
        {"panel", "name", "", "", "", "", "", DATA_TEXT, 1, {d->row}, NULL, 0},
        {"",
         "innovation_active_frac_by_size_class",
         "innovation-active enterprises",
         "1",
         "share with an innovation project in the year",
         "time: point",
         "Oslo Manual 2018",
         DATA_F64,
         3,
         {d->replicate, d->time, d->size},
         NULL,
         0},
        {"",
         "flow_vnd",
         "flow",
         "VND",
         "money that moved in the month",
         "time: sum",
         "simulated",
         DATA_I64,
         4,
         {d->replicate, d->time, d->size, d->programme},
         NULL,
         0},
        {"", "weight", "weight of an agent", "1", "", "", "", DATA_F64, 0, {0}, NULL, 0},
        {"", "note", "a remark", "", "", "", "", DATA_TEXT, 0, {0}, NULL, 0},
        {"programmes", "kind", "kind of programme", "", "", "", "", DATA_TEXT, 1, {d->programme}, NULL, 0},
        {"programmes",
         "budget_vnd",
         "budget",
         "VND",
         "",
         "time: sum",
         "",
         DATA_F64,
         2,
         {d->programme, d->time},
         NULL,
         0},
        {"funds",
         "nav_vnd",
         "net asset value",
         "VND",
         "",
         "time: point",
         "",
         DATA_F64,
         2,
         {d->none, d->time},
         NULL,
         0},
        {"twins", "outcome", "outcome", "VND", "", "", "", DATA_F64, 2, {d->key, d->time}, NULL, 0},
        {"twins", "none_vnd", "of no fund", "VND", "", "", "", DATA_F64, 1, {d->none}, NULL, 0},
        {"parameters", "value", "value", "", "", "", "", DATA_TEXT, 1, {d->other_row}, NULL, 0},
    };
    for (size_t i = 0; i < sizeof vars / sizeof *vars; i++)
        sample_var_add(data, &vars[i]);
}

static inline struct run_data *sample_run(void)
{
    struct run_data *data = data_create();
    if (data == NULL)
        return NULL;
    data_attribute_text(data, "Conventions", "CF-1.8");
    data_attribute_text(data, "title", "Mẫu: a small run");
    data_attribute_text(data, "scenario", "run:\n  seed: 7\n\tagents: 5\n");
    data_attribute_text(data, "comment", "");
    data_attribute_int(data, "seed", 7);
    data_attribute_int(data, "agents", INT64_C(5000000000));
    struct sample_dims dims = sample_dims_add(data);
    sample_vars_add(data, &dims);
    return data;
}

#endif
