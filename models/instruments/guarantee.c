// guarantee: funds that cover part of a bank loan for a fee. Mechanism: evidence/instruments.md, credit
// guarantee.
//
// A fund serves the provinces it was founded for. A firm whose need its bank has not met asks the fund; the
// fund decides on its own view of the default probability, fund and bank agree on the procedure or not, and
// the bank then decides by its own rules, with the covered share as if repaid. So a letter never waits: it
// turns into a loan in the month it is issued, or lapses. What keeps funds small is what happens on this way,
// never a cap.
#include "models/world.h"

struct guarantee {
    int64_t funds_n, capital_vnd;
    double reach_frac, leverage_max, coverage_frac, fee_per_year;
    double own_collateral_frac, client_share_max, agreement_frac;
    double pd_max, signal_noise;
    int64_t losses_punished;
    double punished_factor, administration_per_year;
};

#define AT(member) offsetof(struct guarantee, member)
static const struct field guarantee_fields[] = {
    {"funds_n", FIELD_INT, "1", "1", 1, CREDIT_FUNDS_MAX, AT(funds_n), NULL, 0, "",
     "Funds that share the capital", "cgf_count"},
    {"capital_vnd", FIELD_MONEY, "VND", "1000e9", 0, 4e18, AT(capital_vnd), NULL, 0, "K",
     "Capital that the government pays in at the start; 0: closed",
     "definition: of the programme's own source"},
    {"reach_frac", FIELD_REAL, "1", "1", 0, 1, AT(reach_frac), NULL, 0, "",
     "Share of enterprises in provinces that have a fund", "cgf_count: 27 of 63 provinces; range 0.43-1"},
    {"leverage_max", FIELD_REAL, "1", "6", 0, 100, AT(leverage_max), NULL, 0, "",
     "Ceiling of outstanding guarantees over what is left of the capital", "credit_guarantee_29: 6 (4-10)"},
    {"coverage_frac", FIELD_REAL, "1", "0.7", 0, 1, AT(coverage_frac), NULL, 0, "c",
     "Share of a loan that is covered", "instruments.md, credit guarantee: 0.70 (0.50-0.85)"},
    {"fee_per_year", FIELD_REAL, "1/year", "0.01", 0, 1, AT(fee_per_year), NULL, 0, "",
     "Fee on the covered amount, paid at once for the loan's life", "credit_guarantee_31: 1.2 % (0.5-2)"},
    {"own_collateral_frac", FIELD_REAL, "1", "0.2", 0, 20, AT(own_collateral_frac), NULL, 0, "",
     "Collateral that the fund asks for, over the covered amount",
     "cgf_old_cover: at least 15 %; assumption: range 0-2"},
    {"client_share_max", FIELD_REAL, "1", "0.15", 0, 1, AT(client_share_max), NULL, 0, "",
     "Largest guarantee of one client, over the fund's capital", "cgf_old_cover"},
    {"agreement_frac", FIELD_REAL, "1", "0.8", 0, 1, AT(agreement_frac), NULL, 0, "",
     "Share of files on which fund and bank agree on conditions and procedure",
     "assumption: a working scheme has one form; range 0.6-1"},
    {"pd_max", FIELD_REAL, "1", "0.1", 0, 1, AT(pd_max), NULL, 0, "",
     "Default probability above which the fund refuses",
     "credit_guarantee_32: claims of 3.5 % a year (1.5-6); range 0.06-0.15"},
    {"signal_noise", FIELD_REAL, "1", "2", 0, 20, AT(signal_noise), NULL, 0, "",
     "Noise of the margin that the fund reads from accounts, over economy.credit.margin_sd",
     "assumption: a fund knows less than the bank (economy.credit.signal_noise); range 1-4"},
    {"losses_punished", FIELD_BOOL, "", "false", 0, 1, AT(losses_punished), NULL, 0, "",
     "Managers answer for losses with their own career", "vn_cgf, known problem"},
    {"punished_factor", FIELD_REAL, "1", "0.25", 0, 1, AT(punished_factor), NULL, 0, "",
     "Factor of pd_max where losses are punished",
     "cgf_cantho_loans: no claim in eight years; range 0.1-0.5"},
    {"administration_per_year", FIELD_REAL, "1/year", "0.01", 0, 1, AT(administration_per_year), NULL, 0, "",
     "Cost of administration over capital", "assumption: ten people a fund of 50bn VND; range 0.005-0.03"},
};
#undef AT

static const struct guarantee *terms_of(const struct model *model, int programme)
{
    return programme_terms(&model->programme[programme]);
}

// The fund of the firm's province, or NOBODY: fixed by a draw of the firm and the programme.
static int64_t fund_of(const struct model *model, const struct world *world, int programme, int64_t row)
{
    enum { FIXED_DRAW = 0xFFFF }; // no month of a run
    const struct guarantee *t = terms_of(model, programme);
    const int64_t first = credit_funds_first(world, programme);
    const struct rng_purpose why = {FIXED_DRAW, STREAM_GUARANTEE_PROCEDURE,
                                    model->programme[programme].draw_index};
    const double u = rng_uniform(world->rng, (uint64_t)world->firm.ancestor[row], why);
    if (first == NOBODY || u >= t->reach_frac)
        return NOBODY;
    const int64_t k = (int64_t)(u / t->reach_frac * (double)t->funds_n);
    return first + (k < t->funds_n ? k : t->funds_n - 1);
}

// The loan that the fund's rules and the firm's collateral allow; 0 if it cannot be covered.
static double loan_covered(const struct model *model, const struct world *world, int programme, int64_t fund,
                           int64_t row)
{
    const struct guarantee *t = terms_of(model, programme);
    const struct firm *f = &world->firm;
    const double unmet = f->unmet_credit_vnd[row], c = t->coverage_frac;
    if (unmet <= 0.0 || c <= 0.0 || f->lender_fund[row] != NOBODY ||
        (f->guarantor[row] != NOBODY && f->guarantor[row] != fund))
        return 0.0;
    const double most = t->client_share_max * (double)world->fund.capital_vnd[fund] / c;
    const double pledge = model->credit.collateral_ratio * (1.0 - c) + t->own_collateral_frac * c;
    const double have = credit_collateral_free_vnd(model, world, row);
    const double loan = vmath_min(vmath_min(unmet, most), pledge > 0.0 ? have / pledge : unmet);
    return loan >= model->credit.partial_min_frac * unmet ? loan : 0.0;
}

// A loan saves the firm informal credit, at the price of the fee and the odds of the procedure.
static void guarantee_offer(const struct model *model, const struct world *world, int programme, int64_t row,
                            struct programme_offer *offer)
{
    const struct guarantee *t = terms_of(model, programme);
    const struct credit *p = &model->credit;
    const int64_t fund = fund_of(model, world, programme, row);
    const double loan = fund == NOBODY ? 0.0 : loan_covered(model, world, programme, fund, row);
    const double fee = t->fee_per_year * t->coverage_frac * loan * p->loan_months / 12.0;
    const double gain = credit_gain_vnd(model, loan, world->climate.bank_rate, p->loan_months) - fee;
    offer->amount_vnd = vmath_round(t->coverage_frac * loan);
    offer->benefit_vnd = t->agreement_frac * gain;
}

// What the fund can still cover.
static int64_t free_cover(const struct world *world, int64_t fund)
{
    const struct fund *f = &world->fund;
    const int64_t solid = f->cash_vnd[fund] < f->capital_vnd[fund] ? f->cash_vnd[fund] : f->capital_vnd[fund];
    return (int64_t)vmath_round(f->leverage_max[fund] * (double)solid) - f->outstanding_vnd[fund];
}

// What the fund can cover of loans that the firm's bank has room for. An agent of several enterprises is
// served in part, and what finds no room waits; a firm that needs no cover any more goes to the award, which
// refuses it.
static int64_t guarantee_room(const struct model *model, const struct world *world, int programme,
                              int64_t row)
{
    const struct guarantee *t = terms_of(model, programme);
    const int64_t fund = fund_of(model, world, programme, row);
    const double amount =
        fund == NOBODY ? 0.0 : t->coverage_frac * loan_covered(model, world, programme, fund, row);
    const double lent = (double)credit_bank_room_vnd(model, world, world->firm.bank[row]);
    const int64_t cover = fund == NOBODY ? 0 : free_cover(world, fund);
    const int64_t room = (int64_t)vmath_min((double)cover, t->coverage_frac * lent);
    return amount <= 0.0 ? INT64_MAX : room > 0 ? room : 0;
}

// Claims expected on a firm's cover over the rest of its loan, net of the collateral that comes back; half of
// a linear loan is outstanding on average. VND per enterprise.
static double expected_claims(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double covered = credit_covered_vnd(world, row), debt = f->debt_vnd[row];
    if (covered <= 0.0)
        return 0.0;
    const double years = vmath_max((double)(f->loan_until[row] - world->month), 0.0) / 24.0;
    const double caution = world->fund.collateral_ratio[f->guarantor[row]];
    const double ratio = model->credit.collateral_ratio * (1.0 - covered / debt) + caution * (covered / debt);
    const double lost = 1.0 - credit_recovery_frac(model, world, ratio);
    return vmath_round(covered * vmath_min(credit_pd(model, world, row) * years, 1.0) * lost);
}

// The loan that the fund would cover in part if it takes the file; 0: none.
static double loan_asked(const struct model *model, const struct world *world, int programme, int64_t row,
                         double amount_vnd)
{
    const int64_t fund = fund_of(model, world, programme, row);
    const double allowed = fund == NOBODY ? 0.0 : loan_covered(model, world, programme, fund, row);
    return vmath_min(allowed, amount_vnd / terms_of(model, programme)->coverage_frac);
}

// That loan, 0 if the fund has no cover left for all enterprises of the agent.
static double fund_decides(const struct model *model, const struct world *world, int programme, int64_t row,
                           double amount_vnd)
{
    const struct guarantee *t = terms_of(model, programme);
    const int64_t fund = fund_of(model, world, programme, row);
    if (fund == NOBODY)
        return 0.0;
    const double loan = loan_asked(model, world, programme, row, amount_vnd);
    const double cover = t->coverage_frac * loan * (double)world->firm.weight[row];
    return cover <= (double)free_cover(world, fund) ? loan : 0.0;
}

// Fund and bank agree on conditions, and the fund finds the risk small enough. The bank's own decision is the
// same for all enterprises of an agent; it is asked here only where the agent would have to be split for it.
static bool guarantee_accepts(const struct model *model, const struct world *world, int programme,
                              int64_t row, double amount_vnd, int64_t key)
{
    const struct guarantee *t = terms_of(model, programme);
    const struct rng_purpose why =
        world_purpose(world, STREAM_GUARANTEE_PROCEDURE, model->programme[programme].draw_index);
    double u, v;
    rng_uniforms(world->rng, &key, 1, why, &u, &v);
    if (u >= t->agreement_frac)
        return false;
    const double pd = credit_pd_seen(model, world, row, t->signal_noise, vmath_quantile(v));
    if (pd > t->pd_max * (t->losses_punished ? t->punished_factor : 1.0))
        return false;
    const double loan = loan_asked(model, world, programme, row, amount_vnd);
    const struct credit_backing backing = {(int16_t)fund_of(model, world, programme, row), t->coverage_frac,
                                           loan, 0.0};
    return world->firm.weight[row] == 1 || (loan > 0.0 && credit_would_lend(model, world, row, &backing));
}

// The letter and, at once, the bank's decision; the firm pays the fee for the loan's life.
static double guarantee_award(const struct model *model, struct world *world, int programme, int64_t row,
                              double amount_vnd)
{
    const struct guarantee *t = terms_of(model, programme);
    const struct firm *f = &world->firm;
    const double loan_max = fund_decides(model, world, programme, row, amount_vnd);
    if (loan_max <= 0.0)
        return -1.0;
    const int64_t fund = fund_of(model, world, programme, row), weight = f->weight[row];
    const double claims_before = expected_claims(model, world, row);
    const double covered_before = credit_covered_vnd(world, row);
    const struct credit_backing backing = {(int16_t)fund, t->coverage_frac, loan_max, 0.0};
    if (credit_lend(model, world, row, &backing) <= 0.0)
        return -1.0;

    const double covered = credit_covered_vnd(world, row) - covered_before;
    const double years = (double)(f->loan_until[row] - world->month) / 12.0;
    const double fee = vmath_min(vmath_round(t->fee_per_year * covered * years), f->cash_vnd[row]);
    const int64_t fees = world_amount(world, row, fee);
    world_pay(world, CATEGORY_GUARANTEE_FEE, world_firm_party(row), world_fund_party(world, fund), fees);
    credit_public_cash(world, fund, -fees);
    const double claims = expected_claims(model, world, row) - claims_before;
    credit_fund_revalue(world, fund, world->fund.nav_vnd[fund] + fees - weight * (int64_t)claims);
    return covered;
}

// Net asset value: cash, collateral taken over, less the claims expected on what is outstanding.
static void revalue(const struct model *model, struct world *world, int64_t first, int64_t n)
{
    const struct firm *f = &world->firm;
    int64_t claims[CREDIT_FUNDS_MAX] = {0};
    for (int64_t r = 0; r < world->firms.n; r++)
        if (f->guarantor[r] >= first && f->guarantor[r] < first + n)
            claims[f->guarantor[r] - first] += f->weight[r] * (int64_t)expected_claims(model, world, r);
    for (int64_t k = 0; k < n; k++)
        credit_fund_revalue(world, first + k,
                            world->fund.cash_vnd[first + k] + world->fund.recovering_vnd[first + k] -
                                claims[k]);
}

static void guarantee_operate(const struct model *model, struct world *world, int programme)
{
    const struct guarantee *t = terms_of(model, programme);
    const bool open = programme_open(model, world, programme);
    int64_t first = credit_funds_first(world, programme);
    if (first == NOBODY && open) {
        const struct credit_charter charter = {.programme = programme,
                                               .loans = 0,
                                               .funds_n = t->funds_n,
                                               .capital_vnd = t->capital_vnd,
                                               .fee_per_year = t->fee_per_year,
                                               .coverage_frac = t->coverage_frac,
                                               .leverage_max = t->leverage_max,
                                               .collateral_ratio = t->own_collateral_frac};
        first = credit_funds_open(world, &charter);
    } else if (first != NOBODY && world->climate.month_of_year == 0) {
        revalue(model, world, first, t->funds_n);
    }
    if (first == NOBODY)
        return;
    for (int64_t fund = first; fund < first + t->funds_n; fund++) {
        credit_fund_administer(world, fund, t->administration_per_year);
        if (!open)
            credit_fund_wind_up(world, fund);
    }
}

const struct instrument instrument_guarantee = {
    .name = "guarantee",
    .doc = "covers part of a bank loan for a fee, from the capital of one or more funds",
    .fields = guarantee_fields,
    .fields_n = sizeof guarantee_fields / sizeof guarantee_fields[0],
    .occasion = OCCASION_CREDIT,
    .operate = guarantee_operate,
    .offer = guarantee_offer,
    .room = guarantee_room,
    .accepts = guarantee_accepts,
    .award = guarantee_award,
};
