/* SPDX-License-Identifier: MIT */
/* Callers that measure round trips: a procedure of the agent, the same bytes against the echo, or
 * the same resource of Azure by libcurl alone. */
#include "client.h"
#include "echo.h"
#include "reader.h"
#include "samples.h"
#include "thread.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CALLERS = 1024, PATIENCE_MS = 60000 };

static const char usage[] =
    "usage: milink-bench size                           bytes of the request and of the agent's "
    "answer\n"
    "       milink-bench echo REQUEST ANSWER            the reference, until it is killed\n"
    "       milink-bench agent CALLERS CALLS [PROCEDURE [@name=text...]]\n"
    "                                                   of the running agent; xp_milink_version\n"
    "       milink-bench raw CALLERS CALLS REQUEST ANSWER   the same bytes, to the reference\n"
    "       milink-bench read CALLS URL TOKEN CA        GET by libcurl alone; TOKEN and CA are "
    "files\n"
    "agent, raw and read print: callers,calls,failures,p50_us,p99_us,max_us,calls_per_second\n";

/* One caller's share of a run. */
struct caller {
    size_t calls, failures;
    size_t request_bytes, answer_bytes; /* 0: the real call */
    double *microseconds;
};

/* What is called; texts are the command line's. */
static struct {
    const char *procedure;
    char **parameters; /* "@name=text" */
    size_t count;
} called = {.procedure = "xp_milink_version"};

static void make_request(struct wire_call *request)
{
    memset(request, 0, sizeof *request);
    request->procedure = called.procedure;
    request->procedure_length = strlen(called.procedure);
    request->deadline_ms = PATIENCE_MS;
    for (size_t i = 0; i < called.count && i < WIRE_MAX_PARAMETERS; i++) {
        const char *text = called.parameters[i], *equals = strchr(text, '=');
        struct wire_parameter *parameter = &request->parameters[i];

        if (equals == NULL)
            equals = text + strlen(text);
        parameter->name = text;
        parameter->name_length = (size_t)(equals - text);
        parameter->value.type = WIRE_TEXT;
        parameter->value.bytes = *equals != '\0' ? equals + 1 : equals;
        parameter->value.length = strlen(parameter->value.bytes);
        request->parameter_count++;
    }
}

/* A whole call, as the DLL makes it. Returns the bytes of its answer, 0 on failure. */
static size_t call_agent(void)
{
    struct deadline deadline = deadline_in(PATIENCE_MS);
    struct error *error = malloc(sizeof *error);
    struct wire_call request;
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;
    size_t bytes = 0;

    make_request(&request);
    client_init(&client);
    if (error != NULL)
        error->number = 0;
    if (error != NULL && client_open(&client, &request, &deadline, error))
        while (opcode != WIRE_DONE && client_next(&client, &opcode, &payload, error))
            bytes += WIRE_HEADER_SIZE + payload.length;
    client_close(&client);
    free(error);
    return opcode == WIRE_DONE ? bytes : 0;
}

static bool call_echo(size_t request_bytes, size_t answer_bytes)
{
    static char out[64 * 1024];
    struct deadline deadline = deadline_in(PATIENCE_MS);
    struct transport transport;
    char *in = malloc(answer_bytes);
    size_t got = 0, count = 0;

    transport_init(&transport);
    if (in != NULL && transport_connect(&transport, &deadline, NULL, 0) == TRANSPORT_OK &&
        transport_write(&transport, out, request_bytes, &deadline) == TRANSPORT_OK)
        while (got < answer_bytes && transport_read(&transport, in, answer_bytes - got, &count,
                                                    &deadline) == TRANSPORT_OK)
            got += count;
    transport_close(&transport);
    free(in);
    return got == answer_bytes;
}

static void run(void *context)
{
    struct caller *caller = context;

    for (size_t i = 0; i < caller->calls; i++) {
        uint64_t start = clock_monotonic_us();
        bool done = caller->request_bytes > 0
                        ? call_echo(caller->request_bytes, caller->answer_bytes)
                        : call_agent() > 0;

        caller->microseconds[i] = (double)(clock_monotonic_us() - start);
        caller->failures += !done;
    }
}

static int measure(size_t callers, size_t calls, size_t request_bytes, size_t answer_bytes)
{
    static struct caller shares[MAX_CALLERS];
    static struct thread *threads[MAX_CALLERS];
    double *all = malloc(callers * calls * sizeof *all);
    struct samples samples = {.callers = callers, .count = callers * calls, .microseconds = all};
    uint64_t start = 0;

    if (all == NULL || callers == 0 || callers > MAX_CALLERS || calls == 0)
        return 2;
    start = clock_monotonic_us();
    for (size_t i = 0; i < callers; i++) {
        shares[i] = (struct caller){calls, 0, request_bytes, answer_bytes, all + i * calls};
        threads[i] = thread_start(run, &shares[i]);
    }
    for (size_t i = 0; i < callers; i++) {
        thread_join(threads[i]);
        samples.failures += threads[i] == NULL ? calls : shares[i].failures;
    }
    samples.elapsed_us = clock_monotonic_us() - start;
    samples_print(&samples);
    free(all);
    return samples.failures == 0 ? 0 : 1;
}

static int print_size(void)
{
    const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, MILINK_VERSION,
                                     strlen(MILINK_VERSION)};
    struct wire_call request;
    struct buffer buffer;

    make_request(&request);
    buffer_init(&buffer, WIRE_MAX_PAYLOAD);
    wire_put_hello(&buffer, &hello);
    wire_put_call(&buffer, &request);
    printf("%zu %zu\n", buffer.length, call_agent());
    buffer_clear(&buffer);
    return 0;
}

static size_t number(const char *text)
{
    return (size_t)strtoul(text, NULL, 10);
}

int main(int count, char **arguments)
{
    const char *verb = count > 1 ? arguments[1] : "";

    if (strcmp(verb, "size") == 0 && count == 2)
        return print_size();
    if (strcmp(verb, "echo") == 0 && count == 4)
        return echo_run(number(arguments[2]), number(arguments[3]));
    if (strcmp(verb, "read") == 0 && count == 6)
        return reader_run(number(arguments[2]),
                          &(struct reader){arguments[3], arguments[4], arguments[5]});
    if (strcmp(verb, "agent") == 0 && count > 4) {
        called.procedure = arguments[4];
        called.parameters = arguments + 5;
        called.count = (size_t)count - 5;
    }
    if (strcmp(verb, "agent") == 0 && count >= 4)
        return measure(number(arguments[2]), number(arguments[3]), 0, 0);
    if (strcmp(verb, "raw") == 0 && count == 6)
        return measure(number(arguments[2]), number(arguments[3]), number(arguments[4]),
                       number(arguments[5]));
    fputs(usage, stderr);
    return 2;
}
