#include "models/world.h"
#include "sim/par.h"

const struct field tax_fields[] = {
    {"settlement_month", FIELD_INT, "1", "12", 1.0, 12.0, offsetof(struct tax, settlement_month), NULL, 0, "",
     "Month of the year in which the year's tax is settled", "definition: at the end of the fiscal year"},
    {"loss_years", FIELD_REAL, "year", "5", 1.0, 50.0, offsetof(struct tax, loss_years), NULL, 0, "",
     "Years over which a loss may be carried forward; a like share of what is left lapses each year",
     "assumption: five years in Vietnam's law on corporate income tax, lapsing evenly; range 3-7"},
    {"small_sales_vnd", FIELD_MONEY, "VND", "20e9", 0.0, 1e15, offsetof(struct tax, small_sales_vnd), NULL, 0,
     "", "Sales a year up to which the rate of small enterprises applies",
     "cit_sme_2013: the threshold of 20e9 VND is from the same law; range 10e9-50e9"},
};
const int tax_fields_n = sizeof tax_fields / sizeof tax_fields[0];

struct tax_context {
    const struct model *model;
    struct world *world;
    int relief[PROGRAMMES_MAX]; // open programmes that give relief
    int relief_n;
    struct tax_totals {
        struct ledger_sum tax, owner_money;
        int64_t forgone_vnd[PROGRAMMES_MAX];
    } * block;
};

static double year_sales(const struct world *world, int64_t row)
{
    double sum = 0.0;
    for (int k = 0; k < 12; k++)
        sum += (double)world->firm.sales_ring[k * world->firms.capacity + row];
    return sum;
}

// Base after losses carried forward; updates what is left of them.
static double taxable_base(const struct tax *p, const struct firm *f, int64_t row)
{
    const double profit = f->taxable_year_vnd[row], losses = f->loss_forward_vnd[row];
    const double used = profit > 0.0 ? vmath_min(profit, losses) : 0.0;
    const double left = vmath_round((losses - used) * (1.0 - 1.0 / p->loss_years));
    f->loss_forward_vnd[row] = left + (profit < 0.0 ? -profit : 0.0);
    return profit > 0.0 ? profit - used : 0.0;
}

double tax_rate(const struct model *model, const struct world *world, int64_t row)
{
    const struct climate *c = &world->climate;
    return year_sales(world, row) <= (double)model->tax.small_sales_vnd ? c->tax_rate_small : c->tax_rate;
}

// T1: tax = rate * (base - deductions) * shares left by reliefs.
static double firm_tax(const struct tax_context *c, int64_t row, double base, int64_t *forgone)
{
    struct world *w = c->world;
    const double rate = tax_rate(c->model, w, row);
    double due = vmath_round(rate * base), left = base, share = 1.0;
    for (int k = 0; k < c->relief_n; k++) {
        const int p = c->relief[k];
        if (!programme_eligible(c->model, w, p, row))
            continue;
        double deduction = 0.0, kept = 1.0;
        instrument_at(c->model->programme[p].kind)->relief(c->model, w, p, row, left, &deduction, &kept);
        left = vmath_max(left - deduction, 0.0);
        share *= kept;
        const double next = vmath_round(rate * left * share);
        forgone[p] += w->firm.weight[row] * (int64_t)(due - next);
        due = next;
    }
    return due;
}

static void tax_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct tax_context *c = context;
    const struct firm *f = &c->world->firm;
    struct tax_totals *t = &c->block[block];

    *t = (struct tax_totals){0};
    for (int64_t r = begin; r < end; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const double base = taxable_base(&c->model->tax, f, r);
        f->taxable_year_vnd[r] = 0.0;
        if (base <= 0.0)
            continue;
        if (f->first_profit_month[r] == NEVER)
            f->first_profit_month[r] = (int16_t)c->world->month;
        const double tax = firm_tax(c, r, base, t->forgone_vnd);
        const double lacking = vmath_max(tax - f->cash_vnd[r], 0.0); // owners put in what cash does not pay
        f->cash_vnd[r] += lacking - tax;
        f->research_fund_vnd[r] = vmath_min(f->research_fund_vnd[r], f->cash_vnd[r]);
        f->tax_paid_vnd[r] = tax;
        ledger_sum_add(&t->tax, f->weight[r] * (int64_t)tax);
        ledger_sum_add(&t->owner_money, f->weight[r] * (int64_t)lacking);
    }
}

// The internal fund is part of cash: what the month's bills have eaten is gone from it.
static void clear_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct firm *f = &((struct world *)context)->firm;
    (void)block;
    for (int64_t r = begin; r < end; r++) {
        f->tax_paid_vnd[r] = 0.0;
        f->research_fund_vnd[r] = vmath_min(f->research_fund_vnd[r], f->cash_vnd[r]);
    }
}

void tax_step(const struct model *model, struct world *world)
{
    _Static_assert(sizeof(struct tax_totals) <= WORLD_BLOCK_BYTES, "fits");
    struct tax_context c = {.model = model, .world = world, .block = world->scratch.bytes};
    struct ledger_sum tax = {0}, money = {0};

    par_blocks(world->threads, world->firms.n, clear_block, world);
    if (world->climate.month_of_year + 1 != model->tax.settlement_month)
        return;
    for (int p = 0; p < model->programmes_n; p++)
        if (instrument_at(model->programme[p].kind)->relief && programme_open(model, world, p))
            c.relief[c.relief_n++] = p;
    par_blocks(world->threads, world->firms.n, tax_block, &c);
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++) {
        ledger_sum_merge(&tax, c.block[b].tax);
        ledger_sum_merge(&money, c.block[b].owner_money);
        for (int k = 0; k < c.relief_n; k++)
            world->programme[c.relief[k]].month.forgone_vnd += c.block[b].forgone_vnd[c.relief[k]];
    }
    ledger_post_sum(&world->ledger, CATEGORY_OWNER_MONEY, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, money);
    ledger_post_sum(&world->ledger, CATEGORY_CORPORATE_TAX, ACCOUNT_FIRMS, ACCOUNT_GOVERNMENT, tax);
}
