/* SPDX-License-Identifier: MIT */
/* The one table of errors: SQL message number, symbol, cause and next action. */
#ifndef MILINK_IPC_ERROR_LIST_H
#define MILINK_IPC_ERROR_LIST_H

#include "error_list_azure.h"

/* X(number, SYMBOL, cause, action). Numbers and symbols are a contract (procedures.md): appended,
 * never changed, never used again. 50500-50549 DLL and transport, 50550-50599 agent, 50600-50699
 * Azure. */
#define MILINK_ERRORS(X)                                                                          \
    X(50500, INFORMATION, "information, not an error", "read the text")                           \
    X(50501, AGENT_NOT_RUNNING, "nothing answers at the agent's pipe",                            \
      "start the service milink-agent on this host")                                              \
    X(50502, AGENT_ACCESS_DENIED, "the agent's pipe does not admit this SQL Server instance",     \
      "add the instance to sql_instances in the agent's configuration and restart the agent")     \
    X(50503, AGENT_IMPOSTOR, "the pipe is held by an account that is not the agent's",            \
      "find the process that owns the pipe, stop it, then start the service milink-agent")        \
    X(50504, AGENT_OLDER, "the agent is older than this DLL and does not speak its protocol",     \
      "update the agent")                                                                         \
    X(50505, AGENT_NEWER, "the agent is newer than this DLL and no longer speaks its protocol",   \
      "register the DLL that came with the agent")                                                \
    X(50506, AGENT_TIMED_OUT, "the agent did not answer in time",                                 \
      "look for the outcome with xp_milink_operation_list before you try again, or allow more "   \
      "with @timeout_seconds")                                                                    \
    X(50507, AGENT_BAD_ANSWER, "the agent's answer is not valid",                                 \
      "restart the agent; if it recurs, report it with the agent's log")                          \
    X(50508, AGENT_HUNG_UP, "the agent closed the connection before its answer was complete",     \
      "look for the outcome with xp_milink_operation_list, then try again with the same "         \
      "@request_id")                                                                              \
    X(50509, CALL_CANCELED, "the call was cancelled (KILL, query cancel or client timeout)",      \
      "an operation in Azure goes on; find it with xp_milink_operation_list")                     \
    X(50510, PARAMETER_TYPE, "a parameter has a type that is not taken", "pass the type named")   \
    X(50511, PARAMETER_TOO_LONG, "a parameter is too long", "shorten it to the length named")     \
    X(50512, PARAMETER_MIX, "named and positional parameters are mixed",                          \
      "pass all parameters by name or all by position")                                           \
    X(50513, PARAMETER_TEXT, "a text holds characters that cannot be sent",                       \
      "remove unpaired surrogates and NUL characters; pass texts as N'...'")                      \
    X(50514, REQUEST_TOO_LARGE, "the parameters together are too long", "shorten them")           \
    X(50515, ODS_UNAVAILABLE, "the host lacks an Open Data Services function",                    \
      "run the DLL in SQL Server 2016 or later on Windows")                                       \
    X(50516, OUT_OF_MEMORY, "memory ran out", "free memory on the host and try again")            \
    X(50517, PARAMETER_DUPLICATE, "a parameter is given twice", "pass it once")                   \
    X(50518, TRANSPORT_FAILED, "the connection to the agent failed",                              \
      "try again; if it recurs, restart the agent and see its log")                               \
    X(50519, CLIENT_GONE, "the client stopped taking rows", "run the query again")                \
    X(50550, AGENT_BUSY, "all workers of the agent are taken and its queue is full",              \
      "try again in a few seconds; see workers and queue in the agent's configuration")           \
    X(50551, PROCEDURE_UNKNOWN, "the agent does not know this procedure", "update the agent")     \
    X(50552, PARAMETER_UNKNOWN, "the procedure has no such parameter",                            \
      "see EXEC xp_milink_help @procedure")                                                       \
    X(50553, PARAMETER_MISSING, "a required parameter is missing",                                \
      "see EXEC xp_milink_help @procedure")                                                       \
    X(50554, PARAMETER_VALUE, "a parameter has a value that is not allowed",                      \
      "pass one of the values named")                                                             \
    X(50555, PARAMETER_COUNT, "too many parameters by position",                                  \
      "pass the parameters common to all procedures by name")                                     \
    X(50556, INSTANCE_UNKNOWN, "no Managed Instance of that alias is configured",                 \
      "see EXEC xp_milink_instance_list, or add it to the agent's configuration")                 \
    X(50557, INSTANCE_AMBIGUOUS, "several Managed Instances are configured",                      \
      "name one with @instance")                                                                  \
    X(50558, RIGHT_MISSING, "the agent's configuration does not grant this on the instance",      \
      "add the right to the instance's rights in the agent's configuration")                      \
    X(50559, CONFIRM_REQUIRED, "this step needs a confirmation", "pass @confirm as shown")        \
    X(50560, REQUEST_ID_REUSED, "the @request_id belongs to a different request",                 \
      "use a new @request_id for a new request")                                                  \
    X(50561, OPERATION_UNKNOWN, "no operation has that id", "see EXEC xp_milink_operation_list")  \
    X(50562, OPERATION_OPEN, "another operation on the same resource is still open",              \
      "wait for it with xp_milink_operation_get")                                                 \
    X(50563, JOURNAL_FAILED, "the journal cannot be written or read",                             \
      "check space and permissions of the agent's state_directory; nothing was sent")             \
    X(50565, IDENTITY_REFUSED, "the agent's identity is not accepted",                            \
      "check identity in the agent's configuration with milink-agent check")                      \
    X(50566, IDENTITY_UNREACHABLE, "no token could be had: the identity service did not answer",  \
      "check network, proxy and DNS from this host with milink-agent check")                      \
    X(50567, BENEFIT_REFUSED, "the hybrid failover benefit is not for an instance that serves",   \
      "fail the link back first, or pass @force = 1")                                             \
    X(50568, ROLE_UNEXPECTED, "the instance's role is not @expected_role",                        \
      "look at the link with xp_milink_link_get and decide anew")                                 \
    X(50569, CALLER_REFUSED, "the agent does not admit the account that called",                  \
      "add the SQL Server instance to sql_instances in the agent's configuration")                \
    X(50570, AGENT_STOPPING, "the agent is stopping", "try again when it has started")            \
    X(50571, AGENT_FAILED, "the agent met a fault of its own", "see the agent's log")             \
    X(50572, ANSWER_TOO_LARGE, "the answer is over the limit",                                    \
      "narrow the question with the procedure's parameters")                                      \
    X(50573, NOT_SENT,                                                                            \
      "the agent stopped, or the time was up, before the request was sent; nothing was changed",  \
      "call again with a new @request_id")                                                        \
    X(50574, REQUEST_MALFORMED, "the request is not valid", "report it with the agent's log")     \
    X(50575, LINK_UNCLEAR, "the link's own answer does not allow this step",                      \
      "see the link with xp_milink_link_get")                                                     \
    X(50576, SECRET_MISSING, "a secret that the request needs is not stored; nothing was sent",   \
      "store it with milink-agent secret set and the name shown, then call again with a new "     \
      "@request_id")                                                                              \
    X(50577, INSTANCE_REMOVED,                                                                    \
      "the instance has left the agent's configuration while its operation was open; it is "      \
      "followed no more",                                                                         \
      "look at the resource in Azure, and put the instance back if it is to be followed")         \
    X(50578, RESOURCE_EXISTS, "it exists already", "use what is there, or another name")          \
    X(50579, API_VERSION_OLD,                                                                     \
      "the API version that the agent speaks to Azure does not carry this",                       \
      "set api_version in the agent's configuration to the version named, or a later one")        \
    X(50580, BACKUP_UNSEEN, "no backup is seen since the instance became primary",                \
      "wait until last_backup_time of xp_milink_link_get is later than the role change, or pass " \
      "@force = 1")                                                                               \
    X(50581, DATABASE_LINKED, "a link holds the database",                                        \
      "see the link with xp_milink_link_get; delete it first with xp_milink_link_delete")         \
    X(50582, CERTIFICATE_MISSING, "the instance trusts no valid certificate of SQL Server",       \
      "upload the endpoint's certificate with xp_milink_certificate_put")                         \
    X(50583, CERTIFICATE_IN_USE, "a link uses the certificate",                                   \
      "put the next one and switch the endpoint to it first, or pass @force = 1")                 \
    X(50584, CANNOT_CANCEL, "the operation cannot be cancelled",                                  \
      "wait for its end with xp_milink_operation_get")                                            \
    X(50585, FORMAT_MISMATCH, "the instance's database format does not allow this",               \
      "see database_format with xp_milink_instance_get; it is permanent")                         \
    X(50586, DATABASE_STATE, "the database's state does not allow this step",                     \
      "see the database with xp_milink_database_get")                                             \
    X(50587, AUDIT_FAILED, "the audit record cannot be written",                                  \
      "check space and permissions of the agent's state_directory; nothing was sent")             \
    X(50588, RELOAD_REFUSED, "the configuration has errors; the one in force stays",              \
      "correct what is named above, then reload again")                                           \
    MILINK_AZURE_ERRORS(X)

#endif
