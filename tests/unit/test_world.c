// The state of a replicate: payments both ways, audit, splits, the end of a month, digest, records born in a
// run.
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/unit/world_fixture.h"

static const char *const guarantee[] = {"programmes.g.kind=guarantee", "programmes.l.kind=loan", NULL};

// ---- money --------------------------------------------------------------------------------------

// What an agent holds: cash and net claim in loans, in all.
struct purse {
    int64_t cash, loans;
};

static struct purse purse_of(const struct world *w, struct party p)
{
    switch (p.account) {
    case ACCOUNT_FIRMS:
        return (struct purse){world_amount(w, p.row, w->firm.cash_vnd[p.row]),
                              -world_amount(w, p.row, w->firm.debt_vnd[p.row])};
    case ACCOUNT_BANKS:
        return (struct purse){w->bank.cash_vnd[p.row], w->bank.loans_vnd[p.row]};
    case ACCOUNT_GUARANTEE_FUNDS:
    case ACCOUNT_LOAN_FUNDS:
    case ACCOUNT_VENTURE_FUNDS:
        return (struct purse){w->fund.cash_vnd[p.row],
                              p.account == ACCOUNT_LOAN_FUNDS ? w->fund.outstanding_vnd[p.row] : 0};
    default:
        return (struct purse){w->ledger.position[p.account][CLAIM_CASH],
                              w->ledger.position[p.account][CLAIM_LOANS]};
    }
}

// One VND per enterprise of the paying firm, both ways between any two kinds of account: columns and books
// move alike.
static void a_payment_moves_both_sides(void **state)
{
    (void)state;
    struct small s = small_open(guarantee);
    struct world *w = s.world;
    small_reserve(s);
    const int64_t r = small_row(s, 0), weight = w->firm.weight[r];
    const struct party party[] = {world_firm_party(r),
                                  world_bank_party(2),
                                  world_fund_party(w, world_fund_birth(w, FUND_GUARANTEE, 0, 0)),
                                  world_fund_party(w, world_fund_birth(w, FUND_LOAN, 1, 0)),
                                  world_fund_party(w, world_fund_birth(w, FUND_VENTURE, NOBODY, 9)),
                                  world_party(ACCOUNT_HOUSEHOLDS),
                                  world_party(ACCOUNT_GOVERNMENT),
                                  world_party(ACCOUNT_REST)};
    static const struct {
        enum category category;
        int cash, loans;
    } kind[] = {{CATEGORY_GRANT, 1, 0},
                {CATEGORY_LOAN, 1, 1},
                {CATEGORY_LOAN_REPAYMENT, 1, 1},
                {CATEGORY_LOAN_WRITE_OFF, 0, 1}};
    const int n = sizeof party / sizeof party[0];
    assert_int_equal(party[2].account, ACCOUNT_GUARANTEE_FUNDS);
    assert_int_equal(party[3].account, ACCOUNT_LOAN_FUNDS);
    assert_int_equal(party[4].account, ACCOUNT_VENTURE_FUNDS);
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++)
            for (size_t k = 0; a != b && k < sizeof kind / sizeof kind[0]; k++) {
                const bool agents = party[a].account == ACCOUNT_GUARANTEE_FUNDS ||
                                    party[a].account == ACCOUNT_VENTURE_FUNDS ||
                                    party[b].account == ACCOUNT_GUARANTEE_FUNDS ||
                                    party[b].account == ACCOUNT_VENTURE_FUNDS;
                if (kind[k].loans && agents)
                    continue; // these funds have no loans
                const struct purse payer = purse_of(w, party[a]), payee = purse_of(w, party[b]);
                const int64_t amount = weight * (1 + (int64_t)k),
                              flow = w->ledger.flow[kind[k].category][party[a].account][party[b].account];
                world_pay(w, kind[k].category, party[a], party[b], amount);
                const struct purse payer_after = purse_of(w, party[a]), payee_after = purse_of(w, party[b]);
                assert_int_equal(payer_after.cash, payer.cash - kind[k].cash * amount);
                assert_int_equal(payee_after.cash, payee.cash + kind[k].cash * amount);
                assert_int_equal(payer_after.loans, payer.loans + kind[k].loans * amount);
                assert_int_equal(payee_after.loans, payee.loans - kind[k].loans * amount);
                assert_int_equal(w->ledger.flow[kind[k].category][party[a].account][party[b].account],
                                 flow + amount);
            }
    small_close(s);
}

static void amounts_are_whole_and_times_the_weight(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const int64_t r = small_row(s, 0);
    s.world->firm.weight[r] = 7;
    assert_int_equal(world_amount(s.world, r, 10.0), 70);
    assert_int_equal(world_amount(s.world, r, 10.4), 70);
    assert_int_equal(world_amount(s.world, r, 10.6), 77);
    assert_int_equal(world_amount(s.world, r, 0x1p50), 7 * ((int64_t)1 << 50));
    small_close(s);
}

static bool aborts(struct small s, void (*call)(struct small s))
{
    fflush(NULL);
    const pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); // cmocka catches it
        fclose(stderr);
        call(s);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void pay_a_fraction(struct small s)
{
    const int64_t r = small_row(s, 0);
    s.world->firm.weight[r] = 7;
    world_pay(s.world, CATEGORY_GRANT, world_party(ACCOUNT_GOVERNMENT), world_firm_party(r), 71);
}

static void pay_less_than_nothing(struct small s)
{
    world_pay(s.world, CATEGORY_GRANT, world_party(ACCOUNT_GOVERNMENT), world_party(ACCOUNT_HOUSEHOLDS), -1);
}

static void split_all(struct small s)
{
    const int64_t r = small_row(s, 0);
    world_split(s.world, r, s.world->firm.weight[r]);
}

static void misuse_is_a_bug(void **state)
{
    static void (*const call[])(struct small s) = {pay_a_fraction, pay_less_than_nothing, split_all};
    (void)state;
    struct small s = small_open(NULL);
    small_reserve(s);
    for (size_t k = 0; k < sizeof call / sizeof call[0]; k++)
        assert_true(aborts(s, call[k]));
    small_close(s);
}

// ---- audit --------------------------------------------------------------------------------------

static void break_bank(struct world *w)
{
    w->bank.loans_vnd[0] += 1;
}
static void break_fund(struct world *w)
{
    w->fund.cash_vnd[0] += 1;
}
static void break_nan(struct world *w)
{
    w->firm.skills[5] = (double)NAN;
}
static void break_minus_zero(struct world *w)
{
    w->firm.quality[5] = -0.0;
}
static void break_subnormal(struct world *w)
{
    w->firm.attraction[5] = 1e-310;
}
static void break_id(struct world *w)
{
    w->firm.id[5] = w->firm.id[6];
}
static void break_bank_share(struct world *w)
{
    w->bank.market_share[0] = (double)INFINITY;
}

// Books every month; ids and floating state once a year, in December.
static void the_audit_names_what_is_wrong(void **state)
{
    static const struct {
        void (*plant)(struct world *w);
        const char *message;
        bool yearly;
    } row[] = {
        {break_bank, "loans of banks", false},
        {break_fund, "cash of ", false},
        {break_nan, "skills", true},
        {break_minus_zero, "quality", true},
        {break_subnormal, "attraction", true},
        {break_id, "firms", true},
        {break_bank_share, "market_share", true},
    };
    (void)state;
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++)
        for (int december = 0; december < 2; december++) {
            struct small s = small_open(NULL);
            s.world->month = december ? 11 : 4;
            small_begin(s);
            environment_step(s.model, s.world);
            *err = (struct error){0};
            assert_int_equal(world_audit(s.world, err), 0);
            row[k].plant(s.world);
            const int rc = world_audit(s.world, err);
            if (rc != (row[k].yearly && !december ? ERROR_NONE : ERROR_WORK) ||
                (rc && !strstr(err->text[0], row[k].message)))
                fail_msg("row %zu: %d '%s' does not name '%s'", k, rc, err->text[0], row[k].message);
            small_close(s);
        }
    free(err);
}

// ---- rows ---------------------------------------------------------------------------------------

static void a_split_is_a_copy_but_for_id_and_weight(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    small_reserve(s);
    const int64_t r = small_row(s, 0), w = s.world->firm.weight[r], id = s.world->firm.id[r],
                  next = s.world->next_id;
    const int64_t part = world_split(s.world, r, 3);
    assert_int_equal(part, s.world->firms.n - 1);
    for (int c = 0; c < s.world->firms.columns_n; c++)
        for (int lane = 0; lane < world_firm_columns[c].lanes; lane++) {
            const double a = table_value(&s.world->firms, c, lane, r),
                         b = table_value(&s.world->firms, c, lane, part);
            if (strcmp(world_firm_columns[c].name, "id") == 0)
                assert_true(a == (double)id && b == (double)next);
            else if (strcmp(world_firm_columns[c].name, "weight") == 0)
                assert_true(a == (double)(w - 3) && b == 3.0);
            else
                assert_true(a == b);
        }
    small_close(s);
}

// Puts an application of a firm and a holding in it into the tables.
static void point_at(struct small s, int64_t firm)
{
    const int64_t k = table_birth(&s.world->applications, s.world->next_application++, 1);
    const int64_t h = table_birth(&s.world->holdings, s.world->next_id++, 1);
    s.world->application.firm[k] = firm;
    s.world->holding.firm[h] = firm;
}

// Rows that point at firms follow when the dead leave: in December, or as soon as an eighth of the rows is
// dead.
static void rows_that_point_at_firms_follow(void **state)
{
    (void)state;
    for (int december = 0; december < 2; december++) {
        struct small s = small_open(NULL);
        small_reserve(s);
        s.world->climate.month_of_year = december ? 11 : 5;
        const struct firm *f = &s.world->firm;
        const int64_t n = s.world->firms.n, first = s.world->holdings.n;
        const int64_t pointed[] = {0, 3, n / 3 + 1, n / 2, n - 1};
        const int64_t dead = december ? 4 : n / 8 + 1;
        int64_t id[5];
        for (int k = 0; k < 5; k++) {
            point_at(s, pointed[k]);
            id[k] = f->id[pointed[k]];
        }
        for (int64_t r = 1; r <= dead; r++)
            f->status[r] = STATUS_GONE;
        world_close_month(s.world);
        assert_int_equal(s.world->firms.n, n - dead);
        for (int k = 0; k < 5; k++) {
            const int64_t row = s.world->application.firm[k];
            assert_int_equal(s.world->holding.firm[first + k], row);
            if (pointed[k] >= 1 && pointed[k] <= dead)
                assert_int_equal(row, NOBODY);
            else
                assert_int_equal(f->id[row], id[k]);
        }
        small_close(s);
    }
}

static void a_few_dead_rows_wait_until_december(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const int64_t n = s.world->firms.n;
    s.world->climate.month_of_year = 3;
    s.world->firm.status[2] = STATUS_GONE;
    world_close_month(s.world);
    assert_int_equal(s.world->firms.n, n);
    assert_int_equal(s.world->firm.alive[2], 0);
    small_close(s);
}

static void a_fund_has_the_luck_of_its_owner_not_of_its_place(void **state)
{
    static const char *const first[] = {"programmes.a.kind=guarantee", "programmes.g.kind=guarantee", NULL};
    (void)state;
    struct small s = small_open(guarantee), t = small_open(first);
    small_reserve(s);
    small_reserve(t);
    const int64_t a = world_fund_birth(s.world, FUND_GUARANTEE, 0, 4),
                  b = world_fund_birth(t.world, FUND_GUARANTEE, 1, 4);
    const int64_t c = world_fund_birth(s.world, FUND_GUARANTEE, 0, 5);
    assert_true(s.world->fund.ancestor[a] == t.world->fund.ancestor[b]);
    assert_true(s.world->fund.ancestor[a] != s.world->fund.ancestor[c]);
    assert_true(s.world->fund.id[a] != s.world->fund.id[c] && s.world->fund.programme[a] == 0 &&
                s.world->fund.vintage[a] == 0);
    small_close(s);
    small_close(t);
}

// ---- the whole ----------------------------------------------------------------------------------

static void set_skill(struct world *w)
{
    w->firm.skills[7] += 0x1p-40;
}
static void set_bank(struct world *w)
{
    w->bank.quota_vnd[1] += 1;
}
static void set_households(struct world *w)
{
    w->household_n[0] += 1;
}
static void set_attraction(struct world *w)
{
    w->sector[2].attraction *= 1.0 + 0x1p-50;
}
static void set_month(struct world *w)
{
    w->month += 1;
}
static void set_position(struct world *w)
{
    w->ledger.position[0][0] += 1;
}
static void set_served(struct world *w)
{
    w->firm.served[7] = 1;
}
static void set_support(struct world *w)
{
    w->firm.support_vnd[7] = 5.0;
}
static void set_account(struct world *w)
{
    w->programme[0].month.cash_vnd = 5;
}

static void the_digest_sees_the_economy_and_no_programme_sets(void **state)
{
    static const struct {
        void (*change)(struct world *w);
        bool seen;
    } row[] = {{set_skill, true},      {set_bank, true},     {set_households, true},
               {set_attraction, true}, {set_month, true},    {set_position, true},
               {set_served, false},    {set_support, false}, {set_account, false}};
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        struct small s = small_open(NULL);
        const uint64_t before = world_digest(s.world);
        assert_true(world_digest(s.world) == before);
        row[k].change(s.world);
        assert_int_equal(world_digest(s.world) != before, row[k].seen);
        small_close(s);
    }
}

static void months_have_names(void **state)
{
    static const char *const late[] = {"run.start=2016-11", NULL};
    (void)state;
    struct small s = small_open(late);
    char text[WORLD_MONTH_TEXT];
    static const char *const name[] = {"2016-11", "2016-12", "2017-01"};
    for (int k = 0; k < 3; k++, s.world->month++) {
        world_month_text(s.world, text);
        assert_string_equal(text, name[k]);
    }
    small_close(s);
}

static void room_is_made_for_a_month(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    for (int m = 0; m < 3; m++) {
        small_reserve(s);
        const struct world *w = s.world;
        assert_true(w->firms.capacity - w->firms.n >= entry_max(s.model, w) + s.model->programmes_n);
        assert_true(w->applications.capacity > w->applications.n && w->scratch.capacity >= w->firms.capacity);
        small_months(s, 1);
    }
    small_close(s);
}

static void an_msme_has_fewer_than_200_workers(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    s.world->firm.workers[0] = 199.9;
    s.world->firm.workers[1] = 200.0;
    assert_true(world_msme(s.world, 0));
    assert_false(world_msme(s.world, 1));
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_payment_moves_both_sides),
        cmocka_unit_test(amounts_are_whole_and_times_the_weight),
        cmocka_unit_test(misuse_is_a_bug),
        cmocka_unit_test(the_audit_names_what_is_wrong),
        cmocka_unit_test(a_split_is_a_copy_but_for_id_and_weight),
        cmocka_unit_test(rows_that_point_at_firms_follow),
        cmocka_unit_test(a_few_dead_rows_wait_until_december),
        cmocka_unit_test(a_fund_has_the_luck_of_its_owner_not_of_its_place),
        cmocka_unit_test(the_digest_sees_the_economy_and_no_programme_sets),
        cmocka_unit_test(months_have_names),
        cmocka_unit_test(room_is_made_for_a_month),
        cmocka_unit_test(an_msme_has_fewer_than_200_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
