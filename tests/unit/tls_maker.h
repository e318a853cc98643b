/* SPDX-License-Identifier: MIT */
/* Certificates and TLS servers' contexts for tests, made in memory; whatever fails aborts. */
#ifndef MILINK_UNIT_TLS_MAKER_H
#define MILINK_UNIT_TLS_MAKER_H

#include <openssl/ssl.h>

struct tls_authority {
    EVP_PKEY *key;
    X509 *certificate;
};

/* A server and its certificate. */
struct tls_server {
    const struct tls_authority *signer; /* NULL: it signs itself */
    const char *names;                  /* subjectAltName: "DNS:localhost,IP:127.0.0.1" */
    long from_s, to_s;                  /* validity, in seconds from now */
    int max_version;                    /* TLS1_1_VERSION; 0: any */
};

struct tls_authority tls_authority_make(const char *name);
void tls_authority_clear(struct tls_authority *authority);
/* Writes the certificate as PEM. */
void tls_authority_save(const struct tls_authority *authority, const char *path);
/* Writes the certificate and key of a server as PEM into one file. */
void tls_server_save(SSL_CTX *context, const char *path);
SSL_CTX *tls_server_make(const struct tls_server *server);

#endif
