/* SPDX-License-Identifier: MIT */
/* Creating and updating Managed Instances, and cancelling either. */
#include "write.h"

#include <stdlib.h>

#include "clock.h"

static void apply_update(struct sim_operation *operation)
{
    struct instance *instance = operation->instance;
    if (!operation->changes)
        return;
    if (operation->license_type >= 0)
        instance->license_type = operation->license_type;
    if (operation->usage >= 0)
        instance->hybrid_secondary_usage = operation->usage;
    if (operation->v_cores >= 0)
        instance->v_cores = operation->v_cores;
    if (operation->storage_gb >= 0)
        instance->storage_gb = operation->storage_gb;
    if (operation->tags) {
        cJSON_Delete(instance->tags);
        instance->tags = operation->tags;
        operation->tags = NULL;
    }
}

struct sim_operation *write_update_instance(struct model *model, struct instance *instance,
                                            struct instance_change *change, struct refusal *refusal)
{
    const struct operation_order order = {.what = OPERATION_INSTANCE_UPDATE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.license_ms,
                                          .result = &instance->update_result,
                                          .slot = &instance->operation,
                                          .apply = apply_update};
    if (!write_check_instance(instance, refusal))
        return NULL;
    if (model_has_seeding(instance)) {
        write_refuse(refusal, 400, "OperationCanNotStartDueToMiLink",
                     "The 'UpdateManagedServer' operation cannot be completed as there exists a "
                     "database in a process of creation through Managed Instance link. Please "
                     "wait for the link creation to complete, or delete the link, and retry the "
                     "operation again.");
        return NULL;
    }
    struct sim_operation *operation = operation_start(model, &order);
    operation->license_type = change->license_type;
    operation->usage = change->usage;
    operation->v_cores = change->v_cores;
    operation->storage_gb = change->storage_gb;
    operation->tags = change->tags;
    change->tags = NULL;
    return operation;
}

/* An instance whose creation fails or is cancelled is rolled back, unless the scenario lets it
 * stay. */
static void apply_create(struct sim_operation *operation)
{
    struct instance *instance = operation->instance;
    instance->gone = !operation->changes && !operation->stays;
    instance->creation = operation->result;
    free(instance->state);
    instance->state = text_copy(operation->changes ? "Ready" : "Failed");
}

struct sim_operation *write_create_instance(struct model *model, const cJSON *keys,
                                            struct field_error *error)
{
    struct field_list *instances = &model->scenario.instances;
    struct instance *instance = fields_append(&instance_fields, instances, keys, error);
    if (!instance)
        return NULL;
    if (!resource_check_instance(instance, error)) {
        fields_remove(&instance_fields, instances, instances->count - 1);
        return NULL;
    }
    const struct operation_order order = {.what = OPERATION_INSTANCE_CREATE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.instance_create_ms,
                                          .result = &model->scenario.instance_create_result,
                                          .slot = &instance->operation,
                                          .apply = apply_create};
    instance->created_at = clock_now();
    struct sim_operation *operation = operation_start(model, &order);
    operation->stays = model->scenario.instance_create_stays;
    return operation;
}

bool write_cancel_operation(struct model *model, struct sim_operation *operation,
                            struct refusal *refusal)
{
    if (!operation->instance->cancellable || operation->changed || operation->ended ||
        operation->cancelling)
        return write_refuse(refusal, 409, "CannotCancelOperation",
                            "The management operation is in a state that cannot be cancelled.");
    operation_cancel(operation, model->scenario.timing.cancel_ms);
    return true;
}
