/* SPDX-License-Identifier: MIT */
/* The application that proves itself with a token of an issuer that it trusts: workload identity
 * federation (azure-auth A.4). */
#include "identity_client.h"

#include "crypto.h"
#include "secret_file.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client_workload {
    struct client_credential base;
    char file[CONFIG_PATH_SIZE];
};

/* What the configuration says, else what the platform put into the environment; may be NULL. The
 * authority is the configured cloud's alone. */
static const char *setting(const char *configured, const char *variable)
{
    return configured[0] != '\0' ? configured : getenv(variable);
}

bool identity_workload_is_present(const struct config *config)
{
    const char *file = setting(config->identity.federated_token_file, "AZURE_FEDERATED_TOKEN_FILE");

    return file != NULL && file[0] != '\0';
}

/* Three parts of base64url. */
static bool is_jwt(const char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for (int part = 0; part < 3; part++) {
        size_t length = strspn(text, alphabet);

        if (length == 0 || text[length] != (part < 2 ? '.' : '\0'))
            return false;
        text += length + 1;
    }
    return true;
}

static void trim(char *text, size_t length)
{
    while (length > 0 && strchr("\r\n ", text[length - 1]) != NULL)
        text[--length] = '\0';
}

/* Not a secret file of ours: a platform shows it by links, to accounts that it chose. */
static bool workload_load(struct client_credential *credential,
                          const struct client_account *account, char value[CLIENT_VALUE_SIZE],
                          char *why, size_t why_size)
{
    const struct client_workload *self = (const struct client_workload *)credential;
    struct trusted_file file = {.path = self->file, .bytes = value, .size = CLIENT_VALUE_SIZE};
    char flaw[512] = "is empty; look for what should write it";

    (void)account;
    if (trusted_file_read(&file, flaw, sizeof flaw)) {
        trim(value, file.length);
        if (is_jwt(value))
            return true;
        if (value[0] != '\0')
            snprintf(flaw, sizeof flaw,
                     "holds no token: three parts of base64url with dots between are wanted");
        crypto_wipe(value, CLIENT_VALUE_SIZE);
    }
    snprintf(why, why_size, "the federated token file %s %s", self->file, flaw);
    return false;
}

static void workload_describe(const struct client_credential *credential, char *text, size_t size)
{
    const struct client_workload *self = (const struct client_workload *)credential;

    text_copy(text, size, "federated token in ");
    text_append(text, size, self->file);
}

static void workload_free(struct client_credential *credential)
{
    free(credential);
}

struct identity *identity_workload_new(const struct config *config, struct http_client *http,
                                       char *why, size_t why_size)
{
    const struct config_identity *from = &config->identity;
    const char *file = setting(from->federated_token_file, "AZURE_FEDERATED_TOKEN_FILE");
    const char *flaw = "identity.federated_token_file is missing, and AZURE_FEDERATED_TOKEN_FILE "
                       "is not set; name the file that holds the token";
    struct client_account account;
    struct client_workload *self = NULL;

    if (file != NULL && file[0] != '\0' && strlen(file) < sizeof self->file)
        flaw = client_account_set(&account, config, setting(from->tenant_id, "AZURE_TENANT_ID"),
                                  setting(from->client_id, "AZURE_CLIENT_ID"));
    self = client_credential_new(sizeof *self, flaw, why, why_size);
    if (self == NULL)
        return NULL;
    self->base = (struct client_credential){.name = "workload",
                                            .fields = CLIENT_ASSERTION_FIELDS,
                                            .load = workload_load,
                                            .describe = workload_describe,
                                            .free = workload_free};
    text_copy(self->file, sizeof self->file, file);
    return identity_client_new(&account, http, &self->base);
}
