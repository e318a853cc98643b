/* SPDX-License-Identifier: MIT */
/* Filling and emptying the buckets. */
#include "budget.h"

#include <string.h>

#include "clock.h"

static enum bucket bucket_of(const char *method)
{
    if (strcmp(method, "GET") == 0)
        return BUCKET_READS;
    return strcmp(method, "DELETE") == 0 ? BUCKET_DELETES : BUCKET_WRITES;
}

static double size_of(const struct timing *timing, int bucket)
{
    const int64_t sizes[BUCKETS] = {timing->reads, timing->writes, timing->deletes};
    return (double)sizes[bucket];
}

void budget_fill(struct budget *budget, const struct timing *timing)
{
    for (int i = 0; i < BUCKETS; i++)
        budget->left[i] = size_of(timing, i);
    budget->filled_at = clock_now();
}

static void refill(struct budget *budget, const struct timing *timing)
{
    static const double a_second[BUCKETS] = {25, 10, 10};
    int64_t now = clock_now();
    for (int i = 0; i < BUCKETS && timing->refill; i++) {
        budget->left[i] += a_second[i] * (double)(now - budget->filled_at) / 1000;
        if (budget->left[i] > size_of(timing, i))
            budget->left[i] = size_of(timing, i);
    }
    budget->filled_at = now;
}

bool budget_take(struct budget *budget, const struct timing *timing, const char *method,
                 struct answer *answer)
{
    double *left = &budget->left[bucket_of(method)];
    refill(budget, timing);
    if (*left >= 1) {
        *left -= 1;
        return true;
    }
    if (!timing->throttle)
        return true;
    answer_error(
        answer, 429, "SubscriptionRequestsThrottled",
        "Number of requests for subscription exceeded the limit. Please try again after '1' "
        "seconds.");
    answer_header(answer, "Retry-After", "1");
    return false;
}

void budget_header(const struct budget *budget, const char *method, struct answer *answer)
{
    static const char *const names[BUCKETS] = {"x-ms-ratelimit-remaining-subscription-reads",
                                               "x-ms-ratelimit-remaining-subscription-writes",
                                               "x-ms-ratelimit-remaining-subscription-deletes"};
    enum bucket bucket = bucket_of(method);
    answer_header(answer, names[bucket], "%.0f", budget->left[bucket]);
}
