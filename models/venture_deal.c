#include "models/venture_deal.h"
#include "models/venture_exit.h"
#include "models/venture_fund.h"

#define NO_SIGNAL    (-1e9)
#define BISECTIONS   16
#define SIGNAL_REACH 4.0 // relief lowers a threshold by at most this, standard deviations
#define RELIEF_MAX   0.95

// A fund that has money this month.
struct investor {
    int64_t row, room_vnd, ceiling_vnd, ticket_vnd; // ceiling: for one startup
    double noise;                                   // of its signal of a startup that it does not hold
    double caution, caution_relieved;               // without and with programmes' reliefs
    uint32_t hash;                                  // of its draw key
    bool angel, insiders_only;
};

struct market {
    const struct model *model;
    struct world *world;
    bool split_used;
    int n;
    struct investor investor[EQUITY_INVESTORS_MAX];
};

// A startup that seeks money, as the investors see it.
struct seeker {
    int64_t row;
    double quality;
    bool relieved;                          // every relief of the month covers it
    int64_t held_vnd[EQUITY_INVESTORS_MAX]; // cost of what each investor holds of it
};

struct bid {
    int investor;
    double signal;
    int64_t limit_vnd;
    int64_t vnd; // per enterprise
};

struct syndicate {
    int n;
    struct bid bid[EQUITY_SYNDICATE_MAX]; // best signal first
};

// Sources of a deal, as world->equity counts them.
enum deal_source { SOURCE_ANGEL, SOURCE_PRIVATE, SOURCE_PUBLIC };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// ---- investors ----------------------------------------------------------------------------------

double venture_deal_threshold(const struct equity *terms, double depth, double r, double caution,
                              double invest_frac, double gain_frac)
{
    if (invest_frac <= 0.0 && gain_frac <= 0.0)
        return caution;
    const double required = venture_exit_expected(terms, depth, r, caution, 0.0) * (1.0 - invest_frac);
    double low = caution - SIGNAL_REACH, high = caution;
    for (int i = 0; i < BISECTIONS; i++) {
        const double middle = 0.5 * (low + high);
        const bool enough = venture_exit_expected(terms, depth, r, middle, gain_frac) >= required;
        high = enough ? middle : high;
        low = enough ? low : middle;
    }
    return high;
}

// The standard deviation of an investor's signal before it is standardised; 1 over it is its correlation with
// quality.
static double signal_scale(double noise)
{
    return vmath_sqrt(1.0 + noise * noise);
}

static bool covers(const struct equity_relief *relief, bool angel)
{
    return angel ? relief->angels : relief->funds;
}

// The signal that angels require, programmes' reliefs included. A fund's partners are relieved too, but it is
// their manager who decides, and managers look at the tail of outcomes (instruments.md, investor tax credit).
static double caution_relieved(const struct model *model, const struct world *world,
                               const struct investor *investor)
{
    const struct equity_board *board = &world->equity_board;
    const double own = venture_fund_private_share(world, investor->row);
    double invest = 0.0, gain = 0.0;
    for (int i = 0; i < board->reliefs_n; i++) {
        const struct equity_relief *r = &board->relief[i];
        if (covers(r, investor->angel) && equity_budget_vnd(model, world, r->programme) > 0) {
            invest += own * r->invest_frac;
            gain += own * r->gain_frac;
        }
    }
    return venture_deal_threshold(&model->equity, board->exit_depth, 1.0 / signal_scale(investor->noise),
                                  investor->caution, vmath_min(invest, RELIEF_MAX),
                                  vmath_min(gain, RELIEF_MAX));
}

static void investors_find(struct market *m)
{
    const struct equity *e = &m->model->equity;
    const struct world *w = m->world;
    const struct fund *f = &w->fund;
    const double heat = e->heat * vmath_log(venture_fund_cycle(m->model, w->month));
    m->n = 0;
    for (int64_t row = 0; row < w->funds.n && m->n < EQUITY_INVESTORS_MAX; row++) {
        if (f->kind[row] != FUND_VENTURE && f->kind[row] != FUND_ANGEL)
            continue;
        // Near the end of its life a fund makes no follow-on that could not show its course in time.
        const bool investing = venture_fund_investing(m->model, w, row);
        const bool follows = f->kind[row] == FUND_VENTURE && w->month + e->show_months < f->closes[row];
        const int64_t room = investing || follows ? venture_fund_room_vnd(m->model, w, row) : 0;
        const double committed = (double)venture_fund_committed_vnd(w, row);
        const int64_t ticket = vmath_int(e->ticket_min_frac * committed);
        if (room <= ticket)
            continue;
        struct investor *i = &m->investor[m->n++];
        const uint64_t key = (uint64_t)f->ancestor[row];
        *i = (struct investor){
            .row = row,
            .room_vnd = room,
            .ceiling_vnd = vmath_int(e->concentration_max * committed),
            .ticket_vnd = ticket,
            .noise = e->signal_noise / f->skill[row],
            .hash = (uint32_t)(key ^ key >> 32) | 1u, // odd: even indices are the startup's own draws
            .angel = f->kind[row] == FUND_ANGEL,
            .insiders_only = !investing,
        };
        i->caution = f->caution[row] - e->pressure * venture_fund_lag(m->model, w, row) - heat;
        i->caution_relieved = i->angel ? caution_relieved(m->model, w, i) : i->caution;
    }
}

// ---- startups -----------------------------------------------------------------------------------

static int round_of(const struct world *world, int64_t row)
{
    const int raised = world->firm.stage[row];
    return raised < EQUITY_STAGES ? raised : EQUITY_STAGES - 1;
}

// Startups that seek money this month, at most EQUITY_SEEKERS_MAX by lottery. Returns their number.
static int64_t seekers_find(const struct model *model, struct world *world)
{
    const struct equity *e = &model->equity;
    const struct firm *f = &world->firm;
    struct order_item *item = world->scratch.item;
    const double hot = vmath_sqrt(venture_fund_cycle(model, world->month));
    int64_t n = 0;
    for (int64_t row = 0; row < world->firms.n; row++) {
        if (!f->startup[row] || !f->alive[row] || f->status[row] != STATUS_OPERATING)
            continue;
        if (f->round_month[row] != NEVER && world->month - f->round_month[row] < e->gap_months)
            continue;
        // a project that own money, support and bank have not paid for makes a year's inclination a month's
        const bool stuck =
            (f->project_event[row] & PROJECT_POSTPONED) && innovation_gap_vnd(model, world, row) > 0.0;
        const double hazard = hot * e->seek_per_year[round_of(world, row)] / (stuck ? 1.0 : 12.0);
        const double u =
            rng_uniform(world->rng, (uint64_t)f->ancestor[row], world_purpose(world, STREAM_EQUITY_ROUND, 0));
        if (u < hazard)
            item[n++] = (struct order_item){order_key_double(u / hazard), f->id[row], row};
    }
    if (n > EQUITY_SEEKERS_MAX)
        order_by_key(item, n, world->scratch.spare);
    return smaller(n, EQUITY_SEEKERS_MAX);
}

// What investors know of a startup and hold of it.
static void seeker_see(const struct market *m, struct seeker *s, int64_t row)
{
    const struct holding *h = &m->world->holding;
    s->row = row;
    s->quality = venture_exit_quality(m->model, m->world, row);
    s->relieved = m->world->equity_board.reliefs_n > 0;
    for (int i = 0; i < m->world->equity_board.reliefs_n; i++)
        s->relieved &=
            programme_eligible(m->model, m->world, m->world->equity_board.relief[i].programme, row);
    for (int k = 0; k < m->n; k++)
        s->held_vnd[k] = 0;
    if (m->world->firm.stage[row] == 0)
        return;
    for (int64_t i = 0; i < m->world->holdings.n; i++) {
        if (!h->alive[i] || h->firm[i] != row)
            continue;
        for (int k = 0; k < m->n; k++)
            s->held_vnd[k] += m->investor[k].row == h->fund[i] ? h->cost_vnd[i] : 0;
    }
}

// The standardised signal that an investor has of a startup, or NO_SIGNAL if they do not meet or it is not
// interested.
static double signal_of(const struct market *m, const struct seeker *s, int k)
{
    const struct equity *e = &m->model->equity;
    const struct world *w = m->world;
    const struct investor *i = &m->investor[k];
    const bool insider = s->held_vnd[k] > 0;
    const uint64_t who = (uint64_t)w->firm.ancestor[s->row];
    const int round = round_of(w, s->row), programme = w->fund.programme[i->row];

    if (i->room_vnd <= i->ticket_vnd || (i->angel && round > 0) || (i->insiders_only && !insider))
        return NO_SIGNAL;
    if (programme != NOBODY && !programme_eligible(m->model, w, programme, s->row))
        return NO_SIGNAL;
    if (!insider && !i->angel &&
        rng_uniform(w->rng, who, world_purpose(w, STREAM_EQUITY_ROUND, i->hash)) >= e->meet_frac)
        return NO_SIGNAL;
    const double noise = i->noise * (insider ? e->insider_noise : 1.0);
    const struct rng_purpose why = {(uint16_t)round, STREAM_EQUITY_SIGNAL, i->hash};
    const double signal = (s->quality + noise * rng_normal(w->rng, who, why)) / signal_scale(noise);
    return signal >= (s->relieved ? i->caution_relieved : i->caution) ? signal : NO_SIGNAL;
}

// The best bids, best first; equal signals in the order of the funds.
static void bids_collect(const struct market *m, const struct seeker *s, struct syndicate *syndicate)
{
    syndicate->n = 0;
    for (int k = 0; k < m->n; k++) {
        const struct investor *i = &m->investor[k];
        const int64_t limit = smaller(i->room_vnd, i->ceiling_vnd - s->held_vnd[k]);
        const double signal = limit > i->ticket_vnd ? signal_of(m, s, k) : NO_SIGNAL;
        if (signal <= NO_SIGNAL)
            continue;
        int place = syndicate->n;
        while (place > 0 && syndicate->bid[place - 1].signal < signal)
            place--;
        if (place == EQUITY_SYNDICATE_MAX)
            continue;
        const int last = syndicate->n < EQUITY_SYNDICATE_MAX ? syndicate->n++ : EQUITY_SYNDICATE_MAX - 1;
        for (int b = last; b > place; b--)
            syndicate->bid[b] = syndicate->bid[b - 1];
        syndicate->bid[place] = (struct bid){.investor = k, .signal = signal, .limit_vnd = limit};
    }
}

// ---- a round ------------------------------------------------------------------------------------

// Amount sought per enterprise, VND: half of the log variance is the startup's own, half the round's.
static int64_t amount_sought(const struct market *m, int64_t row)
{
    const struct equity *e = &m->model->equity;
    const struct world *w = m->world;
    const uint64_t who = (uint64_t)w->firm.ancestor[row];
    const int round = round_of(w, row);
    const struct rng_purpose own = {0, STREAM_EQUITY_ROUND, 2};
    const double z =
        rng_normal(w->rng, who, own) + rng_normal(w->rng, who, world_purpose(w, STREAM_EQUITY_ROUND, 4));
    const double scaled = vmath_clamp(z * vmath_sqrt(0.5), -3.0, 3.0);
    const double hot = vmath_sqrt(venture_fund_cycle(m->model, w->month));
    return vmath_int(e->amount_usd[round] * hot * vmath_exp(e->amount_log_sd * scaled) *
                     w->climate.exchange_rate);
}

// Fills the round in the order of bids; returns VND per enterprise, the lead's part first.
static int64_t round_fill(struct syndicate *syndicate, int64_t amount, int64_t weight)
{
    int64_t filled = 0;
    for (int b = 0; b < syndicate->n; b++) {
        struct bid *bid = &syndicate->bid[b];
        bid->vnd = smaller(bid->limit_vnd / weight, amount - filled);
        filled += bid->vnd;
    }
    return filled;
}

// Enterprises of the agent that the bids can finance with at least `least` VND each.
static int64_t enterprises_financed(const struct syndicate *syndicate, int64_t least)
{
    int64_t limit = 0;
    for (int b = 0; b < syndicate->n; b++)
        limit += syndicate->bid[b].limit_vnd / least;
    return limit;
}

static enum deal_source source_of(const struct world *world, int64_t fund)
{
    if (world->fund.programme[fund] != NOBODY)
        return SOURCE_PUBLIC;
    return world->fund.kind[fund] == FUND_ANGEL ? SOURCE_ANGEL : SOURCE_PRIVATE;
}

// Earlier investors are diluted and their holdings valued by the new round.
static void holdings_revalue(const struct model *model, struct world *world, int64_t row, double sold,
                             double before_vnd)
{
    struct holding *h = &world->holding;
    const double last = world->firm.last_valuation_vnd[row];
    const double ratio = last > 0.0 ? before_vnd / last : 1.0;
    const double factor = ratio > 1.0 ? 1.0 + model->equity.uplift_frac * (ratio - 1.0) : ratio;
    if (world->firm.stage[row] == 0)
        return;
    for (int64_t i = 0; i < world->holdings.n; i++) {
        if (!h->alive[i] || h->firm[i] != row)
            continue;
        h->share[i] *= 1.0 - sold;
        h->value_vnd[i] = vmath_int(factor * (double)h->value_vnd[i]);
    }
}

// The startup counts as served by a programme, once a round.
static void served(struct world *world, int programme, int64_t row, double vnd)
{
    const int64_t lane = programme / 64 * world->firms.capacity;
    struct programme_account *month = &world->programme[programme].month;
    world->firm.served[lane + row] |= UINT64_C(1) << (programme % 64);
    world->firm.support_vnd[row] += vnd;
    month->awards_n += world->firm.weight[row];
    month->awards_by_size_n[model_size_class(world->firm.workers[row])] += world->firm.weight[row];
}

static void reliefs_pay(struct market *m, const struct investor *investor, int64_t row, int64_t paid)
{
    const struct equity_board *board = &m->world->equity_board;
    const double own = venture_fund_private_share(m->world, investor->row);
    for (int i = 0; i < board->reliefs_n; i++) {
        const struct equity_relief *r = &board->relief[i];
        if (!covers(r, investor->angel) || !programme_eligible(m->model, m->world, r->programme, row))
            continue;
        const int64_t weight = m->world->firm.weight[row];
        const int64_t wanted = vmath_int(r->invest_frac * own * (double)paid);
        const int64_t most =
            r->deal_max_vnd >= 0 && r->deal_max_vnd < wanted / weight ? r->deal_max_vnd * weight : wanted;
        if (equity_relief_pay(m->model, m->world, r->programme, investor->row, most) > 0)
            served(m->world, r->programme, row, 0.0);
    }
}

// One investor's part of a round.
static void bid_pay(struct market *m, const struct bid *bid, int64_t row, double share)
{
    struct world *w = m->world;
    struct investor *investor = &m->investor[bid->investor];
    const int64_t fund = investor->row, paid = bid->vnd * w->firm.weight[row];
    const int programme = w->fund.programme[fund];
    CHECK(venture_fund_raise(m->model, w, fund, paid) == paid);
    world_pay(w, CATEGORY_EQUITY_ROUND, world_fund_party(w, fund), world_firm_party(row), paid);

    const int64_t i = table_birth(&w->holdings, w->next_id++, w->firm.ancestor[row]);
    struct holding *h = &w->holding;
    h->fund[i] = (int16_t)fund;
    h->firm[i] = row;
    h->cost_vnd[i] = paid;
    h->value_vnd[i] = paid;
    h->share[i] = share;
    h->sales_vnd[i] = w->firm.expected_sales_vnd[row];
    h->since[i] = (int16_t)w->month;
    h->stage[i] = (uint8_t)(round_of(w, row) + 1);
    w->fund.invested_vnd[fund] += paid;
    w->fund.outstanding_vnd[fund] += paid;
    investor->room_vnd -= paid;
    w->equity.invested_vnd[round_of(w, row)][source_of(w, fund)] += paid;
    if (programme != NOBODY)
        served(w, programme, row, (double)bid->vnd);
    reliefs_pay(m, investor, row, paid);
}

// Outside investors buy `sold` of the startup.
static void dilute(const struct firm *f, int64_t row, double sold)
{
    const double outside = (double)f->outside_share[row];
    f->outside_share[row] = (float)(outside + (1.0 - outside) * sold);
}

static void round_close(struct market *m, const struct syndicate *syndicate, int64_t row, int64_t filled)
{
    struct world *w = m->world;
    struct firm *f = &w->firm;
    const int round = round_of(w, row);
    const double sold = m->model->equity.share_sold[round];
    const double after = vmath_round((double)filled / sold);

    holdings_revalue(m->model, w, row, sold, after - (double)filled);
    w->equity.deals_n[round][source_of(w, m->investor[syndicate->bid[0].investor].row)] += f->weight[row];
    for (int b = 0; b < syndicate->n; b++) {
        const double part = (double)syndicate->bid[b].vnd / (double)filled;
        if (syndicate->bid[b].vnd > 0)
            bid_pay(m, &syndicate->bid[b], row, sold * part);
    }
    dilute(f, row, sold);
    f->last_valuation_vnd[row] = after;
    f->round_month[row] = (int16_t)w->month;
    f->stage[row] = (uint8_t)(round + 1);
}

// Investors meet the startup; the round closes or fails. An agent of several enterprises that can only be
// financed in part is split, once a month: the part without money goes its own way.
static void round_try(struct market *m, const struct seeker *s)
{
    struct syndicate syndicate;
    struct world *w = m->world;
    const int64_t row = s->row, amount = amount_sought(m, row);
    const int64_t least = vmath_int(m->model->equity.fill_min_frac * (double)amount) + 1;
    bids_collect(m, s, &syndicate);
    const int64_t financed = enterprises_financed(&syndicate, least), weight = w->firm.weight[row];
    if (syndicate.n == 0 || financed == 0)
        return;
    if (round_fill(&syndicate, amount, weight) < least) {
        if (weight == 1 || financed >= weight || m->split_used)
            return;
        m->split_used = true;
        world_split(w, row, weight - financed);
    }
    const int64_t filled = round_fill(&syndicate, amount, w->firm.weight[row]);
    if (filled >= least)
        round_close(m, &syndicate, row, filled);
}

// ---- opening ------------------------------------------------------------------------------------

void venture_deal_opening(const struct model *model, struct world *world)
{
    const double *frac = model->equity.opening_frac;
    const struct firm *f = &world->firm;
    for (int64_t row = 0; row < world->firms.n; row++) {
        if (!f->startup[row])
            continue;
        const uint64_t who = (uint64_t)f->ancestor[row];
        const double u = rng_uniform(world->rng, who, world_purpose(world, STREAM_EQUITY_ROUND, 6));
        const double v = rng_uniform(world->rng, who, world_purpose(world, STREAM_EQUITY_ROUND, 8));
        const int stage = u < frac[2]                       ? 3
                          : u < frac[2] + frac[1]           ? 2
                          : u < frac[2] + frac[1] + frac[0] ? 1
                                                            : 0;
        f->stage[row] = (uint8_t)stage;
        f->round_month[row] = (int16_t)(stage ? -1 - vmath_int(24.0 * v) : NEVER);
        for (int k = 0; k < stage; k++)
            dilute(f, row, model->equity.share_sold[k]);
    }
}

// ---- the phase ----------------------------------------------------------------------------------

// A startup spends its last round evenly over the runway, as long as half a month's sales are left.
static void round_spend(const struct model *model, struct world *world, int64_t row)
{
    const struct equity *e = &model->equity;
    const struct firm *f = &world->firm;
    if (f->status[row] != STATUS_OPERATING || world->month - f->round_month[row] > e->runway_months)
        return;
    const double raised = f->last_valuation_vnd[row] * e->share_sold[f->stage[row] - 1];
    const double kept = 0.5 * f->expected_sales_vnd[row] + f->research_fund_vnd[row];
    const double most = vmath_max(f->cash_vnd[row] - kept, 0.0);
    const double spent = vmath_floor(vmath_min(raised / (double)e->runway_months, most));
    world_pay(world, CATEGORY_RESEARCH, world_firm_party(row), world_party(ACCOUNT_HOUSEHOLDS),
              world_amount(world, row, spent));
    f->project_spent_vnd[row] += spent;
}

void venture_deal_backers(struct world *world)
{
    struct firm *f = &world->firm;
    for (int64_t row = 0; row < world->firms.n; row++)
        f->backers[row] = 0;
    for (int64_t i = 0; i < world->holdings.n; i++) {
        if (!world->holding.alive[i] || world->holding.firm[i] == NOBODY)
            continue;
        uint8_t *n = &f->backers[world->holding.firm[i]];
        *n = (uint8_t)(*n + (*n < UINT8_MAX));
    }
}

void venture_deal_step(const struct model *model, struct world *world)
{
    struct market m = {.model = model, .world = world};
    struct seeker s;
    struct order_item *item = world->scratch.item;
    for (int64_t row = 0; row < world->firms.n; row++) {
        if (world->firm.startup[row] && world->firm.stage[row] > 0)
            round_spend(model, world, row);
    }
    investors_find(&m);
    if (m.n == 0)
        return;
    const int64_t seeking = seekers_find(model, world);
    int64_t n = 0;
    for (int64_t i = 0; i < seeking; i++) {
        struct syndicate syndicate;
        seeker_see(&m, &s, item[i].row);
        bids_collect(&m, &s, &syndicate);
        if (syndicate.n > 0)
            item[n++] =
                (struct order_item){~order_key_double(syndicate.bid[0].signal), item[i].id, item[i].row};
    }
    order_by_key(item, n, world->scratch.spare);
    for (int64_t i = 0; i < n; i++) {
        seeker_see(&m, &s, item[i].row);
        round_try(&m, &s);
    }
}
