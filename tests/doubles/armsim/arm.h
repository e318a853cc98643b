/* SPDX-License-Identifier: MIT */
/* Azure Resource Manager: routes, lookups and the handlers of every simulated call. */
#ifndef MILINK_ARMSIM_ARM_H
#define MILINK_ARMSIM_ARM_H

#include "sim.h"

/* One call while it is answered; the simulator's lock is held. */
struct call {
    struct sim *sim;
    struct request *request;
    struct answer *answer;
    struct instance *instance; /* where the route names one */
    struct link *link;         /* where the route names one */
    bool preview;              /* the api-version is a preview one */
};

/* Finds the route of a request and its kind. */
void arm_route(struct request *request);
bool arm_is_write(const struct request *request);
/* Answers a routed request, or says why not (401, 400, 404, 405, 429). */
void arm_answer(struct sim *sim, struct request *request, struct answer *answer);
/* The headers that every answer of ARM has. */
void arm_headers(struct sim *sim, const struct request *request, struct answer *answer);

/* arm_write.c */
void arm_failover(struct call *call);
void arm_set_role(struct call *call);
void arm_update_instance(struct call *call);

/* lro.c: the headers of a 202, and the two polls. */
void lro_accept(struct call *call, const struct sim_operation *operation);
void lro_poll_location(struct call *call);
void lro_poll_async(struct call *call);

#endif
