/* SPDX-License-Identifier: MIT */
/* Azure as an input scripts it: each part is an answer, as text. Stands in for http_curl.c, and
 * answers at once. */
#ifndef MILINK_FUZZ_FUZZ_AZURE_H
#define MILINK_FUZZ_FUZZ_AZURE_H

#include "fuzz.h"
#include "http.h"

/* An answer out of "202\nRetry-After: 5\nLocation: /x\n\n{...}", for http_answer_clear. In place of
 * the status: unsent, lost, large, canceled. */
void fuzz_answer(struct http_answer *answer, struct fuzz_input part);

/* From now on requests are answered by the parts of input, in order; then none is sent any more.
 * Those with a token must go to this endpoint. */
void fuzz_azure_script(struct fuzz_input *input, const char *endpoint);

#endif
