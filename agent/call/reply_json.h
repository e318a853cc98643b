/* SPDX-License-Identifier: MIT */
/* Values of a row straight from Azure's JSON; NULL where Azure is silent. */
#ifndef MILINK_AGENT_REPLY_JSON_H
#define MILINK_AGENT_REPLY_JSON_H

#include "json.h"
#include "reply.h"

/* The text, or the whole number, at a path. A text must last until reply_end_row. */
void reply_member(struct reply *reply, const struct json *value, const char *path);
void reply_number(struct reply *reply, const struct json *value, const char *path);

#endif
