/* SPDX-License-Identifier: MIT */
/* Long-running operations, and the whole model for the control plane. */
#include "view_private.h"

#include "clock.h"

double view_percent(const struct sim_operation *operation)
{
    int64_t whole = operation->ends_at - operation->started_at;
    int64_t done = clock_now() - operation->started_at;
    if (operation->ended)
        return 100;
    return whole <= 0 || done >= whole ? 99 : (double)(done * 99 / whole);
}

cJSON *view_operation(const struct sim_operation *operation, const char *path, const char *word)
{
    cJSON *object = cJSON_CreateObject();
    view_add(object, "id", path);
    view_add(object, "name", operation->id);
    view_add(object, "status", operation->ended ? result_names[operation->result] : word);
    cJSON_AddNumberToObject(object, "percentComplete", view_percent(operation));
    view_add_time(object, "startTime", operation->started_at);
    if (!operation->ended)
        return object;
    view_add_time(object, "endTime", operation->ends_at);
    if (operation->result != RESULT_SUCCEEDED) {
        cJSON *error = cJSON_AddObjectToObject(object, "error");
        view_add(error, "code", operation->code);
        view_add(error, "message", operation->message);
    }
    return object;
}

static cJSON *state_link(const struct instance *instance, const struct link *link)
{
    cJSON *object = fields_write(&link_fields, link);
    cJSON_AddNumberToObject(object, "role_changed_at", (double)link->role_changed_at);
    cJSON_AddBoolToObject(object, "changing", model_link_changing(link));
    cJSON_AddItemToObject(object, "resource", view_link(instance, link, false));
    return object;
}

static cJSON *state_instance(const struct scenario *scenario, const struct instance *instance)
{
    cJSON *object = fields_write(&instance_fields, instance);
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < instance->links.count; i++)
        cJSON_AddItemToArray(list, state_link(instance, instance->links.items[i]));
    cJSON_ReplaceItemInObject(object, "links", list);
    cJSON_AddBoolToObject(object, "updating", instance->operation != NULL);
    cJSON_AddBoolToObject(object, "gone", instance->gone);
    cJSON_AddItemToObject(object, "resource", view_instance(scenario, instance));
    return object;
}

static cJSON *state_operation(const struct sim_operation *operation)
{
    cJSON *object = view_operation(operation, "", "InProgress");
    cJSON_DeleteItemFromObject(object, "id");
    view_add(object, "what", operation_types[operation->what].name);
    view_add(object, "instance", operation->instance->name);
    if (operation->link)
        view_add(object, "link", operation->link->name);
    cJSON_AddBoolToObject(object, "changed", operation->changed);
    return object;
}

cJSON *view_state(const struct model *model)
{
    cJSON *state = fields_write(&scenario_fields, &model->scenario);
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < model->scenario.instances.count; i++)
        cJSON_AddItemToArray(list,
                             state_instance(&model->scenario, model->scenario.instances.items[i]));
    cJSON_ReplaceItemInObject(state, "instances", list);
    cJSON *operations = cJSON_AddArrayToObject(state, "operations");
    for (size_t i = 0; i < model->operation_count; i++)
        cJSON_AddItemToArray(operations, state_operation(model->operations[i]));
    cJSON_AddNumberToObject(state, "now", (double)clock_now());
    return state;
}
