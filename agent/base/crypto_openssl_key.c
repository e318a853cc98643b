/* SPDX-License-Identifier: MIT */
/* Certificates and RSA keys out of PEM and PFX, and signatures, by OpenSSL. */
#include "signing_key.h"

#include "text.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_BITS = 2048 };

struct signing_key {
    EVP_PKEY *key;
    X509 *certificate;
    struct signing_certificate about;
};

/* ---- PEM ---- */

static bool holds(const void *bytes, size_t length, const char *text)
{
    const char *from = bytes;
    size_t size = strlen(text);

    for (size_t i = 0; i + size <= length; i++)
        if (memcmp(from + i, text, size) == 0)
            return true;
    return false;
}

/* OpenSSL's own would ask on the terminal. */
static int give_password(char *buffer, int size, int writing, void *context)
{
    const char *password = context;
    size_t length = password != NULL ? strlen(password) : 0;

    (void)writing;
    if (password == NULL || length > (size_t)size)
        return -1;
    memcpy(buffer, password, length);
    return (int)length;
}

static X509 *find_certificate(BIO *bio, EVP_PKEY *key)
{
    X509 *certificate = NULL;

    while ((certificate = PEM_read_bio_X509(bio, NULL, give_password, NULL)) != NULL) {
        if (X509_check_private_key(certificate, key) == 1)
            return certificate;
        X509_free(certificate);
    }
    return NULL;
}

static const char *read_pem(struct signing_key *self, BIO *bio, const char *password)
{
    self->key = PEM_read_bio_PrivateKey(bio, NULL, give_password, (void *)(uintptr_t)password);
    if (self->key == NULL)
        return password != NULL
                   ? "has a private key that the password does not open; check "
                     "identity.certificate_secret"
                   : "has a private key that cannot be read; if it has a password, store that and "
                     "name it in identity.certificate_secret";
    (void)BIO_reset(bio);
    self->certificate = find_certificate(bio, self->key);
    return self->certificate != NULL
               ? NULL
               : "has no certificate that belongs to its private key; add it to the file";
}

/* ---- PFX ---- */

static const char *read_pfx(struct signing_key *self, BIO *bio, const char *password)
{
    PKCS12 *pfx = d2i_PKCS12_bio(bio, NULL);
    const char *flaw = NULL;

    if (pfx == NULL)
        return "is neither PEM nor PFX; export the certificate with its private key";
    if (PKCS12_verify_mac(pfx, password, -1) != 1 &&
        (password != NULL || PKCS12_verify_mac(pfx, "", 0) != 1))
        flaw = password != NULL
                   ? "is a PFX that the password does not open; check identity.certificate_secret"
                   : "is a PFX with a password; store that and name it in "
                     "identity.certificate_secret";
    else if (PKCS12_parse(pfx, password, &self->key, &self->certificate, NULL) != 1)
        flaw = "is a PFX in an old encryption; export it again with AES256-SHA256";
    else if (self->key == NULL)
        flaw = "is a PFX without the private key; export it again with the key";
    else if (self->certificate == NULL)
        flaw = "is a PFX without the certificate of its private key; export it again with both";
    PKCS12_free(pfx);
    return flaw;
}

static const char *read_file(struct signing_key *self, BIO *bio, size_t length,
                             const char *password)
{
    char *bytes = NULL;

    (void)BIO_get_mem_data(bio, &bytes);
    if (!holds(bytes, length, "-----BEGIN "))
        return read_pfx(self, bio, password);
    if (!holds(bytes, length, "PRIVATE KEY-----"))
        return "has no private key; put key and certificate into one PEM file, or use a PFX";
    return read_pem(self, bio, password);
}

/* ---- what it is ---- */

static bool time_of(const ASN1_TIME *time, uint64_t *ms)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0;
    bool told = epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

    ASN1_TIME_free(epoch);
    *ms = told && days >= 0 ? ((uint64_t)days * 86400 + (uint64_t)seconds) * 1000 : 0;
    return told;
}

static bool take_subject(const X509 *certificate, char *text, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    long length = -1;

    if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0,
                                          XN_FLAG_ONELINE & ~(unsigned long)XN_FLAG_SPC_EQ) >= 0)
        length = BIO_get_mem_data(bio, &bytes);
    if (length >= 0)
        text_copy_bytes(text, size, bytes, (size_t)length);
    BIO_free(bio);
    return length >= 0;
}

static const char *examine(struct signing_key *self)
{
    struct signing_certificate *about = &self->about;
    bool rsa = EVP_PKEY_is_a(self->key, "RSA") || EVP_PKEY_is_a(self->key, "RSA-PSS");

    if (!rsa)
        return "has a key that is not RSA, and Entra ID takes no other; make an RSA certificate of "
               "2048 bits or more";
    if (EVP_PKEY_get_bits(self->key) < LEAST_BITS)
        return "has an RSA key of less than 2048 bits; make a longer one";
    if (EVP_PKEY_get_size(self->key) > SIGNING_MAX_BYTES)
        return "has an RSA key of more than 8192 bits; make a shorter one";
    if (X509_digest(self->certificate, EVP_sha1(), about->sha1, NULL) != 1 ||
        X509_digest(self->certificate, EVP_sha256(), about->sha256, NULL) != 1 ||
        !take_subject(self->certificate, about->subject, sizeof about->subject) ||
        !time_of(X509_get0_notBefore(self->certificate), &about->from_ms) ||
        !time_of(X509_get0_notAfter(self->certificate), &about->until_ms))
        return "has a certificate that cannot be read; export it again";
    return NULL;
}

struct signing_key *signing_key_read(const void *bytes, size_t length, const char *password,
                                     char *why, size_t why_size)
{
    struct signing_key *self = calloc(1, sizeof *self);
    BIO *bio = length <= SIGNING_FILE_SIZE ? BIO_new_mem_buf(bytes, (int)length) : NULL;
    const char *flaw = "cannot be read: memory ran out";

    ERR_clear_error();
    if (self != NULL && bio != NULL) {
        flaw = read_file(self, bio, length, password);
        if (flaw == NULL)
            flaw = examine(self);
    }
    BIO_free(bio);
    ERR_clear_error();
    if (flaw == NULL)
        return self;
    snprintf(why, why_size, "%s", flaw);
    signing_key_free(self);
    return NULL;
}

void signing_key_free(struct signing_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->key); /* wipes it */
    X509_free(key->certificate);
    free(key);
}

const struct signing_certificate *signing_key_certificate(const struct signing_key *key)
{
    return &key->about;
}

/* ---- signatures ---- */

static bool set_padding(EVP_PKEY_CTX *context, enum signing_algorithm algorithm)
{
    if (algorithm == SIGNING_RS256)
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

bool signing_key_sign(const struct signing_key *key, enum signing_algorithm algorithm,
                      const char *text, uint8_t *signature, size_t *length)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL; /* the digest's */
    bool signed_it = false;

    *length = SIGNING_MAX_BYTES;
    signed_it =
        digest != NULL && EVP_DigestSignInit(digest, &context, EVP_sha256(), NULL, key->key) == 1 &&
        set_padding(context, algorithm) &&
        EVP_DigestSign(digest, signature, length, (const unsigned char *)text, strlen(text)) == 1;
    EVP_MD_CTX_free(digest);
    ERR_clear_error();
    return signed_it;
}
