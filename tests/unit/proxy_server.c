/* SPDX-License-Identifier: MIT */
/* The test's proxy: a thread a connection, blocking sockets. */
#include "proxy_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 64, MAX_HEAD = 8192 };

struct connection {
    struct proxy_server *proxy;
    pthread_t thread;
    int socket;
    SSL *tls; /* NULL: plain */
};

struct proxy_server {
    enum proxy_mode mode;
    SSL_CTX *context;
    int listener;
    unsigned port;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    struct connection *connections[MAX_CONNECTIONS];
    size_t connection_count, request_count;
    char last[MAX_HEAD];
};

static ssize_t read_some(struct connection *connection, char *bytes, size_t room)
{
    return connection->tls != NULL ? SSL_read(connection->tls, bytes, (int)room)
                                   : recv(connection->socket, bytes, room, 0);
}

static bool write_all(struct connection *connection, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = connection->tls != NULL
                           ? SSL_write(connection->tls, bytes, (int)length)
                           : send(connection->socket, bytes, length, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool say(struct connection *connection, const char *text)
{
    return write_all(connection, text, strlen(text));
}

static int open_target(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int target = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(target, (struct sockaddr *)&address, sizeof address) == 0)
        return target;
    close(target);
    return -1;
}

/* Carries bytes both ways until one side ends. */
static void tunnel(struct connection *connection, int target)
{
    struct pollfd ends[] = {{connection->socket, POLLIN, 0}, {target, POLLIN, 0}};
    char bytes[16384];
    ssize_t got = 1;

    while (got > 0) {
        bool pending = connection->tls != NULL && SSL_pending(connection->tls) > 0;

        if (poll(ends, 2, pending ? 0 : -1) < 0)
            return;
        if (pending || ends[0].revents != 0) {
            got = read_some(connection, bytes, sizeof bytes);
            if (got > 0)
                send(target, bytes, (size_t)got, MSG_NOSIGNAL);
        }
        if (got > 0 && ends[1].revents != 0) {
            got = recv(target, bytes, sizeof bytes, 0);
            if (got > 0 && !write_all(connection, bytes, (size_t)got))
                got = 0;
        }
    }
}

static bool open_tunnel(struct connection *connection, const char *head)
{
    const char *colon = strchr(head, ':');
    int target = colon != NULL ? open_target((unsigned)strtoul(colon + 1, NULL, 10)) : -1;

    if (target < 0)
        return say(connection, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    if (say(connection, "HTTP/1.1 200 Connection established\r\nLocation: proxy\r\n\r\n"))
        tunnel(connection, target);
    close(target);
    return false;
}

static bool ask_user(struct connection *connection, bool close_after)
{
    return say(connection, "HTTP/1.1 407 Proxy Authentication Required\r\n"
                           "Proxy-Authenticate: Basic realm=\"test\"\r\n") &&
           say(connection, connection->proxy->mode == PROXY_DIGEST
                               ? "Proxy-Authenticate: Digest realm=\"test\", nonce=\"abc\", "
                                 "qop=\"auth\", algorithm=SHA-256\r\n"
                               : "") &&
           say(connection, close_after ? "Connection: close\r\n" : "") &&
           say(connection, "Content-Length: 20\r\n\r\n<html>no</html>\n    ") && !close_after;
}

/* False: the connection is to be closed. */
static bool serve(struct connection *connection, const char *head)
{
    /* user:p4ss */
    bool basic = strstr(head, "\r\nProxy-Authorization: Basic dXNlcjpwNHNz\r\n") != NULL;
    bool digest = strstr(head, "\r\nProxy-Authorization: Digest username=\"user\"") != NULL;

    switch (connection->proxy->mode) {
    case PROXY_OPEN: return open_tunnel(connection, head);
    case PROXY_BASIC:
    case PROXY_BASIC_CLOSE:
        return basic ? open_tunnel(connection, head)
                     : ask_user(connection, connection->proxy->mode == PROXY_BASIC_CLOSE);
    case PROXY_DIGEST: return digest ? open_tunnel(connection, head) : ask_user(connection, false);
    case PROXY_REFUSES: return ask_user(connection, false);
    case PROXY_FORBIDS:
        say(connection, "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: "
                        "30\r\n\r\n<html>Forbidden by policy</html>");
        return false;
    case PROXY_LOST:
        say(connection, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        return false;
    case PROXY_SILENT: return true;
    case PROXY_GARBLES: say(connection, "SSH-2.0-OpenSSH_9.2\r\nnonsense\r\n"); return false;
    default: return false;
    }
}

/* Reads byte by byte, so that nothing behind the head is taken. */
static bool read_head(struct connection *connection, char head[MAX_HEAD])
{
    size_t length = 0;

    for (head[0] = '\0'; length < MAX_HEAD - 1 && strstr(head, "\r\n\r\n") == NULL;) {
        if (read_some(connection, head + length, 1) != 1)
            return false;
        head[++length] = '\0';
        if (head[0] < 'A')
            return false; /* TLS, where none is spoken */
    }
    return true;
}

static void *connection_main(void *context)
{
    struct connection *connection = context;
    struct proxy_server *proxy = connection->proxy;
    bool open = connection->tls == NULL || SSL_accept(connection->tls) == 1;
    char head[MAX_HEAD];

    while (open && read_head(connection, head)) {
        pthread_mutex_lock(&proxy->mutex);
        proxy->request_count++;
        memcpy(proxy->last, head, sizeof head);
        pthread_mutex_unlock(&proxy->mutex);
        open = serve(connection, head);
    }
    shutdown(connection->socket, SHUT_RDWR);
    return NULL;
}

static void take_connection(struct proxy_server *proxy, int socket)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL || proxy->connection_count == MAX_CONNECTIONS)
        abort();
    connection->proxy = proxy;
    connection->socket = socket;
    if (proxy->context != NULL) {
        connection->tls = SSL_new(proxy->context);
        if (connection->tls == NULL || SSL_set_fd(connection->tls, socket) != 1)
            abort();
    }
    proxy->connections[proxy->connection_count++] = connection;
    if (pthread_create(&connection->thread, NULL, connection_main, connection) != 0)
        abort();
}

static void *proxy_main(void *context)
{
    struct proxy_server *proxy = context;
    int socket = -1;

    while ((socket = accept(proxy->listener, NULL, NULL)) >= 0)
        take_connection(proxy, socket);
    return NULL;
}

struct proxy_server *proxy_server_new(enum proxy_mode mode, SSL_CTX *context)
{
    struct proxy_server *proxy = calloc(1, sizeof *proxy);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    if (proxy == NULL)
        abort();
    proxy->mode = mode;
    proxy->context = context;
    pthread_mutex_init(&proxy->mutex, NULL);
    proxy->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(proxy->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(proxy->listener, MAX_CONNECTIONS) != 0 ||
        getsockname(proxy->listener, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&proxy->thread, NULL, proxy_main, proxy) != 0)
        abort();
    proxy->port = ntohs(address.sin_port);
    return proxy;
}

void proxy_server_free(struct proxy_server *proxy)
{
    if (proxy == NULL)
        return;
    shutdown(proxy->listener, SHUT_RDWR);
    pthread_join(proxy->thread, NULL);
    close(proxy->listener);
    for (size_t i = 0; i < proxy->connection_count; i++) {
        struct connection *connection = proxy->connections[i];

        shutdown(connection->socket, SHUT_RDWR);
        pthread_join(connection->thread, NULL);
        SSL_free(connection->tls);
        close(connection->socket);
        free(connection);
    }
    SSL_CTX_free(proxy->context);
    pthread_mutex_destroy(&proxy->mutex);
    free(proxy);
}

unsigned proxy_server_port(const struct proxy_server *proxy)
{
    return proxy->port;
}

size_t proxy_server_requests(struct proxy_server *proxy)
{
    size_t count = 0;

    pthread_mutex_lock(&proxy->mutex);
    count = proxy->request_count;
    pthread_mutex_unlock(&proxy->mutex);
    return count;
}

const char *proxy_server_last(struct proxy_server *proxy)
{
    return proxy->last;
}
