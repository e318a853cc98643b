/* SPDX-License-Identifier: MIT */
/* Random bytes, digests and wiping, by OpenSSL. */
#include "crypto.h"

#include "tls_trust.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

/* OPENSSL_: a configuration, which may load code; where modules and engines are. SSL_CERT_: roots.
 * SSLKEYLOGFILE: libcurl would write the keys of every TLS session into that file. */
bool crypto_start(void)
{
    static const char *const variables[] = {
        "OPENSSL_CONF",  "OPENSSL_CONF_INCLUDE", "OPENSSL_MODULES", "OPENSSL_ENGINES",
        "SSL_CERT_FILE", "SSL_CERT_DIR",         "CTLOG_FILE",      "SSLKEYLOGFILE"};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        tls_trust_drop_variable(variables[i]);
    /* Only the first call decides on the configuration: libcurl, which asks for it, comes later. */
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
}

bool crypto_random(void *bytes, size_t length)
{
    return length <= INT_MAX && RAND_bytes(bytes, (int)length) == 1;
}

bool crypto_new_guid(char guid[CRYPTO_GUID_SIZE])
{
    /* Bytes in each of the five groups. */
    static const uint8_t groups[] = {4, 2, 2, 2, 6};
    uint8_t bytes[16];
    size_t from = 0;

    if (!crypto_random(bytes, sizeof bytes))
        return false;
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x40); /* version 4 */
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80); /* variant of RFC 4122 */
    for (size_t i = 0; i < sizeof groups; i++) {
        if (i > 0)
            *guid++ = '-';
        crypto_hex(bytes + from, groups[i], guid);
        guid += 2 * (size_t)groups[i];
        from += groups[i];
    }
    return true;
}

bool crypto_sha256(const void *bytes, size_t length, uint8_t digest[CRYPTO_SHA256_SIZE])
{
    return EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) == 1;
}

bool crypto_sha1(const void *bytes, size_t length, uint8_t digest[CRYPTO_SHA1_SIZE])
{
    return EVP_Digest(bytes, length, digest, NULL, EVP_sha1(), NULL) == 1;
}

void crypto_hex(const void *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *from = bytes;

    for (size_t i = 0; i < length; i++) {
        *text++ = digits[from[i] >> 4];
        *text++ = digits[from[i] & 0x0F];
    }
    *text = '\0';
}

void crypto_wipe(void *bytes, size_t length)
{
    if (bytes != NULL && length > 0)
        OPENSSL_cleanse(bytes, length);
}

const char *crypto_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
