/* SPDX-License-Identifier: MIT */
/* The calls on databases. */
#include "arm_body.h"
#include "arm_check.h"
#include "view.h"

#include <strings.h>

static struct found_database find(struct call *call)
{
    return model_database(call->instance, call->request->arguments[3]);
}

static void absent(struct call *call)
{
    arm_answer_absent(call, "managedInstances/databases", call->request->arguments[3]);
}

void arm_list_databases(struct call *call)
{
    arm_answer_page(call, view_databases(call->instance, false));
}

void arm_list_inaccessible(struct call *call)
{
    arm_answer_page(call, view_databases(call->instance, true));
}

void arm_get_database(struct call *call)
{
    struct found_database found = find(call);
    if (found.database || found.in_link)
        answer_json(call->answer, 200, view_database(call->instance, &found));
    else
        absent(call);
}

static void finish(struct call *call, const struct sim_operation *operation,
                   const struct refusal *refusal)
{
    if (operation)
        lro_accept(call, operation);
    else
        arm_refuse(call, refusal);
}

void arm_delete_database(struct call *call)
{
    struct refusal refusal = {0};
    struct found_database found = find(call);
    if (found.database || found.in_link)
        finish(call, write_delete_database(&call->sim->model, call->instance, &found, &refusal),
               &refusal);
    else
        call->answer->status = 204;
}

/* There are details of a log replay alone: of a database that is in one, or where the scenario
 * gives them. */
void arm_get_restore(struct call *call)
{
    struct found_database found = find(call);
    const struct database *database = found.database;
    if (!database && !found.in_link)
        absent(call);
    else if (database && (database->restore || strcasecmp(database->status, "Restoring") == 0))
        answer_json(call->answer, 200, view_restore(call->instance, database));
    else
        answer_error(call->answer, 400, "RestoreDetailsNotAvailableOrExpired",
                     "Requested restore details are not available, or have expired.");
}

void arm_complete_restore(struct call *call)
{
    static const char *const members[] = {"lastBackupName", NULL};
    static const char code[] = "InvalidRequestContent";
    struct refusal refusal = {0};
    struct found_database found = find(call);
    if (!found.database && !found.in_link) {
        absent(call);
        return;
    }
    cJSON *body = arm_read_body(call, code);
    const char *name = NULL;
    if (body && arm_only_members(call, code, body, members))
        name = arm_member_text(call, code, body, "lastBackupName");
    if (name)
        finish(call,
               write_complete_restore(&call->sim->model, call->instance, &found, name, &refusal),
               &refusal);
    cJSON_Delete(body);
}
