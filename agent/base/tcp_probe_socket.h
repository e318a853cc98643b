/* SPDX-License-Identifier: MIT */
/* What tcp_probe.c needs of the platform: looking up, and connecting without waiting. */
#ifndef MILINK_AGENT_TCP_PROBE_SOCKET_H
#define MILINK_AGENT_TCP_PROBE_SOCKET_H

#include "tcp_probe.h"

/* How an attempt stands, or why it or a look-up failed. */
enum tcp_outcome {
    TCP_PENDING,
    TCP_CONNECTED,
    TCP_REFUSED,
    TCP_NO_ROUTE,
    TCP_TIMED_OUT,
    TCP_FORBIDDEN, /* by a firewall of this host */
    TCP_NO_NAME,   /* the resolver says that there is none */
    TCP_NO_ANSWER, /* no name server answers */
    TCP_FAILED     /* something else; see error */
};

struct tcp_address {
    unsigned char bytes[128]; /* a struct sockaddr of its kind */
    size_t length;
    char text[48];
};

struct tcp_attempt {
    intptr_t socket;
    enum tcp_outcome outcome;
    int error; /* the platform's number, with TCP_FAILED */
};

/* Starts run(context) on a thread that nobody waits for. False when none could be had. */
bool tcp_detach(void (*run)(void *context), void *context);
/* Fills addresses with the first of a host's; blocks as long as the system likes. TCP_CONNECTED
 * when there are any, else why there are none. */
enum tcp_outcome tcp_resolve(const char *host, uint16_t port,
                             struct tcp_address addresses[TCP_PROBE_MAX_ROWS], size_t *count);
/* Begins to connect. */
void tcp_attempt_begin(struct tcp_attempt *attempt, const struct tcp_address *address);
/* Waits until one of the pending attempts is no longer so, or time has passed. */
void tcp_attempts_wait(struct tcp_attempt *attempts, size_t count, uint32_t milliseconds);
/* Closes its socket; may be called again. */
void tcp_attempt_end(struct tcp_attempt *attempt);

#endif
