/* SPDX-License-Identifier: MIT */
/* Which version of Azure's API carries what (arm-api 1). */
#ifndef MILINK_AGENT_ARM_VERSION_H
#define MILINK_AGENT_ARM_VERSION_H

#include <stdbool.h>

#define ARM_VERSION_LINK_MODE        "2025-02-01" /* linkMode: links of several databases */
#define ARM_VERSION_UPDATE_DATABASES "2026-08-01" /* PATCH of a link's databases */

/* Whether a version ("2025-01-01", "2026-08-01-preview") is of that date or later. */
bool arm_version_carries(const char *version, const char *since);

#endif
