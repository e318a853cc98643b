/* SPDX-License-Identifier: MIT */
/* ARM's front: which call a request is, and the checks common to all. */
#include "arm.h"

#include <stdlib.h>
#include <string.h>

#include "arm_check.h"
#include "clock.h"

#define SUBSCRIPTION "subscriptions/{}/providers/Microsoft.Sql/"
#define RESOURCES    "subscriptions/{}/resourceGroups/{}/providers/"
#define GROUP        RESOURCES "Microsoft.Sql/"
#define INSTANCE     GROUP "managedInstances/{}"
#define LINKS        INSTANCE "/distributedAvailabilityGroups"
#define TRUSTED      INSTANCE "/serverTrustCertificates"
#define ENDPOINTS    INSTANCE "/endpointCertificates"
#define DATABASES    INSTANCE "/databases"
#define OPERATIONS   INSTANCE "/operations"
#define PERMISSIONS  "Microsoft.Authorization/permissions"

/* The two operation URLs of one family. */
#define LRO_LOCATION(folder)                                                                 \
    {                                                                                        \
        "GET", folder "OperationResults/{}", KIND_LRO_LOCATION, NEEDS_OPERATION, LRO_ACTION, \
            lro_poll_location                                                                \
    }
#define LRO_ASYNC(folder)                                                                    \
    {                                                                                        \
        "GET", folder "AzureAsyncOperation/{}", KIND_LRO_ASYNC, NEEDS_OPERATION, LRO_ACTION, \
            lro_poll_async                                                                   \
    }
#define LRO_ACTION "locations/operationResults/read"

#define MI "managedInstances/"

static const struct route routes[] = {
    {"GET", LINKS, KIND_LINK_LIST, NEEDS_INSTANCE, MI "distributedAvailabilityGroups/read",
     arm_list_links},
    {"GET", LINKS "/{}", KIND_LINK_GET, NEEDS_INSTANCE | NEEDS_LINK,
     MI "distributedAvailabilityGroups/read", arm_get_link},
    {"PUT", LINKS "/{}", KIND_LINK_CREATE, NEEDS_INSTANCE, MI "distributedAvailabilityGroups/write",
     arm_put_link},
    {"PATCH", LINKS "/{}", KIND_LINK_UPDATE, NEEDS_INSTANCE | NEEDS_LINK,
     MI "distributedAvailabilityGroups/write", arm_update_link},
    {"DELETE", LINKS "/{}", KIND_LINK_DELETE, NEEDS_INSTANCE,
     MI "distributedAvailabilityGroups/delete", arm_delete_link},
    {"POST", LINKS "/{}/failover", KIND_LINK_FAILOVER, NEEDS_INSTANCE | NEEDS_LINK,
     MI "distributedAvailabilityGroups/failover/action", arm_failover},
    {"POST", LINKS "/{}/setRole", KIND_LINK_SET_ROLE, NEEDS_INSTANCE | NEEDS_LINK,
     MI "distributedAvailabilityGroups/setRole/action", arm_set_role},
    {"GET", TRUSTED, KIND_CERTIFICATE_LIST, NEEDS_INSTANCE, MI "serverTrustCertificates/read",
     arm_list_certificates},
    {"GET", TRUSTED "/{}", KIND_CERTIFICATE_GET, NEEDS_INSTANCE, MI "serverTrustCertificates/read",
     arm_get_certificate},
    {"PUT", TRUSTED "/{}", KIND_CERTIFICATE_PUT, NEEDS_INSTANCE, MI "serverTrustCertificates/write",
     arm_put_certificate},
    {"DELETE", TRUSTED "/{}", KIND_CERTIFICATE_DELETE, NEEDS_INSTANCE,
     MI "serverTrustCertificates/delete", arm_delete_certificate},
    {"GET", ENDPOINTS, KIND_ENDPOINT_CERTIFICATE_LIST, NEEDS_INSTANCE,
     MI "endpointCertificates/read", arm_list_endpoint_certificates},
    {"GET", ENDPOINTS "/{}", KIND_ENDPOINT_CERTIFICATE_GET, NEEDS_INSTANCE,
     MI "endpointCertificates/read", arm_get_endpoint_certificate},
    {"GET", SUBSCRIPTION "managedInstances", KIND_INSTANCE_LIST, NEEDS_GROUP, MI "read",
     arm_list_instances},
    {"GET", GROUP "managedInstances", KIND_INSTANCE_LIST, NEEDS_GROUP, MI "read",
     arm_list_group_instances},
    {"GET", INSTANCE, KIND_INSTANCE_GET, NEEDS_INSTANCE, MI "read", arm_get_instance},
    {"PUT", INSTANCE, KIND_INSTANCE_CREATE, NEEDS_GROUP, MI "write", arm_put_instance},
    {"PATCH", INSTANCE, KIND_INSTANCE_UPDATE, NEEDS_INSTANCE, MI "write", arm_update_instance},
    {"DELETE", INSTANCE, KIND_INSTANCE_DELETE, NEEDS_GROUP, MI "delete", arm_delete_instance},
    {"POST", INSTANCE "/start", KIND_INSTANCE_START, NEEDS_INSTANCE, MI "start/action",
     arm_start_instance},
    {"POST", INSTANCE "/stop", KIND_INSTANCE_STOP, NEEDS_INSTANCE, MI "stop/action",
     arm_stop_instance},
    {"POST", INSTANCE "/failover", KIND_INSTANCE_FAILOVER, NEEDS_INSTANCE, MI "failover/action",
     arm_failover_instance},
    {"GET", OPERATIONS, KIND_INSTANCE_OPERATION_LIST, NEEDS_INSTANCE, MI "operations/read",
     arm_list_operations},
    {"GET", OPERATIONS "/{}", KIND_INSTANCE_OPERATION_GET, NEEDS_INSTANCE, MI "operations/read",
     arm_get_operation},
    {"POST", OPERATIONS "/{}/cancel", KIND_INSTANCE_OPERATION_CANCEL, NEEDS_INSTANCE,
     MI "operations/cancel/action", arm_cancel_operation},
    {"GET", DATABASES, KIND_DATABASE_LIST, NEEDS_INSTANCE, MI "databases/read", arm_list_databases},
    {"GET", INSTANCE "/inaccessibleManagedDatabases", KIND_DATABASE_LIST, NEEDS_INSTANCE,
     MI "inaccessibleManagedDatabases/read", arm_list_inaccessible},
    {"GET", DATABASES "/{}", KIND_DATABASE_GET, NEEDS_INSTANCE, MI "databases/read",
     arm_get_database},
    {"DELETE", DATABASES "/{}", KIND_DATABASE_DELETE, NEEDS_INSTANCE, MI "databases/delete",
     arm_delete_database},
    {"GET", DATABASES "/{}/restoreDetails/Default", KIND_DATABASE_RESTORE_GET, NEEDS_INSTANCE,
     MI "databases/restoreDetails/read", arm_get_restore},
    {"POST", DATABASES "/{}/completeRestore", KIND_DATABASE_RESTORE_COMPLETE, NEEDS_INSTANCE,
     MI "databases/completeRestore/action", arm_complete_restore},
    {"GET", RESOURCES PERMISSIONS, KIND_PERMISSIONS_LIST, NEEDS_GROUP | NEEDS_AUTHORIZATION, NULL,
     arm_list_permissions},
    {"GET", INSTANCE "/providers/" PERMISSIONS, KIND_PERMISSIONS_LIST,
     NEEDS_INSTANCE | NEEDS_AUTHORIZATION, NULL, arm_list_permissions},
    LRO_LOCATION(SUBSCRIPTION "locations/{}/distributedAvailabilityGroups"),
    LRO_ASYNC(SUBSCRIPTION "locations/{}/distributedAvailabilityGroups"),
    LRO_LOCATION(SUBSCRIPTION "locations/{}/serverTrustCertificates"),
    LRO_ASYNC(SUBSCRIPTION "locations/{}/serverTrustCertificates"),
    LRO_LOCATION(GROUP "locations/{}/managedInstance"),
    LRO_ASYNC(GROUP "locations/{}/managedInstance"),
    LRO_LOCATION(GROUP "locations/{}/managedDatabase"),
    LRO_ASYNC(GROUP "locations/{}/managedDatabase"),
    LRO_LOCATION(GROUP "locations/{}/managedDatabaseCompleteRestore"),
    LRO_ASYNC(GROUP "locations/{}/managedDatabaseCompleteRestore"),
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

static bool take_budget(struct call *call)
{
    return budget_take(&call->sim->budget, &call->sim->model.scenario.timing, call->request->method,
                       call->answer);
}

void arm_answer(struct sim *sim, struct request *request, struct answer *answer)
{
    struct call call = {.sim = sim, .request = request, .answer = answer};
    enum token_verdict verdict = token_check(&sim->tokens, &sim->model.scenario, request);
    unsigned needs = request->route ? request->route->needs : 0;
    if (request->malformed)
        answer_error(answer, 400, "BadRequest", "The request path is malformed.");
    else if (request->too_large)
        answer_error(answer, 413, "RequestContentTooLarge", "The request content is too large.");
    else if (verdict != TOKEN_GOOD)
        token_unauthorized(&sim->model.scenario, verdict, answer);
    else if (!request->route)
        refuse_unrouted(&call);
    else if (!arm_check_version(&call) || !arm_check_permission(&call) || !take_budget(&call) ||
             ((needs & NEEDS_GROUP) && !arm_find_group(&call)) ||
             ((needs & NEEDS_INSTANCE) && !arm_find_instance(&call)) ||
             ((needs & NEEDS_LINK) && !arm_find_link(&call)))
        return;
    else
        request->route->answer(&call);
}

void arm_headers(struct sim *sim, const struct request *request, struct answer *answer)
{
    char id[TEXT_UUID], correlation[TEXT_UUID], time[CLOCK_TEXT];
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
    budget_header(&sim->budget, request->method, answer);
}
