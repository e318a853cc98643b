/* SPDX-License-Identifier: MIT */
/* The one table of errors: SQL message number, symbol, cause and next action. */
#ifndef MILINK_IPC_ERROR_LIST_H
#define MILINK_IPC_ERROR_LIST_H

/* X(number, SYMBOL, cause, action). Numbers and symbols are a contract (procedures.md): appended,
 * never changed, never used again. 50500-50549 DLL and transport, 50550-50599 agent, 50600-50699
 * Azure. */
#define MILINK_ERRORS(X)                                                                         \
    X(50500, INFORMATION, "information, not an error", "read the text")                          \
    X(50501, AGENT_NOT_RUNNING, "nothing answers at the agent's pipe",                           \
      "start the service milink-agent on this host")                                             \
    X(50502, AGENT_ACCESS_DENIED, "the agent's pipe does not admit this SQL Server instance",    \
      "add the instance to sql_instances in the agent's configuration and restart the agent")    \
    X(50503, AGENT_IMPOSTOR, "the pipe is held by an account that is not the agent's",           \
      "find the process that owns the pipe, stop it, then start the service milink-agent")       \
    X(50504, AGENT_OLDER, "the agent is older than this DLL and does not speak its protocol",    \
      "update the agent")                                                                        \
    X(50505, AGENT_NEWER, "the agent is newer than this DLL and no longer speaks its protocol",  \
      "register the DLL that came with the agent")                                               \
    X(50506, AGENT_TIMED_OUT, "the agent did not answer in time",                                \
      "look for the outcome with xp_milink_operation_list before you try again, or allow more "  \
      "with @timeout_seconds")                                                                   \
    X(50507, AGENT_BAD_ANSWER, "the agent's answer is not valid",                                \
      "restart the agent; if it recurs, report it with the agent's log")                         \
    X(50508, AGENT_HUNG_UP, "the agent closed the connection before its answer was complete",    \
      "look for the outcome with xp_milink_operation_list, then try again with the same "        \
      "@request_id")                                                                             \
    X(50509, CALL_CANCELED, "the call was cancelled (KILL, query cancel or client timeout)",     \
      "an operation in Azure goes on; find it with xp_milink_operation_list")                    \
    X(50510, PARAMETER_TYPE, "a parameter has a type that is not taken", "pass the type named")  \
    X(50511, PARAMETER_TOO_LONG, "a parameter is too long", "shorten it to the length named")    \
    X(50512, PARAMETER_MIX, "named and positional parameters are mixed",                         \
      "pass all parameters by name or all by position")                                          \
    X(50513, PARAMETER_TEXT, "a text holds characters that cannot be sent",                      \
      "remove unpaired surrogates and NUL characters; pass texts as N'...'")                     \
    X(50514, REQUEST_TOO_LARGE, "the parameters together are too long", "shorten them")          \
    X(50515, ODS_UNAVAILABLE, "the host lacks an Open Data Services function",                   \
      "run the DLL in SQL Server 2016 or later on Windows")                                      \
    X(50516, OUT_OF_MEMORY, "memory ran out", "free memory on the host and try again")           \
    X(50517, PARAMETER_DUPLICATE, "a parameter is given twice", "pass it once")                  \
    X(50518, TRANSPORT_FAILED, "the connection to the agent failed",                             \
      "try again; if it recurs, restart the agent and see its log")                              \
    X(50519, CLIENT_GONE, "the client stopped taking rows", "run the query again")               \
    X(50550, AGENT_BUSY, "all workers of the agent are taken and its queue is full",             \
      "try again in a few seconds; see workers and queue in the agent's configuration")          \
    X(50551, PROCEDURE_UNKNOWN, "the agent does not know this procedure", "update the agent")    \
    X(50552, PARAMETER_UNKNOWN, "the procedure has no such parameter",                           \
      "see EXEC xp_milink_help @procedure")                                                      \
    X(50553, PARAMETER_MISSING, "a required parameter is missing",                               \
      "see EXEC xp_milink_help @procedure")                                                      \
    X(50554, PARAMETER_VALUE, "a parameter has a value that is not allowed",                     \
      "pass one of the values named")                                                            \
    X(50555, PARAMETER_COUNT, "too many parameters by position",                                 \
      "pass the parameters common to all procedures by name")                                    \
    X(50556, INSTANCE_UNKNOWN, "no Managed Instance of that alias is configured",                \
      "see EXEC xp_milink_instance_list, or add it to the agent's configuration")                \
    X(50557, INSTANCE_AMBIGUOUS, "several Managed Instances are configured",                     \
      "name one with @instance")                                                                 \
    X(50558, RIGHT_MISSING, "the agent's configuration does not grant this on the instance",     \
      "add the right to the instance's rights in the agent's configuration")                     \
    X(50559, CONFIRM_REQUIRED, "this step needs a confirmation", "pass @confirm as shown")       \
    X(50560, REQUEST_ID_REUSED, "the @request_id belongs to a different request",                \
      "use a new @request_id for a new request")                                                 \
    X(50561, OPERATION_UNKNOWN, "no operation has that id", "see EXEC xp_milink_operation_list") \
    X(50562, OPERATION_OPEN, "another operation on the same resource is still open",             \
      "wait for it with xp_milink_operation_get")                                                \
    X(50563, JOURNAL_FAILED, "the journal cannot be written or read",                            \
      "check space and permissions of the agent's state_directory; nothing was sent")            \
    X(50565, IDENTITY_REFUSED, "the agent's identity is not accepted",                           \
      "check identity in the agent's configuration with milink-agent check")                     \
    X(50566, IDENTITY_UNREACHABLE, "no token could be had: the identity service did not answer", \
      "check network, proxy and DNS from this host with milink-agent check")                     \
    X(50567, BENEFIT_REFUSED, "the hybrid failover benefit is not for an instance that serves",  \
      "fail the link back first, or pass @force = 1")                                            \
    X(50568, ROLE_UNEXPECTED, "the instance's role is not @expected_role",                       \
      "look at the link with xp_milink_link_get and decide anew")                                \
    X(50569, CALLER_REFUSED, "the agent does not admit the account that called",                 \
      "add the SQL Server instance to sql_instances in the agent's configuration")               \
    X(50570, AGENT_STOPPING, "the agent is stopping", "try again when it has started")           \
    X(50571, AGENT_FAILED, "the agent met a fault of its own", "see the agent's log")            \
    X(50572, ANSWER_TOO_LARGE, "the answer is over the limit",                                   \
      "narrow the question with the procedure's parameters")                                     \
    X(50573, NOT_SENT, "the agent stopped before the request was sent; nothing was changed",     \
      "call again with a new @request_id")                                                       \
    X(50574, REQUEST_MALFORMED, "the request is not valid", "report it with the agent's log")    \
    X(50575, LINK_UNCLEAR, "the link's own answer does not allow this step",                     \
      "see the link with xp_milink_link_get")                                                    \
    X(50600, ARM_UNREACHABLE, "Azure Resource Manager did not answer",                           \
      "check network, proxy and DNS from this host with milink-agent check")                     \
    X(50601, ARM_NOT_FOUND, "Azure knows no such resource",                                      \
      "check the name, and the instance in the agent's configuration")                           \
    X(50602, ARM_CONFLICT, "Azure refused: the resource is busy or in another state",            \
      "see the reason Azure gave; when it is passing, try again")                                \
    X(50603, ARM_THROTTLED, "Azure asks for fewer requests", "wait a minute, then try again")    \
    X(50604, ARM_FORBIDDEN, "the agent's identity lacks a permission in Azure",                  \
      "assign the role that holds the action named, then try again")                             \
    X(50605, ARM_INVALID_ROLE, "a planned failover starts at the primary side",                  \
      "run the T-SQL shown on the side that is primary")                                         \
    X(50606, ARM_TIMED_OUT, "Azure did not finish in the time allowed",                          \
      "see the link with xp_milink_link_get; the operation may still end")                       \
    X(50607, ARM_FAILED, "Azure reports that the operation failed", "see the reason Azure gave") \
    X(50608, ARM_OUTCOME_UNKNOWN, "whether Azure carried the request out is not known",          \
      "see the link with xp_milink_link_get before you try again with a new @request_id")        \
    X(50609, ARM_BAD_ANSWER, "Azure's answer is not valid",                                      \
      "check for a proxy that alters answers; try again")                                        \
    X(50610, ARM_UNAUTHENTICATED, "Azure did not accept the agent's token",                      \
      "check identity and cloud in the agent's configuration, and the host's clock")             \
    X(50611, ARM_BAD_REQUEST, "Azure refused the request as malformed",                          \
      "see the reason Azure gave")                                                               \
    X(50612, ARM_CANCELED, "Azure reports that the operation was cancelled",                     \
      "find out who cancelled it in the Activity log")                                           \
    X(50613, ARM_UNAVAILABLE, "Azure reports a fault of its own", "try again later")

#endif
