/* SPDX-License-Identifier: MIT */
/* Receiving requests and sending answers, whole or mangled, with libmicrohttpd. */
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "clock.h"
#include "exchange.h"
#include "text.h"

enum {
    IDLE_SECONDS = 120,
    CONNECTION_MEMORY = 64 * 1024 /* request head: long operation URLs and tokens */
};

struct server {
    struct MHD_Daemon *daemon;
    struct sim *sim;
    bool plain;
};

/* What a reader of a mangled body needs. */
struct mangled {
    char *bytes;
    size_t length; /* sent before the connection is closed, or all */
    bool truncate;
    int64_t drip_ms;
};

static void *begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    (void)context;
    (void)connection;
    return request_new(uri);
}

static void end(void *context, struct MHD_Connection *connection, void **request,
                enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    request_free(*request);
    *request = NULL;
}

/* Escapes stay as they are: the request decodes its own path, after splitting it. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static char *header(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value ? text_copy(value) : NULL;
}

static void read_head(struct request *request, struct MHD_Connection *connection,
                      const char *method)
{
    request->method = text_copy(method);
    request->authorization = header(connection, "Authorization");
    request->content_type = header(connection, "Content-Type");
    request->host = header(connection, "Host");
    request->user_agent = header(connection, "User-Agent");
    request->metadata = header(connection, "Metadata");
    request->forwarded =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Forwarded-For") != NULL;
    request->client_request_id = header(connection, "x-ms-client-request-id");
    request->correlation_id = header(connection, "x-ms-correlation-request-id");
}

static ssize_t read_mangled(void *context, uint64_t position, char *buffer, size_t room)
{
    struct mangled *mangled = context;
    size_t left = mangled->length - (size_t)position;
    if (left == 0)
        return mangled->truncate ? MHD_CONTENT_READER_END_WITH_ERROR
                                 : MHD_CONTENT_READER_END_OF_STREAM;
    if (mangled->drip_ms > 0 && !clock_wait(mangled->drip_ms))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t count = mangled->drip_ms > 0 ? 1 : left;
    if (count > room)
        count = room;
    memcpy(buffer, mangled->bytes + position, count);
    return (ssize_t)count;
}

static void free_mangled(void *context)
{
    struct mangled *mangled = context;
    free(mangled->bytes);
    free(mangled);
}

static struct MHD_Response *mangled_response(const struct answer *answer,
                                             const struct delivery *delivery)
{
    struct mangled *mangled = text_memory(1, sizeof *mangled);
    size_t announced = answer->length;
    mangled->bytes = text_copy_bytes(answer->body, answer->length);
    mangled->truncate = delivery->truncate;
    mangled->drip_ms = delivery->drip_ms;
    mangled->length = delivery->truncate ? answer->length / 2 : answer->length;
    if (delivery->truncate && announced == 0)
        announced = 100; /* an empty body cut short: a length is announced and nothing comes */
    return MHD_create_response_from_callback(announced, 4096, read_mangled, mangled, free_mangled);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, const struct answer *answer,
                                   const struct delivery *delivery)
{
    struct MHD_Response *response = NULL;
    if (delivery->cut)
        return MHD_NO; /* closes the connection */
    if (delivery->truncate || (delivery->drip_ms > 0 && answer->length > 0))
        response = mangled_response(answer, delivery);
    else
        response =
            MHD_create_response_from_buffer(answer->length, answer->body, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < answer->header_count; i++)
        MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Called once with the head, then with each part of the body, then with an empty part at its
 * end. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    struct server *server = context;
    struct request *request = *state;
    (void)url;
    (void)version;
    if (!request->method) {
        read_head(request, connection, method);
        request->plain = server->plain;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        request_add_body(request, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    struct answer answer = {0};
    struct delivery delivery = {0};
    exchange(server->sim, request, &answer, &delivery);
    enum MHD_Result sent = send_answer(connection, &answer, &delivery);
    answer_clear(&answer);
    return sent;
}

/* A fault may close a connection before its handshake. */
static enum MHD_Result accept_connection(void *context, const struct sockaddr *address,
                                         socklen_t length)
{
    struct server *server = context;
    (void)address;
    (void)length;
    return server->plain || !fault_takes_connection(server->sim) ? MHD_YES : MHD_NO;
}

/* GnuTLS's words for the protocol versions; new. */
static char *priorities(const char *tls_only)
{
    if (!tls_only)
        return text_copy("NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
    return text_format("NORMAL:-VERS-ALL:+VERS-TLS%s", tls_only);
}

struct server *server_new(struct sim *sim, const struct listener *listener)
{
    struct server *server = text_memory(1, sizeof *server);
    uint16_t port = (uint16_t)listener->port;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char *versions = priorities(listener->tls_only);
    server->sim = sim;
    server->plain = !listener->certificate;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)listener->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)listener->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, versions},
        {MHD_OPTION_END, 0, NULL}};
    server->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK | (server->plain ? 0 : MHD_USE_TLS),
        port, accept_connection, server, handle, server, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_ARRAY, server->plain ? &tls[3] : tls, MHD_OPTION_URI_LOG_CALLBACK, begin, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, end, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, 4096U,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_END);
    free(versions);
    if (!server->daemon) {
        free(server);
        return NULL;
    }
    return server;
}

unsigned server_port(const struct server *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void server_free(struct server *server)
{
    if (!server)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}
