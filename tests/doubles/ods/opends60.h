/* SPDX-License-Identifier: MIT */
/* The functions that the double exports under the names and signatures of Microsoft's opends60. */
#ifndef MILINK_DOUBLES_OPENDS60_H
#define MILINK_DOUBLES_OPENDS60_H

#include "ods.h"
#include <stdint.h>

int srv_rpcparams(struct ods_call *call);
int srv_paraminfo(struct ods_call *call, int n, uint8_t *type, uint32_t *maximum, uint32_t *actual,
                  uint8_t *data, int *is_null);
char *srv_paramname(struct ods_call *call, int n, int *length);
int srv_paramstatus(struct ods_call *call, int n);
int srv_paramsetoutput(struct ods_call *call, int n, uint8_t *data, uint32_t length, int is_null);
int srv_describe(struct ods_call *call, int column, char *name, int name_length, int32_t to_type,
                 int32_t to_length, int32_t from_type, int32_t from_length, void *data);
int srv_setcoldata(struct ods_call *call, int column, void *data);
int srv_setcollen(struct ods_call *call, int column, int length);
int srv_sendrow(struct ods_call *call);
int srv_senddone(struct ods_call *call, uint16_t status, uint16_t info, int32_t count);

/* Absent from the minimal build. */
int srv_wsendmsg(struct ods_call *call, int32_t number, uint8_t severity, uint16_t *text,
                 int characters);
int srv_got_attention(struct ods_call *call);
char *srv_pfield(struct ods_call *call, int field, int *length);

#endif
