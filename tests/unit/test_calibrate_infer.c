// calibrate_infer: standard errors, J, sensitivity and identification of linear functions, where all are
// known in closed form.
#include "tests/unit/calibrate_fixture.h"

// m0 = a, m1 = a + b, m2 = 2 b.
static double linear(int metric, const double *point)
{
    return metric == 0 ? point[0] : metric == 1 ? point[0] + point[1] : 2.0 * point[1];
}

static const char *const linear_terms[] = {
    "parameters.a.key=x.a",
    "parameters.a.start=1",
    "parameters.a.low=-10",
    "parameters.a.high=10",
    "parameters.b.key=x.b",
    "parameters.b.start=-1",
    "parameters.b.low=-10",
    "parameters.b.high=10",
    "search.gain_min=0",
    "search.iterations_n=20",
    "search.jacobian_step=0.1",
    "posterior.draws_n=0",
    NULL,
};

static struct calibration *calibrate_linear(struct toy *toy, const char *const *settings,
                                            struct calibrate_terms **terms, struct moments *moments,
                                            const double *value)
{
    static const double tolerance[] = {1.0, 1.0, 1.0};
    *terms = toy_terms(settings);
    *moments = toy_moments(3, value, tolerance);
    return toy_calibrate(toy, *terms, moments);
}

// With unit weights (G'G)^-1 = [5 -1; -1 2] / 9, and the residual of (0, 3, 0) is (-4, 5... )/... by hand:
// the estimate is G'd (G'G)^-1 = (15 - 3, -3 + 6) / 9 = (4/3, 1/3), residual (4/3, -4/3, 2/3), J = 36/9 = 4.
static void linear_moments_have_closed_forms(void **state)
{
    const double value[] = {0.0, 3.0, 0.0};
    struct toy toy = {.metrics_n = 3, .f = linear};
    struct calibrate_terms *terms;
    struct moments moments;
    struct calibration *c = calibrate_linear(&toy, linear_terms, &terms, &moments, value);
    (void)state;
    assert_near(c->estimate[0].value, 4.0 / 3.0, 1e-5);
    assert_near(c->estimate[1].value, 1.0 / 3.0, 1e-5);
    assert_near(c->estimate[0].se, sqrt(5.0 / 9.0), 1e-5);
    assert_near(c->estimate[1].se, sqrt(2.0 / 9.0), 1e-5);
    assert_near(c->estimate[0].se_moments, c->estimate[0].se, 1e-12); // a uniform prior says nothing
    assert_near(c->j, 4.0, 1e-6);
    assert_near(c->j_degrees, 1.0, 0);
    assert_near(c->j_p, 0.0455, 1e-4);
    assert_near(c->fit[0].z, 4.0 / 3.0, 1e-5);
    assert_near(c->fit[2].share, 4.0 / 36.0, 1e-5);
    // (G'G)^-1 G' = [5 4 -2; -1 1 4] / 9
    static const double expected[] = {5, 4, -2, -1, 1, 4};
    for (int i = 0; i < 6; i++)
        assert_near(c->sensitivity[i], expected[i] / 9.0, 1e-5);
    // R squared of column a on column b of G: 1 - 1 / (2 * 5/9) = 0.1
    assert_near(c->estimate[0].collinear, 0.1, 1e-5);
    assert_int_equal(c->estimate[0].collinear_with, 1);
    // G'G has the eigenvalues (7 +- sqrt(13)) / 2; a prior deviation is 20 / sqrt(12)
    assert_near(c->singular[0], sqrt((7.0 + sqrt(13.0)) / 2.0) * 20.0 / sqrt(12.0), 1e-4);
    assert_near(c->singular[1], sqrt((7.0 - sqrt(13.0)) / 2.0) * 20.0 / sqrt(12.0), 1e-4);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// The simulation error of R replicates, and the luck of the observed economy: C7 with omega = S + (l + 1/R)
// V.
static void simulation_error_widens_the_interval(void **state)
{
    const double value[] = {0.0, 0.0, 0.0};
    const char *settings[20];
    int n = 0;
    for (; linear_terms[n]; n++)
        settings[n] = linear_terms[n];
    settings[n++] = "weighting.luck_frac=1";
    settings[n++] = "weighting.tolerance_deviations=2";
    settings[n] = NULL;
    struct toy toy = {.metrics_n = 3, .f = linear, .noise = 0.5, .seed = 3};
    struct calibrate_terms *terms;
    struct moments moments;
    struct calibration *c = calibrate_linear(&toy, settings, &terms, &moments, value);
    static const double inverse[] = {5, 4, -2};
    double variance = 0.0;
    (void)state;
    for (int j = 0; j < 3; j++) {
        const double v = c->trial[c->best].variance[j];
        assert_true(v > 0.0);
        variance += inverse[j] * inverse[j] / 81.0 * (0.25 + (1.0 + 1.0 / TOY_REPLICATES) * v);
        assert_near(c->fit[j].se, sqrt(v / TOY_REPLICATES), 1e-12);
    }
    assert_near(c->estimate[0].se, sqrt(variance), 1e-5);
    assert_true(c->estimate[0].noise > 0.0);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// A normal prior is one more moment: a alone has precision 1 from m0; with sd 1/2 around 4 it is 5.
static double own_moment(int metric, const double *point)
{
    return metric == 0 ? point[0] : 0.0;
}

static void a_prior_counts_as_a_moment(void **state)
{
    static const char *const settings[] = {"parameters.a.key=x.a",
                                           "parameters.a.start=1",
                                           "parameters.a.low=-10",
                                           "parameters.a.high=10",
                                           "parameters.a.prior=normal",
                                           "parameters.a.prior_mean=4",
                                           "parameters.a.prior_sd=0.5",
                                           "search.gain_min=0",
                                           "search.iterations_n=20",
                                           "posterior.draws_n=0",
                                           NULL};
    const double value[] = {0.0}, tolerance[] = {1.0};
    struct toy toy = {.metrics_n = 1, .f = own_moment};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(1, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    assert_near(c->estimate[0].value, 16.0 / 5.0, 1e-5);
    assert_near(c->estimate[0].se, sqrt(0.2), 1e-6);
    assert_near(c->estimate[0].se_moments, 1.0, 1e-6);
    assert_near(c->j, 16.0 / 1.25, 1e-5); // 4 apart, with the variances 1 and 1/4
    assert_near(c->j_degrees, 1.0, 0);
    assert_near(c->trial[c->best].misfit, 3.2 * 3.2, 1e-4);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// A log-normal prior works on the logarithm; the standard error is of the value.
static double logarithm(int metric, const double *point)
{
    (void)metric;
    return log(point[0]);
}

static void log_normal_priors_work_on_logarithms(void **state)
{
    static const char *const settings[] = {"parameters.a.key=x.a",
                                           "parameters.a.start=1",
                                           "parameters.a.low=0.01",
                                           "parameters.a.high=100",
                                           "parameters.a.prior=log_normal",
                                           "parameters.a.prior_mean=1",
                                           "parameters.a.prior_sd=0.5",
                                           "search.gain_min=0",
                                           "search.iterations_n=20",
                                           "posterior.draws_n=0",
                                           NULL};
    const double value[] = {1.0}, tolerance[] = {0.5};
    struct toy toy = {.metrics_n = 1, .f = logarithm};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(1, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    assert_near(c->estimate[0].value, exp(0.5), 1e-4);
    assert_near(c->estimate[0].se, exp(0.5) * sqrt(0.125), 1e-4);
    assert_near(c->estimate[0].prior_sd, exp(0.5) * 0.5, 1e-4);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// ---- identification -----------------------------------------------------------------------------

// m0 sees a + b only, m1 sees c a little, nothing sees d.
static double confounded(int metric, const double *point)
{
    return metric == 0 ? point[0] + point[1] : metric == 1 ? 0.01 * point[2] : 1.0;
}

static void what_moments_do_not_pin_down_is_said(void **state)
{
    static const char *const settings[] = {
        "parameters.a.key=x.a", "parameters.a.start=1", "parameters.a.low=-2",
        "parameters.a.high=4",  "parameters.b.key=x.b", "parameters.b.start=1",
        "parameters.b.low=-2",  "parameters.b.high=4",  "parameters.c.key=x.c",
        "parameters.c.start=1", "parameters.c.low=-2",  "parameters.c.high=4",
        "parameters.d.key=x.d", "parameters.d.start=1", "parameters.d.low=-2",
        "parameters.d.high=4",  "posterior.draws_n=0",  NULL};
    const double value[] = {2.5, 0.01, 1.0}, tolerance[] = {0.1, 0.1, 0.1};
    struct toy toy = {.metrics_n = 3, .f = confounded};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(3, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    char *text = NULL;
    size_t size;
    (void)state;
    assert_true(isinf(c->estimate[0].se) && isinf(c->estimate[1].se) && isinf(c->estimate[3].se));
    assert_near(c->estimate[0].collinear, 1.0, 1e-6);
    assert_int_equal(c->estimate[0].collinear_with, 1);
    assert_near(c->estimate[2].se, 10.0, 1e-3); // tolerance over slope
    assert_near(c->singular[2] + c->singular[3], 0.0, 1e-6);
    assert_near(fabs(c->direction[0]), sqrt(0.5), 1e-6);
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(calibrate_print_table(c, CALIBRATE_TABLE_PARAMETERS, REPORT_CSV, to), 0);
    fclose(to);
    assert_non_null(strstr(text, "not pinned down: confounded"));
    assert_non_null(strstr(text, "not pinned down: moments hardly react"));
    free(text);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// Where simulation noise is as large as what a parameter does, that is said, not "pinned down".
static void a_reaction_within_noise_is_said(void **state)
{
    static const char *const settings[] = {"parameters.a.key=x.a",
                                           "parameters.a.start=1",
                                           "parameters.a.low=0",
                                           "parameters.a.high=2",
                                           "posterior.draws_n=0",
                                           "weighting.luck_frac=1",
                                           NULL};
    const double value[] = {1.0}, tolerance[] = {1.0};
    struct toy toy = {.metrics_n = 1, .f = own_moment, .noise = 2.0, .seed = 5};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(1, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    char *text = NULL;
    size_t size;
    (void)state;
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(calibrate_print_table(c, CALIBRATE_TABLE_PARAMETERS, REPORT_CSV, to), 0);
    fclose(to);
    assert_non_null(strstr(text, "not pinned down: lost in noise"));
    free(text);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_moments_have_closed_forms),
        cmocka_unit_test(simulation_error_widens_the_interval),
        cmocka_unit_test(a_prior_counts_as_a_moment),
        cmocka_unit_test(log_normal_priors_work_on_logarithms),
        cmocka_unit_test(what_moments_do_not_pin_down_is_said),
        cmocka_unit_test(a_reaction_within_noise_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
