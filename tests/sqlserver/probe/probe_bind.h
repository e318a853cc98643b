/* SPDX-License-Identifier: MIT */
/* The functions of the host's opends60.dll, each looked up by name: what is missing is an answer
 * too. */
#ifndef MILINK_PROBE_BIND_H
#define MILINK_PROBE_BIND_H

#include <stdbool.h>
#include <winsock2.h>
#include <windows.h>
#include <srv.h>

#define PROBE_FUNCTIONS(X) \
    X(srv_rpcparams)       \
    X(srv_paraminfo)       \
    X(srv_paramname)       \
    X(srv_paramstatus)     \
    X(srv_describe)        \
    X(srv_setcoldata)      \
    X(srv_setcollen)       \
    X(srv_sendrow)         \
    X(srv_senddone)        \
    X(srv_wsendmsg)        \
    X(srv_got_attention)   \
    X(srv_pfield)          \
    X(srv_pfieldex)

/* NULL: the host does not export it. */
struct probe_ods {
#define PROBE_MEMBER(name) __typeof__(name) *name;
    PROBE_FUNCTIONS(PROBE_MEMBER)
#undef PROBE_MEMBER
};

/* False when what a result set needs is missing. */
bool probe_bind(struct probe_ods *ods);

/* The host exports a function of this name. */
bool probe_exported(const char *name);

#endif
