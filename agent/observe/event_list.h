/* SPDX-License-Identifier: MIT */
/* The one table of what the agent tells Windows' Event Log. */
#ifndef MILINK_AGENT_EVENT_LIST_H
#define MILINK_AGENT_EVENT_LIST_H

/* X(id, SEVERITY, event of the log, what it means, what to do). Ids are a contract for whoever
 * collects them: never changed, never used again. SEVERITY: INFORMATION, WARNING or ERROR. From it
 * follow docs/events.md and agent/milink_messages.mc. */
#define EVENT_LIST(X)                                                                           \
    X(100, INFORMATION, "agent.started", "the agent serves calls", "nothing")                   \
    X(101, INFORMATION, "agent.stopped",                                                        \
      "the agent was stopped as asked; open operations are in its journal", "nothing")          \
    X(102, ERROR, "agent.failed", "the agent could not start",                                  \
      "mend what the text names, see it with milink-agent check, then start the service")       \
    X(103, INFORMATION, "agent.reload", "a changed configuration is in force", "nothing")       \
    X(104, WARNING, "agent.restart_needed",                                                     \
      "a setting was changed that counts only after a restart",                                 \
      "restart the service when it suits")                                                      \
    X(105, WARNING, "agent.reload_refused",                                                     \
      "a changed configuration has errors; the one before stays in force",                      \
      "mend it, then milink-agent reload")                                                      \
    X(106, WARNING, "agent.permissions",                                                        \
      "a file or directory that the agent depends on is open to others",                        \
      "close it; milink-agent setup sets the permissions again")                                \
    X(110, WARNING, "caller.refused", "an account that is not admitted tried the agent's pipe", \
      "if it is a SQL Server of yours, add it to sql_instances and restart; else find out who") \
    X(111, WARNING, "admin.refused",                                                            \
      "an account that is not admitted tried the administrators' pipe", "find out who")         \
    X(112, ERROR, "listener.failed", "the pipe cannot be served",                               \
      "find the process that holds it, then restart the service")                               \
    X(113, WARNING, "server.busy", "a call was refused: workers and queue are full",            \
      "see what calls so often; raise workers in the configuration")                            \
    X(114, ERROR, "caller.reverting",                                                           \
      "after a look at who called, the agent could not act as itself again, and ended",         \
      "nothing: Windows starts the service again; if it recurs, report it")                     \
    X(120, INFORMATION, "identity.chosen", "this is how the agent proves to Azure who it is",   \
      "nothing, if it is the one you meant")                                                    \
    X(121, WARNING, "identity.failing", "no token comes, or for another reason than before",    \
      "milink-agent check shows what the identity lacks")                                       \
    X(122, INFORMATION, "identity.works", "tokens come again", "nothing")                       \
    X(123, WARNING, "certificate.expires",                                                      \
      "the identity's certificate expires within 30 days, or has expired",                      \
      "renew it: its file is read anew at each request for a token")                            \
    X(130, WARNING, "clock.skewed", "this host's clock and Azure's differ too much",            \
      "mend the host's time service; the agent works with Azure's time meanwhile")              \
    X(131, INFORMATION, "clock.right", "the clocks agree again", "nothing")                     \
    X(132, WARNING, "clock.set", "the host's clock was set by much", "nothing, if it was you")  \
    X(140, ERROR, "audit.failed", "the audit trail cannot be written; writes are refused",      \
      "see to the disk and the permissions of the state directory")                             \
    X(141, ERROR, "journal.failed", "the journal cannot be written; writes are refused",        \
      "see to the disk and the permissions of the state directory")                             \
    X(150, WARNING, "metrics.failed", "the file of metrics cannot be written",                  \
      "see to the path metrics.file in the configuration")                                      \
    X(160, ERROR, "setup.failed",                                                               \
      "milink could not be installed, upgraded or repaired; what was done was put back",        \
      "mend what the text names, then run the installer again, or milink-agent setup")          \
    X(161, ERROR, "remove.failed", "milink was removed, but for what the text names",           \
      "mend it, then milink-agent remove again, or remove that by hand")

#endif
