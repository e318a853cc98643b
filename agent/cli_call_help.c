/* SPDX-License-Identifier: MIT */
/* The help of milink-agent call: from the catalogue, which is in the program. */
#include "cli_call.h"
#include "console.h"
#include "text.h"
#include "text_width.h"
#include <string.h>

enum { LINE = 100, NARROWEST = 30 /* columns that a description has at least */ };

static const char usage[] =
    "usage: milink-agent call [OPTION...] PROCEDURE [NAME=VALUE...]\n"
    "       milink-agent call --help [PROCEDURE]\n"
    "\n"
    "Calls a procedure of the running agent as SQL Server does. PROCEDURE with or without\n"
    "xp_milink_; parameters with or without their @, which PowerShell takes for its own: leave it\n"
    "out there. A binary is 0x3082... or file:PATH, a certificate in DER or PEM. Secrets are "
    "never\n"
    "parameters: see milink-agent help secret.\n"
    "\n"
    "  --wait            wait until the operation has ended, and show how far it is\n"
    "  --timeout SECONDS with --wait: stop waiting then (the operation goes on); else: the "
    "longest\n"
    "                    that the call may take, 1 to 300, usually 30\n"
    "  --what-if         validate, show the request that Azure would get, send nothing\n"
    "  --json            a JSON object a row and line: numbers as numbers, NULL as null\n"
    "  --csv             comma-separated values, a line with the names first\n"
    "  --vertical        a line a column; usual where a row is wider than the terminal\n"
    "  --columns A,B,C   these columns alone, in this order\n"
    "  --quiet           rows and errors alone\n"
    "\n"
    "Rows go to standard output, all else to standard error.\n"
    "\n"
    "  milink-agent call link_get link=sales-link\n"
    "  milink-agent call link_failover link=sales-link failover_type=Planned --what-if\n"
    "  milink-agent call link_failover link=sales-link failover_type=Planned --wait\n"
    "  milink-agent call operation_list --columns operation_id,link,state,started_at\n"
    "\n"
    "exit codes: 0   done\n"
    "            1   refused or failed; number, code and text are on standard error\n"
    "            2   wrong usage\n"
    "            3   the agent is not running\n"
    "            4   the outcome is not known: look before you repeat\n"
    "            5   busy: try again later; nothing was changed\n"
    "            130 interrupted with Ctrl-C; an operation goes on\n";

/* Words of a text, wrapped at the line's width; the next lines begin at indent. */
static void put_wrapped(const char *text, size_t indent, size_t width, FILE *to)
{
    size_t room = width > indent + NARROWEST ? width - indent : NARROWEST;

    while (text_width(text, strlen(text)) > room) {
        size_t cut = text_fitting_width(text, strlen(text), room);
        size_t end = cut;

        while (end > 0 && text[end] != ' ')
            end--;
        cut = end > 0 ? end : cut;
        fprintf(to, "%.*s\n%*s", (int)cut, text, (int)indent, "");
        text += cut + (text[cut] == ' ');
    }
    fprintf(to, "%s\n", text);
}

static size_t line_width(FILE *to)
{
    size_t width = console_width(to);

    return width == 0 || width > LINE ? LINE : width;
}

void cli_call_list(FILE *to)
{
    fputs(usage, to);
    for (int subject = 0; subject < SUBJECT_COUNT; subject++) {
        const struct procedure *procedure = NULL;

        fprintf(to, "\n%s\n", subject_title((enum subject)subject));
        for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
            if (procedure->subject != (enum subject)subject)
                continue;
            fprintf(to, "  %-25s  ", cli_call_short_name(procedure));
            put_wrapped(procedure->text, 29, line_width(to), to);
        }
    }
}

static void put_parameter(const struct parameter *parameter, size_t width, FILE *to)
{
    char type[32], text[1024];

    text_copy(text, sizeof text, parameter->text);
    if (parameter->allowed != NULL) {
        text_append(text, sizeof text, "; one of ");
        text_append(text, sizeof text, parameter->allowed);
    }
    if (parameter->otherwise != NULL) {
        text_append(text, sizeof text, "; default: ");
        text_append(text, sizeof text, parameter->otherwise);
    }
    catalogue_type_name(parameter->type, parameter->size, type, sizeof type);
    fprintf(to, "  %-22s  %-15s  %-8s  ", parameter->name + 1, type,
            (parameter->flags & PARAMETER_REQUIRED) != 0 ? "required" : "");
    put_wrapped(text, 53, width, to);
}

/* OUTPUT parameters are T-SQL's; a program has the row, the exit code and standard error. */
static void put_parameters(const struct procedure *procedure, FILE *to)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = catalogue_parameters(procedure, parameters);

    if (procedure->own_count > 0)
        fputs("\nParameters\n", to);
    for (size_t i = 0; i < count; i++) {
        if (i == procedure->own_count)
            fprintf(to, "\nParameters of all %s\n",
                    procedure->writes ? "procedures that change something" : "procedures");
        if ((parameters[i]->flags & PARAMETER_OUTPUT) == 0)
            put_parameter(parameters[i], line_width(to), to);
    }
}

static void put_example(const struct procedure *procedure, FILE *to)
{
    fprintf(to, "\n  milink-agent call %s", cli_call_short_name(procedure));
    for (size_t i = 0; i < procedure->own_count; i++)
        if ((procedure->own[i].flags & PARAMETER_REQUIRED) != 0)
            fprintf(to, " %s=...", procedure->own[i].name + 1);
    fprintf(to, "%s\n", procedure->writes ? " --what-if" : "");
}

void cli_call_describe(const struct procedure *procedure, FILE *to)
{
    char columns[WIRE_MAX_COLUMNS * 32] = "Columns: ";

    fprintf(to, "%s: ", procedure->name);
    put_wrapped(procedure->text, 2, line_width(to), to);
    put_parameters(procedure, to);
    for (size_t i = 0; i < procedure->column_count; i++) {
        text_append(columns, sizeof columns, i > 0 ? ", " : "");
        text_append(columns, sizeof columns, procedure->columns[i].name);
    }
    fputc('\n', to);
    put_wrapped(columns, 2, line_width(to), to);
    put_example(procedure, to);
}
