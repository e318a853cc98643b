/* SPDX-License-Identifier: MIT */
/* Root certificates on Linux: files, which libcurl knows from its build. */
#include "tls_trust.h"

#include <stdlib.h>

bool tls_trust_native(void)
{
    return false;
}

bool tls_trust_bundled_file(char *path, size_t size)
{
    (void)path;
    (void)size;
    return false;
}

void tls_trust_drop_variable(const char *name)
{
    unsetenv(name);
}
