/* SPDX-License-Identifier: MIT */
/* The checks and lookups that the calls of ARM have in common, and its pages. */
#include "arm_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "permission.h"

#define SUPPORTED \
    "2023-08-01, 2025-01-01, 2025-02-01-preview, 2025-08-01-preview, 2026-08-01-preview"
#define AUTHORIZATION "2022-04-01"

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

/* Is version one of a list such as SUPPORTED? */
static bool is_listed(const char *version, const char *list)
{
    size_t length = strlen(version);
    while (*list) {
        size_t item = strcspn(list, ",");
        if (item == length && memcmp(list, version, length) == 0)
            return true;
        list += item;
        list += strspn(list, ", ");
    }
    return false;
}

bool arm_check_version(struct call *call)
{
    size_t count = 0;
    char *version = text_parameter(call->request->query, "api-version", true, &count);
    unsigned needs = call->request->route->needs;
    const char *supported = needs & NEEDS_AUTHORIZATION ? AUTHORIZATION : SUPPORTED;
    bool good = false;
    if (!version || !*version)
        answer_error(
            call->answer, 400, "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.");
    else if (count > 1 || !is_date(version))
        answer_error(call->answer, 400, "InvalidApiVersionParameter",
                     "The api-version '%s' is invalid. The supported versions are '%s'.", version,
                     supported);
    else if (!(needs & NEEDS_OPERATION) && !is_listed(version, supported))
        answer_error(call->answer, 400, "NoRegisteredProviderFound",
                     "No registered resource provider found for API version '%s' for type "
                     "'managedInstances'. The supported api-versions are '%s'.",
                     version, supported);
    else
        good = true;
    if (good)
        snprintf(call->version, sizeof call->version, "%s", version);
    call->preview = good && text_ends_with(version, "-preview");
    free(version);
    return good;
}

/* The resource that a request is about; of an action, the resource that it acts on. New. */
static char *scope_of(const struct request *request)
{
    char *scope = text_copy_bytes(request->uri, strcspn(request->uri, "?"));
    char *last = strrchr(scope, '/');
    if (strcmp(request->method, "POST") == 0 && last)
        *last = '\0';
    return scope;
}

bool arm_check_permission(struct call *call)
{
    const struct scenario *scenario = &call->sim->model.scenario;
    const struct route *route = call->request->route;
    char *action = text_format("Microsoft.Sql/%s", route->action ? route->action : "");
    bool granted =
        (route->needs & NEEDS_AUTHORIZATION) || permission_grants(&scenario->permissions, action);
    if (!granted) {
        char *scope = scope_of(call->request);
        answer_error(call->answer, 403, "AuthorizationFailed",
                     "The client '%s' with object id '%s' does not have authorization to perform "
                     "action '%s' over scope '%s' or the scope is invalid. If access was recently "
                     "granted, please refresh your credentials.",
                     scenario->client_id, scenario->client_id, action, scope);
        free(scope);
    }
    free(action);
    return granted;
}

bool arm_find_group(struct call *call)
{
    struct model *model = &call->sim->model;
    const char *const *names = call->request->arguments;
    if (!model_subscription_exists(model, names[0]))
        answer_error(call->answer, 404, "SubscriptionNotFound",
                     "The subscription '%s' could not be found.", names[0]);
    else if (names[1] && !model_group_exists(model, names[0], names[1]))
        answer_error(call->answer, 404, "ResourceGroupNotFound",
                     "Resource group '%s' could not be found.", names[1]);
    return call->answer->status == 0;
}

bool arm_find_instance(struct call *call)
{
    const char *const *names = call->request->arguments;
    if (!arm_find_group(call))
        return false;
    call->instance = model_instance(&call->sim->model, names[0], names[1], names[2]);
    if (!call->instance)
        answer_error(
            call->answer, 404, "ResourceNotFound",
            "The Resource 'Microsoft.Sql/managedInstances/%s' under resource group '%s' was "
            "not found.",
            names[2], names[1]);
    return call->instance != NULL;
}

void arm_answer_absent(struct call *call, const char *type, const char *name)
{
    answer_error(call->answer, 404, "ResourceNotFound",
                 "The requested resource of type 'Microsoft.Sql/%s' with name '%s' was not found.",
                 type, name);
}

bool arm_find_link(struct call *call)
{
    const char *name = call->request->arguments[3];
    call->link = model_link(call->instance, name, false);
    if (!call->link)
        arm_answer_absent(call, "managedInstances/distributedAvailabilityGroups", name);
    return call->link != NULL;
}

static void add_next_link(struct call *call, cJSON *page, int next)
{
    const struct request *request = call->request;
    char *host =
        request->host ? text_copy(request->host) : text_format("127.0.0.1:%u", call->sim->port);
    char *url = text_format("https://%s%.*s?api-version=%s&%%24skipToken=%d", host,
                            (int)strcspn(request->uri, "?"), request->uri, call->version, next);
    cJSON_AddStringToObject(page, "nextLink", url);
    free(url);
    free(host);
}

void arm_answer_page(struct call *call, cJSON *all)
{
    int64_t size = call->sim->model.scenario.timing.page_size;
    cJSON *value = cJSON_GetObjectItemCaseSensitive(all, "value");
    char *token = text_parameter(call->request->query, "$skipToken", true, NULL);
    int skipped = token ? atoi(token) : 0;
    free(token);
    if (size > 0) {
        for (int i = 0; i < skipped; i++)
            cJSON_DeleteItemFromArray(value, 0);
        if (cJSON_GetArraySize(value) > size)
            add_next_link(call, all, skipped + (int)size);
        while (cJSON_GetArraySize(value) > size)
            cJSON_DeleteItemFromArray(value, (int)size);
    }
    answer_json(call->answer, 200, all);
}
