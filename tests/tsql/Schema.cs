// SPDX-License-Identifier: MIT
// The files that make the database of a run: the tests' world, the schema in its order with stand-ins in place of what touches a real server, the
// scenarios.
using System.Text.RegularExpressions;

namespace Milink.Tsql;

static partial class Schema
{
    public static IEnumerable<SqlFile> Files(string root)
    {
        var schema = Path.Combine(root, "sql", "schema");
        var tests = Path.Combine(root, "tests", "sqlserver");
        return SqlFile.Find([Path.Combine(tests, "world")])
            .Concat(Order(schema).SelectMany(name => OrStandIn(Path.Combine(schema, name), Path.Combine(tests, "standins", name))))
            .Concat(SqlFile.Find([Path.Combine(tests, "scenarios")]));
    }

    // A stand-in replaces a file, but for the shapes of rows in it: those are the schema's own.
    static IEnumerable<SqlFile> OrStandIn(string shipped, string standIn)
    {
        var file = SqlFile.Read(shipped);
        if (!File.Exists(standIn))
            return [file];
        var shapes = file.Batches().Where(batch => RowShape().IsMatch(batch));
        return [new SqlFile(shipped, string.Join("\nGO\n", shapes)), SqlFile.Read(standIn)];
    }

    [GeneratedRegex(@"^CREATE OR ALTER VIEW milink\.\w+Row\r?$", RegexOptions.Multiline)]
    private static partial Regex RowShape();

    static IEnumerable<string> Order(string schema) =>
        File.ReadLines(Path.Combine(schema, "order.txt"))
            .Select(line => line.Split('#')[0].Trim())
            .Where(line => line.Length > 0)
            .SelectMany(line => line.Contains('*')
                ? Directory.EnumerateFiles(Path.Combine(schema, Path.GetDirectoryName(line)!), Path.GetFileName(line))
                    .Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(schema, path))
                : new[] { line });

    // False, after saying so, when a batch could not be applied.
    public static bool Install(Session session, Dialect dialect, string root)
    {
        var failed = 0;
        foreach (var file in Files(root))
        {
            foreach (var batch in file.Batches().SelectMany(dialect.Rewrite))
            {
                try
                {
                    session.Execute(batch);
                }
                catch (Microsoft.Data.SqlClient.SqlException error)
                {
                    Console.WriteLine($"{file.Path}: {error.Message} (line {error.LineNumber} of the batch that begins: {batch.Split('\n')[0].Trim()})");
                    failed++;
                }
            }
        }
        return failed == 0;
    }
}
