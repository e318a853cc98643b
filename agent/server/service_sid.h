/* SPDX-License-Identifier: MIT */
/* SIDs of Windows services, and who may open the agent's pipe: as texts, so that they can be tested
 * anywhere. */
#ifndef MILINK_AGENT_SERVICE_SID_H
#define MILINK_AGENT_SERVICE_SID_H

#include "config.h"

enum { SERVICE_SID_SIZE = 80, PIPE_SDDL_SIZE = 256 + CONFIG_MAX_SQL_INSTANCES * 100 };

/* Read and write without FILE_CREATE_PIPE_INSTANCE, which FILE_GENERIC_WRITE would contain
 * (windows.md B.2.4). */
#define PIPE_CLIENT_RIGHTS "0x12019b"
/* Security of the administrators' pipe: nobody from the network; the agent, SYSTEM and
 * Administrators. */
#define ADMIN_PIPE_SDDL \
    "D:P(D;;GA;;;NU)(D;;GA;;;AN)(A;;GA;;;OW)(A;;GA;;;SY)(A;;" PIPE_CLIENT_RIGHTS ";;;BA)"

/* S-1-5-80- and the five little-endian words of SHA-1 over the service's name in capitals and
 * UTF-16LE (windows.md B.2). The name is ASCII. */
bool service_sid(const char *service, char sid[SERVICE_SID_SIZE]);
/* The service of a SQL Server instance: MSSQLSERVER, or MSSQL$ and its name. */
void service_of_instance(const char *instance, char *service, size_t size);
/* Security of SQL Server's pipe: as the administrators', and for each configured SQL Server
 * instance its service, which may read and write but not make an instance of the pipe. */
bool pipe_sddl(const struct config *config, char sddl[PIPE_SDDL_SIZE]);

#endif
