// SPDX-License-Identifier: MIT
// The house rules of the T-SQL, each a visitor of the tree of one file.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

abstract class Rule(SqlFile file) : TSqlFragmentVisitor
{
    readonly List<Finding> findings = [];

    protected SqlFile File => file;
    protected bool IsSchema => file.Path.Replace('\\', '/').Contains("sql/schema/");
    public IReadOnlyList<Finding> Findings => findings;
    protected abstract string Id { get; }

    protected void Found(TSqlFragment where, string text) =>
        findings.Add(new Finding(file.Path, where.StartLine, where.StartColumn, $"{Id}: {text}"));

    // Called once all of the file was visited.
    public virtual void End() { }
}

static class Lint
{
    public static readonly Func<SqlFile, Rule>[] Rules =
    [
        file => new XpReturnCode(file), file => new GroupStatements(file), file => new QuotedNames(file), file => new TwoPartNames(file),
        file => new NoCount(file), file => new Only2016(file), file => new SelectStar(file), file => new WaitForPlace(file),
        file => new RaiserrorText(file), file => new OneSpelling(file),
    ];

    public static int Run(List<SqlFile> files)
    {
        var findings = files.SelectMany(Check).ToList();
        findings.ForEach(Console.WriteLine);
        Console.WriteLine($"lint: files: {files.Count}, rules: {Rules.Length}, findings: {findings.Count}");
        return findings.Count == 0 ? 0 : 1;
    }

    public static IEnumerable<Finding> Check(SqlFile file)
    {
        var script = file.Parse(out _);
        foreach (var make in Rules)
        {
            var rule = make(file);
            script.Accept(rule);
            rule.End();
            foreach (var finding in rule.Findings)
                yield return finding;
        }
    }
}
