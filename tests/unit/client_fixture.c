/* SPDX-License-Identifier: MIT */
/* One call of the client against the scripted agent. */
#include "client_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "endpoint.h"
#include "wire_samples.h"

struct script script;
struct deadline deadline;
size_t names;
uint32_t slow_ms;
struct error error;
size_t frames[256];
uint64_t took_ms;

int client_set_up(void **state)
{
    (void)state;
    agent_place();
    script_init(&script);
    deadline = deadline_in(LONG_MS);
    names = 0;
    slow_ms = 0;
    return 0;
}

int client_tear_down(void **state)
{
    (void)state;
    agent_stop();
    agent_unplace();
    script_clear(&script);
    return 0;
}

static void take_call(struct wire_call *call)
{
    static char name[] = "@text";

    call->procedure = "xp_milink_version";
    call->procedure_length = strlen(call->procedure);
    call->deadline_ms = 1000;
    call->parameter_count = names;
    for (size_t i = 0; i < names; i++)
        call->parameters[i] = (struct wire_parameter){name, 5, false, wire_text("x")};
}

int32_t run_call(void)
{
    struct wire_call *call = calloc(1, sizeof *call);
    struct client client;
    struct buffer payload;
    uint64_t began = clock_monotonic_ms();
    uint8_t opcode = 0;
    bool is_done = false;

    assert_non_null(call);
    memset(&error, 0, sizeof error);
    memset(frames, 0, sizeof frames);
    take_call(call);
    client_init(&client);
    if (client_open(&client, call, &deadline, &error))
        while (!is_done && client_next(&client, &opcode, &payload, &error)) {
            frames[opcode]++;
            is_done = opcode == WIRE_DONE;
            clock_sleep_ms(slow_ms);
        }
    client_close(&client);
    took_ms = clock_monotonic_ms() - began;
    free(call);
    assert_int_equal(error.number == 0, is_done);
    return error.number;
}

void put(const char *sample)
{
    wire_sample_find(sample)->put(&script.answer);
}

void swamp(int sockets[4])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof address.sun_path, "%s", getenv(MILINK_SOCKET_VARIABLE));
    for (int i = 0; i < 4; i++)
        sockets[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(sockets[0], (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(sockets[0], 1), 0);
    for (int i = 1; i < 4; i++)
        connect(sockets[i], (struct sockaddr *)&address, sizeof address);
}

void drain(const int sockets[4])
{
    for (int i = 0; i < 4; i++)
        close(sockets[i]);
}
