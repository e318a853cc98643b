/* SPDX-License-Identifier: MIT */
/* What the tests of the state machine share: operations in each phase, and answers for them. */
#ifndef MILINK_UNIT_OPERATION_FIXTURE_H
#define MILINK_UNIT_OPERATION_FIXTURE_H

#include "fake_agent.h"
#include "arm.h"
#include "operation_step.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define ENDPOINT   "https://management.azure.com"
#define NOW        FAKE_CLOCK_START
#define CODE(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"Azure's words.\"}}"

static struct operation op;
static struct operation_tries made;
static unsigned useless;
static bool gone;

/* A failover of the link sales-link of prod in that phase: forced to the instance, one-way. */
static inline void make(enum operation_phase phase)
{
    memset(&op, 0, sizeof op);
    memset(&made, 0, sizeof made);
    useless = 0;
    op.kind = OPERATION_LINK_FAILOVER;
    op.phase = phase;
    op.state = phase == PHASE_POLLING || phase == PHASE_CONFIRMING ? OPERATION_RUNNING
                                                                   : OPERATION_ACCEPTED;
    op.percent = -1;
    op.started_ms = NOW;
    op.give_up_ms = NOW + 1800000;
    op.forced = true;
    text_copy(op.id, sizeof op.id, "00000000-0000-4000-8000-00000000000a");
    text_copy(op.instance, sizeof op.instance, "prod");
    text_copy(op.link, sizeof op.link, "sales-link");
    text_copy(op.resource, sizeof op.resource, "link sales-link");
    text_copy(op.method, sizeof op.method, "POST");
    text_copy(op.wanted_role, sizeof op.wanted_role, "Primary");
    text_copy(op.role_before, sizeof op.role_before, "Secondary");
    text_copy(op.failover_mode, sizeof op.failover_mode, "None");
    text_copy(op.databases, sizeof op.databases, "salesdb\n");
    if (phase == PHASE_POLLING)
        text_copy(op.async_url, sizeof op.async_url, ENDPOINT "/async");
}

/* A planned failover of a two-way link away from the instance. */
static inline void make_planned(enum operation_phase phase)
{
    make(phase);
    op.forced = false;
    text_copy(op.wanted_role, sizeof op.wanted_role, "Secondary");
    text_copy(op.role_before, sizeof op.role_before, "Primary");
    text_copy(op.failover_mode, sizeof op.failover_mode, "Manual");
}

static inline void make_license(enum operation_phase phase)
{
    make(phase);
    op.kind = OPERATION_LICENSE_SET;
    op.forced = false;
    op.link[0] = op.wanted_role[0] = op.failover_mode[0] = op.databases[0] = '\0';
    text_copy(op.method, sizeof op.method, "PATCH");
    text_copy(op.resource, sizeof op.resource, "instance");
    text_copy(op.wanted, sizeof op.wanted, "properties.hybridSecondaryUsage=Passive\n");
}

/* Of another kind: a PUT, watched for what it says. */
static inline void make_kind(enum operation_kind kind, enum operation_phase phase)
{
    make(phase);
    op.kind = kind;
    op.wanted_role[0] = op.role_before[0] = op.failover_mode[0] = op.databases[0] = '\0';
    text_copy(op.method, sizeof op.method, "PUT");
}

/* The answer was lost: confirming, and nothing has shown yet. */
static inline void make_ambiguous(void)
{
    make(PHASE_CONFIRMING);
    op.state = OPERATION_ACCEPTED;
    op.poll_at_ms = NOW + OPERATION_AMBIGUOUS_MS;
}

/* The answer to that try, from 1; those before had failed. */
static inline void sent(struct fake_reply reply, unsigned tries, uint64_t now)
{
    struct http_answer answer;

    made.failed = tries - 1;
    fake_answer(&answer, &reply);
    operation_on_sent(&op, ENDPOINT, &answer, &made, now);
    http_answer_clear(&answer);
}

static inline bool polled(struct fake_reply reply, uint64_t now)
{
    struct http_answer answer;
    bool changed = false;

    fake_answer(&answer, &reply);
    changed = operation_on_poll(&op, ENDPOINT, &answer, &useless, now);
    http_answer_clear(&answer);
    return changed;
}

static inline bool resource(struct fake_reply reply, uint64_t now)
{
    struct http_answer answer;
    bool changed = false;

    fake_answer(&answer, &reply);
    changed = operation_on_resource(&op, &answer, &gone, now);
    http_answer_clear(&answer);
    return changed;
}

static inline bool read_link_now(struct fake_link link, uint64_t now)
{
    return resource((struct fake_reply){.status = 200, .body = fake_link(&link)}, now);
}

static inline void set_failed(int32_t number)
{
    error_set(&op.error, number, "link sales-link of prod", "Azure's words");
}

#define assert_stands(wanted_phase, wanted_state) \
    do {                                          \
        assert_int_equal(op.phase, wanted_phase); \
        assert_int_equal(op.state, wanted_state); \
        if (op.phase != PHASE_ENDED)              \
            assert_int_equal(op.ended_ms, 0);     \
    } while (0)

#define assert_ended(wanted_state, wanted_error)         \
    do {                                                 \
        assert_stands(PHASE_ENDED, wanted_state);        \
        assert_int_equal(op.error.number, wanted_error); \
        assert_true(op.ended_ms != 0);                   \
    } while (0)

#endif
