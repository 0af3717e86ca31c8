// rd_allowance: part of taxable income may be put untaxed into an internal S&T fund, to be spent on
// innovation projects. Mechanism: evidence/instruments.md, internal S&T fund: at most a share of taxable
// income, so for a firm with 3 % margin the fund gets 0.3 % of sales a year. A firm sets aside what its next
// projects would cost, never more than its cash.
#include "models/world.h"

struct rd_allowance {
    double ceiling, horizon_years, factor;
};

static const struct field rd_allowance_fields[] = {
    {"ceiling", FIELD_REAL, "1", "0.1", 0.0, 1.0, offsetof(struct rd_allowance, ceiling), NULL, 0, "",
     "Ceiling over taxable income", "st_fund_cap"},
    {"horizon_years", FIELD_REAL, "year", "3", 0.5, 20.0, offsetof(struct rd_allowance, horizon_years), NULL,
     0, "", "Years of expected projects that a firm saves for",
     "assumption: funds unused after five years are taxed; range 2-5"},
    {"factor", FIELD_REAL, "1", "1", 0.0, 5.0, offsetof(struct rd_allowance, factor), NULL, 0, "",
     "Deduction for each VND set aside; above 1 a super-deduction",
     "definition: of the programme's own source"},
};

// Cost of the projects that the firm would do within the horizon by its record: one in the window if it has
// innovated, the project or plan in hand.
static double projects_ahead_vnd(const struct model *model, const struct world *world,
                                 const struct rd_allowance *t, int64_t row)
{
    const struct innovation *p = &model->innovation;
    const struct firm *f = &world->firm;
    const double usual = p->cost_sales_months[TYPE_IMPROVED_PRODUCT] * f->expected_sales_vnd[row] *
                         vmath_exp(-p->cost_exponent * (f->log_workers[row] - vmath_log(10.0)));
    const double record =
        f->innovating_bits[row] & 1U ? t->horizon_years * 12.0 / (double)p->window_months : 0.0;
    return f->project_cost_vnd[row] + record * usual;
}

static void allowance_settle(const struct model *model, struct world *world, int programme, int64_t row,
                             double taxable_vnd, double *deduction_vnd, double *tax_share)
{
    const struct rd_allowance *t = programme_terms(&model->programme[programme]);
    const struct firm *f = &world->firm;
    (void)tax_share;
    if (!programme_known(model, world, programme, row))
        return;
    const double wish = projects_ahead_vnd(model, world, t, row) - f->research_fund_vnd[row];
    const double most = vmath_min(t->ceiling * taxable_vnd, f->cash_vnd[row] - f->research_fund_vnd[row]);
    const double aside = vmath_round(vmath_min(wish, most));
    if (aside <= 0.0)
        return;
    f->research_fund_vnd[row] += aside;
    *deduction_vnd = vmath_round(t->factor * aside);
}

const struct instrument instrument_rd_allowance = {
    .name = "rd_allowance",
    .doc = "lets firms put taxable income into an internal fund for innovation, untaxed",
    .fields = rd_allowance_fields,
    .fields_n = sizeof rd_allowance_fields / sizeof rd_allowance_fields[0],
    .occasion = OCCASION_NONE,
    .relief = allowance_settle,
};
