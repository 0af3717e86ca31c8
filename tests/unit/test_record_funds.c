// The group of funds: every fund of every replicate under one label, its capital and returns.
#include "tests/unit/record_fixture.h"

enum { MONTHS = 30 };

static int64_t label_of(const struct taping *t, const char *label)
{
    const struct data_var *var = taping_var(t, "funds", "kind");
    return data_label_find(&t->data->dim[var->dim[0]], label);
}

// What the world's table held, by month and row.
struct table_seen {
    struct {
        int64_t called, distributed, nav, capital, outstanding;
    } fund[MONTHS][256];
    int16_t vintage[256], programme[256];
    uint8_t kind[256];
    int64_t n;
};

static void see(void *ctx, int replicate, const struct world *world)
{
    struct table_seen *seen = ctx;
    const struct fund *f = &world->fund;
    const int64_t cap = world->funds.capacity;
    seen->n = replicate == 0 ? world->funds.n : seen->n;
    assert_true(world->funds.n <= 256);
    for (int64_t r = 0; r < world->funds.n && replicate == 0; r++) {
        seen->vintage[r] = f->vintage[r];
        seen->programme[r] = f->programme[r];
        seen->kind[r] = f->kind[r];
        seen->fund[world->month][r].called =
            f->called_vnd[r] + f->called_vnd[cap + r] + f->called_vnd[2 * cap + r];
        seen->fund[world->month][r].distributed =
            f->distributed_vnd[r] + f->distributed_vnd[cap + r] + f->distributed_vnd[2 * cap + r];
        seen->fund[world->month][r].nav = f->nav_vnd[r];
        seen->fund[world->month][r].capital = f->capital_vnd[r];
        seen->fund[world->month][r].outstanding = f->outstanding_vnd[r];
    }
}

// The label that the r-th row of the table must have: rows of one owner, kind and year in order of month,
// then of birth.
static int64_t expected_label(const struct taping *t, const struct table_seen *seen, int64_t r)
{
    char label[128];
    const int year = 2014 + (seen->vintage[r] + 120) / 12 - 10;
    int place = 1;
    for (int64_t k = 0; k < seen->n; k++) {
        const bool same = seen->programme[k] == seen->programme[r] && seen->kind[k] == seen->kind[r] &&
                          2014 + (seen->vintage[k] + 120) / 12 - 10 == year;
        place +=
            same && (seen->vintage[k] < seen->vintage[r] || (seen->vintage[k] == seen->vintage[r] && k < r));
    }
    snprintf(label, sizeof label, "%s_%d_%d",
             seen->programme[r] != NOBODY  ? t->model->programme[seen->programme[r]].name
             : seen->kind[r] == FUND_ANGEL ? "angels"
                                           : "vc",
             year, place);
    return label_of(t, label);
}

static void compare_fund(const struct taping *t, const struct table_seen *seen, int64_t r, int64_t label)
{
    const bool venture = seen->kind[r] == FUND_VENTURE || seen->kind[r] == FUND_ANGEL;
    double flow[MONTHS] = {0.0};
    for (int m = 0; m < MONTHS; m++) {
        const double called = (double)seen->fund[m][r].called,
                     distributed = (double)seen->fund[m][r].distributed;
        const double nav = (double)seen->fund[m][r].nav;
        if (m < seen->vintage[r]) {
            assert_true(isnan(taping_value(t, "funds", "nav_vnd", 0, m, label)));
            continue;
        }
        flow[m] = distributed - called -
                  (m > 0 ? (double)(seen->fund[m - 1][r].distributed - seen->fund[m - 1][r].called) : 0.0);
        const double partners = taping_value(t, "funds", "called_public_vnd", 0, m, label) +
                                taping_value(t, "funds", "called_private_vnd", 0, m, label) +
                                taping_value(t, "funds", "called_foreign_vnd", 0, m, label);
        assert_true(partners == called);
        assert_true(taping_value(t, "funds", "nav_vnd", 0, m, label) == nav);
        assert_true(taping_value(t, "funds", "capital_vnd", 0, m, label) == (double)seen->fund[m][r].capital);
        assert_true(taping_value(t, "funds", "outstanding_vnd", 0, m, label) ==
                    (double)seen->fund[m][r].outstanding);
        const double tvpi = taping_value(t, "funds", "tvpi", 0, m, label),
                     irr = taping_value(t, "funds", "irr_frac", 0, m, label);
        const double rate = venture && called > 0.0 ? metrics_irr(flow, m + 1, nav) : (double)NAN;
        assert_true(venture && called > 0.0 ? tvpi == (distributed + nav) / called : isnan(tvpi));
        assert_true(irr == rate || (isnan(irr) && isnan(rate)));
        const double metric = taping_value(t, "", "fund_irr_frac_by_fund", 0, m, label);
        assert_true(irr == metric || (isnan(irr) && isnan(metric)));
    }
}

static void funds_as_they_were(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2016-06", "run.replicates=2", NULL};
    (void)state;
    struct taping t = taping_open("policies/fund_of_funds.yaml", settings);
    struct table_seen *seen = calloc(1, sizeof *seen);
    bool found[256] = {false};
    int kinds = 0;
    assert_non_null(seen);
    t.witness = see;
    t.ctx = seen;
    taping_run(&t, 1);
    for (int64_t r = 0; r < seen->n; r++) {
        static const char *const names[FUND_KINDS_N] = {"guarantee", "loan", "venture", "angel"};
        const int64_t label = expected_label(&t, seen, r);
        assert_true(label >= 0 && !found[label]);
        found[label] = true;
        kinds |= 1 << seen->kind[r];
        assert_string_equal(taping_text(&t, "funds", "kind", label), names[seen->kind[r]]);
        assert_string_equal(taping_text(&t, "funds", "programme", label),
                            seen->programme[r] == NOBODY ? "" : t.model->programme[seen->programme[r]].name);
        compare_fund(&t, seen, r, label);
    }
    assert_true(kinds >> FUND_VENTURE & kinds >> FUND_ANGEL & 1);
    free(seen);
    taping_close(&t);
}

// Two replicates of two months whose private funds begin in different months: three labels, each missing
// where it is not.
static void replicates_with_different_funds_share_labels(void **state)
{
    static const char *const settings[] = {"run.replicates=2", "run.until=2014-02", NULL};
    static const char *const labels[] = {"vc_2013_1", "vc_2014_1", "vc_2014_2"};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    struct error err = {0};
    taping_create(&t);
    for (int r = 0; r < 2; r++) {
        struct small s = {t.model, fixture_world(t.model, r, 1)};
        metrics_fixture_clear(&s.world->funds, METRICS_FIXTURE_FUND_COLUMNS);
        const int64_t old = world_fund_birth(s.world, FUND_VENTURE, NOBODY, 1),
                      new = world_fund_birth(s.world, FUND_VENTURE, NOBODY, 2);
        s.world->fund.vintage[old] = (int16_t)(r == 0 ? -2 : 0);
        s.world->fund.vintage[new] = 1; // in both
        s.world->fund.called_vnd[old] = 100;
        s.world->fund.nav_vnd[old] = 80 + r;
        for (; s.world->month < 2; s.world->month++)
            taping_sound(record_month(t.record, r, s.world, &err), &err);
        world_free(s.world);
    }
    taping_sound(record_finish(t.record, &err), &err);
    for (int64_t k = 0; k < 3; k++)
        assert_int_equal(label_of(&t, labels[k]), k);
    assert_string_equal(taping_text(&t, "funds", "vintage", 0), "2013-11");
    assert_true(taping_value(&t, "funds", "nav_vnd", 0, 1, 0) == 80.0);
    assert_true(isnan(taping_value(&t, "funds", "nav_vnd", 1, 1, 0)));
    assert_true(isnan(taping_value(&t, "funds", "nav_vnd", 0, 1, 1)));
    assert_true(taping_value(&t, "funds", "nav_vnd", 1, 1, 1) == 81.0);
    assert_true(taping_value(&t, "", "fund_tvpi_by_fund", 1, 0, 1) == 0.81);
    assert_true(isnan(taping_value(&t, "", "fund_tvpi_by_fund", 1, 0, 2))); // nothing called
    taping_close(&t);
}

// Detail of the first replicates only: their returns are there, the rest is of a shorter dimension.
static void as_many_replicates_as_memory_is_meant_for(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2014-03", "run.replicates=2", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    struct error err = {0};
    taping_create(&t);
    t.record->funds_detail_n = 1;
    par_items(1, 2, taping_replicate_run, &t);
    taping_sound(record_finish(t.record, &err), &err);
    taping_sound(data_check(t.data, &err), &err);
    assert_int_equal(taping_length(&t, taping_var(&t, "funds", "nav_vnd"), 0), 1);
    assert_int_equal(taping_length(&t, taping_var(&t, "", "fund_tvpi_by_fund"), 0), 2);
    assert_true(record_funds_bytes(t.model) > 0);
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(funds_as_they_were),
        cmocka_unit_test(replicates_with_different_funds_share_labels),
        cmocka_unit_test(as_many_replicates_as_memory_is_meant_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
