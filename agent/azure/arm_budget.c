/* SPDX-License-Identifier: MIT */
/* How many reads Azure still allows: counted before they are made, corrected by its answers. */
#include "arm_budget.h"
#include "arm.h"
#include "deadline.h"
#include "text.h"
#include "thread.h"
#include <stdlib.h>
#include <string.h>

enum {
    MOST = 250,          /* reads in a full bucket (arm-api 8) */
    RATE = 25,           /* a second */
    PART = 1000,         /* a read is counted in thousandths: what a millisecond brings is whole */
    STEP_MS = 10000,     /* a throttled rate comes back by one a second in that time */
    HALVE_MS = 2000,     /* answers that were on their way together halve it once */
    THROTTLED_MS = 5000, /* where Azure names no wait */
    SPACING_MS = 1000,   /* of early reads; as close as they ever are */
    BUCKETS = 32         /* subscriptions that are in use at one time */
};

struct bucket {
    char subscription[40];
    uint64_t parts;      /* left */
    uint64_t rate;       /* a second */
    uint64_t at_ms;      /* when it was last filled; the monotonic clock */
    uint64_t rate_at_ms; /* when the rate last changed */
    uint64_t wait_ms;    /* until when polls and early reads are held back */
};

struct arm_budget {
    struct mutex *mutex; /* guards the buckets */
    struct bucket buckets[BUCKETS];
};

/* What may not go below it. */
static const uint64_t kept[] = {
    [ARM_READ_CALL] = 0, [ARM_READ_POLL] = MOST / 10, [ARM_READ_EARLY] = MOST / 2};

struct arm_budget *arm_budget_new(void)
{
    struct arm_budget *budget = calloc(1, sizeof *budget);

    if (budget == NULL)
        return NULL;
    budget->mutex = mutex_new();
    if (budget->mutex != NULL)
        return budget;
    free(budget);
    return NULL;
}

void arm_budget_free(struct arm_budget *budget)
{
    if (budget == NULL)
        return;
    mutex_free(budget->mutex);
    free(budget);
}

static void read_subscription(const char *url, char *subscription, size_t size)
{
    static const char part[] = "/subscriptions/";
    const char *at = strstr(url, part);

    subscription[0] = '\0';
    if (at == NULL)
        return;
    at += sizeof part - 1;
    text_copy_bytes(subscription, size, at, strcspn(at, "/?"));
}

static void fill(struct bucket *bucket, uint64_t now_ms)
{
    uint64_t steps = (now_ms - bucket->rate_at_ms) / STEP_MS;

    bucket->parts += (now_ms - bucket->at_ms) * bucket->rate * PART / 1000;
    if (bucket->parts > (uint64_t)MOST * PART)
        bucket->parts = (uint64_t)MOST * PART;
    bucket->at_ms = now_ms;
    if (steps == 0)
        return;
    bucket->rate = bucket->rate + steps > RATE ? RATE : bucket->rate + steps;
    bucket->rate_at_ms = now_ms;
}

/* The subscription's bucket, filled up to now; a full one in place of the one that rested longest
 * when it is new. */
static struct bucket *find(struct arm_budget *budget, const char *url, uint64_t now_ms)
{
    struct bucket *bucket = budget->buckets, *oldest = budget->buckets;
    char subscription[sizeof bucket->subscription];

    read_subscription(url, subscription, sizeof subscription);
    for (; bucket < budget->buckets + BUCKETS; bucket++) {
        if (bucket->rate > 0 && text_equal(bucket->subscription, subscription)) {
            fill(bucket, now_ms);
            return bucket;
        }
        if (bucket->at_ms < oldest->at_ms)
            oldest = bucket;
    }
    *oldest = (struct bucket){
        .parts = (uint64_t)MOST * PART, .rate = RATE, .at_ms = now_ms, .rate_at_ms = now_ms};
    text_copy(oldest->subscription, sizeof oldest->subscription, subscription);
    return oldest;
}

uint64_t arm_budget_take(struct arm_budget *budget, const char *url, enum arm_reader reader)
{
    uint64_t now_ms = clock_monotonic_ms(), wait = 0;
    struct bucket *bucket = NULL;

    mutex_lock(budget->mutex);
    bucket = find(budget, url, now_ms);
    if (reader != ARM_READ_CALL && now_ms < bucket->wait_ms)
        wait = bucket->wait_ms - now_ms;
    else if (bucket->parts < (kept[reader] + 1) * PART)
        wait = ((kept[reader] + 1) * PART - bucket->parts) / bucket->rate + 1;
    else
        bucket->parts -= PART;
    mutex_unlock(budget->mutex);
    return wait;
}

static void learn_throttled(struct bucket *bucket, const struct http_answer *answer,
                            uint64_t now_ms)
{
    uint64_t wait = arm_retry_after_ms(answer, clock_utc_ms());

    bucket->wait_ms = now_ms + (wait > 0 ? wait : THROTTLED_MS);
    bucket->parts = 0;
    if (bucket->rate < RATE && now_ms < bucket->rate_at_ms + HALVE_MS)
        return;
    bucket->rate = bucket->rate > 1 ? bucket->rate / 2 : 1;
    bucket->rate_at_ms = now_ms;
}

void arm_budget_learn(struct arm_budget *budget, const char *url, const struct http_answer *answer)
{
    const char *left = http_answer_header(answer, "x-ms-ratelimit-remaining-subscription-reads");
    uint64_t now_ms = clock_monotonic_ms(), remaining = MOST;
    struct bucket *bucket = NULL;

    if (answer->result != HTTP_ANSWERED)
        return;
    if (left != NULL && left[0] >= '0' && left[0] <= '9')
        remaining = strtoull(left, NULL, 10);
    mutex_lock(budget->mutex);
    bucket = find(budget, url, now_ms);
    if (remaining < MOST && bucket->parts > remaining * PART)
        bucket->parts = remaining * PART;
    if (arm_is_throttled(answer))
        learn_throttled(bucket, answer, now_ms);
    mutex_unlock(budget->mutex);
}

uint64_t arm_budget_spacing_ms(struct arm_budget *budget, const char *url, size_t operations)
{
    uint64_t rate = 0, spacing = 0;

    mutex_lock(budget->mutex);
    rate = find(budget, url, clock_monotonic_ms())->rate * 3 / 5;
    mutex_unlock(budget->mutex);
    spacing = (uint64_t)operations * 1000 / (rate > 0 ? rate : 1);
    return spacing > SPACING_MS ? spacing : SPACING_MS;
}

unsigned arm_budget_left(struct arm_budget *budget)
{
    uint64_t least = (uint64_t)MOST * PART, now_ms = clock_monotonic_ms();

    mutex_lock(budget->mutex);
    for (struct bucket *bucket = budget->buckets; bucket < budget->buckets + BUCKETS; bucket++) {
        if (bucket->rate == 0)
            continue;
        fill(bucket, now_ms);
        if (bucket->parts < least)
            least = bucket->parts;
    }
    mutex_unlock(budget->mutex);
    return (unsigned)(least / PART);
}
