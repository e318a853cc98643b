/* SPDX-License-Identifier: MIT */
/* The writes: strict reading of their bodies, then the model decides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm.h"
#include "clock.h"
#include "view.h"

static const char invalid_failover[] = "InvalidDistributedAvailabilityGroupFailoverRequest";
static const char invalid_content[] = "InvalidRequestContent";

/* The body as a JSON object, or NULL after a refusal with code. New. */
static cJSON *read_body(struct call *call, const char *code)
{
    const struct request *request = call->request;
    cJSON *json = NULL;
    if (!request->body || request->length == 0) {
        answer_error(call->answer, 400, code, "The request body is empty.");
        return NULL;
    }
    if (!request_has_type(request, "application/json")) {
        answer_error(call->answer, 415, "UnsupportedMediaType",
                     "The content media type '%s' is not supported. Only 'application/json' is "
                     "supported.",
                     request->content_type ? request->content_type : "<null>");
        return NULL;
    }
    if (strlen(request->body) == request->length)
        json = cJSON_ParseWithLengthOpts(request->body, request->length + 1, NULL, 1);
    if (!cJSON_IsObject(json)) {
        answer_error(call->answer, 400, invalid_content,
                     "The request content was invalid and could not be deserialized.");
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

/* Refuses every member of an object but those named. */
static bool only_members(struct call *call, const char *code, const cJSON *object,
                         const char *const *names)
{
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, object)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], member->string) != 0)
            i++;
        if (!names[i] || cJSON_GetObjectItemCaseSensitive(object, member->string) != member) {
            answer_error(
                call->answer, 400, code,
                "The request body has a member '%s' that is unknown, read-only or repeated.",
                member->string);
            return false;
        }
    }
    return true;
}

/* The index of a member's value in choices; -1 when it is absent; -2 after a refusal. */
static int member_choice(struct call *call, const char *code, const cJSON *object,
                         const char *const names[2], const char *const *choices)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, names[0]);
    if (!member)
        return -1;
    for (int i = 0; choices[i]; i++)
        if (cJSON_IsString(member) && strcmp(choices[i], member->valuestring) == 0)
            return i;
    answer_error(call->answer, 400, code, "The specified %s '%s' is not valid.", names[1],
                 cJSON_IsString(member) ? member->valuestring : "(not a string)");
    return -2;
}

/* As member_choice, for a member that must be there. */
static int required_choice(struct call *call, const char *code, const cJSON *object,
                           const char *const names[2], const char *const *choices)
{
    int choice = member_choice(call, code, object, names, choices);
    if (choice == -1)
        answer_error(call->answer, 400, code, "The request body has no '%s'.", names[0]);
    return choice;
}

static void finish(struct call *call, const struct sim_operation *operation,
                   const struct refusal *refusal)
{
    if (operation)
        lro_accept(call, operation);
    else if (refusal->status == 200)
        answer_json(call->answer, 200, view_link(call->instance, call->link, call->preview));
    else
        answer_error(call->answer, refusal->status, refusal->code, "%s", refusal->message);
}

void arm_failover(struct call *call)
{
    static const char *const members[] = {"failoverType", NULL};
    static const char *const types[] = {"Planned", "ForcedAllowDataLoss", NULL};
    static const char *const names[2] = {"failoverType", "failover type"};
    struct refusal refusal = {0};
    struct sim_operation *operation = NULL;
    cJSON *body = read_body(call, invalid_failover);
    if (!body)
        return;
    int type = -1;
    if (only_members(call, invalid_failover, body, members))
        type = required_choice(call, invalid_failover, body, names, types);
    if (type >= 0) {
        operation =
            model_failover(&call->sim->model, call->instance, call->link, type == 1, &refusal);
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
    cJSON *body = read_body(call, invalid_failover);
    if (!body)
        return;
    if (only_members(call, invalid_failover, body, members))
        wanted[0] = required_choice(call, invalid_failover, body, role_member, role_names);
    if (wanted[0] >= 0)
        wanted[1] = required_choice(call, invalid_failover, body, type_member, types);
    if (wanted[1] >= 0) {
        struct sim_operation *operation =
            model_set_role(&call->sim->model, call->instance, call->link, wanted, &refusal);
        finish(call, operation, &refusal);
    }
    cJSON_Delete(body);
}

static bool tags_are_texts(struct call *call, const cJSON *tags)
{
    const cJSON *tag = NULL;
    bool good = !tags || cJSON_IsObject(tags);
    cJSON_ArrayForEach(tag, tags) good = good && cJSON_IsString(tag);
    if (!good)
        answer_error(call->answer, 400, invalid_content, "The tags must be an object of strings.");
    return good;
}

/* Reads the members of a minimal PATCH that the simulator knows; the rest is refused. */
static bool read_update(struct call *call, const cJSON *body, struct update *update)
{
    static const char *const top[] = {"properties", "tags", NULL};
    static const char *const inner[] = {"licenseType", "hybridSecondaryUsage", NULL};
    static const char *const license[2] = {"licenseType", "license type"};
    static const char *const usage[2] = {"hybridSecondaryUsage", "hybrid secondary usage"};
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(body, "properties");
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(body, "tags");
    if (!only_members(call, invalid_content, body, top) || !tags_are_texts(call, tags))
        return false;
    if (properties && !cJSON_IsObject(properties)) {
        answer_error(call->answer, 400, invalid_content, "The properties must be an object.");
        return false;
    }
    if (!only_members(call, invalid_content, properties, inner))
        return false;
    update->license_type = member_choice(call, "ManagedInstanceInvalidLicenseType", properties,
                                         license, license_names);
    if (update->license_type == -2)
        return false;
    update->usage = member_choice(call, "InvalidParameterValue", properties, usage, usage_names);
    update->tags = tags ? cJSON_Duplicate(tags, 1) : NULL;
    return update->usage != -2;
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
    struct update update = {.license_type = -1, .usage = -1};
    struct refusal refusal = {0};
    cJSON *body = read_body(call, invalid_content);
    if (body && read_update(call, body, &update)) {
        struct sim_operation *operation =
            model_update(&call->sim->model, call->instance, &update, &refusal);
        finish(call, operation, &refusal);
        if (operation && call->sim->model.scenario.timing.license_ms == 0)
            answer_at_once(call);
    }
    cJSON_Delete(update.tags);
    cJSON_Delete(body);
}
