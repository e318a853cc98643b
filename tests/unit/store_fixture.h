/* SPDX-License-Identifier: MIT */
/* What the tests of the journal share: a directory of their own, and operations with every member
 * set. */
#ifndef MILINK_UNIT_STORE_FIXTURE_H
#define MILINK_UNIT_STORE_FIXTURE_H

#include "operation.h"
#include "text.h"
#include "store.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char directory[64], path[96];
static char why[2048];
/* Operations are too large to put several on the stack. */
static struct operation one, two;

static inline void remove_files(void)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".copy", ".copy-wal"};
    char name[128];

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

static inline int set_up(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/milink-test-store-XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/journal.db", directory);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    remove_files();
    return rmdir(directory);
}

static inline struct store *open_store(void)
{
    struct store *store = store_open(path, why, sizeof why);

    if (store == NULL)
        fail_msg("%s", why);
    return store;
}

/* Texts that differ by member and by number, as long as the member allows when full. */
static inline void fill_text(char *text, size_t size, char mark, unsigned number, bool full)
{
    char start[32];

    snprintf(start, sizeof start, "%c%u'\xC3\xBC\n", mark, number);
    text_copy(text, size, start);
    for (size_t i = strlen(text); full && i + 1 < size; i++)
        text[i] = (char)('a' + i % 26);
}

/* An open operation on a link of an instance; unlike any with another number. */
static inline void make_operation(struct operation *operation, unsigned number, bool full)
{
    struct operation *o = operation;

#define FILL(member, mark) fill_text(o->member, sizeof o->member, mark, number, full)
    memset(o, 0, sizeof *o);
    snprintf(o->id, sizeof o->id, "%08x-0000-4000-8000-00000000000a", number);
    snprintf(o->request_id, sizeof o->request_id, "%08x-0000-4000-8000-00000000000b", number);
    FILL(fingerprint, 'f');
    o->kind = OPERATION_LINK_SET_ROLE;
    FILL(procedure, 'p');
    snprintf(o->instance, sizeof o->instance, "instance-%u", number);
    snprintf(o->link, sizeof o->link, "link-%u", number);
    o->state = OPERATION_RUNNING;
    o->phase = PHASE_POLLING;
    o->percent = (int)number % 101 - 1;
    o->started_ms = UINT64_C(1795546201123) + number;
    o->ended_ms = o->started_ms + 1;
    o->give_up_ms = o->started_ms + 2;
    FILL(method, 'm');
    FILL(path, 'P');
    FILL(api_version, 'v');
    FILL(body, 'b');
    FILL(wanted_role, 'w');
    FILL(role_before, 'r');
    FILL(failover_mode, 'M');
    o->forced = number % 2 == 0;
    FILL(databases, 'd');
    snprintf(o->resource, sizeof o->resource, "link link-%u", number);
    FILL(secret, 's');
    FILL(watched, 'w');
    FILL(wanted, 'W');
    FILL(async_url, 'A');
    FILL(location_url, 'L');
    o->poll_at_ms = o->started_ms + 3;
    FILL(arm_request_id, 'i');
    FILL(arm_correlation_id, 'c');
    o->error.number = -(int32_t)number - 1;
    FILL(error.code, 'C');
    FILL(error.message, 'E');
    FILL(detail, 'D');
    FILL(caller, 'a');
    o->session_id = INT64_MIN + (int64_t)number;
    FILL(reason, 'R');
    FILL(change_ref, 'h');
#undef FILL
}

static inline void end_operation(struct operation *operation)
{
    operation->state = OPERATION_SUCCEEDED;
    operation->phase = PHASE_ENDED;
}

/* Both were zeroed before they were set, so that the padding is equal too. */
static inline void assert_same(const struct operation *a, const struct operation *b)
{
    assert_memory_equal(a, b, sizeof *a);
}

static inline bool count_open_one(void *context, const struct operation *operation)
{
    (void)operation;
    ++*(long *)context;
    return true;
}

/* Operations that are open; -1 when the journal cannot be read. */
static inline long count_open(struct store *store)
{
    const struct store_filter open = {.open_only = true};
    long count = 0;

    return store_list(store, &open, count_open_one, &count) == STORE_OK ? count : -1;
}

#endif
