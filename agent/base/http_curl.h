/* SPDX-License-Identifier: MIT */
/* One request as a libcurl transfer: what http_curl.c, which drives transfers, and the other
 * http_curl_*.c have of each other. */
#ifndef MILINK_AGENT_HTTP_CURL_H
#define MILINK_AGENT_HTTP_CURL_H

#include "http.h"
#include "http_request.h"

#include <curl/curl.h>

enum {
    HTTP_SHOWN_HOST = 100, /* characters of a host in a text: the cause needs room as well */
    HTTP_CAUSE_SIZE = 256  /* of a cause's text */
};

/* Certificates trusted besides the system's. */
struct http_roots;

/* A client's copies of its options; what is not given is NULL. */
struct http_settings {
    struct http_roots *roots;
    char *proxy;
    char *proxy_user;
    char *proxy_password;
    char *no_proxy;
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
    bool proxied; /* goes through the proxy */
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

/* The roots of a PEM file (NULL: none) and of the file that came with the agent. NULL with a text
 * in why. */
struct http_roots *http_roots_new(const char *ca_file, char *why, size_t why_size);
void http_roots_free(struct http_roots *roots); /* takes NULL */

/* All but the roots. False when memory ran out; http_settings_clear, which frees the roots too, is
 * due then as well. */
bool http_settings_copy(struct http_settings *settings, const struct http_options *options);
void http_settings_clear(struct http_settings *settings);

/* Copies a request that was checked; NULL when memory ran out. settings outlive the job. */
struct http_job *http_job_new(const struct http_request *request,
                              const struct http_settings *settings);
/* Makes the transfer, ready for curl_multi_add_handle; false when memory ran out. I/O thread. */
bool http_job_prepare(struct http_job *job);
/* The part of it that is about certificates and versions of TLS. */
bool http_job_set_tls(struct http_job *job);
/* When the job is to be ended if nothing has happened by then, on the clock of
 * clock_monotonic_ms. */
uint64_t http_job_deadline(const struct http_job *job);
/* Why libcurl ended a transfer, and what to look at; never a credential. */
void http_job_cause(const struct http_job *job, CURLcode code, char *text, size_t size);
/* Why its time was up. */
void http_job_late_cause(const struct http_job *job, char *text, size_t size);
/* Hands the answer to the job's done, once: result, and why when it is not HTTP_ANSWERED (host and
 * cause are made into one text). */
void http_job_finish(struct http_job *job, enum http_result result, const char *cause);
/* Wipes and frees everything; the transfer must be out of its curl_multi. Takes NULL. */
void http_job_free(struct http_job *job);

#endif
