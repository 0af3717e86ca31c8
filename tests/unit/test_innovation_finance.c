// The order in which a project is paid for (equation I3): own money, support, the bank, equity of startups.
// Each step is shown by a month in which it is the one that counts.
#include "tests/unit/programme_fixture.h"

// Plans of a cost that own money does not cover, for operating rows without debt; months later they wait
// still.
static void stuck_plans(struct small s, double sales_months)
{
    const struct firm *f = &s.world->firm;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        probe_plan(s, r, vmath_round(sales_months * f->expected_sales_vnd[r]) + 1e9);
        f->plan_until[r] = (int16_t)(s.world->month + (int64_t)s.model->innovation.plan_months);
    }
}

// An advance grant of half the cost: whoever lacks no more than that begins in the same month's innovation
// phase; without the programme he waits and is counted as constrained.
static void support_comes_before_the_bank(void **state)
{
    static const char *const set[2][20] = {{PROBE, NO_PLANS, NULL}, {NO_PLANS, NULL}};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct small s = small_open(set[k]);
        const struct firm *f = &s.world->firm;
        const int64_t r = small_row(s, 0);
        small_begin(s);
        small_phases(s, "programmes");
        probe_plan(s, r, 100e6);
        f->plan_until[r] = (int16_t)(s.world->month + (int64_t)s.model->innovation.plan_months - 1);
        f->cash_vnd[r] = vmath_round(s.model->innovation.buffer_months * f->expected_sales_vnd[r]) + 60e6;
        small_phase(s, "programmes");
        small_phase(s, "innovation");
        assert_int_equal(f->project_event[r], k == 0 ? PROJECT_STARTED : PROJECT_POSTPONED);
        assert_true(f->project_support_vnd[r] == (k == 0 ? 50e6 : 0.0));
        small_close(s);
    }
}

// Firms ask their bank in the month in which a project is postponed, far more often than others; who is given
// what is lacking begins in the next month.
static void the_bank_is_asked_for_what_is_lacking(void **state)
{
    static const char *const set[] = {NO_PLANS, "run.agents=6000", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    double n[2] = {0}, applied[2] = {0};
    int financed = 0, began = 0;
    small_months(s, 1);
    uint8_t *given = calloc((size_t)s.world->firms.capacity, 1);
    assert_non_null(given);
    for (int64_t r = 0; r < s.world->firms.n; r += 2)
        if (f->status[r] == STATUS_OPERATING) {
            probe_plan(s, r, f->cash_vnd[r] + vmath_round(0.3 * f->expected_sales_vnd[r]));
            f->plan_until[r] = (int16_t)(s.world->month + (int64_t)s.model->innovation.plan_months - 1);
        }
    small_begin(s);
    small_phases(s, "equity");
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const int stuck = (f->project_event[r] & PROJECT_POSTPONED) != 0;
        n[stuck] += f->status[r] == STATUS_OPERATING;
        applied[stuck] += f->loan_event[r] & CREDIT_EVENT_APPLIED;
        given[r] = stuck && (f->loan_event[r] & CREDIT_EVENT_GRANTED) &&
                   innovation_gap_vnd(s.model, s.world, r) <= 0.0;
        financed += given[r];
    }
    small_phase(s, "innovation");
    for (int64_t r = 0; r < s.world->firms.n; r++)
        began += (f->project_event[r] & PROJECT_STARTED) && given[r];
    print_message("asked their bank: %.2f of those with a stuck project, %.2f of others; %d financed\n",
                  applied[1] / n[1], applied[0] / n[0], financed);
    assert_true(applied[1] / n[1] > 3.0 * applied[0] / n[0]);
    assert_true(financed > 10);
    assert_int_equal(began, financed);
    free(given);
    small_close(s);
}

// Startups with a stuck project look for investors at once.
static void startups_seek_equity_for_a_stuck_project(void **state)
{
    static const char *const set[] = {NO_PLANS, "run.agents=6000", "economy.equity.seek_per_year.seed=1",
                                      NULL};
    int rounds[2] = {0};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct small s = small_open(set);
        const struct firm *f = &s.world->firm;
        small_begin(s);
        small_phases(s, "equity");
        if (k == 1)
            stuck_plans(s, 6.0);
        for (int64_t r = 0; r < s.world->firms.n; r++)
            f->project_event[r] = k == 1 ? PROJECT_POSTPONED : 0;
        small_phase(s, "equity");
        for (int64_t r = 0; r < s.world->firms.n; r++)
            rounds[k] += f->round_month[r] == s.world->month;
        small_close(s);
    }
    print_message("rounds in the month: %d, with stuck projects %d\n", rounds[0], rounds[1]);
    assert_true(rounds[1] > rounds[0] + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(support_comes_before_the_bank),
        cmocka_unit_test(the_bank_is_asked_for_what_is_lacking),
        cmocka_unit_test(startups_seek_equity_for_a_stuck_project),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
