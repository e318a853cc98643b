/* SPDX-License-Identifier: MIT */
/* Root certificates on Linux: files, which libcurl knows from its build. */
#include "tls_trust.h"

#include <stdlib.h>

bool tls_trust_native(void)
{
    return false;
}

void tls_trust_drop_key_log(void)
{
    unsetenv("SSLKEYLOGFILE");
}
