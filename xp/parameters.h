/* SPDX-License-Identifier: MIT */
/* The parameters of a call: read from the host into the request. */
#ifndef MILINK_XP_PARAMETERS_H
#define MILINK_XP_PARAMETERS_H

#include "xp.h"

/* Reads every parameter into call->request and notes those that the DLL itself obeys. False with
 * call->error set; what was noted until then counts. */
bool parameters_read(struct xp_call *call);
void parameters_free(struct xp_call *call);

#endif
