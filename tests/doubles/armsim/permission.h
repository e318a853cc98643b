/* SPDX-License-Identifier: MIT */
/* Azure's access control, as far as a scenario describes it. */
#ifndef MILINK_ARMSIM_PERMISSION_H
#define MILINK_ARMSIM_PERMISSION_H

#include "scenario.h"

/* Some entry has an action that fits (in any case, '*' stands for any text) and no notAction that
 * does. Without an entry everything is granted that the simulator asks for. */
bool permission_grants(const struct field_list *permissions, const char *action);
/* The body of GET .../Microsoft.Authorization/permissions. New. */
cJSON *permission_page(const struct field_list *permissions);

#endif
