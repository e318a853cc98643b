/* SPDX-License-Identifier: MIT */
/* What all views use. */
#ifndef MILINK_ARMSIM_VIEW_PRIVATE_H
#define MILINK_ARMSIM_VIEW_PRIVATE_H

#include "view.h"

void view_add(cJSON *object, const char *name, const char *text);
void view_add_time(cJSON *object, const char *name, int64_t ms); /* RFC 3339 */
/* The id of a resource of an instance: /subscriptions/…/managedInstances/{instance}{folder}{name}
 */
void view_add_id(cJSON *object, const struct instance *instance, const char *folder,
                 const char *name);
void view_add_number(cJSON *object, const char *name, int64_t number);

#endif
