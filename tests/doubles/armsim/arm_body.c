/* SPDX-License-Identifier: MIT */
/* Reading the bodies of writes, strictly, and answering what came of them. */
#include "arm_body.h"

#include <stdlib.h>
#include <string.h>

cJSON *arm_read_body(struct call *call, const char *code)
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
        answer_error(call->answer, 400, "InvalidRequestContent",
                     "The request content was invalid and could not be deserialized.");
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

bool arm_only_members(struct call *call, const char *code, const cJSON *object,
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

int arm_member_choice(struct call *call, const char *code, const cJSON *object,
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

int arm_required_choice(struct call *call, const char *code, const cJSON *object,
                        const char *const names[2], const char *const *choices)
{
    int choice = arm_member_choice(call, code, object, names, choices);
    if (choice == -1)
        answer_error(call->answer, 400, code, "The request body has no '%s'.", names[0]);
    return choice;
}

const char *arm_member_text(struct call *call, const char *code, const cJSON *object,
                            const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    if (!text || !*text)
        answer_error(call->answer, 400, code,
                     "The request body has no '%s', or it is empty or not "
                     "a string.",
                     name);
    return text && *text ? text : NULL;
}

bool arm_properties(struct call *call, const char *code, const cJSON *body,
                    const cJSON **properties)
{
    *properties = cJSON_GetObjectItemCaseSensitive(body, "properties");
    if (cJSON_IsObject(*properties))
        return true;
    answer_error(call->answer, 400, code, "The request body has no object 'properties'.");
    return false;
}

bool arm_tags_are_texts(struct call *call, const cJSON *tags)
{
    const cJSON *tag = NULL;
    bool good = !tags || cJSON_IsObject(tags);
    cJSON_ArrayForEach(tag, tags) good = good && cJSON_IsString(tag);
    if (!good)
        answer_error(call->answer, 400, "InvalidRequestContent",
                     "The tags must be an object of strings.");
    return good;
}

int64_t arm_member_number(struct call *call, const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!member)
        return -1;
    double value = cJSON_IsNumber(member) ? member->valuedouble : -1;
    if (value >= 0 && value <= INT32_MAX && value == (double)(int64_t)value)
        return (int64_t)value;
    answer_error(call->answer, 400, "InvalidParameterValue",
                 "The member '%s' must be a whole number.", name);
    return -2;
}

void arm_refuse(struct call *call, const struct refusal *refusal)
{
    answer_error(call->answer, refusal->status, refusal->code, "%s", refusal->message);
}
