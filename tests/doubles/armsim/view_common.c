/* SPDX-License-Identifier: MIT */
/* Ids, times and pages, in the shape that all of ARM's bodies share. */
#include "view_private.h"

#include <stdlib.h>

#include "clock.h"

void view_add(cJSON *object, const char *name, const char *text)
{
    cJSON_AddStringToObject(object, name, text);
}

void view_add_time(cJSON *object, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT];
    clock_print(ms, text);
    view_add(object, name, text);
}

void view_add_number(cJSON *object, const char *name, int64_t number)
{
    cJSON_AddNumberToObject(object, name, (double)number);
}

void view_add_id(cJSON *object, const struct instance *instance, const char *folder,
                 const char *name)
{
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Sql/"
                           "managedInstances/%s%s%s",
                           instance->subscription_id, instance->resource_group, instance->name,
                           folder, name);
    view_add(object, "id", id);
    free(id);
}
