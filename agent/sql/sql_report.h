/* SPDX-License-Identifier: MIT */
/* What SQL Server said of milink, and the tables that show it. */
#ifndef MILINK_AGENT_SQL_REPORT_H
#define MILINK_AGENT_SQL_REPORT_H

#include "sql_instance.h"
#include "sqlcmd.h"

enum { SQL_OTHERS_MOST = 16 };

/* An answer to sql_script_state. */
struct sql_state {
    char host[SQL_NAME_SIZE], instance[SQL_NAME_SIZE];
    char dll[261];    /* of xp_milink_version; "-": none */
    char version[32]; /* of the DLL that answered; "-": none did, or it was not asked */
    unsigned procedures;
    size_t replica_count, node_count;
    char replicas[SQL_OTHERS_MOST][128]; /* HOST or HOST\INSTANCE */
    char nodes[SQL_OTHERS_MOST][128];
};

/* Reads what sqlcmd printed; false when there is no row of ours in it. */
bool sql_state_read(const char *output, struct sql_state *state);

/* A row an instance. False when memory ran out. */
bool sql_report_instances(const struct sql_instance *list, size_t count);

/* Every host on which milink must be: those asked for, the other nodes of a failover cluster, the
 * other replicas of its availability groups; a row each with what it lacks. */
struct sql_nodes;

/* dll: the path that should be registered; it must last as long. NULL when memory ran out. */
struct sql_nodes *sql_nodes_new(const char *dll);
void sql_nodes_free(struct sql_nodes *nodes); /* takes NULL */
/* Asks a server, and what it names. False when the server cannot be asked; standard error says so.
 */
bool sql_nodes_add(struct sql_nodes *nodes, struct sqlcmd *sqlcmd, const char *name,
                   const char *server);
/* Prints the table; true when no row lacks anything. */
bool sql_nodes_print(const struct sql_nodes *nodes);

#endif
