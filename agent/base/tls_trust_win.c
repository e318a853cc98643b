/* SPDX-License-Identifier: MIT */
/* Root certificates on Windows: the ROOT store of the system. */
#include "tls_trust.h"

#include <stddef.h>
#include <windows.h>

bool tls_trust_native(void)
{
    return true;
}

void tls_trust_drop_key_log(void)
{
    SetEnvironmentVariableA("SSLKEYLOGFILE", NULL);
}
