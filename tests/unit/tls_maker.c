/* SPDX-License-Identifier: MIT */
/* Certificates for tests: EC keys, because they are made fast. */
#include "tls_maker.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { YEAR_S = 365 * 24 * 3600 };

static void need(int done)
{
    if (!done)
        abort();
}

static void add_extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    need(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* Not signed yet; the issuer is the subject. */
static X509 *certificate_new(EVP_PKEY *key, const char *name, long from_s, long to_s)
{
    static long serial;
    X509 *certificate = X509_new();
    X509_NAME *subject = NULL;

    need(certificate != NULL && X509_set_version(certificate, 2) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), from_s) != NULL &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), to_s) != NULL &&
         X509_set_pubkey(certificate, key) == 1);
    subject = X509_get_subject_name(certificate);
    need(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
                                    -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1);
    return certificate;
}

struct tls_authority tls_authority_make(const char *name)
{
    struct tls_authority authority = {.key = EVP_EC_gen("P-256")};

    need(authority.key != NULL);
    authority.certificate = certificate_new(authority.key, name, -3600, YEAR_S);
    add_extension(authority.certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(authority.certificate, NID_key_usage, "critical,keyCertSign");
    need(X509_sign(authority.certificate, authority.key, EVP_sha256()) > 0);
    return authority;
}

void tls_authority_clear(struct tls_authority *authority)
{
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
}

void tls_authority_save(const struct tls_authority *authority, const char *path)
{
    FILE *file = fopen(path, "w");

    need(file != NULL && PEM_write_X509(file, authority->certificate) == 1 && fclose(file) == 0);
}

void tls_server_save(SSL_CTX *context, const char *path)
{
    FILE *file = fopen(path, "w");

    need(file != NULL && PEM_write_X509(file, SSL_CTX_get0_certificate(context)) == 1 &&
         PEM_write_PrivateKey(file, SSL_CTX_get0_privatekey(context), NULL, NULL, 0, NULL, NULL) ==
             1 &&
         fclose(file) == 0);
}

SSL_CTX *tls_server_make(const struct tls_server *server)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = NULL;

    need(context != NULL && key != NULL);
    certificate = certificate_new(key, "test server", server->from_s, server->to_s);
    add_extension(certificate, NID_subject_alt_name, server->names);
    if (server->signer != NULL)
        need(X509_set_issuer_name(certificate,
                                  X509_get_subject_name(server->signer->certificate)) == 1);
    need(X509_sign(certificate, server->signer != NULL ? server->signer->key : key, EVP_sha256()) >
         0);
    if (server->max_version != 0) /* level 0: what is too old by default is offered as well */
        need(SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0") == 1 &&
             SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
             SSL_CTX_set_max_proto_version(context, server->max_version) == 1);
    need(SSL_CTX_use_certificate(context, certificate) == 1 &&
         SSL_CTX_use_PrivateKey(context, key) == 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
}
