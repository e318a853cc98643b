// SPDX-License-Identifier: MIT
// The scenarios, each in a session of its own on the same database, which milinktest.Reset makes anew before each.
using System.Diagnostics;
using Microsoft.Data.SqlClient;

namespace Milink.Tsql;

static class Runner
{
    public static int Run(RunOptions options)
    {
        if (string.IsNullOrEmpty(RunOptions.Host))
        {
            Console.WriteLine("skipped: scenarios on a T-SQL engine (set MILINK_SQL_HOST, MILINK_SQL_USER, MILINK_SQL_PASSWORD)");
            return 0;
        }
        var database = $"milinktest_{Environment.ProcessId}";
        using var server = new Session("master");
        server.Execute($"CREATE DATABASE {database};");
        try
        {
            return RunIn(database, options);
        }
        finally
        {
            if (options.Keep)
                Console.WriteLine($"kept: {database}");
            else if (!server.Try($"DROP DATABASE {database};"))
                Console.WriteLine($"left behind, since it is in use: {database}");
        }
    }

    static int RunIn(string database, RunOptions options)
    {
        List<string> tests;
        using (var session = new Session(database))
        {
            var dialect = new Dialect(session);
            Console.WriteLine($"installing: {dialect.Described}");
            if (!Schema.Install(session, dialect, options.Root))
                return 1;
            tests = session.Column("SELECT name FROM sys.procedures WHERE schema_id = SCHEMA_ID(N'milinktest') AND name LIKE N'test %' ORDER BY name;");
        }
        var chosen = tests.Where(name => name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)).ToList();
        var failed = chosen.Count(name => !Passes(database, name));
        if (options.Capture is { } file)
            Capture(database, file);
        Console.WriteLine($"{chosen.Count - failed} passed, {failed} failed");
        return failed == 0 && chosen.Count > 0 ? 0 : 1;
    }

    static bool Passes(string database, string name)
    {
        var clock = Stopwatch.StartNew();
        var test = new Test(database, name);
        var wrong = test.Run();
        Console.WriteLine($"  {(wrong is null ? "ok  " : "FAIL")}  {name} ({clock.ElapsedMilliseconds} ms)");
        if (wrong is null)
            return true;
        Console.WriteLine($"        {wrong}");
        foreach (var message in test.Messages.TakeLast(20))
            Console.WriteLine($"        | {message}");
        return false;
    }

    // Every statement that the schema built and executed, for the parser.
    static void Capture(string database, string file)
    {
        using var session = new Session(database);
        var statements = session.Column("SELECT DISTINCT Statement FROM milinktest.Captured ORDER BY Statement;");
        File.WriteAllText(file, "-- SPDX-License-Identifier: MIT\n-- Every statement that the schema built in a run of the scenarios; tools/test parses them.\n"
            + string.Concat(statements.Select(statement => statement + "\nGO\n")));
        Console.WriteLine($"captured: {statements.Count} statements in {file}");
    }
}
