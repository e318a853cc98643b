/* SPDX-License-Identifier: MIT */
/* Looks up the functions of the opends60.dll that the host has loaded. */
#include "probe_bind.h"
#include <string.h>

static FARPROC find(const char *name)
{
    HMODULE module = GetModuleHandleW(L"opends60.dll");

    return module != NULL ? GetProcAddress(module, name) : NULL;
}

bool probe_exported(const char *name)
{
    return find(name) != NULL;
}

bool probe_bind(struct probe_ods *ods)
{
    FARPROC found = NULL;

#define PROBE_FIND(name) \
    found = find(#name); \
    memcpy(&ods->name, &found, sizeof found);
    PROBE_FUNCTIONS(PROBE_FIND)
#undef PROBE_FIND
    return ods->srv_rpcparams != NULL && ods->srv_paraminfo != NULL && ods->srv_describe != NULL &&
           ods->srv_setcoldata != NULL && ods->srv_setcollen != NULL && ods->srv_sendrow != NULL &&
           ods->srv_senddone != NULL;
}
