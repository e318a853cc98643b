/* SPDX-License-Identifier: MIT */
/* Whether a host's port can be reached by TCP, address by address: for people who look for the
 * firewall that is in the way. */
#ifndef MILINK_AGENT_TCP_PROBE_H
#define MILINK_AGENT_TCP_PROBE_H

#include "deadline.h"

#include <stddef.h>

enum { TCP_PROBE_MAX_ROWS = 8, TCP_PROBE_WHY_SIZE = 200 };

struct tcp_probe_row {
    char address[48];             /* "10.1.2.3", "fe80::1" */
    uint32_t connect_ms;          /* until it was connected to or refused, or was given up */
    char why[TCP_PROBE_WHY_SIZE]; /* cause and next action, for people; "": connected */
};

struct tcp_probe {
    struct tcp_probe_row rows[TCP_PROBE_MAX_ROWS]; /* of the first addresses, as the resolver has
                                                      them */
    size_t count;
    uint32_t resolve_ms;
    char why[TCP_PROBE_WHY_SIZE]; /* why there is no row: the name was not found; "": there is */
};

/* Looks a host up (a name, or an address without brackets) and tries to connect to all its
 * addresses at once, sending nothing; a connection that stands is closed again. Returns by the
 * deadline, with what has come by then; within DEADLINE_SLICE_MS of an interruption, false then:
 * result means nothing. At most 16 look-ups run at once.
 *
 * The system's look-up cannot be ended: it runs on a thread of its own, which frees what it has and
 * goes by itself when its caller has left before. libcurl's resolver would do the same, but tells
 * only the address that it connected to. */
bool tcp_probe_run(const char *host, uint16_t port, const struct deadline *deadline,
                   struct tcp_probe *result);

#endif
