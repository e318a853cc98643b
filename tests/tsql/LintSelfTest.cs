// SPDX-License-Identifier: MIT
// Each rule finds what it must find, and not what it must not: a rule that finds nothing would let everything pass.
namespace Milink.Tsql;

static class LintSelfTest
{
    // The rule, what it must find, what it must let pass.
    static readonly (string Id, string Wrong, string Right)[] Cases =
    [
        ("xp-rc", "DECLARE @rc int; EXEC @rc = master.dbo.xp_milink_version; IF @rc <> 0 PRINT N'x';",
            "DECLARE @rc int; EXEC @rc = master.dbo.xp_milink_version; IF @rc <> 0 OR @rc IS NULL PRINT N'x';"),
        ("xp-rc", "EXEC master.dbo.xp_milink_version;", "EXEC master.dbo.xp_readerrorlog;"),
        ("ag-ddl", "ALTER AVAILABILITY GROUP [a] FAILOVER;", "DECLARE @s nvarchar(max) = N'ALTER AVAILABILITY GROUP ' + QUOTENAME(N'a') + N' FAILOVER;';"),
        ("ag-ddl", "DROP AVAILABILITY GROUP [a];", "DROP TABLE #a;"),
        ("ag-ddl", "DECLARE @s nvarchar(max); EXEC (@s);", "EXEC milink.ExecuteStatement N'x';"),
        ("ag-ddl", "DECLARE @s nvarchar(max); EXEC sys.sp_executesql @s;", "EXEC sys.sp_executesql N'SELECT 1;';"),
        ("quotename", "DECLARE @n sysname, @s nvarchar(max) = N'DROP LOGIN ' + @n;", "DECLARE @n sysname, @s nvarchar(max) = N'DROP LOGIN ' + QUOTENAME(@n);"),
        ("quotename", "DECLARE @n sysname, @s nvarchar(max) = N'KILL ' + CASE WHEN 1 = 1 THEN @n ELSE N'' END;",
            "DECLARE @n int, @s nvarchar(max) = N'KILL ' + CONVERT(nvarchar(11), @n) + N';';"),
        ("names", "CREATE TABLE dbo.T (A int);", "CREATE TABLE milink.T (A int);"),
        ("names", "CREATE PROCEDURE P AS SET NOCOUNT ON;", "CREATE PROCEDURE milink.P AS SET NOCOUNT ON;"),
        ("names", "SELECT A FROM T;", "UPDATE t SET A = 1 FROM milink.T AS t;"),
        ("set-options", "CREATE PROCEDURE milink.P AS SELECT 1;", "CREATE PROCEDURE milink.P AS SET NOCOUNT ON; SELECT 1;"),
        ("no-2017", "SELECT STRING_AGG(A, N',') FROM milink.T;", "SELECT LTRIM(A) FROM milink.T;"),
        ("no-2017", "SELECT TRIM(A) FROM milink.T;", "-- needs: SQL Server 2022\nSELECT TRIM(A) FROM milink.T;"),
        ("select-star", "SELECT * FROM milink.T;", "SELECT * INTO #T FROM milink.TRow;"),
        ("select-star", "SELECT * INTO #T FROM milink.T;", "IF EXISTS (SELECT * FROM milink.T) PRINT N'x';"),
        ("waitfor", "WAITFOR DELAY '00:00:01';", "EXEC milink.Wait 1;"),
        ("raiserror", "DECLARE @t nvarchar(9); RAISERROR (@t, 10, 1);", "DECLARE @t nvarchar(9); RAISERROR (N'%s', 10, 1, @t);"),
        ("case", "DECLARE @Name int; SET @name = 1;", "DECLARE @Name int; SET @Name = 1;"),
        ("case", "SELECT A INTO #T FROM milink.T; SELECT A FROM #t;", "SELECT A INTO #T FROM milink.T; SELECT A FROM #T;"),
    ];

    public static int Run()
    {
        var failed = 0;
        foreach (var (id, wrong, right) in Cases)
        {
            var missed = !Finds(id, wrong);
            var invented = Finds(id, right);
            if (missed)
                Console.WriteLine($"{id} does not find: {wrong}");
            if (invented)
                Console.WriteLine($"{id} finds: {right}");
            failed += missed || invented ? 1 : 0;
        }
        Console.WriteLine($"lint --self-test: cases: {Cases.Length}, failed: {failed}");
        return failed == 0 ? 0 : 1;
    }

    static bool Finds(string id, string text)
    {
        var file = new SqlFile("sql/schema/example.sql", text);
        file.Parse(out var errors);
        if (errors.Count > 0)
            throw new InvalidOperationException($"an example does not parse: {errors[0]}");
        return Lint.Check(file).Any(finding => finding.Text.StartsWith(id + ":", StringComparison.Ordinal));
    }
}
