/* SPDX-License-Identifier: MIT */
/* A journal and an engine of one operation, which never moves; they stand in for store_sqlite.c and
 * engine.c. */
#ifndef MILINK_FUZZ_FUZZ_JOURNAL_H
#define MILINK_FUZZ_FUZZ_JOURNAL_H

#include "operation.h"

/* Before a call: the operation that is in it, and which stands in the way of every other; NULL:
 * none. Copied. */
void fuzz_journal_hold(const struct operation *operation);
/* What the call has submitted; NULL: nothing. */
const struct operation *fuzz_journal_submitted(void);

#endif
