/* SPDX-License-Identifier: MIT */
/* Judging client assertions: JWTs signed with a registered certificate, and federated tokens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "clock.h"
#include "text.h"
#include "token_endpoint.h"

enum { LIFE_MOST = 600, KEY_BITS_LEAST = 2048, TEXT_MOST = 512 };

/* One assertion, taken apart. */
struct assertion {
    size_t signed_length; /* header and payload with the dot between them */
    cJSON *header, *payload;
    unsigned char *signature;
    size_t signature_length;
};

static bool refuse(struct answer *answer, const char *description)
{
    token_refuse(answer, 401, "invalid_client", description);
    return false;
}

static bool refuse_malformed(struct answer *answer, const char *why)
{
    char *text = text_format("AADSTS50027: JWT token is invalid or malformed: %s", why);
    refuse(answer, text);
    free(text);
    return false;
}

static bool refuse_key(struct answer *answer, const char *why)
{
    char *text = text_format("AADSTS700027: The certificate with identifier used to sign the "
                             "client assertion is not registered on application. [Reason - %s]",
                             why);
    refuse(answer, text);
    free(text);
    return false;
}

static bool is_base64url(const char *text, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return length > 0 && length % 4 != 1 && strspn(text, digits) >= length;
}

/* The bytes of base64url without padding, terminated; new. */
static unsigned char *decode(const char *text, size_t length, size_t *decoded)
{
    size_t room = (length + 3) / 4 * 4;
    char *padded = text_memory(room + 1, 1);
    for (size_t i = 0; i < room; i++) {
        char c = i < length ? text[i] : '=';
        padded[i] = (char)(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    unsigned char *bytes = text_memory(room + 1, 1);
    int count = EVP_DecodeBlock(bytes, (unsigned char *)padded, (int)room);
    *decoded = count < 0 ? 0 : (size_t)count - (room - length);
    bytes[*decoded] = '\0';
    free(padded);
    return bytes;
}

static cJSON *decode_object(const char *text, size_t length)
{
    size_t decoded = 0;
    unsigned char *bytes = decode(text, length, &decoded);
    cJSON *json = cJSON_ParseWithLengthOpts((char *)bytes, decoded + 1, NULL, 1);
    free(bytes);
    if (json && !cJSON_IsObject(json)) {
        cJSON_Delete(json);
        json = NULL;
    }
    return json;
}

static bool take_apart(const char *text, struct assertion *assertion)
{
    const char *first = strchr(text, '.');
    const char *second = first ? strchr(first + 1, '.') : NULL;
    if (!second || strchr(second + 1, '.') || !is_base64url(text, (size_t)(first - text)) ||
        !is_base64url(first + 1, (size_t)(second - first - 1)) ||
        !is_base64url(second + 1, strlen(second + 1)))
        return false;
    assertion->signed_length = (size_t)(second - text);
    assertion->header = decode_object(text, (size_t)(first - text));
    assertion->payload = decode_object(first + 1, (size_t)(second - first - 1));
    assertion->signature = decode(second + 1, strlen(second + 1), &assertion->signature_length);
    return assertion->header && assertion->payload;
}

static void clear(struct assertion *assertion)
{
    cJSON_Delete(assertion->header);
    cJSON_Delete(assertion->payload);
    free(assertion->signature);
}

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text ? text : "";
}

static bool is_pss(const struct assertion *assertion)
{
    return strcmp(text_of(assertion->header, "alg"), "PS256") == 0;
}

static bool check_header(const struct scenario *scenario, const struct assertion *assertion,
                         struct answer *answer)
{
    const cJSON *header = assertion->header;
    const char *algorithm = text_of(header, "alg");
    bool pss = is_pss(assertion);
    if ((!pss && strcmp(algorithm, "RS256") != 0) || (pss && scenario->identity.reject_ps256)) {
        char *text = text_format("AADSTS5002738: Invalid JWT token. '%s' is not a supported "
                                 "signature algorithm.",
                                 algorithm);
        refuse(answer, text);
        free(text);
        return false;
    }
    if (strcmp(text_of(header, "typ"), "JWT") != 0)
        return refuse_malformed(answer, "the header's typ is not JWT.");
    if (!*text_of(header, pss ? "x5t#S256" : "x5t") ||
        cJSON_HasObjectItem(header, pss ? "x5t" : "x5t#S256"))
        return refuse_key(answer, "The thumbprint header is not that of the algorithm.");
    const cJSON *chain = cJSON_GetObjectItemCaseSensitive(header, "x5c");
    if (chain && !cJSON_IsArray(chain))
        return refuse_malformed(answer, "the header's x5c is not an array.");
    return true;
}

/* A PEM text, or the content of the file of that name. */
static X509 *read_certificate(const char *text)
{
    BIO *bio = strstr(text, "-----BEGIN") ? BIO_new_mem_buf(text, -1) : BIO_new_file(text, "r");
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return certificate;
}

static bool has_thumbprint(X509 *certificate, const struct assertion *assertion)
{
    bool pss = is_pss(assertion);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!X509_digest(certificate, pss ? EVP_sha256() : EVP_sha1(), hash, &length))
        return false;
    char *expected = text_base64url(hash, length);
    bool same = strcmp(expected, text_of(assertion->header, pss ? "x5t#S256" : "x5t")) == 0;
    free(expected);
    return same;
}

/* The registered certificate that the header names, or NULL; X509_free. */
static X509 *find_certificate(const struct scenario *scenario, const struct assertion *assertion)
{
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, scenario->identity.certificates)
    {
        X509 *certificate = read_certificate(item->valuestring);
        if (certificate && has_thumbprint(certificate, assertion))
            return certificate;
        if (!certificate)
            fprintf(stderr, "armsim  identity.certificates: no certificate in \"%.60s\"\n",
                    item->valuestring);
        X509_free(certificate);
    }
    return NULL;
}

static bool is_signed_by(X509 *certificate, const char *text, const struct assertion *assertion)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    EVP_PKEY_CTX *parameters = NULL; /* borrowed */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && key && EVP_PKEY_base_id(key) == EVP_PKEY_RSA &&
                EVP_PKEY_bits(key) >= KEY_BITS_LEAST &&
                EVP_DigestVerifyInit(context, &parameters, EVP_sha256(), NULL, key) == 1;
    if (good && is_pss(assertion))
        good = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) > 0;
    good = good && EVP_DigestVerify(context, assertion->signature, assertion->signature_length,
                                    (const unsigned char *)text, assertion->signed_length) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

static bool check_signature(const struct scenario *scenario, const char *text,
                            const struct assertion *assertion, struct answer *answer)
{
    X509 *certificate = find_certificate(scenario, assertion);
    bool good = false;
    if (!certificate)
        refuse_key(answer, "The key was not found.");
    else if (!is_signed_by(certificate, text, assertion))
        refuse_key(answer, "The signature is not valid.");
    else
        good = true;
    X509_free(certificate);
    return good;
}

/* The audience must be the URL of this very request. */
static bool check_names(const struct scenario *scenario, const struct request *request,
                        const cJSON *payload, struct answer *answer)
{
    char *url = text_format("https://%s%.*s", request->host ? request->host : "",
                            (int)strcspn(request->uri, "?"), request->uri);
    bool audience = strcmp(text_of(payload, "aud"), url) == 0;
    free(url);
    if (strcasecmp(text_of(payload, "iss"), scenario->client_id) != 0 ||
        strcasecmp(text_of(payload, "sub"), scenario->client_id) != 0)
        return refuse(answer, "AADSTS700021: Client assertion application identifier doesn't match "
                              "'client_id' parameter.");
    if (!audience)
        return refuse(answer, "AADSTS700023: Client assertion audience claim does not match Realm "
                              "issuer.");
    return true;
}

static void print_time(double seconds, char text[CLOCK_TEXT])
{
    clock_print((int64_t)seconds * 1000, text);
}

static bool check_times(const struct scenario *scenario, const cJSON *payload,
                        struct answer *answer)
{
    const cJSON *issued = cJSON_GetObjectItemCaseSensitive(payload, "iat");
    const cJSON *from = cJSON_GetObjectItemCaseSensitive(payload, "nbf");
    const cJSON *until = cJSON_GetObjectItemCaseSensitive(payload, "exp");
    double now = (double)token_now(scenario) / 1000;
    if (!cJSON_IsNumber(issued) || !cJSON_IsNumber(from) || !cJSON_IsNumber(until))
        return refuse_malformed(answer, "iat, nbf and exp must be numbers.");
    double life = until->valuedouble - from->valuedouble;
    if (from->valuedouble <= now && now < until->valuedouble && life > 0 && life <= LIFE_MOST)
        return true;
    char times[3][CLOCK_TEXT];
    print_time(now, times[0]);
    print_time(from->valuedouble, times[1]);
    print_time(until->valuedouble, times[2]);
    char *text = text_format("AADSTS700024: Client assertion is not within its valid time range. "
                             "Current time: %s, assertion valid from %s, expiry time of assertion "
                             "%s.",
                             times[0], times[1], times[2]);
    refuse(answer, text);
    free(text);
    return false;
}

static bool check_fresh(struct token_store *store, const cJSON *payload, struct answer *answer)
{
    const char *id = text_of(payload, "jti");
    if (!*id)
        return refuse_malformed(answer, "jti is missing.");
    for (size_t i = 0; i < TOKENS_KEPT; i++)
        if (store->assertions[i] && strcmp(store->assertions[i], id) == 0)
            return refuse_malformed(answer, "jti was used before.");
    char **kept = &store->assertions[store->next_assertion++ % TOKENS_KEPT];
    free(*kept);
    *kept = text_copy(id);
    return true;
}

static bool is_federated(const struct scenario *scenario, const char *text)
{
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, scenario->identity.federated_tokens)
    {
        if (strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

static bool refuse_federated(const struct scenario *scenario, struct answer *answer)
{
    char *text = text_format("AADSTS%s: No matching federated identity record found for presented "
                             "assertion.",
                             federated_errors[scenario->identity.federated_error]);
    refuse(answer, text);
    free(text);
    return false;
}

/* An accepted token misses its federated credential the first few times: replication lag. */
static bool check_federated(struct scenario *scenario, struct answer *answer)
{
    if (scenario->identity.federated_seen++ >= scenario->identity.federated_misses)
        return true;
    return refuse_federated(scenario, answer);
}

bool token_check_assertion(struct token_store *store, struct scenario *scenario,
                           const struct request *request, const char *text, struct answer *answer)
{
    struct assertion assertion = {0};
    bool good = false;
    if (!take_apart(text, &assertion))
        refuse_malformed(answer, "not three parts of base64url, the first two JSON objects.");
    else if (is_federated(scenario, text))
        good = check_federated(scenario, answer);
    else if (strcasecmp(text_of(assertion.payload, "iss"), scenario->client_id) != 0 &&
             scenario->identity.federated_tokens)
        refuse_federated(scenario, answer);
    else
        good = check_header(scenario, &assertion, answer) &&
               check_signature(scenario, text, &assertion, answer) &&
               check_names(scenario, request, assertion.payload, answer) &&
               check_times(scenario, assertion.payload, answer) &&
               check_fresh(store, assertion.payload, answer);
    clear(&assertion);
    return good;
}
