/* SPDX-License-Identifier: MIT */
/* Tokens and refusals out of the answers of Entra ID and of the metadata services. */
#include "identity_answer.h"

#include "clock_skew.h"
#include "crypto.h"
#include "json.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <string.h>

enum {
    LONGEST_BODY = 64 * 1024,
    LONGEST_SENTENCE = 200,
    SHORTEST_LIFE_S = 60,
    LONGEST_LIFE_S = 7 * 24 * 3600 /* longer than any issuer's: keeps the arithmetic safe */
};

/* ---- a token ---- */

const struct identity_members identity_members = {"access_token", "token_type", "expires_in",
                                                  "expires_on", "refresh_in"};

/* Seconds that stand as a number or as a text of digits. */
static bool read_seconds(const struct json *value, long long *seconds)
{
    const char *text = json_string(value);

    if (text == NULL)
        return json_integer(value, seconds) && *seconds >= 0;
    *seconds = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || i >= 10)
            return false;
        *seconds = *seconds * 10 + (text[i] - '0');
    }
    return text[0] != '\0';
}

/* 11/24/2026 18:50:01 as some services write it; utc_parse reads the other forms. */
static bool read_american_date(const char *text, uint64_t *ms)
{
    char ordered[UTC_TEXT_SIZE];

    if (strlen(text) != strlen("11/24/2026 18:50:01") || text[2] != '/' || text[5] != '/')
        return false;
    snprintf(ordered, sizeof ordered, "%.4s-%.2s-%.2s%s", text + 6, text, text + 3, text + 10);
    return utc_parse(ordered, ms);
}

/* Seconds from now, by Azure's clock, to a moment: seconds since 1970 or a date. */
static bool read_moment(const struct json *value, long long *seconds)
{
    const char *text = json_string(value);
    uint64_t ms = 0;
    long long since = 0;

    if (read_seconds(value, &since))
        ms = (uint64_t)since * 1000;
    else if (text == NULL || (!utc_parse(text, &ms) && !read_american_date(text, &ms)))
        return false;
    *seconds = ((long long)ms - (long long)clock_skew_utc_ms()) / 1000;
    return true;
}

/* Only what RFC 6750 lets stand behind "Bearer ". */
static bool is_token(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    size_t length = strlen(text);

    return length > 0 && length < IDENTITY_TOKEN_SIZE && strspn(text, allowed) == length;
}

static const char *take_lifetime(const struct json *document,
                                 const struct identity_members *members,
                                 struct identity_token *token)
{
    long long lifetime = 0, until = 0, refresh = 0;
    bool counted = read_seconds(json_member(document, members->expires_in), &lifetime);

    if ((!counted || lifetime >= SHORTEST_LIFE_S) &&
        read_moment(json_member(document, members->expires_on), &until)) {
        if (until < SHORTEST_LIFE_S)
            return "its token has ended, or ends within a minute, by this host's clock; check the "
                   "date and time of this host";
        lifetime = counted && lifetime < until ? lifetime : until;
    } else if (!counted || lifetime < SHORTEST_LIFE_S) {
        return "its token does not say how long it holds, or holds for less than a minute";
    }
    if (lifetime > LONGEST_LIFE_S)
        lifetime = LONGEST_LIFE_S;
    if (read_seconds(json_member(document, members->refresh_in), &refresh) && refresh < lifetime)
        token->refresh_in_ms = (uint64_t)refresh * 1000;
    token->lifetime_ms = (uint64_t)lifetime * 1000;
    return NULL;
}

const char *identity_take_token(const struct json *document, const struct identity_members *members,
                                struct identity_token *token)
{
    const char *text = json_string(json_member(document, members->token));
    const char *type = json_string(json_member(document, members->type));
    const char *flaw = NULL;

    if (text == NULL)
        return "its answer has no access_token";
    if (!is_token(text))
        return "its token is too long or has characters that no token has";
    if (type == NULL || !text_equal(type, "Bearer"))
        return "its token is not of the type Bearer";
    flaw = take_lifetime(document, members, token);
    if (flaw == NULL)
        text_copy(token->text, sizeof token->text, text);
    return flaw;
}

struct json *identity_read_document(const struct http_answer *answer, const char **flaw)
{
    char ignored[128];
    struct json *document = NULL;

    *flaw = "its answer is over 64 KiB; check for a proxy that alters answers";
    if (answer->body_length <= LONGEST_BODY) {
        document = json_parse(answer->body, answer->body_length, ignored, sizeof ignored);
        *flaw = "its answer is not JSON; check for a proxy that alters answers";
    }
    return document;
}

bool identity_read_token(const struct identity_reader *reader, const struct http_answer *answer,
                         struct identity_token *token, struct error *error)
{
    const char *flaw = NULL;
    struct json *document = identity_read_document(answer, &flaw);

    if (document != NULL)
        flaw = identity_take_token(document, &identity_members, token);
    if (flaw != NULL)
        error_set(error, MILINK_IDENTITY_UNREACHABLE, reader->subject, flaw);
    json_free(document);
    return flaw == NULL;
}

/* ---- a refusal ---- */

/* Entra ID's numbers that an administrator can act upon. They make texts better; what they decide
 * is whether another try may help, and never whether a token is good: Microsoft may change them
 * (azure-auth A.1). */
static const struct known_refusal {
    long long number;
    enum identity_outlook outlook;
    const char *meaning;
} known_refusals[] = {
    {7000215, IDENTITY_FINAL,
     "the secret is wrong: the agent needs the secret's value, not its id"},
    {7000222, IDENTITY_FINAL,
     "the secret has expired: add a new one to the app registration and give the agent its "
     "value"},
    {7000216, IDENTITY_FINAL, "no secret arrived: check the one that the configuration names"},
    {7000112, IDENTITY_FINAL, "the application is disabled: enable it in the tenant"},
    {700016, IDENTITY_FINAL,
     "the application is not in this tenant: check identity.client_id and identity.tenant_id"},
    {90002, IDENTITY_FINAL,
     "the tenant is unknown in this cloud: check identity.tenant_id and cloud"},
    {900023, IDENTITY_FINAL, "the tenant is not valid: check identity.tenant_id"},
    {500011, IDENTITY_FINAL, "the audience is unknown in this tenant: check cloud and audience"},
    {53003, IDENTITY_FINAL,
     "a conditional access policy blocks it: let the workload identity in from this host's "
     "address"},
    {53000, IDENTITY_FINAL,
     "a conditional access policy asks for a compliant device: exempt the workload identity"},
    {50196, IDENTITY_FINAL, "Entra ID sees a loop of requests: look for what calls so often"},
    {7000229, IDENTITY_FINAL, "the application has no service principal in this tenant: create it"},
    {700027, IDENTITY_FINAL,
     "the certificate is not the application's, or has expired: add its public part to the app "
     "registration"},
    {700024, IDENTITY_CLOCK,
     "the assertion is not valid at this time: set the clock of this host, or renew the federated "
     "token"},
    {70021, IDENTITY_PASSING,
     "no federated credential of the application fits the token: compare issuer, subject and "
     "audience; a new one takes minutes to spread"},
    {700211, IDENTITY_PASSING,
     "no federated credential of the application fits the token's issuer: compare them byte for "
     "byte; a new one takes minutes to spread"},
    {700213, IDENTITY_PASSING,
     "no federated credential of the application fits the token's subject: compare them byte for "
     "byte; a new one takes minutes to spread"},
    {700222, IDENTITY_FINAL,
     "a token of Entra ID itself is not taken as a federated token: use another issuer's"},
};

static const struct known_refusal *find_known(long long number)
{
    for (size_t i = 0; i < sizeof known_refusals / sizeof known_refusals[0]; i++)
        if (known_refusals[i].number == number)
            return &known_refusals[i];
    return NULL;
}

/* The number of the refusal; 0 when none is told. */
static long long refusal_number(const struct json *document)
{
    const char *text = json_text(document, "error_description");
    long long number = 0;

    if (json_integer(json_at(json_member(document, "error_codes"), 0), &number) && number > 0)
        return number;
    if (text == NULL || strncmp(text, "AADSTS", 6) != 0)
        return 0;
    number = 0;
    for (text += 6; *text >= '0' && *text <= '9' && number < 1000000000; text++)
        number = number * 10 + (*text - '0');
    return number;
}

static bool holds_secret(const struct identity_reader *reader, const char *text)
{
    return reader->secret != NULL &&
           (strstr(text, reader->secret) != NULL || strstr(text, reader->escaped) != NULL);
}

/* The first sentence of what the issuer says, without its number and control characters. Empty when
 * any of it holds the secret. */
static void first_sentence(const struct identity_reader *reader, const char *from, char *text,
                           size_t size)
{
    const char *end = NULL;

    text[0] = '\0';
    if (from == NULL || holds_secret(reader, from))
        return;
    if (strncmp(from, "AADSTS", 6) == 0) {
        from += 6;
        from += strspn(from, "0123456789: ");
    }
    from += strspn(from, "\r\n\t ");
    end = from + strcspn(from, "\r\n");
    for (const char *c = from; c + 1 < end; c++)
        if (c[0] == '.' && c[1] == ' ')
            end = c;
    text_copy_bytes(text, size, from, (size_t)(end - from));
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
}

/* error is a word of RFC 6749; anything else is not shown. */
static const char *error_word(const struct json *document)
{
    const char *word = json_text(document, "error");
    size_t length = word != NULL ? strlen(word) : 0;

    return length > 0 && length <= 40 && strspn(word, "abcdefghijklmnopqrstuvwxyz_") == length
               ? word
               : "error";
}

static enum identity_outlook set_refusal(const struct identity_reader *reader,
                                         const struct json *document, struct error *error)
{
    long long number = refusal_number(document);
    const struct known_refusal *known = find_known(number);
    const char *meaning = known != NULL ? known->meaning : reader->advice;
    char sentence[LONGEST_SENTENCE + 1], detail[800] = "";

    first_sentence(reader, json_text(document, "error_description"), sentence, sizeof sentence);
    if (number > 0) {
        text_append(detail, sizeof detail, "AADSTS");
        text_append_number(detail, sizeof detail, number);
    } else {
        text_append(detail, sizeof detail, error_word(document));
    }
    if (meaning != NULL) {
        text_append(detail, sizeof detail, ": ");
        text_append(detail, sizeof detail, meaning);
    }
    if (sentence[0] != '\0') {
        text_append(detail, sizeof detail, ". It says: ");
        text_append(detail, sizeof detail, sentence);
    }
    if (reader->correlation != NULL) {
        text_append(detail, sizeof detail, " (correlation id ");
        text_append(detail, sizeof detail, reader->correlation);
        text_append(detail, sizeof detail, ")");
    }
    error_set(error, MILINK_IDENTITY_REFUSED, reader->subject, detail);
    return known != NULL ? known->outlook : IDENTITY_FINAL;
}

enum identity_outlook identity_read_refusal(const struct identity_reader *reader,
                                            const struct http_answer *answer, struct error *error)
{
    enum identity_outlook outlook = IDENTITY_NO_ANSWER;
    const char *ignored = NULL;
    struct json *document = identity_read_document(answer, &ignored);
    const char *word = json_text(document, "error");
    char text[160];

    if (word == NULL) {
        snprintf(text, sizeof text,
                 "HTTP %d came, and not from %s; check its address, and for a proxy",
                 answer->status, reader->issuer);
        error_set(error, MILINK_IDENTITY_UNREACHABLE, reader->subject, text);
    } else if (strcmp(word, "temporarily_unavailable") == 0) {
        outlook = IDENTITY_PASSING;
        error_set(error, MILINK_IDENTITY_UNREACHABLE, reader->subject,
                  "it says that it is temporarily unavailable");
    } else {
        outlook = set_refusal(reader, document, error);
    }
    json_free(document);
    return outlook;
}
