// tax_relief: a reduced rate and holidays of corporate tax, for certified S&T enterprises or for everyone
// eligible. Mechanism: evidence/instruments.md, CIT rate cuts and tax holidays: the relief leaves cash with
// firms that make taxable profits, and certification costs money and months.
#include "models/world.h"

struct tax_relief {
    int64_t certification;
    double rate, holiday_years, half_years, reduced_years;
};

static const struct field tax_relief_fields[] = {
    {"certification", FIELD_BOOL, "", "true", 0.0, 1.0, offsetof(struct tax_relief, certification), NULL, 0,
     "", "The relief needs certification as S&T enterprise, for which a firm applies", "vn_st_tax"},
    {"rate", FIELD_REAL, "1", "0.1", 0.0, 1.0, offsetof(struct tax_relief, rate), NULL, 0, "", "Reduced rate",
     "st_enterprise_cit_rate"},
    {"holiday_years", FIELD_REAL, "year", "5", 0.0, 50.0, offsetof(struct tax_relief, holiday_years), NULL, 0,
     "", "Years of full exemption since the first taxable profit under the relief",
     "st_enterprise_holiday_years"},
    {"half_years", FIELD_REAL, "year", "9", 0.0, 50.0, offsetof(struct tax_relief, half_years), NULL, 0, "",
     "Years at half the reduced rate after them", "st_enterprise_half_years"},
    {"reduced_years", FIELD_REAL, "year", "50", 0.0, 50.0, offsetof(struct tax_relief, reduced_years), NULL,
     0, "", "Years at the reduced rate after them", "definition: of the programme's own source"},
};

// Share of the tax at the firm's usual rate that is due `years` after the first taxable profit.
static double share_due(const struct tax_relief *t, double usual, double years)
{
    const double reduced = t->rate < usual ? t->rate / usual : 1.0;
    if (years < t->holiday_years)
        return 0.0;
    if (years < t->holiday_years + t->half_years)
        return 0.5 * reduced;
    return years < t->holiday_years + t->half_years + t->reduced_years ? reduced : 1.0;
}

// Five years of tax at the last year's profit, discounted at the bank rate (an annuity).
static void relief_offer(const struct model *model, const struct world *world, int programme, int64_t row,
                         struct programme_offer *offer)
{
    const struct tax_relief *t = programme_terms(&model->programme[programme]);
    const struct firm *f = &world->firm;
    if (!t->certification || !f->st_capable[row] || f->st_month[row] != NEVER)
        return;
    double profit = 0.0;
    for (int k = 0; k < 12; k++)
        profit += (double)f->reported_ring[k * world->firms.capacity + row];
    const double r = world->climate.bank_rate, years = 5.0;
    const double annuity = (1.0 - vmath_pow(1.0 + r, -years)) / r, usual = tax_rate(model, world, row);
    offer->benefit_vnd = vmath_max(profit, 0.0) * usual * (1.0 - share_due(t, usual, 0.0)) * annuity;
}

static double relief_award(const struct model *model, struct world *world, int programme, int64_t row,
                           double amount_vnd)
{
    (void)model, (void)programme, (void)amount_vnd;
    if (world->firm.st_month[row] != NEVER)
        return -1.0;
    world->firm.st_month[row] = (int16_t)world->month;
    return 0.0;
}

static void relief_settle(const struct model *model, struct world *world, int programme, int64_t row,
                          double taxable_vnd, double *deduction_vnd, double *tax_share)
{
    const struct tax_relief *t = programme_terms(&model->programme[programme]);
    const struct firm *f = &world->firm;
    (void)taxable_vnd, (void)deduction_vnd;
    if (t->certification ? f->st_month[row] == NEVER : !programme_known(model, world, programme, row))
        return;
    // the relief runs from the first taxable profit under it: not before the certificate or the programme's
    // start
    const int64_t opened = model->programme[programme].start - model->run.start;
    int64_t from = f->first_profit_month[row];
    from = t->certification && f->st_month[row] > from ? f->st_month[row] : from;
    from = !t->certification && opened > from ? opened : from;
    *tax_share = share_due(t, tax_rate(model, world, row), (double)(world->month - from) / 12.0);
}

const struct instrument instrument_tax_relief = {
    .name = "tax_relief",
    .doc =
        "reduces the rate of corporate tax, with holidays, after certification or for all who are eligible",
    .fields = tax_relief_fields,
    .fields_n = sizeof tax_relief_fields / sizeof tax_relief_fields[0],
    .occasion = OCCASION_YEARLY,
    .offer = relief_offer,
    .award = relief_award,
    .relief = relief_settle,
};
