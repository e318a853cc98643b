/* SPDX-License-Identifier: MIT */
/* Writes what follows from the catalogue, the tables of errors and the configuration's table of
 * keys: docs/procedures.md, docs/errors.md, docs/config.schema.json, sql/register.sql,
 * sql/unregister.sql, sql/messages.sql, docs/events.md, agent/milink_messages.mc,
 * installer/azure/role-*.json, sql/schema/xp/, and the tables in docs/configuration.md. */
#include "catalogue.h"
#include "generate.h"
#include "sql_script.h"
#include "text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_DOCUMENT = 1024 * 1024 };

static const char *yes(bool truth)
{
    return truth ? "yes" : "";
}

/* In a table a bar is escaped, and what would be a tag. */
static void put_cell(FILE *to, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '|')
            fputs("\\|", to);
        else if (*text == '<')
            fputs("&lt;", to);
        else
            fputc(*text, to);
    }
}

static void put_parameters(FILE *to, const struct parameter *const *parameters, size_t count)
{
    char type[32];

    fputs("| parameter | type | required | default | what it is |\n|---|---|---|---|---|\n", to);
    for (size_t i = 0; i < count; i++) {
        const struct parameter *parameter = parameters[i];

        fprintf(to, "| `%s`%s | %s | %s | %s | ", parameter->name,
                (parameter->flags & PARAMETER_OUTPUT) != 0 ? " OUTPUT" : "",
                catalogue_type_name(parameter->type, parameter->size, type, sizeof type),
                yes((parameter->flags & PARAMETER_REQUIRED) != 0),
                parameter->otherwise != NULL ? parameter->otherwise : "");
        put_cell(to, parameter->text);
        if (parameter->allowed != NULL) {
            fputs(" (`", to);
            put_cell(to, parameter->allowed);
            fputs("`)", to);
        }
        fputs(" |\n", to);
    }
}

static void put_columns(FILE *to, const struct procedure *procedure)
{
    char type[32];

    fputs("\nColumns: ", to);
    for (size_t i = 0; i < procedure->column_count; i++)
        fprintf(to, "%s`%s` %s", i > 0 ? ", " : "", procedure->columns[i].name,
                catalogue_type_name(procedure->columns[i].type, procedure->columns[i].size, type,
                                    sizeof type));
    fputs(".\n", to);
}

static void put_procedure(FILE *to, const struct procedure *procedure)
{
    const struct parameter *own[CATALOGUE_MAX_PARAMETERS];

    for (size_t i = 0; i < procedure->own_count; i++)
        own[i] = &procedure->own[i];
    fprintf(to, "\n### %s\n\n%c%s.", procedure->name, toupper((unsigned char)procedure->text[0]),
            procedure->text + 1);
    if (procedure->right != RIGHT_NONE)
        fprintf(to, " Needs the right `%s`.", right_name(procedure->right));
    if (procedure->writes)
        fputs(" A write: it also takes the parameters of all writes, and answers with the "
              "operation row.\n",
              to);
    else
        fputc('\n', to);
    if (procedure->own_count > 0) {
        fputc('\n', to);
        put_parameters(to, own, procedure->own_count);
    }
    if (!procedure->writes)
        put_columns(to, procedure);
}

/* What a chapter's procedures have in common. */
static const char *const about[SUBJECT_COUNT] = {
    [SUBJECT_LINK] =
        "A link of several databases has a row a database wherever links are shown. To create one, "
        "`api_version`\n"
        "in the agent's configuration must be 2025-02-01-preview or later, to change its databases "
        "2026-08-01-preview.\n\n"
        "`xp_milink_link_create` looks before it asks: for the link itself, its availability "
        "groups and databases in\n"
        "other links, a database of that name that a dropped link has left on the instance, a "
        "valid certificate of\n"
        "SQL Server, and the database format. Success means that the link is there, not that "
        "seeding has ended.\n"
        "A database that `xp_milink_link_update` leaves out of the list is removed, and that takes "
        "a confirmation.\n"
        "`xp_milink_link_delete` is refused while the instance is primary and a database has no "
        "backup since it\n"
        "became so, as far as the journal knows when that was.\n",
    [SUBJECT_INSTANCE] =
        "An instance that the configuration names need not be there yet. While it is not, all "
        "that would read it\n"
        "say so, and `xp_milink_instance_create` can create it. The administrator's password "
        "comes from the agent's\n"
        "store of secrets (`milink-agent secret set`) and is in no journal, log or answer.\n",
    [SUBJECT_CERTIFICATE] =
        "Both sides need the other's certificate before a link is created: SQL Server's goes to "
        "the instance with\n"
        "`xp_milink_certificate_put`; the instance's comes from "
        "`xp_milink_endpoint_certificate_get` and is created on SQL\n"
        "Server under the instance's full name (`fqdn` of `xp_milink_instance_get`), with the "
        "roots it leads to.\n"
        "To replace SQL Server's certificate, put the next one under a new name, switch the "
        "endpoint to it, then\n"
        "delete the old one.\n",
    [SUBJECT_OPERATION] =
        "Azure cancels what is done to an instance as a whole (`xp_milink_license_set`, "
        "`xp_milink_instance_create`), and\n"
        "nothing else. `xp_milink_operation_cancel` asks for that once and answers with the "
        "operation's row, whose state\n"
        "becomes `Canceled` when Azure's own record says so. It begins no operation of its own, "
        "so it takes no\n"
        "`@request_id`, and asking again does no harm. It needs the right that the operation "
        "itself needed.\n",
};

/* A chapter: what it is about, the list of its procedures, then each. */
static void put_subject(FILE *to, enum subject subject)
{
    const struct procedure *procedure = NULL;

    fprintf(to, "\n## %s\n\n", subject_title(subject));
    if (about[subject] != NULL)
        fprintf(to, "%s\n", about[subject]);
    fputs("| procedure | what it does |\n|---|---|\n", to);
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
        if (procedure->subject != subject)
            continue;
        fprintf(to, "| [%s](#%s) | ", procedure->name, procedure->name);
        put_cell(to, procedure->text);
        fputs(" |\n", to);
    }
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++)
        if (procedure->subject == subject)
            put_procedure(to, procedure);
}

static const struct procedure *find_write(void)
{
    size_t i = 0;

    while (!catalogue_at(i)->writes)
        i++;
    return catalogue_at(i);
}

static void put_procedures(FILE *to)
{
    const struct parameter *all[CATALOGUE_MAX_PARAMETERS];
    const struct procedure *a_write = find_write();
    size_t total = catalogue_parameters(a_write, all), own = a_write->own_count, common = own;

    while (strcmp(all[common]->name, "@quiet") != 0)
        common++;
    fputs("# The xp_milink_* procedures\n\n"
          "Generated from the agent's catalogue by `tools/generate.c`; do not edit.\n\n"
          "They live in `master`. Parameters are all named or all positional; by position a call "
          "passes the\n"
          "procedure's own parameters, in the order below, and nothing else. An empty or NULL "
          "optional\n"
          "parameter means its default. The return code is 0 or an error number (`errors.md`); on "
          "failure\n"
          "there are no rows. Test `@rc <> 0 OR @rc IS NULL`.\n\n"
          "## Parameters of all procedures\n\n",
          to);
    put_parameters(to, all + common, total - common);
    fputs("\n## Parameters of all writes\n\n"
          "Every write is an operation: it is in the agent's journal before anything leaves for "
          "Azure, goes on\n"
          "when the caller has gone, and answers with one row about it. A repeat with the same "
          "`@request_id`\n"
          "answers with that row again, as long as the journal keeps it (`journal.days` in the "
          "configuration,\n"
          "never less than 30); after that it is a new request. What is so already is written down "
          "as\n"
          "`Succeeded`, and nothing is sent.\n\n",
          to);
    put_parameters(to, all + own, common - own);
    fputs("\nThe operation row has these.\n", to);
    put_columns(to, a_write);
    for (int subject = 0; subject < SUBJECT_COUNT; subject++)
        put_subject(to, (enum subject)subject);
}

/* xp_milink_1_0_0: a name of its own for each version, as tools/stage gives it. */
static void own_dll(char *name, size_t size)
{
    text_copy(name, size, "xp_milink_" MILINK_VERSION);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '.')
            *c = '_';
}

static void put_register(FILE *to)
{
    char *batch = malloc(SQL_SCRIPT_SIZE), name[64], dll[SQL_DLL_MOST + 1];

    own_dll(name, sizeof name);
    snprintf(dll, sizeof dll, "C:\\Program Files\\milink\\" MILINK_VERSION "\\%s.dll", name);
    if (batch != NULL && sql_script_register(dll, batch, SQL_SCRIPT_SIZE))
        fprintf(
            to,
            "/* Registers the procedures of milink's DLL in master. Generated by "
            "tools/generate.c; milink-agent sql register runs the same.\n"
            "   Run it as a member of sysadmin, with the DLL's full path in @Dll. Running it again "
            "points the procedures to that path,\n"
            "   and gives back the grants that this loses. */\n"
            "USE master;\n%s",
            batch);
    free(batch);
}

static void put_unregister(FILE *to)
{
    char batch[1024], name[64];

    own_dll(name, sizeof name);
    if (sql_script_unregister(batch, sizeof batch))
        fprintf(
            to,
            "/* Removes the procedures of milink's DLL from master and lets go of the DLL. "
            "Generated by tools/generate.c;\n"
            "   milink-agent sql unregister runs the same. Run it as a member of sysadmin, outside "
            "a transaction. */\n"
            "USE master;\n%sDBCC %s (FREE);\n",
            batch, name);
}

static const struct {
    const char *path;
    void (*put)(FILE *to);
} files[] = {{"docs/procedures.md", put_procedures},
             {"docs/errors.md", put_errors},
             {"docs/config.schema.json", put_config_schema},
             {"sql/register.sql", put_register},
             {"sql/unregister.sql", put_unregister},
             {"sql/messages.sql", put_messages},
             {"docs/events.md", put_events},
             {"agent/milink_messages.mc", put_event_messages}};

/* ---- tables inside a document ---- */

static const struct {
    const char *path, *name;
    void (*put)(FILE *to);
} tables[] = {{"docs/configuration.md", "keys", put_config_keys},
              {"docs/configuration.md", "types", put_config_types}};

/* The whole file; NULL when it cannot be read. */
static char *read_text(const char *path)
{
    FILE *from = fopen(path, "rb");
    char *text = calloc(1, LONGEST_DOCUMENT + 1);

    if (from == NULL || text == NULL ||
        (fread(text, 1, LONGEST_DOCUMENT, from) == 0 && ferror(from) != 0)) {
        free(text);
        text = NULL;
    }
    if (from != NULL)
        fclose(from);
    return text;
}

/* Puts a table anew between the lines that hold its place. */
static int put_table(const char *path, const char *name, void (*put)(FILE *to))
{
    char begin[64], end[64], *text = read_text(path), *from = NULL, *rest = NULL;
    FILE *to = NULL;

    snprintf(begin, sizeof begin, "<!-- %s -->\n", name);
    snprintf(end, sizeof end, "<!-- end of %s -->", name);
    from = text != NULL ? strstr(text, begin) : NULL;
    rest = from != NULL ? strstr(from, end) : NULL;
    to = rest != NULL ? fopen(path, "wb") : NULL;
    if (to != NULL) {
        fwrite(text, 1, (size_t)(from - text) + strlen(begin), to);
        put(to);
        fputs(rest, to);
    }
    free(text);
    if (to != NULL && fclose(to) == 0)
        return 0;
    fprintf(stderr, "%s: cannot be written, or has no place for the table of %s\n", path, name);
    return 1;
}

int main(int count, char **arguments)
{
    char path[1024];

    if (count != 2) {
        fprintf(stderr, "usage: generate DIRECTORY   writes the generated files below it\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", arguments[1], tables[i].path);
        if (put_table(path, tables[i].name, tables[i].put) != 0)
            return 1;
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *to = NULL;

        snprintf(path, sizeof path, "%s/%s", arguments[1], files[i].path);
        to = fopen(path, "wb");
        if (to == NULL) {
            perror(path);
            return 1;
        }
        files[i].put(to);
        if (fclose(to) != 0) {
            perror(path);
            return 1;
        }
    }
    if (put_roles(arguments[1]) != 0)
        return 1;
    return put_calls(arguments[1], find_write());
}
