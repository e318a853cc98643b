/* SPDX-License-Identifier: MIT */
/* Which version of Azure's API carries what. */
#include "arm_version.h"
#include <string.h>

bool arm_version_carries(const char *version, const char *since)
{
    return strncmp(version, since, sizeof "2025-01-01" - 1) >= 0;
}
