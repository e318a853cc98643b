/* SPDX-License-Identifier: MIT */
/* Writing the key files of Arc's challenges, the odd ones too. */
#include "identity_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

enum { KEY_BYTES = 64, KEY_LONGEST = 4096, NAME_LONGEST = 64 };

static void forget(struct key_file *key)
{
    if (key->path)
        unlink(key->path);
    if (key->other)
        unlink(key->other);
    free(key->path);
    free(key->other);
    free(key->expected);
    memset(key, 0, sizeof *key);
}

static size_t key_length(int quirk)
{
    switch (quirk) {
    case QUIRK_LONGEST: return KEY_LONGEST;
    case QUIRK_LONG: return KEY_LONGEST + 1;
    case QUIRK_EMPTY: return 0;
    default: return KEY_BYTES;
    }
}

/* Opaque: any visible ASCII, so that whoever re-encodes it is found out. New. */
static char *key_content(int quirk)
{
    size_t length = key_length(quirk);
    unsigned char *random = text_memory(length + 1, 1);
    for (size_t have = 0; have < length;) {
        ssize_t got = getrandom(random + have, length - have, 0);
        have += got > 0 ? (size_t)got : 0;
    }
    for (size_t i = 0; i < length; i++)
        random[i] = (unsigned char)('!' + random[i] % ('~' - '!' + 1));
    if (quirk == QUIRK_BYTES)
        memcpy(random + KEY_BYTES / 2, "\r\nX-Injected: 1", sizeof "\r\nX-Injected: 1" - 1);
    return (char *)random;
}

static char *key_name(int quirk)
{
    char uuid[TEXT_UUID], *name = text_memory(NAME_LONGEST + 8, 1);
    text_uuid_random(uuid);
    memset(name, 'k', NAME_LONGEST + 1);
    memcpy(name, uuid, TEXT_UUID - 1);
    if (quirk != QUIRK_NAME)
        name[TEXT_UUID - 1] = '\0';
    char *file = text_format("%s.%s", name, quirk == QUIRK_SUFFIX ? "txt" : "key");
    free(name);
    return file;
}

static bool write_file(const char *path, const char *content, const char *end)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char *text = text_format("%s%s", content, end);
    bool good = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    if (file >= 0)
        close(file);
    free(text);
    return good;
}

static bool make_file(struct key_file *key, int quirk, const char *content)
{
    switch (quirk) {
    case QUIRK_MISSING: return true;
    case QUIRK_FIFO: return mkfifo(key->path, 0600) == 0;
    case QUIRK_SYMLINK:
        key->other = text_format("%s.target", key->path);
        return write_file(key->other, content, "") && symlink(key->other, key->path) == 0;
    case QUIRK_NEWLINE: return write_file(key->path, content, "\r\n");
    default: return write_file(key->path, content, "");
    }
}

/* Directory of the file; above: the one above it. New. */
static char *directory_of(const char *directory, bool above)
{
    size_t length = strlen(directory);
    while (length > 1 && (directory[length - 1] == '/' || directory[length - 1] == '\\'))
        length--;
    if (above) {
        while (length > 1 && directory[length - 1] != '/' && directory[length - 1] != '\\')
            length--;
        length -= length > 1;
    }
    return text_copy_bytes(directory, length);
}

/* The path that the challenge names. New. */
static char *realm_of(const struct identity *identity, const char *name)
{
    const char *given =
        *identity->realm_directory ? identity->realm_directory : identity->key_directory;
    char *directory = directory_of(given, identity->arc_quirk == QUIRK_OUTSIDE);
    char slash = strchr(given, '\\') ? '\\' : '/';
    char *realm = identity->arc_quirk == QUIRK_TRAVERSAL
                      ? text_format("%s%c..%c%s", directory, slash, slash, name)
                      : text_format("%s%c%s", directory, slash, name);
    free(directory);
    return realm;
}

char *key_challenge(struct key_ring *ring, const struct identity *identity)
{
    int quirk = identity->arc_quirk;
    bool above = quirk == QUIRK_OUTSIDE || quirk == QUIRK_TRAVERSAL;
    struct key_file *key = &ring->keys[ring->next++ % KEYS_KEPT];
    char *name = key_name(quirk), *content = key_content(quirk), *realm = NULL;
    char *directory = directory_of(identity->key_directory, above);
    forget(key);
    key->path = text_format("%s/%s", directory, name);
    if (make_file(key, quirk, content)) {
        realm = realm_of(identity, name);
        if (quirk <= QUIRK_LONGEST)
            key->expected = text_copy(content);
    } else {
        fprintf(stderr, "armsim  cannot write %s: %s\n", key->path, strerror(errno));
    }
    free(directory);
    free(content);
    free(name);
    return realm;
}

bool key_redeem(struct key_ring *ring, const char *content)
{
    for (size_t i = 0; i < KEYS_KEPT; i++)
        if (ring->keys[i].expected && strcmp(ring->keys[i].expected, content) == 0) {
            forget(&ring->keys[i]);
            return true;
        }
    return false;
}

void key_clear(struct key_ring *ring)
{
    for (size_t i = 0; i < KEYS_KEPT; i++)
        forget(&ring->keys[i]);
}
