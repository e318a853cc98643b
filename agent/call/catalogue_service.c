/* SPDX-License-Identifier: MIT */
/* The catalogue: the agent itself and its surroundings. */
#include "catalogue_table.h"

static const struct parameter instance_own[] = {INSTANCE_PARAMETER};
static const struct parameter help_own[] = {
    {.name = "@procedure",
     .type = WIRE_TEXT,
     .size = 128,
     .rule = RULE_PROCEDURE,
     .text = "name of a procedure; without: all of them"},
};
static const struct parameter network_own[] = {
    INSTANCE_PARAMETER,
    {.name = "@host",
     .type = WIRE_TEXT,
     .size = 253,
     .rule = RULE_HOST,
     .text = "name or address; default: the instance's, as Azure tells it"},
    {.name = "@port",
     .type = WIRE_INT,
     .least = 1,
     .most = 65535,
     .otherwise = "5022",
     .text = "TCP port"},
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
static const struct wire_column health_columns[] = {
    TEXT_COLUMN("area", 64),       TEXT_COLUMN("check_name", 128), TEXT_COLUMN("status", 8),
    TEXT_COLUMN("evidence", 4000), TEXT_COLUMN("action", 2000),
};
static const struct wire_column network_columns[] = {
    TEXT_COLUMN("name", 253), TEXT_COLUMN("address", 64), INT_COLUMN("port"),
    INT_COLUMN("connect_ms"), TEXT_COLUMN("error", 400),
};

TELLS(version, SUBJECT_SERVICE, version_columns,
      "versions of DLL, agent and protocol, and how the agent is");
READS(help, SUBJECT_SERVICE, RIGHT_NONE, help_own, help_columns,
      "the procedures, or the parameters of one");
READS(health, SUBJECT_SERVICE, RIGHT_NONE, instance_own, health_columns,
      "whether agent, identity, Azure and its permissions are as they must be, a row a check; "
      "without @instance: of all instances");
TELLS(instance_list, SUBJECT_SERVICE, instance_columns,
      "the Managed Instances that the agent's configuration names");
READS(network_test, SUBJECT_SERVICE, RIGHT_READ, network_own, network_columns,
      "whether the agent's host reaches an address by TCP, a row an address; error says why not");
