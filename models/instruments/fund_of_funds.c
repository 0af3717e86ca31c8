// fund_of_funds: public money committed to private managers, matched by private partners. Mechanism:
// evidence/instruments.md, fund of funds. Managers are chosen on their record; private money comes from the
// year's supply (venture_fund_supply_vnd), so it is not there twice; what the funds do with it is
// models/venture_deal and venture_exit. No effect is a parameter.
//
// Public money moves when capital is called: cash is calls and administration less distributions, accrual
// cost the fall of the public part's value (venture_fund_costs). Awards are startups financed; the budget
// binds commitments.
#include "models/venture_fund.h"

struct fund_of_funds {
    double public_share;
    int64_t funds_per_year, fund_vnd;
    double minimum_frac;
    int64_t candidates_n;
    double record_noise;
    int64_t failure_accepted;
    double punished_caution;
    int64_t upside_option;
    double option_rate, fee_per_year;
    int64_t first_close_months;
};

#define AT(member) offsetof(struct fund_of_funds, member)
static const struct field fund_of_funds_fields[] = {
    {"public_share", FIELD_REAL, "1", "0.4", 0.01, 1.0, AT(public_share), NULL, 0, "\\phi",
     "Largest public share of a fund's commitments",
     "fund_of_funds_01, fund_of_funds_03, fund_of_funds_19: 0.4 (0.15-0.67)"},
    {"funds_per_year", FIELD_INT, "1/year", "3", 1.0, 12.0, AT(funds_per_year), NULL, 0, "",
     "Rounds of selection a year, evenly spaced from the start, one fund each",
     "assumption: 49 funds in three years in a market seven times as large (fund_of_funds_05); range 1-6"},
    {"fund_vnd", FIELD_MONEY, "VND", "700e9", 1e9, 1e15, AT(fund_vnd), NULL, 0, "", "Size of a fund, nominal",
     "assumption: about USD 30m; below government_VC_09, above fund_of_funds_03; range 300e9-1500e9"},
    {"minimum_frac", FIELD_REAL, "1", "0.3", 0.0, 1.0, AT(minimum_frac), NULL, 0, "",
     "Smallest fund that is opened, share of fund_vnd",
     "assumption: below it fees eat the fund (government_VC_09); range 0.2-0.6"},
    {"candidates_n", FIELD_INT, "1", "5", 1.0, 64.0, AT(candidates_n), NULL, 0, "",
     "Managers that apply for each fund",
     "assumption: calls of public anchors are oversubscribed; range 2-10"},
    {"record_noise", FIELD_REAL, "1", "0.15", 0.0, 2.0, AT(record_noise), NULL, 0, "",
     "Noise of a track record as a sign of the manager's skill",
     "assumption: as the spread of skill, for hundreds of deals must be seen (VC_returns_16); range "
     "0.05-0.4"},
    {"failure_accepted", FIELD_BOOL, "", "true", 0.0, 1.0, AT(failure_accepted), NULL, 0, "",
     "Losses of a deal are accepted; otherwise managers answer for them and are more cautious", "rec_fof"},
    {"punished_caution", FIELD_REAL, "1", "0.5", 0.0, 3.0, AT(punished_caution), NULL, 0, "",
     "What answering for losses adds to the signal that a manager requires, standard deviations",
     "assumption: government_VC_11 gives the sign; range 0.2-1"},
    {"upside_option", FIELD_BOOL, "", "false", 0.0, 1.0, AT(upside_option), NULL, 0, "",
     "Private partners may buy out the public one at its cost and interest, and do when it pays",
     "fund_of_funds_02, fund_of_funds_03"},
    {"option_rate", FIELD_REAL, "1/year", "0.03", 0.0001, 0.5, AT(option_rate), NULL, 0, "",
     "Interest of that option",
     "fund_of_funds_02: 0.01 in the first four years, 0.05 later; range 0.01-0.05"},
    {"fee_per_year", FIELD_REAL, "1/year", "0.02", 0.0, 0.1, AT(fee_per_year), NULL, 0, "", "Management fee",
     "VC_fund_terms_01, fund_of_funds_12"},
    {"first_close_months", FIELD_INT, "month", "9", 0.0, 60.0, AT(first_close_months), NULL, 0, "",
     "Months from the commitment to the fund's first close, when it begins to invest",
     "fund_of_funds_09: 5 % of the first commitments invested after eight months; range 6-15"},
};
#undef AT

// The skill of the manager with the best record of those that apply.
static double selected_skill(const struct model *model, const struct world *world, int programme)
{
    const struct fund_of_funds *t = programme_terms(&model->programme[programme]);
    const uint64_t who = venture_fund_owner(model, programme);
    double best = 0.0, skill = 0.0;
    for (uint32_t k = 0; k < (uint32_t)t->candidates_n; k++) {
        const double own = venture_fund_skill(model, world, who, k + 1);
        const double z = rng_normal(world->rng, who, world_purpose(world, STREAM_FUND_MANAGER, 2 * k + 4096));
        const double record = own + t->record_noise * z;
        skill = k == 0 || record > best ? own : skill;
        best = k == 0 || record > best ? record : best;
    }
    return skill;
}

static void fund_of_funds_operate(const struct model *model, struct world *world, int programme)
{
    const struct fund_of_funds *t = programme_terms(&model->programme[programme]);
    const struct venture_fund_offer offer = {
        .programme = programme,
        .public_vnd = vmath_int(t->public_share * (double)t->fund_vnd),
        .public_share = t->public_share,
        .minimum_vnd = vmath_int(t->minimum_frac * (double)t->fund_vnd),
    };
    struct venture_fund_terms terms = {
        .caution = model->equity.caution + (t->failure_accepted ? 0.0 : t->punished_caution),
        .fee_per_year = t->fee_per_year,
        .option_rate = t->upside_option ? t->option_rate : 0.0,
        .delay_months = t->first_close_months,
    };
    if (!venture_fund_round(model, world, programme, t->funds_per_year))
        return;
    terms.skill = selected_skill(model, world, programme);
    terms.help = venture_fund_help(model, world, venture_fund_owner(model, programme), 0);
    venture_fund_commit(model, world, &offer, &terms);
}

const struct instrument instrument_fund_of_funds = {
    .name = "fund_of_funds",
    .doc = "public commitments to private venture funds, matched by private partners",
    .fields = fund_of_funds_fields,
    .fields_n = sizeof fund_of_funds_fields / sizeof fund_of_funds_fields[0],
    .occasion = OCCASION_NONE,
    .operate = fund_of_funds_operate,
};
