/* SPDX-License-Identifier: MIT */
/* A slow road to the simulator: passes on what it says a few bytes at a time, whatever it is: the
 * handshake, heads, bodies. */
#ifndef MILINK_ARMSIM_RELAY_H
#define MILINK_ARMSIM_RELAY_H

#include <stdint.h>

struct relay;

enum {
    RELAY_PIECE = 16 /* bytes */
};

/* Listens on 127.0.0.1, on any port, for the server at port target; pauses pause_ms before each
 * piece. NULL when it cannot; errno says why. */
struct relay *relay_new(unsigned target, int64_t pause_ms);
unsigned relay_port(const struct relay *relay);
/* Ends every connection; clock_stop must have been called. Takes NULL. */
void relay_free(struct relay *relay);

#endif
