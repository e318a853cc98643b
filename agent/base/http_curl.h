/* SPDX-License-Identifier: MIT */
/* One request as a libcurl transfer; between http_curl.c, which drives transfers, and
 * http_curl_job.c. */
#ifndef MILINK_AGENT_HTTP_CURL_H
#define MILINK_AGENT_HTTP_CURL_H

#include "http.h"
#include "http_request.h"

#include <curl/curl.h>

enum { HTTP_SHOWN_HOST = 100 }; /* characters of a host in a text: the cause needs room as well */

/* A client's copies of its options. */
struct http_settings {
    char *ca_file;
    char *proxy;
    char *user_agent;
    char **keep_headers; /* NULL-terminated */
};

/* The caller's thread makes it; once it is handed over it is the I/O thread's, but for canceled. */
struct http_job {
    struct http_job *next;
    uint64_t id;
    bool canceled; /* guarded by the client's mutex */
    void (*done)(void *context, struct http_answer *answer);
    void *context;

    char *method;
    char *url;
    char *body; /* terminated; NULL: none */
    size_t body_length;
    struct curl_slist *headers;
    char host[HTTP_SHOWN_HOST + 1];
    bool plain;
    bool only_once;
    uint32_t timeout_ms;
    uint64_t started_ms;

    const struct http_settings *settings;
    CURL *easy;
    char error[CURL_ERROR_SIZE];
    uint64_t connecting_ms; /* when the host began to be looked up or connected to; 0: not yet */
    bool resolving;         /* a thread of libcurl's is looking the host's name up */
    bool sent;              /* a byte of the request may have left */
    bool too_large;
    struct http_answer answer; /* as far as it came */
    size_t body_room;
};

/* Copies a request that was checked; NULL when memory ran out. settings outlive the job. */
struct http_job *http_job_new(const struct http_request *request,
                              const struct http_settings *settings);
/* Makes the transfer, ready for curl_multi_add_handle; false when memory ran out. I/O thread. */
bool http_job_prepare(struct http_job *job);
/* When the job is to be ended if nothing has happened by then, on the clock of
 * clock_monotonic_ms. */
uint64_t http_job_deadline(const struct http_job *job);
/* Hands the answer to the job's done, once: result, and why when it is not HTTP_ANSWERED (host and
 * cause are made into one text). */
void http_job_finish(struct http_job *job, enum http_result result, const char *cause);
/* Wipes and frees everything; the transfer must be out of its curl_multi. Takes NULL. */
void http_job_free(struct http_job *job);

#endif
