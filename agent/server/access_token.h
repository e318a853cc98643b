/* SPDX-License-Identifier: MIT */
/* What a Windows access token says about an account: the part that the pipes' security needs. */
#ifndef MILINK_AGENT_ACCESS_TOKEN_H
#define MILINK_AGENT_ACCESS_TOKEN_H

#include "pipe_owner.h"
#include "service_sid.h"

enum { ACCESS_TOKEN_MAX_SERVICES = 8 };

struct access_token {
    char user[SID_TEXT_SIZE];
    char owner[SID_TEXT_SIZE]; /* whom Windows makes the owner of what the account creates; of a
                                  client it is not asked */
    struct access_service {
        char sid[SERVICE_SID_SIZE];
        bool may_own; /* the account may make it the owner of what it creates */
    } services[ACCESS_TOKEN_MAX_SERVICES]; /* S-1-5-80-...: enabled groups of the token */
    size_t service_count;
};

/* The agent's own. False with a text in why. */
bool access_token_of_process(struct access_token *token, char *why, size_t why_size);

/* That of the client at the other end of a pipe (a HANDLE), from which something has been read. The
 * thread acts as the client for the moment in which its token is opened; when it cannot become
 * itself again, the process ends: nothing may be done in another's name. False with a text in why:
 * the client does not let itself be identified. */
bool access_token_of_client(void *pipe, struct access_token *token, char *why, size_t why_size);

#endif
