// member: replicates in memory: the same for any number of threads, as run simulates them, stoppable.
#include "commands/member.h"

#include "tests/fixture.h"

static const struct member_setting small[] = {
    {"run.agents", "300", "test"},
    {"run.replicates", "2", "test"},
    {"run.until", "2014-06", "test"},
    {"run.panel_share", "0", "test"},
};
enum { SMALL_N = sizeof small / sizeof *small };

static struct scenario load(struct error *err)
{
    struct scenario scenario;
    static const char path[] = MANGROVE_SOURCE_DIR "/scenarios/policies/baseline.yaml";
    assert_int_equal(scenario_load(&scenario, path, NULL, err), 0);
    return scenario;
}

static void put(struct member *member, struct scenario *scenario, const char *margin, enum member_scope scope)
{
    struct error err = {0};
    struct member_setting setting[SMALL_N + 1];
    memcpy(setting, small, sizeof small);
    setting[SMALL_N] = (struct member_setting){"economy.production.margin_mean", margin, "test"};
    const int code = member_create_set(member, scenario, setting, SMALL_N + 1, scope, &err);
    error_print(&err, stderr);
    assert_int_equal(code, 0);
}

static void two_members_do_not_depend_on_threads(void **state)
{
    struct error err = {0};
    struct scenario scenario = load(&err);
    uint64_t digest[2][2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct member a, b, *both[] = {&a, &b};
        put(&a, &scenario, "0.01", MEMBER_METRICS);
        put(&b, &scenario, "0.03", MEMBER_METRICS);
        const struct member_call call = {k == 0 ? 1 : 3, NULL, NULL};
        assert_int_equal(member_run(both, 2, &call, &err), 0);
        digest[0][k] = data_digest(a.data);
        digest[1][k] = data_digest(b.data);
        assert_true(a.weight[0] > 0);
        member_free(&a);
        member_free(&b);
    }
    assert_int_equal(digest[0][0], digest[0][1]);
    assert_int_equal(digest[1][0], digest[1][1]);
    assert_true(digest[0][0] != digest[1][0]);
    scenario_free(&scenario);
}

// A member's world is the one that `run` simulates, and its metrics are those of the full record.
static void metrics_alone_are_those_of_the_full_record(void **state)
{
    struct error err = {0};
    struct scenario scenario = load(&err);
    struct member all, metrics, *both[] = {&all, &metrics};
    const struct member_call call = {2, NULL, NULL};
    const char *const settings[] = {"run.agents=300", "run.until=2014-06",
                                    "economy.production.margin_mean=0.03", NULL};
    (void)state;
    put(&all, &scenario, "0.03", MEMBER_ALL);
    put(&metrics, &scenario, "0.03", MEMBER_METRICS);
    assert_int_equal(member_run(both, 2, &call, &err), 0);
    for (int r = 0; r < 2; r++) {
        assert_int_equal(all.digest[r], fixture_digest("policies/baseline.yaml", settings, r, 1));
        assert_int_equal(all.digest[r], metrics.digest[r]);
    }
    const struct data_var *a = data_var_find(all.data, "", "enterprises_n_by_sector");
    const struct data_var *m = data_var_find(metrics.data, "", "enterprises_n_by_sector");
    assert_int_equal(a->n, m->n);
    assert_memory_equal(a->value, m->value, (size_t)a->n * sizeof(double));
    assert_non_null(data_var_find(all.data, "ledger", "flow_vnd"));
    assert_null(data_var_find(metrics.data, "ledger", "flow_vnd"));
    member_free(&all);
    member_free(&metrics);
    scenario_free(&scenario);
}

static void a_wrong_setting_is_told_with_its_place(void **state)
{
    struct error err = {0};
    struct scenario scenario = load(&err);
    struct member member;
    const struct member_setting setting = {"economy.production.margin_mean", "12", "trial 7"};
    (void)state;
    assert_int_equal(member_create_set(&member, &scenario, &setting, 1, MEMBER_METRICS, &err), ERROR_INPUT);
    assert_non_null(strstr(err.text[0], "trial 7: economy.production.margin_mean"));
    member_free(&member);
    scenario_free(&scenario);
}

static void an_interrupt_stops_members(void **state)
{
    struct error err = {0};
    struct scenario scenario = load(&err);
    struct member member, *members = &member;
    struct stop stop;
    (void)state;
    put(&member, &scenario, "0.03", MEMBER_METRICS);
    stop_hold(&stop);
    const struct member_call call = {2, &stop, NULL};
    raise(SIGINT);
    assert_int_equal(member_run(&members, 1, &call, &err), ERROR_STOPPED);
    assert_int_equal(err.faults_n, 0);
    stop_release(&stop);
    assert_false(stop_asked(NULL));
    member_free(&member);
    scenario_free(&scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_members_do_not_depend_on_threads),
        cmocka_unit_test(metrics_alone_are_those_of_the_full_record),
        cmocka_unit_test(a_wrong_setting_is_told_with_its_place),
        cmocka_unit_test(an_interrupt_stops_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
