/* SPDX-License-Identifier: MIT */
/* The model as ARM's resource bodies. Every function returns a new JSON value. */
#ifndef MILINK_ARMSIM_VIEW_H
#define MILINK_ARMSIM_VIEW_H

#include "model.h"

/* preview: with the members that only preview versions have (linkMode). */
cJSON *view_link(const struct instance *instance, const struct link *link, bool preview);
cJSON *view_links(const struct instance *instance, bool preview);
cJSON *view_instance(const struct scenario *scenario, const struct instance *instance);
/* One database by name, NULL when there is none; and the page of all. */
cJSON *view_database(const struct instance *instance, const char *name);
cJSON *view_databases(const struct instance *instance);
/* The answer of an Azure-AsyncOperation URL. */
cJSON *view_operation(const struct sim_operation *operation, const char *path);
/* The whole model for the control plane: computed values too, no secret. */
cJSON *view_state(const struct model *model);

#endif
