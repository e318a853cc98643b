/* SPDX-License-Identifier: MIT */
/* Faults: selection by kind and number, and their effects. */
#include "fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "identity_host.h"
#include "text.h"
#include "token_endpoint.h"

enum { DRIP_DEFAULT_MS = 20 };

void fault_add(struct sim *sim, struct fault *fault)
{
    sim->faults = text_grow(sim->faults, sim->fault_count + 1, sizeof *sim->faults);
    sim->faults[sim->fault_count++] = fault;
}

static bool strikes(struct fault *fault, enum kind kind, const char *uri)
{
    if (fault->on != (int)kind && (fault->on != KIND_ANY || kind == KIND_CONNECTION))
        return false;
    if (strstr(uri, fault->path) == NULL)
        return false;
    fault->seen++;
    return fault->nth == 0 ||
           (fault->seen >= fault->nth && fault->seen < fault->nth + fault->count);
}

struct fault *fault_take(struct sim *sim, enum kind kind, const char *uri)
{
    struct fault *struck = NULL;
    for (size_t i = 0; i < sim->fault_count; i++) /* all of them count, the first one strikes */
        if (strikes(sim->faults[i], kind, uri) && !struck)
            struck = sim->faults[i];
    if (struck)
        struck->fired++;
    return struck;
}

bool fault_takes_connection(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
    bool struck = fault_take(sim, KIND_CONNECTION, "") != NULL;
    pthread_mutex_unlock(&sim->lock);
    return struck;
}

void fault_reset(struct sim *sim, const char *path)
{
    for (size_t i = 0; i < sim->fault_count; i++) {
        if (path != NULL && strcmp(sim->faults[i]->path, path) != 0)
            continue;
        sim->faults[i]->nth = 1;
        sim->faults[i]->count = 0;
    }
}

bool fault_prevents(const struct fault *fault)
{
    if (!fault || fault->after_effect)
        return false;
    return fault->action == FAULT_CUT_BEFORE || fault->action == FAULT_STATUS ||
           fault->action == FAULT_HTML || fault->action == FAULT_GARBAGE ||
           fault->action == FAULT_EMPTY;
}

static void default_error(struct answer *answer, int status)
{
    static const struct {
        int status;
        const char *code, *message;
    } known[] = {
        {400, "BadRequest", "The request is invalid."},
        {401, "InvalidAuthenticationToken", "The access token is invalid."},
        {403, "AuthorizationFailed",
         "The client does not have authorization to perform action over the scope or the scope is "
         "invalid."},
        {404, "ResourceNotFound", "The requested resource was not found."},
        {408, "RequestTimeout", "The request timed out."},
        {409, "ManagedInstanceIsBusy",
         "The server is currently busy. Please wait a few minutes before trying again."},
        {429, "SubscriptionTooManyRequests",
         "Requests beyond max requests that can be processed by available resources."},
        {500, "GatewayInternalServerError", "The server encountered an unexpected exception."},
        {503, "TooManyRequests",
         "Requests beyond max requests that can be processed by available resources."},
        {504, "RequestTimeout", "Service request exceeded the allowed timeout."},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status) {
            answer_error(answer, status, known[i].code, "%s", known[i].message);
            return;
        }
    if (status < 400)
        answer->status = status;
    else
        answer_error(answer, status, "SimulatedFault", "armsim was told to answer %d.", status);
}

static void add_headers(const cJSON *headers, struct answer *answer)
{
    const cJSON *header = NULL;
    cJSON_ArrayForEach(header, headers)
        answer_header(answer, header->string, "%s", header->valuestring);
}

/* What IMDS and HIMDS say. */
static void identity_error(struct answer *answer, int status)
{
    static const struct {
        int status;
        const char *error, *description;
    } known[] = {
        {404, "not_found", "The identity is being updated. Please retry."},
        {410, "gone", "The service is being updated. Please retry in 70 seconds."},
        {429, "too_many_requests", "The limit of concurrent requests has been reached."},
        {500, "unknown", "Failed to retrieve a token from Active Directory."},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status) {
            identity_refuse(answer, status, known[i].error, known[i].description);
            return;
        }
    identity_refuse(answer, status, "unknown_source", "Unknown source.");
}

static void set_status(const struct fault *fault, enum kind kind, struct answer *answer)
{
    const char *text = cJSON_GetStringValue(fault->body);
    int status = (int)fault->status;
    answer_clear(answer);
    if (text)
        answer_bytes(answer, status, "text/plain", text, strlen(text));
    else if (fault->body)
        answer_json(answer, status, cJSON_Duplicate(fault->body, 1));
    else if (kind == KIND_TOKEN && status >= 400)
        token_refuse(answer, status, "temporarily_unavailable",
                     "AADSTS90033: A transient error has occurred. Please try again.");
    else if ((kind == KIND_IDENTITY_TOKEN || kind == KIND_IDENTITY_CHALLENGE) && status >= 400)
        identity_error(answer, status);
    else
        default_error(answer, status);
}

/* The right answer, made long by blanks after its body. */
static void set_huge(const struct fault *fault, struct answer *answer)
{
    size_t wanted = (size_t)fault->bytes;
    if (answer->length >= wanted)
        return;
    answer->body = text_grow(answer->body, wanted + 1, 1);
    memset(answer->body + answer->length, ' ', wanted - answer->length);
    answer->body[wanted] = '\0';
    answer->length = wanted;
}

/* A date is by Azure's clock, as that of the answer. */
static void set_retry_after(const struct fault *fault, int64_t skew_ms, struct answer *answer)
{
    char date[CLOCK_TEXT];
    if (fault->retry_after < 0)
        return;
    if (fault->retry_after_date) {
        clock_print_http(clock_now() + skew_ms + fault->retry_after * 1000, date);
        answer_header(answer, "Retry-After", "%s", date);
    } else {
        answer_header(answer, "Retry-After", "%" PRId64, fault->retry_after);
    }
}

static void set_html(const struct fault *fault, struct answer *answer)
{
    static const char page[] =
        "<!DOCTYPE html>\n<html><head><title>Blocked</title></head><body><h1>Proxy</h1>"
        "<p>This page does not come from the service &amp; is not JSON.</p></body></html>\n";
    answer_clear(answer);
    answer_bytes(answer, fault->status ? (int)fault->status : 502, "text/html; charset=utf-8", page,
                 sizeof page - 1);
}

static void set_garbage(const struct fault *fault, struct answer *answer)
{
    static const char bytes[] =
        "{\"value\":[{\"properties\":{\"instanceLinkRole\":\0\xff\xfe\x01\"Prim";
    answer_clear(answer);
    answer_bytes(answer, fault->status ? (int)fault->status : 200,
                 "application/json; charset=utf-8", bytes, sizeof bytes - 1);
}

void fault_apply(const struct sim *sim, const struct fault *fault, enum kind kind,
                 struct answer *answer, struct delivery *delivery)
{
    if (!fault)
        return;
    if (fault->action == FAULT_DRIP)
        delivery->drip_ms = fault->delay_ms ? fault->delay_ms : DRIP_DEFAULT_MS;
    else if (fault->delay_ms)
        clock_wait(fault->delay_ms);
    switch ((enum fault_action)fault->action) {
    case FAULT_DELAY:
    case FAULT_DRIP: break;
    case FAULT_CUT_BEFORE:
    case FAULT_CUT_AFTER: delivery->cut = true; break;
    case FAULT_STATUS: set_status(fault, kind, answer); break;
    case FAULT_HTML: set_html(fault, answer); break;
    case FAULT_GARBAGE: set_garbage(fault, answer); break;
    case FAULT_TRUNCATE: delivery->truncate = true; break;
    case FAULT_EMPTY:
        answer_clear(answer);
        answer->status = fault->status ? (int)fault->status : 200;
        break;
    case FAULT_HUGE: set_huge(fault, answer); break;
    }
    set_retry_after(fault, sim->model.scenario.timing.clock_skew_seconds * 1000, answer);
    add_headers(fault->headers, answer);
}
