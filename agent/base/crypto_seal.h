/* SPDX-License-Identifier: MIT */
/* Authenticated encryption of small things that are kept on disk: AES-256-GCM. */
#ifndef MILINK_AGENT_CRYPTO_SEAL_H
#define MILINK_AGENT_CRYPTO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_KEY_SIZE = 32, CRYPTO_NONCE_SIZE = 12, CRYPTO_TAG_SIZE = 16 };

/* What both directions must agree on. All of it is borrowed. */
struct crypto_seal {
    const uint8_t *key;   /* CRYPTO_KEY_SIZE bytes */
    const uint8_t *nonce; /* CRYPTO_NONCE_SIZE bytes: from crypto_random, never twice with a key */
    const void *bound;    /* what the sealed bytes belong to: proved, but not hidden */
    size_t bound_length;
};

/* Encrypts length bytes to sealed, which has room for length + CRYPTO_TAG_SIZE. False when OpenSSL
 * cannot. */
bool crypto_seal_bytes(const struct crypto_seal *seal, const void *bytes, size_t length,
                       uint8_t *sealed);
/* The way back: length counts the tag; bytes has room for length - CRYPTO_TAG_SIZE. False, with
 * bytes wiped, when one bit of anything differs. */
bool crypto_unseal_bytes(const struct crypto_seal *seal, const uint8_t *sealed, size_t length,
                         void *bytes);

#endif
