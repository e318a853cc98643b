/* SPDX-License-Identifier: MIT */
/* One request as a libcurl transfer: its options, and what arrives. */
#include "http_curl.h"

#include "crypto.h"
#include "deadline.h"
#include "http_proxy.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HTTP_CONNECT_MS = 10000,
    HTTP_KEEPALIVE_S =
        30, /* before middle boxes forget a connection that waits for a slow answer */
    HTTP_FIRST_ROOM = 4096
};

/* ---- making and freeing ---- */

static void wipe_free(char *text, size_t length)
{
    crypto_wipe(text, text != NULL ? length : 0);
    free(text);
}

static char *copy_bytes(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy != NULL) {
        memcpy(copy, bytes, length);
        copy[length] = '\0';
    }
    return copy;
}

/* Adds "name: value" to the headers; libcurl copies the line, ours is wiped. */
static bool job_add_header(struct http_job *job, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + sizeof ": ";
    char *line = malloc(size);
    struct curl_slist *grown = NULL;

    if (line == NULL)
        return false;
    /* "name;" is libcurl's way to write a header without a value: "name:" would mean to leave it
     * out. */
    if (*value != '\0')
        snprintf(line, size, "%s: %s", name, value);
    else
        snprintf(line, size, "%s;", name);
    grown = curl_slist_append(job->headers, line);
    wipe_free(line, size);
    if (grown != NULL)
        job->headers = grown;
    return grown != NULL;
}

static bool job_add_bearer(struct http_job *job, const char *token)
{
    size_t size = strlen(token) + sizeof "Bearer ";
    char *value = malloc(size);
    bool added = false;

    if (value == NULL)
        return false;
    snprintf(value, size, "Bearer %s", token);
    added = job_add_header(job, "Authorization", value);
    wipe_free(value, size);
    return added;
}

/* Leaves a header out that libcurl would send of its own. */
static bool job_drop_header(struct http_job *job, const char *line)
{
    struct curl_slist *grown = curl_slist_append(job->headers, line);

    if (grown != NULL)
        job->headers = grown;
    return grown != NULL;
}

static bool job_add_headers(struct http_job *job, const struct http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (!job_add_header(job, request->headers[i].name, request->headers[i].value))
            return false;
    if (request->bearer != NULL && !job_add_bearer(job, request->bearer))
        return false;
    /* A form's type where the caller names none, and a wait for "100 Continue", which ends in
     * sending the request again when a server refuses the expectation. */
    if (!http_request_has_header(request, "Content-Type") && !job_drop_header(job, "Content-Type:"))
        return false;
    return job_drop_header(job, "Expect:");
}

/* What is local is never proxied, whatever the list says. */
static bool is_proxied(const struct http_request *request, const struct http_settings *settings)
{
    char host[HTTP_MAX_HOST];

    if (settings->proxy == NULL || http_request_is_plain(request))
        return false;
    http_request_host(request, host, sizeof host);
    return http_proxy_applies(settings->no_proxy, host);
}

struct http_job *http_job_new(const struct http_request *request,
                              const struct http_settings *settings)
{
    struct http_job *job = calloc(1, sizeof *job);

    if (job == NULL)
        return NULL;
    job->settings = settings;
    job->started_ms = clock_monotonic_ms();
    job->timeout_ms = request->timeout_ms;
    job->plain = http_request_is_plain(request);
    job->proxied = is_proxied(request, settings);
    job->only_once = strcmp(request->method, "GET") != 0;
    http_request_host(request, job->host, sizeof job->host);
    job->method = copy_bytes(request->method, strlen(request->method));
    job->url = copy_bytes(request->url, strlen(request->url));
    if (request->body != NULL) {
        job->body = copy_bytes(request->body, request->body_length);
        job->body_length = request->body_length;
    }
    if (job->method == NULL || job->url == NULL || (request->body != NULL && job->body == NULL) ||
        !job_add_headers(job, request)) {
        http_job_free(job);
        return NULL;
    }
    return job;
}

void http_job_free(struct http_job *job)
{
    if (job == NULL)
        return;
    curl_easy_cleanup(job->easy);
    for (struct curl_slist *line = job->headers; line != NULL; line = line->next)
        crypto_wipe(line->data, strlen(line->data));
    curl_slist_free_all(job->headers);
    wipe_free(job->body, job->body_length);
    free(job->url);
    free(job->method);
    http_answer_clear(&job->answer);
    free(job);
}

/* ---- what arrives ---- */

/* Makes room for more bytes and a terminator. Not by realloc: the old place would keep a token. */
static bool job_grow_body(struct http_job *job, size_t more)
{
    size_t need = job->answer.body_length + more + 1;
    size_t room = job->body_room > 0 ? job->body_room : HTTP_FIRST_ROOM;
    char *body = NULL;

    if (need <= job->body_room)
        return true;
    while (room < need)
        room *= 2;
    body = malloc(room);
    if (body == NULL)
        return false;
    if (job->answer.body != NULL)
        memcpy(body, job->answer.body, job->answer.body_length);
    wipe_free(job->answer.body, job->answer.body_length);
    job->answer.body = body;
    job->body_room = room;
    return true;
}

static size_t job_take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_job *job = context;
    size_t length = size * count;

    if (length > HTTP_MAX_BODY - job->answer.body_length) {
        job->too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (!job_grow_body(job, length))
        return CURL_WRITEFUNC_ERROR;
    memcpy(job->answer.body + job->answer.body_length, bytes, length);
    job->answer.body_length += length;
    return length;
}

static void job_drop_headers(struct http_job *job)
{
    for (size_t i = 0; i < job->answer.header_count; i++)
        free((char *)(uintptr_t)job->answer.headers[i].name);
    job->answer.header_count = 0;
}

/* Keeps a header, its name in our spelling. Name and value are one allocation, which begins with
 * the name: http_answer_clear relies on it. False when memory ran out. */
static bool job_keep_header(struct http_job *job, const char *name, const char *value,
                            size_t length)
{
    struct http_header *header = &job->answer.headers[job->answer.header_count];
    size_t name_size = strlen(name) + 1;
    char *text = NULL;

    if (length > HTTP_MAX_HEADER || job->answer.header_count == HTTP_MAX_HEADERS)
        return true;
    text = malloc(name_size + length + 1);
    if (text == NULL)
        return false;
    memcpy(text, name, name_size);
    memcpy(text + name_size, value, length);
    text[name_size + length] = '\0';
    header->name = text;
    header->value = text + name_size;
    job->answer.header_count++;
    return true;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* One line of a header block. A block may be one of several (100 Continue): the last one counts. */
static size_t job_take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http_job *job = context;
    size_t length = size * count;
    const char *colon = memchr(bytes, ':', length);
    const char *value = NULL;
    const char *end = bytes + length;

    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        job_drop_headers(job);
        return length;
    }
    if (colon == NULL)
        return length;
    for (value = colon + 1; value < end && is_blank(*value);)
        value++;
    while (end > value && is_blank(end[-1]))
        end--;
    for (char **name = job->settings->keep_headers; *name != NULL; name++)
        if (text_equal_bytes(*name, bytes, (size_t)(colon - bytes)) &&
            !job_keep_header(job, *name, value, (size_t)(end - value)))
            return CURL_WRITEFUNC_ERROR;
    return length;
}

/* ---- how far it came ---- */

static int job_on_resolve(void *resolver, void *reserved, void *context)
{
    struct http_job *job = context;

    (void)resolver;
    (void)reserved;
    job->resolving = true;
    if (job->connecting_ms == 0)
        job->connecting_ms = clock_monotonic_ms();
    return 0;
}

/* A request that was given up while its host was looked up has no done: it need not even
 * connect. */
static int job_on_socket(void *context, curl_socket_t socket, curlsocktype purpose)
{
    struct http_job *job = context;

    (void)socket;
    (void)purpose;
    job->resolving = false;
    if (job->connecting_ms == 0)
        job->connecting_ms = clock_monotonic_ms();
    return job->done != NULL ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

/* Runs when the connection stands (TLS too), right before the request is written to it: what ends
 * before this was not sent. It also runs before libcurl sends a request once more, as it does by
 * itself when a connection dies without an answer that another request used before or shares
 * (HTTP/2), and when HTTP/2 refuses a stream. That must not happen to a write: who
 * sends it says whether it may be sent again, and must know that it was. */
static int job_on_request(void *context, char *remote, char *local, int remote_port, int local_port)
{
    struct http_job *job = context;

    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    if (job->done == NULL || (job->sent && job->only_once))
        return CURL_PREREQFUNC_ABORT;
    job->resolving = false;
    job->sent = true;
    return CURL_PREREQFUNC_OK;
}

uint64_t http_job_deadline(const struct http_job *job)
{
    uint64_t whole = job->started_ms + job->timeout_ms;
    uint64_t connect = job->connecting_ms + HTTP_CONNECT_MS;

    return !job->sent && job->connecting_ms != 0 && connect < whole ? connect : whole;
}

/* ---- options ---- */

#define SET(option, value) (curl_easy_setopt(job->easy, option, value) == CURLE_OK)

static bool job_set_callbacks(struct http_job *job)
{
    return SET(CURLOPT_PRIVATE, (void *)job) && SET(CURLOPT_ERRORBUFFER, job->error) &&
           SET(CURLOPT_WRITEFUNCTION, job_take_body) && SET(CURLOPT_WRITEDATA, (void *)job) &&
           SET(CURLOPT_HEADERFUNCTION, job_take_header) && SET(CURLOPT_HEADERDATA, (void *)job) &&
           SET(CURLOPT_RESOLVER_START_FUNCTION, job_on_resolve) &&
           SET(CURLOPT_RESOLVER_START_DATA, (void *)job) &&
           SET(CURLOPT_SOCKOPTFUNCTION, job_on_socket) && SET(CURLOPT_SOCKOPTDATA, (void *)job) &&
           SET(CURLOPT_PREREQFUNCTION, job_on_request) && SET(CURLOPT_PREREQDATA, (void *)job);
}

static bool job_set_request(struct http_job *job)
{
    bool bodied = job->body != NULL ||
                  (strcmp(job->method, "GET") != 0 && strcmp(job->method, "DELETE") != 0);

    if (!SET(CURLOPT_URL, job->url) || !SET(CURLOPT_HTTPHEADER, job->headers) ||
        !SET(CURLOPT_USERAGENT, job->settings->user_agent))
        return false;
    /* libcurl keeps a pointer to the body, so that no copy stays behind. */
    if (bodied && (!SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)job->body_length) ||
                   !SET(CURLOPT_POSTFIELDS, job->body != NULL ? job->body : "")))
        return false;
    return SET(CURLOPT_CUSTOMREQUEST, job->method);
}

/* The user's name and password go to the proxy alone, and not before it has asked: the stronger of
 * the two ways it offers is taken. */
static bool job_set_proxy_user(struct http_job *job)
{
    const struct http_settings *settings = job->settings;

    return settings->proxy_user == NULL ||
           (SET(CURLOPT_PROXYAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST)) &&
            SET(CURLOPT_PROXYUSERNAME, settings->proxy_user) &&
            SET(CURLOPT_PROXYPASSWORD, settings->proxy_password));
}

/* Nothing is left to the environment: neither a proxy nor the hosts that go past it. */
static bool job_set_proxy(struct http_job *job)
{
    return SET(CURLOPT_PROXY, job->proxied ? job->settings->proxy : "") &&
           SET(CURLOPT_NOPROXY, "") && SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
           (!job->proxied || job_set_proxy_user(job));
}

/* A write gets a connection of its own: a kept one may be dead by now, and finding that out costs
 * the knowledge whether the request has arrived. Times are not libcurl's but http_job_deadline's:
 * libcurl's do not run while a request waits for a free connection, and would join a thread that
 * looks a host up. */
static bool job_set_connection(struct http_job *job)
{
    return SET(CURLOPT_PROTOCOLS_STR, job->plain ? "http" : "https") &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_PATH_AS_IS, 1L) &&
           SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) &&
           SET(CURLOPT_PIPEWAIT, job->only_once ? 0L : 1L) &&
           SET(CURLOPT_FRESH_CONNECT, job->only_once ? 1L : 0L) && SET(CURLOPT_NOSIGNAL, 1L) &&
           SET(CURLOPT_TCP_KEEPALIVE, 1L) && SET(CURLOPT_TCP_KEEPIDLE, (long)HTTP_KEEPALIVE_S) &&
           SET(CURLOPT_TCP_KEEPINTVL, (long)HTTP_KEEPALIVE_S);
}

bool http_job_prepare(struct http_job *job)
{
    job->easy = curl_easy_init();
    return job->easy != NULL && job_set_callbacks(job) && job_set_request(job) &&
           job_set_proxy(job) && http_job_set_tls(job) && job_set_connection(job);
}

/* ---- the end ---- */

/* Texts of the system may come in its own encoding: only ASCII goes on. */
static void job_explain(struct http_job *job, const char *cause)
{
    char *why = job->answer.why;

    snprintf(why, sizeof job->answer.why, "%s: %s", job->host, cause);
    for (; *why != '\0'; why++)
        if (*why < ' ' || *why > '~')
            *why = '?';
}

void http_job_finish(struct http_job *job, enum http_result result, const char *cause)
{
    struct http_answer *answer = &job->answer;
    void (*done)(void *context, struct http_answer *answer) = job->done;
    long status = 0;
    long connections = 0;

    if (result == HTTP_ANSWERED && !job_grow_body(job, 0)) {
        result = HTTP_LOST;
        cause = "out of memory";
    }
    if (job->easy != NULL) {
        curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(job->easy, CURLINFO_NUM_CONNECTS, &connections);
    }
    answer->result = result;
    answer->status = status >= 200 ? (int)status : 0;
    answer->connections = (unsigned)connections;
    answer->elapsed_ms = (uint32_t)(clock_monotonic_ms() - job->started_ms);
    if (result == HTTP_ANSWERED) {
        answer->body[answer->body_length] = '\0';
    } else {
        wipe_free(answer->body, answer->body_length);
        answer->body = NULL;
        answer->body_length = 0;
        job_explain(job, cause);
    }
    job->body_room = 0;
    job->done = NULL;
    done(job->context, answer);
    memset(answer, 0, sizeof *answer); /* what it held is done's now */
}
