/* SPDX-License-Identifier: MIT */
/* Windows services, through the Service Control Manager. Windows alone. */
#ifndef MILINK_AGENT_SERVICE_CONTROL_H
#define MILINK_AGENT_SERVICE_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service_state {
    bool running; /* or on its way there: starting */
    bool starting;
    bool stopped;      /* neither running nor on its way anywhere */
    bool disabled;     /* an administrator turned it off */
    uint32_t own_code; /* of the last end, when it had one of its own */
    uint32_t start; /* when it starts, as Windows numbers it: 2 by itself, 3 on demand, 4 never */
    bool delayed;   /* by itself, two minutes after Windows */
    char command[2048]; /* its command line */
    char account[256];
};

/* What a service is to be. Texts are UTF-8. */
struct service_wish {
    const char *name, *display, *description, *command;
    const char *account;    /* NT SERVICE\name */
    const char *privileges; /* names, each ended by a NUL, one more at the end */
    uint32_t start;         /* as in service_state; 0: by itself */
    bool delayed;
};

/* False when there is no such service, or it cannot be asked. */
bool service_query(const char *name, struct service_state *state);
/* Makes the service, or changes the one of the name, whose account stays: own process and SID,
 * restart after 5, 30 and 60 s when it fails, 15 s at shutdown. One that is marked for deletion is
 * waited for. missing: settings that this Windows does not know, as a list; empty when all are set.
 * False with a text in why. */
bool service_make(const struct service_wish *wish, char *missing, size_t missing_size, char *why,
                  size_t why_size);
/* Waits until it runs, which it says itself, at most that long. False with a text in why: its own
 * exit code too. */
bool service_start(const char *name, unsigned seconds, char *why, size_t why_size);
/* Waits until it has stopped; one that does not run is no failure. */
bool service_stop(const char *name, unsigned seconds, char *why, size_t why_size);
/* Waits until the name is free again; one that is not there is no failure. */
bool service_remove(const char *name, unsigned seconds, char *why, size_t why_size);

#endif
