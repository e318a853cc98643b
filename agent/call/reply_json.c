/* SPDX-License-Identifier: MIT */
/* Values of a row straight from Azure's JSON. */
#include "reply_json.h"

void reply_member(struct reply *reply, const struct json *value, const char *path)
{
    reply_text(reply, json_text(value, path));
}

void reply_number(struct reply *reply, const struct json *value, const char *path)
{
    long long number = 0;

    if (json_integer(json_path(value, path), &number))
        reply_int(reply, number);
    else
        reply_null(reply);
}
