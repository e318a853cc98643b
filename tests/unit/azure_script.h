/* SPDX-License-Identifier: MIT */
/* Scripts of Azure for tests of handlers: what stands below the instance prod. */
#ifndef MILINK_UNIT_AZURE_SCRIPT_H
#define MILINK_UNIT_AZURE_SCRIPT_H

#include "fake_agent.h"

/* Ends of paths, and what stands before them. */
#define ABOVE                                                                               \
    "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg-prod/providers/" \
    "Microsoft.Sql"
#define PROD         "/managedInstances/mi-prod"
#define LINKS        PROD "/distributedAvailabilityGroups"
#define DATABASES    PROD "/databases"
#define CERTIFICATES PROD "/serverTrustCertificates"
#define OPERATIONS   PROD "/operations"
#define ID_ONE       "00000001-0000-4000-8000-000000000000"

/* The answer to requests whose URL holds the part. Several calls for one part: in this order. */
void script(const char *method, const char *part, int status, const char *body);
/* A 2xx without a body and without an operation to follow. */
void script_write(const char *method, const char *part);
/* Azure's word that it is not there, while the instance is. */
void script_gone(const char *part);
/* A collection with these elements, JSON parted by commas. */
void script_list(const char *collection, const char *elements);
/* The instance, with that database format. */
void script_instance(const char *format);
/* Name, its properties as JSON members: an element, or a resource of its own. Kept. */
const char *script_resource(const char *name, const char *properties);

/* How many requests of this method there were. */
size_t sent(const char *method);
/* The n-th of them, from 0: its URL holds the part, and its body is this ("": none). */
void sent_was(const char *method, size_t n, const char *part, const char *body);
/* Only shown: what_if's row holds each part (NULL at the end), and nothing was sent or kept. */
void shown(const char *method, ...);
/* That the operation row says so, and its detail each part (NULL at the end). */
void row_says(const char *state, ...);

#endif
