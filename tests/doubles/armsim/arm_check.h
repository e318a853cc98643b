/* SPDX-License-Identifier: MIT */
/* What is checked before a call is answered. Each function answers the call itself when it says
 * no. */
#ifndef MILINK_ARMSIM_ARM_CHECK_H
#define MILINK_ARMSIM_ARM_CHECK_H

#include "arm.h"

enum needs {
    NEEDS_INSTANCE = 1,
    NEEDS_LINK = 2,
    NEEDS_OPERATION = 4,     /* an operation's URL, which has a version of its own */
    NEEDS_AUTHORIZATION = 8, /* Microsoft.Authorization: other versions, and no permission needed */
    NEEDS_GROUP = 16
};

struct route {
    const char *method, *pattern;
    enum kind kind;
    unsigned needs;
    const char *action; /* of Azure's access control, after "Microsoft.Sql/" */
    void (*answer)(struct call *call);
};

/* The api-version is there once, well-formed and supported; sets call->version and preview. */
bool arm_check_version(struct call *call);
/* The scenario's permissions grant the route's action. */
bool arm_check_permission(struct call *call);
bool arm_find_group(struct call *call);    /* argument 1 of subscription argument 0 */
bool arm_find_instance(struct call *call); /* argument 2; sets call->instance */
bool arm_find_link(struct call *call);     /* argument 3; sets call->link */
/* 404 for a child of the instance: type as "managedInstances/databases". */
void arm_answer_absent(struct call *call, const char *type, const char *name);
/* vCores come in steps, storage in units of 32 GB; -1: absent. */
bool arm_check_sizes(struct call *call, int64_t v_cores, int64_t storage_gb);
/* A page of a list, or all of it. Frees all. */
void arm_answer_page(struct call *call, cJSON *all);

#endif
