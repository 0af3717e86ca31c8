#include "models/world.h"
#include "sim/isa.h"
#include "sim/par.h"

const struct field production_fields[] = {
    {"hire_speed", FIELD_REAL, "1/month", "0.25", 0.01, 1.0, offsetof(struct production, hire_speed), NULL, 0,
     "", "Share of missing workers hired in a month", "assumption: model-notes section 5; range 0.05-0.5"},
    {"fire_speed", FIELD_REAL, "1/month", "0.45", 0.01, 1.0, offsetof(struct production, fire_speed), NULL, 0,
     "", "Share of excess workers let go in a month", "assumption: model-notes section 5; range 0.05-0.5"},
    {"margin_mean", FIELD_REAL, "1", "0.013", -0.2, 0.5, offsetof(struct production, margin_mean), NULL, 0,
     "m", "Mean economic margin on sales before interest",
     "assumption: model-notes 2.4; roa_private_2016; range -0.014-0.066"},
    {"management_cost", FIELD_REAL, "1", "0.09", 0.0, 0.5, offsetof(struct production, management_cost), NULL,
     0, "\\mu", "Unit cost of worst above best management practice, over sales",
     "management_consulting_01: productivity +17 % for +35 points of practice (instruments.md), hence 45 % "
     "over the scale, of value added; assumption: that is a fifth of sales; range 0.03-0.15"},
    {"efficiency_sd", FIELD_REAL, "1", "0.05", 0.0, 0.5, offsetof(struct production, efficiency_sd), NULL, 0,
     "", "Standard deviation of the persistent margin", "assumption: model-notes 2.4; range 0.03-0.08"},
    {"efficiency_persistence", FIELD_REAL, "1", "0.985", 0.0, 0.9999,
     offsetof(struct production, efficiency_persistence), NULL, 0, "", "Monthly persistence of it",
     "assumption: model-notes 2.4; range 0.97-0.995"},
    {"transitory_sd", FIELD_REAL, "1", "0.05", 0.0, 0.5, offsetof(struct production, transitory_sd), NULL, 0,
     "", "Standard deviation of the transitory margin", "assumption: model-notes 2.4; range 0.02-0.08"},
    {"transitory_persistence", FIELD_REAL, "1", "0.97", 0.0, 0.9999,
     offsetof(struct production, transitory_persistence), NULL, 0, "", "Monthly persistence of it",
     "assumption: model-notes 2.4; range 0.9-0.98"},
    {"owner_pay_frac", FIELD_REAL, "1", "0.012", 0.0, 0.5, offsetof(struct production, owner_pay_frac), NULL,
     0, "", "Owner's pay over sales in a private firm of ten workers",
     "assumption: model-notes 2.4; range 0.005-0.03"},
    {"owner_pay_exponent", FIELD_REAL, "1", "0.3", 0.0, 1.0, offsetof(struct production, owner_pay_exponent),
     NULL, 0, "", "Fall of that share with workers", "assumption: model-notes 2.4; range 0.1-0.5"},
    {"under_reporting_frac", FIELD_REAL, "1", "0.3", 0.0, 1.0,
     offsetof(struct production, under_reporting_frac), NULL, 0, "",
     "Share of profit that a private firm of ten workers does not report",
     "assumption: wbes23_reg4_all and informal practice (wbes15_bribery); range 0.1-0.5"},
    {"under_reporting_exponent", FIELD_REAL, "1", "0.3", 0.0, 2.0,
     offsetof(struct production, under_reporting_exponent), NULL, 0, "", "Fall of that share with workers",
     "assumption: larger firms are audited (wbes15_audited); range 0.1-0.6"},
    {"under_reporting_certified", FIELD_REAL, "1", "0.5", 0.0, 1.0,
     offsetof(struct production, under_reporting_certified), NULL, 0, "",
     "Factor of that share for a firm with an international quality certificate",
     "assumption: certificates ask for records and audits (wbes15_audited); range 0.2-1"},
    {"break_even_frac", FIELD_REAL, "1", "0.0042", 0.0, 0.1, offsetof(struct production, break_even_frac),
     NULL, 0, "", "Half-width of the break-even band, reported profit over sales",
     "assumption: model-notes 2.4; share_breakeven_2022; range 0.003-0.012"},
    {"depreciation_per_year", FIELD_REAL, "1/year", "0.1", 0.0, 1.0,
     offsetof(struct production, depreciation_per_year), NULL, 0, "\\delta", "Depreciation of fixed assets",
     "assumption: ten years; range 0.06-0.15"},
    {"import_frac", FIELD_REAL, "1", "0.35", 0.0, 1.0, offsetof(struct production, import_frac), NULL, 0, "",
     "Share of materials and services bought abroad", "assumption: an open assembly economy; range 0.25-0.5"},
    {"cash_buffer_months", FIELD_REAL, "month", "1.5", 0.0, 24.0,
     offsetof(struct production, cash_buffer_months), NULL, 0, "",
     "Cash a firm keeps, months of expected sales; owners withdraw from what is above",
     "assumption: 1-2 months of sales; range 0.5-3"},
    {"payout_frac", FIELD_REAL, "1/month", "0.1", 0.0, 1.0, offsetof(struct production, payout_frac), NULL, 0,
     "", "Share of cash above the buffer that owners withdraw a month",
     "assumption: within a year; range 0.05-0.3"},
    {"capital_slack", FIELD_REAL, "1", "0.8", 0.0, 10.0, offsetof(struct production, capital_slack), NULL, 0,
     "", "Sales a firm can make above what its fixed assets serve at normal pace",
     "assumption: shifts and rented equipment; so a firm that gets no finance for assets stops growing; "
     "range 0.3-1.5"},
};
const int production_fields_n = sizeof production_fields / sizeof production_fields[0];

double production_sales_per_worker_vnd(const struct model *model, const struct world *world, int64_t row)
{
    const struct climate *c = &world->climate;
    const struct firm *f = &world->firm;
    const int s = f->sector[row], r = f->region[row];
    return model->sector[s].sales_per_worker_vnd * c->price_level * c->productivity_index *
           model->region[r].sales_factor *
           (1.0 + model->demand.efficiency_weight * world->labour.dearer[s][r]) * f->productivity[row];
}

// What a block has moved, in all enterprises.
struct production_sums {
    struct ledger_sum sales[SECTORS_MAX], materials, wages, owner_pay, owner_money;
    double kept[REGIONS_MAX][SKILLS_N], hires[REGIONS_MAX][SKILLS_N]; // workers before hiring; wanted on top
    struct ledger_sum trade, informal, trade_price, informal_price, waits, worn;
};

struct production_context {
    const struct model *model;
    struct world *world;
    double unit[SECTORS_MAX];              // sales a unit of attraction
    double per_capital[SECTORS_MAX];       // monthly sales that a VND of fixed assets can serve
    double pace[SECTORS_MAX][REGIONS_MAX]; // sales a worker of productivity 1
    double filled[REGIONS_MAX][SKILLS_N];  // share of wanted hires that the reservoir allows
    double *move;                          // workers that a firm wants to hire or lets go
    struct production_sums *block;
};

// One block's rows, gathered for the vector loops.
struct lane {
    double on[PAR_BLOCK], sales[PAR_BLOCK], pace[PAR_BLOCK], size[PAR_BLOCK], per_capital[PAR_BLOCK];
    double materials[PAR_BLOCK], wages[PAR_BLOCK], owner[PAR_BLOCK], money[PAR_BLOCK];
    // beside banks: late bills of suppliers at the start of the month; prices; changes of net claims and
    // debts
    double late[PAR_BLOCK], late_price[PAR_BLOCK], informal_price[PAR_BLOCK], trade[PAR_BLOCK],
        informal[PAR_BLOCK], waits[PAR_BLOCK], worn[PAR_BLOCK];
};

// P1: sales = min(demand share, what workers and fixed assets can serve).
ISA_CLONES static void production_sales(const struct production_context *c, struct lane *l, int64_t begin,
                                        int n)
{
    const struct firm *f = &c->world->firm;
    const double slack = 1.0 + c->model->demand.capacity_slack, expect = c->model->demand.expectation_speed;
    for (int i = 0; i < n; i++) { // apart, so that the loops below run in vectors
        const int s = f->sector[begin + i];
        l->pace[i] = c->pace[s][f->region[begin + i]];
        l->sales[i] = c->unit[s];
        l->per_capital[i] = c->per_capital[s];
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        l->on[i] = f->status[begin + i] == STATUS_OPERATING ? 1.0 : 0.0;
        l->pace[i] *= f->productivity[begin + i];
        l->sales[i] *= f->attraction[begin + i];
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const double by_workers = f->workers[begin + i] * l->pace[i] * slack;
        const double by_assets = f->capital_vnd[begin + i] * l->per_capital[i];
        const double orders =
            l->sales[i] < by_assets ? l->sales[i] : by_assets; // what assets allow is what it can plan for
        const double sales = orders < by_workers ? orders : by_workers;
        const double expected = f->expected_sales_vnd[begin + i];
        const double news = vmath_round(expected + expect * (orders - expected));
        f->expected_sales_vnd[begin + i] = l->on[i] > 0.0 ? news : expected;
        f->sales_vnd[begin + i] = l->on[i] * vmath_round(sales);
    }
}

// P2: the firm wants to close part of the gap to expected sales over output per worker.
ISA_CLONES static void production_wants(const struct production_context *c, struct lane *l, int64_t begin,
                                        int n)
{
    const struct production *p = &c->model->production;
    const struct firm *f = &c->world->firm;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const double gap = f->expected_sales_vnd[begin + i] / l->pace[i] - f->workers[begin + i];
        const double speed = gap > 0.0 ? p->hire_speed : p->fire_speed;
        c->move[begin + i] = l->on[i] * (speed * gap);
    }
}

static void production_plan(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct production_context *c = context;
    const struct firm *f = &c->world->firm;
    struct production_sums *t = &c->block[block];
    const int n = (int)(end - begin);
    struct lane l;
    CHECK(n > 0);
    production_sales(c, &l, begin, n);
    production_wants(c, &l, begin, n);
    *t = (struct production_sums){0};
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double weight = l.on[i] * (double)f->weight[r], move = c->move[r], skills = f->skills[r];
        const double kept = weight * (move < 0.0 ? vmath_max(f->workers[r] + move, 1.0) : f->workers[r]);
        const double hires = move > 0.0 ? weight * move : 0.0;
        t->kept[f->region[r]][SKILL_BASIC] += kept * (1.0 - skills);
        t->kept[f->region[r]][SKILL_TRAINED] += kept * skills;
        t->hires[f->region[r]][SKILL_BASIC] += hires * (1.0 - skills);
        t->hires[f->region[r]][SKILL_TRAINED] += hires * skills;
    }
}

// L5: hires are filled pro rata, by skill as far as the region's reservoir of that skill goes, and all of
// them as far as the whole reservoir goes.
static void ration_hires(const struct model *model, struct production_context *c, int r)
{
    struct labour_state *l = &c->world->labour;
    const int64_t blocks = par_blocks_n(c->world->firms.n);
    const double usable = 1.0 - model->labour.slack_min;
    double kept[SKILLS_N] = {0}, hires[SKILLS_N] = {0}, room = 0.0, wanted = 0.0;
    for (int64_t b = 0; b < blocks; b++)
        for (int k = 0; k < SKILLS_N; k++) {
            kept[k] += c->block[b].kept[r][k];
            hires[k] += c->block[b].hires[r][k];
        }
    for (int k = 0; k < SKILLS_N; k++) {
        const double left = usable * l->reservoir[r][k] - kept[k];
        const int binds = model->closure == CLOSURE_ELASTIC && hires[k] > left;
        c->filled[r][k] = binds ? vmath_max(left, 0.0) / hires[k] : 1.0;
        room += left;
        wanted += hires[k] * c->filled[r][k];
    }
    const int short_of = model->closure == CLOSURE_ELASTIC && wanted > room;
    const double part = short_of ? vmath_max(room, 0.0) / wanted : 1.0;
    for (int k = 0; k < SKILLS_N; k++) {
        c->filled[r][k] *= part;
        l->staff[r][k] = kept[k] + hires[k] * c->filled[r][k];
    }
}

// What the plan has left in the columns, and P2: workers, at least one.
ISA_CLONES static void production_workers(const struct production_context *c, struct lane *l, int64_t begin,
                                          int n)
{
    const struct firm *f = &c->world->firm;
    for (int i = 0; i < n; i++) { // apart, so that the loop below runs in vectors
        const double *filled = c->filled[f->region[begin + i]];
        l->pace[i] = filled[SKILL_BASIC];
        l->size[i] = filled[SKILL_TRAINED] - filled[SKILL_BASIC];
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double part = l->pace[i] + f->skills[r] * l->size[i];
        const double workers = f->workers[r], move = c->move[r];
        const double next = vmath_max(workers + (move > 0.0 ? part : 1.0) * move, 1.0);
        l->on[i] = f->status[r] == STATUS_OPERATING ? 1.0 : 0.0;
        l->sales[i] = f->sales_vnd[r];
        f->workers[r] = l->on[i] > 0.0 ? next : workers;
        l->size[i] = l->on[i] > 0.0 ? next : 1.0;
    }
    vmath_log_n(l->size, n, l->size);
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const double before = f->log_workers[begin + i];
        f->log_workers[begin + i] = l->on[i] > 0.0 ? l->size[i] : before;
    }
}

// O2: late bills are what suppliers' claims exceed those on public buyers by; they and informal loans have a
// price.
ISA_CLONES static void production_side_debt(const struct production_context *c, struct lane *l, int64_t begin,
                                            int n)
{
    const struct credit *p = &c->model->credit;
    const struct firm *f = &c->world->firm;
    const double waits = credit_owner_waits_months(c->model);
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double known = f->status[r] >= STATUS_CEASED ? 0.0 : 1.0;
        l->late[i] = known * vmath_max(vmath_round(waits * f->sales_vnd[r]) - f->trade_vnd[r], 0.0);
        l->late_price[i] = vmath_round(l->late[i] * p->trade_rate_per_year / 12.0);
        l->informal_price[i] = vmath_round(f->informal_vnd[r] * p->informal_rate_per_year / 12.0);
        l->waits[i] = vmath_round(waits * l->sales[i]);
    }
}

// P3: economic profit; P4: the owner's pay; P5: reported profit. Profit is after depreciation and interest.
// Of wages off their path the part phi is in prices: the same sales are then fewer goods and materials.
ISA_CLONES static void production_profit(const struct production_context *c, struct lane *l, int64_t begin,
                                         int n)
{
    const struct production *p = &c->model->production;
    const struct firm *f = &c->world->firm;
    const double labour = c->world->climate.wage_vnd * c->model->environment.labour_cost_factor;
    const double passed = c->model->demand.efficiency_weight;
    const double kept =
        (1.0 - passed) * p->management_cost; // of a point of practice, the rest is in the price
    const double wear = p->depreciation_per_year / 12.0, log_ten = vmath_log(10.0);
    double pay[PAR_BLOCK], hide[PAR_BLOCK], rate[PAR_BLOCK], premium[PAR_BLOCK];

    for (int i = 0; i < n; i++) { // apart, so that the loops below run in vectors
        const double *wage = c->world->labour.wage[f->region[begin + i]];
        rate[i] = wage[SKILL_BASIC];
        premium[i] = wage[SKILL_TRAINED] - wage[SKILL_BASIC];
    }
    for (int i = 0; i < n; i++) {
        pay[i] = vmath_exp(-p->owner_pay_exponent * (l->size[i] - log_ten));
        hide[i] = vmath_exp(-p->under_reporting_exponent * (l->size[i] - log_ten));
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double own = f->ownership[r] == OWNERSHIP_PRIVATE ? 1.0 : 0.0;
        const double worn = l->on[i] * vmath_round(wear * f->capital_vnd[r]);
        const double on_path = l->on[i] * vmath_round(labour * f->workers[r]);
        const double wages =
            l->on[i] * vmath_round(labour * f->workers[r] * (rate[i] + f->skills[r] * premium[i]));
        const double saved = vmath_round(passed * (wages - on_path));
        const double margin = p->margin_mean +
                              kept * (f->management[r] - c->model->capability.management_mean) +
                              f->efficiency[r] + f->transitory[r];
        const double materials =
            vmath_max(0.0, vmath_round(l->sales[i] * (1.0 - margin)) - on_path - saved - worn);
        const double interest = l->on[i] * vmath_round(f->debt_vnd[r] * (double)f->lending_rate[r] / 12.0) +
                                l->late_price[i] + l->informal_price[i];
        const double profit = l->sales[i] - materials - wages - worn - interest;
        const double owner = own * vmath_round(l->sales[i] * p->owner_pay_frac * pay[i]);
        const double audited = f->certified[r] ? p->under_reporting_certified : 1.0;
        const double hidden = own * vmath_min(p->under_reporting_frac * hide[i] * audited, 0.9);
        const double net = profit - owner;
        const double reported = net > 0.0 ? vmath_round(net * (1.0 - hidden)) : net;
        const double loss = f->cumulated_loss_vnd[r] - profit;

        l->materials[i] = materials;
        l->wages[i] = wages;
        l->owner[i] = owner;
        f->capital_vnd[r] -= worn;
        l->worn[i] = worn;
        f->profit_vnd[r] = profit;
        f->reported_vnd[r] = reported;
        f->cumulated_loss_vnd[r] = loss > 0.0 ? loss : 0.0;
        f->taxable_year_vnd[r] += reported;
        f->value_added_vnd[r] = l->sales[i] - materials;
    }
}

// P6: cash. What it lacks is first pay that the owner goes without, then comes from the owner's free wealth,
// then from bills left unpaid up to what suppliers stand, then from family and informal lenders up to their
// limit; what is lacking still is left unpaid all the same. Cash above a small buffer repays the dearest
// first; of what is above the usual buffer owners withdraw a part.
ISA_CLONES static void production_cash(const struct production_context *c, struct lane *l, int64_t begin,
                                       int n)
{
    const struct production *p = &c->model->production;
    const struct credit *k = &c->model->credit;
    const struct firm *f = &c->world->firm;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double collected = f->trade_vnd[r] + l->late[i] - l->waits[i];
        const double before = f->cash_vnd[r] + l->sales[i] - l->materials[i] - l->wages[i] - l->owner[i] -
                              l->late_price[i] - l->informal_price[i] + collected;
        const double spare = vmath_max(before - k->side_buffer_months * f->expected_sales_vnd[r], 0.0);
        const double owed = f->informal_vnd[r];
        const double back = vmath_min(owed, vmath_floor(spare));
        const double bills = vmath_min(l->late[i], vmath_floor(spare) - back);

        const double lacking = vmath_max(-before, 0.0);
        const double forgone = vmath_min(lacking, l->owner[i]), missing = lacking - forgone;
        const double pledged = vmath_max(k->collateral_ratio * f->debt_vnd[r] * (1.0 - f->covered_frac[r]) -
                                             k->pledgeable_frac * f->capital_vnd[r],
                                         0.0);
        const double free = vmath_floor(vmath_max((double)f->wealth_vnd[r] - pledged, 0.0));
        const double own = vmath_min(missing, free);
        const double stand =
            vmath_floor(vmath_max(k->trade_limit_months * l->materials[i] - l->late[i], 0.0));
        const double unpaid = vmath_min(missing - own, stand);
        const double lend =
            vmath_floor(vmath_max(k->informal_limit_months * f->expected_sales_vnd[r] - owed, 0.0));
        const double lent = vmath_min(missing - own - unpaid, lend);
        const double overdue = missing - own - unpaid - lent;

        const double late = l->late[i] - bills + unpaid + overdue;
        l->trade[i] = l->waits[i] - late - f->trade_vnd[r];
        l->informal[i] = lent - back;
        l->money[i] = own;
        f->trade_vnd[r] = l->waits[i] - late;
        f->informal_vnd[r] = owed + l->informal[i];
        f->cash_vnd[r] = before + lacking - back - bills;
        l->owner[i] -= forgone;
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const int tied = (f->startup[r] != 0) | (f->informal_vnd[r] > 0.0);
        const double on = l->on[i], clear = tied ? 0.0 : on;
        const double above =
            f->cash_vnd[r] - p->cash_buffer_months * f->expected_sales_vnd[r] - f->research_fund_vnd[r];
        const double drawn = clear * vmath_round(p->payout_frac * vmath_max(above, 0.0));
        l->owner[i] += drawn;
        f->cash_vnd[r] -= drawn;
    }
}

// O3: the owner's wealth keeps its real value, pays what the firm lacked and grows by what is saved of the
// income from the firm beyond the cost of living.
ISA_CLONES static void production_wealth(const struct production_context *c, const struct lane *l,
                                         int64_t begin, int n)
{
    const struct credit *k = &c->model->credit;
    const struct climate *climate = &c->world->climate;
    const struct firm *f = &c->world->firm;
    const double living = k->owner_living_wages * climate->wage_vnd, real = 1.0 + climate->inflation / 12.0;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const double saved = k->owner_saving_frac * vmath_max(l->owner[i] - living, 0.0);
        const double wealth = real * ((double)f->wealth_vnd[begin + i] - l->money[i]) + saved;
        f->wealth_vnd[begin + i] = wealth > 1.0 ? (float)wealth : 0.0F;
    }
}

// What the recorder and the twin ledger keep of the month.
ISA_CLONES static void production_memory(const struct production_context *c, const struct lane *l,
                                         int64_t begin, int n)
{
    struct world *w = c->world;
    const struct firm *f = &w->firm;
    const int64_t lane = w->climate.month_of_year * w->firms.capacity + begin;
    const int month = (int)w->month;
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const double reported = f->reported_vnd[r];
        f->sales_ring[lane + i] = (float)l->sales[i];
        f->reported_ring[lane + i] = (float)(l->on[i] > 0.0 ? reported : 0.0);
        f->workers_ring[lane + i] = (float)(l->on[i] * f->workers[r]);
        f->worker_months[r] += l->on[i] * f->workers[r];
        f->sales_total_vnd[r] += l->sales[i];
        f->value_added_total_vnd[r] += f->value_added_vnd[r];
    }
    ISA_ROWS
    for (int i = 0; i < n; i++) {
        const int64_t r = begin + i;
        const int on = f->status[r] == STATUS_OPERATING, before = f->last_sale_month[r];
        f->months_operating[r] += on;
        f->operating_bits[r] = f->operating_bits[r] << 1 | (uint64_t)on;
        f->last_sale_month[r] = (int16_t)(on ? month : before);
    }
}

static void production_totals(const struct production_context *c, const struct lane *l, int64_t block,
                              int64_t begin, int n)
{
    const struct firm *f = &c->world->firm;
    struct production_sums *t = &c->block[block];
    const int64_t *weight = f->weight + begin;
    int64_t sales[SECTORS_MAX];

    ledger_sum_add(&t->materials, ledger_dot_block(weight, l->materials, n));
    ledger_sum_add(&t->wages, ledger_dot_block(weight, l->wages, n));
    ledger_sum_add(&t->owner_pay, ledger_dot_block(weight, l->owner, n));
    ledger_sum_add(&t->owner_money, ledger_dot_block(weight, l->money, n));
    ledger_sum_add(&t->trade, ledger_dot_block(weight, l->trade, n));
    ledger_sum_add(&t->informal, ledger_dot_block(weight, l->informal, n));
    ledger_sum_add(&t->trade_price, ledger_dot_block(weight, l->late_price, n));
    ledger_sum_add(&t->informal_price, ledger_dot_block(weight, l->informal_price, n));
    ledger_sum_add(&t->waits, ledger_dot_block(weight, l->waits, n));
    ledger_sum_add(&t->worn, ledger_dot_block(weight, l->worn, n));
    ledger_dot_groups(weight, l->sales, f->sector + begin, n, c->model->sectors_n, sales);
    for (int s = 0; s < c->model->sectors_n; s++)
        ledger_sum_add(&t->sales[s], sales[s]);
}

static void production_block(void *context, int64_t block, int64_t begin, int64_t end)
{
    const struct production_context *c = context;
    const int n = (int)(end - begin);
    struct lane l;
    CHECK(n > 0);
    production_workers(c, &l, begin, n);
    production_side_debt(c, &l, begin, n);
    production_profit(c, &l, begin, n);
    production_cash(c, &l, begin, n);
    production_wealth(c, &l, begin, n);
    production_memory(c, &l, begin, n);
    production_totals(c, &l, block, begin, n);
}

// A share of a national total, which is beyond what a double rounds exactly: in millionths.
static int64_t part_of(int64_t total, double share)
{
    return ledger_prorata(total, (int64_t)vmath_round(share * 1e6), 1000000);
}

// Who pays for the month's sales: other firms their domestic materials, the rest of the world exports,
// government its share, households what is left.
static void post_sales(const struct model *model, struct world *world, const int64_t sales[SECTORS_MAX],
                       int64_t materials)
{
    struct ledger *l = &world->ledger;
    int64_t all = 0, exports = 0;
    for (int s = 0; s < model->sectors_n; s++) {
        all += sales[s];
        exports += part_of(sales[s], model->sector[s].export_frac);
    }
    const int64_t imports = part_of(materials, model->production.import_frac);
    int64_t between = materials - imports;
    between = between < all ? between : all;
    const int64_t government_wish = part_of(all, model->demand.government_frac);
    const int64_t final = all - between;
    const int64_t abroad = exports < final ? exports : final;
    const int64_t government = government_wish < final - abroad ? government_wish : final - abroad;

    ledger_post(l, CATEGORY_MATERIALS, ACCOUNT_FIRMS, ACCOUNT_REST, imports);
    ledger_post(l, CATEGORY_MATERIALS, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, materials - imports - between);
    ledger_post(l, CATEGORY_SALES, ACCOUNT_FIRMS, ACCOUNT_FIRMS, between);
    ledger_post(l, CATEGORY_SALES, ACCOUNT_REST, ACCOUNT_FIRMS, abroad);
    ledger_post(l, CATEGORY_SALES, ACCOUNT_GOVERNMENT, ACCOUNT_FIRMS, government);
    ledger_post(l, CATEGORY_SALES, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, final - abroad - government);
}

// A net change of claims: begun or ended between the firms and another sector.
static void post_change(struct ledger *l, int64_t more, enum account with)
{
    ledger_post(l, CATEGORY_TRADE_CREDIT, ACCOUNT_FIRMS, (int)with, more > 0 ? more : 0);
    ledger_post(l, CATEGORY_TRADE_PAYMENT, (int)with, ACCOUNT_FIRMS, more < 0 ? -more : 0);
}

// Trade credit and informal loans, as far as they have changed in sum. The government owes the firms what
// they wait for; bills of suppliers are left with suppliers abroad, for between firms they cancel out.
static void post_side_debt(struct ledger *l, const struct production_sums *t)
{
    l->overflow |= t->trade.overflow | t->waits.overflow | t->informal.overflow;
    if (l->overflow)
        return;
    const int64_t government = t->waits.value + l->position[ACCOUNT_GOVERNMENT][CLAIM_TRADE];
    const int64_t informal = t->informal.value;
    post_change(l, government, ACCOUNT_GOVERNMENT);
    post_change(l, t->trade.value - government, ACCOUNT_REST);
    ledger_post(l, CATEGORY_INFORMAL_LOAN, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, informal > 0 ? informal : 0);
    ledger_post(l, CATEGORY_INFORMAL_REPAYMENT, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS,
                informal < 0 ? -informal : 0);
    ledger_post_sum(l, CATEGORY_TRADE_PRICE, ACCOUNT_FIRMS, ACCOUNT_REST, t->trade_price);
    ledger_post_sum(l, CATEGORY_INTEREST, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, t->informal_price);
}

static void post_totals(const struct model *model, struct world *world, const struct production_sums *block)
{
    struct production_sums t = {0};
    struct ledger *l = &world->ledger;
    int64_t sales[SECTORS_MAX] = {0};
    const int64_t blocks = par_blocks_n(world->firms.n);
    for (int64_t b = 0; b < blocks; b++) {
        ledger_sum_merge(&t.materials, block[b].materials);
        ledger_sum_merge(&t.wages, block[b].wages);
        ledger_sum_merge(&t.owner_pay, block[b].owner_pay);
        ledger_sum_merge(&t.owner_money, block[b].owner_money);
        ledger_sum_merge(&t.trade, block[b].trade);
        ledger_sum_merge(&t.informal, block[b].informal);
        ledger_sum_merge(&t.trade_price, block[b].trade_price);
        ledger_sum_merge(&t.informal_price, block[b].informal_price);
        ledger_sum_merge(&t.waits, block[b].waits);
        ledger_sum_merge(&t.worn, block[b].worn);
        for (int s = 0; s < model->sectors_n; s++)
            ledger_sum_merge(&t.sales[s], block[b].sales[s]);
    }
    for (int s = 0; s < model->sectors_n; s++) {
        sales[s] = t.sales[s].value;
        l->overflow |= t.sales[s].overflow;
    }
    l->overflow |= t.materials.overflow;
    if (!l->overflow)
        post_sales(model, world, sales, t.materials.value);
    ledger_post_sum(l, CATEGORY_WAGES, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, t.wages);
    ledger_post_sum(l, CATEGORY_OWNER_PAY, ACCOUNT_FIRMS, ACCOUNT_HOUSEHOLDS, t.owner_pay);
    ledger_post_sum(l, CATEGORY_OWNER_MONEY, ACCOUNT_HOUSEHOLDS, ACCOUNT_FIRMS, t.owner_money);
    ledger_post_sum(l, CATEGORY_DEPRECIATION, ACCOUNT_FIRMS, ACCOUNT_FIRMS, t.worn);
    post_side_debt(l, &t);
}

void production_step(const struct model *model, struct world *world)
{
    _Static_assert(sizeof(struct production_sums) <= WORLD_BLOCK_BYTES, "fits");
    struct production_context c = {
        .model = model, .world = world, .move = world->scratch.value, .block = world->scratch.bytes};
    const struct climate *climate = &world->climate;
    for (int s = 0; s < model->sectors_n; s++) {
        const struct sector_state *state = &world->sector[s];
        c.per_capital[s] =
            (1.0 + model->production.capital_slack) / vmath_max(model->sector[s].capital_months, 0.01);
        c.unit[s] = state->attraction > 0.0 ? state->demand_vnd / state->attraction : 0.0;
        for (int r = 0; r < model->regions_n; r++)
            c.pace[s][r] = model->sector[s].sales_per_worker_vnd * climate->price_level *
                           climate->productivity_index * model->region[r].sales_factor *
                           (1.0 + model->demand.efficiency_weight * world->labour.dearer[s][r]);
    }
    par_blocks(world->threads, world->firms.n, production_plan, &c);
    for (int r = 0; r < model->regions_n; r++)
        ration_hires(model, &c, r);
    par_blocks(world->threads, world->firms.n, production_block, &c);
    post_totals(model, world, c.block);
}
