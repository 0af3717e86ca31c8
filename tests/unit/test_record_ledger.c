// The group of the ledger: every flow that occurs, to the VND, and balance sheets that close.
#include "tests/unit/record_fixture.h"

static int64_t written(const struct taping *t, int replicate, int64_t month, int64_t flow)
{
    const struct data_var *var = taping_var(t, "ledger", "flow_vnd");
    return ((const int64_t *)
                var->value)[(replicate * taping_length(t, var, 1) + month) * taping_length(t, var, 2) + flow];
}

enum { MONTHS = 14, REPLICATES = 2 };

struct books {
    struct ledger month[REPLICATES][MONTHS];
};

static void keep_books(void *ctx, int replicate, const struct world *world)
{
    ((struct books *)ctx)->month[replicate][world->month] = world->ledger;
}

static int name_index(const char *const *names, int n, const char *name)
{
    for (int k = 0; k < n; k++)
        if (strcmp(names[k], name) == 0)
            return k;
    fail_msg("no '%s'", name);
    return 0;
}

static int category_index(const char *name)
{
    for (int k = 0; k < CATEGORIES_N; k++)
        if (strcmp(world_ledger_names.categories[k].name, name) == 0)
            return k;
    fail_msg("no category '%s'", name);
    return 0;
}

// VND of a month's flows that the file does not have.
static int64_t unwritten(const struct taping *t, const struct books *books, int replicate, int month)
{
    struct ledger left = books->month[replicate][month];
    int64_t sum = 0;
    for (int64_t k = 0; k < taping_var(t, "ledger", "category")->n; k++) {
        const int category = category_index(taping_text(t, "ledger", "category", k));
        const int payer =
            name_index(world_ledger_names.sectors, ACCOUNTS_N, taping_text(t, "ledger", "payer", k));
        const int payee =
            name_index(world_ledger_names.sectors, ACCOUNTS_N, taping_text(t, "ledger", "payee", k));
        left.flow[category][payer][payee] -= written(t, replicate, month, k);
    }
    for (int c = 0; c < CATEGORIES_N; c++)
        for (int a = 0; a < ACCOUNTS_N; a++)
            for (int b = 0; b < ACCOUNTS_N; b++)
                sum += left.flow[c][a][b] < 0 ? -left.flow[c][a][b] : left.flow[c][a][b];
    return sum;
}

static void flows_and_positions_to_the_vnd(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2015-02", "run.replicates=2", NULL};
    (void)state;
    struct taping t = taping_open("policies/baseline.yaml", settings);
    struct books *books = calloc(1, sizeof *books);
    assert_non_null(books);
    t.witness = keep_books;
    t.ctx = books;
    taping_run(&t, 1);
    const struct data_var *position = taping_var(&t, "ledger", "position_vnd");
    const int64_t *held = position->value;
    for (int r = 0; r < REPLICATES; r++)
        for (int m = 0; m < MONTHS; m++) {
            assert_int_equal(unwritten(&t, books, r, m), 0);
            for (int claim = 0; claim < CLAIMS_N; claim++) {
                int64_t all = 0;
                for (int account = 0; account < ACCOUNTS_N; account++) {
                    const int64_t here = held[((r * MONTHS + m) * ACCOUNTS_N + account) * CLAIMS_N + claim];
                    assert_true(here == books->month[r][m].position[account][claim]);
                    all += here;
                }
                assert_true(all == 0);
            }
        }
    // a planted defect: a VND goes astray
    ((int64_t *)taping_var(&t, "ledger", "flow_vnd")->value)[7]++;
    assert_int_equal(unwritten(&t, books, 0, 0), 1);
    assert_string_equal(t.data->dim[position->dim[2]].label[ACCOUNT_REST], "rest_of_world");
    assert_string_equal(t.data->dim[position->dim[3]].label[CLAIM_CASH], "cash");
    free(books);
    taping_close(&t);
}

static void a_flow_that_never_occurs_has_no_column(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2014-02", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings); // without programmes no grants
    taping_run(&t, 1);
    for (int64_t k = 0; k < taping_var(&t, "ledger", "category")->n; k++)
        assert_string_not_equal(taping_text(&t, "ledger", "category", k), "GRANT");
    const struct data_var *flow = taping_var(&t, "ledger", "flow_vnd");
    const struct data_dim *dim = &t.data->dim[flow->dim[2]];
    assert_string_equal(dim->label[0], "SALES firms>firms");
    taping_close(&t);
}

// Long runs keep the ledger of their first replicates only; `replicate` of the group is then shorter.
static void as_many_replicates_as_memory_is_meant_for(void **state)
{
    static const char *const settings[] = {"run.agents=1500", "run.until=2014-02", "run.replicates=3", NULL};
    (void)state;
    struct taping t = taping_open("economies/vietnam.yaml", settings);
    struct error err = {0};
    taping_create(&t);
    t.record->ledger_n = 2;
    par_items(1, 3, taping_replicate_run, &t);
    taping_sound(record_finish(t.record, &err), &err);
    taping_sound(data_check(t.data, &err), &err);
    const struct data_var *flow = taping_var(&t, "ledger", "flow_vnd");
    assert_int_equal(taping_length(&t, flow, 0), 2);
    assert_int_equal(taping_length(&t, taping_var(&t, "", "enterprises_n"), 0), 3);
    taping_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_and_positions_to_the_vnd),
        cmocka_unit_test(a_flow_that_never_occurs_has_no_column),
        cmocka_unit_test(as_many_replicates_as_memory_is_meant_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
