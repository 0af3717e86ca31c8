// The one process of projects: hazards, plans, finance, instalments, outcomes (equations I1-I5), and the
// surveys that see it.
#include "tests/unit/innovation_fixture.h"

static const char *const plain[] = {PLAIN, HAZARD, NULL};

static void hazards_rise_with_size_up_to_the_cap(void **state)
{
    static const double workers[] = {1.0, 10.0, 40.0, 100.0, 5000.0};
    (void)state;
    struct small s = small_open(plain);
    const struct innovation *p = &s.model->innovation;
    for (size_t k = 0; k < sizeof workers / sizeof workers[0]; k++) {
        equalise(s, log(workers[k]));
        expect_hazard(s, HAZARD_SUM * fmin(pow(workers[k] / 10.0, p->size_exponent), p->size_factor_max));
    }
    small_close(s);
}

static void each_trait_has_its_factor(void **state)
{
    (void)state;
    struct small s = small_open(plain);
    const struct innovation *p = &s.model->innovation;
    struct firm *f = &s.world->firm;
    const double factor[] = {p->exporter_factor,
                             p->supplier_factor,
                             p->startup_factor,
                             p->st_factor,
                             p->foreign_factor,
                             exp(0.25 * p->skills_effect),
                             exp(-0.25 * p->management_effect),
                             2.5};
    for (size_t k = 0; k < sizeof factor / sizeof factor[0]; k++) {
        equalise(s, log(10.0));
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            f->exporter[r] = k == 0;
            f->supplier[r] = k == 1;
            f->startup[r] = k == 2;
            f->st_capable[r] = k == 3;
            f->ownership[r] = k == 4 ? OWNERSHIP_FOREIGN : OWNERSHIP_PRIVATE;
            f->skills[r] += k == 5 ? 0.25 : 0.0;
            f->management[r] -= k == 6 ? 0.25 : 0.0;
            f->propensity[r] = k == 7 ? 2.5 : 1.0;
        }
        expect_hazard(s, HAZARD_SUM * factor[k]);
    }
    small_close(s);
}

static void history_sector_and_peers_count(void **state)
{
    static const char *const set[] = {PLAIN,
                                      HAZARD,
                                      "economy.innovation.history_share=0.5",
                                      "economy.innovation.history_factor=3",
                                      "economy.innovation.peers_effect=2",
                                      "economy.peers.exposure_half=2",
                                      "economy.innovation.ip_effect=0.6",
                                      "economy.environment.ip_enforcement=0.5",
                                      "economy.environment.motivation=1.2",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    equalise(s, log(10.0));
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        s.world->firm.innovating_bits[r] = 1;
        s.world->firm.innovating_peers[r] = 3;
    }
    expect_hazard(s, HAZARD_SUM * (1.0 + 0.5 * 2.0) * exp(2.0 * 3.0 / 5.0) * 1.2 * exp(0.6 * 0.5));
    small_close(s);

    static const char *const sector[] = {HAZARD,
                                         "economy.innovation.peers_effect=0",
                                         "economy.innovation.gap_effect=0",
                                         "economy.innovation.ip_effect=0",
                                         "economy.innovation.history_share=0",
                                         "economy.sectors.ict.innovation_factor=3",
                                         NULL};
    s = small_open(sector);
    equalise(s, log(10.0));
    const int ict = small_sector(s, "ict");
    for (int64_t r = 0; r < s.world->firms.n; r++)
        s.world->firm.sector[r] = (uint8_t)ict;
    expect_hazard(s, HAZARD_SUM * 3.0);
    small_close(s);
}

// Types come in proportion to their hazards; cost, novelty and term belong to the plan.
static void a_plan_has_type_cost_and_term(void **state)
{
    static const char *const set[] = {
        PLAIN,
        "run.agents=6000",
        "economy.innovation.hazard=improved_product: 0.4, process: 0.3, new_product: 0.2, organisation: 0.1",
        "economy.innovation.cost_log_sd=0",
        "economy.innovation.cost_min_vnd=30e6",
        NULL};
    (void)state;
    struct small s = small_open(set);
    const struct innovation *p = &s.model->innovation;
    const struct firm *f = &s.world->firm;
    equalise(s, log(40.0));
    s.world->climate.price_level = 1.1;
    innovation_step(s.model, s.world);
    double n = 0.0, type_n[TYPES_N] = {0}, novelty = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (!f->plan[r])
            continue;
        const int type = f->plan[r] - 1;
        const double scale = pow(4.0, -p->cost_exponent),
                     usual = p->cost_sales_months[type] * f->expected_sales_vnd[r] * scale;
        assert_close(f->project_cost_vnd[r], fmax(usual, 33e6), 1e-6);
        assert_int_equal(f->plan_until[r], s.world->month + (int64_t)p->plan_months);
        assert_true(f->project_novelty[r] > 0.0 && f->project_novelty[r] < 1.0 &&
                    f->project_support_vnd[r] == 0.0);
        type_n[type] += 1.0;
        novelty += f->project_novelty[r];
        n += 1.0;
    }
    for (int k = 0; k < TYPES_N; k++)
        assert_true(fabs(type_n[k] / n - p->hazard[k]) < 4.0 * 0.5 / sqrt(n)); // the hazards sum to one here
    assert_close(novelty / n, 0.5, 4.0 * 0.58 / sqrt(n));
    small_close(s);
}

static const char *const none_new[] = {NONE_NEW, "run.agents=300", NULL};

// Plan, start a month later, one instalment a month for the duration, then the innovation.
static void from_plan_to_innovation(void **state)
{
    static const char *const eight_months[] = {NONE_NEW, "run.agents=300", STILL,
                                               "economy.innovation.duration_months.process=7.6", NULL};
    enum { months = 8 };
    (void)state;
    struct small s = small_open(eight_months);
    const struct firm *f = &s.world->firm;
    const int64_t r = lucky_row(s, months), cap = s.world->firms.capacity;
    const double cost = 96e6, cash = 2e10;
    put_plan(s, r, TYPE_PROCESS, cost, 0.9);
    f->cash_vnd[r] = cash;
    f->expected_sales_vnd[r] = 100e6; // the firm's buffer stays below its cash
    f->efficiency[r] = 0.0;
    f->log_workers[r] = log(5.0);                               // all of the firm's lines
    f->technology_gap[r] = (float)s.model->innovation.gap_half; // half of the gains far behind
    f->taxable_year_vnd[r] = 500e6;
    f->profit_vnd[r] = 7e6;
    innovation_step(s.model, s.world);
    assert_true(f->project[r] == 1 + TYPE_PROCESS && f->plan[r] == 0 && f->project_event[r] == STARTED);
    assert_int_equal(f->project_event_type[r], TYPE_PROCESS);
    assert_true(f->cash_vnd[r] == cash);
    for (int m = 1; m <= months; m++) {
        s.world->month = m;
        ledger_month(&s.world->ledger);
        innovation_step(s.model, s.world);
        assert_true(f->project_spent_vnd[r] == cost / months);
        assert_int_equal(small_flow(s, CATEGORY_RESEARCH), small_sum(s, f->project_spent_vnd));
        assert_int_equal(f->active_month[r], m);
        assert_int_equal(f->project_event[r], m == months ? IMPLEMENTED : 0);
    }
    assert_true(f->project[r] == 0 && f->project_cost_vnd[r] == 0.0 && f->innovations_n[r] == 1);
    assert_true(f->cash_vnd[r] == cash - cost && f->taxable_year_vnd[r] == 500e6 - cost &&
                f->profit_vnd[r] == 7e6 - cost);
    assert_int_equal(f->implemented_month[TYPE_PROCESS * cap + r], months);
    assert_close(f->efficiency[r], s.model->innovation.margin_gain[TYPE_PROCESS] * 0.9 * 0.5, 1e-12);
    assert_close(f->technology_gap[r],
                 s.model->innovation.gap_half - s.model->innovation.gain[TYPE_PROCESS] * 0.9 * 0.5, 1e-6);
    assert_int_equal(f->research_month[r], months); // novelty 0.9 needs research in a process project
    assert_true(f->innovating_bits[r] & 1);
    small_close(s);
}

static void own_money_comes_first(void **state)
{
    static const struct {
        double cash_vnd, fund_vnd, own_vnd, gap_vnd;
    } row[] = {{300e6, 0.0, 250e6, 0.0},
               {120e6, 0.0, 70e6, 130e6},
               {40e6, 0.0, 0.0, 200e6},
               {90e6, 80e6, 80e6, 120e6}};
    static const char *const set[] = {NONE_NEW, "run.agents=300", "economy.innovation.buffer_months=0.5",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    f->expected_sales_vnd[r] = 100e6; // half of it is kept
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        f->cash_vnd[r] = row[k].cash_vnd;
        f->research_fund_vnd[r] = row[k].fund_vnd;
        f->plan[r] = 0;
        assert_true(innovation_gap_vnd(s.model, s.world, r) == 0.0);
        put_plan(s, r, TYPE_NEW_PRODUCT, 200e6, 0.5);
        assert_true(innovation_own_money_vnd(s.model, s.world, r) == row[k].own_vnd);
        assert_true(innovation_gap_vnd(s.model, s.world, r) == row[k].gap_vnd);
    }
    small_close(s);
}

static void a_plan_without_money_waits_and_lapses(void **state)
{
    (void)state;
    struct small s = small_open(none_new);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0), months = (int64_t)s.model->innovation.plan_months;
    put_plan(s, r, TYPE_NEW_PRODUCT, 1e12, 0.5);
    int postponed = 0;
    for (int64_t m = 1; m <= months; m++) {
        assert_true(f->plan[r] == 1 + TYPE_NEW_PRODUCT);
        s.world->month = m;
        innovation_step(s.model, s.world);
        postponed += f->project_event[r] == POSTPONED;
        assert_int_equal(f->project_event[r], m == 1 ? POSTPONED : 0);
    }
    assert_int_equal(postponed, 1);
    assert_true(f->plan[r] == 0 && f->project[r] == 0 && f->project_cost_vnd[r] == 0.0);
    assert_int_equal(f->active_month[r] < 0, 1);
    small_close(s);
}

static void who_cannot_pay_an_instalment_abandons(void **state)
{
    (void)state;
    struct small s = small_open(none_new);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    put_plan(s, r, TYPE_IMPROVED_PRODUCT, 60e6, 0.5);
    innovation_begin(s.model, s.world, r);
    assert_int_equal(f->project_event[r], STARTED);
    f->cash_vnd[r] = 9999999.0; // an instalment is 10e6
    s.world->month = 1;
    innovation_step(s.model, s.world);
    assert_true(f->project_event[r] == ABANDONED && f->project_event_type[r] == TYPE_IMPROVED_PRODUCT);
    assert_true(f->project[r] == 0 && f->project_cost_vnd[r] == 0.0 && f->project_spent_vnd[r] == 0.0 &&
                f->cash_vnd[r] == 9999999.0);
    assert_int_equal(f->active_month[r], 1); // innovation-active all the same
    assert_int_equal(small_flow(s, CATEGORY_RESEARCH), 0);
    small_close(s);
}

// The internal fund pays first. What was put in untaxed is not deducted a second time when it is spent.
static void the_fund_pays_first_and_is_not_deducted_twice(void **state)
{
    (void)state;
    struct small s = small_open(none_new);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0);
    put_plan(s, r, TYPE_IMPROVED_PRODUCT, 60e6, 0.5);
    innovation_begin(s.model, s.world, r);
    f->cash_vnd[r] = 100e6;
    f->research_fund_vnd[r] = 14e6;
    f->taxable_year_vnd[r] = 0.0;
    s.world->month = 1;
    innovation_step(s.model, s.world);
    assert_true(f->research_fund_vnd[r] == 4e6 && f->cash_vnd[r] == 90e6 && f->taxable_year_vnd[r] == 0.0);
    s.world->month = 2;
    innovation_step(s.model, s.world);
    assert_true(f->research_fund_vnd[r] == 0.0 && f->cash_vnd[r] == 80e6 && f->taxable_year_vnd[r] == -6e6);
    small_close(s);
}

// A lens counts an innovation of a type it asks about and of a novelty its respondents recognise.
static void surveys_see_by_type_and_novelty(void **state)
{
    static const struct {
        enum innovation_type type;
        double novelty;
        bool seen[3];
    } row[] = {{TYPE_PROCESS, 0.29, {false, false, true}},
               {TYPE_PROCESS, 0.31, {true, false, true}},
               {TYPE_NEW_PRODUCT, 0.50, {false, false, true}},
               {TYPE_NEW_PRODUCT, 0.70, {false, true, true}},
               {TYPE_ORGANISATION, 0.99, {false, false, true}}};
    static const char *const set[] = {NONE_NEW, "run.agents=300",
                                      "economy.lenses.wbes_process.novelty_min=0.3",
                                      "economy.lenses.wbes_product.novelty_min=0.62", NULL};
    static const char *const name[3] = {"wbes_process", "wbes_product", "oslo_broad"};
    (void)state;
    struct small s = small_open(set);
    const int64_t cap = s.world->firms.capacity;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        s.world->month = 10 + (int64_t)k;
        const int64_t r = lucky_row(s, s.world->month);
        finish(s, r, row[k].type, row[k].novelty);
        assert_int_equal(s.world->firm.project_event[r], IMPLEMENTED);
        for (int l = 0; l < s.model->lenses_n; l++)
            for (int i = 0; i < 3; i++)
                if (strcmp(s.model->lens[l].name, name[i]) == 0)
                    assert_int_equal(s.world->firm.lens_month[l * cap + r] == s.world->month, row[k].seen[i]);
    }
    small_close(s);
}

// Of projects that end in the same month, exactly those with a link succeed whose draw lies in the rise of
// the chance.
static void advice_raises_the_chance_of_success(void **state)
{
    static const char *const set[] = {NONE_NEW,
                                      "run.agents=3000",
                                      "economy.provider.success_gain=0.1",
                                      "economy.innovation.success=0.6",
                                      "economy.innovation.success_skills=0",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int decided = 0;
    s.world->month = 5;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        put_plan(s, r, TYPE_PROCESS, 1000.0, 0.5);
        innovation_begin(s.model, s.world, r);
        f->project_until[r] = 5;
        f->cash_vnd[r] = 1e9;
        f->provider_months[r] = r % 2 ? 6 : 0;
    }
    innovation_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const double u = rng_uniform(s.world->rng, (uint64_t)f->ancestor[r],
                                     world_purpose(s.world, STREAM_INNOVATION_OUTCOME, 0));
        assert_int_equal((f->project_event[r] & IMPLEMENTED) != 0, u < (r % 2 ? 0.7 : 0.6));
        decided += r % 2 && u >= 0.6 && u < 0.7;
    }
    assert_true(decided > 20);
    small_close(s);
}

static void a_link_lasts_while_there_is_work_and_some_months(void **state)
{
    (void)state;
    struct small s = small_open(none_new);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0), q = small_row(s, 1), gone = small_row(s, 2);
    f->provider_months[r] = f->provider_months[q] = f->provider_months[gone] = 2;
    f->status[gone] = STATUS_CEASED;
    put_plan(s, r, TYPE_PROCESS, 1e15, 0.5);
    for (s.world->month = 1; s.world->month < 4; s.world->month++) {
        innovation_step(s.model, s.world);
        assert_int_equal(f->provider_months[r], 2); // it waits for finance
        assert_int_equal(f->provider_months[q], s.world->month == 1 ? 1 : 0);
        assert_int_equal(f->provider_months[gone], 0);
    }
    f->plan[r] = 0;
    innovation_step(s.model, s.world);
    assert_int_equal(f->provider_months[r], 1);
    small_close(s);
}

static void skills_raise_the_chance_of_success(void **state)
{
    static const char *const set[] = {NONE_NEW, "run.agents=3000", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    s.world->month = 5;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        put_plan(s, r, TYPE_PROCESS, 1000.0, 0.5);
        innovation_begin(s.model, s.world, r);
        f->project_until[r] = 5;
        f->cash_vnd[r] = 1e9;
    }
    innovation_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const double lead = f->skills[r] - s.model->capability.skills_mean + f->management[r] -
                            s.model->capability.management_mean;
        const double chance = s.model->innovation.success + 0.5 * s.model->innovation.success_skills * lead;
        const double u = rng_uniform(s.world->rng, (uint64_t)f->ancestor[r],
                                     world_purpose(s.world, STREAM_INNOVATION_OUTCOME, 0));
        assert_int_equal((f->project_event[r] & IMPLEMENTED) != 0, u < fmin(fmax(chance, 0.05), 0.98));
    }
    small_close(s);
}

static void recent_means_within_the_window(void **state)
{
    (void)state;
    struct small s = small_open(none_new);
    const int64_t r = small_row(s, 0), cap = s.world->firms.capacity;
    for (int k = 0; k < TYPES_N; k++)
        s.world->firm.implemented_month[k * cap + r] = NEVER;
    s.world->month = 50;
    assert_false(innovation_recent(s.world, r, 36));
    s.world->firm.implemented_month[TYPE_ORGANISATION * cap + r] = 15;
    assert_true(innovation_recent(s.world, r, 36));
    assert_false(innovation_recent(s.world, r, 35));
    small_close(s);
}

// The history is drawn from the firm's own hazards: with them equal, the first innovation of a type lies at
// -log(u) over its rate.
static void the_opening_history_has_the_hazards_of_the_firm(void **state)
{
    static const char *const set[] = {PLAIN,
                                      "economy.innovation.hazard=improved_product: 0.01, process: 0.02, "
                                      "new_product: 0.005, organisation: 0.03",
                                      "economy.innovation.success=0.8", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity, r = small_row(s, 0);
    equalise(s, log(40.0));
    for (int64_t nth = 0, row = r; nth < 50; row = small_row(s, (int)++nth))
        for (int type = 0; type < TYPES_N; type++) {
            f->active_month[row] = f->implemented_month[type * cap + row] = NEVER;
            innovation_open(s.model, s.world, row);
            const struct rng_purpose why = {0, STREAM_POPULATION_STATE, 1 + (uint32_t)type};
            const double rate =
                s.model->innovation.hazard[type] * 0.8 * pow(4.0, s.model->innovation.size_exponent);
            const double ago = -log(rng_uniform(s.world->rng, (uint64_t)f->ancestor[row], why)) / rate;
            assert_int_equal(f->implemented_month[type * cap + row],
                             ago < 1000.0 ? -1 - (int)floor(ago) : NEVER);
        }
    small_close(s);
}

// A survey with all types, no threshold and the model's own window finds the innovating firms from the first
// month on, since opening firms have a history; one with a threshold finds fewer, and a short window fewer
// still.
static void the_opening_history_is_seen_by_surveys(void **state)
{
    static const char *const set[] = {"run.agents=6000", "economy.lenses.all.window_months=36",
                                      "economy.lenses.half.novelty_min=0.5", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity;
    const int all = s.model->lenses_n - 2, half = s.model->lenses_n - 1;
    double n = 0.0, innovating = 0.0, seen_half = 0.0, year = 0.0;
    assert_string_equal(s.model->lens[all].name, "all");
    assert_string_equal(s.model->lens[half].name, "half");
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const int recent = f->innovating_bits[r] & 1U;
        assert_int_equal(f->lens_month[all * cap + r] > -36, recent);
        assert_int_equal(f->active_month[r], f->lens_month[all * cap + r]);
        n += 1.0;
        innovating += recent;
        seen_half += f->lens_month[half * cap + r] > -36;
        year += f->active_month[r] > -12;
    }
    assert_true(innovating > 0.1 * n && year < 0.7 * innovating);
    assert_true(seen_half > 0.4 * innovating && seen_half < 0.85 * innovating);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_rise_with_size_up_to_the_cap),
        cmocka_unit_test(each_trait_has_its_factor),
        cmocka_unit_test(history_sector_and_peers_count),
        cmocka_unit_test(a_plan_has_type_cost_and_term),
        cmocka_unit_test(from_plan_to_innovation),
        cmocka_unit_test(own_money_comes_first),
        cmocka_unit_test(a_plan_without_money_waits_and_lapses),
        cmocka_unit_test(who_cannot_pay_an_instalment_abandons),
        cmocka_unit_test(the_fund_pays_first_and_is_not_deducted_twice),
        cmocka_unit_test(surveys_see_by_type_and_novelty),
        cmocka_unit_test(advice_raises_the_chance_of_success),
        cmocka_unit_test(a_link_lasts_while_there_is_work_and_some_months),
        cmocka_unit_test(skills_raise_the_chance_of_success),
        cmocka_unit_test(recent_means_within_the_window),
        cmocka_unit_test(the_opening_history_has_the_hazards_of_the_firm),
        cmocka_unit_test(the_opening_history_is_seen_by_surveys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
