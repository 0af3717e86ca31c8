// public_equity: the kind `equity`, public funds that invest in startups themselves, with private co-funding.
// Mechanism: evidence/instruments.md, government direct venture capital: managers of lower skill who answer
// for losses, and a rule by which every holding is sold after five years, sooner than winners ripen. The
// programme's eligibility (regions, sectors, size) says in which startups its funds may invest. Accounts as
// in fund_of_funds.
#include "models/venture_fund.h"

struct public_equity {
    double public_share;
    int64_t funds_per_year, fund_vnd;
    double minimum_frac, skill_factor, help_factor;
    int64_t losses_punished;
    double punished_caution, fee_per_year;
    int64_t exit_within_months, first_close_months;
};

#define AT(member) offsetof(struct public_equity, member)
static const struct field public_equity_fields[] = {
    {"public_share", FIELD_REAL, "1", "0.5", 0.01, 1.0, AT(public_share), NULL, 0, "",
     "Largest public share of a fund's money",
     "assumption: local government co-funds with private funds (vn_public_coinvest), hn_vcf_initial; range "
     "0.3-1"},
    {"funds_per_year", FIELD_INT, "1/year", "1", 1.0, 12.0, AT(funds_per_year), NULL, 0, "",
     "Funds opened a year, evenly spaced from the start", "definition: of the programme's own source"},
    {"fund_vnd", FIELD_MONEY, "VND", "100e9", 1e9, 1e15, AT(fund_vnd), NULL, 0, "", "Size of a fund, nominal",
     "assumption: a sixth of hn_vcf_initial; range 30e9-600e9"},
    {"minimum_frac", FIELD_REAL, "1", "0.3", 0.0, 1.0, AT(minimum_frac), NULL, 0, "",
     "Smallest fund that is opened, share of fund_vnd", "assumption: as in fund_of_funds; range 0.1-0.6"},
    {"skill_factor", FIELD_REAL, "1", "0.6", 0.05, 1.0, AT(skill_factor), NULL, 0, "",
     "Skill of the public manager over that of private ones",
     "instruments.md, government direct VC: 0.6 (0.3-0.9)"},
    {"help_factor", FIELD_REAL, "1", "0.6", 0.0, 1.0, AT(help_factor), NULL, 0, "",
     "Portfolio help of the public manager over that of private ones",
     "assumption: as skill_factor; range 0.3-0.9"},
    {"losses_punished", FIELD_BOOL, "", "true", 0.0, 1.0, AT(losses_punished), NULL, 0, "",
     "Managers answer for the loss of a deal and are more cautious", "vn_public_coinvest, government_VC_11"},
    {"punished_caution", FIELD_REAL, "1", "0.5", 0.0, 3.0, AT(punished_caution), NULL, 0, "",
     "What answering for losses adds to the signal that a manager requires, standard deviations",
     "assumption: government_VC_11 gives the sign; range 0.2-1"},
    {"fee_per_year", FIELD_REAL, "1/year", "0.02", 0.0, 0.1, AT(fee_per_year), NULL, 0, "",
     "Cost of management",
     "VC_fund_terms_01; small regional funds pay more (government_VC_08); range 0.015-0.04"},
    {"exit_within_months", FIELD_INT, "month", "60", 0.0, 240.0, AT(exit_within_months), NULL, 0, "",
     "Months after which a holding must be sold; 0: no rule", "public_equity_exit_years, government_VC_11"},
    {"first_close_months", FIELD_INT, "month", "6", 0.0, 60.0, AT(first_close_months), NULL, 0, "",
     "Months from the commitment to the first investment",
     "assumption: appointment and procedure; range 3-12"},
};
#undef AT

static void public_equity_operate(const struct model *model, struct world *world, int programme)
{
    const struct public_equity *t = programme_terms(&model->programme[programme]);
    const uint64_t who = venture_fund_owner(model, programme);
    const struct venture_fund_offer offer = {
        .programme = programme,
        .public_vnd = vmath_int(t->public_share * (double)t->fund_vnd),
        .public_share = t->public_share,
        .minimum_vnd = vmath_int(t->minimum_frac * (double)t->fund_vnd),
    };
    struct venture_fund_terms terms = {
        .caution = model->equity.caution + (t->losses_punished ? t->punished_caution : 0.0),
        .fee_per_year = t->fee_per_year,
        .delay_months = t->first_close_months,
        .exit_within = t->exit_within_months,
    };
    if (!venture_fund_round(model, world, programme, t->funds_per_year))
        return;
    terms.skill = vmath_max(t->skill_factor * venture_fund_skill(model, world, who, 0), 0.05);
    terms.help = t->help_factor * venture_fund_help(model, world, who, 0);
    venture_fund_commit(model, world, &offer, &terms);
}

const struct instrument instrument_equity = {
    .name = "equity",
    .doc = "public funds that invest in startups directly",
    .fields = public_equity_fields,
    .fields_n = sizeof public_equity_fields / sizeof public_equity_fields[0],
    .occasion = OCCASION_NONE,
    .operate = public_equity_operate,
};
