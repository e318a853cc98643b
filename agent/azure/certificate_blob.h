/* SPDX-License-Identifier: MIT */
/* A certificate as Azure writes it: hexadecimal digits of its DER form, with 0x or without
 * (arm-api 4). */
#ifndef MILINK_AGENT_CERTIFICATE_BLOB_H
#define MILINK_AGENT_CERTIFICATE_BLOB_H

#include "certificate.h"
#include "json.h"

/* The bytes of a publicBlob. New, for free; NULL when it is none or memory ran out. */
uint8_t *certificate_blob_bytes(const char *blob, size_t *length);
/* The certificate of a resource (serverTrustCertificates, endpointCertificates). False when its
 * publicBlob is not one; thumbprint is then Azure's own, if it gives one, and the rest empty. */
bool certificate_of(const struct json *resource, struct certificate *certificate);

#endif
