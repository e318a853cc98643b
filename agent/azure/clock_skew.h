/* SPDX-License-Identifier: MIT */
/* How far this host's clock is from Azure's, learned from the dates of its answers. One for the
 * process; any thread. */
#ifndef MILINK_AGENT_CLOCK_SKEW_H
#define MILINK_AGENT_CLOCK_SKEW_H

#include "http.h"

/* From this on a warning is due (azure-auth A.12): tokens and signatures begin to be refused at
 * 300 s. */
enum { CLOCK_SKEW_WARNING_S = 120 };

/* Takes in the Date of an answer of Entra ID or Azure Resource Manager, never of a service on this
 * host; one without a Date, or that came late, is passed over. Small differences are averaged; a
 * large one, as when the host's clock was set, counts at once. */
void clock_skew_note(const struct http_answer *answer);
/* Seconds that Azure's clock is ahead of this host's, negative when behind; 0 while unknown, as it
 * is again once the host's clock was set. */
long clock_skew_seconds(void);
/* Milliseconds since 1970 by Azure's clock, as well as it is known. */
uint64_t clock_skew_utc_ms(void);

#endif
