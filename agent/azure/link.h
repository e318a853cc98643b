/* SPDX-License-Identifier: MIT */
/* The link as Azure describes it: fields by their names, and what they say about health and roles.
 */
#ifndef MILINK_AGENT_LINK_H
#define MILINK_AGENT_LINK_H

#include "json.h"
#include <stdbool.h>
#include <stddef.h>

/* Borrowed from the document it was read from; texts are NULL where Azure is silent. */
struct link {
    const struct json *properties;
    const char *name;
    const char *instance_role, *partner_role; /* Primary or Secondary */
    const char *failover_mode;                /* None: one-way; Manual: both ways */
    const struct json *databases;
};

/* False when the value is not a link: no name or no properties. */
bool link_read(const struct json *resource, struct link *link);

/* The role on the other side: "Primary" for "Secondary" and back. */
const char *link_opposite_role(const char *role);
/* Comparison of roles and other values of Azure's, which differ in case at times; false when one is
 * NULL. */
bool link_is(const char *value, const char *wanted);

/* Whether a database's replicaState holds that word, in any case ("Error", "InProgress"); the state
 * is copied into found (may be NULL). replicaState is an open vocabulary (arm-api 3.1). */
bool link_any_state_holds(const struct link *link, const char *word, char *found, size_t size);
/* The mostRecentLinkError of a database, NULL when none has one. */
const char *link_last_error(const struct link *link);
/* Whether Azure shows the link's databases, each with its name: only then is what is not among them
 * known not to be in the link. While a link is made it may show none. */
bool link_tells_databases(const struct link *link);
/* Whether the link has a database of that name; ASCII letters of any case. */
bool link_has_database(const struct link *link, const char *name);
/* Every database CONNECTED and HEALTHY, and none in an error state; a link that shows none is not.
 * why (may be NULL) names the first that is not. */
bool link_is_healthy(const struct link *link, char *why, size_t size);

#endif
