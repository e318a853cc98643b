/* SPDX-License-Identifier: MIT */
/* What a key's path and content must be, on any platform. */
#include "arc_key.h"

#include "crypto.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_NAME = 64, LONGEST_PATH = 400 };

static bool is_key_name(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t length = strspn(name, allowed);

    return length >= 1 && length <= LONGEST_NAME && strcmp(name + length, ".key") == 0;
}

/* A path for people: whoever sent it chose its bytes. */
static void show(const char *path, char *text, size_t size)
{
    snprintf(text, size, "%.*s", LONGEST_PATH, path);
    for (char *c = text; *c != '\0'; c++)
        if (*c < 0x20 || *c > 0x7E)
            *c = '?';
}

/* Takes line ends off; the rest goes into a header. */
static const char *take_key(const char *bytes, size_t length, char key[ARC_KEY_SIZE])
{
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
        length--;
    if (length == 0)
        return "is empty";
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < 0x21 || bytes[i] > 0x7E)
            return "holds bytes that no key has";
    memcpy(key, bytes, length);
    key[length] = '\0';
    return NULL;
}

bool arc_key_read(const char *directory, const char *path, char key[ARC_KEY_SIZE], char *why,
                  size_t why_size)
{
    const char *separator = arc_key_separator(path);
    char bytes[ARC_KEY_SIZE - 1], flaw[512] = "", shown[LONGEST_PATH + 1];
    struct arc_key_file file = {.directory = directory, .bytes = bytes, .size = sizeof bytes};
    const char *wrong = NULL;

    key[0] = '\0';
    if (separator == NULL || !is_key_name(separator + 1) ||
        !arc_key_folder_is(directory, path, (size_t)(separator - path))) {
        show(path, shown, sizeof shown);
        snprintf(why, why_size,
                 "it names a key file that is not one of %s: %s; what listens there may not be "
                 "Azure Arc",
                 directory, shown);
        return false;
    }
    file.name = separator + 1;
    if (arc_key_load(&file, flaw, sizeof flaw)) {
        wrong = take_key(bytes, file.length, key);
        snprintf(flaw, sizeof flaw, "%s", wrong != NULL ? wrong : "");
    }
    crypto_wipe(bytes, sizeof bytes);
    if (key[0] == '\0')
        snprintf(why, why_size, "the key file %s in %s %s", file.name, directory, flaw);
    return key[0] != '\0';
}
