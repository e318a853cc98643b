/* SPDX-License-Identifier: MIT */
/* Reading a trusted file on POSIX: what was opened is what is checked. */
#include "secret_file.h"

#include "crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_owner(const struct stat *status, char *why, size_t why_size)
{
    bool ours = status->st_uid == geteuid() || status->st_uid == 0;
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
        return check_owner(&status, why, why_size);
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
