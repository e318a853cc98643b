/* SPDX-License-Identifier: MIT */
/* The state machine of an operation up to the point where Azure calls it done; operation_step.h has
 * its table. */
#include "operation_step.h"
#include "arm.h"
#include "link.h"
#include "operation_judge.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

void operation_subject(const struct operation *operation, char *text, size_t size)
{
    if (strcmp(operation->resource, "instance") == 0)
        snprintf(text, size, "instance %s", operation->instance);
    else
        snprintf(text, size, "%s of %s", operation->resource, operation->instance);
}

bool operation_is_ambiguous(const struct operation *operation)
{
    return operation->phase == PHASE_CONFIRMING && operation->state == OPERATION_ACCEPTED;
}

void operation_end(struct operation *operation, enum operation_state state, uint64_t now_ms)
{
    operation->phase = PHASE_ENDED;
    operation->state = state;
    operation->ended_ms = now_ms;
    if (state == OPERATION_SUCCEEDED)
        operation->percent = 100;
}

static void set_error(struct operation *operation, int32_t number, const char *detail)
{
    char subject[OPERATION_SUBJECT_SIZE];

    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, number, subject, detail);
}

static void set_azure_error(struct operation *operation, const struct http_answer *answer)
{
    char subject[OPERATION_SUBJECT_SIZE];

    operation_subject(operation, subject, sizeof subject);
    arm_set_error(&operation->error, subject, answer);
}

/* From now on the resource decides; nothing is sent any more. */
static void watch(struct operation *operation, uint64_t now_ms)
{
    memset(&operation->error, 0, sizeof operation->error);
    operation->phase = PHASE_CONFIRMING;
    operation->poll_at_ms = now_ms + OPERATION_AMBIGUOUS_MS;
}

/* Nothing has left, and nothing will: the reason of the last try stands, if there was one. */
static bool is_unsent(const struct operation *operation)
{
    return operation->phase == PHASE_JOURNALLED && !operation->may_have_left;
}

/* The host's clock may have been set while the agent was down, or it was down for long: the
 * operation has its time all the same, and is looked at before it is given up. */
static void mend_times(struct operation *operation, uint64_t now_ms)
{
    if (now_ms < operation->started_ms)
        operation->give_up_ms = now_ms + (operation->give_up_ms - operation->started_ms);
    if (operation->give_up_ms < now_ms + OPERATION_LOOK_MS)
        operation->give_up_ms = now_ms + OPERATION_LOOK_MS;
    if (operation->poll_at_ms > now_ms + ARM_RETRY_AFTER_MAX_MS)
        operation->poll_at_ms = now_ms;
}

bool operation_on_start(struct operation *operation, uint64_t now_ms)
{
    if (is_unsent(operation)) {
        if (operation->error.number != 0)
            operation_note(operation, operation->error.message);
        memset(&operation->error, 0, sizeof operation->error);
        set_error(operation, MILINK_NOT_SENT, NULL);
        operation_end(operation, OPERATION_FAILED, now_ms);
        return true;
    }
    mend_times(operation, now_ms);
    if (operation->phase == PHASE_JOURNALLED || operation->phase == PHASE_SENDING) {
        watch(operation, now_ms);
        return true;
    }
    return false;
}

/* Until when it may still be sent, for the first time or again. A failover or a deletion comes soon
 * or not at all: nobody expects it half an hour after it was ordered, and what its guard has seen
 * is old by then. */
static uint64_t send_until(const struct operation *operation)
{
    uint64_t soon =
        operation->started_ms + (uint64_t)operation->clock_set_ms + OPERATION_SEND_SOON_MS;
    bool is_grave =
        operation->kind == OPERATION_LINK_FAILOVER || operation->kind == OPERATION_LINK_SET_ROLE ||
        operation->kind == OPERATION_LINK_DELETE || operation->kind == OPERATION_DATABASE_DELETE;

    return is_grave && soon < operation->give_up_ms ? soon : operation->give_up_ms;
}

bool operation_on_time(struct operation *operation, uint64_t now_ms)
{
    bool unsent = is_unsent(operation);

    if (operation->phase == PHASE_ENDED ||
        now_ms < (unsent ? send_until(operation) : operation->give_up_ms))
        return false;
    if (unsent) {
        set_error(operation, MILINK_NOT_SENT, NULL);
        operation_end(operation, OPERATION_FAILED, now_ms);
        return true;
    }
    if (operation->state == OPERATION_ACCEPTED)
        memset(&operation->error, 0, sizeof operation->error);
    set_error(operation,
              operation->state == OPERATION_ACCEPTED ? MILINK_ARM_OUTCOME_UNKNOWN
                                                     : MILINK_ARM_TIMED_OUT,
              NULL);
    operation_end(operation, OPERATION_UNKNOWN, now_ms);
    return true;
}

void operation_on_refused(struct operation *operation, const struct error *error, uint64_t now_ms)
{
    if (operation->may_have_left) {
        operation_note(operation, error->message);
        watch(operation, now_ms);
    } else {
        operation->error = *error;
        operation_end(operation, OPERATION_FAILED, now_ms);
    }
}

void operation_on_removed(struct operation *operation, uint64_t now_ms)
{
    bool unsent = is_unsent(operation);

    if (operation->phase == PHASE_ENDED)
        return;
    if (operation->state == OPERATION_ACCEPTED)
        memset(&operation->error, 0, sizeof operation->error);
    set_error(operation, MILINK_INSTANCE_REMOVED,
              unsent ? "nothing was sent" : "what was begun goes on in Azure");
    operation_end(operation, unsent ? OPERATION_FAILED : OPERATION_UNKNOWN, now_ms);
}

static void keep_header(const struct http_answer *answer, const char *name, char *to, size_t size)
{
    const char *value = http_answer_header(answer, name);

    if (value != NULL)
        text_copy(to, size, value);
    text_repair(to);
}

/* Keeps the URL of a header; one that leads elsewhere leaves what is there. True when it changed.
 */
static bool keep_url(const struct http_answer *answer, const char *name, const char *endpoint,
                     char kept[OPERATION_URL_SIZE])
{
    const char *given = http_answer_header(answer, name);
    char url[OPERATION_URL_SIZE];

    if (given == NULL || !arm_follow(url, sizeof url, endpoint, given) || strcmp(url, kept) == 0)
        return false;
    text_copy(kept, OPERATION_URL_SIZE, url);
    return true;
}

/* As Azure asks, however long that is: the resource is read meanwhile. */
static void schedule_poll(struct operation *operation, const struct http_answer *answer,
                          uint64_t now_ms)
{
    uint64_t wait = arm_retry_after_ms(answer, now_ms);

    operation->poll_at_ms = now_ms + (wait > 0 ? wait : OPERATION_POLL_MS);
}

static void accept(struct operation *operation, const char *endpoint,
                   const struct http_answer *answer, uint64_t now_ms)
{
    keep_url(answer, "Azure-AsyncOperation", endpoint, operation->async_url);
    keep_url(answer, "Location", endpoint, operation->location_url);
    operation->state = OPERATION_RUNNING;
    operation->phase = operation->async_url[0] != '\0' || operation->location_url[0] != '\0'
                           ? PHASE_POLLING
                           : PHASE_CONFIRMING;
    schedule_poll(operation, answer, now_ms);
}

/* Azure refuses because what was asked is so already, is under way, or has its name taken: the
 * resource decides. */
static void adopt(struct operation *operation, const struct http_answer *answer)
{
    char code[128], text[256];

    if (arm_disposition(answer) == ARM_COMPARE) {
        set_azure_error(operation, answer);
    } else {
        arm_error_code(answer, code, sizeof code);
        snprintf(text, sizeof text, "Azure answered %.120s: the resource decides.", code);
        text_repair(text);
        operation_note(operation, text);
    }
    operation->state = OPERATION_RUNNING;
    operation->phase = PHASE_CONFIRMING;
}

/* What is sent again: when, and whether it may have been taken before. */
static void send_again(struct operation *operation, uint64_t at_ms, bool may_have_left)
{
    operation->phase = PHASE_JOURNALLED;
    operation->may_have_left = operation->may_have_left || may_have_left;
    operation->poll_at_ms = at_ms;
}

/* 1 s, 2 s, 4 s ... 64 s, or what Azure asks for. */
static uint64_t next_try(const struct http_answer *answer, unsigned tries, uint64_t now_ms)
{
    uint64_t asked = arm_retry_after_ms(answer, now_ms);

    return now_ms + (asked > 0 ? asked : 500ull << (tries < 7 ? tries : 7));
}

/* Surely not taken. Busy and throttled pass, within the operation's time; no connection and a
 * refused token are to be told soon. Its error stands while it waits. */
static void hold_back(struct operation *operation, const struct http_answer *answer,
                      struct operation_tries *tries, uint64_t now_ms)
{
    bool is_busy = answer->result == HTTP_ANSWERED && answer->status != 401;
    uint64_t at = next_try(answer, is_busy ? ++tries->busy : ++tries->failed, now_ms);

    if ((is_busy && at < send_until(operation)) || (!is_busy && tries->failed < OPERATION_TRIES)) {
        set_azure_error(operation, answer);
        send_again(operation, at, false);
    } else if (operation->may_have_left) {
        watch(operation, now_ms);
    } else {
        set_azure_error(operation, answer);
        operation_end(operation, OPERATION_FAILED, now_ms);
    }
}

/* An answer that settles nothing: what may be repeated is, and else the resource decides. */
static void take_lost(struct operation *operation, const struct http_answer *answer,
                      struct operation_tries *tries, uint64_t now_ms)
{
    bool idempotent = strcmp(operation->method, "POST") != 0;

    if (idempotent && ++tries->failed < OPERATION_TRIES)
        send_again(operation, next_try(answer, tries->failed, now_ms), true);
    else
        watch(operation, now_ms);
}

static void take_refusal(struct operation *operation, const struct http_answer *answer,
                         uint64_t now_ms)
{
    enum arm_disposition disposition = arm_disposition(answer);
    char code[128], text[256];

    if (strcmp(operation->method, "DELETE") == 0 && arm_says_gone(answer)) {
        operation_note(operation, "It was not there any more.");
        operation_tell_success(operation);
        operation_end(operation, OPERATION_SUCCEEDED, now_ms);
    } else if (disposition == ARM_ADOPT ||
               (disposition == ARM_COMPARE && !operation->may_have_left)) {
        adopt(operation, answer);
    } else if (operation->may_have_left) {
        /* The refusal is of this try; the one before may have been taken, and have the name. */
        arm_error_code(answer, code, sizeof code);
        snprintf(text, sizeof text, "Azure refused a further try (HTTP %d%s%.120s).",
                 answer->status, code[0] != '\0' ? " " : "", code);
        text_repair(text);
        operation_note(operation, text);
        watch(operation, now_ms);
    } else {
        set_azure_error(operation, answer);
        operation_end(operation, OPERATION_FAILED, now_ms);
    }
}

void operation_on_sent(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, struct operation_tries *tries,
                       uint64_t now_ms)
{
    bool answered = answer->result == HTTP_ANSWERED;

    /* The time to give up may have come while the request was under way: that end stays. */
    if (operation->phase == PHASE_ENDED)
        return;
    memset(&operation->error, 0, sizeof operation->error); /* of the try before */
    if (answered) {
        keep_header(answer, "x-ms-request-id", operation->arm_request_id,
                    sizeof operation->arm_request_id);
        keep_header(answer, "x-ms-correlation-request-id", operation->arm_correlation_id,
                    sizeof operation->arm_correlation_id);
    }
    if (answered && answer->status >= 200 && answer->status < 300)
        accept(operation, endpoint, answer, now_ms);
    else if (arm_was_refused_unseen(answer))
        hold_back(operation, answer, tries, now_ms);
    else if (!answered || answer->status == 408 || answer->status >= 500)
        take_lost(operation, answer, tries, now_ms);
    else
        take_refusal(operation, answer, now_ms);
}

/* Azure's word for a status of an asynchronous operation (arm-api 6): anything unknown is
 * "running". */
static bool read_status(struct operation *operation, const struct json *body)
{
    const char *status = json_text(body, "status");
    const struct json *object = json_member(body, "error");
    char subject[OPERATION_SUBJECT_SIZE];

    if (link_is(status, "Succeeded")) {
        operation->phase = PHASE_CONFIRMING;
    } else if (link_is(status, "Failed")) {
        operation_subject(operation, subject, sizeof subject);
        arm_set_operation_error(&operation->error, subject, object);
        operation->phase = PHASE_CONFIRMING;
    } else if (link_is(status, "Canceled") || link_is(status, "Cancelled")) {
        set_error(operation, MILINK_ARM_CANCELED, json_text(object, "message"));
        operation->phase = PHASE_CONFIRMING;
    } else {
        return false;
    }
    return true;
}

/* The record expired, may not be read, or tells nothing: what the operation did is still to be seen
 * (arm-api 6). Without URLs it does not count as called done. */
static void lose_record(struct operation *operation, const struct http_answer *answer)
{
    char code[128], text[320];

    arm_error_code(answer, code, sizeof code);
    snprintf(text, sizeof text,
             "Azure's record of the operation could not be read to its end (HTTP %d%s%.120s): the "
             "resource decides.",
             answer->status, code[0] != '\0' ? " " : "", code);
    text_repair(text);
    operation_note(operation, text);
    operation->async_url[0] = operation->location_url[0] = '\0';
    operation->phase = PHASE_CONFIRMING;
}

/* An answer of no use; after some in a row nothing more is expected. */
static bool take_useless_poll(struct operation *operation, const struct http_answer *answer,
                              unsigned *useless)
{
    if (++*useless < OPERATION_POLL_TRIES)
        return false;
    lose_record(operation, answer);
    return true;
}

static bool take_async_poll(struct operation *operation, const struct http_answer *answer,
                            unsigned *useless)
{
    double percent = -1;
    char why[64];
    struct json *body = json_parse(answer->body, answer->body_length, why, sizeof why);
    bool tells = json_text(body, "status") != NULL, changed = false;

    if (json_number(json_member(body, "percentComplete"), &percent) && percent >= 0 &&
        percent <= 100)
        operation->percent = (int)percent;
    if (tells)
        *useless = 0;
    changed = tells ? read_status(operation, body) : take_useless_poll(operation, answer, useless);
    json_free(body);
    return changed;
}

static bool take_good_poll(struct operation *operation, const char *endpoint,
                           const struct http_answer *answer, unsigned *useless)
{
    if (operation->async_url[0] != '\0')
        return take_async_poll(operation, answer, useless);
    *useless = 0;
    if (answer->status == 202)
        return keep_url(answer, "Location", endpoint, operation->location_url);
    operation->phase = PHASE_CONFIRMING;
    return true;
}

bool operation_on_poll(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, unsigned *useless, uint64_t now_ms)
{
    char code[128];

    schedule_poll(operation, answer, now_ms);
    /* No connection, no token and too many requests say nothing of the record. */
    if (operation->phase != PHASE_POLLING || answer->result != HTTP_ANSWERED ||
        answer->status == 401 || arm_is_throttled(answer))
        return false;
    if (answer->status >= 200 && answer->status < 300) {
        return take_good_poll(operation, endpoint, answer, useless);
    }
    arm_error_code(answer, code, sizeof code);
    if (answer->status == 404 || answer->status == 403) {
        lose_record(operation, answer);
    } else if (arm_is_transient(answer) || code[0] == '\0') {
        return take_useless_poll(operation, answer, useless);
    } else {
        set_azure_error(operation, answer);
        operation->phase = PHASE_CONFIRMING;
    }
    return true;
}
