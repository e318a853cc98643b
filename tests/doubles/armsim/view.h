/* SPDX-License-Identifier: MIT */
/* The model as ARM's resource bodies. Every cJSON that is returned is new. */
#ifndef MILINK_ARMSIM_VIEW_H
#define MILINK_ARMSIM_VIEW_H

#include "model.h"

/* preview: with the members that only preview versions have (linkMode). */
cJSON *view_link(const struct instance *instance, const struct link *link, bool preview);
cJSON *view_links(const struct instance *instance, bool preview);

cJSON *view_instance(const struct scenario *scenario, const struct instance *instance);
/* Those of a subscription, or (group not NULL) of a resource group. */
cJSON *view_instances(const struct scenario *scenario, const char *subscription, const char *group);

/* Is it a management operation of this instance, shown under its /operations? */
bool view_is_instance_operation(const struct sim_operation *operation,
                                const struct instance *instance);
cJSON *view_instance_operation(const struct sim_operation *operation);
cJSON *view_instance_operations(const struct model *model, const struct instance *instance);

cJSON *view_database(const struct instance *instance, const struct found_database *found);
/* All, or those alone whose status is Inaccessible. */
cJSON *view_databases(const struct instance *instance, bool inaccessible);
cJSON *view_restore(const struct instance *instance, const struct database *database);

cJSON *view_certificate(const struct instance *instance, const struct certificate *certificate);
cJSON *view_certificates(const struct instance *instance);
/* roots: with trustedRootCertificates, as from 2026-08-01-preview on. */
cJSON *view_endpoint_certificate(const struct instance *instance,
                                 const struct certificate *certificate, bool roots);
cJSON *view_endpoint_certificates(const struct instance *instance, bool roots);

/* 0 to 100. */
double view_percent(const struct sim_operation *operation);
/* The answer of an Azure-AsyncOperation URL; word: the status while it runs. */
cJSON *view_operation(const struct sim_operation *operation, const char *path, const char *word);
/* The whole model for the control plane: computed values too, no secret. */
cJSON *view_state(const struct model *model);

#endif
