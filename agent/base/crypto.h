/* SPDX-License-Identifier: MIT */
/* Random bytes, digests and wiping: the only door to OpenSSL besides what libcurl links. */
#ifndef MILINK_AGENT_CRYPTO_H
#define MILINK_AGENT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_GUID_SIZE = 37, CRYPTO_SHA256_SIZE = 32, CRYPTO_SHA1_SIZE = 20 };

/* Starts OpenSSL with what it was built with and nothing else: no configuration file, no provider
 * or engine from a file, whatever the environment says; variables that would have TLS trust more or
 * write its keys to a file are taken out of it. First in main, before other threads run and before
 * anything else of OpenSSL's; again changes nothing. False when OpenSSL cannot be started. */
bool crypto_start(void);

/* Fills bytes from the system's generator. False when it fails: the caller must give up. */
bool crypto_random(void *bytes, size_t length);
/* A random GUID (RFC 4122 version 4) in lower case, terminated. */
bool crypto_new_guid(char guid[CRYPTO_GUID_SIZE]);
bool crypto_sha256(const void *bytes, size_t length, uint8_t digest[CRYPTO_SHA256_SIZE]);
/* For service SIDs and certificate thumbprints alone, never for security. */
bool crypto_sha1(const void *bytes, size_t length, uint8_t digest[CRYPTO_SHA1_SIZE]);
/* Lower-case hexadecimal; text has room for 2 * length + 1. */
void crypto_hex(const void *bytes, size_t length, char *text);
/* Overwrites a secret so that the compiler cannot leave it out. Takes NULL with length 0. */
void crypto_wipe(void *bytes, size_t length);
/* "OpenSSL 3.0.22 7 Apr 2026" (name, version, date), for --version. */
const char *crypto_version(void);

#endif
