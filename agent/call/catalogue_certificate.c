/* SPDX-License-Identifier: MIT */
/* The catalogue: the certificates by which instance and SQL Server know each other. */
#include "catalogue_table.h"

static const struct parameter instance_own[] = {INSTANCE_PARAMETER};
static const struct parameter endpoint_own[] = {
    INSTANCE_PARAMETER,
    {.name = "@endpoint_type",
     .type = WIRE_TEXT,
     .size = 32,
     .allowed = "DATABASE_MIRRORING|SERVICE_BROKER",
     .otherwise = "DATABASE_MIRRORING",
     .text = "links use DATABASE_MIRRORING"},
};
static const struct parameter put_own[] = {
    INSTANCE_PARAMETER,
    CERTIFICATE_PARAMETER,
    {.name = "@public_key",
     .type = WIRE_BINARY,
     .size = 8000,
     .flags = PARAMETER_REQUIRED,
     .text = "the certificate without its private key: CERTENCODED(CERT_ID(N'...'))"},
};
static const struct parameter delete_own[] = {
    INSTANCE_PARAMETER,
    CERTIFICATE_PARAMETER,
    FORCE_PARAMETER("even while a link uses it"),
};

static const struct wire_column endpoint_columns[] = {
    TEXT_COLUMN("name", 128),    BINARY_COLUMN("public_key", 8000), TEXT_COLUMN("thumbprint", 40),
    TEXT_COLUMN("subject", 400), TEXT_COLUMN("expires_at", 30),
};
static const struct wire_column certificate_columns[] = {
    TEXT_COLUMN("name", 128),
    TEXT_COLUMN("thumbprint", 40),
    TEXT_COLUMN("subject", 400),
    TEXT_COLUMN("expires_at", 30),
};

READS(endpoint_certificate_get, SUBJECT_CERTIFICATE, RIGHT_READ, endpoint_own, endpoint_columns,
      "the instance's own certificate, which SQL Server must know by the instance's full name");
READS(certificate_list, SUBJECT_CERTIFICATE, RIGHT_READ, instance_own, certificate_columns,
      "SQL Server's certificates that the instance trusts");
WRITES(certificate_put, SUBJECT_CERTIFICATE, RIGHT_CERTIFICATE, put_own,
       "has the instance trust a certificate of SQL Server; the same one again is no error");
WRITES(certificate_delete, SUBJECT_CERTIFICATE, RIGHT_CERTIFICATE, delete_own,
       "ends the instance's trust in a certificate; one that is not there is no error");
