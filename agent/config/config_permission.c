/* SPDX-License-Identifier: MIT */
/* Who else may touch the files that a configuration depends on. */
#include "config_explain.h"

#include "config_fields.h"
#include "crypto.h"
#include "secret_directory.h"
#include "secret_store.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

struct report {
    void (*tell)(void *context, const struct config_finding *finding);
    void *context;
    bool good;
};

static void tell(struct report *report, bool good, const char *what, const char *text)
{
    const struct config_finding finding = {good, what, text};

    report->good = report->good && good;
    report->tell(report->context, &finding);
}

static void check_directory(struct report *report, const char *what, const char *path)
{
    char flaw[512] = "", text[CONFIG_PATH_SIZE + 600];
    bool good = directory_check(path, false, flaw, sizeof flaw) == DIRECTORY_SAFE;

    snprintf(text, sizeof text, "%s %s", path, good ? "is closed to changes by others" : flaw);
    tell(report, good, what, text);
}

static void check_stored(struct report *report, const struct config *config, const char *key,
                         const char *name)
{
    char secret[SECRET_FILE_SIZE], flaw[CONFIG_PATH_SIZE + 600] = "";
    bool good = name[0] != '\0' &&
                secret_store_get(config->state_directory, name, secret, flaw, sizeof flaw);
    char text[CONFIG_PATH_SIZE + 800];

    if (name[0] == '\0')
        return;
    crypto_wipe(secret, sizeof secret);
    snprintf(text, sizeof text, "secret %s %s", name,
             good ? "is stored, and closed to others" : flaw);
    tell(report, good, key, text);
}

static void check_secret_file(struct report *report, const char *path)
{
    char secret[SECRET_FILE_SIZE], flaw[512] = "", text[CONFIG_PATH_SIZE + 600];
    bool good = false;

    if (path[0] == '\0')
        return;
    good = secret_file_read(path, secret, flaw, sizeof flaw);
    crypto_wipe(secret, sizeof secret);
    snprintf(text, sizeof text, "%s %s", path, good ? "is closed to others" : flaw);
    tell(report, good, "identity.secret_file", text);
}

bool config_check_permissions(const char *file, const struct config *config,
                              void (*tell_one)(void *context, const struct config_finding *finding),
                              void *context)
{
    struct report report = {tell_one, context, true};
    char folder[CONFIG_PATH_SIZE];
    size_t length = strlen(file);

    while (length > 0 && file[length - 1] != '/' && file[length - 1] != '\\')
        length--;
    text_copy_bytes(folder, sizeof folder, file, length > 1 ? length - 1 : length);
    check_directory(&report, "configuration's directory", length > 0 ? folder : ".");
    check_directory(&report, "state directory", config->state_directory);
    check_stored(&report, config, "identity.secret", config->identity.secret);
    check_stored(&report, config, "identity.certificate_secret",
                 config->identity.certificate_secret);
    check_stored(&report, config, "network.proxy_secret", config->proxy_secret);
    check_secret_file(&report, config->identity.secret_file);
    return report.good;
}
