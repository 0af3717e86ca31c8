// mangrove simulates small and medium enterprises and the public programmes that support them.
// Copyright (C) 2026 the mangrove authors. GPL-3.0-or-later, see LICENSE.
//
// The table of commands. A command is a row here and a function in commands/; its options are rows too, from
// which help, the man page and shell completion are made.
#include "commands/calibrate.h"
#include "commands/check.h"
#include "commands/compare.h"
#include "commands/describe.h"
#include "commands/digest.h"
#include "commands/experiment.h"
#include "commands/hindcast.h"
#include "commands/run.h"
#include "commands/scenario.h"
#include "commands/stylised.h"
#include "commands/validate.h"

static const struct command_option run_options[] = {
    {.name = "out",
     .letter = 'o',
     .argument = "FILE.h5|DIR/",
     .doc = "where the results go; default: NAME.h5 here"},
    SCENARIO_OPTIONS,
    {.name = "threads",
     .argument = "N",
     .doc = "threads; default: all processors. Results do not depend on it"},
    {.name = "stamp", .doc = "writes the time into the file, which is otherwise the same bytes every time"},
    {.name = "quiet", .doc = "no progress"},
};
static const struct command_option check_options[] = {SCENARIO_OPTIONS};
static const struct command_option compare_options[] = {
    {.name = "targets", .argument = "FILE.yaml", .doc = "the targets; default: analysis/targets.yaml"},
    {.name = "at", .argument = "YYYY-MM", .doc = "the targets of a date at this month instead"},
    {.name = "dates",
     .argument = "PERIOD",
     .doc = "only targets of these dates: 2020, 2020-12 or 2015..2020"},
    COMMAND_FORMAT,
};
static const struct command_option validate_options[] = {
    {.name = "moments", .argument = "FILE.csv", .doc = "the moments to judge by (must be given)"},
    {.name = "notes", .argument = "FILE.csv", .doc = "what is said about moments that are missed"},
    {.name = "fitted",
     .argument = "K",
     .doc = "parameters fitted to these moments, for the J-statistic's degrees of freedom; default: 0"},
    COMMAND_FORMAT,
    {.name = "strict", .doc = "exit status 3 if a moment lies outside its tolerance"},
};
static const struct command_option calibrate_options[] = {
    {.name = "out", .letter = 'o', .argument = "DIR", .doc = "where journal and results go (must be given)"},
    {.name = "resume", .doc = "goes on with the journal in DIR; a finished one only reports again"},
    {.name = "trials", .argument = "N", .doc = "most trials, those of the report included"},
    {.name = "agents", .argument = "N|full", .doc = "firm agents of a trial at the start"},
    {.name = "replicates", .argument = "N", .doc = "repetitions of a trial, with the same seeds in all"},
    {.name = "seed", .argument = "N", .doc = "seed of all draws"},
    {.name = "until", .argument = "YYYY-MM", .doc = "last month; default: the last that a moment needs"},
    {.name = "moments", .argument = "FILE.csv", .doc = "the moments, instead of those the file names"},
    {.name = "set",
     .argument = "KEY=VALUE",
     .repeated = true,
     .doc = "sets any parameter of the scenario that is not free"},
    {.name = "threads",
     .argument = "N",
     .doc = "threads; default: all processors. Results do not depend on it"},
    {.name = "print",
     .argument = "WHAT",
     .doc = "report (default); set: options --set KEY=VALUE; block: YAML for an economy's file"},
    COMMAND_FORMAT,
    {.name = "quiet", .doc = "no progress"},
};
static const struct command_option stylised_options[] = {
    {.name = "facts", .argument = "FILE.csv", .doc = "the facts to judge by (must be given)"},
    {.name = "figures", .argument = "DIR", .doc = "writes what the figures are drawn from, a CSV file each"},
    COMMAND_FORMAT,
    {.name = "strict", .doc = "exit status 3 if a fact lies outside its accepted range"},
};
static const struct command_option hindcast_options[] = {
    {.name = "series", .argument = "FILE.csv", .doc = "the yearly series to judge by (must be given)"},
    {.name = "origin", .argument = "YYYY", .doc = "the last year of history; default: 2019"},
    {.name = "years", .argument = "FILE.csv", .doc = "writes observations and forecasts, a row a year"},
    COMMAND_FORMAT,
};
static const struct command_option experiment_options[] = {
    {.name = "out",
     .letter = 'o',
     .argument = "FILE",
     .doc = "where the table goes; default: standard output"},
    {.name = "agents",
     .argument = "N|full",
     .key = "run.agents",
     .doc = "firm agents at the start; full: one per enterprise"},
    {.name = "replicates",
     .argument = "N",
     .key = "run.replicates",
     .doc = "repetitions of each study, each with luck of its own"},
    {.name = "seed", .argument = "N", .key = "run.seed", .doc = "seed of all draws"},
    {.name = "set",
     .argument = "KEY=VALUE",
     .repeated = true,
     .doc = "sets any parameter that `mangrove describe parameters` lists"},
    {.name = "threads",
     .argument = "N",
     .doc = "threads; default: all processors. Results do not depend on it"},
    COMMAND_FORMAT,
    {.name = "quiet", .doc = "no progress"},
};
static const struct command_option format_options[] = {COMMAND_FORMAT};

#define OPTIONS(rows) .options = rows, .options_n = sizeof rows / sizeof *rows
const struct command commands[] = {
    {"run", "SCENARIO.yaml...", 1, -1, "Simulates scenarios and writes their results",
     "Each scenario makes one HDF5 file (netCDF-4 compatible). With several, -o names a folder:\n"
     "DIR/NAME.h5, NAME being the scenario's name. Control-C stops cleanly: finished files stay,\n"
     "nothing half-written has a final name.\n",
     run_command, OPTIONS(run_options)},
    {"compare", "BASE.h5 POLICY.h5...", 1, COMPARE_FILES_MAX,
     "Says how far runs land from the targets, and what policies change and cost",
     "Runs must have one seed, the same replicates, months, agents and economy; programmes may\n"
     "differ.\n"
     "\n"
     "CSV and JSON hold a row per target, reading and scenario. Keys: target, title, reading,\n"
     "scenario, file; metric, group, first, last, statistic, unit (what is evaluated, in months\n"
     "first to last); target_low, target_high; replicates; value (mean of the replicates),\n"
     "value_p2_5, value_p97_5 (their percentiles); gap (to the range); verdict;\n"
     "share_of_replicates_that_meet_it; difference, difference_low, difference_high (from the\n"
     "baseline, paired by replicate, 95 % t-interval of the mean); effect (higher, lower, no\n"
     "effect distinguishable); units (what is counted), units_difference, units_difference_low,\n"
     "units_difference_high (how many more); source, note.\n"
     "\n"
     "And for each MONEY of cash, cost (accrual), tax_forgone and fiscal_balance, in VND from the\n"
     "run's start to the month `last`: MONEY_vnd, MONEY_difference_vnd, MONEY_difference_low_vnd,\n"
     "MONEY_difference_high_vnd, and MONEY_per_unit_vnd where the interval of units_difference\n"
     "lies above 0.\n",
     compare_command, OPTIONS(compare_options)},
    {"validate", "RUN.h5", 1, 1, "Compares a run with observed moments",
     "CSV columns: id,metric,group,period,statistic,data,tolerance,model,low,high,inside. model is\n"
     "the mean of the replicates, low and high their 2.5th and 97.5th percentile; inside is 1 if\n"
     "model is within tolerance of data. The other formats add how many tolerances away it is, the\n"
     "use of the moment and the note; text and Markdown end with the counts, the J-statistic,\n"
     "moments further than three tolerances away, and contradictions among the moments.\n",
     validate_command, OPTIONS(validate_options)},
    {"calibrate", "CALIBRATION.yaml", 1, 1, "Fits parameters to observed moments",
     "The file names scenario, moments, free parameters with bounds and priors, and the search: see\n"
     "docs/calibration.md. DIR receives journal.txt (a line per trial), report.md, report.json,\n"
     "parameters.csv, moments.csv, directions.csv, sensitivity.csv, posterior.csv (a sample of\n"
     "parameters) and calibration.yaml, which a scenario can extend. Control-C stops cleanly with\n"
     "exit status 4; --resume goes on. --format csv prints the parameters.\n",
     calibrate_command, OPTIONS(calibrate_options)},
    {"stylised", "RUN.h5", 1, 1, "Compares the firms of a run with stylised facts of firm dynamics",
     "Works on the run's panel (run --panel SHARE): the firms of its first replicate. Columns: id,\n"
     "title, firms (which, in which years), value, low, high (95 % interval, delete-a-group jackknife\n"
     "over firms), range_low, range_high (accepted; empty: open), inside, source, note.\n",
     stylised_command, OPTIONS(stylised_options)},
    {"hindcast", "RUN.h5", 1, 1, "Compares a run with later years and with forecasts without a model",
     "Columns: series, title, method (model; model_growth: the run's growth from the last\n"
     "observation; last_growth; ar1), years, years_n, rmse, mae, mape, theil_u (1: as good as no\n"
     "change), dm and dm_p (Diebold and Mariano's test of the squared errors against the model's,\n"
     "corrected for few years; above 0: the model is nearer).\n",
     hindcast_command, OPTIONS(hindcast_options)},
    {"experiment", "STUDY.yaml...", 1, -1, "Runs published studies inside the model",
     "A study file (scenarios/studies/) is a scenario with the sections study and outcomes. Each\n"
     "replicate is one study: its sample is asked before the programme opens and in later waves, in\n"
     "a world with the programme and in its twin without it. The effect by the study's own design\n"
     "stands beside the published one, the naive estimate by matching, and that of the twins.\n"
     "\n"
     "CSV and JSON hold a row per outcome, numbers in the outcome's unit; _low and _high are the\n"
     "95 % t-interval of the mean of the replicates; treated_n and control_n count agents.\n",
     experiment_command, OPTIONS(experiment_options)},
    {"check", "SCENARIO.yaml...", 1, -1, "Parses and validates scenarios, runs nothing", "", check_command,
     OPTIONS(check_options)},
    {"describe", "TOPIC [NAME]", 1, 2, "Describes what the program works with",
     "TOPIC is one of: parameters, metrics, kinds, programmes, targets, accounts, streams, phases,\n"
     "calibration (the keys of a calibration's file), studies.\n"
     "NAME is one of them, or the path above several (economy.credit). `describe programmes\n"
     "SCENARIO.yaml` lists the programmes of a scenario; without a file it shows the terms that\n"
     "programmes of all kinds share.\n",
     describe_command, OPTIONS(format_options)},
    {"digest", "RUN.h5", 1, 1, "Prints the digest of the final state, a line per replicate", "",
     digest_command, .options = NULL},
};
const int commands_n = sizeof commands / sizeof *commands;

int main(int argc, char **argv)
{
    return command_main(argc, argv);
}
