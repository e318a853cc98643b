/* SPDX-License-Identifier: MIT */
/* milink-agent secret: putting secrets into the store, naming them and taking them out. */
#include "cli.h"
#include "config.h"
#include "crypto.h"
#include "deadline.h"
#include "secret_input.h"
#include "secret_store.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the secrets are, from the configuration. */
static bool find_directory(const char *config_file, char directory[CONFIG_PATH_SIZE])
{
    struct config *config = calloc(1, sizeof *config);
    char why[4096] = "memory ran out";
    bool found = config != NULL && config_read(config_file, config, why, sizeof why);

    if (found)
        text_copy(directory, CONFIG_PATH_SIZE, config->state_directory);
    else
        fprintf(stderr, "milink-agent: the configuration says where secrets are kept:\n%s\n", why);
    free(config);
    return found;
}

static int report(bool done, const char *name, const char *why)
{
    if (!done)
        fprintf(stderr, "milink-agent: secret %s %s\n", name, why);
    return done ? CLI_DONE : CLI_FAILED;
}

static int set(const char *directory, const char *name)
{
    char secret[SECRET_FILE_SIZE], why[8192] = "", prompt[128];
    bool done = false;

    /* A person should not type in vain. */
    if (!secret_name_is_valid(name))
        return report(false, "NAME", "must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
    snprintf(prompt, sizeof prompt, "Value of %s (not shown): ", name);
    if (!secret_input_read(prompt, secret, why, sizeof why)) {
        fprintf(stderr, "milink-agent: %s\n", why);
        return CLI_FAILED;
    }
    done = secret_store_set(directory, name, secret, why, sizeof why);
    crypto_wipe(secret, sizeof secret);
    if (done)
        printf("secret %s is stored\n", name);
    return report(done, name, why);
}

static int remove_secret(const char *directory, const char *name)
{
    char why[8192] = "";
    bool done = secret_store_remove(directory, name, why, sizeof why);

    if (done)
        printf("secret %s is removed\n", name);
    return report(done, name, why);
}

static void print_one(void *context, const char *name, uint64_t set_ms)
{
    uint64_t now = clock_utc_ms();
    char when[UTC_TEXT_SIZE];

    (void)context;
    utc_text(set_ms, when, sizeof when);
    printf("%-40s set %s, age in days: %llu\n", name, when,
           (unsigned long long)(now > set_ms ? (now - set_ms) / 86400000 : 0));
}

static int list(const char *directory)
{
    char why[8192] = "";
    bool done = secret_store_list(directory, print_one, NULL, why, sizeof why);

    if (!done)
        fprintf(stderr, "milink-agent: %s\n", why);
    return done ? CLI_DONE : CLI_FAILED;
}

int cli_secret(const char *config_file, int count, char **arguments)
{
    const char *what = count > 0 ? arguments[0] : "";
    char directory[CONFIG_PATH_SIZE];
    bool one = strcmp(what, "set") == 0 || strcmp(what, "remove") == 0;

    /* A value must not stand on the command line, where every process sees it. */
    if (one && count > 2) {
        fputs("milink-agent: give NAME alone; the value comes from standard input\n", stderr);
        return CLI_USAGE;
    }
    if (!(one && count == 2) && !(strcmp(what, "list") == 0 && count == 1))
        return CLI_USAGE;
    if (!find_directory(config_file, directory))
        return CLI_FAILED;
    if (!one)
        return list(directory);
    return strcmp(what, "set") == 0 ? set(directory, arguments[1])
                                    : remove_secret(directory, arguments[1]);
}
