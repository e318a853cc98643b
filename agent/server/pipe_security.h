/* SPDX-License-Identifier: MIT */
/* Who may do what with the agent's pipes, and who called: as texts, so that they can be tested
 * anywhere. docs/security.md explains each entry. */
#ifndef MILINK_AGENT_PIPE_SECURITY_H
#define MILINK_AGENT_PIPE_SECURITY_H

#include "access_token.h"
#include "config.h"

enum { PIPE_SDDL_SIZE = 3 * SID_TEXT_SIZE + 256 + CONFIG_MAX_SQL_INSTANCES * 100 };

/* Read and write without FILE_CREATE_PIPE_INSTANCE, which FILE_GENERIC_WRITE would contain
 * (windows.md B.2.4). */
#define PIPE_CLIENT_RIGHTS "0x12019b"

/* The services that may call: those of the configured SQL Server instances; none on the
 * administrators' pipe. */
struct pipe_services {
    struct pipe_service {
        char name[SERVICE_NAME_SIZE], sid[SERVICE_SID_SIZE];
    } list[CONFIG_MAX_SQL_INSTANCES];
    size_t count;
};
bool pipe_services_of(const struct config *config, struct pipe_services *services);

/* Whose the pipe is. */
struct pipe_holder {
    char owner[SID_TEXT_SIZE]; /* what the client looks for */
    char agent[SID_TEXT_SIZE]; /* who may make the pipe's further instances */
};

/* The agent's service SID where the token has it: as its user (the account NT SERVICE\milink-agent)
 * or as a group that may own (any other account that the service is given). The DLL knows that SID
 * without asking, and no other account can make it an owner. Else, in a console, whom Windows would
 * make the owner itself: Administrators in an elevated one, whom the DLL also takes, or the user,
 * whom it takes when HKLM\SOFTWARE\milink\PipeOwner names him. Not the user of an elevated console:
 * his SID says no more than that of each of his other programs, which are not elevated. */
void pipe_holder_of(const struct access_token *token, struct pipe_holder *holder);

/* The pipe's security descriptor in SDDL. False when it would be cut. */
bool pipe_sddl(const struct pipe_holder *holder, const struct pipe_services *services,
               char sddl[PIPE_SDDL_SIZE]);

/* "user S-1-5-21-...-1105, service MSSQL$PAYROLL, process 4711": who called. The service only if it
 * is one of services; process 0: unknown. The process is for people, its number may be another's by
 * now. */
void pipe_caller_text(const struct access_token *token, const struct pipe_services *services,
                      unsigned long process, char *text, size_t size);

#endif
