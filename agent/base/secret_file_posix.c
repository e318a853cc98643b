/* SPDX-License-Identifier: MIT */
/* Trusted files on POSIX: what was opened is what is checked; what is written gets its name last.
 */
#include "secret_file.h"

#include "crypto.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool owns(const char *directory, uid_t user)
{
    struct stat status;

    return directory != NULL && stat(directory, &status) == 0 && status.st_uid == user;
}

static bool check_owner(const struct stat *status, const char *owner_of, char *why, size_t why_size)
{
    bool ours =
        status->st_uid == geteuid() || status->st_uid == 0 || owns(owner_of, status->st_uid);
    unsigned mode = (unsigned)status->st_mode & 07777;

    if (!ours)
        snprintf(why, why_size, "belongs to user %ld; make the agent's account its owner (chown)",
                 (long)status->st_uid);
    else if ((mode & 077) != 0)
        snprintf(why, why_size,
                 "is open to group or others (mode %04o); take that away (chmod 600)", mode);
    return ours && (mode & 077) == 0;
}

static bool check_status(int handle, const struct trusted_file *file, char *why, size_t why_size)
{
    struct stat status;

    if (fstat(handle, &status) != 0) {
        snprintf(why, why_size, "cannot be examined: %s", strerror(errno));
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        snprintf(why, why_size, "is not a regular file; name a file");
        return false;
    }
    if (file->secret)
        return check_owner(&status, file->owner_of, why, why_size);
    if ((status.st_mode & S_IWOTH) != 0) {
        snprintf(why, why_size, "can be changed by everybody; take that away (chmod o-w)");
        return false;
    }
    return true;
}

/* Up to size bytes; fewer at the end of the file. */
static bool read_all(int handle, struct trusted_file *file)
{
    while (file->length < file->size) {
        ssize_t taken = read(handle, file->bytes + file->length, file->size - file->length);

        if (taken == 0)
            return true;
        if (taken > 0)
            file->length += (size_t)taken;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

bool trusted_file_read(struct trusted_file *file, char *why, size_t why_size)
{
    /* Without O_NONBLOCK, a FIFO in the file's place would hold us here. */
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (file->secret ? O_NOFOLLOW : 0);
    int handle = open(file->path, flags);
    bool read = false;

    file->length = 0;
    file->missing = handle < 0 && errno == ENOENT;
    if (handle < 0) {
        if (errno == ELOOP)
            snprintf(why, why_size, "is a symbolic link; name the file itself");
        else
            snprintf(why, why_size, "cannot be opened: %s", strerror(errno));
        goto out;
    }
    if (!check_status(handle, file, why, why_size))
        goto out;
    if (!read_all(handle, file))
        snprintf(why, why_size, "cannot be read: %s", strerror(errno));
    else if (file->length == file->size)
        snprintf(why, why_size, "is too long: %zu bytes are the most", file->size - 1);
    else
        read = true;
out:
    if (handle >= 0)
        close(handle);
    if (read)
        file->bytes[file->length] = '\0';
    else
        crypto_wipe(file->bytes, file->size);
    return read;
}

/* ---- writing ---- */

enum { PATH_SIZE = 4096 };

static bool write_all(int handle, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(handle, bytes, length);

        if (put > 0) {
            bytes += put;
            length -= (size_t)put;
        } else if (put == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* The directory's own entry on disk too: a rename alone may be lost with the power. */
static bool sync_directory(int directory)
{
    return fsync(directory) == 0 || errno == EINVAL;
}

/* root writes for the account that the directory belongs to. */
static bool give_to_owner(int handle, int directory)
{
    struct stat status;

    if (geteuid() != 0)
        return true;
    return fstat(directory, &status) == 0 &&
           (status.st_uid == 0 || fchown(handle, status.st_uid, (gid_t)-1) == 0);
}

/* Gives the finished file its name; with keep a name that is taken stays with its file. */
static bool name_file(const char *temporary, const char *path, bool keep)
{
    if (!keep)
        return rename(temporary, path) == 0;
    if (link(temporary, path) != 0 && errno != EEXIST)
        return false;
    return unlink(temporary) == 0;
}

bool trusted_file_write(const struct trusted_file *file, char *why, size_t why_size)
{
    char temporary[PATH_SIZE], above[PATH_SIZE], number[CRYPTO_GUID_SIZE] = "";
    const char *slash = strrchr(file->path, '/');
    int handle = -1, directory = -1;
    bool written = false;

    text_copy_bytes(above, sizeof above, file->path,
                    slash != NULL ? (size_t)(slash - file->path) : 0);
    if (slash == NULL || !crypto_new_guid(number) ||
        (size_t)snprintf(temporary, sizeof temporary, "%s.%s" SECRET_FILE_PART, file->path,
                         number) >= sizeof temporary) {
        text_copy(why, why_size, "cannot be written: its path is too long or not absolute");
        return false;
    }
    directory = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    handle = directory < 0
                 ? -1
                 : open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (handle < 0) {
        snprintf(why, why_size, "cannot be written: %s", strerror(errno));
        goto out;
    }
    written = give_to_owner(handle, directory) && write_all(handle, file->bytes, file->length) &&
              fsync(handle) == 0 && name_file(temporary, file->path, file->keep) &&
              sync_directory(directory);
    if (!written) {
        snprintf(why, why_size, "cannot be written: %s", strerror(errno));
        unlink(temporary);
    }
out:
    if (handle >= 0)
        close(handle);
    if (directory >= 0)
        close(directory);
    return written;
}
