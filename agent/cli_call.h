/* SPDX-License-Identifier: MIT */
/* milink-agent call, between its files: what was asked and what came. */
#ifndef MILINK_AGENT_CLI_CALL_H
#define MILINK_AGENT_CLI_CALL_H

#include "catalogue.h"
#include "crypto.h"
#include "deadline.h"
#include "error.h"
#include "table.h"

/* What the command line asks for. Texts are borrowed from it. */
struct cli_call {
    const struct procedure *procedure; /* NULL: none was named */
    enum table_style style;
    bool wait, what_if, quiet, help;
    uint32_t timeout_s;  /* 0: not given */
    const char *columns; /* NULL: all */
    struct wire_call request;
    size_t operation_output;           /* its parameter @operation_id OUTPUT, from 1; 0: none */
    char request_id[CRYPTO_GUID_SIZE]; /* of a write that the command line gave none */
    void *owned[WIRE_MAX_PARAMETERS];  /* bytes of binaries */
};

/* What the agent answered. */
struct cli_answer {
    bool quiet; /* information is not shown */
    struct table table;
    struct error error;
    bool is_outcome; /* the error is that of the operation whose row is in table */
    char operation_id[CRYPTO_GUID_SIZE]; /* empty: none was told */
};

/* Reads the command line: false, with what is wrong already told on standard error. The request is
 * ready to be sent unless help was asked for. cli_call_clear in either case. */
bool cli_call_read(struct cli_call *call, int count, char **arguments);
void cli_call_clear(struct cli_call *call);
/* Bytes of a binary's value, 0x3082... or file:PATH, new, for free; NULL with a text in why. A
 * file's PEM becomes DER. */
void *cli_call_binary(const char *value, size_t *length, char *why, size_t size);

/* The name without the prefix that may be left out. */
const char *cli_call_short_name(const struct procedure *procedure);
/* Whether it answers with the row of one operation, which can be waited for. */
bool cli_call_is_operation(const struct procedure *procedure);
/* Whether a repeat could do something twice. */
bool cli_call_changes(const struct cli_call *call);

void cli_call_list(FILE *to);
void cli_call_describe(const struct procedure *procedure, FILE *to);

/* Ctrl-C. */
bool cli_call_interrupted(void *context);
/* One question and its answer; what came before in answer is forgotten. */
void cli_call_ask(const struct wire_call *request, struct cli_answer *answer);
/* Asks, and asks on until the operation has ended, or an error ends the questions: CLI_DONE.
 * CLI_INTERRUPTED, or CLI_UNKNOWN when --timeout or the patience with a silent agent ran out. */
int cli_call_follow(struct cli_call *call, struct cli_answer *answer);

/* Rows to standard output; an error, and how to find an operation whose end is not known, to
 * standard error. awaited: as cli_call_follow returns it. Returns the exit code. */
int cli_call_report(const struct cli_call *call, struct cli_answer *answer, int awaited);
/* The exit code that stands for an error; changes: of a call that may have changed something. */
int cli_call_code(int32_t number, bool changes);
/* Shows the request of @what_if; false when the detail does not hold one. */
bool cli_call_show_request(const struct cli_answer *answer, FILE *to);

#endif
