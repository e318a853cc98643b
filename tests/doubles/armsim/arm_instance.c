/* SPDX-License-Identifier: MIT */
/* The calls on Managed Instances and their management operations, but their creation. */
#include "arm_body.h"
#include "arm_check.h"
#include "clock.h"
#include "permission.h"
#include "view.h"

#include <stdlib.h>
#include <string.h>

static const char invalid_content[] = "InvalidRequestContent";

void arm_list_instances(struct call *call)
{
    arm_answer_page(call,
                    view_instances(&call->sim->model.scenario, call->request->arguments[0], NULL));
}

void arm_list_group_instances(struct call *call)
{
    const char *const *names = call->request->arguments;
    arm_answer_page(call, view_instances(&call->sim->model.scenario, names[0], names[1]));
}

void arm_get_instance(struct call *call)
{
    answer_json(call->answer, 200, view_instance(&call->sim->model.scenario, call->instance));
}

static bool read_sizes(struct call *call, const cJSON *properties, struct instance_change *change)
{
    change->v_cores = arm_member_number(call, properties, "vCores");
    if (change->v_cores == -2)
        return false;
    change->storage_gb = arm_member_number(call, properties, "storageSizeInGB");
    return change->storage_gb != -2 && arm_check_sizes(call, change->v_cores, change->storage_gb);
}

/* Reads the members of a minimal PATCH that the simulator knows; the rest is refused. */
static bool read_update(struct call *call, const cJSON *body, struct instance_change *change)
{
    static const char *const top[] = {"properties", "tags", NULL};
    static const char *const inner[] = {"licenseType", "hybridSecondaryUsage", "vCores",
                                        "storageSizeInGB", NULL};
    static const char *const license[2] = {"licenseType", "license type"};
    static const char *const usage[2] = {"hybridSecondaryUsage", "hybrid secondary usage"};
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(body, "properties");
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(body, "tags");
    if (!arm_only_members(call, invalid_content, body, top) || !arm_tags_are_texts(call, tags))
        return false;
    if (properties && !cJSON_IsObject(properties)) {
        answer_error(call->answer, 400, invalid_content, "The properties must be an object.");
        return false;
    }
    if (!arm_only_members(call, invalid_content, properties, inner) ||
        !read_sizes(call, properties, change))
        return false;
    change->license_type = arm_member_choice(call, "ManagedInstanceInvalidLicenseType", properties,
                                             license, license_names);
    if (change->license_type == -2)
        return false;
    change->usage =
        arm_member_choice(call, "InvalidParameterValue", properties, usage, usage_names);
    change->tags = tags ? cJSON_Duplicate(tags, 1) : NULL;
    return change->usage != -2;
}

/* An update that takes no time is answered with the instance itself. The specification's example
 * has Azure-AsyncOperation on such a 200 too, so it stays. */
static void answer_at_once(struct call *call)
{
    struct model *model = &call->sim->model;
    const char *url = answer_header_value(call->answer, "Azure-AsyncOperation");
    char *kept = url ? text_copy(url) : NULL;
    model_advance(model, clock_now());
    answer_clear(call->answer);
    answer_json(call->answer, 200, view_instance(&model->scenario, call->instance));
    if (kept)
        answer_header(call->answer, "Azure-AsyncOperation", "%s", kept);
    free(kept);
}

void arm_update_instance(struct call *call)
{
    struct instance_change change = {.license_type = -1, .usage = -1};
    struct refusal refusal = {0};
    cJSON *body = arm_read_body(call, invalid_content);
    if (body && read_update(call, body, &change)) {
        struct sim_operation *operation =
            write_update_instance(&call->sim->model, call->instance, &change, &refusal);
        if (operation)
            lro_accept(call, operation);
        else
            arm_refuse(call, &refusal);
        if (operation && call->sim->model.scenario.timing.license_ms == 0)
            answer_at_once(call);
    }
    cJSON_Delete(change.tags);
    cJSON_Delete(body);
}

static void lifecycle(struct call *call, enum operation_what what)
{
    struct refusal refusal = {0};
    struct sim_operation *operation =
        write_lifecycle(&call->sim->model, call->instance, what, &refusal);
    if (operation)
        lro_accept(call, operation);
    else
        arm_refuse(call, &refusal);
}

void arm_delete_instance(struct call *call)
{
    const char *const *names = call->request->arguments;
    call->instance = model_instance(&call->sim->model, names[0], names[1], names[2]);
    if (call->instance)
        lifecycle(call, OPERATION_INSTANCE_DELETE);
    else
        call->answer->status = 204;
}

void arm_start_instance(struct call *call)
{
    lifecycle(call, OPERATION_INSTANCE_START);
}

void arm_stop_instance(struct call *call)
{
    lifecycle(call, OPERATION_INSTANCE_STOP);
}

/* A failover of the instance's nodes, not of a link. */
void arm_failover_instance(struct call *call)
{
    char *replica = text_parameter(call->request->query, "replicaType", true, NULL);
    bool good =
        !replica || strcmp(replica, "Primary") == 0 || strcmp(replica, "ReadableSecondary") == 0;
    if (good)
        lifecycle(call, OPERATION_INSTANCE_FAILOVER);
    else
        answer_error(call->answer, 400, "InvalidParameterValue",
                     "The value of 'replicaType' is not valid.");
    free(replica);
}

void arm_list_operations(struct call *call)
{
    arm_answer_page(call, view_instance_operations(&call->sim->model, call->instance));
}

/* The operation that the path names, or NULL after a refusal. */
static struct sim_operation *find_operation(struct call *call)
{
    const char *id = call->request->arguments[3];
    struct sim_operation *operation = model_operation(&call->sim->model, id);
    if (operation && view_is_instance_operation(operation, call->instance))
        return operation;
    answer_error(call->answer, 404, "OperationIdNotFound",
                 "The operation with Id '%s' does not exist.", id);
    return NULL;
}

void arm_get_operation(struct call *call)
{
    const struct sim_operation *operation = find_operation(call);
    if (operation)
        answer_json(call->answer, 200, view_instance_operation(operation));
}

void arm_cancel_operation(struct call *call)
{
    struct refusal refusal = {0};
    struct sim_operation *operation = find_operation(call);
    if (operation && write_cancel_operation(&call->sim->model, operation, &refusal))
        call->answer->status = 200;
    else if (operation)
        arm_refuse(call, &refusal);
}

void arm_list_permissions(struct call *call)
{
    arm_answer_page(call, permission_page(&call->sim->model.scenario.permissions));
}
