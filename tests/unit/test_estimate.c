// estimate: known effects in arranged samples; what selection does to matching and not to a lottery.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "analysis/estimate.h"
#include "sim/rng.h"
#include "tests/unit/near.h"

enum { N = 4000 };

static double normal(int64_t i, int k)
{
    return rng_normal((struct rng){1, 2}, (uint64_t)i, (struct rng_purpose){0, 1, (uint32_t)k});
}

struct firms {
    double y[N], d[N], z[N], w[N], a[N], b[N], running[N], scratch[3 * N];
    int32_t group[N];
};

static struct estimate_sample sample_of(const struct firms *f, int64_t n)
{
    return (struct estimate_sample){.n = n, .y = f->y, .d = f->d, .z = f->z, .w = f->w};
}

// Five firms by hand: means 3 and 6.5; HC1 of a difference of means is sqrt(5/3 (2/9 + 0.5/4)).
static void difference_of_means(void **state)
{
    static struct firms f = {.y = {2, 3, 4, 6, 7}, .d = {0, 0, 0, 1, 1}, .w = {1, 1, 1, 1, 1}};
    (void)state;
    struct estimate_sample s = sample_of(&f, 5);
    s.z = s.d;
    const struct estimate e = estimate_linear(&s);
    assert_near(e.effect, 3.5, 1e-12);
    assert_near(e.se, sqrt(5.0 / 3.0 * (2.0 / 9.0 + 0.5 / 4.0)), 1e-12);
    assert_int_equal(e.used_n, 5);
}

// With weights the means are weighted: 2 counts twice.
static void weights_count(void **state)
{
    static struct firms f = {.y = {2, 3, 4, 6, 7}, .d = {0, 0, 0, 1, 1}, .w = {2, 1, 1, 1, 3}};
    (void)state;
    struct estimate_sample s = sample_of(&f, 5);
    s.z = s.d;
    assert_near(estimate_linear(&s).effect, (6.0 + 21.0) / 4.0 - 11.0 / 4.0, 1e-12);
}

// Half of those assigned take part, no one else: the instrumented effect is the Wald ratio.
static void an_instrument_is_the_wald_ratio(void **state)
{
    static struct firms f = {.y = {1, 2, 3, 5, 5, 2}, .d = {0, 0, 0, 1, 1, 0}, .z = {0, 0, 0, 1, 1, 1}};
    (void)state;
    for (int i = 0; i < 6; i++)
        f.w[i] = 1.0;
    struct estimate_sample s = sample_of(&f, 6);
    assert_near(estimate_linear(&s).effect, (4.0 - 2.0) / (2.0 / 3.0), 1e-12);
}

// Covariates sharpen a randomised comparison and leave its effect; repeated and constant ones do no harm.
static void covariates_sharpen(void **state)
{
    static struct firms f;
    (void)state;
    for (int i = 0; i < N; i++) {
        f.a[i] = normal(i, 0);
        f.b[i] = 5.0 + 2.0 * f.a[i];
        f.d[i] = normal(i, 1) > 0.0;
        f.w[i] = 1.0;
        f.running[i] = 7.0;
        f.y[i] = 0.25 * f.d[i] + 2.0 * f.a[i] + 0.5 * normal(i, 2);
    }
    struct estimate_sample s = sample_of(&f, N);
    s.z = s.d;
    const struct estimate bare = estimate_linear(&s);
    s.x[0] = f.a;
    s.x[1] = f.b;
    s.x[2] = f.running;
    s.x_n = 3;
    const struct estimate sharp = estimate_linear(&s);
    assert_near(sharp.effect, 0.25, 4.0 * sharp.se);
    assert_near(bare.effect, 0.25, 4.0 * bare.se);
    assert_near(sharp.se, 0.5 * 2.0 / sqrt(N), 0.001);
    assert_true(bare.se > 3.0 * sharp.se);
}

// The interval of 95 % covers about 95 of 100 times, also where the treated vary more.
static void robust_errors_cover(void **state)
{
    static struct firms f;
    int covered = 0;
    (void)state;
    for (int trial = 0; trial < 400; trial++) {
        for (int i = 0; i < 200; i++) {
            f.d[i] = i % 4 == 0;
            f.w[i] = 1.0;
            f.y[i] = 1.0 * f.d[i] + (1.0 + 3.0 * f.d[i]) * normal(i + 1000 * trial, 3);
        }
        struct estimate_sample s = sample_of(&f, 200);
        s.z = s.d;
        const struct estimate e = estimate_linear(&s);
        covered += fabs(e.effect - 1.0) < 1.96 * e.se;
    }
    assert_in_range(covered, 366, 392);
}

// A jump of 0.5 below 0 on different slopes; a comparison of means would be far off.
static void a_discontinuity_is_a_jump(void **state)
{
    static struct firms f;
    (void)state;
    for (int i = 0; i < N; i++) {
        f.running[i] = 2.0 * i / N - 1.0;
        f.w[i] = 1.0;
        f.z[i] = f.running[i] < 0.0;
        f.y[i] = 0.5 * f.z[i] + (1.0 + 2.0 * f.z[i]) * f.running[i] + 0.2 * normal(i, 4);
        f.d[i] = f.z[i] > 0.0 && i % 2 == 0; // half of them take part
    }
    struct estimate_sample s = sample_of(&f, N);
    s.d = s.z;
    const struct estimate jump = estimate_discontinuity(&s, f.running, 0.6, f.scratch);
    assert_near(jump.effect, 0.5, 4.0 * jump.se);
    assert_true(jump.se < 0.05);
    assert_true(fabs(estimate_linear(&s).effect - 0.5) > 1.0);
    s.d = f.d;
    const struct estimate fuzzy = estimate_discontinuity(&s, f.running, 0.6, f.scratch);
    assert_near(fuzzy.effect, 1.0, 4.0 * fuzzy.se);
}

// Those with higher `a` take part. Matching on `a` gives the effect, matching without it does not; a lottery
// needs to know nothing.
static void matching_corrects_what_it_sees(void **state)
{
    static struct firms f;
    (void)state;
    for (int i = 0; i < N; i++) {
        f.a[i] = normal(i, 5);
        f.b[i] = normal(i, 6);
        f.d[i] = 0.7 * f.a[i] + normal(i, 7) > 1.0;
        f.w[i] = 1.0;
        f.group[i] = i % 3;
        f.y[i] = 0.3 * f.d[i] + f.a[i] + f.group[i] + 0.3 * normal(i, 8);
    }
    struct estimate_sample s = sample_of(&f, N);
    s.x[0] = f.a;
    s.x_n = 1;
    const struct estimate seen = estimate_matched(&s, f.group);
    s.x[0] = f.b;
    const struct estimate unseen = estimate_matched(&s, f.group);
    assert_near(seen.effect, 0.3, 4.0 * seen.se);
    assert_true(seen.se < 0.05 && seen.se > 0.005);
    assert_true(unseen.effect > 0.9);
}

// Each treated firm has one neighbour within its group: differences 2 and 4.
static void neighbours_are_of_the_group(void **state)
{
    static struct firms f = {.y = {1, 3, 10, 14, 50}, .d = {0, 1, 0, 1, 1}, .w = {1, 1, 1, 3, 1}};
    static const int32_t group[] = {0, 0, 1, 1, 2};
    (void)state;
    struct estimate_sample s = sample_of(&f, 5);
    const struct estimate e = estimate_matched(&s, group);
    assert_near(e.effect, (2.0 + 3.0 * 4.0) / 4.0, 1e-12);
    assert_int_equal(e.used_n, 2); // the one of group 2 has nobody
}

static void nothing_where_the_sample_does_not_tell(void **state)
{
    static struct firms f = {.y = {1, 2, 3, 4, 5}, .w = {1, 1, 1, 1, 1}};
    static const int32_t group[] = {0, 0, 0, 0, 0};
    (void)state;
    struct estimate_sample s = sample_of(&f, 5);
    s.z = s.d; // nobody takes part
    assert_true(isnan(estimate_linear(&s).effect) && isnan(estimate_linear(&s).se));
    assert_true(isnan(estimate_matched(&s, group).effect));
    s.n = 0;
    assert_true(isnan(estimate_linear(&s).effect));
    assert_true(isnan(estimate_matched(&s, group).effect));
    assert_true(isnan(estimate_discontinuity(&s, f.running, 1.0, f.scratch).effect));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(difference_of_means),
        cmocka_unit_test(weights_count),
        cmocka_unit_test(an_instrument_is_the_wald_ratio),
        cmocka_unit_test(covariates_sharpen),
        cmocka_unit_test(robust_errors_cover),
        cmocka_unit_test(a_discontinuity_is_a_jump),
        cmocka_unit_test(matching_corrects_what_it_sees),
        cmocka_unit_test(neighbours_are_of_the_group),
        cmocka_unit_test(nothing_where_the_sample_does_not_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
