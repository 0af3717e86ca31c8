// rd_allowance: part of taxable income may be put untaxed into an internal S&T fund, to be spent on
// innovation projects. Mechanism: evidence/instruments.md, internal S&T fund: at most a share of taxable
// income, so for a firm with 3 % margin the fund gets 0.3 % of sales a year. A firm sets aside what its next
// projects would cost, never more than its cash, and claims ordinary spending beside it. What is not spent in
// time is taxed with interest (models/tax.c).
#include "models/world.h"

struct rd_allowance {
    double ceiling, horizon_years, factor, relabel_frac;
};

static const struct field rd_allowance_fields[] = {
    {"ceiling", FIELD_REAL, "1", "0.1", 0.0, 1.0, offsetof(struct rd_allowance, ceiling), NULL, 0, "",
     "Ceiling over taxable income", "st_fund_cap"},
    {"horizon_years", FIELD_REAL, "year", "3", 0.5, 20.0, offsetof(struct rd_allowance, horizon_years), NULL,
     0, "", "Years of expected projects that a firm saves for",
     "assumption: funds unused after five years are taxed (economy.tax.research_fund_years); range 2-5"},
    {"factor", FIELD_REAL, "1", "1", 0.0, 5.0, offsetof(struct rd_allowance, factor), NULL, 0, "",
     "Deduction for each VND set aside; above 1 a super-deduction",
     "definition: of the programme's own source"},
    {"relabel_frac", FIELD_REAL, "1", "0.242", 0.0, 0.95, offsetof(struct rd_allowance, relabel_frac), NULL,
     0, "", "Share of what is claimed that is ordinary spending under another name, where that pays",
     "RD_tax_credit_03"},
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

// A fund puts tax off until the money is spent, half of the horizon on average, and a deduction may go beyond
// the money: what a VND set aside saves.
static double saved(const struct model *model, const struct world *world, const struct rd_allowance *t,
                    int64_t row)
{
    return tax_rate(model, world, row) *
           (world->climate.bank_rate * 0.5 * t->horizon_years + vmath_max(t->factor - 1.0, 0.0));
}

// It must exceed the cost of the fund's accounts.
static bool worth_it(const struct model *model, const struct world *world, int programme, int64_t row,
                     double aside)
{
    const struct programme *p = &model->programme[programme];
    const struct rd_allowance *t = programme_terms(p);
    return aside * saved(model, world, t, row) >
           (double)p->paperwork_vnd * model->environment.red_tape * world->climate.price_level;
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
    // ordinary spending is claimed too, if what that saves exceeds what an audit costs
    const double risk = model->tax.audit_frac * (1.0 + model->tax.penalty_frac);
    const double relabelled = risk < 1.0 ? t->relabel_frac / (1.0 - t->relabel_frac) : 0.0;
    const double ceiling = t->ceiling * taxable_vnd / (1.0 + relabelled);
    const double most = vmath_min(ceiling, f->cash_vnd[row] - f->research_fund_vnd[row]);
    const double aside = vmath_round(vmath_min(wish, most)), claimed = vmath_round(relabelled * aside);
    if (aside <= 0.0 || !worth_it(model, world, programme, row, aside))
        return;
    const double fund = f->research_fund_vnd[row] + aside;
    f->research_fund_age[row] =
        (uint8_t)vmath_int((double)f->research_fund_age[row] * f->research_fund_vnd[row] / fund);
    f->research_fund_vnd[row] = fund;
    *deduction_vnd =
        vmath_round(t->factor * aside) +
        (tax_audited(model, world, row) ? -vmath_round(model->tax.penalty_frac * claimed) : claimed);
}

// What the fund can pay of a project lowers its price by what that saves, for a firm that has tax to pay.
static double allowance_bears(const struct model *model, const struct world *world, int programme,
                              int64_t row, const struct programme_project *project)
{
    const struct rd_allowance *t = programme_terms(&model->programme[programme]);
    const struct firm *f = &world->firm;
    double profit = -f->loss_forward_vnd[row];
    for (int k = 0; k < 12; k++)
        profit += (double)f->reported_ring[k * world->firms.capacity + row];
    const double year = t->ceiling * vmath_max(profit, 0.0);
    const double paid = vmath_min(year * t->horizon_years, project->cost_vnd);
    if (paid <= 0.0 || !worth_it(model, world, programme, row, vmath_min(year, paid)))
        return 0.0;
    return saved(model, world, t, row) * paid / project->cost_vnd;
}

const struct instrument instrument_rd_allowance = {
    .name = "rd_allowance",
    .doc = "lets firms put taxable income into an internal fund for innovation, untaxed",
    .fields = rd_allowance_fields,
    .fields_n = sizeof rd_allowance_fields / sizeof rd_allowance_fields[0],
    .occasion = OCCASION_NONE,
    .relief = allowance_settle,
    .bears = allowance_bears,
};
