/* SPDX-License-Identifier: MIT */
/* impostor: a caller that is not what it says, against a running agent. */
#include "acts.h"
#include "client.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 10000, RESULT_USAGE = 2 };

static const char usage[] =
    "impostor ACT: against the agent at MILINK_SOCKET (or the pipe):\n"
    "  claim      asks for a write as NT SERVICE\\MSSQLSERVER, in words; prints the error's "
    "number\n"
    "  admin      asks for reload and shutdown where SQL Server calls; prints the errors' numbers\n"
    "  instance   tries to serve callers under the agent's name; prints \"made\" or \"refused\"\n"
    "  security   prints who may do what with both places: SDDL, or mode and user id\n"
    "  sddl TEXT  takes SDDL into a security descriptor and back (Windows)\n";

static struct wire_parameter text_parameter(const char *name, const char *text)
{
    return (struct wire_parameter){
        .name = name,
        .name_length = strlen(name),
        .value = {.type = WIRE_TEXT, .bytes = text, .length = strlen(text)}};
}

/* Calls and prints the number of its error, 0 when it was done. */
static int ask(const struct wire_call *call)
{
    struct error *error = calloc(1, sizeof *error);
    struct deadline deadline = deadline_in(CALL_MS);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;
    size_t outputs = 0;

    if (error == NULL)
        return 1;
    client_init(&client);
    if (client_open(&client, call, &deadline, error))
        while (opcode != WIRE_DONE && client_next(&client, &opcode, &payload, error))
            if (opcode == WIRE_DONE && !wire_get_done(&payload, error, &outputs))
                error->number = MILINK_AGENT_BAD_ANSWER;
    client_close(&client);
    printf("%d\n", (int)error->number);
    free(error);
    return 0;
}

/* A call of that name, to be freed; NULL: memory ran out. */
static struct wire_call *call_of(const char *procedure)
{
    struct wire_call *call = calloc(1, sizeof *call);

    if (call == NULL)
        return NULL;
    call->procedure = procedure;
    call->procedure_length = strlen(procedure);
    call->deadline_ms = CALL_MS;
    return call;
}

static int act_claim(void)
{
    static const char *const given[][2] = {{"@link", "sales-link"},
                                           {"@failover_type", "Planned"},
                                           {"@expected_role", "Secondary"},
                                           {"@caller", "NT SERVICE\\MSSQLSERVER"}};
    struct wire_call *call = call_of("xp_milink_link_failover");
    int result = 1;

    if (call != NULL) {
        for (size_t i = 0; i < sizeof given / sizeof *given; i++)
            call->parameters[call->parameter_count++] = text_parameter(given[i][0], given[i][1]);
        result = ask(call);
    }
    free(call);
    return result;
}

static int act_admin(void)
{
    static const char *const wishes[] = {"reload", "shutdown"};
    int result = 0;

    for (size_t i = 0; i < sizeof wishes / sizeof *wishes && result == 0; i++) {
        struct wire_call *call = call_of(wishes[i]);

        result = call != NULL ? ask(call) : 1;
        free(call);
    }
    return result;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*act)(void);
    } acts[] = {{"claim", act_claim},
                {"admin", act_admin},
                {"instance", act_instance},
                {"security", act_security}};

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    for (size_t i = 0; argc == 2 && i < sizeof acts / sizeof *acts; i++)
        if (strcmp(argv[1], acts[i].name) == 0)
            return acts[i].act();
    if (argc == 3 && strcmp(argv[1], "sddl") == 0)
        return act_sddl(argv[2]);
    fputs(usage, stderr);
    return RESULT_USAGE;
}
