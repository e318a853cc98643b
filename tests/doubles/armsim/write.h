/* SPDX-License-Identifier: MIT */
/* The writes that ARM takes. Each returns the operation it started, or NULL with a refusal. */
#ifndef MILINK_ARMSIM_WRITE_H
#define MILINK_ARMSIM_WRITE_H

#include "model.h"

/* Why ARM refuses a write. status 200: there was nothing to do. */
struct refusal {
    int status;
    const char *code;
    char message[400];
};
/* Fills refusal; always false. */
bool write_refuse(struct refusal *refusal, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The instance takes a write now: it is neither stopped nor busy. */
bool write_check_instance(const struct instance *instance, struct refusal *refusal);

/* write_role.c */
struct sim_operation *write_failover(struct model *model, struct instance *instance,
                                     struct link *link, bool forced, struct refusal *refusal);
struct sim_operation *write_set_role(struct model *model, struct instance *instance,
                                     struct link *link, const int wanted[2],
                                     struct refusal *refusal);

/* write_link.c. Texts are borrowed; databases is an array of names. */
struct link_order {
    const char *name, *instance_ag, *partner_ag, *partner_endpoint;
    int instance_role, failover_mode, seeding_mode, link_mode;
    const cJSON *databases;
};
struct sim_operation *write_create_link(struct model *model, struct instance *instance,
                                        const struct link_order *order, struct refusal *refusal);
struct link_change {
    int replication_mode;   /* -1: as it is */
    const cJSON *databases; /* names of all; NULL: as they are */
};
struct sim_operation *write_update_link(struct model *model, struct instance *instance,
                                        struct link *link, const struct link_change *change,
                                        struct refusal *refusal);
struct sim_operation *write_delete_link(struct model *model, struct instance *instance,
                                        struct link *link, struct refusal *refusal);

/* write_certificate.c */
struct sim_operation *write_put_certificate(struct model *model, struct instance *instance,
                                            const char *name, const char *blob,
                                            struct refusal *refusal);
struct sim_operation *write_delete_certificate(struct model *model, struct instance *instance,
                                               struct certificate *certificate,
                                               struct refusal *refusal);

/* write_database.c */
struct sim_operation *write_delete_database(struct model *model, struct instance *instance,
                                            const struct found_database *found,
                                            struct refusal *refusal);
struct sim_operation *write_complete_restore(struct model *model, struct instance *instance,
                                             const struct found_database *found,
                                             const char *last_backup, struct refusal *refusal);

/* write_instance.c. Numbers -1: as they are; tags NULL likewise (else taken over). */
struct instance_change {
    int license_type, usage;
    int64_t v_cores, storage_gb;
    cJSON *tags;
};
struct sim_operation *write_update_instance(struct model *model, struct instance *instance,
                                            struct instance_change *change,
                                            struct refusal *refusal);
/* keys: those of a scenario's instance, checked by the caller. NULL with error when they are not.
 */
struct sim_operation *write_create_instance(struct model *model, const cJSON *keys,
                                            struct field_error *error);
/* write_lifecycle.c. what: OPERATION_INSTANCE_DELETE, _START, _STOP or _FAILOVER. */
struct sim_operation *write_lifecycle(struct model *model, struct instance *instance,
                                      enum operation_what what, struct refusal *refusal);
/* False with a refusal when the operation cannot be cancelled. */
bool write_cancel_operation(struct model *model, struct sim_operation *operation,
                            struct refusal *refusal);

#endif
