/* SPDX-License-Identifier: MIT */
/* What a DBA may pass as @public_key, and what Azure may give as a publicBlob. */
#include "certificate_blob.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

static void try_der(const uint8_t *der, size_t length)
{
    struct certificate certificate;
    char why[200] = "";

    if (certificate_read(der, length, &certificate, why, sizeof why)) {
        PROMISE(length <= CERTIFICATE_MAX_BYTES);
        PROMISE(strspn(certificate.thumbprint, "0123456789ABCDEF") == 2 * CRYPTO_SHA1_SIZE);
    } else {
        PROMISE(why[0] != '\0' && certificate.until_ms == 0);
    }
    PROMISE_TEXT(certificate.subject);
    PROMISE_TEXT(certificate.thumbprint);
    PROMISE_TEXT(why);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct fuzz_input whole = fuzz_input(bytes, length);
    uint8_t *der = fuzz_copy(&whole), *decoded = NULL;
    char *blob = fuzz_text(&whole);
    size_t count = 0;

    try_der(der, length);
    decoded = certificate_blob_bytes(blob, &count);
    if (decoded != NULL)
        try_der(decoded, count);
    free(decoded);
    free(blob);
    free(der);
    return 0;
}
