/* SPDX-License-Identifier: MIT */
/* The service on the machine that hands out tokens of its managed identities: IMDS of an Azure VM,
 * or HIMDS of an Arc-enabled server. Plain HTTP. */
#ifndef MILINK_ARMSIM_IDENTITY_HOST_H
#define MILINK_ARMSIM_IDENTITY_HOST_H

#include "sim.h"

/* Finds the kind of a request on the plain listener. */
void identity_route(const struct sim *sim, struct request *request);
/* Answers it; the simulator's lock is held. */
void identity_answer(struct sim *sim, struct request *request, struct answer *answer);
/* {"error","error_description"} */
void identity_refuse(struct answer *answer, int status, const char *error, const char *description);

#endif
