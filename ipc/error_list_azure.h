/* SPDX-License-Identifier: MIT */
/* The errors that come from Azure, by class: the end of the table in error_list.h. */
#ifndef MILINK_IPC_ERROR_LIST_AZURE_H
#define MILINK_IPC_ERROR_LIST_AZURE_H

/* Which of Azure's codes belongs to which class: agent/azure/arm_code.c. */
#define MILINK_AZURE_ERRORS(X)                                                                     \
    X(50600, ARM_UNREACHABLE, "Azure Resource Manager did not answer",                             \
      "check network, proxy and DNS from this host with milink-agent check")                       \
    X(50601, ARM_NOT_FOUND, "Azure knows no such resource",                                        \
      "check the name, and the instance in the agent's configuration")                             \
    X(50602, ARM_CONFLICT, "Azure refused: the resource is busy or in another state",              \
      "see the reason Azure gave; when it is passing, try again")                                  \
    X(50603, ARM_THROTTLED, "Azure asks for fewer requests", "wait a minute, then try again")      \
    X(50604, ARM_FORBIDDEN, "the agent's identity lacks a permission in Azure",                    \
      "assign the role that holds the action named, then try again")                               \
    X(50605, ARM_INVALID_ROLE, "a planned failover starts at the primary side",                    \
      "run the T-SQL shown on the side that is primary")                                           \
    X(50606, ARM_TIMED_OUT, "Azure did not finish in the time allowed",                            \
      "look at what it was to change (a link with xp_milink_link_get); the operation may still "   \
      "end")                                                                                       \
    X(50607, ARM_FAILED, "Azure reports that the operation failed", "see the reason Azure gave")   \
    X(50608, ARM_OUTCOME_UNKNOWN, "whether Azure carried the request out is not known",            \
      "look at what it was to change (a link with xp_milink_link_get) before you try again with "  \
      "a new @request_id")                                                                         \
    X(50609, ARM_BAD_ANSWER, "Azure's answer is not valid",                                        \
      "check for a proxy that alters answers; try again")                                          \
    X(50610, ARM_UNAUTHENTICATED, "Azure did not accept the agent's token",                        \
      "check identity and cloud in the agent's configuration, and the host's clock")               \
    X(50611, ARM_BAD_REQUEST, "Azure refused the request as malformed",                            \
      "see the reason Azure gave")                                                                 \
    X(50612, ARM_CANCELED, "Azure reports that the operation was cancelled",                       \
      "find out who cancelled it in the Activity log")                                             \
    X(50613, ARM_UNAVAILABLE, "Azure reports a fault of its own", "try again later")               \
    X(50614, ARM_LINK_UNREACHABLE, "the two sides of the link do not reach each other",            \
      "test the way from each side to the endpoint of the other (firewall, name, port), then try " \
      "again")                                                                                     \
    X(50615, ARM_LINK_CERTIFICATE, "a certificate that the link needs is missing on one side",     \
      "exchange the endpoint certificates again, then try again")                                  \
    X(50616, ARM_LOG_GAP, "the log of the two sides does not join",                                \
      "delete the link and create it again; pause log backups until seeding has ended")            \
    X(50617, ARM_DATABASE_UNSUITABLE, "the database cannot be linked as it is",                    \
      "remove what is named from the database, then try again")                                    \
    X(50618, ARM_NAME_TAKEN, "something of that name is there already",                            \
      "choose another name, or delete what has it")                                                \
    X(50619, ARM_NO_ROOM, "the instance or the subscription has no room for it",                   \
      "make room or raise the limit, then try again")                                              \
    X(50620, ARM_ENCRYPTION, "an encryption key or its vault stands in the way",                   \
      "see the reason Azure gave; TDE of both sides must have the same key")                       \
    X(50621, ARM_NOT_RUNNING, "the instance is stopped, stopping or starting",                     \
      "start the instance, wait until it is Ready, then try again")

#endif
