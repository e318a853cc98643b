/* SPDX-License-Identifier: MIT */
/* What Azure is doing with an instance: its management operations (arm-api 5). */
#ifndef MILINK_AGENT_INSTANCE_OPERATION_H
#define MILINK_AGENT_INSTANCE_OPERATION_H

#include "call.h"

struct instance_operation {
    char name[64];   /* Azure's id of it; empty: there is none */
    char label[129]; /* for people: "UPDATE MANAGED SERVER" */
    char state[33];  /* Pending, InProgress, CancelInProgress */
    int percent;     /* -1: Azure does not tell */
    bool cancellable;
};

struct instance_search {
    uint64_t since_ms; /* begun at or after; 0: at any time */
    bool changes;      /* those that create or change the instance alone */
    /* Found: the one begun last, and how many there are. */
    struct instance_operation found;
    uint64_t found_ms;
    size_t count;
};

void instance_operation_init(struct instance_operation *operation);
/* The operations under way on the call's instance that fit. False with call->error set. */
bool instance_operation_find(struct call *call, struct instance_search *search);

#endif
