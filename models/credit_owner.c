#include "models/credit_parts.h"

// O1: wealth behind a firm of ten workers, months of sales, log-normal over owners, rising with size.
void credit_owner_opens(const struct model *model, struct world *world, int64_t row)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    double u, v;
    rng_uniforms(world->rng, &f->ancestor[row], 1,
                 (struct rng_purpose){0, STREAM_CREDIT_SCREENING, SCREENING_OWNER}, &u, &v);
    const double size = vmath_log(vmath_max(f->workers[row], 1.0)) - credit_log_ten, sd = p->property_log_sd;
    const double months = p->property_months * vmath_exp(sd * vmath_quantile(u) - 0.5 * sd * sd +
                                                         p->property_size_exponent * size);
    f->wealth_vnd[row] = (float)(months * f->expected_sales_vnd[row]);
}

void credit_owner_starts(const struct model *model, struct world *world, int64_t row, double *cash_vnd,
                         double *assets_vnd)
{
    const struct firm *f = &world->firm;
    if (f->first_sale_month[row] == NEVER) {
        credit_owner_opens(model, world, row);
        return;
    }
    const double have = vmath_floor((double)f->wealth_vnd[row]);
    *cash_vnd = vmath_min(*cash_vnd, have);
    *assets_vnd = vmath_min(*assets_vnd, have - *cash_vnd);
    credit_owner_receives(world, row, -(*cash_vnd + *assets_vnd));
}

void credit_owner_receives(struct world *world, int64_t row, double vnd)
{
    const double wealth = (double)world->firm.wealth_vnd[row] + vnd;
    world->firm.wealth_vnd[row] = (float)(wealth > 1.0 ? wealth : 0.0);
}

double credit_owner_pledged_vnd(const struct credit *credit, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double debt = f->debt_vnd[row] - credit_covered_vnd(world, row);
    return vmath_max(credit->collateral_ratio * debt - credit->pledgeable_frac * f->capital_vnd[row], 0.0);
}

double credit_owner_free_vnd(const struct credit *credit, const struct world *world, int64_t row)
{
    const double wealth = (double)world->firm.wealth_vnd[row];
    return vmath_floor(vmath_max(wealth - credit_owner_pledged_vnd(credit, world, row), 0.0));
}

double credit_owner_late_vnd(const struct model *model, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    if (f->status[row] == STATUS_CEASED || f->status[row] == STATUS_GONE)
        return 0.0;
    const double waits = vmath_round(credit_owner_waits_months(model) * f->sales_vnd[row]);
    return vmath_max(waits - f->trade_vnd[row], 0.0);
}

double credit_owner_waits_months(const struct model *model)
{
    return model->credit.government_delay_months * model->demand.government_frac;
}

bool credit_owner_insolvent(const struct model *model, const struct world *world, int64_t row)
{
    const double most = model->credit.late_max_months * world->firm.expected_sales_vnd[row];
    return credit_owner_late_vnd(model, world, row) > vmath_max(most, 1.0);
}

struct credit_substitute credit_owner_replaces(const struct model *model, const struct world *world,
                                               int64_t row, double wanted_vnd)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const double bills = vmath_max(f->sales_vnd[row] - f->value_added_vnd[row], 0.0);
    const double trade_room = p->trade_limit_months * bills - credit_owner_late_vnd(model, world, row);
    const double informal_room = p->informal_limit_months * f->expected_sales_vnd[row] - f->informal_vnd[row];
    struct credit_substitute s;
    double left = vmath_round(wanted_vnd);
    s.own_vnd = vmath_min(left, credit_owner_free_vnd(p, world, row));
    left -= s.own_vnd;
    s.trade_vnd = vmath_min(left, vmath_floor(vmath_max(trade_room, 0.0)));
    left -= s.trade_vnd;
    s.informal_vnd = vmath_min(left, vmath_floor(vmath_max(informal_room, 0.0)));
    return s;
}

// What a firm pays of a debt under a category, as far as its cash goes; the rest is lost under another.
static void settle(struct world *world, int64_t row, double owed, enum account creditor,
                   const enum category category[2])
{
    const double paid = vmath_min(owed, world->firm.cash_vnd[row]);
    const struct party firm = world_firm_party(row), other = world_party(creditor);
    world_pay(world, category[0], firm, other, world_amount(world, row, paid));
    world_pay(world, category[1], firm, other, world_amount(world, row, owed - paid));
}

void credit_owner_collects(const struct model *model, struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const double claims = f->trade_vnd[row] + credit_owner_late_vnd(model, world, row);
    world_pay(world, CATEGORY_TRADE_PAYMENT, world_party(ACCOUNT_GOVERNMENT), world_firm_party(row),
              world_amount(world, row, vmath_max(claims, 0.0)));
}

void credit_owner_settles(struct world *world, int64_t row)
{
    static const enum category informal[] = {CATEGORY_INFORMAL_REPAYMENT, CATEGORY_INFORMAL_LOSS};
    static const enum category trade[] = {CATEGORY_TRADE_PAYMENT, CATEGORY_TRADE_LOSS};
    settle(world, row, vmath_max(-world->firm.trade_vnd[row], 0.0), ACCOUNT_REST, trade);
    settle(world, row, world->firm.informal_vnd[row], ACCOUNT_HOUSEHOLDS, informal);
}
