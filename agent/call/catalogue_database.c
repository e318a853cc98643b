/* SPDX-License-Identifier: MIT */
/* The catalogue: databases of an instance and the replay of their backups. */
#include "catalogue_table.h"

static const struct parameter instance_own[] = {INSTANCE_PARAMETER};
static const struct parameter database_own[] = {INSTANCE_PARAMETER, DATABASE_PARAMETER};
static const struct parameter delete_own[] = {
    INSTANCE_PARAMETER,
    DATABASE_PARAMETER,
    CONFIRM_PARAMETER("'DELETE <database>', required"),
};
static const struct parameter complete_own[] = {
    INSTANCE_PARAMETER,
    DATABASE_PARAMETER,
    {.name = "@last_backup_name",
     .type = WIRE_TEXT,
     .size = 260,
     .flags = PARAMETER_REQUIRED,
     .rule = RULE_GROUP,
     .text = "file name of the last log backup to apply"},
};

static const struct wire_column database_columns[] = {
    TEXT_COLUMN("name", 128),           TEXT_COLUMN("status", 32),
    TEXT_COLUMN("created_at", 40),      TEXT_COLUMN("earliest_restore_point", 40),
    TEXT_COLUMN("accessibility", 2000),
};
static const struct wire_column restore_columns[] = {
    TEXT_COLUMN("database_name", 128),
    TEXT_COLUMN("restore_type", 64),
    TEXT_COLUMN("status", 64),
    TEXT_COLUMN("block_reason", 2000),
    INT_COLUMN("percent_complete"),
    TEXT_COLUMN("backup_type", 32),
    TEXT_COLUMN("last_uploaded_file", 400),
    TEXT_COLUMN("last_uploaded_at", 40),
    TEXT_COLUMN("last_restored_file", 400),
    TEXT_COLUMN("last_restored_at", 40),
    TEXT_COLUMN("restoring_file", 400),
    INT_COLUMN("restored_mb"),
    INT_COLUMN("planned_mb"),
    INT_COLUMN("files_detected"),
    INT_COLUMN("files_queued"),
    INT_COLUMN("files_restoring"),
    INT_COLUMN("files_restored"),
    INT_COLUMN("files_skipped"),
    INT_COLUMN("files_unrestorable"),
};

READS(database_list, SUBJECT_DATABASE, RIGHT_READ, instance_own, database_columns,
      "the databases of an instance");
READS(database_get, SUBJECT_DATABASE, RIGHT_READ, database_own, database_columns,
      "one database of an instance: status, and why it is not accessible");
WRITES(database_delete, SUBJECT_DATABASE, RIGHT_DATABASE, delete_own,
       "deletes a database of an instance, as the copy that a dropped link leaves; refused while "
       "a link holds it");
READS(database_restore_get, SUBJECT_DATABASE, RIGHT_READ, database_own, restore_columns,
      "how far the replay of backups into a database is");
WRITES(database_restore_complete, SUBJECT_DATABASE, RIGHT_DATABASE, complete_own,
       "ends the replay of backups: the database comes online and takes no more of them");
