/* SPDX-License-Identifier: MIT */
/* Requests to Azure Resource Manager with token, headers, retries of reads, and paging. */
#ifndef MILINK_AGENT_ARM_CLIENT_H
#define MILINK_AGENT_ARM_CLIENT_H

#include "arm.h"
#include "arm_budget.h"
#include "crypto.h"
#include "deadline.h"
#include "token.h"

/* What every request to Azure needs; borrowed by all who ask. */
struct arm_client {
    const struct config *config;
    struct http_client *http;
    struct token_cache *tokens;
    struct arm_budget *budget; /* of reads */
};

/* A request with the headers that Azure expects (arm-api 8, request ids). The texts it points to
 * are its own or the caller's, so it stays where it is. */
struct arm_request {
    struct http_request http;
    struct http_header headers[5];
    char client_request_id[CRYPTO_GUID_SIZE];
};

/* Fills the request; url, body (may be NULL) and correlation_id (may be NULL) stay the caller's,
 * bearer is to be set. False when no random bytes could be had. */
bool arm_request_init(struct arm_request *request, const char *method, const char *url,
                      const char *body, const char *correlation_id);

/* GET of a path below the endpoint, or of an absolute URL that Azure gave (nextLink). Retries what
 * is transient within the deadline, and a refused token once. A new document for json_free; NULL
 * with error set, its subject being subject. */
struct json *arm_get(const struct arm_client *client, const char *path, const char *subject,
                     const struct deadline *deadline, struct error *error);

/* GET of a collection, page by page: element is called for every one in "value" and returns false
 * to stop early, which is no error. At most 100 pages. */
struct arm_each {
    const char *subject;
    bool (*element)(void *context, const struct json *element);
    void *context;
};
bool arm_list(const struct arm_client *client, const char *path, const struct arm_each *each,
              const struct deadline *deadline, struct error *error);

#endif
