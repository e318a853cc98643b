/* SPDX-License-Identifier: MIT */
/* One call of one extended procedure, from its parameters to its return code. */
#ifndef MILINK_XP_XP_H
#define MILINK_XP_XP_H

#include "error.h"
#include "ods.h"
#include "wire.h"

/* Everything one call holds; lives on the heap, from the entry into the procedure to its return. */
struct xp_call {
    const struct ods_api *ods;
    struct ods_call *host;
    const char *procedure; /* "xp_milink_link_get" */

    struct wire_call request;
    char names[WIRE_MAX_PARAMETERS][WIRE_MAX_NAME + 1];
    void *owned[WIRE_MAX_PARAMETERS]; /* bytes that the request's values point to */

    /* What the DLL itself obeys; 0 for the numbers of parameters that were not passed as OUTPUT. */
    bool quiet;
    uint32_t timeout_ms;
    int error_number_at, error_code_at, error_message_at;

    struct wire_columns columns;
    uint8_t *columns_frame; /* what the column names point to */
    uint8_t *row;           /* the data of one row, a slot a column */
    uint8_t *slots[WIRE_MAX_COLUMNS];
    struct wire_value values[WIRE_MAX_COLUMNS];
    int32_t rows;

    struct error error;
};

/* Runs the procedure of that name: the body of every exported function. Returns 0 or the error
 * number. */
int xp_run(const char *procedure, struct ods_call *host);

#endif
