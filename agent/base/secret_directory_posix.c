/* SPDX-License-Identifier: MIT */
/* Directories of trusted files on POSIX: owner and mode. */
#include "secret_directory.h"

#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* The owner of the directory that the path is in; root when there is none. */
static uid_t owner_above(const char *path)
{
    char above[PATH_SIZE];
    struct stat status;
    char *slash = NULL;

    text_copy(above, sizeof above, path);
    slash = strrchr(above, '/');
    if (slash == NULL)
        return 0;
    slash[slash == above ? 1 : 0] = '\0';
    return stat(above, &status) == 0 ? status.st_uid : 0;
}

enum directory_state directory_check(const char *path, bool closed, char *why, size_t why_size)
{
    const unsigned forbidden = closed ? 077 : 022;
    struct stat status;
    unsigned mode = 0;

    if (lstat(path, &status) != 0) {
        snprintf(why, why_size, "cannot be examined: %s", strerror(errno));
        return errno == ENOENT ? DIRECTORY_MISSING : DIRECTORY_UNSAFE;
    }
    mode = (unsigned)status.st_mode & 07777;
    if (S_ISLNK(status.st_mode))
        text_copy(why, why_size, "is a symbolic link; name the directory itself");
    else if (!S_ISDIR(status.st_mode))
        text_copy(why, why_size, "is not a directory; move it away");
    else if (status.st_uid != geteuid() && status.st_uid != 0 &&
             !(geteuid() == 0 && status.st_uid == owner_above(path)))
        snprintf(why, why_size, "belongs to user %ld; make the agent's account its owner (chown)",
                 (long)status.st_uid);
    else if ((mode & forbidden) != 0)
        snprintf(why, why_size, "is open to group or others (mode %04o); take that away (chmod %s)",
                 mode, closed ? "700" : "go-w");
    else
        return DIRECTORY_SAFE;
    return DIRECTORY_UNSAFE;
}

bool directory_make(const char *path, char *why, size_t why_size)
{
    uid_t owner = owner_above(path);

    if (mkdir(path, 0700) != 0) {
        if (errno == EEXIST)
            return true;
        snprintf(why, why_size, "cannot be made: %s", strerror(errno));
        return false;
    }
    /* root sets a secret, and the agent's account must be able to read it. */
    if (geteuid() == 0 && owner != 0 && lchown(path, owner, (gid_t)-1) != 0) {
        snprintf(why, why_size, "cannot be given to the agent's account: %s", strerror(errno));
        rmdir(path);
        return false;
    }
    return true;
}

bool directory_list(const char *path,
                    void (*each)(void *context, const char *name, uint64_t written_ms),
                    void *context, char *why, size_t why_size)
{
    DIR *directory = opendir(path);
    struct dirent *entry = NULL;
    struct stat status;

    if (directory == NULL) {
        if (errno == ENOENT)
            return true;
        snprintf(why, why_size, "cannot be listed: %s", strerror(errno));
        return false;
    }
    while ((entry = readdir(directory)) != NULL)
        if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode))
            each(context, entry->d_name,
                 (uint64_t)status.st_mtim.tv_sec * 1000 +
                     (uint64_t)status.st_mtim.tv_nsec / 1000000);
    closedir(directory);
    return true;
}

bool directory_remove_file(const char *file, bool *was_there, char *why, size_t why_size)
{
    *was_there = unlink(file) == 0;
    if (*was_there || errno == ENOENT)
        return true;
    snprintf(why, why_size, "cannot be removed: %s", strerror(errno));
    return false;
}
