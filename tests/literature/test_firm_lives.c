// Published regularities of firms' lives (evidence: firm_dynamics_*, innovation_persistence_*; instruments.md
// section 2) in the baseline without a fit: survival of SMEs and entrants, dispersion of productivity, lumpy
// investment, persistence of innovation.
#include "tests/fixture.h"

enum { YEARS = 5 };

// Firms at the end of a year, in the order of their rows, which they keep.
struct december {
    int64_t n, *id, *weight;
    double *workers, *capital, *sales; // sales of the year
    int16_t *birth_month, *first_sale_month;
    uint8_t *status, *sector, *innovating;
};

static void *copy(const void *from, size_t bytes)
{
    void *to = malloc(bytes);
    assert_non_null(to);
    return memcpy(to, from, bytes);
}

static struct december take(const struct world *world)
{
    const struct firm *f = &world->firm;
    const size_t n = (size_t)world->firms.n;
    struct december d = {.n = world->firms.n,
                         .id = copy(f->id, n * sizeof *f->id),
                         .weight = copy(f->weight, n * sizeof *f->weight),
                         .workers = copy(f->workers, n * sizeof *f->workers),
                         .capital = copy(f->capital_vnd, n * sizeof *f->capital_vnd),
                         .sales = calloc(n, sizeof *d.sales),
                         .birth_month = copy(f->birth_month, n * sizeof *f->birth_month),
                         .first_sale_month = copy(f->first_sale_month, n * sizeof *f->first_sale_month),
                         .status = copy(f->status, n),
                         .sector = copy(f->sector, n),
                         .innovating = malloc(n)};
    assert_true(d.sales && d.innovating);
    for (int64_t r = 0; r < d.n; r++) {
        d.innovating[r] = f->innovating_bits[r] & 1U;
        for (int k = 0; k < 12; k++)
            d.sales[r] += (double)f->sales_ring[k * world->firms.capacity + r];
    }
    return d;
}

static void drop(struct december *d)
{
    void *const part[] = {d->id,          d->weight,           d->workers, d->capital, d->sales,
                          d->birth_month, d->first_sale_month, d->status,  d->sector,  d->innovating};
    for (size_t k = 0; k < sizeof part / sizeof part[0]; k++)
        free(part[k]);
}

static struct december years[YEARS]; // 2014 on; filled once for the group

static int watch(void *ctx, const struct world *world, struct error *err)
{
    (void)ctx, (void)err;
    if (world->month % 12 == 11)
        years[world->month / 12] = take(world);
    return 0;
}

static int run_once(void **state)
{
    static const char *const settings[] = {"run.agents=20000", "run.until=2018-12", NULL};
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    struct world *world = fixture_world(model, 0, 2);
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {NULL, watch};
    const int rc = schedule_run(model, world, &observer, err);
    error_print(err, stderr);
    world_free(world);
    free(model);
    free(err);
    return rc;
}

static int drop_all(void **state)
{
    (void)state;
    for (int y = 0; y < YEARS; y++)
        drop(&years[y]);
    return 0;
}

// The row of `earlier`'s row r in `later`, looking on from *k; -1 if it is gone.
static int64_t row_of(const struct december *earlier, int64_t r, const struct december *later, int64_t *k)
{
    int64_t q = *k;
    while (q < later->n && later->id[q] != earlier->id[r])
        q++;
    if (q == later->n)
        return -1;
    *k = q + 1;
    return q;
}

// Share of enterprises that operated at the end of 2017 with a size in [low, high) and operate or are
// suspended a year later.
static double survival(double low, double high)
{
    const struct december *a = &years[3], *b = &years[4];
    double n = 0.0, alive = 0.0;
    for (int64_t r = 0, k = 0; r < a->n; r++) {
        const int64_t q = row_of(a, r, b, &k);
        if (a->status[r] != STATUS_OPERATING || a->workers[r] < low || a->workers[r] >= high)
            continue;
        n += (double)a->weight[r];
        alive += q >= 0 && (b->status[q] == STATUS_OPERATING || b->status[q] == STATUS_SUSPENDED)
                     ? (double)a->weight[r]
                     : 0.0;
    }
    return alive / n;
}

// firm_dynamics_10, _11: 94 % of SMEs survive a normal year, 91.6 % a year of crisis, +-1.5 points; 71.9 % of
// them micro (firm_dynamics_08). Larger ones survive more often.
static void smes_survive_a_year_as_surveyed(void **state)
{
    (void)state;
    const double micro = survival(0.0, 10.0), larger = survival(10.0, 200.0),
                 all = 0.719 * micro + 0.281 * larger;
    print_message("yearly survival: %.3f below 10 workers, %.3f above; of SMEs %.3f (0.901-0.955)\n", micro,
                  larger, all);
    assert_true(all > 0.901 && all < 0.955);
    assert_true(micro < larger);
}

// firm_dynamics_16: 20-40 % of entrants are gone within two years.
static void entrants_fail_in_their_first_years(void **state)
{
    (void)state;
    const struct december *a = &years[2], *b = &years[4];
    double n = 0.0, left = 0.0;
    for (int64_t r = 0, k = 0; r < a->n; r++) {
        const int64_t q = row_of(a, r, b, &k);
        if (a->birth_month[r] < 24)
            continue;
        n += (double)a->weight[r];
        left += q >= 0 && b->status[q] <= STATUS_SUSPENDED ? (double)a->weight[r] : 0.0;
    }
    print_message("registered in 2016, in the register at the end of 2018: %.3f (0.6-0.8)\n", left / n);
    assert_true(left / n > 0.6 && left / n < 0.8);
}

struct point {
    double value, weight;
};

static int by_value(const void *a, const void *b)
{
    const double x = ((const struct point *)a)->value, y = ((const struct point *)b)->value;
    return (x > y) - (x < y);
}

// The value below which a share of the weight lies; the points are sorted.
static double quantile(const struct point *point, size_t n, double share)
{
    double all = 0.0, below = 0.0;
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        all += point[i].weight;
    while (below + point[k].weight < share * all)
        below += point[k++].weight;
    return point[k].value;
}

// firm_dynamics_12: sales a worker differ 4-6 times between the ninth and the first decile of a sector; mean
// over sectors.
static void productivity_differs_within_sectors(void **state)
{
    enum { SECTORS = 7 };
    (void)state;
    const struct december *d = &years[4];
    struct point *point = malloc((size_t)d->n * sizeof *point);
    double mean = 0.0;
    assert_non_null(point);
    for (int sector = 0; sector < SECTORS; sector++) {
        size_t n = 0;
        for (int64_t r = 0; r < d->n; r++)
            if (d->status[r] == STATUS_OPERATING && d->sector[r] == sector && d->first_sale_month[r] < 48)
                point[n++] = (struct point){d->sales[r] / d->workers[r], (double)d->weight[r]};
        assert_true(n > 50);
        qsort(point, n, sizeof *point, by_value);
        mean += quantile(point, n, 0.9) / quantile(point, n, 0.1) / SECTORS;
    }
    print_message("90/10 ratio of sales a worker within sectors: %.2f (4-6)\n", mean);
    assert_true(mean > 4.0 && mean < 6.0);
    free(point);
}

// firm_dynamics_20 as a pattern, since nominal growth raises every rate: years of investment above a fifth of
// fixed assets make at least half of all investment, and some firm-years see next to none. Published are
// about 8 % of these; the model has 2 to 4 %, since wear is replaced from cash: a miss that
// docs/validation.md shows.
static void investment_is_lumpy(void **state)
{
    (void)state;
    const struct december *a = &years[3], *b = &years[4];
    double n = 0.0, none = 0.0, all = 0.0, spikes = 0.0;
    for (int64_t r = 0, k = 0; r < a->n; r++) {
        const int64_t q = row_of(a, r, b, &k);
        if (q < 0 || a->status[r] != STATUS_OPERATING || b->status[q] != STATUS_OPERATING ||
            a->workers[r] < 50.0)
            continue;
        const double spent =
            vmath_max(b->capital[q] - 0.905 * a->capital[r], 0.0); // after a year's depreciation of 10 %
        n += 1.0;
        none += spent < 0.01 * a->capital[r];
        all += spent;
        spikes += spent > 0.2 * a->capital[r] ? spent : 0.0;
    }
    print_message("investment: %.3f of firm-years without, %.3f of it in spikes\n", none / n, spikes / all);
    assert_true(n > 1000.0);
    assert_true(none / n > 0.01 && none / n < 0.12);
    assert_true(spikes / all > 0.5);
}

// innovation_persistence_05: of innovators 83-89 % are so a year later; few others have become so (8-16 %;
// the rates are European and give the shape). Size goes with innovation (wbes15_size_logit).
static void innovation_persists_and_goes_with_size(void **state)
{
    (void)state;
    const struct december *a = &years[3], *b = &years[4];
    double n[2] = {0}, innovating[2] = {0}, size_n[2] = {0}, size_innovating[2] = {0};
    for (int64_t r = 0, k = 0; r < a->n; r++) {
        const int64_t q = row_of(a, r, b, &k);
        if (q < 0 || a->status[r] != STATUS_OPERATING || b->status[q] != STATUS_OPERATING)
            continue;
        const double w = (double)a->weight[r];
        n[a->innovating[r]] += w;
        innovating[a->innovating[r]] += b->innovating[q] ? w : 0.0;
        size_n[a->workers[r] >= 50.0] += w;
        size_innovating[a->workers[r] >= 50.0] += b->innovating[q] ? w : 0.0;
    }
    const double stay = innovating[1] / n[1], begin = innovating[0] / n[0];
    print_message("innovating: %.3f stay so for a year (0.83-0.89), %.3f become so\n", stay, begin);
    assert_true(stay > 0.83 && stay < 0.89);
    assert_true(begin < 0.16);
    assert_true(size_innovating[1] / size_n[1] > 1.5 * size_innovating[0] / size_n[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smes_survive_a_year_as_surveyed),
        cmocka_unit_test(entrants_fail_in_their_first_years),
        cmocka_unit_test(productivity_differs_within_sectors),
        cmocka_unit_test(investment_is_lumpy),
        cmocka_unit_test(innovation_persists_and_goes_with_size),
    };
    return cmocka_run_group_tests(tests, run_once, drop_all);
}
