/* SPDX-License-Identifier: MIT */
/* The one list of procedure names: exports of the DLL, the registration script and the agent's
 * catalogue follow it. */
#ifndef MILINK_IPC_PROCEDURES_H
#define MILINK_IPC_PROCEDURES_H

/* X(name): the procedure xp_milink_<name>. Append only: a name once released keeps its meaning. */
#define MILINK_PROCEDURES(X)     \
    X(version)                   \
    X(help)                      \
    X(instance_list)             \
    X(link_list)                 \
    X(link_get)                  \
    X(link_failover)             \
    X(link_set_role)             \
    X(license_get)               \
    X(license_set)               \
    X(operation_get)             \
    X(operation_list)            \
    X(link_create)               \
    X(link_update)               \
    X(link_delete)               \
    X(instance_get)              \
    X(instance_create)           \
    X(endpoint_certificate_get)  \
    X(certificate_list)          \
    X(certificate_put)           \
    X(certificate_delete)        \
    X(database_list)             \
    X(database_get)              \
    X(database_delete)           \
    X(database_restore_get)      \
    X(database_restore_complete) \
    X(operation_cancel)          \
    X(network_test)              \
    X(health)

#define MILINK_PROCEDURE_PREFIX "xp_milink_"

#endif
