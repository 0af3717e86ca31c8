#include "models/venture_fund.h"

// Money above this is not represented; far beyond any fund (2^50 VND, about 45 billion USD).
#define VND_MAX (INT64_C(1) << 50)

static const enum account partner_account[PARTNERS_N] = {ACCOUNT_GOVERNMENT, ACCOUNT_HOUSEHOLDS,
                                                         ACCOUNT_REST};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t whole(double vnd)
{
    return vmath_int(vmath_clamp(vnd, 0.0, (double)VND_MAX));
}

// The lane of a limited partner in a column of three.
static int64_t *lane(const struct world *world, int64_t *column, int partner, int64_t row)
{
    return &column[partner * world->funds.capacity + row];
}

static int64_t lanes_sum(const struct world *world, int64_t *column, int64_t row)
{
    int64_t sum = 0;
    for (int partner = 0; partner < PARTNERS_N; partner++)
        sum += *lane(world, column, partner, row);
    return sum;
}

int64_t venture_fund_committed_vnd(const struct world *world, int64_t row)
{
    return lanes_sum(world, world->fund.committed_vnd, row);
}

int64_t venture_fund_called_vnd(const struct world *world, int64_t row)
{
    return lanes_sum(world, world->fund.called_vnd, row);
}

int64_t venture_fund_distributed_vnd(const struct world *world, int64_t row)
{
    return lanes_sum(world, world->fund.distributed_vnd, row);
}

double venture_fund_private_share(const struct world *world, int64_t row)
{
    const double all = (double)venture_fund_committed_vnd(world, row);
    const double own = (double)*lane(world, world->fund.committed_vnd, PARTNER_PRIVATE, row);
    return all > 0.0 ? own / all : 0.0;
}

bool venture_fund_closed(const struct world *world, int64_t row)
{
    return world->month > world->fund.closes[row];
}

// Month of the first close: life and investment period begin.
static int64_t first_close(const struct model *model, const struct world *world, int64_t row)
{
    const bool pool = world->fund.kind[row] == FUND_ANGEL;
    return pool ? world->fund.vintage[row] : world->fund.invest_until[row] - model->equity.invest_months;
}

bool venture_fund_investing(const struct model *model, const struct world *world, int64_t row)
{
    return world->month >= first_close(model, world, row) && world->month < world->fund.invest_until[row];
}

// ---- opening ------------------------------------------------------------------------------------

int64_t venture_fund_open(const struct model *model, struct world *world,
                          const struct venture_fund_terms *terms)
{
    const struct equity *e = &model->equity;
    const int64_t row = world_fund_birth(world, terms->kind, terms->programme, terms->ordinal);
    const int64_t first = world->month + terms->delay_months;
    struct fund *f = &world->fund;

    for (int partner = 0; partner < PARTNERS_N; partner++)
        *lane(world, f->committed_vnd, partner, row) = terms->committed_vnd[partner];
    f->vintage[row] = (int16_t)world->month;
    f->skill[row] = terms->skill;
    f->help[row] = terms->help;
    f->caution[row] = terms->caution;
    f->fee_per_year[row] = terms->fee_per_year;
    f->option_rate[row] = terms->option_rate;
    f->exit_within[row] = (int16_t)terms->exit_within;
    f->invest_until[row] = (int16_t)(terms->kind == FUND_ANGEL ? first + 12 : first + e->invest_months);
    f->closes[row] = (int16_t)(first + e->life_months);
    return row;
}

double venture_fund_skill(const struct model *model, const struct world *world, uint64_t who, uint32_t index)
{
    const double z = rng_normal(world->rng, who, world_purpose(world, STREAM_FUND_MANAGER, 2 * index));
    return vmath_clamp(model->equity.skill_mean + model->equity.skill_sd * z, 0.05, 1.0);
}

double venture_fund_help(const struct model *model, const struct world *world, uint64_t who, uint32_t index)
{
    const double z = rng_normal(world->rng, who, world_purpose(world, STREAM_FUND_MANAGER, 2 * index + 1));
    return vmath_clamp(model->equity.help_mean + model->equity.help_sd * z, 0.0, 1.0);
}

// ---- supply of private money --------------------------------------------------------------------

static int64_t calendar_year(const struct model *model, int64_t month)
{
    return 1970 + (model->run.start + month) / 12;
}

// A year of a series of money, growing after the last datum.
static double series_grown(const struct series *series, int64_t year, double growth)
{
    const int64_t last = series->first_year + series->n - 1;
    const int64_t known = year < series->first_year ? series->first_year : year > last ? last : year;
    const double value = series->value[known - series->first_year];
    return year > last ? value * vmath_pow(1.0 + growth, (double)(year - last)) : value;
}

static double cycle_of(const struct model *model, int64_t year)
{
    const struct series *s = &model->equity.cycle;
    const int64_t k = year - s->first_year;
    return k >= 0 && k < s->n ? s->value[k] : 1.0;
}

double venture_fund_cycle(const struct model *model, int64_t month)
{
    return cycle_of(model, calendar_year(model, month));
}

// What limited partners of one origin mean to commit to private funds in a year, VND.
static double planned_vnd(const struct model *model, const struct world *world, enum limited_partner partner,
                          int64_t year)
{
    const struct equity *e = &model->equity;
    const double usd = series_grown(&e->commitments_usd, year, e->commitments_growth) * cycle_of(model, year);
    const double part = partner == PARTNER_FOREIGN ? e->foreign_frac : 1.0 - e->foreign_frac;
    const double extra = world->equity_board.supply_extra_frac[partner == PARTNER_FOREIGN];
    return usd * world->climate.exchange_rate * part * (1.0 + extra);
}

int64_t venture_fund_supply_vnd(const struct model *model, const struct world *world,
                                enum limited_partner partner)
{
    const int64_t year = calendar_year(model, world->month);
    const double supply = planned_vnd(model, world, partner, year) * (1.0 + model->equity.waiting_frac);
    int64_t left = whole(supply);
    for (int64_t row = 0; row < world->funds.n; row++) {
        const int64_t vintage = world->fund.vintage[row];
        if (world->fund.kind[row] == FUND_VENTURE && vintage >= 0 && calendar_year(model, vintage) == year)
            left -= *lane(world, world->fund.committed_vnd, (int)partner, row);
    }
    return larger(left, 0);
}

// Share of the k-th of n funds of a vintage, in proportion to 1/k.
static double vintage_share(int64_t k, int64_t n)
{
    double all = 0.0;
    for (int64_t i = 1; i <= n; i++)
        all += 1.0 / (double)i;
    return 1.0 / ((double)(k + 1) * all);
}

// Opens the k-th private fund of a year with `share` of the year's plan, as far as the supply goes.
static int64_t vintage_open(const struct model *model, struct world *world, int64_t year, double share,
                            uint32_t ordinal)
{
    const struct equity *e = &model->equity;
    struct venture_fund_terms terms = {
        .kind = FUND_VENTURE,
        .programme = NOBODY,
        .ordinal = ordinal,
        .skill = venture_fund_skill(model, world, 0, ordinal),
        .help = venture_fund_help(model, world, 0, ordinal),
        .caution = e->caution,
        .fee_per_year = e->fee_per_year,
    };
    int64_t all = 0;
    for (enum limited_partner partner = PARTNER_PRIVATE; partner <= PARTNER_FOREIGN; partner++) {
        const int64_t wanted = whole(planned_vnd(model, world, partner, year) * share);
        terms.committed_vnd[partner] = smaller(wanted, venture_fund_supply_vnd(model, world, partner));
        all += terms.committed_vnd[partner];
    }
    return all > 0 ? venture_fund_open(model, world, &terms) : NOBODY;
}

static void angels_open(const struct model *model, struct world *world)
{
    const struct equity *e = &model->equity;
    const double usd =
        series_grown(&e->angel_usd, calendar_year(model, world->month), e->commitments_growth) *
        venture_fund_cycle(model, world->month);
    const struct venture_fund_terms terms = {
        .kind = FUND_ANGEL,
        .programme = NOBODY,
        .committed_vnd = {[PARTNER_PRIVATE] = whole(usd * world->climate.exchange_rate)},
        .skill = e->angel_skill,
        .help = e->angel_help,
        .caution = e->angel_caution,
    };
    if (terms.committed_vnd[PARTNER_PRIVATE] > 0)
        venture_fund_open(model, world, &terms);
}

void venture_fund_vintages(const struct model *model, struct world *world)
{
    const int64_t n = model->equity.funds_per_year;
    const int64_t month_of_year = (model->run.start + world->month) % 12;
    for (int64_t k = 0; k < n; k++) {
        if (12 * k / n == month_of_year)
            vintage_open(model, world, calendar_year(model, world->month), vintage_share(k, n), (uint32_t)k);
    }
    if (month_of_year == 0 || world->month == 0)
        angels_open(model, world);
}

void venture_fund_opening(const struct model *model, struct world *world)
{
    const struct equity *e = &model->equity;
    const int64_t n = e->funds_per_year;
    uint32_t ordinal = 1000; // apart from those of the first month
    for (int64_t years = 1; years <= 3; years++) {
        for (int64_t k = 0; k < n; k++, ordinal++) {
            const int64_t age = 12 * years - 12 * k / n;
            const double left = 1.0 - (double)age / (double)e->pace_months;
            const int64_t year = calendar_year(model, -age);
            const int64_t row =
                left > 0.0 ? vintage_open(model, world, year, left * vintage_share(k, n), ordinal) : NOBODY;
            if (row == NOBODY)
                continue;
            world->fund.vintage[row] = (int16_t)-age;
            world->fund.invest_until[row] = (int16_t)(e->invest_months - age);
            world->fund.closes[row] = (int16_t)(e->life_months - age);
        }
    }
}

// ---- funds of programmes ------------------------------------------------------------------------

bool venture_fund_round(const struct model *model, const struct world *world, int programme, int64_t per_year)
{
    const int64_t age = model->run.start + world->month - model->programme[programme].start;
    if (!programme_open(model, world, programme) || age < 0)
        return false;
    for (int64_t k = 0; k < per_year; k++) {
        if (12 * k / per_year == age % 12)
            return true;
    }
    return false;
}

int64_t venture_fund_commit(const struct model *model, struct world *world,
                            const struct venture_fund_offer *offer, struct venture_fund_terms *terms)
{
    const struct programme *p = &model->programme[offer->programme];
    struct programme_state *state = &world->programme[offer->programme];
    const double share = vmath_clamp(offer->public_share, 1e-6, 1.0);
    const int64_t supply[2] = {venture_fund_supply_vnd(model, world, PARTNER_PRIVATE),
                               venture_fund_supply_vnd(model, world, PARTNER_FOREIGN)};
    int64_t paid = smaller(larger(offer->public_vnd, 0), equity_budget_vnd(model, world, offer->programme));
    if (share < 1.0)
        paid = smaller(paid, whole(vmath_floor((double)(supply[0] + supply[1]) * share / (1.0 - share))));
    // The least match under which the public share holds, one VND more rather than less.
    const int64_t match =
        smaller(whole((double)paid * (1.0 - share) / share) + (share < 1.0), supply[0] + supply[1]);
    int64_t parts[2] = {0, 0};

    if (paid <= 0 || paid + match < offer->minimum_vnd ||
        (p->awards_per_year >= 0 && state->awards_year_n >= p->awards_per_year))
        return NOBODY;
    if (match > 0)
        ledger_split_prorata(match, supply, 2, parts);
    terms->kind = FUND_VENTURE;
    terms->programme = offer->programme;
    terms->committed_vnd[PARTNER_PUBLIC] = paid;
    terms->committed_vnd[PARTNER_PRIVATE] = parts[0];
    terms->committed_vnd[PARTNER_FOREIGN] = parts[1];
    state->committed_year_vnd += paid;
    state->committed_total_vnd += paid;
    state->awards_year_n += 1;
    return venture_fund_open(model, world, terms);
}

// ---- calls --------------------------------------------------------------------------------------

// Public money into (+) or out of (-) a programme's fund, with the administration of what is paid.
static void public_money(const struct model *model, struct world *world, int64_t row, int64_t amount)
{
    const int programme = world->fund.programme[row];
    if (programme == NOBODY || amount == 0)
        return;
    world->programme[programme].month.cash_vnd += amount;
    world->programme[programme].month.disbursed_vnd += larger(amount, 0);
    equity_administer(model, world, programme, larger(amount, 0));
}

int64_t venture_fund_raise(const struct model *model, struct world *world, int64_t row, int64_t needed_vnd)
{
    struct fund *f = &world->fund;
    int64_t uncalled[PARTNERS_N], calls[PARTNERS_N], left = 0;
    for (int partner = 0; partner < PARTNERS_N; partner++) {
        uncalled[partner] =
            *lane(world, f->committed_vnd, partner, row) - *lane(world, f->called_vnd, partner, row);
        left += uncalled[partner];
    }
    const int64_t amount = smaller(larger(needed_vnd - f->cash_vnd[row], 0), left);
    if (amount > 0) {
        ledger_split_prorata(amount, uncalled, PARTNERS_N, calls);
        for (int partner = 0; partner < PARTNERS_N; partner++) {
            world_pay(world, CATEGORY_CAPITAL_CALL, world_party(partner_account[partner]),
                      world_fund_party(world, row), calls[partner]);
            *lane(world, f->called_vnd, partner, row) += calls[partner];
        }
        f->preferred_vnd[row] += amount;
        f->option_vnd[row] += calls[PARTNER_PUBLIC];
        public_money(model, world, row, calls[PARTNER_PUBLIC]);
    }
    return smaller(needed_vnd, f->cash_vnd[row]);
}

// Months from one to another, each worth the cycle of its year.
static double cycle_months(const struct model *model, int64_t from, int64_t until)
{
    double sum = 0.0;
    for (int64_t month = from; month < until; month++)
        sum += venture_fund_cycle(model, month);
    return sum;
}

// Share of its commitments that a fund may have invested by now: pace_months of an ordinary market, fewer of
// a hot one.
static double paced_frac(const struct model *model, const struct world *world, int64_t row)
{
    const double pace = (double)model->equity.pace_months;
    const int64_t vintage = world->fund.vintage[row];
    if (world->fund.kind[row] == FUND_ANGEL)
        return 1.0;
    // A fund older than the run has what was left of its commitments for what is left of its time.
    const double share =
        vintage < 0 ? cycle_months(model, 0, world->month + 1) / vmath_max(pace + (double)vintage, 1.0)
                    : (cycle_months(model, first_close(model, world, row), world->month) + 6.0) / pace;
    return vmath_clamp(share, 0.0, 1.0);
}

double venture_fund_lag(const struct model *model, const struct world *world, int64_t row)
{
    const double committed = (double)venture_fund_committed_vnd(world, row);
    const double invested = (double)world->fund.invested_vnd[row];
    const bool pool = world->fund.kind[row] == FUND_ANGEL;
    const double lag = paced_frac(model, world, row) - invested / vmath_max(committed, 1.0);
    return pool ? 0.0 : vmath_clamp(lag, 0.0, 1.0);
}

int64_t venture_fund_room_vnd(const struct model *model, const struct world *world, int64_t row)
{
    const struct fund *f = &world->fund;
    const int64_t month = world->month, until = f->invest_until[row];
    if (month < first_close(model, world, row) || month >= f->closes[row])
        return 0;
    const double committed = (double)venture_fund_committed_vnd(world, row);
    const double left = committed - (double)venture_fund_called_vnd(world, row) + (double)f->cash_vnd[row];
    const double fee = f->fee_per_year[row] / 12.0;
    const double early = month < until ? (double)(until - month) : 0.0;
    const double late = (double)f->closes[row] - (double)(month < until ? until : month);
    const double fees = fee * (committed * early + (double)f->outstanding_vnd[row] * late);
    const double paced = committed * paced_frac(model, world, row) - (double)f->invested_vnd[row];
    return whole(vmath_floor(vmath_clamp(vmath_min(left - fees, paced), 0.0, (double)VND_MAX)));
}

// ---- the month ----------------------------------------------------------------------------------

void venture_fund_extend(const struct model *model, struct world *world, int64_t row)
{
    struct fund *f = &world->fund;
    const int64_t last =
        first_close(model, world, row) + model->equity.life_months + model->equity.extension_months;
    if (world->month == f->closes[row] && f->outstanding_vnd[row] > 0)
        f->closes[row] = (int16_t)smaller(f->closes[row] + 12, larger(last, f->closes[row]));
}

static void fee_pay(const struct model *model, struct world *world, int64_t row)
{
    struct fund *f = &world->fund;
    const bool early = world->month < f->invest_until[row];
    const int64_t base = early ? venture_fund_committed_vnd(world, row) : f->outstanding_vnd[row];
    const int64_t fee =
        venture_fund_raise(model, world, row, whole((double)base * f->fee_per_year[row] / 12.0));
    world_pay(world, CATEGORY_MANAGEMENT_FEE, world_fund_party(world, row), world_party(ACCOUNT_HOUSEHOLDS),
              fee);
    f->fees_vnd[row] += fee;
}

// Carried interest out of `cash`: nothing before the limited partners have their preferred return, then all
// until the manager has carry_frac of the profit, then carry_frac.
static int64_t carry_due(const struct model *model, const struct world *world, int64_t row, int64_t cash)
{
    const struct fund *f = &world->fund;
    if (f->kind[row] != FUND_VENTURE)
        return 0;
    const int64_t above = larger(cash - f->preferred_vnd[row], 0);
    const int64_t profit = venture_fund_distributed_vnd(world, row) + f->carry_vnd[row] + cash -
                           venture_fund_called_vnd(world, row);
    const int64_t due = whole(model->equity.carry_frac * (double)profit) - f->carry_vnd[row];
    return smaller(larger(due, 0), above);
}

// A limited partner's part: a return of capital up to its units, a distribution beyond.
static void partner_pay(struct world *world, int64_t row, int partner, int64_t amount)
{
    struct fund *f = &world->fund;
    const struct party fund = world_fund_party(world, row), payee = world_party(partner_account[partner]);
    int64_t *returned = lane(world, f->returned_vnd, partner, row);
    const int64_t capital = smaller(amount, *lane(world, f->called_vnd, partner, row) - *returned);

    world_pay(world, CATEGORY_FUND_RETURN, fund, payee, capital);
    world_pay(world, CATEGORY_DISTRIBUTION, fund, payee, amount - capital);
    *returned += capital;
    *lane(world, f->distributed_vnd, partner, row) += amount;
}

// Private partners exercise their option when it is worth it: the public part ends at its cost with the
// option's interest.
static void option_apply(const struct world *world, int64_t row, const int64_t called[PARTNERS_N],
                         int64_t part[PARTNERS_N])
{
    const struct fund *f = &world->fund;
    const int64_t above = larger(part[PARTNER_PUBLIC] - f->option_vnd[row], 0);
    const int64_t others[2] = {called[PARTNER_PRIVATE], called[PARTNER_FOREIGN]};
    int64_t more[2];
    if (f->option_rate[row] <= 0.0 || above == 0 || others[0] + others[1] == 0)
        return;
    ledger_split_prorata(above, others, 2, more);
    part[PARTNER_PUBLIC] -= above;
    part[PARTNER_PRIVATE] += more[0];
    part[PARTNER_FOREIGN] += more[1];
}

static void distribute(const struct model *model, struct world *world, int64_t row)
{
    struct fund *f = &world->fund;
    const int64_t cash = f->cash_vnd[row];
    int64_t called[PARTNERS_N], part[PARTNERS_N];
    for (int partner = 0; partner < PARTNERS_N; partner++)
        called[partner] = *lane(world, f->called_vnd, partner, row);
    if (cash == 0 || called[0] + called[1] + called[2] == 0)
        return;

    const int64_t carry = carry_due(model, world, row, cash);
    world_pay(world, CATEGORY_MANAGEMENT_FEE, world_fund_party(world, row), world_party(ACCOUNT_HOUSEHOLDS),
              carry);
    f->carry_vnd[row] += carry;
    ledger_split_prorata(cash - carry, called, PARTNERS_N, part);
    option_apply(world, row, called, part);
    for (int partner = 0; partner < PARTNERS_N; partner++)
        partner_pay(world, row, partner, part[partner]);
    f->preferred_vnd[row] = larger(f->preferred_vnd[row] - (cash - carry), 0);
    f->option_vnd[row] = larger(f->option_vnd[row] - part[PARTNER_PUBLIC], 0);
    public_money(model, world, row, -part[PARTNER_PUBLIC]);
}

// The units that a closed fund has not returned are lost.
static void write_off_units(struct world *world, int64_t row)
{
    for (int partner = 0; partner < PARTNERS_N; partner++) {
        int64_t *returned = lane(world, world->fund.returned_vnd, partner, row);
        const int64_t lost = *lane(world, world->fund.called_vnd, partner, row) - *returned;
        ledger_post(&world->ledger, CATEGORY_FUND_LOSS, ACCOUNT_VENTURE_FUNDS, (int)partner_account[partner],
                    lost);
        *returned += lost;
    }
}

void venture_fund_month(const struct model *model, struct world *world, int64_t row)
{
    struct fund *f = &world->fund;
    if (venture_fund_closed(world, row) || world->month < first_close(model, world, row))
        return;
    f->preferred_vnd[row] += whole((double)f->preferred_vnd[row] * model->equity.hurdle_per_year / 12.0);
    f->option_vnd[row] += whole((double)f->option_vnd[row] * f->option_rate[row] / 12.0);
    if (world->month < f->closes[row])
        fee_pay(model, world, row);
    distribute(model, world, row);
    if (world->month == f->closes[row])
        write_off_units(world, row);
}

// ---- value --------------------------------------------------------------------------------------

void venture_fund_revalue(struct world *world)
{
    struct fund *f = &world->fund;
    const struct holding *h = &world->holding;
    for (int64_t row = 0; row < world->funds.n; row++) {
        if (f->kind[row] == FUND_VENTURE || f->kind[row] == FUND_ANGEL)
            f->nav_vnd[row] = f->cash_vnd[row];
    }
    for (int64_t i = 0; i < world->holdings.n; i++) {
        if (h->alive[i])
            f->nav_vnd[h->fund[i]] += h->value_vnd[i];
    }
}

// The public partner's part of the value, at most what the option leaves it.
static int64_t public_value(const struct world *world, int64_t row)
{
    const struct fund *f = &world->fund;
    const int64_t called = venture_fund_called_vnd(world, row);
    if (called == 0)
        return 0;
    const int64_t part =
        ledger_prorata(f->nav_vnd[row], *lane(world, f->called_vnd, PARTNER_PUBLIC, row), called);
    return f->option_rate[row] > 0.0 ? smaller(part, f->option_vnd[row]) : part;
}

void venture_fund_costs(struct world *world, int sign)
{
    const struct fund *f = &world->fund;
    for (int64_t row = 0; row < world->funds.n; row++) {
        const bool equity = f->kind[row] == FUND_VENTURE || f->kind[row] == FUND_ANGEL;
        if (!equity || f->programme[row] == NOBODY)
            continue;
        const int64_t lost = *lane(world, f->called_vnd, PARTNER_PUBLIC, row) -
                             *lane(world, f->distributed_vnd, PARTNER_PUBLIC, row) - public_value(world, row);
        world->programme[f->programme[row]].month.cost_vnd += sign * lost;
    }
}
