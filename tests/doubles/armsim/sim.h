/* SPDX-License-Identifier: MIT */
/* The simulator as a whole: everything that its one lock protects. */
#ifndef MILINK_ARMSIM_SIM_H
#define MILINK_ARMSIM_SIM_H

#include <pthread.h>

#include "identity_key.h"
#include "budget.h"
#include "log.h"
#include "model.h"
#include "token.h"

struct sim {
    pthread_mutex_t lock;
    struct model model;
    struct fault **faults; /* borrowed from the scenario, or owned from added_from on */
    size_t fault_count, added_from;
    struct token_store tokens;
    struct key_ring keys; /* of Arc */
    struct log log;
    struct budget budget;
    unsigned port;
};

/* scenario moves into the simulator. */
void sim_init(struct sim *sim, struct scenario *scenario);
void sim_clear(struct sim *sim);

#endif
