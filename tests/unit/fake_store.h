/* SPDX-License-Identifier: MIT */
/* Between the engine and its journal: writes that fail, and an agent that dies between two steps.
 * The program is linked with
 * --wrap=store_update and --wrap=store_insert. */
#ifndef MILINK_UNIT_FAKE_STORE_H
#define MILINK_UNIT_FAKE_STORE_H

#include <stdbool.h>

/* So many of the next updates fail and write nothing. */
void fake_store_refuse(int updates);
/* The same for those alone that precede the sending of a request. */
void fake_store_refuse_sending(int updates);
/* The agent dies behind its n-th step from now, a step being a write to the journal or a request
 * that reached Azure; 0: it lives. What it writes later never comes to the disk. */
void fake_store_die_after(int steps);
/* A step was made. True when the agent has died, with it or before. */
bool fake_store_step(void);
bool fake_store_is_dead(void);

#endif
