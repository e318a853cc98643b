/* SPDX-License-Identifier: MIT */
/* ARM's front: which call a request is, the checks common to all, and the reads. */
#include "arm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "view.h"

static const char *const versions[] = {"2025-01-01", "2025-02-01-preview", "2025-08-01-preview"};
#define SUPPORTED "2025-01-01, 2025-02-01-preview, 2025-08-01-preview"

enum needs { NEEDS_INSTANCE = 1, NEEDS_LINK = 2, NEEDS_OPERATION = 4 };

struct route {
    const char *method, *pattern;
    enum kind kind;
    unsigned needs;
    void (*answer)(struct call *call);
};

static void get_links(struct call *call)
{
    answer_json(call->answer, 200, view_links(call->instance, call->preview));
}

static void get_link(struct call *call)
{
    answer_json(call->answer, 200, view_link(call->instance, call->link, call->preview));
}

static void get_instance(struct call *call)
{
    answer_json(call->answer, 200, view_instance(&call->sim->model.scenario, call->instance));
}

static void get_databases(struct call *call)
{
    answer_json(call->answer, 200, view_databases(call->instance));
}

static void get_database(struct call *call)
{
    const char *name = call->request->arguments[3];
    cJSON *database = view_database(call->instance, name);
    if (database)
        answer_json(call->answer, 200, database);
    else
        answer_error(
            call->answer, 404, "ResourceNotFound",
            "The requested resource of type 'Microsoft.Sql/managedInstances/databases' with "
            "name '%s' was not found.",
            name);
}

#define GROUP    "subscriptions/{}/resourceGroups/{}/providers/Microsoft.Sql/"
#define INSTANCE GROUP "managedInstances/{}"
#define LINKS    INSTANCE "/distributedAvailabilityGroups"
#define LINK_LRO \
    "subscriptions/{}/providers/Microsoft.Sql/locations/{}/distributedAvailabilityGroups"
#define INSTANCE_LRO GROUP "locations/{}/managedInstance"

static const struct route routes[] = {
    {"GET", LINKS, KIND_LINK_LIST, NEEDS_INSTANCE, get_links},
    {"GET", LINKS "/{}", KIND_LINK_GET, NEEDS_INSTANCE | NEEDS_LINK, get_link},
    {"POST", LINKS "/{}/failover", KIND_LINK_FAILOVER, NEEDS_INSTANCE | NEEDS_LINK, arm_failover},
    {"POST", LINKS "/{}/setRole", KIND_LINK_SET_ROLE, NEEDS_INSTANCE | NEEDS_LINK, arm_set_role},
    {"GET", INSTANCE, KIND_INSTANCE_GET, NEEDS_INSTANCE, get_instance},
    {"PATCH", INSTANCE, KIND_INSTANCE_UPDATE, NEEDS_INSTANCE, arm_update_instance},
    {"GET", INSTANCE "/databases", KIND_DATABASE_LIST, NEEDS_INSTANCE, get_databases},
    {"GET", INSTANCE "/databases/{}", KIND_DATABASE_GET, NEEDS_INSTANCE, get_database},
    {"GET", LINK_LRO "OperationResults/{}", KIND_LRO_LOCATION, NEEDS_OPERATION, lro_poll_location},
    {"GET", LINK_LRO "AzureAsyncOperation/{}", KIND_LRO_ASYNC, NEEDS_OPERATION, lro_poll_async},
    {"GET", INSTANCE_LRO "OperationResults/{}", KIND_LRO_LOCATION, NEEDS_OPERATION,
     lro_poll_location},
    {"GET", INSTANCE_LRO "AzureAsyncOperation/{}", KIND_LRO_ASYNC, NEEDS_OPERATION, lro_poll_async},
};

void arm_route(struct request *request)
{
    request->route = NULL;
    request->kind = KIND_OTHER;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (strcmp(routes[i].method, request->method) == 0 &&
            request_matches(request, routes[i].pattern)) {
            request->route = &routes[i];
            request->kind = routes[i].kind;
            return;
        }
}

bool arm_is_write(const struct request *request)
{
    return request->route && strcmp(request->method, "GET") != 0;
}

static void refuse_unrouted(struct call *call)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (request_matches(call->request, routes[i].pattern)) {
            answer_error(call->answer, 405, "MethodNotAllowed",
                         "armsim does not simulate %s on this resource.", call->request->method);
            return;
        }
    answer_error(call->answer, 404, "InvalidResourceType",
                 "armsim does not simulate a resource at this path.");
}

static bool is_date(const char *version)
{
    static const char shape[] = "dddd-dd-dd";
    for (size_t i = 0; shape[i]; i++) {
        bool digit = version[i] >= '0' && version[i] <= '9';
        if (shape[i] == 'd' ? !digit : version[i] != '-')
            return false;
    }
    const char *rest = version + sizeof shape - 1;
    return !*rest || strcmp(rest, "-preview") == 0;
}

static bool is_supported(const char *version)
{
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        if (strcmp(versions[i], version) == 0)
            return true;
    return false;
}

/* Refuses a missing, repeated, malformed or unsupported api-version. */
static bool check_version(struct call *call)
{
    size_t count = 0;
    char *version = text_parameter(call->request->query, "api-version", true, &count);
    bool operation = call->request->route->needs & NEEDS_OPERATION;
    bool good = false;
    if (!version || !*version)
        answer_error(
            call->answer, 400, "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.");
    else if (count > 1 || !is_date(version))
        answer_error(call->answer, 400, "InvalidApiVersionParameter",
                     "The api-version '%s' is invalid. The supported versions are '" SUPPORTED "'.",
                     version);
    else if (!operation && !is_supported(version))
        answer_error(call->answer, 400, "NoRegisteredProviderFound",
                     "No registered resource provider found for API version '%s' for type "
                     "'managedInstances'. The supported api-versions are '" SUPPORTED "'.",
                     version);
    else
        good = true;
    call->preview = good && text_ends_with(version, "-preview");
    free(version);
    return good;
}

static bool find_instance(struct call *call)
{
    struct model *model = &call->sim->model;
    const char *const *names = call->request->arguments;
    if (!model_subscription_exists(model, names[0]))
        answer_error(call->answer, 404, "SubscriptionNotFound",
                     "The subscription '%s' could not be found.", names[0]);
    else if (!model_group_exists(model, names[0], names[1]))
        answer_error(call->answer, 404, "ResourceGroupNotFound",
                     "Resource group '%s' could not be found.", names[1]);
    else
        call->instance = model_instance(model, names[0], names[1], names[2]);
    if (!call->instance && call->answer->status == 0)
        answer_error(
            call->answer, 404, "ResourceNotFound",
            "The Resource 'Microsoft.Sql/managedInstances/%s' under resource group '%s' was "
            "not found.",
            names[2], names[1]);
    return call->instance != NULL;
}

static bool find_link(struct call *call)
{
    const char *name = call->request->arguments[3];
    call->link = model_link(call->instance, name, false);
    if (!call->link)
        answer_error(
            call->answer, 404, "ResourceNotFound",
            "The requested resource of type "
            "'Microsoft.Sql/managedInstances/distributedAvailabilityGroups' with name '%s' "
            "was not found.",
            name);
    return call->link != NULL;
}

static void refill(struct budget *budget)
{
    static const double most[2] = {250, 200}, a_second[2] = {25, 10};
    int64_t now = clock_now();
    for (int i = 0; i < 2; i++) {
        budget->left[i] += a_second[i] * (double)(now - budget->filled_at) / 1000;
        if (budget->left[i] > most[i])
            budget->left[i] = most[i];
    }
    budget->filled_at = now;
}

static enum bucket bucket_of(const struct request *request)
{
    return strcmp(request->method, "GET") == 0 ? BUCKET_READS : BUCKET_WRITES;
}

/* Takes one request from the subscription's budget; refuses when it is used up and throttling is
 * on. */
static bool check_budget(struct call *call)
{
    struct budget *budget = &call->sim->budget;
    double *left = &budget->left[bucket_of(call->request)];
    refill(budget);
    if (*left >= 1) {
        *left -= 1;
        return true;
    }
    if (!call->sim->model.scenario.timing.throttle)
        return true;
    answer_error(
        call->answer, 429, "SubscriptionRequestsThrottled",
        "Number of requests for subscription exceeded the limit. Please try again after '1' "
        "seconds.");
    answer_header(call->answer, "Retry-After", "1");
    return false;
}

void arm_answer(struct sim *sim, struct request *request, struct answer *answer)
{
    struct call call = {.sim = sim, .request = request, .answer = answer};
    enum token_verdict verdict = token_check(&sim->tokens, request);
    unsigned needs = request->route ? request->route->needs : 0;
    if (request->malformed)
        answer_error(answer, 400, "BadRequest", "The request path is malformed.");
    else if (request->too_large)
        answer_error(answer, 413, "RequestContentTooLarge", "The request content is too large.");
    else if (verdict != TOKEN_GOOD)
        token_unauthorized(&sim->model.scenario, verdict, answer);
    else if (!request->route)
        refuse_unrouted(&call);
    else if (!check_version(&call) || !check_budget(&call) ||
             ((needs & NEEDS_INSTANCE) && !find_instance(&call)) ||
             ((needs & NEEDS_LINK) && !find_link(&call)))
        return;
    else
        request->route->answer(&call);
}

void arm_headers(struct sim *sim, const struct request *request, struct answer *answer)
{
    char id[TEXT_UUID], correlation[TEXT_UUID], time[CLOCK_TEXT];
    enum bucket bucket = bucket_of(request);
    text_uuid_random(id);
    text_uuid_random(correlation);
    clock_print_compact(clock_now(), time);
    const char *given = request->correlation_id ? request->correlation_id : correlation;
    answer_header(answer, "Cache-Control", "no-cache");
    answer_header(answer, "x-ms-request-id", "%s", id);
    answer_header(answer, "x-ms-correlation-request-id", "%s", given);
    answer_header(answer, "x-ms-routing-request-id", "ARMSIM:%s:%s", time, id);
    if (request->client_request_id)
        answer_header(answer, "x-ms-client-request-id", "%s", request->client_request_id);
    answer_header(answer,
                  bucket == BUCKET_READS ? "x-ms-ratelimit-remaining-subscription-reads"
                                         : "x-ms-ratelimit-remaining-subscription-writes",
                  "%.0f", sim->budget.left[bucket]);
}
