/* SPDX-License-Identifier: MIT */
/* Sealing a secret with AES-256-GCM and a key in a file beside it. */
#include "secret_seal.h"

#include "crypto.h"
#include "crypto_seal.h"
#include "secret_file.h"

#include <stdio.h>
#include <string.h>

/* A sealed file: format, which key, nonce, and the secret with its tag. */
enum {
    FORMAT_SIZE = 8,
    KEY_ID_SIZE = 8,
    HEAD_SIZE = FORMAT_SIZE + KEY_ID_SIZE,
    BODY_AT = HEAD_SIZE + CRYPTO_NONCE_SIZE,
    OVERHEAD = BODY_AT + CRYPTO_TAG_SIZE,
    BOUND_SIZE = HEAD_SIZE + 64, /* the longest name */
    PATH_SIZE = 4096
};

static const char format[FORMAT_SIZE + 1] = "milink1\n";

/* Enough of a digest to tell keys apart, and nothing that helps to find one. */
static bool identify_key(const uint8_t *key, uint8_t id[KEY_ID_SIZE])
{
    uint8_t digest[CRYPTO_SHA256_SIZE];

    if (!crypto_sha256(key, CRYPTO_KEY_SIZE, digest))
        return false;
    memcpy(id, digest, KEY_ID_SIZE);
    return true;
}

/* False with the words for a why. */
static bool read_key(const char *path, const char *directory, uint8_t key[CRYPTO_KEY_SIZE],
                     char *why, size_t why_size)
{
    char bytes[CRYPTO_KEY_SIZE + 2], flaw[256] = "";
    struct trusted_file file = {
        .path = path, .secret = true, .owner_of = directory, .bytes = bytes, .size = sizeof bytes};
    bool read = trusted_file_read(&file, flaw, sizeof flaw);

    if (!read)
        snprintf(why, why_size, "needs the key in %s, which %s", path, flaw);
    else if (file.length != CRYPTO_KEY_SIZE)
        snprintf(why, why_size,
                 "needs the key in %s, which is damaged: restore it, or remove it and set every "
                 "secret again",
                 path);
    else
        memcpy(key, bytes, CRYPTO_KEY_SIZE);
    crypto_wipe(bytes, sizeof bytes);
    return read && file.length == CRYPTO_KEY_SIZE;
}

/* Two that make a key at the same time both go on with the one that got the name. */
static bool make_key(const char *path, char *why, size_t why_size)
{
    char key[CRYPTO_KEY_SIZE], flaw[256] = "the system has no random bytes";
    const struct trusted_file file = {
        .path = path, .bytes = key, .length = sizeof key, .keep = true};
    bool made = crypto_random(key, sizeof key) && trusted_file_write(&file, flaw, sizeof flaw);

    if (!made)
        snprintf(why, why_size, "needs a key: %s %s", path, flaw);
    crypto_wipe(key, sizeof key);
    return made;
}

/* What the file must be: its head and its name. */
static size_t bind(const struct secret_seal *seal, uint8_t bound[BOUND_SIZE])
{
    size_t length = strlen(seal->name);

    memcpy(bound, seal->bytes, HEAD_SIZE);
    memcpy(bound + HEAD_SIZE, seal->name, length);
    return HEAD_SIZE + length;
}

bool secret_seal_close(struct secret_seal *seal, const char *secret, char *why, size_t why_size)
{
    uint8_t key[CRYPTO_KEY_SIZE], bound[BOUND_SIZE], *nonce = seal->bytes + HEAD_SIZE;
    size_t length = strlen(secret);
    struct crypto_seal parts = {key, nonce, bound, 0};
    char path[PATH_SIZE];
    bool closed = false;

    snprintf(path, sizeof path, "%s/key", seal->directory);
    if (!make_key(path, why, why_size) || !read_key(path, seal->directory, key, why, why_size))
        goto out;
    memcpy(seal->bytes, format, FORMAT_SIZE);
    closed = length + OVERHEAD <= sizeof seal->bytes &&
             identify_key(key, seal->bytes + FORMAT_SIZE) &&
             crypto_random(nonce, CRYPTO_NONCE_SIZE);
    if (closed) {
        parts.bound_length = bind(seal, bound);
        closed = crypto_seal_bytes(&parts, secret, length, seal->bytes + BODY_AT);
    }
    if (!closed)
        snprintf(why, why_size, "cannot be sealed: OpenSSL refuses");
    seal->length = length + OVERHEAD;
out:
    crypto_wipe(key, sizeof key);
    return closed;
}

/* The words for a file that this key does not open; NULL: open it. */
static const char *head_flaw(const struct secret_seal *seal, const uint8_t *key)
{
    uint8_t id[KEY_ID_SIZE];

    if (seal->length <= OVERHEAD || memcmp(seal->bytes, format, FORMAT_SIZE) != 0)
        return "is damaged or was not sealed by this version";
    if (!identify_key(key, id) || memcmp(seal->bytes + FORMAT_SIZE, id, KEY_ID_SIZE) != 0)
        return "was sealed with another key than the one beside it";
    return NULL;
}

bool secret_seal_open(const struct secret_seal *seal, char *secret, char *why, size_t why_size)
{
    uint8_t key[CRYPTO_KEY_SIZE], bound[BOUND_SIZE];
    const struct crypto_seal parts = {key, seal->bytes + HEAD_SIZE, bound,
                                      seal->length >= HEAD_SIZE ? bind(seal, bound) : 0};
    const char *flaw = NULL;
    char path[PATH_SIZE];
    bool opened = false;

    secret[0] = '\0';
    snprintf(path, sizeof path, "%s/key", seal->directory);
    if (!read_key(path, seal->directory, key, why, why_size))
        goto out;
    flaw = head_flaw(seal, key);
    if (flaw == NULL &&
        (seal->length - OVERHEAD >= SECRET_FILE_SIZE ||
         !crypto_unseal_bytes(&parts, seal->bytes + BODY_AT, seal->length - BODY_AT, secret)))
        flaw = "was altered, or is the file of another secret";
    opened = flaw == NULL;
    if (opened)
        secret[seal->length - OVERHEAD] = '\0';
    else
        snprintf(why, why_size, "%s: set it again (milink-agent secret set %s)", flaw, seal->name);
out:
    if (!opened)
        secret[0] = '\0';
    crypto_wipe(key, sizeof key);
    return opened;
}
