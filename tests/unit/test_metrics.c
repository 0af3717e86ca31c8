// Rows of metrics on firms written down by hand: what is counted, of whom, and in which label.
#include "tests/unit/metrics_fixture.h"

enum { MONTH = 50 }; // 2018-03

static void who_is_counted_by_status(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    metrics_fixture_firm(s, 100, 12.0);
    const int64_t starter = metrics_fixture_firm(s, 10, 3.0); // operates, but has not sold yet
    f->last_sale_month[starter] = NEVER;
    f->first_sale_month[starter] = MONTH + 1;
    const int64_t untrading = metrics_fixture_firm(s, 1, 0.0);
    f->status[untrading] = STATUS_UNTRADING;
    f->last_sale_month[untrading] = f->first_sale_month[untrading] = NEVER;
    f->operating_bits[untrading] = 0;
    const int64_t suspended = metrics_fixture_firm(s, 1000, 7.0);
    f->status[suspended] = STATUS_SUSPENDED;
    const int64_t ceased = metrics_fixture_firm(s, 10000, 7.0);
    f->status[ceased] = STATUS_CEASED;
    const int64_t gone = metrics_fixture_firm(s, 100000, 7.0);
    f->status[gone] = STATUS_GONE;

    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "enterprises_n", 111.0);
    assert_metric(m, "enterprises_with_results_n", 100.0);
    assert_metric(m, "untrading_n", 1.0);
    assert_metric(m, "suspended_n", 1000.0);
    assert_metric(m, "ceased_n", 10000.0);
    assert_metric(m, "employment_n", 1230.0);
    assert_metric(m, "agents_n", 2.0);
    assert_metric_by(m, "enterprises_n", "size_class", "micro", 11.0);
    assert_metric_by(m, "enterprises_n", "size_class", "small", 100.0);
    metrics_free(m);
    small_close(s);
}

static void size_and_survey_classes(void **state)
{
    static const double workers[] = {4.99,  5.0,  9.99,  10.0,  19.99,  20.0,
                                     49.99, 50.0, 99.99, 100.0, 199.99, 200.0};
    static const int n = sizeof workers / sizeof workers[0];
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    for (int k = 0; k < n; k++) // powers of two tell every firm apart
        metrics_fixture_firm(s, (int64_t)1 << k, workers[k]);
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric_by(m, "enterprises_n", "size_class", "micro", 1 + 2 + 4.0);
    assert_metric_by(m, "enterprises_n", "size_class", "small", 8 + 16 + 32 + 64.0);
    assert_metric_by(m, "enterprises_n", "size_class", "medium", 128 + 256 + 512 + 1024.0);
    assert_metric_by(m, "enterprises_n", "size_class", "large", 2048.0);
    assert_metric_by(m, "enterprises_n", "survey_class", "all", 4095.0 - 1.0);
    assert_metric_by(m, "enterprises_n", "survey_class", "small", 2 + 4 + 8 + 16.0);
    assert_metric_by(m, "enterprises_n", "survey_class", "medium", 32 + 64 + 128 + 256.0);
    assert_metric_by(m, "enterprises_n", "survey_class", "large", 512 + 1024 + 2048.0);
    assert_metric_by(m, "enterprises_n", "survey_class", "20+", 4095.0 - 31.0);
    metrics_free(m);
    small_close(s);
}

static void classes_of_decree_56_depend_on_the_sector(void **state)
{
    static const double workers[] = {10.0, 10.01, 50.0, 50.01, 100.0, 100.01, 200.0, 200.01, 300.0, 300.01};
    (void)state;
    for (int industry = 0; industry < 2; industry++) {
        struct small s = metrics_fixture_empty(NULL, MONTH);
        double expected[SIZES_N] = {0.0};
        for (int k = 0; k < 10; k++) {
            const int64_t row = metrics_fixture_firm(s, (int64_t)1 << k, workers[k]);
            s.world->firm.sector[row] = (uint8_t)small_sector(s, industry ? "construction" : "trade");
            expected[model_size_class_decree56(workers[k], industry)] += (double)(1 << k);
        }
        struct metrics *m = metrics_fixture_create(s, 1);
        metrics_month(m, s.world);
        for (int c = 0; c < SIZES_N; c++) {
            assert_true(expected[c] > 0.0);
            assert_metric_by(m, "enterprises_with_results_n", "size_class_decree56", model_size_labels[c],
                             expected[c]);
            assert_metric_by(m, "enterprises_n", "size_class_decree56", model_size_labels[c], expected[c]);
        }
        metrics_free(m);
        small_close(s);
    }
}

static void owners_sectors_and_regions(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    const int64_t man = metrics_fixture_firm(s, 1, 6.0), woman = metrics_fixture_firm(s, 2, 6.0);
    const int64_t foreign = metrics_fixture_firm(s, 4, 6.0), public = metrics_fixture_firm(s, 8, 6.0);
    f->owner_female[woman] = 1;
    f->ownership[foreign] = OWNERSHIP_FOREIGN;
    f->ownership[public] = OWNERSHIP_STATE;
    f->sector[man] = f->sector[public] = (uint8_t)(s.model->sectors_n - 1);
    f->region[man] = f->region[woman] = (uint8_t)(s.model->regions_n - 1);
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric_by(m, "enterprises_n", "ownership", "private", 3.0);
    assert_metric_by(m, "enterprises_n", "ownership", "foreign", 4.0);
    assert_metric_by(m, "enterprises_n", "ownership", "state", 8.0);
    assert_metric_by(m, "enterprises_n", "owner_gender", "female", 2.0);
    assert_metric_by(m, "enterprises_n", "owner_gender", "male", 13.0);
    assert_metric_by(m, "enterprises_n", "sector", s.model->sector[0].name, 6.0);
    assert_metric_by(m, "enterprises_n", "sector", s.model->sector[s.model->sectors_n - 1].name, 9.0);
    assert_metric_by(m, "enterprises_n", "region", s.model->region[0].name, 12.0);
    assert_metric_by(m, "enterprises_n", "region", s.model->region[s.model->regions_n - 1].name, 3.0);
    metrics_free(m);
    small_close(s);
}

static void innovation_by_type_window_and_lens(void **state)
{
    static const char *const lenses[] = {"economy.lenses.wbes_2015.workers_min=5",
                                         "economy.lenses.wbes_2015.window_months=24",
                                         "economy.lenses.oslo_broad.activities=true", NULL};
    (void)state;
    struct small s = metrics_fixture_empty(lenses, MONTH);
    struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity;
    int wbes = 0, oslo = 0;
    for (int l = 0; l < s.model->lenses_n; l++) {
        wbes = strcmp(s.model->lens[l].name, "wbes_2015") == 0 ? l : wbes;
        oslo = strcmp(s.model->lens[l].name, "oslo_broad") == 0 ? l : oslo;
    }
    const int64_t product = metrics_fixture_firm(s, 1, 8.0), old = metrics_fixture_firm(s, 2, 8.0);
    const int64_t tiny = metrics_fixture_firm(s, 4, 4.0), busy = metrics_fixture_firm(s, 8, 8.0);
    f->implemented_month[TYPE_NEW_PRODUCT * cap + product] = MONTH - 35; // within 36 months
    f->implemented_month[TYPE_PROCESS * cap + old] = MONTH - 36;         // just outside
    f->implemented_month[TYPE_ORGANISATION * cap + tiny] = MONTH;
    f->innovating_bits[product] = f->innovating_bits[tiny] = 1;
    f->active_month[product] = MONTH - 35;
    f->active_month[old] = MONTH - 36;
    f->active_month[tiny] = MONTH;
    f->project[busy] = 1;
    f->lens_month[wbes * cap + product] = MONTH - 23;
    f->lens_month[wbes * cap + old] = MONTH - 24;
    f->lens_month[wbes * cap + tiny] = MONTH; // below 5 workers: not asked
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "innovating_new_product_frac", 1.0 / 15.0);
    assert_metric(m, "innovating_process_frac", 0.0);
    assert_metric(m, "innovating_improved_product_frac", 0.0);
    assert_metric(m, "innovating_organisation_frac", 4.0 / 15.0);
    assert_metric(m, "innovating_frac", 5.0 / 15.0);
    assert_metric(m, "innovation_active_frac", 13.0 / 15.0);
    assert_metric_by(m, "innovating_frac", "survey_class", "all", 1.0 / 11.0);
    assert_metric_by(m, "innovating_lens_frac", "lens", "wbes_2015", 1.0 / 11.0);
    assert_metric_by(m, "innovating_lens_frac", "lens", "oslo_broad", 13.0 / 15.0); // activities count
    assert_true(s.model->lens[oslo].workers_min == 0.0);
    metrics_free(m);
    small_close(s);
}

static void lens_of_manufacturers(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity;
    const int64_t maker = metrics_fixture_firm(s, 1, 8.0), idle = metrics_fixture_firm(s, 3, 8.0);
    const int64_t trader = metrics_fixture_firm(s, 100, 8.0);
    int lens = -1;
    for (int l = 0; l < s.model->lenses_n; l++)
        lens = s.model->lens[l].manufacturing ? l : lens;
    assert_true(lens >= 0);
    f->sector[maker] = f->sector[idle] = (uint8_t)small_sector(s, "manufacturing");
    f->sector[trader] = (uint8_t)small_sector(s, "trade");
    f->lens_month[lens * cap + maker] = f->lens_month[lens * cap + trader] = MONTH;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric_by(m, "innovating_lens_frac", "lens", s.model->lens[lens].name, 0.25);
    metrics_free(m);
    small_close(s);
}

static void persistence_looks_36_months_back(void **state)
{
    (void)state;
    const uint64_t before = UINT64_C(1) << 36;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    f->innovating_bits[metrics_fixture_firm(s, 1, 8.0)] = before | 1;
    f->innovating_bits[metrics_fixture_firm(s, 3, 8.0)] = before;
    f->innovating_bits[metrics_fixture_firm(s, 5, 8.0)] = 1;
    metrics_fixture_firm(s, 15, 8.0);
    const int64_t younger = metrics_fixture_firm(s, 1000, 8.0); // did not operate then
    f->operating_bits[younger] = (UINT64_C(1) << 35) - 1;
    f->innovating_bits[younger] = 1;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "innovation_persistence_frac", 0.25);
    assert_metric(m, "innovation_entry_frac", 0.25);
    s.world->month = 35; // before that the run does not know
    metrics_month(m, s.world);
    assert_metric_missing(m, "innovation_persistence_frac");
    assert_metric_missing(m, "innovation_entry_frac");
    metrics_free(m);
    small_close(s);
}

static void attributes_and_the_last_year(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    const int64_t a = metrics_fixture_firm(s, 1, 8.0), b = metrics_fixture_firm(s, 3, 300.0);
    f->trained_month[a] = f->invested_month[a] = f->research_month[a] = MONTH - 11;
    f->trained_month[b] = f->invested_month[b] = f->research_month[b] = MONTH - 12;
    f->exporter[b] = f->certified[b] = f->supplier[b] = 1;
    f->digital[a] = 2;
    f->debt_vnd[a] = 5.0;
    f->credit_state[a] = CREDIT_PARTIAL;
    f->credit_state[b] = CREDIT_REFUSED;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "trained_frac", 0.25);
    assert_metric(m, "investing_frac", 0.25);
    assert_metric(m, "rd_performers_frac", 0.25);
    assert_metric(m, "exporters_frac", 0.75);
    assert_metric(m, "certified_frac", 0.75);
    assert_metric(m, "supplier_frac", 0.75);
    assert_metric(m, "borrowers_frac", 0.25);
    assert_metric(m, "constrained_partial_frac", 0.25);
    assert_metric(m, "constrained_full_frac", 0.75);
    assert_metric(m, "no_credit_need_frac", 0.0);
    assert_metric(m, "digital_frac", 0.25);
    assert_metric_by(m, "digital_frac", "digital_stage", "0", 0.75);
    assert_metric_by(m, "digital_frac", "digital_stage", "2", 0.25);
    assert_metric_by(m, "digital_frac", "size_class", "micro", 1.0);
    assert_metric_by(m, "digital_frac", "survey_class", "20+", 0.0);
    assert_metric_by(m, "exporters_frac", "size_class", "large", 1.0);
    assert_true(isnan(metrics_fixture_value(m, "exporters_frac", "size_class", "medium"))); // nobody there
    metrics_free(m);
    small_close(s);
}

static void births_exits_and_changes_of_status(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    static const int64_t weight[] = {1, 2, 4, 8};
    for (int k = 0; k < 4; k++) {
        const int64_t born = metrics_fixture_firm(s, weight[k], 2.5);
        f->birth_month[born] = f->status_month[born] = MONTH;
        f->first_sale_month[born] = MONTH + 1;
        f->registered_workers[born] = 9;
        f->origin[born] = k == 1 ? ORIGIN_HOUSEHOLD : k == 3 ? ORIGIN_SPIN_OFF : ORIGIN_NEW;
        f->ownership[born] = k == 2 ? OWNERSHIP_FOREIGN : OWNERSHIP_PRIVATE;
    }
    for (int reason = EXIT_VOLUNTARY; reason < EXITS_N; reason++) {
        const int64_t left = metrics_fixture_firm(s, 10 * reason, 60.0);
        f->status[left] = reason == EXIT_VOLUNTARY ? STATUS_CEASED : STATUS_GONE;
        f->status_month[left] = MONTH;
        f->exit_reason[left] = (uint8_t)reason;
        f->sales_vnd[left] = 7.0; // made before it left
    }
    const int64_t back = metrics_fixture_firm(s, 100, 8.0), stopped = metrics_fixture_firm(s, 200, 8.0);
    f->status_month[back] = f->status_month[stopped] = MONTH;
    f->status[stopped] = STATUS_SUSPENDED;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "entries_n", 15.0);
    assert_metric_by(m, "entries_n", "origin", "new", 1.0);
    assert_metric_by(m, "entries_n", "origin", "household", 2.0);
    assert_metric_by(m, "entries_n", "origin", "foreign", 4.0);
    assert_metric_by(m, "entries_n", "origin", "spin_off", 8.0);
    assert_metric(m, "entry_employment_n", 37.5);
    assert_metric(m, "registered_entry_employment_n", 135.0);
    assert_metric(m, "formalisations_n", 2.0);
    assert_metric(m, "exits_n", 60.0); // unrecorded ones are in no total
    assert_metric_by(m, "exits_n", "reason", "voluntary", 10.0);
    assert_metric_by(m, "exits_n", "reason", "unrecorded", 40.0);
    assert_metric_by(m, "exits_n", "size_class", "medium", 60.0);
    assert_metric(m, "revenue_vnd", 700.0);
    assert_metric(m, "returns_n", 100.0);
    assert_metric(m, "suspensions_n", 200.0);
    metrics_free(m);
    small_close(s);
}

static void projects_loans_and_taxes(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    const int64_t a = metrics_fixture_firm(s, 2, 8.0), b = metrics_fixture_firm(s, 3, 300.0),
                  c = metrics_fixture_firm(s, 5, 8.0);
    f->project_event[a] = 1;
    f->project_event_type[a] = TYPE_PROCESS;
    f->project_event[b] = 4 | 2;
    f->project_event_type[b] = TYPE_NEW_PRODUCT;
    f->project_spent_vnd[c] = 11.0; // spends without an event
    f->tax_paid_vnd[c] = 13.0;
    f->loan_event[a] = CREDIT_EVENT_APPLIED | CREDIT_EVENT_GRANTED;
    f->loan_new_vnd[a] = 100.0;
    f->loan_event[b] = CREDIT_EVENT_APPLIED | CREDIT_EVENT_GRANTED | CREDIT_EVENT_COLLATERAL;
    f->loan_new_vnd[b] = 1000.0;
    f->collateral_new_vnd[b] = 2000.0;
    f->loan_event[c] = CREDIT_EVENT_APPLIED | CREDIT_EVENT_REFUSED | CREDIT_EVENT_DEFAULTED;
    f->debt_vnd[a] = 1000.0;
    f->lending_rate[a] = 0.10F;
    f->debt_vnd[b] = 2000.0;
    f->lending_rate[b] = 0.07F;
    f->ownership[b] = OWNERSHIP_FOREIGN;
    const int64_t d = metrics_fixture_firm(s, 7, 8.0); // owes to a public fund, not to a bank
    f->debt_vnd[d] = 5000.0;
    f->lending_rate[d] = 0.02F;
    f->lender_fund[d] = 0;
    f->loan_event[d] = CREDIT_EVENT_APPLIED | CREDIT_EVENT_GRANTED;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "projects_started_n", 2.0);
    assert_metric_by(m, "projects_started_n", "type", "process", 2.0);
    assert_metric_by(m, "projects_started_n", "type", "new_product", 0.0);
    assert_metric(m, "projects_postponed_n", 3.0);
    assert_metric_by(m, "projects_succeeded_n", "size_class", "large", 3.0);
    assert_metric(m, "rd_spending_vnd", 55.0);
    assert_metric(m, "tax_revenue_vnd", 65.0);
    assert_metric(m, "loan_applications_n", 10.0);
    assert_metric(m, "loan_rejections_n", 5.0);
    assert_metric(m, "defaults_n", 5.0);
    assert_metric(m, "collateral_required_frac", 0.6);
    assert_metric(m, "collateral_over_loan_frac", 2.0);
    assert_metric(m, "credit_total_vnd", 8000.0);
    assert_metric(m, "credit_private_vnd", 2000.0);
    assert_metric(m, "msme_credit_vnd", 2000.0);
    assert_metric_by(m, "msme_credit_vnd", "size_class", "micro", 2000.0);
    assert_metric_by(m, "msme_credit_vnd", "size_class", "large", 0.0);
    assert_metric(m, "lending_rate_frac", (2.0 * 100.0 + 3.0 * 140.0) / 8000.0);
    assert_metric_by(m, "lending_rate_frac", "size_class", "large", 0.07);
    assert_metric(m, "borrowers_frac", 12.0 / 17.0);
    metrics_free(m);
    small_close(s);
}

static void profit_of_the_last_year(void **state)
{
    static const char *const settings[] = {"economy.production.break_even_frac=0.01", NULL};
    static const float profit[] = {-0.0101F, -0.0099F, 0.0099F, 0.0101F}; // a month, per VND of sales
    (void)state;
    struct small s = metrics_fixture_empty(settings, MONTH);
    for (int k = 0; k < 4; k++) {
        const int64_t row = metrics_fixture_firm(s, (int64_t)1 << k, 8.0);
        for (int month = 0; month < 12; month++) {
            s.world->firm.sales_ring[month * s.world->firms.capacity + row] = 1e6F;
            s.world->firm.reported_ring[month * s.world->firms.capacity + row] = 1e6F * profit[k];
        }
    }
    const int64_t new = metrics_fixture_firm(s, 1000, 8.0); // no sales yet: not asked
    s.world->firm.last_sale_month[new] = NEVER;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_metric(m, "loss_making_frac", 1.0 / 15.0);
    assert_metric(m, "break_even_frac", 6.0 / 15.0);
    s.world->month = 5; // months before the run's start do not count: lanes of January to June
    s.world->climate.month_of_year = 5;
    s.world->firm.last_sale_month[0] = s.world->firm.last_sale_month[1] = NEVER;
    s.world->firm.last_sale_month[2] = s.world->firm.last_sale_month[3] = 5;
    for (int month = 6; month < 12; month++)
        s.world->firm.reported_ring[month * s.world->firms.capacity + 3] = -1e9F;
    metrics_month(m, s.world);
    assert_metric(m, "loss_making_frac", 0.0);
    assert_metric(m, "break_even_frac", 4.0 / 12.0);
    metrics_free(m);
    small_close(s);
}

static void growth_of_workers_over_the_year(void **state)
{
    (void)state;
    struct small s = metrics_fixture_empty(NULL, MONTH);
    struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity, before = (s.world->climate.month_of_year + 1) % 12;
    const int64_t grows = metrics_fixture_firm(s, 1, 12.0), shrinks = metrics_fixture_firm(s, 1, 4.0);
    f->workers_ring[before * cap + grows] = 8.0F;
    f->workers_ring[before * cap + shrinks] = 6.0F;
    const int64_t young = metrics_fixture_firm(s, 100, 50.0);
    f->operating_bits[young] = 0x7ff; // eleven months
    f->workers_ring[before * cap + young] = 1.0F;
    struct metrics *m = metrics_fixture_create(s, 1);
    metrics_month(m, s.world);
    assert_near(metrics_fixture_value(m, "employment_growth_frac", "", ""),
                12.0 / 11.0 * (4.0 / 10.0 - 2.0 / 5.0) / 2.0, 1e-6);
    assert_near(metrics_fixture_value(m, "employment_growth_frac", "size_class", "small"), 12.0 / 11.0 * 0.4,
                1e-6);
    s.world->month = 10; // the run does not know
    metrics_month(m, s.world);
    assert_metric_missing(m, "employment_growth_frac");
    metrics_free(m);
    small_close(s);
}

static void cell_methods_say_stock_or_flow(void **state)
{
    (void)state;
    assert_string_equal(metrics_cell_methods(&metrics_rows[metrics_fixture_row("enterprises_n")]),
                        "time: point");
    assert_string_equal(metrics_cell_methods(&metrics_rows[metrics_fixture_row("entries_n")]), "time: sum");
    assert_string_equal(metrics_cell_methods(&metrics_rows[metrics_fixture_row("revenue_vnd")]), "time: sum");
    assert_string_equal(metrics_cell_methods(&metrics_rows[metrics_fixture_row("collateral_required_frac")]),
                        "time: mean");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_counted_by_status),
        cmocka_unit_test(size_and_survey_classes),
        cmocka_unit_test(classes_of_decree_56_depend_on_the_sector),
        cmocka_unit_test(owners_sectors_and_regions),
        cmocka_unit_test(innovation_by_type_window_and_lens),
        cmocka_unit_test(lens_of_manufacturers),
        cmocka_unit_test(persistence_looks_36_months_back),
        cmocka_unit_test(attributes_and_the_last_year),
        cmocka_unit_test(births_exits_and_changes_of_status),
        cmocka_unit_test(projects_loans_and_taxes),
        cmocka_unit_test(profit_of_the_last_year),
        cmocka_unit_test(growth_of_workers_over_the_year),
        cmocka_unit_test(cell_methods_say_stock_or_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
