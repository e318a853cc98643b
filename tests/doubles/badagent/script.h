/* SPDX-License-Identifier: MIT */
/* A scripted end of a connection: what it hears, what it says and at what pace, and how it ends. */
#ifndef MILINK_DOUBLES_BADAGENT_SCRIPT_H
#define MILINK_DOUBLES_BADAGENT_SCRIPT_H

#include "buffer.h"
#include "transport.h"

enum script_pace {
    SCRIPT_AT_ONCE,
    SCRIPT_DRIP, /* one byte each SCRIPT_DRIP_MS */
    SCRIPT_FLOOD /* then its end again and again, from repeat_from on, until nobody takes it */
};

enum script_end {
    SCRIPT_CLOSE, /* as soon as it has spoken */
    SCRIPT_WAIT   /* when the other side has closed */
};

enum { SCRIPT_DRIP_MS = 20, SCRIPT_MAX_ANSWER = 4 * 1024 * 1024, SCRIPT_MAX_HEARD = 512 * 1024 };

struct script {
    bool is_deaf; /* speaks without having read the request */
    enum script_pace pace;
    enum script_end end;
    size_t repeat_from;
    struct buffer answer; /* owned */
};

/* An empty answer, said at once after the request, then the connection is closed. */
void script_init(struct script *script);
void script_clear(struct script *script);

/* Plays it on a connection; ends by the deadline or soon after its interruption. heard receives
 * every byte that came. The caller closes the connection. */
void script_play(const struct script *script, struct transport *peer,
                 const struct deadline *deadline, struct buffer *heard);

#endif
