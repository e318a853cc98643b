/* SPDX-License-Identifier: MIT */
/* milink-agent sql: milink in the SQL Server instances of this host. */
#include "cli.h"
#include "sql_instance.h"
#include "sql_report.h"
#include "sql_script.h"
#include "sqlcmd.h"
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sql_options {
    const char *verb, *instance, *server, *dll;
    bool free_old, what_if;
    struct sqlcmd sqlcmd;
    bool has_sqlcmd;
    char own_dll[SQL_DLL_MOST + 1];
};

static int say(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));

/* Why it failed, in a line; the exit code. */
static int say(const char *format, ...)
{
    va_list arguments;

    fputs("milink-agent sql: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return CLI_FAILED;
}

/* ---- what to work on ---- */

/* localhost\NAME through shared memory: no network, and no alias of that name. */
static void server_of(const struct sql_instance *instance, char *server, size_t size)
{
    if (text_equal(instance->name, "MSSQLSERVER"))
        text_copy(server, size, "lpc:localhost");
    else
        snprintf(server, size, "lpc:localhost\\%s", instance->name);
}

/* The DLL beside this program, under the name that this version's has. */
static bool find_own_dll(char *path, size_t size)
{
    char folder[1024], version[] = MILINK_VERSION;

    if (!own_directory(folder, sizeof folder))
        return false;
    for (char *c = version; *c != '\0'; c++)
        if (*c == '.')
            *c = '_';
    text_copy(path, size, folder);
    text_append(path, size, "\\xp_milink_");
    text_append(path, size, version);
    text_append(path, size, ".dll");
    return strlen(folder) + strlen("\\xp_milink_.dll") + strlen(version) < size;
}

/* Calls act for each instance that was asked for; false when one failed or none was found. */
static bool each(struct sql_options *options,
                 bool (*act)(struct sql_options *options, const char *name, const char *server))
{
    struct sql_instance *found = calloc(SQL_INSTANCES_MOST, sizeof *found);
    const size_t count = found != NULL && options->server == NULL ? sql_instances_find(found) : 0;
    char server[128];
    bool good = true;
    size_t used = 0;

    if (options->server != NULL) {
        free(found);
        return act(options, options->server, options->server);
    }
    for (size_t i = 0; i < count; i++) {
        if (options->instance != NULL && !text_equal(options->instance, found[i].name))
            continue;
        server_of(&found[i], server, sizeof server);
        good = act(options, found[i].name, server) && good;
        used++;
    }
    free(found);
    if (used > 0)
        return good;
    if (options->instance != NULL)
        say("there is no SQL Server instance %s on this host: milink-agent sql list shows them",
            options->instance);
    else
        say("there is no SQL Server instance on this host; name one with --server");
    return false;
}

static bool ask(struct sql_options *options, const char *server, const char *batch,
                char output[SQLCMD_OUTPUT_SIZE])
{
    if (sqlcmd_run(&options->sqlcmd, server, batch, output))
        return true;
    fprintf(stderr, "%s", output);
    say("%s", options->sqlcmd.why);
    return false;
}

/* ---- register, unregister ---- */

/* The procedure answers from the DLL, and with the agent's version when that runs. */
static bool check_version(struct sql_options *options, const char *server, char *output)
{
    static const char call[] = "SET NOCOUNT ON; EXEC master.dbo.xp_milink_version;";
    const bool called = sqlcmd_run(&options->sqlcmd, server, call, output);

    if (called && strstr(output, MILINK_VERSION) != NULL) {
        printf("  ok    xp_milink_version answers: %s\n", MILINK_VERSION);
        return true;
    }
    if (strstr(output, "50501") != NULL) {
        printf("  ok    xp_milink_version answers; the agent does not run yet (50501)\n");
        return true;
    }
    fprintf(stderr, "%s", output);
    say("xp_milink_version does not answer with version %s: restart nothing; see the text above",
        MILINK_VERSION);
    return false;
}

static void free_dll(struct sql_options *options, const char *server, const char *old, char *output)
{
    char batch[512];

    if (!sql_script_free(old, batch, sizeof batch))
        return;
    if (ask(options, server, batch, output))
        printf("  ok    SQL Server was told to let go of %s\n", old);
}

static bool register_one(struct sql_options *options, const char *name, const char *server)
{
    char *batch = malloc(SQL_SCRIPT_SIZE), *output = malloc(SQLCMD_OUTPUT_SIZE);
    struct sql_state before = {.procedures = 0};
    bool good = false;

    printf("%s\n", name);
    if (batch == NULL || output == NULL ||
        !sql_script_register(options->dll, batch, SQL_SCRIPT_SIZE)) {
        say("%s: SQL Server takes a path of at most 255 characters", options->dll);
        goto out;
    }
    if (!ask(options, server, sql_script_state, output))
        goto out;
    sql_state_read(output, &before);
    if (!ask(options, server, batch, output))
        goto out;
    printf("  ok    %s", output);
    good = check_version(options, server, output);
    if (good && before.procedures > 0 && !text_equal(before.dll, options->dll)) {
        printf("  ok    before: %s\n", before.dll);
        if (options->free_old)
            free_dll(options, server, before.dll, output);
    }
out:
    free(output);
    free(batch);
    return good;
}

static bool unregister_one(struct sql_options *options, const char *name, const char *server)
{
    char *batch = malloc(SQL_SCRIPT_SIZE), *output = malloc(SQLCMD_OUTPUT_SIZE);
    struct sql_state before = {.procedures = 0};
    bool good = false;

    printf("%s\n", name);
    if (batch != NULL && output != NULL && sql_script_unregister(batch, SQL_SCRIPT_SIZE) &&
        ask(options, server, sql_script_state, output)) {
        sql_state_read(output, &before);
        good = ask(options, server, batch, output);
        if (good)
            printf("  ok    %s", output);
        if (good && before.procedures > 0)
            free_dll(options, server, before.dll, output);
    }
    free(output);
    free(batch);
    return good;
}

static bool print_one(struct sql_options *options, const char *name, const char *server)
{
    char *batch = malloc(SQL_SCRIPT_SIZE);
    const bool good = batch != NULL && sql_script_register(options->dll, batch, SQL_SCRIPT_SIZE);

    (void)server;
    if (good)
        printf("-- %s: run it in master as a member of sysadmin.\nUSE master;\nGO\n%sGO\n", name,
               batch);
    else
        say("%s: SQL Server takes a path of at most 255 characters", options->dll);
    free(batch);
    return good;
}

/* ---- list, check ---- */

static int list(void)
{
    struct sql_instance *found = calloc(SQL_INSTANCES_MOST, sizeof *found);
    const size_t count = found != NULL ? sql_instances_find(found) : 0;
    const bool printed = sql_report_instances(found, count);

    free(found);
    return printed ? CLI_DONE : CLI_FAILED;
}

static struct sql_nodes *nodes; /* of one check; the verb runs once a process */

static bool check_one(struct sql_options *options, const char *name, const char *server)
{
    return sql_nodes_add(nodes, &options->sqlcmd, name, server);
}

static int check(struct sql_options *options)
{
    bool good = false;

    nodes = sql_nodes_new(options->dll);
    if (nodes != NULL) {
        good = each(options, check_one);
        good = sql_nodes_print(nodes) && good;
    }
    sql_nodes_free(nodes);
    return good ? CLI_DONE : CLI_FAILED;
}

/* ---- the command line ---- */

static bool take(struct sql_options *options, int count, char **arguments)
{
    for (int at = 1; at < count; at++) {
        const char **value = NULL;

        if (strcmp(arguments[at], "--free") == 0)
            options->free_old = true;
        else if (strcmp(arguments[at], "--what-if") == 0)
            options->what_if = true;
        else if (strcmp(arguments[at], "--instance") == 0)
            value = &options->instance;
        else if (strcmp(arguments[at], "--server") == 0)
            value = &options->server;
        else if (strcmp(arguments[at], "--dll") == 0)
            value = &options->dll;
        else if (strcmp(arguments[at], "--user") == 0 && at + 1 < count)
            text_copy(options->sqlcmd.user, sizeof options->sqlcmd.user, arguments[++at]);
        else
            return false;
        if (value == NULL)
            continue;
        if (at + 1 == count)
            return false;
        *value = arguments[++at];
    }
    return true;
}

static const struct {
    const char *verb;
    bool (*act)(struct sql_options *options, const char *name, const char *server);
    bool asks; /* by sqlcmd */
} acts[] = {{"print", print_one, false},
            {"register", register_one, true},
            {"unregister", unregister_one, true}};

static int act(struct sql_options *options, size_t at)
{
    if (options->what_if && acts[at].asks) {
        puts("it would run this on each instance, through sqlcmd:\n");
        if (strcmp(acts[at].verb, "register") == 0)
            return each(options, print_one) ? CLI_DONE : CLI_FAILED;
        {
            char batch[1024];

            sql_script_unregister(batch, sizeof batch);
            fputs(batch, stdout);
        }
        return CLI_DONE;
    }
    if (acts[at].asks && !options->has_sqlcmd)
        return say("sqlcmd is not on this host: milink-agent sql print writes the script to "
                   "run in SSMS instead");
    return each(options, acts[at].act) ? CLI_DONE : CLI_FAILED;
}

static bool is_verb(const char *verb)
{
    static const char *const verbs[] = {"list", "print", "register", "unregister", "check"};

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i], verb) == 0)
            return true;
    return false;
}

int cli_sql(int count, char **arguments)
{
    struct sql_options options = {.verb = count > 0 ? arguments[0] : ""};

    if (!is_verb(options.verb) || !take(&options, count, arguments))
        return CLI_USAGE;
    if (options.dll == NULL && find_own_dll(options.own_dll, sizeof options.own_dll))
        options.dll = options.own_dll;
    if (options.dll == NULL)
        return say("only on Windows: no other SQL Server loads extended procedures");
    options.has_sqlcmd = sqlcmd_find(&options.sqlcmd);
    if (strcmp(options.verb, "list") == 0)
        return list();
    if (strcmp(options.verb, "check") == 0) {
        if (!options.has_sqlcmd)
            return say("%s",
                       "sqlcmd is not on this host, and without it SQL Server cannot be asked");
        return check(&options);
    }
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].verb, options.verb) == 0)
            return act(&options, i);
    return CLI_USAGE;
}
