/* SPDX-License-Identifier: MIT */
/* Writes what follows from the catalogue and the table of errors: docs/procedures.md,
 * docs/errors.md, sql/register.sql, sql/unregister.sql. */
#include "catalogue.h"
#include "error.h"
#include "text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *yes(bool truth)
{
    return truth ? "yes" : "";
}

/* In a table a bar is escaped. */
static void put_cell(FILE *to, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        fprintf(to, *text == '|' ? "\\|" : "%c", *text);
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
    fprintf(to, "\n## %s\n\n%c%s.", procedure->name, toupper((unsigned char)procedure->text[0]),
            procedure->text + 1);
    if (procedure->right != RIGHT_NONE)
        fprintf(to, " Needs the right `%s`.", right_name(procedure->right));
    fputs(procedure->writes ? " A write: it also takes the parameters of all writes.\n" : "\n", to);
    if (procedure->own_count > 0) {
        fputc('\n', to);
        put_parameters(to, own, procedure->own_count);
    }
    put_columns(to, procedure);
}

static void put_procedures(FILE *to)
{
    const struct parameter *all[CATALOGUE_MAX_PARAMETERS];
    size_t count = 0, own = 0, total = 0;
    const struct procedure *procedures = catalogue_procedures(&count);
    const struct procedure *a_write = procedures;

    while (!a_write->writes)
        a_write++;
    own = a_write->own_count;
    total = catalogue_parameters(a_write, all);
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
    for (size_t i = own; i < total; i++)
        if (strcmp(all[i]->name, "@quiet") == 0)
            put_parameters(to, all + i, total - i);
    fputs("\n## Parameters of all writes\n\n", to);
    for (size_t i = own; i < total; i++)
        if (strcmp(all[i]->name, "@quiet") == 0)
            put_parameters(to, all + own, i - own);
    for (size_t i = 0; i < count; i++)
        put_procedure(to, &procedures[i]);
}

static void put_errors(FILE *to)
{
    size_t count = 0;
    const struct error_entry *table = error_table(&count);

    fputs("# Errors\n\nGenerated from `ipc/error_list.h` by `tools/generate.c`; do not edit.\n\n"
          "A message reads *procedure: subject: cause: detail. Action.* The number is the return "
          "code, the\n"
          "number of the message and `@error_number`; `@error_code` is Azure's code where there is "
          "one, else\n"
          "the name below. 50500-50549 come from the DLL and the way to the agent, 50550-50599 "
          "from the\n"
          "agent, 50600-50699 from Azure.\n\n"
          "| number | name | cause | what to do |\n|---|---|---|---|\n",
          to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "| %ld | %s | %s | %s |\n", (long)table[i].number, table[i].symbol,
                table[i].cause, table[i].action);
}

static void put_register(FILE *to)
{
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    fputs("/* Registers the procedures of xp_milink.dll in master. Generated by tools/generate.c.\n"
          "   Run it as a member of sysadmin, with the DLL's full path in @dll. Running it again "
          "points the\n"
          "   procedures to that path; grants on a procedure that is re-registered are lost. */\n"
          "USE master;\n"
          "SET NOCOUNT ON;\n"
          "DECLARE @dll varchar(255) = 'C:\\Program Files\\milink\\xp_milink.dll';\n"
          "DECLARE @name sysname;\n"
          "DECLARE @procedure TABLE (name sysname NOT NULL PRIMARY KEY);\n"
          "INSERT @procedure (name) VALUES\n",
          to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "    (N'%s')%s\n", procedures[i].name, i + 1 < count ? "," : ";");
    fputs("WHILE 1 = 1\n"
          "BEGIN\n"
          "    SET @name = (SELECT MIN(name) FROM @procedure);\n"
          "    IF @name IS NULL BREAK;\n"
          "    DELETE @procedure WHERE name = @name;\n"
          "    IF OBJECT_ID(N'dbo.' + QUOTENAME(@name), N'X') IS NOT NULL\n"
          "        EXEC sys.sp_dropextendedproc @functname = @name;\n"
          "    EXEC sys.sp_addextendedproc @functname = @name, @dllname = @dll;\n"
          "    PRINT N'registered ' + @name;\n"
          "END;\n",
          to);
}

static void put_unregister(FILE *to)
{
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    fputs("/* Removes the procedures of xp_milink.dll from master and lets go of the DLL. "
          "Generated by\n"
          "   tools/generate.c. Run it as a member of sysadmin, outside a transaction. */\n"
          "USE master;\n"
          "SET NOCOUNT ON;\n",
          to);
    for (size_t i = 0; i < count; i++)
        fprintf(to,
                "IF OBJECT_ID(N'dbo.%s', N'X') IS NOT NULL\n"
                "    EXEC sys.sp_dropextendedproc @functname = N'%s';\n",
                procedures[i].name, procedures[i].name);
    fputs("DBCC xp_milink (FREE);\n", to);
}

static const struct {
    const char *path;
    void (*put)(FILE *to);
} files[] = {{"docs/procedures.md", put_procedures},
             {"docs/errors.md", put_errors},
             {"sql/register.sql", put_register},
             {"sql/unregister.sql", put_unregister}};

int main(int count, char **arguments)
{
    char path[1024];

    if (count != 2) {
        fprintf(stderr, "usage: generate DIRECTORY   writes the generated files below it\n");
        return 2;
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
    return 0;
}
