/* SPDX-License-Identifier: MIT */
/* The state machine of an operation up to the point where Azure calls it done; operation_step.h has
 * its table. */
#include "operation_step.h"
#include "arm.h"
#include "link.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

void operation_subject(const struct operation *operation, char *text, size_t size)
{
    if (operation->link[0] != '\0')
        snprintf(text, size, "link %s of %s", operation->link, operation->instance);
    else
        snprintf(text, size, "instance %s", operation->instance);
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
    char subject[256];

    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, number, subject, detail);
}

static void set_azure_error(struct operation *operation, const struct http_answer *answer)
{
    char subject[256];

    operation_subject(operation, subject, sizeof subject);
    arm_set_error(&operation->error, subject, answer);
}

/* From now on the resource decides; nothing is sent any more. */
static void watch(struct operation *operation, uint64_t now_ms)
{
    operation->phase = PHASE_CONFIRMING;
    operation->poll_at_ms = now_ms + OPERATION_AMBIGUOUS_MS;
}

bool operation_on_start(struct operation *operation, uint64_t now_ms)
{
    if (operation->phase == PHASE_JOURNALLED && !operation->may_have_left) {
        set_error(operation, MILINK_NOT_SENT, NULL);
        operation_end(operation, OPERATION_FAILED, now_ms);
        return true;
    }
    if (operation->phase == PHASE_JOURNALLED || operation->phase == PHASE_SENDING) {
        watch(operation, now_ms);
        return true;
    }
    return false;
}

bool operation_on_time(struct operation *operation, uint64_t now_ms)
{
    if (operation->phase == PHASE_ENDED || now_ms < operation->give_up_ms)
        return false;
    set_error(operation,
              operation_is_ambiguous(operation) ? MILINK_ARM_OUTCOME_UNKNOWN : MILINK_ARM_TIMED_OUT,
              NULL);
    operation_end(operation, OPERATION_UNKNOWN, now_ms);
    return true;
}

static void keep_header(const struct http_answer *answer, const char *name, char *to, size_t size)
{
    const char *value = http_answer_header(answer, name);

    if (value != NULL)
        text_copy(to, size, value);
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

static void schedule_poll(struct operation *operation, const struct http_answer *answer,
                          uint64_t now_ms)
{
    uint64_t wait = arm_retry_after_ms(answer, now_ms);

    if (wait == 0)
        wait = OPERATION_POLL_MS;
    operation->poll_at_ms = now_ms + (wait < OPERATION_POLL_MAX_MS ? wait : OPERATION_POLL_MAX_MS);
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

/* Azure refuses because what was asked is so already, or is under way: the link decides. */
static bool adopt(struct operation *operation, const struct http_answer *answer)
{
    char code[128];

    arm_error_code(answer, code, sizeof code);
    if (strstr(code, "AlreadyInRequestedRole") == NULL &&
        strstr(code, "ChangeRoleAlreadyInProgress") == NULL)
        return false;
    snprintf(operation->detail, sizeof operation->detail,
             "Azure answered %s: the link's own state decides.", code);
    operation->state = OPERATION_RUNNING;
    operation->phase = PHASE_CONFIRMING;
    return true;
}

/* 1 s, 2 s, 4 s, or what Azure asks for. */
static void send_again(struct operation *operation, const struct http_answer *answer,
                       unsigned tries, uint64_t now_ms)
{
    uint64_t asked = arm_retry_after_ms(answer, now_ms);
    uint64_t backoff = 500ull << (tries < 8 ? tries : 8);

    operation->phase = PHASE_JOURNALLED;
    operation->may_have_left = operation->may_have_left || !arm_was_refused_unseen(answer);
    operation->poll_at_ms = now_ms + (asked > 0 ? asked : backoff);
}

void operation_on_sent(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, unsigned tries, uint64_t now_ms)
{
    bool answered = answer->result == HTTP_ANSWERED;
    bool idempotent = strcmp(operation->method, "POST") != 0;
    bool lost = !answered || answer->status == 408 || answer->status >= 500;

    /* The time to give up may have come while the request was under way: that end stays. */
    if (operation->phase == PHASE_ENDED)
        return;
    if (answered) {
        keep_header(answer, "x-ms-request-id", operation->arm_request_id,
                    sizeof operation->arm_request_id);
        keep_header(answer, "x-ms-correlation-request-id", operation->arm_correlation_id,
                    sizeof operation->arm_correlation_id);
    }
    if (answered && answer->status >= 200 && answer->status < 300) {
        accept(operation, endpoint, answer, now_ms);
    } else if (tries < OPERATION_TRIES &&
               (arm_was_refused_unseen(answer) || (idempotent && lost))) {
        send_again(operation, answer, tries, now_ms);
    } else if (lost && !arm_was_refused_unseen(answer)) {
        watch(operation, now_ms);
    } else if (!adopt(operation, answer)) {
        set_azure_error(operation, answer);
        operation_end(operation, OPERATION_FAILED, now_ms);
    }
}

/* Azure's word for a status of an asynchronous operation (arm-api 6): anything unknown is
 * "running". */
static bool read_status(struct operation *operation, const struct json *body)
{
    const char *status = json_text(body, "status");
    const struct json *object = json_member(body, "error");
    char subject[256];

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

static bool poll_succeeded(struct operation *operation, const char *endpoint,
                           const struct http_answer *answer)
{
    double percent = -1;
    struct json *body = NULL;
    bool ended = false;
    char why[64];

    if (operation->async_url[0] == '\0') {
        if (answer->status == 202)
            return keep_url(answer, "Location", endpoint, operation->location_url);
        operation->phase = PHASE_CONFIRMING;
        return true;
    }
    body = json_parse(answer->body, answer->body_length, why, sizeof why);
    if (json_number(json_member(body, "percentComplete"), &percent) && percent >= 0 &&
        percent <= 100)
        operation->percent = (int)percent;
    ended = read_status(operation, body);
    json_free(body);
    return ended;
}

bool operation_on_poll(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, uint64_t now_ms)
{
    schedule_poll(operation, answer, now_ms);
    if (operation->phase != PHASE_POLLING || arm_is_transient(answer) ||
        answer->result != HTTP_ANSWERED || answer->status == 401)
        return false;
    if (answer->status >= 200 && answer->status < 300)
        return poll_succeeded(operation, endpoint, answer);
    /* The record expired, or may not be read: what the operation did is still to be seen (arm-api
     * 6). */
    if (answer->status != 404 && answer->status != 403)
        set_azure_error(operation, answer);
    operation->phase = PHASE_CONFIRMING;
    return true;
}
