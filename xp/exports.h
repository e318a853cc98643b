/* SPDX-License-Identifier: MIT */
/* The exported functions of the DLL, from the one list of procedures. */
#ifndef MILINK_XP_EXPORTS_H
#define MILINK_XP_EXPORTS_H

#include "ods.h"
#include "procedures.h"

/* Tells SQL Server which generation of the interface the DLL speaks (ods-api: "creating extended
 * stored procedures"). */
uint32_t __GetXpVersion(void);

/* int xp_milink_<name>(SRV_PROC *): 0, or the error number that @rc receives. */
#define DECLARE_PROCEDURE(name) int xp_milink_##name(struct ods_call *host);
MILINK_PROCEDURES(DECLARE_PROCEDURE)
#undef DECLARE_PROCEDURE

#endif
