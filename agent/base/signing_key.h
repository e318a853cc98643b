/* SPDX-License-Identifier: MIT */
/* A certificate and its RSA key, and signatures by it: what proves an application to Entra ID. */
#ifndef MILINK_AGENT_SIGNING_KEY_H
#define MILINK_AGENT_SIGNING_KEY_H

#include "crypto.h"

enum {
    SIGNING_MAX_BYTES = 1024, /* of a signature: a key of 8192 bits */
    SIGNING_FILE_SIZE = 64 * 1024
};

enum signing_algorithm {
    SIGNING_PS256, /* RSASSA-PSS, SHA-256, MGF1 with SHA-256, salt of 32 bytes */
    SIGNING_RS256  /* RSASSA-PKCS1-v1_5, SHA-256 */
};

struct signing_certificate {
    char subject[256];              /* "CN=milink, O=Contoso", UTF-8 */
    uint8_t sha1[CRYPTO_SHA1_SIZE]; /* of the DER form: the thumbprints */
    uint8_t sha256[CRYPTO_SHA256_SIZE];
    uint64_t from_ms, until_ms; /* validity, milliseconds since 1970 */
};

struct signing_key;

/* Reads PEM (the key, plain or encrypted, and certificates, in any order: the one that belongs to
 * the key counts) or PFX. password may be NULL; neither asks for one. NULL with a text in why that
 * continues "the file PATH " and has nothing of its content. */
struct signing_key *signing_key_read(const void *bytes, size_t length, const char *password,
                                     char *why, size_t why_size);
void signing_key_free(struct signing_key *key); /* takes NULL */

const struct signing_certificate *signing_key_certificate(const struct signing_key *key);

/* signature has SIGNING_MAX_BYTES. False when the key does not sign so. */
bool signing_key_sign(const struct signing_key *key, enum signing_algorithm algorithm,
                      const char *text, uint8_t *signature, size_t *length);

#endif
