/* SPDX-License-Identifier: MIT */
/* SIDs of Windows services, and who may open the agent's pipe: as texts, so that they can be tested
 * anywhere. */
#ifndef MILINK_AGENT_SERVICE_SID_H
#define MILINK_AGENT_SERVICE_SID_H

#include "config.h"

enum { SERVICE_SID_SIZE = 80, PIPE_SDDL_SIZE = 256 + CONFIG_MAX_SQL_INSTANCES * 100 };

/* S-1-5-80- and the five little-endian words of SHA-1 over the service's name in capitals and
 * UTF-16LE (windows.md B.2). The name is ASCII. */
bool service_sid(const char *service, char sid[SERVICE_SID_SIZE]);
/* The service of a SQL Server instance: MSSQLSERVER, or MSSQL$ and its name. */
void service_of_instance(const char *instance, char *service, size_t size);
/* Security of the pipe: nobody from the network; the agent, SYSTEM and Administrators; and for each
 * configured SQL Server instance its service, which may read and write but not make an instance of
 * the pipe. */
bool pipe_sddl(const struct config *config, char sddl[PIPE_SDDL_SIZE]);

#endif
