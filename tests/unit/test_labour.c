// Labour under the elastic closure: reservoir, wage curve, unit cost, wage income, rationed hires (equations
// L1-L5).
#include <math.h>
#include "tests/unit/world_fixture.h"

static const char *const elastic[] = {"closure=elastic", NULL};

static double workers_in(struct small s, int region, int skill)
{
    const struct firm *f = &s.world->firm;
    double sum = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING && f->region[r] == region)
            sum += (double)f->weight[r] * f->workers[r] *
                   (skill == SKILL_TRAINED ? f->skills[r] : 1.0 - f->skills[r]);
    return sum;
}

static void the_opening_counts_workers_and_reservoir(void **state)
{
    (void)state;
    struct small s = small_open(elastic);
    const struct labour_state *l = &s.world->labour;
    for (int r = 0; r < s.model->regions_n; r++)
        for (int k = 0; k < SKILLS_N; k++) {
            assert_close(l->staff[r][k], workers_in(s, r, k), 1e-9);
            assert_close(l->reservoir[r][k], l->staff[r][k] * (1.0 + s.model->labour.reservoir_ratio[k]),
                         1e-12);
            assert_true(l->wage[r][k] == 1.0);
        }
    environment_step(s.model, s.world);
    labour_step(s.model, s.world); // at the opening slack is its norm
    for (int r = 0; r < s.model->regions_n; r++)
        for (int k = 0; k < SKILLS_N; k++)
            assert_close(l->wage[r][k], 1.0, 1e-12);
    assert_true(l->income == 0.0);
    small_close(s);
}

// L1, L2: wages rise by beta times the fall of log slack, in that region and skill alone; the norm follows.
static void wages_rise_when_employment_does(void **state)
{
    static const char *const set[] = {"closure=elastic",
                                      "economy.labour.wage_curve=0.1",
                                      "economy.labour.norm_years=2",
                                      "economy.labour.reservoir_growth.basic=0",
                                      "economy.labour.reservoir_growth.trained=0",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    struct labour_state *l = &s.world->labour;
    environment_step(s.model, s.world);
    const double slack = 1.0 - l->staff[2][SKILL_BASIC] / l->reservoir[2][SKILL_BASIC];
    l->staff[2][SKILL_BASIC] *= 1.1;
    const double tight = 1.0 - l->staff[2][SKILL_BASIC] / l->reservoir[2][SKILL_BASIC];
    s.world->month = 1;
    labour_step(s.model, s.world);
    assert_true(l->wage[2][SKILL_BASIC] > 1.005);
    assert_close(l->wage[2][SKILL_BASIC], pow(tight / slack, -0.1), 1e-9);
    assert_close(l->wage[2][SKILL_TRAINED], 1.0, 1e-12);
    assert_close(l->wage[1][SKILL_BASIC], 1.0, 1e-12);
    const double first = log(l->wage[2][SKILL_BASIC]);
    labour_step(s.model, s.world);
    assert_close(log(l->wage[2][SKILL_BASIC]), first * (1.0 - 1.0 / 24.0), 1e-9);
    small_close(s);
}

// L3: unit cost rises by labour's share of sales times the rise of the region's mean wage; the price of goods
// by the passed-on part, so that a worker makes more of sales.
static void dear_labour_raises_unit_cost(void **state)
{
    (void)state;
    struct small s = small_open(elastic);
    struct labour_state *l = &s.world->labour;
    const int trade = small_sector(s, "trade");
    environment_step(s.model, s.world);
    const int64_t row = small_row(s, 0);
    const int sector = s.world->firm.sector[row], region = s.world->firm.region[row];
    const double before = production_sales_per_worker_vnd(s.model, s.world, row);
    l->staff[0][SKILL_BASIC] *= 1.3;
    l->staff[region][SKILL_BASIC] *= region == 0 ? 1.0 : 1.3;
    labour_step(s.model, s.world);
    const double basic = l->staff[0][SKILL_BASIC], trained = l->staff[0][SKILL_TRAINED];
    const double rise = basic / (basic + trained) * (l->wage[0][SKILL_BASIC] - 1.0);
    const double share = s.world->climate.wage_vnd * s.model->environment.labour_cost_factor /
                         (s.model->sector[trade].sales_per_worker_vnd * s.model->region[0].sales_factor);
    assert_true(rise > 0.0);
    assert_close(l->dearer[trade][0], share * rise, 1e-9);
    assert_close(production_sales_per_worker_vnd(s.model, s.world, row) / before,
                 1.0 + s.model->demand.efficiency_weight * l->dearer[sector][region], 1e-12);
    small_close(s);
}

// L4: a tenth more workers on the same demand are a tenth more wage income, and dearer besides.
static void wage_income_follows_employment(void **state)
{
    static const char *const flat[] = {"closure=elastic", "economy.labour.wage_curve=0", NULL};
    (void)state;
    struct small s = small_open(flat);
    struct labour_state *l = &s.world->labour;
    environment_step(s.model, s.world);
    s.world->month = 11; // in the first year the norm is what the opening settles to
    labour_step(s.model, s.world);
    assert_true(l->income == 0.0);
    s.world->month = 12;
    for (int r = 0; r < s.model->regions_n; r++)
        for (int k = 0; k < SKILLS_N; k++)
            l->staff[r][k] *= 1.1;
    labour_step(s.model, s.world);
    assert_close(l->income, log(1.1), 1e-9);
    const double norm = l->bill_norm;
    labour_step(s.model, s.world);
    assert_true(l->bill_norm > norm && l->income < log(1.1));
    small_close(s);
}

// The other closures leave wages and prices alone.
static void wages_stay_on_their_path_otherwise(void **state)
{
    static const char *const set[][2] = {{"closure=fixed", NULL}, {"closure=open", NULL}};
    (void)state;
    for (int c = 0; c < 2; c++) {
        struct small s = small_open(set[c]);
        small_months(s, 14);
        for (int r = 0; r < s.model->regions_n; r++)
            for (int k = 0; k < SKILLS_N; k++)
                assert_true(s.world->labour.wage[r][k] == 1.0 && s.world->labour.dearer[k][r] == 0.0);
        assert_true(s.world->labour.income == 0.0);
        small_close(s);
    }
}

// Wants many hires everywhere: expected sales are doubled.
static void boom(struct small s)
{
    const struct firm *f = &s.world->firm;
    environment_step(s.model, s.world);
    labour_step(s.model, s.world);
    demand_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING) {
            f->expected_sales_vnd[r] = vmath_round(2.0 * f->expected_sales_vnd[r]);
            f->capital_vnd[r] *= 4.0;
        }
}

// L5: with room for fewer than the firms want, employment ends at what can be hired; every firm of a region
// and skill mix gets the same share of what it wants; without the closure nobody is refused.
static void the_reservoir_binds(void **state)
{
    static const char *const tight[] = {"closure=elastic",
                                        "economy.labour.reservoir_ratio=basic: 0.12, trained: 0.1",
                                        "economy.labour.slack_min=0.05", NULL},
                             *const fixed[] = {"closure=fixed",
                                               "economy.labour.reservoir_ratio=basic: 0.12, trained: 0.1",
                                               "economy.labour.slack_min=0.05", NULL};
    (void)state;
    struct small s = small_open(tight), t = small_open(fixed);
    boom(s);
    boom(t);
    double *before = malloc((size_t)s.world->firms.n * sizeof *before);
    assert_non_null(before);
    memcpy(before, s.world->firm.workers, (size_t)s.world->firms.n * sizeof *before);
    production_step(s.model, s.world);
    production_step(t.model, t.world);
    const struct labour_state *l = &s.world->labour;
    for (int r = 0; r < s.model->regions_n; r++) {
        double staff = 0.0, most = 0.0, wanted = 0.0;
        for (int k = 0; k < SKILLS_N; k++) {
            staff += workers_in(s, r, k);
            wanted += workers_in(t, r, k);
            most += 0.95 * l->reservoir[r][k];
            assert_close(l->staff[r][SKILL_BASIC] + l->staff[r][SKILL_TRAINED],
                         workers_in(s, r, SKILL_BASIC) + workers_in(s, r, SKILL_TRAINED), 1e-9);
        }
        assert_close(staff, most, 1e-9);
        assert_true(wanted > 1.05 * most);
    }
    const struct firm *f = &s.world->firm;
    double part[REGIONS_MAX] = {0}; // hires of firms with the fewest skills, over what they want
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double wants = t.world->firm.workers[r] - before[r], gets = f->workers[r] - before[r];
        if (f->status[r] != STATUS_OPERATING || wants <= 0.1 || f->skills[r] > 0.0)
            continue;
        part[f->region[r]] = part[f->region[r]] > 0.0 ? part[f->region[r]] : gets / wants;
        assert_close(gets / wants, part[f->region[r]], 1e-6);
        assert_true(gets < 0.9 * wants);
    }
    free(before);
    small_close(s);
    small_close(t);
}

// Wages off their path are paid in full: the part that is passed on is saved in materials, the rest is
// profit.
static void dear_labour_is_paid_by_prices_and_profit(void **state)
{
    (void)state;
    struct small s = small_open(elastic), t = small_open(elastic);
    for (int r = 0; r < REGIONS_MAX; r++)
        for (int k = 0; k < SKILLS_N; k++)
            t.world->labour.wage[r][k] = 1.1;
    small_begin(s);
    small_begin(t);
    environment_step(s.model, s.world);
    environment_step(t.model, t.world);
    demand_step(s.model, s.world);
    demand_step(t.model, t.world);
    production_step(s.model, s.world);
    production_step(t.model, t.world);
    const double paid = (double)small_flow(s, CATEGORY_WAGES), dear = (double)small_flow(t, CATEGORY_WAGES);
    assert_close(dear, 1.1 * paid, 1e-6);
    const struct firm *f = &s.world->firm, *g = &t.world->firm;
    const int64_t r = small_row(s, 0);
    const double labour = s.world->climate.wage_vnd * s.model->environment.labour_cost_factor * f->workers[r];
    assert_true(f->workers[r] == g->workers[r] && f->sales_vnd[r] == g->sales_vnd[r]);
    assert_true(fabs(f->profit_vnd[r] - g->profit_vnd[r] -
                     (1.0 - s.model->demand.efficiency_weight) * 0.1 * labour) <= 3.0);
    small_close(s);
    small_close(t);
}

// Banks' yearly ceilings hold under the fixed and the elastic closure; under the open one credit is given as
// asked.
static void ceilings_on_lending_fall_with_the_open_closure(void **state)
{
    static const char *const set[][2] = {
        {"closure=fixed", NULL}, {"closure=elastic", NULL}, {"closure=open", NULL}};
    (void)state;
    for (int c = 0; c < 3; c++) {
        struct small s = small_open(set[c]);
        small_months(s, 1);
        const struct bank *k = &s.world->bank;
        for (int64_t b = 0; b < s.world->banks.n; b++)
            assert_true((k->quota_vnd[b] > INT64_C(1000000000000000)) == (c == 2));
        small_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_opening_counts_workers_and_reservoir),
        cmocka_unit_test(wages_rise_when_employment_does),
        cmocka_unit_test(dear_labour_raises_unit_cost),
        cmocka_unit_test(wage_income_follows_employment),
        cmocka_unit_test(wages_stay_on_their_path_otherwise),
        cmocka_unit_test(the_reservoir_binds),
        cmocka_unit_test(dear_labour_is_paid_by_prices_and_profit),
        cmocka_unit_test(ceilings_on_lending_fall_with_the_open_closure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
