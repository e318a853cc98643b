/* SPDX-License-Identifier: MIT */
/* The identity of the person who ran az login, for runs in a console alone (azure-auth A.7). */
#include "identity_answer.h"

#include "crypto.h"
#include "json.h"
#include "program.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECT "Azure CLI (az)"

enum { ASK_MS = 13000, OUTPUT_SIZE = 64 * 1024 };

struct identity_cli {
    struct identity base;
    char tenant_id[128]; /* empty: that of az login */
};

static const struct identity_members cli_members = {"accessToken", "tokenType", "", "expires_on",
                                                    ""};

static void refuse(struct error *error, const char *detail)
{
    error_set(error, MILINK_IDENTITY_REFUSED, SUBJECT, detail);
}

static void read_output(const char *output, struct identity_token *token, struct error *error)
{
    char ignored[128];
    struct json *document = json_parse(output, strlen(output), ignored, sizeof ignored);

    if (document == NULL)
        refuse(error, "it wrote no JSON; run az account get-access-token yourself to see why");
    else if (json_member(document, "expires_on") == NULL)
        refuse(error, "it does not say when its token ends (expires_on); update it to 2.54 or "
                      "later");
    else {
        const char *flaw = identity_take_token(document, &cli_members, token);

        if (flaw != NULL)
            refuse(error, flaw);
    }
    json_free(document);
}

static void read_code(int code, struct error *error)
{
    char detail[160];

    snprintf(detail, sizeof detail,
             "it ended with code %d; run az login as the account that runs the agent, then try "
             "again",
             code);
    refuse(error, detail);
}

static void run(const struct identity_cli *self, const struct identity_request *request,
                char *output, struct identity_token *token, struct error *error)
{
    static const char *const variables[] = {"AZURE_CONFIG_DIR", NULL};
    char scope[300];
    const char *arguments[] = {"az",      "account", "get-access-token", "--output",      "json",
                               "--scope", scope,     "--tenant",         self->tenant_id, NULL};
    const struct program program = {.arguments = arguments,
                                    .variables = variables,
                                    .output = output,
                                    .output_size = OUTPUT_SIZE};
    struct deadline deadline = deadline_within(request->deadline, ASK_MS);
    int code = 0;

    snprintf(scope, sizeof scope, "%s/.default", request->audience);
    if (self->tenant_id[0] == '\0')
        arguments[7] = NULL;
    switch (program_run(&program, &deadline, &code)) {
    case PROGRAM_ENDED:
        if (code == 0)
            read_output(output, token, error);
        else
            read_code(code, error);
        break;
    case PROGRAM_NOT_FOUND: refuse(error, "it is not in PATH; install it"); break;
    case PROGRAM_LATE:
        error_set(error, MILINK_IDENTITY_UNREACHABLE, SUBJECT, "it did not end within 13 s");
        break;
    case PROGRAM_FAILED:
        error_set(error, MILINK_IDENTITY_UNREACHABLE, SUBJECT, "it could not be run");
        break;
    }
}

static bool cli_fetch(struct identity *identity, const struct identity_request *request,
                      struct identity_token *token, struct error *error)
{
    const struct identity_cli *self = (const struct identity_cli *)identity;
    char *output = NULL;

    memset(token, 0, sizeof *token);
    if (request->claims != NULL) {
        refuse(error, "Azure asks for proof that it cannot give (a claims challenge); run az login "
                      "again, or use another identity");
        goto out;
    }
    output = malloc(OUTPUT_SIZE);
    if (output == NULL) {
        error_set(error, MILINK_OUT_OF_MEMORY, SUBJECT, NULL);
        goto out;
    }
    run(self, request, output, token, error);
    crypto_wipe(output, OUTPUT_SIZE);
out:
    free(output);
    token->final = error->number == MILINK_IDENTITY_REFUSED;
    return error->number == 0;
}

static void cli_describe(const struct identity *identity, char *text, size_t size)
{
    const struct identity_cli *self = (const struct identity_cli *)identity;

    text_copy(text, size, "whoever ran az login");
    if (self->tenant_id[0] != '\0') {
        text_append(text, size, ", in tenant ");
        text_append(text, size, self->tenant_id);
    }
}

static void cli_free(struct identity *identity)
{
    free(identity);
}

struct identity *identity_cli_new(const struct config *config, struct http_client *http, char *why,
                                  size_t why_size)
{
    struct identity_cli *self = calloc(1, sizeof *self);

    (void)http;
    if (self == NULL) {
        snprintf(why, why_size, "memory ran out");
        return NULL;
    }
    self->base = (struct identity){
        .name = "cli", .fetch = cli_fetch, .describe = cli_describe, .free = cli_free};
    text_copy(self->tenant_id, sizeof self->tenant_id, config->identity.tenant_id);
    return &self->base;
}
