/* SPDX-License-Identifier: MIT */
/* What the host process shows of itself: connection fields, exports, thread, token. */
#ifndef MILINK_PROBE_HOST_H
#define MILINK_PROBE_HOST_H

#include "probe_rows.h"

void probe_fields(struct probe_rows *rows);  /* a row a field of srv_pfield and srv_pfieldex */
void probe_exports(struct probe_rows *rows); /* a row a function that opends60.dll should have */
void probe_thread(struct probe_rows *rows);  /* thread, stack, token, process */

#endif
