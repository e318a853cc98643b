/* SPDX-License-Identifier: MIT */
/* How many reads Azure still allows: one bucket a subscription, shared by all who read. */
#ifndef MILINK_AGENT_ARM_BUDGET_H
#define MILINK_AGENT_ARM_BUDGET_H

#include "http.h"
#include <stddef.h>
#include <stdint.h>

/* Azure gives each principal, subscription and region a bucket of 250 reads that fills with 25 a
 * second (arm-api 8), and throttles with 429 when it is empty. Here the same is counted beforehand,
 * corrected by what Azure says is left; each 429 halves the rate, which then comes back by one a
 * second every ten seconds. */
struct arm_budget;

/* Who reads. The last half of the bucket is kept from early reads, the last tenth from polls too,
 * so that a caller never waits for the engine. */
enum arm_reader {
    ARM_READ_CALL, /* for somebody who waits */
    ARM_READ_POLL, /* of a long-running operation, when Azure asked for it */
    ARM_READ_EARLY /* of a resource, to know sooner than the next poll would tell */
};

struct arm_budget *arm_budget_new(void);         /* NULL when memory ran out */
void arm_budget_free(struct arm_budget *budget); /* takes NULL */

/* All may be called from any thread. url: of the request, or its path; it names the subscription.
 */

/* Takes one read and returns 0, or the milliseconds after which to ask again. After a 429 polls and
 * early reads wait as long as Azure asked. */
uint64_t arm_budget_take(struct arm_budget *budget, const char *url, enum arm_reader reader);
/* Every answer to a read teaches. */
void arm_budget_learn(struct arm_budget *budget, const char *url, const struct http_answer *answer);
/* How far apart the early reads of one of so many operations must be for all of them together to
 * leave two fifths of the rate to others; a second or more. */
uint64_t arm_budget_spacing_ms(struct arm_budget *budget, const char *url, size_t operations);
/* For metrics: reads left in the emptiest bucket. */
unsigned arm_budget_left(struct arm_budget *budget);

#endif
