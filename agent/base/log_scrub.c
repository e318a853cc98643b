/* SPDX-License-Identifier: MIT */
/* Masking what looks like a secret. */
#include "log_scrub.h"

#include "text.h"

#include <stdbool.h>
#include <string.h>

/* What names a secret when = follows and a value, or as in JSON : with quotes around. */
static const char *const names[] = {
    "client_secret", "client_assertion", "assertion", "access_token",
    "refresh_token", "id_token",         "password",  "pwd",
    "accountkey",    "sharedaccesskey",  "sig",       "administratorloginpassword"};
/* What a secret follows after a space, as in an Authorization header. */
static const char *const schemes[] = {"Bearer", "Basic"};

enum { TOKEN_LEAST = 16 /* characters: a shorter word behind "Basic" is prose */ };

static bool is_token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-_.~+/=", c) != NULL);
}

static size_t token_length(const char *text)
{
    size_t length = 0;

    while (is_token(text[length]))
        length++;
    return length;
}

static bool begins(const char *text, const char *word)
{
    const size_t length = strlen(word);

    return strnlen(text, length) == length && text_equal_bytes(word, text, length);
}

/* Bytes before the value when a name, a separator and a value stand here; else 0. */
static size_t behind_name(const char *text)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *at = text + strlen(names[i]);
        size_t quotes = 0;

        if (!begins(text, names[i]))
            continue;
        quotes = strspn(at, "\\\"'");
        at += quotes;
        at += strspn(at, " ");
        if (*at != '=' && (*at != ':' || quotes == 0))
            continue;
        at++;
        at += strspn(at, " ");
        at += strspn(at, "\\\"'");
        return (size_t)(at - text);
    }
    return 0;
}

static size_t behind_scheme(const char *text)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const size_t length = strlen(schemes[i]);

        if (begins(text, schemes[i]) && text[length] == ' ' &&
            token_length(text + length + 1) >= TOKEN_LEAST)
            return length + 1;
    }
    return 0;
}

/* Bytes at the beginning of text to keep, and behind them bytes to mask; false: nothing secret
 * begins here. inside: a letter, digit or _ stands before it. */
static bool find_secret(const char *text, bool inside, size_t *keep, size_t *mask)
{
    *keep = 0;
    if (begins(text, "-----BEGIN ") && strstr(text, "PRIVATE KEY") != NULL) {
        *mask = strlen(text);
        return true;
    }
    if (strncmp(text, "eyJ", 3) == 0 && token_length(text) >= TOKEN_LEAST) {
        *mask = token_length(text);
        return true;
    }
    if (inside)
        return false;
    *keep = behind_name(text);
    if (*keep > 0) {
        *mask = strcspn(text + *keep, " \t\r\n\\\"'&,;)}]");
        return *mask > 0;
    }
    *keep = behind_scheme(text);
    *mask = *keep > 0 ? token_length(text + *keep) : 0;
    return *keep > 0;
}

static void append(char *clean, size_t size, const char *bytes, size_t length)
{
    const size_t used = strlen(clean);

    text_copy_bytes(clean + used, size - used, bytes, length);
}

void log_scrub(const char *text, char *clean, size_t size)
{
    const char *done = text, *at = text;
    bool inside = false;

    if (size == 0)
        return;
    clean[0] = '\0';
    while (*at != '\0') {
        size_t keep = 0, mask = 0;

        if (find_secret(at, inside, &keep, &mask)) {
            append(clean, size, done, (size_t)(at - done) + keep);
            append(clean, size, "***", 3);
            at += keep + mask;
            done = at;
            inside = true;
        } else {
            inside = (is_token(*at) && strchr("-.~+/=", *at) == NULL);
            at++;
        }
    }
    append(clean, size, done, (size_t)(at - done));
}
