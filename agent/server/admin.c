/* SPDX-License-Identifier: MIT */
/* The administrators' endpoint: one thread, the wire of PROTOCOL.md, a table of its own. */
#include "admin.h"

#include "exchange.h"
#include "listener.h"
#include "log.h"
#include "text.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum { REPORT_SIZE = 8192 };

struct admin {
    struct agent *agent;
    struct listener *listener;
    struct thread *thread;
    void (*shutdown)(void *context);
    void *context;
};

/* An answer while it is built. */
struct answer {
    struct buffer infos;
    struct error error;
    bool shutdown; /* once it is sent */
};

/* ---- what is asked ---- */

/* A line each; those over the wire's limit stay in the log. */
static void put_lines(struct answer *answer, char *lines)
{
    char *line = lines;

    for (int i = 0; i < WIRE_MAX_INFOS && line != NULL && *line != '\0'; i++) {
        char *end = strchr(line, '\n');

        if (end != NULL)
            *end++ = '\0';
        wire_put_info(&answer->infos, line);
        line = end;
    }
}

static void reload(struct admin *admin, struct answer *answer)
{
    char *report = calloc(1, REPORT_SIZE);

    if (report == NULL)
        error_set(&answer->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
    else if (!agent_reload(admin->agent, report, REPORT_SIZE))
        error_set(&answer->error, MILINK_RELOAD_REFUSED, admin->agent->config_file, NULL);
    if (report != NULL)
        put_lines(answer, report);
    free(report);
}

static void stop(struct admin *admin, struct answer *answer)
{
    (void)admin;
    log_write(LOG_INFO, "admin.shutdown", "an administrator asks the agent to stop");
    wire_put_info(&answer->infos, "the agent stops: calls under way end, open operations stay in "
                                  "the journal and go on when it starts again");
    answer->shutdown = true;
}

static const struct {
    const char *name;
    void (*handle)(struct admin *admin, struct answer *answer);
} table[] = {{ADMIN_RELOAD, reload}, {ADMIN_SHUTDOWN, stop}};

static void handle(struct admin *admin, const struct wire_call *call, struct answer *answer)
{
    char name[WIRE_MAX_NAME * 3 + 1];

    text_copy_bytes(name, sizeof name, call->procedure, call->procedure_length);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0) {
            if (call->parameter_count > 0)
                error_set(&answer->error, MILINK_PARAMETER_UNKNOWN, name, "it takes none");
            else
                table[i].handle(admin, answer);
            return;
        }
    error_set(&answer->error, MILINK_PROCEDURE_UNKNOWN, name,
              "administrators ask for " ADMIN_RELOAD " and " ADMIN_SHUTDOWN " here");
}

/* ---- the exchange ---- */

/* The payload of the next frame, which must have that opcode. */
static bool next_frame(struct buffer *request, enum wire_opcode expected, struct buffer *payload)
{
    const uint8_t *header = buffer_get_bytes(request, WIRE_HEADER_SIZE);
    const void *bytes = NULL;
    uint32_t length = 0;
    uint8_t opcode = 0;

    if (header == NULL || !wire_get_header(header, &opcode, &length) || opcode != expected)
        return false;
    bytes = buffer_get_bytes(request, length);
    if (bytes != NULL)
        buffer_init_view(payload, bytes, length);
    return bytes != NULL;
}

/* False when the version was refused, and that is the answer. */
static bool take_request(struct admin *admin, struct buffer *request, struct answer *answer,
                         struct buffer *out)
{
    const struct wire_hello own = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, MILINK_VERSION,
                                   strlen(MILINK_VERSION)};
    struct wire_hello hello;
    struct wire_call call;
    struct buffer payload;

    if (!next_frame(request, WIRE_HELLO, &payload) || !wire_get_hello(&payload, &hello)) {
        error_set(&answer->error, MILINK_REQUEST_MALFORMED, NULL, NULL);
        return true;
    }
    if (hello.version_max < WIRE_VERSION_MIN || hello.version_min > WIRE_VERSION_MAX) {
        wire_put_unsupported(out, &own);
        return false;
    }
    if (!next_frame(request, WIRE_CALL, &payload) || !wire_get_call(&payload, &call) ||
        !buffer_ended(request))
        error_set(&answer->error, MILINK_REQUEST_MALFORMED, NULL, NULL);
    else
        handle(admin, &call, answer);
    return true;
}

/* Whether the agent shall stop. */
static bool serve(struct admin *admin, struct transport *transport)
{
    struct answer *answer = calloc(1, sizeof *answer);
    struct frames frames;
    struct buffer out, request;
    char who[128] = "unknown";
    bool whole = false, shutdown = false;

    frames_init(&frames, true);
    buffer_init(&out, WIRE_MAX_ANSWER);
    if (answer == NULL)
        goto out;
    buffer_init(&answer->infos, WIRE_MAX_ANSWER);
    whole = exchange_read(transport, &frames);
    if (whole && !listener_admits(admin->listener, transport, who, sizeof who)) {
        log_write(LOG_WARNING, "admin.refused", "%s is not admitted", who);
        error_set(&answer->error, MILINK_CALLER_REFUSED, who, NULL);
        wire_put_done(&out, &answer->error, NULL, 0);
    } else if (whole) {
        log_write(LOG_INFO, "admin.called", "by %s", who);
        buffer_init_view(&request, frames.bytes, frames.end);
        if (take_request(admin, &request, answer, &out)) {
            buffer_put_bytes(&out, answer->infos.data, answer->infos.length);
            wire_put_done(&out, &answer->error, NULL, 0);
        }
    }
    exchange_send(transport, &out, whole);
    shutdown = answer->shutdown;
    buffer_clear(&answer->infos);
out:
    buffer_clear(&out);
    frames_clear(&frames);
    free(answer);
    return shutdown;
}

static void run(void *context)
{
    struct admin *admin = context;
    struct transport transport;

    listener_log(admin->listener);
    for (;;) {
        switch (listener_accept(admin->listener, &transport)) {
        case LISTENER_CONNECTED:
            if (serve(admin, &transport))
                admin->shutdown(admin->context);
            transport_close(&transport);
            break;
        case LISTENER_STOPPED: return;
        case LISTENER_FAILED: clock_sleep_ms(1); break;
        }
    }
}

struct admin *admin_start(struct agent *agent, void (*shutdown)(void *context), void *context,
                          char *why, size_t why_size)
{
    struct admin *admin = calloc(1, sizeof *admin);

    if (admin == NULL) {
        text_copy(why, why_size, "memory ran out");
        return NULL;
    }
    admin->agent = agent;
    admin->shutdown = shutdown;
    admin->context = context;
    admin->listener = listener_open_admin(&agent->setup->config, why, why_size);
    if (admin->listener != NULL) {
        admin->thread = thread_start(run, admin);
        if (admin->thread != NULL)
            return admin;
        text_copy(why, why_size, "the administrators' thread cannot be started");
    }
    admin_stop(admin);
    return NULL;
}

void admin_stop(struct admin *admin)
{
    if (admin == NULL)
        return;
    if (admin->thread != NULL)
        listener_stop(admin->listener);
    thread_join(admin->thread);
    listener_close(admin->listener);
    free(admin);
}
