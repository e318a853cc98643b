/* SPDX-License-Identifier: MIT */
/* Long-running operations on the wire: the URLs of a 202 and the answers of polling them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arm.h"
#include "clock.h"
#include "view.h"

/* The operation's own version, as ARM does: never that of the call. */
#define LRO_VERSION "2023-02-01-preview"

enum url { URL_LOCATION, URL_ASYNC };

/* Path of one of the two URLs. New. */
static char *url_path(const struct sim_operation *operation, enum url url)
{
    const struct instance *instance = operation->instance;
    const struct operation_type *type = &operation_types[operation->what];
    const char *end = url == URL_LOCATION ? "OperationResults" : "AzureAsyncOperation";
    return text_format("/subscriptions/%s%s%s/providers/Microsoft.Sql/locations/%s/%s%s/%s",
                       instance->subscription_id, type->in_group ? "/resourceGroups/" : "",
                       type->in_group ? instance->resource_group : "", instance->location,
                       type->folder, end, operation->id);
}

static char *url_query(const struct sim_operation *operation)
{
    return text_format("api-version=" LRO_VERSION "&t=%" PRId64 "&c=%s", operation->started_at,
                       operation->token);
}

static void add_url(struct call *call, const struct sim_operation *operation, enum url url)
{
    bool relative = call->sim->model.scenario.timing.relative_lro_urls;
    char *path = url_path(operation, url), *query = url_query(operation);
    char *host = call->request->host ? text_copy(call->request->host)
                                     : text_format("127.0.0.1:%u", call->sim->port);
    /* The specification's example of a DELETE writes the name in lower case. */
    const char *location = strcmp(call->request->method, "DELETE") == 0 ? "location" : "Location";
    answer_header(call->answer, url == URL_LOCATION ? location : "Azure-AsyncOperation",
                  "%s%s%s?%s", relative ? "" : "https://", relative ? "" : host, path, query);
    free(host);
    free(query);
    free(path);
}

static void add_retry_after(struct call *call)
{
    int64_t seconds = call->sim->model.scenario.timing.retry_after_seconds;
    if (seconds > 0)
        answer_header(call->answer, "Retry-After", "%" PRId64, seconds);
}

static bool creates(const struct sim_operation *operation)
{
    return operation->what == OPERATION_LINK_CREATE ||
           operation->what == OPERATION_CERTIFICATE_PUT ||
           operation->what == OPERATION_INSTANCE_CREATE;
}

/* The resource that an operation is about, as it is now; NULL: there is none (any more). New. */
static cJSON *resource(struct call *call, const struct sim_operation *operation)
{
    struct instance *instance = operation->instance;
    switch (operation->what) {
    case OPERATION_LINK_ROLE:
    case OPERATION_LINK_CREATE:
    case OPERATION_LINK_UPDATE:
    case OPERATION_LINK_DELETE:
        return operation->link->exists ? view_link(instance, operation->link, call->preview) : NULL;
    case OPERATION_CERTIFICATE_PUT: return view_certificate(instance, operation->certificate);
    case OPERATION_INSTANCE_CREATE:
    case OPERATION_INSTANCE_UPDATE:
    case OPERATION_INSTANCE_START:
    case OPERATION_INSTANCE_STOP: return view_instance(&call->sim->model.scenario, instance);
    case OPERATION_CERTIFICATE_DELETE:
    case OPERATION_DATABASE_DELETE:
    case OPERATION_DATABASE_RESTORE:
    case OPERATION_INSTANCE_DELETE:
    case OPERATION_INSTANCE_FAILOVER: break;
    }
    return NULL;
}

/* A link's change that is said to be "initiated": 200, and nothing to poll but the link. */
static bool answer_initiated(struct call *call, const struct sim_operation *operation)
{
    cJSON *body = NULL;
    if (!call->sim->model.scenario.timing.initiated_200 || !operation->link || creates(operation))
        return false;
    if (operation->what != OPERATION_LINK_DELETE)
        body = resource(call, operation);
    if (body)
        answer_json(call->answer, 200, body);
    call->answer->status = 200;
    return true;
}

void lro_accept(struct call *call, const struct sim_operation *operation)
{
    const struct timing *timing = &call->sim->model.scenario.timing;
    enum lro_headers headers = (enum lro_headers)timing->lro_headers;
    if (answer_initiated(call, operation))
        return;
    if (timing->created_201 && creates(operation))
        answer_json(call->answer, 201, resource(call, operation));
    else
        call->answer->status = 202;
    if (headers == LRO_BOTH || headers == LRO_LOCATION)
        add_url(call, operation, URL_LOCATION);
    if (headers == LRO_BOTH || headers == LRO_ASYNC)
        add_url(call, operation, URL_ASYNC);
    add_retry_after(call);
}

/* The operation that a poll names, or NULL after a refusal. The URL must be the one that was given
 * out, to the letter. */
static const struct sim_operation *find(struct call *call, enum url url)
{
    int64_t polls = call->sim->model.scenario.timing.lro_polls;
    const char *uri = call->request->uri;
    const char *const *segments = (const char *const *)call->request->segments;
    struct sim_operation *operation =
        model_operation(&call->sim->model, segments[call->request->segment_count - 1]);
    if (operation && polls > 0 && operation->polls++ >= polls)
        operation = NULL; /* its record is lost */
    bool known = false, same = false;
    if (operation) {
        char *path = url_path(operation, url), *query = url_query(operation);
        known = strcspn(uri, "?") == strlen(path) && strncasecmp(uri, path, strlen(path)) == 0;
        same = strcmp(call->request->query, query) == 0;
        free(query);
        free(path);
    }
    if (!known)
        answer_error(call->answer, 404, "ResourceNotFound",
                     "The requested operation was not found.");
    else if (!same)
        answer_error(call->answer, 400, "OperationUrlNotVerbatim",
                     "The operation URL must be used exactly as it was given, with its own "
                     "api-version.");
    return known && same ? operation : NULL;
}

static void answer_result(struct call *call, const struct sim_operation *operation)
{
    cJSON *body = NULL;
    if (operation->result != RESULT_SUCCEEDED) {
        answer_error(call->answer, operation->http_status, operation->code, "%s",
                     operation->message);
        return;
    }
    body = resource(call, operation);
    bool acts = operation->what == OPERATION_DATABASE_RESTORE ||
                operation->what == OPERATION_INSTANCE_FAILOVER;
    call->answer->status = acts ? 200 : 204;
    if (body)
        answer_json(call->answer, 200, body);
}

void lro_poll_location(struct call *call)
{
    const struct sim_operation *operation = find(call, URL_LOCATION);
    if (!operation)
        return;
    if (operation->ended) {
        answer_result(call, operation);
        return;
    }
    call->answer->status = 202;
    add_url(call, operation, URL_LOCATION);
    add_retry_after(call);
}

void lro_poll_async(struct call *call)
{
    const struct sim_operation *operation = find(call, URL_ASYNC);
    if (!operation)
        return;
    char *path = url_path(operation, URL_ASYNC);
    answer_json(call->answer, 200,
                view_operation(operation, path, call->sim->model.scenario.timing.running_word));
    if (!operation->ended)
        add_retry_after(call);
    free(path);
}
