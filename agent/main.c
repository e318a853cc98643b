/* SPDX-License-Identifier: MIT */
/* milink-agent: its verbs, their options and their help. */
#include "cli.h"
#include "config.h"
#include "console.h"
#include "crypto.h"
#include "http.h"
#include "own_process.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

/* What stands behind the verb: options taken out, the rest in arguments. */
struct options {
    char config[CONFIG_PATH_SIZE];
    bool help, verbose, json;
    int count;
    char **arguments;
};

static int print_usage(FILE *to, int code)
{
    char file[CONFIG_PATH_SIZE];

    config_default_file(file, sizeof file);
    fputs("milink-agent - drives Azure SQL Managed Instance links for SQL Server on this host\n"
          "\n"
          "usage: milink-agent VERB [OPTION...]\n"
          "\n",
          to);
    for (size_t i = 0; i < cli_help_count; i++)
        fprintf(to, "  %-9s %s\n", cli_help[i].verb, cli_help[i].summary);
    fprintf(
        to,
        "\n"
        "  milink-agent help VERB, or VERB --help   what a verb does, its options and exit codes\n"
        "  milink-agent --version                   versions of the agent and its libraries\n"
        "\n"
        "The configuration is %s, or the file named with --config.\n"
        "exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage,\n"
        "            3 the agent is not running; of call also 4, 5 and 130: see its help\n",
        file);
    return code;
}

static int print_version(void)
{
    printf("milink-agent %s (%s, %s)\n", MILINK_VERSION, http_version(), crypto_version());
    return CLI_DONE;
}

static int print_help(const char *verb, FILE *to, int code)
{
    char *help[] = {"--help"};

    for (size_t i = 0; i < cli_help_count; i++)
        if (strcmp(cli_help[i].verb, verb) == 0) {
            if (cli_help[i].text == NULL)
                return cli_call(1, help);
            fputs(cli_help[i].text, to);
            return code;
        }
    return print_usage(stderr, CLI_USAGE);
}

/* Takes the options out of the arguments; false for one that is not known or not whole. */
static bool take_options(struct options *options, int count, char **arguments)
{
    config_default_file(options->config, sizeof options->config);
    options->arguments = arguments;
    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "--help") == 0)
            options->help = true;
        else if (strcmp(arguments[i], "--verbose") == 0)
            options->verbose = true;
        else if (strcmp(arguments[i], "--json") == 0)
            options->json = true;
        else if (strcmp(arguments[i], "--config") == 0 && i + 1 < count)
            text_copy(options->config, sizeof options->config, arguments[++i]);
        else if (arguments[i][0] == '-')
            return false;
        else
            arguments[options->count++] = arguments[i];
    }
    return true;
}

static int check(const struct options *options)
{
    if (options->verbose && cli_explain(options->config) != CLI_DONE)
        return CLI_FAILED;
    return cli_check(options->config, options->json);
}

/* CLI_USAGE: the verb's help is due. */
static int run_verb(const char *verb, const struct options *options)
{
    bool is_check = strcmp(verb, "check") == 0, is_secret = strcmp(verb, "secret") == 0;

    if (((options->verbose || options->json) && !is_check) || (options->verbose && options->json) ||
        (options->count > 0 && !is_secret))
        return CLI_USAGE;
    if (is_secret)
        return cli_secret(options->config, options->count, options->arguments);
    if (is_check)
        return check(options);
    if (strcmp(verb, "run") == 0)
        return cli_run(options->config);
    if (strcmp(verb, "service") == 0)
        return cli_service(options->config);
    if (strcmp(verb, "reload") == 0)
        return cli_reload(options->config);
    return strcmp(verb, "stop") == 0 ? cli_stop(options->config) : CLI_USAGE;
}

int main(int count, char **arguments)
{
    struct options options = {.help = false};
    const char *verb = NULL;
    char **words = NULL;
    int code = CLI_USAGE;

    process_start();
    words = console_start(&count, arguments);
    verb = count > 1 ? words[1] : "";
    if (!crypto_start()) {
        fprintf(stderr, "milink-agent: OpenSSL cannot be started; reinstall the agent\n");
        return CLI_FAILED;
    }
    if (strcmp(verb, "help") == 0 && count > 2)
        return print_help(words[2], stdout, CLI_DONE);
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "help") == 0)
        return print_usage(stdout, CLI_DONE);
    if (strcmp(verb, "--version") == 0)
        return print_version();
    if (strcmp(verb, "call") == 0)
        return cli_call(count - 2, words + 2);
    if (strcmp(verb, "audit") == 0 && (code = cli_audit(count - 2, words + 2)) != CLI_USAGE)
        return code;
    if (strcmp(verb, "setup") == 0 && (code = cli_setup(count - 2, words + 2)) != CLI_USAGE)
        return code;
    if (strcmp(verb, "sql") == 0 && (code = cli_sql(count - 2, words + 2)) != CLI_USAGE)
        return code;
    if (strcmp(verb, "remove") == 0 && (code = cli_remove(count - 2, words + 2)) != CLI_USAGE)
        return code;
    if (take_options(&options, count - 2, words + 2))
        code = options.help ? print_help(verb, stdout, CLI_DONE) : run_verb(verb, &options);
    return code == CLI_USAGE && !options.help ? print_help(verb, stderr, CLI_USAGE) : code;
}
