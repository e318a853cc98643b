/* SPDX-License-Identifier: MIT */
/* What stands in a certificate, by OpenSSL. */
#include "certificate.h"
#include "text.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

static bool time_of(const ASN1_TIME *time, uint64_t *ms)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0;
    bool told = epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

    ASN1_TIME_free(epoch);
    *ms =
        told && days >= 0 && seconds >= 0 ? ((uint64_t)days * 86400 + (uint64_t)seconds) * 1000 : 0;
    return told;
}

/* One line of UTF-8, in which OpenSSL writes control characters as \XX. */
static bool take_subject(const X509 *certificate, char *text, size_t size)
{
    unsigned long flags = (XN_FLAG_ONELINE & ~(XN_FLAG_SPC_EQ | ASN1_STRFLGS_ESC_MSB));
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    long length = -1;

    if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, flags) >= 0)
        length = BIO_get_mem_data(bio, &bytes);
    if (length >= 0) {
        text_copy_bytes(text, size, bytes, (size_t)length);
        text_repair(text);
    }
    BIO_free(bio);
    return length >= 0;
}

static bool take_thumbprint(const void *der, size_t length, char *text)
{
    uint8_t digest[CRYPTO_SHA1_SIZE];

    if (!crypto_sha1(der, length, digest))
        return false;
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02X", digest[i]);
    return true;
}

/* What bytes that are no certificate are instead. */
static const char *recognise(const unsigned char *der, size_t length)
{
    static const char pem[] = "-----BEGIN";
    const unsigned char *at = der;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)length);
    PKCS12 *pfx = NULL;
    bool is_secret = key != NULL;

    EVP_PKEY_free(key);
    at = der;
    pfx = d2i_PKCS12(NULL, &at, (long)length);
    is_secret = is_secret || pfx != NULL;
    PKCS12_free(pfx);
    if (is_secret)
        return "a private key or a PFX: it stays on SQL Server; pass the certificate alone";
    if (length > sizeof pem && memcmp(der, pem, sizeof pem - 1) == 0)
        return "PEM; pass the DER form, as CERTENCODED gives it";
    return "no certificate in DER, as CERTENCODED gives it";
}

static const char *examine(const void *der, size_t length, struct certificate *certificate)
{
    const unsigned char *at = der;
    X509 *x509 =
        length <= CERTIFICATE_MAX_BYTES && length > 0 ? d2i_X509(NULL, &at, (long)length) : NULL;
    const char *flaw = NULL;

    if (length == 0)
        flaw = "empty";
    else if (length > CERTIFICATE_MAX_BYTES)
        flaw = "longer than 8000 bytes";
    else if (x509 == NULL)
        flaw = recognise(der, length);
    else if (at != (const unsigned char *)der + length)
        flaw = "a certificate with other bytes behind it; pass the certificate alone";
    else if (!take_subject(x509, certificate->subject, sizeof certificate->subject) ||
             !take_thumbprint(der, length, certificate->thumbprint) ||
             !time_of(X509_get0_notBefore(x509), &certificate->from_ms) ||
             !time_of(X509_get0_notAfter(x509), &certificate->until_ms))
        flaw = "a certificate that cannot be read";
    X509_free(x509);
    return flaw;
}

bool certificate_read(const void *der, size_t length, struct certificate *certificate, char *why,
                      size_t why_size)
{
    const char *flaw = NULL;

    memset(certificate, 0, sizeof *certificate);
    ERR_clear_error();
    flaw = examine(der, length, certificate);
    ERR_clear_error();
    if (flaw == NULL)
        return true;
    memset(certificate, 0, sizeof *certificate);
    text_copy(why, why_size, flaw);
    return false;
}
