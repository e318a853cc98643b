/* SPDX-License-Identifier: MIT */
/* How the catalogue's tables are written: for catalogue*.c alone. */
#ifndef MILINK_AGENT_CATALOGUE_TABLE_H
#define MILINK_AGENT_CATALOGUE_TABLE_H

#include "catalogue.h"
#include "procedures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TEXT_COLUMN(column, units)                   \
    {                                                \
        column, sizeof(column) - 1, WIRE_TEXT, units \
    }
#define INT_COLUMN(column)                      \
    {                                           \
        column, sizeof(column) - 1, WIRE_INT, 0 \
    }
#define BINARY_COLUMN(column, bytes)                   \
    {                                                  \
        column, sizeof(column) - 1, WIRE_BINARY, bytes \
    }

#define INSTANCE_PARAMETER                                                                    \
    {                                                                                         \
        .name = "@instance", .type = WIRE_TEXT, .size = 64,                                   \
        .text = "alias of the Managed Instance; may be left out when one alone is configured" \
    }
#define LINK_PARAMETER                                                                      \
    {                                                                                       \
        .name = "@link", .type = WIRE_TEXT, .size = 128, .flags = PARAMETER_REQUIRED,       \
        .rule = RULE_LINK,                                                                  \
        .text = "name of the link, which is the name of the distributed availability group" \
    }
#define DATABASE_PARAMETER                                                                \
    {                                                                                     \
        .name = "@database", .type = WIRE_TEXT, .size = 128, .flags = PARAMETER_REQUIRED, \
        .rule = RULE_DATABASE, .text = "name of the database on the instance"             \
    }
#define CERTIFICATE_PARAMETER                                                         \
    {                                                                                 \
        .name = "@name", .type = WIRE_TEXT, .size = 128, .flags = PARAMETER_REQUIRED, \
        .rule = RULE_NAME, .text = "name of SQL Server's certificate on the instance" \
    }
/* Longer than the longest phrase: LOSE DATA ON and a name of 128 characters. */
#define CONFIRM_PARAMETER(phrase)                                          \
    {                                                                      \
        .name = "@confirm", .type = WIRE_TEXT, .size = 160, .text = phrase \
    }
#define FORCE_PARAMETER(what)                                                               \
    {                                                                                       \
        .name = "@force", .type = WIRE_BIT, .most = 1, .otherwise = "0", .text = "1: " what \
    }
#define OPERATION_PARAMETER                                                                  \
    {                                                                                        \
        .name = "@operation_id", .type = WIRE_TEXT, .size = 36, .flags = PARAMETER_REQUIRED, \
        .rule = RULE_GUID, .text = "id of the operation"                                     \
    }

/* The operation row, which every write and every procedure about operations answers with. */
enum { OPERATION_COLUMNS = 15 };
extern const struct wire_column catalogue_operation_columns[OPERATION_COLUMNS];

/* Defines xp_milink_<which>: one that reads, one that writes, one without parameters of its own. */
#define READS(which, area, need, parameters, answer, line)                              \
    const struct procedure catalogue_##which = {.name = MILINK_PROCEDURE_PREFIX #which, \
                                                .text = line,                           \
                                                .subject = area,                        \
                                                .right = need,                          \
                                                .own = parameters,                      \
                                                .own_count = COUNT(parameters),         \
                                                .columns = answer,                      \
                                                .column_count = COUNT(answer),          \
                                                .handler = handle_##which}
#define WRITES(which, area, need, parameters, line)                                     \
    const struct procedure catalogue_##which = {.name = MILINK_PROCEDURE_PREFIX #which, \
                                                .text = line,                           \
                                                .subject = area,                        \
                                                .right = need,                          \
                                                .writes = true,                         \
                                                .own = parameters,                      \
                                                .own_count = COUNT(parameters),         \
                                                .columns = catalogue_operation_columns, \
                                                .column_count = OPERATION_COLUMNS,      \
                                                .handler = handle_##which}
#define TELLS(which, area, answer, line)                                                \
    const struct procedure catalogue_##which = {.name = MILINK_PROCEDURE_PREFIX #which, \
                                                .text = line,                           \
                                                .subject = area,                        \
                                                .columns = answer,                      \
                                                .column_count = COUNT(answer),          \
                                                .handler = handle_##which}

/* One of each name in the list, so that a procedure that nobody defines does not link. */
#define DECLARED(which) extern const struct procedure catalogue_##which;
MILINK_PROCEDURES(DECLARED)
#undef DECLARED

#endif
