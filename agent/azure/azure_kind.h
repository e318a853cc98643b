/* SPDX-License-Identifier: MIT */
/* What there is below a Managed Instance in Azure: the word for people, and the segment of paths.
 */
#ifndef MILINK_AGENT_AZURE_KIND_H
#define MILINK_AGENT_AZURE_KIND_H

struct azure_kind {
    const char *word;       /* "link", of which there are "links" */
    const char *collection; /* "distributedAvailabilityGroups" */
};

extern const struct azure_kind azure_link, azure_database, azure_certificate,
    azure_endpoint_certificate, azure_instance_operation;

#endif
