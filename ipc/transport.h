/* SPDX-License-Identifier: MIT */
/* A connected byte stream between DLL and agent: named pipe on Windows, Unix socket on Linux. */
#ifndef MILINK_IPC_TRANSPORT_H
#define MILINK_IPC_TRANSPORT_H

#include "deadline.h"
#include <stddef.h>

enum transport_status {
    TRANSPORT_OK,
    TRANSPORT_NOT_RUNNING,   /* nobody listens */
    TRANSPORT_ACCESS_DENIED, /* the listener's permissions do not admit us */
    TRANSPORT_IMPOSTOR,      /* the listener's owner is not the agent */
    TRANSPORT_TIMED_OUT,
    TRANSPORT_INTERRUPTED,
    TRANSPORT_CLOSED, /* the other side closed */
    TRANSPORT_FAILED  /* anything else the system reports */
};

/* One connection, used by one thread at a time. Platform values, -1 where there is none. */
struct transport {
    intptr_t handle; /* pipe handle or socket */
    intptr_t event;  /* Windows: event of the overlapped I/O */
};

/* No connection; transport_close takes it. */
void transport_init(struct transport *transport);
void transport_close(struct transport *transport);

/* Connects to the agent of this host and checks that the agent's account owns the other end, before
 * a byte is sent. Waits a little for a busy pipe, never for an absent one. why (may be NULL)
 * receives who holds the place for an impostor, and the system's error for TRANSPORT_FAILED. */
enum transport_status transport_connect(struct transport *transport,
                                        const struct deadline *deadline, char *why,
                                        size_t why_size);

/* The same to another place than SQL Server's: the name of a pipe, or the path of a socket. */
enum transport_status transport_connect_to(struct transport *transport, const char *place,
                                           const struct deadline *deadline, char *why,
                                           size_t why_size);

/* Writes all length bytes or returns why not. Each wait ends by the deadline, and within
 * DEADLINE_SLICE_MS of an interruption; on return no I/O is pending on the bytes. */
enum transport_status transport_write(struct transport *transport, const void *bytes, size_t length,
                                      const struct deadline *deadline);
/* Reads what is there, at least one byte and at most room; *count receives how many. */
enum transport_status transport_read(struct transport *transport, void *bytes, size_t room,
                                     size_t *count, const struct deadline *deadline);

/* Whether the other side closed or sent something that was not read yet. Does not wait. */
bool transport_stirred(struct transport *transport);

#endif
