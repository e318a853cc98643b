/* SPDX-License-Identifier: MIT */
/* Reading and making certificates with OpenSSL. */
#include "x509.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "clock.h"
#include "text.h"

enum { BEGUN_DAYS = 400 };

/* The bytes of blob, or NULL when it is not hexadecimal; new. */
static unsigned char *decode(const char *blob, size_t *length)
{
    if (strncasecmp(blob, "0x", 2) == 0)
        blob += 2;
    size_t digits = strlen(blob);
    *length = digits / 2;
    if (digits == 0 || digits % 2 != 0 || strspn(blob, "0123456789abcdefABCDEF") != digits)
        return NULL;
    unsigned char *bytes = text_memory(*length, 1);
    for (size_t i = 0; i < *length; i++) {
        const char pair[3] = {blob[2 * i], blob[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return bytes;
}

static void read_facts(const X509 *certificate, const unsigned char *hash, unsigned length,
                       struct x509_facts *facts)
{
    struct tm parts = {0};
    char *text = text_hex(hash, length, true);
    snprintf(facts->thumbprint, sizeof facts->thumbprint, "%s", text);
    free(text);
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts))
        strftime(facts->expires_at, sizeof facts->expires_at, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

bool x509_read(const char *blob, struct x509_facts *facts)
{
    size_t length = 0;
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned hash_length = 0;
    unsigned char *bytes = decode(blob, &length);
    const unsigned char *at = bytes;
    X509 *certificate = bytes ? d2i_X509(NULL, &at, (long)length) : NULL;
    bool good = certificate && at == bytes + length &&
                EVP_Digest(bytes, length, hash, &hash_length, EVP_sha1(), NULL);
    memset(facts, 0, sizeof *facts);
    if (good)
        read_facts(certificate, hash, hash_length, facts);
    X509_free(certificate);
    free(bytes);
    return good;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const char *name, int64_t days)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    time_t now = (time_t)(clock_now() / 1000);
    unsigned char serial[8];
    char uuid[TEXT_UUID];
    text_uuid_random(uuid);
    memcpy(serial, uuid, sizeof serial);
    return X509_set_version(certificate, 2) &&
           ASN1_STRING_set(X509_get_serialNumber(certificate), serial, sizeof serial) &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                      -1, 0) &&
           X509_set_issuer_name(certificate, subject) &&
           X509_time_adj_ex(X509_getm_notBefore(certificate), -BEGUN_DAYS, 0, &now) &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), (int)days, 0, &now) &&
           X509_set_pubkey(certificate, key) && X509_sign(certificate, key, EVP_sha256());
}

char *x509_make(const char *name, int64_t days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"); /* quick; who reads it looks at name and dates */
    X509 *certificate = X509_new();
    unsigned char *der = NULL;
    int length = 0;
    if (key && certificate && fill(certificate, key, name, days))
        length = i2d_X509(certificate, &der);
    char *blob = text_hex(der, length > 0 ? (size_t)length : 0, true);
    OPENSSL_free(der);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return blob;
}
