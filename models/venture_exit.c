#include "models/venture_exit.h"
#include "models/venture_fund.h"

#define EXPECTED_NODES  32
#define SALES_FLOOR_VND 1e7 // monthly sales below which growth is not measured

// ---- the distribution of multiples --------------------------------------------------------------

// Hart (1968), algorithm 5666, as given by West (2005), Wilmott Magazine, May, 70-76.
double venture_exit_normal(double x)
{
    static const double top[7] = {220.206867912376, 221.213596169931,  112.079291497871,   33.912866078383,
                                  6.37396220353165, 0.700383064443688, 3.52624965998911e-2};
    static const double bottom[8] = {440.413735824752, 793.826512519948,   637.333633378831,
                                     296.564248779674, 86.7807322029461,   16.064177579207,
                                     1.75566716318264, 8.83883476483184e-2};
    const double z = vmath_min(vmath_abs(x), 7.0);
    double a = top[6], b = bottom[7];
    for (int k = 5; k >= 0; k--)
        a = a * z + top[k];
    for (int k = 6; k >= 0; k--)
        b = b * z + bottom[k];
    const double tail = vmath_exp(-0.5 * z * z) * a / b;
    return x > 0.0 ? 1.0 - tail : tail;
}

static double loss_frac(const struct equity *terms, double depth)
{
    return terms->total_loss_frac + depth * (terms->deep_total_loss_frac - terms->total_loss_frac);
}

double venture_exit_multiple(const struct equity *terms, double depth, double p)
{
    const double total = loss_frac(terms, depth), partial = terms->partial_loss_frac;
    const double ceiling = terms->multiple_max + depth * (terms->deep_multiple_max - terms->multiple_max);
    if (p < total)
        return 0.0;
    if (p < total + partial)
        return (p - total) / partial;
    const double above =
        vmath_max((1.0 - p) / (1.0 - total - partial), 1e-12); // share of winners that do better
    const double knee = vmath_pow(terms->tail_knee, -terms->tail_low);
    const double low = vmath_pow(above, -1.0 / terms->tail_low);
    const double high = terms->tail_knee * vmath_pow(above / knee, -1.0 / terms->tail_high);
    return vmath_min(above > knee ? low : high, ceiling);
}

double venture_exit_fair(double multiple, double age, double life)
{
    const double done = vmath_clamp(age / vmath_max(life, 1.0), 0.0, 1.0);
    return multiple > 1.0 ? vmath_pow(multiple, done) : 1.0 + (multiple - 1.0) * done;
}

double venture_exit_expected(const struct equity *terms, double depth, double r, double x, double gain_frac)
{
    const double rho = terms->outcome_correlation, d = terms->early_loss_frac;
    const double mean = rho * (r * x - terms->score_mean) / terms->score_sd;
    const double sd = vmath_sqrt(1.0 - rho * rho * r * r);
    double sum = 0.0;
    for (int k = 0; k < EXPECTED_NODES; k++) {
        // Midpoints of t, with 1 - t^2 the probability below: the nodes crowd where the large multiples are.
        const double t = ((double)k + 0.5) / EXPECTED_NODES;
        const double z = vmath_quantile(1.0 - t * t);
        const double m =
            venture_exit_multiple(terms, depth, d + (1.0 - d) * venture_exit_normal(mean + sd * z));
        sum += 2.0 * t * (m + gain_frac * vmath_max(m - 1.0, 0.0));
    }
    return (1.0 - d) * sum / EXPECTED_NODES;
}

// ---- what is known of a startup -----------------------------------------------------------------

double venture_exit_quality(const struct model *model, const struct world *world, int64_t firm)
{
    const double lead = world->firm.quality[firm] / model->innovation.quality_max;
    return world->firm.ability[firm] + model->equity.quality_weight * vmath_clamp(lead, 0.0, 1.0);
}

// Standardised log growth of expected sales since the holding was last judged.
static double growth(const struct equity *e, const struct world *world, int64_t holding, double months)
{
    const struct holding *h = &world->holding;
    const double years = vmath_max(months, 1.0) / 12.0;
    const double now = vmath_max(world->firm.expected_sales_vnd[h->firm[holding]], SALES_FLOOR_VND);
    const double then = vmath_max(h->sales_vnd[holding], SALES_FLOOR_VND);
    const double excess = vmath_log(now / then) - e->growth_mean_per_year * years;
    return vmath_clamp(excess / (e->growth_sd_per_year * vmath_sqrt(years)), -3.0, 3.0);
}

// A draw of the startup or of one of its rounds (index), the same in every month.
static struct rng_purpose fixed(enum stream stream, uint32_t index)
{
    return (struct rng_purpose){0, (uint16_t)stream, index};
}

// ---- the life of a holding ----------------------------------------------------------------------

// The course of the deal shows: its rank and the month in which it ends.
static void show(const struct model *model, struct world *world, int64_t holding)
{
    const struct equity *e = &model->equity;
    struct holding *h = &world->holding;
    const int64_t firm = h->firm[holding];
    const double rho = e->outcome_correlation, depth = world->equity_board.exit_depth;
    const double months = (double)(world->month - h->since[holding]);
    const double help = world->fund.help[h->fund[holding]] - e->help_mean;
    const double score = venture_exit_quality(model, world, firm) +
                         e->growth_weight * growth(e, world, holding, months) + e->help_weight * help;
    const double s = (score - e->score_mean) / e->score_sd;
    const uint64_t who = (uint64_t)h->ancestor[holding];
    const double z = rng_normal(world->rng, who, fixed(STREAM_EQUITY_OUTCOME, 0));
    const double u = rng_uniform(world->rng, who, fixed(STREAM_EQUITY_EXIT, h->stage[holding]));
    const double rank =
        e->early_loss_frac +
        (1.0 - e->early_loss_frac) * venture_exit_normal(rho * s + vmath_sqrt(1.0 - rho * rho) * z);
    const bool wins = rank >= loss_frac(e, depth) + e->partial_loss_frac;
    const double from = (double)(wins ? e->win_from_months : e->show_months);
    const double until = (double)(wins ? e->win_until_months : e->loss_until_months);

    h->rank[holding] = vmath_clamp(rank, 1e-9, 1.0 - 1e-9);
    h->exit_month[holding] = (int16_t)(h->since[holding] + vmath_int(from + u * (until - from)));
    h->sales_vnd[holding] = world->firm.expected_sales_vnd[firm];
}

// Rank at the exit: a winner's place among winners moves with its growth since its course showed.
static double final_rank(const struct model *model, const struct world *world, int64_t holding)
{
    const struct equity *e = &model->equity;
    const double rank = world->holding.rank[holding];
    const double losers = loss_frac(e, world->equity_board.exit_depth) + e->partial_loss_frac;
    if (rank <= losers)
        return rank;
    const double months = (double)(world->month - world->holding.since[holding] - e->show_months);
    const double weight = e->outcome_correlation * vmath_min(e->growth_weight, 1.0);
    const double place = vmath_quantile((rank - losers) / (1.0 - losers));
    const double moved =
        vmath_sqrt(1.0 - weight * weight) * place + weight * growth(e, world, holding, months);
    return losers + (1.0 - losers) * venture_exit_normal(moved);
}

// Relief on gains that programmes promise to private investors on deals made since their start, paid into the
// fund.
static void pay_gain_relief(const struct model *model, struct world *world, int64_t holding, int64_t gain)
{
    const struct equity_board *board = &world->equity_board;
    const int64_t fund = world->holding.fund[holding],
                  since = model->run.start + world->holding.since[holding];
    const double own = venture_fund_private_share(world, fund);
    const bool angel = world->fund.kind[fund] == FUND_ANGEL;
    for (int i = 0; i < board->reliefs_n; i++) {
        const struct equity_relief *r = &board->relief[i];
        if ((angel ? r->angels : r->funds) && since >= model->programme[r->programme].start)
            equity_relief_pay(model, world, r->programme, fund, vmath_int(r->gain_frac * own * (double)gain));
    }
}

void venture_exit_close(const struct model *model, struct world *world, int64_t holding, struct party buyer,
                        int64_t proceeds_vnd)
{
    struct holding *h = &world->holding;
    struct fund *f = &world->fund;
    const int64_t fund = h->fund[holding], cost = h->cost_vnd[holding];

    world_pay(world, CATEGORY_EQUITY_EXIT, buyer, world_fund_party(world, fund), proceeds_vnd);
    ledger_post(&world->ledger, CATEGORY_EQUITY_COST, ACCOUNT_FIRMS, ACCOUNT_VENTURE_FUNDS, cost);
    f->outstanding_vnd[fund] -= cost;
    f->nav_vnd[fund] += proceeds_vnd - h->value_vnd[holding];
    h->cost_vnd[holding] = 0;
    h->value_vnd[holding] = 0;
    h->alive[holding] = 0;
    if (proceeds_vnd > cost)
        pay_gain_relief(model, world, holding, proceeds_vnd - cost);
}

// The manager helps: management practice rises towards the best.
static void help(const struct model *model, struct world *world, int64_t holding)
{
    const struct holding *h = &world->holding;
    const double rate = model->equity.help_management_per_year / 12.0 * world->fund.help[h->fund[holding]];
    double *practice = &world->firm.management[h->firm[holding]];
    *practice += rate * (1.0 - *practice);
}

// What the holding brings if it must be sold now.
static double forced_multiple(const struct model *model, const struct world *world, int64_t holding)
{
    const struct holding *h = &world->holding;
    const double discount = model->equity.forced_discount_frac * (1.0 - world->equity_board.exit_depth);
    const double age = (double)(world->month - h->since[holding]);
    const double life = (double)(h->exit_month[holding] - h->since[holding]);
    const double whole_life =
        venture_exit_multiple(&model->equity, world->equity_board.exit_depth, h->rank[holding]);
    return (1.0 - discount) * (h->rank[holding] > 0.0 ? venture_exit_fair(whole_life, age, life) : 1.0);
}

void venture_exit_liquidate(const struct model *model, struct world *world, int64_t firm)
{
    const struct holding *h = &world->holding;
    const int64_t weight = world->firm.weight[firm];
    int64_t cost = 0;
    for (int64_t i = 0; i < world->holdings.n; i++)
        cost += h->alive[i] && h->firm[i] == firm ? h->cost_vnd[i] : 0;
    const int64_t cash = vmath_int(world->firm.cash_vnd[firm]) * weight;
    const int64_t paid = cash < cost ? cash : cost;
    for (int64_t i = 0; i < world->holdings.n; i++) {
        if (!h->alive[i] || h->firm[i] != firm)
            continue;
        const int64_t part = ledger_prorata(paid, h->cost_vnd[i], cost) / weight * weight;
        venture_exit_close(model, world, i, world_firm_party(firm), part);
    }
    world->firm.backers[firm] = 0;
}

static void holding_month(const struct model *model, struct world *world, int64_t holding)
{
    const struct equity *e = &model->equity;
    const struct holding *h = &world->holding;
    const int64_t fund = h->fund[holding], age = world->month - h->since[holding];
    const int64_t rule = world->fund.exit_within[fund];
    const double depth = world->equity_board.exit_depth;

    help(model, world, holding);
    if (h->rank[holding] <= 0.0 && age >= e->show_months)
        show(model, world, holding);
    const bool due = h->rank[holding] > 0.0 && world->month >= h->exit_month[holding];
    const bool forced = (rule > 0 && age >= rule) || world->month >= world->fund.closes[fund];
    if (!due && !forced)
        return;
    const double multiple = due ? venture_exit_multiple(e, depth, final_rank(model, world, holding))
                                : forced_multiple(model, world, holding);
    venture_exit_close(model, world, holding, world_party(ACCOUNT_REST),
                       vmath_int(multiple * (double)h->cost_vnd[holding]));
}

void venture_exit_step(const struct model *model, struct world *world)
{
    for (int64_t i = 0; i < world->holdings.n; i++) {
        if (world->holding.alive[i])
            holding_month(model, world, i);
    }
}
