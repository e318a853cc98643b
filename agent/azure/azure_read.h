/* SPDX-License-Identifier: MIT */
/* What several handlers read from Azure: a link, the instance. */
#ifndef MILINK_AGENT_AZURE_READ_H
#define MILINK_AGENT_AZURE_READ_H

#include "call.h"
#include "link.h"

/* GET of a link of the call's instance. New document for json_free; false with call->error set. */
bool read_link(struct call *call, const char *name, struct json **resource, struct link *link);
/* GET of the call's instance. New document; false with call->error set. */
bool read_instance(struct call *call, struct json **resource);

/* How many links have the instance as primary and how many as secondary. False with call->error
 * set. */
struct link_roles {
    int primary, secondary;
    bool unreadable;         /* some link was not: who counts on the others would be wrong */
    char first_primary[129]; /* name of a link with the instance as primary */
};
bool read_link_roles(struct call *call, struct link_roles *roles);

#endif
