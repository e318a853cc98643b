/* SPDX-License-Identifier: MIT */
/* Azure Resource Manager: routes, lookups and the handlers of every simulated call. */
#ifndef MILINK_ARMSIM_ARM_H
#define MILINK_ARMSIM_ARM_H

#include "sim.h"

enum { ARM_VERSION = 32 };

/* One call while it is answered; the simulator's lock is held. */
struct call {
    struct sim *sim;
    struct request *request;
    struct answer *answer;
    struct instance *instance; /* where the route names one */
    struct link *link;         /* where the route names one that must be there */
    char version[ARM_VERSION]; /* its api-version */
    bool preview;              /* which is a preview one */
};

/* Finds the route of a request and its kind. */
void arm_route(struct request *request);
bool arm_is_write(const struct request *request);
/* Answers a routed request, or says why not (401, 400, 403, 404, 405, 429). */
void arm_answer(struct sim *sim, struct request *request, struct answer *answer);
/* The headers that every answer of ARM has. */
void arm_headers(struct sim *sim, const struct request *request, struct answer *answer);

/* arm_link.c, arm_certificate.c, arm_database.c, arm_instance.c: the handlers */
void arm_list_links(struct call *call);
void arm_get_link(struct call *call);
void arm_put_link(struct call *call);
void arm_update_link(struct call *call);
void arm_delete_link(struct call *call);
void arm_failover(struct call *call);
void arm_set_role(struct call *call);
void arm_list_certificates(struct call *call);
void arm_get_certificate(struct call *call);
void arm_put_certificate(struct call *call);
void arm_delete_certificate(struct call *call);
void arm_list_endpoint_certificates(struct call *call);
void arm_get_endpoint_certificate(struct call *call);
void arm_list_databases(struct call *call);
void arm_list_inaccessible(struct call *call);
void arm_get_database(struct call *call);
void arm_delete_database(struct call *call);
void arm_get_restore(struct call *call);
void arm_complete_restore(struct call *call);
void arm_list_instances(struct call *call);
void arm_list_group_instances(struct call *call);
void arm_get_instance(struct call *call);
void arm_put_instance(struct call *call);
void arm_update_instance(struct call *call);
void arm_delete_instance(struct call *call);
void arm_start_instance(struct call *call);
void arm_stop_instance(struct call *call);
void arm_failover_instance(struct call *call);
void arm_list_operations(struct call *call);
void arm_get_operation(struct call *call);
void arm_cancel_operation(struct call *call);
void arm_list_permissions(struct call *call);

/* lro.c: the headers of a 202 or 201, and the two polls. */
void lro_accept(struct call *call, const struct sim_operation *operation);
void lro_poll_location(struct call *call);
void lro_poll_async(struct call *call);

#endif
