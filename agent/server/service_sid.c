/* SPDX-License-Identifier: MIT */
/* SIDs of Windows services, computed from their names. */
#include "service_sid.h"
#include "crypto.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

bool service_sid(const char *service, char sid[SERVICE_SID_SIZE])
{
    uint8_t name[2 * 256], digest[CRYPTO_SHA1_SIZE];
    size_t length = strlen(service);

    if (length == 0 || length > sizeof name / 2)
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = service[i];

        name[2 * i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        name[2 * i + 1] = 0;
    }
    if (!crypto_sha1(name, 2 * length, digest))
        return false;
    text_copy(sid, SERVICE_SID_SIZE, "S-1-5-80");
    for (size_t i = 0; i < sizeof digest; i += 4) {
        text_append(sid, SERVICE_SID_SIZE, "-");
        text_append_number(sid, SERVICE_SID_SIZE,
                           (long long)(digest[i] | (uint32_t)digest[i + 1] << 8 |
                                       (uint32_t)digest[i + 2] << 16 |
                                       (uint32_t)digest[i + 3] << 24));
    }
    return true;
}

void service_of_instance(const char *instance, char *service, size_t size)
{
    if (text_equal(instance, "MSSQLSERVER"))
        text_copy(service, size, "MSSQLSERVER");
    else
        snprintf(service, size, "MSSQL$%s", instance);
}
