/* SPDX-License-Identifier: MIT */
/* The parts of the generator of documents that live in files of their own. */
#ifndef MILINK_TOOLS_GENERATE_H
#define MILINK_TOOLS_GENERATE_H

#include <stdio.h>

struct procedure;

/* docs/errors.md: our errors, and Azure's codes. */
void put_errors(FILE *to);
/* sql/messages.sql: our errors as messages of SQL Server, for alerts. */
void put_messages(FILE *to);
/* docs/events.md, and the texts of milink_messages.dll: what the agent tells the Event Log. */
void put_events(FILE *to);
void put_event_messages(FILE *to);
/* docs/config.schema.json: the table of keys as a JSON Schema. */
void put_config_schema(FILE *to);
/* Two tables for docs/configuration.md, which stand there between lines "<!-- NAME -->" and
 * "<!-- end of NAME -->": "keys" and "types". */
void put_config_keys(FILE *to);
void put_config_types(FILE *to);
/* installer/azure/role-*.json below directory: a custom role of Azure's for each set of rights. 0,
 * or 1 after saying what failed. */
int put_roles(const char *directory);
/* sql/schema/xp/: a procedure of T-SQL for each of the catalogue's, below directory. a_write: any
 * that writes; all of them answer with its columns. 0, or 1 after saying what failed. */
int put_calls(const char *directory, const struct procedure *a_write);

#endif
