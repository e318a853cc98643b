/* SPDX-License-Identifier: MIT */
/* What differs by platform of what an impostor tries. */
#ifndef MILINK_DOUBLES_IMPOSTOR_ACTS_H
#define MILINK_DOUBLES_IMPOSTOR_ACTS_H

/* Tries to serve callers under the agent's own name beside it. Prints "made", or "refused" and the
 * system's error. */
int act_instance(void);
/* Prints who may do what with both places: two lines of SDDL, or of mode and user id. */
int act_security(void);
/* Takes SDDL into a descriptor and back, and prints that: Windows alone. */
int act_sddl(const char *text);

#endif
