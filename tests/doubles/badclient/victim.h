/* SPDX-License-Identifier: MIT */
/* The agent under attack: raw bytes to it, and judgement on what it answers. */
#ifndef MILINK_DOUBLES_BADCLIENT_VICTIM_H
#define MILINK_DOUBLES_BADCLIENT_VICTIM_H

#include "client.h"

enum victim_answer {
    VICTIM_ANSWERED, /* a whole and valid answer; its error number is in the result */
    VICTIM_SILENT,   /* none in time, or it closed: its right, when the request is none */
    VICTIM_WRONG     /* bytes that are no answer */
};

struct victim_result {
    enum victim_answer answer;
    int32_t number; /* of DONE; AGENT_OLDER or AGENT_NEWER for UNSUPPORTED */
};

/* The bytes of a valid call of xp_milink_version: HELLO and CALL. False when memory ran out. */
bool victim_request(struct buffer *request);

/* Connects; client_close in either case. False when the agent does not take the connection. */
bool victim_connect(struct client *client);
/* Sends bytes as they are; true when all of them went. */
bool victim_send(struct client *client, const void *bytes, size_t length);
/* Reads one answer to its end. */
struct victim_result victim_hear(struct client *client, uint32_t milliseconds);

/* Connects, sends, hears and closes. */
struct victim_result victim_try(const void *bytes, size_t length, uint32_t milliseconds);

/* Whether a valid call is answered within that time; a busy agent is asked again. */
bool victim_is_well(uint32_t milliseconds);

#endif
