/* SPDX-License-Identifier: MIT */
/* Builds the batches and command lines of the sql verb. */
#include "sql_script.h"
#include "procedures.h"
#include "text.h"
#include <string.h>

bool sql_quote(const char *value, char *text, size_t size)
{
    text_copy(text, size, "N'");
    for (; *value != '\0'; value++) {
        const char doubled[] = {*value, *value, '\0'}, plain[] = {*value, '\0'};

        text_append(text, size, *value == '\'' ? doubled : plain);
    }
    text_append(text, size, "'");
    return strlen(text) + 1 < size;
}

/* (N'xp_milink_version'), ... */
static void append_names(char *text, size_t size)
{
    bool first = true;

#define ADD(name)                                                      \
    text_append(text, size, first ? "\n    " : ",\n    ");             \
    text_append(text, size, "(N'" MILINK_PROCEDURE_PREFIX #name "')"); \
    first = false;
    MILINK_PROCEDURES(ADD)
#undef ADD
}

bool sql_script_register(const char *dll, char *text, size_t size)
{
    char quoted[2 * SQL_DLL_MOST + 8];

    if (strlen(dll) > SQL_DLL_MOST || !sql_quote(dll, quoted, sizeof quoted))
        return false;
    text_copy(text, size, "SET NOCOUNT ON;\nDECLARE @Dll varchar(255) = ");
    text_append(text, size, quoted);
    text_append(text, size,
                ", @Name sysname, @Grant nvarchar(600), @Count int = 0;\n"
                "DECLARE @Procedure TABLE (Name sysname NOT NULL PRIMARY KEY);\n"
                "DECLARE @Permission TABLE (Id int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Name "
                "sysname NOT NULL, "
                "Statement nvarchar(600) NOT NULL);\n"
                "INSERT @Procedure (Name) VALUES");
    append_names(text, size);
    text_append(
        text, size,
        ";\n"
        "INSERT @Permission (Name, Statement)\n"
        "SELECT O.name, CASE P.state WHEN 'D' THEN N'DENY' ELSE N'GRANT' END + N' EXECUTE ON "
        "OBJECT::dbo.' + "
        "QUOTENAME(O.name) + N' TO ' + QUOTENAME(U.name) + CASE P.state WHEN 'W' THEN N' WITH "
        "GRANT OPTION;' "
        "ELSE N';' END\n"
        "FROM master.sys.database_permissions AS P\n"
        "INNER JOIN master.sys.objects AS O ON O.object_id = P.major_id\n"
        "INNER JOIN master.sys.database_principals AS U ON U.principal_id = "
        "P.grantee_principal_id\n"
        "WHERE P.class = 1 AND P.type = 'EX' AND O.type = 'X' AND O.name LIKE N'xp[_]milink[_]%';\n"
        "WHILE 1 = 1\n"
        "BEGIN\n"
        "    SET @Name = (SELECT MIN(Name) FROM @Procedure);\n"
        "    IF @Name IS NULL BREAK;\n"
        "    DELETE @Procedure WHERE Name = @Name;\n"
        "    IF EXISTS (SELECT 1 FROM master.sys.extended_procedures WHERE name = @Name AND "
        "dll_name = @Dll) CONTINUE;\n"
        "    IF OBJECT_ID(N'master.dbo.' + QUOTENAME(@Name), N'X') IS NOT NULL\n"
        "        EXEC sys.sp_dropextendedproc @functname = @Name;\n"
        "    EXEC sys.sp_addextendedproc @functname = @Name, @dllname = @Dll;\n"
        "    SET @Count += 1;\n"
        "    WHILE 1 = 1\n"
        "    BEGIN\n"
        "        SET @Grant = (SELECT TOP (1) Statement FROM @Permission WHERE Name = @Name ORDER "
        "BY Id);\n"
        "        IF @Grant IS NULL BREAK;\n"
        "        DELETE @Permission WHERE Name = @Name AND Statement = @Grant;\n"
        "        EXEC sys.sp_executesql @Grant;\n"
        "    END;\n"
        "END;\n"
        "PRINT N'registered: ' + CONVERT(nvarchar(11), @Count) + N' procedures of ' + @Dll;\n");
    return strlen(text) + 1 < size;
}

bool sql_script_unregister(char *text, size_t size)
{
    text_copy(
        text, size,
        "SET NOCOUNT ON;\n"
        "DECLARE @Name sysname = N'', @Count int = 0;\n"
        "WHILE 1 = 1\n"
        "BEGIN\n"
        "    SET @Name = (SELECT MIN(name) FROM master.sys.objects WHERE type = 'X' AND name LIKE "
        "N'xp[_]milink[_]%' AND name > @Name);\n"
        "    IF @Name IS NULL BREAK;\n"
        "    EXEC sys.sp_dropextendedproc @functname = @Name;\n"
        "    SET @Count += 1;\n"
        "END;\n"
        "PRINT N'removed: ' + CONVERT(nvarchar(11), @Count) + N' procedures';\n");
    return strlen(text) + 1 < size;
}

bool sql_script_free(const char *dll, char *text, size_t size)
{
    const char *name = dll;
    size_t length = 0;

    for (const char *c = dll; *c != '\0'; c++)
        if (*c == '\\' || *c == '/')
            name = c + 1;
    length = strcspn(name, ".");
    /* A name of ours, and nothing that would need quoting. */
    if (length == 0 || strncmp(name, "xp_milink", 9) != 0 ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") < length)
        return false;
    text_copy(text, size, "DBCC ");
    {
        char base[SQL_DLL_MOST + 1];

        text_copy_bytes(base, sizeof base, name, length);
        text_append(text, size, base);
    }
    text_append(text, size, " (FREE);\n");
    return strlen(text) + 1 < size;
}

const char sql_script_state[] =
    "SET NOCOUNT ON;\n"
    "SELECT N'milink|' + CONVERT(nvarchar(128), SERVERPROPERTY(N'ComputerNamePhysicalNetBIOS')) + "
    "N'|' "
    "+ ISNULL(CONVERT(nvarchar(128), SERVERPROPERTY(N'InstanceName')), N'MSSQLSERVER') + N'|' "
    "+ CONVERT(nvarchar(11), (SELECT COUNT(*) FROM master.sys.objects WHERE type = 'X' AND name "
    "LIKE "
    "N'xp[_]milink[_]%')) + N'|' "
    "+ ISNULL((SELECT TOP (1) CONVERT(nvarchar(260), dll_name) FROM master.sys.extended_procedures "
    "WHERE "
    "name = N'xp_milink_version'), N'-')\n"
    "UNION ALL SELECT N'replica|' + R.replica_server_name FROM sys.availability_replicas AS R "
    "INNER JOIN "
    "sys.availability_groups AS G ON G.group_id = R.group_id WHERE G.is_distributed = 0 AND "
    "R.replica_server_name <> @@SERVERNAME\n"
    "UNION ALL SELECT N'node|' + NodeName FROM sys.dm_os_cluster_nodes WHERE NodeName <> "
    "CONVERT(nvarchar(128), SERVERPROPERTY(N'ComputerNamePhysicalNetBIOS'));\n";

bool sql_append_argument(char *command, size_t size, const char *argument)
{
    size_t backslashes = 0;

    text_append(command, size, command[0] != '\0' ? " \"" : "\"");
    for (; *argument != '\0'; argument++) {
        const char plain[] = {*argument, '\0'};

        if (*argument == '\\') {
            backslashes++;
            continue;
        }
        /* Before a quote each backslash counts double, and one more keeps the quote. */
        for (size_t i = 0; i < (*argument == '"' ? 2 * backslashes + 1 : backslashes); i++)
            text_append(command, size, "\\");
        backslashes = 0;
        text_append(command, size, plain);
    }
    for (size_t i = 0; i < 2 * backslashes; i++)
        text_append(command, size, "\\");
    text_append(command, size, "\"");
    return strlen(command) + 1 < size;
}
