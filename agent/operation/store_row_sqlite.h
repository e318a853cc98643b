/* SPDX-License-Identifier: MIT */
/* An operation as a row: the one list of the journal's columns, and binding and reading them. */
#ifndef MILINK_AGENT_STORE_ROW_SQLITE_H
#define MILINK_AGENT_STORE_ROW_SQLITE_H

#include "operation.h"
#include <sqlite3.h>

/* What a column holds in struct operation. */
enum row_type { ROW_TEXT, ROW_ENUM, ROW_INT, ROW_BOOL, ROW_INT64, ROW_UINT64 };

/* X(column, member of struct operation, type, largest value of an enum). Columns that are searched
 * come first, so that reading them never walks the overflow pages of the long texts. In a later
 * layout new columns are added at the end, with a step in the migrations of store_sqlite.c. */
#define ROW_COLUMNS(FIRST, NEXT)                          \
    FIRST(id, id, TEXT, 0)                                \
    NEXT(request_id, request_id, TEXT, 0)                 \
    NEXT(started_ms, started_ms, UINT64, 0)               \
    NEXT(state, state, ENUM, OPERATION_UNKNOWN)           \
    NEXT(instance, instance, TEXT, 0)                     \
    NEXT(link, link, TEXT, 0)                             \
    NEXT(resource, resource, TEXT, 0)                     \
    NEXT(kind, kind, ENUM, OPERATION_RESTORE_COMPLETE)    \
    NEXT(phase, phase, ENUM, PHASE_ENDED)                 \
    NEXT(fingerprint, fingerprint, TEXT, 0)               \
    NEXT(procedure, procedure, TEXT, 0)                   \
    NEXT(percent, percent, INT, 0)                        \
    NEXT(ended_ms, ended_ms, UINT64, 0)                   \
    NEXT(give_up_ms, give_up_ms, UINT64, 0)               \
    NEXT(method, method, TEXT, 0)                         \
    NEXT(path, path, TEXT, 0)                             \
    NEXT(api_version, api_version, TEXT, 0)               \
    NEXT(body, body, TEXT, 0)                             \
    NEXT(secret, secret, TEXT, 0)                         \
    NEXT(wanted_role, wanted_role, TEXT, 0)               \
    NEXT(role_before, role_before, TEXT, 0)               \
    NEXT(failover_mode, failover_mode, TEXT, 0)           \
    NEXT(forced, forced, BOOL, 1)                         \
    NEXT(may_have_left, may_have_left, BOOL, 1)           \
    NEXT(databases, databases, TEXT, 0)                   \
    NEXT(watched, watched, TEXT, 0)                       \
    NEXT(wanted, wanted, TEXT, 0)                         \
    NEXT(async_url, async_url, TEXT, 0)                   \
    NEXT(location_url, location_url, TEXT, 0)             \
    NEXT(poll_at_ms, poll_at_ms, UINT64, 0)               \
    NEXT(arm_request_id, arm_request_id, TEXT, 0)         \
    NEXT(arm_correlation_id, arm_correlation_id, TEXT, 0) \
    NEXT(error_number, error.number, INT, 0)              \
    NEXT(error_code, error.code, TEXT, 0)                 \
    NEXT(error_message, error.message, TEXT, 0)           \
    NEXT(detail, detail, TEXT, 0)                         \
    NEXT(caller, caller, TEXT, 0)                         \
    NEXT(session_id, session_id, INT64, 0)                \
    NEXT(reason, reason, TEXT, 0)                         \
    NEXT(change_ref, change_ref, TEXT, 0)

/* Binds every column in order, from parameter 1 on. The texts stay the operation's, which must
 * outlive the step. Returns a code of SQLite. */
int row_bind(sqlite3_stmt *statement, const struct operation *operation);
/* Reads every column in order, from column 0 on. False when the row is none that row_bind wrote, or
 * memory ran out: then the operation is zeroed. */
bool row_read(sqlite3_stmt *statement, struct operation *operation);

#endif
