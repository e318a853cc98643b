/* SPDX-License-Identifier: MIT */
/* An agent in the test's own process. */
#include "agent_fixture.h"
#include "endpoint.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
    char folder[sizeof P_tmpdir + 32];
    struct sockaddr_un address;
    int socket, stop[2];
    pthread_t thread;
    const struct script *script;
    struct buffer heard;
    atomic_size_t callers;
} agent = {.socket = -1};

void agent_place(void)
{
    agent.address.sun_family = AF_UNIX;
    snprintf(agent.folder, sizeof agent.folder, "%s/milink-test-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(agent.folder));
    snprintf(agent.address.sun_path, sizeof agent.address.sun_path, "%s/xp.sock", agent.folder);
    assert_int_equal(setenv(MILINK_SOCKET_VARIABLE, agent.address.sun_path, 1), 0);
}

void agent_unplace(void)
{
    unlink(agent.address.sun_path);
    rmdir(agent.folder);
    buffer_clear(&agent.heard);
}

static void serve(int connection)
{
    struct transport peer = {.handle = connection, .event = -1};
    struct deadline deadline = deadline_in(AGENT_MOST_MS);

    atomic_fetch_add(&agent.callers, 1);
    buffer_clear(&agent.heard);
    buffer_init(&agent.heard, SCRIPT_MAX_HEARD);
    script_play(agent.script, &peer, &deadline, &agent.heard);
    transport_close(&peer);
}

/* Whoever has connected is served, even after the stop: what it sent was sent. */
static void *listen_and_serve(void *context)
{
    struct pollfd ready[] = {{agent.socket, POLLIN, 0}, {agent.stop[0], POLLIN, 0}};
    int connection = -1;

    (void)context;
    while (poll(ready, 2, -1) > 0) {
        connection = accept4(agent.socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (connection >= 0)
            serve(connection);
        else if (ready[1].revents != 0)
            break;
    }
    return NULL;
}

void agent_start(const struct script *script)
{
    assert_false(script->answer.failed);
    agent.script = script;
    atomic_store(&agent.callers, 0);
    agent.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(agent.socket >= 0);
    unlink(agent.address.sun_path);
    assert_int_equal(
        bind(agent.socket, (const struct sockaddr *)&agent.address, sizeof agent.address), 0);
    assert_int_equal(listen(agent.socket, 64), 0);
    assert_int_equal(pipe(agent.stop), 0);
    assert_int_equal(pthread_create(&agent.thread, NULL, listen_and_serve, NULL), 0);
}

void agent_stop(void)
{
    if (agent.socket < 0)
        return;
    assert_int_equal(write(agent.stop[1], "", 1), 1);
    assert_int_equal(pthread_join(agent.thread, NULL), 0);
    close(agent.socket);
    close(agent.stop[0]);
    close(agent.stop[1]);
    agent.socket = -1;
    unlink(agent.address.sun_path);
}

const struct buffer *agent_heard(void)
{
    return &agent.heard;
}

size_t agent_callers(void)
{
    return atomic_load(&agent.callers);
}

bool agent_heard_call(struct wire_call *call)
{
    struct buffer frames, payload;
    struct wire_hello hello;
    uint8_t opcode = 0;
    uint32_t length = 0;

    buffer_init_view(&frames, agent.heard.data, agent.heard.length);
    for (uint8_t expected = WIRE_HELLO; expected <= WIRE_CALL; expected++) {
        const uint8_t *header = buffer_get_bytes(&frames, WIRE_HEADER_SIZE);
        const void *bytes = NULL;

        if (header == NULL || !wire_get_header(header, &opcode, &length) || opcode != expected)
            return false;
        bytes = buffer_get_bytes(&frames, length);
        if (bytes == NULL)
            return false;
        buffer_init_view(&payload, bytes, length);
        if (expected == WIRE_HELLO && !wire_get_hello(&payload, &hello))
            return false;
    }
    return wire_get_call(&payload, call);
}

bool agent_heard_cancel(void)
{
    static const uint8_t cancel[WIRE_HEADER_SIZE] = {0, 0, 0, 0, WIRE_CANCEL};

    return agent.heard.length >= sizeof cancel &&
           memcmp(agent.heard.data + agent.heard.length - sizeof cancel, cancel, sizeof cancel) ==
               0;
}
