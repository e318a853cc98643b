/* SPDX-License-Identifier: MIT */
/* What came of a call: rows, errors, the exit code. */
#include "cli.h"
#include "cli_call.h"
#include "console.h"
#include "text.h"
#include "text_width.h"
#include <string.h>

enum { FILE_WIDTH = 120 /* columns of a line where no terminal says how many there are */ };

int cli_call_code(int32_t number, bool changes)
{
    switch (number) {
    case 0: return CLI_DONE;
    case MILINK_AGENT_NOT_RUNNING: return CLI_NOT_RUNNING;
    case MILINK_ARM_OUTCOME_UNKNOWN:
    case MILINK_INSTANCE_REMOVED: return CLI_UNKNOWN;
    case MILINK_ARM_TIMED_OUT:
    case MILINK_AGENT_TIMED_OUT: return changes ? CLI_UNKNOWN : CLI_BUSY;
    case MILINK_AGENT_HUNG_UP:
    case MILINK_AGENT_BAD_ANSWER:
    case MILINK_TRANSPORT_FAILED:
    case MILINK_CALL_CANCELED: return changes ? CLI_UNKNOWN : CLI_FAILED;
    case MILINK_AGENT_BUSY:
    case MILINK_AGENT_STOPPING:
    case MILINK_OPERATION_OPEN:
    case MILINK_NOT_SENT:
    case MILINK_ARM_THROTTLED:
    case MILINK_ARM_UNAVAILABLE: return CLI_BUSY;
    case MILINK_PARAMETER_TYPE:
    case MILINK_PARAMETER_TOO_LONG:
    case MILINK_PARAMETER_UNKNOWN:
    case MILINK_PARAMETER_MISSING:
    case MILINK_PARAMETER_VALUE: return CLI_USAGE;
    default: return CLI_FAILED;
    }
}

/* ---- the request of @what_if ---- */

static void put_line_end(size_t depth, FILE *to)
{
    fprintf(to, "\n%*s", (int)(2 * depth), "");
}

/* Prints the JSON object that the text begins with, indented. Returns its bytes; a detail that is
 * long has been cut. */
static size_t put_object(const char *json, FILE *to)
{
    size_t depth = 0, i = 0;
    bool in_text = false;

    do {
        char c = json[i];
        bool closes = !in_text && (c == '}' || c == ']');

        if (closes)
            put_line_end(--depth, to);
        fputc(c, to);
        if (in_text && c == '\\' && json[i + 1] != '\0')
            fputc(json[++i], to);
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '{' || c == '['))
            put_line_end(++depth, to);
        else if (!in_text && c == ',')
            put_line_end(depth, to);
        else if (!in_text && c == ':')
            fputc(' ', to);
        i++;
    } while (depth > 0 && json[i] != '\0');
    fputc('\n', to);
    return i;
}

bool cli_call_show_request(const struct cli_answer *answer, FILE *to)
{
    static const char would[] = "Would send: ", version[] = "?api-version=";
    const char *detail = table_cell(&answer->table, 0, "detail");
    const char *path = NULL, *query = NULL, *rest = NULL;

    if (detail == NULL || strncmp(detail, would, strlen(would)) != 0)
        return false;
    detail += strlen(would);
    path = strchr(detail, ' ');
    query = path != NULL ? strstr(path, version) : NULL;
    rest = query != NULL ? strchr(query, ' ') : NULL;
    if (rest == NULL)
        return false;
    fprintf(to, "%.*s %.*s\n", (int)(path - detail), detail, (int)(query - path - 1), path + 1);
    fprintf(to, "api-version %.*s\n", (int)(rest - query - (ptrdiff_t)strlen(version)),
            query + strlen(version));
    rest++;
    if (rest[0] == '{') {
        fputc('\n', to);
        rest += put_object(rest, to);
    }
    rest += strncmp(rest, " - ", 3) == 0 ? 3 : 0;
    if (rest[0] != '\0')
        fprintf(to, "\n%s\n", rest);
    return true;
}

/* ---- rows ---- */

static bool print_rows(const struct cli_call *call, struct cli_answer *answer)
{
    size_t width = console_width(stdout);
    char unknown[WIRE_MAX_NAME + 1];

    if (call->style == TABLE_LINES && call->columns == NULL && call->what_if &&
        cli_call_show_request(answer, stdout))
        return true;
    if (call->columns != NULL &&
        !table_choose(&answer->table, call->columns, unknown, sizeof unknown)) {
        answer->table.chosen_count = 0;
        fprintf(stderr, "The running agent, an older one, has no column %s.\n", unknown);
    }
    if (call->style <= TABLE_VERTICAL && answer->table.rows == 0 && !call->quiet)
        fputs("no rows\n", stderr);
    return table_print(&answer->table, call->style, width > 0 ? width : FILE_WIDTH, stdout) &&
           fflush(stdout) == 0;
}

/* ---- errors ---- */

static void print_error(const struct cli_call *call, struct cli_answer *answer)
{
    struct error *error = &answer->error;

    text_disarm(error->message, true);
    text_disarm(error->code, false);
    fprintf(stderr, "%s: error %ld (%s)\n", call->procedure->name, (long)error->number,
            error->code);
    fputs(error->message, stderr);
    fputs("\n", stderr);
    if (answer->operation_id[0] != '\0')
        fprintf(stderr, "operation %s\n", answer->operation_id);
}

static void tell_how_to_find(const struct cli_call *call, const struct cli_answer *answer)
{
    if (answer->operation_id[0] != '\0')
        fprintf(stderr,
                "The operation goes on. To wait for its end:\n"
                "  milink-agent call operation_get operation_id=%s --wait\n",
                answer->operation_id);
    else if (call->request_id[0] != '\0')
        fprintf(stderr,
                "If Azure was asked, the operation goes on. To find it:\n"
                "  milink-agent call operation_list\n"
                "The same call again with request_id=%s is not carried out twice.\n",
                call->request_id);
}

int cli_call_report(const struct cli_call *call, struct cli_answer *answer, int awaited)
{
    bool changes = cli_call_changes(call) || answer->is_outcome;
    int code = cli_call_code(answer->error.number, changes);

    if (awaited == CLI_INTERRUPTED) {
        fputs("Interrupted.\n", stderr);
        tell_how_to_find(call, answer);
        return awaited;
    }
    if ((answer->error.number == 0 || answer->is_outcome) && !print_rows(call, answer)) {
        fputs("milink-agent call: the rows could not be written\n", stderr);
        return CLI_FAILED;
    }
    if (answer->error.number != 0)
        print_error(call, answer);
    if (awaited == CLI_UNKNOWN && answer->error.number == 0)
        fprintf(stderr, "It has not ended within %lu s.\n", (unsigned long)call->timeout_s);
    if (awaited == CLI_UNKNOWN || (code == CLI_UNKNOWN && !answer->is_outcome))
        tell_how_to_find(call, answer);
    return awaited != CLI_DONE ? awaited : code;
}
