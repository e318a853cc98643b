/* SPDX-License-Identifier: MIT */
/* An operation as a row: binding and reading the journal's columns by one table of members. */
#include "store_row_sqlite.h"
#include <limits.h>
#include <stddef.h>
#include <string.h>

struct column {
    enum row_type type;
    size_t offset, size; /* of the member */
    int most;            /* of an enum or a bool */
};

static const struct column columns[] = {
#define ROW_COLUMN(name, member, type, most) \
    {ROW_##type, offsetof(struct operation, member), sizeof((struct operation *)0)->member, most},
    ROW_COLUMNS(ROW_COLUMN, ROW_COLUMN)
#undef ROW_COLUMN
};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

/* A new member of struct operation must not be forgotten here: it would be lost in a crash. Where
 * only the compiler's padding between the members changed, this number follows. */
enum { PADDING = 20 };
#define ROW_SIZE(name, member, type, most) +sizeof((struct operation *)0)->member
_Static_assert(sizeof(struct operation) ==
                   PADDING ROW_COLUMNS(ROW_SIZE, ROW_SIZE)
                       ROW_SIZE(, asker, , )     /* which the journal does not keep */
                   ROW_SIZE(, clock_set_ms, , ), /* nor this */
               "every member of struct operation has a column in ROW_COLUMNS");
#undef ROW_SIZE

_Static_assert(sizeof(enum operation_state) == sizeof(int) &&
                   sizeof(enum operation_phase) == sizeof(int) &&
                   sizeof(enum operation_kind) == sizeof(int) && sizeof(int) == sizeof(int32_t),
               "enums are kept as int");

static int64_t number_get(const struct column *column, const void *member)
{
    int narrow = 0;
    int64_t wide = 0;
    bool truth = false;

    switch (column->type) {
    case ROW_BOOL: memcpy(&truth, member, sizeof truth); return truth;
    case ROW_ENUM:
    case ROW_INT: memcpy(&narrow, member, sizeof narrow); return narrow;
    default: memcpy(&wide, member, sizeof wide); return wide; /* a uint64_t bit by bit */
    }
}

static bool number_set(const struct column *column, int64_t number, void *member)
{
    const int narrow = (int)number;
    const bool truth = number != 0;

    switch (column->type) {
    case ROW_BOOL: memcpy(member, &truth, sizeof truth); return number == 0 || number == 1;
    case ROW_ENUM:
        memcpy(member, &narrow, sizeof narrow);
        return number >= 0 && number <= column->most;
    case ROW_INT:
        memcpy(member, &narrow, sizeof narrow);
        return number >= INT_MIN && number <= INT_MAX;
    default: memcpy(member, &number, sizeof number); return true;
    }
}

int row_bind(sqlite3_stmt *statement, const struct operation *operation)
{
    int code = SQLITE_OK;

    for (int i = 0; i < COLUMN_COUNT && code == SQLITE_OK; i++) {
        const char *member = (const char *)operation + columns[i].offset;

        if (columns[i].type == ROW_TEXT)
            code = sqlite3_bind_text(statement, i + 1, member, -1, SQLITE_STATIC);
        else
            code = sqlite3_bind_int64(statement, i + 1, number_get(&columns[i], member));
    }
    return code;
}

static bool read_text(sqlite3_stmt *statement, int index, char *member)
{
    const void *text = sqlite3_column_text(statement, index);
    const size_t length = (size_t)sqlite3_column_bytes(statement, index);

    if (text == NULL || length >= columns[index].size || memchr(text, '\0', length) != NULL)
        return false;
    memcpy(member, text, length);
    return true;
}

bool row_read(sqlite3_stmt *statement, struct operation *operation)
{
    bool good = true;

    memset(operation, 0, sizeof *operation);
    for (int i = 0; i < COLUMN_COUNT && good; i++) {
        char *member = (char *)operation + columns[i].offset;

        if (columns[i].type == ROW_TEXT)
            good =
                sqlite3_column_type(statement, i) == SQLITE_TEXT && read_text(statement, i, member);
        else
            good = sqlite3_column_type(statement, i) == SQLITE_INTEGER &&
                   number_set(&columns[i], sqlite3_column_int64(statement, i), member);
    }
    if (!good)
        memset(operation, 0, sizeof *operation);
    return good;
}
