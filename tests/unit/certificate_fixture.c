/* SPDX-License-Identifier: MIT */
/* Making keys and certificates, and checking signatures, by OpenSSL itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base64.h"
#include "certificate_fixture.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

static EVP_PKEY *make_key(const char *type, unsigned bits)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    assert_non_null(context);
    assert_int_equal(EVP_PKEY_keygen_init(context), 1);
    if (strcmp(type, "EC") == 0)
        assert_int_equal(EVP_PKEY_CTX_set_group_name(context, "P-256"), 1);
    else
        assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, (int)bits), 1);
    assert_int_equal(EVP_PKEY_generate(context, &key), 1);
    EVP_PKEY_CTX_free(context);
    return key;
}

struct pair pair_make(const char *type, unsigned bits, const char *name)
{
    struct pair pair = {make_key(type, bits), X509_new()};
    X509_NAME *subject = X509_get_subject_name(pair.certificate);

    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(pair.certificate), 7), 1);
    assert_int_equal(ASN1_TIME_set_string(X509_getm_notBefore(pair.certificate), "261101000000Z"),
                     1);
    assert_int_equal(ASN1_TIME_set_string(X509_getm_notAfter(pair.certificate), "271101000000Z"),
                     1);
    assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                                (const unsigned char *)name, -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(pair.certificate, subject), 1);
    assert_int_equal(X509_set_pubkey(pair.certificate, pair.key), 1);
    assert_true(X509_sign(pair.certificate, pair.key, EVP_sha256()) > 0);
    return pair;
}

void pair_free(struct pair *pair)
{
    EVP_PKEY_free(pair->key);
    X509_free(pair->certificate);
    memset(pair, 0, sizeof *pair);
}

/* What was written, in the next of a few buffers. */
static const char *bytes_of(BIO *bio, size_t *length)
{
    static char buffers[8][16384];
    static size_t next;
    char *buffer = buffers[next++ % 8], *bytes = NULL;
    long count = BIO_get_mem_data(bio, &bytes);

    assert_in_range(count, 1, sizeof buffers[0] - 1);
    memcpy(buffer, bytes, (size_t)count);
    buffer[count] = '\0';
    if (length != NULL)
        *length = (size_t)count;
    BIO_free(bio);
    return buffer;
}

const char *pair_key_pem(const struct pair *pair, const char *password)
{
    BIO *bio = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, pair->key,
                                                   password != NULL ? EVP_aes_256_cbc() : NULL,
                                                   NULL, 0, NULL, (void *)(uintptr_t)password),
                     1);
    return bytes_of(bio, NULL);
}

const char *pair_certificate_pem(const struct pair *pair)
{
    BIO *bio = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_X509(bio, pair->certificate), 1);
    return bytes_of(bio, NULL);
}

const char *pair_pfx(const struct pair *pair, bool with_key, const char *password, size_t *length)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PKCS12 *pfx = PKCS12_create(password, "milink", with_key ? pair->key : NULL, pair->certificate,
                                NULL, 0, 0, 0, 0, 0);

    assert_non_null(pfx);
    assert_int_equal(i2d_PKCS12_bio(bio, pfx), 1);
    PKCS12_free(pfx);
    return bytes_of(bio, length);
}

bool pair_signed(const struct pair *pair, const char *jwt, const char *algorithm)
{
    const char *end = strrchr(jwt, '.');
    unsigned char signature[1024];
    size_t length = 0;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL;
    bool valid = false;

    assert_non_null(end);
    assert_true(base64_decode(end + 1, strlen(end + 1), signature, sizeof signature, &length));
    assert_int_equal(EVP_DigestVerifyInit(digest, &context, EVP_sha256(), NULL, pair->key), 1);
    if (strcmp(algorithm, "PS256") == 0) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32), 1);
    }
    valid = EVP_DigestVerify(digest, signature, length, (const unsigned char *)jwt,
                             (size_t)(end - jwt)) == 1;
    EVP_MD_CTX_free(digest);
    return valid;
}
