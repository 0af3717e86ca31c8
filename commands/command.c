#include "commands/command.h"

#include <stdlib.h>
#include <string.h>
#include "commands/manual.h"
#include "mangrove_version.h"
#include "sim/number.h"

enum { NAMES_MAX = 64 };

// ---- faults -------------------------------------------------------------------------------------

int command_unknown(struct error *err, const char *what, const char *word, const char *const *names, int n)
{
    char quoted[ERROR_QUOTE_MAX], allowed[ERROR_TEXT_MAX] = "";
    for (int i = 0; i < n; i++) {
        const size_t used = strlen(allowed);
        snprintf(allowed + used, sizeof allowed - used, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *near = field_nearest(word, names, n);
    return error_add(err, ERROR_INPUT, "unknown %s %s; allowed: %s%s%s%s", what,
                     error_quote(word, strlen(word), quoted), allowed, near ? "; did you mean '" : "",
                     near ? near : "", near ? "'?" : "");
}

static int unknown_command(struct error *err, const char *word)
{
    const char *names[NAMES_MAX];
    for (int i = 0; i < commands_n; i++)
        names[i] = commands[i].name;
    return command_unknown(err, "command", word, names, commands_n);
}

static int unknown_option(struct error *err, const struct command *command, const char *word)
{
    static const char help[] = "--help";
    char text[NAMES_MAX][40];
    const char *names[NAMES_MAX];
    int n = 0;
    for (int i = 0; i < command->options_n; i++) {
        snprintf(text[n], sizeof text[n], "--%s", command->options[i].name);
        names[n] = text[n];
        n++;
    }
    names[n++] = help;
    return command_unknown(err, "option", word, names, n);
}

// ---- parsing ------------------------------------------------------------------------------------

static const struct command_option *option_find(const struct command *command, const char *word,
                                                size_t length)
{
    for (int i = 0; i < command->options_n; i++) {
        const struct command_option *option = &command->options[i];
        if (word[0] == '-' && word[1] != '-'
                ? length == 2 && option->letter == word[1]
                : length == strlen(option->name) + 2 && memcmp(word + 2, option->name, length - 2) == 0)
            return option;
    }
    return NULL;
}

// Parses the option at argv[*at] and, where its value is a word of its own, moves on to that.
static int parse_option(struct command_call *call, int argc, char **argv, int *at, struct error *err)
{
    const char *word = argv[*at];
    const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    const size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const struct command_option *option = option_find(call->command, word, length);
    if (!option) {
        char name[ERROR_QUOTE_MAX];
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), word);
        return unknown_option(err, call->command, name);
    }
    if (!option->argument && equals)
        return error_add(err, ERROR_INPUT, "--%s: takes no value", option->name);
    if (option->argument && !equals && *at + 1 == argc)
        return error_add(err, ERROR_INPUT, "--%s: its value %s is missing", option->name, option->argument);
    if (call->values_n == COMMAND_VALUES_MAX)
        return error_add(err, ERROR_INPUT, "--%s: too many options; allowed: %d", option->name,
                         COMMAND_VALUES_MAX);
    const char *text = "";
    if (option->argument)
        text = equals ? equals + 1 : argv[++*at];
    call->value[call->values_n].option = option;
    call->value[call->values_n++].text = text;
    return ERROR_NONE;
}

static int parse(struct command_call *call, int argc, char **argv, struct error *err)
{
    bool options_over = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (!options_over && strcmp(word, "--") == 0) {
            options_over = true;
        } else if (!options_over && word[0] == '-' && word[1] != '\0') {
            if (parse_option(call, argc, argv, &i, err))
                return ERROR_INPUT;
        } else if (call->arguments_n == COMMAND_ARGUMENTS_MAX) {
            return error_add(err, ERROR_INPUT, "too many arguments; allowed: %d", COMMAND_ARGUMENTS_MAX);
        } else {
            call->argument[call->arguments_n++] = word;
        }
    }
    const struct command *command = call->command;
    if (call->arguments_n < command->arguments_min)
        return error_add(err, ERROR_INPUT, "arguments are missing; allowed: %s", command->arguments);
    if (command->arguments_max >= 0 && call->arguments_n > command->arguments_max)
        return error_add(err, ERROR_INPUT, "too many arguments from '%s' on; allowed: %s",
                         call->argument[command->arguments_max], command->arguments);
    return ERROR_NONE;
}

// ---- what a command reads from its call ---------------------------------------------------------

const char *command_text(const struct command_call *call, const char *option)
{
    const char *text = NULL;
    for (int i = 0; i < call->values_n; i++)
        text = strcmp(call->value[i].option->name, option) == 0 ? call->value[i].text : text;
    return text;
}

bool command_given(const struct command_call *call, const char *option)
{
    return command_text(call, option) != NULL;
}

int command_whole(const struct command_call *call, const char *option, int64_t low, int64_t high,
                  int64_t *value, struct error *err)
{
    const char *text = command_text(call, option);
    char quoted[ERROR_QUOTE_MAX];
    int64_t number = 0;
    if (!text)
        return ERROR_NONE;
    if (number_whole(text, &number) != NUMBER_OK || number < low || number > high)
        return error_add(err, ERROR_INPUT,
                         "--%s: %s is not allowed; allowed: a whole number from %lld to %lld", option,
                         error_quote(text, strlen(text), quoted), (long long)low, (long long)high);
    *value = number;
    return ERROR_NONE;
}

int command_format(const struct command_call *call, enum report_format *format, struct error *err)
{
    const char *text = command_text(call, "format");
    *format = REPORT_TEXT;
    for (int i = 0; text && i < REPORT_FORMATS_N; i++) {
        if (strcmp(text, report_text_format_names[i]) == 0) {
            *format = (enum report_format)i;
            return ERROR_NONE;
        }
    }
    return text ? command_unknown(err, "format", text, report_text_format_names, REPORT_FORMATS_N)
                : ERROR_NONE;
}

// ---- the call -----------------------------------------------------------------------------------

static bool asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

// Prints the faults, each behind the program's and the command's name unless it begins with a file's place.
static int fail(const struct error *err, const char *command)
{
    fflush(stdout);
    error_print(err, stderr);
    if (err->code == ERROR_INPUT)
        fprintf(stderr, "mangrove%s%s failed; see: mangrove %s%s--help\n", *command ? " " : "", command,
                command, *command ? " " : "");
    return err->code;
}

static int run(const struct command *command, int argc, char **argv, struct error *err)
{
    struct command_call *call = calloc(1, sizeof *call);
    if (!call)
        return error_add(err, ERROR_WORK, "no memory");
    call->command = command;
    int code = parse(call, argc, argv, err);
    if (!code)
        code = command->run(call, err);
    free(call);
    if (!code && (fflush(stdout) != 0 || ferror(stdout)))
        code = error_add(err, ERROR_WORK, "standard output: cannot be written");
    return code;
}

int command_main(int argc, char **argv)
{
    static const char *const revision = MANGROVE_DIRTY ? MANGROVE_REVISION ", changed" : MANGROVE_REVISION;
    struct error *err = calloc(1, sizeof *err);
    if (!err)
        return ERROR_WORK;
    const char *word = argc > 1 ? argv[1] : "--help";
    const char *about = "";
    int code = ERROR_NONE;
    if (strcmp(word, "--version") == 0) {
        printf("mangrove %s (%s; %s)\n", MANGROVE_VERSION, revision, MANGROVE_COMPILER);
    } else if (strcmp(word, "--manual") == 0) {
        manual_page(stdout);
    } else if (strcmp(word, "--completion") == 0) {
        manual_completion(stdout);
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
               (strcmp(word, "help") == 0 && argc == 2)) {
        manual_overview(argc > 1 ? stdout : stderr);
        code = argc > 1 ? ERROR_NONE : ERROR_INPUT;
    } else {
        const bool help = strcmp(word, "help") == 0;
        const char *name = help ? argv[2] : word;
        const struct command *command = NULL;
        for (int i = 0; i < commands_n; i++)
            command = strcmp(commands[i].name, name) == 0 ? &commands[i] : command;
        if (command && (help || asks_help(argc - 2, argv + 2))) {
            manual_command(command, stdout);
        } else if (command) {
            about = command->name;
            code = run(command, argc - 2, argv + 2, err);
        } else {
            code = unknown_command(err, name);
        }
    }
    if (err->faults_n > 0)
        fail(err, about);
    free(err);
    return code;
}
