// investor_tax_relief: the state pays back part of what investors put into startups, or gives up tax on their
// gains. Mechanism: evidence/instruments.md, investor tax credit and capital gains exemption: the relief
// lowers the gross multiple that angels require, so deals just below their threshold pass; deals above it
// take the relief too. Partners of venture funds are relieved if the programme says so, but their managers
// decide as before. Domestic private money alone is relieved. The programme's eligibility says for which
// startups. Paid from the government to the fund (INVESTOR_RELIEF) and booked as cash and cost; it is not
// corporate tax, so tax forgone stays 0.
#include "models/world.h"

struct investor_tax_relief {
    double invest_frac, gain_frac;
    int64_t investors, deal_max_vnd;
};

static const char *const investor_labels[] = {"angels", "funds"};

#define AT(member) offsetof(struct investor_tax_relief, member)
static const struct field investor_tax_relief_fields[] = {
    {"invest_frac", FIELD_REAL, "1", "0.3", 0.0, 0.95, AT(invest_frac), NULL, 0, "",
     "Share of an investment that is paid back",
     "assumption: tax credits of 20-50 % in the systems named (us_angel, rec_investor_tax); range 0.2-0.5"},
    {"gain_frac", FIELD_REAL, "1", "0", 0.0, 0.95, AT(gain_frac), NULL, 0, "",
     "Share of a gain at an exit that is paid to the investor: the tax that an exemption gives up",
     "definition: of the programme's own source (au_cgt)"},
    {"investors", FIELD_SET, "", "angels", 0.0, 0.0, AT(investors), investor_labels, 2, "", "Who is relieved",
     "definition: of the programme's own source"},
    {"deal_max_vnd", FIELD_MONEY, "VND", "-1", -1.0, 1e15, AT(deal_max_vnd), NULL, 0, "",
     "Ceiling of the relief a deal and enterprise; -1: none", "definition: of the programme's own source"},
};
#undef AT

static void investor_tax_relief_operate(const struct model *model, struct world *world, int programme)
{
    const struct investor_tax_relief *t = programme_terms(&model->programme[programme]);
    if (!programme_open(model, world, programme))
        return;
    equity_board_relief(world, (struct equity_relief){
                                   .programme = (int16_t)programme,
                                   .angels = t->investors & 1,
                                   .funds = t->investors >> 1 & 1,
                                   .invest_frac = t->invest_frac,
                                   .gain_frac = t->gain_frac,
                                   .deal_max_vnd = t->deal_max_vnd,
                               });
}

const struct instrument instrument_investor_tax_relief = {
    .name = "investor_tax_relief",
    .doc = "tax relief for investors in startups",
    .fields = investor_tax_relief_fields,
    .fields_n = sizeof investor_tax_relief_fields / sizeof investor_tax_relief_fields[0],
    .occasion = OCCASION_NONE,
    .operate = investor_tax_relief_operate,
};
