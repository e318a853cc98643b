/* SPDX-License-Identifier: MIT */
/* The catalogue: links. */
#include "catalogue_table.h"

#define ROLES "Primary|Secondary"

static const struct parameter instance_own[] = {INSTANCE_PARAMETER};
static const struct parameter link_own[] = {INSTANCE_PARAMETER, LINK_PARAMETER};
static const struct parameter create_own[] = {
    INSTANCE_PARAMETER,
    LINK_PARAMETER,
    {.name = "@databases",
     .type = WIRE_TEXT,
     .size = 4000,
     .flags = PARAMETER_REQUIRED,
     .rule = RULE_DATABASES,
     .text = "the database, or for a multi-database link all of them, parted by commas; a name "
             "with a comma in brackets: [a,b]"},
    {.name = "@partner_endpoint",
     .type = WIRE_TEXT,
     .size = 280,
     .flags = PARAMETER_REQUIRED,
     .rule = RULE_ENDPOINT,
     .text = "SQL Server's mirroring endpoint, TCP://host:port; of a group of several nodes its "
             "listener"},
    {.name = "@partner_ag",
     .type = WIRE_TEXT,
     .size = 128,
     .flags = PARAMETER_REQUIRED,
     .rule = RULE_GROUP,
     .text = "availability group on SQL Server"},
    {.name = "@instance_ag",
     .type = WIRE_TEXT,
     .size = 128,
     .flags = PARAMETER_REQUIRED,
     .rule = RULE_GROUP,
     .text = "availability group that the instance makes: a name that no other link of it has"},
    {.name = "@instance_role",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = ROLES,
     .otherwise = "Secondary",
     .text = "the instance's role at the start: Secondary receives the database, Primary has it"},
    {.name = "@failover_mode",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "None|Manual",
     .otherwise = "None",
     .text = "None: one way to Azure; Manual: both ways (SQL Server 2022 or later of the "
             "instance's database format)"},
    {.name = "@seeding_mode",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "Automatic",
     .otherwise = "Automatic",
     .text = "how the first copy is made; Azure knows one way"},
    {.name = "@link_mode",
     .type = WIRE_TEXT,
     .size = 32,
     .allowed = "SingleDatabase|MultiDatabase",
     .text = "default: by the number of databases; MultiDatabase needs an api_version that "
             "carries it"},
};
static const struct parameter update_own[] = {
    INSTANCE_PARAMETER,
    LINK_PARAMETER,
    {.name = "@replication_mode",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "Async|Sync",
     .text = "of the instance's side; SQL Server's side is set there"},
    {.name = "@databases",
     .type = WIRE_TEXT,
     .size = 4000,
     .rule = RULE_DATABASES,
     .text = "of a multi-database link: all databases that it shall have; one that is left out is "
             "removed"},
    CONFIRM_PARAMETER("'REMOVE <number> FROM <link>', required when databases are removed"),
};
static const struct parameter delete_own[] = {
    INSTANCE_PARAMETER,
    LINK_PARAMETER,
    CONFIRM_PARAMETER("'DELETE <link>', required"),
    FORCE_PARAMETER("even while the instance is primary and no backup since then is seen"),
};
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
     .allowed = ROLES,
     .text = "refuse unless the instance has this role now"},
};
static const struct parameter set_role_own[] = {
    INSTANCE_PARAMETER,
    LINK_PARAMETER,
    {.name = "@role",
     .type = WIRE_TEXT,
     .size = 16,
     .flags = PARAMETER_REQUIRED,
     .allowed = ROLES,
     .text = "the role that the instance shall have"},
    {.name = "@change_type",
     .type = WIRE_TEXT,
     .size = 16,
     .flags = PARAMETER_REQUIRED,
     .allowed = "Planned|Forced",
     .text = "Azure takes Primary with Forced alone"},
    CONFIRM_PARAMETER("'LOSE DATA ON <link>', required for Forced"),
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

READS(link_list, SUBJECT_LINK, RIGHT_READ, instance_own, link_columns,
      "all links of an instance, a row a database");
READS(link_get, SUBJECT_LINK, RIGHT_READ, link_own, link_columns,
      "one link, a row a database: roles, health, lag, LSNs, certificate");
WRITES(link_create, SUBJECT_LINK, RIGHT_LIFECYCLE, create_own,
       "creates the Azure side of a link; availability groups and certificates are there before");
WRITES(link_update, SUBJECT_LINK, RIGHT_LIFECYCLE, update_own,
       "sets a link's replication mode, or the databases of a multi-database link");
WRITES(link_delete, SUBJECT_LINK, RIGHT_LIFECYCLE, delete_own,
       "deletes a link, which leaves each side its own copy; one that is not there is no error");
WRITES(link_failover, SUBJECT_LINK, RIGHT_FAILOVER, failover_own,
       "fails a link over from the Azure side");
WRITES(link_set_role, SUBJECT_LINK, RIGHT_FAILOVER, set_role_own,
       "sets the instance's role in a link, as repairs need it");
