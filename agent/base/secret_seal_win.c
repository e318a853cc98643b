/* SPDX-License-Identifier: MIT */
/* Sealing a secret with DPAPI and the machine's key. */
#include "secret_seal.h"

#include "crypto.h"
#include "secret_file.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <dpapi.h>

/* What binds a blob to this product, this format and its name. */
static DATA_BLOB bound_to(const struct secret_seal *seal, char *text, size_t size)
{
    snprintf(text, size, "milink1\n%s", seal->name);
    return (DATA_BLOB){(DWORD)strlen(text), (BYTE *)text};
}

bool secret_seal_close(struct secret_seal *seal, const char *secret, char *why, size_t why_size)
{
    char text[128];
    DATA_BLOB bound = bound_to(seal, text, sizeof text),
              from = {(DWORD)strlen(secret), (BYTE *)secret};
    DATA_BLOB to = {0, NULL};
    bool closed = CryptProtectData(&from, L"milink secret", &bound, NULL, NULL,
                                   CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN, &to);

    if (!closed)
        snprintf(why, why_size, "cannot be sealed: DPAPI answers %lu", GetLastError());
    else if (to.cbData >= sizeof seal->bytes) {
        closed = false;
        text_copy(why, why_size, "cannot be sealed: DPAPI makes too much of it");
    } else {
        memcpy(seal->bytes, to.pbData, to.cbData);
        seal->length = to.cbData;
    }
    if (to.pbData != NULL)
        LocalFree(to.pbData);
    return closed;
}

bool secret_seal_open(const struct secret_seal *seal, char *secret, char *why, size_t why_size)
{
    char text[128];
    DATA_BLOB bound = bound_to(seal, text, sizeof text),
              from = {(DWORD)seal->length, (BYTE *)seal->bytes};
    DATA_BLOB to = {0, NULL};
    bool opened =
        CryptUnprotectData(&from, NULL, &bound, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &to) &&
        to.cbData < SECRET_FILE_SIZE;

    secret[0] = '\0';
    if (opened) {
        memcpy(secret, to.pbData, to.cbData);
        secret[to.cbData] = '\0';
    } else
        snprintf(why, why_size,
                 "was altered, sealed on another host or is the file of another secret: set it "
                 "again (milink-agent secret set %s)",
                 seal->name);
    if (to.pbData != NULL) {
        crypto_wipe(to.pbData, to.cbData);
        LocalFree(to.pbData);
    }
    return opened;
}
