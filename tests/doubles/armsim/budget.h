/* SPDX-License-Identifier: MIT */
/* ARM's token buckets of a subscription: reads, writes and deletes. */
#ifndef MILINK_ARMSIM_BUDGET_H
#define MILINK_ARMSIM_BUDGET_H

#include "answer.h"
#include "scenario.h"

enum bucket { BUCKET_READS, BUCKET_WRITES, BUCKET_DELETES, BUCKETS };

struct budget {
    double left[BUCKETS];
    int64_t filled_at;
};

void budget_fill(struct budget *budget, const struct timing *timing); /* all buckets are full */
/* Takes one request of this method. False, and 429, when its bucket is empty and the scenario
 * throttles. */
bool budget_take(struct budget *budget, const struct timing *timing, const char *method,
                 struct answer *answer);
/* What is left for requests of this method, as a header. */
void budget_header(const struct budget *budget, const char *method, struct answer *answer);

#endif
