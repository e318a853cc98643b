/* SPDX-License-Identifier: MIT */
/* OUTPUT parameters: values of the answer and the error, written back into the caller's variables.
 */
#ifndef MILINK_XP_OUTPUTS_H
#define MILINK_XP_OUTPUTS_H

#include "xp.h"

/* Writes a value to OUTPUT parameter n (from 1), converted to the type of the caller's variable:
 * texts are cut to its length, numbers become text where the variable is one. A value that does not
 * fit the variable leaves it as it was. n 0 does nothing. */
void outputs_set(struct xp_call *call, int n, const struct wire_value *value);
/* Sets @error_number, @error_code and @error_message from call->error: 0 and two NULLs on success.
 */
void outputs_set_errors(struct xp_call *call);

#endif
