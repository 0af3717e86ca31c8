// loan: a public fund that lends below the market through partner banks. Mechanism: evidence/instruments.md,
// government direct loans. A partner bank keeps the file, earns a margin and bears part of the losses, so it
// takes only files whose expected loss the margin pays for; the fund's managers approve a share of complete
// files. Repayments are lent again.
#include "models/world.h"

struct loan {
    int64_t capital_vnd, loan_cap_vnd, projects_only;
    double project_share_max, rate_per_year, rate_below_market, months;
    double collateral_ratio, refinance_max_frac, approval_frac;
    double pd_max, signal_noise;
    int64_t losses_punished;
    double punished_factor, bank_risk_frac, bank_margin_per_year, administration_per_year;
};

#define AT(member) offsetof(struct loan, member)
static const struct field loan_fields[] = {
    {"capital_vnd", FIELD_MONEY, "VND", "100e9", 0, 4e18, AT(capital_vnd), NULL, 0, "K",
     "Capital that the government pays in at the start; 0: closed",
     "definition: of the programme's own source"},
    {"loan_cap_vnd", FIELD_MONEY, "VND", "10e9", 0, 4e18, AT(loan_cap_vnd), NULL, 0, "",
     "Ceiling of a loan, nominal", "smedf_loan_cap"},
    {"projects_only", FIELD_BOOL, "", "false", 0, 1, AT(projects_only), NULL, 0, "",
     "Lends for planned innovation projects only", "definition: of the programme's own source"},
    {"project_share_max", FIELD_REAL, "1", "0.7", 0, 1, AT(project_share_max), NULL, 0, "",
     "Ceiling of a loan over what it finances together with the firm's own money", "smedf_project_share_cap"},
    {"rate_per_year", FIELD_REAL, "1/year", "0.07", 0, 1, AT(rate_per_year), NULL, 0, "r",
     "Lending rate, unless the next field gives a lower one", "smedf_rate_long"},
    {"rate_below_market", FIELD_REAL, "1/year", "0", 0, 1, AT(rate_below_market), NULL, 0, "",
     "Distance below the mean lending rate of banks that is kept at least",
     "direct_loan_SMEDF_03: 2-4 points; range 0-0.04"},
    {"months", FIELD_REAL, "month", "60", 1, 240, AT(months), NULL, 0, "", "Life of a loan",
     "direct_loan_SMEDF_03: up to 7 years"},
    {"collateral_ratio", FIELD_REAL, "1", "1.25", 0, 20, AT(collateral_ratio), NULL, 0, "",
     "Collateral over the loan", "bank_collateral_rule: 100-150 %"},
    {"refinance_max_frac", FIELD_REAL, "1", "0.4", 0, 1, AT(refinance_max_frac), NULL, 0, "",
     "Largest old bank debt, over the loan, that the firm may repay from it",
     "instruments.md, soft loans: refinancing 0.4 (0.2-0.6)"},
    {"approval_frac", FIELD_REAL, "1", "0.15", 0, 1, AT(approval_frac), NULL, 0, "",
     "Share of complete files that the fund approves",
     "instruments.md, government direct loans: 0.15 (0.05-0.3)"},
    {"pd_max", FIELD_REAL, "1", "0.1", 0, 1, AT(pd_max), NULL, 0, "",
     "Default probability above which the fund refuses",
     "instruments.md: defaults 1.2 times those of banks' loans; range 0.05-0.15"},
    {"signal_noise", FIELD_REAL, "1", "2", 0, 20, AT(signal_noise), NULL, 0, "",
     "Noise of the margin that the fund reads from accounts, over economy.credit.margin_sd",
     "assumption: a fund knows less than the bank (economy.credit.signal_noise); range 1-4"},
    {"losses_punished", FIELD_BOOL, "", "true", 0, 1, AT(losses_punished), NULL, 0, "",
     "Managers answer for losses with their own career",
     "instruments.md: manager liability, funds pick safe firms"},
    {"punished_factor", FIELD_REAL, "1", "0.3", 0, 1, AT(punished_factor), NULL, 0, "",
     "Factor of pd_max where losses are punished", "assumption: as in guarantee funds; range 0.1-0.5"},
    {"bank_risk_frac", FIELD_REAL, "1", "0.2", 0, 1, AT(bank_risk_frac), NULL, 0, "",
     "Share of losses that the partner bank bears", "smedf_loan_share: the fund bears 80 %"},
    {"bank_margin_per_year", FIELD_REAL, "1/year", "0.01", 0, 1, AT(bank_margin_per_year), NULL, 0, "",
     "Margin of the partner bank, paid at once for the loan's life",
     "direct_loan_SMEDF_03: a capped spread discourages banks; range 0.005-0.02"},
    {"administration_per_year", FIELD_REAL, "1/year", "0.005", 0, 1, AT(administration_per_year), NULL, 0, "",
     "Cost of administration over capital", "assumption: range 0.002-0.02"},
};
#undef AT

static const struct loan *terms_of(const struct model *model, int programme)
{
    return programme_terms(&model->programme[programme]);
}

static double rate_now(const struct world *world, const struct loan *t)
{
    const double below = vmath_max(world->climate.bank_rate - t->rate_below_market, 0.0);
    return vmath_min(t->rate_per_year, below);
}

// The loan that the rules, the firm's project and its collateral allow; 0 if none.
static double loan_allowed(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const struct loan *t = terms_of(model, programme);
    const struct firm *f = &world->firm;
    const double project = innovation_gap_vnd(model, world, row), unmet = f->unmet_credit_vnd[row];
    const double lacking = t->projects_only ? project : vmath_max(unmet, project);
    const double whole = t->projects_only ? f->project_cost_vnd[row] : lacking + f->cash_vnd[row];
    const double by_share = vmath_min(lacking, t->project_share_max * whole);
    const double have = credit_collateral_free_vnd(model, world, row);
    const double secured = t->collateral_ratio > 0.0 ? have / t->collateral_ratio : by_share;
    const double loan = vmath_round(vmath_min(vmath_min(by_share, (double)t->loan_cap_vnd), secured) - 0.5);
    const int possible = unmet > 0.0 && f->lender_fund[row] == NOBODY &&
                         !(f->loan_event[row] & CREDIT_EVENT_EARLY) &&
                         f->debt_vnd[row] <= t->refinance_max_frac * loan;
    return possible && loan >= model->credit.partial_min_frac * lacking && loan > 0.0 ? loan : 0.0;
}

static void loan_offer(const struct model *model, const struct world *world, int programme, int64_t row,
                       struct programme_offer *offer)
{
    const struct loan *t = terms_of(model, programme);
    if (credit_funds_first(world, programme) == NOBODY)
        return;
    const double loan = loan_allowed(model, world, programme, row);
    offer->amount_vnd = loan;
    offer->benefit_vnd = t->approval_frac * credit_gain_vnd(model, loan, rate_now(world, t), t->months);
}

// A file that the fund's cash cannot serve even for one enterprise goes to the award, which refuses it, and
// does not hold up smaller ones.
static int64_t loan_room(const struct model *model, const struct world *world, int programme, int64_t row)
{
    const int64_t fund = credit_funds_first(world, programme);
    const double loan = loan_allowed(model, world, programme, row);
    const int64_t room = fund == NOBODY ? 0 : world->fund.cash_vnd[fund];
    return (double)room < loan || loan <= 0.0 ? INT64_MAX : room;
}

// Expected value of what a firm owes the fund: less the fund's part of losses and what the rate lacks to the
// cost of funds; half of a linear loan is outstanding on average. VND per enterprise.
static double loan_value(const struct model *model, const struct world *world, int64_t fund, int64_t row)
{
    const struct firm *f = &world->firm;
    const double years = vmath_max((double)(f->loan_until[row] - world->month), 0.0) / 24.0;
    const double lost = 1.0 - credit_recovery_frac(model, world, world->fund.collateral_ratio[fund]);
    const double losses =
        vmath_min(credit_pd(model, world, row) * years, 1.0) * lost * world->fund.coverage_frac[fund];
    const double subsidy = (credit_deposit_rate(model, world) - (double)f->lending_rate[row]) * years;
    return vmath_round(f->debt_vnd[row] * (1.0 - losses - subsidy));
}

// The partner bank takes a file if its margin pays for its part of the expected loss.
static bool bank_agrees(const struct model *model, const struct world *world, const struct loan *t, double pd)
{
    const double lost = 1.0 - credit_recovery_frac(model, world, t->collateral_ratio);
    return t->bank_margin_per_year >= pd * t->bank_risk_frac * lost;
}

// The partner bank and the fund's managers on a file; the noise of what they read is the enterprise's own.
static bool loan_accepts(const struct model *model, const struct world *world, int programme, int64_t row,
                         double amount_vnd, int64_t key)
{
    const struct loan *t = terms_of(model, programme);
    const struct rng_purpose why =
        world_purpose(world, STREAM_LOAN_PROCEDURE, model->programme[programme].draw_index);
    double u, v;
    (void)amount_vnd;
    rng_uniforms(world->rng, &key, 1, why, &u, &v);
    if (u >= t->approval_frac || loan_allowed(model, world, programme, row) <= 0.0)
        return false;
    const double pd = credit_pd_seen(model, world, row, t->signal_noise, vmath_quantile(v));
    return pd <= t->pd_max * (t->losses_punished ? t->punished_factor : 1.0) &&
           bank_agrees(model, world, t, pd);
}

static double loan_award(const struct model *model, struct world *world, int programme, int64_t row,
                         double amount_vnd)
{
    const struct loan *t = terms_of(model, programme);
    const struct firm *f = &world->firm;
    const int64_t fund = credit_funds_first(world, programme);
    const double loan = vmath_min(loan_allowed(model, world, programme, row), amount_vnd);
    if (loan <= 0.0 || world_amount(world, row, loan) > world->fund.cash_vnd[fund] ||
        f->debt_vnd[row] > t->refinance_max_frac * loan)
        return -1.0;

    const struct credit_terms terms = {(int16_t)fund, loan, rate_now(world, t), t->months};
    const int64_t margin = world_amount(world, row, t->bank_margin_per_year * loan * t->months / 24.0);
    const int64_t lent = world_amount(world, row, loan);
    const int64_t paid =
        margin < world->fund.cash_vnd[fund] - lent ? margin : world->fund.cash_vnd[fund] - lent;
    credit_fund_lends(model, world, row, &terms);
    world_pay(world, CATEGORY_MANAGEMENT_FEE, world_fund_party(world, fund), world_bank_party(f->bank[row]),
              paid);
    credit_public_cash(world, fund, paid);
    world->programme[programme].month.disbursed_vnd += lent;
    const int64_t value = world_amount(world, row, loan_value(model, world, fund, row));
    credit_fund_revalue(world, fund, world->fund.nav_vnd[fund] - lent - paid + value);
    return loan;
}

// Net asset value: cash, collateral taken over, and loans at expected value.
static void revalue(const struct model *model, struct world *world, int64_t fund)
{
    const struct firm *f = &world->firm;
    int64_t nav = world->fund.cash_vnd[fund] + world->fund.recovering_vnd[fund];
    for (int64_t r = 0; r < world->firms.n; r++)
        if (f->lender_fund[r] == fund && f->debt_vnd[r] > 0.0)
            nav += world_amount(world, r, loan_value(model, world, fund, r));
    credit_fund_revalue(world, fund, nav);
}

static void loan_operate(const struct model *model, struct world *world, int programme)
{
    const struct loan *t = terms_of(model, programme);
    const bool open = programme_open(model, world, programme);
    int64_t fund = credit_funds_first(world, programme);
    if (fund == NOBODY && open) {
        const struct credit_charter charter = {.programme = programme,
                                               .loans = 1,
                                               .funds_n = 1,
                                               .capital_vnd = t->capital_vnd,
                                               .fee_per_year = 0.0,
                                               .coverage_frac = 1.0 - t->bank_risk_frac,
                                               .leverage_max = 1.0,
                                               .collateral_ratio = t->collateral_ratio};
        fund = credit_funds_open(world, &charter);
    } else if (fund != NOBODY && world->climate.month_of_year == 0) {
        revalue(model, world, fund);
    }
    if (fund == NOBODY)
        return;
    credit_fund_administer(world, fund, t->administration_per_year);
    if (!open)
        credit_fund_wind_up(world, fund);
}

const struct instrument instrument_loan = {
    .name = "loan",
    .doc = "lends from a public revolving fund through partner banks",
    .fields = loan_fields,
    .fields_n = sizeof loan_fields / sizeof loan_fields[0],
    .occasion = OCCASION_CREDIT,
    .operate = loan_operate,
    .offer = loan_offer,
    .room = loan_room,
    .accepts = loan_accepts,
    .award = loan_award,
};
