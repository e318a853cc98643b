/* SPDX-License-Identifier: MIT */
/* The SQL Server instances of this host, as its registry names them (windows.md D.1). */
#ifndef MILINK_AGENT_SQL_INSTANCE_H
#define MILINK_AGENT_SQL_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

enum { SQL_INSTANCES_MOST = 50, SQL_NAME_SIZE = 64 };

struct sql_instance {
    char name[SQL_NAME_SIZE];    /* MSSQLSERVER, or what stands behind the host's */
    char id[SQL_NAME_SIZE];      /* MSSQL16.PROD */
    char version[SQL_NAME_SIZE]; /* 16.0.4165.4; empty: not told */
    char edition[SQL_NAME_SIZE];
    char service[SQL_NAME_SIZE + 8]; /* MSSQLSERVER, MSSQL$PROD */
    bool clustered, running;
};

/* Fills list, 64-bit engines alone, in the registry's order; returns how many there are. */
size_t sql_instances_find(struct sql_instance list[SQL_INSTANCES_MOST]);

#endif
