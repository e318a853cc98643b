/* SPDX-License-Identifier: MIT */
/* The journal in a SQLite file: its statements, each run alone under the store's lock. */
#include "store.h"
#include "log.h"
#include "store_file_sqlite.h"
#include "store_row_sqlite.h"
#include "text.h"
#include "thread.h"
#include "wire.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum statement_id {
    INSERT,
    UPDATE,
    GET,
    GET_REQUEST,
    GET_OPEN,
    LIST,
    LIST_OPEN,
    PRUNE,
    VACUUM,
    STATEMENT_COUNT
};

struct store {
    struct store_file file; /* guarded by mutex, as all below */
    struct mutex *mutex;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct operation row; /* of a list: too large for the stack of a thread */
};

#define FIRST_NAME(name, member, type, most) #name
#define NEXT_NAME(name, member, type, most)  ", " #name
#define FIRST_MARK(name, member, type, most) "?"
#define NEXT_MARK(name, member, type, most)  ", ?"
#define FIRST_SET(name, member, type, most)  #name " = ?"
#define NEXT_SET(name, member, type, most)   ", " #name " = ?"

#define COLUMNS     ROW_COLUMNS(FIRST_NAME, NEXT_NAME)
#define SELECT_FROM "SELECT " COLUMNS " FROM operation "
/* As the partial index has it, so that it is used. */
#define IS_OPEN   "state IN (0, 1)"
#define FILTER    "started_ms >= ?1 AND (?2 = '' OR instance = ?2) AND (?3 < 0 OR state = ?3) "
#define NEWEST    "ORDER BY started_ms DESC, rowid DESC LIMIT ?4"
#define BY_START  "INDEXED BY operation_started WHERE "
#define OPEN_ONES "INDEXED BY operation_open WHERE " IS_OPEN " "

_Static_assert(OPERATION_ACCEPTED == 0 && OPERATION_RUNNING == 1, "the open states in IS_OPEN");

static const char *const statement_texts[STATEMENT_COUNT] = {
    [INSERT] =
        "INSERT INTO operation (" COLUMNS ") VALUES (" ROW_COLUMNS(FIRST_MARK, NEXT_MARK) ")",
    [UPDATE] = "UPDATE operation SET " ROW_COLUMNS(FIRST_SET, NEXT_SET) " WHERE id = ?1",
    [GET] = SELECT_FROM "WHERE id = ?1",
    [GET_REQUEST] = SELECT_FROM "WHERE request_id = ?1",
    [GET_OPEN] = SELECT_FROM OPEN_ONES "AND instance = ?1 AND resource = ?2",
    [LIST] = SELECT_FROM BY_START FILTER NEWEST,
    [LIST_OPEN] = SELECT_FROM OPEN_ONES "AND " FILTER NEWEST,
    /* An operation ends after it started, so that the index finds the old ones. */
    [PRUNE] = "DELETE FROM operation WHERE rowid IN (SELECT rowid FROM operation " BY_START
              "started_ms < ?1 AND ended_ms < ?1 AND NOT " IS_OPEN " ORDER BY started_ms LIMIT ?2)",
    [VACUUM] = "PRAGMA incremental_vacuum", /* all free pages: what one batch leaves */
};

/* For the caller, and in the log. */
static enum store_result failed(struct store *store, const char *task, int code)
{
    store_file_failed(&store->file, task, code);
    log_write(LOG_ERROR, "journal.failed", "%s", store->file.why);
    return STORE_FAILED;
}

/* Ends a run of a statement, and with it its transaction and the loan of the operation's texts. */
static void finish(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static bool prepare(struct store *store)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        int code = sqlite3_prepare_v3(store->file.db, statement_texts[i], -1,
                                      SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL);

        if (code != SQLITE_OK) {
            store_file_failed(&store->file, "its statements cannot be prepared", code);
            return false;
        }
    }
    return true;
}

struct store *store_open(const char *path, char *why, size_t why_size)
{
    struct store *store = calloc(1, sizeof *store);
    bool opened = false;

    snprintf(why, why_size, "journal %s: memory ran out; free memory on the host", path);
    if (store == NULL)
        return NULL;
    store->mutex = mutex_new();
    if (store->mutex == NULL)
        goto out;
    opened = store_file_open(&store->file, path) && prepare(store);
    text_copy(why, why_size, store->file.why);
out:
    if (!opened) {
        store_close(store);
        store = NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    store_file_close(&store->file);
    mutex_free(store->mutex);
    free(store);
}

/* The row a statement stands on. */
static enum store_result take_row(struct store *store, sqlite3_stmt *statement,
                                  struct operation *operation)
{
    if (row_read(statement, operation))
        return STORE_OK;
    return failed(store, "an operation cannot be read",
                  sqlite3_errcode(store->file.db) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT);
}

/* The one row that a statement finds for its keys; the second is NULL where it has one. */
static enum store_result find(struct store *store, enum statement_id id, const char *const keys[2],
                              struct operation *operation)
{
    sqlite3_stmt *statement = store->statements[id];
    enum store_result result = STORE_NOT_FOUND;
    int code = sqlite3_bind_text(statement, 1, keys[0], -1, SQLITE_STATIC);

    if (code == SQLITE_OK && keys[1] != NULL)
        code = sqlite3_bind_text(statement, 2, keys[1], -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        result = take_row(store, statement, operation);
    else if (code != SQLITE_DONE)
        result = failed(store, "an operation cannot be looked up", code);
    finish(statement);
    return result;
}

/* Runs a statement that takes a whole operation. Returns a code of SQLite: SQLITE_DONE is success.
 * */
static int write_row(struct store *store, enum statement_id id, const struct operation *operation)
{
    sqlite3_stmt *statement = store->statements[id];
    int code = row_bind(statement, operation);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    finish(statement);
    return code;
}

static bool is_taken(int code)
{
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;
}

/* An index refused the operation: finds the row that stands in its way. */
static enum store_result find_other(struct store *store, const struct operation *operation,
                                    struct operation *other)
{
    enum store_result result =
        find(store, GET_REQUEST, (const char *[2]){operation->request_id}, other);

    if (result == STORE_NOT_FOUND)
        result = find(store, GET_OPEN, (const char *[2]){operation->instance, operation->resource},
                      other);
    if (result == STORE_NOT_FOUND)
        return failed(store, "an operation's id is taken", SQLITE_CONSTRAINT_PRIMARYKEY);
    return result == STORE_OK ? STORE_DUPLICATE : result;
}

enum store_result store_insert(struct store *store, const struct operation *operation,
                               struct operation *other)
{
    enum store_result result = STORE_OK;
    int code = SQLITE_OK;

    mutex_lock(store->mutex);
    code = write_row(store, INSERT, operation);
    if (is_taken(code))
        result = find_other(store, operation, other);
    else if (code != SQLITE_DONE)
        result = failed(store, "an operation cannot be written", code);
    mutex_unlock(store->mutex);
    return result;
}

enum store_result store_update(struct store *store, const struct operation *operation)
{
    enum store_result result = STORE_OK;
    int code = SQLITE_OK;

    mutex_lock(store->mutex);
    code = write_row(store, UPDATE, operation);
    if (is_taken(code))
        result = STORE_DUPLICATE;
    else if (code != SQLITE_DONE)
        result = failed(store, "an operation cannot be changed", code);
    else if (sqlite3_changes(store->file.db) == 0)
        result = STORE_NOT_FOUND;
    mutex_unlock(store->mutex);
    return result;
}

enum store_result store_get(struct store *store, const char *id, struct operation *operation)
{
    enum store_result result = STORE_OK;

    mutex_lock(store->mutex);
    result = find(store, GET, (const char *[2]){id}, operation);
    mutex_unlock(store->mutex);
    return result;
}

enum store_result store_get_request(struct store *store, const char *request_id,
                                    struct operation *operation)
{
    enum store_result result = STORE_OK;

    mutex_lock(store->mutex);
    result = find(store, GET_REQUEST, (const char *[2]){request_id}, operation);
    mutex_unlock(store->mutex);
    return result;
}

static int64_t at_most_int64(uint64_t number)
{
    return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

static int bind_filter(sqlite3_stmt *statement, const struct store_filter *filter)
{
    const char *instance = filter->instance != NULL ? filter->instance : "";
    const size_t limit = filter->limit > 0 ? filter->limit : WIRE_MAX_ROWS;
    int code = sqlite3_bind_int64(statement, 1, at_most_int64(filter->since_ms));

    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 2, instance, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int(statement, 3, filter->by_state ? (int)filter->state : -1);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(statement, 4, at_most_int64(limit));
    return code;
}

enum store_result store_list(struct store *store, const struct store_filter *filter,
                             bool (*each)(void *context, const struct operation *operation),
                             void *context)
{
    sqlite3_stmt *statement = store->statements[filter->open_only ? LIST_OPEN : LIST];
    enum store_result result = STORE_OK;
    int code = SQLITE_OK;

    mutex_lock(store->mutex);
    code = bind_filter(statement, filter);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW) {
        result = take_row(store, statement, &store->row);
        if (result != STORE_OK || !each(context, &store->row))
            break;
        code = sqlite3_step(statement);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        result = failed(store, "operations cannot be listed", code);
    finish(statement);
    mutex_unlock(store->mutex);
    return result;
}

/* Runs a statement to its end, whatever rows it gives. Returns a code of SQLite: SQLITE_DONE is
 * success. */
static int run(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);

    while (code == SQLITE_ROW)
        code = sqlite3_step(statement);
    finish(statement);
    return code;
}

enum store_result store_prune(struct store *store, uint64_t before_ms, size_t most, size_t *removed)
{
    sqlite3_stmt *statement = store->statements[PRUNE];
    enum store_result result = STORE_OK;
    int code = SQLITE_OK;

    *removed = 0;
    mutex_lock(store->mutex);
    code = sqlite3_bind_int64(statement, 1, at_most_int64(before_ms));
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(statement, 2, at_most_int64(most));
    if (code == SQLITE_OK)
        code = run(statement);
    if (code == SQLITE_DONE)
        *removed = (size_t)sqlite3_changes(store->file.db);
    if (code == SQLITE_DONE && *removed > 0)
        code = run(store->statements[VACUUM]);
    if (code != SQLITE_DONE)
        result = failed(store, "old operations cannot be removed", code);
    mutex_unlock(store->mutex);
    return result;
}

void store_why(struct store *store, char *why, size_t why_size)
{
    mutex_lock(store->mutex);
    text_copy(why, why_size, store->file.why);
    mutex_unlock(store->mutex);
}
