/* SPDX-License-Identifier: MIT */
/* One call of the client against the scripted agent, and what it met. */
#ifndef MILINK_UNIT_CLIENT_FIXTURE_H
#define MILINK_UNIT_CLIENT_FIXTURE_H

#include "agent_fixture.h"
#include "client.h"

enum {
    LONG_MS = 60000, /* a deadline that no test reaches */
    SHORT_MS = 200,
    LATE_MS = 1500 /* generous: what a loaded machine may add */
};

/* Made anew for each test. */
extern struct script script;
extern struct deadline deadline; /* LONG_MS unless the test sets another */
extern size_t names;             /* parameters of the call: none */
extern uint32_t slow_ms;         /* what the caller takes for a frame: nothing */

/* Of the last call. */
extern struct error error;
extern size_t frames[256]; /* by opcode */
extern uint64_t took_ms;

int client_set_up(void **state);
int client_tear_down(void **state);

/* One call from connect to close. Returns the error's number. */
int32_t run_call(void);
/* Appends a sample frame to the script's answer. */
void put(const char *sample);
/* Takes every place in the backlog of a listener that never accepts; drain gives them back. */
void swamp(int sockets[4]);
void drain(const int sockets[4]);

#define CLIENT_CASE(name) cmocka_unit_test_setup_teardown(name, client_set_up, client_tear_down)

#endif
