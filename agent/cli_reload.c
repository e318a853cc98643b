/* SPDX-License-Identifier: MIT */
/* milink-agent reload and stop: what an administrator asks of the running agent. */
#include "admin.h"
#include "cli.h"
#include "client.h"
#include "config.h"
#include "listener.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 30000 };

/* Where the running agent is asked. */
struct place {
    char path[CONFIG_PATH_SIZE];
    char flaw[4096]; /* of the configuration that should say it; empty: it did */
};

/* By the configuration, if it can be read: the agent itself says what is wrong with it. */
static void find_place(const char *config_file, struct place *place)
{
    struct config *config = calloc(1, sizeof *config);

    text_copy(place->path, sizeof place->path, "");
    text_copy(place->flaw, sizeof place->flaw, "memory ran out");
    if (config != NULL) {
        if (config_read(config_file, config, place->flaw, sizeof place->flaw))
            place->flaw[0] = '\0';
        listener_admin_place(config, place->path, sizeof place->path);
    }
    free(config);
}

static bool take_frame(uint8_t opcode, struct buffer *payload, struct error *error)
{
    const char *text = NULL;
    size_t length = 0, outputs = 0;

    if (opcode == WIRE_INFO && wire_get_info(payload, &text, &length)) {
        printf("%.*s\n", (int)length, text);
        return true;
    }
    if (opcode == WIRE_DONE && wire_get_done(payload, error, &outputs) && outputs == 0 &&
        buffer_ended(payload))
        return true;
    error_set(error, MILINK_AGENT_BAD_ANSWER, NULL, "a malformed frame");
    return false;
}

static void ask(const char *place, const char *what, struct error *error)
{
    struct wire_call call = {
        .procedure = what, .procedure_length = strlen(what), .deadline_ms = ASK_MS};
    struct deadline deadline = deadline_in(ASK_MS);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;

    client_init(&client);
    client.place = place;
    if (client_open(&client, &call, &deadline, error))
        while (opcode != WIRE_DONE && client_next(&client, &opcode, &payload, error) &&
               take_frame(opcode, &payload, error))
            continue;
    client_close(&client);
}

/* The exit code; what went wrong is said. */
static int report(const struct error *error, const struct place *place)
{
    if (error->number == MILINK_AGENT_ACCESS_DENIED || error->number == MILINK_CALLER_REFUSED)
        fputs("milink-agent: this is for administrators: run it on Windows elevated and in a local "
              "session (one from the network, as of WinRM or SSH, is refused), on Linux as root or "
              "the agent's own user\n",
              stderr);
    else if (error->number != 0)
        fprintf(stderr, "milink-agent: %s\n", error->message);
    if (error->number == 0)
        return CLI_DONE;
    if (error->number != MILINK_AGENT_NOT_RUNNING)
        return CLI_FAILED;
    if (place->flaw[0] != '\0')
        fprintf(stderr,
                "milink-agent: it was looked for at %s, because the configuration cannot be read:\n"
                "%s\n",
                place->path, place->flaw);
    return CLI_NOT_RUNNING;
}

static int ask_agent(const char *config_file, const char *what)
{
    struct error *error = calloc(1, sizeof *error);
    struct place place;
    int code = CLI_FAILED;

    if (error == NULL) {
        fputs("milink-agent: memory ran out\n", stderr);
        return CLI_FAILED;
    }
    find_place(config_file, &place);
    ask(place.path, what, error);
    code = report(error, &place);
    free(error);
    return code;
}

int cli_reload(const char *config_file)
{
    int code = ask_agent(config_file, ADMIN_RELOAD);

    if (code == CLI_DONE)
        puts("the configuration is in force");
    return code;
}

int cli_stop(const char *config_file)
{
    return ask_agent(config_file, ADMIN_SHUTDOWN);
}
