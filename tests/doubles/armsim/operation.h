/* SPDX-License-Identifier: MIT */
/* Long-running operations: what they will change, when, and how they end. */
#ifndef MILINK_ARMSIM_OPERATION_H
#define MILINK_ARMSIM_OPERATION_H

#include "scenario.h"
#include "text.h"

enum operation_what {
    OPERATION_LINK_ROLE,
    OPERATION_LINK_CREATE,
    OPERATION_LINK_UPDATE,
    OPERATION_LINK_DELETE,
    OPERATION_CERTIFICATE_PUT,
    OPERATION_CERTIFICATE_DELETE,
    OPERATION_DATABASE_DELETE,
    OPERATION_DATABASE_RESTORE,
    OPERATION_INSTANCE_CREATE,
    OPERATION_INSTANCE_UPDATE,
    OPERATION_INSTANCE_DELETE,
    OPERATION_INSTANCE_START,
    OPERATION_INSTANCE_STOP,
    OPERATION_INSTANCE_FAILOVER
};

struct operation_type {
    const char *name;    /* in the control plane's state */
    const char *folder;  /* of its URLs: {folder}OperationResults, {folder}AzureAsyncOperation */
    bool in_group;       /* its URLs are under the resource group, not under the subscription */
    const char *managed; /* as an instance's management operation: its name, NULL: it is none */
    const char *friendly;
};
extern const struct operation_type operation_types[];

struct model;

struct sim_operation {
    char id[TEXT_UUID];
    char *token; /* opaque part of its URLs */
    enum operation_what what;
    struct instance *instance;
    void (*apply)(struct sim_operation *operation); /* called once, at change_at */
    struct sim_operation **slot; /* where its resource holds it while it runs; cleared at its end */
    int64_t started_at, change_at, ends_at;
    bool changed, ended; /* the model has changed; the operation URL reports the end */
    bool changes;        /* false: the operation ends without any change */
    bool cancelling;     /* it was told to end early */
    int64_t polls;       /* of its URLs so far */
    int result;          /* RESULT_... */
    char *code, *message;
    int http_status;
    /* what it changes, by what it is */
    struct link *link;
    int instance_role, partner_role; /* after a role change; partner_role -1: as it is */
    bool vanishes;                   /* a one-way failover ends the link */
    int replication_mode;            /* after an update of a link; -1: as it is */
    cJSON *databases;                /* names of a link's after an update; NULL: as they are */
    int64_t seeding_ms;              /* of those that are new among them */
    struct link_database *link_database;
    struct database *database;
    struct certificate *certificate;
    bool stays;                  /* an instance whose creation fails */
    int license_type, usage;     /* after an update of an instance; -1: as it is */
    int64_t v_cores, storage_gb; /* likewise */
    cJSON *tags;                 /* likewise; NULL: as they are */
};

struct operation_order {
    enum operation_what what;
    struct instance *instance;
    int64_t change_ms; /* until it takes effect */
    const struct result *result;
    struct sim_operation **slot;
    void (*apply)(struct sim_operation *operation);
};

/* A new running operation, entered in its slot; the caller sets what it changes. */
struct sim_operation *operation_start(struct model *model, const struct operation_order *order);
/* Lets a running operation end as cancelled, without a change, ms from now. */
void operation_cancel(struct sim_operation *operation, int64_t ms);
/* Applies whatever is due. */
void operation_advance_all(struct model *model, int64_t now);
void operation_free(struct sim_operation *operation); /* takes NULL */

#endif
