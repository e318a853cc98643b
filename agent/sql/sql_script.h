/* SPDX-License-Identifier: MIT */
/* The T-SQL that registers milink's extended procedures, and command lines for sqlcmd: texts, so
 * that they can be tested anywhere. */
#ifndef MILINK_AGENT_SQL_SCRIPT_H
#define MILINK_AGENT_SQL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

enum { SQL_SCRIPT_SIZE = 12 * 1024, SQL_DLL_MOST = 255 /* sp_addextendedproc takes no more */ };

/* One batch that points every procedure to the DLL and gives back the grants that dropping one
 * loses. What is registered already at that path is not touched, so that it may run twice. False
 * when dll is longer than SQL Server takes. */
bool sql_script_register(const char *dll, char *text, size_t size);
/* One batch that drops every procedure of milink's. */
bool sql_script_unregister(char *text, size_t size);
/* DBCC name (FREE): SQL Server lets go of a DLL, which it names without its folder and ending. */
bool sql_script_free(const char *dll, char *text, size_t size);
/* One row, parted by |: host, instance, how many procedures, the DLL, then of each other replica or
 * node a row: kind, name. */
extern const char sql_script_state[];

/* N'...' for a literal. */
bool sql_quote(const char *value, char *text, size_t size);
/* Appends one argument to a command line, quoted as Windows programs take them apart. False when it
 * does not fit. */
bool sql_append_argument(char *command, size_t size, const char *argument);

#endif
