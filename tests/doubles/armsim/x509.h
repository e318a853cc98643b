/* SPDX-License-Identifier: MIT */
/* Certificates as Azure shows them: DER in hexadecimal. The only door to OpenSSL's X.509. */
#ifndef MILINK_ARMSIM_X509_H
#define MILINK_ARMSIM_X509_H

#include <stdbool.h>
#include <stdint.h>

struct x509_facts {
    char thumbprint[41]; /* SHA-1 of the DER, upper case */
    char expires_at[32]; /* the end of validity, RFC 3339 */
};

/* Reads the certificate in blob, with or without "0x". False: blob is not exactly one. */
bool x509_read(const char *blob, struct x509_facts *facts);
/* A new self-signed certificate in hexadecimal, without "0x"; its validity began 400 days ago and
 * ends days from now. */
char *x509_make(const char *name, int64_t days);

#endif
