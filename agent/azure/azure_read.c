/* SPDX-License-Identifier: MIT */
/* What several handlers read from Azure. */
#include "azure_read.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

bool read_link(struct call *call, const char *name, struct json **resource, struct link *link)
{
    char path[ARM_PATH_SIZE], subject[256];

    snprintf(subject, sizeof subject, "link %s of %s", name, call->instance->alias);
    if (!arm_path(path, sizeof path, call->instance, "distributedAvailabilityGroups", name))
        return call_refuse(call, MILINK_AGENT_FAILED, subject, "the path is too long");
    *resource = arm_get(&call->agent->arm, path, subject, &call->deadline, &call->error);
    if (*resource == NULL)
        return false;
    return link_read(*resource, link) ||
           call_refuse(call, MILINK_ARM_BAD_ANSWER, subject, "a link without a name or properties");
}

bool read_instance(struct call *call, struct json **resource)
{
    char path[ARM_PATH_SIZE], subject[128];

    snprintf(subject, sizeof subject, "instance %s", call->instance->alias);
    if (!arm_path(path, sizeof path, call->instance, NULL, NULL))
        return call_refuse(call, MILINK_AGENT_FAILED, subject, "the path is too long");
    *resource = arm_get(&call->agent->arm, path, subject, &call->deadline, &call->error);
    return *resource != NULL;
}

static bool count_role(void *context, const struct json *resource)
{
    struct link_roles *roles = context;
    struct link link;

    if (!link_read(resource, &link)) {
        roles->unreadable = true;
        return false;
    }
    if (link_is(link.instance_role, "Primary")) {
        if (roles->primary++ == 0)
            text_copy(roles->first_primary, sizeof roles->first_primary, link.name);
    } else if (link_is(link.instance_role, "Secondary")) {
        roles->secondary++;
    }
    return true;
}

bool read_link_roles(struct call *call, struct link_roles *roles)
{
    char path[ARM_PATH_SIZE], subject[128];
    const struct arm_each each = {subject, count_role, roles};

    memset(roles, 0, sizeof *roles);
    snprintf(subject, sizeof subject, "links of %s", call->instance->alias);
    if (!arm_path(path, sizeof path, call->instance, "distributedAvailabilityGroups", NULL))
        return call_refuse(call, MILINK_AGENT_FAILED, subject, "the path is too long");
    if (!arm_list(&call->agent->arm, path, &each, &call->deadline, &call->error))
        return false;
    return !roles->unreadable ||
           call_refuse(call, MILINK_ARM_BAD_ANSWER, subject, "a link without a name or properties");
}
