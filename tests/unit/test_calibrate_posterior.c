// calibrate_posterior: the sample against the normal distribution it comes from, cut or not; its coverage of
// known parameters on synthetic data; weights where the model is not linear.
#include "tests/unit/calibrate_fixture.h"

static double linear(int metric, const double *point)
{
    return metric == 0   ? point[0]
           : metric == 1 ? point[0] + point[1]
           : metric == 2 ? 2.0 * point[1]
                         : point[0] - 0.5 * point[1];
}

// Nearly collinear: only the sum is known well.
static double ridge(int metric, const double *point)
{
    return metric == 0 ? point[0] + point[1] : 0.02 * (point[0] - point[1]);
}

static const char *const wide_terms[] = {
    "parameters.a.key=x.a",
    "parameters.a.start=0.5",
    "parameters.a.low=-1000",
    "parameters.a.high=1000",
    "parameters.b.key=x.b",
    "parameters.b.start=0.5",
    "parameters.b.low=-1000",
    "parameters.b.high=1000",
    "search.step=0.001",
    "search.jacobian_step=0.001",
    "search.iterations_n=12",
    "posterior.draws_n=4000",
    NULL,
};

static double correlation(const struct calibration *c)
{
    const int n = (int)c->terms->draws_n;
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += (c->draw[2 * k] - c->estimate[0].posterior_mean) *
               (c->draw[2 * k + 1] - c->estimate[1].posterior_mean);
    return sum / n / c->estimate[0].posterior_sd / c->estimate[1].posterior_sd;
}

static void an_uncut_sample_is_the_normal_distribution(void **state)
{
    const double value[] = {0.0, 0.0}, tolerance[] = {1.0, 1.0};
    struct toy toy = {.metrics_n = 2, .f = ridge};
    struct calibrate_terms *terms = toy_terms(wide_terms);
    struct moments moments = toy_moments(2, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    // a + b has sd 1, a - b has sd 50: each has sqrt(1 + 2500) / 2
    const double sd = sqrt(2501.0) / 2.0;
    for (int i = 0; i < 2; i++) {
        assert_near(c->estimate[i].se, sd, 0.01);
        assert_near(c->estimate[i].posterior_sd, sd, 0.05 * sd);
        assert_near(c->estimate[i].posterior_mean, 0.0, 0.08 * sd);
    }
    assert_near(correlation(c), -2499.0 / 2501.0, 0.001);
    assert_near(c->effective_n, 4000.0, 1e-6);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// A normal distribution cut at its middle has mean sqrt(2 / pi) and sd sqrt(1 - 2 / pi).
static double itself(int metric, const double *point)
{
    return point[metric];
}

static void a_cut_sample_stays_within_the_bounds(void **state)
{
    static const char *const settings[] = {"parameters.a.key=x.a",   "parameters.a.start=0.5",
                                           "parameters.a.low=0",     "parameters.a.high=1000",
                                           "parameters.b.key=x.b",   "parameters.b.start=0.5",
                                           "parameters.b.low=-0.3",  "parameters.b.high=0.7",
                                           "search.step=0.001",      "search.jacobian_step=0.001",
                                           "search.move_max=3",      "search.iterations_n=30",
                                           "posterior.draws_n=4000", NULL};
    const double value[] = {0.0, 0.1}, tolerance[] = {1.0, 100.0}; // b: as good as nothing is known
    struct toy toy = {.metrics_n = 2, .f = itself};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(2, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    for (int k = 0; k < 4000; k++) {
        assert_true(c->draw[2 * k] >= 0.0 && c->draw[2 * k] <= 1000.0);
        assert_true(c->draw[2 * k + 1] >= -0.3 && c->draw[2 * k + 1] <= 0.7);
    }
    const double pi = 3.14159265358979;
    assert_near(c->estimate[0].posterior_mean, sqrt(2.0 / pi), 0.04);
    assert_near(c->estimate[0].posterior_sd, sqrt(1.0 - 2.0 / pi), 0.03);
    assert_near(c->estimate[1].posterior_mean, 0.2, 0.02); // uniform
    assert_near(c->estimate[1].posterior_sd, sqrt(1.0 / 12.0), 0.01);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// ---- synthetic data -----------------------------------------------------------------------------

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Whether the middle `share` of the draws of parameter i holds the truth.
static bool covered(const struct calibration *c, int i, double truth, double share)
{
    const int n = (int)c->terms->draws_n, p = c->terms->parameters_n;
    double *x = malloc((size_t)n * sizeof *x);
    for (int k = 0; k < n; k++)
        x[k] = c->draw[k * p + i];
    qsort(x, (size_t)n, sizeof *x, ascending);
    const double low = x[(int)(0.5 * (1.0 - share) * n)], high = x[(int)(0.5 * (1.0 + share) * n)];
    free(x);
    return truth >= low && truth <= high;
}

// 200 data sets with errors of observation (a tolerance) and of simulation: a 90 % interval of the sample,
// and 1.645 standard errors about the estimate, hold the truth in about 360 of 400 cases; three binomial
// standard deviations are 18. The share that would hold without the simulation error in C7 is 0.80: outside.
static void intervals_cover_the_truth_as_often_as_they_say(void **state)
{
    enum { SETS = 200 };
    static const char *const settings[] = {"parameters.a.key=x.a",
                                           "parameters.a.start=0.5",
                                           "parameters.a.low=-20",
                                           "parameters.a.high=20",
                                           "parameters.b.key=x.b",
                                           "parameters.b.start=0.5",
                                           "parameters.b.low=-20",
                                           "parameters.b.high=20",
                                           "search.iterations_n=6",
                                           "posterior.draws_n=400",
                                           NULL};
    const double truth[] = {1.0, 2.0}, tolerance[] = {0.3, 0.3, 0.6, 0.3}, noise = 0.5;
    struct calibrate_terms *terms = toy_terms(settings);
    int by_sample = 0, by_error = 0;
    (void)state;
    for (int set = 0; set < SETS; set++) {
        struct toy toy = {.metrics_n = 4, .f = linear, .noise = noise, .seed = 1000 + (uint32_t)set};
        double value[4];
        for (int k = 0; k < 4; k++)
            value[k] =
                linear(k, truth) + tolerance[k] * rng_normal((struct rng){(uint32_t)set, 99}, (uint64_t)k,
                                                             (struct rng_purpose){0, 1, 0});
        struct moments moments = toy_moments(4, value, tolerance);
        struct calibration *c = toy_calibrate(&toy, terms, &moments);
        for (int i = 0; i < 2; i++) {
            by_sample += covered(c, i, truth[i], 0.9);
            by_error += fabs(c->estimate[i].value - truth[i]) < 1.645 * c->estimate[i].se;
        }
        calibrate_free(c);
        moments_free(&moments);
    }
    free(terms);
    assert_in_range(by_sample, 342, 378);
    assert_in_range(by_error, 342, 378);
}

// ---- weights ------------------------------------------------------------------------------------

static double growing(int metric, const double *point)
{
    (void)metric;
    return exp(0.5 * point[0]);
}

// exp(x / 2) = exp(1 / 2) +- 0.3: the linear approximation has its mean at 1 and sd 0.364, the exact
// posterior, by quadrature, at 0.94 and 0.388.
static void weights_make_good_what_is_not_linear(void **state)
{
    static const char *const settings[] = {"parameters.x.key=x.x",      "parameters.x.start=0.8",
                                           "parameters.x.low=0",        "parameters.x.high=3",
                                           "posterior.draws_n=3000",    "posterior.weighted=true",
                                           "search.gain_min=0",         "search.iterations_n=20",
                                           "search.jacobian_step=0.01", NULL};
    const double value[] = {exp(0.5)}, tolerance[] = {0.15};
    struct toy toy = {.metrics_n = 1, .f = growing};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(1, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    double weights = 0.0, mean = 0.0, squares = 0.0, width = 0.001;
    (void)state;
    for (double x = -2.0; x < 4.0; x += width) { // the exact posterior by quadrature
        const double z = (exp(0.5 * x) - exp(0.5)) / 0.15, w = exp(-0.5 * z * z);
        weights += w;
        mean += w * x;
        squares += w * x * x;
    }
    mean /= weights;
    const double sd = sqrt(squares / weights - mean * mean);
    assert_near(c->estimate[0].value, 1.0, 1e-3);
    assert_true(fabs(mean - 1.0) > 0.02); // so that the next line can fail
    assert_near(c->estimate[0].posterior_mean, mean, 0.01);
    assert_near(c->estimate[0].posterior_sd, sd, 0.005);
    assert_true(c->effective_n > 1500.0 && c->effective_n < 2990.0);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_uncut_sample_is_the_normal_distribution),
        cmocka_unit_test(a_cut_sample_stays_within_the_bounds),
        cmocka_unit_test(intervals_cover_the_truth_as_often_as_they_say),
        cmocka_unit_test(weights_make_good_what_is_not_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
