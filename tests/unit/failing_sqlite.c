/* SPDX-License-Identifier: MIT */
/* SQLite on memory and a disk that fail as planned, and lose at a power cut what was not synced. */
#include "failing_sqlite.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct failing_plan failing_disk, failing_memory;

static bool must_fail(struct failing_plan *plan)
{
    plan->calls++;
    return plan->at > 0 && (plan->calls == plan->at || (plan->lasting && plan->calls > plan->at));
}

void failing_plan_set(struct failing_plan *plan, long at, bool lasting)
{
    *plan = (struct failing_plan){0, at, lasting};
}

/* Memory. */

static sqlite3_mem_methods heap;

static void *heap_malloc(int size)
{
    return must_fail(&failing_memory) ? NULL : heap.xMalloc(size);
}

static void *heap_realloc(void *block, int size)
{
    return must_fail(&failing_memory) ? NULL : heap.xRealloc(block, size);
}

/* A disk that keeps after a power cut only what was synced. What a write replaced is kept until the
 * next sync. */

struct failing_change {
    struct failing_change *before;
    sqlite3_int64 size, offset; /* of the file before the change; of the bytes */
    size_t length;
    unsigned char bytes[];
};

struct shim_file {
    sqlite3_file base;
    struct failing_file *record;
    sqlite3_file *real; /* in the room behind */
};

static struct failing_file records[8];
static sqlite3_vfs shim;
static sqlite3_vfs *real_vfs;

struct failing_file *failing_file_of(const char *name)
{
    struct failing_file *record = records;

    while (record->name[0] != '\0' && strcmp(record->name, name) != 0)
        record++;
    assert_true(record < records + 8);
    snprintf(record->name, sizeof record->name, "%s", name);
    return record;
}

static void forget_changes(struct failing_file *record)
{
    while (record->changes != NULL) {
        struct failing_change *change = record->changes;

        record->changes = change->before;
        free(change);
    }
}

void failing_forget(void)
{
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        forget_changes(&records[i]);
    memset(records, 0, sizeof records);
}

/* Takes back what was not synced. */
void failing_cut_power(void)
{
    for (struct failing_file *record = records; record->name[0] != '\0'; record++) {
        const int file = record->changes != NULL ? open(record->name, O_WRONLY) : -1;

        for (struct failing_change *change = record->changes; file >= 0 && change != NULL;
             change = change->before) {
            assert_int_equal(pwrite(file, change->bytes, change->length, (off_t)change->offset),
                             change->length);
            assert_int_equal(ftruncate(file, (off_t)change->size), 0);
        }
        if (file >= 0)
            close(file);
    }
    failing_forget();
}

static struct shim_file *shim_of(sqlite3_file *file)
{
    return (struct shim_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return shim_of(file)->real;
}

/* Keeps the bytes from offset on, at most length of them, that are about to change. */
static void keep(sqlite3_file *file, sqlite3_int64 offset, sqlite3_int64 length)
{
    sqlite3_file *real = real_of(file);
    struct failing_change *change = NULL;
    sqlite3_int64 size = 0, held = 0;

    assert_int_equal(real->pMethods->xFileSize(real, &size), SQLITE_OK);
    held = size > offset ? size - offset : 0;
    held = held < length ? held : length;
    change = malloc(sizeof *change + (size_t)held);
    assert_non_null(change);
    *change = (struct failing_change){shim_of(file)->record->changes, size, offset, (size_t)held};
    if (held > 0)
        assert_int_equal(real->pMethods->xRead(real, change->bytes, (int)held, offset), SQLITE_OK);
    shim_of(file)->record->changes = change;
}

static int shim_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
    if (must_fail(&failing_disk))
        return SQLITE_IOERR_READ;
    return real_of(file)->pMethods->xRead(real_of(file), bytes, length, offset);
}

/* A write that fails is torn: its first half is done. */
static int shim_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
    const bool fails = must_fail(&failing_disk);
    int code = SQLITE_OK;

    keep(file, offset, length);
    code =
        real_of(file)->pMethods->xWrite(real_of(file), bytes, fails ? length / 2 : length, offset);
    return fails ? SQLITE_IOERR_WRITE : code;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (must_fail(&failing_disk))
        return SQLITE_IOERR_TRUNCATE;
    keep(file, size, INT32_MAX);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (must_fail(&failing_disk))
        return SQLITE_IOERR_FSYNC;
    forget_changes(shim_of(file)->record);
    shim_of(file)->record->syncs++;
    return SQLITE_OK;
}

static int shim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int shim_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_reserved(sqlite3_file *file, int *held)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
}

static int shim_control(sqlite3_file *file, int task, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), task, argument);
}

static int shim_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

/* Promises nothing of the device: neither atomic writes nor an order of them. */
static int shim_device(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static const sqlite3_io_methods shim_methods = {
    .iVersion = 1, /* no shared memory: the journal must do without */
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct shim_file *opened = shim_of(file);
    int code = SQLITE_OK;

    (void)vfs;
    opened->base.pMethods = NULL;
    if (must_fail(&failing_disk))
        return SQLITE_CANTOPEN;
    assert_non_null(name); /* no temporary files */
    opened->real = (sqlite3_file *)(opened + 1);
    code = real_vfs->xOpen(real_vfs, name, opened->real, flags, out);
    if (code == SQLITE_OK) {
        opened->record = failing_file_of(name);
        opened->base.pMethods = &shim_methods;
    }
    return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs, (void)sync_directory;
    if (must_fail(&failing_disk))
        return SQLITE_IOERR_DELETE;
    forget_changes(failing_file_of(name));
    return real_vfs->xDelete(real_vfs, name, 0);
}

void failing_install(void)
{
    sqlite3_mem_methods failing;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &heap);
    failing = heap;
    failing.xMalloc = heap_malloc;
    failing.xRealloc = heap_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
    real_vfs = sqlite3_vfs_find(NULL);
    shim = *real_vfs;
    shim.zName = "shim";
    shim.szOsFile = (int)sizeof(struct shim_file) + real_vfs->szOsFile;
    shim.xOpen = shim_open;
    shim.xDelete = shim_delete;
    sqlite3_vfs_register(&shim, 1);
}
