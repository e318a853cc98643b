/* SPDX-License-Identifier: MIT */
/* The management operations of an instance: its creation and its updates. */
#include "view_private.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

enum { STEPS = 3 };

static const char *state(const struct sim_operation *operation)
{
    static const char *const ends[] = {"Succeeded", "Failed", "Cancelled"};
    if (operation->ended)
        return ends[operation->result];
    return operation->cancelling ? "CancelInProgress" : "InProgress";
}

static const char *step_status(const struct sim_operation *operation, int order, int current)
{
    static const char *const ends[] = {"Completed", "Failed", "Canceled"};
    if (order > current)
        return "NotStarted";
    if (order < current)
        return "Completed";
    return operation->ended ? ends[operation->result] : "InProgress";
}

static int current_step(const struct sim_operation *operation)
{
    int step = 1 + (int)(view_percent(operation) * STEPS / 101);
    return operation->ended && operation->result == RESULT_SUCCEEDED ? STEPS : step;
}

static cJSON *steps(const struct sim_operation *operation)
{
    static const char *const names[STEPS] = {
        "Request validation", "Virtual Cluster resize/creation", "New SQL Instance Startup"};
    int current = current_step(operation);
    cJSON *object = cJSON_CreateObject();
    view_add(object, "totalSteps", "3");
    view_add_number(object, "currentStep", current);
    cJSON *list = cJSON_AddArrayToObject(object, "stepsList");
    for (int order = 1; order <= STEPS; order++) {
        cJSON *step = cJSON_CreateObject();
        view_add_number(step, "order", order);
        view_add(step, "name", names[order - 1]);
        view_add(step, "status", step_status(operation, order, current));
        if (order <= current) {
            view_add_time(step, "stepStartTime", operation->started_at);
            view_add(step, "timeElapsed", "0");
        }
        if (order < current || (order == current && operation->ended))
            view_add_time(step, "stepEndTime", operation->ends_at);
        cJSON_AddItemToArray(list, step);
    }
    return object;
}

static void add_parameters(cJSON *pair, const char *name, const struct instance *instance,
                           int64_t v_cores, int64_t storage_gb)
{
    const char *family = strchr(instance->sku, '_');
    cJSON *object = cJSON_AddObjectToObject(pair, name);
    view_add(object, "family", family ? family + 1 : instance->sku);
    view_add(object, "tier", instance->tier);
    view_add_number(object, "vCores", v_cores >= 0 ? v_cores : instance->v_cores);
    view_add_number(object, "storageSizeInGB", storage_gb >= 0 ? storage_gb : instance->storage_gb);
}

cJSON *view_instance_operation(const struct sim_operation *operation)
{
    const struct instance *instance = operation->instance;
    const struct operation_type *type = &operation_types[operation->what];
    bool creates = operation->what == OPERATION_INSTANCE_CREATE;
    cJSON *object = cJSON_CreateObject();
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    view_add(properties, "managedInstanceName", instance->name);
    view_add(properties, "operation", type->managed);
    view_add(properties, "operationFriendlyName", type->friendly);
    view_add_number(properties, "percentComplete", (int64_t)view_percent(operation));
    view_add_time(properties, "startTime", operation->started_at);
    view_add(properties, "state", state(operation));
    if (operation->ended && operation->result == RESULT_FAILED) {
        view_add_number(properties, "errorCode", 45157);
        view_add(properties, "errorDescription", operation->message);
        view_add_number(properties, "errorSeverity", 16);
        cJSON_AddBoolToObject(properties, "isUserError", 1);
    }
    cJSON_AddBoolToObject(properties, "isCancellable",
                          instance->cancellable && !operation->ended && !operation->changed &&
                              !operation->cancelling);
    cJSON *pair = cJSON_AddObjectToObject(properties, "operationParameters");
    if (!creates)
        add_parameters(pair, "currentParameters", instance, -1, -1);
    add_parameters(pair, "requestedParameters", instance, operation->v_cores,
                   operation->storage_gb);
    cJSON_AddItemToObject(properties, "operationSteps", steps(operation));
    view_add_id(object, instance, "/operations/", operation->id);
    view_add(object, "name", operation->id);
    view_add(object, "type", "Microsoft.Sql/managedInstances/operations");
    return object;
}

cJSON *view_instance_operations(const struct model *model, const struct instance *instance)
{
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < model->operation_count; i++)
        if (view_is_instance_operation(model->operations[i], instance))
            cJSON_AddItemToArray(list, view_instance_operation(model->operations[i]));
    return page;
}

bool view_is_instance_operation(const struct sim_operation *operation,
                                const struct instance *instance)
{
    return operation->instance == instance && operation_types[operation->what].managed;
}
