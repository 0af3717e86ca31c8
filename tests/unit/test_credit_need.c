// Needs of credit, new loans within the banks' room, their terms, investment.
#include "models/credit_parts.h"
#include "tests/unit/credit_fixture.h"

static struct credit_offer decide(struct small s, int64_t r, double sought,
                                  const struct credit_backing *backing)
{
    const struct credit_request request = {sought, 0.0, 12.0};
    struct credit_offer offer;
    s.world->firm.unmet_credit_vnd[r] = sought;
    credit_decide(s.model, s.world, r, &request, backing, &offer);
    return offer;
}

// Everyone needs credit: loans, partial loans and refusals add up, terms are weighted means, and banks keep
// within their room.
static void needs_are_met_within_the_banks_room(void **state)
{
    (void)state;
    static const char *const tight[] = {"economy.credit.need_per_month=1",
                                        "economy.credit.credit_growth_per_year=0.02", NULL};
    struct small s = small_open(tight);
    small_begin(s);
    small_phases(s, "credit");
    const int64_t owed = small_sum(s, s.world->firm.debt_vnd);
    credit_step(s.model, s.world);
    const struct firm *f = &s.world->firm;
    int seen[4] = {0, 0, 0, 0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING || f->credit_month[r] != 0)
            continue;
        const int granted = (f->loan_event[r] & CREDIT_EVENT_GRANTED) != 0;
        assert_int_equal(granted, f->loan_new_vnd[r] > 0.0);
        assert_true(!granted || f->loan_event[r] & CREDIT_EVENT_APPLIED);
        assert_int_equal(f->unmet_credit_vnd[r] > 0.0, f->credit_state[r] != CREDIT_SATISFIED);
        assert_true(f->credit_state[r] != CREDIT_REFUSED || (f->debt_vnd[r] == 0.0 && !granted));
        assert_true(!(f->loan_event[r] & CREDIT_EVENT_EARLY));
        seen[f->credit_state[r]]++;
    }
    assert_true(seen[CREDIT_NO_NEED] == 0 && seen[CREDIT_SATISFIED] > 0 && seen[CREDIT_PARTIAL] > 0 &&
                seen[CREDIT_REFUSED] > 0);
    for (int64_t b = 0; b < s.world->banks.n; b++)
        assert_true(s.world->bank.lent_year_vnd[b] - s.world->bank.repaid_year_vnd[b] <=
                    s.world->bank.quota_vnd[b] + 1);
    assert_int_equal(small_sum(s, f->debt_vnd) - owed, small_flow(s, CATEGORY_LOAN) -
                                                           small_flow(s, CATEGORY_LOAN_REPAYMENT) -
                                                           small_flow(s, CATEGORY_LOAN_WRITE_OFF));
    assert_int_equal(small_flow(s, CATEGORY_LOAN), small_sum(s, f->loan_new_vnd));
    int64_t lent = 0;
    for (int64_t b = 0; b < s.world->banks.n; b++)
        lent += s.world->bank.lent_year_vnd[b];
    assert_int_equal(lent, small_flow(s, CATEGORY_LOAN));
    assert_int_equal(credit_faults(s), 0);
    small_end(s);
    small_close(s);
}

static void a_second_loan_is_blended(void **state)
{
    (void)state;
    static const char *const roomy[] = {CREDIT_STILL, "economy.credit.capital_ratio_min=0", NULL};
    struct small s = small_open(roomy);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const struct firm *f = &s.world->firm;
    s.world->firm.capital_vnd[r] = s.model->sector[f->sector[r]].capital_months * 100e6; // no gap to fill
    credit_give_loan(s, r, 100e6, 4, 0.0, NOBODY);
    credit_set_cash(s, r, 1000e6);
    s.world->firm.loan_event[r] = 0;
    const struct credit_offer offer = decide(s, r, 200e6, &credit_unbacked);
    assert_true(credit_lend(s.model, s.world, r, &credit_unbacked) ==
                0.0); // its bank may not lend more this year
    assert_true(f->loan_event[r] & CREDIT_EVENT_REFUSED && f->unmet_credit_vnd[r] == 200e6);
    s.world->bank.quota_vnd[f->bank[r]] = INT64_C(1000000000000000);
    assert_true(credit_lend(s.model, s.world, r, &credit_unbacked) == 0.0); // and it decides once a month
    s.world->firm.loan_event[r] = 0;
    assert_true(credit_lend(s.model, s.world, r, &credit_unbacked) == 200e6);
    assert_true(f->debt_vnd[r] == 300e6);
    assert_close(f->lending_rate[r], (100.0 * 0.12 + 200.0 * offer.rate) / 300.0, 1e-6);
    assert_int_equal(
        f->loan_until[r],
        (int)vmath_round((100.0 * 4 + 200.0 * vmath_round(s.model->credit.loan_months)) / 300.0));
    assert_true(f->unmet_credit_vnd[r] == 0.0 && f->credit_state[r] == CREDIT_SATISFIED);
    assert_true(f->loan_event[r] & CREDIT_EVENT_EARLY && f->loan_new_vnd[r] == 200e6);
    credit_step(s.model, s.world);
    assert_true(f->debt_vnd[r] == 300e6); // no bill in the month of the loan
    assert_true(f->loan_new_vnd[r] == 200e6 &&
                f->loan_event[r] & CREDIT_EVENT_GRANTED); // metrics still see it
    assert_false(f->loan_event[r] & CREDIT_EVENT_EARLY);
    small_end(s);
    small_close(s);
}

static void firms_invest_lumpily_from_cash_above_the_buffer(void **state)
{
    (void)state;
    static const char *const investing[] = {CREDIT_STILL, "economy.credit.invest_per_month=1", NULL};
    struct small s = small_open(investing);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0)), q = credit_arrange(s, small_row(s, 1));
    struct firm *f = &s.world->firm;
    const double wanted = s.model->sector[f->sector[r]].capital_months * 100e6;
    const double buffer = s.model->credit.invest_buffer_months * 100e6;
    f->capital_vnd[r] = 0.5 * wanted;
    credit_set_cash(s, r, buffer + 0.4 * wanted);
    f->capital_vnd[q] = 0.9 * s.model->sector[f->sector[q]].capital_months * 100e6; // within the band
    credit_set_cash(s, q, 1000e6);
    credit_step(s.model, s.world);
    assert_true(f->capital_vnd[r] == vmath_round(0.9 * wanted) && f->cash_vnd[r] == buffer);
    assert_int_equal(f->invested_month[r], 0);
    assert_true(f->cash_vnd[q] == 1000e6 && f->invested_month[q] != 0);
    small_end(s);
    small_close(s);
}

// K1, K2: over a quarter what has worn is replaced, a part of the gap closed, once; the owner puts in a part
// of the free wealth when the firm has a gap beyond the band and no cash.
static void wear_is_replaced_and_owners_put_in(void **state)
{
    static const char *const piecewise[] = {CREDIT_STILL, "economy.production.depreciation_per_year=0.1",
                                            "economy.credit.invest_smooth_per_year=0.4",
                                            "economy.credit.invest_owner_frac=0.5", NULL};
    static const char *const lumpy[] = {CREDIT_STILL, "economy.credit.invest_owner_frac=0.5",
                                        "economy.credit.invest_per_month=1", NULL};
    (void)state;
    struct small s = small_open(piecewise);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t r = credit_arrange(s, small_row(s, 0));
    const double wanted = s.model->sector[s.world->firm.sector[r]].capital_months * 100e6,
                 have = 0.9 * wanted;
    s.world->firm.capital_vnd[r] = have;
    credit_set_cash(s, r, 1000e6);
    for (int m = 0; m < 3; m++, s.world->month++)
        credit_need(s.model, s.world);
    assert_close(s.world->firm.capital_vnd[r], have + 0.025 * have + 0.1 * (wanted - 1.025 * have), 1e-6);
    small_close(s);

    s = small_open(lumpy);
    small_begin(s);
    environment_step(s.model, s.world);
    const int64_t q = credit_arrange(s, small_row(s, 0));
    const double lacking = 0.5 * s.model->sector[s.world->firm.sector[q]].capital_months * 100e6;
    s.world->firm.capital_vnd[q] = lacking;
    s.world->firm.wealth_vnd[q] = (float)lacking;
    credit_set_cash(s, q, 0.0);
    s.world->firm.wealth_vnd[q] = (float)lacking;
    credit_need(s.model, s.world);
    assert_close(s.world->firm.capital_vnd[q], 1.5 * lacking, 1e-6);
    assert_close((double)s.world->firm.wealth_vnd[q], 0.5 * lacking, 1e-5);
    assert_true(s.world->firm.cash_vnd[q] == 0.0);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_are_met_within_the_banks_room),
        cmocka_unit_test(a_second_loan_is_blended),
        cmocka_unit_test(firms_invest_lumpily_from_cash_above_the_buffer),
        cmocka_unit_test(wear_is_replaced_and_owners_put_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
