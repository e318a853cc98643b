/* SPDX-License-Identifier: MIT */
/* The attacks: connections that say nothing, too little, nonsense or too much, or that go away. */
#include "attacks.h"
#include "mutate.h"
#include "victim.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    WELL_MS = 10000, /* longer than a silent caller may hold a worker */
    ANSWER_MS = 5000,
    GLANCE_MS = 20, /* for what may well be an unfinished request, to which no answer is due */
    GARBAGE_BYTES = 3000
};

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Opens connections and sends each the first bytes of a request; the agent must serve others
 * meanwhile. */
static bool hold_connections(unsigned count, const void *bytes, size_t length)
{
    struct client *clients = calloc(count, sizeof *clients);
    bool well = false;

    if (clients == NULL)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (victim_connect(&clients[i]) && length > 0)
            victim_send(&clients[i], bytes, length);
    well = victim_is_well(WELL_MS);
    if (!well)
        fprintf(stderr, "badclient: no answer while %u connections are held\n", count);
    for (unsigned i = 0; i < count; i++)
        client_close(&clients[i]);
    free(clients);
    return well;
}

static bool run_silence(const struct attack_options *options)
{
    return hold_connections(options->connections, NULL, 0);
}

static bool run_half(const struct attack_options *options)
{
    struct buffer request;
    bool well = false;

    buffer_init(&request, WIRE_MAX_PAYLOAD);
    well = victim_request(&request) &&
           hold_connections(options->connections, request.data, request.length - 1);
    /* Every other beginning, each let go at once. */
    for (size_t length = 0; well && length < request.length; length++) {
        struct client client;

        if (victim_connect(&client))
            victim_send(&client, request.data, length);
        client_close(&client);
    }
    buffer_clear(&request);
    return well;
}

static bool run_garbage(const struct attack_options *options)
{
    uint32_t state = options->seed;

    for (unsigned i = 0; i < 10 * options->connections; i++) {
        uint8_t bytes[GARBAGE_BYTES];
        size_t length = 1 + next_random(&state) % sizeof bytes;

        for (size_t k = 0; k < length; k++)
            bytes[k] = (uint8_t)(next_random(&state) >> 24);
        /* Every second one has a good header: it is read to its end. */
        if (i % 2 == 0 && length > 2 * WIRE_HEADER_SIZE) {
            size_t payload = length - 2 * WIRE_HEADER_SIZE;

            bytes[0] = (uint8_t)payload;
            bytes[1] = (uint8_t)(payload >> 8);
            bytes[2] = bytes[3] = 0;
            bytes[4] = WIRE_HELLO;
        }
        if (victim_try(bytes, length, GLANCE_MS).answer == VICTIM_WRONG)
            return false;
    }
    return true;
}

static void try_mutant(void *context, const uint8_t *bytes, size_t length)
{
    bool *good = context;

    if (victim_try(bytes, length, GLANCE_MS).answer == VICTIM_WRONG) {
        fputs("badclient: the answer to a damaged request is none\n", stderr);
        *good = false;
    }
}

static bool run_mutants(const struct attack_options *options)
{
    bool good = true;
    const struct mutant_taker taker = {try_mutant, &good};
    struct buffer request;

    (void)options;
    buffer_init(&request, WIRE_MAX_PAYLOAD);
    good = victim_request(&request);
    if (good)
        mutate(request.data, request.length, &taker);
    buffer_clear(&request);
    return good;
}

/* Connections that go as they come, with and without a request. */
static bool run_flood(const struct attack_options *options)
{
    struct buffer request;
    bool good = false;

    buffer_init(&request, WIRE_MAX_PAYLOAD);
    good = victim_request(&request);
    for (unsigned i = 0; good && i < 50 * options->connections; i++) {
        struct client client;

        if (victim_connect(&client) && i % 2 == 0)
            victim_send(&client, request.data, request.length);
        client_close(&client);
    }
    buffer_clear(&request);
    return good;
}

/* More than one call: the rest of the bytes must not be taken for another. */
static bool run_pipeline(const struct attack_options *options)
{
    struct buffer request;
    bool good = false;

    (void)options;
    buffer_init(&request, 4 * WIRE_MAX_PAYLOAD);
    good = victim_request(&request) && victim_request(&request) && victim_request(&request);
    for (int i = 0; good && i < 20; i++)
        good = victim_try(request.data, request.length, ANSWER_MS).answer != VICTIM_WRONG;
    buffer_clear(&request);
    return good;
}

static bool cancel_once(const struct buffer *request, uint32_t wait_ms)
{
    static const uint8_t cancel[WIRE_HEADER_SIZE] = {0, 0, 0, 0, WIRE_CANCEL};
    struct victim_result result = {VICTIM_SILENT, 0};
    struct client client;

    if (victim_connect(&client) && victim_send(&client, request->data, request->length)) {
        clock_sleep_ms(wait_ms);
        victim_send(&client, cancel, sizeof cancel);
        result = victim_hear(&client, ANSWER_MS);
    }
    client_close(&client);
    return result.answer != VICTIM_WRONG;
}

static bool run_cancel(const struct attack_options *options)
{
    struct buffer request;
    bool good = false;

    buffer_init(&request, WIRE_MAX_PAYLOAD);
    good = victim_request(&request);
    for (unsigned i = 0; good && i < 5 * options->connections; i++)
        good = cancel_once(&request, i % 4);
    buffer_clear(&request);
    return good;
}

static const struct attack all[] = {
    {"silence", "connections that say nothing", run_silence},
    {"half", "requests cut short at every byte", run_half},
    {"garbage", "random bytes, half of them behind a good header", run_garbage},
    {"mutants", "a valid request with every small damage", run_mutants},
    {"flood", "connections that go as they come", run_flood},
    {"pipeline", "three requests in one connection", run_pipeline},
    {"cancel", "CANCEL amid the call", run_cancel},
};

const struct attack *attacks(size_t *count)
{
    *count = sizeof all / sizeof all[0];
    return all;
}
