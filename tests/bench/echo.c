/* SPDX-License-Identifier: MIT */
/* The reference of the bench: a raw echo over the agent's own listener. */
#include "echo.h"
#include "listener.h"
#include <stdio.h>

enum { MAX_BYTES = 64 * 1024, PATIENCE_MS = 10000 };

static char bytes[MAX_BYTES];

static void serve(struct transport *transport, size_t request_bytes, size_t answer_bytes)
{
    struct deadline deadline = deadline_in(PATIENCE_MS);
    size_t got = 0, count = 0;

    while (got < request_bytes &&
           transport_read(transport, bytes, request_bytes - got, &count, &deadline) == TRANSPORT_OK)
        got += count;
    if (got == request_bytes &&
        transport_write(transport, bytes, answer_bytes, &deadline) == TRANSPORT_OK)
        transport_read(transport, bytes, 1, &count, &deadline);
    transport_close(transport);
}

int echo_run(size_t request_bytes, size_t answer_bytes)
{
    static struct config config;
    struct transport transport;
    char why[256];
    struct listener *listener = listener_open(&config, why, sizeof why);

    if (listener == NULL || request_bytes > MAX_BYTES || answer_bytes > MAX_BYTES) {
        fprintf(stderr, "milink-bench: %s\n", listener == NULL ? why : "too many bytes");
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    for (;;)
        if (listener_accept(listener, &transport) == LISTENER_CONNECTED)
            serve(&transport, request_bytes, answer_bytes);
}
