/* SPDX-License-Identifier: MIT */
/* The control plane for tests, under /_sim/: no token, no fault, no log. */
#ifndef MILINK_ARMSIM_CONTROL_H
#define MILINK_ARMSIM_CONTROL_H

#include "sim.h"

/* Answers when the path is one of the control plane; false: it is not. Takes the lock itself. */
bool control_answer(struct sim *sim, struct request *request, struct answer *answer);

#endif
