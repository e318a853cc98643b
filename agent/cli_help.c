/* SPDX-License-Identifier: MIT */
/* The help of each verb. */
#include "cli.h"

#define CONFIG "  --config FILE   the configuration; default: see milink-agent --help\n"

const struct cli_help cli_help[] = {
    {"run", "serve calls in this console until Ctrl-C",
     "usage: milink-agent run [--config FILE]\n"
     "\n"
     "Reads the configuration, takes up the open operations of the journal and serves SQL "
     "Server's\n"
     "calls. Ctrl-C or SIGTERM stops it: calls under way end, operations go on at the next start.\n"
     "SIGHUP has it read its configuration again, as milink-agent reload does. Nothing is asked "
     "of\n"
     "Azure before the first call.\n"
     "\n" CONFIG "\n"
     "exit codes: 0 stopped as asked; 1 it could not start (the reason is on standard error):\n"
     "            an error in the configuration, another agent, a journal that cannot be opened;\n"
     "            2 wrong usage\n"},
    {"service", "serve calls as a Windows service; Windows starts it",
     "usage: milink-agent service [--config FILE]\n"
     "\n"
     "What the service milink-agent runs; milink-agent setup registers it. Stopping it, or "
     "shutting\n"
     "Windows down, ends the calls under way and leaves open operations in the journal, from "
     "where\n"
     "they go on at the next start. sc control milink-agent paramchange has it read its "
     "configuration\n"
     "again, as milink-agent reload does. What an administrator must hear of is in Windows' Event\n"
     "Log, source milink-agent. Without log.file its log is agent.log in the state directory.\n"
     "\n" CONFIG "\n"
     "exit codes: of the process 0; of the service 0, or 1066 with a code of its own "
     "(docs/events.md):\n"
     "            1 memory, 2 configuration, 3 the pipe is taken, 4 log, journal or audit trail,\n"
     "            5 the administrators' pipe is taken. From a console: 1\n"},
    {"check", "test everything a call depends on, and show the evidence",
     "usage: milink-agent check [--config FILE] [--verbose] [--json]\n"
     "\n"
     "Runs the checks of xp_milink_health without the agent and prints a line each, with evidence "
     "and\n"
     "what to do: configuration, secrets, log, disk, journal, the whole audit trail, identity and\n"
     "token, and of each Managed Instance: API version, permissions, links, certificates. Changes\n"
     "nothing; may run beside the agent.\n"
     "\n" CONFIG
     "  --verbose       first show each setting: its value, whether it is the default, its effect\n"
     "  --json          a JSON object a line\n"
     "\n"
     "exit codes: 0 nothing failed (lines that begin with WARN deserve a look); 1 something did;\n"
     "            2 wrong usage\n"},
    {"audit", "verify or export the audit trail",
     "usage: milink-agent audit verify [--config FILE] [--head HASH]\n"
     "       milink-agent audit export [--config FILE] [--since TIME] [--json | --csv]\n"
     "\n"
     "verify reads the whole trail and tells the file, line and byte of every record that is not "
     "as\n"
     "it was written, is missing or was added; with --head also whether a record of that hash, "
     "noted\n"
     "elsewhere before, is still there. export writes the records that are whole to standard "
     "output,\n"
     "as they are or as CSV. Both may run beside the agent.\n"
     "\n" CONFIG
     "  --head HASH     a hash from the log (events audit.written) or an earlier verify\n"
     "  --since TIME    records of that time or later: 2026-11-24, or 2026-11-24T18:50:00Z\n"
     "\n"
     "exit codes: 0 whole; 1 not whole, or it cannot be read; 2 wrong usage\n"},
    {"call", "call a procedure of the running agent: milink-agent call link_get link=sales-link",
     NULL},
    {"secret", "store, list and remove secrets that the configuration names",
     "usage: milink-agent secret set NAME [--config FILE]\n"
     "       milink-agent secret list [--config FILE]\n"
     "       milink-agent secret remove NAME [--config FILE]\n"
     "\n"
     "set reads the secret from standard input: typed (not shown), or the one line of a pipe or\n"
     "file; never from the command line, where other processes see it. NAME is 1 to 64 characters\n"
     "of A-Z a-z 0-9 . _ - without regard to case; a secret under that name is replaced. list "
     "shows\n"
     "names and when they were set, never values.\n"
     "\n"
     "Secrets are kept encrypted below the configuration's state_directory; run it as an\n"
     "administrator on Windows, as root or the agent's own user on Linux. A client secret or a\n"
     "certificate's password counts at the next request for a token; a proxy's password after\n"
     "milink-agent reload.\n"
     "\n" CONFIG "\n"
     "  read -rs S && printf '%s' \"$S\" | milink-agent secret set arm; unset S\n"
     "\n"
     "exit codes: 0 done; 1 failed (the reason is on standard error); 2 wrong usage\n"},
    {"reload", "have the running agent read its configuration again",
     "usage: milink-agent reload [--config FILE]\n"
     "\n"
     "The agent reads the file that it was started with. A good one is in force at once; calls "
     "and\n"
     "operations under way are not touched. One with errors is refused with all of them, and the\n"
     "agent goes on as before. Settings that need a restart are named. For administrators, root "
     "or\n"
     "the agent's own user.\n"
     "\n"
     "  --config FILE   where to find the agent's socket (listen.socket), on Linux\n"
     "\n"
     "exit codes: 0 the new configuration is in force; 1 it is not (the reasons are shown);\n"
     "            2 wrong usage; 3 the agent is not running\n"},
    {"stop", "have the running agent stop",
     "usage: milink-agent stop [--config FILE]\n"
     "\n"
     "Stops the agent as Ctrl-C does in its console: calls under way end with AGENT_STOPPING, and\n"
     "open operations stay in the journal and go on at the next start. Azure goes on with what it\n"
     "has been asked. For administrators, root or the agent's own user.\n"
     "\n"
     "  --config FILE   where to find the agent's socket (listen.socket), on Linux\n"
     "\n"
     "exit codes: 0 the agent is stopping; 1 failed; 2 wrong usage; 3 it is not running\n"},
    {"setup", "make milink part of this Windows: directories, service, events",
     "usage: milink-agent setup [--data DIRECTORY] [--instances A,B] [--no-start] [--delayed]\n"
     "                          [--what-if]\n"
     "\n"
     "What the installer runs; by hand in an elevated console. Makes the directories of data with\n"
     "their permissions, a configuration to fill in where there is none, the source of events and\n"
     "the service milink-agent with this program as its own; joins Azure Arc's group of who may\n"
     "have its tokens; starts the service once the configuration is good. A line a step. Once "
     "more\n"
     "repairs; with a newer program it upgrades. A step that fails has those before it put back.\n"
     "SQL Server is not touched: milink-agent sql register does that.\n"
     "\n"
     "  --data DIRECTORY  configuration, state and log; default: %ProgramData%\\milink, or where\n"
     "                    they are already\n"
     "  --instances A,B   SQL Server instances for a new configuration; default: all of this host\n"
     "  --no-start        leave the service stopped\n"
     "  --delayed         let it start two minutes after Windows, and not with it\n"
     "  --what-if         say the steps, and do nothing\n"
     "\n"
     "exit codes: 0 done; 1 failed (the reason is on standard error); 2 wrong usage\n"},
    {"remove", "take milink out of this Windows again; data stay",
     "usage: milink-agent remove [--purge] [--what-if]\n"
     "\n"
     "Stops and removes the service, the source of events and the membership that setup made. The\n"
     "data directory stays, with configuration, journal, audit trail and secrets, and is named. "
     "What\n"
     "is registered in SQL Server stays too: milink-agent sql unregister first.\n"
     "\n"
     "  --purge           remove the data directory with all in it\n"
     "  --what-if         say the steps, and do nothing\n"
     "\n"
     "exit codes: 0 done; 1 a step failed (FAIL stands before it); 2 wrong usage\n"},
};

const size_t cli_help_count = sizeof cli_help / sizeof *cli_help;
