/* SPDX-License-Identifier: MIT */
/* Binds the Open Data Services table to the opends60.dll that the host process has loaded. */
#include "ods.h"
#include <winsock2.h>
#include <windows.h>
#include <srv.h>

/* What ods.h says again must be what the header of the interface says. */
_Static_assert(ODS_VERSION == ODS_XP_VERSION, "version");
_Static_assert(SRV_PARAMRETURN == ODS_PARAMETER_OUTPUT, "output flag");
_Static_assert(SRV_DONE_MORE == ODS_DONE_MORE && SRV_DONE_ERROR == ODS_DONE_ERROR &&
                   SRV_DONE_COUNT == ODS_DONE_COUNT,
               "done flags");
_Static_assert(SRV_SPROC_CODEPAGE == ODS_FIELD_CODE_PAGE, "field");
_Static_assert(SRVINTN == ODS_INTN && SRVBITN == ODS_BITN && SRVINT4 == ODS_INT4 &&
                   SRVNVARCHAR == ODS_NVARCHAR && SRVBIGVARCHAR == ODS_BIGVARCHAR &&
                   SRVBIGVARBINARY == ODS_BIGVARBINARY && SRVNTEXT == ODS_NTEXT &&
                   SRVNUMERICN == ODS_NUMERICN && SRVNULL == ODS_NULL,
               "tokens");

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static struct ods_api table;
static const char *lacking;
static bool bound;

static void (*find(void *module, const char *name))(void)
{
    return (void (*)(void))GetProcAddress(module, name);
}

static BOOL CALLBACK bind_once(PINIT_ONCE self, PVOID parameter, PVOID *context)
{
    HMODULE module = GetModuleHandleW(L"opends60.dll");

    (void)self;
    (void)parameter;
    (void)context;
    lacking = "opends60.dll";
    bound = module != NULL && ods_fill(&table, find, module, &lacking);
    return TRUE;
}

const struct ods_api *ods_bind(const char **missing)
{
    InitOnceExecuteOnce(&once, bind_once, NULL, NULL);
    *missing = lacking;
    return bound ? &table : NULL;
}
