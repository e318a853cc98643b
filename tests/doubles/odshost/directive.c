/* SPDX-License-Identifier: MIT */
/* The lines that begin with a colon: what tests ask of the host and T-SQL has no words for. */
#include "session.h"
#include "memory.h"
#include "utf.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_THREADS = 1000, MOST_TIMES = 10000000 };

struct directive {
    const char *name;
    bool (*run)(struct session *session, const struct statement *statement, const char *rest);
    const char *usage;
};

/* A number from least to most with nothing behind it. */
static bool read_number(const char *text, uint32_t least, uint32_t most, uint32_t *number)
{
    char *end = NULL;
    unsigned long value = 0;

    errno = 0;
    value = strtoul(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 || value < least ||
        value > most)
        return false;
    *number = (uint32_t)value;
    return true;
}

static bool run_threads(struct session *session, const struct statement *statement,
                        const char *rest)
{
    (void)statement;
    return read_number(rest, 1, MOST_THREADS, &session->next.threads);
}

static bool run_repeat(struct session *session, const struct statement *statement, const char *rest)
{
    (void)statement;
    return read_number(rest, 1, MOST_TIMES, &session->next.repeat);
}

static bool run_attention(struct session *session, const struct statement *statement,
                          const char *rest)
{
    (void)statement;
    session->next.has_attention = true;
    return read_number(rest, 0, UINT32_MAX, &session->next.attention_ms);
}

static bool run_time(struct session *session, const struct statement *statement, const char *rest)
{
    (void)statement;
    session->next.is_timed = true;
    return *rest == '\0';
}

static bool run_sleep(struct session *session, const struct statement *statement, const char *rest)
{
    uint32_t milliseconds = 0;

    (void)session;
    (void)statement;
    if (!read_number(rest, 0, UINT32_MAX, &milliseconds))
        return false;
    host_sleep_ms(milliseconds);
    return true;
}

static bool run_code_page(struct session *session, const struct statement *statement,
                          const char *rest)
{
    uint32_t page = 0;

    (void)session;
    (void)statement;
    return read_number(rest, 1, UINT16_MAX, &page) && utf_set_code_page(page);
}

/* Tries the lie on a call of its own, so that a wrong one is told at its line. */
static bool is_lie(const char *text)
{
    struct ods_call *call = ods_double_call_new();
    bool is_one = ods_double_call_lie(call, text);

    ods_double_call_free(call);
    return is_one;
}

static bool run_lie(struct session *session, const struct statement *statement, const char *rest)
{
    (void)statement;
    if (strcasecmp(rest, "none") == 0) {
        while (session->lie_count > 0)
            free(session->lies[--session->lie_count]);
        return true;
    }
    if (!is_lie(rest) || session->lie_count == SESSION_LIES)
        return false;
    session->lies[session->lie_count++] = host_copy(rest);
    return true;
}

/* "NAME = 'value' SECONDS" */
static bool run_until(struct session *session, const struct statement *statement, const char *rest)
{
    const char *equals = strchr(rest, '=');
    const char *open = equals != NULL ? strchr(equals, '\'') : NULL;
    const char *close = open != NULL ? strchr(open + 1, '\'') : NULL;
    size_t length = equals != NULL ? (size_t)(equals - rest) : 0;

    (void)statement;
    while (length > 0 && isspace((unsigned char)rest[length - 1]))
        length--;
    if (close == NULL || length == 0)
        return false;
    free(session->next.until_column);
    free(session->next.until_value);
    session->next.until_column = host_copy_bytes(rest, length);
    session->next.until_value = host_copy_bytes(open + 1, (size_t)(close - open - 1));
    for (close++; isspace((unsigned char)*close);)
        close++;
    return read_number(close, 1, 3600, &session->next.until_seconds);
}

/* "N [EXEC ...]" */
static bool run_load_free(struct session *session, const struct statement *statement,
                          const char *rest)
{
    size_t digits = strspn(rest, "0123456789");
    char *count = host_copy_bytes(rest, digits);
    struct script script = {0};
    uint32_t times = 0;
    bool is_good = read_number(count, 1, MOST_TIMES, &times);

    rest += digits + strspn(rest + digits, " \t");
    script_parse(&script, *rest != '\0' ? rest : "EXEC xp_milink_version", statement->line);
    is_good = is_good && script.error == NULL && script.count == 1 &&
              script.statements[0].kind == STATEMENT_EXEC;
    if (is_good)
        stress_load_free(session, &script.statements[0], times);
    script_clear(&script);
    free(count);
    return is_good;
}

static bool run_help(struct session *session, const struct statement *statement, const char *rest)
{
    (void)session;
    (void)statement;
    fputs(directive_help(), stdout);
    return *rest == '\0';
}

static const struct directive directives[] = {
    {"threads", run_threads, ":threads N, from 1 to 1000"},
    {"repeat", run_repeat, ":repeat N, from 1 to 10000000"},
    {"attention", run_attention, ":attention MILLISECONDS"},
    {"time", run_time, ":time"},
    {"until", run_until, ":until COLUMN = 'value' SECONDS, from 1 to 3600"},
    {"lie", run_lie, ":lie NAME=VALUE of the list in --help, at most 16, or :lie none"},
    {"load-free", run_load_free, ":load-free N [EXEC ...]"},
    {"sleep", run_sleep, ":sleep MILLISECONDS"},
    {"code-page", run_code_page, ":code-page 1252 or 65001"},
    {"help", run_help, ":help"},
};

const char *directive_help(void)
{
    return "Directives, at the beginning of a line:\n"
           "  :threads N       run the next EXEC in N threads at once and print a summary\n"
           "  :repeat N        run the next EXEC N times (in each thread) and print a summary\n"
           "  :attention MS    raise attention (KILL, cancel) MS ms after the next EXEC begins\n"
           "  :time            print how long the next EXEC took\n"
           "  :until COLUMN = 'value' SECONDS\n"
           "                   run the next EXEC until a row has the value, at most so long\n"
           "  :lie NAME=VALUE  all EXECs from here on; :lie none ends all lies\n"
           "  :load-free N [EXEC ...]\n"
           "                   N times: load the DLL, run (xp_milink_version), free it;\n"
           "                   prints handles and memory before and after\n"
           "  :sleep MS        wait\n"
           "  :code-page N     of '...' strings: 1252 (at first) or 65001 (UTF-8)\n"
           "  :help            this list\n";
}

void directive_run(struct session *session, const struct statement *statement)
{
    const char *text = statement->directive;
    size_t length = strcspn(text, " \t");
    const char *rest = text + length + strspn(text + length, " \t");
    char fault[SESSION_FAULT_BYTES];

    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        if (strlen(directives[i].name) != length ||
            strncasecmp(directives[i].name, text, length) != 0)
            continue;
        if (!directives[i].run(session, statement, rest)) {
            snprintf(fault, sizeof fault, "Wrong directive; it is %s", directives[i].usage);
            session_error(session, statement->line, fault);
        }
        return;
    }
    snprintf(fault, sizeof fault, "Unknown directive ':%.60s'; :help lists them", text);
    session_error(session, statement->line, fault);
}
