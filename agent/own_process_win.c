/* SPDX-License-Identifier: MIT */
/* What the process needs first, on Windows: nothing. */
#include "own_process.h"

void process_start(void)
{
}
