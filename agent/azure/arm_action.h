/* SPDX-License-Identifier: MIT */
/* A POST that acts at once and leaves no operation to follow: sent one time, whatever comes. */
#ifndef MILINK_AGENT_ARM_ACTION_H
#define MILINK_AGENT_ARM_ACTION_H

#include "arm_client.h"

enum arm_action_result {
    ARM_ACTION_DONE,
    ARM_ACTION_REFUSED, /* error says why */
    ARM_ACTION_UNSURE /* it may have been carried out; error says what came instead of an answer */
};

/* POST without a body to a path below the endpoint. correlation_id joins it, in Azure's Activity
 * log, to the operation it is about. */
enum arm_action_result arm_action(const struct arm_client *client, const char *path,
                                  const char *correlation_id, const struct deadline *deadline,
                                  struct error *error);

#endif
