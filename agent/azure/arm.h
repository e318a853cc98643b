/* SPDX-License-Identifier: MIT */
/* Azure Resource Manager as the agent speaks it: paths out, errors and long-running operations in.
 * No I/O. */
#ifndef MILINK_AGENT_ARM_H
#define MILINK_AGENT_ARM_H

#include "arm_code.h"
#include "config.h"
#include "error.h"
#include "http.h"
#include "json.h"
#include <stdint.h>

enum {
    /* Of the longest names: a resource group of 90 characters and a database of 128, with three
     * bytes of UTF-8 each and each byte percent-encoded. */
    ARM_PATH_SIZE = 2560,
    ARM_URL_SIZE = 4097,
    ARM_RETRY_AFTER_MAX_MS = 3600 * 1000 /* no wait is longer, whatever Azure asks for */
};

/* The headers that answers must keep, for http_options. */
extern const char *const arm_kept_headers[];

/* Path of the instance, or of what is below it: kind NULL, "distributedAvailabilityGroups",
 * "databases"; name NULL for the whole collection. Names are percent-encoded. False when it does
 * not fit. */
bool arm_path(char *path, size_t size, const struct config_instance *instance, const char *kind,
              const char *name);
/* Appends one more segment, as of an action: "failover". False when it does not fit. */
bool arm_path_append(char *path, size_t size, const char *segment);

/* endpoint + path + "?api-version=" + version. */
bool arm_url(char *url, size_t size, const char *endpoint, const char *path, const char *version);
/* A URL from a Location, Azure-AsyncOperation or nextLink, made absolute. False, with url empty,
 * when it is too long, no URL, or leads to another host than endpoint: the token must not go there.
 */
bool arm_follow(char *url, size_t size, const char *endpoint, const char *given);

/* Milliseconds that the answer asks to wait (Retry-After in seconds or as a date, retry-after-ms,
 * x-ms-retry-after-ms); 0 when it does not. now_ms: UTC, for a date in an answer without a Date of
 * its own. At most an hour. */
uint64_t arm_retry_after_ms(const struct http_answer *answer, uint64_t now_ms);
/* Whether asking again may help: no answer, 408, 429, 500, 502, 503, 504. */
bool arm_is_transient(const struct http_answer *answer);
/* Whether it asks for fewer requests: 429, or 503 with TooManyRequests. */
bool arm_is_throttled(const struct http_answer *answer);
/* Whether Azure surely did not take the request: not sent, 401, 429, 503 TooManyRequests, or
 * another refusal with a code that says busy (ARM_RETRY). */
bool arm_was_refused_unseen(const struct http_answer *answer);

/* Sets error from anything but a 2xx: class, Azure's own code, its message and what to do. subject
 * names the resource. */
void arm_set_error(struct error *error, const char *subject, const struct http_answer *answer);
/* The same from the error object of a long-running operation ({"code":..., "message":...}). */
void arm_set_operation_error(struct error *error, const char *subject, const struct json *object);
/* The error code in an answer's body, copied; empty when it has none. Of codes that enclose one
 * another (details, innererror) the outermost that is known, else the outermost. */
void arm_error_code(const struct http_answer *answer, char *code, size_t size);
/* What to make of that code; ARM_FAIL when there is none. */
enum arm_disposition arm_disposition(const struct http_answer *answer);
/* Whether it is Azure's own word that there is no such resource: a 404 with a code that says so. A
 * proxy's page, or a missing subscription, tells nothing of it. */
bool arm_says_gone(const struct http_answer *answer);

#endif
