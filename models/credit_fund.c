#include "models/credit_parts.h"

int64_t credit_funds_first(const struct world *world, int programme)
{
    for (int64_t r = 0; r < world->funds.n; r++)
        if (world->fund.programme[r] == programme)
            return r;
    return NOBODY;
}

int64_t credit_funds_open(struct world *world, const struct credit_charter *charter)
{
    const int n = (int)charter->funds_n;
    int64_t equal[CREDIT_FUNDS_MAX] = {0}, capital[CREDIT_FUNDS_MAX], first = NOBODY;
    struct fund *f = &world->fund;
    const enum fund_kind kind = charter->loans ? FUND_LOAN : FUND_GUARANTEE;
    CHECK(n >= 1 && n <= CREDIT_FUNDS_MAX);
    if (charter->capital_vnd <= 0 || world->funds.n + n > world->funds.capacity)
        return NOBODY;
    for (int k = 0; k < n; k++)
        equal[k] = 1;
    ledger_split_prorata(charter->capital_vnd, equal, n, capital);
    for (int k = 0; k < n; k++) {
        const int64_t row = world_fund_birth(world, kind, charter->programme, (uint32_t)k);
        first = k == 0 ? row : first;
        world_pay(world, CATEGORY_FUND_CAPITAL, world_party(ACCOUNT_GOVERNMENT), world_fund_party(world, row),
                  capital[k]);
        f->capital_vnd[row] = f->nav_vnd[row] = capital[k];
        f->fee_per_year[row] = charter->fee_per_year;
        f->coverage_frac[row] = charter->coverage_frac;
        f->leverage_max[row] = charter->leverage_max;
        f->collateral_ratio[row] = charter->collateral_ratio;
    }
    world->programme[charter->programme].month.disbursed_vnd += charter->capital_vnd;
    return first;
}

void credit_fund_revalue(struct world *world, int64_t row, int64_t nav_vnd)
{
    struct fund *f = &world->fund;
    world->programme[f->programme[row]].month.cost_vnd += f->nav_vnd[row] - nav_vnd;
    f->nav_vnd[row] = nav_vnd;
}

void credit_fund_administer(struct world *world, int64_t row, double cost_per_year)
{
    struct programme_account *account = &world->programme[world->fund.programme[row]].month;
    const int64_t cost = (int64_t)vmath_round(cost_per_year / 12.0 * (double)world->fund.capital_vnd[row]);
    world_pay(world, CATEGORY_ADMINISTRATION, world_party(ACCOUNT_GOVERNMENT),
              world_party(ACCOUNT_HOUSEHOLDS), cost);
    account->cash_vnd += cost;
    account->cost_vnd += cost;
}

void credit_fund_wind_up(struct world *world, int64_t row)
{
    struct fund *f = &world->fund;
    if (f->capital_vnd[row] == 0 || f->outstanding_vnd[row] != 0 || f->recovering_vnd[row] != 0)
        return;
    const struct party fund = world_fund_party(world, row), government = world_party(ACCOUNT_GOVERNMENT);
    const int64_t cash = f->cash_vnd[row], units = f->capital_vnd[row];
    const int64_t returned = cash < units ? cash : units;
    credit_fund_revalue(world, row, cash);
    world_pay(world, CATEGORY_FUND_RETURN, fund, government, returned);
    world_pay(world, CATEGORY_FUND_LOSS, fund, government, units - returned);
    world_pay(world, CATEGORY_DISTRIBUTION, fund, government, cash - returned);
    f->capital_vnd[row] = f->nav_vnd[row] = 0;
    f->closes[row] = (int16_t)world->month;
}

void credit_public_cash(struct world *world, int64_t fund, int64_t amount)
{
    world->programme[world->fund.programme[fund]].month.cash_vnd += amount;
}
