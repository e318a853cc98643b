/* SPDX-License-Identifier: MIT */
/* Reading a secret of one line from a file of its own. */
#include "secret_file.h"

#include "crypto.h"

#include <stdio.h>
#include <string.h>

/* One line end, of either kind. */
static size_t length_without_line_end(const char *bytes, size_t length)
{
    if (length > 0 && bytes[length - 1] == '\n')
        length--;
    if (length > 0 && bytes[length - 1] == '\r')
        length--;
    return length;
}

/* Anything but printable ASCII is a file of another kind or encoding. */
const char *secret_flaw(const char *bytes, size_t length)
{
    if (length == 0)
        return "is empty; write the secret into it";
    if (length >= SECRET_FILE_SIZE)
        return "is over 4096 bytes long; write the secret alone into it";
    if (memchr(bytes, '\n', length) != NULL || memchr(bytes, '\r', length) != NULL)
        return "has more than one line; write the secret alone into it";
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < 0x20 || bytes[i] > 0x7E)
            return "has bytes that no secret has; save it as plain text (UTF-8 without a byte "
                   "order mark)";
    return NULL;
}

bool secret_file_read(const char *path, char *secret, char *why, size_t why_size)
{
    /* Room for a line end of two bytes more, which the limit does not count. */
    char bytes[SECRET_FILE_SIZE + 2];
    struct trusted_file file = {.path = path, .secret = true, .bytes = bytes, .size = sizeof bytes};
    const char *flaw = NULL;
    size_t length = 0;
    bool read = false;

    secret[0] = '\0';
    if (!trusted_file_read(&file, why, why_size))
        goto out;
    length = length_without_line_end(bytes, file.length);
    flaw = secret_flaw(bytes, length);
    if (flaw != NULL) {
        snprintf(why, why_size, "%s", flaw);
        goto out;
    }
    memcpy(secret, bytes, length);
    secret[length] = '\0';
    read = true;
out:
    crypto_wipe(bytes, sizeof bytes);
    return read;
}
