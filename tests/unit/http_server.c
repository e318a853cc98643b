/* SPDX-License-Identifier: MIT */
/* The test's HTTP server: a thread a connection, blocking sockets, TLS over them if asked for. */
#include "http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_CONNECTIONS = 256,
    MAX_REQUESTS = 1024,
    MAX_TARGET = 64,
    MAX_REQUEST = 65536,
    BODY_CAP = 4 * 1024 * 1024
};

struct connection {
    struct http_server *server;
    pthread_t thread;
    int socket;
    SSL *tls;    /* NULL: plain */
    bool doomed; /* the next request is read and not answered */
    char bytes[MAX_REQUEST + 1];
    size_t length;
};

struct http_server {
    SSL_CTX *context; /* NULL: plain */
    int listener;
    unsigned port;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    struct connection *connections[MAX_CONNECTIONS];
    size_t connection_count, open_count;
    char targets[MAX_REQUESTS][MAX_TARGET];
    size_t request_count;
};

static ssize_t write_some(struct connection *connection, const char *bytes, size_t length)
{
    return connection->tls != NULL ? SSL_write(connection->tls, bytes, (int)length)
                                   : send(connection->socket, bytes, length, MSG_NOSIGNAL);
}

static ssize_t read_some(struct connection *connection, char *bytes, size_t room)
{
    return connection->tls != NULL ? SSL_read(connection->tls, bytes, (int)room)
                                   : recv(connection->socket, bytes, room, 0);
}

static bool send_bytes(struct connection *connection, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = write_some(connection, bytes, length);

        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool send_text(struct connection *connection, const char *text)
{
    return send_bytes(connection, text, strlen(text));
}

static bool answer(struct connection *connection, const char *body, size_t length)
{
    char head[128];

    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", length);
    return send_text(connection, head) && send_bytes(connection, body, length);
}

static bool answer_large(struct connection *connection, size_t length, bool open_end)
{
    char *body = calloc(1, length);
    bool sent = false;

    if (body == NULL)
        return false;
    memset(body, 'x', length);
    if (open_end) {
        send_text(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        send_bytes(connection, body, length);
    } else {
        sent = answer(connection, body, length);
    }
    free(body);
    return sent;
}

/* Retry-After twice, and a value over the client's cap. */
static bool answer_headers(struct connection *connection)
{
    static char long_value[9000];

    memset(long_value, 'v', sizeof long_value - 1);
    return send_text(connection, "HTTP/1.1 202 Accepted\r\nretry-after:  15 \r\nRetry-After: 16\r\n"
                                 "LOCATION: https://example.invalid/op?a=b:c\r\nX-Other: no\r\n"
                                 "x-empty:\r\nx-long: ") &&
           send_text(connection, long_value) &&
           send_text(connection, "\r\nContent-Length: 2\r\n\r\n{}");
}

static bool answer_redirect(struct connection *connection, const char *status)
{
    char head[160];

    snprintf(head, sizeof head,
             "HTTP/1.1 %s Moved\r\nLocation: http://127.0.0.1:%u/echo\r\nContent-Length: 0\r\n\r\n",
             status, connection->server->port);
    return send_text(connection, head);
}

/* False: the connection is to be closed. */
static bool serve(struct connection *connection, const char *target, size_t length)
{
    if (connection->doomed || strcmp(target, "/lost") == 0)
        return false;
    if (strcmp(target, "/then-close") == 0) {
        connection->doomed = true;
        return answer(connection, "last", 4);
    }
    if (strncmp(target, "/echo", 5) == 0)
        return answer(connection, connection->bytes, length);
    if (strcmp(target, "/empty") == 0)
        return send_text(connection, "HTTP/1.1 204 No Content\r\n\r\n");
    if (strncmp(target, "/redirect/", 10) == 0)
        return answer_redirect(connection, target + 10);
    if (strcmp(target, "/headers") == 0)
        return answer_headers(connection);
    if (strcmp(target, "/continue") == 0)
        return send_text(connection, "HTTP/1.1 100 Continue\r\nLocation: early\r\n\r\n") &&
               answer(connection, "final", 5);
    if (strcmp(target, "/max") == 0)
        return answer_large(connection, BODY_CAP, false);
    if (strcmp(target, "/big") == 0)
        return answer_large(connection, BODY_CAP + 1, false);
    if (strcmp(target, "/big-open") == 0)
        return answer_large(connection, BODY_CAP + 1, true);
    if (strcmp(target, "/cut") == 0)
        return send_text(connection, "HTTP/1.1 202 Accepted\r\nLocation: kept\r\n"
                                     "Content-Length: 100\r\n\r\nshort") &&
               false;
    return strncmp(target, "/hang", 5) == 0; /* no answer, and the connection stays */
}

/* Length of the request at the start of the bytes, read to its end; 0: the connection has ended. */
static size_t read_request(struct connection *connection)
{
    for (;;) {
        const char *end = strstr(connection->bytes, "\r\n\r\n");
        ssize_t got = 0;

        if (end != NULL) {
            const char *field = strstr(connection->bytes, "Content-Length: ");
            size_t body = field != NULL && field < end ? strtoul(field + 16, NULL, 10) : 0;
            size_t need = (size_t)(end - connection->bytes) + 4 + body;

            if (connection->length >= need)
                return need;
        }
        got = read_some(connection, connection->bytes + connection->length,
                        MAX_REQUEST - connection->length);
        if (got <= 0)
            return 0;
        connection->length += (size_t)got;
        connection->bytes[connection->length] = '\0';
        if (connection->bytes[0] < 'A')
            return 0; /* TLS, which is not spoken here */
    }
}

static void note_request(struct http_server *server, const char *target)
{
    pthread_mutex_lock(&server->mutex);
    if (server->request_count < MAX_REQUESTS)
        snprintf(server->targets[server->request_count++], MAX_TARGET, "%s", target);
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
}

static void *connection_main(void *context)
{
    struct connection *connection = context;
    struct http_server *server = connection->server;
    size_t length = 0;
    bool open = connection->tls == NULL || SSL_accept(connection->tls) == 1;

    while (open && (length = read_request(connection)) > 0) {
        char target[MAX_TARGET] = "";

        sscanf(connection->bytes, "%*s %63s", target);
        note_request(server, target);
        open = serve(connection, target, length);
        memmove(connection->bytes, connection->bytes + length, connection->length - length + 1);
        connection->length -= length;
    }
    if (connection->tls != NULL)
        SSL_shutdown(connection->tls);
    shutdown(connection->socket, SHUT_RDWR);
    pthread_mutex_lock(&server->mutex);
    server->open_count--;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

static void take_connection(struct http_server *server, int socket)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL || server->connection_count == MAX_CONNECTIONS)
        abort();
    connection->server = server;
    connection->socket = socket;
    if (server->context != NULL) {
        connection->tls = SSL_new(server->context);
        if (connection->tls == NULL || SSL_set_fd(connection->tls, socket) != 1)
            abort();
    }
    pthread_mutex_lock(&server->mutex);
    server->connections[server->connection_count++] = connection;
    server->open_count++;
    if (pthread_create(&connection->thread, NULL, connection_main, connection) != 0)
        abort();
    pthread_mutex_unlock(&server->mutex);
}

static void *server_main(void *context)
{
    struct http_server *server = context;
    int socket = -1;
    int on = 1;

    while ((socket = accept(server->listener, NULL, NULL)) >= 0) {
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        take_connection(server, socket);
    }
    return NULL;
}

struct http_server *http_server_new(void)
{
    return http_server_new_tls(NULL);
}

struct http_server *http_server_new_tls(SSL_CTX *context)
{
    struct http_server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    if (server == NULL)
        abort();
    server->context = context;
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->changed, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(server->listener, MAX_CONNECTIONS) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&server->thread, NULL, server_main, server) != 0)
        abort();
    server->port = ntohs(address.sin_port);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    for (size_t i = 0; i < server->connection_count; i++) {
        shutdown(server->connections[i]->socket, SHUT_RDWR);
        pthread_join(server->connections[i]->thread, NULL);
        SSL_free(server->connections[i]->tls);
        close(server->connections[i]->socket);
        free(server->connections[i]);
    }
    SSL_CTX_free(server->context);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

unsigned http_server_port(const struct http_server *server)
{
    return server->port;
}

size_t http_server_connections(struct http_server *server)
{
    size_t count = 0;

    pthread_mutex_lock(&server->mutex);
    count = server->connection_count;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

size_t http_server_requests(struct http_server *server, const char *target)
{
    size_t count = 0;

    pthread_mutex_lock(&server->mutex);
    for (size_t i = 0; i < server->request_count; i++)
        if (strncmp(server->targets[i], target, strlen(target)) == 0)
            count++;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

void http_server_await_requests(struct http_server *server, size_t count)
{
    pthread_mutex_lock(&server->mutex);
    while (server->request_count < count)
        pthread_cond_wait(&server->changed, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
}

void http_server_await_idle(struct http_server *server)
{
    pthread_mutex_lock(&server->mutex);
    while (server->open_count > 0)
        pthread_cond_wait(&server->changed, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
}
