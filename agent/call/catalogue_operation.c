/* SPDX-License-Identifier: MIT */
/* The catalogue: operations, which every write leaves in the journal. */
#include "catalogue_table.h"

static const struct parameter operation_get_own[] = {
    OPERATION_PARAMETER,
    {.name = "@wait_seconds",
     .type = WIRE_INT,
     .most = 60,
     .otherwise = "0",
     .text = "wait at most so long for a change"},
};
static const struct parameter operation_list_own[] = {
    INSTANCE_PARAMETER,
    {.name = "@state",
     .type = WIRE_TEXT,
     .size = 16,
     .allowed = "Accepted|Running|Succeeded|Failed|Canceled|Unknown",
     .text = "operations in this state alone"},
    {.name = "@since",
     .type = WIRE_TEXT,
     .size = 40,
     .rule = RULE_TIME,
     .text = "operations started at or after this time, ISO 8601 in UTC"},
};
static const struct parameter cancel_own[] = {
    OPERATION_PARAMETER,
    {.name = "@wait_seconds",
     .type = WIRE_INT,
     .most = 60,
     .otherwise = "0",
     .text = "wait at most so long for the operation's end"},
    {.name = "@what_if",
     .type = WIRE_BIT,
     .most = 1,
     .otherwise = "0",
     .text = "1: validate, read, show the request that would be sent, send nothing"},
};

READS(operation_get, SUBJECT_OPERATION, RIGHT_NONE, operation_get_own, catalogue_operation_columns,
      "one operation; waits for a change");
READS(operation_list, SUBJECT_OPERATION, RIGHT_NONE, operation_list_own,
      catalogue_operation_columns, "operations, newest first");
READS(operation_cancel, SUBJECT_OPERATION, RIGHT_NONE, cancel_own, catalogue_operation_columns,
      "asks Azure to cancel an operation on the instance itself; asking again is no error");
