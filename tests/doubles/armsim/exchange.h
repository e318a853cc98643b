/* SPDX-License-Identifier: MIT */
/* One request from arrival to answer: control plane, log, fault, token endpoint or ARM. */
#ifndef MILINK_ARMSIM_EXCHANGE_H
#define MILINK_ARMSIM_EXCHANGE_H

#include "fault.h"

/* Fills answer and delivery (both empty). May wait: scripted delays. Called by any thread,
 * without the lock. */
void exchange(struct sim *sim, struct request *request, struct answer *answer,
              struct delivery *delivery);

#endif
