/* SPDX-License-Identifier: MIT */
/* Handlers that read links: a row a database, in the field's words. */
#include "azure_read.h"
#include "reply_json.h"

static void reply_database(struct reply *reply, const struct json *database)
{
    static const char *const lsns[] = {"lastSentLsn",      "lastSentTime",    "lastReceivedLsn",
                                       "lastReceivedTime", "lastHardenedLsn", "lastHardenedTime",
                                       "lastCommitLsn",    "lastCommitTime",  "lastBackupLsn",
                                       "lastBackupTime"};

    reply_member(reply, database, "replicaState");
    reply_member(reply, database, "synchronizationHealth");
    reply_member(reply, database, "connectedState");
    reply_member(reply, database, "seedingProgress");
    for (size_t i = 0; i < sizeof lsns / sizeof lsns[0]; i++)
        reply_member(reply, database, lsns[i]);
    reply_number(reply, database, "instanceSendReplicationLagSeconds");
    reply_number(reply, database, "instanceRedoReplicationLagSeconds");
}

static void add_row(struct reply *reply, const struct link *link, const struct json *resource,
                    const struct json *database)
{
    const struct json *properties = link->properties;

    reply_text(reply, link->name);
    reply_member(reply, database, "databaseName");
    reply_text(reply, link->instance_role);
    reply_text(reply, link->partner_role);
    reply_member(reply, properties, "replicationMode");
    reply_text(reply, link->failover_mode);
    reply_member(reply, properties, "seedingMode");
    reply_member(reply, properties, "linkMode");
    reply_database(reply, database);
    reply_member(reply, properties, "partnerEndpoint");
    reply_member(reply, properties, "partnerAvailabilityGroupName");
    reply_member(reply, properties, "instanceAvailabilityGroupName");
    reply_member(reply, database, "partnerAuthCertValidity.certificateName");
    reply_member(reply, database, "partnerAuthCertValidity.expiryDate");
    reply_member(reply, database, "mostRecentLinkError");
    reply_member(reply, resource, "id");
    reply_end_row(reply);
}

/* A link without databases, which Azure shows while it is being made, has one row all the same. */
static bool add_link(void *context, const struct json *resource)
{
    struct call *call = context;
    struct link link;
    size_t count = 0;

    if (!link_read(resource, &link))
        return call_refuse(call, MILINK_ARM_BAD_ANSWER, call->instance->alias,
                           "a link without a name or properties");
    count = json_count(link.databases);
    for (size_t i = 0; i == 0 || i < count; i++)
        add_row(&call->reply, &link, resource, json_at(link.databases, i));
    return true;
}

bool handle_link_list(struct call *call)
{
    return read_list(call, &azure_link, add_link, call);
}

bool handle_link_get(struct call *call)
{
    struct json *resource = NULL;
    struct link link;
    bool found =
        read_link(call, call_text(call, "@link"), &resource, &link) && add_link(call, resource);

    json_free(resource);
    return found;
}
