/* SPDX-License-Identifier: MIT */
/* Whatever an issuer of tokens answers: Entra ID, the metadata services of a host, and who may sit
 * in their place. The first byte chooses a reader. Stands in for arc_key_posix.c. */
#include "arc_key.h"
#include "challenge.h"
#include "clock_skew.h"
#include "fuzz_azure.h"
#include "identity_answer.h"
#include "identity_managed.h"
#include "json.h"
#include "jwt.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

#define KEYS   "/var/opt/azcmagent/tokens"
#define SECRET "kn0wn-S3cret/value"

static struct config config;
static struct identity_token token;
static struct error error;
static struct fuzz_input key; /* what a key file holds */

/* ---- arc_key.h ---- */

bool arc_key_directory(char *path, size_t size)
{
    text_copy(path, size, KEYS);
    return true;
}

bool arc_is_installed(void)
{
    return true;
}

const char *arc_key_separator(const char *path)
{
    return strrchr(path, '/');
}

bool arc_key_folder_is(const char *directory, const char *folder, size_t length)
{
    return length == strlen(directory) && memcmp(directory, folder, length) == 0;
}

bool arc_key_load(struct arc_key_file *file, char *why, size_t why_size)
{
    PROMISE(strcmp(file->directory, KEYS) == 0);
    PROMISE(file->name[0] != '.' && strpbrk(file->name, "/\\:%") == NULL);
    PROMISE(strlen(file->name) > 4 && strcmp(file->name + strlen(file->name) - 4, ".key") == 0);
    if (key.left == 0 || key.left > file->size) {
        text_copy(why, why_size, "cannot be read");
        return false;
    }
    memcpy(file->bytes, key.at, key.left);
    file->length = key.left;
    return true;
}

/* ---- the readers ---- */

/* A token is there, and fit to stand in a header; or an error that says why not. */
static void check_outcome(bool taken)
{
    PROMISE_TEXT(error.message);
    PROMISE(taken == (error.number == 0));
    if (!taken)
        return;
    PROMISE(token.text[0] != '\0' && memchr(token.text, '\0', sizeof token.text) != NULL);
    for (const char *c = token.text; *c != '\0'; c++)
        PROMISE(*c > 0x20 && *c < 0x7F);
    PROMISE(token.lifetime_ms >= 60 * 1000);
}

static void try_answer(struct fuzz_input input)
{
    const struct identity_reader reader = {.issuer = "Entra ID",
                                           .subject = "client 99999999",
                                           .correlation = "aaaaaaaa",
                                           .secret = SECRET,
                                           .escaped = "kn0wn-S3cret%2Fvalue"};
    struct http_answer answer;

    fuzz_answer(&answer, input);
    clock_skew_note(&answer);
    if (answer.result == HTTP_ANSWERED && answer.status == 200) {
        check_outcome(identity_read_token(&reader, &answer, &token, &error));
    } else if (answer.result == HTTP_ANSWERED) {
        identity_read_refusal(&reader, &answer, &error);
        check_outcome(false);
    }
    PROMISE(strstr(error.message, SECRET) == NULL);
    http_answer_clear(&answer);
}

static void try_challenge(struct fuzz_input input)
{
    char claims[IDENTITY_CLAIMS_SIZE], why[128];
    struct http_answer answer;

    fuzz_answer(&answer, input);
    if (challenge_claims(&answer, claims, sizeof claims)) {
        struct json *object = json_parse(claims, strlen(claims), why, sizeof why);

        PROMISE(json_is_object(object));
        json_free(object);
    } else {
        PROMISE(claims[0] == '\0');
    }
    http_answer_clear(&answer);
}

static void try_token(struct fuzz_input input)
{
    char *text = fuzz_text(&input), shown[300];

    token_describe(text, shown, sizeof shown);
    PROMISE_TEXT(shown);
    for (const char *c = shown; *c != '\0'; c++)
        PROMISE((unsigned char)*c >= 0x20);
    free(text);
}

/* A whole fetch: of the key file's content, then the answers. */
static void try_fetch(struct fuzz_input input, bool arc)
{
    const struct deadline deadline = deadline_in(20000);
    const struct identity_request request = {.audience = "https://management.azure.com",
                                             .deadline = &deadline};
    struct identity *identity = NULL;
    char why[512] = "";

    if (arc)
        key = fuzz_part(&input);
    fuzz_azure_script(&input, "http://no.token.is.sent");
    identity = arc ? identity_arc_new(&config, NULL, why, sizeof why)
                   : identity_imds_new(&config, NULL, why, sizeof why);
    PROMISE(identity != NULL);
    check_outcome(identity->fetch(identity, &request, &token, &error));
    identity_free(identity);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = fuzz_input(bytes, length);
    uint8_t kind = fuzz_byte(&input);

    memset(&token, 0, sizeof token);
    memset(&error, 0, sizeof error);
    text_copy(config.identity.client_id, sizeof config.identity.client_id,
              kind & 0x20 ? "" : "99999999-8888-7777-6666-555555555555");
    text_copy(config.audience, sizeof config.audience, "https://management.azure.com");
    switch (kind & 7) {
    case 1: try_answer(input); break;
    case 2: try_challenge(input); break;
    case 3: try_token(input); break;
    case 4: try_fetch(input, true); break;
    case 5: try_fetch(input, false); break;
    default: break;
    }
    return 0;
}
