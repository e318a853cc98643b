/* SPDX-License-Identifier: MIT */
/* The application that proves itself with a client secret (azure-auth A.2). */
#include "identity_client.h"

#include "crypto.h"
#include "secret_file.h"
#include "secret_store.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

struct client_secret {
    struct client_credential base;
    char name[CONFIG_SECRET_SIZE]; /* of a stored secret; empty: the file */
    char file[CONFIG_PATH_SIZE];
    char state_directory[CONFIG_PATH_SIZE];
};

static bool secret_load(struct client_credential *credential, const struct client_account *account,
                        char value[CLIENT_VALUE_SIZE], char *why, size_t why_size)
{
    const struct client_secret *self = (const struct client_secret *)credential;
    char secret[SECRET_FILE_SIZE], flaw[512] = "";
    bool loaded = false;

    (void)account;
    if (self->name[0] != '\0')
        loaded = secret_store_get(self->state_directory, self->name, secret, flaw, sizeof flaw);
    else
        loaded = secret_file_read(self->file, secret, flaw, sizeof flaw);
    if (loaded)
        text_copy(value, CLIENT_VALUE_SIZE, secret);
    else if (self->name[0] != '\0')
        snprintf(why, why_size, "the secret %s %s", self->name, flaw);
    else
        snprintf(why, why_size, "the secret file %s %s", self->file, flaw);
    crypto_wipe(secret, sizeof secret);
    return loaded;
}

static void secret_describe(const struct client_credential *credential, char *text, size_t size)
{
    const struct client_secret *self = (const struct client_secret *)credential;

    text_copy(text, size,
              self->name[0] != '\0' ? "client secret, stored as " : "client secret in ");
    text_append(text, size, self->name[0] != '\0' ? self->name : self->file);
}

static void secret_free(struct client_credential *credential)
{
    free(credential);
}

struct identity *identity_secret_new(const struct config *config, struct http_client *http,
                                     char *why, size_t why_size)
{
    const struct config_identity *from = &config->identity;
    struct client_account account;
    const char *flaw = client_account_set(&account, config, from->tenant_id, from->client_id);
    struct client_secret *self = NULL;

    if (flaw == NULL && from->secret[0] == '\0' && from->secret_file[0] == '\0')
        flaw = "identity.secret is missing; name a stored secret, or the file with it in "
               "identity.secret_file";
    self = client_credential_new(sizeof *self, flaw, why, why_size);
    if (self == NULL)
        return NULL;
    self->base = (struct client_credential){.name = "client_secret",
                                            .fields = "client_secret=",
                                            .load = secret_load,
                                            .describe = secret_describe,
                                            .free = secret_free};
    text_copy(self->name, sizeof self->name, from->secret);
    text_copy(self->file, sizeof self->file, from->secret_file);
    text_copy(self->state_directory, sizeof self->state_directory, config->state_directory);
    return identity_client_new(&account, http, &self->base);
}
