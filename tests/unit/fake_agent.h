/* SPDX-License-Identifier: MIT */
/* The agent's parts as they are, around a scripted Azure and a clock that stands: for tests that
 * ask it as the DLL would. */
#ifndef MILINK_UNIT_FAKE_AGENT_H
#define MILINK_UNIT_FAKE_AGENT_H

#include "call.h"
#include "dispatch.h"
#include "fake_clock.h"
#include "fake_http.h"

enum { FAKE_MAX_ROWS = 64, FAKE_MAX_INFOS = 8 };

/* An answer of the dispatcher, decoded. */
struct fake_result {
    struct wire_columns columns;
    char names[WIRE_MAX_COLUMNS][WIRE_MAX_NAME + 1];
    char *cells[FAKE_MAX_ROWS][WIRE_MAX_COLUMNS]; /* NULL is NULL; numbers in decimal,
                                                     binaries in hexadecimal digits */
    size_t rows;
    char *infos[FAKE_MAX_INFOS];
    size_t info_count;
    struct error error;
    size_t outputs;
    uint16_t output_parameter[REPLY_MAX_OUTPUTS];
    char output_text[REPLY_MAX_OUTPUTS][64];
    bool unsupported;
};

/* The one agent of the test: instances prod (all rights), watched (read alone) and careful (read,
 * failover). */
struct fake {
    struct agent agent;
    struct setup setup; /* the agent's; never freed */
    struct http_client *http;
    char directory[64], journal[96];
    struct identity identity;
    int fetches;         /* of tokens; the n-th is "token-<n>" */
    char claims[256];    /* of the last fetch; empty: none */
    bool token_refused;  /* instead of the next tokens */
    _Atomic bool frozen; /* the clock does not leap */
    bool (*caller_gone)(void *context);
    struct fake_result result;
};
extern struct fake fake;

/* cmocka's set-up and tear-down: everything up to the engine, which runs and leaps over its waits.
 * The tear-down fails the test when Azure was asked what no rule foresees. */
int fake_set_up(void **state);
int fake_tear_down(void **state);
/* As an orderly restart of the agent: the same journal, a new engine. */
void fake_stop(void);
void fake_start(void);

/* Calls a procedure with pairs of name and value, NULL at the end, and decodes the answer into
 * fake.result. A value "#5" is an int, "%1" a bit, "0x3082" a binary, "OUTPUT" an OUTPUT variable,
 * NULL a NULL literal, else a text; the name "" passes by position. */
void fake_ask(const char *procedure, ...);
/* Encodes such a call, HELLO first. request is initialised and cleared by the caller. */
void fake_encode(struct buffer *request, const char *procedure, ...);
/* Hands bytes to the dispatcher and decodes what comes; fails the test when that breaks
 * PROTOCOL.md. */
void fake_dispatch(const void *bytes, size_t length);

/* The cell of a row by the column's name; NULL is NULL. Fails the test when there is no such column
 * or row. */
const char *fake_cell(size_t row, const char *column);
/* The error of fake.result, and that there are no rows and that the text holds each part (NULL at
 * the end). */
void fake_refused(int32_t number, ...);
/* That the call succeeded with so many rows. */
void fake_answered(size_t rows);

/* Body of a response in a file of fixtures: "link_get" and "200". For free; the folder is
 * MILINK_FIXTURES. */
char *fake_body(const char *fixture, const char *status);
/* A link as JSON: of the roles, failover mode (NULL: Azure leaves it out) and one database salesdb
 * in that state. Static. */
struct fake_link {
    const char *instance_role, *partner_role, *failover_mode;
    const char *state, *connected, *health; /* NULL: Catchup, CONNECTED, HEALTHY */
    const char *database;                   /* NULL: salesdb */
    const char *last_error;                 /* NULL: none */
};
const char *fake_link(const struct fake_link *link);
/* The roles and the mode, then further members by name. */
#define FAKE_LINK(instance, partner, mode, ...) \
    ((struct fake_link){                        \
        .instance_role = instance, .partner_role = partner, .failover_mode = mode, __VA_ARGS__})
/* The same, copied, for several at once; freed at the tear-down. */
const char *fake_keep(const char *text);

#endif
