/* SPDX-License-Identifier: MIT */
/* Keys and certificates made anew for a test, as PEM and as PFX, and signatures checked. */
#ifndef MILINK_TESTS_UNIT_CERTIFICATE_FIXTURE_H
#define MILINK_TESTS_UNIT_CERTIFICATE_FIXTURE_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

struct pair {
    EVP_PKEY *key;
    X509 *certificate;
};

/* A key of "RSA", "RSA-PSS" or "EC" with so many bits, and its certificate CN=name, valid from
 * 2026-11-01 to 2027-11-01. */
struct pair pair_make(const char *type, unsigned bits, const char *name);
void pair_free(struct pair *pair);

/* Bytes in one of a few static buffers; length may be NULL. */
const char *pair_key_pem(const struct pair *pair, const char *password);
const char *pair_certificate_pem(const struct pair *pair);
/* In the encryption that OpenSSL 3 chooses. */
const char *pair_pfx(const struct pair *pair, bool with_key, const char *password, size_t *length);

/* Whether a JSON Web Token is signed so by the key: "PS256" or "RS256". */
bool pair_signed(const struct pair *pair, const char *jwt, const char *algorithm);

#endif
