// Published regularities of innovation (evidence: innovation_persistence_*, wbes15_size_logit, wbes23_*,
// innovation_type_order; instruments.md section 2) in the baseline without a fit: who innovates, whether he
// does so again, and how much of that is his own history. European rates give the shape alone: the population
// is all formal enterprises of Vietnam, most of them micro.
#include <math.h>
#include "tests/fixture.h"

enum { YEARS = 7 };

// Operating firms at the end of a year, in the order of their rows, which they keep.
struct december {
    int64_t n, *id, *weight;
    double *log_workers;
    uint8_t *operating, *year, *window,
        *product;         // active within 12 months; innovating within 36; of that product
    double type[TYPES_N]; // share of MSMEs that innovated, by type
};

struct history {
    struct december december[YEARS]; // 2014 on
};

static struct december take(const struct world *world)
{
    const struct firm *f = &world->firm;
    const int64_t n = world->firms.n, cap = world->firms.capacity;
    const size_t size = (size_t)n;
    struct december d = {.n = n,
                         .id = malloc(size * sizeof *d.id),
                         .weight = malloc(size * sizeof *d.weight),
                         .log_workers = malloc(size * sizeof *d.log_workers),
                         .operating = malloc(size),
                         .year = malloc(size),
                         .window = malloc(size),
                         .product = malloc(size)};
    double all = 0.0;
    assert_true(d.id && d.weight && d.log_workers && d.operating && d.year && d.window && d.product);
    for (int64_t r = 0; r < n; r++) {
        const bool on = f->status[r] == STATUS_OPERATING;
        d.id[r] = f->id[r];
        d.weight[r] = f->weight[r];
        d.log_workers[r] = f->log_workers[r];
        d.operating[r] = on;
        d.year[r] = f->active_month[r] > world->month - 12;
        d.window[r] = f->innovating_bits[r] & 1U;
        d.product[r] = 0;
        for (int k = 0; k < TYPES_N; k++) {
            const bool did = f->implemented_month[k * cap + r] > world->month - 36;
            d.product[r] |= did && (k == TYPE_IMPROVED_PRODUCT || k == TYPE_NEW_PRODUCT);
            d.type[k] += on && did && world_msme(world, r) ? (double)f->weight[r] : 0.0;
        }
        all += on && world_msme(world, r) ? (double)f->weight[r] : 0.0;
    }
    for (int k = 0; k < TYPES_N; k++)
        d.type[k] /= all;
    return d;
}

static void drop(struct history *h)
{
    for (int y = 0; y < YEARS; y++) {
        const struct december *d = &h->december[y];
        void *const part[] = {d->id, d->weight, d->log_workers, d->operating, d->year, d->window, d->product};
        for (size_t k = 0; k < sizeof part / sizeof part[0]; k++)
            free(part[k]);
    }
}

static int watch(void *ctx, const struct world *world, struct error *err)
{
    struct history *h = ctx;
    (void)err;
    if (world->month % 12 == 11)
        h->december[world->month / 12] = take(world);
    return 0;
}

static struct history run(const char *setting)
{
    const char *const settings[] = {"run.agents=9000", "run.until=2020-12", setting, NULL};
    struct history h;
    struct model *model = fixture_model("policies/baseline.yaml", settings);
    struct world *world = fixture_world(model, 0, 2);
    struct error *err = calloc(1, sizeof *err);
    const struct observer observer = {&h, watch};
    assert_int_equal(schedule_run(model, world, &observer, err), 0);
    world_free(world);
    free(model);
    free(err);
    return h;
}

// Shares of those active (or innovating: `window`) at the end of year a, and of the others, that are so at
// the end of year b; firms of at least `least` workers in a that operate in both.
struct transition {
    double stay, begin;
};

static struct transition transition(const struct history *h, int year_a, int year_b, int window, double least)
{
    const struct december *a = &h->december[year_a], *b = &h->december[year_b];
    const uint8_t *was = window ? a->window : a->year, *is = window ? b->window : b->year;
    double n[2] = {0}, so[2] = {0};
    for (int64_t r = 0, k = 0; r < a->n; r++) {
        int64_t q = k;
        while (q < b->n && b->id[q] != a->id[r])
            q++;
        if (q == b->n)
            continue;
        k = q + 1;
        if (!a->operating[r] || !b->operating[q] || a->log_workers[r] < log(least) - 1e-9)
            continue;
        n[was[r]] += (double)a->weight[r];
        so[was[r]] += is[q] ? (double)a->weight[r] : 0.0;
    }
    return (struct transition){so[1] / n[1], so[0] / n[0]};
}

static struct history base; // filled once for the group

static int run_base(void **state)
{
    (void)state;
    base = run("run.seed=1");
    return 0;
}

static int drop_base(void **state)
{
    (void)state;
    drop(&base);
    return 0;
}

// innovation_persistence_01, _02, _05: a year's performer is one the next year with 0.83-0.89, another firm
// becomes one with 0.08-0.16; _03: raw gap about 0.7. Those are panels of European manufacturers, most of
// them with permanent research. Accepted here: the gap is positive and large, entry in the published range or
// somewhat above, and the persistence of larger firms nearer to the published one than that of micro firms
// (_04: rises with size).
static void performers_of_a_year_perform_again(void **state)
{
    (void)state;
    const struct transition all = transition(&base, 3, 4, 0, 0.0), large = transition(&base, 3, 4, 0, 50.0);
    print_message(
        "active in a year, again in the next: %.3f (European panels 0.83-0.89), others %.3f (0.08-0.16)\n",
        all.stay, all.begin);
    print_message("with 50 and more workers: %.3f, others %.3f\n", large.stay, large.begin);
    assert_true(all.stay - all.begin > 0.25);
    assert_true(all.begin > 0.04 && all.begin < 0.2);
    assert_true(large.stay > all.stay + 0.05 && large.stay < 0.95);
}

// Over three years, windows that do not overlap: persistence falls with distance, and is far from certain
// (model-notes 2.10: 0.61 with the prototype).
static void innovators_of_three_years_innovate_again(void **state)
{
    (void)state;
    const struct transition three = transition(&base, 3, 6, 1, 0.0), large = transition(&base, 3, 6, 1, 50.0);
    print_message("innovating within three years, again in the next three: %.3f, others %.3f\n", three.stay,
                  three.begin);
    print_message("with 50 and more workers: %.3f, others %.3f\n", large.stay, large.begin);
    assert_true(three.stay > 0.35 && three.stay < 0.75);
    assert_true(three.stay - three.begin > 0.2);
    assert_true(large.stay > three.stay);
}

// innovation_persistence_03: state dependence remains after heterogeneity. In the model history_share says
// how much: persistence appears under both extremes, so that persistence alone cannot tell them apart (the
// null that makes the share a matter of sensitivity).
static void persistence_alone_does_not_tell_history_from_heterogeneity(void **state)
{
    static const char *const setting[2] = {"economy.innovation.history_share=0",
                                           "economy.innovation.history_share=1"};
    struct transition t[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct history h = run(setting[k]);
        t[k] = transition(&h, 3, 6, 1, 0.0);
        print_message("history share %d: %.3f innovate again, others %.3f\n", k, t[k].stay, t[k].begin);
        drop(&h);
    }
    for (int k = 0; k < 2; k++)
        assert_true(t[k].stay - t[k].begin > 0.15);
}

// wbes15_size_logit: 0.341 is the coefficient of log workers on product innovation among formal firms with 5
// and more workers; accepted 0.2-0.5. Newton's method on two coefficients.
static void size_goes_with_product_innovation(void **state)
{
    const struct december *d = &base.december[2];
    double a = -1.0, b = 0.0;
    (void)state;
    for (int step = 0; step < 25; step++) {
        double ga = 0.0, gb = 0.0, haa = 0.0, hab = 0.0, hbb = 0.0;
        for (int64_t r = 0; r < d->n; r++) {
            if (!d->operating[r] || d->log_workers[r] < log(5.0))
                continue;
            const double x = d->log_workers[r], w = (double)d->weight[r], p = 1.0 / (1.0 + exp(-a - b * x));
            ga += w * (d->product[r] - p);
            gb += w * (d->product[r] - p) * x;
            haa += w * p * (1.0 - p);
            hab += w * p * (1.0 - p) * x;
            hbb += w * p * (1.0 - p) * x * x;
        }
        const double det = haa * hbb - hab * hab;
        a += (hbb * ga - hab * gb) / det;
        b += (haa * gb - hab * ga) / det;
    }
    print_message("logit of product innovation on log workers, 5 and more workers: %.3f (0.2-0.5)\n", b);
    assert_true(b > 0.2 && b < 0.5);
}

// innovation_type_order: most innovating MSMEs improve products, fewer improve processes, fewest introduce
// new products; in every year.
static void types_come_in_the_published_order(void **state)
{
    (void)state;
    for (int y = 0; y < YEARS; y++) {
        const double *t = base.december[y].type;
        assert_true(t[TYPE_IMPROVED_PRODUCT] > t[TYPE_PROCESS] && t[TYPE_PROCESS] > t[TYPE_NEW_PRODUCT]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(performers_of_a_year_perform_again),
        cmocka_unit_test(innovators_of_three_years_innovate_again),
        cmocka_unit_test(persistence_alone_does_not_tell_history_from_heterogeneity),
        cmocka_unit_test(size_goes_with_product_innovation),
        cmocka_unit_test(types_come_in_the_published_order),
    };
    return cmocka_run_group_tests(tests, run_base, drop_base);
}
