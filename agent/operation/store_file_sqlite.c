/* SPDX-License-Identifier: MIT */
/* The journal's file: opened for this process alone, checked, and brought to the layout of this
 * version. */
#include "store_file_sqlite.h"
#include "file.h"
#include "text.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * Write-ahead log with synchronous FULL: a commit appends to the log and syncs it, one sync where a
 * rollback journal needs three or four, and nothing is promised before that sync returned. (With a
 * rollback journal FULL would not even do: its deletion is the commit, and the directory is synced
 * only from EXTRA on.) Each frame of the log carries a checksum chained to those before, so that a
 * torn write ends the log at the last whole commit. locking_mode EXCLUSIVE keeps out a second agent
 * for as long as this one lives, however it dies, and keeps the log's index in the heap: there is
 * no file of shared memory. The log is written back every 256 pages (1 MiB), which bounds it and
 * the memory of its index.
 */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
                               "PRAGMA auto_vacuum = INCREMENTAL;" /* counts in a new file alone */
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA fullfsync = ON;"
                               "PRAGMA checkpoint_fullfsync = ON;"
                               "PRAGMA cache_size = -512;" /* KiB */
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA foreign_keys = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA wal_autocheckpoint = 256;";

enum {
    BUSY_MS = 500,
    APPLICATION_ID = 0x4D4C4E4B /* "MLNK": tells the journal from other SQLite files */
};

/*
 * migrations[n] brings layout n (user_version) to n + 1. A step that was released is never changed:
 * a new layout is a new step, and store_row_sqlite.h follows. The indexes are promises: no
 * request_id twice, and one open operation (Accepted 0, Running 1) a resource: a link, a
 * certificate, a database, the instance itself. NOCASE, because Azure's names, the aliases and
 * GUIDs are the same in any case.
 */
static const char *const migrations[] = {
    "CREATE TABLE operation ("
    "id TEXT NOT NULL COLLATE NOCASE,"
    "request_id TEXT NOT NULL COLLATE NOCASE,"
    "started_ms INTEGER NOT NULL,"
    "state INTEGER NOT NULL,"
    "instance TEXT NOT NULL COLLATE NOCASE,"
    "link TEXT NOT NULL COLLATE NOCASE,"
    "resource TEXT NOT NULL COLLATE NOCASE,"
    "kind INTEGER NOT NULL,"
    "phase INTEGER NOT NULL,"
    "fingerprint TEXT NOT NULL,"
    "procedure TEXT NOT NULL,"
    "percent INTEGER NOT NULL,"
    "ended_ms INTEGER NOT NULL,"
    "give_up_ms INTEGER NOT NULL,"
    "method TEXT NOT NULL,"
    "path TEXT NOT NULL,"
    "api_version TEXT NOT NULL,"
    "body TEXT NOT NULL,"
    "secret TEXT NOT NULL,"
    "wanted_role TEXT NOT NULL,"
    "role_before TEXT NOT NULL,"
    "failover_mode TEXT NOT NULL,"
    "forced INTEGER NOT NULL,"
    "may_have_left INTEGER NOT NULL,"
    "databases TEXT NOT NULL,"
    "watched TEXT NOT NULL,"
    "wanted TEXT NOT NULL,"
    "async_url TEXT NOT NULL,"
    "location_url TEXT NOT NULL,"
    "poll_at_ms INTEGER NOT NULL,"
    "arm_request_id TEXT NOT NULL,"
    "arm_correlation_id TEXT NOT NULL,"
    "error_number INTEGER NOT NULL,"
    "error_code TEXT NOT NULL,"
    "error_message TEXT NOT NULL,"
    "detail TEXT NOT NULL,"
    "caller TEXT NOT NULL,"
    "session_id INTEGER NOT NULL,"
    "reason TEXT NOT NULL,"
    "change_ref TEXT NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX operation_id ON operation (id);"
    "CREATE UNIQUE INDEX operation_request ON operation (request_id);"
    "CREATE UNIQUE INDEX operation_open ON operation (instance, resource) WHERE state IN (0, 1);"
    "CREATE INDEX operation_started ON operation (started_ms);",
};

enum { LAYOUT = sizeof migrations / sizeof migrations[0] };

static const char *action_for(int code)
{
    switch (code & 0xFF) {
    case SQLITE_FULL: return "free space on its disk";
    case SQLITE_NOMEM: return "free memory on the host";
    case SQLITE_IOERR: return "check space and health of its disk";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process has the file open, perhaps a second agent: stop that, or give each "
               "agent its own state_directory";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return "see that its directory exists and that the agent's account may write to it and to "
               "the file";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "the file is damaged: stop the agent, put back a copy of the file, or move it and "
               "its -wal away to start an empty journal; operations that were open are then no "
               "longer followed, so look at each link in Azure first";
    default: return "restart the agent; if it recurs, report it with the agent's log";
    }
}

/* The text of the code alone: SQLite's longer messages may quote a statement. */
void store_file_failed(struct store_file *file, const char *task, int code)
{
    const int system = file->db != NULL ? sqlite3_system_errno(file->db) : 0;
    char cause[96] = "";

    if (system != 0 && (code & 0xFF) != SQLITE_BUSY)
        snprintf(cause, sizeof cause, ", system error %d", system);
    snprintf(file->why, sizeof file->why, "journal %s: %s: %s (SQLite %d%s); %s", file->path, task,
             sqlite3_errstr(code), code, cause, action_for(code));
}

static bool execute(struct store_file *file, const char *sql, const char *task)
{
    const int code = sqlite3_exec(file->db, sql, NULL, NULL, NULL);

    if (code != SQLITE_OK)
        store_file_failed(file, task, code);
    return code == SQLITE_OK;
}

/* The first value of the first row, as text: of pragmas and counts, never of the journal's rows. */
static bool ask(struct store_file *file, const char *sql, char *answer, size_t size)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL);
    const char *text = NULL;

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        text = (const char *)sqlite3_column_text(statement, 0);
        if (text != NULL)
            text_copy(answer, size, text);
        else
            code = SQLITE_NOMEM;
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW)
        store_file_failed(file, "it cannot be read", code);
    return code == SQLITE_ROW;
}

static bool ask_number(struct store_file *file, const char *sql, long long *number)
{
    char answer[32] = "";

    return ask(file, sql, answer, sizeof answer) && sscanf(answer, "%lld", number) == 1;
}

static bool connect_file(struct store_file *file)
{
    /* The store has its own lock. */
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = SQLITE_OK;

    /* SQLite would let everybody read it. Its log gets the same mode. */
    file_make_closed(file->path);
    code = sqlite3_open_v2(file->path, &file->db, flags, NULL);
    if (code != SQLITE_OK) {
        store_file_failed(file, "it cannot be opened", code);
        return false;
    }
    sqlite3_extended_result_codes(file->db, 1);
    sqlite3_busy_timeout(file->db, BUSY_MS);
    /* Nothing that stands in the file is run. */
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* SQLite opens what it may not write for reading. */
    if (sqlite3_db_readonly(file->db, "main") == 1) {
        store_file_failed(file, "it cannot be written", SQLITE_READONLY);
        return false;
    }
    return execute(file, settings, "it cannot be set up");
}

static void set_why(struct store_file *file, const char *text)
{
    snprintf(file->why, sizeof file->why, "journal %s: %s", file->path, text);
}

/* Its first read of the file also takes the lock. */
static bool check_owner(struct store_file *file, long long *layout)
{
    long long application = 0, objects = 0;

    if (!ask_number(file, "PRAGMA application_id", &application) ||
        !ask_number(file, "PRAGMA user_version", layout) ||
        !ask_number(file, "SELECT count(*) FROM sqlite_schema", &objects))
        return false;
    if (application == 0 && *layout == 0 && objects == 0)
        return true;
    if (application != APPLICATION_ID || *layout < 1) {
        set_why(file, "the file is a database of another program; move it away or give the agent "
                      "another state_directory");
        return false;
    }
    if (*layout > LAYOUT) {
        set_why(file, "the file was written by a newer agent; run that version or a later one");
        return false;
    }
    return true;
}

static bool enter_wal(struct store_file *file)
{
    char mode[16] = "";

    if (!ask(file, "PRAGMA journal_mode = WAL", mode, sizeof mode))
        return false;
    if (strcmp(mode, "wal") == 0)
        return true;
    store_file_failed(file, "its write-ahead log cannot be made", SQLITE_CANTOPEN);
    return false;
}

/* The full check, because the indexes are promises: quick_check does not compare them with the
 * table. */
static bool check_integrity(struct store_file *file)
{
    char answer[16] = "";

    if (!ask(file, "PRAGMA integrity_check(1)", answer, sizeof answer))
        return false;
    if (strcmp(answer, "ok") == 0)
        return true;
    store_file_failed(file, "it did not pass its check", SQLITE_CORRUPT);
    return false;
}

/* All steps in one transaction: a crash leaves the old layout or the new one. */
static bool migrate(struct store_file *file, long long layout)
{
    const char *task = "its layout cannot be brought up to date";
    char marks[96];
    bool good = false;

    if (layout == LAYOUT)
        return true;
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             APPLICATION_ID, LAYOUT);
    good = execute(file, "BEGIN IMMEDIATE", task);
    for (long long step = layout; good && step < LAYOUT; step++)
        good = execute(file, migrations[step], task);
    good = good && execute(file, marks, task);
    if (!good)
        sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
    return good;
}

bool store_file_open(struct store_file *file, const char *path)
{
    long long layout = 0;

    text_copy(file->path, sizeof file->path, path);
    if (path[0] == '\0' || strlen(path) >= sizeof file->path) {
        set_why(file, "its path is empty or longer than 1023 bytes; set a shorter state_directory");
        return false;
    }
    return connect_file(file) && check_owner(file, &layout) && enter_wal(file) &&
           check_integrity(file) && migrate(file, layout);
}

void store_file_close(struct store_file *file)
{
    sqlite3_close(file->db);
    file->db = NULL;
}
