// service: trains or advises firms. Mechanism: evidence/instruments.md, training, consulting, mentoring: what
// is built is practice and skill, which fade at the firm's own half-lives (economy.capability); what they do
// for sales, jobs and innovation follows from there. Managers count on the gain of a short time only and do
// not know how much it is: they weigh what the same training would cost them on the market, and part of the
// gain in margin.
#include "models/world.h"

struct service {
    int64_t cost_vnd, exporting;
    double public_share, management_points, skills_points, digital_stages;
    double counted_months, believed_frac;
};

#define AT(member) offsetof(struct service, member)
static const struct field service_fields[] = {
    {"cost_vnd", FIELD_MONEY, "VND", "30e6", 0, 1e13, AT(cost_vnd), NULL, 0, "",
     "Price of the service for an enterprise, opening prices", "definition: of the programme's own source"},
    {"public_share", FIELD_REAL, "1", "1", 0, 1, AT(public_share), NULL, 0, "",
     "Share of the price that is paid for the enterprise", "definition: of the programme's own source"},
    {"management_points", FIELD_REAL, "1", "0.05", 0, 1, AT(management_points), NULL, 0, "",
     "Rise of management practice (0 to 1) by the service",
     "instruments.md, training: practice score +5 points after a class, +35 after intensive consulting"},
    {"skills_points", FIELD_REAL, "1", "0", 0, 1, AT(skills_points), NULL, 0, "",
     "Rise of workers' skills (0 to 1) by the service",
     "assumption: as economy.capability.training_gain if workers attend; range 0-0.1"},
    {"digital_stages", FIELD_REAL, "1", "0", 0, 3, AT(digital_stages), NULL, 0, "",
     "Digital stages that it lifts an enterprise by", "definition: of the programme's own source"},
    {"exporting", FIELD_BOOL, "", "false", 0, 1, AT(exporting), NULL, 0, "",
     "Brings a first order from abroad: the enterprise becomes an exporter",
     "definition: of the programme's own source"},
    {"counted_months", FIELD_REAL, "month", "12", 0, 240, AT(counted_months), NULL, 0, "",
     "Months of gain in margin on which a manager counts", "assumption: a planning year; range 6-36"},
    {"believed_frac", FIELD_REAL, "1", "0.5", 0, 1, AT(believed_frac), NULL, 0, "",
     "Share of the gain in which managers believe beforehand",
     "assumption: badly managed firms do not know it (management_consulting_06: half take up an offer that "
     "is almost free); range 0.2-1"},
};
#undef AT

// V1: what points add, never above the best.
static double rise(double level, double points)
{
    return vmath_min(level + points, 1.0) - level;
}

// Whether there is anything left that the service could teach.
static bool useful(const struct service *t, const struct firm *f, int64_t row)
{
    return rise(f->management[row], t->management_points) > 0.0 ||
           rise(f->skills[row], t->skills_points) > 0.0 ||
           (t->digital_stages >= 1.0 && f->digital[row] < 3) || (t->exporting && !f->exporter[row]);
}

static double price(const struct world *world, const struct service *t)
{
    return vmath_round((double)t->cost_vnd * world->climate.price_level);
}

static void service_offer(const struct model *model, const struct world *world, int programme, int64_t row,
                          struct programme_offer *offer)
{
    const struct service *t = programme_terms(&model->programme[programme]);
    const struct capability *c = &model->capability;
    const struct firm *f = &world->firm;
    if (!useful(t, f, row))
        return;
    const double own = price(world, t) - vmath_round(t->public_share * price(world, t));
    const double kept = (1.0 - model->demand.efficiency_weight) * model->production.management_cost;
    const double margin = kept * rise(f->management[row], t->management_points);
    const double gain = t->believed_frac * margin * f->expected_sales_vnd[row] * t->counted_months;
    // a training at its market price, for the quarter of the workers that attends one (capability.c)
    const double training = c->training_gain > 0.0
                                ? rise(f->skills[row], t->skills_points) / c->training_gain * 0.25 *
                                      c->training_cost_vnd * world->climate.price_level * f->workers[row]
                                : 0.0;
    offer->amount_vnd = vmath_round(t->public_share * price(world, t));
    offer->benefit_vnd = f->cash_vnd[row] < own ? 0.0 : vmath_max(gain + training - own, 0.0);
}

static double service_award(const struct model *model, struct world *world, int programme, int64_t row,
                            double amount_vnd)
{
    const struct service *t = programme_terms(&model->programme[programme]);
    const struct firm *f = &world->firm;
    struct programme_account *account = &world->programme[programme].month;
    const struct party provider = world_party(ACCOUNT_HOUSEHOLDS);
    const double own = vmath_max(price(world, t) - amount_vnd, 0.0);
    if (!useful(t, f, row) || f->cash_vnd[row] < own)
        return -1.0; // the firm has changed while the file waited
    const int64_t paid = world_amount(world, row, amount_vnd);
    world_pay(world, CATEGORY_TRAINING, world_party(ACCOUNT_GOVERNMENT), provider, paid);
    world_pay(world, CATEGORY_TRAINING, world_firm_party(row), provider, world_amount(world, row, own));
    f->profit_vnd[row] -= own;
    f->taxable_year_vnd[row] -= own;
    f->management[row] += rise(f->management[row], t->management_points);
    f->skills[row] += rise(f->skills[row], t->skills_points);
    const double stage = vmath_min((double)f->digital[row] + vmath_floor(t->digital_stages), 3.0);
    f->digital[row] = (uint8_t)stage;
    f->exporter[row] = (uint8_t)(f->exporter[row] | (t->exporting != 0));
    f->trained_month[row] = (int16_t)world->month;
    account->cash_vnd += paid;
    account->cost_vnd += paid;
    account->disbursed_vnd += paid;
    return amount_vnd;
}

const struct instrument instrument_service = {
    .name = "service",
    .doc = "trains or advises firms: builds skills, management, digital stage, export readiness",
    .fields = service_fields,
    .fields_n = sizeof service_fields / sizeof service_fields[0],
    .occasion = OCCASION_YEARLY,
    .offer = service_offer,
    .award = service_award,
};
