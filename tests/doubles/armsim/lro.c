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
    const char *end = url == URL_LOCATION ? "OperationResults" : "AzureAsyncOperation";
    if (operation->what == OPERATION_ROLE)
        return text_format("/subscriptions/%s/providers/Microsoft.Sql/locations/%s/"
                           "distributedAvailabilityGroups%s/%s",
                           instance->subscription_id, instance->location, end, operation->id);
    return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Sql/locations/%s/"
                       "managedInstance%s/%s",
                       instance->subscription_id, instance->resource_group, instance->location, end,
                       operation->id);
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
    answer_header(call->answer, url == URL_LOCATION ? "Location" : "Azure-AsyncOperation",
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

void lro_accept(struct call *call, const struct sim_operation *operation)
{
    enum lro_headers headers = (enum lro_headers)call->sim->model.scenario.timing.lro_headers;
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
    const char *uri = call->request->uri;
    const char *const *segments = (const char *const *)call->request->segments;
    const struct sim_operation *operation =
        model_operation(&call->sim->model, segments[call->request->segment_count - 1]);
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
    if (operation->result != RESULT_SUCCEEDED)
        answer_error(call->answer, operation->http_status, operation->code, "%s",
                     operation->message);
    else if (operation->what == OPERATION_UPDATE)
        answer_json(call->answer, 200,
                    view_instance(&call->sim->model.scenario, operation->instance));
    else if (operation->link->exists)
        answer_json(call->answer, 200, view_link(operation->instance, operation->link, false));
    else
        call->answer->status = 204;
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
    answer_json(call->answer, 200, view_operation(operation, path));
    if (!operation->ended)
        add_retry_after(call);
    free(path);
}
