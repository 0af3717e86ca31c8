// metrics_fixture: worlds whose firms a test writes down one by one, and values of metrics by name, for the
// tests of metrics and record.
#ifndef TESTS_UNIT_METRICS_FIXTURE_H
#define TESTS_UNIT_METRICS_FIXTURE_H

#include <math.h>
#include "models/metrics_part.h"
#include "tests/unit/near.h"
#include "tests/unit/world_fixture.h"

#define METRICS_FIXTURE_ONE(...) +1
enum {
    METRICS_FIXTURE_COLUMNS = 0 FIRM_COLUMNS(METRICS_FIXTURE_ONE),
    METRICS_FIXTURE_FUND_COLUMNS = 0 FUND_COLUMNS(METRICS_FIXTURE_ONE),
    METRICS_FIXTURE_ROOM = 64,
};

// Takes all rows of a table of a world away; there is room for METRICS_FIXTURE_ROOM.
static inline void metrics_fixture_clear(struct table *table, int columns_n)
{
    const struct table old = *table;
    struct error err = {0};
    table_free(table);
    assert_int_equal(
        table_create(table, old.name, old.columns, columns_n, old.arrays, METRICS_FIXTURE_ROOM, &err), 0);
}

// A small world as of `month`, before 2020, without firms and funds.
static inline struct small metrics_fixture_empty(const char *const *settings, int month)
{
    const char *longer[16] = {"run.until=2019-12"};
    for (int n = 1; settings && *settings; settings++) {
        assert_true(n < 15);
        longer[n++] = *settings;
    }
    struct small s = small_open(longer);
    metrics_fixture_clear(&s.world->firms, METRICS_FIXTURE_COLUMNS);
    metrics_fixture_clear(&s.world->funds, METRICS_FIXTURE_FUND_COLUMNS);
    s.world->month = month;
    s.world->climate.month_of_year = (s.model->run.start + month) % 12;
    s.world->climate.year = 1970 + (s.model->run.start + month) / 12;
    return s;
}

// An operating private firm of `weight` enterprises that does nothing: registered ten years ago, its last
// sale this month, no credit, no innovation. Returns its row.
static inline int64_t metrics_fixture_firm(struct small s, int64_t weight, double workers)
{
    const int64_t row = table_birth(&s.world->firms, s.world->firms.n + 1, s.world->firms.n + 1);
    const int64_t cap = s.world->firms.capacity;
    struct firm *f = &s.world->firm;
    f->weight[row] = weight;
    f->workers[row] = workers;
    f->status[row] = STATUS_OPERATING;
    f->operating_bits[row] = ~UINT64_C(0);
    f->birth_month[row] = (int16_t)(s.world->month - 120);
    f->status_month[row] = f->first_sale_month[row] = f->birth_month[row];
    f->last_sale_month[row] = (int16_t)s.world->month;
    f->trained_month[row] = f->invested_month[row] = f->active_month[row] = f->research_month[row] = NEVER;
    f->credit_month[row] = f->st_month[row] = NEVER;
    f->guarantor[row] = f->lender_fund[row] = NOBODY;
    for (int t = 0; t < TYPES_N; t++)
        f->implemented_month[t * cap + row] = NEVER;
    for (int l = 0; l < LENSES_MAX; l++)
        f->lens_month[l * cap + row] = NEVER;
    for (int k = 0; k < 12; k++)
        f->workers_ring[k * cap + row] = (float)workers;
    return row;
}

static inline struct metrics *metrics_fixture_create(struct small s, int threads)
{
    struct error *err = calloc(1, sizeof *err);
    struct metrics *metrics = NULL;
    assert_non_null(err);
    assert_int_equal(metrics_create(&metrics, s.model, threads, err), 0);
    free(err);
    return metrics;
}

static inline int metrics_fixture_row(const char *name)
{
    for (int row = 0; row < metrics_rows_n; row++)
        if (strcmp(metrics_rows[row].name, name) == 0)
            return row;
    fail_msg("no metric '%s'", name);
    return 0;
}

static inline enum metrics_group metrics_fixture_group(const char *name)
{
    for (int g = 0; g < METRICS_GROUPS_N; g++)
        if (strcmp(metrics_group_name((enum metrics_group)g), name) == 0)
            return (enum metrics_group)g;
    fail_msg("no group '%s'", name);
    return METRICS_TOTAL;
}

// The value of a metric for a label of a group, "" for all.
static inline double metrics_fixture_value(const struct metrics *m, const char *name, const char *group,
                                           const char *label)
{
    const enum metrics_group g = metrics_fixture_group(group);
    for (int l = 0; l < metrics_labels_n(m->model, g); l++)
        if (strcmp(metrics_label(m->model, g, l), label) == 0)
            return metrics_value(m, metrics_fixture_row(name), g, l);
    fail_msg("no label '%s' of '%s'", label, group);
    return 0.0;
}

#define assert_metric(metrics, name, expected)                                                               \
    assert_near(metrics_fixture_value(metrics, name, "", ""), expected, 1e-9 * fabs(expected))
#define assert_metric_by(metrics, name, group, label, expected)                                              \
    assert_near(metrics_fixture_value(metrics, name, group, label), expected, 1e-9 * fabs(expected))
#define assert_metric_missing(metrics, name) assert_true(isnan(metrics_fixture_value(metrics, name, "", "")))

#endif
