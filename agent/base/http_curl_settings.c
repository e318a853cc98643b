/* SPDX-License-Identifier: MIT */
/* A client's own copies of its options. */
#include "http_curl.h"

#include "crypto.h"

#include <stdlib.h>
#include <string.h>

/* Nothing stays NULL. */
static bool copy_text(char **copy, const char *text)
{
    size_t size = text != NULL ? strlen(text) + 1 : 0;

    *copy = NULL;
    if (size <= 1)
        return true;
    *copy = malloc(size);
    if (*copy != NULL)
        memcpy(*copy, text, size);
    return *copy != NULL;
}

static bool copy_names(struct http_settings *settings, const char *const *names)
{
    size_t count = 0;

    while (names != NULL && names[count] != NULL)
        count++;
    settings->keep_headers = calloc(count + 1, sizeof *settings->keep_headers);
    if (settings->keep_headers == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!copy_text(&settings->keep_headers[i], names[i]))
            return false;
    return true;
}

bool http_settings_copy(struct http_settings *settings, const struct http_options *options)
{
    return copy_names(settings, options->keep_headers) &&
           copy_text(&settings->proxy, options->proxy) &&
           copy_text(&settings->proxy_user, options->proxy_user) &&
           copy_text(&settings->proxy_password, options->proxy_password) &&
           copy_text(&settings->no_proxy, options->no_proxy) &&
           copy_text(&settings->user_agent, options->user_agent);
}

void http_settings_clear(struct http_settings *settings)
{
    for (char **name = settings->keep_headers; name != NULL && *name != NULL; name++)
        free(*name);
    free(settings->keep_headers);
    if (settings->proxy_password != NULL)
        crypto_wipe(settings->proxy_password, strlen(settings->proxy_password));
    free(settings->proxy_password);
    free(settings->proxy_user);
    free(settings->proxy);
    free(settings->no_proxy);
    free(settings->user_agent);
    http_roots_free(settings->roots);
    memset(settings, 0, sizeof *settings);
}
