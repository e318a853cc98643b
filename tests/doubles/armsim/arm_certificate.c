/* SPDX-License-Identifier: MIT */
/* The calls on certificates. */
#include "arm_body.h"
#include "arm_check.h"
#include "view.h"

#include <string.h>

static struct certificate *find(struct call *call)
{
    return model_certificate(call->instance, call->request->arguments[3]);
}

void arm_list_certificates(struct call *call)
{
    arm_answer_page(call, view_certificates(call->instance));
}

void arm_get_certificate(struct call *call)
{
    const struct certificate *certificate = find(call);
    if (certificate)
        answer_json(call->answer, 200, view_certificate(call->instance, certificate));
    else
        arm_answer_absent(call, "managedInstances/serverTrustCertificates",
                          call->request->arguments[3]);
}

static void put(struct call *call, const char *blob)
{
    struct refusal refusal = {0};
    struct sim_operation *operation = write_put_certificate(
        &call->sim->model, call->instance, call->request->arguments[3], blob, &refusal);
    if (operation)
        lro_accept(call, operation);
    else if (refusal.status == 200)
        arm_get_certificate(call);
    else
        arm_refuse(call, &refusal);
}

void arm_put_certificate(struct call *call)
{
    static const char *const top[] = {"properties", NULL};
    static const char *const inner[] = {"publicBlob", NULL};
    static const char code[] = "InvalidRequestContent";
    cJSON *body = arm_read_body(call, code);
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(body, "properties");
    const char *blob =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(properties, "publicBlob"));
    if (body && arm_only_members(call, code, body, top) &&
        arm_only_members(call, code, properties, inner)) {
        if (blob && *blob)
            put(call, blob);
        else
            answer_error(call->answer, 400, "MissingPublicBlob", "The public blob is missing.");
    }
    cJSON_Delete(body);
}

void arm_delete_certificate(struct call *call)
{
    struct refusal refusal = {0};
    struct certificate *certificate = find(call);
    if (!certificate) {
        call->answer->status = 204;
        return;
    }
    struct sim_operation *operation =
        write_delete_certificate(&call->sim->model, call->instance, certificate, &refusal);
    if (operation)
        lro_accept(call, operation);
    else
        arm_refuse(call, &refusal);
}

static bool has_roots(const struct call *call)
{
    return strcmp(call->version, "2026-08-01") >= 0;
}

void arm_list_endpoint_certificates(struct call *call)
{
    arm_answer_page(call, view_endpoint_certificates(call->instance, has_roots(call)));
}

void arm_get_endpoint_certificate(struct call *call)
{
    const char *type = call->request->arguments[3];
    const struct certificate *certificate = model_endpoint_certificate(call->instance, type);
    if (certificate)
        answer_json(call->answer, 200,
                    view_endpoint_certificate(call->instance, certificate, has_roots(call)));
    else
        arm_answer_absent(call, "managedInstances/endpointCertificates", type);
}
