/* SPDX-License-Identifier: MIT */
/* Which of Azure's permissions the rights of an instance need, and which of them the agent's
 * identity lacks (arm-api 8, permissions; mi-link 7). */
#ifndef MILINK_AGENT_PERMISSION_H
#define MILINK_AGENT_PERMISSION_H

#include "arm_client.h"

enum { PERMISSION_NEEDS = 18 };

/* Which of the actions that some right needs are granted, in the order of the table. */
struct permission_set {
    bool granted[PERMISSION_NEEDS];
};

/* Whether one entry of a permissions answer ({"actions":[...],"notActions":[...]}) grants the
 * action: some pattern of actions fits and none of the same entry's notActions does. "*" stands
 * for any text; case does not count. */
bool permission_entry_grants(const struct json *entry, const char *action);

/* Asks Azure what the identity may do with the instance and in its resource group. Where there is
 * no such instance yet, the group alone is asked. Deny assignments, locks and policies do not show.
 * False with error set. */
bool permission_read(const struct arm_client *client, const struct config_instance *instance,
                     const struct deadline *deadline, struct permission_set *set,
                     struct error *error);
/* The first action at place *at or later that the rights need and the set lacks; *at moves past it.
 * NULL: no more. */
const char *permission_missing(const struct permission_set *set, unsigned rights, size_t *at);

#endif
