/* SPDX-License-Identifier: MIT */
/* milink-agent audit: verifying and exporting the audit trail, beside a running agent too. */
#include "audit_walk.h"
#include "cli.h"
#include "config.h"
#include "text.h"
#include "utc.h"
#include <stdio.h>
#include <string.h>

/* What is asked, and what the walk needs for it. */
struct request {
    char config_file[CONFIG_PATH_SIZE];
    char directory[CONFIG_PATH_SIZE];
    const char *head;
    uint64_t since_ms;
    bool is_export, as_csv;
};

/* The columns of --csv: every member that a record may have, but the body of a request. */
static const char *const columns[] = {
    "sequence",     "time",          "event",          "call",
    "operation_id", "request_id",    "procedure",      "instance",
    "resource",     "caller",        "session_id",     "client",
    "reason",       "change_ref",    "confirm",        "force",
    "what_if",      "request",       "state",          "error_number",
    "error_code",   "error_message", "arm_request_id", "arm_correlation_id",
    "broken",       "kept_in",       "previous",       "hash"};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* A flaw does not stop the walk: the records around it are whole. */
static void print_flaw(void *context, const struct audit_flaw *flaw)
{
    const struct request *request = context;

    fprintf(stderr, "%s/%s", request->directory, flaw->file);
    if (flaw->line > 0)
        fprintf(stderr, ": line %zu, byte %llu", flaw->line, (unsigned long long)flaw->offset);
    fprintf(stderr, ": %s\n", flaw->text);
}

/* RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
static void print_cell(const char *text)
{
    const bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;

    putchar('"');
    if (formula)
        putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void print_csv(const struct json *record)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct json *member = json_member(record, columns[i]);
        long long number = 0;

        if (i > 0)
            putchar(',');
        if (json_is_string(member))
            print_cell(json_string(member));
        else if (json_is_bool(member))
            fputs(json_bool(member, false) ? "1" : "0", stdout);
        else if (json_integer(member, &number))
            printf("%lld", number);
    }
    putchar('\n');
}

static void print_record(void *context, const struct audit_line *line, const char *bytes,
                         size_t length)
{
    const struct request *request = context;
    uint64_t time = 0;

    if (!utc_parse(json_text(line->record, "time"), &time) || time < request->since_ms)
        return;
    if (request->as_csv)
        print_csv(line->record);
    else
        printf("%.*s\n", (int)length, bytes);
}

static bool take_option(struct request *request, const char *name, const char *value)
{
    if (strcmp(name, "--config") == 0)
        text_copy(request->config_file, sizeof request->config_file, value);
    else if (strcmp(name, "--head") == 0 && !request->is_export)
        request->head = value;
    else if (strcmp(name, "--since") == 0 && request->is_export)
        return utc_parse(value, &request->since_ms);
    else
        return false;
    return true;
}

static bool take_arguments(struct request *request, int count, char **arguments)
{
    if (count < 1)
        return false;
    request->is_export = strcmp(arguments[0], "export") == 0;
    if (!request->is_export && strcmp(arguments[0], "verify") != 0)
        return false;
    for (int i = 1; i < count; i++) {
        const bool is_format =
            strcmp(arguments[i], "--csv") == 0 || strcmp(arguments[i], "--json") == 0;

        if (request->is_export && is_format)
            request->as_csv = strcmp(arguments[i], "--csv") == 0;
        else if (i + 1 == count || !take_option(request, arguments[i], arguments[i + 1]))
            return false;
        else
            i++;
    }
    return true;
}

static void print_findings(const struct audit_found *found)
{
    if (found->missing[0] != '\0')
        printf("the records before %lld are not here: they end in %s, which is not there "
               "(archived?)\n",
               found->first, found->missing);
    if (found->flaws > 0)
        printf("NOT whole, records: %llu, flaws: %llu\n", found->records, found->flaws);
    else
        printf("whole, records: %llu (%lld to %lld), the last of hash %s\n", found->records,
               found->first, found->last.sequence, found->last.hash);
}

static int walk(struct request *request)
{
    const struct audit_walk walk = {.directory = request->directory,
                                    .head = request->head,
                                    .on_flaw = print_flaw,
                                    .on_record = request->is_export ? print_record : NULL,
                                    .context = request};
    struct audit_found found;
    char why[1500];

    if (request->as_csv) {
        for (size_t i = 0; i < COLUMNS; i++)
            printf("%s%s", i > 0 ? "," : "", columns[i]);
        putchar('\n');
    }
    if (!audit_walk(&walk, &found, why, sizeof why)) {
        fprintf(stderr, "milink-agent: %s\n", why);
        return CLI_FAILED;
    }
    if (!request->is_export)
        print_findings(&found);
    return found.flaws == 0 && fflush(stdout) == 0 ? CLI_DONE : CLI_FAILED;
}

int cli_audit(int count, char **arguments)
{
    struct request request = {.head = NULL};
    static struct config config;
    char why[2048];

    config_default_file(request.config_file, sizeof request.config_file);
    if (!take_arguments(&request, count, arguments))
        return CLI_USAGE;
    if (!config_read(request.config_file, &config, why, sizeof why)) {
        fprintf(stderr, "%s: %s\n", request.config_file, why);
        return CLI_FAILED;
    }
    text_copy(request.directory, sizeof request.directory, config.state_directory);
    return walk(&request);
}
