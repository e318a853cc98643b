/* SPDX-License-Identifier: MIT */
/* The catalogue of procedures: the public contract as a table. */
#include "catalogue.h"
#include "procedures.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT_COLUMN(column, units)                   \
    {                                                \
        column, sizeof(column) - 1, WIRE_TEXT, units \
    }
#define INT_COLUMN(column)                      \
    {                                           \
        column, sizeof(column) - 1, WIRE_INT, 0 \
    }

#define INSTANCE_PARAMETER                                                                    \
    {                                                                                         \
        .name = "@instance", .type = WIRE_TEXT, .size = 64,                                   \
        .text = "alias of the Managed Instance; may be left out when one alone is configured" \
    }
#define LINK_PARAMETER                                                                      \
    {                                                                                       \
        .name = "@link", .type = WIRE_TEXT, .size = 128, .flags = PARAMETER_REQUIRED,       \
        .rule = RULE_LINK,                                                                  \
        .text = "name of the link, which is the name of the distributed availability group" \
    }
#define CONFIRM_PARAMETER(phrase)                                          \
    {                                                                      \
        .name = "@confirm", .type = WIRE_TEXT, .size = 128, .text = phrase \
    }

static const struct parameter common[] = {
    {.name = "@quiet",
     .type = WIRE_BIT,
     .most = 1,
     .otherwise = "0",
     .text = "1: no message on failure, only return code and OUTPUT parameters"},
    {.name = "@timeout_seconds",
     .type = WIRE_INT,
     .least = 1,
     .most = 300,
     .otherwise = "30",
     .text = "the call returns by then, whatever happens"},
    {.name = "@error_number",
     .type = WIRE_INT,
     .flags = PARAMETER_OUTPUT,
     .text = "0, or the number of the error"},
    {.name = "@error_code",
     .type = WIRE_TEXT,
     .size = 128,
     .flags = PARAMETER_OUTPUT,
     .text = "Azure's code of the error, else ours"},
    {.name = "@error_message",
     .type = WIRE_TEXT,
     .size = 2048,
     .flags = PARAMETER_OUTPUT,
     .text = "the text of the error"},
    {.name = "@caller", .type = WIRE_TEXT, .size = 256, .text = "login of the caller, as a claim"},
    {.name = "@session_id",
     .type = WIRE_INT,
     .most = INT32_MAX,
     .text = "session of the caller, as a claim"},
};

static const struct parameter of_writes[] = {
    {.name = "@request_id",
     .type = WIRE_TEXT,
     .size = 36,
     .rule = RULE_GUID,
     .text = "idempotency key: the same id never starts a second operation; default: a new one"},
    {.name = "@wait_seconds",
     .type = WIRE_INT,
     .most = 60,
     .otherwise = "0",
     .text = "how long to wait for the operation's end; 0: return once Azure has accepted it"},
    {.name = "@reason", .type = WIRE_TEXT, .size = 400, .text = "why, for the records"},
    {.name = "@change_ref", .type = WIRE_TEXT, .size = 64, .text = "change or ticket number"},
    {.name = "@operation_id",
     .type = WIRE_TEXT,
     .size = 36,
     .flags = PARAMETER_OUTPUT,
     .text = "receives the id of the operation"},
    {.name = "@what_if",
     .type = WIRE_BIT,
     .most = 1,
     .otherwise = "0",
     .text = "1: validate, read, show the request that would be sent, send nothing"},
};

static const struct parameter help_own[] = {
    {.name = "@procedure",
     .type = WIRE_TEXT,
     .size = 128,
     .rule = RULE_PROCEDURE,
     .text = "name of a procedure; without: all of them"},
};
static const struct parameter instance_own[] = {INSTANCE_PARAMETER};
static const struct parameter link_own[] = {INSTANCE_PARAMETER, LINK_PARAMETER};
static const struct parameter failover_own[] = {
    INSTANCE_PARAMETER,
    LINK_PARAMETER,
    {.name = "@failover_type",
     .type = WIRE_TEXT,
     .size = 32,
     .flags = PARAMETER_REQUIRED,
     .allowed = "Planned|ForcedAllowDataLoss",
     .text = "Planned loses nothing and needs the instance to be primary; the other may lose data"},
    CONFIRM_PARAMETER("'LOSE DATA ON <link>', required for ForcedAllowDataLoss"),
    {.name = "@expected_role",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "Primary|Secondary",
     .text = "refuse unless the instance has this role now"},
};
static const struct parameter set_role_own[] = {
    INSTANCE_PARAMETER,
    LINK_PARAMETER,
    {.name = "@role",
     .type = WIRE_TEXT,
     .size = 16,
     .flags = PARAMETER_REQUIRED,
     .allowed = "Primary|Secondary",
     .text = "the role that the instance shall have"},
    {.name = "@change_type",
     .type = WIRE_TEXT,
     .size = 16,
     .flags = PARAMETER_REQUIRED,
     .allowed = "Planned|Forced",
     .text = "Azure takes Primary with Forced alone"},
    CONFIRM_PARAMETER("'LOSE DATA ON <link>', required for Forced"),
};
static const struct parameter license_set_own[] = {
    INSTANCE_PARAMETER,
    {.name = "@license_type",
     .type = WIRE_TEXT,
     .size = 32,
     .allowed = "LicenseIncluded|BasePrice",
     .text = "pay as you go, or own licences (Azure Hybrid Benefit)"},
    {.name = "@hybrid_secondary_usage",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "Active|Passive",
     .text = "Passive: the free hybrid failover benefit of an instance that only waits"},
    {.name = "@force",
     .type = WIRE_BIT,
     .most = 1,
     .otherwise = "0",
     .text = "1: Passive even while a link has the instance as primary"},
};
static const struct parameter operation_get_own[] = {
    {.name = "@operation_id",
     .type = WIRE_TEXT,
     .size = 36,
     .flags = PARAMETER_REQUIRED,
     .rule = RULE_GUID,
     .text = "id of the operation"},
    {.name = "@wait_seconds",
     .type = WIRE_INT,
     .most = 60,
     .otherwise = "0",
     .text = "wait at most so long for a change"},
};
static const struct parameter operation_list_own[] = {
    INSTANCE_PARAMETER,
    {.name = "@state",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "Accepted|Running|Succeeded|Failed|Canceled|Unknown",
     .text = "operations in this state alone"},
    {.name = "@since",
     .type = WIRE_TEXT,
     .size = 40,
     .rule = RULE_TIME,
     .text = "operations started at or after this time, ISO 8601 in UTC"},
};

static const struct wire_column version_columns[] = {
    TEXT_COLUMN("dll_version", 32), TEXT_COLUMN("agent_version", 32),    INT_COLUMN("protocol"),
    TEXT_COLUMN("cloud", 16),       TEXT_COLUMN("agent_started_at", 30), INT_COLUMN("instances"),
    INT_COLUMN("open_operations"),
};
static const struct wire_column help_columns[] = {
    TEXT_COLUMN("procedure_name", 128),
    TEXT_COLUMN("parameter_name", 128),
    TEXT_COLUMN("type", 32),
    TEXT_COLUMN("direction", 8),
    TEXT_COLUMN("required", 3),
    TEXT_COLUMN("default_value", 64),
    TEXT_COLUMN("description", 400),
};
static const struct wire_column instance_columns[] = {
    TEXT_COLUMN("alias", 64),          TEXT_COLUMN("subscription_id", 36),
    TEXT_COLUMN("resource_group", 90), TEXT_COLUMN("managed_instance", 63),
    TEXT_COLUMN("rights", 200),        TEXT_COLUMN("cloud", 16),
};
static const struct wire_column link_columns[] = {
    TEXT_COLUMN("link", 128),
    TEXT_COLUMN("database_name", 128),
    TEXT_COLUMN("instance_role", 32),
    TEXT_COLUMN("partner_role", 32),
    TEXT_COLUMN("replication_mode", 32),
    TEXT_COLUMN("failover_mode", 32),
    TEXT_COLUMN("seeding_mode", 32),
    TEXT_COLUMN("link_mode", 32),
    TEXT_COLUMN("replica_state", 64),
    TEXT_COLUMN("health", 32),
    TEXT_COLUMN("connected_state", 32),
    TEXT_COLUMN("seeding_progress", 16),
    TEXT_COLUMN("last_sent_lsn", 32),
    TEXT_COLUMN("last_sent_time", 40),
    TEXT_COLUMN("last_received_lsn", 32),
    TEXT_COLUMN("last_received_time", 40),
    TEXT_COLUMN("last_hardened_lsn", 32),
    TEXT_COLUMN("last_hardened_time", 40),
    TEXT_COLUMN("last_commit_lsn", 32),
    TEXT_COLUMN("last_commit_time", 40),
    TEXT_COLUMN("last_backup_lsn", 32),
    TEXT_COLUMN("last_backup_time", 40),
    INT_COLUMN("send_lag_seconds"),
    INT_COLUMN("redo_lag_seconds"),
    TEXT_COLUMN("partner_endpoint", 256),
    TEXT_COLUMN("partner_ag", 128),
    TEXT_COLUMN("instance_ag", 128),
    TEXT_COLUMN("certificate_name", 128),
    TEXT_COLUMN("certificate_expires_at", 40),
    TEXT_COLUMN("most_recent_error", 4000),
    TEXT_COLUMN("link_id", 1024),
};
static const struct wire_column license_columns[] = {
    TEXT_COLUMN("license_type", 32),
    TEXT_COLUMN("hybrid_secondary_usage", 16),
    TEXT_COLUMN("hybrid_secondary_usage_detected", 16),
    INT_COLUMN("v_cores"),
    TEXT_COLUMN("sku", 64),
    TEXT_COLUMN("tier", 64),
    TEXT_COLUMN("database_format", 32),
    TEXT_COLUMN("state", 64),
    INT_COLUMN("links_primary"),
    INT_COLUMN("links_secondary"),
    TEXT_COLUMN("verdict", 32),
    TEXT_COLUMN("verdict_text", 400),
};
static const struct wire_column operation_columns[] = {
    TEXT_COLUMN("operation_id", 36),   TEXT_COLUMN("request_id", 36),
    TEXT_COLUMN("procedure_name", 64), TEXT_COLUMN("instance", 64),
    TEXT_COLUMN("link", 128),          TEXT_COLUMN("state", 16),
    INT_COLUMN("percent_complete"),    TEXT_COLUMN("started_at", 30),
    TEXT_COLUMN("ended_at", 30),       INT_COLUMN("error_number"),
    TEXT_COLUMN("error_code", 128),    TEXT_COLUMN("error_message", 2048),
    TEXT_COLUMN("arm_request_id", 64), TEXT_COLUMN("arm_correlation_id", 64),
    TEXT_COLUMN("detail", 4000),
};

#define PROCEDURE(which, right, writes, own, columns, text)                            \
    {                                                                                  \
        MILINK_PROCEDURE_PREFIX #which, text, right, writes, own, COUNT(own), columns, \
            COUNT(columns), handle_##which                                             \
    }

static const struct procedure procedures[] = {
    {MILINK_PROCEDURE_PREFIX "version", "versions of DLL, agent and protocol, and how the agent is",
     RIGHT_NONE, false, NULL, 0, version_columns, COUNT(version_columns), handle_version},
    PROCEDURE(help, RIGHT_NONE, false, help_own, help_columns,
              "the procedures, or the parameters of one"),
    {MILINK_PROCEDURE_PREFIX "instance_list",
     "the Managed Instances that the agent's configuration names", RIGHT_NONE, false, NULL, 0,
     instance_columns, COUNT(instance_columns), handle_instance_list},
    PROCEDURE(link_list, RIGHT_READ, false, instance_own, link_columns,
              "all links of an instance, a row a database"),
    PROCEDURE(link_get, RIGHT_READ, false, link_own, link_columns,
              "one link, a row a database: roles, health, lag, LSNs, certificate"),
    PROCEDURE(link_failover, RIGHT_FAILOVER, true, failover_own, operation_columns,
              "fails a link over from the Azure side"),
    PROCEDURE(link_set_role, RIGHT_FAILOVER, true, set_role_own, operation_columns,
              "sets the instance's role in a link, as repairs need it"),
    PROCEDURE(license_get, RIGHT_READ, false, instance_own, license_columns,
              "the licence of an instance and whether it fits its role"),
    PROCEDURE(license_set, RIGHT_LICENSE, true, license_set_own, operation_columns,
              "sets the licence, or the hybrid failover benefit, of an instance"),
    PROCEDURE(operation_get, RIGHT_NONE, false, operation_get_own, operation_columns,
              "one operation; waits for a change"),
    PROCEDURE(operation_list, RIGHT_NONE, false, operation_list_own, operation_columns,
              "operations, newest first"),
};

const struct procedure *catalogue_procedures(size_t *count)
{
    *count = COUNT(procedures);
    return procedures;
}

const struct procedure *catalogue_find(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(procedures); i++)
        if (text_equal_bytes(procedures[i].name, name, length))
            return &procedures[i];
    return NULL;
}

static size_t append(const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS], size_t count,
                     const struct parameter *more, size_t more_count)
{
    for (size_t i = 0; i < more_count; i++)
        parameters[count++] = &more[i];
    return count;
}

size_t catalogue_parameters(const struct procedure *procedure,
                            const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS])
{
    size_t count = append(parameters, 0, procedure->own, procedure->own_count);

    if (procedure->writes)
        count = append(parameters, count, of_writes, COUNT(of_writes));
    return append(parameters, count, common, COUNT(common));
}

const char *catalogue_type_name(enum wire_type type, uint16_t size, char *text, size_t room)
{
    switch (type) {
    case WIRE_TEXT: snprintf(text, room, "nvarchar(%u)", (unsigned)size); break;
    case WIRE_BINARY: snprintf(text, room, "varbinary(%u)", (unsigned)size); break;
    case WIRE_INT: snprintf(text, room, "int"); break;
    case WIRE_BIT: snprintf(text, room, "bit"); break;
    case WIRE_UNTYPED: snprintf(text, room, "NULL"); break;
    }
    return text;
}
