/* SPDX-License-Identifier: MIT */
/* What the tests of the engine share: operations for it, and waiting for their end. */
#ifndef MILINK_UNIT_ENGINE_FIXTURE_H
#define MILINK_UNIT_ENGINE_FIXTURE_H

#include "engine_private.h"
#include "fake_store.h"
#include "operation_fixture.h"

#define MI                                                                        \
    "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg-prod/" \
    "providers/Microsoft.Sql/managedInstances/mi-prod"
#define LINK_PATH MI "/distributedAvailabilityGroups/sales-link"

static struct operation ended;

/* Gives the operation what the engine needs, and ids by number. */
static inline void complete(unsigned number)
{
    snprintf(op.id, sizeof op.id, "%08x-0000-4000-8000-00000000000a", number);
    snprintf(op.request_id, sizeof op.request_id, "%08x-0000-4000-8000-00000000000b", number);
    op.started_ms = clock_utc_ms();
    op.give_up_ms = op.started_ms + 1800000;
    text_copy(op.api_version, sizeof op.api_version, "2025-01-01");
    if (op.kind == OPERATION_LICENSE_SET) {
        text_copy(op.procedure, sizeof op.procedure, "xp_milink_license_set");
        text_copy(op.path, sizeof op.path, MI);
        text_copy(op.watched, sizeof op.watched, MI);
        text_copy(op.body, sizeof op.body,
                  "{\"properties\":{\"hybridSecondaryUsage\":\"Passive\"}}");
    } else {
        text_copy(op.procedure, sizeof op.procedure, "xp_milink_link_failover");
        text_copy(op.path, sizeof op.path, LINK_PATH "/failover");
        text_copy(op.watched, sizeof op.watched, LINK_PATH);
        text_copy(op.body, sizeof op.body, "{\"failoverType\":\"ForcedAllowDataLoss\"}");
    }
}

static inline enum store_result submit(void)
{
    static struct operation other;

    return engine_submit(fake.agent.engine, &op, &other);
}

static inline bool never(void *context, const struct operation *operation)
{
    (void)context;
    (void)operation;
    return false;
}

/* Waits for the operation's end, in the fake clock's time. */
static inline void await_end(const char *id)
{
    const struct engine_wait wait = {.enough = never, .deadline = deadline_in(6 * 3600 * 1000)};

    assert_int_equal(engine_await(fake.agent.engine, id, &wait, &ended), STORE_OK);
    if (operation_is_open(&ended))
        fail_msg("%s is open: phase %d", ended.id, ended.phase);
}

static inline void run_to_end(void)
{
    assert_int_equal(submit(), STORE_OK);
    await_end(op.id);
}

#define assert_result(wanted_state, wanted_error)                                       \
    do {                                                                                \
        if (ended.state != (wanted_state) || ended.error.number != (wanted_error))      \
            fail_msg("%s: %s", operation_state_name(ended.state), ended.error.message); \
    } while (0)

static inline void on(const char *method, const char *part, struct fake_reply reply)
{
    fake_http_on(fake.http, method, part, reply);
}

static inline size_t count(const char *method, const char *part)
{
    return fake_http_count(fake.http, method, part);
}

/* The link in that state, from now on. */
static inline void link_answers(struct fake_link link)
{
    on("GET", "/distributedAvailabilityGroups/",
       (struct fake_reply){.status = 200, .body = fake_keep(fake_link(&link))});
}

#endif
