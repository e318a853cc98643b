/* SPDX-License-Identifier: MIT */
/* The calls that change the roles of a link. */
#include "arm_body.h"
#include "view.h"

static const char invalid_failover[] = "InvalidDistributedAvailabilityGroupFailoverRequest";

static void finish(struct call *call, const struct sim_operation *operation,
                   const struct refusal *refusal)
{
    if (operation)
        lro_accept(call, operation);
    else if (refusal->status == 200)
        answer_json(call->answer, 200, view_link(call->instance, call->link, call->preview));
    else
        arm_refuse(call, refusal);
}

void arm_failover(struct call *call)
{
    static const char *const members[] = {"failoverType", NULL};
    static const char *const types[] = {"Planned", "ForcedAllowDataLoss", NULL};
    static const char *const names[2] = {"failoverType", "failover type"};
    struct refusal refusal = {0};
    struct sim_operation *operation = NULL;
    cJSON *body = arm_read_body(call, invalid_failover);
    if (!body)
        return;
    int type = -1;
    if (arm_only_members(call, invalid_failover, body, members))
        type = arm_required_choice(call, invalid_failover, body, names, types);
    if (type >= 0) {
        operation =
            write_failover(&call->sim->model, call->instance, call->link, type == 1, &refusal);
        finish(call, operation, &refusal);
    }
    cJSON_Delete(body);
}

void arm_set_role(struct call *call)
{
    static const char *const members[] = {"instanceRole", "roleChangeType", NULL};
    static const char *const types[] = {"Planned", "Forced", NULL};
    static const char *const role_member[2] = {"instanceRole", "instance role"};
    static const char *const type_member[2] = {"roleChangeType", "role change type"};
    struct refusal refusal = {0};
    int wanted[2] = {-1, -1};
    cJSON *body = arm_read_body(call, invalid_failover);
    if (!body)
        return;
    if (arm_only_members(call, invalid_failover, body, members))
        wanted[0] = arm_required_choice(call, invalid_failover, body, role_member, role_names);
    if (wanted[0] >= 0)
        wanted[1] = arm_required_choice(call, invalid_failover, body, type_member, types);
    if (wanted[1] >= 0) {
        struct sim_operation *operation =
            write_set_role(&call->sim->model, call->instance, call->link, wanted, &refusal);
        finish(call, operation, &refusal);
    }
    cJSON_Delete(body);
}
