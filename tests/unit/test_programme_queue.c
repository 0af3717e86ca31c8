// The queue of a programme: order, budgets to the VND, split agents, waiting, refusal (models/programme.c).
#include <math.h>
#include "tests/unit/programme_fixture.h"

// ---- budgets ------------------------------------------------------------------------------------

// What a queue of every operating firm, each asking for 10e6 VND, gets from a budget: never a VND too much,
// never an enterprise less than the budget pays for.
static int64_t served_by(const char *budget, int64_t *committed)
{
    const char *const set[] = {PROBE, NO_PLANS, "run.agents=900", budget, NULL};
    struct small s = small_open(set);
    probe_plans(s, 20e6);
    probe_month(s);
    const int64_t n = probe_served(s);
    assert_int_equal(n, s.world->programme[0].month.awards_n);
    assert_int_equal(n * 10000000, s.world->programme[0].month.disbursed_vnd);
    *committed = s.world->programme[0].committed_total_vnd;
    assert_int_equal(*committed, n * 10000000);
    small_close(s);
    return n;
}

static void a_budget_is_used_to_the_last_enterprise(void **state)
{
    static const struct {
        const char *budget;
        int64_t served;
    } row[] = {
        {"programmes.p.budget_total_vnd=9999999", 0},        {"programmes.p.budget_total_vnd=10000000", 1},
        {"programmes.p.budget_total_vnd=150e6", 15},         {"programmes.p.budget_year_vnd=159999999", 15},
        {"programmes.p.budget_total_vnd=12345678901", 1234}, {"programmes.p.awards_per_year=15", 15},
        {"programmes.p.awards_per_year=12345", 12345},       {"programmes.p.budget_total_vnd=1e18", 378560},
    };
    (void)state;
    int64_t committed;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++)
        assert_int_equal(served_by(row[k].budget, &committed), row[k].served);
}

// Over years, with files that wait, projects of all sizes and the rest of the month: neither ceiling is ever
// passed.
static void ceilings_hold_in_every_year(void **state)
{
    static const char *const set[] = {PROBE,
                                      "run.agents=2500",
                                      "programmes.p.delay_months=3",
                                      "programmes.p.budget_year_vnd=7777777777",
                                      "programmes.p.budget_total_vnd=20000000001",
                                      "programmes.p.awards_per_year=1000",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    int64_t year = 0, total = 0, awards = 0, busy = 0;
    for (int month = 0; month < 36; month++) {
        year = month % 12 ? year : 0;
        awards = month % 12 ? awards : 0;
        const int64_t splits = s.world->next_id;
        small_begin(s);
        small_phases(s, "innovation");
        const struct programme_state *p = &s.world->programme[0];
        assert_in_range(s.world->next_id - splits, 0, programme_splits_max(s.world));
        year += p->month.disbursed_vnd;
        total += p->month.disbursed_vnd;
        awards += p->month.awards_n;
        assert_true(year <= 7777777777 && total <= 20000000001 && awards <= 1000);
        assert_int_equal(p->committed_year_vnd, year);
        assert_int_equal(p->committed_total_vnd, total);
        assert_int_equal(p->awards_year_n, awards);
        assert_int_equal(small_flow(s, CATEGORY_GRANT), p->month.disbursed_vnd);
        busy += p->month.awards_n > 0;
        for (int k = 5; k < schedule_n; k++)
            schedule[k].step(s.model, s.world);
        small_end(s);
    }
    assert_true(busy >= 3 && total > 15000000000); // the year's budget may go in one month
    small_close(s);
}

// A larger file that now fits takes the place of at most the small ones behind it that its money would have
// served: eight of the smallest cost as much as the largest.
static void more_money_never_serves_fewer_but_for_a_large_file(void **state)
{
    static const char *const selection[] = {"programmes.p.selection=first_come",
                                            "programmes.p.selection=lottery", "programmes.p.selection=score"};
    (void)state;
    for (int k = 0; k < 3; k++) {
        int64_t before = 0;
        for (int step = 0; step < 8; step++) {
            char budget[64];
            snprintf(budget, sizeof budget, "programmes.p.budget_total_vnd=%d", 1 << (20 + step + step / 2));
            const char *const set[] = {PROBE, NO_PLANS, "run.agents=900", selection[k], budget, NULL};
            struct small s = small_open(set);
            int64_t cost = 1000000; // costs from 1e6 to 8e6 by row
            for (int64_t r = 0; r < s.world->firms.n; r++, cost = cost < 8000000 ? cost + 137000 : 1000000)
                if (s.world->firm.status[r] == STATUS_OPERATING)
                    probe_plan(s, r, (double)cost);
            probe_month(s);
            const int64_t n = probe_served(s);
            assert_true(n + 8 >= before);
            assert_true(s.world->programme[0].committed_total_vnd <= s.model->programme[0].budget_total_vnd);
            before = n;
            small_close(s);
        }
        assert_true(before > 100);
    }
}

// A file that what is left of the budget cannot pay keeps its place; a smaller one behind it is served, and
// next year's budget goes to the one that waited.
static void a_large_file_does_not_hold_up_a_small_one(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.budget_year_vnd=9000000", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t large = small_row(s, 0), small = small_row(s, 1);
    s.world->firm.weight[large] = s.world->firm.weight[small] = 1;
    probe_plan(s, large, 18e6 + 2.0); // support is half of it: one VND above the budget
    probe_plan(s, small, 10e6);
    s.model->programme[0].selection = SELECTION_SCORE;
    s.model->programme[0].score_noise_sd = 0.0;
    s.model->programme[0].connections_weight = 0.0;
    s.world->firm.ability[large] = 3.0;
    s.world->firm.ability[small] = -3.0;
    environment_step(s.model, s.world);
    programme_step(s.model, s.world);
    assert_false(programme_served(s.world, 0, large));
    assert_true(programme_served(s.world, 0, small));
    assert_int_equal(s.world->programme[0].committed_year_vnd, 5000000);
    assert_int_equal(probe_waiting(s), 1);
    s.model->programme[0].budget_year_vnd = 5000000 + 9000001;
    s.world->month++;
    environment_step(s.model, s.world);
    programme_step(s.model, s.world);
    assert_true(programme_served(s.world, 0, large));
    assert_int_equal(probe_waiting(s), 0);
    small_close(s);
}

// The served part of an agent and the part that waits share everything but weight, record id and support.
static void a_split_serves_a_part_and_the_rest_waits(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.awards_per_year=15", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t r = small_row(s, 0), w = f->weight[r], first = s.world->firms.n;
    assert_true(w > 30);
    probe_plan(s, r, 20e6);
    probe_month(s);
    assert_int_equal(s.world->firms.n, first + 1);
    assert_true(f->weight[first] == 15 && f->weight[r] == w - 15);
    assert_true(f->ancestor[first] == f->ancestor[r] && f->id[first] != f->id[r]);
    assert_true(programme_served(s.world, 0, first) && !programme_served(s.world, 0, r));
    assert_true(f->cash_vnd[first] == f->cash_vnd[r] + 10e6 && f->workers[first] == f->workers[r] &&
                f->skills[first] == f->skills[r]);
    assert_true(f->support_vnd[first] == 10e6 && f->support_vnd[r] == 0.0);
    assert_int_equal(probe_waiting(s), 1);
    assert_int_equal(s.world->application.firm[0], r);
    assert_true(f->applied[r] == 1 && f->applied[first] == 0);
    for (int m = 1; m <= 12; m++)
        probe_month(s); // the rest is served from next January's capacity
    assert_true(f->weight[s.world->firms.n - 1] == 15 && probe_served(s) == 30);
    small_close(s);
}

// What an agent has filed elsewhere is divided when a programme splits it, in proportion.
static void files_follow_both_parts_of_a_split(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.awards_per_year=15", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const struct application *a = &s.world->application;
    const int64_t r = small_row(s, 0), w = f->weight[r], third = w / 3;
    s.model->programme[0].delay_months = 5.0;
    probe_plan(s, r, 20e6);
    probe_month(s);
    assert_true(third > 0 && probe_waiting(s) == 1 && a->files_n[0] == w);
    struct error err = {0};
    assert_int_equal(world_reserve(s.world, &err), 0);
    const int64_t part = world_split(s.world, r, third);
    assert_int_equal(probe_waiting(s), 2);
    assert_true(a->firm[0] == r && a->files_n[0] == w - third);
    assert_true(a->firm[1] == part && a->files_n[1] == third && a->id[1] != a->id[0]);
    assert_true(f->applied[r] == 1 && f->applied[part] == 1);
    a->files_n[0] = 0;
    const int64_t rest = world_split(s.world, r, 1); // nothing of it waits any more
    assert_true(probe_waiting(s) == 2 && f->applied[rest] == 0);
    small_close(s);
}

// ---- order --------------------------------------------------------------------------------------

// The served agents must be those with the lowest places; the last one may be served in part.
static void expect_order(struct small s, double (*place)(struct small s, int64_t row))
{
    const struct firm *f = &s.world->firm;
    double last = -1e300, next = 1e300;
    int64_t split = -1, served = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->id[r] != f->ancestor[r] && programme_served(s.world, 0, r))
            split = f->ancestor[r];
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING || f->ancestor[r] == split)
            continue;
        const double at = place(s, r);
        if (programme_served(s.world, 0, r))
            last = at > last ? at : last;
        else
            next = at < next ? at : next;
        served += programme_served(s.world, 0, r);
    }
    assert_true(served > 20 && next < 1e300);
    if (last > next)
        fail_msg("served at %g before %g", last, next);
}

static double by_lot(struct small s, int64_t row)
{
    const struct rng_purpose why = {0, STREAM_SELECTION, s.model->programme[0].draw_index};
    return rng_uniform(s.world->rng, (uint64_t)s.world->firm.ancestor[row], why);
}

static double by_ability(struct small s, int64_t row)
{
    return -s.world->firm.ability[row];
}

static double by_size(struct small s, int64_t row)
{
    return -100.0 * s.world->firm.log_workers[row] - s.world->firm.ability[row];
}

// Within a month luck decides who comes first, not the place in the table (sectors and ages stand there in
// order).
static void the_order_of_the_queue(void **state)
{
    static const struct {
        const char *selection, *noise, *connections;
        double (*place)(struct small s, int64_t row);
    } row[] = {
        {"programmes.p.selection=lottery", "programmes.p.score_noise_sd=2",
         "programmes.p.connections_weight=0", by_lot},
        {"programmes.p.selection=first_come", "programmes.p.score_noise_sd=2",
         "programmes.p.connections_weight=0", by_lot},
        {"programmes.p.selection=score", "programmes.p.score_noise_sd=0", "programmes.p.connections_weight=0",
         by_ability},
        {"programmes.p.selection=score", "programmes.p.score_noise_sd=0",
         "programmes.p.connections_weight=100", by_size},
    };
    (void)state;
    for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
        const char *const set[] = {PROBE,
                                   NO_PLANS,
                                   "run.agents=900",
                                   "programmes.p.budget_total_vnd=5e11",
                                   row[k].selection,
                                   row[k].noise,
                                   row[k].connections,
                                   NULL};
        struct small s = small_open(set);
        probe_plans(s, 20e6);
        probe_month(s);
        expect_order(s, row[k].place);
        small_close(s);
    }
}

// Noise makes the score a weak sign of quality.
static void a_noisy_score_finds_less_of_the_quality(void **state)
{
    static const char *const noise[] = {"programmes.p.score_noise_sd=0", "programmes.p.score_noise_sd=2",
                                        "programmes.p.score_noise_sd=50"};
    double mean[3];
    (void)state;
    for (int k = 0; k < 3; k++) {
        const char *const set[] = {PROBE,
                                   NO_PLANS,
                                   "run.agents=900",
                                   "programmes.p.selection=score",
                                   "programmes.p.connections_weight=0",
                                   "programmes.p.budget_total_vnd=5e11",
                                   noise[k],
                                   NULL};
        struct small s = small_open(set);
        probe_plans(s, 20e6);
        probe_month(s);
        double n = 0.0, ability = 0.0;
        for (int64_t r = 0; r < s.world->firms.n; r++)
            if (programme_served(s.world, 0, r)) {
                n += (double)s.world->firm.weight[r];
                ability += (double)s.world->firm.weight[r] * s.world->firm.ability[r];
            }
        mean[k] = ability / n;
        small_close(s);
    }
    assert_true(mean[0] > 0.8 && mean[1] < 0.8 * mean[0] && fabs(mean[2]) < 0.35);
}

static void who_came_earlier_is_served_first(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.delay_months=2",
                                      "programmes.p.awards_per_year=5", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t early = small_row(s, 1), late = small_row(s, 0); // the later one stands first in the table
    assert_true(s.world->firm.weight[early] > 5 && s.world->firm.weight[late] > 5);
    probe_plan(s, early, 20e6);
    probe_month(s);
    probe_plan(s, late, 20e6);
    for (int m = 1; m < 5; m++) {
        probe_month(s);
        assert_int_equal(probe_served(s), m >= 2 ? 5 : 0); // after the delay
    }
    assert_int_equal(s.world->firm.ancestor[s.world->firms.n - 1], s.world->firm.ancestor[early]);
    small_close(s);
}

static void a_lottery_can_be_drawn_again(void **state)
{
    static const char *const set[] = {PROBE,
                                      NO_PLANS,
                                      "run.agents=900",
                                      "programmes.p.selection=lottery",
                                      "programmes.p.awards_per_year=100000",
                                      NULL};
    (void)state;
    struct small s[4] = {small_open(set), small_open(set), small_open(set), small_open(set)};
    s[1].world->threads = 3;
    s[2].world->rng.seed++;
    for (int k = 0; k < 4; k++) {
        probe_plans(s[k], 20e6);
        s[k].world->month = k == 3 ? 1 : 0;
        probe_month(s[k]);
    }
    int64_t same[4] = {0};
    for (int64_t r = 0; r < s[0].world->firms.n; r++)
        for (int k = 1; k < 4; k++)
            same[k] += r < s[k].world->firms.n &&
                       programme_served(s[0].world, 0, r) == programme_served(s[k].world, 0, r);
    assert_int_equal(same[1], s[0].world->firms.n);
    assert_true(same[2] < s[0].world->firms.n * 9 / 10 &&
                same[3] < s[0].world->firms.n * 9 / 10); // another seed, another month
    for (int k = 0; k < 4; k++)
        small_close(s[k]);
}

// ---- waiting and refusal ------------------------------------------------------------------------

// A file that nobody could serve is returned after 24 months, and the firm may come again.
static void a_file_is_returned_after_two_years(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.awards_per_year=1",
                                      "programmes.p.delay_months=30", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = small_row(s, 0);
    probe_plan(s, r, 20e6);
    for (int month = 0; month <= 25; month++) {
        probe_month(s);
        assert_int_equal(s.world->firm.applied[r] & 1, month != 25);
        s.world->firm.plan[r] = month < 24; // no wish to come again
    }
    assert_int_equal(probe_waiting(s), 0);
    assert_int_equal(probe_served(s), 0);
    small_close(s);
}

static void who_stops_and_a_programme_that_closes_end_the_wait(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.delay_months=12",
                                      "programmes.p.end=2014-03", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    for (int k = 0; k < 3; k++)
        probe_plan(s, small_row(s, k), 20e6);
    const int64_t stops = small_row(s, 1);
    probe_month(s);
    assert_int_equal(probe_waiting(s), 3);
    f->status[stops] = STATUS_SUSPENDED;
    probe_month(s);
    assert_int_equal(probe_waiting(s), 2);
    assert_int_equal(f->applied[stops], 0);
    for (int month = 2; month < 4; month++)
        probe_month(s); // closed from April
    assert_int_equal(probe_waiting(s), 0);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        assert_true(f->applied[r] == 0);
    assert_int_equal(s.world->programme[0].month.applications_n, 0);
    small_close(s);
}

static void who_waits_does_not_apply_again(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.delay_months=6",
                                      "programmes.p.paperwork_vnd=1000", NULL};
    (void)state;
    struct small s = small_open(set);
    const int64_t r = small_row(s, 0), w = s.world->firm.weight[r];
    probe_plan(s, r, 20e6);
    int64_t applications = 0, compliance = 0;
    for (int month = 0; month < 6; month++) {
        probe_month(s);
        applications += s.world->programme[0].month.applications_n;
        compliance += s.world->programme[0].month.compliance_vnd;
    }
    assert_int_equal(applications, w);
    assert_int_equal(compliance, w * 1000);
    probe_month(s);
    assert_int_equal(probe_served(s), w);
    small_close(s);
}

// Files whose project has ended are refused; they neither cost budget nor hold up those behind them, split or
// whole.
static void refused_files_do_not_hold_up_the_queue(void **state)
{
    static const char *const set[] = {PROBE,
                                      NO_PLANS,
                                      "run.agents=900",
                                      "programmes.p.delay_months=1",
                                      "programmes.p.awards_per_year=60000",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    probe_plans(s, 20e6);
    probe_month(s);
    const int64_t rows = s.world->firms.n;
    int64_t hopeful = 0;
    for (int64_t r = 0; r < rows; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const struct rng_purpose why = {0, STREAM_SELECTION, s.model->programme[0].draw_index};
        if (rng_uniform(s.world->rng, (uint64_t)f->ancestor[r], why) < 0.9)
            f->plan[r] = 0; // the first nine tenths of the queue
        else
            hopeful += f->weight[r];
    }
    assert_in_range(hopeful, 1000, 60000 - 1);
    probe_month(s);
    assert_int_equal(probe_served(s), hopeful);
    assert_int_equal(probe_waiting(s), 0);
    assert_int_equal(s.world->programme[0].committed_total_vnd, hopeful * 10000000);
    small_close(s);
}

static void a_refused_part_refuses_the_whole_file(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.delay_months=1",
                                      "programmes.p.awards_per_year=7", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t a = small_row(s, 0), b = small_row(s, 1);
    probe_plan(s, a, 20e6);
    probe_month(s);
    probe_plan(s, b, 20e6); // comes a month later
    f->plan[a] = 0;         // the older file is void
    probe_month(s);
    assert_int_equal(probe_served(s), 0);
    probe_month(s);
    assert_int_equal(probe_served(s), 7);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        assert_true(!programme_served(s.world, 0, r) || f->ancestor[r] == f->ancestor[b]);
    assert_int_equal(probe_waiting(s), 1); // the rest of b
    small_close(s);
}

// Administration is paid by the government on top of the budget; cash and cost of the programme are support
// and administration.
static void administration_is_accounted(void **state)
{
    static const char *const set[] = {PROBE, NO_PLANS, "programmes.p.administration_frac=0.08",
                                      "programmes.p.budget_total_vnd=150e6", NULL};
    (void)state;
    struct small s = small_open(set);
    probe_plan(s, small_row(s, 0), 20e6);
    probe_month(s);
    const struct programme_account *a = &s.world->programme[0].month;
    assert_int_equal(a->disbursed_vnd, 150000000);
    assert_int_equal(a->cash_vnd, 162000000);
    assert_int_equal(a->cost_vnd, 162000000);
    assert_int_equal(s.world->ledger.flow[CATEGORY_ADMINISTRATION][ACCOUNT_GOVERNMENT][ACCOUNT_HOUSEHOLDS],
                     12000000);
    int64_t by_size = 0;
    for (int k = 0; k < SIZES_N; k++)
        by_size += a->awards_by_size_n[k];
    assert_int_equal(by_size, a->awards_n);
    probe_month(s); // a month's account begins at zero, the whole run's does not
    assert_int_equal(s.world->programme[0].month.cash_vnd, 0);
    assert_int_equal(s.world->programme[0].awards_total_n, 15);
    small_close(s);
}

// Of those who apply a share is let through; the others wait in vain, without applying again, while the
// programme lasts. The budget is not theirs.
static void losers_of_the_lottery_wait_in_vain(void **state)
{
    static const char *const set[] = {PROBE,
                                      NO_PLANS,
                                      "programmes.p.awarded_frac=0.4",
                                      "programmes.p.paperwork_vnd=1000",
                                      "programmes.p.end=2014-06",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    int64_t winners = 0, applied = 0, filed = 0;
    probe_plans(s, 20e6);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (s.world->firm.status[r] == STATUS_OPERATING) {
            applied += s.world->firm.weight[r];
            winners += programme_drawn(s.model, s.world, 0, r) ? s.world->firm.weight[r] : 0;
        }
    for (int month = 0; month < 6; month++) {
        probe_month(s);
        filed += s.world->programme[0].month.applications_n;
        assert_int_equal(probe_served(s), winners);
        assert_true(probe_waiting(s) > 0);
    }
    assert_int_equal(filed, applied);
    assert_in_range(winners, applied * 3 / 10, applied / 2);
    probe_month(s); // it has closed
    assert_int_equal(probe_waiting(s), 0);
    assert_int_equal(probe_served(s), winners);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_is_used_to_the_last_enterprise),
        cmocka_unit_test(ceilings_hold_in_every_year),
        cmocka_unit_test(more_money_never_serves_fewer_but_for_a_large_file),
        cmocka_unit_test(a_large_file_does_not_hold_up_a_small_one),
        cmocka_unit_test(a_split_serves_a_part_and_the_rest_waits),
        cmocka_unit_test(files_follow_both_parts_of_a_split),
        cmocka_unit_test(the_order_of_the_queue),
        cmocka_unit_test(a_noisy_score_finds_less_of_the_quality),
        cmocka_unit_test(who_came_earlier_is_served_first),
        cmocka_unit_test(a_lottery_can_be_drawn_again),
        cmocka_unit_test(a_file_is_returned_after_two_years),
        cmocka_unit_test(who_stops_and_a_programme_that_closes_end_the_wait),
        cmocka_unit_test(who_waits_does_not_apply_again),
        cmocka_unit_test(refused_files_do_not_hold_up_the_queue),
        cmocka_unit_test(a_refused_part_refuses_the_whole_file),
        cmocka_unit_test(administration_is_accounted),
        cmocka_unit_test(losers_of_the_lottery_wait_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
