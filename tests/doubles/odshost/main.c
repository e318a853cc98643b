/* SPDX-License-Identifier: MIT */
/* odshost: runs EXEC lines against the procedures, with the ODS double in place of SQL Server. */
#include "session.h"
#include "source.h"
#include "utf.h"
#include <stdio.h>
#include <string.h>

enum { EXIT_MISUSE = 1, EXIT_SCRIPT = 2, EXIT_FAILED = 3 };

struct options {
    const char *file;
    const char *query;
    const char *dll;
    const char *lie;
    bool asks_help;
};

static const char usage[] =
    "Usage: odshost [options] [FILE]\n"
    "Runs T-SQL EXEC statements against the xp_milink_* procedures without a SQL Server, and\n"
    "checks every call they make of Open Data Services. Reads FILE, standard input, or a prompt.\n"
    "\n"
    "  -Q TEXT           run this text and exit\n"
    "  -i FILE           the same as FILE\n"
    "  -b                stop at the first EXEC whose return code is not 0, and exit with 3\n"
    "  --json            one JSON object a statement: procedure, line, rc, columns, rows, done,\n"
    "                    messages, outputs, misuses, polls, elapsed_ms\n"
    "  --vertical        one \"column: value\" a line\n"
    "  --wide            columns as wide as sqlcmd makes them; otherwise as their widest value\n"
    "  --lie NAME=VALUE  a lie from the beginning; may be repeated\n"
    "  --dll PATH        xp_milink.dll (Windows; next to odshost.exe when left out)\n"
    "  --help            this text\n"
    "\n"
    "Statements:\n"
    "  EXEC [@rc =] [master.dbo.]xp_milink_name [[@name =] value [OUTPUT], ...]\n"
    "  DECLARE @x type [= value], ...    SET @x = value    PRINT value    SELECT value [AS name]\n"
    "  Values: N'text' 'text' 0x0A 42 -1.5 NULL DEFAULT @x word, joined by + outside of EXEC.\n"
    "  A statement ends at ;, GO or the next statement. Variables live on after GO. At a prompt\n"
    "  GO, a ; at the end of a line, or a directive runs what was typed.\n"
    "\n";

static const char usage_end[] =
    "\nExit code: 0 all EXECs ran without a misuse of ODS; 1 there was a misuse (\"ODS MISUSE:\" "
    "on\n"
    "standard error); 2 a wrong option, script or procedure name; 3 stopped by -b.\n";

static void print_help(void)
{
    fputs(usage, stdout);
    fputs(directive_help(), stdout);
    fputs("\nLies, for --lie and :lie (the usual answer in brackets):\n", stdout);
    fputs(ods_double_lies(), stdout);
    fputs(usage_end, stdout);
}

/* The place of an option's value; NULL when the option takes none. */
static const char **value_place(struct options *options, const char *name)
{
    if (strcmp(name, "-Q") == 0)
        return &options->query;
    if (strcmp(name, "-i") == 0)
        return &options->file;
    if (strcmp(name, "--dll") == 0)
        return &options->dll;
    return strcmp(name, "--lie") == 0 ? &options->lie : NULL;
}

static bool read_switch(struct options *options, struct session *session, const char *name)
{
    if (strcmp(name, "-b") == 0)
        session->stops_on_error = true;
    else if (strcmp(name, "--json") == 0)
        session->style = PRINT_JSON;
    else if (strcmp(name, "--vertical") == 0)
        session->style = PRINT_VERTICAL;
    else if (strcmp(name, "--wide") == 0)
        session->style = PRINT_WIDE;
    else if (strcmp(name, "--help") == 0)
        options->asks_help = true;
    else if (name[0] != '-' && options->file == NULL)
        options->file = name;
    else
        return false;
    return true;
}

/* A lie of the command line, told as a directive. */
static bool tell_lie(struct session *session, const char *lie)
{
    char text[80];

    session->source = "--lie";
    snprintf(text, sizeof text, ":lie %.60s", lie);
    return session_run(session, text, 1);
}

static bool read_options(struct options *options, struct session *session, int count, char **texts)
{
    for (int i = 1; i < count; i++) {
        const char **place = value_place(options, texts[i]);
        bool is_good = place != NULL ? i + 1 < count : read_switch(options, session, texts[i]);

        if (!is_good) {
            fprintf(stderr, "odshost: wrong option '%s', or its value is missing; see --help\n",
                    texts[i]);
            return false;
        }
        if (place != NULL)
            *place = texts[++i];
        if (place == &options->lie && !tell_lie(session, options->lie))
            return false;
    }
    session->dll = options->dll;
    return true;
}

/* Runs the batches of a script. At a terminal an error ends the batch alone. */
static void run_source(struct session *session, struct source *source)
{
    bool goes_on = true;

    while (goes_on && source_next(source)) {
        const char *text = source->batch.text;

        if (!utf_is_valid(text)) {
            session_error(session, source->first_line, "The batch is not UTF-8");
            goes_on = false;
        }
        for (int i = 0; goes_on && i < source->times; i++)
            goes_on = session_run(session, text, source->first_line);
        if (!source->is_terminal)
            continue;
        goes_on = !session->has_stopped;
        session->has_script_error = false;
    }
    if (source->is_terminal)
        putchar('\n');
    source_clear(source);
}

/* Opens what the options name and runs it. */
static void run_script(struct session *session, const struct options *options)
{
    struct source source = {.file = stdin, .text = ""};

    session->source = "stdin";
    if (options->query != NULL) {
        source.file = NULL;
        source.text = options->query;
        session->source = "-Q";
    } else if (options->file != NULL) {
        source.file = host_open(options->file);
        session->source = options->file;
        if (source.file == NULL) {
            session_error(session, 0, "The file cannot be opened");
            return;
        }
    } else {
        source.is_terminal = host_console_is_terminal();
    }
    run_source(session, &source);
    if (options->file != NULL && source.file != NULL)
        fclose(source.file);
}

int main(int count, char **arguments)
{
    struct session session = {.source = "odshost"};
    struct options options = {NULL, NULL, NULL, NULL, false};
    char why[512] = "";
    int code = EXIT_SCRIPT;

    host_console_init();
    arguments = host_arguments(&count, arguments);
    if (!read_options(&options, &session, count, arguments))
        goto out;
    if (options.asks_help) {
        print_help();
        code = 0;
        goto out;
    }
    if (!host_load(options.dll, why, sizeof why)) {
        fprintf(stderr, "Msg 17750, Level 16, State 0, Server ODSHOST, Line 0\n%s\n", why);
        goto out;
    }
    run_script(&session, &options);
    host_unload();
    if (session.has_script_error || session.lacks_procedure)
        code = EXIT_SCRIPT;
    else if (session.misuse_count > 0)
        code = EXIT_MISUSE;
    else
        code = session.has_stopped ? EXIT_FAILED : 0;
out:
    session_clear(&session);
    return code;
}
