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
    {"research_fund_years", FIELD_INT, "year", "5", 1.0, 20.0, offsetof(struct tax, research_fund_years),
     NULL, 0, "",
     "Years within which an internal S&T fund is to be spent; what is left is taxed with interest",
     "assumption: article 17 of the law on corporate income tax (14/2008/QH12), with st_fund_cap; range 3-5"},
    {"audit_frac", FIELD_REAL, "1", "0.2", 0.0, 1.0, offsetof(struct tax, audit_frac), NULL, 0, "",
     "Share of firms whose claims of a year the tax office looks into",
     "assumption: inspections reach a fifth of enterprises a year; range 0.05-0.35"},
    {"penalty_frac", FIELD_REAL, "1", "0.2", 0.0, 5.0, offsetof(struct tax, penalty_frac), NULL, 0, "",
     "Fine on a claim found to be wrong, over what was claimed",
     "assumption: 20 % of tax declared short (Decree 125/2020); range 0.1-1"},
};
const int tax_fields_n = sizeof tax_fields / sizeof tax_fields[0];

struct tax_context {
    const struct model *model;
    struct world *world;
    int relief[PROGRAMMES_MAX]; // open programmes that give relief
    int relief_n;
    struct tax_totals {
        struct ledger_sum tax, owner_money, informal, fund_before, fund_after;
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

bool tax_audited(const struct model *model, const struct world *world, int64_t row)
{
    return rng_uniform(world->rng, (uint64_t)world->firm.ancestor[row],
                       world_purpose(world, STREAM_TAX_AUDIT, 0)) < model->tax.audit_frac;
}

// T2: what is left of the internal fund `when` it was to be spent is income of the year; returns the interest
// on the tax that was put off.
static double fund_lapses(const struct tax_context *c, int64_t row, bool when)
{
    const struct firm *f = &c->world->firm;
    const double fund = f->research_fund_vnd[row], years = (double)f->research_fund_age[row] / 12.0;
    if (!when || fund <= 0.0)
        return 0.0;
    f->taxable_year_vnd[row] += fund;
    f->research_fund_vnd[row] = 0.0;
    f->research_fund_age[row] = 0;
    return vmath_round(tax_rate(c->model, c->world, row) * fund * c->world->climate.bank_rate * years);
}

// The year's tax of a firm; what its year and its losses are carried on as is brought up to date.
static double year_tax(const struct tax_context *c, int64_t row, int64_t *forgone)
{
    const struct firm *f = &c->world->firm;
    const double base = taxable_base(&c->model->tax, f, row);
    f->taxable_year_vnd[row] = 0.0;
    if (base <= 0.0)
        return 0.0;
    if (f->first_profit_month[row] == NEVER)
        f->first_profit_month[row] = (int16_t)c->world->month;
    return firm_tax(c, row, base, forgone);
}

static void tax_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct tax_context *c = context;
    const struct firm *f = &c->world->firm;
    const int64_t limit = 12 * c->model->tax.research_fund_years;
    struct tax_totals *t = &c->block[block];

    *t = (struct tax_totals){0};
    for (int64_t r = begin; r < end; r++) {
        ledger_sum_add(&t->fund_before, f->weight[r] * (int64_t)f->research_fund_vnd[r]);
        if (f->status[r] != STATUS_OPERATING && f->status[r] != STATUS_SUSPENDED)
            continue;
        const double interest = fund_lapses(c, r, f->research_fund_age[r] >= limit);
        const double tax = year_tax(c, r, t->forgone_vnd) + interest;
        // what cash does not pay comes from the owner's wealth, the rest from family and informal lenders
        const double lacking = vmath_max(tax - f->cash_vnd[r], 0.0);
        const double own = vmath_min(lacking, credit_owner_free_vnd(&c->model->credit, c->world, r));
        credit_owner_receives(c->world, r, -own);
        f->informal_vnd[r] += lacking - own;
        f->cash_vnd[r] += lacking - tax;
        f->research_fund_vnd[r] = vmath_min(f->research_fund_vnd[r], f->cash_vnd[r]);
        f->tax_paid_vnd[r] = tax;
        ledger_sum_add(&t->tax, f->weight[r] * (int64_t)tax);
        ledger_sum_add(&t->owner_money, f->weight[r] * (int64_t)own);
        ledger_sum_add(&t->informal, f->weight[r] * (int64_t)(lacking - own));
        ledger_sum_add(&t->fund_after, f->weight[r] * (int64_t)f->research_fund_vnd[r]);
    }
}

// The internal fund is part of cash: what the month's bills have eaten was not spent on innovation and is
// income.
static void clear_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct firm *f = &((struct world *)context)->firm;
    (void)block;
    for (int64_t r = begin; r < end; r++) {
        const double fund = vmath_min(f->research_fund_vnd[r], f->cash_vnd[r]);
        const int age = f->research_fund_age[r] + (f->research_fund_age[r] < UINT8_MAX);
        f->tax_paid_vnd[r] = 0.0;
        f->taxable_year_vnd[r] += f->research_fund_vnd[r] - fund;
        f->research_fund_vnd[r] = fund;
        f->research_fund_age[r] = (uint8_t)(fund > 0.0 ? age : 0);
    }
}

static void reliefs_find(struct tax_context *c)
{
    for (int p = 0; p < c->model->programmes_n; p++)
        if (instrument_at(c->model->programme[p].kind)->relief && programme_open(c->model, c->world, p))
            c->relief[c->relief_n++] = p;
}

// Money that left internal funds in the year was spent and not deducted again, or was taxed: the tax that the
// programme had put off has come in. Without this, each VND set aside would count as forgone for ever.
static void funds_account(const struct model *model, struct world *world, int64_t before, int64_t after)
{
    const int kind = instrument_find("rd_allowance");
    const int64_t used = world->research_funds_vnd > before ? world->research_funds_vnd - before : 0;
    world->research_funds_vnd = after;
    for (int p = 0; p < model->programmes_n; p++)
        if (model->programme[p].kind == kind && model->programme[p].enabled) {
            world->programme[p].month.forgone_vnd -=
                (int64_t)vmath_round(world->climate.tax_rate * (double)used);
            return;
        }
}

void tax_firm_leaves(const struct model *model, struct world *world, int64_t row)
{
    struct tax_context c = {.model = model, .world = world};
    struct firm *f = &world->firm;
    int64_t forgone[PROGRAMMES_MAX] = {0};
    if (f->taxable_year_vnd[row] <= 0.0 && f->research_fund_vnd[row] <= 0.0)
        return;
    reliefs_find(&c);
    const double interest = fund_lapses(&c, row, true);
    const double due = year_tax(&c, row, forgone) + interest, paid = vmath_min(due, f->cash_vnd[row]);
    world_pay(world, CATEGORY_CORPORATE_TAX, world_firm_party(row), world_party(ACCOUNT_GOVERNMENT),
              world_amount(world, row, paid));
    f->tax_paid_vnd[row] += paid;
    f->research_fund_vnd[row] = 0.0;
    for (int k = 0; k < c.relief_n; k++)
        world->programme[c.relief[k]].month.forgone_vnd += forgone[c.relief[k]];
}

void tax_step(const struct model *model, struct world *world)
{
    _Static_assert(sizeof(struct tax_totals) <= WORLD_BLOCK_BYTES, "fits");
    struct tax_context c = {.model = model, .world = world, .block = world->scratch.bytes};
    struct ledger_sum tax = {0}, money = {0}, informal = {0}, before = {0}, after = {0};

    par_blocks(world->threads, world->firms.n, clear_block, world);
    if (world->climate.month_of_year + 1 != model->tax.settlement_month)
        return;
    reliefs_find(&c);
    par_blocks(world->threads, world->firms.n, tax_block, &c);
    for (int64_t b = 0; b < par_blocks_n(world->firms.n); b++) {
        ledger_sum_merge(&tax, c.block[b].tax);
        ledger_sum_merge(&money, c.block[b].owner_money);
        ledger_sum_merge(&informal, c.block[b].informal);
        ledger_sum_merge(&before, c.block[b].fund_before);
        ledger_sum_merge(&after, c.block[b].fund_after);
        for (int k = 0; k < c.relief_n; k++)
            world->programme[c.relief[k]].month.forgone_vnd += c.block[b].forgone_vnd[c.relief[k]];
    }
    funds_account(model, world, before.value, after.value);
    ledger_post_sum(&world->ledger, CATEGORY_OWNER_MONEY, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, money);
    ledger_post_sum(&world->ledger, CATEGORY_INFORMAL_LOAN, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, informal);
    ledger_post_sum(&world->ledger, CATEGORY_CORPORATE_TAX, ACCOUNT_FIRMS, ACCOUNT_GOVERNMENT, tax);
}
