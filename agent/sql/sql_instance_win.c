/* SPDX-License-Identifier: MIT */
/* Finds SQL Server's instances in the registry. */
#include "sql_instance.h"
#include "registry.h"
#include "service_control.h"
#include "service_sid.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

#define ROOT "SOFTWARE\\Microsoft\\Microsoft SQL Server"

static void read_one(struct sql_instance *instance)
{
    struct service_state state;
    char key[256];

    snprintf(key, sizeof key, ROOT "\\%s\\Setup", instance->id);
    if (!registry_text(key, "PatchLevel", instance->version, sizeof instance->version))
        registry_text(key, "Version", instance->version, sizeof instance->version);
    registry_text(key, "Edition", instance->edition, sizeof instance->edition);
    snprintf(key, sizeof key, ROOT "\\%s\\Cluster", instance->id);
    instance->clustered = registry_exists(key);
    service_of_instance(instance->name, instance->service, sizeof instance->service);
    instance->running = service_query(instance->service, &state) && state.running;
}

size_t sql_instances_find(struct sql_instance list[SQL_INSTANCES_MOST])
{
    static const char names[] = ROOT "\\Instance Names\\SQL";
    size_t count = 0;

    while (count < SQL_INSTANCES_MOST) {
        struct sql_instance *one = &list[count];

        memset(one, 0, sizeof *one);
        if (!registry_value_name(names, (unsigned)count, one->name, sizeof one->name))
            break;
        registry_text(names, one->name, one->id, sizeof one->id);
        read_one(one);
        count++;
    }
    return count;
}
