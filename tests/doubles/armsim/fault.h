/* SPDX-License-Identifier: MIT */
/* Scripted faults: which one strikes a request, and what it does to the answer. */
#ifndef MILINK_ARMSIM_FAULT_H
#define MILINK_ARMSIM_FAULT_H

#include "sim.h"

/* How the server is to send an answer. */
struct delivery {
    bool cut;        /* close the connection instead */
    bool truncate;   /* announce the whole body, send half of it, close */
    int64_t drip_ms; /* above 0: one byte at a time with such a pause */
};

/* Adds a fault at run time; takes it over (made by text_memory). */
void fault_add(struct sim *sim, struct fault *fault);
/* Counts a request of a kind to a path with its query; the fault that strikes it, or NULL. It lives
 * as long as the simulator. */
struct fault *fault_take(struct sim *sim, enum kind kind, const char *uri);
/* No fault strikes any more; with a path, none of those that were for it. */
void fault_reset(struct sim *sim, const char *path);

/* Counts a connection that is being opened: is it to be closed at once? Takes the lock. */
bool fault_takes_connection(struct sim *sim);

/* The request must not take effect. fault may be NULL. */
bool fault_prevents(const struct fault *fault);
/* Waits and changes the answer. Called without the lock; fault may be NULL. */
void fault_apply(const struct sim *sim, const struct fault *fault, enum kind kind,
                 struct answer *answer, struct delivery *delivery);

#endif
