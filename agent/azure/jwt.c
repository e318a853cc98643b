/* SPDX-License-Identifier: MIT */
/* Reading the middle part of a JSON Web Token. */
#include "jwt.h"

#include "base64.h"
#include "crypto.h"
#include "json.h"
#include "text.h"
#include "utc.h"

#include <stdlib.h>
#include <string.h>

struct json *jwt_claims(const char *token)
{
    const char *from = strchr(token, '.');
    const char *end = from != NULL ? strchr(from + 1, '.') : NULL;
    size_t length = end != NULL ? (size_t)(end - from - 1) : 0;
    char *bytes = length > 0 ? malloc(length) : NULL, ignored[128];
    struct json *claims = NULL;
    size_t count = 0;

    if (bytes != NULL && base64_decode(from + 1, length, bytes, length, &count))
        claims = json_parse(bytes, count, ignored, sizeof ignored);
    if (bytes != NULL)
        crypto_wipe(bytes, length);
    free(bytes);
    if (json_is_object(claims))
        return claims;
    json_free(claims);
    return NULL;
}

static void append(char *text, size_t size, const char *name, const char *value)
{
    if (text[0] != '\0')
        text_append(text, size, ", ");
    text_append(text, size, name);
    text_append(text, size, " ");
    text_append(text, size, value);
}

void token_describe(const char *token, char *text, size_t size)
{
    static const char *const shown[] = {"appid", "azp", "oid", "tid", "aud"};
    struct json *claims = jwt_claims(token);
    char until[UTC_TEXT_SIZE];
    long long seconds = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        if (json_text(claims, shown[i]) != NULL)
            append(text, size, shown[i], json_text(claims, shown[i]));
    if (json_integer(json_member(claims, "exp"), &seconds) && seconds >= 0) {
        utc_text((uint64_t)seconds * 1000, until, sizeof until);
        append(text, size, "until", until);
    }
    json_free(claims);
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
}
