/* SPDX-License-Identifier: MIT */
/* What is alike on all platforms about files. */
#include "file.h"

#include <stdio.h>

bool file_replace(const char *path, const void *bytes, size_t length)
{
    struct file file = FILE_CLOSED;
    char part[1100];
    bool written = false;

    if ((size_t)snprintf(part, sizeof part, "%s.tmp", path) >= sizeof part)
        return false;
    file_remove(part); /* a crash may have left one behind */
    if (!file_open_new(&file, part))
        return false;
    written = file_append(file, bytes, length);
    file_close(&file);
    if (written && file_move(part, path))
        return true;
    file_remove(part);
    return false;
}
