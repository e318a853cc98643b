/* SPDX-License-Identifier: MIT */
/* The Open Data Services calls that the DLL uses, as a table bound at run time from the opends60 of
 * the host process. */
#ifndef MILINK_XP_ODS_H
#define MILINK_XP_ODS_H

#include <stdbool.h>
#include <stdint.h>

/* The host's SRV_PROC: one call of one extended procedure. Valid on the calling thread until we
 * return. */
struct ods_call;

/* Type tokens of parameters and columns (TDS tokens, as in srv.h; ods_win.c checks them against
 * it). */
enum ods_token {
    ODS_NULL = 0x1F,
    ODS_IMAGE = 0x22,
    ODS_TEXT = 0x23,
    ODS_VARBINARY = 0x25,
    ODS_INTN = 0x26,
    ODS_VARCHAR = 0x27,
    ODS_BINARY = 0x2D,
    ODS_CHAR = 0x2F,
    ODS_INT1 = 0x30,
    ODS_BIT = 0x32,
    ODS_INT2 = 0x34,
    ODS_DECIMAL = 0x37,
    ODS_INT4 = 0x38,
    ODS_NUMERIC = 0x3F,
    ODS_NTEXT = 0x63,
    ODS_BITN = 0x68,
    ODS_DECIMALN = 0x6A,
    ODS_NUMERICN = 0x6C,
    ODS_INT8 = 0x7F,
    ODS_BIGVARBINARY = 0xA5,
    ODS_BIGVARCHAR = 0xA7,
    ODS_BIGBINARY = 0xAD,
    ODS_BIGCHAR = 0xAF,
    ODS_NVARCHAR = 0xE7,
    ODS_NCHAR = 0xEF
};

enum {
    ODS_XP_VERSION = 0x07000000, /* what __GetXpVersion returns */
    ODS_PARAMETER_OUTPUT = 0x0001,
    ODS_DONE_MORE = 0x0001,
    ODS_DONE_ERROR = 0x0002,
    ODS_DONE_COUNT = 0x0010,
    ODS_FIELD_CODE_PAGE =
        36, /* srv_pfield(SRV_SPROC_CODEPAGE): the server's code page in decimal */
    ODS_NULL_TERMINATED = -1,
    ODS_MESSAGE_CHARACTERS = 32242, /* srv_wsendmsg refuses a longer text */
    ODS_COLUMN_BYTES = 8000         /* the longest value of a BIG or N column */
};

/* The functions, under their srv_ names less the prefix. 32-bit longs of the Windows ABI are
 * int32_t. Optional ones are NULL where the host's opends60 does not export them. */
struct ods_api {
    int (*rpcparams)(struct ods_call *);
    int (*paraminfo)(struct ods_call *, int n, uint8_t *type, uint32_t *maximum, uint32_t *actual,
                     uint8_t *data, int *is_null);
    char *(*paramname)(struct ods_call *, int n, int *length);
    int (*paramstatus)(struct ods_call *, int n);
    int (*paramsetoutput)(struct ods_call *, int n, uint8_t *data, uint32_t length, int is_null);
    int (*describe)(struct ods_call *, int column, char *name, int name_length, int32_t to_type,
                    int32_t to_length, int32_t from_type, int32_t from_length, void *data);
    int (*setcoldata)(struct ods_call *, int column, void *data);
    int (*setcollen)(struct ods_call *, int column, int length);
    int (*sendrow)(struct ods_call *);
    int (*senddone)(struct ods_call *, uint16_t status, uint16_t info, int32_t count);
    int (*wsendmsg)(struct ods_call *, int32_t number, uint8_t severity, uint16_t *text,
                    int characters);                            /* optional */
    int (*got_attention)(struct ods_call *);                    /* optional */
    char *(*pfield)(struct ods_call *, int field, int *length); /* optional */
};

/* The table of this process, bound at the first call and constant from then on. NULL when opends60
 * is not there or lacks a required function; *missing then names it. Any thread. */
const struct ods_api *ods_bind(const char **missing);

/* Fills the table from a way to find a function by its full name; for the platform files alone. */
bool ods_fill(struct ods_api *api, void (*(*find)(void *context, const char *name))(void),
              void *context, const char **missing);

/* The server's code page, of varchar values; 0, the system's own, when the host does not tell. */
unsigned ods_code_page(const struct ods_api *ods, struct ods_call *host);

#endif
