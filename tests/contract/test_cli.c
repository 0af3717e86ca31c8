// cli: the program as people call it: help, messages, exit statuses, files. Each test runs the binary in the
// test's own folder.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASELINE MANGROVE_SOURCE_DIR "/scenarios/policies/baseline.yaml"
#define SMALL    " --agents 300 --until 2014-03 --replicates 2 --quiet"
enum { TEXT_MAX = 1 << 20 };

// What a call has said, and its exit status.
struct said {
    int status;
    char *out, *err;
};

static char *read_text(const char *path)
{
    char *text = calloc(1, TEXT_MAX);
    FILE *file = fopen(path, "r");
    assert_non_null(text);
    assert_non_null(file);
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

static struct said call(const char *arguments)
{
    char line[4096];
    snprintf(line, sizeof line, "'%s' %s >out.txt 2>err.txt", MANGROVE_BINARY, arguments);
    const int status = system(line);
    assert_true(WIFEXITED(status));
    return (struct said){WEXITSTATUS(status), read_text("out.txt"), read_text("err.txt")};
}

static void forget(struct said said)
{
    free(said.out);
    free(said.err);
}

// Calls and expects an exit status, and texts (NULL: none asked for) on standard output and standard error.
static void expect(const char *arguments, int status, const char *out, const char *err)
{
    struct said said = call(arguments);
    if (said.status != status || (out && !strstr(said.out, out)) || (err && !strstr(said.err, err)))
        fail_msg("mangrove %s: status %d, expected %d\nout: %.2000s\nerr: %.2000s", arguments, said.status,
                 status, said.out, said.err);
    forget(said);
}

static int exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type;
    return walk->level > 0 ? remove(path) : 0;
}

// Each test begins in an empty folder.
static int empty_folder(void **state)
{
    (void)state;
    return nftw(".", remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

// ---- help ---------------------------------------------------------------------------------------

static void test_help_names_every_command_and_option(void **state)
{
    (void)state;
    struct said overview = call("--help");
    assert_int_equal(overview.status, 0);
    for (const char *name = strstr(overview.out, "commands\n") + 9; *name == ' ';) {
        char word[32], line[64], option[64];
        sscanf(name, " %31s", word);
        snprintf(line, sizeof line, "usage: mangrove %s", word);
        snprintf(option, sizeof option, "%s --help", word);
        expect(option, 0, line, NULL);
        snprintf(option, sizeof option, "help %s", word);
        expect(option, 0, "--help", NULL);
        name = strchr(name, '\n') + 1;
    }
    forget(overview);
    expect("run --help", 0, "--threads N", NULL);
    expect("run x.yaml --quiet --help", 0, "usage: mangrove run", NULL);
    expect("--version", 0, "mangrove ", NULL);
}

static void test_manual_and_completion_have_every_option(void **state)
{
    (void)state;
    static const char *const options[] = {"agents",  "replicates", "until", "stamp",
                                          "targets", "moments",    "strict"};
    struct said manual = call("--manual"), completion = call("--completion");
    assert_int_equal(manual.status + completion.status, 0);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        char roff[64], dashed[64];
        snprintf(roff, sizeof roff, "\\-\\-%s", options[i]);
        snprintf(dashed, sizeof dashed, "--%s ", options[i]);
        assert_non_null(strstr(manual.out, roff));
        assert_non_null(strstr(completion.out, dashed));
    }
    forget(manual);
    forget(completion);
}

// ---- wrong calls --------------------------------------------------------------------------------

static void test_wrong_calls(void **state)
{
    (void)state;
    expect("", 2, NULL, "usage: mangrove COMMAND");
    expect("rum x.yaml", 2, "", "unknown command 'rum'; allowed: run, compare");
    expect("rum x.yaml", 2, "", "did you mean 'run'?");
    expect("run", 2, "", "arguments are missing; allowed: SCENARIO.yaml...");
    expect("run x.yaml --agent 3", 2, "", "unknown option '--agent'; allowed:");
    expect("run x.yaml --agent=3", 2, "", "did you mean '--agents'?");
    expect("run x.yaml --agents", 2, "", "--agents: its value N|full is missing");
    expect("run x.yaml --quiet=yes", 2, "", "--quiet: takes no value");
    expect("run -x", 2, "", "unknown option '-x'");
    expect("digest a.h5 b.h5", 2, "", "too many arguments from 'b.h5' on; allowed: RUN.h5");
    expect("describe parameter", 2, "", "unknown topic 'parameter'; allowed: parameters, metrics,");
    expect("describe streams --format jsn", 2, "",
           "unknown format 'jsn'; allowed: text, markdown, csv, json; did you mean 'json'?");
    expect("validate x.h5", 2, "", "--moments FILE.csv is missing");
    expect("run " BASELINE " --threads 0", 2, "",
           "--threads: '0' is not allowed; allowed: a whole number from 1 to");
}

static void test_wrong_inputs(void **state)
{
    (void)state;
    expect("check none.yaml", 2, "", "none.yaml");
    expect("run " BASELINE SMALL " --agents 10x", 2, "", "--agents: run.agents: '10x' is not a number");
    expect("run " BASELINE SMALL " --set run.sead=3", 2, "", "--set: run.sead: unknown key");
    expect("run " BASELINE SMALL " --set run.sead=3", 2, "", "did you mean 'seed'?");
    expect("compare none.h5", 2, "", "none.h5");
    write_text("text.h5", "no HDF5\n");
    expect("compare text.h5", 2, "", "text.h5: ");
    expect("digest text.h5", 2, "", "text.h5: ");
    expect("compare text.h5 --targets none.yaml", 2, "", "none.yaml");
}

// Nothing runs if one scenario of several is wrong, and all faults of all are told.
static void test_one_wrong_scenario_stops_all(void **state)
{
    (void)state;
    write_text("a.yaml", "name: a\nruns: 3\n");
    write_text("b.yaml", "name: b\nprogrammes: {x: {kind: grant}}\n");
    struct said said = call("run " BASELINE " a.yaml b.yaml" SMALL " -o out/");
    assert_int_equal(said.status, 2);
    assert_non_null(strstr(said.err, "a.yaml:2:1: runs: unknown key"));
    assert_non_null(strstr(said.err, "b.yaml:2:"));
    assert_false(exists("out/baseline.h5"));
    forget(said);
    expect("check a.yaml " BASELINE, 2, "baseline.yaml: ok\n", "a.yaml:2:1: runs");
}

// ---- where results go ---------------------------------------------------------------------------

static void test_places(void **state)
{
    (void)state;
    expect("run " BASELINE " " BASELINE SMALL " -o x.h5", 2, "",
           "-o: x.h5 is one file for 2 scenarios; allowed: a folder, x.h5/");
    expect("run " BASELINE " " BASELINE SMALL " -o x/", 2, "", "name: 'baseline' is also that of");
    expect("run " BASELINE SMALL " -o none/deep/x.h5", 2, "",
           "none/deep: cannot be made: No such file or directory");
    assert_int_equal(mkdir("folder.h5", 0777), 0);
    expect("run " BASELINE SMALL " -o /proc/x.h5", 2, "", "/proc: cannot be written to");
    expect("run " BASELINE SMALL " --set name=../x -o folder.h5", 2, "",
           "name: '../x' cannot be a file's name");
    expect("run " BASELINE SMALL " -o folder.h5", 0, "", "");
    assert_true(exists("folder.h5/baseline.h5"));
    expect("run " BASELINE SMALL, 0, "", "");
    assert_true(exists("baseline.h5"));
    expect("run " BASELINE SMALL " --out=named.h5", 0, "", "");
    assert_true(exists("named.h5"));
}

// ---- what it does -------------------------------------------------------------------------------

static void test_same_bytes_for_any_threads(void **state)
{
    (void)state;
    expect("run " BASELINE SMALL " --threads 1 -o 1.h5", 0, NULL, NULL);
    expect("run " BASELINE SMALL " --threads 2 -o 2.h5", 0, NULL, NULL);
    expect("run " BASELINE SMALL " --threads 7 -o 7.h5", 0, NULL, NULL);
    assert_int_equal(system("cmp 1.h5 2.h5 && cmp 1.h5 7.h5"), 0);
    // Another seed is another run.
    expect("run " BASELINE SMALL " --seed 2 -o s.h5", 0, NULL, NULL);
    assert_int_not_equal(system("cmp -s 1.h5 s.h5"), 0);
    struct said one = call("digest 1.h5"), two = call("digest s.h5");
    assert_true(one.status == 0 && two.status == 0);
    assert_int_equal(strncmp(one.out, "0 ", 2), 0);
    assert_int_equal(strlen(one.out), 2 * 19); // two replicates: number, blank, 16 digits
    assert_string_not_equal(one.out, two.out);
    forget(one);
    forget(two);
}

static void test_check_and_describe(void **state)
{
    (void)state;
    expect("check " BASELINE, 0, "baseline.yaml: ok\n  baseline: ", "");
    expect("check " BASELINE " --agents full", 0, "an agent per enterprise", "");
    expect("describe parameters run.seed", 0, "allowed    a whole number from 0", "");
    expect("describe parameters economy.sectors.ict.firm_share", 0, "Share of opening enterprises", "");
    expect("describe parameters run.sead", 2, "", "unknown parameter 'run.sead'");
    expect("describe metrics --format csv", 0, "metric,kind,unit,groups,cell_methods,definition\n", "");
    expect("describe kinds guarantee", 0, "kind", "");
    expect("describe programmes", 0, "programmes.NAME.enabled", "");
    expect("describe programmes " BASELINE, 0, "vn_cgf", "");
    expect("describe targets enterprises_2020", 0, "1,000,000", "");
    expect("describe accounts --format json", 0, "\"name\": \"firms\"", "");
    expect("describe streams", 0, "POPULATION_TRAITS", "");
    expect("describe phases", 0, "environment", "");
}

static void test_compare_and_validate(void **state)
{
    (void)state;
    write_text("moments.csv",
               "id,metric,group,period,statistic,value,tolerance,use\n"
               "right,entries_n,,2014-01,sum,0,1e9,history\nwrong,entries_n,,2014-01,sum,-5,0,history\n");
    write_text(
        "targets.yaml",
        "targets:\n  - {id: t, title: Firms, metric: enterprises_n, period: 2014-02, statistic: end, low: 1,"
        " unit: enterprises, source: s}\n");
    expect("run " BASELINE SMALL " -o a.h5", 0, NULL, NULL);
    expect("run " BASELINE SMALL " -o b.h5 --set name=policy --set programmes.vn_natif.share=0.9", 0, NULL,
           NULL);
    expect("run " BASELINE SMALL " -o c.h5 --set economy.credit.banks_n=11", 0, NULL, NULL);
    expect("compare a.h5 b.h5 --targets targets.yaml", 0, "Firms: at least 1 enterprises", "");
    expect("compare a.h5 b.h5 --targets targets.yaml --format csv", 0,
           "\nt,Firms,,policy,b.h5,enterprises_n,,2014-02,2014-02,end,", "");
    expect("compare a.h5 b.h5 --targets targets.yaml --format markdown --at 2014-03", 0, "## By 2014-03", "");
    expect("compare a.h5 b.h5 --targets targets.yaml --at 2014", 2, "",
           "--at: '2014' is no month; allowed: YYYY-MM");
    expect("compare a.h5 b.h5 --targets targets.yaml --dates 2015", 0, "No target lies within", "");
    expect("compare a.h5 b.h5 --targets targets.yaml --dates soon", 2, "", "--dates: period 'soon' is none");
    expect("compare a.h5 c.h5 --targets targets.yaml", 2, "", "c.h5: economy.credit.banks_n: 11, but ");
    expect("validate a.h5 --moments moments.csv", 0, "1 of 2 moments inside their tolerance; history 1 of 2",
           "");
    expect("validate a.h5 --moments moments.csv --strict", 3, NULL,
           "a.h5: 1 of 2 moments lie outside their tolerance");
    expect("validate a.h5 --moments moments.csv --notes none.csv", 2, "", "none.csv: cannot be opened");
    expect("validate a.h5 --moments moments.csv --fitted 3", 2, "", "--fitted: ");
}

static void test_stylised_and_hindcast(void **state)
{
    (void)state;
    write_text("facts.csv",
               "id,title,estimator,first_year,last_year,low,high,source\n"
               "churn,Turnover,turnover,2015,2015,0,9,s\nmore,Turnover,turnover,2015,2015,9,,s\n");
    write_text("series.csv", "series,title,metric,group,statistic,scale,year,value,fact_id\n"
                             "n,Firms,enterprises_n,,end,level,2014,400000,f\n"
                             "n,Firms,enterprises_n,,end,level,2015,450000,f\n");
    expect("run " BASELINE " --agents 300 --until 2015-12 --replicates 2 --quiet --panel 1 -o a.h5", 0, NULL,
           NULL);
    expect("run " BASELINE SMALL " --panel 0 -o none.h5", 0, NULL, NULL);
    expect("stylised a.h5", 2, "", "--facts FILE.csv is missing");
    expect("stylised none.h5 --facts facts.csv", 2, "", "none.h5: no group /panel");
    expect("stylised a.h5 --facts facts.csv --figures out", 0, "1 of 2 facts inside", "");
    assert_true(exists("out/size_tail.csv") && exists("out/investment.csv"));
    expect("stylised a.h5 --facts facts.csv --strict", 3, NULL, "1 of 2 facts lie outside");
    expect("hindcast a.h5", 2, "", "--series FILE.csv is missing");
    expect("hindcast a.h5 --series series.csv --origin 2014 --years years.csv --format csv", 0,
           "\nn,Firms,model_growth,2015-2015,1,", "");
    assert_true(exists("years.csv"));
    expect("hindcast a.h5 --series series.csv --origin 2013", 0, NULL,
           "n: has no observation in the origin year");
    expect("hindcast a.h5 --series series.csv --origin soon", 2, "", "--origin: ");
}

// A signal ends a run with status 4, and no file has the final name.
static void stop_with(int signal)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("err.txt", "w", stderr))
            execl(MANGROVE_BINARY, "mangrove", "run", BASELINE, "--agents", "20000", "--replicates", "50",
                  "-o", "out/", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 200 && !exists("out");
         i++) // the folder is made before the run, signals are held before the months
        usleep(50000);
    usleep(300000);
    assert_int_equal(kill(child, signal), 0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 4);
    assert_int_equal(system("test -z \"$(ls -A out)\""), 0);
    char *err = read_text("err.txt");
    assert_non_null(strstr(err, "stopped by a signal; 0 of 1 scenarios are finished and kept"));
    free(err);
}

static void test_signals(void **state)
{
    (void)state;
    stop_with(SIGINT);
    stop_with(SIGTERM);
}

static void test_full_disk(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    const int status = system("'" MANGROVE_BINARY "' describe parameters >/dev/full 2>err.txt");
    assert_int_equal(WEXITSTATUS(status), 1);
    char *err = read_text("err.txt");
    assert_non_null(strstr(err, "standard output: cannot be written"));
    free(err);
}

// ---- experiment ---------------------------------------------------------------------------------

// A study in the test's folder, with further lines.
static void write_study(const char *more)
{
    char here[2048], extends[4096], text[8192];
    size_t n = 0;
    assert_non_null(getcwd(here, sizeof here));
    for (const char *c = here; *c; c++)
        if (*c == '/' && c[1])
            n += (size_t)snprintf(extends + n, sizeof extends - n, "../");
    snprintf(extends + n, sizeof extends - n, "%s", &MANGROVE_SOURCE_DIR[1]);
    snprintf(
        text, sizeof text,
        "extends: %s/scenarios/economies/vietnam.yaml\n"
        "name: s\n"
        "study: {title: T, citation: C, country: X, programme: grant, design: award}\n"
        "outcomes:\n"
        "  sales: {row: r, measure: log_sales, unit: percent, months: 12, published: 1}\n"
        "programmes:\n"
        "  grant: {kind: subsidy, start: 2015-01, aware_frac: 1, aware_per_year: 50, awarded_frac: 0.5}\n%s",
        extends, more);
    write_text("s.yaml", text);
}

static void test_experiment_prints_what_a_study_finds(void **state)
{
    (void)state;
    write_study("");
    expect("experiment s.yaml --agents 1500 --replicates 2 --quiet", 0, "1 outcomes of 1 studies", "");
    expect("experiment s.yaml --agents 1500 --replicates 2 --quiet --threads 1 --format csv -o a.csv", 0, "",
           "");
    expect("experiment s.yaml --agents 1500 --replicates 2 --quiet --threads 2 --format csv -o b.csv", 0, "",
           "");
    struct said one = call("experiment s.yaml --agents 1500 --replicates 1 --quiet --format json");
    assert_int_equal(one.status, 0);
    assert_null(strstr(one.out, "no estimate")); // one replicate has an interval of its own
    assert_null(strstr(one.out, "\"effect_low\": null"));
    forget(one);
    char *a = read_text("a.csv"), *b = read_text("b.csv");
    assert_string_equal(a, b); // whatever the threads
    assert_non_null(strstr(a, "T,C,X,subsidy,award,sales,log_sales,percent,itt,12,r,2,"));
    assert_false(exists("a.csv.part"));
    free(a);
    free(b);
}

static void test_experiment_refuses_with_a_place(void **state)
{
    (void)state;
    write_study("stduy: {intake_months: 3}\n");
    expect("experiment s.yaml --quiet", 2, "", "s.yaml:8:1: stduy");
    write_study("economy: {innovation: {hazard: {process: 0.6}}}\n");
    expect("experiment s.yaml --quiet", 2, "", "s.yaml:8:42: economy.innovation.hazard.process");
    write_study("run: {start: 2014-06}\n");
    expect("experiment s.yaml --quiet", 2, "",
           "s.yaml:3:55: study.programme: 'grant' opens less than 12 months");
    write_study("");
    expect("experiment s.yaml --quiet --set programmes.grant.awarded_frac=1", 2, "",
           "s.yaml:3:70: study.design: 'award' does not fit the programme; allowed: with "
           "programmes.grant.awarded_frac between 0 and 1");
    expect("experiment s.yaml --quiet --set programmes.grant.enabled=false", 2, "", "'grant' is not enabled");
    expect("experiment no.yaml --quiet", 2, "", "no.yaml");
    expect("experiment " BASELINE " --quiet", 2, "", "study.title");
    expect("experiment s.yaml --quiet --agents 300 --replicates 2 -o no/folder.csv", 2, "",
           "no/folder.csv cannot be written");
    expect("experiment s.yaml --format table", 2, "", "format");
    expect("experiment", 2, "", "STUDY.yaml");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_help_names_every_command_and_option),
        TEST(test_manual_and_completion_have_every_option),
        TEST(test_wrong_calls),
        TEST(test_wrong_inputs),
        TEST(test_one_wrong_scenario_stops_all),
        TEST(test_places),
        TEST(test_same_bytes_for_any_threads),
        TEST(test_check_and_describe),
        TEST(test_compare_and_validate),
        TEST(test_stylised_and_hindcast),
        TEST(test_experiment_prints_what_a_study_finds),
        TEST(test_experiment_refuses_with_a_place),
        TEST(test_signals),
        TEST(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
