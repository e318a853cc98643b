// SPDX-License-Identifier: MIT
// A file of T-SQL: what it is for, its tree, its batches.
using System.Text.RegularExpressions;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed record Finding(string File, int Line, int Column, string Text)
{
    public override string ToString() => $"{File}({Line},{Column}): {Text}";
}

sealed partial class SqlFile(string path, string text)
{
    // The parser of each version of SQL Server, by its year.
    static readonly (int Year, Func<TSqlParser> Make)[] Parsers =
    [
        (2016, () => new TSql130Parser(true)), (2017, () => new TSql140Parser(true)), (2019, () => new TSql150Parser(true)),
        (2022, () => new TSql160Parser(true)), (2025, () => new TSql170Parser(true)),
    ];

    public string Path => path;
    public string Text => text;

    // "-- needs: SQL Server 2022" in a file's head: it is for that version and later.
    public int NeedsYear => NeedsLine().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].Value) : 2016;

    [GeneratedRegex(@"^-- needs: SQL Server (\d{4})\r?$", RegexOptions.Multiline)]
    private static partial Regex NeedsLine();

    // Why a file may execute what it builds: "-- dynamic: reason" in its head.
    public bool MayExecuteDynamic => text.Contains("\n-- dynamic: ", StringComparison.Ordinal);

    public static SqlFile Read(string path) => new(path, File.ReadAllText(path));

    public static List<SqlFile> Find(IEnumerable<string> paths) =>
        paths.SelectMany(path => Directory.Exists(path)
                ? Directory.EnumerateFiles(path, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal).AsEnumerable()
                : new[] { path })
            .Select(Read).ToList();

    public TSqlScript Parse(out IList<Finding> findings)
    {
        findings = [];
        var script = Parse(Parsers[^1].Make(), findings, "");
        return script;
    }

    public IEnumerable<Finding> ParseForEachVersion()
    {
        var findings = new List<Finding>();
        foreach (var (year, make) in Parsers.Where(parser => parser.Year >= NeedsYear))
            Parse(make(), findings, $"SQL Server {year}: ");
        return findings;
    }

    TSqlScript Parse(TSqlParser parser, IList<Finding> findings, string prefix)
    {
        using var reader = new StringReader(DistributedGroups.BlankOut(text));
        var fragment = parser.Parse(reader, out var errors);
        foreach (var error in errors)
            findings.Add(new Finding(path, error.Line, error.Column, prefix + error.Message));
        return fragment as TSqlScript ?? new TSqlScript();
    }

    // The batches between the lines GO.
    public IEnumerable<string> Batches() =>
        GoLine().Split(text).Select(batch => batch.Trim()).Where(batch => batch.Length > 0);

    [GeneratedRegex(@"^[ \t]*GO[ \t]*;?[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex GoLine();
}
