/* SPDX-License-Identifier: MIT */
/* HTTPS requests on one I/O thread with warm connections: the only door to libcurl. */
#ifndef MILINK_AGENT_HTTP_H
#define MILINK_AGENT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_MAX_BODY = 4 * 1024 * 1024, /* a longer answer is an error, HTTP_TOO_LARGE */
    HTTP_MAX_HEADER = 8192,          /* value of one header kept; LRO URLs may be 4 KB */
    HTTP_MAX_HEADERS = 16
};

/* How far a request came. What decides whether it may be sent again: only HTTP_NOT_SENT proves that
 * the server has not seen it. */
enum http_result {
    HTTP_ANSWERED,  /* a complete answer; see status */
    HTTP_NOT_SENT,  /* no byte of the request left: name not resolved, no connection, TLS refused */
    HTTP_LOST,      /* the request left or may have left, and no complete answer came */
    HTTP_TOO_LARGE, /* the answer's body is over the cap */
    HTTP_CANCELED   /* http_cancel or http_client_free; the request may have left */
};

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    const char *method; /* GET POST PUT PATCH DELETE */
    const char *url;    /* absolute; see http_request_check in http_request.h for what is taken */
    bool plain_local;   /* http:// is taken too, but only to 127.0.0.1, [::1], localhost and
                           169.254.169.254 (IMDS), and past the proxy */
    /* Copied and wiped after use; values with CR or LF are refused. */
    const struct http_header *headers;
    size_t header_count;
    const char *bearer; /* token for an Authorization header; copied, wiped after use; NULL: none */
    const char *body;   /* copied, wiped after use; NULL: none. Not with GET */
    size_t body_length;
    uint32_t timeout_ms; /* for the whole request, more than 0; connecting has 10 s of it at most */
};

/* An answer, owned by whoever received it; http_answer_clear frees it. */
struct http_answer {
    enum http_result result;
    int status; /* 0: none came. Status and headers are kept when the body was lost */
    char *body; /* terminated; NULL when result is not HTTP_ANSWERED, never when it is */
    size_t body_length;
    /* Those named in http_options.keep_headers. A value over HTTP_MAX_HEADER is left out, not
     * cut. */
    struct http_header headers[HTTP_MAX_HEADERS];
    size_t header_count;
    char why[256]; /* what went wrong, for people: "host: Connection refused"; "" when answered */
    uint32_t elapsed_ms;
    unsigned connections; /* opened for it: 0 when a kept one served, more than 1 with tries */
};

/* All are copied. NULL and "" are the same. Environment variables are never read. */
struct http_options {
    const char *ca_file; /* PEM, trusted besides the system's store */
    const char *proxy;   /* see http_proxy_check */
    const char *proxy_user;
    const char *proxy_password;      /* the copy is wiped with the client */
    const char *no_proxy;            /* see http_proxy_applies */
    const char *user_agent;          /* "milink-agent/1.0.0" */
    const char *const *keep_headers; /* names, case-insensitive, NULL-terminated */
};

struct http_client;

/* Starts the I/O thread. NULL with a text in why, which names the option at fault by its key in the
 * configuration: a ca_file that cannot be read, may be changed by everybody or is not all
 * certificates; a proxy that is none. TLS 1.2 or later, host and peer verified, the proxy's too, no
 * redirects, no cookies, HTTP/2 where offered, connections kept for reuse. A write (anything
 * but GET) always gets a new connection and is never sent twice; a GET may be, when a kept
 * connection turns out dead. Calls crypto_start. */
struct http_client *http_client_new(const struct http_options *options, char *why, size_t why_size);
/* Ends every request with HTTP_CANCELED (their callbacks run) and the thread; takes NULL. Not from
 * a callback. */
void http_client_free(struct http_client *client);

/* Starts a request; done runs exactly once, on the I/O thread, and must not block. It owns what the
 * answer holds: it clears the answer or copies the struct, which itself lasts only as long as the
 * call. Returns a number for http_cancel, never 0 and never used again; 0 when memory ran out, the
 * request is malformed (http_request_check says how) or the client is being freed: done does not
 * run then. Any thread, callbacks too. */
uint64_t http_start(struct http_client *client, const struct http_request *request,
                    void (*done)(void *context, struct http_answer *answer), void *context);
/* Asks for an early end; done runs soon with HTTP_CANCELED, unless it already has. Any thread. */
void http_cancel(struct http_client *client, uint64_t request);

/* The same, waiting: fills answer whatever happens. keep_waiting is asked every 200 ms (NULL:
 * always yes); false cancels. Not from a callback. */
void http_perform(struct http_client *client, const struct http_request *request,
                  bool (*keep_waiting)(void *context), void *context, struct http_answer *answer);

/* Value of a kept header, case-insensitive; NULL when the answer has none. */
const char *http_answer_header(const struct http_answer *answer, const char *name);
void http_answer_clear(struct http_answer *answer); /* wipes the body; takes NULL */

/* Percent-encodes every byte but A-Z a-z 0-9 - . _ ~ into text (size bytes); false when it has
 * no room. "." and "..", which stay as they are, cannot be told from path steps: the URL is
 * refused. */
bool http_escape(const char *bytes, char *text, size_t size);

/* "libcurl/7.88.1 OpenSSL/3.0.22 ... nghttp2/1.52.0", for --version */
const char *http_version(void);

#endif
