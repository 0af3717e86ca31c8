// The opening register: quotas by sector and kind, sizes at stratified quantiles, keys, traits, opening
// state.
#include <math.h>
#include "tests/unit/world_fixture.h"

static const char *const many[] = {"run.agents=20000", NULL};

// Enterprises of a kind in a sector: what the quota counts.
enum kind {
    KIND_FOREIGN,
    KIND_STATE,
    KIND_STARTUP,
    KIND_ST,
    KIND_PRIVATE,
    KIND_UNTRADING,
    KIND_SUSPENDED,
    KIND_CEASED,
    KINDS_N
};

static enum kind kind_of(const struct firm *f, int64_t r)
{
    static const enum kind resting[STATUSES_N] = {[STATUS_UNTRADING] = KIND_UNTRADING,
                                                  [STATUS_SUSPENDED] = KIND_SUSPENDED,
                                                  [STATUS_CEASED] = KIND_CEASED};
    if (f->status[r] != STATUS_OPERATING)
        return resting[f->status[r]];
    if (f->ownership[r] != OWNERSHIP_PRIVATE)
        return f->ownership[r] == OWNERSHIP_FOREIGN ? KIND_FOREIGN : KIND_STATE;
    return f->startup[r] ? KIND_STARTUP : f->st_capable[r] ? KIND_ST : KIND_PRIVATE;
}

static void sectors_and_kinds_have_their_quotas(void **state)
{
    (void)state;
    struct small s = small_open(many);
    const struct population *p = &s.model->population;
    const struct firm *f = &s.world->firm;
    const int64_t trading = (int64_t)llround(p->trading_frac * (double)p->register_n);
    const int64_t total[KINDS_N] = {p->foreign_n,
                                    p->state_n,
                                    p->startups_n,
                                    p->st_capable_n,
                                    trading - p->foreign_n - p->state_n - p->startups_n - p->st_capable_n,
                                    p->register_n - trading,
                                    p->suspended_n,
                                    p->ceased_n};
    int64_t n[KINDS_N][SECTORS_MAX] = {{0}};
    for (int64_t r = 0; r < s.world->firms.n; r++)
        n[kind_of(f, r)][f->sector[r]] += f->weight[r];
    for (int k = 0; k < KINDS_N; k++) {
        int64_t all = 0;
        for (int i = 0; i < s.model->sectors_n; i++) {
            const struct sector *sector = &s.model->sector[i];
            const double share = k == KIND_STARTUP   ? sector->startup_share
                                 : k == KIND_ST      ? sector->st_share
                                 : k == KIND_FOREIGN ? sector->foreign_share
                                 : k == KIND_STATE   ? sector->state_share
                                                     : sector->firm_share;
            assert_true(fabs((double)n[k][i] - share * (double)total[k]) < 3.0);
            all += n[k][i];
        }
        assert_int_equal(all, total[k]);
    }
    small_close(s);
}

// Regions are drawn: with weights w the share has standard deviation sqrt(sum w^2 p (1 - p)) / sum w.
static void regions_have_their_shares(void **state)
{
    (void)state;
    struct small s = small_open(many);
    const struct firm *f = &s.world->firm;
    double common[REGIONS_MAX] = {0}, startups[REGIONS_MAX] = {0}, sum[2] = {0}, square[2] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double w = (double)f->weight[r];
        (f->startup[r] ? startups : common)[f->region[r]] += w;
        sum[f->startup[r]] += w;
        square[f->startup[r]] += w * w;
    }
    for (int k = 0; k < s.model->regions_n; k++) {
        const double p = s.model->region[k].firm_share, q = s.model->region[k].startup_share;
        assert_true(fabs(common[k] / sum[0] - p) < 4.0 * sqrt(square[0] * p * (1.0 - p)) / sum[0]);
        assert_true(fabs(startups[k] / sum[1] - q) < 4.0 * sqrt(square[1] * q * (1.0 - q)) / sum[1]);
    }
    small_close(s);
}

static double mean_workers(const struct world *world, int ownership)
{
    const struct firm *f = &world->firm;
    double workers = 0.0, n = 0.0;
    for (int64_t r = 0; r < world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING && f->ownership[r] == ownership) {
            workers += (double)f->weight[r] * f->workers[r];
            n += (double)f->weight[r];
        }
    return workers / n;
}

// emp_fdi_2014 / operating_fdi_2014 = 301, emp_soe_2014 / operating_soe_2014 = 452 workers; at weight 1
// stratified quantiles leave little of the sampling noise of these skewed sizes.
static void foreign_and_state_firms_have_the_published_mean_size(void **state)
{
    static const char *const weight_one[] = {"run.agents=40000", NULL};
    (void)state;
    struct small s = small_open(weight_one);
    assert_close(mean_workers(s.world, OWNERSHIP_FOREIGN), 301.0, 0.05);
    assert_close(mean_workers(s.world, OWNERSHIP_STATE), 452.0, 0.05);
    small_close(s);
}

static double normal_probability(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

// Foreign agents of a sector stand for neighbouring sizes: each has one between the quantiles of the
// enterprises below it and with it.
static void sizes_stand_at_stratified_quantiles(void **state)
{
    (void)state;
    struct small s = small_open(many);
    const struct population *p = &s.model->population;
    const struct firm *f = &s.world->firm;
    const int sector = small_sector(s, "manufacturing");
    int64_t n = 0, below = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        n += kind_of(f, r) == KIND_FOREIGN && f->sector[r] == sector ? f->weight[r] : 0;
    assert_true(n > 500);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (kind_of(f, r) != KIND_FOREIGN || f->sector[r] != sector)
            continue;
        const double u = normal_probability(log(f->workers[r] / p->foreign_median) / p->foreign_log_sd);
        const bool limited = f->workers[r] == 1.0 || f->workers[r] == p->workers_max;
        const double from = (double)below / (double)n, to = (double)(below + f->weight[r]) / (double)n;
        assert_true(limited || (u > from - 1e-9 && u < to + 1e-9));
        below += f->weight[r];
    }
    small_close(s);
}

// Where medium and large private firms are thinned, half of the agents of a sector are its largest, of weight
// 1: no other is larger.
static void the_largest_keep_weight_one(void **state)
{
    static const char *const few[] = {"run.agents=3000", NULL};
    (void)state;
    struct small s = small_open(few);
    const struct firm *f = &s.world->firm;
    assert_true(s.world->agent_weight[STRATUM_RARE] > 2);
    for (int i = 0; i < s.model->sectors_n; i++) {
        const double rare = s.model->sector[i].industry ? 200.0 : 50.0;
        double least = INFINITY, most = 0.0;
        int64_t singles = 0, others = 0;
        for (int64_t r = 0; r < s.world->firms.n; r++) {
            if (kind_of(f, r) != KIND_PRIVATE || f->sector[r] != i || f->workers[r] < rare)
                continue;
            const bool single = f->weight[r] == 1;
            singles += single;
            others += !single;
            least = single && f->workers[r] < least ? f->workers[r] : least;
            most = !single && f->workers[r] > most ? f->workers[r] : most;
        }
        assert_true(singles > 0 && others >= singles && others <= singles + 1);
        assert_true(least >= most);
    }
    small_close(s);
}

// Of private enterprises the sector's tail has more than 10 workers, with the Pareto exponent of the row.
static void private_sizes_follow_their_two_parts(void **state)
{
    (void)state;
    struct small s = small_open(many);
    const struct population *p = &s.model->population;
    const struct firm *f = &s.world->firm;
    const int trade = small_sector(s, "trade");
    double all = 0.0, above[3] = {0}, least = 1e9, micro = 0.0, below_median = 0.0, below_two = 0.0;
    static const double bound[3] = {10.0, 40.0, 160.0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (kind_of(f, r) != KIND_PRIVATE || f->sector[r] != trade)
            continue;
        all += (double)f->weight[r];
        least = fmin(least, f->workers[r]);
        micro += f->workers[r] <= 10.0 ? (double)f->weight[r] : 0.0;
        below_median += f->workers[r] < p->micro_median ? (double)f->weight[r] : 0.0;
        below_two += f->workers[r] < 2.0 ? (double)f->weight[r] : 0.0;
        for (int k = 0; k < 3; k++)
            above[k] += f->workers[r] > bound[k] ? (double)f->weight[r] : 0.0;
    }
    assert_true(least >= 1.0);
    assert_close(below_median / micro, 0.5, 0.01);
    assert_close(below_two / micro, normal_probability(log(2.0 / p->micro_median) / p->micro_log_sd), 0.02);
    for (int k = 0; k < 3; k++) {
        const double exponent = s.model->sector[trade].tail_exponent;
        const double cut = pow(10.0 / p->workers_max, exponent);
        const double tail = (pow(10.0 / bound[k], exponent) - cut) / (1.0 - cut);
        assert_close(above[k] / all, s.model->sector[trade].tail_above_10_frac * tail, 0.02);
    }
    small_close(s);
}

static void weights_differ_by_one_at_most_and_agents_are_as_many_as_said(void **state)
{
    static const char *const agents[] = {"run.agents=200", "run.agents=1500", "run.agents=30000"};
    (void)state;
    for (size_t k = 0; k < sizeof agents / sizeof agents[0]; k++) {
        const char *const set[] = {agents[k], NULL};
        struct small s = small_open(set);
        const struct firm *f = &s.world->firm;
        int64_t splits = 0; // one agent of the S&T-capable may be certified in part
        for (int64_t r = 0; r < s.world->firms.n; r++)
            splits += f->id[r] != f->ancestor[r];
        assert_in_range(splits, 0, 1);
        assert_int_equal(s.world->firms.n - splits, population_agents(s.model));
        const int64_t *weight = s.world->agent_weight;
        assert_true(weight[STRATUM_COMMON] >= weight[STRATUM_RARE]);
        int64_t rare = 0;
        for (int64_t r = 0; r < s.world->firms.n; r++)
            rare += f->weight[r] <= weight[STRATUM_RARE] && weight[STRATUM_RARE] < weight[STRATUM_COMMON];
        assert_true((double)rare < s.model->population.rare_share_max * (double)s.model->run.agents +
                                       60.0); // a group rounds up
        for (int64_t r = 0; r < s.world->firms.n; r++)
            assert_true(f->weight[r] >= 1 && f->weight[r] <= weight[STRATUM_COMMON]);
        small_close(s);
    }
}

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void keys_are_unique_and_small(void **state)
{
    enum { CORNERS = 2 * 2 * 2 * 2 * 2 };
    (void)state;
    int64_t key[CORNERS], n = 0;
    for (int64_t month = 0; month <= MODEL_MONTHS_MAX; month += MODEL_MONTHS_MAX)
        for (int stratum = 0; stratum < STRATA_N; stratum++)
            for (int region = 0; region < REGIONS_MAX; region += REGIONS_MAX - 1)
                for (int sector = 0; sector < SECTORS_MAX; sector += SECTORS_MAX - 1)
                    for (int64_t ordinal = 0; ordinal < 1 << 24; ordinal += (1 << 24) - 1)
                        key[n++] = population_key(month, stratum, region, sector, ordinal);
    assert_int_equal(n, CORNERS);
    qsort(key, CORNERS, sizeof key[0], by_value);
    assert_true(key[0] >= 0 && key[CORNERS - 1] < (int64_t)1 << 49);
    for (int k = 1; k < CORNERS; k++)
        assert_true(key[k] != key[k - 1]);

    struct small s = small_open(NULL);
    int64_t *id = malloc((size_t)s.world->firms.n * sizeof *id);
    assert_non_null(id);
    memcpy(id, s.world->firm.id, (size_t)s.world->firms.n * sizeof *id);
    qsort(id, (size_t)s.world->firms.n, sizeof *id, by_value);
    for (int64_t r = 1; r < s.world->firms.n; r++)
        assert_true(id[r] != id[r - 1] && id[r] < (int64_t)1 << 53);
    free(id);
    small_close(s);
}

static bool same_traits(const struct firm *f, int64_t a, int64_t b)
{
    return f->ability[a] == f->ability[b] && f->propensity[a] == f->propensity[b] &&
           f->need_propensity[a] == f->need_propensity[b] && f->productivity[a] == f->productivity[b] &&
           f->bank[a] == f->bank[b] && f->registered_workers[a] == f->registered_workers[b] &&
           f->skills[a] == f->skills[b] && f->digital[a] == f->digital[b];
}

static void traits_belong_to_the_key(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    struct birth birth = {.key = population_key(7, STRATUM_COMMON, 1, 2, 3),
                          .weight = 5,
                          .region = 1,
                          .sector = 2,
                          .birth_month = 6,
                          .status = STATUS_UNTRADING,
                          .stream = STREAM_ENTRANT_TRAITS};
    const int64_t first = population_birth(s.model, s.world, &birth);
    s.world->month = 30; // the month does not matter
    const int64_t again = population_birth(s.model, s.world, &birth);
    birth.key++;
    const int64_t other = population_birth(s.model, s.world, &birth);
    const struct firm *f = &s.world->firm;
    assert_true(same_traits(f, first, again));
    assert_false(same_traits(f, first, other));
    assert_true(f->cash_vnd[first] == 0.0 && f->capital_vnd[first] == 0.0 && f->workers[first] == 0.0 &&
                f->debt_vnd[first] == 0.0);
    assert_int_equal(f->first_sale_month[first], NEVER);
    assert_int_equal(f->guarantor[first], NOBODY);
    assert_int_equal(f->weight[first], 5);
    small_close(s);
}

// Propensities have mean 1; age is exponential with half the mean for startups and a quarter for those that
// have not yet traded.
static void traits_have_their_distributions(void **state)
{
    (void)state;
    struct small s = small_open(many);
    const struct firm *f = &s.world->firm;
    double propensity = 0.0, need = 0.0, declared = 0.0, women = 0.0, owned = 0.0, age[KINDS_N] = {0},
           n[KINDS_N] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        propensity += f->propensity[r];
        need += f->need_propensity[r];
        declared += log(f->registered_workers[r]);
        owned += f->ownership[r] == OWNERSHIP_PRIVATE;
        women += f->owner_female[r];
        assert_true(!f->owner_female[r] || f->ownership[r] == OWNERSHIP_PRIVATE);
        assert_in_range(-f->birth_month[r], 1, 601);
        if (kind_of(f, r) == KIND_PRIVATE && f->workers[r] > 4.0)
            continue; // of private enterprises the small ones, which have the mean
        age[kind_of(f, r)] -= f->birth_month[r];
        n[kind_of(f, r)] += 1.0;
    }
    const double rows = (double)s.world->firms.n, years = s.model->population.age_mean_years;
    assert_close(propensity / rows, 1.0, 0.06);
    assert_close(need / rows, 1.0, 0.06);
    assert_close(exp(declared / rows), s.model->population.registered_median, 0.06);
    assert_close(women / owned, s.model->population.women_frac, 0.05);
    assert_close(age[KIND_PRIVATE] / n[KIND_PRIVATE] / 12.0, years, 0.06);
    assert_close(age[KIND_STARTUP] / n[KIND_STARTUP] / 12.0, 0.5 * years, 0.1);
    assert_close(age[KIND_UNTRADING] / n[KIND_UNTRADING] / 12.0, 0.25 * years, 0.1);
    small_close(s);
}

// Mean age grows with size by its exponent, and state enterprises are older by their factor; ages end at 50
// years.
static void larger_and_state_firms_are_older(void **state)
{
    static const char *const set[] = {"run.agents=30000", "economy.population.age_mean_years=1",
                                      "economy.population.age_size_exponent=0.3",
                                      "economy.population.age_state_factor=2", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    double ratio[KINDS_N] = {0}, n[KINDS_N] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const enum kind k = kind_of(f, r);
        if (k >= KIND_UNTRADING || k == KIND_STARTUP)
            continue;
        ratio[k] -= (f->birth_month[r] + 1) / (12.0 * pow(fmax(f->workers[r] / 4.0, 1.0), 0.3));
        n[k] += 1.0;
    }
    assert_close(ratio[KIND_PRIVATE] / n[KIND_PRIVATE], 1.0, 0.05);
    assert_close(ratio[KIND_FOREIGN] / n[KIND_FOREIGN], 1.0, 0.06);
    assert_close(ratio[KIND_STATE] / n[KIND_STATE], 2.0, 0.1);
    small_close(s);
}

// Owners who are women, by region; the share of the country is that of the row.
static void women_own_their_share_of_each_region(void **state)
{
    static const char *const set[] = {"run.agents=30000", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    double women[REGIONS_MAX] = {0}, n[REGIONS_MAX] = {0}, factor = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        women[f->region[r]] += f->ownership[r] == OWNERSHIP_PRIVATE && f->owner_female[r];
        n[f->region[r]] += f->ownership[r] == OWNERSHIP_PRIVATE;
    }
    for (int k = 0; k < s.model->regions_n; k++) {
        const double p = s.model->population.women_frac * s.model->region[k].women_factor;
        assert_true(fabs(women[k] / n[k] - p) < 4.0 * sqrt(p * (1.0 - p) / n[k]));
        factor += s.model->region[k].firm_share * s.model->region[k].women_factor;
    }
    assert_close(factor, 1.0, 0.01);
    small_close(s);
}

// Firms whose margin is negative open with losses of some months, below what makes them insolvent for most.
static void losses_are_made_before_the_opening(void **state)
{
    (void)state;
    struct small s = small_open(many);
    const struct firm *f = &s.world->firm;
    const struct population *p = &s.model->population;
    double losers = 0.0, n = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const double margin = s.model->production.margin_mean + f->efficiency[r] + f->transitory[r];
        assert_true(f->cumulated_loss_vnd[r] ==
                    nearbyint(fmax(-margin, 0.0) * f->expected_sales_vnd[r] * p->loss_months));
        losers += f->cumulated_loss_vnd[r] > 0.0;
        n += 1.0;
    }
    assert_true(losers / n > 0.3 && losers / n < 0.6);
    small_close(s);
}

static void the_opening_state_fits_the_status(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct firm *f = &s.world->firm;
    const int64_t cap = s.world->firms.capacity;
    int longest = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const bool trades = f->status[r] == STATUS_OPERATING;
        assert_int_equal(f->first_sale_month[r] == NEVER, f->status[r] == STATUS_UNTRADING);
        assert_int_equal(f->last_sale_month[r], trades ? -1 : NEVER);
        assert_true(f->operating_bits[r] == (trades ? ~UINT64_C(0) : 0));
        assert_true((f->cash_vnd[r] > 0.0) == trades && (f->capital_vnd[r] > 0.0) == trades);
        if (trades) {
            const double sales = f->expected_sales_vnd[r];
            assert_close(sales, f->workers[r] * production_sales_per_worker_vnd(s.model, s.world, r), 1e-6);
            assert_true(f->sales_ring[11 * cap + r] == (float)sales &&
                        f->workers_ring[r] == (float)f->workers[r]);
        }
        if (f->status[r] == STATUS_SUSPENDED)
            assert_in_range(-f->status_month[r], 1, 12);
        if (f->status[r] == STATUS_CEASED)
            assert_in_range(-f->status_month[r], 1, 24);
        longest =
            f->status_month[r] < longest && f->status[r] == STATUS_CEASED ? f->status_month[r] : longest;
        assert_true(f->st_month[r] == NEVER || f->st_capable[r]);
        for (int k = 0; k < LENSES_MAX; k++)
            assert_true(trades ? f->lens_month[k * cap + r] < 0 : f->lens_month[k * cap + r] == NEVER);
    }
    assert_true(longest < -18); // evenly over two years
    small_close(s);
}

// A row that is given a size has the market share that sells what its workers make.
static void a_size_comes_with_its_market_share(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    small_months(s, 3);
    const int64_t r = small_row(s, 4);
    population_size(s.model, s.world, r, 37.0);
    const struct sector_state *sector = &s.world->sector[s.world->firm.sector[r]];
    const double sales = 37.0 * production_sales_per_worker_vnd(s.model, s.world, r);
    assert_true(s.world->firm.workers[r] == 37.0);
    assert_close(s.world->firm.log_workers[r], log(37.0), 1e-15);
    assert_close(s.world->firm.attraction[r] * sector->demand_vnd / sector->attraction, sales, 1e-14);
    assert_true(s.world->firm.expected_sales_vnd[r] == nearbyint(sales));
    small_close(s);
}

// The certified S&T enterprises of the opening are a lot among those that could be: of their size, from many
// sectors.
static void certified_enterprises_are_drawn_by_lot(void **state)
{
    static const char *const set[] = {"run.agents=40000", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    double n[2] = {0.0}, logs[2] = {0.0};
    uint32_t sectors = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (!f->st_capable[r] || f->status[r] != STATUS_OPERATING)
            continue;
        const int certified = f->st_month[r] != NEVER;
        n[certified] += 1.0;
        logs[certified] += f->log_workers[r];
        sectors |= certified ? 1U << f->sector[r] : 0;
    }
    assert_true(n[1] == (double)s.model->population.st_certified_n);
    assert_true(fabs(logs[1] / n[1] - logs[0] / n[0]) < 0.4);
    assert_true(__builtin_popcount(sectors) >= 3);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_and_kinds_have_their_quotas),
        cmocka_unit_test(regions_have_their_shares),
        cmocka_unit_test(foreign_and_state_firms_have_the_published_mean_size),
        cmocka_unit_test(sizes_stand_at_stratified_quantiles),
        cmocka_unit_test(the_largest_keep_weight_one),
        cmocka_unit_test(private_sizes_follow_their_two_parts),
        cmocka_unit_test(weights_differ_by_one_at_most_and_agents_are_as_many_as_said),
        cmocka_unit_test(keys_are_unique_and_small),
        cmocka_unit_test(traits_belong_to_the_key),
        cmocka_unit_test(traits_have_their_distributions),
        cmocka_unit_test(larger_and_state_firms_are_older),
        cmocka_unit_test(women_own_their_share_of_each_region),
        cmocka_unit_test(losses_are_made_before_the_opening),
        cmocka_unit_test(certified_enterprises_are_drawn_by_lot),
        cmocka_unit_test(the_opening_state_fits_the_status),
        cmocka_unit_test(a_size_comes_with_its_market_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
