/* SPDX-License-Identifier: MIT */
/* The table of all functions. */
#include "call.h"

static const struct ods_api api = {
    srv_rpcparams, srv_paraminfo,     srv_paramname, srv_paramstatus, srv_paramsetoutput,
    srv_describe,  srv_setcoldata,    srv_setcollen, srv_sendrow,     srv_senddone,
    srv_wsendmsg,  srv_got_attention, srv_pfield,
};

const struct ods_api *ods_double_api(void)
{
    return &api;
}
