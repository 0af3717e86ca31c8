#include "analysis/firm_panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/expression.h"

#define WEAR_MAX 0.1 // a month's wear above this is no wear but a sale of assets

// The columns that are read.
#define COLUMNS(X)                                                                                           \
    X(month)                                                                                                 \
    X(id)                                                                                                    \
    X(ancestor)                                                                                              \
    X(weight)                                                                                                \
    X(birth_month)                                                                                           \
    X(sector)                                                                                                \
    X(ownership)                                                                                             \
    X(startup)                                                                                               \
    X(status)                                                                                                \
    X(first_sale_month)                                                                                      \
    X(workers)                                                                                               \
    X(capital_vnd)                                                                                           \
    X(sales_vnd)                                                                                             \
    X(value_added_vnd)                                                                                       \
    X(invested_month)                                                                                        \
    X(project_spent_vnd)                                                                                     \
    X(project_event)

struct columns {
#define MEMBER(name) const struct data_var *name;
    COLUMNS(MEMBER)
#undef MEMBER
    int64_t n;
    int64_t first; // month 0 of the run, in months since 1970-01
};

// A row of the panel, in the order of firms and months.
struct place {
    int64_t id, row;
};

static double number(const struct data_var *var, int64_t row)
{
    switch (var->type) {
    case DATA_F64:
        return ((const double *)var->value)[row];
    case DATA_F32:
        return (double)((const float *)var->value)[row];
    case DATA_I64:
        return (double)((const int64_t *)var->value)[row];
    case DATA_I32:
        return (double)((const int32_t *)var->value)[row];
    case DATA_U8:
        return (double)((const uint8_t *)var->value)[row];
    case DATA_TEXT:
        break;
    }
    return (double)NAN;
}

// A whole number of a file that may hold anything, within what months and codes can be.
static int whole(const struct data_var *var, int64_t row)
{
    enum { MOST = 1000000 };
    const double x = number(var, row);
    return x > MOST ? MOST : x > -MOST ? (int)x : -MOST; // NaN: the least
}

static uint8_t code(const struct data_var *var, int64_t row)
{
    const int x = whole(var, row);
    return (uint8_t)(x < 0 || x > UINT8_MAX ? UINT8_MAX : x);
}

static enum firm_state state_of(const struct data_var *status, int64_t row)
{
    const int x = code(status, row);
    return x < FIRM_GONE ? (enum firm_state)(1 + x) : FIRM_GONE;
}

static int find_columns(struct columns *c, const struct run_data *data, struct error *err)
{
    char why[ERROR_TEXT_MAX];
    int64_t months;
    const struct data_var *first = data_var_find(data, "panel", "month");
    if (!first)
        return error_add(err, ERROR_INPUT, "the run has no panel of firms; allowed: run --panel SHARE");
    c->n = first->n;
#define FIND(name)                                                                                           \
    c->name = data_var_find(data, "panel", #name);                                                           \
    if (!c->name || c->name->n != c->n || c->name->type == DATA_TEXT)                                        \
        return error_add(err, ERROR_INPUT, "the panel has no column '%s'", #name);
    COLUMNS(FIND)
#undef FIND
    if (c->id->type != DATA_I64 || c->ancestor->type != DATA_I64)
        return error_add(err, ERROR_INPUT, "the panel's columns 'id' and 'ancestor' are no 64-bit integers");
    for (int64_t i = 0; i < c->n; i++)
        if (whole(c->month, i) < (i > 0 ? whole(c->month, i - 1) : 0))
            return error_add(err, ERROR_INPUT, "the panel's rows are not in the order of months");
    if (expression_months(data, &c->first, &months, why))
        return error_add(err, ERROR_INPUT, "%s", why);
    return ERROR_NONE;
}

static int by_firm(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row); // rows are in the order of months
}

// ---- a firm's months ----------------------------------------------------------------------------

// What is remembered of the month before.
struct walk {
    int64_t id;
    int month; // of the run
    enum firm_state state;
    double workers, capital_vnd, wear; // the last month's, and the share that wears off a month
};

// Parts of one agent share its luck: they fall into one group.
static uint8_t group_of(int64_t ancestor)
{
    return (uint8_t)(((uint64_t)ancestor * UINT64_C(0x9E3779B97F4A7C15) >> 33) % FIRM_GROUPS);
}

static struct firm_year *open_year(struct firm_panel *panel, const struct columns *c, int64_t row,
                                   const struct walk *before)
{
    const int month = whole(c->month, row);
    const int64_t start = c->first + month - (c->first + month) % 12; // January of the year
    const bool goes_on = before->month == (int)(start - c->first) - 1;
    const bool operated = goes_on && before->state == FIRM_OPERATING;
    struct firm_year *y = &panel->year[panel->n++];
    *y = (struct firm_year){
        .firm = before->id,
        .year = (int32_t)(1970 + start / 12),
        .age_months = (int32_t)(start - c->first) - whole(c->birth_month, row),
        .was = (uint8_t)(goes_on ? before->state : FIRM_ABSENT),
        .is = FIRM_ABSENT,
        .sector = code(c->sector, row),
        .ownership = code(c->ownership, row),
        .startup = code(c->startup, row),
        .group = group_of(((const int64_t *)c->ancestor->value)[row]),
        .weight = number(c->weight, row),
        .workers_before = operated ? before->workers : (double)NAN,
        .workers = (double)NAN,
        .capital_before_vnd = goes_on ? before->capital_vnd : (double)NAN,
    };
    return y;
}

// Fixed assets bought in the month: what they grew by beyond wear, in a month of purchase.
static double bought(const struct columns *c, int64_t row, struct walk *w)
{
    const int month = whole(c->month, row);
    const double capital = number(c->capital_vnd, row);
    if (w->month != month - 1)
        return 0.0;
    if (whole(c->invested_month, row) == month) {
        const double more = capital - w->capital_vnd * (1.0 - w->wear);
        return more > 0.0 ? more : 0.0;
    }
    const double wear = w->capital_vnd > 0.0 ? 1.0 - capital / w->capital_vnd : 0.0;
    w->wear = wear > 0.0 && wear < WEAR_MAX ? wear : w->wear;
    return 0.0;
}

static void add_life(struct firm_panel *panel, const struct columns *c, int64_t row, const struct walk *w)
{
    const int month = whole(c->month, row), begun = whole(c->first_sale_month, row);
    const enum firm_state state = state_of(c->status, row);
    const int age = month - begun - 1; // in the month before
    const bool traded = w->month == month - 1 && (w->state == FIRM_OPERATING || w->state == FIRM_SUSPENDED);
    if (whole(c->birth_month, row) < 0 || begun < 0 || age < 0 || age >= FIRM_LIFE_MONTHS || !traded)
        return;
    const int group = group_of(((const int64_t *)c->ancestor->value)[row]);
    panel->at_risk[group][age] += number(c->weight, row);
    panel->ended[group][age] += state == FIRM_CEASED || state == FIRM_GONE ? number(c->weight, row) : 0.0;
}

static void add_month(struct firm_panel *panel, const struct columns *c, int64_t row, struct walk *w,
                      struct firm_year **year)
{
    const int month = whole(c->month, row);
    const enum firm_state state = state_of(c->status, row);
    if (!*year || (*year)->year != 1970 + (c->first + month) / 12)
        *year = open_year(panel, c, row, w);
    struct firm_year *y = *year;
    const bool last = (c->first + month) % 12 == 11;
    y->investment_vnd += bought(c, row, w);
    add_life(panel, c, row, w);
    y->whole = (uint8_t)(y->whole + (state == FIRM_OPERATING)); // months so far
    y->sales_vnd += number(c->sales_vnd, row);
    y->value_added_vnd += number(c->value_added_vnd, row);
    y->worker_years += state == FIRM_OPERATING ? number(c->workers, row) / 12.0 : 0.0;
    y->active = (uint8_t)(y->active || number(c->project_spent_vnd, row) > 0.0 ||
                          number(c->project_event, row) > 0.0);
    if (last || state == FIRM_GONE)
        y->is = (uint8_t)state;
    if (last && state == FIRM_OPERATING)
        y->workers = number(c->workers, row);
    *w = (struct walk){w->id, month, state, number(c->workers, row), number(c->capital_vnd, row), w->wear};
}

static void fill(struct firm_panel *panel, const struct columns *c, const struct place *place)
{
    struct firm_year *year = NULL;
    struct walk w = {0};
    for (int64_t i = 0; i < c->n; i++) {
        if (i == 0 || place[i].id != w.id) {
            w = (struct walk){.id = place[i].id, .month = -2};
            year = NULL;
        }
        add_month(panel, c, place[i].row, &w, &year);
    }
    for (int64_t i = 0; i < panel->n; i++)
        panel->year[i].whole = panel->year[i].whole == 12;
}

// ---- made and freed -----------------------------------------------------------------------------

static int allocate(struct firm_panel *panel, int64_t years_max)
{
    panel->year = calloc((size_t)years_max + 1, sizeof *panel->year);
    return panel->year ? 0 : -1;
}

static int allocate_work(struct firm_panel *panel)
{
    int bad = 0;
    for (int k = 0; k < 4; k++) {
        panel->work[k] = calloc((size_t)panel->n + 1, sizeof(double));
        bad |= !panel->work[k];
    }
    return bad ? -1 : 0;
}

// Years that begin in the rows: at most one a row.
static int64_t count_years(const struct columns *c, const struct place *place)
{
    int64_t n = 0, id = -1, year = -1;
    for (int64_t i = 0; i < c->n; i++) {
        const int64_t now = (c->first + whole(c->month, place[i].row)) / 12;
        n += place[i].id != id || now != year;
        id = place[i].id;
        year = now;
    }
    return n;
}

int firm_panel_create(struct firm_panel **panel, const struct run_data *data, struct error *err)
{
    struct columns columns = {0};
    *panel = NULL;
    const int code = find_columns(&columns, data, err);
    if (code)
        return code;
    struct place *place = calloc((size_t)columns.n + 1, sizeof *place);
    struct firm_panel *p = calloc(1, sizeof *p);
    for (int64_t i = 0; place && i < columns.n; i++)
        place[i] = (struct place){((const int64_t *)columns.id->value)[i], i};
    if (place)
        qsort(place, (size_t)columns.n, sizeof *place, by_firm);
    if (!place || !p || allocate(p, count_years(&columns, place))) {
        firm_panel_free(p);
        free(place);
        return error_add(err, ERROR_WORK, "no memory for the panel");
    }
    fill(p, &columns, place);
    free(place);
    if (allocate_work(p)) {
        firm_panel_free(p);
        return error_add(err, ERROR_WORK, "no memory for the panel");
    }
    *panel = p;
    return ERROR_NONE;
}

static int by_firm_and_year(const void *a, const void *b)
{
    const struct firm_year *x = a, *y = b;
    if (x->firm != y->firm)
        return x->firm < y->firm ? -1 : 1;
    return (x->year > y->year) - (x->year < y->year);
}

struct firm_panel *firm_panel_of(const struct firm_year *year, int64_t n)
{
    struct firm_panel *p = calloc(1, sizeof *p);
    if (!p || allocate(p, n)) {
        firm_panel_free(p);
        return NULL;
    }
    memcpy(p->year, year, (size_t)n * sizeof *year);
    p->n = n;
    for (int64_t i = 0; i < n; i++)
        p->year[i].group = group_of(p->year[i].firm);
    qsort(p->year, (size_t)n, sizeof *p->year, by_firm_and_year);
    if (allocate_work(p)) {
        firm_panel_free(p);
        return NULL;
    }
    return p;
}

void firm_panel_free(struct firm_panel *panel)
{
    if (!panel)
        return;
    free(panel->year);
    for (int k = 0; k < 4; k++)
        free(panel->work[k]);
    free(panel);
}

const struct firm_year *firm_panel_before(const struct firm_panel *panel, int64_t i, int years)
{
    for (int64_t k = i - 1; k >= 0 && panel->year[k].firm == panel->year[i].firm; k--)
        if (panel->year[k].year <= panel->year[i].year - years)
            return panel->year[k].year == panel->year[i].year - years ? &panel->year[k] : NULL;
    return NULL;
}
