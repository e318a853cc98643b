/* SPDX-License-Identifier: MIT */
/* What SQL Server calls: the version of the interface, and one function a procedure. */
#include "exports.h"
#include "xp.h"

uint32_t __GetXpVersion(void)
{
    return ODS_XP_VERSION;
}

#define DEFINE_PROCEDURE(name)                              \
    int xp_milink_##name(struct ods_call *host)             \
    {                                                       \
        return xp_run(MILINK_PROCEDURE_PREFIX #name, host); \
    }
MILINK_PROCEDURES(DEFINE_PROCEDURE)
#undef DEFINE_PROCEDURE
