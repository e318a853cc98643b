/* SPDX-License-Identifier: MIT */
/* What every procedure that writes does alike. */
#include "write.h"
#include "operation_judge.h"
#include "operation_step.h"
#include "text.h"
#include "utc.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a request_id has led to before. */
enum write_found { WRITE_NEW, WRITE_ANSWERED, WRITE_REFUSED };

static void reply_time(struct reply *reply, uint64_t time, char *text, size_t size)
{
    text[0] = '\0';
    if (time != 0)
        utc_text(time, text, size);
    reply_text(reply, text);
}

/* An error counts once the operation has ended; until then it is what Azure said last. */
static void reply_outcome(struct reply *reply, const struct operation *operation)
{
    bool has_failed = operation->error.number != 0 && !operation_is_open(operation);

    if (has_failed)
        reply_int(reply, operation->error.number);
    else
        reply_null(reply);
    reply_text(reply, has_failed ? operation->error.code : NULL);
    reply_text(reply, has_failed ? operation->error.message : NULL);
}

static const char *describe_state(const struct operation *operation, char *text, size_t size)
{
    if (operation->error.number == 0 || !operation_is_open(operation))
        return operation->detail;
    text_copy(text, size, operation->detail);
    text_append(text, size,
                operation->detail[0] != '\0' ? " Not the end yet: " : "Not the end yet: ");
    text_append(text, size, operation->error.message);
    text_repair(text); /* the cut may have gone through a character */
    return text;
}

void write_row(struct call *call, const struct operation *operation)
{
    struct reply *reply = &call->reply;
    char started[32], ended[32], detail[OPERATION_DETAIL_SIZE];

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
    reply_outcome(reply, operation);
    reply_text(reply, operation->arm_request_id);
    reply_text(reply, operation->arm_correlation_id);
    reply_text(reply, describe_state(operation, detail, sizeof detail));
    reply_end_row(reply);
}

static void copy_claim(const struct call *call, const char *name, char *to, size_t size)
{
    const char *text = call_text(call, name);

    if (text != NULL)
        text_copy(to, size, text);
}

/* What was asked, as one text; Azure's names have no case, so that a repeat may differ in it. For
 * free. */
static char *describe(const struct call *call, const struct write_plan *plan)
{
    const char *parts[] = {plan->asked, NULL, NULL};
    size_t room = strlen(call->procedure->name) + strlen(call->instance->alias) + 8;
    char *whole = NULL;

    if (plan->asked == NULL) {
        parts[0] = plan->name != NULL ? plan->name : "";
        parts[1] = plan->body;
        parts[2] = plan->secret;
    }
    for (size_t i = 0; i < 3; i++)
        room += parts[i] != NULL ? strlen(parts[i]) + 1 : 0;
    whole = malloc(room);
    if (whole == NULL)
        return NULL;
    snprintf(whole, room, "%s\n%s", call->procedure->name, call->instance->alias);
    for (size_t i = 0; i < 3 && parts[i] != NULL; i++) {
        text_append(whole, room, "\n");
        text_append(whole, room, parts[i]);
    }
    text_lower(whole + strlen(call->procedure->name) + strlen(call->instance->alias) + 1);
    return whole;
}

static bool fingerprint(const struct call *call, const struct write_plan *plan, char *text)
{
    uint8_t digest[CRYPTO_SHA256_SIZE];
    char *whole = describe(call, plan);
    bool taken = whole != NULL && crypto_sha256(whole, strlen(whole), digest);

    if (taken)
        crypto_hex(digest, sizeof digest, text);
    free(whole);
    return taken;
}

/* The operation row has a column for links; what else is changed, the detail names. */
static void name_resource(struct operation *operation, const struct write_plan *plan)
{
    text_copy(operation->resource, sizeof operation->resource,
              plan->of != NULL ? plan->of->word : "instance");
    if (plan->of == NULL)
        return;
    text_append(operation->resource, sizeof operation->resource, " ");
    text_append(operation->resource, sizeof operation->resource, plan->name);
    if (plan->of == &azure_link) {
        text_copy(operation->link, sizeof operation->link, plan->name);
        return;
    }
    snprintf(operation->detail, sizeof operation->detail, "%c%s %s.",
             toupper((unsigned char)plan->of->word[0]), plan->of->word + 1, plan->name);
}

static bool fill_request(struct call *call, struct operation *operation,
                         const struct write_plan *plan)
{
    const char *collection = plan->of != NULL ? plan->of->collection : NULL;

    if (plan->body != NULL && strlen(plan->body) >= sizeof operation->body)
        return call_refuse_with(call, MILINK_ANSWER_TOO_LARGE, plan->name,
                                "the request has %zu bytes, at most %zu", strlen(plan->body),
                                sizeof operation->body - 1);
    text_copy(operation->method, sizeof operation->method, plan->method);
    text_copy(operation->body, sizeof operation->body, plan->body != NULL ? plan->body : "");
    text_copy(operation->secret, sizeof operation->secret,
              plan->secret != NULL ? plan->secret : "");
    if (!arm_path(operation->watched, sizeof operation->watched, call->instance, collection,
                  plan->name))
        return call_refuse(call, MILINK_AGENT_FAILED, plan->name, "the path is too long");
    text_copy(operation->path, sizeof operation->path, operation->watched);
    return plan->action == NULL ||
           arm_path_append(operation->path, sizeof operation->path, plan->action) ||
           call_refuse(call, MILINK_AGENT_FAILED, plan->name, "the path is too long");
}

static void fill_origin(struct call *call, struct operation *operation, unsigned minutes)
{
    const char *request_id = call_text(call, "@request_id");

    if (request_id != NULL)
        text_copy(operation->request_id, sizeof operation->request_id, request_id);
    operation->percent = -1;
    operation->started_ms = clock_utc_ms();
    operation->give_up_ms = operation->started_ms + 60000ull * minutes;
    text_copy(operation->procedure, sizeof operation->procedure, call->procedure->name);
    text_copy(operation->instance, sizeof operation->instance, call->instance->alias);
    text_copy(operation->api_version, sizeof operation->api_version,
              call->setup->config.api_version);
    text_copy(operation->arm_correlation_id, sizeof operation->arm_correlation_id, operation->id);
    operation->session_id = call_number(call, "@session_id", -1);
    copy_claim(call, "@caller", operation->caller, sizeof operation->caller);
    copy_claim(call, "@reason", operation->reason, sizeof operation->reason);
    copy_claim(call, "@change_ref", operation->change_ref, sizeof operation->change_ref);
    text_copy(operation->asker.call, sizeof operation->asker.call, call->id);
    if (call->client_account != NULL)
        text_copy(operation->asker.client, sizeof operation->asker.client, call->client_account);
    operation->asker.confirm = call_text(call, "@confirm") != NULL;
    operation->asker.force = call_number(call, "@force", 0) != 0;
}

/* A new operation for this call, filled with ids, claims, times, request and watched path, for
 * free; NULL with call->error set. */
static struct operation *begin(struct call *call, const struct write_plan *plan)
{
    struct operation *operation = calloc(1, sizeof *operation);

    if (operation == NULL) {
        call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return NULL;
    }
    operation->kind = plan->kind;
    name_resource(operation, plan);
    if (!crypto_new_guid(operation->id) || !crypto_new_guid(operation->request_id) ||
        !fingerprint(call, plan, operation->fingerprint)) {
        call_refuse(call, MILINK_AGENT_FAILED, NULL, "no random bytes or no memory could be had");
    } else if (fill_request(call, operation, plan)) {
        fill_origin(call, operation, plan->minutes);
        return operation;
    }
    free(operation);
    return NULL;
}

void write_settle(struct operation *operation, const char *text)
{
    operation_note(operation, text);
    operation_end(operation, OPERATION_SUCCEEDED, operation->started_ms);
}

char *write_print(struct call *call, struct json *document)
{
    char *text = json_print(document);

    json_free(document);
    if (text == NULL)
        call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    return text;
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
    call->is_operation = true;
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

/* WRITE_ANSWERED when it is a repeat, whose operation has been answered with; WRITE_REFUSED with
 * call->error set when its request_id belongs to another request. */
static enum write_found find_repeat(struct call *call, const struct operation *operation)
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

static void describe_request(struct operation *operation)
{
    const char *parts[] = {operation->method,      " ", operation->path, "?api-version=",
                           operation->api_version, " ", operation->body};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        text_append(operation->detail, sizeof operation->detail, parts[i]);
}

/* @what_if: the request as it would leave, never a token or a secret. */
static bool show(struct call *call, struct operation *operation)
{
    bool sends = operation->phase != PHASE_ENDED;
    char *known = strdup(operation->detail);

    if (known == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    text_copy(operation->detail, sizeof operation->detail,
              sends ? "Would send: " : "Would send nothing: ");
    if (sends)
        describe_request(operation);
    if (sends && known[0] != '\0')
        text_append(operation->detail, sizeof operation->detail, " - ");
    text_append(operation->detail, sizeof operation->detail, known);
    free(known);
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
    char subject[OPERATION_SUBJECT_SIZE];

    operation_subject(operation, subject, sizeof subject);
    if (strcmp(other->request_id, operation->request_id) != 0)
        return call_refuse_with(call, MILINK_OPERATION_OPEN, subject, "%s %s is %s",
                                other->procedure, other->id, operation_state_name(other->state));
    /* The same request at the same moment in another session: both get the one operation. */
    if (strcmp(other->fingerprint, operation->fingerprint) != 0)
        return refuse_reuse(call, other);
    return wait_and_answer(call, other->id);
}

/* Its time counts from its order on: what was read before may have taken long. */
static void start_time(struct operation *operation)
{
    uint64_t passed = clock_utc_ms() - operation->started_ms;

    if (operation->phase == PHASE_ENDED)
        return;
    operation->started_ms += passed;
    operation->give_up_ms += passed;
}

static bool run(struct call *call, struct operation *operation)
{
    struct operation *other = NULL;
    bool answered = false;
    char why[256];

    if (call_number(call, "@what_if", 0) != 0)
        return show(call, operation);
    other = calloc(1, sizeof *other);
    if (other == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    start_time(operation);
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

bool write_perform(struct call *call, const struct write_plan *plan, const struct write_step *step)
{
    struct operation *operation = begin(call, plan);
    bool done = false;

    if (operation == NULL)
        return false;
    switch (find_repeat(call, operation)) {
    case WRITE_ANSWERED: done = true; break;
    case WRITE_REFUSED: break;
    case WRITE_NEW:
        done = step->prepare(call, operation, step->context) && run(call, operation);
        break;
    }
    free(operation);
    return done;
}
