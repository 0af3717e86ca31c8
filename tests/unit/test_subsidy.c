// subsidy: the share, the ceiling and the types that are paid for; advanced or reimbursed; never twice; the
// project lives from it.
#include "tests/unit/programme_fixture.h"

static int64_t paid(struct small s, int64_t r)
{
    return (int64_t)s.world->firm.support_vnd[r];
}

static void a_share_is_paid_up_to_the_ceiling(void **state)
{
    static const struct {
        double cost;
        int64_t paid;
    } row[] = {
        {10e6, 4000000}, {100e6, 40000000}, {125e6, 50000000}, {900e6, 50000000}, {12345678.0, 4938271}};
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.share=0.4", "programmes.p.cap_vnd=50e6",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    for (int k = 0; k < 5; k++)
        probe_plan(s, small_row(s, k), row[k].cost);
    int64_t all = 0;
    double before[5];
    for (int k = 0; k < 5; k++)
        before[k] = s.world->firm.cash_vnd[small_row(s, k)];
    probe_month(s);
    for (int k = 0; k < 5; k++) {
        const int64_t r = small_row(s, k);
        assert_int_equal(paid(s, r), row[k].paid);
        assert_true(s.world->firm.cash_vnd[r] == before[k] + (double)row[k].paid);
        assert_true(s.world->firm.project_support_vnd[r] == (double)row[k].paid);
        all += s.world->firm.weight[r] * row[k].paid;
    }
    const struct programme_account *a = &s.world->programme[0].month;
    assert_int_equal(a->disbursed_vnd, all);
    assert_int_equal(a->cash_vnd, all);
    assert_int_equal(a->cost_vnd, all);
    assert_int_equal(s.world->ledger.flow[CATEGORY_GRANT][ACCOUNT_GOVERNMENT][ACCOUNT_FIRMS], all);
    small_close(s);
}

static void a_project_is_paid_for_once(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = small_row(s, 0);
    probe_plan(s, r, 100e6);
    for (int m = 0; m < 4; m++)
        probe_month(s);
    assert_int_equal(paid(s, r), 50000000);
    s.world->firm.plan[r] = 0;
    probe_plan(s, r, 60e6); // the next project is another matter
    probe_month(s);
    assert_int_equal(paid(s, r), 80000000);
    small_close(s);
}

static void only_the_types_of_the_programme_are_paid_for(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.types=[process, new_product]", NULL};
    (void)state;
    struct small s = small_open(set);
    for (int type = 0; type < TYPES_N; type++) {
        probe_plan(s, small_row(s, type), 100e6);
        s.world->firm.plan[small_row(s, type)] = (uint8_t)(1 + type);
    }
    probe_month(s);
    for (int type = 0; type < TYPES_N; type++)
        assert_int_equal(programme_served(s.world, 0, small_row(s, type)),
                         type == TYPE_PROCESS || type == TYPE_NEW_PRODUCT);
    small_close(s);
}

// A scheme that reimburses pays once the firm has begun with its own money; one that advances brings a
// project about.
static void reimbursed_or_advanced(void **state)
{
    static const char *const reimburse[] = {PROBE, NO_PLANS, "programmes.p.advance=false", NULL},
                             *const advance[] = {PROBE, NO_PLANS, NULL};
    static const char *const *const settings[2] = {reimburse, advance};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct small s = small_open(settings[k]);
        struct firm *f = &s.world->firm;
        const int64_t rich = small_row(s, 0), poor = small_row(s, 1);
        const double buffer = s.model->innovation.buffer_months * f->expected_sales_vnd[poor];
        for (int i = 0; i < 2; i++)
            f->cash_vnd[i ? rich : poor] = i ? 1e12 : buffer + 60e6;
        for (int m = 0; m < 2; m++, s.world->month++) {
            if (m == 0) {
                probe_plan(s, rich, 100e6);
                probe_plan(s, poor, 100e6); // lacks 40e6; the subsidy is 50e6
            }
            environment_step(s.model, s.world);
            small_reserve(s);
            programme_step(s.model, s.world);
            innovation_step(s.model, s.world);
        }
        assert_true(f->project[rich] && programme_served(s.world, 0, rich)); // it would have begun anyway
        assert_int_equal(f->project[poor] != 0, k);
        assert_int_equal(programme_served(s.world, 0, poor), k);
        small_close(s);
    }
}

// Waiting files get what is still due: the project may have shrunk or ended, the ceiling counts all that was
// paid.
static void a_file_gets_what_is_still_due(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.delay_months=2", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t a = small_row(s, 0), b = small_row(s, 1), c = small_row(s, 2);
    probe_plan(s, a, 100e6);
    probe_plan(s, b, 100e6);
    probe_plan(s, c, 100e6);
    probe_month(s);
    s.world->firm.plan[a] = 0;
    s.world->firm.project_cost_vnd[b] = 30e6;
    s.world->firm.project_support_vnd[c] = 20e6; // another programme has paid
    for (int m = 0; m < 2; m++)
        probe_month(s);
    assert_int_equal(paid(s, a), 0);
    assert_int_equal(paid(s, b), 15000000);
    assert_int_equal(paid(s, c), 30000000);
    assert_int_equal(s.world->programme[0].committed_total_vnd,
                     s.world->firm.weight[b] * 15000000 + s.world->firm.weight[c] * 30000000);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_is_paid_up_to_the_ceiling),
        cmocka_unit_test(a_project_is_paid_for_once),
        cmocka_unit_test(only_the_types_of_the_programme_are_paid_for),
        cmocka_unit_test(reimbursed_or_advanced),
        cmocka_unit_test(a_file_gets_what_is_still_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
