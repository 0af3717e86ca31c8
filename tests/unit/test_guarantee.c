// Guarantee funds: opening, who is covered and who is not, the fee, the books of the programme, running off,
// staying closed.
#include "tests/unit/credit_fixture.h"

#define FUND                                                                                                 \
    "programmes.g.kind=guarantee", "programmes.g.aware_frac=0", "programmes.g.funds_n=3",                    \
        "programmes.g.capital_vnd=1000000000001", "programmes.g.agreement_frac=1",                           \
        "programmes.g.signal_noise=0", "economy.credit.capital_ratio_min=0"

static const struct instrument *guarantee(void)
{
    return instrument_at(instrument_find("guarantee"));
}

// Month 0 up to the programmes with one firm that needs `unmet`, in a bank that may lend. Returns its row.
static int64_t begin(struct small s, double unmet)
{
    small_begin(s);
    small_phases(s, "innovation");
    const int64_t r = credit_arrange(s, small_row(s, 0));
    s.world->firm.unmet_credit_vnd[r] = unmet;
    s.world->firm.loan_event[r] = 0;
    s.world->bank.quota_vnd[s.world->firm.bank[r]] = INT64_C(1000000000000000);
    s.world->programme[0].month = (struct programme_account){0};
    return r;
}

static struct programme_offer offer_to(struct small s, int64_t r)
{
    struct programme_offer offer = {0.0, 0.0};
    guarantee()->offer(s.model, s.world, 0, r, &offer);
    return offer;
}

static int64_t fund_of(struct small s, int64_t r)
{
    return s.world->firm.guarantor[r];
}

// Claims expected of one enterprise: cover, one-year default probability times half the years left, share not
// recovered.
static double expected_claims(struct small s, int64_t r)
{
    const struct firm *f = &s.world->firm;
    const double covered = credit_covered_vnd(s.world, r);
    if (covered == 0.0)
        return 0.0;
    const double c = covered / f->debt_vnd[r], years = (double)(f->loan_until[r] - s.world->month) / 24.0;
    const double ratio = s.model->credit.collateral_ratio * (1.0 - c) + 0.2 * c; // own_collateral_frac
    const double risk = credit_pd(s.model, s.world, r) * (years > 0.0 ? years : 0.0);
    return vmath_round(covered * (risk < 1.0 ? risk : 1.0) *
                       (1.0 - credit_recovery_frac(s.model, s.world, ratio)));
}

static void capital_is_split_to_the_last_vnd(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, NULL};
    struct small s = small_open(set);
    const struct fund *g = &s.world->fund;
    small_begin(s);
    small_phases(s, "innovation");
    const int64_t first = credit_funds_first(s.world, 0);
    int64_t capital = 0;
    for (int64_t k = first; k < first + 3; k++) {
        assert_int_equal(g->programme[k], 0);
        assert_int_equal(g->kind[k], FUND_GUARANTEE);
        assert_true(g->capital_vnd[k] == g->cash_vnd[k] && g->nav_vnd[k] == g->cash_vnd[k]);
        assert_true(g->capital_vnd[k] >= 333333333333 && g->capital_vnd[k] <= 333333333334);
        capital += g->capital_vnd[k];
    }
    assert_int_equal(capital, 1000000000001);
    assert_int_equal(s.world->ledger.position[ACCOUNT_GOVERNMENT][CLAIM_FUND_UNITS] >= capital, 1);
    // an asset swap: only administration counts as public cash and as cost
    const struct programme_account *a = &s.world->programme[0].month;
    assert_int_equal(a->disbursed_vnd, capital);
    assert_int_equal(a->cash_vnd, small_flow(s, CATEGORY_ADMINISTRATION));
    assert_int_equal(a->cost_vnd, a->cash_vnd);
    small_end(s);
    small_months(s, 2);
    assert_int_equal(s.world->funds.n >= first + 3, 1);
    assert_int_equal(credit_funds_first(s.world, 0), first); // opens once
    small_close(s);
}

// A loan of 200e6, 70 % covered: terms, fee of 1 % a year on 140e6, and the three books of the programme.
static void an_award_covers_a_loan(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 200e6), w = s.world->firm.weight[r];
    const struct firm *f = &s.world->firm;
    const struct fund *g = &s.world->fund;
    const struct programme_offer offer = offer_to(s, r);
    assert_true(offer.amount_vnd == 140e6);
    const double months = s.model->credit.loan_months;
    const double saved =
        200e6 * (s.model->credit.informal_rate_per_year - s.world->climate.bank_rate) * months / 24.0;
    assert_close(offer.benefit_vnd, saved - 0.01 * 140e6 * months / 12.0, 1e-9);

    const double cash = f->cash_vnd[r];
    assert_true(guarantee()->award(s.model, s.world, 0, r, offer.amount_vnd) == 140e6);
    const int64_t fund = fund_of(s, r);
    assert_true(fund >= credit_funds_first(s.world, 0) && fund < credit_funds_first(s.world, 0) + 3);
    assert_true(f->debt_vnd[r] == 200e6 && f->covered_frac[r] == 0.7 && f->unmet_credit_vnd[r] == 0.0);
    assert_int_equal(g->outstanding_vnd[fund], w * 140000000);
    const double fee = vmath_round(0.01 * 140e6 * f->loan_until[r] / 12.0);
    const int64_t invested = small_flow(s, CATEGORY_INVESTMENT);
    assert_true(fee > 0.0 &&
                f->cash_vnd[r] * (double)w == (cash + 200e6 - fee) * (double)w - (double)invested);
    assert_int_equal(g->cash_vnd[fund], g->capital_vnd[fund] + w * (int64_t)fee);
    const struct programme_account *a = &s.world->programme[0].month;
    assert_int_equal(a->cash_vnd, -w * (int64_t)fee);
    // cost: claims expected less the fee; it is what the net asset value has fallen by
    assert_int_equal(a->cost_vnd, w * (int64_t)expected_claims(s, r) - w * (int64_t)fee);
    assert_int_equal(a->cost_vnd, g->capital_vnd[fund] - g->nav_vnd[fund]);
    assert_int_equal(credit_faults(s), 0);
    assert_true(guarantee()->award(s.model, s.world, 0, r, 140e6) < 0.0); // no need left
    small_end(s);
    small_close(s);
}

// Why files fail, each alone; `what` arranges the cause.
static void files_are_refused_for_reasons(void **state)
{
    (void)state;
    static const struct {
        const char *name, *set;
        double capital, cash, margin, unmet;
        int offered; // it is refused only at the decision
    } cases[] = {
        {"procedure", "programmes.g.agreement_frac=0", 300e6, 100e6, 0.05, 200e6, 1},
        {"fund's risk appetite", "programmes.g.pd_max=0.0001", 300e6, 100e6, 0.05, 200e6, 1},
        {"losses punished", "programmes.g.punished_factor=0", 300e6, 100e6, 0.05, 200e6, 1},
        {"the bank's own view", "programmes.g.pd_max=1", 300e6, 100e6, -0.3, 380e6, 1},
        {"own collateral", "programmes.g.own_collateral_frac=20", 300e6, 100e6, 0.05, 900e6, 0},
        {"no fund in the province", "programmes.g.reach_frac=0", 300e6, 100e6, 0.05, 200e6, 0},
        {"one client's share", "programmes.g.client_share_max=0.00001", 300e6, 100e6, 0.05, 200e6, 0},
        {"ceiling of leverage", "programmes.g.leverage_max=0", 300e6, 100e6, 0.05, 200e6, 1},
        {"no need", "programmes.g.reach_frac=1", 300e6, 100e6, 0.05, 0.0, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const char *const set[] = {
            CREDIT_STILL, FUND, "programmes.g.losses_punished=true", "programmes.g.punished_factor=1",
            cases[k].set, NULL};
        struct small s = small_open(set);
        const int64_t r = begin(s, cases[k].unmet);
        struct firm *f = &s.world->firm;
        f->capital_vnd[r] = cases[k].capital;
        credit_set_cash(s, r, cases[k].cash);
        for (int m = 0; m < 12; m++)
            f->reported_ring[m * s.world->firms.capacity + r] = (float)(cases[k].margin * 100e6);
        const struct programme_offer offer = offer_to(s, r);
        const int64_t money = small_flow(s, CATEGORY_LOAN);
        if ((offer.amount_vnd > 0.0) != cases[k].offered)
            fail_msg("%s: offered %g", cases[k].name, offer.amount_vnd);
        const double amount = 0.7 * cases[k].unmet;
        if (guarantee()->accepts(s.model, s.world, 0, r, amount, f->ancestor[r]) &&
            guarantee()->award(s.model, s.world, 0, r, amount) >= 0.0)
            fail_msg("%s: covered", cases[k].name);
        assert_true(f->debt_vnd[r] == 0.0 && f->guarantor[r] == NOBODY);
        assert_int_equal(small_flow(s, CATEGORY_LOAN), money);
        assert_int_equal(small_flow(s, CATEGORY_GUARANTEE_FEE), 0);
        assert_int_equal(s.world->programme[0].month.cost_vnd, 0);
        small_end(s);
        small_close(s);
    }
}

// The same firm, whose bank refuses it alone, gets its loan with cover: what a guarantee is for.
static void cover_makes_the_difference(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, "programmes.g.pd_max=1", NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 250e6); // 280e6 of collateral secure 130e6 alone, and 340e6 with 70 % covered
    s.world->firm.wealth_vnd[r] = 10e6F;
    const double alone = credit_lend(s.model, s.world, r, &(struct credit_backing){NOBODY, 0.0, 9e15, 0.0});
    assert_true(alone > 0.0 && alone < 135e6);
    assert_int_equal(s.world->firm.credit_state[r], CREDIT_PARTIAL);
    small_end(s);
    small_close(s);

    s = small_open(set);
    const int64_t q = begin(s, 250e6);
    assert_true(guarantee()->award(s.model, s.world, 0, q, 175e6) == 175e6);
    assert_int_equal(s.world->firm.credit_state[q], CREDIT_SATISFIED);
    small_end(s);
    small_close(s);
}

// Room: leverage on what is left of the capital, and what the firm's bank may still lend. A file too large
// for either waits, and is refused if it comes to the award all the same.
static void room_ends_at_the_ceiling(void **state)
{
    (void)state;
    static const char *const set[] = {CREDIT_STILL, FUND, "programmes.g.leverage_max=5", NULL};
    struct small s = small_open(set);
    const int64_t r = begin(s, 200e6), w = s.world->firm.weight[r];
    struct fund *g = &s.world->fund;
    const int64_t first = credit_funds_first(s.world, 0);
    int64_t fund = first;
    for (int64_t k = first; k < first + 3; k++) { // find the firm's fund by filling the others
        const int64_t kept = g->cash_vnd[k];
        g->cash_vnd[k] = 0;
        fund = guarantee()->room(s.model, s.world, 0, r) == 0 ? k : fund;
        g->cash_vnd[k] = kept;
    }
    assert_int_equal(guarantee()->room(s.model, s.world, 0, r), 5 * g->capital_vnd[fund]);
    g->outstanding_vnd[fund] = 5 * g->capital_vnd[fund] - 140000000; // room for one enterprise of the agent
    assert_int_equal(guarantee()->room(s.model, s.world, 0, r), 140000000);
    assert_true(w > 1 && guarantee()->award(s.model, s.world, 0, r, 140e6) < 0.0);
    const int64_t part = world_split(s.world, r, 1);
    assert_true(guarantee()->award(s.model, s.world, 0, part, 140e6) == 140e6);
    assert_int_equal(g->outstanding_vnd[fund], 5 * g->capital_vnd[fund]);
    assert_int_equal(guarantee()->room(s.model, s.world, 0, r), 0);
    assert_true(guarantee()->award(s.model, s.world, 0, r, 140e6) < 0.0);
    g->outstanding_vnd[fund] -= 5 * g->capital_vnd[fund] - 140000000;
    const int64_t bank = s.world->firm.bank[r], quota = s.world->bank.quota_vnd[bank];
    s.world->bank.quota_vnd[bank] =
        s.world->bank.lent_year_vnd[bank] - s.world->bank.repaid_year_vnd[bank] + 100000000;
    assert_int_equal(guarantee()->room(s.model, s.world, 0, r), 70000000); // 70 % of the bank's room
    s.world->bank.quota_vnd[bank] = quota;
    assert_int_equal(credit_faults(s), 0);
    small_end(s);
    small_close(s);
}

// Whole years: cash is what the ledger says has left the public sector, cost is administration and what the
// funds have lost in value, month by month; values are made anew each January.
static void cash_and_cost_agree_with_the_books(void **state)
{
    (void)state;
    static const char *const set[] = {FUND,
                                      "programmes.g.aware_frac=1",
                                      "programmes.g.aware_per_year=50",
                                      "programmes.g.delay_months=0",
                                      "programmes.g.pd_max=1",
                                      "programmes.g.administration_frac=0",
                                      "economy.credit.owner_stops_per_month=0.5",
                                      "economy.credit.default_per_month=0.3",
                                      "run.until=2017-12",
                                      NULL};
    struct small s = small_open(set);
    const struct fund *g = &s.world->fund;
    int64_t cash = 0, cost = 0, ledger = 0, administration = 0, claims = 0;
    for (int month = 0; month < 30; month++) {
        small_begin(s);
        small_phases(s, "");
        assert_int_equal(credit_faults(s), 0);
        administration += small_flow(s, CATEGORY_ADMINISTRATION);
        claims += small_flow(s, CATEGORY_GUARANTEE_CLAIM);
        ledger += small_flow(s, CATEGORY_ADMINISTRATION) + small_flow(s, CATEGORY_GUARANTEE_CLAIM) -
                  small_flow(s, CATEGORY_GUARANTEE_FEE) - small_flow(s, CATEGORY_GUARANTEE_RECOVERY);
        cash += s.world->programme[0].month.cash_vnd;
        cost += s.world->programme[0].month.cost_vnd;
        int64_t lost = 0, held = 0, first = credit_funds_first(s.world, 0);
        for (int64_t k = first; k < first + 3; k++) {
            lost += g->capital_vnd[k] - g->nav_vnd[k];
            held += g->cash_vnd[k];
        }
        assert_int_equal(cash, ledger);
        assert_int_equal(cost, administration + lost);
        assert_int_equal(cash, administration + 1000000000001 - held);
        small_end(s);
    }
    assert_true(claims > 0);
    // January has come with claims in the past: the value has followed cash and collateral
    small_begin(s);
    s.world->climate.month_of_year = 0;
    guarantee()->operate(s.model, s.world, 0);
    const int64_t first = credit_funds_first(s.world, 0);
    int64_t taken_over = 0;
    for (int64_t k = first; k < first + 3; k++) {
        int64_t claims_to_come = 0;
        for (int64_t r = 0; r < s.world->firms.n; r++)
            if (s.world->firm.guarantor[r] == k)
                claims_to_come += s.world->firm.weight[r] * (int64_t)expected_claims(s, r);
        assert_int_equal(g->nav_vnd[k], g->cash_vnd[k] + g->recovering_vnd[k] - claims_to_come);
        taken_over += g->recovering_vnd[k];
    }
    assert_true(taken_over > 0);
    small_close(s);
}

// The last month of service passes, loans run off, and the money goes back; the programme's cost in all is
// what it has paid in less what came back, and so is its cash.
static void a_fund_runs_off_and_returns_its_money(void **state)
{
    (void)state;
    static const char *const set[] = {FUND,
                                      "programmes.g.aware_frac=1",
                                      "programmes.g.aware_per_year=50",
                                      "programmes.g.delay_months=0",
                                      "programmes.g.end=2014-09",
                                      "programmes.g.administration_frac=0",
                                      "run.until=2030-12",
                                      "economy.environment.insolvency_months=1",
                                      "run.agents=600",
                                      NULL};
    struct small s = small_open(set);
    const struct fund *g = &s.world->fund;
    int64_t cash = 0, cost = 0, paid_in = 0, returned = 0, fees = 0, month = 0, open = 3;
    for (; month < 160 && open > 0; month++) {
        small_begin(s);
        small_phases(s, "");
        assert_int_equal(credit_faults(s), 0);
        cash += s.world->programme[0].month.cash_vnd;
        cost += s.world->programme[0].month.cost_vnd;
        paid_in += small_flow(s, CATEGORY_FUND_CAPITAL);
        fees += small_flow(s, CATEGORY_GUARANTEE_FEE);
        returned += s.world->ledger.flow[CATEGORY_FUND_RETURN][ACCOUNT_GUARANTEE_FUNDS][ACCOUNT_GOVERNMENT] +
                    s.world->ledger.flow[CATEGORY_DISTRIBUTION][ACCOUNT_GUARANTEE_FUNDS][ACCOUNT_GOVERNMENT];
        returned -= small_flow(s, CATEGORY_ADMINISTRATION);
        open = 0;
        const int64_t first = credit_funds_first(s.world, 0);
        for (int64_t k = first; k < first + 3; k++)
            open += g->capital_vnd[k] > 0;
        small_end(s);
    }
    assert_true(fees > 0 && month > 9 && open == 0);
    assert_int_equal(paid_in, 1000000000001);
    assert_int_equal(cost, paid_in - returned);
    assert_int_equal(cash, paid_in - returned);
    assert_int_equal(s.world->ledger.position[ACCOUNT_GUARANTEE_FUNDS][CLAIM_CASH], 0);
    assert_int_equal(s.world->ledger.position[ACCOUNT_GUARANTEE_FUNDS][CLAIM_FUND_UNITS], 0);
    small_close(s);
}

static uint64_t digest_with(const char *setting)
{
    const char *const set[] = {
        FUND, "programmes.g.aware_frac=1", "programmes.g.delay_months=0", "run.until=2014-12", setting, NULL};
    struct small s = small_open(set);
    small_months(s, 12);
    const uint64_t digest = world_digest(s.world);
    small_close(s);
    return digest;
}

static void closed_funds_leave_no_trace(void **state)
{
    (void)state;
    static const char *const closed[] = {"programmes.g.capital_vnd=0",      "programmes.g.enabled=false",
                                         "programmes.g.budget_total_vnd=0", "programmes.g.budget_year_vnd=0",
                                         "programmes.g.awards_per_year=0",  "programmes.g.start=2020-01"};
    const uint64_t none = digest_with(closed[0]);
    for (size_t k = 1; k < sizeof closed / sizeof closed[0]; k++)
        assert_true(digest_with(closed[k]) == none);
    assert_true(digest_with("programmes.g.capital_vnd=1000e9") != none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capital_is_split_to_the_last_vnd),
        cmocka_unit_test(an_award_covers_a_loan),
        cmocka_unit_test(files_are_refused_for_reasons),
        cmocka_unit_test(cover_makes_the_difference),
        cmocka_unit_test(room_ends_at_the_ceiling),
        cmocka_unit_test(cash_and_cost_agree_with_the_books),
        cmocka_unit_test(a_fund_runs_off_and_returns_its_money),
        cmocka_unit_test(closed_funds_leave_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
