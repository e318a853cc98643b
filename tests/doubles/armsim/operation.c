/* SPDX-License-Identifier: MIT */
/* Starting, advancing and cancelling long-running operations. */
#include "operation.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "model.h"

#define LINKS "distributedAvailabilityGroups"

const struct operation_type operation_types[] = {
    [OPERATION_LINK_ROLE] = {"link.role", LINKS, false, NULL, NULL},
    [OPERATION_LINK_CREATE] = {"link.create", LINKS, false, NULL, NULL},
    [OPERATION_LINK_UPDATE] = {"link.update", LINKS, false, NULL, NULL},
    [OPERATION_LINK_DELETE] = {"link.delete", LINKS, false, NULL, NULL},
    [OPERATION_CERTIFICATE_PUT] = {"certificate.put", "serverTrustCertificates", false, NULL, NULL},
    [OPERATION_CERTIFICATE_DELETE] = {"certificate.delete", "serverTrustCertificates", false, NULL,
                                      NULL},
    [OPERATION_DATABASE_DELETE] = {"database.delete", "managedDatabase", true, NULL, NULL},
    [OPERATION_DATABASE_RESTORE] = {"database.restore", "managedDatabaseCompleteRestore", true,
                                    NULL, NULL},
    [OPERATION_INSTANCE_CREATE] = {"instance.create", "managedInstance", true,
                                   "UpsertManagedServer", "CREATE MANAGED SERVER"},
    [OPERATION_INSTANCE_UPDATE] = {"instance.update", "managedInstance", true,
                                   "UpsertManagedServer", "UPDATE MANAGED SERVER"},
    [OPERATION_INSTANCE_DELETE] = {"instance.delete", "managedInstance", true, "DropManagedServer",
                                   "DROP MANAGED SERVER"},
    [OPERATION_INSTANCE_START] = {"instance.start", "managedInstance", true, "StartManagedServer",
                                  "START MANAGED SERVER"},
    [OPERATION_INSTANCE_STOP] = {"instance.stop", "managedInstance", true, "StopManagedServer",
                                 "STOP MANAGED SERVER"},
    [OPERATION_INSTANCE_FAILOVER] = {"instance.failover", "managedInstance", true,
                                     "FailoverManagedServer", "FAILOVER MANAGED SERVER"},
};

static void remember(struct sim_operation ***list, size_t *count, size_t *room,
                     struct sim_operation *operation)
{
    if (*count == *room) {
        *room = *room ? *room * 2 : 64;
        *list = text_grow(*list, *room, sizeof **list);
    }
    (*list)[(*count)++] = operation;
}

/* The opaque part of an operation's URLs, of at least so many bytes. */
static char *new_token(int64_t least)
{
    char secret[TEXT_UUID];
    text_uuid_random(secret);
    size_t length = TEXT_UUID - 1;
    if (least > (int64_t)length)
        length = (size_t)least;
    char *token = text_memory(length + 1, 1);
    for (size_t i = 0; i < length; i++)
        token[i] = secret[i % (TEXT_UUID - 1)];
    return token;
}

struct sim_operation *operation_start(struct model *model, const struct operation_order *order)
{
    const struct timing *timing = &model->scenario.timing;
    struct sim_operation *operation = text_memory(1, sizeof *operation);
    text_uuid_random(operation->id);
    operation->token = new_token(timing->lro_url_bytes);
    operation->what = order->what;
    operation->instance = order->instance;
    operation->apply = order->apply;
    operation->slot = order->slot;
    *operation->slot = operation;
    operation->started_at = clock_now();
    operation->change_at = operation->started_at + order->change_ms;
    operation->ends_at = timing->operation_ms < 0 ? operation->change_at
                                                  : operation->started_at + timing->operation_ms;
    operation->result = order->result->status;
    operation->code = text_copy(order->result->code);
    operation->message = text_copy(order->result->message);
    operation->http_status = (int)order->result->http_status;
    operation->changes = operation->result == RESULT_SUCCEEDED;
    operation->partner_role = operation->replication_mode = -1;
    operation->license_type = operation->usage = -1;
    operation->v_cores = operation->storage_gb = -1;
    remember(&model->operations, &model->operation_count, &model->operation_room, operation);
    remember(&model->running, &model->running_count, &model->running_room, operation);
    return operation;
}

void operation_cancel(struct sim_operation *operation, int64_t ms)
{
    operation->cancelling = true;
    operation->changes = false;
    operation->result = RESULT_CANCELED;
    operation->http_status = 409;
    free(operation->code);
    free(operation->message);
    operation->code = text_copy("OperationCancelled");
    operation->message = text_copy("The operation has been cancelled by user.");
    operation->change_at = operation->ends_at = clock_now() + ms;
}

/* True when the operation has nothing more to do. */
static bool advance(struct sim_operation *operation, int64_t now)
{
    if (!operation->changed && now >= operation->change_at) {
        operation->changed = true;
        operation->apply(operation);
    }
    operation->ended = operation->ended || now >= operation->ends_at;
    if (!operation->changed || !operation->ended)
        return false;
    *operation->slot = NULL;
    return true;
}

void operation_advance_all(struct model *model, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->running_count; i++)
        if (!advance(model->running[i], now))
            model->running[kept++] = model->running[i];
    model->running_count = kept;
}

void operation_free(struct sim_operation *operation)
{
    if (!operation)
        return;
    free(operation->token);
    free(operation->code);
    free(operation->message);
    cJSON_Delete(operation->databases);
    cJSON_Delete(operation->tags);
    free(operation);
}
