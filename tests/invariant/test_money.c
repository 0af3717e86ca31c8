// Money balances to the VND in every month; a planted leak stops the run and is named.
#include "tests/fixture.h"

static const char *const small[] = {"run.agents=5000", "run.until=2016-12", NULL};

static void a_year_of_every_policy_balances(void **state)
{
    static const char *const files[] = {"policies/baseline.yaml", "policies/credit_guarantee.yaml",
                                        "policies/fund_of_funds.yaml", "policies/tax_incentive.yaml"};
    (void)state;
    for (size_t k = 0; k < sizeof files / sizeof files[0]; k++) {
        struct model *model = fixture_model(files[k], small);
        struct world *world = fixture_world(model, 0, 2);
        fixture_run(model, world); // asserts the audit of every month
        for (int c = 0; c < CLAIMS_N; c++) {
            int64_t sum = 0;
            for (int a = 0; a < ACCOUNTS_N; a++)
                sum += world->ledger.position[a][c];
            assert_int_equal(sum, 0);
        }
        world_free(world);
        free(model);
    }
}

// One defect, planted by the observer in the eighteenth month; the audit of the next must name it.
struct leak {
    const char *message;
    void (*plant)(struct world *world);
};

static int64_t a_firm(const struct world *world)
{
    for (int64_t r = 0; r < world->firms.n; r++)
        if (world->firm.status[r] == STATUS_OPERATING && world->firm.weight[r] == 1)
            return r;
    return 0;
}

static void leak_firm_cash(struct world *world)
{
    world->firm.cash_vnd[a_firm(world)] += 1.0;
}
static void leak_firm_debt(struct world *world)
{
    world->firm.debt_vnd[a_firm(world)] += 1.0;
}
static void leak_half(struct world *world)
{
    world->firm.cash_vnd[a_firm(world)] += 0.5;
}
static void leak_bank(struct world *world)
{
    world->bank.cash_vnd[0] -= 7;
}
static void leak_bank_loans(struct world *world)
{
    world->bank.loans_vnd[0] += 7;
}
static void leak_weight(struct world *world)
{
    world->firm.weight[a_firm(world)] += 1;
}
static void leak_ledger(struct world *world)
{
    world->ledger.position[ACCOUNT_HOUSEHOLDS][CLAIM_CASH] += 3;
}
static void leak_holding(struct world *world)
{
    for (int64_t k = 0; k < world->holdings.n; k++)
        if (world->holding.alive[k]) {
            world->holding.cost_vnd[k] += 5;
            return;
        }
    fail_msg("no holding to plant a defect in");
}

static int plant(void *ctx, const struct world *world, struct error *err)
{
    const struct leak *leak = ctx;
    (void)err;
    if (world->month == 17)
        leak->plant((struct world *)world);
    return 0;
}

static void leaks_are_caught(void **state)
{
    static const struct leak leaks[] = {
        {"cash of firms", leak_firm_cash},
        {"loans of firms", leak_firm_debt},
        {"not a whole number of VND", leak_half},
        {"cash of banks", leak_bank},
        {"loans of banks", leak_bank_loans},
        {"cash of firms", leak_weight},
        {"cash", leak_ledger},
        {"shares of venture_funds", leak_holding},
    };
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", small);
    for (size_t k = 0; k < sizeof leaks / sizeof leaks[0]; k++) {
        struct world *world = fixture_world(model, 0, 2);
        struct error *err = calloc(1, sizeof *err);
        struct leak leak = leaks[k];
        const struct observer observer = {&leak, plant};
        assert_int_equal(schedule_run(model, world, &observer, err), ERROR_WORK);
        if (!strstr(err->text[0], leak.message) || !strstr(err->text[0], "2015-07"))
            fail_msg("leak %zu: '%s' does not name '%s' and 2015-07", k, err->text[0], leak.message);
        assert_int_equal(world->month, 18); // the month after it was planted
        world_free(world);
        free(err);
    }
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_of_every_policy_balances),
        cmocka_unit_test(leaks_are_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
