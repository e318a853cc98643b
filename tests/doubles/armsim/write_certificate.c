/* SPDX-License-Identifier: MIT */
/* Uploading and deleting the certificates of the partner that an instance trusts. */
#include "write.h"

#include <string.h>

static void apply_put(struct sim_operation *operation)
{
    if (operation->changes)
        operation->certificate->exists = true;
}

static void apply_delete(struct sim_operation *operation)
{
    if (operation->changes)
        operation->certificate->exists = false;
}

/* A certificate that an upload is about to add, or one that is there. */
static bool counts(const struct certificate *certificate)
{
    return certificate->exists || certificate->operation;
}

static bool check_new(const struct instance *instance, const char *name, const char *thumbprint,
                      struct refusal *refusal)
{
    for (size_t i = 0; i < instance->certificates.count; i++) {
        const struct certificate *other = instance->certificates.items[i];
        bool same_name = strcasecmp(other->name, name) == 0;
        bool same = strcmp(other->facts.thumbprint, thumbprint) == 0;
        if (!counts(other) || (!same_name && !same))
            continue;
        if (same_name && same && other->exists) {
            refusal->status = 200;
            return false;
        }
        return write_refuse(refusal, 400, "CertificateAlreadyExists",
                            "A certificate with a given name already exists or this certificate "
                            "already has been added to the database.");
    }
    return true;
}

static struct certificate *add_certificate(struct instance *instance, const char *name,
                                           const char *blob)
{
    struct field_error error = {{0}};
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", name);
    cJSON_AddStringToObject(json, "public_blob", blob);
    struct certificate *certificate =
        fields_append(&certificate_fields, &instance->certificates, json, &error);
    cJSON_Delete(json);
    return certificate;
}

struct sim_operation *write_put_certificate(struct model *model, struct instance *instance,
                                            const char *name, const char *blob,
                                            struct refusal *refusal)
{
    struct operation_order order = {.what = OPERATION_CERTIFICATE_PUT,
                                    .instance = instance,
                                    .change_ms = model->scenario.timing.certificate_ms,
                                    .result = &instance->certificate_result,
                                    .apply = apply_put};
    struct x509_facts facts;
    struct certificate *certificate = NULL;
    if (!x509_read(blob, &facts))
        write_refuse(refusal, 400, "InvalidPublicBlob",
                     "Invalid public blob specified, reason: 'it is not one X.509 certificate, "
                     "DER in hexadecimal'.");
    else if (write_check_instance(instance, refusal) &&
             check_new(instance, name, facts.thumbprint, refusal))
        certificate = add_certificate(instance, name, blob);
    if (!certificate)
        return NULL;
    certificate->facts = facts;
    order.slot = &certificate->operation;
    struct sim_operation *operation = operation_start(model, &order);
    operation->certificate = certificate;
    return operation;
}

struct sim_operation *write_delete_certificate(struct model *model, struct instance *instance,
                                               struct certificate *certificate,
                                               struct refusal *refusal)
{
    const struct operation_order order = {.what = OPERATION_CERTIFICATE_DELETE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.certificate_ms,
                                          .result = &instance->certificate_result,
                                          .slot = &certificate->operation,
                                          .apply = apply_delete};
    if (!write_check_instance(instance, refusal))
        return NULL;
    if (certificate->operation) {
        write_refuse(refusal, 409, "ManagedInstanceIsBusy",
                     "Another operation is in progress on the certificate '%s'.",
                     certificate->name);
        return NULL;
    }
    struct sim_operation *operation = operation_start(model, &order);
    operation->certificate = certificate;
    return operation;
}
