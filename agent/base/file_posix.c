/* SPDX-License-Identifier: MIT */
/* Files on POSIX. */
#include "file.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MODE = 0640, CLOSED_MODE = 0600 };

void file_why(char *why, size_t why_size)
{
    if (why_size > 0)
        snprintf(why, why_size, "%s", strerror(errno));
}

static bool open_file(struct file *file, const char *path, int flags)
{
    /* A FIFO in the file's place does not hold us. */
    int handle = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);

    *file = FILE_CLOSED;
    if (handle < 0)
        return false;
    file->handle = handle;
    return true;
}

/* A new name is on the disk once its directory is. A directory that cannot be opened for that is no
 * reason to fail: the file itself is written. */
static void sync_directory(const char *path)
{
    const char *name = strrchr(path, '/');
    char directory[1024] = ".";
    int handle = -1;

    if (name != NULL)
        text_copy_bytes(directory, sizeof directory, path, (size_t)(name - path) + 1);
    handle = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return;
    fsync(handle);
    close(handle);
}

static bool open_or_make(struct file *file, const char *path, int flags)
{
    const bool is_new = access(path, F_OK) != 0;

    if (!open_file(file, path, O_RDWR | O_CREAT | flags))
        return false;
    if (is_new)
        sync_directory(path);
    return true;
}

bool file_open_append(struct file *file, const char *path, char *why, size_t why_size)
{
    if (open_or_make(file, path, O_APPEND))
        return true;
    file_why(why, why_size);
    return false;
}

bool file_open_write(struct file *file, const char *path, char *why, size_t why_size)
{
    if (open_or_make(file, path, 0))
        return true;
    file_why(why, why_size);
    return false;
}

bool file_open_new(struct file *file, const char *path)
{
    return open_file(file, path, O_RDWR | O_APPEND | O_CREAT | O_EXCL);
}

bool file_make_closed(const char *path)
{
    int handle = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, CLOSED_MODE);

    if (handle < 0)
        return errno == EEXIST;
    close(handle);
    sync_directory(path);
    return true;
}

bool file_open_read(struct file *file, const char *path, char *why, size_t why_size)
{
    if (open_file(file, path, O_RDONLY))
        return true;
    file_why(why, why_size);
    return false;
}

void file_close(struct file *file)
{
    if (file->handle >= 0)
        close((int)file->handle);
    *file = FILE_CLOSED;
}

bool file_append(struct file file, const void *bytes, size_t length)
{
    const char *at = bytes;

    while (length > 0) {
        ssize_t written = write((int)file.handle, at, length);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
    return true;
}

bool file_write_at(struct file file, uint64_t offset, const void *bytes, size_t length)
{
    size_t count = 0;

    while (count < length) {
        ssize_t written = pwrite((int)file.handle, (const char *)bytes + count, length - count,
                                 (off_t)(offset + count));

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            count += (size_t)written;
    }
    return true;
}

bool file_sync(struct file file)
{
    return fsync((int)file.handle) == 0;
}

bool file_cut(struct file file, uint64_t length)
{
    return ftruncate((int)file.handle, (off_t)length) == 0 && file_sync(file);
}

bool file_size(struct file file, uint64_t *size)
{
    struct stat about;

    if (fstat((int)file.handle, &about) != 0)
        return false;
    *size = (uint64_t)about.st_size;
    return true;
}

size_t file_read_at(struct file file, uint64_t offset, void *bytes, size_t length)
{
    size_t count = 0;

    while (count < length) {
        ssize_t taken =
            pread((int)file.handle, (char *)bytes + count, length - count, (off_t)(offset + count));

        if (taken == 0)
            break;
        if (taken > 0)
            count += (size_t)taken;
        else if (errno != EINTR)
            return SIZE_MAX;
    }
    return count;
}

bool file_size_of(const char *path, uint64_t *size)
{
    struct stat about;

    if (stat(path, &about) != 0)
        return false;
    *size = (uint64_t)about.st_size;
    return true;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_move(const char *from, const char *to)
{
    if (rename(from, to) != 0)
        return false;
    sync_directory(to);
    return true;
}

bool file_remove(const char *path)
{
    return unlink(path) == 0;
}

bool file_free_space(const char *directory, uint64_t *bytes)
{
    struct statvfs about;

    if (statvfs(directory, &about) != 0)
        return false;
    *bytes = (uint64_t)about.f_bavail * about.f_frsize;
    return true;
}
