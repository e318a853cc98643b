/* SPDX-License-Identifier: MIT */
/* A certificate as two servers exchange it: its public part, in DER. */
#ifndef MILINK_AGENT_CERTIFICATE_H
#define MILINK_AGENT_CERTIFICATE_H

#include "crypto.h"

enum {
    CERTIFICATE_MAX_BYTES = 8000, /* varbinary(8000) */
    CERTIFICATE_SUBJECT_SIZE = 400 * 3 + 1,
    CERTIFICATE_THUMBPRINT_SIZE = 2 * CRYPTO_SHA1_SIZE + 1
};

struct certificate {
    char subject[CERTIFICATE_SUBJECT_SIZE];       /* "CN=Cert_BOX_endpoint", UTF-8, cut */
    char thumbprint[CERTIFICATE_THUMBPRINT_SIZE]; /* SHA-1 of the DER form in capitals, as Azure
                                                     writes it */
    uint64_t from_ms, until_ms;                   /* validity, milliseconds since 1970 */
};

/* Reads exactly one X.509 certificate in DER. False with a text in why that continues "it is ":
 * PEM, a private key, bytes besides the certificate, no certificate at all. */
bool certificate_read(const void *der, size_t length, struct certificate *certificate, char *why,
                      size_t why_size);

#endif
