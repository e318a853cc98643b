/* SPDX-License-Identifier: MIT */
/* Azure Arc's folder of keys on Linux. */
#include "arc_key.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool arc_key_directory(char *path, size_t size)
{
    text_copy(path, size, "/var/opt/azcmagent/tokens");
    return true;
}

bool arc_is_installed(void)
{
    return access("/opt/azcmagent/bin/himds", F_OK) == 0;
}

const char *arc_key_separator(const char *path)
{
    return strrchr(path, '/');
}

/* Byte for byte: no other spelling of the folder is Arc's. */
bool arc_key_folder_is(const char *directory, const char *folder, size_t length)
{
    size_t wanted = strlen(directory);

    while (wanted > 1 && directory[wanted - 1] == '/')
        wanted--;
    return length == wanted && memcmp(directory, folder, length) == 0;
}

static int open_in(const char *directory, const char *name)
{
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int handle = -1, error = 0;

    if (folder < 0)
        return -1;
    /* Without O_NONBLOCK, a FIFO in the file's place would hold us here. */
    handle = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    error = errno;
    close(folder);
    errno = error;
    return handle;
}

static void say_why(int error, char *why, size_t why_size)
{
    if (error == EACCES || error == EPERM)
        snprintf(why, why_size,
                 "cannot be opened: %s; add the agent's account to the group himds and restart "
                 "the agent",
                 strerror(error));
    else if (error == ELOOP)
        snprintf(why, why_size, "is a symbolic link, which no key is");
    else
        snprintf(why, why_size, "cannot be opened: %s", strerror(error));
}

/* One byte more than there may be is asked for, to see that there is none. */
static bool read_all(int handle, struct arc_key_file *file)
{
    char more = 0;
    ssize_t taken = 0;

    do {
        taken = read(handle, file->bytes + file->length, file->size - file->length);
        if (taken > 0)
            file->length += (size_t)taken;
    } while ((taken > 0 && file->length < file->size) || (taken < 0 && errno == EINTR));
    return taken >= 0 && (file->length < file->size || read(handle, &more, 1) == 0);
}

bool arc_key_load(struct arc_key_file *file, char *why, size_t why_size)
{
    int handle = open_in(file->directory, file->name);
    struct stat status;
    bool loaded = false;

    file->length = 0;
    if (handle < 0)
        say_why(errno, why, why_size);
    else if (fstat(handle, &status) != 0 || !S_ISREG(status.st_mode))
        snprintf(why, why_size, "is not a regular file");
    else if (status.st_size > (off_t)file->size)
        snprintf(why, why_size, "is over %zu bytes long, which no key is", file->size);
    else if (!read_all(handle, file))
        snprintf(why, why_size, "cannot be read whole");
    else
        loaded = true;
    if (handle >= 0)
        close(handle);
    return loaded;
}
