/* SPDX-License-Identifier: MIT */
/* What every procedure that writes does alike. */
#include "write.h"
#include "text.h"
#include "utc.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reply_time(struct reply *reply, uint64_t time, char *text, size_t size)
{
    text[0] = '\0';
    if (time != 0)
        utc_text(time, text, size);
    reply_text(reply, text);
}

void write_row(struct call *call, const struct operation *operation)
{
    struct reply *reply = &call->reply;
    char started[32], ended[32];

    reply_text(reply, operation->id);
    reply_text(reply, operation->request_id);
    reply_text(reply, operation->procedure);
    reply_text(reply, operation->instance);
    reply_text(reply, operation->link);
    /* What was only shown has no id, and no state either. */
    reply_text(reply, operation->id[0] != '\0' ? operation_state_name(operation->state) : NULL);
    if (operation->percent >= 0)
        reply_int(reply, operation->percent);
    else
        reply_null(reply);
    reply_time(reply, operation->started_ms, started, sizeof started);
    reply_time(reply, operation->ended_ms, ended, sizeof ended);
    if (operation->error.number != 0)
        reply_int(reply, operation->error.number);
    else
        reply_null(reply);
    reply_text(reply, operation->error.code);
    reply_text(reply, operation->error.message);
    reply_text(reply, operation->arm_request_id);
    reply_text(reply, operation->arm_correlation_id);
    reply_text(reply, operation->detail);
    reply_end_row(reply);
}

static void copy_claim(const struct call *call, const char *name, char *to, size_t size)
{
    const char *text = call_text(call, name);

    if (text != NULL)
        text_copy(to, size, text);
}

static bool fingerprint(const struct call *call, const char *asked, char *text)
{
    uint8_t digest[CRYPTO_SHA256_SIZE];
    char whole[4096];

    snprintf(whole, sizeof whole, "%s\n%s\n%s", call->procedure->name, call->instance->alias,
             asked);
    if (!crypto_sha256(whole, strlen(whole), digest))
        return false;
    crypto_hex(digest, sizeof digest, text);
    return true;
}

struct operation *write_new(struct call *call, enum operation_kind kind, const char *asked,
                            unsigned minutes)
{
    struct operation *operation = calloc(1, sizeof *operation);
    const char *request_id = call_text(call, "@request_id");

    if (operation == NULL) {
        call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return NULL;
    }
    if (!crypto_new_guid(operation->id) || !crypto_new_guid(operation->request_id) ||
        !fingerprint(call, asked, operation->fingerprint)) {
        call_refuse(call, MILINK_AGENT_FAILED, NULL, "no random bytes could be had");
        free(operation);
        return NULL;
    }
    if (request_id != NULL)
        text_copy(operation->request_id, sizeof operation->request_id, request_id);
    operation->kind = kind;
    operation->percent = -1;
    operation->started_ms = clock_utc_ms();
    operation->give_up_ms = operation->started_ms + 60000ull * minutes;
    text_copy(operation->procedure, sizeof operation->procedure, call->procedure->name);
    text_copy(operation->instance, sizeof operation->instance, call->instance->alias);
    text_copy(operation->api_version, sizeof operation->api_version,
              call->agent->config.api_version);
    text_copy(operation->arm_correlation_id, sizeof operation->arm_correlation_id, operation->id);
    operation->session_id = call_number(call, "@session_id", -1);
    copy_claim(call, "@caller", operation->caller, sizeof operation->caller);
    copy_claim(call, "@reason", operation->reason, sizeof operation->reason);
    copy_claim(call, "@change_ref", operation->change_ref, sizeof operation->change_ref);
    return operation;
}

static bool is_taken_by_azure(void *context, const struct operation *operation)
{
    (void)context;
    return operation->state != OPERATION_ACCEPTED;
}

static bool never_enough(void *context, const struct operation *operation)
{
    (void)context;
    (void)operation;
    return false;
}

/* Without @wait_seconds until Azure has accepted or refused; with it until the end, or so long. */
static bool wait_and_answer(struct call *call, const char *id)
{
    int64_t seconds = call_number(call, "@wait_seconds", 0);
    struct engine_wait wait = {.enough = seconds > 0 ? never_enough : is_taken_by_azure,
                               .deadline = call->deadline};
    struct operation *operation = calloc(1, sizeof *operation);
    bool answered = false;

    if (operation == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    if (seconds > 0)
        wait.deadline = deadline_within(&call->deadline, (uint32_t)seconds * 1000);
    call_set_output(call, "@operation_id", id);
    if (engine_await(call->agent->engine, id, &wait, operation) != STORE_OK) {
        call_refuse(call, MILINK_JOURNAL_FAILED, id,
                    "the operation goes on; its row cannot be read");
    } else if (operation->error.number != 0 && !operation_is_open(operation)) {
        call->error = operation->error;
    } else {
        write_row(call, operation);
        answered = true;
    }
    free(operation);
    return answered;
}

static bool refuse_reuse(struct call *call, const struct operation *found)
{
    char when[32];

    utc_text(found->started_ms, when, sizeof when);
    return call_refuse_with(call, MILINK_REQUEST_ID_REUSED, "@request_id",
                            "%s is operation %s, a %s of %s", found->request_id, found->id,
                            found->procedure, when);
}

enum write_found write_find_repeat(struct call *call, const struct operation *operation)
{
    struct operation *found = calloc(1, sizeof *found);
    enum write_found result = WRITE_REFUSED;

    if (found == NULL) {
        call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return result;
    }
    switch (store_get_request(call->agent->store, operation->request_id, found)) {
    case STORE_NOT_FOUND: result = WRITE_NEW; break;
    case STORE_OK:
        if (strcmp(found->fingerprint, operation->fingerprint) != 0)
            refuse_reuse(call, found);
        else if (wait_and_answer(call, found->id))
            result = WRITE_ANSWERED;
        break;
    default: call_refuse(call, MILINK_JOURNAL_FAILED, NULL, NULL); break;
    }
    free(found);
    return result;
}

/* @what_if: the request as it would leave, never a token. */
static bool show(struct call *call, struct operation *operation)
{
    char text[OPERATION_BODY_SIZE + ARM_PATH_SIZE + 64];

    if (operation->phase != PHASE_ENDED)
        snprintf(text, sizeof text, "Would send: %s %s?api-version=%s %s", operation->method,
                 operation->path, operation->api_version, operation->body);
    else
        snprintf(text, sizeof text, "Would send nothing: %.1000s", operation->detail);
    text_copy(operation->detail, sizeof operation->detail, text);
    operation->id[0] = '\0';
    operation->arm_correlation_id[0] = '\0';
    operation->started_ms = 0;
    operation->ended_ms = 0;
    reply_info(&call->reply, "@what_if = 1: nothing was sent.");
    write_row(call, operation);
    return true;
}

static bool refuse_duplicate(struct call *call, const struct operation *operation,
                             const struct operation *other)
{
    if (strcmp(other->request_id, operation->request_id) != 0)
        return call_refuse_with(call, MILINK_OPERATION_OPEN,
                                operation->link[0] != '\0' ? operation->link : operation->instance,
                                "%s %s is %s", other->procedure, other->id,
                                operation_state_name(other->state));
    /* The same request at the same moment in another session: both get the one operation. */
    if (strcmp(other->fingerprint, operation->fingerprint) != 0)
        return refuse_reuse(call, other);
    return wait_and_answer(call, other->id);
}

bool write_run(struct call *call, struct operation *operation)
{
    struct operation *other = NULL;
    bool answered = false;
    char why[256];

    if (call_number(call, "@what_if", 0) != 0)
        return show(call, operation);
    other = calloc(1, sizeof *other);
    if (other == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    switch (engine_submit(call->agent->engine, operation, other)) {
    case STORE_OK: answered = wait_and_answer(call, operation->id); break;
    case STORE_DUPLICATE: answered = refuse_duplicate(call, operation, other); break;
    default:
        if (atomic_load(&call->agent->stopping)) {
            call_refuse(call, MILINK_AGENT_STOPPING, NULL, NULL);
            break;
        }
        store_why(call->agent->store, why, sizeof why);
        call_refuse(call, MILINK_JOURNAL_FAILED, NULL, why);
        break;
    }
    free(other);
    return answered;
}
