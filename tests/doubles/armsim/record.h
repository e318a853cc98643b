/* SPDX-License-Identifier: MIT */
/* A request and its answer as one JSON object, with everything secret struck out. */
#ifndef MILINK_ARMSIM_RECORD_H
#define MILINK_ARMSIM_RECORD_H

#include "answer.h"
#include "request.h"

/* The text of the object; new. answered false: there is no answer yet. answer NULL: there never
 * will be one, the connection was cut. fault may be NULL. */
char *record_print(const struct request *request, bool answered, const struct answer *answer,
                   const char *fault);

#endif
