// Sums over firms: against a slow twin, row by row; for any number of threads; labels against totals.
#include "tests/unit/metrics_fixture.h"

// ---- the slow twin ------------------------------------------------------------------------------

// What one enterprise adds to a metric.
typedef double amount_of(const struct world *world, int64_t row);

static double operates(const struct world *w, int64_t row)
{
    return w->firm.status[row] == STATUS_OPERATING;
}
static double registered(const struct world *w, int64_t row)
{
    return w->firm.status[row] <= STATUS_OPERATING;
}
static double workers(const struct world *w, int64_t row)
{
    return operates(w, row) * w->firm.workers[row];
}
static double sales(const struct world *w, int64_t row)
{
    return w->firm.sales_vnd[row];
}
static double borrows(const struct world *w, int64_t row)
{
    return operates(w, row) * (w->firm.debt_vnd[row] > 0.0);
}
static double exports(const struct world *w, int64_t row)
{
    return operates(w, row) * w->firm.exporter[row];
}
static double enters(const struct world *w, int64_t row)
{
    return w->firm.birth_month[row] == w->month;
}
static double leaves(const struct world *w, int64_t row)
{
    return w->firm.exit_reason[row] != EXIT_NONE && w->firm.exit_reason[row] != EXIT_UNRECORDED;
}
static double applies(const struct world *w, int64_t row)
{
    return (w->firm.loan_event[row] & CREDIT_EVENT_APPLIED) != 0;
}
static double pays_tax(const struct world *w, int64_t row)
{
    return w->firm.tax_paid_vnd[row];
}

static double innovates(const struct world *w, int64_t row)
{
    return operates(w, row) * (innovation_recent(w, row, w->model->innovation.window_months) != 0);
}

static double loses(const struct world *w, int64_t row)
{
    double year[2] = {0.0, 0.0};
    for (int k = 0; k < 12 && k <= w->month; k++) {
        const int64_t at = (w->climate.month_of_year + 12 - k) % 12 * w->firms.capacity + row;
        year[0] += (double)w->firm.reported_ring[at];
        year[1] += (double)w->firm.sales_ring[at];
    }
    return operates(w, row) * (w->firm.last_sale_month[row] > w->month - 12) *
           (year[0] < -w->model->production.break_even_frac * year[1]);
}

static double has_results(const struct world *w, int64_t row)
{
    return operates(w, row) * (w->firm.last_sale_month[row] > w->month - 12);
}

static const struct {
    const char *name;
    amount_of *above, *below; // below: what a share is of
} twins[] = {
    {"enterprises_n", registered, NULL},
    {"enterprises_with_results_n", has_results, NULL},
    {"employment_n", workers, NULL},
    {"revenue_vnd", sales, NULL},
    {"borrowers_frac", borrows, operates},
    {"exporters_frac", exports, operates},
    {"innovating_frac", innovates, operates},
    {"loss_making_frac", loses, has_results},
    {"entries_n", enters, NULL},
    {"exits_n", leaves, NULL},
    {"loan_applications_n", applies, NULL},
    {"tax_revenue_vnd", pays_tax, NULL},
};

static int survey_class_holds(double size, int label)
{
    static const double low[METRICS_SURVEYS_N] = {5, 5, 20, 100, 20},
                        high[METRICS_SURVEYS_N] = {1e9, 20, 100, 1e9, 1e9};
    return size >= low[label] && size < high[label];
}

static int holds(const struct world *w, int64_t row, enum metrics_group group, int label)
{
    const struct firm *f = &w->firm;
    switch (group) {
    case METRICS_TOTAL:
        return 1;
    case METRICS_SIZE_CLASS:
        return (int)model_size_class(f->workers[row]) == label;
    case METRICS_SIZE_CLASS_DECREE56:
        return (int)model_size_class_decree56(f->workers[row], w->model->sector[f->sector[row]].industry) ==
               label;
    case METRICS_SECTOR:
        return f->sector[row] == label;
    case METRICS_REGION:
        return f->region[row] == label;
    case METRICS_OWNERSHIP:
        return f->ownership[row] == label;
    case METRICS_OWNER_GENDER:
        return f->owner_female[row] == label;
    case METRICS_SURVEY_CLASS:
        return survey_class_holds(f->workers[row], label);
    case METRICS_ORIGIN:
        return (f->ownership[row] == OWNERSHIP_FOREIGN ? 3 : f->origin[row]) == label;
    case METRICS_REASON:
        return f->exit_reason[row] - 1 == label;
    default:
        fail_msg("group %d", (int)group);
        return 0;
    }
}

static void compare_row(const struct metrics *m, const struct world *w, size_t twin, enum metrics_group group,
                        int label)
{
    double above = 0.0, below = 0.0;
    for (int64_t row = 0; row < w->firms.n; row++) {
        if (!holds(w, row, group, label))
            continue;
        above += (double)w->firm.weight[row] * twins[twin].above(w, row);
        below += twins[twin].below ? (double)w->firm.weight[row] * twins[twin].below(w, row) : 0.0;
    }
    const double value = metrics_value(m, metrics_fixture_row(twins[twin].name), group, label);
    if (twins[twin].below && below == 0.0)
        assert_true(isnan(value));
    else
        assert_near(value, twins[twin].below ? above / below : above, 1e-6 * fabs(above));
}

static void compare_all(const struct metrics *m, const struct world *w)
{
    for (size_t k = 0; k < sizeof twins / sizeof twins[0]; k++) {
        enum metrics_group groups[METRICS_GROUPS_N];
        const int n = metrics_groups_of(&metrics_rows[metrics_fixture_row(twins[k].name)], groups);
        compare_row(m, w, k, METRICS_TOTAL, 0);
        for (int g = 0; g < n; g++)
            for (int l = 0; l < metrics_labels_n(m->model, groups[g]); l++)
                if (groups[g] != METRICS_REASON || l != EXIT_UNRECORDED - 1) // in no total: test_metrics
                    compare_row(m, w, k, groups[g], l);
    }
}

// ---- a run watched ------------------------------------------------------------------------------

struct watch {
    struct metrics *one, *many; // on one thread and on several
};

static int same_bits(double a, double b)
{
    return vmath_bits(a) == vmath_bits(b) || (isnan(a) && isnan(b));
}

static void compare_threads(const struct metrics *a, const struct metrics *b)
{
    for (int row = 0; row < metrics_rows_n; row++) {
        enum metrics_group groups[METRICS_GROUPS_N];
        const int n = metrics_groups_of(&metrics_rows[row], groups);
        assert_true(
            same_bits(metrics_value(a, row, METRICS_TOTAL, 0), metrics_value(b, row, METRICS_TOTAL, 0)));
        for (int g = 0; g < n; g++)
            for (int l = 0; l < metrics_labels_n(a->model, groups[g]); l++)
                assert_true(
                    same_bits(metrics_value(a, row, groups[g], l), metrics_value(b, row, groups[g], l)));
    }
}

static int watch_month(void *ctx, const struct world *world, struct error *err)
{
    const struct watch *watch = ctx;
    (void)err;
    metrics_month(watch->one, world);
    metrics_month(watch->many, world);
    compare_threads(watch->one, watch->many);
    if (world->climate.month_of_year % 4 == 3) // December, when taxes are paid, among them
        compare_all(watch->one, world);
    return ERROR_NONE;
}

static void a_run_against_the_slow_twin_and_for_any_threads(void **state)
{
    static const char *const settings[] = {"run.agents=6000", "run.until=2015-12", NULL};
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    struct world *world = fixture_world(model, 0, 3);
    struct small s = {model, world};
    struct watch watch = {metrics_fixture_create(s, 1), metrics_fixture_create(s, 5)};
    const struct observer observer = {&watch, watch_month};
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    assert_int_equal(schedule_run(model, world, &observer, err), 0);
    free(err);
    metrics_free(watch.one);
    metrics_free(watch.many);
    small_close(s);
}

// ---- labels against totals ----------------------------------------------------------------------

static int additive(const struct metric *row)
{
    return strcmp(row->unit, "share") != 0 && strcmp(row->unit, "ratio") != 0 && !strchr(row->unit, '/');
}

// Breakdowns of numbers that can be added whose labels do not sum to the total.
static int broken_sums(const struct metrics *m)
{
    int broken = 0;
    for (int row = 0; row < metrics_rows_n; row++) {
        enum metrics_group groups[METRICS_GROUPS_N];
        const int n = additive(&metrics_rows[row]) ? metrics_groups_of(&metrics_rows[row], groups) : 0;
        const double total = metrics_value(m, row, METRICS_TOTAL, 0);
        for (int g = 0; g < n; g++) {
            double sum = 0.0;
            for (int l = 0; l < metrics_labels_n(m->model, groups[g]); l++)
                sum += metrics_value(m, row, groups[g], l);
            if (groups[g] == METRICS_REASON) // unrecorded exits are in no total
                sum -= metrics_value(m, row, METRICS_REASON, EXIT_UNRECORDED - 1);
            if (groups[g] != METRICS_SURVEY_CLASS && !(fabs(sum - total) <= 1e-9 * fabs(total)))
                broken++;
        }
    }
    return broken;
}

static void labels_sum_to_the_total(void **state)
{
    static const char *const settings[] = {"run.until=2014-12", NULL};
    (void)state;
    struct small s = small_open(settings);
    struct metrics *m = metrics_fixture_create(s, 1);
    for (int month = 0; month < 12; month++) {
        small_begin(s);
        small_phases(s, "");
        metrics_month(m, s.world);
        assert_int_equal(broken_sums(m), 0);
        small_end(s);
    }
    // a planted defect: one enterprise too many in one sector
    m->slot[(int64_t)metrics_slot(m, METRICS_SECTOR, 1) * metrics_stride +
            metrics_rows[metrics_fixture_row("enterprises_n")].measure]++;
    assert_int_equal(broken_sums(m), 1);
    metrics_free(m);
    small_close(s);
}

// A row counts wherever it stands, also when there are more rows than one block, and more parts than blocks.
static void every_row_of_every_block_counts(void **state)
{
    (void)state;
    static const char *const settings[] = {"run.agents=3000", NULL};
    struct small s = small_open(settings);
    const int64_t rows[] = {1, PAR_BLOCK - 1, PAR_BLOCK, PAR_BLOCK + 1, 2 * PAR_BLOCK};
    struct metrics *m = metrics_fixture_create(s, 7);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        int64_t n = 0;
        s.world->firms.n = rows[k];
        for (int64_t r = 0; r < rows[k]; r++)
            n += s.world->firm.status[r] <= STATUS_OPERATING ? s.world->firm.weight[r] : 0;
        metrics_month(m, s.world);
        assert_true(metrics_fixture_value(m, "enterprises_n", "", "") == (double)n);
    }
    metrics_free(m);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_against_the_slow_twin_and_for_any_threads),
        cmocka_unit_test(labels_sum_to_the_total),
        cmocka_unit_test(every_row_of_every_block_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
