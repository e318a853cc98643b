/* SPDX-License-Identifier: MIT */
/* The certificates of an instance: its own endpoints', and those of partners that it trusts. */
#include "view_private.h"

#include <stdlib.h>
#include <strings.h>

cJSON *view_certificate(const struct instance *instance, const struct certificate *certificate)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    view_add(properties, "publicBlob", certificate->public_blob);
    view_add(properties, "thumbprint", certificate->facts.thumbprint);
    view_add(properties, "certificateName", certificate->name);
    view_add_id(object, instance, "/serverTrustCertificates/", certificate->name);
    view_add(object, "name", certificate->name);
    view_add(object, "type", "Microsoft.Sql/managedInstances/serverTrustCertificates");
    return object;
}

cJSON *view_certificates(const struct instance *instance)
{
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < instance->certificates.count; i++) {
        const struct certificate *certificate = instance->certificates.items[i];
        if (certificate->exists)
            cJSON_AddItemToArray(list, view_certificate(instance, certificate));
    }
    return page;
}

/* The certificates are self-signed: each is its own root. */
static void add_roots(cJSON *properties, const struct certificate *certificate)
{
    cJSON *list = cJSON_AddArrayToObject(properties, "trustedRootCertificates");
    cJSON *root = cJSON_CreateObject();
    char *subject = text_format("CN=%s", certificate->name);
    view_add(root, "publicBlob", certificate->public_blob);
    view_add(root, "subject", subject);
    cJSON_AddItemToArray(list, root);
    free(subject);
}

/* Azure shows these blobs with "0x". */
cJSON *view_endpoint_certificate(const struct instance *instance,
                                 const struct certificate *certificate, bool roots)
{
    const char *blob = certificate->public_blob;
    char *shown = text_format("%s%s", strncasecmp(blob, "0x", 2) == 0 ? "" : "0x", blob);
    cJSON *object = cJSON_CreateObject();
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    view_add(properties, "publicBlob", shown);
    if (roots)
        add_roots(properties, certificate);
    view_add_id(object, instance, "/endpointCertificates/", certificate->name);
    view_add(object, "name", certificate->name);
    view_add(object, "type", "Microsoft.Sql/managedInstances/endpointCertificates");
    free(shown);
    return object;
}

cJSON *view_endpoint_certificates(const struct instance *instance, bool roots)
{
    const struct field_list *items = &instance->endpoint_certificates;
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < items->count; i++)
        cJSON_AddItemToArray(list, view_endpoint_certificate(instance, items->items[i], roots));
    return page;
}
