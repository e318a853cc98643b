/* SPDX-License-Identifier: MIT */
/* The application that proves itself with a certificate (azure-auth A.3). */
#include "identity_client.h"

#include "assertion.h"
#include "clock_skew.h"
#include "log.h"
#include "secret_file.h"
#include "secret_store.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <stdlib.h>

static const uint64_t EXPIRY_WARN_MS = 30ull * 24 * 3600 * 1000;

struct client_certificate {
    struct client_credential base;
    char file[CONFIG_PATH_SIZE];
    char password_name[CONFIG_SECRET_SIZE]; /* of a stored secret; empty: none */
    char state_directory[CONFIG_PATH_SIZE];
};

/* The key as the file has it now: a renewed one counts at once. NULL with a text in why. */
static struct signing_key *read_key(const struct client_certificate *self, char *why,
                                    size_t why_size)
{
    char *bytes = malloc(SIGNING_FILE_SIZE + 1), flaw[512] = "cannot be read: memory ran out";
    char password[SECRET_FILE_SIZE];
    bool has_password = self->password_name[0] != '\0';
    struct trusted_file file = {
        .path = self->file, .secret = true, .bytes = bytes, .size = SIGNING_FILE_SIZE + 1};
    struct signing_key *key = NULL;

    if (has_password && !secret_store_get(self->state_directory, self->password_name, password,
                                          flaw, sizeof flaw)) {
        snprintf(why, why_size, "the secret %s %s", self->password_name, flaw);
        goto out;
    }
    if (bytes != NULL && trusted_file_read(&file, flaw, sizeof flaw))
        key =
            signing_key_read(bytes, file.length, has_password ? password : NULL, flaw, sizeof flaw);
    if (key == NULL)
        snprintf(why, why_size, "the certificate file %s %s", self->file, flaw);
out:
    if (bytes != NULL)
        crypto_wipe(bytes, SIGNING_FILE_SIZE + 1);
    free(bytes);
    crypto_wipe(password, sizeof password);
    return key;
}

/* In time to renew it: Azure takes none that has expired. */
static void warn_of_end(const struct client_certificate *self, const struct signing_key *key)
{
    const struct signing_certificate *about = signing_key_certificate(key);
    const uint64_t now = clock_skew_utc_ms();
    char until[UTC_TEXT_SIZE];

    if (about->until_ms > now + EXPIRY_WARN_MS)
        return;
    utc_text(about->until_ms, until, sizeof until);
    log_write(LOG_WARNING, "certificate.expires", "%s, %s: %s %s", self->file, about->subject,
              about->until_ms > now ? "it expires" : "it has expired", until);
}

static bool certificate_load(struct client_credential *credential,
                             const struct client_account *account, char value[CLIENT_VALUE_SIZE],
                             char *why, size_t why_size)
{
    const struct client_certificate *self = (const struct client_certificate *)credential;
    const struct assertion assertion = {account->url, account->client_id, clock_skew_utc_ms()};
    struct signing_key *key = read_key(self, why, why_size);
    bool made = key != NULL && assertion_make(&assertion, key, value, CLIENT_VALUE_SIZE);

    if (key != NULL)
        warn_of_end(self, key);
    if (key != NULL && !made)
        snprintf(why, why_size, "the key in the certificate file %s does not sign", self->file);
    signing_key_free(key);
    return made;
}

static void certificate_describe(const struct client_credential *credential, char *text,
                                 size_t size)
{
    const struct client_certificate *self = (const struct client_certificate *)credential;
    char why[CONFIG_PATH_SIZE + 512] = "", thumbprint[2 * CRYPTO_SHA1_SIZE + 1];
    char until[UTC_TEXT_SIZE];
    uint8_t signature[SIGNING_MAX_BYTES];
    size_t length = 0;
    struct signing_key *key = read_key(self, why, sizeof why);
    const struct signing_certificate *about = NULL;

    if (key == NULL) {
        text_copy(text, size, why);
        return;
    }
    about = signing_key_certificate(key);
    crypto_hex(about->sha1, sizeof about->sha1, thumbprint);
    utc_text(about->until_ms, until, sizeof until);
    snprintf(text, size, "client certificate %s, thumbprint %s, %s %.10s, signs %s", about->subject,
             thumbprint, about->until_ms < clock_skew_utc_ms() ? "EXPIRED" : "expires", until,
             signing_key_sign(key, SIGNING_PS256, "", signature, &length) ? "PS256" : "RS256");
    signing_key_free(key);
}

static void certificate_free(struct client_credential *credential)
{
    free(credential);
}

struct identity *identity_certificate_new(const struct config *config, struct http_client *http,
                                          char *why, size_t why_size)
{
    const struct config_identity *from = &config->identity;
    struct client_account account;
    const char *flaw = client_account_set(&account, config, from->tenant_id, from->client_id);
    struct client_certificate *self = NULL;
    struct signing_key *key = NULL;

    if (flaw == NULL && from->certificate_file[0] == '\0')
        flaw = "identity.certificate_file is missing; name the file with certificate and key";
    self = client_credential_new(sizeof *self, flaw, why, why_size);
    if (self == NULL)
        return NULL;
    self->base = (struct client_credential){.name = "client_certificate",
                                            .fields = CLIENT_ASSERTION_FIELDS,
                                            .load = certificate_load,
                                            .describe = certificate_describe,
                                            .free = certificate_free};
    text_copy(self->file, sizeof self->file, from->certificate_file);
    text_copy(self->password_name, sizeof self->password_name, from->certificate_secret);
    text_copy(self->state_directory, sizeof self->state_directory, config->state_directory);
    key = read_key(self, why, why_size);
    if (key == NULL) {
        free(self);
        return NULL;
    }
    signing_key_free(key);
    snprintf(why, why_size, "memory ran out");
    return identity_client_new(&account, http, &self->base);
}
