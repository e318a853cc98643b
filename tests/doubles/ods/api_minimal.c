/* SPDX-License-Identifier: MIT */
/* The table of an opends60 that lacks the optional functions, as a host's may. */
#include "call.h"

static const struct ods_api api = {
    srv_rpcparams, srv_paraminfo,  srv_paramname, srv_paramstatus, srv_paramsetoutput,
    srv_describe,  srv_setcoldata, srv_setcollen, srv_sendrow,     srv_senddone,
    NULL,          NULL,           NULL,
};

const struct ods_api *ods_double_api(void)
{
    return &api;
}
