/* SPDX-License-Identifier: MIT */
/* A certificate as Azure writes it. */
#include "certificate_blob.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

uint8_t *certificate_blob_bytes(const char *blob, size_t *length)
{
    uint8_t *bytes = NULL;
    size_t digits = 0;

    *length = 0;
    if (blob == NULL)
        return NULL;
    if (blob[0] == '0' && (blob[1] == 'x' || blob[1] == 'X'))
        blob += 2;
    digits = strlen(blob);
    if (digits == 0 || digits % 2 != 0)
        return NULL;
    bytes = malloc(digits / 2);
    for (size_t i = 0; bytes != NULL && i < digits; i += 2) {
        int high = digit_value(blob[i]), low = digit_value(blob[i + 1]);

        if (high < 0 || low < 0) {
            free(bytes);
            return NULL;
        }
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    *length = bytes != NULL ? digits / 2 : 0;
    return bytes;
}

bool certificate_of(const struct json *resource, struct certificate *certificate)
{
    const char *thumbprint = json_text(resource, "properties.thumbprint");
    size_t length = 0;
    uint8_t *bytes = certificate_blob_bytes(json_text(resource, "properties.publicBlob"), &length);
    char why[128];
    bool is_one = false;

    memset(certificate, 0, sizeof *certificate);
    is_one = bytes != NULL && certificate_read(bytes, length, certificate, why, sizeof why);
    free(bytes);
    if (!is_one && thumbprint != NULL)
        text_copy(certificate->thumbprint, sizeof certificate->thumbprint, thumbprint);
    return is_one;
}
