// calibrate: the search on functions whose minimum is known, bounds, starts, budgets; and that a calibration
// which was stopped goes on as if it had not been.
#include "tests/unit/calibrate_fixture.h"

// Three smooth, curved moments of two parameters.
static double curved(int metric, const double *point)
{
    return metric == 0   ? point[0] * point[0] + point[1]
           : metric == 1 ? point[0] * point[1]
                         : exp(0.5 * point[0]) - point[1];
}

static const char *const curved_terms[] = {
    "parameters.a.key=x.a",      "parameters.a.start=0.5",
    "parameters.a.low=0",        "parameters.a.high=4",
    "parameters.b.key=x.b",      "parameters.b.start=3",
    "parameters.b.low=-1",       "parameters.b.high=5",
    "search.iterations_n=25",    "search.gain_min=0",
    "posterior.draws_n=10",      "search.step=0.01",
    "search.jacobian_step=0.01", NULL,
};

static struct moments curved_moments(double a, double b)
{
    const double truth[] = {a, b}, tolerance[] = {0.1, 0.1, 0.2};
    const double value[] = {curved(0, truth), curved(1, truth), curved(2, truth)};
    return toy_moments(3, value, tolerance);
}

static void the_search_finds_the_truth(void **state)
{
    struct toy toy = {.metrics_n = 3, .f = curved};
    struct calibrate_terms *terms = toy_terms(curved_terms);
    struct moments moments = curved_moments(1.7, 0.6);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    assert_near(c->estimate[0].value, 1.7, 1e-4);
    assert_near(c->estimate[1].value, 0.6, 1e-4);
    assert_true(c->trial[c->best].objective < 1e-6 && c->trial[0].objective > 100.0);
    assert_int_equal(c->trials_n, toy.calls); // no point twice
    assert_int_equal(c->estimate[0].bound, 0);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// Beyond the box the estimate goes to the bound, and says so.
static void a_parameter_on_its_bound_is_said(void **state)
{
    struct toy toy = {.metrics_n = 3, .f = curved};
    struct calibrate_terms *terms = toy_terms(curved_terms);
    struct moments moments = curved_moments(1.0, 9.0);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    char *text = NULL;
    size_t size;
    (void)state;
    assert_int_equal(c->estimate[1].bound, 1);
    assert_int_equal(c->estimate[0].bound, 0);
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(calibrate_print(c, REPORT_TEXT, to), 0);
    fclose(to);
    assert_non_null(strstr(text, "on its upper bound"));
    free(text);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// A deep valley far from the start behind a shallow one.
static double two_valleys(int metric, const double *point)
{
    const double x = point[0];
    return metric == 0 ? 3.0 - 1.0 / (1.0 + 4.0 * (x - 2.0) * (x - 2.0)) - 3.0 / (1.0 + (x - 8.0) * (x - 8.0))
                       : 0.0;
}

static void sobol_points_find_the_deeper_valley(void **state)
{
    static const char *const alone[] = {"parameters.x.key=x.x",
                                        "parameters.x.start=2.2",
                                        "parameters.x.low=0",
                                        "parameters.x.high=10",
                                        "search.iterations_n=20",
                                        "posterior.draws_n=0",
                                        NULL};
    static const char *const sobol[] = {
        "parameters.x.key=x.x", "parameters.x.start=2.2", "parameters.x.low=0",
        "parameters.x.high=10", "search.iterations_n=20", "posterior.draws_n=0",
        "search.sobol_n=16",    "search.starts_n=2",      NULL};
    const double value[] = {0.0}, tolerance[] = {0.1};
    struct toy toy = {.metrics_n = 1, .f = two_valleys};
    struct moments moments = toy_moments(1, value, tolerance);
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct calibrate_terms *terms = toy_terms(k == 0 ? alone : sobol);
        struct calibration *c = toy_calibrate(&toy, terms, &moments);
        assert_near(c->estimate[0].value, k == 0 ? 2.0 : 8.0, 0.2);
        calibrate_free(c);
        free(terms);
    }
    moments_free(&moments);
}

static void the_simplex_goes_on_where_differences_end(void **state)
{
    const char *settings[32];
    int n = 0;
    for (; curved_terms[n]; n++)
        settings[n] = curved_terms[n];
    settings[n++] = "search.iterations_n=0";
    settings[n++] = "search.simplex_n=120";
    settings[n] = NULL;
    struct toy toy = {.metrics_n = 3, .f = curved};
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = curved_moments(1.7, 0.6);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    assert_near(c->estimate[0].value, 1.7, 0.02);
    assert_near(c->estimate[1].value, 0.6, 0.02);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

static void trials_are_no_more_than_allowed(void **state)
{
    struct toy toy = {.metrics_n = 3, .f = curved};
    struct calibrate_terms *terms = toy_terms(curved_terms);
    struct moments moments = curved_moments(1.7, 0.6);
    struct calibration *c;
    struct error err = {0};
    (void)state;
    terms->trials_max = 17;
    c = toy_calibrate(&toy, terms, &moments);
    assert_true(c->trials_n <= 17 && !c->finished);
    assert_string_equal(c->ended, "the trials are used up");
    calibrate_free(c);
    terms->trials_max = 4;
    assert_int_equal(toy_try(&toy, terms, &moments, false, &c, &err), ERROR_INPUT);
    assert_non_null(strstr(err.text[0], "search.trials_max"));
    moments_free(&moments);
    free(terms);
}

// ---- stop and resume ----------------------------------------------------------------------------

static char *printed(const struct calibration *c)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(calibrate_print(c, REPORT_JSON, to), 0);
    assert_int_equal(calibrate_print_table(c, CALIBRATE_TABLE_POSTERIOR, REPORT_CSV, to), 0);
    fclose(to);
    return text;
}

static void a_stopped_calibration_goes_on_as_if_it_had_not_been(void **state)
{
    struct toy toy = {.metrics_n = 3, .f = curved, .noise = 0.3, .seed = 7};
    struct calibrate_terms *terms = toy_terms(curved_terms);
    struct moments moments = curved_moments(1.7, 0.6);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    char *whole = printed(c);
    const int trials_n = c->trials_n;
    (void)state;
    calibrate_free(c);
    for (int stop = 1; stop < trials_n; stop += 5) {
        struct error err = {0};
        struct toy part = {.metrics_n = 3, .f = curved, .noise = 0.3, .seed = 7, .stop_after = stop};
        assert_int_equal(toy_try(&part, terms, &moments, false, &c, &err), ERROR_STOPPED);
        part.stop_after = 0;
        assert_int_equal(toy_try(&part, terms, &moments, true, &c, &err), 0);
        assert_true(part.calls >= trials_n && part.calls < trials_n + 3); // a stopped call may have run some
        char *again = printed(c);
        assert_string_equal(again, whole);
        free(again);
        calibrate_free(c);
    }
    free(whole);
    moments_free(&moments);
    free(terms);
}

// A finished journal answers everything, and a longer search goes on from it.
static void a_finished_journal_answers_all(void **state)
{
    struct toy toy = {.metrics_n = 3, .f = curved};
    struct calibrate_terms *terms = toy_terms(curved_terms);
    struct moments moments = curved_moments(1.7, 0.6);
    struct error err = {0};
    (void)state;
    terms->iterations_n = 2;
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    const int calls = toy.calls;
    const double objective = c->trial[c->best].objective;
    calibrate_free(c);
    assert_int_equal(toy_try(&toy, terms, &moments, true, &c, &err), 0);
    assert_int_equal(toy.calls, calls);
    assert_int_equal(c->simulated_n, 0);
    calibrate_free(c);
    terms->iterations_n = 25;
    assert_int_equal(toy_try(&toy, terms, &moments, true, &c, &err), 0);
    assert_true(toy.calls > calls && c->simulated_n < c->trials_n);
    assert_true(c->trial[c->best].objective < objective);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

// ---- moments that are not there -----------------------------------------------------------------

static double sometimes(int metric, const double *point)
{
    return metric == 0 ? point[0] : point[0] > 2.0 ? (double)NAN : 3.0 * point[0];
}

static void missing_moments_are_left_out_or_turn_the_search_away(void **state)
{
    static const char *const settings[] = {"parameters.x.key=x.x", "parameters.x.start=1",
                                           "parameters.x.low=0",   "parameters.x.high=4",
                                           "search.move_max=10",   NULL};
    const double value[] = {3.0, 4.5, 1.0}, tolerance[] = {0.5, 0.1, 1.0};
    struct toy toy = {.metrics_n = 2, .f = sometimes}; // the run has no m2
    struct calibrate_terms *terms = toy_terms(settings);
    struct moments moments = toy_moments(3, value, tolerance);
    struct calibration *c = toy_calibrate(&toy, terms, &moments);
    (void)state;
    assert_string_equal(c->left_out, "m2");
    assert_int_equal(c->moments_n, 2);
    assert_true(c->estimate[0].value < 2.0 && c->estimate[0].value > 1.4);
    calibrate_free(c);
    moments_free(&moments);
    free(terms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_the_truth),
        cmocka_unit_test(a_parameter_on_its_bound_is_said),
        cmocka_unit_test(sobol_points_find_the_deeper_valley),
        cmocka_unit_test(the_simplex_goes_on_where_differences_end),
        cmocka_unit_test(trials_are_no_more_than_allowed),
        cmocka_unit_test(a_stopped_calibration_goes_on_as_if_it_had_not_been),
        cmocka_unit_test(a_finished_journal_answers_all),
        cmocka_unit_test(missing_moments_are_left_out_or_turn_the_search_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
