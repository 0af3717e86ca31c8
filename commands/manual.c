#include "commands/manual.h"

#include <string.h>
#include "mangrove_version.h"

static const struct {
    int status;
    const char *doc;
} statuses[] = {
    {ERROR_NONE, "done"},
    {ERROR_WORK, "the work failed: books that do not balance, disk, memory"},
    {ERROR_INPUT, "the input or the call is wrong; the message names the place"},
    {ERROR_STRICT, "a check asked for with --strict is not met"},
    {ERROR_STOPPED, "stopped by a signal; what was finished is kept"},
};
static const struct {
    const char *call, *doc;
} general[] = {
    {"--help", "this text; COMMAND --help for one command"},
    {"--version", "version, revision and compiler"},
    {"--manual", "the man page: mangrove --manual | man -l -"},
    {"--completion", "completion for bash: source <(mangrove --completion)"},
};
enum { STATUSES_N = sizeof statuses / sizeof *statuses, GENERAL_N = sizeof general / sizeof *general };

// "-o FILE, --out FILE" and the like.
static void option_text(const struct command_option *option, char *out, size_t size)
{
    char letter[8] = "";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(out, size, "%s--%s%s%s", letter, option->name, option->argument ? " " : "",
             option->argument ? option->argument : "");
}

void manual_overview(FILE *to)
{
    fputs("mangrove simulates small and medium enterprises and the public programmes that support them.\n\n"
          "usage: mangrove COMMAND [options] ARGUMENTS\n\ncommands\n",
          to);
    for (int i = 0; i < commands_n; i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("\noptions\n", to);
    for (int i = 0; i < GENERAL_N; i++)
        fprintf(to, "  %-14s %s\n", general[i].call, general[i].doc);
    fputs("\nexit status\n", to);
    for (int i = 0; i < STATUSES_N; i++)
        fprintf(to, "  %d  %s\n", statuses[i].status, statuses[i].doc);
}

void manual_command(const struct command *command, FILE *to)
{
    fprintf(to, "usage: mangrove %s [options] %s\n\n%s.\n", command->name, command->arguments,
            command->summary);
    fputs("\noptions\n", to);
    for (int i = 0; i < command->options_n; i++) {
        const struct command_option *option = &command->options[i];
        char text[96];
        option_text(option, text, sizeof text);
        fprintf(to, "  %-24s %s", text, option->doc);
        if (option->key)
            fprintf(to, " (sets %s)", option->key);
        fputc('\n', to);
    }
    fprintf(to, "  %-24s %s\n", "-h, --help", "this text");
    if (command->details[0] != '\0')
        fprintf(to, "\n%s", command->details);
}

// Text for roff: a backslash and a leading dot or quote would be read as commands.
static void put_roff(const char *text, FILE *to)
{
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", to);
        if (*text == '\\' || *text == '-')
            fputc('\\', to);
        fputc(*text == '\\' ? 'e' : *text, to);
        line_start = *text == '\n';
    }
}

void manual_page(FILE *to)
{
    fprintf(to, ".TH MANGROVE 1 \"\" \"mangrove %s\" \"User commands\"\n", MANGROVE_VERSION);
    fputs(".SH NAME\nmangrove \\- simulates small and medium enterprises and public programmes\n"
          ".SH SYNOPSIS\n.B mangrove\n.I COMMAND\n[options] arguments\n.SH COMMANDS\n",
          to);
    for (int i = 0; i < commands_n; i++) {
        const struct command *command = &commands[i];
        fprintf(to, ".SS mangrove %s [options] ", command->name);
        put_roff(command->arguments, to);
        fputc('\n', to);
        put_roff(command->summary, to);
        fputs(".\n", to);
        for (int k = 0; k < command->options_n; k++) {
            char text[96];
            option_text(&command->options[k], text, sizeof text);
            fputs(".TP\n.B ", to);
            put_roff(text, to);
            fputc('\n', to);
            put_roff(command->options[k].doc, to);
            fputc('\n', to);
        }
        if (command->details[0] != '\0') {
            fputs(".PP\n.nf\n", to);
            put_roff(command->details, to);
            fputs(".fi\n", to);
        }
    }
    fputs(".SH OPTIONS\n", to);
    for (int i = 0; i < GENERAL_N; i++) {
        fputs(".TP\n.B ", to);
        put_roff(general[i].call, to);
        fputc('\n', to);
        put_roff(general[i].doc, to);
        fputc('\n', to);
    }
    fputs(".SH EXIT STATUS\n", to);
    for (int i = 0; i < STATUSES_N; i++) {
        fprintf(to, ".TP\n.B %d\n", statuses[i].status);
        put_roff(statuses[i].doc, to);
        fputc('\n', to);
    }
}

void manual_completion(FILE *to)
{
    fputs("# bash completion of mangrove, written by `mangrove --completion`\n"
          "_mangrove() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        words='",
          to);
    for (int i = 0; i < commands_n; i++)
        fprintf(to, "%s ", commands[i].name);
    for (int i = 0; i < GENERAL_N; i++)
        fprintf(to, "%s%s", general[i].call,
                i + 1 < GENERAL_N ? " " : "'\n    else\n        case ${COMP_WORDS[1]} in\n");
    for (int i = 0; i < commands_n; i++) {
        fprintf(to, "        %s) words='", commands[i].name);
        for (int k = 0; k < commands[i].options_n; k++)
            fprintf(to, "--%s ", commands[i].options[k].name);
        fputs("--help' ;;\n", to);
    }
    fputs("        esac\n"
          "    fi\n"
          "    if [[ $word == -* || $COMP_CWORD -eq 1 ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
          "    else\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
          "    fi\n"
          "}\n"
          "complete -o filenames -F _mangrove mangrove\n",
          to);
}
