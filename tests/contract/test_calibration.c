// calibration: `mangrove calibrate` as people call it, on the real model: it finds the parameters that made
// the data, whatever the threads; it can be stopped and goes on; its estimate is a scenario; faults have
// their place.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ftw.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCENARIOS MANGROVE_SOURCE_DIR "/scenarios"
enum { TEXT_MAX = 1 << 18 };

static char *read_text(const char *path)
{
    char *text = calloc(1, TEXT_MAX);
    FILE *file = fopen(path, "r");
    assert_non_null(text);
    if (!file)
        fail_msg("%s is missing", path);
    const size_t n = fread(text, 1, TEXT_MAX - 1, file);
    assert_true(n < TEXT_MAX - 1);
    fclose(file);
    return text;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

// Calls and expects an exit status, and texts (NULL: none asked for) on standard output and standard error.
static void expect(const char *arguments, int status, const char *out, const char *err)
{
    char line[4096];
    snprintf(line, sizeof line, "'%s' %s >out.txt 2>err.txt", MANGROVE_BINARY, arguments);
    const int code = system(line);
    char *said = read_text("out.txt"), *faults = read_text("err.txt");
    if (!WIFEXITED(code) || WEXITSTATUS(code) != status || (out && !strstr(said, out)) ||
        (err && !strstr(faults, err)))
        fail_msg("mangrove %s: status %d, expected %d\nout: %.2000s\nerr: %.2000s", arguments,
                 WEXITSTATUS(code), status, said, faults);
    free(said);
    free(faults);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type;
    return walk->level > 0 ? remove(path) : 0;
}

static int empty_folder(void **state)
{
    (void)state;
    return nftw(".", remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void same_files(const char *a, const char *b)
{
    static const char *const names[] = {"journal.txt", "report.json", "posterior.csv", "calibration.yaml"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[2][256];
        snprintf(path[0], sizeof path[0], "%s/%s", a, names[i]);
        snprintf(path[1], sizeof path[1], "%s/%s", b, names[i]);
        char *x = read_text(path[0]), *y = read_text(path[1]);
        if (strcmp(x, y) != 0)
            fail_msg("%s and %s differ", path[0], path[1]);
        free(x);
        free(y);
    }
}

// ---- data that the model has made ---------------------------------------------------------------

#define SMALL "--agents 200 --replicates 2 --until 2014-12 --quiet"
#define SIZE  "--agents 1000 --replicates 2 --until 2015-06 --quiet"

static void write_calibration(void)
{
    write_text("two.yaml", "name: two\nscenario: " SCENARIOS "/policies/baseline.yaml\nmoments: data.csv\n"
                           "search: {iterations_n: 10}\nposterior: {draws_n: 50}\nparameters:\n"
                           "  entries: {key: economy.entry.entries_per_year, low: 50000, high: 150000}\n"
                           "  exit: {key: economy.demography.exit_per_month, low: 0.001, high: 0.02, prior: "
                           "log_normal, prior_sd: 2}\n");
}

// A calibration to data that nobody has made, for tests to which the fit is all one.
static void write_any(void)
{
    write_text("data.csv", "id,metric,group,period,statistic,value,tolerance\n"
                           "m0,entries_n,,2014,sum,80000,4000\nm1,exits_n,,2014,sum,50000,4000\n");
    write_calibration();
}

// Moments of a run with 90,000 registrations a year and an exit hazard of 0.006, from what validate says of
// it.
static void make_data(void)
{
    static const char *const rows[] = {"entries_n,,2014,sum",        "entries_n,,2015-01..2015-06,sum",
                                       "exits_n,,2014,sum",          "exits_n,,2015-01..2015-06,sum",
                                       "enterprises_n,,2014-12,end", "enterprises_n,,2015-06,end"};
    enum { ROWS_N = sizeof rows / sizeof *rows };
    FILE *file = fopen("empty.csv", "w");
    assert_non_null(file);
    fputs("id,metric,group,period,statistic,value,tolerance\n", file);
    for (int i = 0; i < ROWS_N; i++)
        fprintf(file, "m%d,%s,0,0\n", i, rows[i]);
    fclose(file);
    expect("run " SCENARIOS "/policies/baseline.yaml " SIZE " -o truth.h5 --set "
           "economy.entry.entries_per_year=90000 --set economy.demography.exit_per_month=0.006",
           0, NULL, NULL);
    expect("validate truth.h5 --moments empty.csv --format csv", 0, NULL, NULL);
    char *text = read_text("out.txt");
    file = fopen("data.csv", "w");
    assert_non_null(file);
    fputs("id,metric,group,period,statistic,value,tolerance\n", file);
    const char *line = strchr(text, '\n') + 1;
    for (int i = 0; i < ROWS_N; i++, line = strchr(line, '\n') + 1) {
        double model;
        assert_int_equal(sscanf(line, "%*[^,],%*[^,],,%*[^,],%*[^,],0,0,%lf", &model), 1);
        fprintf(file, "m%d,%s,%.17g,%.17g\n", i, rows[i], model, 0.02 * model);
    }
    fclose(file);
    free(text);
    write_calibration();
}

// The number behind a key of the overlay.
static double estimate_of(const char *key)
{
    char *text = read_text("a/calibration.yaml");
    const char *at = strstr(text, key);
    assert_non_null(at);
    const double value = strtod(at + strlen(key), NULL);
    free(text);
    return value;
}

static void test_it_finds_what_made_the_data(void **state)
{
    (void)state;
    make_data();
    expect("calibrate two.yaml -o a --threads 1 " SIZE, 0, "2 parameters, 6 moments", "");
    print_message("registrations %.0f, hazard of ceasing %.5f\n", estimate_of("entries_per_year: "),
                  estimate_of("exit_per_month: "));
    assert_true(fabs(log(estimate_of("entries_per_year: ") / 90000.0)) < 0.05);
    assert_true(fabs(log(estimate_of("exit_per_month: ") / 0.006)) < 0.15);
    expect("calibrate two.yaml -o b --threads 2 " SIZE, 0, NULL, "");
    same_files("a", "b");
    expect("calibrate two.yaml -o a " SIZE, 2, "", "a/journal.txt: is there already; allowed: --resume");
    expect("calibrate two.yaml -o a --resume --seed 7 " SIZE, 2, "", "is the journal of other work");
    expect("calibrate two.yaml -o a --resume --print set " SIZE, 0,
           "--set economy.demography.exit_per_month=0.00", "");
    expect("calibrate two.yaml -o a --resume --print block " SIZE, 0, "  entry:\n    entries_per_year: ", "");
    expect("calibrate two.yaml -o a --resume --format markdown " SIZE, 0, "## Moments", "");
    expect("calibrate two.yaml -o a --resume --format csv " SIZE, 0,
           "\nexit,economy.demography.exit_per_month,", "");
}

// ---- stop, resume -------------------------------------------------------------------------------

static void test_a_signal_stops_it_and_it_goes_on(void **state)
{
    (void)state;
    write_any();
    expect("calibrate two.yaml -o a " SMALL, 0, NULL, "");
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("err.txt", "w", stderr))
            execl(MANGROVE_BINARY, "mangrove", "calibrate", "two.yaml", "-o", "b", "--agents", "200",
                  "--replicates", "2", "--until", "2014-12", "--quiet", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 400 && access("b/journal.txt", F_OK) != 0; i++)
        usleep(20000);
    usleep(100000); // some trials
    kill(child, SIGINT);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 4) { // a fast machine may have finished
        char *err = read_text("err.txt");
        assert_non_null(strstr(err, "are kept in b/journal.txt for --resume"));
        assert_int_not_equal(access("b/calibration.yaml", F_OK), 0);
        free(err);
    } else {
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    char *journal = read_text("b/journal.txt");
    write_text("b/journal.txt", journal);
    FILE *torn = fopen("b/journal.txt", "a");
    assert_non_null(torn);
    fputs("0123456789abcdef 90000 0.00", torn);
    fclose(torn);
    free(journal);
    expect("calibrate two.yaml -o b --resume " SMALL, 0, NULL, "");
    same_files("a", "b");
}

// ---- files --------------------------------------------------------------------------------------

// `root`, an absolute path, from the working folder: up to the root, then down.
static void relative(const char *root, char *out, size_t size)
{
    char here[1024];
    size_t n = 0;
    assert_non_null(getcwd(here, sizeof here));
    for (const char *c = here; *c; c++)
        if (*c == '/' && c[1])
            n += (size_t)snprintf(out + n, size - n, "../");
    snprintf(out + n, size - n, "%s", root + 1);
}

static void test_the_estimate_is_a_scenario(void **state)
{
    char root[1024], text[2048];
    (void)state;
    write_any();
    expect("calibrate two.yaml -o a --trials 12 " SMALL, 0, NULL, "");
    relative(SCENARIOS, root, sizeof root);
    snprintf(text, sizeof text, "extends: [%s/policies/baseline.yaml, a/calibration.yaml]\nname: fitted\n",
             root);
    write_text("fitted.yaml", text);
    expect("check fitted.yaml", 0, "fitted.yaml: ok", "");
}

// Vietnam's calibrations load, and every one of their parameters moves the model.
static void test_the_files_that_come_with_the_program(void **state)
{
    (void)state;
    expect("calibrate " SCENARIOS
           "/calibration/vietnam_history.yaml -o h --agents 100 --replicates 1 --trials 31 "
           "--until 2014-12 --quiet",
           0, "(use history)", "");
    expect("calibrate " SCENARIOS "/calibration/vietnam.yaml -o v --agents 100 --replicates 1 --trials 50 "
           "--until 2014-12 --quiet --print block",
           0, "  innovation:\n    hazard:\n      improved_product: ", "");
}

// The moments in the tree are those of the evidence, where that stands beside it.
static void test_the_moments_are_those_of_the_evidence(void **state)
{
    static const char evidence[] = MANGROVE_SOURCE_DIR "/../shared/evidence/moments.csv";
    (void)state;
    if (access(evidence, R_OK) != 0)
        skip();
    char *theirs = read_text(evidence),
         *ours = read_text(MANGROVE_SOURCE_DIR "/analysis/moments/vietnam.csv");
    assert_string_equal(ours, theirs);
    free(theirs);
    free(ours);
}

static void refuse(const char *from, const char *to, const char *what)
{
    char *text = read_text("two.yaml"), changed[4096];
    char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    write_text("bad.yaml", changed);
    expect("calibrate bad.yaml -o bad " SMALL, 2, "", what);
    assert_int_not_equal(access("bad", F_OK), 0);
    free(text);
}

static void test_faults_have_their_place(void **state)
{
    (void)state;
    write_any();
    expect("describe calibration parameters.NAME.prior", 0, "one of: uniform, normal, log_normal", "");
    refuse("search", "serch", "bad.yaml:4:1: serch: unknown key; did you mean 'search'?");
    refuse("iterations_n: 10", "step: 7",
           "bad.yaml:4:16: search.step: '7' is too large; allowed: a number from");
    refuse("exit_per_month", "exit_per_moth",
           "economy.demography.exit_per_moth: unknown key; did you mean 'exit_per_month'?");
    refuse("low: 50000", "low: -5", "bad.yaml:7:55: economy.entry.entries_per_year: '-5' is too small");
    refuse("low: 50000", "low: 200000", "parameters.entries.high: is not above low");
    refuse("low: 50000", "low: 80000", "parameters.entries: the start ");
    refuse("log_normal, prior_sd: 2", "log_normal", "parameters.exit.prior: a log_normal prior needs its");
    refuse("log_normal", "uniform", "parameters.exit.prior_sd: says nothing of a uniform prior");
    refuse("low: 0.001", "low: 0", "parameters.exit.low: a log_normal prior is of positive numbers");
    refuse("demography.exit_per_month", "entry.entries_per_year", "is also that of parameters.entries");
    refuse("economy.demography.exit_per_month", "run.until", "'run.until' is no number");
    refuse("data.csv", "none.csv", "none.csv: cannot be opened");
    refuse("name: two", "name: two\nexclude: m9", "exclude: there is no moment 'm9'");
    refuse("name: two", "name: two\nuse: history", "use: no moment is left");
    expect("calibrate two.yaml", 2, "", "-o DIR is missing");
    expect("calibrate two.yaml -o x --print all", 2, "", "unknown print 'all'");
    expect("calibrate two.yaml -o x --trials 3 " SMALL, 2, "", "search.trials_max: 3 trials are too few");
    expect("calibrate two.yaml -o x --trials none " SMALL, 2, "",
           "--trials: search.trials_max: 'none' is not a");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_it_finds_what_made_the_data),
        TEST(test_a_signal_stops_it_and_it_goes_on),
        TEST(test_the_estimate_is_a_scenario),
        TEST(test_the_files_that_come_with_the_program),
        TEST(test_the_moments_are_those_of_the_evidence),
        TEST(test_faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
