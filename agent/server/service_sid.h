/* SPDX-License-Identifier: MIT */
/* SIDs of Windows services, computed from their names: the same on every machine, and before the
 * service exists. */
#ifndef MILINK_AGENT_SERVICE_SID_H
#define MILINK_AGENT_SERVICE_SID_H

#include <stdbool.h>
#include <stddef.h>

enum { SERVICE_SID_SIZE = 80, SERVICE_NAME_SIZE = 32 };

/* S-1-5-80- and the five little-endian words of SHA-1 over the service's name in capitals and
 * UTF-16LE (windows.md B.2). The name is ASCII. */
bool service_sid(const char *service, char sid[SERVICE_SID_SIZE]);
/* The service of a SQL Server instance: MSSQLSERVER, or MSSQL$ and its name. */
void service_of_instance(const char *instance, char *service, size_t size);

#endif
